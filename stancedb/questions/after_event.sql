-- What was said from the first day of an event on, and where the holder had stood on the day before it.
SELECT f.statement_date AS said, f.statement_date - v.event_begin AS days_after,
    f.event_key = v.event_key AS in_its_course, h.actor_code AS holder, k.actor_code AS speaker,
    i.issue_code AS issue, b.position_code AS position_before,
    nullif(p.position_code, 'unknown') AS position,
    CASE WHEN f.is_evidence AND s.position_key IS NOT NULL THEN s.position_key <> f.position_key END AS differs,
    f.statement_code AS statement, f.quote_text AS quote, a.article_code AS article
FROM reporting.dim_event v
JOIN reporting.fact_statement f ON f.statement_date >= v.event_begin
    AND f.statement_date <= v.event_begin + CAST(:days AS integer)
JOIN reporting.dim_rule r ON r.rule_code = :rule
JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
JOIN reporting.dim_actor k ON k.actor_key = f.speaker_key
JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
JOIN reporting.dim_position p ON p.position_key = f.position_key
JOIN reporting.dim_article a ON a.article_key = f.article_key
LEFT JOIN reporting.fact_stance s ON s.actor_key = f.actor_key AND s.issue_key = f.issue_key AND s.rule_key = r.rule_key
    AND s.valid_from < v.event_begin AND (s.valid_to IS NULL OR s.valid_to >= v.event_begin)
LEFT JOIN reporting.dim_position b ON b.position_key = s.position_key
WHERE v.event_code = :event
    AND (CAST(:holder AS text) IS NULL OR h.actor_code = :holder)
    AND (CAST(:issue AS text) IS NULL OR i.issue_code = :issue)
ORDER BY f.statement_date, h.actor_code, i.issue_code, f.statement_code
