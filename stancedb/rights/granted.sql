-- What each login was granted here by name: on relations, columns, functions, schemas, this database, and by default.
--
-- Parameter
--   logins     the names of the logins
WITH login AS (
    SELECT r.oid, r.rolname FROM pg_catalog.pg_roles r WHERE r.rolname = ANY (CAST(:logins AS name[]))
),
granted AS (
    SELECT 'TABLE ' || n.nspname || '.' || c.relname AS object, c.relacl AS acl
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('stancedb', 'history', 'reporting') AND obj_description(c.oid, 'pg_class') IS NOT NULL
        OR c.oid = to_regclass('public.alembic_version')
    UNION ALL
    SELECT 'COLUMN ' || n.nspname || '.' || c.relname || '.' || a.attname, a.attacl
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('stancedb', 'history', 'reporting') AND a.attacl IS NOT NULL
    UNION ALL
    SELECT 'FUNCTION ' || n.nspname || '.' || p.proname, p.proacl
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('stancedb', 'history', 'reporting')
    UNION ALL
    SELECT 'SCHEMA ' || n.nspname, n.nspacl FROM pg_catalog.pg_namespace n
    WHERE n.nspname IN ('public', 'stancedb', 'history', 'reporting')
    UNION ALL
    SELECT 'DATABASE', d.datacl FROM pg_catalog.pg_database d WHERE d.datname = current_database()
    UNION ALL
    SELECT 'DEFAULT ' || n.nspname, d.defaclacl
    FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
    WHERE n.nspname IN ('stancedb', 'history', 'reporting') AND d.defaclrole = n.nspowner
)
SELECT l.rolname AS login, g.object, a.privilege_type AS privilege
FROM granted g CROSS JOIN pg_catalog.aclexplode(g.acl) a JOIN login l ON l.oid = a.grantee
