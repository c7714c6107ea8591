-- name: list_articles
SELECT l.* FROM (
    SELECT a.slug AS article, o.slug AS outlet, a.title, a.language, a.kind, a.published_edtf AS published, (
            SELECT count(DISTINCT m.statement_id)
            FROM {mention} m JOIN {article_version} v ON v.id = m.article_version_id
            WHERE v.article_id = a.id
        ) AS statements,
        a.retracted_on
    FROM {article} a
    JOIN {outlet} o ON o.id = a.outlet_id
    WHERE true
        AND a.outlet_id = :outlet -- if :outlet
) l
WHERE true
    AND l.statements = 0 AND l.retracted_on IS NULL -- if :uncoded
ORDER BY l.published DESC NULLS LAST, l.article
LIMIT :limit;

-- name: show_article
SELECT a.slug AS article, o.name AS outlet, a.title, a.standfirst, a.byline, a.authors, a.agency, a.section, a.url,
    a.language, a.kind, a.access, a.published_edtf AS published, a.published_at, a.updated_on, a.updated_at,
    f.slug AS syndicated_from, a.retracted_on, a.retracted_reason, v.text_sha256, v.retrieved_at, v.extractor,
    v.normalisation, v.body AS text
FROM stancedb.article a
JOIN stancedb.outlet o ON o.id = a.outlet_id
JOIN stancedb.newest_text v ON v.article_id = a.id
LEFT JOIN stancedb.article f ON f.id = a.syndicated_from_id
WHERE a.id = :key;

-- name: mentions
SELECT m.char_start, m.char_end, st.slug AS statement, sp.slug AS speaker, m.rendering, m.quote
FROM stancedb.mention m
JOIN stancedb.article_version v ON v.id = m.article_version_id
JOIN stancedb.statement st ON st.id = m.statement_id
JOIN stancedb.actor sp ON sp.id = st.speaker_id
WHERE v.article_id = :key
ORDER BY m.char_start, st.slug;

-- name: fold
SELECT stancedb.search_text(s.term) FROM unnest(CAST(:said AS text[])) WITH ORDINALITY s (term, number)
ORDER BY s.number;

-- name: set_scans
SELECT set_config('enable_seqscan', :state, true);

-- name: search_articles
-- An index returns the articles with the terms of every needle, in the title or in any of their texts; these candidates
-- are checked against the title and the newest text. A hit in the title counts as eight in the text.
WITH needle AS (
    SELECT n.needle, string_to_array(n.terms, ' ') AS terms
    FROM unnest(CAST(:needles AS text[]), CAST(:terms AS text[])) n (needle, terms)
),
proposed AS (
    SELECT x.article_id
    FROM needle n
    CROSS JOIN LATERAL (
        SELECT a.id AS article_id FROM stancedb.article a WHERE stancedb.search_terms(a.title) @> n.terms
        UNION
        SELECT v.article_id FROM stancedb.article_version v WHERE stancedb.search_terms(v.body) @> n.terms
    ) x
    GROUP BY x.article_id
    HAVING count(*) = cardinality(CAST(:needles AS text[]))
),
p AS MATERIALIZED (
    SELECT a.slug, o.slug AS outlet, a.title, a.published_edtf, a.published_from, v.body,
        stancedb.search_text(a.title) AS title_text, stancedb.search_text(v.body) AS body_text, EXISTS (
            SELECT FROM stancedb.mention m JOIN stancedb.article_version w ON w.id = m.article_version_id
            WHERE w.article_id = a.id
        ) AS is_coded
    FROM proposed x
    JOIN stancedb.article a ON a.id = x.article_id
    JOIN stancedb.outlet o ON o.id = a.outlet_id
    JOIN stancedb.newest_text v ON v.article_id = a.id
    WHERE true
        AND a.outlet_id = :outlet -- if :outlet
        AND (a.published_to > :since OR upper_inf(a.published)) -- if :since
        AND (a.published_from <= :until OR lower_inf(a.published)) -- if :until
        AND (a.language = :language OR starts_with(a.language, :language || '-')) -- if :language
)
SELECT p.slug AS article, p.outlet, p.title, p.published_edtf AS published, p.body AS snippet
FROM p
CROSS JOIN LATERAL (
    SELECT bool_and(strpos(p.title_text, n.needle) + strpos(p.body_text, n.needle) > 0) AS has_all,
        sum(
            8.0 * CAST(strpos(p.title_text, n.needle) > 0 AS integer)
            + (length(p.body_text) - length(replace(p.body_text, n.needle, ''))) / length(n.needle)
            * 100.0 / (length(p.body_text) + 100)
        ) AS rank
    FROM needle n
) hits
WHERE hits.has_all
    AND p.is_coded -- if :coded
    AND NOT p.is_coded -- if :uncoded
ORDER BY
    hits.rank DESC, -- if :by_rank
    p.published_from DESC NULLS LAST, p.slug
LIMIT :limit;
