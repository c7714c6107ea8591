-- Add the poles of issues.

ALTER TABLE stancedb.issue
    ADD COLUMN low_pole text,
    ADD COLUMN high_pole text,
    ADD CONSTRAINT ck_issue_poles_are_two CHECK ((low_pole IS NULL) = (high_pole IS NULL)),
    ADD CONSTRAINT ck_issue_poles_differ CHECK (low_pole <> high_pole),
    ADD CONSTRAINT ck_issue_poles_not_blank CHECK (low_pole <> '' AND high_pole <> '');
ALTER TABLE history.issue
    ADD COLUMN low_pole text,
    ADD COLUMN high_pole text;

COMMENT ON COLUMN stancedb.issue.low_pole IS 'What the low end of the scale stands for; null if it has no name.';
COMMENT ON COLUMN stancedb.issue.high_pole IS 'What the high end of the scale stands for; null if it has no name.';
COMMENT ON COLUMN history.issue.low_pole IS 'What the low end of the scale stands for; null if it has no name.';
COMMENT ON COLUMN history.issue.high_pole IS 'What the high end of the scale stands for; null if it has no name.';
COMMENT ON CONSTRAINT ck_issue_poles_are_two ON stancedb.issue IS 'An issue must name both poles of its scale or neither.';
COMMENT ON CONSTRAINT ck_issue_poles_differ ON stancedb.issue IS 'The poles of an issue must have different names.';
COMMENT ON CONSTRAINT ck_issue_poles_not_blank ON stancedb.issue IS 'The name of a pole must not be blank.';
