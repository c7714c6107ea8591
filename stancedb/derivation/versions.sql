-- Every version of every curated row, with the numbers of the changesets that it was known from and until.
--
-- As known at changeset N: known_from <= N and (known_until is null or known_until > N).
--
-- Versions are combined first and joined to their changesets afterwards, so that a join by key looks up versions by
-- that key. Outer joins cost nothing if the numbers are not selected.
DO $body$
DECLARE
    curated record;
BEGIN
    FOR curated IN
        SELECT h.relname, (
            SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = h.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attname NOT IN ('changeset_id', 'ended_changeset_id')
        ) AS columns
        FROM pg_catalog.pg_class h WHERE h.relnamespace = 'history'::regnamespace AND h.relkind = 'r'
            -- Ignore other tables that users keep in this schema.
            AND EXISTS (
                SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = h.oid AND g.tgname = 'guard_history'
            )
        ORDER BY h.relname
    LOOP
        EXECUTE format(
            'CREATE VIEW history.%1$I AS '
            'SELECT %2$s, f.number AS known_from, u.number AS known_until, v.changeset_id, v.ended_changeset_id FROM ('
            'SELECT %3$s, changeset_id, NULL::bigint AS ended_changeset_id FROM stancedb.%4$I '
            'UNION ALL SELECT %3$s, changeset_id, ended_changeset_id FROM history.%4$I'
            ') v LEFT JOIN stancedb.changeset f ON f.id = v.changeset_id '
            'LEFT JOIN stancedb.changeset u ON u.id = v.ended_changeset_id',
            curated.relname || '_as_known',
            (SELECT string_agg('v.' || c, ', ') FROM unnest(string_to_array(curated.columns, ', ')) c),
            curated.columns,
            curated.relname
        );
        EXECUTE format(
            'COMMENT ON VIEW history.%I IS %L',
            curated.relname || '_as_known',
            'Every version of the rows of ' || curated.relname || ', with the changeset numbers between which it was known.'
        );
    END LOOP;
END
$body$
