-- How much was published and how much of it is coded.
CREATE TABLE reporting.fact_coverage (
    outlet_key bigint NOT NULL REFERENCES reporting.dim_outlet DEFERRABLE,
    month_start date NOT NULL REFERENCES reporting.dim_date DEFERRABLE,
    article_count bigint NOT NULL,
    coded_article_count bigint NOT NULL,
    statement_count bigint NOT NULL,
    mention_count bigint NOT NULL,
    PRIMARY KEY (outlet_key, month_start)
);
CREATE INDEX ON reporting.fact_coverage (month_start);
COMMENT ON TABLE reporting.fact_coverage IS 'Grain: outlet x month of publication. Articles without a day of publication and retracted articles are left out.';
COMMENT ON COLUMN reporting.fact_coverage.outlet_key IS 'The outlet; joins dim_outlet.';
COMMENT ON COLUMN reporting.fact_coverage.month_start IS 'First day of the month of publication; joins dim_date.';
COMMENT ON COLUMN reporting.fact_coverage.article_count IS 'Articles loaded.';
COMMENT ON COLUMN reporting.fact_coverage.coded_article_count IS 'Articles in which at least one statement is marked.';
COMMENT ON COLUMN reporting.fact_coverage.statement_count IS 'Different statements marked in these articles.';
COMMENT ON COLUMN reporting.fact_coverage.mention_count IS 'Places in these articles where a statement is marked.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT t.outlet_key, t.month_start, count(DISTINCT a.id) AS article_count,
    count(DISTINCT a.id) FILTER (WHERE m.id IS NOT NULL) AS coded_article_count,
    count(DISTINCT m.statement_id) AS statement_count, count(m.id) AS mention_count
FROM touched_coverage t
JOIN stancedb.article a ON a.outlet_id = t.outlet_key
    AND date_trunc('month', a.published_from::timestamp)::date = t.month_start
    AND a.published_from >= t.month_start AND a.published_from < t.month_start + interval '1 month'
LEFT JOIN stancedb.article_version v ON v.article_id = a.id
LEFT JOIN (
    SELECT m.id, m.article_version_id, m.statement_id
    FROM stancedb.mention m JOIN stancedb.statement s ON s.id = m.statement_id
    WHERE s.merged_into_id IS NULL AND s.retracted_on IS NULL
) m ON m.article_version_id = v.id
WHERE a.retracted_on IS NULL
GROUP BY t.outlet_key, t.month_start;
