-- The merge is the same for every table. {table}, {columns} and other words in braces stand for names of tables and
-- columns, or lists of them, that merge.py takes from the model and its callers; {source} and {among} are queries of
-- the callers. Values are never interpolated: they are parameters.

-- name: make_merging_table
CREATE TEMPORARY TABLE merging ON COMMIT DROP AS
{source};

-- name: make_merging_view
CREATE TEMPORARY VIEW merging AS
{source};

-- name: drop_merging_table
DROP TABLE merging;

-- name: drop_merging_view
DROP VIEW merging;

-- name: count_merging
SELECT count(*) FROM merging;

-- name: analyse_merging
ANALYZE merging ({key});

-- name: insert
-- Insert the new rows, in the same order in every load.
INSERT INTO stancedb.{table} ({columns})
SELECT {values}
FROM merging s
WHERE NOT EXISTS (SELECT FROM stancedb.{table} t WHERE {match}) -- if :may_be_there
ORDER BY {order}
ON CONFLICT ({key}) DO NOTHING -- if :passes_over_conflicts
;

-- name: known_rows
-- The planner's row count of a table.
SELECT c.reltuples FROM pg_class c WHERE c.oid = CAST(:table AS regclass);

-- name: analyse_written
ANALYZE stancedb.{table} ({columns});

-- name: find_differing
-- The author of a row is looked up later, only for rows that differ. In a single query, the planner would avoid the
-- lookup by comparing every row with all existing rows that share one column, such as a period.
CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
SELECT DISTINCT t.id FROM merging s JOIN stancedb.{table} t ON {match} AND ROW({kept}) IS DISTINCT FROM ROW({at_hand});

-- name: lock_differing
-- In key order, so that two loads that correct the same rows do not deadlock.
SELECT FROM merging s JOIN stancedb.{table} t ON {match} AND ROW({kept}) IS DISTINCT FROM ROW({at_hand})
ORDER BY t.id
FOR NO KEY UPDATE OF t;

-- name: differing
SELECT d.id FROM differing d;

-- name: drop_differing
DROP TABLE differing;

-- name: unlike_columns
-- Which columns of staged rows differ from existing rows, each in its own column.
SELECT {unlike} FROM merging s JOIN stancedb.{table} t ON {match} AND ROW({kept}) IS DISTINCT FROM ROW({at_hand});

-- name: update
WITH free AS MATERIALIZED (
    SELECT id FROM differing EXCEPT SELECT id FROM by_hand
)
UPDATE stancedb.{table} t SET {assigned}
FROM merging s, free
WHERE free.id = t.id AND {match};

-- name: drop_by_hand
DROP TABLE IF EXISTS pg_temp.by_hand;

-- name: find_by_hand
-- The rows that a user entered or corrected, which no file may change.
--
-- A row restored by an undo belongs to its original author, and a carried-over coding belongs to the author of the
-- coding that it was carried over from.
CREATE TEMPORARY TABLE by_hand ON COMMIT DROP AS
SELECT t.id
FROM stancedb.{table} t
WHERE t.id IN ({among})
    AND t.changeset_id <> current_setting('stancedb.changeset')::bigint
    AND NOT EXISTS (
        SELECT FROM stancedb.load l WHERE l.origin <> :command_line AND l.changeset_id = t.changeset_id
    )
    AND NOT EXISTS (
        WITH RECURSIVE wrote AS (
            SELECT t.id, t.{origin} AS origin_id, t.changeset_id
            UNION ALL
            SELECT h.id, h.{origin}, h.changeset_id
            FROM wrote w
            JOIN stancedb.changeset c ON c.id = w.changeset_id
            JOIN history.{table} h ON h.id = w.id AND h.ended_changeset_id = c.undoes_id
                OR h.id = w.origin_id AND h.ended_changeset_id = w.changeset_id -- if :is_carried
        )
        SELECT FROM wrote w
        WHERE EXISTS (
            SELECT FROM stancedb.load l WHERE l.origin <> :command_line AND l.changeset_id = w.changeset_id
        )
    );

-- name: leave_carried_attributes
-- A carried-over attribute belongs to the author of the attribute that it was carried over from.
DELETE FROM by_hand b
WHERE EXISTS (
    WITH RECURSIVE origin AS (
        SELECT t.coding_id, t.key, t.value, t.changeset_id FROM stancedb.coding_attribute t WHERE t.id = b.id
        UNION ALL
        SELECT x.coding_id, x.key, x.value, x.changeset_id
        FROM origin o
        JOIN stancedb.coding c ON c.id = o.coding_id
        JOIN stancedb.coding_attribute x ON x.coding_id = c.carried_from_id AND (x.key, x.value) = (o.key, o.value)
    )
    SELECT FROM origin o JOIN stancedb.load l ON l.changeset_id = o.changeset_id AND l.origin <> :command_line
);

-- name: find_none_by_hand
CREATE TEMPORARY TABLE by_hand (id bigint) ON COMMIT DROP;

-- name: count_by_hand
SELECT count(*) FROM by_hand;

-- name: parents
SELECT s.slug, p.id AS parent_id FROM {stage} s JOIN stancedb.{table} p ON p.slug = s.parent;

-- name: moving
SELECT t.id
FROM {stage} s
JOIN stancedb.{table} p ON p.slug = s.parent
JOIN stancedb.{table} t ON t.slug = s.slug
WHERE p.id IS DISTINCT FROM t.parent_id;

-- name: count_moved
-- The number of existing rows that get another parent.
SELECT count(*)
FROM {stage} s
JOIN stancedb.{table} p ON p.slug = s.parent
JOIN stancedb.{table} t ON t.slug = s.slug
WHERE p.id IS DISTINCT FROM t.parent_id
    AND t.changeset_id <> current_setting('stancedb.changeset')::bigint
    AND NOT EXISTS (SELECT FROM by_hand b WHERE b.id = t.id);

-- name: lock_moving
-- The rows that move and their ancestors, in key order, so that two loads do not deadlock.
WITH RECURSIVE moving AS (
    SELECT t.id, p.id AS parent_id
    FROM {stage} s
    JOIN stancedb.{table} p ON p.slug = s.parent
    JOIN stancedb.{table} t ON t.slug = s.slug
    WHERE p.id IS DISTINCT FROM t.parent_id
),
above AS (
    SELECT parent_id AS id FROM moving
    UNION
    SELECT t.parent_id FROM above a JOIN stancedb.{table} t ON t.id = a.id WHERE t.parent_id IS NOT NULL
)
SELECT FROM stancedb.{table} t
WHERE t.id IN (SELECT id FROM moving UNION SELECT id FROM above)
ORDER BY t.id
FOR NO KEY UPDATE;
