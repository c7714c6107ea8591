-- How far each coder is in each round, and how long a statement took.
CREATE TABLE reporting.coding_work (
    coder_key bigint NOT NULL REFERENCES reporting.dim_coder DEFERRABLE,
    round_code text NOT NULL,
    open_count bigint NOT NULL,
    done_count bigint NOT NULL,
    problem_count bigint NOT NULL,
    withdrawn_count bigint NOT NULL,
    statement_count bigint NOT NULL,
    seconds_per_statement double precision,
    PRIMARY KEY (coder_key, round_code)
);
COMMENT ON TABLE reporting.coding_work IS 'Grain: one coder in one round of coding. Statements count once they are released.';
COMMENT ON COLUMN reporting.coding_work.coder_key IS 'The coder; joins dim_coder.';
COMMENT ON COLUMN reporting.coding_work.round_code IS 'Stable public handle of the round of coding.';
COMMENT ON COLUMN reporting.coding_work.open_count IS 'Texts that the coder has yet to finish.';
COMMENT ON COLUMN reporting.coding_work.done_count IS 'Texts that the coder has finished.';
COMMENT ON COLUMN reporting.coding_work.problem_count IS 'Texts that the coder has set aside for a reviewer.';
COMMENT ON COLUMN reporting.coding_work.withdrawn_count IS 'Texts that were withdrawn from the coder.';
COMMENT ON COLUMN reporting.coding_work.statement_count IS 'Released statements that the coder found, counted in each text.';
COMMENT ON COLUMN reporting.coding_work.seconds_per_statement IS 'Mean number of seconds that a released statement took; empty where there is none.';

-- name: due
-- The rows that belong in it.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT a.coder_id AS coder_key, r.slug AS round_code, count(*) FILTER (WHERE a.state = 'open') AS open_count,
    count(*) FILTER (WHERE a.state = 'done') AS done_count,
    count(*) FILTER (WHERE a.state = 'problem') AS problem_count,
    count(*) FILTER (WHERE a.state = 'withdrawn') AS withdrawn_count,
    CAST(sum(f.statement_count) AS bigint) AS statement_count,
    sum(f.seconds) / nullif(sum(f.statement_count), 0) AS seconds_per_statement
FROM stancedb.assignment a
JOIN stancedb.coding_round r ON r.id = a.round_id
CROSS JOIN LATERAL (
    SELECT count(DISTINCT x.statement_id) AS statement_count, coalesce(sum(x.seconds), 0) AS seconds
    FROM stancedb.finding x WHERE x.assignment_id = a.id AND x.statement_id IS NOT NULL
) f
WHERE a.coder_id IS NOT NULL
GROUP BY a.coder_id, r.slug;
