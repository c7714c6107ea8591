-- name: taken_slugs
SELECT a.slug FROM stancedb.actor a WHERE a.slug = ANY (:slugs);

-- name: known_actors
-- The actors that have any of the identifiers, and the language of their main name.
SELECT DISTINCT ON (i.scheme, i.value) i.scheme || ':' || i.value AS identifier, a.slug, a.kind, a.name,
    coalesce(n.language, 'und') AS language
FROM unnest(CAST(:schemes AS text[]), CAST(:values AS text[])) x(scheme, value)
JOIN stancedb.actor_identifier i ON i.scheme = x.scheme AND i.value = x.value
JOIN stancedb.actor a ON a.id = i.actor_id
LEFT JOIN stancedb.actor_name n ON n.actor_id = a.id AND n.name = a.name AND n.kind = 'preferred'
ORDER BY i.scheme, i.value, n.language;
