-- Where each holder stood at the end of each month in which something was said, under the default rule. A row for every
-- month of every period would be hundreds for each pair; to get them, join fact_stance with dim_date.
CREATE TABLE reporting.fact_stance_month (
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    rule_key bigint NOT NULL REFERENCES reporting.dim_rule DEFERRABLE,
    month_start date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    position_score double precision,
    evidence_count bigint NOT NULL,
    is_contested boolean NOT NULL,
    PRIMARY KEY (actor_key, issue_key, month_start)
);
CREATE INDEX ON reporting.fact_stance_month (issue_key, month_start);
CREATE INDEX ON reporting.fact_stance_month (rule_key);
CREATE INDEX ON reporting.fact_stance_month (month_start);
CREATE INDEX ON reporting.fact_stance_month (position_key);
COMMENT ON TABLE reporting.fact_stance_month IS 'Grain: holder x issue x month under the default rule, for months in which something was said or a stance began. In the months between, the position stays the same.';
COMMENT ON COLUMN reporting.fact_stance_month.actor_key IS 'The holder, whose position it is; joins dim_actor.';
COMMENT ON COLUMN reporting.fact_stance_month.issue_key IS 'The policy question; joins dim_issue.';
COMMENT ON COLUMN reporting.fact_stance_month.rule_key IS 'The default rule, under which it is derived; joins dim_rule.';
COMMENT ON COLUMN reporting.fact_stance_month.month_start IS 'First day of the month; joins dim_date.';
COMMENT ON COLUMN reporting.fact_stance_month.position_key IS 'The position that is held on the last day of the month, or in the current month on the day as of which the data are reported; joins dim_position.';
COMMENT ON COLUMN reporting.fact_stance_month.position_score IS 'Score of the position from -1 to 1; empty for ambiguity and if the issue has none.';
COMMENT ON COLUMN reporting.fact_stance_month.evidence_count IS 'Number of statements in the month that count under the rule, whatever position they take; 0 if an earlier stance returned.';
COMMENT ON COLUMN reporting.fact_stance_month.is_contested IS 'True if evidence of the same day and authority conflicts, so that the rule had to choose.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
WITH said AS (
    SELECT e.holder_id, e.issue_id, r.id AS rule_id, date_trunc('month', e.said_from::timestamp)::date AS month_start,
        count(DISTINCT e.statement_id) AS evidence_count
    FROM touched_month t JOIN stancedb.evidence e ON e.holder_id = t.actor_key AND e.issue_id = t.issue_key
    JOIN stancedb.derivation_rule r ON r.is_default AND e.authority >= r.min_authority AND e.basis = ANY (r.bases)
    WHERE e.known_until_id IS NULL AND e.act = 'expresses'
    GROUP BY 1, 2, 3, 4
),
begun AS (
    SELECT s.actor_key, s.issue_key, s.rule_key, date_trunc('month', s.valid_from::timestamp)::date AS month_start
    FROM touched_month t
    JOIN reporting.fact_stance s ON s.actor_key = t.actor_key AND s.issue_key = t.issue_key
    JOIN stancedb.derivation_rule r ON r.id = s.rule_key AND r.is_default
    GROUP BY 1, 2, 3, 4
),
month AS (
    SELECT m.*, least((m.month_start + interval '1 month')::date - 1, a.day) AS last_day
    FROM asked a, (
        SELECT coalesce(d.holder_id, b.actor_key) AS actor_key, coalesce(d.issue_id, b.issue_key) AS issue_key,
            coalesce(d.rule_id, b.rule_key) AS rule_key, coalesce(d.month_start, b.month_start) AS month_start,
            coalesce(d.evidence_count, 0) AS evidence_count
        FROM said d FULL JOIN begun b ON b.actor_key = d.holder_id AND b.issue_key = d.issue_id
            AND b.rule_key = d.rule_id AND b.month_start = d.month_start
    ) m
    WHERE m.month_start <= a.day
)
SELECT m.actor_key, m.issue_key, m.rule_key, m.month_start, s.position_key, s.position_score, m.evidence_count,
    s.is_contested
FROM month m
JOIN reporting.fact_stance s ON s.actor_key = m.actor_key AND s.issue_key = m.issue_key AND s.rule_key = m.rule_key
    AND s.valid_from <= m.last_day AND (s.valid_to IS NULL OR s.valid_to > m.last_day);
