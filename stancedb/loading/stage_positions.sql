-- What a position is after the load: one that is retired, by the file or before, has no rank, whatever the file says; a rank
-- that the file leaves out stays.
UPDATE staged_position s
SET status = f.status, rank = CASE WHEN f.status = 'active' THEN coalesce(s.rank, f.rank) END
FROM (
    SELECT q.ctid AS place, p.rank,
        CASE WHEN q.merged_into IS NOT NULL THEN 'retired' ELSE coalesce(q.status, p.status, 'active') END AS status
    FROM staged_position q
    LEFT JOIN stancedb.issue i ON i.slug = q.issue
    LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = q.slug
) f
WHERE f.place = s.ctid
