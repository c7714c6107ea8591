-- Every column with its meaning, for programs that do not show comments; read from the catalogue, so never out of date.
CREATE VIEW reporting.data_dictionary AS
SELECT c.relname::text AS table_name, CASE WHEN c.relkind = 'v' THEN 'view' ELSE 'table' END AS table_kind,
    pg_catalog.obj_description(c.oid, 'pg_class') AS table_description, a.attname::text AS column_name,
    (row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum))::integer AS column_order,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS column_type,
    pg_catalog.col_description(c.oid, a.attnum) AS column_description,
    EXISTS (
        SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)
    ) AS is_key,
    (
        SELECT min(r.relname::text) FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class r ON r.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conkey = ARRAY[a.attnum]
    ) AS joins_table
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = 'reporting' AND c.relkind IN ('r', 'v');
COMMENT ON VIEW reporting.data_dictionary IS 'Grain: one column of one relation, with its type and its meaning.';
COMMENT ON COLUMN reporting.data_dictionary.table_name IS 'Relation that the column belongs to.';
COMMENT ON COLUMN reporting.data_dictionary.table_kind IS 'Whether the relation is a table or a view.';
COMMENT ON COLUMN reporting.data_dictionary.table_description IS 'What the relation holds, with its grain.';
COMMENT ON COLUMN reporting.data_dictionary.column_name IS 'Name of the column, as in SQL.';
COMMENT ON COLUMN reporting.data_dictionary.column_order IS 'Place of the column within its relation, from 1.';
COMMENT ON COLUMN reporting.data_dictionary.column_type IS 'Type of the column in PostgreSQL.';
COMMENT ON COLUMN reporting.data_dictionary.column_description IS 'What the column means.';
COMMENT ON COLUMN reporting.data_dictionary.is_key IS 'True if the column is part of the primary key of its table.';
COMMENT ON COLUMN reporting.data_dictionary.joins_table IS 'The table that the column joins to, by the key of the same name; empty for all others.';
