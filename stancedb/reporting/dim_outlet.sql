-- Who publishes the articles.
CREATE TABLE reporting.dim_outlet (
    outlet_key bigint PRIMARY KEY,
    outlet_code text NOT NULL UNIQUE DEFERRABLE,
    outlet_name text NOT NULL,
    outlet_kind text NOT NULL,
    outlet_country text,
    outlet_reliability text,
    parent_outlet_key bigint REFERENCES reporting.dim_outlet DEFERRABLE
);
COMMENT ON TABLE reporting.dim_outlet IS 'Grain: one publisher of articles: a newspaper, an agency, a ministry, a parliament.';
COMMENT ON COLUMN reporting.dim_outlet.outlet_key IS 'Internal key of the outlet; joins facts and dim_article to dim_outlet.';
COMMENT ON COLUMN reporting.dim_outlet.outlet_code IS 'Stable public handle of the outlet.';
COMMENT ON COLUMN reporting.dim_outlet.outlet_name IS 'Name of the outlet as printed.';
COMMENT ON COLUMN reporting.dim_outlet.outlet_kind IS 'What kind of publisher the outlet is.';
COMMENT ON COLUMN reporting.dim_outlet.outlet_country IS 'ISO 3166-1 alpha-2 code of the country it publishes from.';
COMMENT ON COLUMN reporting.dim_outlet.outlet_reliability IS 'Admiralty grade of the source, A to F; F means it cannot be judged.';
COMMENT ON COLUMN reporting.dim_outlet.parent_outlet_key IS 'Key of the publishing house that the outlet belongs to; empty at the top.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT o.id AS outlet_key, o.slug AS outlet_code, o.name AS outlet_name, o.kind AS outlet_kind,
    o.country AS outlet_country, o.reliability AS outlet_reliability, o.parent_id AS parent_outlet_key
FROM stancedb.outlet o
UNION ALL
SELECT -1, 'unknown', '(unknown)', 'unknown', NULL, NULL, NULL;
