-- How long nothing was said by which a holder's position on an issue is known: between two days, or until now. A lasting
-- statement, as of a membership, speaks until its last day or the day before the next of another position.
WITH said AS (
    SELECT f.actor_key, f.issue_key, f.statement_date, CASE WHEN f.statement_edtf LIKE '%/%' THEN least(
        x.as_of_date, f.statement_last, (
            SELECT min(o.statement_date) - 1 FROM reporting.fact_statement o
            WHERE o.actor_key = f.actor_key AND o.issue_key = f.issue_key AND o.is_evidence
                AND o.statement_date > f.statement_date AND o.position_key <> f.position_key
        )
    ) ELSE f.statement_date END AS spoken_date
    FROM reporting.fact_statement f JOIN reporting.data_release x ON x.is_current
    WHERE f.is_evidence AND f.statement_date <= x.as_of_date
),
gap AS (
    SELECT s.actor_key, s.issue_key, max(s.spoken_date) OVER pair AS last_date, lead(s.statement_date) OVER pair AS next_date
    FROM said s
    WINDOW pair AS (PARTITION BY s.actor_key, s.issue_key ORDER BY s.statement_date, s.spoken_date)
)
SELECT h.actor_code AS holder, i.issue_code AS issue, g.last_date AS last_said, g.next_date AS said_again,
    coalesce(g.next_date, x.as_of_date) - g.last_date AS days, g.next_date IS NULL AS is_silent_still,
    p.position_code AS position
FROM gap g
JOIN reporting.data_release x ON x.is_current
JOIN reporting.dim_rule r ON r.rule_code = :rule
JOIN reporting.dim_actor h ON h.actor_key = g.actor_key
JOIN reporting.dim_issue i ON i.issue_key = g.issue_key
LEFT JOIN reporting.fact_stance s ON s.actor_key = g.actor_key AND s.issue_key = g.issue_key AND s.rule_key = r.rule_key
    AND s.valid_from <= g.last_date AND s.valid_to_or_today > g.last_date
LEFT JOIN reporting.dim_position p ON p.position_key = s.position_key
WHERE coalesce(g.next_date, x.as_of_date) - g.last_date > CAST(:days AS integer)
    AND (g.next_date IS NULL OR NOT :still)
    AND (CAST(:holder AS text) IS NULL OR h.actor_code = :holder)
    AND (CAST(:issue AS text) IS NULL OR i.issue_code = :issue)
ORDER BY days DESC, h.actor_code, i.issue_code, g.last_date
