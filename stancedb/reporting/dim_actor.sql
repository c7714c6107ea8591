-- Who holds positions and who speaks; actors found to be the same are merged.
CREATE TABLE reporting.dim_actor (
    actor_key bigint PRIMARY KEY,
    actor_code text NOT NULL UNIQUE DEFERRABLE,
    actor_name text NOT NULL,
    actor_kind text NOT NULL,
    wikidata_code text,
    actor_attributes text
);
COMMENT ON TABLE reporting.dim_actor IS 'Grain: one person, office, government, state or other body that holds positions or speaks.';
COMMENT ON COLUMN reporting.dim_actor.actor_key IS 'Internal key of the actor; joins facts to dim_actor.';
COMMENT ON COLUMN reporting.dim_actor.actor_code IS 'Stable public handle of the actor.';
COMMENT ON COLUMN reporting.dim_actor.actor_name IS 'Name of the actor as shown in tables.';
COMMENT ON COLUMN reporting.dim_actor.actor_kind IS 'What the actor is: person, office, government, state, party, organization and so on.';
COMMENT ON COLUMN reporting.dim_actor.wikidata_code IS 'Wikidata item of the actor; empty if none is recorded.';
COMMENT ON COLUMN reporting.dim_actor.actor_attributes IS 'The latest value of each attribute of the actor, as "party: Greens; type: party", cut after 8,000 characters; empty if there is none. dim_actor_attribute has each with its days.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT a.id AS actor_key, a.slug AS actor_code, a.name AS actor_name, a.kind AS actor_kind, w.wikidata_code,
    left(v.actor_attributes, 8000) AS actor_attributes
FROM stancedb.actor a
LEFT JOIN (
    SELECT i.actor_id, min(i.value) AS wikidata_code FROM stancedb.actor_identifier i
    WHERE i.scheme = 'wikidata' GROUP BY i.actor_id
) w ON w.actor_id = a.id
LEFT JOIN (
    SELECT l.actor_id, string_agg(l.key || ': ' || l.value, '; ' ORDER BY l.key COLLATE "C") AS actor_attributes
    FROM (
        SELECT DISTINCT ON (x.actor_id, x.key) x.actor_id, x.key, x.value FROM stancedb.shown_attribute x
        ORDER BY x.actor_id, x.key, x.during_from DESC NULLS LAST, x.id
    ) l
    GROUP BY l.actor_id
) v ON v.actor_id = a.id
WHERE a.merged_into_id IS NULL
UNION ALL
SELECT -1, 'unknown', '(unknown)', 'unknown', NULL, NULL;
