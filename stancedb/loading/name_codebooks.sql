-- Under which codebook version is a line that names none?
--
-- The version is no part of what a coding is recognised by. The line means the coder's final coding of the statement, the
-- holder and the issue, else her latest by the date of its version; else what other lines of the load say of it. Only a
-- new coding is made under the newest version, which is what the stage holds already.
WITH silent AS (
    SELECT s.ordinal, s.statement, s.holder, s.issue, s.coder FROM staged_statement s
    WHERE s.issue IS NOT NULL AND NOT s.names_codebook
),
known AS (
    SELECT DISTINCT ON (q.statement, q.holder, q.issue, q.coder) q.statement, q.holder, q.issue, q.coder, v.label
    FROM silent q
    JOIN stancedb.statement st ON st.slug = q.statement
    JOIN stancedb.actor h ON h.slug = q.holder
    JOIN stancedb.issue i ON i.slug = q.issue
    JOIN stancedb.coder k ON k.name = q.coder
    JOIN stancedb.coding c ON c.statement_id = st.id AND c.holder_id = h.id AND c.issue_id = i.id AND c.coder_id = k.id
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
    ORDER BY q.statement, q.holder, q.issue, q.coder, c.is_final DESC, v.issued_on DESC, v.label COLLATE "C" DESC
),
beside AS (
    SELECT DISTINCT ON (s.statement, s.holder, s.issue, s.coder) s.statement, s.holder, s.issue, s.coder, v.label
    FROM staged_statement s JOIN stancedb.codebook_version v ON v.label = s.codebook
    WHERE s.issue IS NOT NULL AND s.names_codebook
    ORDER BY s.statement, s.holder, s.issue, s.coder, s.is_final DESC, v.issued_on DESC, v.label COLLATE "C" DESC
)
UPDATE staged_statement s SET codebook = m.label
FROM (
    SELECT q.ordinal, coalesce(k.label, b.label) AS label FROM silent q
    LEFT JOIN known k USING (statement, holder, issue, coder)
    LEFT JOIN beside b USING (statement, holder, issue, coder)
) m
WHERE m.ordinal = s.ordinal AND m.label <> s.codebook
