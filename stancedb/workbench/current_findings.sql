-- The findings of an assignment that are neither withdrawn nor corrected by a later one; row security applies.
CREATE FUNCTION stancedb.current_findings(p_assignment bigint) RETURNS SETOF stancedb.finding
LANGUAGE sql STABLE AS $function$
    SELECT f.* FROM stancedb.finding f
    WHERE f.assignment_id = p_assignment AND f.withdrawn_at IS NULL AND NOT EXISTS (
        SELECT FROM stancedb.finding r
        WHERE r.assignment_id = f.assignment_id AND r.replaces = f.number AND r.withdrawn_at IS NULL
    )
$function$
