-- A column of a view has the comment of the table column with its name; a name has one meaning in this schema.
DO $body$
DECLARE
    silent record;
BEGIN
    FOR silent IN
        SELECT v.relname, a.attname, coalesce(
            (
                SELECT pg_catalog.col_description(t.oid, b.attnum)
                FROM pg_catalog.pg_class t JOIN pg_catalog.pg_attribute b ON b.attrelid = t.oid
                WHERE t.relnamespace = v.relnamespace AND t.relkind = 'r' AND b.attname = a.attname
                ORDER BY t.relname = 'fact_' || regexp_replace(v.relname, '_wide$', '') DESC,
                    -- Attributes are in no view.
                    t.relname LIKE '%\_attribute', t.relname LIMIT 1
            ),
            CASE a.attname
                WHEN 'holder_code' THEN 'Stable public handle of the holder.'
                WHEN 'holder_name' THEN 'Name of the holder as shown in tables.'
                WHEN 'holder_kind' THEN 'What the holder is: person, office, government, state and so on.'
                WHEN 'speaker_code' THEN 'Stable public handle of the speaker.'
                WHEN 'speaker_name' THEN 'Name of the speaker as shown in tables.'
                WHEN 'speaker_kind' THEN 'What the speaker is: person, office, government, state and so on.'
            END
        ) AS said
        FROM pg_catalog.pg_class v JOIN pg_catalog.pg_attribute a ON a.attrelid = v.oid
        WHERE v.relnamespace = 'reporting'::regnamespace AND v.relkind = 'v' AND a.attnum > 0
            AND pg_catalog.col_description(v.oid, a.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN reporting.%I.%I IS %L', silent.relname, silent.attname, silent.said);
    END LOOP;
END
$body$
