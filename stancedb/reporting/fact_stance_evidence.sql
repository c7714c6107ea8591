-- The statements behind each stance, under each rule, and their role.
--
-- A coding is behind one stance of one holder under a rule, so coding and rule form a key. The key is a single number,
-- because programs read a large table in parts by a number.
CREATE TABLE reporting.fact_stance_evidence (
    evidence_key bigint PRIMARY KEY,
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    rule_key bigint NOT NULL REFERENCES reporting.dim_rule DEFERRABLE,
    stance_from date NOT NULL,
    coding_key bigint NOT NULL REFERENCES reporting.fact_statement DEFERRABLE,
    statement_date date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    evidence_role text NOT NULL,
    role_rank smallint NOT NULL,
    authority smallint NOT NULL
);
CREATE INDEX ON reporting.fact_stance_evidence (actor_key, issue_key, rule_key, stance_from);
CREATE INDEX ON reporting.fact_stance_evidence (issue_key);
CREATE INDEX ON reporting.fact_stance_evidence (rule_key);
CREATE INDEX ON reporting.fact_stance_evidence (coding_key);
CREATE INDEX ON reporting.fact_stance_evidence (statement_date);
CREATE INDEX ON reporting.fact_stance_evidence (position_key);
COMMENT ON TABLE reporting.fact_stance_evidence IS 'Grain: one coded statement within the period of one stance under one rule, and its role for that stance.';
COMMENT ON COLUMN reporting.fact_stance_evidence.evidence_key IS 'Inner key of the row: 10000 times coding_key, plus rule_key.';
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

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
-- If few pairs were touched, they are looked up here, because a call of stancedb.evidence_of is planned again for
-- each; otherwise it is called for all of them at once.
WITH behind AS (
    SELECT r.rule_key, e.holder_id, e.issue_id, e.valid_from, e.coding_id, e.statement_id, e.said_from, e.position_id, e.authority,
        e.role, s.confirmed_on
    FROM touched_rule r CROSS JOIN LATERAL stancedb.evidence_of(r.rule_key, NULL, NULL, NULL) e
    JOIN (
        SELECT x.* FROM touched_pair t JOIN stancedb.stance x ON x.holder_id = t.actor_key AND x.issue_id = t.issue_key
    ) s ON s.holder_id = e.holder_id AND s.issue_id = e.issue_id AND s.rule_id = r.rule_key
        AND s.valid_from = e.valid_from
    UNION ALL
    SELECT s.rule_id, s.holder_id, s.issue_id, s.valid_from, e.coding_id, e.statement_id, e.said_from, e.position_id, e.authority,
        stancedb.role_of(e, s.position_id, s.onset_coding_id, r), s.confirmed_on
    FROM touched_few t JOIN stancedb.stance s ON s.holder_id = t.actor_key AND s.issue_id = t.issue_key
    JOIN stancedb.derivation_rule r ON r.id = s.rule_id
    JOIN stancedb.evidence e ON e.holder_id = s.holder_id AND e.issue_id = s.issue_id
        AND e.said_from >= s.valid_from AND e.said_from < coalesce(s.valid_to, 'infinity')
    WHERE e.act = 'expresses' AND e.known_until_id IS NULL
)
SELECT b.coding_id * 10000 + b.rule_key AS evidence_key, b.holder_id AS actor_key, b.issue_id AS issue_key, b.rule_key, b.valid_from AS stance_from,
    b.coding_id AS coding_key, b.said_from AS statement_date, b.position_id AS position_key, b.role AS evidence_role,
    array_position(ARRAY['onset', 'reaffirmation', 'contrary', 'qualifying'], b.role) AS role_rank, b.authority
-- As in stancedb.evidence_of, a statement with two codings that say the same does not reaffirm itself.
FROM asked a, (
    SELECT x.holder_id, x.issue_id, x.rule_key, x.valid_from, x.coding_id, x.said_from, x.position_id, x.authority,
        x.confirmed_on, CASE WHEN x.role = 'reaffirmation' AND bool_or(x.role = 'onset') OVER (
            PARTITION BY x.holder_id, x.issue_id, x.rule_key, x.valid_from, x.statement_id
        ) THEN 'onset' ELSE x.role END AS role
    FROM behind x
) b
WHERE b.confirmed_on <= a.day;
