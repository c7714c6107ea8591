-- Give each staged article whose id was made of its name the slug of the first one of this load that has its address: both
-- are captures of one article. Where a file names two ids itself, it says that they are two.
UPDATE staged_article s SET slug = f.slug
FROM (
    SELECT DISTINCT ON (d.url_key) d.url_key, d.slug, d.outlet, d.ordinal
    FROM seen_article d WHERE d.url_key IS NOT NULL
    ORDER BY d.url_key, d.ordinal
) f
WHERE s.url_key = f.url_key AND f.ordinal < s.ordinal AND f.outlet = s.outlet AND s.id_is_made AND f.slug <> s.slug
RETURNING s.source, s.line, s.slug
