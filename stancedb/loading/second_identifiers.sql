-- Each staged identifier of a world-wide scheme whose actor has, or gets with it, another one of the same scheme. What the
-- actor has already was forced, or is older than the rule, and is no reason to refuse it again.
WITH new AS (
    SELECT s.ordinal, s.source, s.line, s.slug, s.scheme, s.value, a.id AS actor_id
    FROM staged_identifier s LEFT JOIN stancedb.actor a ON a.slug = s.slug
    WHERE s.scheme = ANY (:schemes)
        AND NOT EXISTS (
            SELECT FROM stancedb.actor_identifier i
            WHERE i.actor_id = a.id AND i.scheme = s.scheme AND i.value = s.value
        )
),
-- An actor is one with all that lead to the same.
had AS (
    SELECT n.ordinal, n.scheme, n.value, i.value AS other
    FROM new n
    JOIN stancedb.actor a ON a.id = n.actor_id
    JOIN stancedb.actor k ON coalesce(k.merged_into_id, k.id) = coalesce(a.merged_into_id, a.id)
    JOIN stancedb.actor_identifier i ON i.actor_id = k.id AND i.scheme = n.scheme AND i.value <> n.value
),
beside AS (
    SELECT n.ordinal, n.scheme, n.value, s.value AS other
    FROM new n JOIN staged_identifier s ON s.slug = n.slug AND s.scheme = n.scheme AND s.value < n.value
)
SELECT DISTINCT ON (n.ordinal, n.scheme) n.ordinal, n.source, n.line, n.slug, n.scheme, n.value, o.other
FROM new n JOIN (SELECT * FROM had UNION ALL SELECT * FROM beside) o USING (ordinal, scheme, value)
ORDER BY n.ordinal, n.scheme, n.value, o.other
