-- Add a finding to an open assignment, or correct one; return its number.
--
-- Parameters
--   p_start, p_end   the span in code points of the frozen text, half-open
--   p_quote          the characters between the two, as the coder saw them
--   p_record         the line, as stancedb.statement/1
--   p_replaces       the number of the finding that this one corrects, or null
--   p_seconds        how long it took
CREATE FUNCTION stancedb.save_finding(
    p_assignment bigint, p_coder text, p_start integer, p_end integer, p_quote text, p_record jsonb, p_replaces integer,
    p_seconds double precision
) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    own stancedb.assignment := stancedb.own_assignment(p_assignment, p_coder, '{open}');
    saved integer;
BEGIN
    IF p_quote IS DISTINCT FROM (
        SELECT substring(v.body FROM p_start + 1 FOR p_end - p_start)
        FROM stancedb.article_version v WHERE v.id = own.article_version_id
    ) THEN
        RAISE EXCEPTION 'the quote is not what stands there' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_finding_quote_is_of_the_text';
    END IF;
    IF p_replaces IS NOT NULL AND NOT EXISTS (
        SELECT FROM stancedb.current_findings(own.id) f WHERE f.number = p_replaces
    ) THEN
        RAISE EXCEPTION 'there is no such finding, or it is withdrawn or corrected' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_finding_is_current', DETAIL = format('Key (number)=(%s) is not present', p_replaces);
    END IF;
    INSERT INTO stancedb.finding (
        assignment_id, number, coder_id, char_start, char_end, quote, record, replaces, seconds
    )
    SELECT own.id, 1 + coalesce(max(f.number), 0), own.coder_id, p_start, p_end, p_quote, p_record, p_replaces, p_seconds
    FROM stancedb.finding f WHERE f.assignment_id = own.id
    RETURNING number INTO saved;
    DELETE FROM stancedb.draft WHERE assignment_id = own.id;
    RETURN saved;
END
$body$
