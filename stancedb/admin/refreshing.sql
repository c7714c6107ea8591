-- name: may_read
-- Whether a login, if it exists, may read what is reported.
SELECT has_table_privilege(rolname, 'reporting.data_dictionary', 'SELECT')
FROM pg_roles WHERE rolname = :login AND rolcanlogin;

-- name: dictionary
SELECT table_name, table_description, column_name, column_type, column_description
FROM reporting.data_dictionary ORDER BY table_name, column_order;
