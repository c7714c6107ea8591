-- name: everything
-- A statement that returns all rows of a relation; the same state is always in the same order. Instants may be formatted
-- in whole seconds.
SELECT format('SELECT %s FROM reporting.%I ORDER BY %s',
    string_agg(CASE
        WHEN :in_seconds AND a.atttypid = 'timestamptz'::regtype
            THEN format('to_char(%1$I, ''YYYY-MM-DD"T"HH24":"MI":"SS"Z"'') AS %1$I', a.attname)
        ELSE format('%I', a.attname)
    END, ', ' ORDER BY a.attnum), a.relname, string_agg(a.place::text, ', ' ORDER BY a.attnum))
FROM (
    SELECT c.relname, a.attname, a.attnum, a.atttypid, row_number() OVER (ORDER BY a.attnum) AS place
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'reporting'::regnamespace AND c.relname = CAST(:table AS text)
) a
GROUP BY a.relname;
