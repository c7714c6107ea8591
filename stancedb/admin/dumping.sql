-- name: what_is_there
-- What a restored dump would overwrite.
SELECT coalesce(string_agg(n.nspname, ', ' ORDER BY n.nspname), CASE
    WHEN to_regclass('public.alembic_version') IS NOT NULL THEN 'public.alembic_version'
END)
FROM pg_namespace n WHERE n.nspname IN ('stancedb', 'history', 'reporting');

-- name: version
SHOW server_version_num;
