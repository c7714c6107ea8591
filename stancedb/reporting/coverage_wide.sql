-- fact_coverage with its outlet.
CREATE VIEW reporting.coverage_wide AS
SELECT f.month_start, d.calendar_year, o.outlet_code, o.outlet_name, o.outlet_kind, o.outlet_country,
    o.outlet_reliability, f.article_count, f.coded_article_count, f.statement_count, f.mention_count
FROM reporting.fact_coverage f
LEFT JOIN reporting.dim_date d ON d.date_key = f.month_start
LEFT JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key;
COMMENT ON VIEW reporting.coverage_wide IS 'Grain: outlet x month of publication, as fact_coverage, with the names of the outlet.'
