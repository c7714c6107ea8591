-- Keep a run of a loader, with what it did.
INSERT INTO stancedb.load
    (kind, origin, source, place_sha256, input_sha256, inserted, updated, unchanged, refused)
VALUES (:kind, :origin, :source, :place, :sha256, :inserted, :updated, :unchanged, :refused)
