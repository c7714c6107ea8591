-- Which statements that are there do the rows of a changeset hang on?
WITH written AS (
    SELECT id AS statement_id FROM stancedb.statement WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.mention WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.coding WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.statement_link WHERE changeset_id = :id
    UNION SELECT statement_id FROM stancedb.statement_addressee WHERE changeset_id = :id
    UNION SELECT id FROM history.statement WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.mention WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.coding WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.statement_link WHERE :id IN (changeset_id, ended_changeset_id)
    UNION SELECT statement_id FROM history.statement_addressee WHERE :id IN (changeset_id, ended_changeset_id)
)
SELECT s.id FROM stancedb.statement s JOIN written w ON w.statement_id = s.id
