-- The positions of an issue that is merged, each with the one of the other issue that it goes to, by handle.
SELECT p.id, p.slug, t.id AS into_id, t.status AS into_status, t.merged_into_id IS NOT NULL AS into_is_merged,
    coalesce(m.slug, p.slug) AS into_slug,
    EXISTS (
        SELECT FROM stancedb.position q JOIN stancedb.coding c ON c.issue_id = q.issue_id AND c.position_id = q.id
        WHERE p.id IN (q.id, q.merged_into_id)
    ) AS has_codings
FROM stancedb.position p
LEFT JOIN unnest(CAST(:slugs AS text[]), CAST(:into_slugs AS text[])) m (of_slug, slug) ON m.of_slug = p.slug
LEFT JOIN stancedb.position t ON t.issue_id = :other AND t.slug = coalesce(m.slug, p.slug)
WHERE p.issue_id = :issue AND p.merged_into_id IS NULL
ORDER BY p.id
