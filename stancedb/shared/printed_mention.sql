-- Every mention with the article that prints it, and its place in the order in which mentions are shown.
--
-- A coding is shown with the mention that it rests on, unless that is unreliable; the others come in the order of rank, assertion and rendering.
CREATE VIEW stancedb.printed_mention AS
SELECT m.id AS mention_id, m.statement_id, m.quote, m.rendering, a.id AS article_id, a.outlet_id, a.slug AS article,
    a.title, a.url, a.language, a.retracted_on IS NOT NULL OR m.rank = 'deprecated' AS is_unreliable, row_number() OVER (
        PARTITION BY m.statement_id
        ORDER BY a.retracted_on IS NOT NULL, m.rank = 'preferred' DESC, m.rank = 'deprecated',
            m.asserts = 'asserts' DESC, m.rendering IN ('verbatim', 'partial_quote') DESC, a.published_from,
            a.slug COLLATE "C", m.char_start
    ) AS place
FROM stancedb.mention m
JOIN stancedb.article_version v ON v.id = m.article_version_id
JOIN stancedb.article a ON a.id = v.article_id
