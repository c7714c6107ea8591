-- name: events
SELECT e.slug, e.kind, e.title, e.during_edtf AS during, e.zone, e.status,
    ARRAY(SELECT p.role || ':' || a.slug FROM stancedb.event_participant p JOIN stancedb.actor a ON a.id = p.actor_id
        WHERE p.event_id = e.id ORDER BY p.role, a.slug COLLATE "C") AS participants,
    (
        SELECT json_agg(json_strip_nulls(json_build_object(
                'kind', c.kind, 'statement', t.slug, 'event', f.slug, 'asserted_by', b.slug))
            ORDER BY t.slug COLLATE "C", f.slug COLLATE "C", c.kind, b.slug COLLATE "C")
        FROM stancedb.causal_link c JOIN stancedb.actor b ON b.id = c.asserted_by_id
        LEFT JOIN stancedb.statement t ON t.id = c.to_statement_id LEFT JOIN stancedb.event f ON f.id = c.to_event_id
        WHERE c.from_event_id = e.id
            AND (c.to_statement_id IS NULL OR t.retracted_on IS NULL AND t.merged_into_id IS NULL)
            AND :with_causes
    ) AS causes, e.citation
FROM stancedb.event e ORDER BY e.slug COLLATE "C";

-- name: indicators
-- An observation names an article; the loader uses its newest text.
SELECT i.slug, i.question, i.counts_if, s.slug AS issue, i.due_edtf AS due, i.status,
    (
        SELECT json_agg(json_strip_nulls(json_build_object('on', o.observed_on, 'is_seen', o.is_seen, 'note', o.note,
            'article', a.slug)) ORDER BY o.observed_on)
        FROM stancedb.indicator_observation o LEFT JOIN stancedb.newest_text v ON v.id = o.article_version_id
        LEFT JOIN stancedb.article a ON a.id = v.article_id AND a.retracted_on IS NULL
        WHERE o.indicator_id = i.id
    ) AS observations,
    i.citation
FROM stancedb.indicator i LEFT JOIN stancedb.issue s ON s.id = i.issue_id ORDER BY i.slug COLLATE "C";

-- name: left_out_of_events
SELECT
    (
        SELECT count(*) FROM stancedb.causal_link WHERE from_event_id IS NOT NULL AND NOT :with_causes
    ) AS causes,
    (
        SELECT count(*) FROM stancedb.causal_link c JOIN stancedb.statement t ON t.id = c.to_statement_id
        WHERE c.from_event_id IS NOT NULL AND (t.retracted_on IS NOT NULL OR t.merged_into_id IS NOT NULL)
            AND :with_causes
    ) AS causes_not_written,
    (SELECT count(*) FROM stancedb.causal_link WHERE from_statement_id IS NOT NULL) AS causes_of_statements,
    (SELECT count(*) FROM history.event) + (SELECT count(*) FROM history.event_participant)
        + (SELECT count(*) FROM history.causal_link) AS earlier_versions;

-- name: left_out_of_indicators
SELECT
    (
        SELECT count(*) FROM stancedb.indicator_observation o
        JOIN stancedb.article_version v ON v.id = o.article_version_id JOIN stancedb.article a ON a.id = v.article_id
        WHERE a.retracted_on IS NOT NULL OR NOT EXISTS (SELECT FROM stancedb.newest_text n WHERE n.id = v.id)
    ) AS texts,
    (SELECT count(*) FROM history.indicator) + (SELECT count(*) FROM history.indicator_observation) AS earlier_versions;
