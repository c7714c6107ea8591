-- Texts that an outlet has gone back to are the newest again: what is retrieved last, and is not the newest by now.
--
-- Of several captures in one load the latest says which text it is, so that a folder with all of them loads again
-- without a change. A capture that gives its time moves a text forward only.
UPDATE stancedb.article_version v SET retrieved_at = x.retrieved_at
FROM (
    SELECT w.id, coalesce(s.retrieved_at, now()) AS retrieved_at, (
        SELECT n.id FROM stancedb.article_version n WHERE n.article_id = w.article_id
        ORDER BY n.retrieved_at DESC, n.id DESC LIMIT 1
    ) AS newest_id
    FROM staged_article s JOIN stancedb.article a ON a.slug = s.slug
    JOIN stancedb.article_version w ON w.article_id = a.id AND w.text_sha256 = s.text_sha256
    WHERE s.is_latest AND w.changeset_id <> current_setting('stancedb.changeset')::bigint
) x
JOIN stancedb.article_version n ON n.id = x.newest_id
WHERE v.id = x.id AND x.newest_id <> x.id AND x.retrieved_at > n.retrieved_at
