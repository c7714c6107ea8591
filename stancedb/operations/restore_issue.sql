-- Put an issue in force again.
UPDATE stancedb.issue SET status = 'active', merged_into_id = NULL WHERE id = :issue
