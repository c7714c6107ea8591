-- Put a position in force again.
UPDATE stancedb.position SET status = 'active', merged_into_id = NULL, rank = :rank WHERE id = :position
