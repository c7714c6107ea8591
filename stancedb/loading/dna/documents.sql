-- name: articles_of_texts
-- Articles with one of the given texts.
SELECT v.text_sha256, a.slug, o.slug AS outlet, lower(o.name) AS outlet_name
FROM stancedb.article_version v
JOIN stancedb.article a ON a.id = v.article_id
JOIN stancedb.outlet o ON o.id = a.outlet_id
WHERE v.text_sha256 = ANY (:hashes)
ORDER BY a.slug;

-- name: has_articles
-- Whether any article has a slug with this prefix.
SELECT EXISTS (SELECT FROM stancedb.article a WHERE starts_with(a.slug, :prefix));

-- name: outlets_of_names
SELECT lower(o.name) AS name, min(o.slug) AS slug, count(*) AS outlets
FROM stancedb.outlet o
WHERE lower(o.name) = ANY (:names)
GROUP BY 1;

-- name: article_kinds
SELECT k.code, k.label FROM stancedb.article_kind k;

-- name: articles_of_addresses
SELECT a.url_key, a.slug FROM stancedb.article a WHERE a.url_key = ANY (:keys);
