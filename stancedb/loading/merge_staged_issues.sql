-- Merge issues, and those that are merged into them, into those that the file names; for each whether the load had not changed
-- it so far, and whether it has counted it as unchanged.
WITH due AS (
    SELECT t.id, k.id AS into_id,
        t.changeset_id <> CAST(current_setting('stancedb.changeset') AS bigint) AS is_news,
        EXISTS (SELECT FROM staged_issue e WHERE e.slug = t.slug) AS is_staged
    FROM staged_issue s
    JOIN stancedb.issue k ON k.slug = s.merged_into
    JOIN stancedb.issue m ON m.slug = s.slug
    JOIN stancedb.issue t ON m.id IN (t.id, t.merged_into_id)
    LEFT JOIN staged_issue o ON o.slug = t.slug AND o.merged_into IS NOT NULL
    WHERE t.merged_into_id IS DISTINCT FROM k.id AND (t.id = m.id OR o.slug IS NULL) AND NOT /*by hand*/
)
UPDATE stancedb.issue i SET status = 'retired', merged_into_id = d.into_id
FROM due d WHERE d.id = i.id RETURNING d.is_news, d.is_news AND d.is_staged AS was_unchanged
