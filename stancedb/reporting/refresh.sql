-- name: reported
-- The release that the relations show.
SELECT * FROM reporting.data_release WHERE is_current;

-- name: today
SELECT coalesce(CAST(:day AS date), current_date);

-- name: analyze_unknown
-- Updates the planner's statistics for tables that have grown much larger; for a small one a guess costs nothing.
SELECT 'ANALYZE ' || string_agg(c.oid::regclass::text, ', ' ORDER BY c.relname)
FROM pg_class c CROSS JOIN LATERAL (SELECT pg_relation_size(c.oid) AS bytes) size
WHERE c.relnamespace = 'stancedb'::regnamespace AND c.relname IN (
    'actor', 'actor_attribute', 'article', 'article_version', 'coding', 'coding_attribute', 'evidence', 'mention',
    'pair', 'stance', 'stance_change', 'statement'
) AND size.bytes > 1024 * 1024 AND (
    size.bytes > 1.2 * c.relpages * current_setting('block_size')::int
    OR NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = 'stancedb' AND s.tablename = c.relname)
)
HAVING count(*) > 0;

-- name: create_asked
CREATE TEMPORARY TABLE asked ON COMMIT DROP AS SELECT CAST(:day AS date) AS day;

-- name: create_new_changeset
CREATE TEMPORARY TABLE new_changeset ON COMMIT DROP AS
SELECT c.id FROM stancedb.changeset c WHERE c.number > :since;

-- name: analyze_asked
ANALYZE asked, new_changeset;

-- name: first_new_changeset
SELECT min(id) FROM new_changeset;

-- name: changed
-- Builds a statement that returns which of some curated tables have changed since a changeset.
SELECT string_agg(format(
    'SELECT %1$L WHERE EXISTS (SELECT FROM stancedb.%1$I x WHERE x.changeset_id >= %2$s)'
    ' OR EXISTS (SELECT FROM history.%1$I x WHERE x.ended_changeset_id >= %2$s)',
    s.source, CAST(:first AS bigint)
), ' UNION ALL ')
FROM unnest(CAST(:sources AS text[])) s (source);

-- name: defer
-- A row may be written before the rows that it refers to.
SET CONSTRAINTS ALL DEFERRED;

-- name: settle
SET CONSTRAINTS ALL IMMEDIATE;

-- name: rebuilt
-- What is dropped while an empty table is filled: foreign keys, and the indexes that enforce no rule.
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS make
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'reporting'::regnamespace
UNION ALL
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid
WHERE NOT i.indisunique AND r.relnamespace = 'reporting'::regnamespace;

-- name: lasting
-- Every day that passes lengthens what lasts, and that is most of the table. The rows stay in their pages, whose
-- fillfactor leaves room for this, and none is computed again.
UPDATE reporting.fact_stance r
SET valid_to_or_today = greatest(a.day, r.valid_from) + 1, valid_last_or_today = greatest(a.day, r.valid_from),
    duration_days = greatest(a.day, r.valid_from) + 1 - r.valid_from, is_current = r.valid_from <= a.day
FROM asked a
WHERE r.valid_to IS NULL AND (r.valid_to_or_today, r.is_current)
    IS DISTINCT FROM (greatest(a.day, r.valid_from) + 1, r.valid_from <= a.day);

-- name: writes
-- Builds the statements that give a table the contents of "due", writing only rows that differ. Stored rows are looked
-- up by what was touched, and not one by one for everything that is due.
SELECT
    format(
        'DELETE FROM reporting.%1$I o USING ('
        'SELECT r.place FROM %2$s WHERE NOT EXISTS (SELECT FROM due d WHERE %3$s)) g WHERE o.ctid = g.place',
        c.name, c.stored, c.same
    ) AS deletes,
    format(
        'UPDATE reporting.%1$I o SET (%4$s) = ROW (%5$s) FROM (SELECT r.place, d.* FROM due d JOIN %2$s ON %3$s'
        ' WHERE ROW (%6$s) IS DISTINCT FROM ROW (%5$s)) d WHERE o.ctid = d.place',
        c.name, c.stored, c.same, c.columns, c.due, c.held
    ) AS updates,
    format(
        'INSERT INTO reporting.%1$I (%2$s) SELECT %3$s FROM due d'
        ' WHERE NOT EXISTS (SELECT FROM reporting.%1$I r WHERE %4$s)',
        c.name, c.every, c.every_due, c.same
    ) AS inserts
FROM (
    SELECT t.relname AS name,
        format('(SELECT r.ctid AS place, r.* FROM reporting.%I r %s OFFSET 0) r', t.relname, CASE
            WHEN CAST(:touched AS text) IS NOT NULL THEN format('JOIN %I t ON %s', CAST(:touched AS text), (
                SELECT string_agg(format('t.%1$I = r.%1$I', b), ' AND ') FROM unnest(CAST(:by AS text[])) b
            ))
        END) AS stored,
        string_agg(format('r.%1$I = d.%1$I', a.attname), ' AND ' ORDER BY array_position(k.conkey, a.attnum))
            FILTER (WHERE a.attnum = ANY (k.conkey)) AS same,
        string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum) AS every,
        string_agg(format('d.%I', a.attname), ', ' ORDER BY a.attnum) AS every_due,
        string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
            FILTER (WHERE a.attnum <> ALL (k.conkey)) AS columns,
        string_agg(format('d.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attnum <> ALL (k.conkey)) AS due,
        string_agg(format('r.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attnum <> ALL (k.conkey)) AS held
    FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
    WHERE t.relnamespace = 'reporting'::regnamespace AND t.relname = CAST(:table AS text)
    GROUP BY t.relname
) c;

-- name: compares
-- Builds a statement that counts the rows in which a table and "due" differ.
SELECT format(
    'WITH stored AS (SELECT %1$s FROM reporting.%2$I) SELECT count(*) FROM ('
    '(SELECT %1$s FROM due EXCEPT ALL SELECT * FROM stored)'
    ' UNION ALL (SELECT * FROM stored EXCEPT ALL SELECT %1$s FROM due)) d',
    string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum), t.relname
)
FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE t.relnamespace = 'reporting'::regnamespace AND t.relname = CAST(:table AS text)
GROUP BY t.relname;

-- name: analyze_due
-- The planner has to know how many rows there are, or it reads the whole of a large table for a few.
ANALYZE due;

-- name: drop_due
DROP TABLE due;

-- name: analyze_written
-- Updates the planner's statistics for tables of which a good share was written, at the very first refresh; PostgreSQL
-- itself does so a while later.
SELECT format('ANALYZE reporting.%I', c.relname)
FROM unnest(CAST(:tables AS text[]), CAST(:rows AS bigint[])) w (name, rows)
JOIN pg_class c ON c.relnamespace = 'reporting'::regnamespace AND c.relname = w.name
WHERE :is_first OR w.rows > 0.05 * c.reltuples;

-- name: counts
SELECT (SELECT count(*) FROM reporting.fact_statement) AS statement_count,
    (SELECT count(*) FROM reporting.fact_stance) AS stance_count,
    (SELECT count(*) FROM reporting.fact_stance_change) AS change_count;

-- name: release
-- Records what is reported now.
INSERT INTO reporting.data_release
SELECT 1, :version, stancedb.last_number(), a.day, clock_timestamp(), :statement_count, :stance_count,
    :change_count, true
FROM asked a
ON CONFLICT (release_key) DO UPDATE SET (contract_version, changeset_number, as_of_date, refreshed_at,
    statement_count, stance_count, change_count) = ROW (excluded.contract_version, excluded.changeset_number,
    excluded.as_of_date, excluded.refreshed_at, excluded.statement_count, excluded.stance_count,
    excluded.change_count);

-- name: analyze_release
ANALYZE reporting.data_release;
