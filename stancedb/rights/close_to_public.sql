-- Revokes what PostgreSQL grants to PUBLIC by default in our schemas, now and for future functions.
--
-- A trigger function that anybody may attach to a table of their own runs that table's code with the rights of the
-- function's owner. So nothing here is executable by PUBLIC; what a login needs is granted to it by name.
--
-- Only what PUBLIC still has is revoked, so that a role that neither owns an object nor has its grant options gets a
-- warning and no error; stancedb.rights.faults reports what is left. Default privileges apply to the role that creates,
-- and a right granted for all schemas cannot be revoked in one, so they are set for all schemas of this database.
DO $body$
DECLARE
    open record;
    creator name;
BEGIN
    FOR open IN
        SELECT 'ROUTINE ' || p.oid::regprocedure AS object
        FROM pg_catalog.pg_proc p
        WHERE p.pronamespace IN (to_regnamespace('stancedb'), to_regnamespace('history'), to_regnamespace('reporting'))
            AND (p.proacl IS NULL OR EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) a WHERE a.grantee = 0))
        UNION ALL
        SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || c.oid::regclass
        FROM pg_catalog.pg_class c
        WHERE c.relnamespace IN (to_regnamespace('stancedb'), to_regnamespace('history'), to_regnamespace('reporting'))
            AND EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) a WHERE a.grantee = 0)
        UNION ALL
        SELECT 'SCHEMA ' || n.oid::regnamespace
        FROM pg_catalog.pg_namespace n
        WHERE n.nspname IN ('stancedb', 'history', 'reporting')
            AND EXISTS (SELECT FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.grantee = 0)
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC', open.object);
    END LOOP;
    FOR creator IN
        SELECT pg_get_userbyid(n.nspowner) FROM pg_catalog.pg_namespace n WHERE n.nspname = 'stancedb'
        UNION SELECT current_user
    LOOP
        EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE %I REVOKE EXECUTE ON ROUTINES FROM PUBLIC', creator);
    END LOOP;
END
$body$
