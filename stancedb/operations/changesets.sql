-- name: undone_by
-- The changeset that undoes another, unless it is undone itself.
SELECT u.number FROM stancedb.changeset u
WHERE u.undoes_id = :undone AND NOT EXISTS (SELECT FROM stancedb.changeset r WHERE r.undoes_id = u.id)

-- name: name_undone
UPDATE stancedb.changeset SET undoes_id = :undone WHERE id = CAST(current_setting('stancedb.changeset') AS bigint)

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
GROUP BY x.name
