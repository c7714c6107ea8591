-- The assignments that this session may see, with how many current findings each has and how long they took.
--
-- Logins may not read the tables of the workbench directly. Row-level security would not be enough: EXPLAIN ANALYZE
-- counts the rows that a policy removes, and estimates reveal how often a value occurs. A SECURITY DEFINER function
-- reveals nothing about what it reads. Coders see their own assignments; reviewers and the owner see all, but reviewers
-- see no numbers of other coders for a text that they still have to code themselves.
CREATE FUNCTION stancedb.visible_assignments() RETURNS TABLE (
    id bigint, round_id bigint, article_version_id bigint, coder_id bigint, hides_suggestions boolean, turn bigint, state text,
    reason text, note text, started_at timestamptz, done_at timestamptz, moved_at timestamptz,
    active_seconds double precision, released_id bigint, finding_count bigint, finding_seconds double precision
) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    WITH seen AS (
        SELECT a.*, true AS shows_findings FROM stancedb.assignment a WHERE a.coder_id = (SELECT stancedb.me())
        UNION ALL
        SELECT a.*, NOT EXISTS (
            SELECT FROM stancedb.assignment o
            WHERE o.coder_id = (SELECT stancedb.me()) AND o.state IN ('open', 'problem')
                AND (o.round_id, o.article_version_id) = (a.round_id, a.article_version_id)
        )
        FROM stancedb.assignment a
        WHERE a.coder_id IS DISTINCT FROM (SELECT stancedb.me()) AND (SELECT stancedb.my_role()) IN ('reviewer', 'owner')
    ),
    worked AS (
        SELECT f.assignment_id, count(*) AS finding_count, sum(f.seconds) AS finding_seconds
        FROM stancedb.finding f JOIN seen s ON s.id = f.assignment_id AND s.shows_findings
        WHERE f.withdrawn_at IS NULL AND NOT EXISTS (
            SELECT FROM stancedb.finding r
            WHERE r.assignment_id = f.assignment_id AND r.replaces = f.number AND r.withdrawn_at IS NULL
        )
        GROUP BY f.assignment_id
    )
    SELECT s.id, s.round_id, s.article_version_id, s.coder_id, s.hides_suggestions, s.turn, s.state, s.reason, s.note,
        s.started_at, s.done_at, s.moved_at, s.active_seconds, s.released_id,
        CASE WHEN s.shows_findings THEN coalesce(w.finding_count, 0) END, w.finding_seconds
    FROM seen s LEFT JOIN worked w ON w.assignment_id = s.id
$body$
