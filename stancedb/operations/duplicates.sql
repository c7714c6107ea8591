-- name: lead_to_originals
UPDATE stancedb.article a SET syndicated_from_id = x.original
FROM unnest(CAST(:copies AS bigint[]), CAST(:originals AS bigint[])) x (copy, original)
WHERE a.id = x.copy AND a.syndicated_from_id IS DISTINCT FROM x.original;

-- name: decide
UPDATE stancedb.article_duplicate d SET state = :state, reason = :reason
FROM unnest(CAST(:copies AS bigint[]), CAST(:originals AS bigint[])) x (copy, original)
WHERE (d.copy_id, d.original_id) = (x.copy, x.original);
