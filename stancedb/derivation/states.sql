-- The position that each holder was taken to hold on each issue over time, and the changes between them: under one
-- rule, as the database was known at one changeset. This is the only definition; it fills stance and stance_change.
--
-- Parameters
--   p_rule_id       the rule
--   p_number        as known at this changeset number; null means now
--   p_holder_id     only this holder; null means all
--   p_issue_id      only this issue; null means all
--   p_touched_by    the pairs that this open changeset has touched; null means all
--
-- Steps
--   1 counted     evidence that the rule counts
--   2 lined       the evidence of each pair in order of its days
--   3 plain_run   consecutive days of one position, if only the next position ever ended one
--   4 intricate   the few pairs for which that is not so: a retraction, a lasting statement, two statements on one day,
--                 an end by succession or by age, or a run that never satisfied the rule. Only these go through steps 5
--                 to 13; for all others these steps would change nothing, and each plain run is a state.
--   5 taken       from when to when a counting link retracts a statement: a link counts on a day if its statement was
--                 made by then, and no link that counts on that day retracts that statement
--   6 epoch       the time between two days on which something starts or stops counting; what is held in an epoch
--                 follows from the evidence that counts in it, so steps 7 to 11 run separately for each
--   7 item        the evidence that counts in an epoch. A retracted statement still counts on its own day: it was held
--   8 day         one position per day: the last, by instant if all have one, or else by authority and then by tie key;
--                 or, if the rule says so, that of most statements of the highest authority
--   9 agreed      the items with the position of their day. A lasting item speaks until its end or until the day before
--                 the next item of another position, all others on their day
--  10 run         consecutive days of one position, unless it stops by itself; without the runs that never satisfied
--                 the rule. A pair that had such a run forms its runs again from what is left.
--  11 piece       within its epoch, a run holds from its first day until the next begins or it stops; after a stop
--                 nothing is known
--  12 state       adjacent pieces of one position combined; a state without a position means that nothing is known
--  13 behind      the statements of each state: those of its runs, and those set aside within it, agreeing or not
--  14 the change into each state, with its window and kind
--
-- A run stops by itself when the last of its items does (its office changes hands, it expires, it is retracted after
-- the epoch), when its last day was the end of a statement that "ends", or, if nothing is known after a retraction,
-- when a later statement of another position is retracted. Days are counted from 1 January 2000. Causes, of which the
-- highest is reported: 5 return, 4 ended, 3 retraction, 2 succession, 1 lapse, 0 none.
--
-- Kind of change, by the first matching row:
--   before      after        condition                                            kind
--   nothing     a position   no earlier position is known                         initial
--   any         a position   a statement counts again, because its retraction
--                            was retracted                                        return
--   a position  nothing      a statement that ends has ended                      ended
--   any         any          a statement was retracted                            retraction
--   a position  nothing      the office changed hands                             succession
--   a position  nothing      the evidence expired                                 lapse
--   a position  another      holder is an office or government, and the person
--                            behind it can have changed within the window         succession
--   a position  another      after is the position before the last, or the last   return
--                            one before nothing was known
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
    carried_to date, kind text, from_position_id bigint, window_from date, window_to date, delta_rank bigint,
    delta_score double precision, clarity text, walked_back_within bigint
) LANGUAGE plpgsql STABLE
-- The planner cannot estimate how many rows a step returns, and the cost of a nested loop over two steps is their
-- product.
SET enable_nestloop = off
-- JIT compilation of such a long query takes longer than running it.
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
    -- A few touched pairs are looked up one by one, with OFFSET 0 to stop the planner from reading all evidence; many
    -- are selected in one pass.
    evidence text := CASE
        WHEN p_touched_by IS NULL THEN 'stancedb.evidence x'
        WHEN 20 * touched_count > (SELECT c.reltuples FROM pg_catalog.pg_class c WHERE c.oid = 'stancedb.evidence'::regclass)
            THEN touched || ' JOIN stancedb.evidence x USING (holder_id, issue_id)'
        ELSE touched || ' CROSS JOIN LATERAL (SELECT * FROM stancedb.evidence e'
            ' WHERE e.holder_id = t.holder_id AND e.issue_id = t.issue_id OFFSET 0) x'
    END;
    wanted text := CASE WHEN p_holder_id IS NULL THEN '' ELSE ' AND x.holder_id = $2' END
        || CASE WHEN p_issue_id IS NULL THEN '' ELSE ' AND x.issue_id = $3' END;
    -- Consecutive days of one position are a block, and a run ends within a block if it stops by itself; used on
    -- /*days*/. After a statement that ended without being taken up on the next day, or that was silenced, only later
    -- statements keep the run alive.
    numbered CONSTANT text := $numbered$
    SELECT m.*, count(*) FILTER (WHERE m.begins) OVER (PARTITION BY m.holder_id, m.issue_id, m.epoch_no ORDER BY m.day) AS run_no
    FROM (
        SELECT c.*, coalesce(c.is_apart OR max(c.life[1]) OVER (
            PARTITION BY c.holder_id, c.issue_id, c.epoch_no, c.block_no, c.part_no ORDER BY c.day
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) <= c.day, true) AS begins
        FROM (
            SELECT p.*, count(*) FILTER (WHERE p.is_apart) OVER (
                PARTITION BY p.holder_id, p.issue_id, p.epoch_no, p.block_no ORDER BY p.day
            ) AS part_no
            FROM (
                SELECT b.*, coalesce(b.before[2] = 1 AND b.before[1] + 1 < b.day, false)
                    OR coalesce(b.silenced_day > b.before[1] AND b.silenced_day < b.day, false) AS is_apart
                FROM (
                    SELECT d.*, max(d.spoken) OVER (
                        PARTITION BY d.holder_id, d.issue_id, d.epoch_no, d.block_no ORDER BY d.day
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                    ) AS before
                    FROM (
                        SELECT f.*, count(*) FILTER (WHERE f.differs) OVER (
                            PARTITION BY f.holder_id, f.issue_id, f.epoch_no ORDER BY f.day
                        ) AS block_no
                        FROM (
                            SELECT e.*, e.position_id IS DISTINCT FROM lag(e.position_id) OVER (
                                PARTITION BY e.holder_id, e.issue_id, e.epoch_no ORDER BY e.day
                            ) AS differs
                            FROM /*days*/ e
                        ) f
                    ) d
                ) b
            ) p
        ) c
    ) m
    $numbered$;
    -- Combine numbered days into runs, with the day on which each stops by itself and why, as {day, -cause}; used on
    -- /*days*/.
    run CONSTANT text := $run$
    SELECT q.*, least(
            ARRAY[q.life[1], -q.life[2]], CASE WHEN q.spoken[2] = 1 THEN ARRAY[q.spoken[1] + 1, -4] END,
            CASE WHEN q.silenced_day > q.spoken[1] THEN ARRAY[q.silenced_day + 1, -3] END
        ) AS stop
    FROM (
        SELECT n.holder_id, n.issue_id, n.epoch_no, n.run_no, n.position_id,
            min(n.day) AS first_day, max(n.coding_id) FILTER (WHERE n.begins) AS onset_coding_id,
            -- Two days of one lasting statement count as two dates.
            least(
                min(n.day) FILTER (WHERE NOT n.begins), min(n.day + 1) FILTER (WHERE n.begins AND n.goes_on)
            ) AS second_day,
            max(n.until_day) FILTER (WHERE n.begins) AS onset_until_day,
            max(n.position_kind) FILTER (WHERE n.begins) AS position_kind,
            max(n.rank) FILTER (WHERE n.begins) AS rank,
            max(n.score) FILTER (WHERE n.begins) AS score,
            max(n.silenced_day) AS silenced_day, bool_or(n.is_restored) AS is_restored,
            max(n.life) AS life, max(n.spoken) AS spoken,
            coalesce(
                lead(min(n.day)) OVER (PARTITION BY n.holder_id, n.issue_id, n.epoch_no ORDER BY n.run_no), 2147483647
            ) AS next_day
        FROM /*days*/ n GROUP BY n.holder_id, n.issue_id, n.epoch_no, n.run_no, n.position_id
    ) q
    $run$;
    query text;
BEGIN
    SELECT r.* INTO rule FROM stancedb.derivation_rule r WHERE r.id = p_rule_id;
    query := $query$
WITH RECURSIVE counted AS (
    SELECT x.holder_id, x.issue_id, x.id, x.act, x.said_from, x.said_to, x.lasts, x.position_id, x.position_kind, x.rank,
        x.score, x.authority, x.statement_id, x.coding_id
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
    WHERE l.act = 'retracts' OR l.lasts OR l.day = l.day_before OR $10 IS NOT NULL OR $9 = 'cut' AND l.holder_id IN (
        SELECT x.holder_id FROM stancedb.succession x WHERE x.is_own_office
    )
    UNION
    SELECT r.holder_id, r.issue_id FROM plain_run r WHERE r.confirmed_day IS NULL
),
weighed AS MATERIALIZED (
    SELECT l.holder_id, l.issue_id, l.act, l.day, l.position_id, l.position_kind, l.rank, l.score, l.authority,
        l.statement_id, l.coding_id, l.lasts, e.said_at, e.tie_key, e.target_id, e.ends,
        coalesce(e.begun_to, e.said_to, e.said_from + 1) - DATE '2000-01-01' AS until_day,
        CASE WHEN l.lasts THEN coalesce(e.said_to - 1 - DATE '2000-01-01', 2147483647) ELSE l.day END AS end_day,
        CASE WHEN l.lasts THEN coalesce(e.ended_from - DATE '2000-01-01', 2147483647) ELSE l.day END AS surely_day
    FROM lined l JOIN intricate USING (holder_id, issue_id)
    CROSS JOIN LATERAL (
        SELECT * FROM stancedb.evidence v
        WHERE v.holder_id = l.holder_id AND v.issue_id = l.issue_id AND v.id = l.id OFFSET 0
    ) e
),
link AS MATERIALIZED (
    SELECT w.holder_id, w.issue_id, w.coding_id, w.statement_id, w.target_id, w.day, w.until_day
    FROM weighed w WHERE w.act = 'retracts'
),
root AS MATERIALIZED (
    SELECT w.holder_id, w.issue_id, w.coding_id, w.statement_id, w.day FROM weighed w
    WHERE w.act = 'expresses' AND (w.holder_id, w.issue_id, w.coding_id) IN (
        SELECT l.holder_id, l.issue_id, l.coding_id FROM link l
    )
),
-- The distance of each statement in a chain from the coded statement; the bound guards against cycles, which cannot be
-- entered.
reached AS (
    SELECT r.holder_id, r.issue_id, r.coding_id, r.statement_id, 0 AS depth, (
        SELECT count(*) FROM link l WHERE (l.holder_id, l.issue_id, l.coding_id) = (r.holder_id, r.issue_id, r.coding_id)
    ) AS bound
    FROM root r
    UNION
    SELECT l.holder_id, l.issue_id, l.coding_id, l.statement_id, d.depth + 1, d.bound
    FROM reached d JOIN link l ON (l.holder_id, l.issue_id, l.coding_id, l.target_id)
        = (d.holder_id, d.issue_id, d.coding_id, d.statement_id)
    WHERE d.depth < d.bound
),
edge AS MATERIALIZED (
    SELECT l.*, t.depth AS target_depth FROM link l JOIN (
        SELECT d.holder_id, d.issue_id, d.coding_id, d.statement_id AS target_id, max(d.depth) AS depth
        FROM reached d GROUP BY d.holder_id, d.issue_id, d.coding_id, d.statement_id
    ) t USING (holder_id, issue_id, coding_id, target_id)
),
-- A chain is evaluated on each of its days, from its far end: a statement is retracted if a statement that is not
-- retracted itself retracts it.
chain AS (
    SELECT m.holder_id, m.issue_id, m.coding_id, m.day, c.depth + 1 AS depth, ARRAY[]::bigint[] AS taken
    FROM (SELECT DISTINCT e.holder_id, e.issue_id, e.coding_id, e.day FROM edge e) m
    JOIN (
        SELECT e.holder_id, e.issue_id, e.coding_id, max(e.target_depth) AS depth FROM edge e
        GROUP BY e.holder_id, e.issue_id, e.coding_id HAVING max(e.target_depth) > 0
    ) c USING (holder_id, issue_id, coding_id)
    UNION ALL
    SELECT c.holder_id, c.issue_id, c.coding_id, c.day, c.depth - 1, c.taken || ARRAY(
        SELECT DISTINCT e.target_id FROM edge e
        WHERE (e.holder_id, e.issue_id, e.coding_id, e.target_depth) = (c.holder_id, c.issue_id, c.coding_id, c.depth - 1)
            AND e.day <= c.day AND e.statement_id <> ALL (c.taken)
    )
    FROM chain c WHERE c.depth > 0
),
taken AS MATERIALIZED (
    SELECT e.holder_id, e.issue_id, e.coding_id, min(e.day) AS from_day, 2147483647 AS to_day FROM edge e
    GROUP BY e.holder_id, e.issue_id, e.coding_id HAVING max(e.target_depth) = 0
    UNION ALL
    SELECT t.holder_id, t.issue_id, t.coding_id, t.day, t.to_day FROM (
        SELECT f.*, coalesce(lead(f.day) OVER (PARTITION BY f.holder_id, f.issue_id, f.coding_id ORDER BY f.day), 2147483647)
            AS to_day
        FROM (
            SELECT c.holder_id, c.issue_id, c.coding_id, c.day, r.statement_id = ANY (c.taken) AS is_taken,
                lag(r.statement_id = ANY (c.taken)) OVER (
                    PARTITION BY c.holder_id, c.issue_id, c.coding_id ORDER BY c.day
                ) AS was_taken
            FROM chain c JOIN root r USING (holder_id, issue_id, coding_id) WHERE c.depth = 0
        ) f
        WHERE f.is_taken IS DISTINCT FROM f.was_taken
    ) t
    WHERE t.is_taken
),
-- A stance was held at least on the day on which it was expressed.
dead AS MATERIALIZED (
    SELECT t.holder_id, t.issue_id, t.coding_id, greatest(t.from_day, r.day + 1) AS from_day, t.to_day
    FROM taken t JOIN root r USING (holder_id, issue_id, coding_id) WHERE t.to_day > r.day + 1
),
act AS MATERIALIZED (
    SELECT a.holder_id, a.issue_id, a.day, max(greatest(a.until_day, a.day + 1)) AS until_day
    FROM (
        SELECT e.holder_id, e.issue_id, e.until_day,
            CASE WHEN e.target_id = r.statement_id THEN greatest(e.day, r.day + 1) ELSE e.day END AS day
        FROM edge e JOIN root r USING (holder_id, issue_id, coding_id)
    ) a
    GROUP BY a.holder_id, a.issue_id, a.day
),
epoch AS MATERIALIZED (
    SELECT t.holder_id, t.issue_id, t.day AS from_day,
        row_number() OVER (PARTITION BY t.holder_id, t.issue_id ORDER BY t.day) AS epoch_no,
        coalesce(lead(t.day) OVER (PARTITION BY t.holder_id, t.issue_id ORDER BY t.day), 2147483647) AS to_day
    FROM (
        SELECT i.holder_id, i.issue_id, (-2147483648)::int AS day FROM intricate i
        UNION
        SELECT d.holder_id, d.issue_id, d.from_day FROM dead d
        UNION
        SELECT d.holder_id, d.issue_id, d.to_day FROM dead d WHERE d.to_day < 2147483647
    ) t
),
fate AS MATERIALIZED (
    SELECT d.holder_id, d.issue_id, d.coding_id, e.epoch_no,
        bool_or(d.from_day <= e.from_day AND d.to_day > e.from_day) AS is_dead,
        bool_or(d.to_day = e.from_day) AS is_restored,
        min(d.from_day) FILTER (WHERE d.from_day >= e.to_day) AS gone_day
    FROM dead d JOIN epoch e USING (holder_id, issue_id)
    GROUP BY d.holder_id, d.issue_id, d.coding_id, e.epoch_no
),
said AS MATERIALIZED (
    SELECT w.holder_id, w.issue_id, e.epoch_no, w.day, w.until_day, w.end_day, w.surely_day, w.lasts, w.ends, w.said_at,
        w.tie_key, w.position_id, w.position_kind, w.rank, w.score, w.authority, w.statement_id, w.coding_id,
        coalesce(f.is_dead, false) AS is_dead, coalesce(f.is_restored, false) AS is_restored, f.gone_day
    FROM weighed w JOIN epoch e USING (holder_id, issue_id)
    LEFT JOIN fate f USING (holder_id, issue_id, coding_id, epoch_no)
    WHERE w.act = 'expresses'
),
item AS MATERIALIZED (
    SELECT s.*, bool_and(s.said_at IS NOT NULL) OVER of_day AND $11 = 'last' AS is_timed,
        CASE WHEN $11 = 'majority' THEN max(s.authority) OVER of_day END AS voting_authority
    FROM said s WHERE NOT s.is_dead
    WINDOW of_day AS (PARTITION BY s.holder_id, s.issue_id, s.epoch_no, s.day)
),
vote AS MATERIALIZED (
    SELECT i.holder_id, i.issue_id, i.epoch_no, i.day, i.position_id, i.authority, count(DISTINCT i.statement_id) AS votes
    FROM item i WHERE i.authority = i.voting_authority
    GROUP BY i.holder_id, i.issue_id, i.epoch_no, i.day, i.position_id, i.authority
),
ranked AS MATERIALIZED (
    SELECT p.*,
        -- The last statement represents its day or, if the order is known, the first of the last consecutive statements
        -- of its position.
        CASE WHEN p.is_timed THEN coalesce(
            min(p.place) FILTER (WHERE p.position_id <> p.day_position_id) OVER of_day - 1, count(*) OVER of_day
        ) ELSE 1 END = p.place AS is_onset
    FROM (
        SELECT i.*, first_value(i.position_id) OVER of_day AS day_position_id,
            first_value(i.authority) OVER of_day AS day_authority, first_value(i.said_at) OVER of_day AS day_said_at,
            row_number() OVER of_day AS place
        FROM item i LEFT JOIN vote v USING (holder_id, issue_id, epoch_no, day, position_id, authority)
        WINDOW of_day AS (
            PARTITION BY i.holder_id, i.issue_id, i.epoch_no, i.day
            ORDER BY i.voting_authority - i.authority, v.votes DESC, CASE WHEN i.is_timed THEN i.said_at END DESC,
                i.authority DESC, i.tie_key DESC
        )
    ) p
    WINDOW of_day AS (PARTITION BY p.holder_id, p.issue_id, p.epoch_no, p.day)
),
decided AS MATERIALIZED (
    SELECT r.holder_id, r.issue_id, r.epoch_no, r.day, r.day_position_id AS position_id, r.day_authority AS authority,
        max(r.coding_id) FILTER (WHERE r.is_onset) AS coding_id,
        max(r.until_day) FILTER (WHERE r.is_onset) AS until_day,
        max(r.position_kind) FILTER (WHERE r.is_onset) AS position_kind,
        max(r.rank) FILTER (WHERE r.is_onset) AS rank,
        max(r.score) FILTER (WHERE r.is_onset) AS score,
        bool_or(
            r.position_id <> r.day_position_id AND r.authority = r.day_authority
            AND (NOT r.is_timed OR r.said_at = r.day_said_at)
        ) AS is_tied
    FROM ranked r
    GROUP BY r.holder_id, r.issue_id, r.epoch_no, r.day, r.day_position_id, r.day_authority
),
followed AS MATERIALIZED (
    SELECT d.*, min(d.day) FILTER (WHERE d.differs) OVER (
        PARTITION BY d.holder_id, d.issue_id, d.epoch_no ORDER BY d.day DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS other_day
    FROM (
        SELECT e.*, e.position_id IS DISTINCT FROM lag(e.position_id) OVER (
            PARTITION BY e.holder_id, e.issue_id, e.epoch_no ORDER BY e.day
        ) AS differs
        FROM decided e
    ) d
),
agreed AS MATERIALIZED (
    SELECT a.*,
        CASE least(a.gone_day, a.cut_day, a.lapse_day)
            WHEN a.gone_day THEN ARRAY[a.gone_day, 3]
            WHEN a.cut_day THEN ARRAY[a.cut_day, 2]
            WHEN a.lapse_day THEN ARRAY[a.lapse_day, 1]
            ELSE ARRAY[2147483647, 0]
        END AS life
    FROM (
        SELECT s.*,
            CASE WHEN s.spoken_day < 2147483647 AND $9 = 'cut' AND s.holder_id IN (
                SELECT x.holder_id FROM stancedb.succession x WHERE x.is_own_office
            ) THEN (
                SELECT min(x.changed_on) FROM stancedb.succession x
                WHERE x.holder_id = s.holder_id AND x.is_own_office
                    AND x.changed_on > DATE '2000-01-01' + s.spoken_day AND /*known*/
            ) END - DATE '2000-01-01' AS cut_day,
            CASE WHEN s.spoken_day < 2147483647 THEN s.spoken_day + $10::int END AS lapse_day
        FROM (
            SELECT r.holder_id, r.issue_id, r.epoch_no, r.day, r.position_id, r.authority, r.statement_id, r.lasts,
                r.end_day, r.surely_day, r.ends, r.gone_day, r.is_restored,
                CASE WHEN r.lasts THEN least(r.end_day, f.other_day - 1, r.gone_day - 1) ELSE r.day END AS spoken_day
            FROM ranked r JOIN followed f USING (holder_id, issue_id, epoch_no, day)
            WHERE r.position_id = r.day_position_id
        ) s
    ) a
),
silenced AS MATERIALIZED (
    SELECT d.holder_id, d.issue_id, d.epoch_no, d.position_id, max(s.day) AS silenced_day
    FROM (SELECT DISTINCT f.holder_id, f.issue_id, f.epoch_no, f.position_id FROM followed f) d
    JOIN said s USING (holder_id, issue_id, epoch_no)
    WHERE $8 = 'unknown' AND s.is_dead AND s.position_id <> d.position_id
    GROUP BY d.holder_id, d.issue_id, d.epoch_no, d.position_id
),
overlapped AS MATERIALIZED (
    SELECT DISTINCT f.holder_id, f.issue_id, f.epoch_no, f.day
    FROM followed f JOIN agreed a USING (holder_id, issue_id, epoch_no)
    WHERE a.lasts AND a.day < f.day AND a.end_day >= f.day AND a.position_id <> f.position_id AND a.authority = f.authority
),
day AS MATERIALIZED (
    SELECT f.holder_id, f.issue_id, f.epoch_no, f.day, f.position_id, f.coding_id, f.until_day, f.position_kind, f.rank,
        f.score, s.silenced_day, f.is_tied OR o.day IS NOT NULL AS is_contested, a.life, a.spoken, a.goes_on, a.is_restored
    FROM followed f JOIN (
        SELECT a.holder_id, a.issue_id, a.epoch_no, a.day, max(a.life) AS life, bool_or(a.spoken_day > a.day) AS goes_on,
            max(ARRAY[a.spoken_day, (a.ends AND a.spoken_day = a.end_day)::int]) AS spoken,
            bool_or(a.is_restored) AS is_restored
        FROM agreed a GROUP BY a.holder_id, a.issue_id, a.epoch_no, a.day
    ) a USING (holder_id, issue_id, epoch_no, day)
    LEFT JOIN silenced s USING (holder_id, issue_id, epoch_no, position_id)
    LEFT JOIN overlapped o USING (holder_id, issue_id, epoch_no, day)
),
first_run AS MATERIALIZED (/*numbered day*/),
judged AS MATERIALIZED (
    SELECT r.*,
        CASE WHEN $7::int IS NULL THEN r.first_day ELSE least(
            r.second_day,
            CASE WHEN least(r.stop[1], r.next_day) >= r.first_day::bigint + $7::int THEN r.first_day + $7::int END
        ) END AS confirmed_day
    FROM (/*run first_run*/) r
),
unsettled AS MATERIALIZED (
    SELECT DISTINCT j.holder_id, j.issue_id, j.epoch_no FROM judged j WHERE j.confirmed_day IS NULL
),
kept AS MATERIALIZED (
    SELECT f.holder_id, f.issue_id, f.epoch_no, f.day, f.position_id, f.coding_id, f.until_day, f.position_kind, f.rank,
        f.score, f.silenced_day, f.is_contested, f.life, f.spoken, f.goes_on, f.is_restored, j.confirmed_day
    FROM unsettled u JOIN first_run f USING (holder_id, issue_id, epoch_no)
    JOIN judged j USING (holder_id, issue_id, epoch_no, run_no)
    WHERE j.confirmed_day IS NOT NULL
),
second_run AS MATERIALIZED (/*numbered kept*/),
run AS MATERIALIZED (
    SELECT j.holder_id, j.issue_id, j.epoch_no, j.run_no, j.position_id, j.first_day, j.onset_coding_id, j.onset_until_day,
        j.position_kind, j.rank, j.score, j.is_restored, j.stop, j.next_day, j.confirmed_day
    FROM judged j
    WHERE NOT EXISTS (
        SELECT FROM unsettled u WHERE (u.holder_id, u.issue_id, u.epoch_no) = (j.holder_id, j.issue_id, j.epoch_no)
    )
    UNION ALL
    SELECT r.holder_id, r.issue_id, r.epoch_no, r.run_no, r.position_id, r.first_day, r.onset_coding_id, r.onset_until_day,
        r.position_kind, r.rank, r.score, r.is_restored, r.stop, r.next_day, c.confirmed_day
    FROM (/*run second_run*/) r JOIN (
        SELECT k.holder_id, k.issue_id, k.epoch_no, k.run_no, min(k.confirmed_day) AS confirmed_day
        FROM second_run k GROUP BY k.holder_id, k.issue_id, k.epoch_no, k.run_no
    ) c USING (holder_id, issue_id, epoch_no, run_no)
),
-- The days of the runs that count, and everything set aside.
settled AS MATERIALIZED (
    SELECT f.holder_id, f.issue_id, f.epoch_no, f.run_no, f.day, f.is_contested FROM first_run f
    WHERE NOT EXISTS (
        SELECT FROM unsettled u WHERE (u.holder_id, u.issue_id, u.epoch_no) = (f.holder_id, f.issue_id, f.epoch_no)
    )
    UNION ALL
    SELECT k.holder_id, k.issue_id, k.epoch_no, k.run_no, k.day, k.is_contested FROM second_run k
),
aside AS MATERIALIZED (
    SELECT r.holder_id, r.issue_id, r.day, r.position_id, r.statement_id
    FROM ranked r JOIN epoch e USING (holder_id, issue_id, epoch_no)
    LEFT JOIN settled s USING (holder_id, issue_id, epoch_no, day)
    WHERE (s.day IS NULL OR r.position_id <> r.day_position_id) AND r.day >= e.from_day AND r.day < e.to_day
),
piece AS MATERIALIZED (
    SELECT r.holder_id, r.issue_id, r.epoch_no, r.run_no, greatest(r.first_day, e.from_day) AS first_day,
        least(r.next_day, r.stop[1], e.to_day) AS next_day, r.position_id, r.stop,
        lag(r.position_id) OVER of_epoch AS past_position_id, (lag(r.stop) OVER of_epoch)[1] AS past_stop_day
    FROM run r JOIN epoch e USING (holder_id, issue_id, epoch_no)
    WINDOW of_epoch AS (PARTITION BY r.holder_id, r.issue_id, r.epoch_no ORDER BY r.first_day)
),
gap AS MATERIALIZED (
    SELECT r.holder_id, r.issue_id, greatest(r.stop[1], e.from_day) AS first_day, least(r.next_day, e.to_day) AS next_day
    FROM run r JOIN epoch e USING (holder_id, issue_id, epoch_no) WHERE r.stop[1] < r.next_day
    UNION ALL
    SELECT e.holder_id, e.issue_id, e.from_day, least(e.to_day, min(r.first_day))
    FROM epoch e LEFT JOIN run r USING (holder_id, issue_id, epoch_no) WHERE e.epoch_no > 1
    GROUP BY e.holder_id, e.issue_id, e.epoch_no, e.from_day, e.to_day
),
joined AS MATERIALIZED (
    SELECT j.*, count(*) FILTER (WHERE j.begins) OVER (PARTITION BY j.holder_id, j.issue_id ORDER BY j.first_day) AS state_no
    FROM (
        SELECT p.*, coalesce(p.position_id IS DISTINCT FROM lag(p.position_id) OVER pair OR lag(p.first_day) OVER pair IS NULL, true)
            AS begins, lag(p.stop) OVER pair AS old_stop
        FROM (
            SELECT b.*, count(b.position_id) OVER (PARTITION BY b.holder_id, b.issue_id ORDER BY b.first_day) AS known_count
            FROM (
                SELECT c.holder_id, c.issue_id, c.epoch_no, c.run_no, c.first_day, c.next_day, c.position_id, c.stop,
                    c.past_position_id, c.past_stop_day
                FROM piece c WHERE c.first_day < c.next_day
                UNION ALL
                SELECT g.holder_id, g.issue_id, NULL, NULL, g.first_day, g.next_day, NULL, NULL, NULL, NULL
                FROM gap g WHERE g.first_day < g.next_day
            ) b
        ) p
        WHERE p.known_count > 0
        WINDOW pair AS (PARTITION BY p.holder_id, p.issue_id ORDER BY p.first_day)
    ) j
),
begun AS MATERIALIZED (
    SELECT j.holder_id, j.issue_id, j.state_no, j.position_id, r.onset_coding_id, r.position_kind, r.rank, r.score,
        CASE
            WHEN r.first_day = j.first_day THEN 0
            WHEN r.is_restored THEN 5
            WHEN r.first_day IS NOT NULL THEN 3
            WHEN j.old_stop[1] = j.first_day THEN -j.old_stop[2]
            ELSE 3
        END AS cause,
        CASE
            WHEN r.first_day = j.first_day THEN r.onset_until_day
            WHEN r.first_day IS NULL AND j.old_stop[1] = j.first_day AND j.old_stop[2] <> -3 THEN j.first_day + 1
            ELSE a.until_day
        END AS until_day
    FROM joined j LEFT JOIN run r USING (holder_id, issue_id, epoch_no, run_no)
    LEFT JOIN act a ON (a.holder_id, a.issue_id, a.day) = (j.holder_id, j.issue_id, j.first_day)
    WHERE j.begins
),
stretch AS MATERIALIZED (
    SELECT j.holder_id, j.issue_id, j.state_no, min(j.first_day) AS first_day, max(j.next_day) AS next_day,
        min(greatest(j.first_day, r.confirmed_day)) AS confirmed_day
    FROM joined j LEFT JOIN run r USING (holder_id, issue_id, epoch_no, run_no)
    GROUP BY j.holder_id, j.issue_id, j.state_no
),
state AS MATERIALIZED (
    SELECT s.*, b.position_id, b.onset_coding_id, b.position_kind, b.rank, b.score, b.cause, b.until_day
    FROM stretch s JOIN begun b USING (holder_id, issue_id, state_no)
),
behind AS MATERIALIZED (
    SELECT j.holder_id, j.issue_id, j.state_no, a.statement_id, a.day, a.spoken_day, least(a.spoken_day, a.surely_day) AS surely_day,
        s.is_contested, false AS is_contrary
    FROM joined j JOIN settled s USING (holder_id, issue_id, epoch_no, run_no)
    JOIN agreed a USING (holder_id, issue_id, epoch_no, day)
    WHERE a.day < j.next_day
    UNION ALL
    SELECT s.holder_id, s.issue_id, s.state_no, a.statement_id, a.day, a.day, a.day, false, a.position_id <> s.position_id
    FROM aside a JOIN state s USING (holder_id, issue_id)
    WHERE a.day >= s.first_day AND a.day < s.next_day AND s.position_id IS NOT NULL
),
summed AS MATERIALIZED (
    SELECT b.holder_id, b.issue_id, b.state_no,
        count(DISTINCT b.statement_id) FILTER (WHERE NOT b.is_contrary) AS evidence_count,
        count(DISTINCT b.statement_id) FILTER (WHERE b.is_contrary) AS contrary_count,
        bool_or(b.is_contested) AS is_contested,
        -- An open statement without a successor is dated by its first day.
        CASE WHEN s.next_day < 2147483647 THEN least(max(b.spoken_day) FILTER (WHERE NOT b.is_contrary), s.next_day - 1)
            ELSE max(CASE b.spoken_day WHEN 2147483647 THEN b.day ELSE b.spoken_day END) FILTER (WHERE NOT b.is_contrary)
        END AS last_day,
        CASE WHEN s.next_day < 2147483647 THEN least(max(b.surely_day) FILTER (WHERE NOT b.is_contrary), s.next_day - 1)
            ELSE max(CASE b.surely_day WHEN 2147483647 THEN b.day ELSE b.surely_day END) FILTER (WHERE NOT b.is_contrary)
        END AS surely_day
    FROM behind b JOIN stretch s USING (holder_id, issue_id, state_no)
    GROUP BY b.holder_id, b.issue_id, b.state_no, s.next_day
),
-- While the next stance is pending, the previous one carries on until it is retracted or stops by itself.
carried AS MATERIALIZED (
    SELECT s.holder_id, s.issue_id, s.state_no - 1 AS state_no, min(
        CASE
            WHEN j.past_position_id IS DISTINCT FROM o.position_id THEN j.first_day
            WHEN j.past_stop_day < least(j.next_day, s.confirmed_day) THEN greatest(j.first_day, j.past_stop_day)
        END
    ) AS carried_day
    FROM state s JOIN state o ON (o.holder_id, o.issue_id, o.state_no) = (s.holder_id, s.issue_id, s.state_no - 1)
    JOIN joined j ON (j.holder_id, j.issue_id, j.state_no) = (s.holder_id, s.issue_id, s.state_no)
    WHERE s.position_id IS NOT NULL AND o.position_id IS NOT NULL AND s.confirmed_day > s.first_day
        AND j.first_day < s.confirmed_day
    GROUP BY s.holder_id, s.issue_id, s.state_no
),
-- Between two states without a position there is always one with a position, so the earlier position is that of the
-- previous state with a position.
held AS MATERIALIZED (
    SELECT s.holder_id, s.issue_id, s.position_id, s.first_day, s.next_day, s.position_kind, s.rank, s.score, s.confirmed_day,
        s.onset_coding_id, m.evidence_count, m.contrary_count, m.last_day, m.surely_day, m.is_contested, c.carried_day,
        s.cause, s.until_day,
        lag(s.position_id) OVER pair AS old_position_id, lag(s.position_kind) OVER pair AS old_kind,
        lag(s.rank) OVER pair AS old_rank, lag(s.score) OVER pair AS old_score,
        lag(s.position_id, 2) OVER pair AS earlier_position_id, lag(s.first_day) OVER pair AS old_day,
        lag(m.surely_day) OVER pair AS old_surely_day, lag(s.next_day) OVER pair AS gone_day
    FROM state s JOIN summed m USING (holder_id, issue_id, state_no)
    LEFT JOIN carried c USING (holder_id, issue_id, state_no) WHERE s.position_id IS NOT NULL
    WINDOW pair AS (PARTITION BY s.holder_id, s.issue_id ORDER BY s.first_day)
),
compared AS (
    SELECT h.*, h.gone_day < h.first_day AS after_nothing,
        CASE WHEN h.cause = 5 AND h.old_position_id IS NOT NULL THEN h.first_day
            WHEN h.gone_day < h.first_day THEN h.gone_day
            ELSE h.old_surely_day + 1 END AS window_day
    FROM held h
    UNION ALL
    SELECT s.holder_id, s.issue_id, NULL, s.first_day, s.next_day, NULL, NULL, NULL, s.confirmed_day, NULL, 0, 0, NULL, NULL,
        false, NULL, s.cause, s.until_day,
        h.position_id, h.position_kind, h.rank, h.score, h.old_position_id, h.first_day, h.surely_day, h.next_day,
        false, CASE WHEN s.cause IN (1, 2) THEN s.first_day ELSE h.surely_day + 1 END
    FROM state s JOIN held h USING (holder_id, issue_id) WHERE s.position_id IS NULL AND h.next_day = s.first_day
    UNION ALL
    SELECT r.holder_id, r.issue_id, r.position_id, r.first_day, r.next_day, r.position_kind, r.rank, r.score,
        r.confirmed_day, r.coding_id, r.evidence_count, 0, r.last_day, r.last_day, false, NULL, 0, r.until_day,
        r.old_position_id, r.old_kind, r.old_rank, r.old_score, r.earlier_position_id, r.old_day, r.old_last_day, r.first_day,
        false, r.old_last_day + 1
    FROM plain_run r
    WHERE NOT EXISTS (SELECT FROM intricate i WHERE (i.holder_id, i.issue_id) = (r.holder_id, r.issue_id))
),
windowed AS (
    SELECT c.*, DATE '2000-01-01' + c.window_day AS window_from,
        DATE '2000-01-01' + greatest(c.until_day, c.window_day + 1, CASE WHEN c.cause = 2 THEN (
            -- With imprecise dates, the day on which the office changed hands is uncertain.
            SELECT min(x.changed_until) - DATE '2000-01-01' FROM stancedb.succession x
            WHERE x.holder_id = c.holder_id AND x.is_own_office AND x.changed_on = DATE '2000-01-01' + c.first_day AND /*known*/
        ) END) AS window_to,
        c.position_kind = 'substantive' AS is_clear, c.old_kind = 'substantive' AS was_clear
    FROM compared c
),
named AS (
    SELECT w.*,
        CASE
            WHEN w.old_position_id IS NULL THEN 'initial'
            WHEN w.cause = 5 THEN 'return'
            WHEN w.cause = 4 THEN 'ended'
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
    w.contrary_count, DATE '2000-01-01' + w.last_day, w.is_contested, DATE '2000-01-01' + w.carried_day,
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
        rule.retraction_effect, rule.tenure_effect, rule.expiry_days, rule.same_day;
END
$function$
