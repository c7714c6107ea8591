-- Update the scales of issues, and touch the pairs of issues whose scale or retired positions changed: a move between
-- the ends of the scale is a reversal, and a change from or to a retired position is a shift.
CREATE FUNCTION stancedb.settle_scale(p_changeset_id bigint) RETURNS void LANGUAGE sql AS $function$
    WITH issue AS (
        SELECT DISTINCT t.issue_id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind = 'issue'
    ),
    due AS (
        SELECT p.issue_id, min(p.rank) FILTER (WHERE p.kind = 'substantive') AS lowest,
            max(p.rank) FILTER (WHERE p.kind = 'substantive') AS highest,
            coalesce(array_agg(p.id ORDER BY p.id) FILTER (WHERE p.status = 'retired'), '{}') AS retired
        FROM stancedb.position p JOIN issue USING (issue_id)
        GROUP BY p.issue_id
        HAVING count(p.rank) FILTER (WHERE p.kind = 'substantive') > 0 OR bool_or(p.status = 'retired')
    ),
    same AS (
        SELECT s.issue_id, s.id FROM stancedb.scale s JOIN due d USING (issue_id)
        WHERE s.known_until_id IS NULL
            AND (s.lowest, s.highest, s.retired) IS NOT DISTINCT FROM (d.lowest, d.highest, d.retired)
    ),
    closed AS (
        UPDATE stancedb.scale s SET known_until_id = p_changeset_id FROM issue i
        WHERE s.issue_id = i.issue_id AND s.known_until_id IS NULL AND s.id NOT IN (SELECT x.id FROM same x)
        RETURNING s.issue_id
    ),
    added AS (
        INSERT INTO stancedb.scale (issue_id, lowest, highest, retired, known_from_id)
        SELECT d.issue_id, d.lowest, d.highest, d.retired, p_changeset_id FROM due d
        WHERE d.issue_id NOT IN (SELECT x.issue_id FROM same x)
        RETURNING issue_id
    )
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)
    SELECT p_changeset_id, 'pair', p.holder_id, p.issue_id FROM stancedb.pair p
    WHERE p.issue_id IN (SELECT issue_id FROM closed UNION SELECT issue_id FROM added)
$function$
