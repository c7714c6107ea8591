-- What speakers said about continuity, beside what the codings show.
--
-- The position before is that of the day before, so that a word cannot be its own evidence.
SELECT h.actor_code AS holder, i.issue_code AS issue, f.statement_date AS said, k.actor_code AS speaker,
    f.self_declared AS claim, b.position_code AS position_before, p.position_code AS position_said,
    CASE WHEN s.position_key IS NULL THEN 'first_stance' WHEN s.position_key = f.position_key THEN 'same'
        ELSE 'different' END AS observed,
    CASE WHEN s.position_key IS NOT NULL
        THEN (s.position_key = f.position_key) = (f.self_declared = 'claims_unchanged') END AS claim_holds,
    c.change_kind AS change, f.statement_code AS statement, f.quote_text AS quote, a.article_code AS article
FROM reporting.fact_statement f
JOIN reporting.dim_rule r ON r.rule_code = :rule
JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
JOIN reporting.dim_actor k ON k.actor_key = f.speaker_key
JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
JOIN reporting.dim_position p ON p.position_key = f.position_key
JOIN reporting.dim_article a ON a.article_key = f.article_key
LEFT JOIN reporting.fact_stance s ON s.actor_key = f.actor_key AND s.issue_key = f.issue_key AND s.rule_key = r.rule_key
    AND s.valid_from < f.statement_date AND (s.valid_to IS NULL OR s.valid_to >= f.statement_date)
LEFT JOIN reporting.dim_position b ON b.position_key = s.position_key
LEFT JOIN reporting.fact_stance_change c ON c.actor_key = f.actor_key AND c.issue_key = f.issue_key
    AND c.rule_key = r.rule_key AND c.change_date = f.statement_date AND c.evidence_coding = f.coding_key
WHERE f.is_evidence AND f.self_declared <> 'none'
    AND (CAST(:holder AS text) IS NULL OR h.actor_code = :holder)
    AND (CAST(:issue AS text) IS NULL OR i.issue_code = :issue)
ORDER BY f.statement_date, h.actor_code, i.issue_code, f.statement_code
