-- Record when the coder first opened the text.
CREATE FUNCTION stancedb.start_assignment(p_assignment bigint, p_coder text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
BEGIN
    UPDATE stancedb.assignment SET started_at = clock_timestamp() WHERE id = own.id AND started_at IS NULL;
END
$body$
