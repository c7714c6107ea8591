-- Give the positions of an issue that was merged back what they were before: the last version that led to no other issue. One
-- that was never without its target is in force.
UPDATE stancedb.position p SET status = coalesce(h.status, 'active'), rank = h.rank, merged_into_id = h.merged_into_id
FROM stancedb.position s
JOIN stancedb.position o ON o.id = s.merged_into_id AND o.issue_id <> s.issue_id
LEFT JOIN (
    SELECT DISTINCT ON (v.id) v.id, v.status, v.rank, v.merged_into_id
    FROM history.position v
    JOIN stancedb.changeset k ON k.id = v.ended_changeset_id
    LEFT JOIN stancedb.position t ON t.id = v.merged_into_id
    WHERE v.issue_id = :issue AND coalesce(t.issue_id, v.issue_id) = v.issue_id
    ORDER BY v.id, k.number DESC
) h ON h.id = s.id
WHERE s.issue_id = :issue AND s.id = p.id
