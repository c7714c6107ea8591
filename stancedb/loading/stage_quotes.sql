-- In which texts is the quote of each line looked up?
--
-- In the newest text of its article, and in the older ones in which the statement is mentioned already: a place that is
-- known stays the place of the line, whatever text has come since.
CREATE TEMPORARY TABLE quoted ON COMMIT DROP AS
WITH newest AS (
    SELECT DISTINCT ON (a.id) a.slug, a.id AS article_id, w.id AS version_id
    FROM (SELECT DISTINCT article FROM staged_statement) d
    JOIN stancedb.article a ON a.slug = d.article
    JOIN stancedb.article_version w ON w.article_id = a.id
    ORDER BY a.id, w.retrieved_at DESC, w.id DESC
),
looked_up AS (
    SELECT s.ordinal, n.version_id, true AS is_newest FROM staged_statement s JOIN newest n ON n.slug = s.article
    UNION ALL
    SELECT DISTINCT s.ordinal, v.id, false FROM staged_statement s
    JOIN newest n ON n.slug = s.article
    JOIN stancedb.statement st ON st.slug = s.statement
    JOIN stancedb.mention m ON m.statement_id = st.id
    JOIN stancedb.article_version v ON v.id = m.article_version_id AND v.article_id = n.article_id
    WHERE v.id <> n.version_id
)
SELECT row_number() OVER (ORDER BY l.version_id, s.ordinal) AS place, l.version_id, s.ordinal, s.source, s.line, s.quote,
    s.prefix, s.suffix, s.span_start, s.span_end, l.is_newest
FROM looked_up l JOIN staged_statement s USING (ordinal)
