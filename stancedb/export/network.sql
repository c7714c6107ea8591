-- {counted} is a placeholder for the statement of that name, in parentheses, which network.py inserts.

-- name: counted
-- The counted rows: a statement by which a holder takes a position, once in each window. A place is the number of days or
-- months since the first window begins, or the number of statements. If windows neither overlap nor leave gaps, it
-- determines their number.
WITH spoken AS (
    SELECT f.statement_code, f.actor_key, f.issue_key, f.position_key, f.article_key, f.statement_date,
        min(f.coding_key) AS coding_key, min(q.begins_at) AS begins_at
    FROM reporting.fact_statement f
    JOIN reporting.dim_position p ON p.position_key = f.position_key AND p.position_kind <> 'no_position'
    JOIN reporting.dim_actor h ON h.actor_key = f.actor_key -- if :holder_kinds
    JOIN reporting.dim_article a ON a.article_key = f.article_key -- if :is_of_articles
    LEFT JOIN stancedb.article d ON d.id = f.article_key -- if :is_of_sections
    LEFT JOIN LATERAL (
        SELECT min(m.char_start) AS begins_at FROM stancedb.statement s JOIN stancedb.mention m ON m.statement_id = s.id
        WHERE s.slug = f.statement_code
    ) q ON CAST(:is_in_order AS boolean)
    WHERE f.is_evidence
        AND f.statement_date >= :since -- if :since
        AND f.statement_date <= :until -- if :until
        AND h.actor_kind = ANY (CAST(:holder_kinds AS text[])) -- if :holder_kinds
        AND f.actor_key = ANY (CAST(:only_holder AS bigint[])) -- if :only_holder
        AND f.actor_key <> ALL (CAST(:not_holder AS bigint[])) -- if :not_holder
        AND f.speaker_key = ANY (CAST(:only_speaker AS bigint[])) -- if :only_speaker
        AND f.speaker_key <> ALL (CAST(:not_speaker AS bigint[])) -- if :not_speaker
        AND f.issue_key = ANY (CAST(:only_issue AS bigint[])) -- if :only_issue
        AND f.issue_key <> ALL (CAST(:not_issue AS bigint[])) -- if :not_issue
        AND p.position_code = ANY (CAST(:only_position AS text[])) -- if :only_position
        AND p.position_code <> ALL (CAST(:not_position AS text[])) -- if :not_position
        AND f.outlet_key = ANY (CAST(:only_outlet AS bigint[])) -- if :only_outlet
        AND f.outlet_key <> ALL (CAST(:not_outlet AS bigint[])) -- if :not_outlet
        AND a.article_kind = ANY (CAST(:only_kind AS text[])) -- if :only_kind
        AND a.article_kind <> ALL (CAST(:not_kind AS text[])) -- if :not_kind
        AND coalesce(a.article_byline, '') = ANY (CAST(:only_author AS text[])) -- if :only_author
        AND coalesce(a.article_byline, '') <> ALL (CAST(:not_author AS text[])) -- if :not_author
        AND coalesce(d.section, '') = ANY (CAST(:only_section AS text[])) -- if :only_section
        AND coalesce(d.section, '') <> ALL (CAST(:not_section AS text[])) -- if :not_section
    GROUP BY f.statement_code, f.actor_key, f.issue_key, f.position_key, f.article_key, f.statement_date
),
-- Of duplicate statements in one document, week and so on, the first counts; within one day, by document and place.
kept AS (
    SELECT DISTINCT ON (o.actor_key, o.issue_key, o.said_position, o.period)
        o.statement_code, o.actor_key, o.issue_key, o.position_key, o.said_position, o.statement_date,
        o.article_key, o.begins_at, o.coding_key
    FROM (
        SELECT k.*, CASE WHEN NOT CAST(:is_blind AS boolean) THEN k.position_key END AS said_position,
            CASE CAST(:duplicates AS text)
                WHEN 'document' THEN CASE WHEN k.article_key > 0 THEN CAST(k.article_key AS text) ELSE k.statement_code END
                WHEN 'week' THEN CAST(date_trunc('week', CAST(k.statement_date AS timestamp)) AS text)
                WHEN 'month' THEN CAST(date_trunc('month', CAST(k.statement_date AS timestamp)) AS text)
                WHEN 'year' THEN CAST(date_trunc('year', CAST(k.statement_date AS timestamp)) AS text)
                WHEN 'acrossrange' THEN ''
                ELSE CAST(k.coding_key AS text) END AS period
        FROM spoken k
    ) o
    ORDER BY o.actor_key, o.issue_key, o.said_position, o.period,
        o.statement_date, o.article_key, o.begins_at, o.statement_code COLLATE "C", o.coding_key
),
span AS (
    SELECT e.last_day, e.statements, CASE WHEN CAST(:alignment AS text) IS NULL THEN e.first_day
        ELSE CAST(date_trunc(CAST(:alignment AS text), CAST(e.first_day AS timestamp)) AS date) END AS origin
    FROM (
        SELECT coalesce(CAST(:since AS date), min(k.statement_date)) AS first_day,
            coalesce(CAST(:until AS date), max(k.statement_date)) AS last_day, count(*) AS statements
        FROM kept k
    ) e
),
placed AS (
    SELECT k.*, n.origin, CAST(CASE CAST(:unit AS text)
        WHEN 'day' THEN k.statement_date - n.origin
        WHEN 'month' THEN 12 * (extract(year FROM k.statement_date) - extract(year FROM n.origin))
            + extract(month FROM k.statement_date) - extract(month FROM n.origin)
        WHEN 'event' THEN row_number() OVER (
            ORDER BY k.statement_date, k.article_key, k.begins_at, k.statement_code COLLATE "C", k.coding_key
        ) - 1
        ELSE 0 END AS bigint) AS place
    FROM kept k CROSS JOIN span n
),
-- The last window is the first window that reaches the last place.
ending AS (
    SELECT greatest(0, (CAST(CASE CAST(:unit AS text)
        WHEN 'day' THEN n.last_day - n.origin
        WHEN 'month' THEN 12 * (extract(year FROM n.last_day) - extract(year FROM n.origin))
            + extract(month FROM n.last_day) - extract(month FROM n.origin)
        WHEN 'event' THEN n.statements - 1
        ELSE 0 END AS bigint) - CAST(:length AS bigint) + CAST(:step AS bigint)) / CAST(:step AS bigint)) AS last_number
    FROM span n
),
windowed AS (
    SELECT p.*, p.place / CAST(:step AS bigint) AS window_number FROM placed p WHERE NOT CAST(:is_overlapping AS boolean)
    UNION ALL
    SELECT p.*, w.number FROM placed p CROSS JOIN ending e
    CROSS JOIN LATERAL generate_series(
        greatest(0, (p.place - CAST(:length AS bigint) + CAST(:step AS bigint)) / CAST(:step AS bigint)),
        least(p.place / CAST(:step AS bigint), e.last_number)
    ) AS w (number)
    WHERE CAST(:is_overlapping AS boolean)
)
SELECT w.window_number, w.origin, w.actor_key, w.issue_key, min(w.statement_date) AS first_said,
    max(w.statement_date) AS last_said, count(*) AS statements,
    CASE WHEN NOT CAST(:is_blind AS boolean) THEN min(w.position_key) ELSE (array_agg(
        w.position_key ORDER BY w.statement_date, w.article_key, w.begins_at, w.statement_code COLLATE "C", w.coding_key
    ))[1] END AS position_key,
    (array_agg(
        w.coding_key ORDER BY w.statement_date, w.article_key, w.begins_at, w.statement_code COLLATE "C", w.coding_key
    ))[1] AS coding_key
FROM windowed w
GROUP BY w.window_number, w.origin, w.actor_key, w.issue_key, w.said_position,
    CASE WHEN CAST(:duplicates AS text) <> 'window' THEN w.coding_key END;

-- name: parts
-- The nodes and edges of each window. A cell counts the statements of a row of the matrix (an actor, or an issue where
-- issues are tied) about a column, apart for each level: a position, or the side that it takes where issues are tied.
WITH cell AS MATERIALIZED (
    SELECT c.window_number, c.origin, k.row_key, k.column_key, k.level, k.side, count(*) AS n,
        -- One number for window and column: with two, the planner may join only on the first and compare every pair.
        c.window_number * 1099511627776 + k.column_key AS meeting,
        CAST(sum(count(*)) OVER (PARTITION BY c.window_number, k.row_key) AS bigint) AS row_n,
        CAST(sum(count(*)) OVER (PARTITION BY c.window_number, k.column_key) AS bigint) AS column_n, sum(c.statements) AS statements,
        min(c.first_said) AS first_said, max(c.last_said) AS last_said
    FROM {counted} c
    JOIN reporting.dim_position p ON p.position_key = c.position_key
    CROSS JOIN LATERAL (
        SELECT CASE WHEN CAST(:are_issues_tied AS boolean) THEN c.issue_key ELSE c.actor_key END AS row_key,
            CASE WHEN CAST(:are_issues_tied AS boolean) THEN c.actor_key
                WHEN CAST(:are_positions_apart AS boolean) THEN c.position_key ELSE c.issue_key END AS column_key,
            CASE WHEN CAST(:are_issues_tied AS boolean) THEN CAST(coalesce(sign(p.position_score), 0) AS bigint) ELSE c.position_key END AS level,
            CAST(coalesce(sign(p.position_score), 0) AS int) AS side
    ) k
    WHERE true
        AND k.side <> 0 -- if :is_of_sides
    GROUP BY c.window_number, c.origin, k.row_key, k.column_key, k.level, k.side
),
-- A window without a length exists even without statements.
frame AS (
    SELECT coalesce(c.window_number, 0) AS window_number, min(c.first_said) AS first_said, max(c.last_said) AS last_said,
        CAST(min(c.origin) + CASE CAST(:unit AS text)
            WHEN 'day' THEN coalesce(c.window_number, 0) * CAST(:step AS bigint) * interval '1 day'
            WHEN 'month' THEN coalesce(c.window_number, 0) * CAST(:step AS bigint) * interval '1 month' END AS date) AS begins_on
    FROM (VALUES (1)) AS one (n) LEFT JOIN cell c ON true GROUP BY coalesce(c.window_number, 0)
),
row_node AS (
    SELECT c.window_number, c.row_key, sum(c.statements) AS statements, min(c.first_said) AS first_said,
        max(c.last_said) AS last_said
    FROM cell c GROUP BY c.window_number, c.row_key
),
column_node AS (
    SELECT c.window_number, c.column_key, sum(c.statements) AS statements, min(c.first_said) AS first_said,
        max(c.last_said) AS last_said
    FROM cell c WHERE CAST(:is_two_mode AS boolean) GROUP BY c.window_number, c.column_key
),
-- A speaker who takes the position of an actor by the same statement makes one utterance, not two.
own AS MATERIALIZED (
    SELECT DISTINCT least(x.actor_key, y.actor_key) AS a, greatest(x.actor_key, y.actor_key) AS b
    FROM reporting.fact_statement x
    JOIN reporting.fact_statement y ON y.statement_code = x.statement_code AND y.issue_key = x.issue_key
        AND y.actor_key <> x.actor_key AND y.coding_basis = 'on_behalf'
    WHERE x.actor_key = x.speaker_key AND x.coding_basis = 'self'
),
-- Jaccard's coefficient divides by the statements of only one of the two, plus the pairs of statements of both.
pair AS (
    SELECT x.window_number, x.row_key AS a, y.row_key AS b,
        max(x.row_n) AS n_of_a, max(y.row_n) AS n_of_b, -- if :is_normalized
        sum(x.n * y.n * CASE CAST(:aggregation AS text)
            WHEN 'congruence' THEN CASE WHEN x.level = y.level THEN 1 ELSE 0 END
            WHEN 'conflict' THEN CASE WHEN x.level = y.level THEN 0 ELSE 1 END
            WHEN 'subtract' THEN CASE WHEN x.level = y.level THEN 1 ELSE -1 END
            ELSE 1 END) AS weight,
        sum(x.n * y.n - x.n - y.n) FILTER (WHERE x.level = y.level) AS overlap, -- if :is_jaccard
        min(least(x.first_said, y.first_said)) AS first_said, max(greatest(x.last_said, y.last_said)) AS last_said
    FROM cell x JOIN cell y ON y.meeting = x.meeting AND y.row_key > x.row_key
        AND y.level = x.level -- if :is_congruence
        AND y.level <> x.level -- if :is_conflict
    WHERE NOT CAST(:is_two_mode AS boolean)
    GROUP BY x.window_number, x.row_key, y.row_key
),
edge AS (
    SELECT r.window_number, r.a, r.b, r.first_said, r.last_said, r.weight / CASE CAST(:normalization AS text)
        WHEN 'no' THEN 1
        WHEN 'average' THEN CAST(r.n_of_a + r.n_of_b AS double precision) / 2 -- if :is_normalized
        WHEN 'cosine' THEN CAST(r.n_of_a * r.n_of_b AS double precision) -- if :is_normalized
        WHEN 'jaccard' THEN CAST(r.n_of_a + r.n_of_b + coalesce(r.overlap, 0) AS double precision) -- if :is_jaccard
        END AS weight
    FROM pair r
    WHERE r.weight <> 0
        AND (r.a, r.b) NOT IN (SELECT o.a, o.b FROM own o) -- if :are_actors_tied
    UNION ALL
    SELECT t.window_number, t.row_key, t.column_key, t.first_said, t.last_said, t.weight / CASE CAST(:normalization AS text)
        WHEN 'no' THEN 1
        WHEN 'activity' THEN CAST(t.row_n AS double precision)
        WHEN 'prominence' THEN CAST(t.column_n AS double precision) END
    FROM (
        SELECT c.window_number, c.row_key, c.column_key, max(c.row_n) AS row_n, max(c.column_n) AS column_n,
            CASE CAST(:aggregation AS text)
                WHEN 'subtract' THEN sum(c.n * c.side)
                WHEN 'combine' THEN bit_or(CASE c.side WHEN 1 THEN 1 WHEN -1 THEN 2 ELSE 0 END)
                ELSE sum(c.n) END AS weight, min(c.first_said) AS first_said, max(c.last_said) AS last_said
        FROM cell c WHERE CAST(:is_two_mode AS boolean) GROUP BY c.window_number, c.row_key, c.column_key
    ) t
    WHERE t.weight <> 0
),
-- All actors and issues with a statement in the database.
known AS (
    SELECT DISTINCT f.actor_key, f.issue_key, f.position_key
    FROM reporting.fact_statement f
    JOIN reporting.dim_position p ON p.position_key = f.position_key AND p.position_kind <> 'no_position'
    JOIN reporting.dim_actor h ON h.actor_key = f.actor_key -- if :holder_kinds
    WHERE f.is_evidence AND CAST(:has_isolates AS boolean)
        AND h.actor_kind = ANY (CAST(:holder_kinds AS text[])) -- if :holder_kinds
),
node AS (
    SELECT r.window_number, CASE WHEN CAST(:are_issues_tied AS boolean) THEN 'concept' ELSE 'actor' END AS part, r.row_key AS a,
        r.statements, r.first_said, r.last_said
    FROM row_node r
    UNION ALL
    SELECT c.window_number, 'concept', c.column_key, c.statements, c.first_said, c.last_said FROM column_node c
    UNION ALL
    SELECT f.window_number, CASE WHEN CAST(:are_issues_tied AS boolean) THEN 'concept' ELSE 'actor' END, k.row_key, 0, NULL, NULL
    FROM frame f CROSS JOIN (
        SELECT DISTINCT CASE WHEN CAST(:are_issues_tied AS boolean) THEN n.issue_key ELSE n.actor_key END AS row_key FROM known n
    ) k
    WHERE NOT EXISTS (SELECT FROM row_node r WHERE r.window_number = f.window_number AND r.row_key = k.row_key)
    UNION ALL
    SELECT f.window_number, 'concept', k.column_key, 0, NULL, NULL
    FROM frame f CROSS JOIN (
        SELECT DISTINCT CASE WHEN CAST(:are_positions_apart AS boolean) THEN n.position_key ELSE n.issue_key END AS column_key
        FROM known n WHERE CAST(:is_two_mode AS boolean)
    ) k
    WHERE NOT EXISTS (SELECT FROM column_node c WHERE c.window_number = f.window_number AND c.column_key = k.column_key)
),
part AS (
    SELECT n.window_number, n.part, n.a, CAST(NULL AS bigint) AS b, n.statements, CAST(NULL AS double precision) AS weight,
        n.first_said, n.last_said
    FROM node n
    UNION ALL
    SELECT e.window_number, 'edge', e.a, e.b, NULL, e.weight, e.first_said, e.last_said FROM edge e
    UNION ALL
    SELECT e.window_number, 'edge', e.b, e.a, NULL, e.weight, e.first_said, e.last_said FROM edge e
    WHERE CAST(:is_mirrored AS boolean)
)
SELECT s.* FROM (
    SELECT t.*, CASE CAST(:unit AS text) WHEN 'event' THEN f.first_said ELSE f.begins_on END AS window_start,
        CASE CAST(:unit AS text)
            WHEN 'day' THEN f.begins_on + CAST(:length AS int) - 1
            WHEN 'month' THEN CAST(f.begins_on + CAST(:length AS int) * interval '1 month' AS date) - 1
            WHEN 'event' THEN f.last_said END AS window_last,
        coalesce(h.actor_code, i.issue_code || coalesce('/' || p.position_code, '')) AS code,
        coalesce(h.actor_name, i.issue_question || coalesce(': ' || p.position_label, '')) AS label,
        coalesce(h.actor_kind, p.position_kind) AS kind, i.issue_code AS issue, p.position_rank AS rank,
        p.position_score AS score
    FROM part t
    JOIN frame f ON f.window_number = t.window_number
    CROSS JOIN LATERAL (
        -- An edge belongs to the row of its first node.
        SELECT CASE WHEN t.part <> 'edge' THEN t.part WHEN NOT CAST(:is_matrix AS boolean) THEN 'edge'
            WHEN CAST(:are_issues_tied AS boolean) THEN 'concept' ELSE 'actor' END AS named
    ) k
    LEFT JOIN reporting.dim_actor h ON k.named = 'actor' AND h.actor_key = t.a
    LEFT JOIN reporting.dim_position p ON k.named = 'concept' AND CAST(:are_positions_apart AS boolean) AND p.position_key = t.a
    LEFT JOIN reporting.dim_issue i ON k.named = 'concept' AND i.issue_key = coalesce(p.issue_key, t.a)
) s
ORDER BY s.window_number, s.part,
    s.label COLLATE "C", s.code COLLATE "C", -- if :is_matrix
    s.a, s.b;

-- name: events
-- The words of a statement come from one mention; if the article prints them twice, from the first place. Only the mention
-- that reporting uses has them at full length.
SELECT f.statement_code AS statement_id, f.statement_date AS time,
    CASE WHEN k.actor_kind = 'person' THEN k.actor_name END AS person,
    CASE WHEN h.actor_kind <> 'person' THEN h.actor_name END AS organization, i.issue_question AS concept,
    CASE WHEN p.position_score > 0 THEN 1 WHEN p.position_score < 0 THEN 0 END AS agreement,
    m.char_start AS start_position, m.char_end AS stop_position, coalesce(m.quote, f.quote_text) AS text,
    c.coder_code AS coder, a.article_code AS document_id, a.article_title AS document_title,
    a.article_byline AS document_author, o.outlet_name AS document_source, d.section AS document_section,
    a.article_kind AS document_type, p.position_code AS position, p.position_rank AS rank, p.position_score AS score,
    a.published_date AS published,
    CAST(date_trunc(CAST(:every AS text), CAST(f.statement_date AS timestamp)) AS date) AS window_start,
    k.actor_code AS speaker_id, k.actor_name AS speaker, h.actor_code AS holder_id, h.actor_name AS holder,
    h.actor_kind AS holder_kind, i.issue_code AS issue_id, o.outlet_code AS outlet_id
FROM {counted} e
JOIN reporting.fact_statement f ON f.coding_key = e.coding_key
JOIN reporting.dim_position p ON p.position_key = f.position_key
JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
JOIN reporting.dim_actor k ON k.actor_key = f.speaker_key
JOIN reporting.dim_article a ON a.article_key = f.article_key
JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key
JOIN reporting.dim_coder c ON c.coder_key = f.coder_key
LEFT JOIN stancedb.article d ON d.id = f.article_key
LEFT JOIN LATERAL (
    SELECT w.char_start, w.char_end, w.quote
    FROM stancedb.mention w JOIN stancedb.statement s ON s.id = w.statement_id AND s.slug = f.statement_code
    JOIN stancedb.article_version v ON v.id = w.article_version_id AND v.article_id = f.article_key
    WHERE left(w.quote, 1999) = left(f.quote_text, 1999) ORDER BY w.char_start LIMIT 1
) m ON true
ORDER BY f.statement_date, f.statement_code COLLATE "C", h.actor_code COLLATE "C", i.issue_code COLLATE "C";

-- name: authors
SELECT DISTINCT a.article_byline AS handle FROM reporting.dim_article a WHERE a.article_byline IS NOT NULL;

-- name: sections
SELECT DISTINCT a.section AS handle FROM stancedb.article a WHERE a.section IS NOT NULL;

-- name: actor_attributes
-- The latest value of each attribute of the holders of positions.
SELECT DISTINCT ON (t.actor_key, t.attribute) t.actor_key, t.attribute, t.value
FROM reporting.dim_actor_attribute t
WHERE t.actor_key IN (SELECT f.actor_key FROM reporting.fact_statement f)
ORDER BY t.actor_key, t.attribute, t.valid_from DESC NULLS LAST, t.actor_attribute_key;
