-- fact_mention with its dimensions.
CREATE VIEW reporting.mention_wide AS
SELECT f.mention_key, f.statement_code, f.statement_date, d.month_start, d.calendar_year,
    s.actor_code AS speaker_code, s.actor_name AS speaker_name, s.actor_kind AS speaker_kind, e.event_code,
    e.event_title, f.quote_text, f.quote_rendering, f.quote_assertion, f.mention_preference, a.article_code,
    a.article_title, a.article_url, a.article_language, a.article_kind, f.published_date, o.outlet_code, o.outlet_name,
    o.outlet_kind, o.outlet_country, o.outlet_reliability, a.is_copy, a.is_withdrawn
FROM reporting.fact_mention f
LEFT JOIN reporting.dim_date d ON d.date_key = f.statement_date
LEFT JOIN reporting.dim_actor s ON s.actor_key = f.speaker_key
LEFT JOIN reporting.dim_event e ON e.event_key = f.event_key
LEFT JOIN reporting.dim_article a ON a.article_key = f.article_key
LEFT JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key;
COMMENT ON VIEW reporting.mention_wide IS 'Grain: one place in one article where a statement is printed, as fact_mention, with all names and labels.'
