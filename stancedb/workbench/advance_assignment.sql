-- Undo the postponement of an assignment: it becomes the next one of its coder again.
CREATE FUNCTION stancedb.advance_assignment(p_assignment bigint, p_coder text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
BEGIN
    UPDATE stancedb.assignment SET moved_at = NULL, turn = (
        SELECT min(o.turn) - 1 FROM stancedb.assignment o WHERE o.coder_id = own.coder_id AND o.state = 'open'
    )
    WHERE id = own.id;
END
$body$
