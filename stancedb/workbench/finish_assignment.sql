-- Mark an assignment as done.
--
-- Parameters
--   p_seconds    how long the coder worked on the text
--   p_releases   whether the changeset in force releases the findings: of a text that no other coder is assigned
CREATE FUNCTION stancedb.finish_assignment(
    p_assignment bigint, p_coder text, p_seconds double precision, p_releases boolean
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
BEGIN
    IF p_releases AND NOT stancedb.is_single(own.id) THEN
        RAISE EXCEPTION 'the text is coded by somebody else too' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_assignment_released_by_settling';
    END IF;
    UPDATE stancedb.assignment SET state = 'done', done_at = clock_timestamp(), moved_at = clock_timestamp(),
        active_seconds = active_seconds + p_seconds,
        released_id = CASE WHEN p_releases THEN stancedb.changeset_in_force('assignment') END
    WHERE id = own.id;
    DELETE FROM stancedb.draft WHERE assignment_id = own.id;
END
$body$
