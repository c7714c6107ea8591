-- Reopen an unreleased assignment that is done or set aside; only its own coder may, or a reviewer who gives a reason.
--
-- A released assignment is reopened by undoing its changeset, a settled one by undoing the settlement. Once anything in
-- a text has been settled, its coders have seen it, so further findings would not be independent.
CREATE FUNCTION stancedb.reopen_assignment(p_assignment bigint, p_coder text, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    found stancedb.assignment;
BEGIN
    IF stancedb.my_role() IN ('reviewer', 'owner') AND p_reason ~ '\S' THEN
        SELECT a.* INTO found FROM stancedb.assignment a
        WHERE a.id = p_assignment AND a.state IN ('done', 'problem') FOR UPDATE;
        IF found.id IS NULL THEN
            RAISE EXCEPTION 'there is no such assignment in that state' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_assignment_is_own', DETAIL = format('Key (assignment)=(%s) is not present', p_assignment);
        END IF;
    ELSE
        found := stancedb.own_assignment(p_assignment, p_coder, '{done,problem}');
    END IF;
    IF found.released_id IS NOT NULL OR EXISTS (
        SELECT FROM stancedb.assignment o JOIN stancedb.finding f ON f.assignment_id = o.id
        WHERE o.round_id = found.round_id AND o.article_version_id = found.article_version_id
            AND (f.statement_id IS NOT NULL OR f.dropped_reason IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'the findings are released' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_assignment_released_stays_done';
    END IF;
    UPDATE stancedb.assignment SET state = 'open', done_at = NULL, moved_at = NULL, reason = NULL, note = p_reason WHERE id = found.id;
END
$body$
