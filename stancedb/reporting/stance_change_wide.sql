-- fact_stance_change with its dimensions and the words that made the change.
CREATE VIEW reporting.stance_change_wide AS
SELECT r.is_default_rule, r.rule_code, h.actor_code AS holder_code, h.actor_name AS holder_name,
    h.actor_kind AS holder_kind, i.issue_code, i.issue_question, f.change_date, d.month_start, d.calendar_year,
    f.change_kind, CASE f.change_kind
        WHEN 'hardening' THEN coalesce('towards ' || i.issue_high_pole, 'up the scale')
        WHEN 'softening' THEN coalesce('towards ' || i.issue_low_pole, 'down the scale')
        ELSE f.change_kind
    END AS change_label, b.position_code AS from_position_code, b.position_label AS from_position_label,
    b.position_rank AS from_position_rank, b.position_score AS from_position_score, p.position_code, p.position_label,
    p.position_rank, p.position_score, f.window_from, f.window_to, f.window_last, f.confirmed_date, f.rank_delta, f.score_delta,
    f.change_clarity, f.days_away, f.is_initial, e.statement_code, e.self_declared, e.quote_text, a.article_code,
    a.article_title, a.article_url, o.outlet_name
FROM reporting.fact_stance_change f
LEFT JOIN reporting.dim_rule r ON r.rule_key = f.rule_key
LEFT JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
LEFT JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
LEFT JOIN reporting.dim_position b ON b.position_key = f.from_position_key
LEFT JOIN reporting.dim_position p ON p.position_key = f.position_key
LEFT JOIN reporting.dim_date d ON d.date_key = f.change_date
LEFT JOIN reporting.fact_statement e ON e.coding_key = f.evidence_coding
LEFT JOIN reporting.dim_article a ON a.article_key = e.article_key
LEFT JOIN reporting.dim_outlet o ON o.outlet_key = e.outlet_key;
COMMENT ON VIEW reporting.stance_change_wide IS 'Grain: one change of stance of a holder on an issue under one rule, as fact_stance_change, with the quote that made it. Filter on is_default_rule if in doubt.';
COMMENT ON COLUMN reporting.stance_change_wide.change_label IS 'Words for the kind of change: towards which pole of the scale of its issue, or else change_kind.';
COMMENT ON COLUMN reporting.stance_change_wide.from_position_code IS 'Handle of the position before; unknown if none was known.';
COMMENT ON COLUMN reporting.stance_change_wide.from_position_label IS 'Label of the position before; sort by from_position_rank.';
COMMENT ON COLUMN reporting.stance_change_wide.from_position_rank IS 'Place of the position before on the scale of its issue.';
COMMENT ON COLUMN reporting.stance_change_wide.from_position_score IS 'Score of the position before, from -1 to 1.'
