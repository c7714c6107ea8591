-- Let positions, and those that lead to them, lead to others, so that one step is always enough.
UPDATE stancedb.position p SET status = 'retired', rank = NULL, merged_into_id = m.into_id
FROM unnest(CAST(:merged AS bigint[]), CAST(:into AS bigint[])) m (merged_id, into_id)
WHERE m.merged_id IN (p.id, p.merged_into_id)
