-- The statements behind each stance, under each rule, and as what.
CREATE TABLE reporting.fact_stance_evidence (
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    rule_key bigint NOT NULL REFERENCES reporting.dim_rule DEFERRABLE,
    stance_from date NOT NULL,
    coding_key bigint NOT NULL REFERENCES reporting.fact_statement DEFERRABLE,
    statement_date date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    evidence_role text NOT NULL,
    role_rank smallint NOT NULL,
    authority smallint NOT NULL,
    PRIMARY KEY (actor_key, issue_key, rule_key, stance_from, coding_key)
);
CREATE INDEX ON reporting.fact_stance_evidence (issue_key);
CREATE INDEX ON reporting.fact_stance_evidence (rule_key);
CREATE INDEX ON reporting.fact_stance_evidence (coding_key);
CREATE INDEX ON reporting.fact_stance_evidence (statement_date);
CREATE INDEX ON reporting.fact_stance_evidence (position_key);
COMMENT ON TABLE reporting.fact_stance_evidence IS 'Grain: one coded statement within the period of one stance under one rule, and what it is to that stance.';
COMMENT ON COLUMN reporting.fact_stance_evidence.actor_key IS 'The holder, whose position it is; joins dim_actor.';
COMMENT ON COLUMN reporting.fact_stance_evidence.issue_key IS 'The policy question; joins dim_issue.';
COMMENT ON COLUMN reporting.fact_stance_evidence.rule_key IS 'The rule under which it is derived; joins dim_rule.';
COMMENT ON COLUMN reporting.fact_stance_evidence.stance_from IS 'The valid_from of the stance in fact_stance.';
COMMENT ON COLUMN reporting.fact_stance_evidence.coding_key IS 'The coding; joins fact_statement.';
COMMENT ON COLUMN reporting.fact_stance_evidence.statement_date IS 'First possible day of the statement; joins dim_date.';
COMMENT ON COLUMN reporting.fact_stance_evidence.position_key IS 'The position that the statement expresses; joins dim_position.';
COMMENT ON COLUMN reporting.fact_stance_evidence.evidence_role IS 'onset, reaffirmation, contrary, or qualifying where it does not count under the rule; sort by role_rank.';
COMMENT ON COLUMN reporting.fact_stance_evidence.role_rank IS 'Role as a number: 1 onset, 2 reaffirmation, 3 contrary, 4 qualifying.';
COMMENT ON COLUMN reporting.fact_stance_evidence.authority IS 'Authority of the statement, 1 to 6.';

-- The rows that belong in it:
-- One pair at a time costs less while few were touched, all at once while many were: one of the two finds no pair.
WITH behind AS (
    SELECT r.rule_key, e.*
    FROM touched_rule r CROSS JOIN LATERAL stancedb.evidence_of(r.rule_key, NULL, NULL, NULL) e
    JOIN touched_pair t ON t.actor_key = e.holder_id AND t.issue_key = e.issue_id
    UNION ALL
    SELECT r.id, e.*
    FROM stancedb.derivation_rule r CROSS JOIN touched_few t
    CROSS JOIN LATERAL stancedb.evidence_of(r.id, NULL, t.actor_key, t.issue_key) e
)
SELECT b.holder_id AS actor_key, b.issue_id AS issue_key, b.rule_key, b.valid_from AS stance_from,
    b.coding_id AS coding_key, b.said_from AS statement_date, b.position_id AS position_key, b.role AS evidence_role,
    array_position(ARRAY['onset', 'reaffirmation', 'contrary', 'qualifying'], b.role) AS role_rank, b.authority
FROM asked a, behind b
JOIN (
    SELECT x.* FROM touched_pair t JOIN stancedb.stance x ON x.holder_id = t.actor_key AND x.issue_id = t.issue_key
) s ON s.holder_id = b.holder_id AND s.issue_id = b.issue_id AND s.rule_id = b.rule_key
    AND s.valid_from = b.valid_from
WHERE s.confirmed_on <= a.day
