-- name: records
-- Each article that is not withdrawn, with its newest text, where the loader looks for quotes.
SELECT a.slug AS id, o.slug AS outlet, a.title, v.body AS text, a.url, a.byline, a.authors, a.agency, a.language,
    a.kind, a.published_edtf AS published, a.published_at, a.updated_on, a.updated_at, a.standfirst, a.section,
    a.access, v.retrieved_at,
    CASE WHEN f.retracted_on IS NULL AND EXISTS (SELECT FROM stancedb.newest_text w WHERE w.article_id = f.id)
        THEN f.slug END AS syndicated_from,
    v.extractor, v.raw, v.raw_encoding, v.raw_media_type
FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id
JOIN stancedb.newest_text v ON v.article_id = a.id
LEFT JOIN stancedb.article f ON f.id = a.syndicated_from_id
WHERE a.retracted_on IS NULL
ORDER BY a.slug COLLATE "C";

-- name: left_out
SELECT
    (SELECT count(*) FROM stancedb.article WHERE retracted_on IS NOT NULL) AS withdrawn,
    (
        SELECT count(*) FROM stancedb.article a
        WHERE a.retracted_on IS NULL
            AND NOT EXISTS (SELECT FROM stancedb.newest_text v WHERE v.article_id = a.id)
    ) AS without_text,
    (
        SELECT count(*) FROM stancedb.article_version v JOIN stancedb.article a ON a.id = v.article_id
        WHERE a.retracted_on IS NULL AND NOT EXISTS (SELECT FROM stancedb.newest_text n WHERE n.id = v.id)
    ) AS older_texts,
    (
        SELECT count(*) FROM stancedb.article c JOIN stancedb.article a ON a.id = c.syndicated_from_id
        WHERE c.retracted_on IS NULL AND NOT (
            a.retracted_on IS NULL AND EXISTS (SELECT FROM stancedb.newest_text v WHERE v.article_id = a.id)
        )
    ) AS copies,
    (
        SELECT count(*) FROM stancedb.article a JOIN stancedb.newest_text v ON v.article_id = a.id
        WHERE a.retracted_on IS NULL AND v.normalisation <> :normalisation
    ) AS other_recipes,
    (SELECT count(*) FROM stancedb.article_duplicate WHERE state <> 'proposed') AS decisions,
    (SELECT count(*) FROM history.article) + (SELECT count(*) FROM history.article_version) AS earlier_versions;
