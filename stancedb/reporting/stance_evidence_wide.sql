-- fact_stance_evidence with its dimensions and the words.
CREATE VIEW reporting.stance_evidence_wide AS
SELECT r.is_default_rule, r.rule_code, h.actor_code AS holder_code, h.actor_name AS holder_name,
    h.actor_kind AS holder_kind, i.issue_code, i.issue_question, f.stance_from, f.evidence_role, f.role_rank,
    p.position_code, p.position_label, p.position_rank, p.position_score, f.statement_date, d.month_start,
    d.calendar_year, f.authority, s.actor_code AS speaker_code, s.actor_name AS speaker_name,
    s.actor_kind AS speaker_kind, e.statement_code, e.quote_text, e.quote_rendering, a.article_code, a.article_title,
    a.article_url, a.published_date, o.outlet_name, c.coder_code
FROM reporting.fact_stance_evidence f
LEFT JOIN reporting.dim_rule r ON r.rule_key = f.rule_key
LEFT JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
LEFT JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
LEFT JOIN reporting.dim_position p ON p.position_key = f.position_key
LEFT JOIN reporting.dim_date d ON d.date_key = f.statement_date
LEFT JOIN reporting.fact_statement e ON e.coding_key = f.coding_key
LEFT JOIN reporting.dim_actor s ON s.actor_key = e.speaker_key
LEFT JOIN reporting.dim_article a ON a.article_key = e.article_key
LEFT JOIN reporting.dim_outlet o ON o.outlet_key = e.outlet_key
LEFT JOIN reporting.dim_coder c ON c.coder_key = e.coder_key;
COMMENT ON VIEW reporting.stance_evidence_wide IS 'Grain: one coded statement behind one stance under one rule, as fact_stance_evidence, with speaker, quote and source. Filter on is_default_rule if in doubt.'
