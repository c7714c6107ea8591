-- Where everybody stands now, for those who want an answer and have not heard of rules.
CREATE VIEW reporting.current_stance AS
SELECT holder_code, holder_name, holder_kind, issue_code, issue_question, position_code, position_label, position_kind,
    position_rank, position_score, valid_from, valid_from_edtf, valid_to, valid_last, valid_to_or_today, valid_last_or_today,
    is_current, duration_days, evidence_count, contrary_count, is_contested, last_evidence_date, last_evidence_edtf,
    statement_code, quote_text, article_title, article_url,
    outlet_name
FROM reporting.stance_wide
WHERE is_default_rule AND is_current;
COMMENT ON VIEW reporting.current_stance IS 'Grain: holder x issue: the stance in force on the day as of which the data are reported, under the default rule, with the quote of its first evidence.'
