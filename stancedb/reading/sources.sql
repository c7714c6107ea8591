-- name: remembered_source
-- The source that a file was loaded under: the same bytes at any path, else an earlier edition at the same path.
SELECT l.source, l.input_sha256 = :sha256 AS is_same
FROM stancedb.load l
WHERE l.source IS NOT NULL AND (l.input_sha256 = :sha256 OR l.place_sha256 = :place)
ORDER BY l.input_sha256 = :sha256 DESC, l.id DESC
LIMIT 1;

-- name: loaded_without_source
-- Whether a file of this name was loaded by a version that stored no sources, or had no local identifiers.
SELECT EXISTS (SELECT FROM stancedb.load l WHERE l.kind = 'actor' AND l.source IS NULL AND l.origin = :origin);
