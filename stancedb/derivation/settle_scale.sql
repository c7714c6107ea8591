-- Which issues have another scale now? Their pairs are derived anew, because the ends of the scale make a reversal.
CREATE FUNCTION stancedb.settle_scale(p_changeset_id bigint) RETURNS void LANGUAGE sql AS $function$
    WITH issue AS (
        SELECT DISTINCT t.issue_id FROM stancedb.touched t
        WHERE t.changeset_id = p_changeset_id AND t.kind = 'issue'
    ),
    due AS (
        SELECT p.issue_id, min(p.rank) AS lowest, max(p.rank) AS highest
        FROM stancedb.position p JOIN issue USING (issue_id)
        WHERE p.kind = 'substantive' AND p.rank IS NOT NULL GROUP BY p.issue_id
    ),
    closed AS (
        UPDATE stancedb.scale s SET known_until_id = p_changeset_id FROM issue i
        WHERE s.issue_id = i.issue_id AND s.known_until_id IS NULL AND NOT EXISTS (
            SELECT FROM due d WHERE (d.issue_id, d.lowest, d.highest) = (s.issue_id, s.lowest, s.highest)
        )
        RETURNING s.issue_id
    ),
    added AS (
        INSERT INTO stancedb.scale (issue_id, lowest, highest, known_from_id)
        SELECT d.issue_id, d.lowest, d.highest, p_changeset_id FROM due d WHERE NOT EXISTS (
            SELECT FROM stancedb.scale s WHERE s.known_until_id IS NULL
                AND (s.issue_id, s.lowest, s.highest) = (d.issue_id, d.lowest, d.highest)
        )
        RETURNING issue_id
    )
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)
    SELECT p_changeset_id, 'pair', p.holder_id, p.issue_id FROM stancedb.pair p
    WHERE p.issue_id IN (SELECT issue_id FROM closed UNION SELECT issue_id FROM added)
$function$
