-- Withdraw current findings of an open assignment, with the earlier findings that they corrected.
CREATE FUNCTION stancedb.withdraw_findings(p_assignment bigint, p_coder text, p_numbers integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
    missing integer := (
        SELECT min(n.number) FROM unnest(p_numbers) n (number)
        WHERE n.number NOT IN (SELECT f.number FROM stancedb.current_findings(own.id) f)
    );
BEGIN
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'there is no such finding, or it is withdrawn or corrected' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_finding_is_current', DETAIL = format('Key (number)=(%s) is not present', missing);
    END IF;
    WITH RECURSIVE chain AS (
        SELECT f.number, f.replaces FROM stancedb.finding f
        WHERE f.assignment_id = own.id AND f.number = ANY (p_numbers)
        UNION
        SELECT f.number, f.replaces FROM chain c
        JOIN stancedb.finding f ON f.assignment_id = own.id AND f.number = c.replaces
    )
    UPDATE stancedb.finding f SET withdrawn_at = clock_timestamp() FROM chain c
    WHERE f.assignment_id = own.id AND f.number = c.number AND f.withdrawn_at IS NULL;
END
$body$
