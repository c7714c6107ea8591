-- Who moved to a position first, and how long after the first the others followed.
--
-- A change has a window; where the windows of two holders overlap nobody knows who was first, whatever the days say.
WITH moved AS (
    SELECT DISTINCT ON (c.actor_key, c.position_key) c.*
    FROM reporting.fact_stance_change c
    JOIN reporting.dim_rule r ON r.rule_key = c.rule_key AND r.rule_code = :rule
    JOIN reporting.dim_issue i ON i.issue_key = c.issue_key AND i.issue_code = :issue
    WHERE (NOT c.is_initial OR :with_initial) AND c.position_key <> -1
    ORDER BY c.actor_key, c.position_key, c.change_date
),
ordered AS (
    SELECT m.*, rank() OVER to_it AS place, first_value(m.change_date) OVER to_it AS first_date,
        min(m.window_to) OVER to_it_all AS first_window_to
    FROM moved m
    WINDOW to_it AS (PARTITION BY m.position_key ORDER BY m.change_date), to_it_all AS (PARTITION BY m.position_key)
)
SELECT p.position_code AS position, o.place, h.actor_code AS holder, o.change_kind AS change,
    b.position_code AS from_position, o.window_from, o.window_to - 1 AS window_until,
    o.change_date - o.first_date AS days_after,
    CASE WHEN o.place > 1 THEN o.window_from IS NOT NULL AND o.window_from >= o.first_window_to END AS surely_later,
    e.statement_code AS statement, e.quote_text AS quote
FROM ordered o
JOIN reporting.dim_position p ON p.position_key = o.position_key
JOIN reporting.dim_actor h ON h.actor_key = o.actor_key
LEFT JOIN reporting.dim_position b ON b.position_key = nullif(o.from_position_key, -1)
LEFT JOIN reporting.fact_statement e ON e.coding_key = o.evidence_coding
WHERE CAST(:position AS text) IS NULL OR p.position_code = :position
ORDER BY p.position_rank, p.position_code, o.place, h.actor_code
