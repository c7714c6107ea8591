-- Revokes the rights of PUBLIC on the other databases of our own server, where a login could keep temporary tables.
DO $body$
DECLARE
    other name;
BEGIN
    FOR other IN SELECT d.datname FROM pg_catalog.pg_database d WHERE d.datname <> current_database() LOOP
        EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', other);
    END LOOP;
END
$body$
