-- Who stood where and when, under each rule.
CREATE TABLE reporting.fact_stance (
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    rule_key bigint NOT NULL REFERENCES reporting.dim_rule DEFERRABLE,
    valid_from date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    valid_from_edtf text NOT NULL,
    valid_to date,
    valid_last date,
    valid_to_or_today date NOT NULL,
    valid_last_or_today date NOT NULL,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    coding_key bigint NOT NULL REFERENCES reporting.fact_statement DEFERRABLE,
    position_score double precision,
    duration_days integer NOT NULL,
    evidence_count bigint NOT NULL,
    contrary_count bigint NOT NULL,
    change_count bigint NOT NULL,
    confirmed_date date NOT NULL,
    last_evidence_date date NOT NULL,
    last_evidence_edtf text NOT NULL,
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
COMMENT ON COLUMN reporting.fact_stance.valid_from_edtf IS 'First day of the stance as precisely as it is known: 2023-09 where valid_from is the earliest day of that month.';
COMMENT ON COLUMN reporting.fact_stance.valid_to IS 'First day after the stance (exclusive); empty while it lasts.';
COMMENT ON COLUMN reporting.fact_stance.valid_last IS 'Last day of the stance (inclusive); empty while it lasts.';
COMMENT ON COLUMN reporting.fact_stance.valid_to_or_today IS 'valid_to, or the day after that as of which the data are reported while the stance lasts; never empty.';
COMMENT ON COLUMN reporting.fact_stance.valid_last_or_today IS 'valid_last, or the day as of which the data are reported while the stance lasts; never empty.';
COMMENT ON COLUMN reporting.fact_stance.position_key IS 'The position that is held; joins dim_position.';
COMMENT ON COLUMN reporting.fact_stance.coding_key IS 'The coding of the first evidence of the stance; joins fact_statement.';
COMMENT ON COLUMN reporting.fact_stance.position_score IS 'Score of the position from -1 to 1; empty for ambiguity and if the issue has none.';
COMMENT ON COLUMN reporting.fact_stance.duration_days IS 'Days from valid_from to valid_to_or_today.';
COMMENT ON COLUMN reporting.fact_stance.evidence_count IS 'Number of statements that support the stance.';
COMMENT ON COLUMN reporting.fact_stance.contrary_count IS 'Number of statements within the period that the rule set aside.';
COMMENT ON COLUMN reporting.fact_stance.change_count IS 'Changes of the holder on the issue under the rule, before and after this stance; the first stance counts as none.';
COMMENT ON COLUMN reporting.fact_stance.confirmed_date IS 'The day on which the rule was satisfied; before it the stance was pending and not reported.';
COMMENT ON COLUMN reporting.fact_stance.last_evidence_date IS 'Day of the last statement that supports the stance.';
COMMENT ON COLUMN reporting.fact_stance.last_evidence_edtf IS 'The same as precisely as it is known: 2023-09 for a month.';
COMMENT ON COLUMN reporting.fact_stance.is_current IS 'True for the stance in force on the day as of which the data are reported.';
COMMENT ON COLUMN reporting.fact_stance.is_contested IS 'True if evidence of the same day and authority conflicts, so that the rule had to choose.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
-- A stance whose rule is not yet satisfied is not shown, and the one before it carries on, unless that was withdrawn,
-- or ended, before or meanwhile.
WITH derived AS (
    SELECT s.*, lead(s.valid_from) OVER pair AS next_from, lead(s.confirmed_on) OVER pair AS next_confirmed_on
    FROM touched_pair t JOIN stancedb.stance s ON s.holder_id = t.actor_key AND s.issue_id = t.issue_key
    WINDOW pair AS (PARTITION BY s.holder_id, s.issue_id, s.rule_id ORDER BY s.valid_from)
),
shown AS (
    SELECT d.*, CASE WHEN d.next_confirmed_on > a.day AND d.next_from = d.valid_to THEN d.carried_to ELSE d.valid_to END
        AS until, a.day
    FROM derived d, asked a WHERE d.confirmed_on <= a.day
),
moved AS (
    SELECT c.holder_id, c.issue_id, c.rule_id, count(*) AS changes
    FROM asked a, touched_pair t
    JOIN stancedb.stance_change c ON c.holder_id = t.actor_key AND c.issue_id = t.issue_key
    WHERE c.confirmed_on <= a.day AND c.kind <> 'initial'
    GROUP BY c.holder_id, c.issue_id, c.rule_id
),
-- Days known only by a month, a year or the like, because no statement of the position gives a day.
coarse AS (
    SELECT DISTINCT ON (e.holder_id, e.issue_id, e.said_from, e.position_id) e.holder_id, e.issue_id, e.said_from AS day,
        e.position_id, split_part(s.said_edtf, '/', 1) AS edtf
    FROM touched_pair t JOIN stancedb.evidence e ON e.holder_id = t.actor_key AND e.issue_id = t.issue_key
    JOIN stancedb.statement s ON s.id = e.statement_id
    WHERE e.act = 'expresses' AND e.known_until_id IS NULL AND e.said_to IS DISTINCT FROM e.said_from + 1
        AND NOT EXISTS (
            SELECT FROM stancedb.evidence x
            WHERE x.holder_id = e.holder_id AND x.issue_id = e.issue_id AND x.said_from = e.said_from
                AND x.position_id = e.position_id AND x.act = 'expresses' AND x.known_until_id IS NULL
                AND x.said_to = x.said_from + 1
        )
    ORDER BY e.holder_id, e.issue_id, e.said_from, e.position_id, e.said_to, s.said_edtf COLLATE "C"
)
SELECT s.holder_id AS actor_key, s.issue_id AS issue_key, s.rule_id AS rule_key, s.valid_from,
    coalesce(b.edtf, CAST(s.valid_from AS text)) AS valid_from_edtf, s.until AS valid_to, s.until - 1 AS valid_last,
    coalesce(s.until, greatest(s.day, s.valid_from) + 1) AS valid_to_or_today,
    coalesce(s.until - 1, greatest(s.day, s.valid_from)) AS valid_last_or_today, s.position_id AS position_key,
    s.onset_coding_id AS coding_key, p.score AS position_score,
    coalesce(s.until, greatest(s.day, s.valid_from) + 1) - s.valid_from AS duration_days, s.evidence_count,
    s.contrary_count, coalesce(m.changes, 0) AS change_count, s.confirmed_on AS confirmed_date, s.last_evidence_on AS last_evidence_date,
    coalesce(l.edtf, CAST(s.last_evidence_on AS text)) AS last_evidence_edtf,
    s.valid_from <= s.day AND (s.until IS NULL OR s.until > s.day) AS is_current, s.is_contested
FROM shown s JOIN stancedb.position p ON p.id = s.position_id
LEFT JOIN moved m ON m.holder_id = s.holder_id AND m.issue_id = s.issue_id AND m.rule_id = s.rule_id
LEFT JOIN coarse b ON (b.holder_id, b.issue_id, b.day, b.position_id)
    = (s.holder_id, s.issue_id, s.valid_from, s.position_id)
LEFT JOIN coarse l ON (l.holder_id, l.issue_id, l.day, l.position_id)
    = (s.holder_id, s.issue_id, s.last_evidence_on, s.position_id);
