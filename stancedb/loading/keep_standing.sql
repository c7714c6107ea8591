-- A coding that is there already keeps its standing where the line gives none.
--
-- Statements that are there are found first: of a sheet of new ones that is none, and nothing else is joined.
WITH at_hand AS MATERIALIZED (
    SELECT s.ordinal, st.id AS statement_id, s.holder, s.issue, s.coder, s.codebook
    FROM staged_statement s JOIN stancedb.statement st ON st.slug = s.statement
    WHERE NOT s.gives_standing AND s.issue IS NOT NULL
)
UPDATE staged_statement s SET status = NULL, is_final = NULL
FROM at_hand a
JOIN stancedb.coding c ON c.statement_id = a.statement_id
JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.issue i ON i.id = c.issue_id
JOIN stancedb.coder k ON k.id = c.coder_id
JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
WHERE s.ordinal = a.ordinal AND (h.slug, i.slug, k.name, v.label) = (a.holder, a.issue, a.coder, a.codebook)
