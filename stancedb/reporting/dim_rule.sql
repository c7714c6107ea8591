-- The rules by which stances are derived; one of them is the default.
CREATE TABLE reporting.dim_rule (
    rule_key bigint PRIMARY KEY,
    rule_code text NOT NULL UNIQUE DEFERRABLE,
    rule_label text NOT NULL,
    rule_definition text NOT NULL,
    min_authority smallint NOT NULL,
    is_default_rule boolean NOT NULL
);
COMMENT ON TABLE reporting.dim_rule IS 'Grain: one rule by which stances are derived. Filter on is_default_rule if in doubt.';
COMMENT ON COLUMN reporting.dim_rule.rule_key IS 'Internal key of the rule; joins facts to dim_rule.';
COMMENT ON COLUMN reporting.dim_rule.rule_code IS 'Stable public handle of the rule, such as latest-word.';
COMMENT ON COLUMN reporting.dim_rule.rule_label IS 'Name of the rule as shown in tables and charts.';
COMMENT ON COLUMN reporting.dim_rule.rule_definition IS 'What the rule does, in a sentence.';
COMMENT ON COLUMN reporting.dim_rule.min_authority IS 'Statements below this authority do not count under the rule, 1 to 6.';
COMMENT ON COLUMN reporting.dim_rule.is_default_rule IS 'True for the rule that is used when none is named.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT r.id AS rule_key, r.slug AS rule_code, r.label AS rule_label, left(r.definition, 8000) AS rule_definition,
    r.min_authority, r.is_default AS is_default_rule
FROM stancedb.derivation_rule r
UNION ALL
SELECT -1, 'unknown', '(unknown)', 'No rule is known.', 1, false;
