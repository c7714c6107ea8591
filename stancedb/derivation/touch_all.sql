-- Touch all final codings, scales and successions, so that everything is derived again. Evidence that is correct stays
-- unchanged.
CREATE FUNCTION stancedb.touch_all(p_changeset_id bigint) RETURNS void LANGUAGE sql AS $function$
    INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id)
    SELECT p_changeset_id, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id
    FROM stancedb.coding c JOIN stancedb.actor a ON a.id = c.holder_id WHERE c.is_final
    UNION ALL
    SELECT p_changeset_id, 'coding', e.holder_id, e.issue_id, e.coding_id
    FROM stancedb.evidence e WHERE e.known_until_id IS NULL
    UNION ALL
    SELECT p_changeset_id, 'pair', p.holder_id, p.issue_id, NULL FROM stancedb.pair p
    UNION ALL
    SELECT p_changeset_id, 'issue', NULL, i.id, NULL FROM stancedb.issue i
    UNION ALL
    SELECT p_changeset_id, 'office', f.id, NULL, NULL FROM (
        SELECT t.office_id AS id FROM stancedb.tenure t
        UNION
        SELECT s.holder_id FROM stancedb.succession s WHERE s.known_until_id IS NULL
    ) f
$function$
