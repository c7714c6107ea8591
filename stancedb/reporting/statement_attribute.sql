-- What else coders noted about the judgements that count, one row per value.
CREATE TABLE reporting.statement_attribute (
    coding_key bigint NOT NULL REFERENCES reporting.fact_statement DEFERRABLE,
    attribute text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (coding_key, attribute)
);
CREATE INDEX ON reporting.statement_attribute (attribute);
COMMENT ON TABLE reporting.statement_attribute IS 'Grain: one attribute of one final coding. A coding has one value of an attribute.';
COMMENT ON COLUMN reporting.statement_attribute.coding_key IS 'The coding that it belongs to; joins fact_statement.';
COMMENT ON COLUMN reporting.statement_attribute.attribute IS 'The attribute as named by coders, such as frame or tone.';
COMMENT ON COLUMN reporting.statement_attribute.value IS 'The value, cut after 8,000 characters.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT x.coding_id AS coding_key, x.key AS attribute, left(x.value, 8000) AS value
FROM touched_coding t JOIN stancedb.coding_attribute x ON x.coding_id = t.coding_key
JOIN stancedb.coding c ON c.id = x.coding_id JOIN stancedb.statement s ON s.id = c.statement_id
WHERE c.is_final AND s.merged_into_id IS NULL AND s.retracted_on IS NULL;
