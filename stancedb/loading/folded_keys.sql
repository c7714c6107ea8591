-- Staged lines whose statement has a slug that was made of another key before, with the first line of that.
WITH first AS (
    SELECT DISTINCT ON (s.statement) s.statement, s.key, s.line
    FROM staged_statement s WHERE s.key IS NOT NULL
    ORDER BY s.statement, s.ordinal
)
SELECT s.ordinal, s.source, s.line, s.key, s.statement, f.key AS first_key, f.line AS first_line
FROM staged_statement s JOIN first f ON f.statement = s.statement AND f.key <> s.key
WHERE s.key IS NOT NULL
ORDER BY s.ordinal
