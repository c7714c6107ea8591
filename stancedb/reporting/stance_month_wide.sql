-- fact_stance_month with its dimensions.
CREATE VIEW reporting.stance_month_wide AS
SELECT r.rule_code, f.month_start, d.calendar_year, h.actor_code AS holder_code,
    h.actor_name AS holder_name, h.actor_kind AS holder_kind, i.issue_code, i.issue_question, p.position_code,
    p.position_label, p.position_kind, p.position_rank, f.position_score, f.evidence_count, f.is_contested
FROM reporting.fact_stance_month f
LEFT JOIN reporting.dim_rule r ON r.rule_key = f.rule_key
LEFT JOIN reporting.dim_date d ON d.date_key = f.month_start
LEFT JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
LEFT JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
LEFT JOIN reporting.dim_position p ON p.position_key = f.position_key;
COMMENT ON VIEW reporting.stance_month_wide IS 'Grain: holder x issue x month in which something was said, under the default rule, as fact_stance_month, with all names and labels.'
