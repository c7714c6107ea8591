-- Who holds positions and who speaks, after merges of actors that were found to be the same.
CREATE TABLE reporting.dim_actor (
    actor_key bigint PRIMARY KEY,
    actor_code text NOT NULL UNIQUE DEFERRABLE,
    actor_name text NOT NULL,
    actor_kind text NOT NULL,
    wikidata_code text
);
COMMENT ON TABLE reporting.dim_actor IS 'Grain: one person, office, government, state or other body that holds positions or speaks.';
COMMENT ON COLUMN reporting.dim_actor.actor_key IS 'Inner key of the actor; joins facts to dim_actor.';
COMMENT ON COLUMN reporting.dim_actor.actor_code IS 'Stable public handle of the actor.';
COMMENT ON COLUMN reporting.dim_actor.actor_name IS 'Name of the actor as tables show it.';
COMMENT ON COLUMN reporting.dim_actor.actor_kind IS 'What the actor is: person, office, government, state, party, organization and so on.';
COMMENT ON COLUMN reporting.dim_actor.wikidata_code IS 'Wikidata item of the actor; empty if none is recorded.';

-- name: due
-- The rows that belong in it.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT a.id AS actor_key, a.slug AS actor_code, a.name AS actor_name, a.kind AS actor_kind, w.wikidata_code
FROM stancedb.actor a
LEFT JOIN (
    SELECT i.actor_id, min(i.value) AS wikidata_code FROM stancedb.actor_identifier i
    WHERE i.scheme = 'wikidata' GROUP BY i.actor_id
) w ON w.actor_id = a.id
WHERE a.merged_into_id IS NULL
UNION ALL
SELECT -1, 'unknown', '(unknown)', 'unknown', NULL;
