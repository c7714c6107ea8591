-- name: relations
-- Every relation of ours has a comment; relations that somebody else keeps beside them are ignored.
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v') AND n.nspname IN ('stancedb', 'history', 'reporting')
    AND obj_description(c.oid, 'pg_class') IS NOT NULL;

-- name: functions
SELECT p.proname FROM pg_catalog.pg_proc p WHERE p.pronamespace = to_regnamespace('stancedb');

-- name: has_logins
SELECT to_regclass('stancedb.login') IS NOT NULL;

-- name: logins
-- The recorded logins that exist on this server.
SELECT l.name, l.role FROM stancedb.login l JOIN pg_catalog.pg_roles r ON r.rolname = l.name ORDER BY 1;

-- name: untied
SELECT l.name FROM stancedb.login l JOIN pg_catalog.pg_roles r ON r.rolname = l.name
WHERE l.role <> 'reader' AND NOT EXISTS (SELECT FROM stancedb.coder c WHERE c.login = l.name) ORDER BY 1;

-- name: revokes
-- Statements that revoke from a login everything it was granted here. Default privileges belong to the one role that
-- creates the future tables, whoever runs the statement.
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I REVOKE ALL ON TABLES FROM %I',
    pg_get_userbyid(n.nspowner), s.name, CAST(:login AS text))
FROM pg_catalog.pg_namespace n, unnest(ARRAY['stancedb', 'history', 'reporting']) s (name)
WHERE n.nspname = 'reporting'
UNION ALL
SELECT format('REVOKE ALL ON DATABASE %I FROM %I', current_database(), CAST(:login AS text))
UNION ALL
SELECT format('REVOKE ALL ON %s FROM %I', o.objects, CAST(:login AS text))
FROM unnest(ARRAY[
    'ALL TABLES IN SCHEMA public, stancedb, history, reporting',
    'ALL SEQUENCES IN SCHEMA public, stancedb, history, reporting',
    'ALL ROUTINES IN SCHEMA stancedb, history, reporting',
    'SCHEMA public, stancedb, history, reporting'
]) o (objects);

-- name: grants
-- Statements that grant a login its rights. Tables with the same set of rights are granted together.
--
-- Parameters
--   login       the login
--   kinds       the kind of object of each right: TABLE, COLUMN, FUNCTION, SCHEMA, DATABASE, or DEFAULT
--   names       its name: with its schema; for a column with its table; for a function with its argument types
--   privileges  the privileges on it
WITH due AS (
    SELECT d.kind, d.name, string_agg(d.privilege, ', ' ORDER BY d.privilege COLLATE "C") AS privileges,
        string_to_array(d.name, '.') AS part
    FROM unnest(CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:privileges AS text[])) d (kind, name, privilege)
    GROUP BY d.kind, d.name
)
SELECT format('GRANT %s ON %s TO %I', d.privileges,
    string_agg(format('%I.%I', d.part[1], d.part[2]), ', ' ORDER BY d.name COLLATE "C"), CAST(:login AS text))
FROM due d WHERE d.kind = 'TABLE' GROUP BY d.privileges
UNION ALL
SELECT format('GRANT %s (%I) ON %I.%I TO %I', p.privilege, d.part[3], d.part[1], d.part[2], CAST(:login AS text))
FROM due d CROSS JOIN LATERAL unnest(string_to_array(d.privileges, ', ')) p (privilege) WHERE d.kind = 'COLUMN'
UNION ALL
SELECT format('GRANT %s ON FUNCTION %s TO %I', d.privileges, d.name, CAST(:login AS text))
FROM due d WHERE d.kind = 'FUNCTION'
UNION ALL
SELECT format('GRANT %s ON SCHEMA %I TO %I', d.privileges, d.name, CAST(:login AS text))
FROM due d WHERE d.kind = 'SCHEMA'
UNION ALL
SELECT format('GRANT %s ON DATABASE %I TO %I', d.privileges, current_database(), CAST(:login AS text))
FROM due d WHERE d.kind = 'DATABASE'
UNION ALL
SELECT format('ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON TABLES TO %I',
    pg_get_userbyid(n.nspowner), d.name, d.privileges, CAST(:login AS text))
FROM due d JOIN pg_catalog.pg_namespace n ON n.nspname = 'reporting' WHERE d.kind = 'DEFAULT';
