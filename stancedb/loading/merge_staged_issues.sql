-- Let issues, and those that lead to them, lead to those that the file names; 1 for each that was not counted as changed.
WITH due AS (
    SELECT t.id, k.id AS into_id,
        CAST(t.changeset_id <> CAST(current_setting('stancedb.changeset') AS bigint) AS integer) AS is_news
    FROM staged_issue s
    JOIN stancedb.issue k ON k.slug = s.merged_into
    JOIN stancedb.issue m ON m.slug = s.slug
    JOIN stancedb.issue t ON m.id IN (t.id, t.merged_into_id)
    WHERE t.merged_into_id IS DISTINCT FROM k.id AND NOT /*by hand*/
)
UPDATE stancedb.issue i SET status = 'retired', merged_into_id = d.into_id FROM due d WHERE d.id = i.id RETURNING d.is_news
