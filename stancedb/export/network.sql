-- name: parts
-- The nodes and edges of each window. date_trunc keeps the year, so that no March is taken for another; without a length
-- everything is one window. Actors and positions are joined by statements; two actors, by the issues on which they take
-- the same position (congruence), or different ones (conflict).
WITH said AS MATERIALIZED (
    SELECT CAST(date_trunc(CAST(:every AS text), CAST(f.statement_date AS timestamp)) AS date) AS window_start,
        f.actor_key, f.issue_key, f.position_key, count(DISTINCT f.statement_code) AS statements,
        min(f.statement_date) AS first_said, max(f.statement_date) AS last_said
    FROM reporting.fact_statement f
    JOIN reporting.dim_position p ON p.position_key = f.position_key AND p.position_kind <> 'no_position'
    JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
    WHERE f.is_evidence
        AND i.issue_code = :issue -- if :issue
        AND f.statement_date >= :since -- if :since
        AND f.statement_date <= :until -- if :until
    GROUP BY 1, 2, 3, 4
),
edge AS (
    SELECT s.window_start, s.actor_key AS a, s.position_key AS b, s.statements AS weight, s.first_said, s.last_said
    FROM said s WHERE CAST(:projection AS text) = 'affiliation'
    UNION ALL
    SELECT x.window_start, x.actor_key, y.actor_key, count(DISTINCT x.issue_key),
        min(least(x.first_said, y.first_said)), max(greatest(x.last_said, y.last_said))
    FROM said x JOIN said y ON y.window_start IS NOT DISTINCT FROM x.window_start AND y.issue_key = x.issue_key
        AND y.actor_key > x.actor_key
        AND y.position_key = x.position_key -- if :is_congruence
        AND y.position_key <> x.position_key -- if :is_conflict
    WHERE CAST(:projection AS text) <> 'affiliation'
    GROUP BY x.window_start, x.actor_key, y.actor_key
),
part AS (
    SELECT s.window_start, 'actor' AS part, s.actor_key AS a, CAST(NULL AS bigint) AS b, sum(s.statements) AS weight,
        min(s.first_said) AS first_said, max(s.last_said) AS last_said
    FROM said s GROUP BY s.window_start, s.actor_key
    UNION ALL
    SELECT s.window_start, 'concept', s.position_key, NULL, sum(s.statements), min(s.first_said), max(s.last_said)
    FROM said s WHERE CAST(:projection AS text) = 'affiliation' GROUP BY s.window_start, s.position_key
    UNION ALL
    SELECT e.window_start, 'edge', e.a, e.b, e.weight, e.first_said, e.last_said FROM edge e
)
SELECT t.*, coalesce(h.actor_code, i.issue_code || '/' || p.position_code) AS code,
    coalesce(h.actor_name, p.position_label) AS label, coalesce(h.actor_kind, p.position_kind) AS kind,
    i.issue_code AS issue, p.position_rank AS rank, p.position_score AS score
FROM part t
LEFT JOIN reporting.dim_actor h ON t.part = 'actor' AND h.actor_key = t.a
LEFT JOIN reporting.dim_position p ON t.part = 'concept' AND p.position_key = t.a
LEFT JOIN reporting.dim_issue i ON i.issue_key = p.issue_key
ORDER BY t.window_start, t.part, t.a, t.b;

-- name: events
-- The words of a statement stand in one mention; where the article prints them twice, the first place is taken.
SELECT f.statement_code AS statement_id, f.statement_date AS time, k.actor_code AS person,
    h.actor_code AS organization, i.issue_code AS concept,
    CASE WHEN p.position_score > 0 THEN 1 WHEN p.position_score < 0 THEN 0 END AS agreement,
    m.char_start AS start_position, m.char_end AS stop_position, f.quote_text AS text, c.coder_code AS coder,
    a.article_code AS document_id, a.article_title AS document_title, a.article_byline AS document_author,
    o.outlet_code AS document_source, d.section AS document_section, a.article_kind AS document_type,
    p.position_code AS position, p.position_rank AS rank, p.position_score AS score, a.published_date AS published,
    CAST(date_trunc(CAST(:every AS text), CAST(f.statement_date AS timestamp)) AS date) AS window_start
FROM reporting.fact_statement f
JOIN reporting.dim_position p ON p.position_key = f.position_key AND p.position_kind <> 'no_position'
JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
JOIN reporting.dim_actor k ON k.actor_key = f.speaker_key
JOIN reporting.dim_article a ON a.article_key = f.article_key
JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key
JOIN reporting.dim_coder c ON c.coder_key = f.coder_key
LEFT JOIN stancedb.article d ON d.id = f.article_key
LEFT JOIN LATERAL (
    SELECT w.char_start, w.char_end
    FROM stancedb.mention w JOIN stancedb.statement s ON s.id = w.statement_id AND s.slug = f.statement_code
    JOIN stancedb.article_version v ON v.id = w.article_version_id AND v.article_id = f.article_key
    WHERE left(w.quote, 1999) = left(f.quote_text, 1999) ORDER BY w.char_start LIMIT 1
) m ON true
WHERE f.is_evidence
    AND i.issue_code = :issue -- if :issue
    AND f.statement_date >= :since -- if :since
    AND f.statement_date <= :until -- if :until
ORDER BY f.statement_date, f.statement_code COLLATE "C", h.actor_code COLLATE "C", i.issue_code COLLATE "C";
