-- Which of the named relations a schema has, each list as DROP takes it.
SELECT
    string_agg(format('%I.%I', n.nspname, c.relname), ', ') FILTER (WHERE c.relkind = 'v') AS views,
    string_agg(format('%I.%I', n.nspname, c.relname), ', ') FILTER (WHERE c.relkind = 'r') AS tables
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :schema AND c.relname = ANY (:names)
