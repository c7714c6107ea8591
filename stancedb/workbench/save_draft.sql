-- Save an unfinished form, unless one with the same or a higher number is already saved; return the saved number.
CREATE FUNCTION stancedb.save_draft(p_assignment bigint, p_coder text, p_number bigint, p_form text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
BEGIN
    INSERT INTO stancedb.draft AS d (assignment_id, number, form) VALUES (own.id, p_number, p_form)
    ON CONFLICT (assignment_id) DO UPDATE SET number = excluded.number, form = excluded.form, saved_at = now()
    WHERE d.number < excluded.number;
    RETURN (SELECT d.number FROM stancedb.draft d WHERE d.assignment_id = own.id);
END
$body$
