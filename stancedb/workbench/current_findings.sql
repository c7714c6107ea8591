-- The findings of an assignment that are neither withdrawn nor corrected by a later one, if this session may see them.
--
-- Unsettled findings of other coders are not even read: transaction statistics and response times would reveal how many
-- there are.
CREATE FUNCTION stancedb.current_findings(p_assignment bigint) RETURNS SETOF stancedb.finding
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
    acting text := stancedb.my_role();
    is_own boolean := acting = 'owner' OR EXISTS (
        SELECT FROM stancedb.assignment a WHERE a.id = p_assignment AND a.coder_id = stancedb.me()
    );
BEGIN
    IF NOT is_own AND NOT coalesce(stancedb.shows_finding(p_assignment, true), false) THEN
        RETURN;
    ELSIF is_own OR acting = 'reviewer' THEN
        RETURN QUERY
        SELECT f.* FROM stancedb.finding f
        WHERE f.assignment_id = p_assignment AND f.withdrawn_at IS NULL AND NOT EXISTS (
            SELECT FROM stancedb.finding r
            WHERE r.assignment_id = f.assignment_id AND r.replaces = f.number AND r.withdrawn_at IS NULL
        );
    ELSE
        RETURN QUERY
        SELECT f.* FROM stancedb.finding f
        WHERE f.assignment_id = p_assignment AND f.withdrawn_at IS NULL
            AND (f.statement_id IS NOT NULL OR f.dropped_reason IS NOT NULL);
    END IF;
END
$function$
