-- name: sample
-- The sampled runs of words of the new texts of the merged articles.
CREATE TEMPORARY TABLE fresh_shingle ON COMMIT DROP AS
SELECT h.shingle, k.article_version_id, cardinality(k.shingles) AS size
FROM merged_article s
JOIN stancedb.article a ON a.slug = s.slug
JOIN stancedb.article_version v ON v.article_id = a.id AND v.text_sha256 = s.text_sha256
JOIN stancedb.article_sketch k ON k.article_version_id = v.id
CROSS JOIN unnest(k.shingles) h(shingle)
WHERE v.changeset_id = current_setting('stancedb.changeset')::bigint;

-- name: has_samples
SELECT EXISTS (SELECT FROM fresh_shingle);

-- name: analyse_samples
ANALYZE fresh_shingle;

-- name: are_many
-- Whether the proportion of new texts is so large that reading all texts is faster than an index lookup per run.
WITH fresh AS (SELECT count(DISTINCT f.article_version_id) AS texts FROM fresh_shingle f)
SELECT (
    SELECT count(*) FROM (SELECT FROM stancedb.article_sketch LIMIT :times * texts + 1) k
) <= :times * texts
FROM fresh;

-- name: share_every
-- The runs that occur in at least two of all texts and not in too many.
CREATE TEMPORARY TABLE shared_shingle ON COMMIT DROP AS
SELECT found.shingle, found.article_version_id, fresh.article_version_id IS NOT NULL AS is_fresh
FROM (
    SELECT known.*, count(*) OVER (PARTITION BY known.shingle) AS texts
    FROM (
        SELECT h.shingle, k.article_version_id
        FROM stancedb.article_sketch k CROSS JOIN unnest(k.shingles) h(shingle)
    ) known
) found
LEFT JOIN (SELECT DISTINCT article_version_id FROM fresh_shingle) fresh USING (article_version_id)
WHERE found.texts BETWEEN 2 AND :most_texts;

-- name: share_asked
-- The same for only the runs of the new texts, each looked up in the index.
CREATE TEMPORARY TABLE shared_shingle ON COMMIT DROP AS
SELECT found.shingle, found.article_version_id, fresh.article_version_id IS NOT NULL AS is_fresh
FROM (
    SELECT known.*, count(*) OVER (PARTITION BY known.shingle) AS texts
    FROM (
        SELECT f.shingle, k.article_version_id
        FROM (SELECT DISTINCT shingle FROM fresh_shingle) f
        CROSS JOIN LATERAL (
            SELECT k.article_version_id FROM stancedb.article_sketch k WHERE k.shingles @> ARRAY[f.shingle]
            LIMIT :most_texts + 1
        ) k
    ) known
) found
LEFT JOIN (SELECT DISTINCT article_version_id FROM fresh_shingle) fresh USING (article_version_id)
WHERE found.texts BETWEEN 2 AND :most_texts;

-- name: read_by_index
-- If a table has just grown, the planner would choose a sequential scan for every run.
SELECT set_config('enable_seqscan', 'off', true);

-- name: read_as_before
SELECT set_config('enable_seqscan', 'on', true);

-- name: analyse_shared
ANALYZE shared_shingle;

-- name: compare
-- The pairs of articles with similar texts; two new texts are compared once.
CREATE TEMPORARY TABLE alike ON COMMIT DROP AS
SELECT v.article_id AS one_id, w.article_id AS other_id,
    max(p.shared / least(p.size, cardinality(k.shingles))::double precision) AS score
FROM (
    SELECT f.article_version_id AS one, s.article_version_id AS other, f.size, count(*) AS shared
    FROM fresh_shingle f JOIN shared_shingle s USING (shingle)
    WHERE s.article_version_id < f.article_version_id
        OR (s.article_version_id > f.article_version_id AND NOT s.is_fresh)
    GROUP BY f.article_version_id, s.article_version_id, f.size
    HAVING count(*) >= :least_shared
) p
JOIN stancedb.article_version v ON v.id = p.one
JOIN stancedb.article_version w ON w.id = p.other
JOIN stancedb.article_sketch k ON k.article_version_id = p.other
WHERE v.article_id <> w.article_id AND p.shared >= :least_score * least(p.size, cardinality(k.shingles))
GROUP BY v.article_id, w.article_id;

-- name: propose
-- Of two similar articles the agency's is the original, or else the earlier; an article without a date counts as later.
WITH pair AS (
    SELECT one_id AS copy_id, other_id AS original_id, score FROM alike
    UNION
    SELECT other_id, one_id, score FROM alike
),
member AS (
    SELECT a.id, a.syndicated_from_id, a.retracted_on, (
        (o.kind = 'agency') IS FALSE, coalesce(a.published_from, 'infinity'), coalesce(a.published_at, 'infinity'), a.id
    ) AS rank
    FROM (SELECT copy_id AS id FROM pair UNION SELECT original_id FROM pair) p
    JOIN stancedb.article a ON a.id = p.id
    JOIN stancedb.outlet o ON o.id = a.outlet_id
),
scored AS (
    SELECT c.id AS copy_id, f.id AS original_id, f.rank, max(p.score) AS score
    FROM pair p
    JOIN member c ON c.id = p.copy_id
    JOIN member f ON f.id = p.original_id
    WHERE f.rank < c.rank AND c.syndicated_from_id IS NULL AND f.syndicated_from_id IS DISTINCT FROM c.id
        AND c.retracted_on IS NULL AND f.retracted_on IS NULL
        AND NOT EXISTS (
            SELECT FROM stancedb.article_duplicate d
            WHERE (d.copy_id, d.original_id) IN ((c.id, f.id), (f.id, c.id))
        )
    GROUP BY c.id, f.id, f.rank
),
ranked AS (
    SELECT copy_id, original_id, score, row_number() OVER (PARTITION BY copy_id ORDER BY rank) AS nth,
        row_number() OVER (PARTITION BY copy_id ORDER BY score DESC, rank) AS nearest
    FROM scored
)
INSERT INTO stancedb.article_duplicate (copy_id, original_id, score)
SELECT copy_id, original_id, score FROM ranked WHERE nth = 1 OR nearest = 1 ORDER BY copy_id, original_id
ON CONFLICT (LEAST(copy_id, original_id), GREATEST(copy_id, original_id)) DO NOTHING
RETURNING copy_id;

-- name: drop_samples
DROP TABLE fresh_shingle;

-- name: drop_comparison
DROP TABLE shared_shingle, alike;
