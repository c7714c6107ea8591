-- A day in the precision of the date of a statement.
--
-- If the day is the first of several days of the statement, the result is the date as written, such as 2023-09 for a
-- month; for a choice of days, which has no name, the first day. Without a statement it is the day.
CREATE FUNCTION stancedb.day_as_said(p_day date, p_said_from date, p_said_to date, p_said_edtf text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN p_said_from = p_day AND p_said_to IS DISTINCT FROM p_said_from + 1 AND p_said_edtf NOT LIKE '[%'
        THEN split_part(p_said_edtf, '/', 1)
    ELSE CAST(p_day AS text)
END
