-- The days that one side of an EDTF interval stands for, such as "2001-05" in "2001-05/2010-03".
--
-- Qualifiers of uncertainty are ignored. With unspecified digits (19XX, 2001-XX), the days are those of the specified
-- part. The result is null for a side that is open or unknown.
CREATE FUNCTION stancedb.edtf_span(side text) RETURNS daterange LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $function$
    SELECT CASE
        WHEN p.year IS NULL THEN NULL
        WHEN p.year LIKE '%X%' THEN daterange(
            make_date(greatest(replace(p.year, 'X', '0')::int, 1), 1, 1), make_date(replace(p.year, 'X', '9')::int + 1, 1, 1)
        )
        WHEN p.month IS NULL OR p.month LIKE '%X%' THEN daterange(
            make_date(p.year::int, 1, 1), make_date(p.year::int + 1, 1, 1)
        )
        WHEN p.month::int BETWEEN 1 AND 12 AND (p.day IS NULL OR p.day LIKE '%X%') THEN daterange(
            make_date(p.year::int, p.month::int, 1), (make_date(p.year::int, p.month::int, 1) + interval '1 month')::date
        )
        WHEN p.month::int BETWEEN 1 AND 12 THEN daterange(
            make_date(p.year::int, p.month::int, p.day::int), make_date(p.year::int, p.month::int, p.day::int) + 1
        )
        -- Seasons, quarters, quadrimesters and semesters are written in place of the month.
        ELSE (
            SELECT daterange(
                make_date(p.year::int, s.first, 1), (make_date(p.year::int, s.first, 1) + s.months * interval '1 month')::date
            )
            FROM (
                VALUES (21, 3, 3), (22, 6, 3), (23, 9, 3), (24, 12, 3), (25, 3, 3), (26, 6, 3), (27, 9, 3), (28, 12, 3),
                    (29, 9, 3), (30, 12, 3), (31, 3, 3), (32, 6, 3), (33, 1, 3), (34, 4, 3), (35, 7, 3), (36, 10, 3),
                    (37, 1, 4), (38, 5, 4), (39, 9, 4), (40, 1, 6), (41, 7, 6)
            ) s (code, first, months)
            WHERE s.code = p.month::int
        )
    END
    FROM (
        SELECT m[1] AS year, m[2] AS month, m[3] AS day
        FROM (SELECT regexp_match(translate(side, '?~%', ''), '^([0-9X]{4})(?:-([0-9X]{2}))?(?:-([0-9X]{2}))?$') AS m) found
    ) p
$function$
