-- Who, while in office, stood elsewhere than the government or the state of the office.
--
-- Relations are followed upwards from the office, or from the body a person belongs to; a party leads to no government.
-- A stance is compared with one on the same issue, for the days on which both lasted and the office was held. Rows keep
-- naming an actor that is merged away, so each is taken for the one it leads to.
WITH RECURSIVE kept AS (
    SELECT a.id, coalesce(a.merged_into_id, a.id) AS kept_id, a.kind FROM stancedb.actor a
),
relation AS (
    SELECT s.kept_id AS subject_id, o.kept_id AS object_id, s.kind AS subject_kind, x.relation, x.during_from,
        x.during_to
    FROM stancedb.actor_relation x JOIN kept s ON s.id = x.subject_id JOIN kept o ON o.id = x.object_id
),
above AS (
    SELECT p.kept_id AS person_id, o.kept_id AS body_id, t.held_from, t.held_to
    FROM stancedb.tenure t JOIN kept p ON p.id = t.person_id JOIN kept o ON o.id = t.office_id
    UNION
    SELECT x.subject_id, x.object_id, x.during_from, x.during_to
    FROM relation x
    WHERE x.subject_kind = 'person' AND x.relation IN ('member_of', 'spokesperson_for', 'part_of', 'governs')
    UNION
    SELECT a.person_id, x.object_id, greatest(a.held_from, x.during_from), least(a.held_to, x.during_to)
    FROM above a JOIN relation x ON x.subject_id = a.body_id
    WHERE x.relation IN ('governs', 'office_of', 'part_of', 'spokesperson_for')
),
-- Two offices under one government, or two terms on end, are one time in office.
own AS (
    SELECT h.person_id AS actor_key, h.body_id AS government_key, lower(h.held) AS held_from, upper(h.held) AS held_to
    FROM (
        SELECT a.person_id, a.body_id, unnest(range_agg(daterange(a.held_from, a.held_to))) AS held
        FROM above a JOIN kept g ON g.id = a.body_id
        WHERE g.kind IN ('government', 'state') AND (a.held_from < a.held_to) IS NOT FALSE
        GROUP BY a.person_id, a.body_id
    ) h
),
both_held AS (
    SELECT m.actor_key, m.issue_key, o.government_key, m.position_key, g.position_key AS government_position,
        greatest(m.valid_from, g.valid_from, o.held_from) AS since, least(m.valid_to, g.valid_to, o.held_to) AS until,
        least(m.valid_to_or_today, g.valid_to_or_today, o.held_to) AS until_or_today,
        m.coding_key, g.coding_key AS government_coding
    FROM own o
    JOIN reporting.dim_rule r ON r.rule_code = :rule
    JOIN reporting.fact_stance m ON m.actor_key = o.actor_key AND m.rule_key = r.rule_key
    JOIN reporting.fact_stance g ON g.actor_key = o.government_key AND g.issue_key = m.issue_key
        AND g.rule_key = r.rule_key AND g.position_key <> m.position_key
)
SELECT DISTINCT h.actor_code AS holder, v.actor_code AS government, i.issue_code AS issue, p.position_code AS position,
    q.position_code AS government_position, b.since, b.until,
    b.until - 1 AS valid_last, b.until_or_today - b.since AS days,
    e.statement_code AS statement, n.statement_code AS government_statement, e.quote_text AS quote,
    n.quote_text AS government_quote
FROM both_held b
JOIN reporting.dim_actor h ON h.actor_key = b.actor_key
JOIN reporting.dim_actor v ON v.actor_key = b.government_key
JOIN reporting.dim_issue i ON i.issue_key = b.issue_key
JOIN reporting.dim_position p ON p.position_key = b.position_key
JOIN reporting.dim_position q ON q.position_key = b.government_position
JOIN reporting.fact_statement e ON e.coding_key = b.coding_key
JOIN reporting.fact_statement n ON n.coding_key = b.government_coding
WHERE b.since < b.until_or_today
    AND (CAST(:holder AS text) IS NULL OR h.actor_code = :holder)
    AND (CAST(:issue AS text) IS NULL OR i.issue_code = :issue)
ORDER BY b.since, h.actor_code, v.actor_code, i.issue_code
