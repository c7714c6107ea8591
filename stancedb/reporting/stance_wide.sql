-- fact_stance with its dimensions and the words of its first evidence.
CREATE VIEW reporting.stance_wide AS
SELECT r.is_default_rule, r.rule_code, h.actor_code AS holder_code, h.actor_name AS holder_name,
    h.actor_kind AS holder_kind, i.issue_code, i.issue_question, p.position_code, p.position_label, p.position_kind,
    p.position_rank, f.position_score, f.valid_from, f.valid_from_edtf, f.valid_to, f.valid_last,
    f.valid_to_or_today, f.valid_last_or_today, f.is_current, f.duration_days,
    d.month_start, d.calendar_year, f.evidence_count, f.contrary_count, f.change_count, f.is_contested, f.confirmed_date,
    f.last_evidence_date, f.last_evidence_edtf, e.statement_code, e.quote_text, a.article_code, a.article_title, a.article_url, o.outlet_name
FROM reporting.fact_stance f
LEFT JOIN reporting.dim_rule r ON r.rule_key = f.rule_key
LEFT JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
LEFT JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
LEFT JOIN reporting.dim_position p ON p.position_key = f.position_key
LEFT JOIN reporting.dim_date d ON d.date_key = f.valid_from
LEFT JOIN reporting.fact_statement e ON e.coding_key = f.coding_key
LEFT JOIN reporting.dim_article a ON a.article_key = e.article_key
LEFT JOIN reporting.dim_outlet o ON o.outlet_key = e.outlet_key;
COMMENT ON VIEW reporting.stance_wide IS 'Grain: one period of one position of a holder on an issue under one rule, as fact_stance, with the quote of its first evidence. Filter on is_default_rule if in doubt.'
