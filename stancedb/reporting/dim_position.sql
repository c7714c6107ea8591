-- The answers to the questions; deliberate ambiguity is one of them.
CREATE TABLE reporting.dim_position (
    position_key bigint PRIMARY KEY,
    issue_key bigint NOT NULL REFERENCES reporting.dim_issue DEFERRABLE,
    position_code text NOT NULL,
    position_label text NOT NULL,
    position_definition text NOT NULL,
    position_kind text NOT NULL,
    position_rank smallint,
    position_score double precision,
    is_retired boolean,
    UNIQUE (issue_key, position_code) DEFERRABLE
);
COMMENT ON TABLE reporting.dim_position IS 'Grain: one named answer to the question of an issue.';
COMMENT ON COLUMN reporting.dim_position.position_key IS 'Internal key of the position; joins facts to dim_position. -1 if no position is taken or known.';
COMMENT ON COLUMN reporting.dim_position.issue_key IS 'The issue whose question it answers; joins dim_issue.';
COMMENT ON COLUMN reporting.dim_position.position_code IS 'Stable public handle of the position, unique within its issue.';
COMMENT ON COLUMN reporting.dim_position.position_label IS 'Label of the position as shown in tables and charts; sort by position_rank.';
COMMENT ON COLUMN reporting.dim_position.position_definition IS 'What the position says.';
COMMENT ON COLUMN reporting.dim_position.position_kind IS 'substantive, deliberate_ambiguity or no_position.';
COMMENT ON COLUMN reporting.dim_position.position_rank IS 'Place of the position on the ordered scale of its issue; empty if it has none.';
COMMENT ON COLUMN reporting.dim_position.position_score IS 'Score of the position from -1 to 1; empty for ambiguity and if the issue has none.';
COMMENT ON COLUMN reporting.dim_position.is_retired IS 'Whether the position is retired: it has left the scale, takes no new codings, and has no rank.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT p.id AS position_key, p.issue_id AS issue_key, p.slug AS position_code, p.label AS position_label,
    left(p.definition, 8000) AS position_definition, p.kind AS position_kind, p.rank AS position_rank,
    p.score AS position_score, p.status = 'retired' AS is_retired
FROM stancedb.position p
UNION ALL
SELECT -1, -1, 'unknown', '(none)', 'No position is taken or known.', 'unknown', NULL, NULL, NULL;
