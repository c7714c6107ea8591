-- name: list_duplicates
-- Proposals for an article that is already a known copy are left out, because there is nothing left to decide.
SELECT c.slug AS article, f.slug AS original, round(CAST(d.score AS numeric), 2) AS score, d.state, co.slug AS outlet,
    fo.slug AS original_outlet, c.published_edtf AS published, f.published_edtf AS original_published, c.title,
    f.title AS original_title, d.reason, CASE WHEN d.state <> 'proposed' THEN s.number END AS decided_by,
    c.id AS copy_id, f.id AS original_id
FROM stancedb.article_duplicate d
JOIN stancedb.article c ON c.id = d.copy_id
JOIN stancedb.article f ON f.id = d.original_id
JOIN stancedb.outlet co ON co.id = c.outlet_id
JOIN stancedb.outlet fo ON fo.id = f.outlet_id
JOIN stancedb.changeset s ON s.id = d.changeset_id
WHERE d.score >= :min_score AND (d.state <> 'proposed' OR c.syndicated_from_id IS NULL)
    AND d.state = :state -- if :state
    AND :outlet IN (c.outlet_id, f.outlet_id) -- if :outlet
ORDER BY d.state = 'proposed' DESC, d.score DESC, c.slug, f.slug
LIMIT :limit;

-- name: pairs_of
SELECT c.slug AS article, f.slug AS original, round(CAST(d.score AS numeric), 2) AS score, d.state,
    CASE WHEN d.state <> 'proposed' THEN s.number END AS decided_by, c.id AS copy_id, f.id AS original_id
FROM stancedb.article_duplicate d
JOIN stancedb.article c ON c.id = d.copy_id
JOIN stancedb.article f ON f.id = d.original_id
JOIN stancedb.changeset s ON s.id = d.changeset_id
WHERE c.slug = ANY (:articles)
    AND f.id = :original -- if :original
ORDER BY c.slug, d.score DESC, f.slug;

-- name: originals_of
SELECT c.slug AS article, f.slug AS original
FROM stancedb.article c LEFT JOIN stancedb.article f ON f.id = c.syndicated_from_id
WHERE c.slug = ANY (:articles);

-- name: bodies
SELECT v.article_id, v.body FROM stancedb.newest_text v WHERE v.article_id = ANY (:articles);
