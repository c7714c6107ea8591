-- Give the positions of an issue that was merged back what they were before: the last version that led to no other issue.
UPDATE stancedb.position p SET status = h.status, rank = h.rank, merged_into_id = h.merged_into_id
FROM (
    SELECT DISTINCT ON (v.id) v.id, v.status, v.rank, v.merged_into_id
    FROM history.position v
    JOIN stancedb.changeset k ON k.id = v.ended_changeset_id
    LEFT JOIN stancedb.position t ON t.id = v.merged_into_id
    WHERE v.issue_id = :issue AND coalesce(t.issue_id, v.issue_id) = v.issue_id
    ORDER BY v.id, k.number DESC
) h
WHERE h.id = p.id AND EXISTS (
    SELECT FROM stancedb.position t WHERE t.id = p.merged_into_id AND t.issue_id <> p.issue_id
)
