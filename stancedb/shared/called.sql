-- The actors that a person may mean by a handle that is no slug: by identifier, else by a name as it is written, else by a
-- name whatever its case, accents and signs. An office is called by its name as itself; of merged actors the remaining one
-- is found.
WITH found AS (
    SELECT i.actor_id, 1 AS rung, 'identifier' AS why
    FROM stancedb.actor_identifier i
    WHERE strpos(:handle, ':') > 0 AND i.scheme = split_part(:handle, ':', 1)
        AND i.value = btrim(substr(:handle, strpos(:handle, ':') + 1))
    UNION ALL
    SELECT n.actor_id, 2, 'name ' || n.name
    FROM stancedb.actor_name n
    WHERE lower(normalize(btrim(regexp_replace(n.name, '\s+', ' ', 'g')), NFC))
        = lower(normalize(btrim(regexp_replace(:handle, '\s+', ' ', 'g')), NFC))
    UNION ALL
    SELECT n.actor_id, 3, 'name ' || n.name
    FROM stancedb.actor_name n
    WHERE stancedb.search_text(replace(replace(replace(lower(n.name), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
        = stancedb.search_text(replace(replace(replace(lower(:handle), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'))
        AND btrim(stancedb.search_text(:handle)) <> ''
)
SELECT DISTINCT ON (r.slug) r.id, r.slug, r.kind, f.why
FROM found f
JOIN stancedb.actor a ON a.id = f.actor_id
JOIN stancedb.actor r ON r.id = coalesce(a.merged_into_id, a.id)
WHERE f.rung = (SELECT min(g.rung) FROM found g)
ORDER BY r.slug, f.why
