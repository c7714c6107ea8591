-- Withdraw a finding of an open assignment; the finding that it corrected becomes current again.
CREATE FUNCTION stancedb.withdraw_finding(p_assignment bigint, p_coder text, p_number integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
BEGIN
    IF NOT EXISTS (SELECT FROM stancedb.current_findings(own.id) f WHERE f.number = p_number) THEN
        RAISE EXCEPTION 'there is no such finding, or it is withdrawn or corrected' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_finding_is_current', DETAIL = format('Key (number)=(%s) is not present', p_number);
    END IF;
    UPDATE stancedb.finding SET withdrawn_at = clock_timestamp() WHERE assignment_id = own.id AND number = p_number;
END
$body$
