-- name: list_changesets
SELECT c.number, c.committed_at, c.author, c.message, c.tool, u.number AS undoes, (
        SELECT max(n.number) FROM stancedb.changeset n
        WHERE n.undoes_id = c.id AND NOT EXISTS (SELECT FROM stancedb.changeset r WHERE r.undoes_id = n.id)
    ) AS undone_by
FROM stancedb.changeset c
LEFT JOIN stancedb.changeset u ON u.id = c.undoes_id
WHERE true
    AND c.number = :number -- if :number
ORDER BY c.number DESC
LIMIT :limit;

-- name: changeset_id
SELECT c.id FROM stancedb.changeset c WHERE c.number = :number;

-- name: may_see_logins
SELECT has_table_privilege('stancedb.changeset_login', 'SELECT');

-- name: login
SELECT l.login, l.client_address
FROM (SELECT) one LEFT JOIN stancedb.changeset_login l ON l.changeset_id = :id;

-- name: rows
-- The numbers of rows of each table that a changeset added and ended; a row that replaced an ended one is an update.
WITH written AS (
    SELECT v.table_name, count(*) AS rows FROM stancedb.row_version v WHERE v.changeset_id = :id GROUP BY v.table_name
),
ended AS (
    SELECT v.table_name, count(*) AS rows, count(*) FILTER (WHERE (v.table_name, v.id) IN (
        SELECT w.table_name, w.id FROM stancedb.row_version w WHERE w.changeset_id = :id
    )) AS replaced
    FROM stancedb.row_version v
    WHERE v.ended_changeset_id = :id
    GROUP BY v.table_name
)
SELECT table_name AS rows, coalesce(w.rows, 0) - coalesce(e.replaced, 0) AS inserted,
    coalesce(e.replaced, 0) AS updated, coalesce(e.rows - e.replaced, 0) AS removed
FROM written w FULL JOIN ended e USING (table_name);

-- name: loads
SELECT l.kind, l.origin, l.input_sha256, l.inserted, l.updated, l.unchanged, l.refused
FROM stancedb.load l
WHERE l.changeset_id = :id
ORDER BY l.id;
