-- Locks statements, in the order of their keys, before anything that hangs on them: whoever writes takes statements
-- first, then mentions, codings and links, so that no two writers wait for each other.
SELECT s.id FROM stancedb.statement s WHERE s.id = ANY (CAST(:statements AS bigint[])) ORDER BY s.id FOR NO KEY UPDATE
