-- A carried coding that says something else than the one it repeats is a judgement of its own.
UPDATE stancedb.coding c SET carried_from_id = NULL
FROM stancedb.coding o
WHERE o.id = c.carried_from_id AND c.changeset_id = CAST(current_setting('stancedb.changeset') AS bigint)
    AND (c.position_id, c.basis, c.explicitness, c.condition, c.vagueness)
        IS DISTINCT FROM (o.position_id, o.basis, o.explicitness, o.condition, o.vagueness)
