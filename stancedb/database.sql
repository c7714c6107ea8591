-- name: settle
SET CONSTRAINTS ALL IMMEDIATE;

-- name: open_changeset
-- Opens a changeset and says who signs it. A login that is a coder signs with the coder's name.
WITH opened AS (
    SELECT stancedb.open_changeset(
        CASE WHEN :is_given THEN :author ELSE coalesce(stancedb.my_name(), :author) END, :message, :tool
    ) AS id
)
SELECT coalesce(stancedb.my_name(), :author) FROM opened WHERE id IS NOT NULL;

-- name: wait_for_refresh
-- Whoever waits for a lock on a table sees the state of the database after the wait; readers take no notice.
LOCK TABLE reporting.data_release IN SHARE ROW EXCLUSIVE MODE;

-- name: has_revision
SELECT to_regclass('public.alembic_version') IS NOT NULL;

-- name: revision
SELECT version_num FROM public.alembic_version;
