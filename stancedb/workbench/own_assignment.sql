-- Lock an assignment of the acting coder that is in one of the given states.
--
-- The error is the same if the assignment belongs to another coder, is in another state or does not exist, so that it
-- reveals nothing about the work of others.
CREATE FUNCTION stancedb.own_assignment(p_assignment bigint, p_coder text, p_states text[]) RETURNS stancedb.assignment
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    found stancedb.assignment;
BEGIN
    SELECT a.* INTO found FROM stancedb.assignment a
    WHERE a.id = p_assignment AND a.coder_id = stancedb.acting_coder(p_coder) AND a.state = ANY (p_states)
    FOR UPDATE;
    IF found.id IS NULL THEN
        RAISE EXCEPTION 'the coder has no such assignment in that state' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_assignment_is_own', DETAIL = format('Key (assignment)=(%s) is not present', p_assignment);
    END IF;
    RETURN found;
END
$body$
