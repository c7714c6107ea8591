-- name: stage_events
CREATE TEMPORARY TABLE staged_event (
    ordinal bigint, source text, line bigint,
    slug text, kind text, title text, during_edtf text, during daterange, zone text, status text, citation text
) ON COMMIT DROP;

-- name: stage_participants
CREATE TEMPORARY TABLE staged_participant (
    ordinal bigint, source text, line bigint, event text, role text, actor text
) ON COMMIT DROP;

-- name: stage_causes
CREATE TEMPORARY TABLE staged_cause (
    ordinal bigint, source text, line bigint, effect text, kind text, statement text, event text, asserted_by text
) ON COMMIT DROP;

-- name: unknown_kinds
SELECT s.ordinal, s.source, s.line, 'kind' AS field, 'kind of event' AS noun, s.kind AS handle
FROM staged_event s
WHERE s.kind IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.event_kind k WHERE k.code = s.kind)
ORDER BY s.ordinal;

-- name: repeated_events
SELECT DISTINCT s.ordinal, s.source, s.line, 'slug' AS field, 'event' AS noun, s.slug AS handle
FROM staged_event s JOIN staged_event d ON d.slug = s.slug
WHERE s.ordinal > d.ordinal
ORDER BY s.ordinal;

-- name: unknown_roles
SELECT DISTINCT s.ordinal, s.source, s.line, s.role, CAST(:roles AS text[]) AS roles
FROM staged_participant s
WHERE s.role <> ALL (CAST(:roles AS text[]))
ORDER BY s.ordinal;

-- name: unknown_participants
SELECT s.ordinal, s.source, s.line, 'participants' AS field, 'actor' AS noun, s.actor AS handle
FROM staged_participant s
WHERE NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = s.actor)
ORDER BY s.ordinal;

-- name: own_causes
SELECT DISTINCT s.ordinal, s.source, s.line FROM staged_cause s WHERE s.event = s.effect ORDER BY s.ordinal;

-- name: unknown_statements
SELECT s.ordinal, s.source, s.line, 'causes' AS field, 'statement' AS noun, s.statement AS handle
FROM staged_cause s
WHERE s.statement IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.statement t WHERE t.slug = s.statement)
ORDER BY s.ordinal;

-- name: unknown_asserters
SELECT s.ordinal, s.source, s.line, 'causes' AS field, 'actor' AS noun, s.asserted_by AS handle
FROM staged_cause s
WHERE NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = s.asserted_by)
ORDER BY s.ordinal;

-- name: unknown_causes
SELECT DISTINCT s.ordinal, s.source, s.line, 'causes' AS field, 'event' AS noun, s.event AS handle, NULL AS nearest
FROM staged_cause s
WHERE s.event IS NOT NULL
    AND NOT EXISTS (SELECT FROM staged_event e WHERE e.slug = s.event)
    AND NOT EXISTS (SELECT FROM stancedb.event e WHERE e.slug = s.event)
ORDER BY s.ordinal;

-- name: events
SELECT s.slug, s.kind, s.title, s.during_edtf, s.during, s.zone, s.status, s.citation FROM staged_event s;

-- name: participants
SELECT DISTINCT e.id AS event_id, a.id AS actor_id, s.role
FROM staged_participant s
JOIN stancedb.event e ON e.slug = s.event
JOIN stancedb.actor a ON a.slug = s.actor;

-- name: causal_links
SELECT DISTINCT NULL::bigint AS from_statement_id, f.id AS from_event_id, s.kind, t.id AS to_statement_id,
    e.id AS to_event_id, a.id AS asserted_by_id
FROM staged_cause s
JOIN stancedb.event f ON f.slug = s.effect
JOIN stancedb.actor a ON a.slug = s.asserted_by
LEFT JOIN stancedb.statement t ON t.slug = s.statement
LEFT JOIN stancedb.event e ON e.slug = s.event;

-- name: stage_indicators
CREATE TEMPORARY TABLE staged_indicator (
    ordinal bigint, source text, line bigint,
    slug text, question text, counts_if text, issue text, due_edtf text, due daterange, status text, citation text
) ON COMMIT DROP;

-- name: stage_observations
CREATE TEMPORARY TABLE staged_observation (
    ordinal bigint, source text, line bigint,
    indicator text, observed_on date, is_seen boolean, note text, article text
) ON COMMIT DROP;

-- name: unknown_issues
SELECT s.ordinal, s.source, s.line, 'issue' AS field, 'issue' AS noun, s.issue AS handle
FROM staged_indicator s
WHERE s.issue IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.issue i WHERE i.slug = s.issue)
ORDER BY s.ordinal;

-- name: repeated_indicators
SELECT DISTINCT s.ordinal, s.source, s.line, 'slug' AS field, 'indicator' AS noun, s.slug AS handle
FROM staged_indicator s JOIN staged_indicator d ON d.slug = s.slug
WHERE s.ordinal > d.ordinal
ORDER BY s.ordinal;

-- name: unlike_observations
-- Different observations of the same day in one record.
SELECT DISTINCT s.ordinal, s.source, s.line, s.observed_on::text AS day
FROM staged_observation s
JOIN staged_observation d ON d.indicator = s.indicator AND d.observed_on = s.observed_on
WHERE d.ordinal = s.ordinal AND d.ctid < s.ctid
    AND (d.is_seen, d.note, d.article) IS DISTINCT FROM (s.is_seen, s.note, s.article)
ORDER BY s.ordinal;

-- name: unknown_articles
SELECT s.ordinal, s.source, s.line, 'observations' AS field, 'article' AS noun, s.article AS handle
FROM staged_observation s
WHERE s.article IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.article a WHERE a.slug = s.article)
ORDER BY s.ordinal;

-- name: indicators
SELECT s.slug, s.question, s.counts_if, i.id AS issue_id, s.due_edtf, s.due, s.status, s.citation
FROM staged_indicator s LEFT JOIN stancedb.issue i ON i.slug = s.issue;

-- name: observations
-- An observation refers to the newest text at the time of the observation.
SELECT DISTINCT ON (i.id, s.observed_on) i.id AS indicator_id, s.observed_on, s.is_seen, s.note,
    coalesce(o.article_version_id, v.id) AS article_version_id
FROM staged_observation s
JOIN stancedb.indicator i ON i.slug = s.indicator
LEFT JOIN stancedb.article a ON a.slug = s.article
LEFT JOIN (
    stancedb.indicator_observation o JOIN stancedb.article_version k ON k.id = o.article_version_id
) ON o.indicator_id = i.id AND o.observed_on = s.observed_on AND k.article_id = a.id
LEFT JOIN stancedb.newest_text v ON v.article_id = a.id
ORDER BY i.id, s.observed_on, s.ordinal DESC;
