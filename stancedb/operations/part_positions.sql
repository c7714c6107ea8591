-- Let positions of issues that are merged into another count for themselves where their targets have stayed behind.
UPDATE stancedb.position p SET merged_into_id = NULL
FROM stancedb.issue i, stancedb.position t
WHERE i.merged_into_id = :other AND p.issue_id = i.id AND t.id = p.merged_into_id AND t.issue_id NOT IN (i.id, :other)
