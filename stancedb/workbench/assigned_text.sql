-- An assignment of the acting coder with the draft of its form; no row if the coder has no such assignment.
CREATE FUNCTION stancedb.assigned_text(p_assignment bigint, p_coder text) RETURNS TABLE (
    id bigint, round_id bigint, article_version_id bigint, coder_id bigint, hides_suggestions boolean, state text, note text,
    draft_number bigint, draft text
) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT a.id, a.round_id, a.article_version_id, a.coder_id, a.hides_suggestions, a.state, a.note, d.number, d.form
    FROM stancedb.assignment a LEFT JOIN stancedb.draft d ON d.assignment_id = a.id
    WHERE a.id = p_assignment AND a.coder_id = (SELECT stancedb.acting_coder(p_coder))
$body$
