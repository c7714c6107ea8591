-- Merge positions as they will stand after the load; for each whether the load had not changed it so far, and whether it has
-- counted it as unchanged.
WITH due AS (
    SELECT t.id, k.id AS into_id,
        t.changeset_id <> CAST(current_setting('stancedb.changeset') AS bigint) AS is_news,
        EXISTS (SELECT FROM staged_position s WHERE s.issue = a.issue AND s.slug = a.slug) AS is_staged
    FROM position_after a
    JOIN stancedb.issue i ON i.slug = a.issue
    JOIN stancedb.position t ON t.issue_id = i.id AND t.slug = a.slug
    LEFT JOIN stancedb.issue n ON n.slug = split_part(a.led_to, '/', 1)
    LEFT JOIN stancedb.position k ON k.issue_id = n.id AND k.slug = split_part(a.led_to, '/', 2)
    WHERE a.led_to IS DISTINCT FROM a.was AND t.merged_into_id IS DISTINCT FROM k.id AND NOT /*by hand*/
)
UPDATE stancedb.position p SET status = 'retired', rank = NULL, merged_into_id = d.into_id
FROM due d WHERE d.id = p.id RETURNING d.is_news, d.is_news AND d.is_staged AS was_unchanged
