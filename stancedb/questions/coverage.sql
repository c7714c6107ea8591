-- How much each outlet published in each month, and how much of it is coded.
SELECT o.outlet_code AS outlet, f.month_start AS month, f.article_count AS articles, f.coded_article_count AS coded,
    CAST(f.coded_article_count AS double precision) / nullif(f.article_count, 0) AS coded_share,
    f.statement_count AS statements, f.mention_count AS mentions
FROM reporting.fact_coverage f JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key
WHERE (CAST(:outlet AS text) IS NULL OR o.outlet_code = :outlet)
    AND (CAST(:since AS date) IS NULL OR f.month_start >= date_trunc('month', CAST(:since AS timestamp)))
    AND (CAST(:until AS date) IS NULL OR f.month_start <= :until)
ORDER BY o.outlet_code, f.month_start
