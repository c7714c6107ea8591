-- Locks two actors and those that lead to the first, in the order of their keys, so that merges wait for each other.
SELECT a.id, a.slug, a.kind, a.merged_into_id FROM stancedb.actor a
WHERE a.id IN (:key, :target) OR a.merged_into_id = :key
ORDER BY a.id FOR NO KEY UPDATE
