-- A day as precisely as the date of a statement says it.
--
-- Where the day is the first of the statement's and there are several, it is what was written, such as 2023-09 for a
-- month; of a choice of days, which has no name, it is the first. Without a statement it is the day.
CREATE FUNCTION stancedb.day_as_said(p_day date, p_said_from date, p_said_to date, p_said_edtf text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN p_said_from = p_day AND p_said_to IS DISTINCT FROM p_said_from + 1 AND p_said_edtf NOT LIKE '[%'
        THEN split_part(p_said_edtf, '/', 1)
    ELSE CAST(p_day AS text)
END
