-- name: comments
-- Statements that comment on objects: functions by their signatures, relations by their names.
SELECT format('COMMENT ON %s %I.%s IS %L', CASE
        WHEN o.name LIKE '%)' THEN 'FUNCTION'
        WHEN c.relkind = 'v' THEN 'VIEW'
        ELSE 'TABLE'
    END, CAST(:schema AS text), o.name, o.comment)
FROM unnest(CAST(:names AS text[]), CAST(:comments AS text[])) WITH ORDINALITY o (name, comment, place)
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = to_regnamespace(CAST(:schema AS text)) AND c.relname = o.name
ORDER BY o.place;

-- name: drops
-- Statements that drop the existing ones among some objects. All views are dropped in one statement and all tables in
-- another, because only PostgreSQL knows the order: object identifiers change when a backup is restored.
SELECT 'DROP VIEW ' || string_agg(format('%I.%I', n.nspname, c.relname), ', ') AS statement
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = CAST(:schema AS text) AND c.relname = ANY (CAST(:names AS text[])) AND c.relkind = 'v'
HAVING count(*) > 0
UNION ALL
SELECT 'DROP TABLE ' || string_agg(format('%I.%I', n.nspname, c.relname), ', ')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = CAST(:schema AS text) AND c.relname = ANY (CAST(:names AS text[])) AND c.relkind = 'r'
HAVING count(*) > 0
UNION ALL
SELECT format('DROP FUNCTION IF EXISTS %I.%s', CAST(:schema AS text), o.name)
FROM unnest(CAST(:names AS text[])) o (name)
WHERE o.name LIKE '%)' AND to_regnamespace(CAST(:schema AS text)) IS NOT NULL;

-- name: comment_of
-- The comment on an object, or null if there is no such object.
SELECT CASE
    WHEN CAST(:name AS text) LIKE '%)' THEN obj_description(to_regprocedure(CAST(:name AS text)), 'pg_proc')
    ELSE obj_description(to_regclass(CAST(:name AS text)), 'pg_class')
END;
