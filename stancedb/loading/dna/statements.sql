-- name: open_codings
-- Codings of a codebook version that count for nothing yet.
CREATE TEMPORARY TABLE open_coding ON COMMIT DROP AS
SELECT c.id, st.slug AS statement, h.slug AS holder, i.slug AS issue, k.name AS coder
FROM stancedb.coding c
JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
JOIN stancedb.statement st ON st.id = c.statement_id
JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.issue i ON i.id = c.issue_id
JOIN stancedb.coder k ON k.id = c.coder_id
WHERE v.label = :label AND c.status IN ('draft', 'submitted')
    AND NOT EXISTS (
        SELECT FROM stancedb.coding f
        WHERE f.is_final AND (f.statement_id, f.holder_id, f.issue_id) = (c.statement_id, c.holder_id, c.issue_id)
    );

-- name: keys_of_open_codings
SELECT o.id FROM open_coding o;

-- name: codings_left_open
-- Those that an earlier load left open.
SELECT o.statement, o.holder, o.issue, o.coder FROM open_coding o
WHERE NOT EXISTS (SELECT FROM by_hand b WHERE b.id = o.id);

-- name: drop_open_codings
DROP TABLE open_coding;

-- name: count_gone
-- How many codings of a codebook version are not among the staged ones, those of retracted statements apart.
SELECT count(*)
FROM stancedb.coding c
JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
JOIN stancedb.statement st ON st.id = c.statement_id AND st.retracted_on IS NULL
JOIN stancedb.issue i ON i.id = c.issue_id
JOIN stancedb.coder k ON k.id = c.coder_id
WHERE v.label = :label
    AND NOT EXISTS (
        SELECT FROM staged_statement s WHERE (s.statement, s.issue, s.coder) = (st.slug, i.slug, k.name)
    );
