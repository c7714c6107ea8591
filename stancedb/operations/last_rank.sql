-- The rank that a retired position had when it was in force last.
SELECT h.rank FROM history.position h JOIN stancedb.changeset k ON k.id = h.ended_changeset_id
WHERE h.id = :position AND h.status = 'active' ORDER BY k.number DESC LIMIT 1
