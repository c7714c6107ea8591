-- Set an assignment aside because the text cannot be coded; a reviewer reopens or withdraws it.
CREATE FUNCTION stancedb.report_problem(p_assignment bigint, p_coder text, p_reason text, p_note text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
BEGIN
    UPDATE stancedb.assignment SET state = 'problem', moved_at = clock_timestamp(), reason = p_reason, note = p_note WHERE id = own.id;
END
$body$
