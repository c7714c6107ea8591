-- name: known_handles
-- The known handles for a noun, and whether they are codes of a vocabulary.
SELECT x.handle, x.is_code
FROM (
    SELECT a.slug AS handle, false AS is_code FROM stancedb.actor a WHERE CAST(:noun AS text) IN ('actor', 'office')
    UNION ALL
    SELECT a.slug, false FROM stancedb.article a WHERE CAST(:noun AS text) = 'article'
    UNION ALL
    SELECT k.name, false FROM stancedb.coder k WHERE CAST(:noun AS text) = 'coder'
    UNION ALL
    SELECT v.label, false FROM stancedb.codebook_version v WHERE CAST(:noun AS text) = 'codebook version'
    UNION ALL
    SELECT e.slug, false FROM stancedb.event e WHERE CAST(:noun AS text) = 'event'
    UNION ALL
    SELECT i.slug, false FROM stancedb.issue i WHERE CAST(:noun AS text) = 'issue'
    UNION ALL
    SELECT o.slug, false FROM stancedb.outlet o WHERE CAST(:noun AS text) = 'outlet'
    UNION ALL
    SELECT s.slug, false FROM stancedb.statement s WHERE CAST(:noun AS text) = 'statement'
    UNION ALL
    SELECT c.code, true FROM stancedb.act c WHERE CAST(:noun AS text) = 'act'
    UNION ALL
    SELECT c.code, true FROM stancedb.capacity c WHERE CAST(:noun AS text) = 'capacity'
    UNION ALL
    SELECT c.code, true FROM stancedb.identifier_scheme c WHERE CAST(:noun AS text) = 'identifier scheme'
    UNION ALL
    SELECT c.code, true FROM stancedb.article_kind c WHERE CAST(:noun AS text) = 'kind of article'
    UNION ALL
    SELECT c.code, true FROM stancedb.event_kind c WHERE CAST(:noun AS text) = 'kind of event'
    UNION ALL
    SELECT c.code, true FROM stancedb.outlet_kind c WHERE CAST(:noun AS text) = 'kind of outlet'
) x
LIMIT :most;

-- name: clear
-- SQL that drops a stage.
SELECT format('DROP TABLE IF EXISTS pg_temp.%I', CAST(:stage AS text));

-- name: analysis
-- SQL that analyses some or all columns of a stage.
SELECT format('ANALYZE pg_temp.%I', CAST(:stage AS text))
    || coalesce(' (' || string_agg(quote_ident(x.name), ', ') || ')', '')
FROM unnest(CAST(:columns AS text[])) x(name);

-- name: deletion
-- SQL that deletes rows from a stage by ordinal.
SELECT format(
    'DELETE FROM pg_temp.%I WHERE ordinal = ANY (CAST(%L AS bigint[]))',
    CAST(:stage AS text),
    CAST(:ordinals AS bigint[])
);

-- name: emptiness
-- SQL that checks whether tables are empty.
SELECT format('SELECT NOT (%s)', string_agg(format('EXISTS (SELECT FROM %s)', x.name), ' OR '))
FROM unnest(CAST(:tables AS text[])) x(name);

-- name: exclusion
-- SQL that locks tables exclusively for this transaction.
SELECT format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', string_agg(x.name, ', ' ORDER BY x.place))
FROM unnest(CAST(:tables AS text[])) WITH ORDINALITY x(name, place);

-- name: lock_timeout
SELECT current_setting('lock_timeout');

-- name: wait_for_locks
SELECT set_config('lock_timeout', :timeout, true);

-- name: rebuilt
-- SQL that drops foreign keys from and to tables, their keys and their indexes, and SQL that creates them again.
--
-- They are dropped in this order and created in the reverse order, because a foreign key needs the key that it refers
-- to.
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS make,
    format('COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, c.conrelid::regclass, d.comment) AS comment,
    c.conrelid::regclass::text AS of_table, nullif(c.confrelid, 0)::regclass::text AS referenced,
    c.contype <> 'f' AS is_last
FROM pg_constraint c CROSS JOIN LATERAL (SELECT obj_description(c.oid, 'pg_constraint') AS comment) d
WHERE c.contype IN ('f', 'p', 'u') AND c.conrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
    OR c.contype = 'f' AND c.confrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
UNION ALL
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid),
    CASE WHEN d.comment IS NOT NULL THEN format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, d.comment) END,
    i.indrelid::regclass::text, NULL, true
FROM pg_index i CROSS JOIN LATERAL (SELECT obj_description(i.indexrelid, 'pg_class') AS comment) d
WHERE i.indrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
ORDER BY is_last;
