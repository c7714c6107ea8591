-- name: make_room
-- Sorts and hashes of a large load stay in memory, up to its commit; a small one never asks for as much. Its statements
-- are long and run once; compiling them takes longer than running them.
SELECT set_config('work_mem', '256MB', true), set_config('jit', 'off', true);

-- name: record_load
-- Keep a run of a loader, with what it did.
INSERT INTO stancedb.load
    (kind, origin, source, place_sha256, input_sha256, inserted, updated, unchanged, refused)
VALUES (:kind, :origin, :source, :place, :sha256, :inserted, :updated, :unchanged, :refused);
