-- What PUBLIC may do in our schemas, and the functions that run with their owner's rights on the caller's search path.
SELECT 'everybody may execute ' || n.nspname || '.' || p.proname || '(); run ''stancedb db upgrade'' as ' || pg_get_userbyid(p.proowner)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('stancedb', 'history', 'reporting')
    AND (p.proacl IS NULL OR EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) a WHERE a.grantee = 0))
UNION ALL
SELECT format('everybody may %s %s; run ''stancedb db upgrade'' as %s',
    string_agg(lower(a.privilege_type), ', ' ORDER BY a.privilege_type), n.nspname || '.' || c.relname,
    pg_get_userbyid(c.relowner))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN pg_catalog.aclexplode(c.relacl) a
WHERE n.nspname IN ('stancedb', 'history', 'reporting') AND a.grantee = 0
GROUP BY n.nspname, c.relname, c.relowner
UNION ALL
SELECT format('everybody may %s in the schema %s; run ''stancedb db upgrade'' as %s',
    string_agg(lower(a.privilege_type), ', ' ORDER BY a.privilege_type), n.nspname, pg_get_userbyid(n.nspowner))
FROM pg_catalog.pg_namespace n CROSS JOIN pg_catalog.aclexplode(n.nspacl) a
WHERE n.nspname IN ('stancedb', 'history', 'reporting') AND a.grantee = 0
GROUP BY n.nspname, n.nspowner
UNION ALL
SELECT format('everybody may execute functions that %s creates; run ''stancedb db upgrade'' as %1$s', pg_get_userbyid(n.nspowner))
FROM pg_catalog.pg_namespace n
WHERE n.nspname = 'stancedb' AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_default_acl d
    WHERE d.defaclrole = n.nspowner AND d.defaclnamespace = 0 AND d.defaclobjtype = 'f'
        AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(d.defaclacl) a WHERE a.grantee = 0)
)
UNION ALL
SELECT n.nspname || '.' || p.proname || '() runs with the rights of its owner and does not pin its search_path;'
    ' run ALTER FUNCTION … SET search_path = pg_catalog, pg_temp'
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('stancedb', 'history', 'reporting')
    AND p.prosecdef AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)
ORDER BY 1
