-- Locks the actors that a changeset wrote, those whose names it wrote, and those that they were merged into, in the order
-- of their keys: whoever writes takes actors first, then what hangs on them, so that no two writers wait for each other.
SELECT a.id FROM stancedb.actor a WHERE a.id IN (
    SELECT t.id FROM stancedb.actor t WHERE t.changeset_id = :id
    UNION SELECT h.id FROM history.actor h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
    UNION SELECT h.merged_into_id FROM history.actor h WHERE h.ended_changeset_id = :id
    UNION SELECT t.actor_id FROM stancedb.actor_name t WHERE t.changeset_id = :id
    UNION SELECT h.actor_id FROM history.actor_name h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
    UNION SELECT t.actor_id FROM stancedb.actor_identifier t WHERE t.changeset_id = :id
    UNION SELECT h.actor_id FROM history.actor_identifier h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
) ORDER BY a.id FOR NO KEY UPDATE
