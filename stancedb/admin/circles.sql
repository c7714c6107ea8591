-- What leads back to itself, and merges into something that is itself merged. The triggers refuse both; a database that
-- is older than the triggers, or was written to without them, may contain some.
WITH RECURSIVE edge AS (
    SELECT 'actor merge' AS what, a.id AS from_id, a.merged_into_id AS to_id, '(,)'::daterange AS during
    FROM stancedb.actor a WHERE a.merged_into_id IS NOT NULL
    UNION ALL
    SELECT 'issue merge', i.id, i.merged_into_id, '(,)' FROM stancedb.issue i WHERE i.merged_into_id IS NOT NULL
    UNION ALL
    SELECT 'position merge', p.id, p.merged_into_id, '(,)' FROM stancedb.position p WHERE p.merged_into_id IS NOT NULL
    UNION ALL
    SELECT 'statement merge', s.id, s.merged_into_id, '(,)' FROM stancedb.statement s WHERE s.merged_into_id IS NOT NULL
    UNION ALL
    SELECT 'retraction', l.statement_id, l.target_id, '(,)' FROM stancedb.statement_link l WHERE l.kind = 'retracts'
    UNION ALL
    SELECT 'issue parent', i.id, i.parent_id, '(,)' FROM stancedb.issue i WHERE i.parent_id IS NOT NULL
    UNION ALL
    SELECT 'outlet parent', o.id, o.parent_id, '(,)' FROM stancedb.outlet o WHERE o.parent_id IS NOT NULL
    UNION ALL
    SELECT 'article copy', a.id, a.syndicated_from_id, '(,)' FROM stancedb.article a WHERE a.syndicated_from_id IS NOT NULL
    UNION ALL
    SELECT 'actor ' || r.relation, r.subject_id, r.object_id, r.during
    FROM stancedb.actor_relation r WHERE r.relation IN ('part_of', 'governs')
),
chain AS (
    SELECT e.what, e.from_id AS first_id, e.to_id AS next_id, e.during FROM edge e
    UNION
    SELECT c.what, c.first_id, e.to_id, c.during * e.during
    FROM chain c JOIN edge e ON e.what = c.what AND e.from_id = c.next_id AND e.during && c.during
    WHERE c.next_id <> c.first_id
),
found AS (
    SELECT c.what, c.first_id AS id, true AS is_circle FROM chain c WHERE c.next_id = c.first_id
    UNION
    SELECT e.what, e.from_id, false FROM edge e JOIN edge f ON f.what = e.what AND f.from_id = e.to_id
    WHERE e.what LIKE '% merge'
        -- A merge on a circle has no end to be merged into.
        AND NOT EXISTS (SELECT FROM chain c WHERE c.what = e.what AND c.first_id = e.from_id AND c.next_id = e.from_id)
)
SELECT f.what, string_agg(DISTINCT coalesce(a.slug, s.slug, i.slug, o.slug, r.slug, p.slug), ', ') AS slugs, f.is_circle
FROM found f
LEFT JOIN stancedb.actor a ON a.id = f.id AND f.what LIKE 'actor %'
LEFT JOIN stancedb.statement s ON s.id = f.id AND f.what IN ('statement merge', 'retraction')
LEFT JOIN stancedb.issue i ON i.id = f.id AND f.what LIKE 'issue %'
LEFT JOIN stancedb.outlet o ON o.id = f.id AND f.what = 'outlet parent'
LEFT JOIN stancedb.position p ON p.id = f.id AND f.what = 'position merge'
LEFT JOIN stancedb.article r ON r.id = f.id AND f.what = 'article copy'
GROUP BY f.what, f.is_circle ORDER BY f.what, f.is_circle
