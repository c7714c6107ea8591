-- Let an issue, and those that lead to it, lead to another.
UPDATE stancedb.issue SET status = 'retired', merged_into_id = :other WHERE :issue IN (id, merged_into_id)
