-- name: wait_briefly
SET LOCAL lock_timeout = '10s';

-- name: look_in_public
SET LOCAL search_path = public;

-- The rest are remedies: each builds the statement that repairs one object. Names and definitions are already quoted,
-- as in the catalogue.

-- name: define
-- A function, an index or a trigger is defined by the statement that creates it.
SELECT CAST(:definition AS text);

-- name: own
SELECT format('ALTER %s %s OWNER TO %I', CAST(:kind AS text), CAST(:full_name AS text), pg_get_userbyid(n.nspowner))
FROM pg_namespace n WHERE n.nspname = 'stancedb';

-- name: make_permanent
SELECT format('ALTER TABLE %s SET LOGGED', CAST(:full_name AS text));

-- name: enable_row_security
SELECT format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', CAST(:full_name AS text));

-- name: disable_row_security
SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', CAST(:full_name AS text));

-- name: do_not_force_row_security
SELECT format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', CAST(:full_name AS text));

-- name: add_column
SELECT format('ALTER TABLE %s ADD COLUMN %s %s', CAST(:of_table AS text), CAST(:name AS text), CAST(:definition AS text));

-- name: alter_column
SELECT format('ALTER TABLE %s ALTER COLUMN %s %s', CAST(:of_table AS text), CAST(:name AS text), CAST(:change AS text));

-- name: alter_sequence
SELECT format('ALTER SEQUENCE %s %s', CAST(:full_name AS text), CAST(:definition AS text));

-- name: expect_sequence
SELECT format('SELECT %L::regclass', CAST(:full_name AS text));

-- name: drop_constraint
SELECT format('ALTER TABLE %s DROP CONSTRAINT %s', CAST(:of_table AS text), CAST(:name AS text));

-- name: add_constraint
SELECT format('ALTER TABLE %s ADD CONSTRAINT %s %s',
    CAST(:of_table AS text), CAST(:name AS text), CAST(:definition AS text));

-- name: drop_index
SELECT format('DROP INDEX %s', CAST(:full_name AS text));

-- name: drop_policy
SELECT format('DROP POLICY %s ON %s', CAST(:name AS text), CAST(:of_table AS text));

-- name: add_policy
SELECT format('CREATE POLICY %s ON %s %s', CAST(:name AS text), CAST(:of_table AS text), CAST(:definition AS text));

-- name: drop_trigger
SELECT format('DROP TRIGGER %s ON %s', CAST(:name AS text), CAST(:of_table AS text));

-- name: comment
SELECT format('COMMENT ON %s %s IS %L', CAST(:kind AS text),
    CASE WHEN CAST(:kind AS text) IN ('CONSTRAINT', 'TRIGGER', 'POLICY')
        THEN format('%s ON %s', CAST(:name AS text), CAST(:of_table AS text))
        ELSE CAST(:full_name AS text) END,
    CAST(:comment AS text));
