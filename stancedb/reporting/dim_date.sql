-- The calendar: whole years without a gap, from the first to the last day in the facts.
CREATE TABLE reporting.dim_date (
    date_key date PRIMARY KEY,
    calendar_year smallint NOT NULL,
    calendar_quarter smallint NOT NULL,
    calendar_month smallint NOT NULL,
    month_name text NOT NULL,
    month_start date NOT NULL,
    iso_year smallint NOT NULL,
    iso_week smallint NOT NULL,
    day_of_week smallint NOT NULL,
    day_name text NOT NULL,
    is_weekend boolean NOT NULL
);
COMMENT ON TABLE reporting.dim_date IS 'Grain: one day. Whole years without a gap; mark it as the date table where a tool asks for one.';
COMMENT ON COLUMN reporting.dim_date.date_key IS 'The day; every fact has a date that joins to it.';
COMMENT ON COLUMN reporting.dim_date.calendar_year IS 'Year of the day.';
COMMENT ON COLUMN reporting.dim_date.calendar_quarter IS 'Quarter of the year, 1 to 4.';
COMMENT ON COLUMN reporting.dim_date.calendar_month IS 'Month of the year, 1 to 12; sorts month_name.';
COMMENT ON COLUMN reporting.dim_date.month_name IS 'English name of the month.';
COMMENT ON COLUMN reporting.dim_date.month_start IS 'First day of the month; use it for monthly axes.';
COMMENT ON COLUMN reporting.dim_date.iso_year IS 'Year that the ISO 8601 week belongs to.';
COMMENT ON COLUMN reporting.dim_date.iso_week IS 'Number of the week by ISO 8601.';
COMMENT ON COLUMN reporting.dim_date.day_of_week IS 'Monday is 1, Sunday is 7; sorts day_name.';
COMMENT ON COLUMN reporting.dim_date.day_name IS 'English name of the day of the week.';
COMMENT ON COLUMN reporting.dim_date.is_weekend IS 'True on Saturday and Sunday.';

-- name: due
-- The rows that the table should contain.
CREATE TEMPORARY TABLE due ON COMMIT DROP AS
SELECT d.day AS date_key, extract(year FROM d.day) AS calendar_year, extract(quarter FROM d.day) AS calendar_quarter,
    extract(month FROM d.day) AS calendar_month, to_char(d.day, 'FMMonth') AS month_name,
    date_trunc('month', d.day::timestamp)::date AS month_start, extract(isoyear FROM d.day) AS iso_year,
    extract(week FROM d.day) AS iso_week, extract(isodow FROM d.day) AS day_of_week,
    to_char(d.day, 'FMDay') AS day_name, extract(isodow FROM d.day) > 5 AS is_weekend
FROM (
    SELECT least(a.day, f.first) AS first, greatest(a.day, f.last) AS last
    FROM asked a, (
        SELECT min(v.first) AS first, max(v.last) AS last FROM (
            SELECT min(statement_date) AS first, max(statement_date) AS last FROM reporting.fact_statement
            UNION ALL SELECT min(statement_date), max(statement_date) FROM reporting.fact_mention
            UNION ALL SELECT min(valid_from), max(valid_from) FROM reporting.fact_stance
            UNION ALL SELECT min(change_date), max(change_date) FROM reporting.fact_stance_change
            UNION ALL SELECT min(statement_date), max(statement_date) FROM reporting.fact_stance_evidence
            UNION ALL SELECT min(month_start), max(month_start) FROM reporting.fact_stance_month
            UNION ALL SELECT min(month_start), max(month_start) FROM reporting.fact_coverage
        ) v
    ) f
) span
CROSS JOIN LATERAL (
    SELECT make_date(extract(year FROM span.first)::int, 1, 1) + n AS day
    FROM generate_series(
        0, make_date(extract(year FROM span.last)::int, 12, 31) - make_date(extract(year FROM span.first)::int, 1, 1)
    ) n
) d;
