-- name: numbered
-- For each table whose rows a sequence numbers, a statement that names it if its next number is taken, and one that logs
-- the sequence again and sets it to the last row.
SELECT
    format('SELECT %L FROM %s q WHERE (SELECT max(%I) FROM %s) > q.last_value',
        s.owner, s.sequence, s.owned, s.owner) AS finds,
    format('SELECT setval(%L, greatest(q.last_value, m.last), q.is_called OR m.last IS NOT NULL)'
        ' FROM %s q, (SELECT max(%I) AS last FROM %s) m', s.sequence, s.sequence, s.owned, s.owner) AS secures
FROM (
    SELECT c.oid::regclass::text AS owner, a.attname AS owned, coalesce(
        pg_get_serial_sequence(c.oid::regclass::text, a.attname),
        substring(pg_get_expr(d.adbin, d.adrelid) FROM 'nextval\(''([^'']+)''')
    ) AS sequence
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = to_regnamespace('stancedb') AND c.relkind = 'r' AND c.relpersistence = 'p'
        AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
) s
ORDER BY s.owner;

-- name: wait_for_writers
-- Every write opens a changeset first, so that nobody takes a number between reading a sequence and setting it.
LOCK TABLE stancedb.changeset IN SHARE ROW EXCLUSIVE MODE;
