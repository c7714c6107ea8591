-- The words of each statement as printed: the mention to show first.
--
-- Ordered by rank, assertion and rendering; a mention in a withdrawn article only if there is no other.
CREATE VIEW stancedb.shown_mention AS
SELECT DISTINCT ON (m.statement_id) m.statement_id, m.quote, m.rendering, a.outlet_id, a.slug AS article, a.title,
    a.url, a.language
FROM stancedb.mention m
JOIN stancedb.article_version v ON v.id = m.article_version_id
JOIN stancedb.article a ON a.id = v.article_id
ORDER BY m.statement_id, a.retracted_on IS NOT NULL, m.rank = 'preferred' DESC, m.rank = 'deprecated',
    m.asserts = 'asserts' DESC, m.rendering IN ('verbatim', 'partial_quote') DESC, a.published_from,
    a.slug COLLATE "C", m.char_start
