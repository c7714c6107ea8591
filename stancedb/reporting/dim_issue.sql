-- The policy questions, with the wider question each belongs to.
CREATE TABLE reporting.dim_issue (
    issue_key bigint PRIMARY KEY,
    issue_code text NOT NULL UNIQUE DEFERRABLE,
    issue_question text NOT NULL,
    issue_scope text,
    issue_low_pole text,
    issue_high_pole text,
    issue_status text NOT NULL,
    parent_issue_key bigint REFERENCES reporting.dim_issue DEFERRABLE
);
COMMENT ON TABLE reporting.dim_issue IS 'Grain: one policy question; parent_issue_key builds the hierarchy.';
COMMENT ON COLUMN reporting.dim_issue.issue_key IS 'Internal key of the issue; joins facts to dim_issue.';
COMMENT ON COLUMN reporting.dim_issue.issue_code IS 'Stable public handle of the issue.';
COMMENT ON COLUMN reporting.dim_issue.issue_question IS 'The one question that the positions of the issue answer.';
COMMENT ON COLUMN reporting.dim_issue.issue_scope IS 'What belongs to the issue and what does not.';
COMMENT ON COLUMN reporting.dim_issue.issue_low_pole IS 'What the low end of the scale stands for; empty if it has no name.';
COMMENT ON COLUMN reporting.dim_issue.issue_high_pole IS 'What the high end of the scale stands for; empty if it has no name.';
COMMENT ON COLUMN reporting.dim_issue.issue_status IS 'Whether the issue is coded now: draft, active or retired.';
COMMENT ON COLUMN reporting.dim_issue.parent_issue_key IS 'Key of the broader issue; empty at the top.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT i.id AS issue_key, i.slug AS issue_code, left(i.question, 8000) AS issue_question,
    left(i.scope, 8000) AS issue_scope, left(i.low_pole, 8000) AS issue_low_pole,
    left(i.high_pole, 8000) AS issue_high_pole, i.status AS issue_status, i.parent_id AS parent_issue_key
FROM stancedb.issue i
UNION ALL
SELECT -1, 'unknown', '(unknown)', NULL, NULL, NULL, 'unknown', NULL;
