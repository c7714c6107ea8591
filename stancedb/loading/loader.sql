-- name: make_room
-- Sorts and hashes of a large load stay in memory until commit; a small load never needs as much. The queries are long
-- and run once, so JIT compilation takes longer than running them.
SELECT set_config('work_mem', '256MB', true), set_config('jit', 'off', true);

-- name: record_load
-- Record a load and its counts.
INSERT INTO stancedb.load
    (kind, origin, source, place_sha256, input_sha256, inserted, updated, unchanged, refused)
VALUES (:kind, :origin, :source, :place, :sha256, :inserted, :updated, :unchanged, :refused);
