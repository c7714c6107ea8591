-- name: lock_actors
-- Lock two actors and those merged into the first, in the order of their keys, so that merges wait for each other.
SELECT a.id, a.slug, a.kind, a.merged_into_id FROM stancedb.actor a
WHERE a.id IN (:key, :target) OR a.merged_into_id = :key
ORDER BY a.id FOR NO KEY UPDATE;

-- name: leads_unlocked
-- Whether an actor was merged into a locked one by a writer for which this waited.
SELECT EXISTS (
    SELECT FROM stancedb.actor a WHERE a.merged_into_id = :key AND a.id <> ALL (CAST(:locked AS bigint[]))
);

-- name: lock_statements
-- Lock statements, in the order of their keys, before the rows that depend on them: every writer locks statements
-- first, then mentions, codings and links, so that no two writers wait for each other.
SELECT s.id FROM stancedb.statement s WHERE s.id = ANY (CAST(:statements AS bigint[])) ORDER BY s.id FOR NO KEY UPDATE;

-- name: statements_of_changeset
-- The existing statements to which the rows of a changeset belong.
WITH written AS (
    SELECT id AS statement_id FROM stancedb.statement WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.mention WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.coding WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.statement_link WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.statement_addressee WHERE changeset_id = :id
    UNION SELECT c.statement_id
    FROM stancedb.coding_attribute x JOIN stancedb.coding c ON c.id = x.coding_id WHERE x.changeset_id = :id
    UNION SELECT c.statement_id
    FROM history.coding_attribute x JOIN stancedb.coding c ON c.id = x.coding_id
    WHERE :id IN (x.changeset_id, x.ended_changeset_id)
    UNION SELECT id FROM history.statement WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.mention WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.coding WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.statement_link WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.statement_addressee WHERE :id IN (changeset_id, ended_changeset_id)
)
SELECT s.id FROM stancedb.statement s JOIN written w ON w.statement_id = s.id;

-- name: lock_actors_of_changeset
-- Lock the actors that a changeset wrote, those whose names it wrote, and those into which they were merged, in the
-- order of their keys: every writer locks actors first, then the rows that depend on them, so that no two writers wait
-- for each other.
SELECT a.id FROM stancedb.actor a WHERE a.id IN (
    SELECT t.id FROM stancedb.actor t WHERE t.changeset_id = :id
    UNION SELECT h.id FROM history.actor h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
    UNION SELECT h.merged_into_id FROM history.actor h WHERE h.ended_changeset_id = :id
    UNION SELECT t.actor_id FROM stancedb.actor_name t WHERE t.changeset_id = :id
    UNION SELECT h.actor_id FROM history.actor_name h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
    UNION SELECT t.actor_id FROM stancedb.actor_identifier t WHERE t.changeset_id = :id
    UNION SELECT h.actor_id FROM history.actor_identifier h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
    UNION SELECT t.actor_id FROM stancedb.actor_attribute t WHERE t.changeset_id = :id
    UNION SELECT h.actor_id FROM history.actor_attribute h WHERE :id IN (h.changeset_id, h.ended_changeset_id)
) ORDER BY a.id FOR NO KEY UPDATE;
