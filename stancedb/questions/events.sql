-- name: list_events
SELECT e.slug AS event, e.kind, e.title, e.during_edtf AS during, e.status, (
        SELECT string_agg(a.slug || ' (' || p.role || ')', ', ' ORDER BY p.role, a.slug)
        FROM {event_participant} p JOIN {actor} a ON a.id = p.actor_id
        WHERE p.event_id = e.id
    ) AS participants,
    (
        SELECT string_agg(
            l.kind || ' ' || coalesce(s.slug, f.slug) || ' (says ' || b.slug || ')', '; ' ORDER BY l.id
        )
        FROM {causal_link} l
        LEFT JOIN {statement} s ON s.id = l.to_statement_id
        LEFT JOIN {event} f ON f.id = l.to_event_id
        JOIN {actor} b ON b.id = l.asserted_by_id
        WHERE l.from_event_id = e.id
    ) AS follows_from
FROM {event} e
WHERE true
    AND e.kind = :kind -- if :kind
    AND EXISTS ( -- if :actor
        SELECT FROM {event_participant} p JOIN {standing_actor} a ON a.id = p.actor_id -- if :actor
        WHERE p.event_id = e.id AND a.standing_id = :actor -- if :actor
    ) -- if :actor
ORDER BY e.during_from, e.slug;

-- name: show_event
SELECT e.slug AS event, e.kind, e.title, e.during_edtf AS during, e.zone, e.status, e.citation
FROM {event} e WHERE e.id = :key;

-- name: participants
SELECT p.role, a.slug AS actor FROM {event_participant} p JOIN {actor} a ON a.id = p.actor_id
WHERE p.event_id = :key
ORDER BY p.role, a.slug;

-- name: follows_from
SELECT l.kind, coalesce(s.slug, f.slug) AS earlier, b.slug AS asserted_by
FROM {causal_link} l
LEFT JOIN {statement} s ON s.id = l.to_statement_id
LEFT JOIN {event} f ON f.id = l.to_event_id
JOIN {actor} b ON b.id = l.asserted_by_id
WHERE l.from_event_id = :key
ORDER BY l.id;

-- name: statements
SELECT s.slug AS statement, s.said_edtf AS said FROM {statement} s WHERE s.event_id = :key ORDER BY s.said_from, s.slug;

-- name: list_around
WITH RECURSIVE thing (statement_id, event_id) AS (
    SELECT c.statement_id, CAST(NULL AS bigint)
    FROM {coding} c
    WHERE c.issue_id IN (SELECT g.id FROM {standing_issue} g WHERE :issue IN (g.id, g.standing_id)) AND c.is_final
    UNION
    SELECT l.from_statement_id, l.from_event_id
    FROM thing t JOIN {causal_link} l ON l.to_statement_id = t.statement_id OR l.to_event_id = t.event_id
)
SELECT e.slug AS event, e.kind, e.title, e.during_edtf AS during, e.during_from, e.status
FROM {event} e
WHERE e.during_from IS NOT NULL AND (
    e.id IN (SELECT t.event_id FROM thing t)
    OR e.id IN (SELECT s.event_id FROM thing t JOIN {statement} s ON s.id = t.statement_id)
)
ORDER BY e.during_from, e.slug;

-- name: list_indicators
SELECT n.slug AS indicator, n.question, n.counts_if, n.status, n.due_edtf AS due, i.slug AS issue, o.observed_on,
    CASE WHEN o.is_seen THEN 'seen' WHEN NOT o.is_seen THEN 'not seen' END AS seen, o.note
FROM {indicator} n
LEFT JOIN {issue} i ON i.id = n.issue_id
LEFT JOIN LATERAL (
    SELECT * FROM {indicator_observation} x WHERE x.indicator_id = n.id ORDER BY x.observed_on DESC LIMIT 1
) o ON true
WHERE true
    AND n.issue_id = :issue -- if :issue
    AND n.status = :status -- if :status
ORDER BY n.slug;

-- name: show_indicator
SELECT n.slug AS indicator, n.question, n.counts_if, i.slug AS issue, n.due_edtf AS due, n.status, n.citation
FROM stancedb.indicator n LEFT JOIN stancedb.issue i ON i.id = n.issue_id
WHERE n.id = :key;

-- name: observations
SELECT o.observed_on, o.is_seen, o.note, a.slug AS article
FROM stancedb.indicator_observation o
LEFT JOIN stancedb.article_version v ON v.id = o.article_version_id
LEFT JOIN stancedb.article a ON a.id = v.article_id
WHERE o.indicator_id = :key
ORDER BY o.observed_on;
