-- The round of each assignment that codings come from, now or in an earlier version.
--
-- A coding is there once its assignment is released, so that nothing is told of what is not. What was taken back since is
-- told too, so that a release from before can be written again.
CREATE FUNCTION stancedb.released_rounds() RETURNS TABLE (assignment_id bigint, round_id bigint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT a.id, a.round_id FROM stancedb.assignment a
    WHERE EXISTS (SELECT FROM stancedb.coding c WHERE c.assignment_id = a.id)
        OR EXISTS (SELECT FROM history.coding c WHERE c.assignment_id = a.id)
$body$
