-- Who stood where and when, under each rule.
CREATE TABLE reporting.fact_stance (
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    rule_key bigint NOT NULL REFERENCES reporting.dim_rule DEFERRABLE,
    valid_from date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    valid_to date,
    valid_to_or_today date NOT NULL,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    coding_key bigint NOT NULL REFERENCES reporting.fact_statement DEFERRABLE,
    position_score double precision,
    duration_days integer NOT NULL,
    evidence_count bigint NOT NULL,
    contrary_count bigint NOT NULL,
    confirmed_date date NOT NULL,
    last_evidence_date date NOT NULL,
    is_current boolean NOT NULL,
    is_contested boolean NOT NULL,
    PRIMARY KEY (actor_key, issue_key, rule_key, valid_from)
) WITH (fillfactor = 60);
CREATE INDEX ON reporting.fact_stance (issue_key, rule_key, valid_from);
CREATE INDEX ON reporting.fact_stance (rule_key);
CREATE INDEX ON reporting.fact_stance (valid_from);
CREATE INDEX ON reporting.fact_stance (position_key);
CREATE INDEX ON reporting.fact_stance (coding_key);
COMMENT ON TABLE reporting.fact_stance IS 'Grain: one period in which a holder is taken to hold one position on one issue under one rule. Filter on one rule: periods of different rules overlap, those of one rule do not.';
COMMENT ON COLUMN reporting.fact_stance.actor_key IS 'The holder, whose position it is; joins dim_actor.';
COMMENT ON COLUMN reporting.fact_stance.issue_key IS 'The policy question; joins dim_issue.';
COMMENT ON COLUMN reporting.fact_stance.rule_key IS 'The rule under which it is derived; joins dim_rule.';
COMMENT ON COLUMN reporting.fact_stance.valid_from IS 'First day of the stance; joins dim_date.';
COMMENT ON COLUMN reporting.fact_stance.valid_to IS 'First day after the stance (exclusive); empty while it lasts.';
COMMENT ON COLUMN reporting.fact_stance.valid_to_or_today IS 'valid_to, or the day after the one reported as of while the stance lasts; never empty.';
COMMENT ON COLUMN reporting.fact_stance.position_key IS 'What is held; joins dim_position.';
COMMENT ON COLUMN reporting.fact_stance.coding_key IS 'The coding of the first evidence of the stance; joins fact_statement.';
COMMENT ON COLUMN reporting.fact_stance.position_score IS 'Score of the position from -1 to 1; empty for ambiguity and where the issue has none.';
COMMENT ON COLUMN reporting.fact_stance.duration_days IS 'Days from valid_from to valid_to_or_today.';
COMMENT ON COLUMN reporting.fact_stance.evidence_count IS 'Statements that stand behind the stance.';
COMMENT ON COLUMN reporting.fact_stance.contrary_count IS 'Statements within the period that the rule set aside.';
COMMENT ON COLUMN reporting.fact_stance.confirmed_date IS 'The day on which the rule was satisfied; before it the stance was pending and not reported.';
COMMENT ON COLUMN reporting.fact_stance.last_evidence_date IS 'Day of the last statement behind the stance.';
COMMENT ON COLUMN reporting.fact_stance.is_current IS 'True for the stance in force on the day reported as of.';
COMMENT ON COLUMN reporting.fact_stance.is_contested IS 'True if evidence of the same day and authority says otherwise, so that the rule had to pick.';

-- The rows that belong in it:
-- A stance whose rule is not yet satisfied is not shown, and the one before it carries on, unless a retraction, a
-- succession or its age had ended that one before.
WITH derived AS (
    SELECT s.*, lead(s.valid_from) OVER pair AS next_from, lead(s.confirmed_on) OVER pair AS next_confirmed_on
    FROM touched_pair t JOIN stancedb.stance s ON s.holder_id = t.actor_key AND s.issue_id = t.issue_key
    WINDOW pair AS (PARTITION BY s.holder_id, s.issue_id, s.rule_id ORDER BY s.valid_from)
),
shown AS (
    SELECT d.*, CASE WHEN d.next_confirmed_on > a.day AND d.next_from = d.valid_to THEN NULL ELSE d.valid_to END
        AS until, a.day
    FROM derived d, asked a WHERE d.confirmed_on <= a.day
)
SELECT s.holder_id AS actor_key, s.issue_id AS issue_key, s.rule_id AS rule_key, s.valid_from, s.until AS valid_to,
    coalesce(s.until, greatest(s.day, s.valid_from) + 1) AS valid_to_or_today, s.position_id AS position_key,
    s.onset_coding_id AS coding_key, p.score AS position_score,
    coalesce(s.until, greatest(s.day, s.valid_from) + 1) - s.valid_from AS duration_days, s.evidence_count,
    s.contrary_count, s.confirmed_on AS confirmed_date, s.last_evidence_on AS last_evidence_date,
    s.valid_from <= s.day AND (s.until IS NULL OR s.until > s.day) AS is_current, s.is_contested
FROM shown s JOIN stancedb.position p ON p.id = s.position_id
