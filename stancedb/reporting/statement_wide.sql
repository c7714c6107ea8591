-- fact_statement with its dimensions, for tools that take one table. With left joins, unused dimensions cost nothing.
CREATE VIEW reporting.statement_wide AS
SELECT f.coding_key, f.statement_code, f.statement_date, f.statement_end, f.statement_last,
    f.statement_edtf, d.month_start, d.calendar_year,
    h.actor_code AS holder_code, h.actor_name AS holder_name, h.actor_kind AS holder_kind,
    s.actor_code AS speaker_code, s.actor_name AS speaker_name, s.actor_kind AS speaker_kind,
    i.issue_code, i.issue_question, p.position_code, p.position_label, p.position_kind, p.position_rank,
    f.position_score, f.statement_act, f.authority, f.verification, f.self_declared, f.coding_basis, f.explicitness,
    f.vagueness, f.confidence, f.confidence_rank, f.stated_condition, f.codebook_version, c.coder_code, c.coder_kind,
    e.event_code, e.event_title, f.quote_text, f.quote_rendering, a.article_code, a.article_title, a.article_url,
    a.published_date, o.outlet_code, o.outlet_name, f.mention_count, f.is_evidence
FROM reporting.fact_statement f
LEFT JOIN reporting.dim_date d ON d.date_key = f.statement_date
LEFT JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
LEFT JOIN reporting.dim_actor s ON s.actor_key = f.speaker_key
LEFT JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
LEFT JOIN reporting.dim_position p ON p.position_key = f.position_key
LEFT JOIN reporting.dim_coder c ON c.coder_key = f.coder_key
LEFT JOIN reporting.dim_event e ON e.event_key = f.event_key
LEFT JOIN reporting.dim_article a ON a.article_key = f.article_key
LEFT JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key;
COMMENT ON VIEW reporting.statement_wide IS 'Grain: one final coding, as fact_statement, with all names and labels beside it.'
