-- Which position was each holder taken to hold on each issue, when, and what lies between: under one rule, as the
-- database was known at one changeset. This is the one definition; stance and stance_change are what it returns.
--
-- Parameters
--   p_rule_id       the rule
--   p_number        known at this changeset number; null means now
--   p_holder_id     this holder alone; null means all
--   p_issue_id      this issue alone; null means all
--   p_touched_by    the pairs that this open changeset has touched; null means all
--
-- Steps
--   1 counted     evidence that the rule counts
--   2 lined       the evidence of each pair in the order of its days
--   3 plain_run   consecutive days of one position, if nothing but the next position ever ended one
--   4 intricate   the few pairs where that is not so: a retraction, two statements on one day, an end by succession or
--                 by age, or a run that never satisfied the rule. They alone go through steps 5 to 10; for all others
--                 what these would do is nothing, and each plain run is a state.
--   5 item        with the life of each: until it is retracted, its office changes hands, or it expires
--   6 day         one position a day: the highest authority wins, then the latest statement
--   7 first_run   consecutive days of one position whose life does not stop between them
--   8 run         without the runs that never satisfied the rule; a pair that had one forms its runs again from what is
--                 left, all others keep theirs
--   9 piece       from its first day a run holds until the next begins or its own life stops; after that the latest
--                 earlier run that still lives returns (if the rule says so), or nothing is known
--  10 state       neighbouring pieces of one position are one; a state without a position means nothing is known; in a
--                 pair whose runs all live on, each run is a state
--  11 the change into each state, with its window and kind
--
-- A "life" is {day it stops, cause, end of the window of its stopping}, days counted from 1 January 2000, so that one
-- max() finds the life that lasts longest. Causes: 3 retraction, 2 succession, 1 lapse, 0 none.
--
-- Kind of change, first row that fits:
--   before      after        condition                                            kind
--   nothing     a position   no earlier position is known                         initial
--   any         any          a statement was retracted                            retraction
--   a position  nothing      the office changed hands                             succession
--   a position  nothing      the evidence expired                                 lapse
--   a position  another      holder is an office or government, and the person
--                            behind it can have changed within the window         succession
--   a position  another      after is the one before the last, or the last one    return
--                            known before nothing was known
--   any         any          before or after is a retired position                shift
--   open        substantive                                                       clarification
--   substantive open                                                              obscuring
--   substantive substantive  score changes sign, or end to end of the scale       reversal
--   ranked      ranked       rank up / rank down                                  hardening / softening
--   otherwise                                                                     shift
CREATE FUNCTION stancedb.states(
    p_rule_id bigint, p_number bigint, p_holder_id bigint, p_issue_id bigint, p_touched_by bigint
) RETURNS TABLE (
    holder_id bigint, issue_id bigint, valid_from date, valid_to date, position_id bigint, confirmed_on date,
    onset_coding_id bigint, evidence_count bigint, contrary_count bigint, last_evidence_on date, is_contested boolean,
    kind text, from_position_id bigint, window_from date, window_to date, delta_rank bigint, delta_score double precision,
    clarity text, walked_back_within bigint
) LANGUAGE plpgsql STABLE
-- The planner cannot know how many rows a step leaves, and a nested loop over two steps would grow with their product.
SET enable_nestloop = off
-- Compiling so long a query takes longer than running it.
SET jit = off
AS $function$
DECLARE
    rule stancedb.derivation_rule;
    known text := CASE WHEN p_number IS NULL THEN 'x.known_until_id IS NULL' ELSE
        'EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = x.known_from_id AND k.number <= $1)'
        ' AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = x.known_until_id AND k.number <= $1)' END;
    touched_count CONSTANT bigint := (
        SELECT count(*) FROM stancedb.touched t WHERE t.changeset_id = p_touched_by AND t.kind = 'pair'
    );
    touched CONSTANT text := '(SELECT DISTINCT t.holder_id, t.issue_id FROM stancedb.touched t'
        ' WHERE t.changeset_id = $4 AND t.kind = ''pair'') t';
    -- Few touched pairs are looked up one by one, where OFFSET 0 keeps the planner from reading all of the evidence;
    -- many are picked out of it in one pass.
    evidence text := CASE
        WHEN p_touched_by IS NULL THEN 'stancedb.evidence x'
        WHEN 20 * touched_count > (SELECT c.reltuples FROM pg_catalog.pg_class c WHERE c.oid = 'stancedb.evidence'::regclass)
            THEN touched || ' JOIN stancedb.evidence x USING (holder_id, issue_id)'
        ELSE touched || ' CROSS JOIN LATERAL (SELECT * FROM stancedb.evidence e'
            ' WHERE e.holder_id = t.holder_id AND e.issue_id = t.issue_id OFFSET 0) x'
    END;
    wanted text := CASE WHEN p_holder_id IS NULL THEN '' ELSE ' AND x.holder_id = $2' END
        || CASE WHEN p_issue_id IS NULL THEN '' ELSE ' AND x.issue_id = $3' END;
    -- Days of one position in a row are a block, and a run ends within it where its life does; used on /*days*/.
    numbered CONSTANT text := $numbered$
    SELECT m.*, count(*) FILTER (WHERE m.begins) OVER (PARTITION BY m.holder_id, m.issue_id ORDER BY m.day) AS run_no
    FROM (
        SELECT b.*, coalesce(max(b.life[1]) OVER (
            PARTITION BY b.holder_id, b.issue_id, b.block_no ORDER BY b.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) <= b.day, true) AS begins
        FROM (
            SELECT d.*, count(*) FILTER (WHERE d.differs) OVER (PARTITION BY d.holder_id, d.issue_id ORDER BY d.day)
                AS block_no
            FROM (
                SELECT e.*, e.position_id IS DISTINCT FROM
                    lag(e.position_id) OVER (PARTITION BY e.holder_id, e.issue_id ORDER BY e.day) AS differs
                FROM /*days*/ e
            ) d
        ) b
    ) m
    $numbered$;
    -- Numbered days are put together to runs; used on /*days*/.
    run CONSTANT text := $run$
    SELECT n.holder_id, n.issue_id, n.run_no, n.position_id,
        min(n.day) AS first_day, min(n.day) FILTER (WHERE NOT n.begins) AS second_day, max(n.day) AS last_day,
        max(n.coding_id) FILTER (WHERE n.begins) AS onset_coding_id,
        max(n.until_day) FILTER (WHERE n.begins) AS onset_until_day,
        max(n.position_kind) FILTER (WHERE n.begins) AS position_kind,
        max(n.rank) FILTER (WHERE n.begins) AS rank,
        max(n.score) FILTER (WHERE n.begins) AS score,
        sum(n.evidence_count)::bigint AS evidence_count, bool_or(n.is_contested) AS is_contested, max(n.life) AS life,
        coalesce(lead(min(n.day)) OVER (PARTITION BY n.holder_id, n.issue_id ORDER BY n.run_no), 2147483647) AS next_day
    FROM /*days*/ n GROUP BY n.holder_id, n.issue_id, n.run_no, n.position_id
    $run$;
    query text;
BEGIN
    SELECT r.* INTO rule FROM stancedb.derivation_rule r WHERE r.id = p_rule_id;
    query := $query$
WITH counted AS (
    SELECT x.holder_id, x.issue_id, x.act, x.said_from, x.said_to, x.position_id, x.position_kind, x.rank, x.score,
        x.authority, x.statement_id, x.coding_id
    FROM /*evidence*/
    WHERE /*known*/ /*wanted*/ AND x.authority >= $5 AND x.basis = ANY ($6)
),
lined AS MATERIALIZED (
    SELECT d.*, row_number() OVER pair AS place, count(*) OVER pair AS places, max(d.day) OVER pair AS pair_last_day,
        lag(d.day) OVER pair AS day_before, lead(d.day) OVER pair AS day_after, lag(d.position_id) OVER pair AS position_before
    FROM (SELECT c.*, c.said_from - DATE '2000-01-01' AS day FROM counted c) d
    WINDOW pair AS (
        PARTITION BY d.holder_id, d.issue_id ORDER BY d.day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    )
),
plain_run AS MATERIALIZED (
    SELECT r.holder_id, r.issue_id, r.position_id, r.position_kind, r.rank, r.score, r.coding_id, r.first_day, r.next_day,
        r.last_day, r.evidence_count, coalesce(r.said_to - DATE '2000-01-01', r.first_day + 1) AS until_day,
        CASE WHEN $7::int IS NULL THEN r.first_day ELSE least(
            CASE WHEN r.evidence_count > 1 THEN r.day_after END,
            CASE WHEN r.next_day >= r.first_day::bigint + $7::int THEN r.first_day + $7::int END
        ) END AS confirmed_day,
        r.old_position_id, r.old_kind, r.old_rank, r.old_score, r.earlier_position_id, r.old_day, r.day_before AS old_last_day
    FROM (
        SELECT l.*, l.day AS first_day, coalesce(lead(l.day) OVER pair, 2147483647) AS next_day,
            coalesce(lead(l.day_before) OVER pair, l.pair_last_day) AS last_day,
            coalesce(lead(l.place) OVER pair, l.places + 1) - l.place AS evidence_count,
            lag(l.position_id) OVER pair AS old_position_id, lag(l.position_kind) OVER pair AS old_kind,
            lag(l.rank) OVER pair AS old_rank, lag(l.score) OVER pair AS old_score,
            lag(l.position_id, 2) OVER pair AS earlier_position_id, lag(l.day) OVER pair AS old_day
        FROM lined l WHERE l.position_id IS DISTINCT FROM l.position_before
        WINDOW pair AS (PARTITION BY l.holder_id, l.issue_id ORDER BY l.day)
    ) r
),
intricate AS MATERIALIZED (
    SELECT DISTINCT l.holder_id, l.issue_id FROM lined l
    WHERE l.act = 'retracts' OR l.day = l.day_before OR $10 IS NOT NULL OR $9 = 'cut' AND l.holder_id IN (
        SELECT x.holder_id FROM stancedb.succession x WHERE x.is_own_office
    )
    UNION
    SELECT r.holder_id, r.issue_id FROM plain_run r WHERE r.confirmed_day IS NULL
),
weighed AS MATERIALIZED (
    SELECT l.* FROM lined l JOIN intricate USING (holder_id, issue_id)
),
retraction AS (
    SELECT DISTINCT ON (r.holder_id, r.issue_id, r.coding_id)
        r.holder_id, r.issue_id, r.coding_id, r.said_from AS retracted_on,
        coalesce(r.said_to, r.said_from + 1) AS retracted_until
    FROM weighed r WHERE r.act = 'retracts'
    ORDER BY r.holder_id, r.issue_id, r.coding_id, r.said_from, coalesce(r.said_to, r.said_from + 1)
),
item AS MATERIALIZED (
    SELECT c.holder_id, c.issue_id, c.statement_id, c.coding_id, c.position_id, c.position_kind, c.rank, c.score, c.authority,
        c.said_from - DATE '2000-01-01' AS day,
        coalesce(c.said_to, c.said_from + 1) - DATE '2000-01-01' AS until_day,
        -- A stance was held for at least the day on which it was expressed.
        CASE WHEN r.retracted_on IS NOT NULL THEN greatest(r.retracted_on, c.said_from + 1) - DATE '2000-01-01' END
            AS retracted_day,
        greatest(r.retracted_until, c.said_from + 2) - DATE '2000-01-01' AS retracted_until_day,
        CASE WHEN $9 = 'cut' AND c.holder_id IN (SELECT x.holder_id FROM stancedb.succession x WHERE x.is_own_office) THEN (
            SELECT min(ARRAY[x.changed_on - DATE '2000-01-01', 2, x.changed_until - DATE '2000-01-01'])
            FROM stancedb.succession x
            WHERE x.holder_id = c.holder_id AND x.is_own_office AND x.changed_on > c.said_from AND /*known*/
        ) END AS cut,
        c.said_from + $10::int - DATE '2000-01-01' AS lapse_day
    FROM weighed c LEFT JOIN retraction r USING (holder_id, issue_id, coding_id)
    WHERE c.act = 'expresses'
),
ranked AS (
    SELECT i.*,
        CASE least(i.retracted_day, i.cut[1], i.lapse_day)
            WHEN i.retracted_day THEN ARRAY[i.retracted_day, 3, i.retracted_until_day]
            WHEN i.cut[1] THEN i.cut
            WHEN i.lapse_day THEN ARRAY[i.lapse_day, 1, i.lapse_day + 1]
            ELSE ARRAY[2147483647, 0, 2147483647]
        END AS life,
        first_value(i.position_id) OVER of_day AS day_position_id,
        first_value(i.authority) OVER of_day AS day_authority,
        row_number() OVER of_day = 1 AS is_winner
    FROM item i
    WINDOW of_day AS (
        PARTITION BY i.holder_id, i.issue_id, i.day ORDER BY i.authority DESC, i.statement_id DESC, i.coding_id DESC
    )
),
day AS (
    SELECT r.holder_id, r.issue_id, r.day, r.day_position_id AS position_id,
        max(r.coding_id) FILTER (WHERE r.is_winner) AS coding_id,
        max(r.until_day) FILTER (WHERE r.is_winner) AS until_day,
        max(r.position_kind) FILTER (WHERE r.is_winner) AS position_kind,
        max(r.rank) FILTER (WHERE r.is_winner) AS rank,
        max(r.score) FILTER (WHERE r.is_winner) AS score,
        count(DISTINCT r.statement_id) FILTER (WHERE r.position_id = r.day_position_id) AS evidence_count,
        bool_or(r.position_id <> r.day_position_id AND r.authority = r.day_authority) AS is_contested,
        max(r.life) FILTER (WHERE r.position_id = r.day_position_id) AS life
    FROM ranked r GROUP BY r.holder_id, r.issue_id, r.day, r.day_position_id
),
first_run AS MATERIALIZED (/*numbered day*/),
judged AS (
    SELECT r.*,
        CASE WHEN $7::int IS NULL THEN r.first_day ELSE least(
            r.second_day,
            CASE WHEN least(r.life[1], r.next_day) >= r.first_day::bigint + $7::int THEN r.first_day + $7::int END
        ) END AS confirmed_day
    FROM (/*run first_run*/) r
),
unsettled AS MATERIALIZED (
    SELECT DISTINCT j.holder_id, j.issue_id FROM judged j WHERE j.confirmed_day IS NULL
),
aside AS (
    SELECT r.holder_id, r.issue_id, r.day, r.position_id, r.statement_id
    FROM ranked r WHERE r.position_id <> r.day_position_id
    UNION ALL
    SELECT r.holder_id, r.issue_id, r.day, r.position_id, r.statement_id
    FROM ranked r JOIN first_run f USING (holder_id, issue_id, day) JOIN judged j USING (holder_id, issue_id, run_no)
    WHERE r.position_id = r.day_position_id AND j.confirmed_day IS NULL
),
kept AS (
    SELECT f.holder_id, f.issue_id, f.day, f.position_id, f.coding_id, f.until_day, f.position_kind, f.rank, f.score,
        f.evidence_count, f.is_contested, f.life, j.confirmed_day
    FROM unsettled u JOIN first_run f USING (holder_id, issue_id) JOIN judged j USING (holder_id, issue_id, run_no)
    WHERE j.confirmed_day IS NOT NULL
),
second_run AS MATERIALIZED (/*numbered kept*/),
run AS MATERIALIZED (
    SELECT j.holder_id, j.issue_id, j.run_no, j.position_id, j.first_day, j.last_day, j.onset_coding_id, j.onset_until_day,
        j.position_kind, j.rank, j.score, j.evidence_count, j.is_contested, j.life, j.next_day, j.confirmed_day
    FROM judged j
    WHERE NOT EXISTS (SELECT FROM unsettled u WHERE (u.holder_id, u.issue_id) = (j.holder_id, j.issue_id))
    UNION ALL
    SELECT r.holder_id, r.issue_id, r.run_no, r.position_id, r.first_day, r.last_day, r.onset_coding_id, r.onset_until_day,
        r.position_kind, r.rank, r.score, r.evidence_count, r.is_contested, r.life, r.next_day, c.confirmed_day
    FROM (/*run second_run*/) r JOIN (
        SELECT k.holder_id, k.issue_id, k.run_no, min(k.confirmed_day) AS confirmed_day
        FROM second_run k GROUP BY k.holder_id, k.issue_id, k.run_no
    ) c USING (holder_id, issue_id, run_no)
),
mortal AS MATERIALIZED (
    SELECT DISTINCT r.holder_id, r.issue_id FROM run r WHERE r.life[1] < 2147483647
),
stopped AS (
    SELECT r.* FROM run r WHERE r.life[1] < r.next_day
),
candidate AS (
    SELECT s.run_no AS stopped_no, s.next_day AS stopped_next_day, s.life AS stopped_life, q.*,
        greatest(s.life, max(q.life) OVER (
            PARTITION BY s.holder_id, s.issue_id, s.run_no ORDER BY q.run_no DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )) AS before
    FROM stopped s JOIN run q USING (holder_id, issue_id)
    WHERE q.run_no < s.run_no AND $8 = 'revert'
),
piece AS (
    SELECT r.holder_id, r.issue_id, r.run_no, r.first_day, least(r.next_day, r.life[1]) AS next_day, r.position_id,
        r.position_kind, r.rank, r.score, r.confirmed_day, r.onset_coding_id, r.evidence_count, r.last_day, r.is_contested,
        0 AS cause, r.onset_until_day AS until_day
    FROM run r JOIN mortal USING (holder_id, issue_id)
    UNION ALL
    SELECT c.holder_id, c.issue_id, c.run_no, c.before[1], least(c.stopped_next_day, c.life[1]), c.position_id,
        c.position_kind, c.rank, c.score, c.before[1], c.onset_coding_id, c.evidence_count, c.last_day, c.is_contested,
        c.before[2], c.before[3]
    FROM candidate c WHERE c.life[1] > c.before[1] AND c.before[1] < c.stopped_next_day
    UNION ALL
    SELECT s.holder_id, s.issue_id, NULL, gone.life[1], s.next_day, NULL, NULL,
        NULL, NULL, gone.life[1], NULL, 0, NULL, false,
        gone.life[2], gone.life[3]
    FROM stopped s LEFT JOIN (
        SELECT c.holder_id, c.issue_id, c.stopped_no, max(c.life) AS life FROM candidate c GROUP BY 1, 2, 3
    ) earlier ON (earlier.holder_id, earlier.issue_id, earlier.stopped_no) = (s.holder_id, s.issue_id, s.run_no)
    CROSS JOIN LATERAL (SELECT greatest(s.life, earlier.life) AS life) gone
    WHERE gone.life[1] < s.next_day
),
joined AS (
    SELECT j.*, count(*) FILTER (WHERE j.begins) OVER (PARTITION BY j.holder_id, j.issue_id ORDER BY j.first_day) AS state_no
    FROM (
        SELECT p.*, p.position_id IS NULL
            OR p.position_id IS DISTINCT FROM lag(p.position_id) OVER (PARTITION BY p.holder_id, p.issue_id ORDER BY p.first_day)
            AS begins
        FROM piece p
    ) j
),
state AS (
    SELECT r.holder_id, r.issue_id, r.position_id, r.first_day, r.next_day, r.position_kind, r.rank, r.score,
        r.confirmed_day, r.onset_coding_id, r.evidence_count, r.last_day, r.is_contested, 0 AS cause,
        r.onset_until_day AS until_day
    FROM run r WHERE NOT EXISTS (SELECT FROM mortal m WHERE (m.holder_id, m.issue_id) = (r.holder_id, r.issue_id))
    UNION ALL
    SELECT j.holder_id, j.issue_id, j.position_id, min(j.first_day), max(j.next_day),
        max(j.position_kind) FILTER (WHERE j.begins), max(j.rank) FILTER (WHERE j.begins),
        max(j.score) FILTER (WHERE j.begins), min(j.confirmed_day) FILTER (WHERE j.begins),
        max(j.onset_coding_id) FILTER (WHERE j.begins),
        -- A run that gave way and returned within one state stands behind it once.
        sum(j.evidence_count) FILTER (WHERE j.is_new)::bigint, max(j.last_day),
        bool_or(j.is_contested), max(j.cause) FILTER (WHERE j.begins),
        max(j.until_day) FILTER (WHERE j.begins)
    FROM (
        SELECT i.*, row_number() OVER (
            PARTITION BY i.holder_id, i.issue_id, i.state_no, i.run_no ORDER BY i.first_day
        ) = 1 AS is_new
        FROM joined i
    ) j
    GROUP BY j.holder_id, j.issue_id, j.state_no, j.position_id
),
contrary AS (
    SELECT s.holder_id, s.issue_id, s.first_day, count(DISTINCT a.statement_id) AS contrary_count
    FROM aside a JOIN state s USING (holder_id, issue_id)
    WHERE a.day >= s.first_day AND a.day < s.next_day AND a.position_id <> s.position_id
    GROUP BY s.holder_id, s.issue_id, s.first_day
),
-- Between two states in which nothing is known there is always one in which something is, so what was known before is
-- the state before among those with a position.
held AS MATERIALIZED (
    SELECT s.*, coalesce(c.contrary_count, 0) AS contrary_count,
        lag(s.position_id) OVER pair AS old_position_id, lag(s.position_kind) OVER pair AS old_kind,
        lag(s.rank) OVER pair AS old_rank, lag(s.score) OVER pair AS old_score,
        lag(s.position_id, 2) OVER pair AS earlier_position_id, lag(s.first_day) OVER pair AS old_day,
        lag(s.last_day) OVER pair AS old_last_day, lag(s.next_day) OVER pair AS gone_day
    FROM state s LEFT JOIN contrary c USING (holder_id, issue_id, first_day) WHERE s.position_id IS NOT NULL
    WINDOW pair AS (PARTITION BY s.holder_id, s.issue_id ORDER BY s.first_day)
),
compared AS (
    SELECT h.*, h.gone_day < h.first_day AS after_nothing,
        CASE WHEN h.gone_day < h.first_day THEN h.gone_day
            WHEN h.cause IN (1, 2) THEN h.first_day
            ELSE h.old_last_day + 1 END AS window_day
    FROM held h
    UNION ALL
    SELECT s.*, 0, h.position_id, h.position_kind, h.rank, h.score, h.old_position_id, h.first_day, h.last_day, h.next_day,
        false, CASE WHEN s.cause IN (1, 2) THEN s.first_day ELSE h.last_day + 1 END
    FROM state s JOIN held h USING (holder_id, issue_id) WHERE s.position_id IS NULL AND h.next_day = s.first_day
    UNION ALL
    SELECT r.holder_id, r.issue_id, r.position_id, r.first_day, r.next_day, r.position_kind, r.rank, r.score,
        r.confirmed_day, r.coding_id, r.evidence_count, r.last_day, false, 0, r.until_day, 0,
        r.old_position_id, r.old_kind, r.old_rank, r.old_score, r.earlier_position_id, r.old_day, r.old_last_day, r.first_day,
        false, r.old_last_day + 1
    FROM plain_run r
    WHERE NOT EXISTS (SELECT FROM intricate i WHERE (i.holder_id, i.issue_id) = (r.holder_id, r.issue_id))
),
windowed AS (
    SELECT c.*, DATE '2000-01-01' + c.window_day AS window_from,
        DATE '2000-01-01' + greatest(c.until_day, c.window_day + 1) AS window_to,
        c.position_kind = 'substantive' AS is_clear, c.old_kind = 'substantive' AS was_clear
    FROM compared c
),
named AS (
    SELECT w.*,
        CASE
            WHEN w.old_position_id IS NULL THEN 'initial'
            WHEN w.cause = 3 THEN 'retraction'
            WHEN w.cause = 2 THEN 'succession'
            WHEN w.cause = 1 THEN 'lapse'
            WHEN EXISTS (
                SELECT FROM stancedb.succession x WHERE x.holder_id = w.holder_id AND /*known*/
                    AND x.changed_until > w.window_from AND x.changed_on < w.window_to
            ) THEN 'succession'
            WHEN w.position_id IN (w.old_position_id, w.earlier_position_id) THEN 'return'
            WHEN ARRAY[w.position_id, w.old_position_id] && scale.retired THEN 'shift'
            WHEN w.is_clear AND NOT w.was_clear THEN 'clarification'
            WHEN w.was_clear AND NOT w.is_clear THEN 'obscuring'
            WHEN w.is_clear AND w.was_clear AND (
                sign(w.score) * sign(w.old_score) < 0
                OR (w.rank, w.old_rank) IN ((scale.lowest, scale.highest), (scale.highest, scale.lowest))
            ) THEN 'reversal'
            WHEN w.rank > w.old_rank THEN 'hardening'
            WHEN w.rank < w.old_rank THEN 'softening'
            ELSE 'shift'
        END AS kind
    FROM windowed w
    LEFT JOIN (SELECT x.* FROM stancedb.scale x WHERE /*known*/) scale USING (issue_id)
)
SELECT w.holder_id, w.issue_id, DATE '2000-01-01' + w.first_day,
    CASE WHEN w.next_day < 2147483647 THEN DATE '2000-01-01' + w.next_day END,
    w.position_id, DATE '2000-01-01' + w.confirmed_day, w.onset_coding_id, w.evidence_count,
    w.contrary_count, DATE '2000-01-01' + w.last_day, w.is_contested,
    w.kind, w.old_position_id, w.window_from, w.window_to, w.rank::bigint - w.old_rank, w.score - w.old_score,
    CASE
        WHEN w.position_id IS NULL OR w.old_position_id IS NULL THEN NULL
        WHEN w.is_clear AND NOT w.was_clear THEN 'clarified'
        WHEN w.was_clear AND NOT w.is_clear THEN 'obscured'
        ELSE 'same'
    END,
    CASE WHEN w.kind = 'return' AND w.position_id = w.earlier_position_id AND NOT w.after_nothing
        THEN (w.first_day - w.old_day)::bigint END
FROM named w
ORDER BY w.holder_id, w.issue_id, w.first_day
    $query$;
    query := replace(query, '/*numbered day*/', replace(numbered, '/*days*/', 'day'));
    query := replace(query, '/*numbered kept*/', replace(numbered, '/*days*/', 'kept'));
    query := replace(query, '/*run first_run*/', replace(run, '/*days*/', 'first_run'));
    query := replace(query, '/*run second_run*/', replace(run, '/*days*/', 'second_run'));
    query := replace(replace(replace(query, '/*evidence*/', evidence), '/*known*/', known), '/*wanted*/', wanted);
    RETURN QUERY EXECUTE query
    USING p_number, p_holder_id, p_issue_id, p_touched_by, rule.min_authority, rule.bases, rule.sustain_days,
        rule.retraction_effect, rule.tenure_effect, rule.expiry_days;
END
$function$
