-- name: spell_in_utc
-- Instants are formatted in whole seconds UTC, the only form that every reader of packages accepts.
SET LOCAL timezone = 'UTC';

-- name: columns
-- The dictionary has the descriptions; the catalogue has the required columns.
SELECT d.table_name, d.table_description, d.column_name, d.column_type, d.column_description, a.attnotnull AS is_given
FROM reporting.data_dictionary d
JOIN pg_class c ON c.relnamespace = 'reporting'::regnamespace AND c.relname = d.table_name
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = d.column_name
ORDER BY d.table_kind, d.table_name COLLATE "C", d.column_order;

-- name: keys
SELECT c.relname AS table_name, CAST(k.contype AS text) AS kind, f.relname AS named, ARRAY(
        SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place) AS columns, ARRAY(
        SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u (number, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number ORDER BY u.place) AS named_columns
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE k.connamespace = 'reporting'::regnamespace AND k.contype IN ('p', 'u', 'f')
ORDER BY k.contype, k.conname COLLATE "C";

-- name: release
SELECT contract_version, changeset_number, as_of_date,
    to_char(refreshed_at, 'YYYY-MM-DD"T"HH24":"MI":"SS"Z"') AS refreshed
FROM reporting.data_release WHERE is_current;
