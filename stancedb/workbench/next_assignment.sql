-- The first open assignment in the queue of the acting coder, in one round or in any; null if there is none.
CREATE FUNCTION stancedb.next_assignment(p_round bigint, p_coder text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    acting bigint := stancedb.acting_coder(p_coder);
    found bigint;
BEGIN
    SELECT a.id INTO found FROM stancedb.assignment a
    WHERE a.coder_id = acting AND a.state = 'open' AND (p_round IS NULL OR a.round_id = p_round)
    ORDER BY a.turn LIMIT 1;
    RETURN found;
END
$body$
