-- What lies between two stances: the kind of change and the window in which it happened.
CREATE TABLE reporting.fact_stance_change (
    actor_key bigint NOT NULL REFERENCES reporting.dim_actor DEFERRABLE,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    rule_key bigint NOT NULL REFERENCES reporting.dim_rule DEFERRABLE,
    change_date date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    change_kind text NOT NULL,
    from_position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    position_key bigint NOT NULL REFERENCES reporting.dim_position DEFERRABLE,
    window_from date,
    window_to date NOT NULL,
    window_last date NOT NULL,
    confirmed_date date NOT NULL,
    evidence_coding bigint,
    rank_delta integer,
    score_delta double precision,
    change_clarity text,
    days_away bigint,
    is_initial boolean NOT NULL,
    PRIMARY KEY (actor_key, issue_key, rule_key, change_date)
);
CREATE INDEX ON reporting.fact_stance_change (issue_key, rule_key, change_date);
CREATE INDEX ON reporting.fact_stance_change (rule_key);
CREATE INDEX ON reporting.fact_stance_change (change_date);
CREATE INDEX ON reporting.fact_stance_change (from_position_key);
CREATE INDEX ON reporting.fact_stance_change (position_key);
COMMENT ON TABLE reporting.fact_stance_change IS 'Grain: one change of stance of a holder on an issue under one rule; the first stance counts as one, marked is_initial.';
COMMENT ON COLUMN reporting.fact_stance_change.actor_key IS 'The holder, whose position changed; joins dim_actor.';
COMMENT ON COLUMN reporting.fact_stance_change.issue_key IS 'The policy question; joins dim_issue.';
COMMENT ON COLUMN reporting.fact_stance_change.rule_key IS 'The rule under which it is derived; joins dim_rule.';
COMMENT ON COLUMN reporting.fact_stance_change.change_date IS 'First day of the next stance; joins dim_date. The change itself happened within the window.';
COMMENT ON COLUMN reporting.fact_stance_change.change_kind IS 'initial, clarification, obscuring, hardening, softening, reversal, shift, return, retraction, ended, succession or lapse.';
COMMENT ON COLUMN reporting.fact_stance_change.from_position_key IS 'The position before; joins dim_position in a second role. -1 if none was known.';
COMMENT ON COLUMN reporting.fact_stance_change.position_key IS 'The position after; joins dim_position. -1 if nothing is known.';
COMMENT ON COLUMN reporting.fact_stance_change.window_from IS 'First possible day of the change; empty if nothing was known before.';
COMMENT ON COLUMN reporting.fact_stance_change.window_to IS 'The day after the last possible day of the change (exclusive).';
COMMENT ON COLUMN reporting.fact_stance_change.window_last IS 'Last possible day of the change (inclusive).';
COMMENT ON COLUMN reporting.fact_stance_change.confirmed_date IS 'The day on which the rule was satisfied; before it the change was pending and not reported.';
COMMENT ON COLUMN reporting.fact_stance_change.evidence_coding IS 'The coding_key in fact_statement of the statement that made the change; empty if none did, as in a lapse.';
COMMENT ON COLUMN reporting.fact_stance_change.rank_delta IS 'Rank after the change minus the rank before; empty if either has none.';
COMMENT ON COLUMN reporting.fact_stance_change.score_delta IS 'Score after the change minus the score before; empty if either has none.';
COMMENT ON COLUMN reporting.fact_stance_change.change_clarity IS 'Whether the position became clearer: clarified, obscured or same; empty if one side is unknown.';
COMMENT ON COLUMN reporting.fact_stance_change.days_away IS 'For a return, the number of days since the position was left.';
COMMENT ON COLUMN reporting.fact_stance_change.is_initial IS 'True for the first stance of a holder on an issue, which is not a change of mind.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
-- What is known of the touched pairs is looked up by pair and joined afterwards, so that few pairs cost little and all
-- of them one pass.
WITH changed AS MATERIALIZED (
    SELECT c.*, r.min_authority, r.bases
    FROM asked a, touched_pair t
    JOIN stancedb.stance_change c ON c.holder_id = t.actor_key AND c.issue_id = t.issue_key
    JOIN stancedb.derivation_rule r ON r.id = c.rule_id
    WHERE c.confirmed_on <= a.day
),
held AS MATERIALIZED (
    SELECT s.holder_id, s.issue_id, s.rule_id, s.valid_from, s.onset_coding_id
    FROM touched_pair t JOIN stancedb.stance s ON s.holder_id = t.actor_key AND s.issue_id = t.issue_key
),
said AS MATERIALIZED (
    SELECT e.holder_id, e.issue_id, e.said_from, e.position_id, e.authority, e.basis, e.tie_key, e.coding_id
    FROM touched_pair t JOIN stancedb.evidence e ON e.holder_id = t.actor_key AND e.issue_id = t.issue_key
    WHERE e.act = 'expresses' AND e.known_until_id IS NULL
),
made AS (
    SELECT DISTINCT ON (c.holder_id, c.issue_id, c.rule_id, c.changed_on) c.holder_id, c.issue_id, c.rule_id,
        c.changed_on, e.coding_id AS evidence_coding
    FROM changed c
    JOIN said e ON e.holder_id = c.holder_id AND e.issue_id = c.issue_id AND e.said_from = c.changed_on
        AND e.position_id = c.to_position_id AND e.authority >= c.min_authority AND e.basis = ANY (c.bases)
    LEFT JOIN held s ON s.holder_id = c.holder_id AND s.issue_id = c.issue_id AND s.rule_id = c.rule_id
        AND s.valid_from = c.changed_on
    ORDER BY c.holder_id, c.issue_id, c.rule_id, c.changed_on, (e.coding_id = s.onset_coding_id) IS TRUE DESC,
        e.authority DESC, e.tie_key DESC
)
SELECT c.holder_id AS actor_key, c.issue_id AS issue_key, c.rule_id AS rule_key, c.changed_on AS change_date,
    c.kind AS change_kind, coalesce(c.from_position_id, -1) AS from_position_key,
    coalesce(c.to_position_id, -1) AS position_key, c.window_from, c.window_to, c.window_to - 1 AS window_last, c.confirmed_on AS confirmed_date,
    made.evidence_coding, c.delta_rank AS rank_delta, c.delta_score AS score_delta, c.clarity AS change_clarity,
    c.walked_back_within AS days_away, c.kind = 'initial' AS is_initial
FROM changed c
LEFT JOIN made ON made.holder_id = c.holder_id AND made.issue_id = c.issue_id AND made.rule_id = c.rule_id
    AND made.changed_on = c.changed_on;
