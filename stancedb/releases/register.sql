-- name: create
INSERT INTO stancedb.release (label, changeset_number, rules, codebook_versions, author, reason, released_on, layout,
    license_name, derivation_sha256, manifest_sha256)
VALUES (:label, :changeset, :rules, :codebook_versions, :author, :reason, :released_on, :layout, :license_name,
    :derivation, :manifest)
RETURNING id;

-- name: add_file
INSERT INTO stancedb.release_file (release_id, name, content_sha256, row_count, byte_count)
VALUES (:key, :name, :content_sha256, :row_count, :byte_count);

-- name: opened
-- The fields of the open changeset, and the released changeset: the given one, or the latest.
SELECT c.author, c.message AS reason, (clock_timestamp() AT TIME ZONE 'UTC')::date AS released_on,
    coalesce(CAST(:number AS bigint), stancedb.last_number()) AS changeset
FROM stancedb.changeset c WHERE c.id = current_setting('stancedb.changeset')::bigint;

-- name: known
SELECT ARRAY(SELECT r.slug FROM {derivation_rule} r ORDER BY r.slug COLLATE "C") AS rules,
    ARRAY(SELECT v.label FROM {codebook_version} v ORDER BY v.issued_on, v.label COLLATE "C") AS codebook_versions;

-- name: releases
-- Newest first.
SELECT r.label, r.changeset_number AS changeset, r.released_on, r.author, r.reason, r.rules, r.codebook_versions,
    r.layout, r.license_name, r.derivation_sha256, r.manifest_sha256 AS digest
FROM stancedb.release r
WHERE true
    AND r.label = :label -- if :label
ORDER BY r.changeset_id DESC, r.id DESC;

-- name: manifest
SELECT f.name AS file, f.row_count AS rows, f.byte_count AS bytes, f.content_sha256 AS sha256
FROM stancedb.release_file f JOIN stancedb.release r ON r.id = f.release_id WHERE r.label = :label
ORDER BY f.id;
