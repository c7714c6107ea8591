-- Record which statement and coding each finding was released as, by the changeset in force.
--
-- Parameters: the numbers of findings, and for each the keys of its statement and of its coding, which may be null.
CREATE FUNCTION stancedb.link_findings(
    p_assignment bigint, p_coder text, p_numbers integer[], p_statements bigint[], p_codings bigint[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{done}');
BEGIN
    IF own.released_id IS DISTINCT FROM stancedb.changeset_in_force('finding') THEN
        RAISE EXCEPTION 'findings are linked by the changeset that releases them' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_finding_linked_on_release';
    END IF;
    UPDATE stancedb.finding f SET statement_id = l.statement_id, coding_id = l.coding_id
    FROM unnest(p_numbers, p_statements, p_codings) l (number, statement_id, coding_id)
    WHERE f.assignment_id = own.id AND f.number = l.number;
END
$body$
