-- Let positions, and those that lead to them, lead to those that the file names, or in an issue that it merges to those with
-- their own handles; 1 for each that was not counted as changed.
WITH wanted AS (
    SELECT p.id, coalesce(k.merged_into_id, k.id) AS into_id
    FROM stancedb.issue i
    JOIN stancedb.position p ON p.issue_id = i.id
    LEFT JOIN staged_issue g ON g.slug = i.slug AND g.merged_into IS NOT NULL
    LEFT JOIN staged_position s ON s.issue = i.slug AND s.slug = p.slug AND s.merged_into IS NOT NULL
    JOIN stancedb.position k ON k.issue_id = coalesce(i.merged_into_id, i.id) AND k.slug = coalesce(s.merged_into, p.slug)
    WHERE s.slug IS NOT NULL OR g.slug IS NOT NULL AND p.merged_into_id IS NULL
),
due AS (
    SELECT t.id, w.into_id,
        CAST(t.changeset_id <> CAST(current_setting('stancedb.changeset') AS bigint) AS integer) AS is_news
    FROM wanted w JOIN stancedb.position t ON w.id IN (t.id, t.merged_into_id)
    WHERE t.merged_into_id IS DISTINCT FROM w.into_id AND t.id <> w.into_id AND NOT /*by hand*/
)
UPDATE stancedb.position p SET status = 'retired', rank = NULL, merged_into_id = d.into_id
FROM due d WHERE d.id = p.id RETURNING d.is_news
