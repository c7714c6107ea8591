-- name: described
SELECT column_name, column_description, table_description FROM reporting.data_dictionary WHERE table_name = :table;

-- name: measures
-- A statement that returns the length of the longest text in each text column; no row if there is no such column.
SELECT format('SELECT %s FROM reporting.%I',
    string_agg(format('coalesce(max(octet_length(%1$I)), 0) AS %1$I', a.attname), ', ' ORDER BY a.attnum), c.relname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'reporting'::regnamespace AND c.relname = CAST(:table AS text)
    AND a.atttypid = 'text'::regtype
GROUP BY c.relname;
