-- Rows of every curated table are put back or taken away in the same way. So {table}, {columns} and other words in
-- braces stand for the name and the columns of a table, which changesets.py takes from the model; values are parameters.

-- name: undone_by
-- The changeset that undoes another, unless it is undone itself.
SELECT u.number FROM stancedb.changeset u
WHERE u.undoes_id = :undone AND NOT EXISTS (SELECT FROM stancedb.changeset r WHERE r.undoes_id = u.id);

-- name: name_undone
UPDATE stancedb.changeset SET undoes_id = :undone WHERE id = CAST(current_setting('stancedb.changeset') AS bigint);

-- name: withdraw_release
SELECT stancedb.withdraw_release();

-- name: written
-- The tables to which a changeset wrote rows, or of which it ended some, and whether the login may lock their rows.
SELECT x.name, bool_or(x.added) AS added, bool_or(x.ended) AS ended,
    has_table_privilege('stancedb.' || x.name, 'UPDATE') AS may_lock
FROM (
    SELECT DISTINCT v.table_name AS name, true AS added, false AS ended
    FROM stancedb.row_version v WHERE v.changeset_id = :undone
    UNION ALL
    SELECT DISTINCT v.table_name, false, true
    FROM stancedb.row_version v WHERE v.ended_changeset_id = :undone
) x
GROUP BY x.name;

-- name: changed_since
-- The changesets after which rows are not any more as this one left them, and whether each still stands.
WITH moved AS (
    SELECT id FROM history.{table} h LEFT JOIN stancedb.{table} t USING (id)
    WHERE h.changeset_id = :undone AND (t.changeset_id IS NULL OR ({live}) IS DISTINCT FROM ({left}))
    UNION
    SELECT id FROM history.{table} h JOIN stancedb.{table} t USING (id)
    WHERE h.ended_changeset_id = :undone AND t.changeset_id <> :undone
        AND NOT EXISTS (SELECT FROM history.{table} w WHERE w.id = t.id AND w.changeset_id = :undone)
)
SELECT DISTINCT c.number, c.undoes_id IS NULL AND u.id IS NULL AS stands
FROM (
    SELECT h.ended_changeset_id AS id FROM moved JOIN history.{table} h USING (id)
    UNION
    SELECT t.changeset_id FROM moved JOIN stancedb.{table} t USING (id)
) later
JOIN stancedb.changeset c ON c.id = later.id
LEFT JOIN stancedb.changeset u ON u.undoes_id = c.id
WHERE c.number > (SELECT number FROM stancedb.changeset WHERE id = :undone);

-- name: lock_rows
-- The rows that an undoing changes, in the order of their keys, as every other writer takes them.
SELECT FROM stancedb.{table} t
WHERE t.changeset_id = :undone
    OR t.id IN (SELECT h.id FROM history.{table} h WHERE :undone IN (h.changeset_id, h.ended_changeset_id))
ORDER BY t.id
FOR NO KEY UPDATE;

-- name: remove_added
DELETE FROM stancedb.{table} t
WHERE (t.changeset_id = :undone OR t.id IN (SELECT w.id FROM history.{table} w WHERE w.changeset_id = :undone))
    AND NOT EXISTS (SELECT FROM history.{table} h WHERE h.id = t.id AND h.ended_changeset_id = :undone)
RETURNING 1;

-- name: part_codings
-- Where a coding and the mention that it rests on both return to another statement, one of them does so first. The
-- version that is put back says again which mention it is.
UPDATE stancedb.coding t SET mention_id = NULL
FROM history.coding h, history.mention m
WHERE h.id = t.id AND h.ended_changeset_id = :undone AND h.mention_id IS NOT NULL
    AND m.id = t.mention_id AND m.ended_changeset_id = :undone;

-- name: restore_over
-- Put versions back over the rows that replaced them.
UPDATE stancedb.{table} t SET ({columns}) = ROW ({left})
FROM history.{table} h
WHERE h.id = t.id AND h.ended_changeset_id = :undone
    AND NOT {alone} -- if :is_first
    AND {alone} -- if :is_second
RETURNING 1;

-- name: restore_removed
INSERT INTO stancedb.{table} (id, {columns})
SELECT id, {columns} FROM history.{table} h
WHERE h.ended_changeset_id = :undone AND NOT EXISTS (SELECT FROM stancedb.{table} t WHERE t.id = h.id)
RETURNING 1;
