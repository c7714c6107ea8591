-- Grants to each login that may enter codings the functions that its work calls.
DO $body$
DECLARE
    login record;
BEGIN
    FOR login IN
        SELECT DISTINCT a.grantee::regrole AS name
        FROM pg_catalog.pg_class c CROSS JOIN pg_catalog.aclexplode(c.relacl) a
        WHERE c.oid = to_regclass('stancedb.coding') AND a.privilege_type = 'INSERT' AND a.grantee NOT IN (0, c.relowner)
    LOOP
        EXECUTE format(
            'GRANT EXECUTE ON FUNCTION stancedb.open_changeset(text, text, text, bigint),'
            ' stancedb.states(bigint, bigint, bigint, bigint, bigint), stancedb.evidence_of(bigint, bigint, bigint, bigint),'
            ' stancedb.role_of(stancedb.evidence, bigint, bigint, stancedb.derivation_rule),'
            ' stancedb.search_text(text), stancedb.search_terms(text) TO %s', login.name
        );
    END LOOP;
END
$body$
