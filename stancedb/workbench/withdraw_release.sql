-- Reopen the assignments that the undone changeset released, after its codings are gone; return how many.
--
-- The changeset in force names the changeset that it undoes.
CREATE FUNCTION stancedb.withdraw_release() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    undone bigint;
    reopened integer;
BEGIN
    SELECT c.undoes_id INTO undone FROM stancedb.changeset c WHERE c.id = stancedb.changeset_in_force('assignment');
    -- Reverted rows are gone, or belong to the changeset that restored them.
    IF EXISTS (
        SELECT FROM stancedb.assignment a JOIN stancedb.coding c ON c.assignment_id = a.id WHERE a.released_id = undone
        UNION ALL
        SELECT FROM stancedb.assignment a
        JOIN stancedb.finding f ON f.assignment_id = a.id
        JOIN stancedb.statement s ON s.id = f.statement_id
        LEFT JOIN stancedb.mention m ON m.statement_id = s.id
        WHERE a.released_id = undone AND undone IN (s.changeset_id, m.changeset_id)
    ) THEN
        RAISE EXCEPTION 'what was released is still there' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_assignment_released_stays_done';
    END IF;
    UPDATE stancedb.finding f SET statement_id = NULL, coding_id = NULL
    FROM stancedb.assignment a
    WHERE a.id = f.assignment_id AND a.released_id = undone AND (
        a.coder_id = stancedb.me() OR stancedb.my_role() IN ('reviewer', 'owner')
    );
    UPDATE stancedb.assignment a SET state = 'open', done_at = NULL, moved_at = NULL, released_id = NULL
    WHERE a.released_id = undone AND (
        a.coder_id = stancedb.me() OR stancedb.my_role() IN ('reviewer', 'owner')
    );
    GET DIAGNOSTICS reopened = ROW_COUNT;
    RETURN reopened;
END
$body$
