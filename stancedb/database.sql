-- name: settle
SET CONSTRAINTS ALL IMMEDIATE;

-- name: open_changeset
-- Open a changeset and return its author, which for a login with a coder is that coder.
WITH opened AS (
    SELECT stancedb.open_changeset(
        CASE WHEN :is_given THEN :author ELSE coalesce(stancedb.my_name(), :author) END, :message, :tool
    ) AS id
)
SELECT coalesce(stancedb.my_name(), :author) FROM opened WHERE id IS NOT NULL;

-- name: wait_for_refresh
-- A transaction that waits for a lock on a table takes its snapshot after the wait; readers are not affected.
LOCK TABLE reporting.data_release IN SHARE ROW EXCLUSIVE MODE;

-- name: has_revision
SELECT to_regclass('public.alembic_version') IS NOT NULL;

-- name: revision
SELECT version_num FROM public.alembic_version;
