-- name: printed_here_alone
-- The statements that are not retracted and are printed in this article but in no other article in use.
SELECT DISTINCT st.slug
FROM stancedb.mention m
JOIN stancedb.article_version v ON v.id = m.article_version_id
JOIN stancedb.statement st ON st.id = m.statement_id
WHERE v.article_id = :key AND st.retracted_on IS NULL AND NOT EXISTS (
    SELECT FROM stancedb.mention n
    JOIN stancedb.article_version w ON w.id = n.article_version_id
    JOIN stancedb.article b ON b.id = w.article_id
    WHERE n.statement_id = st.id AND b.id <> :key AND b.retracted_on IS NULL
)
ORDER BY st.slug;

-- name: retract_article
UPDATE stancedb.article SET retracted_on = current_date, retracted_reason = :reason WHERE id = :key;
