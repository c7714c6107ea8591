-- Every version of every curated row, by table, with the changesets that wrote and ended it.
DO $body$
BEGIN
    EXECUTE 'CREATE VIEW stancedb.row_version AS ' || (
        SELECT string_agg(format(
            'SELECT %1$L AS table_name, id, changeset_id, NULL::bigint AS ended_changeset_id FROM stancedb.%1$I '
            'UNION ALL SELECT %1$L, id, changeset_id, ended_changeset_id FROM history.%1$I',
            h.relname
        ), ' UNION ALL ' ORDER BY h.relname)
        FROM pg_catalog.pg_class h
        WHERE h.relnamespace = 'history'::regnamespace AND h.relkind = 'r'
            -- Ignore other tables that users keep in this schema.
            AND EXISTS (
                SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = h.oid AND g.tgname = 'guard_history'
            )
    );
END
$body$
