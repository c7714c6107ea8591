-- Other attributes of actors, one row per value; an actor's own value precedes those of actors merged into it.
CREATE TABLE reporting.dim_actor_attribute (
    actor_attribute_key bigint PRIMARY KEY,
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    attribute text NOT NULL,
    value text NOT NULL,
    valid_from date,
    valid_to date,
    valid_last date,
    is_open boolean NOT NULL
);
CREATE INDEX ON reporting.dim_actor_attribute (actor_key);
CREATE INDEX ON reporting.dim_actor_attribute (attribute);
COMMENT ON TABLE reporting.dim_actor_attribute IS 'Grain: one value of one attribute of an actor, for as long as it holds. An actor has one value of an attribute at a time.';
COMMENT ON COLUMN reporting.dim_actor_attribute.actor_attribute_key IS 'Internal key of the value.';
COMMENT ON COLUMN reporting.dim_actor_attribute.actor_key IS 'The actor that it describes; joins dim_actor.';
COMMENT ON COLUMN reporting.dim_actor_attribute.attribute IS 'The attribute as named by coders, such as type or party.';
COMMENT ON COLUMN reporting.dim_actor_attribute.value IS 'The value, cut after 8,000 characters.';
COMMENT ON COLUMN reporting.dim_actor_attribute.valid_from IS 'First day on which the value holds; empty if no beginning is known.';
COMMENT ON COLUMN reporting.dim_actor_attribute.valid_to IS 'First day after the value (exclusive); empty if no end is known.';
COMMENT ON COLUMN reporting.dim_actor_attribute.valid_last IS 'Last day on which the value holds (inclusive); empty if no end is known.';
COMMENT ON COLUMN reporting.dim_actor_attribute.is_open IS 'True if no end is known.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT x.id AS actor_attribute_key, x.actor_id AS actor_key, x.key AS attribute, left(x.value, 8000) AS value,
    x.during_from AS valid_from, x.during_to AS valid_to, x.during_to - 1 AS valid_last, x.during_to IS NULL AS is_open
FROM stancedb.shown_attribute x;
