-- Who or what made the judgements.
CREATE TABLE reporting.dim_coder (
    coder_key bigint PRIMARY KEY,
    coder_code text NOT NULL UNIQUE DEFERRABLE,
    coder_kind text NOT NULL,
    coder_version text
);
COMMENT ON TABLE reporting.dim_coder IS 'Grain: one person, model or import that codes.';
COMMENT ON COLUMN reporting.dim_coder.coder_key IS 'Internal key of the coder; joins facts to dim_coder.';
COMMENT ON COLUMN reporting.dim_coder.coder_code IS 'Stable public handle of the coder.';
COMMENT ON COLUMN reporting.dim_coder.coder_kind IS 'Whether the coder is a human, a model or an import.';
COMMENT ON COLUMN reporting.dim_coder.coder_version IS 'Version of the model or of the import; empty for people.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT c.id AS coder_key, c.name AS coder_code, c.kind AS coder_kind, c.version AS coder_version
FROM stancedb.coder c
UNION ALL
SELECT -1, 'unknown', 'unknown', NULL;
