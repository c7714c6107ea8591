-- The coder that this session works as: the coder of the login, or the coder that the owner names.
--
-- Parameters: p_coder is a name; a login may name only itself, or pass null.
CREATE FUNCTION stancedb.acting_coder(p_coder text) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    acting bigint;
BEGIN
    IF current_setting('role') NOT IN ('none', session_user::text) AND NOT stancedb.session_is_owner() THEN
        RAISE EXCEPTION 'a connection that has changed its role writes nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_login_is_the_session';
    END IF;
    IF stancedb.session_is_owner() THEN
        SELECT c.id INTO acting FROM stancedb.coder c WHERE c.name = p_coder;
    ELSIF p_coder IS NULL OR p_coder = stancedb.my_name() THEN
        acting := stancedb.me();
    END IF;
    IF acting IS NULL THEN
        RAISE EXCEPTION 'there is no such coder, or the login is another' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_assignment_coder_is_the_login', DETAIL = format('Key (coder)=(%s) is not present', p_coder);
    END IF;
    RETURN acting;
END
$body$
