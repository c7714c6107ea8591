-- name: stage
CREATE TEMPORARY TABLE staged_article (
    ordinal bigint, source text, line bigint,
    slug text, outlet text, url text, url_key text, title text, standfirst text, byline text, authors text[],
    agency text, section text, language text, kind text, access text, published_edtf text, published daterange,
    published_at timestamptz, updated_on date, updated_at timestamptz, syndicated_from text, body text,
    text_sha256 text, retrieved_at timestamptz, extractor text, raw bytea, raw_encoding text, raw_media_type text,
    normalisation text, guessed_title text, guessed_edtf text, guessed daterange,
    id_is_made boolean, id_is_local boolean, is_latest boolean
) ON COMMIT DROP;

-- name: keep_packed
-- Avoid the attempt to compress data that is already compressed.
ALTER TABLE staged_article ALTER COLUMN raw SET STORAGE EXTERNAL;

-- name: stage_seen
-- Articles read so far, including rejected ones.
CREATE TEMPORARY TABLE seen_article (
    ordinal bigint, source text, line bigint, slug text, url_key text, outlet text
) ON COMMIT DROP;

-- name: stage_possible
-- Articles read so far and not rejected, which may be the originals of copies.
CREATE TEMPORARY TABLE possible_original (ordinal bigint, source text, line bigint, slug text) ON COMMIT DROP;

-- name: stage_merged
-- Articles merged so far.
CREATE TEMPORARY TABLE merged_article (
    ordinal bigint, source text, line bigint, slug text, syndicated_from text, text_sha256 text
) ON COMMIT DROP;

-- name: stage_waiting
-- Copies whose originals have not been read yet.
CREATE TEMPORARY TABLE waiting_article (LIKE staged_article INCLUDING STORAGE) ON COMMIT DROP;

-- name: last_id
SELECT coalesce(max(a.id), 0) FROM stancedb.article a;

-- name: local_ids
-- If an id is only valid within its outlet and an article of another outlet has it, they are two articles.
UPDATE staged_article s SET slug = s.outlet || '-' || s.slug
FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id
WHERE s.id_is_local AND a.slug = s.slug AND o.slug <> s.outlet AND a.id <= :last;

-- name: see
INSERT INTO seen_article (ordinal, source, line, slug, url_key, outlet)
SELECT s.ordinal, s.source, s.line, s.slug, s.url_key, s.outlet FROM staged_article s;

-- name: other_captures
-- If the slug of a staged article was derived from its name, use the slug of the first article of this load with the
-- same URL: both are captures of one article. Two ids given in a file mean two articles.
UPDATE staged_article s SET slug = f.slug
FROM (
    SELECT DISTINCT ON (d.url_key) d.url_key, d.slug, d.outlet, d.ordinal
    FROM seen_article d WHERE d.url_key IS NOT NULL
    ORDER BY d.url_key, d.ordinal
) f
WHERE s.url_key = f.url_key AND f.ordinal < s.ordinal AND f.outlet = s.outlet AND s.id_is_made AND f.slug <> s.slug
RETURNING s.source, s.line, s.slug;

-- name: seen_captures
-- Record the slug of the article that each capture belongs to.
UPDATE seen_article d SET slug = s.slug FROM staged_article s WHERE s.ordinal = d.ordinal AND s.slug <> d.slug;

-- name: allow_originals
INSERT INTO possible_original (ordinal, source, line, slug)
SELECT s.ordinal, s.source, s.line, s.slug FROM staged_article s;

-- name: take_waiting
INSERT INTO staged_article SELECT * FROM waiting_article;

-- name: let_wait
WITH gone AS (
    DELETE FROM staged_article s
    WHERE s.syndicated_from IS NOT NULL
        AND NOT EXISTS (SELECT FROM possible_original a WHERE a.slug = s.syndicated_from)
        AND NOT EXISTS (SELECT FROM stancedb.article a WHERE a.slug = s.syndicated_from)
    RETURNING s.*
)
INSERT INTO waiting_article SELECT * FROM gone;

-- name: empty
TRUNCATE staged_article;

-- name: unknown_outlets
SELECT s.ordinal, s.source, s.line, 'outlet' AS field, 'outlet' AS noun, s.outlet AS handle
FROM staged_article s
WHERE NOT EXISTS (SELECT FROM stancedb.outlet o WHERE o.slug = s.outlet)
ORDER BY s.ordinal;

-- name: unknown_kinds
SELECT s.ordinal, s.source, s.line, 'kind' AS field, 'kind of article' AS noun, s.kind AS handle
FROM staged_article s
WHERE s.kind IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.article_kind k WHERE k.code = s.kind)
ORDER BY s.ordinal;

-- name: unknown_originals
SELECT s.ordinal, s.source, s.line, 'syndicated_from' AS field, 'article' AS noun, s.syndicated_from AS handle,
    NULL AS nearest
FROM staged_article s
WHERE s.syndicated_from IS NOT NULL
    AND NOT EXISTS (SELECT FROM possible_original a WHERE a.slug = s.syndicated_from)
    AND NOT EXISTS (SELECT FROM stancedb.article a WHERE a.slug = s.syndicated_from)
ORDER BY s.ordinal;

-- name: repeated
-- Articles that appear earlier in the load and are not captures of the same URL.
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug, d.source || coalesce(', line ' || d.line, '') AS first
FROM staged_article s JOIN seen_article d ON d.slug = s.slug
WHERE d.ordinal < s.ordinal AND (d.url_key = s.url_key AND d.outlet = s.outlet) IS NOT TRUE
ORDER BY s.ordinal;

-- name: repeated_addresses
SELECT DISTINCT s.ordinal, s.source, s.line, d.slug AS other
FROM staged_article s JOIN seen_article d ON d.url_key = s.url_key
WHERE d.ordinal < s.ordinal AND d.slug <> s.slug
ORDER BY s.ordinal;

-- name: taken_addresses
-- Articles with a higher id than the last one come from earlier parts of this load, whose rows are checked separately.
SELECT DISTINCT s.ordinal, s.source, s.line, a.slug AS owner
FROM staged_article s JOIN stancedb.article a ON a.url_key = s.url_key
WHERE a.slug <> s.slug AND a.id <= :last
    AND EXISTS (SELECT FROM stancedb.article b WHERE b.slug = s.slug)
ORDER BY s.ordinal;

-- name: taken_names
-- Two files with the same name are two articles if their metadata contradict each other.
SELECT DISTINCT s.ordinal, s.source, s.line, s.slug, o.slug AS outlet
FROM staged_article s
JOIN stancedb.article a ON a.slug = s.slug
JOIN stancedb.outlet o ON o.id = a.outlet_id
WHERE s.id_is_made AND a.id <= :last AND (a.url_key = s.url_key) IS NOT TRUE
    AND (o.slug <> s.outlet OR a.url_key <> s.url_key OR NOT a.published && s.published)
    AND NOT EXISTS (
        SELECT FROM stancedb.article_version v WHERE v.article_id = a.id AND v.text_sha256 = s.text_sha256
    )
ORDER BY s.ordinal;

-- name: own_originals
SELECT DISTINCT s.ordinal, s.source, s.line
FROM staged_article s
WHERE s.syndicated_from IN (
    s.slug, (SELECT a.slug FROM stancedb.article a WHERE a.url_key = s.url_key AND a.id <= :last)
)
ORDER BY s.ordinal;

-- name: recognise
-- Use the slug of the existing article for a record that matches one.
--
-- There are two joins, each with its own index: one join with both conditions would compare every record with every
-- article. A record that names its original is a separate article even if both have the same text. Two pages of one
-- outlet with the same text, such as how to subscribe, are two articles.
UPDATE staged_article s SET slug = k.slug
FROM (
    SELECT DISTINCT ON (x.ordinal) x.ordinal, x.slug
    FROM (
        SELECT f.ordinal, a.slug, 1 AS rung
        FROM staged_article f JOIN stancedb.article a ON a.url_key = f.url_key AND a.id <= :last
        UNION ALL
        SELECT f.ordinal, a.slug, 2
        FROM staged_article f
        JOIN stancedb.article_version v ON v.text_sha256 = f.text_sha256
        JOIN stancedb.article a ON a.id = v.article_id AND a.id <= :last
        JOIN stancedb.outlet o ON o.id = a.outlet_id AND o.slug = f.outlet
        WHERE a.slug IS DISTINCT FROM f.syndicated_from
            AND (a.url_key <> f.url_key AND a.title <> coalesce(f.title, f.guessed_title)) IS NOT TRUE
    ) x
    ORDER BY x.ordinal, x.rung, x.slug
) k
WHERE k.ordinal = s.ordinal AND k.slug <> s.slug
    AND NOT EXISTS (SELECT FROM stancedb.article b WHERE b.slug = s.slug)
RETURNING s.source, s.slug;

-- name: latest_captures
-- Mark all captures of each staged article but the last.
UPDATE staged_article s SET is_latest = false
WHERE EXISTS (SELECT FROM staged_article d WHERE d.slug = s.slug AND d.ordinal > s.ordinal);

-- name: complete_captures
-- Fill in what the last capture omits from earlier captures, as if each had been loaded separately.
UPDATE staged_article s SET
    url = coalesce(s.url, e.url),
    url_key = coalesce(s.url_key, e.url_key),
    title = coalesce(s.title, e.title),
    standfirst = coalesce(s.standfirst, e.standfirst),
    byline = coalesce(s.byline, e.byline),
    authors = coalesce(s.authors, (
        SELECT d.authors FROM staged_article d
        WHERE d.slug = s.slug AND d.authors IS NOT NULL
        ORDER BY d.ordinal DESC
        LIMIT 1
    )),
    agency = coalesce(s.agency, e.agency),
    section = coalesce(s.section, e.section),
    language = coalesce(s.language, e.language),
    kind = coalesce(s.kind, e.kind),
    access = coalesce(s.access, e.access),
    published_edtf = coalesce(s.published_edtf, e.published_edtf),
    published = coalesce(s.published, e.published),
    published_at = coalesce(s.published_at, e.published_at),
    updated_on = coalesce(s.updated_on, e.updated_on),
    updated_at = coalesce(s.updated_at, e.updated_at),
    syndicated_from = coalesce(s.syndicated_from, e.syndicated_from),
    guessed_title = coalesce(s.guessed_title, e.guessed_title),
    guessed_edtf = coalesce(s.guessed_edtf, e.guessed_edtf),
    guessed = coalesce(s.guessed, e.guessed)
FROM (
    SELECT d.slug,
        (array_agg(d.url ORDER BY d.ordinal DESC) FILTER (WHERE d.url IS NOT NULL))[1] AS url,
        (array_agg(d.url_key ORDER BY d.ordinal DESC) FILTER (WHERE d.url_key IS NOT NULL))[1] AS url_key,
        (array_agg(d.title ORDER BY d.ordinal DESC) FILTER (WHERE d.title IS NOT NULL))[1] AS title,
        (array_agg(d.standfirst ORDER BY d.ordinal DESC) FILTER (WHERE d.standfirst IS NOT NULL))[1] AS standfirst,
        (array_agg(d.byline ORDER BY d.ordinal DESC) FILTER (WHERE d.byline IS NOT NULL))[1] AS byline,
        (array_agg(d.agency ORDER BY d.ordinal DESC) FILTER (WHERE d.agency IS NOT NULL))[1] AS agency,
        (array_agg(d.section ORDER BY d.ordinal DESC) FILTER (WHERE d.section IS NOT NULL))[1] AS section,
        (array_agg(d.language ORDER BY d.ordinal DESC) FILTER (WHERE d.language IS NOT NULL))[1] AS language,
        (array_agg(d.kind ORDER BY d.ordinal DESC) FILTER (WHERE d.kind IS NOT NULL))[1] AS kind,
        (array_agg(d.access ORDER BY d.ordinal DESC) FILTER (WHERE d.access IS NOT NULL))[1] AS access,
        (array_agg(d.published_edtf ORDER BY d.ordinal DESC) FILTER (WHERE d.published_edtf IS NOT NULL))[1]
            AS published_edtf,
        (array_agg(d.published ORDER BY d.ordinal DESC) FILTER (WHERE d.published IS NOT NULL))[1] AS published,
        (array_agg(d.published_at ORDER BY d.ordinal DESC) FILTER (WHERE d.published_at IS NOT NULL))[1]
            AS published_at,
        (array_agg(d.updated_on ORDER BY d.ordinal DESC) FILTER (WHERE d.updated_on IS NOT NULL))[1] AS updated_on,
        (array_agg(d.updated_at ORDER BY d.ordinal DESC) FILTER (WHERE d.updated_at IS NOT NULL))[1] AS updated_at,
        (array_agg(d.syndicated_from ORDER BY d.ordinal DESC) FILTER (WHERE d.syndicated_from IS NOT NULL))[1]
            AS syndicated_from,
        (array_agg(d.guessed_title ORDER BY d.ordinal DESC) FILTER (WHERE d.guessed_title IS NOT NULL))[1]
            AS guessed_title,
        (array_agg(d.guessed_edtf ORDER BY d.ordinal DESC) FILTER (WHERE d.guessed_edtf IS NOT NULL))[1]
            AS guessed_edtf,
        (array_agg(d.guessed ORDER BY d.ordinal DESC) FILTER (WHERE d.guessed IS NOT NULL))[1] AS guessed
    FROM staged_article d
    GROUP BY d.slug
    HAVING NOT bool_and(d.is_latest)
) e
WHERE e.slug = s.slug AND s.is_latest;

-- name: articles
SELECT s.slug, o.id AS outlet_id, s.url, s.url_key, s.title, s.standfirst, s.byline, s.authors, s.agency, s.section,
    s.language, s.kind, s.access, s.published_edtf, s.published, s.published_at, s.updated_on, s.updated_at,
    s.guessed_title, s.guessed_edtf, s.guessed
FROM staged_article s JOIN stancedb.outlet o ON o.slug = s.outlet
WHERE s.is_latest;

-- name: versions
SELECT a.id AS article_id, s.text_sha256, s.body, coalesce(s.retrieved_at, now()) AS retrieved_at, s.extractor, s.raw,
    s.raw_encoding, s.raw_media_type, s.normalisation, s.ordinal
FROM staged_article s JOIN stancedb.article a ON a.slug = s.slug
WHERE NOT EXISTS (
    SELECT FROM staged_article d
    WHERE d.slug = s.slug AND d.text_sha256 = s.text_sha256 AND d.ordinal < s.ordinal
);

-- name: retrieved_again
-- A text that an outlet has gone back to becomes the newest again: it was retrieved last but is not the newest now.
--
-- Of several captures in one load the latest decides, so that loading the same folder again changes nothing. A capture
-- with a time never moves a text back.
UPDATE stancedb.article_version v SET retrieved_at = x.retrieved_at
FROM (
    SELECT w.id, w.article_id, coalesce(s.retrieved_at, now()) AS retrieved_at
    FROM staged_article s JOIN stancedb.article a ON a.slug = s.slug
    JOIN stancedb.article_version w ON w.article_id = a.id AND w.text_sha256 = s.text_sha256
    WHERE s.is_latest AND w.changeset_id <> current_setting('stancedb.changeset')::bigint
) x
JOIN stancedb.newest_text n ON n.article_id = x.article_id
WHERE v.id = x.id AND n.id <> x.id AND x.retrieved_at > n.retrieved_at;

-- name: keep_merged
INSERT INTO merged_article (ordinal, source, line, slug, syndicated_from, text_sha256)
SELECT s.ordinal, s.source, s.line, s.slug, CASE WHEN s.is_latest THEN s.syndicated_from END, s.text_sha256
FROM staged_article s
WHERE s.is_latest OR NOT EXISTS (
    SELECT FROM staged_article d
    WHERE d.slug = s.slug AND d.text_sha256 = s.text_sha256 AND d.ordinal > s.ordinal
);

-- name: analyse_articles
ANALYZE stancedb.article (slug, url_key);

-- name: analyse_versions
ANALYZE stancedb.article_version (article_id, text_sha256);

-- name: other_copies
-- Articles whose original in a record differs from the one in the database.
SELECT t.id
FROM merged_article s
JOIN stancedb.article f ON f.slug = s.syndicated_from
JOIN stancedb.article t ON t.slug = s.slug
WHERE t.syndicated_from_id IS DISTINCT FROM f.id;

-- name: count_corrected
-- The number of corrected articles that were created in another changeset; those that a user entered are kept.
SELECT count(*)
FROM merged_article s
JOIN stancedb.article f ON f.slug = s.syndicated_from
JOIN stancedb.article t ON t.slug = s.slug
WHERE t.syndicated_from_id IS DISTINCT FROM f.id
    AND t.changeset_id <> current_setting('stancedb.changeset')::bigint
    AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = t.id);

-- name: name_originals
UPDATE stancedb.article t SET syndicated_from_id = f.id
FROM merged_article s JOIN stancedb.article f ON f.slug = s.syndicated_from
WHERE t.slug = s.slug AND t.syndicated_from_id IS DISTINCT FROM f.id
    AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = t.id);
