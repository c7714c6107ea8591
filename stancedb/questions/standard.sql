-- name: contradictions
-- Office holders whose position differed from that of the government or the state of the office.
--
-- Relations are followed upwards from the office, or from the body to which a person belongs; a party does not lead to
-- a government. Two stances on the same issue are compared for the days on which both lasted and the office was held.
-- Rows keep a merged actor, so each actor is replaced by the actor into which it was merged.
WITH RECURSIVE relation AS (
    SELECT s.standing_id AS subject_id, o.standing_id AS object_id, a.kind AS subject_kind, x.relation, x.during_from,
        x.during_to
    FROM stancedb.actor_relation x
    JOIN stancedb.actor a ON a.id = x.subject_id
    JOIN stancedb.standing_actor s ON s.id = x.subject_id
    JOIN stancedb.standing_actor o ON o.id = x.object_id
),
above AS (
    SELECT p.standing_id AS person_id, o.standing_id AS body_id, t.held_from, t.held_to
    FROM stancedb.tenure t
    JOIN stancedb.standing_actor p ON p.id = t.person_id
    JOIN stancedb.standing_actor o ON o.id = t.office_id
    UNION
    SELECT x.subject_id, x.object_id, x.during_from, x.during_to
    FROM relation x
    WHERE x.subject_kind = 'person' AND x.relation IN ('member_of', 'spokesperson_for', 'part_of', 'governs')
    UNION
    SELECT a.person_id, x.object_id, greatest(a.held_from, x.during_from), least(a.held_to, x.during_to)
    FROM above a JOIN relation x ON x.subject_id = a.body_id
    WHERE x.relation IN ('governs', 'office_of', 'part_of', 'spokesperson_for')
),
-- Two offices under one government, or two consecutive terms, count as one period in office.
own AS (
    SELECT h.person_id AS actor_key, h.body_id AS government_key, lower(h.held) AS held_from, upper(h.held) AS held_to
    FROM (
        SELECT a.person_id, a.body_id, unnest(range_agg(daterange(a.held_from, a.held_to))) AS held
        FROM above a JOIN stancedb.actor g ON g.id = a.body_id
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
    AND h.actor_code = :holder -- if :holder
    AND i.issue_code = :issue -- if :issue
ORDER BY b.since, h.actor_code, v.actor_code, i.issue_code;

-- name: claims
-- What speakers claimed about continuity, compared with what the codings show.
--
-- The position before is that of the day before, so that a statement cannot be its own evidence.
SELECT h.actor_code AS holder, i.issue_code AS issue, f.statement_date AS said, k.actor_code AS speaker,
    f.self_declared AS claim, b.position_code AS position_before, p.position_code AS position_said,
    CASE WHEN s.position_key IS NULL THEN 'first_stance' WHEN s.position_key = f.position_key THEN 'same'
        ELSE 'different' END AS observed,
    CASE WHEN s.position_key IS NOT NULL
        THEN (s.position_key = f.position_key) = (f.self_declared = 'claims_unchanged') END AS claim_holds,
    c.change_kind AS change,
    stancedb.change_label(c.change_kind, i.issue_low_pole, i.issue_high_pole) AS change_label, f.statement_code AS statement, f.quote_text AS quote, a.article_code AS article
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
    AND h.actor_code = :holder -- if :holder
    AND i.issue_code = :issue -- if :issue
ORDER BY f.statement_date, h.actor_code, i.issue_code, f.statement_code;

-- name: polarization
-- Agreement and polarization among the holders on an issue at the end of each period.
--
-- Agreement: the share of pairs of holders with the same position (Simpson 1949, without replacement). Polarization:
-- dissention after Tastle and Wierman 2007, on the ranks of the issue's positions: 0 if all are at one rank, 1 if half
-- are at each end. Holders of a position without a rank are counted separately.
WITH period AS (
    SELECT least(max(d.date_key), max(x.as_of_date)) AS on_day
    FROM reporting.dim_date d JOIN reporting.data_release x ON x.is_current
    WHERE d.date_key <= x.as_of_date
    GROUP BY date_trunc(CAST(:every AS text), CAST(d.date_key AS timestamp))
),
scale AS (
    SELECT p.issue_key, CAST(max(p.position_rank) AS integer) - min(p.position_rank) AS width
    FROM reporting.dim_position p JOIN reporting.dim_issue i ON i.issue_key = p.issue_key AND i.issue_code = :issue
    GROUP BY p.issue_key
),
held AS (
    SELECT t.on_day, s.actor_key, s.position_key, p.position_rank, c.width,
        avg(p.position_rank) OVER (PARTITION BY t.on_day) AS mean_rank,
        count(*) OVER (PARTITION BY t.on_day, s.position_key) AS alike
    FROM period t
    JOIN reporting.dim_rule r ON r.rule_code = :rule
    JOIN scale c ON true
    JOIN reporting.fact_stance s ON s.issue_key = c.issue_key AND s.rule_key = r.rule_key
        AND s.valid_from <= t.on_day AND s.valid_to_or_today > t.on_day
    JOIN reporting.dim_position p ON p.position_key = s.position_key
)
SELECT on_day, count(*) AS holders, count(DISTINCT position_key) AS positions,
    count(*) - count(position_rank) AS unranked,
    CASE WHEN count(*) > 1 THEN CAST(sum(alike - 1) AS double precision) / (count(*) * (count(*) - 1)) END AS agreement,
    CASE WHEN count(position_rank) > 1
        THEN abs(avg(ln(1 - CAST(abs(position_rank - mean_rank) AS double precision) / nullif(width, 0))))
            / ln(CAST(2 AS double precision)) END AS polarization
FROM held
GROUP BY on_day
ORDER BY on_day;

-- name: first_movers
-- Who moved to a position first, and how many days later the others followed.
--
-- A change has a window; if the windows of two holders overlap, it is unknown who was first, whatever the dates.
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
    stancedb.change_label(o.change_kind, s.issue_low_pole, s.issue_high_pole) AS change_label,
    b.position_code AS from_position, o.window_from, o.window_to - 1 AS window_until,
    o.change_date - o.first_date AS days_after,
    CASE WHEN o.place > 1 THEN o.window_from IS NOT NULL AND o.window_from >= o.first_window_to END AS surely_later,
    e.statement_code AS statement, e.quote_text AS quote
FROM ordered o
JOIN reporting.dim_position p ON p.position_key = o.position_key
JOIN reporting.dim_actor h ON h.actor_key = o.actor_key
JOIN reporting.dim_issue s ON s.issue_key = o.issue_key
LEFT JOIN reporting.dim_position b ON b.position_key = nullif(o.from_position_key, -1)
LEFT JOIN reporting.fact_statement e ON e.coding_key = o.evidence_coding
WHERE true
    AND p.position_code = :position -- if :position
ORDER BY p.position_rank, p.position_code, o.place, h.actor_code;

-- name: after_event
-- What was said from the first day of an event on, and the holder's position on the day before it.
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
    AND h.actor_code = :holder -- if :holder
    AND i.issue_code = :issue -- if :issue
ORDER BY f.statement_date, h.actor_code, i.issue_code, f.statement_code;

-- name: silence
-- Periods without a statement that shows a holder's position on an issue, between two days or until now.
--
-- A lasting statement, such as a membership, speaks until its last day or the day before the next one with another
-- position.
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
    SELECT s.actor_key, s.issue_key, max(s.spoken_date) OVER pair AS last_date,
        lead(s.statement_date) OVER pair AS next_date
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
    AND g.next_date IS NULL -- if :still
    AND h.actor_code = :holder -- if :holder
    AND i.issue_code = :issue -- if :issue
ORDER BY days DESC, h.actor_code, i.issue_code, g.last_date;

-- name: disagreement
-- Statements that two coders coded as different positions of one holder on one issue.
--
-- The reporting schema only has final codings, so this reads the coding table. Each pair of coders appears once: of
-- several codings by one coder, the one under the newest codebook counts. Codings keep a merged holder, issue or
-- position, so each is replaced by the one into which it was merged.
WITH judged AS (
    SELECT DISTINCT ON (c.statement_id, a.standing_id, g.standing_id, c.coder_id) c.statement_id,
        a.standing_id AS holder_id, g.standing_id AS issue_id, c.coder_id, t.standing_id AS position_id, c.status,
        c.is_final
    FROM stancedb.coding c
    JOIN stancedb.actor named ON named.id = c.holder_id
    JOIN stancedb.standing_actor a ON a.id = c.holder_id
    JOIN stancedb.standing_issue g ON g.id = c.issue_id
    LEFT JOIN stancedb.standing_position t ON t.id = c.position_id
    JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id
    WHERE c.status <> 'draft'
    ORDER BY c.statement_id, a.standing_id, g.standing_id, c.coder_id, v.issued_on DESC, v.label COLLATE "C" DESC,
        c.is_final DESC, named.slug COLLATE "C" DESC
)
SELECT s.slug AS statement, h.slug AS holder, i.slug AS issue, k.name AS coder, p.slug AS position, c.status,
    o.name AS other_coder, q.slug AS other_position, d.status AS other_status,
    abs(CAST(p.rank AS integer) - q.rank) AS ranks_apart,
    CASE WHEN c.is_final THEN k.name WHEN d.is_final THEN o.name END AS final_coder
FROM judged c
JOIN judged d ON d.statement_id = c.statement_id AND d.holder_id = c.holder_id AND d.issue_id = c.issue_id
    AND d.coder_id <> c.coder_id AND d.position_id IS DISTINCT FROM c.position_id
JOIN stancedb.coder k ON k.id = c.coder_id
JOIN stancedb.coder o ON o.id = d.coder_id AND (k.name, k.id) < (o.name, o.id)
JOIN stancedb.statement s ON s.id = c.statement_id
JOIN stancedb.actor h ON h.id = c.holder_id
JOIN stancedb.issue i ON i.id = c.issue_id
LEFT JOIN stancedb.position p ON p.id = c.position_id
LEFT JOIN stancedb.position q ON q.id = d.position_id
WHERE s.retracted_on IS NULL AND s.merged_into_id IS NULL
    AND h.slug = :holder -- if :holder
    AND i.slug = :issue -- if :issue
    AND :coder IN (k.name, o.name) -- if :coder
ORDER BY ranks_apart DESC NULLS LAST, s.slug, h.slug, i.slug, k.name, o.name;

-- name: coverage
-- The number of articles of each outlet and month, and how many are coded.
SELECT o.outlet_code AS outlet, f.month_start AS month, f.article_count AS articles, f.coded_article_count AS coded,
    CAST(f.coded_article_count AS double precision) / nullif(f.article_count, 0) AS coded_share,
    f.statement_count AS statements, f.mention_count AS mentions
FROM reporting.fact_coverage f JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key
WHERE true
    AND o.outlet_code = :outlet -- if :outlet
    AND f.month_start >= date_trunc('month', CAST(:since AS timestamp)) -- if :since
    AND f.month_start <= :until -- if :until
ORDER BY o.outlet_code, f.month_start;

-- name: begin_of_event
SELECT v.event_begin FROM reporting.dim_event v WHERE v.event_code = :event;
