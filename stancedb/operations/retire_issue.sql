-- Take an issue out of force: what is coded on it stays, and its stances too.
UPDATE stancedb.issue SET status = 'retired' WHERE id = :issue
