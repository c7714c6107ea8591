-- A coder's own judgement under a later version of the codebook takes the place of her final one, which stays.
--
-- Only lines that make a new coding do so; _refuse_codings refuses all others that would leave two final ones.
UPDATE stancedb.coding c SET is_final = false
FROM (
    SELECT DISTINCT st.id AS statement_id, h.id AS holder_id, i.id AS issue_id, k.id AS coder_id, v.id AS version_id
    FROM staged_statement s
    JOIN stancedb.statement st ON st.slug = s.statement
    JOIN stancedb.actor h ON h.slug = s.holder
    JOIN stancedb.issue i ON i.slug = s.issue
    JOIN stancedb.coder k ON k.name = s.coder
    JOIN stancedb.codebook_version v ON v.label = s.codebook
    WHERE s.is_final
) n
WHERE (c.statement_id, c.holder_id, c.issue_id, c.coder_id) = (n.statement_id, n.holder_id, n.issue_id, n.coder_id)
    AND c.codebook_version_id <> n.version_id AND c.is_final
