-- The newest text of each article, with all columns of that version.
CREATE VIEW stancedb.newest_text AS
SELECT v.*
FROM stancedb.article_version v
WHERE NOT EXISTS (
    SELECT FROM stancedb.article_version n
    WHERE n.article_id = v.article_id AND (n.retrieved_at, n.id) > (v.retrieved_at, v.id)
)
