-- name: articles_of_others
SELECT count(*) FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id
WHERE o.slug <> 'stancedb-example-desk';
