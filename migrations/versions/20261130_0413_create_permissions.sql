-- Create what tells logins apart, and what a login may do with which rows.

CREATE FUNCTION stancedb.session_is_owner() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT pg_has_role(session_user, n.nspowner, 'MEMBER') FROM pg_catalog.pg_namespace n WHERE n.nspname = 'stancedb'
$body$;
REVOKE ALL ON FUNCTION stancedb.session_is_owner() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.session_is_owner() IS 'Whether the login of this session owns the database, or is a member of the role that does.';

CREATE FUNCTION stancedb.me() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT c.id FROM stancedb.coder c JOIN stancedb.login l ON l.name = c.login
    WHERE c.login = session_user::text AND l.role IN ('coder', 'reviewer') AND NOT stancedb.session_is_owner()
$body$;
REVOKE ALL ON FUNCTION stancedb.me() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.me() IS 'The coder whom the login of this session is; null for the owner and for a login tied to none.';

CREATE FUNCTION stancedb.my_name() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT c.name FROM stancedb.coder c WHERE c.id = stancedb.me()
$body$;
REVOKE ALL ON FUNCTION stancedb.my_name() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.my_name() IS 'The name of the coder whom the login of this session is.';

CREATE FUNCTION stancedb.my_role() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT CASE WHEN stancedb.session_is_owner() THEN 'owner'
        ELSE (SELECT l.role FROM stancedb.login l WHERE l.name = session_user::text) END
$body$;
REVOKE ALL ON FUNCTION stancedb.my_role() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.my_role() IS 'What the login of this session was granted: reader, coder, reviewer, or owner.';

CREATE FUNCTION stancedb.requires_review() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    SELECT EXISTS (SELECT FROM stancedb.setting s WHERE s.name = 'review' AND s.value = 'required')
$body$;
REVOKE ALL ON FUNCTION stancedb.requires_review() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.requires_review() IS 'Whether codings wait for a reviewer before they count.';

CREATE FUNCTION stancedb.is_mine(p_changeset_id bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
    -- A changeset of a time when nobody had to sign with a name of their own has no login, and is nobody's.
    SELECT EXISTS (
        SELECT FROM stancedb.changeset c JOIN stancedb.changeset_login l ON l.changeset_id = c.id
        WHERE c.id = p_changeset_id AND c.author = stancedb.my_name()
    )
$body$;
REVOKE ALL ON FUNCTION stancedb.is_mine(bigint) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.is_mine(bigint) IS 'Whether a changeset was opened by the coder whom the login of this session is.';

CREATE FUNCTION stancedb.allow_actor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_actor' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM (SELECT DISTINCT o.changeset_id FROM old_rows o) o WHERE NOT stancedb.is_mine(o.changeset_id)) THEN
            RAISE EXCEPTION 'a coder changes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'UPDATE' THEN
        IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE n.merged_into_id IS DISTINCT FROM o.merged_into_id) THEN
            RAISE EXCEPTION 'actors are merged by a reviewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_actor_merge_is_reviewed', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    ELSIF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.merged_into_id IS NOT NULL) THEN
            RAISE EXCEPTION 'actors are merged by a reviewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_actor_merge_is_reviewed', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_actor() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_actor() IS 'A coder changes actors that she entered and merges none.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.actor
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_actor();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.actor
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_actor();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.actor
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_actor();

CREATE FUNCTION stancedb.allow_article() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_article' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'DELETE' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM ('
            'SELECT o.changeset_id FROM old_rows o'
            ' UNION SELECT h.changeset_id FROM old_rows o JOIN history.%I h ON h.id = o.id'
            ') w WHERE NOT stancedb.is_mine(w.changeset_id))', TG_TABLE_NAME
        ) INTO is_seized;
        IF is_seized THEN
            RAISE EXCEPTION 'a coder removes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_article() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_article() IS 'A coder changes every article and removes those that she entered.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.article
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.article
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.article
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.article_duplicate
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.article_duplicate
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.article_duplicate
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.article_version
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_article();

CREATE FUNCTION stancedb.allow_coder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_coder' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF TG_OP <> 'DELETE' THEN
        IF TG_OP = 'INSERT' THEN
            IF EXISTS (SELECT FROM new_rows n WHERE n.login IS NOT NULL) THEN
                RAISE EXCEPTION 'the login of a coder is set by the owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coder_login_is_granted', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END IF;
        ELSIF EXISTS (
            SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE (n.login, n.name) IS DISTINCT FROM (o.login, o.name)
        ) THEN
            RAISE EXCEPTION 'the login of a coder is set by the owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coder_login_is_granted', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    ELSIF EXISTS (SELECT FROM old_rows o WHERE o.login IS NOT NULL) THEN
        RAISE EXCEPTION 'the login of a coder is set by the owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coder_login_is_granted', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;

    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM (SELECT DISTINCT o.changeset_id FROM old_rows o) o WHERE NOT stancedb.is_mine(o.changeset_id)) THEN
            RAISE EXCEPTION 'a coder changes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_coder() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_coder() IS 'The login of a coder, and the name that it signs with, are set by the owner.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.coder
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coder();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.coder
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coder();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.coder
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coder();

CREATE FUNCTION stancedb.allow_coding() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_coding' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF TG_OP = 'DELETE' THEN
        -- Only what takes back the changeset that added a coding removes it.
        IF EXISTS (
            SELECT FROM old_rows o LEFT JOIN stancedb.changeset c ON c.id = opened
            WHERE acting IS DISTINCT FROM 'reviewer' AND o.coder_id IS DISTINCT FROM mine
                OR c.undoes_id IS NULL OR o.changeset_id <> c.undoes_id AND NOT EXISTS (
                    SELECT FROM history.coding h WHERE h.id = o.id AND h.changeset_id = c.undoes_id
                )
                -- A version that ended with it was there before, so that it changed the coding and did not add it.
                OR EXISTS (SELECT FROM history.coding h WHERE h.id = o.id AND h.ended_changeset_id = c.undoes_id)
        ) THEN
            RAISE EXCEPTION 'a coding is rejected and not deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
        RETURN NULL;
    END IF;
    IF acting IS DISTINCT FROM 'reviewer' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.coder_id IS DISTINCT FROM mine) THEN
            RAISE EXCEPTION 'a coder codes under her own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_is_by_its_coder', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
        IF TG_OP = 'UPDATE' THEN
            IF EXISTS (SELECT FROM old_rows o WHERE o.coder_id IS DISTINCT FROM mine) THEN
                RAISE EXCEPTION 'a coder codes under her own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_is_by_its_coder', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END IF;
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF stancedb.requires_review() AND EXISTS (
            SELECT FROM new_rows n WHERE n.coder_id = mine AND (n.is_final OR n.status = 'accepted')
        ) THEN
            RAISE EXCEPTION 'a reviewer accepts a coding' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_is_reviewed', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
        RETURN NULL;
    END IF;
    -- Whose a coding is stays, or a reviewer would accept her own under the name of another.
    IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE n.coder_id <> o.coder_id) THEN
        RAISE EXCEPTION 'a coder codes under her own name' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_is_by_its_coder', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    -- A decision is about one statement, holder and issue; moved elsewhere it would be about what nobody has judged.
    IF EXISTS (
        SELECT FROM new_rows n JOIN old_rows o USING (id)
        WHERE o.coder_id = mine AND (n.status, n.is_final, n.statement_id, n.holder_id, n.issue_id)
            IS DISTINCT FROM (o.status, o.is_final, o.statement_id, o.holder_id, o.issue_id)
            AND EXISTS (SELECT FROM stancedb.coding_review r WHERE r.coding_id = o.id AND r.reviewer_id <> mine)
    ) THEN
        RAISE EXCEPTION 'somebody else has decided on the coding' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_decision_stands', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF stancedb.requires_review() THEN
        IF EXISTS (SELECT FROM old_rows o WHERE o.coder_id = mine AND o.status = 'accepted') THEN
            RAISE EXCEPTION 'an accepted coding is changed by a reviewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_accepted_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
        IF EXISTS (SELECT FROM new_rows n WHERE n.coder_id = mine AND (n.is_final OR n.status = 'accepted')) THEN
            RAISE EXCEPTION 'a reviewer accepts a coding' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_is_reviewed', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_coding() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_coding() IS 'A coder codes under her own name; a reviewer decides, and on her own codings only where no review is required.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coding();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.coding
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coding();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coding();

CREATE FUNCTION stancedb.allow_coding_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_coding_review' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF TG_OP = 'DELETE' THEN
        IF EXISTS (
            SELECT FROM old_rows o LEFT JOIN stancedb.changeset c ON c.id = opened
            WHERE acting IS DISTINCT FROM 'reviewer' AND o.reviewer_id IS DISTINCT FROM mine OR c.undoes_id IS NULL
                OR o.changeset_id <> c.undoes_id
        ) THEN
            RAISE EXCEPTION 'a review is kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_review_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
        RETURN NULL;
    END IF;
    -- Whoever changes the coding meanwhile waits, and then meets this decision.
    PERFORM FROM stancedb.coding c WHERE c.id IN (SELECT n.coding_id FROM new_rows n) ORDER BY c.id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.coding c ON c.id = n.coding_id
        WHERE n.reviewer_id IS DISTINCT FROM mine OR acting IS DISTINCT FROM 'reviewer' AND c.coder_id IS DISTINCT FROM mine
    ) THEN
        RAISE EXCEPTION 'a review is signed by its reviewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_review_is_by_its_reviewer', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.coding c ON c.id = n.coding_id WHERE n.new_status <> c.status
    ) THEN
        RAISE EXCEPTION 'a review ends with the status of the coding' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_review_is_of_the_coding', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    -- What an undoing gives back keeps its date.
    IF EXISTS (
        SELECT FROM new_rows n WHERE n.reviewed_at <> now() AND NOT EXISTS (
            SELECT FROM history.coding_review h WHERE h.id = n.id AND h.reviewed_at = n.reviewed_at
        )
    ) THEN
        RAISE EXCEPTION 'a review has the time at which it is written' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_review_is_of_its_day', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_coding_review() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_coding_review() IS 'A review is signed by the login that writes it and says what it did to the coding.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.coding_review
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coding_review();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.coding_review
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coding_review();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.coding_review
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_coding_review();

CREATE FUNCTION stancedb.allow_of_statement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_of_statement' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF acting IS DISTINCT FROM 'reviewer' THEN
        IF TG_OP <> 'INSERT' THEN
            IF EXISTS (
                SELECT FROM old_rows o JOIN stancedb.coding c ON c.statement_id = o.statement_id
                WHERE c.coder_id IS DISTINCT FROM mine
            ) THEN
                RAISE EXCEPTION 'a coding of another coder rests on the statement' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_is_coded_by_others', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END IF;
        END IF;
        -- A place where a statement is printed, and whom it addresses, may be added to every statement.
        IF TG_OP = 'UPDATE' OR TG_OP = 'INSERT' AND TG_TABLE_NAME = 'statement_link' THEN
            IF EXISTS (
                SELECT FROM new_rows n JOIN stancedb.coding c ON c.statement_id = n.statement_id
                WHERE c.coder_id IS DISTINCT FROM mine
            ) THEN
                RAISE EXCEPTION 'a coding of another coder rests on the statement' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_is_coded_by_others', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END IF;
        END IF;
    END IF;

    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'DELETE' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM ('
            'SELECT o.changeset_id FROM old_rows o'
            ' UNION SELECT h.changeset_id FROM old_rows o JOIN history.%I h ON h.id = o.id'
            ') w WHERE NOT stancedb.is_mine(w.changeset_id))', TG_TABLE_NAME
        ) INTO is_seized;
        IF is_seized THEN
            RAISE EXCEPTION 'a coder removes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_of_statement() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_of_statement() IS 'A coder changes what hangs on a statement while no coding of another coder rests on it.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.mention
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.mention
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.mention
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.statement_addressee
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.statement_addressee
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.statement_addressee
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.statement_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.statement_link
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.statement_link
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_of_statement();

CREATE FUNCTION stancedb.allow_release() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_release' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.author IS DISTINCT FROM stancedb.my_name()) THEN
            RAISE EXCEPTION 'a release is signed by its login' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_release_author_is_the_login', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM (SELECT DISTINCT o.changeset_id FROM old_rows o) o WHERE NOT stancedb.is_mine(o.changeset_id)) THEN
            RAISE EXCEPTION 'a coder changes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_release() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_release() IS 'A release is signed by the login that makes it.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.release
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_release();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.release
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_release();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.release
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_release();

CREATE FUNCTION stancedb.allow_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_rows' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM (SELECT DISTINCT o.changeset_id FROM old_rows o) o WHERE NOT stancedb.is_mine(o.changeset_id)) THEN
            RAISE EXCEPTION 'a coder changes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_rows() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_rows() IS 'A coder changes and removes rows that she entered; a reviewer those of others too.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.act
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.act
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.act
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.actor_identifier
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.actor_identifier
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.actor_identifier
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.actor_name
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.actor_name
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.actor_name
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.actor_relation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.actor_relation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.actor_relation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.article_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.article_kind
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.article_kind
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.article_version
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.article_version
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.capacity
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.capacity
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.capacity
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.causal_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.causal_link
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.causal_link
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.codebook_version
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.codebook_version
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.codebook_version
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.derivation_rule
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.derivation_rule
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.derivation_rule
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.event
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.event
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.event
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.event_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.event_kind
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.event_kind
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.event_participant
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.event_participant
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.event_participant
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.identifier_scheme
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.identifier_scheme
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.identifier_scheme
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.indicator
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.indicator
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.indicator
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.indicator_observation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.indicator_observation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.indicator_observation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.issue
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.issue
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.issue
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.issue_code
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.issue_code
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.issue_code
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.load
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.load
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.load
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.outlet
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.outlet
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.outlet
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.outlet_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.outlet_kind
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.outlet_kind
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb."position"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb."position"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb."position"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.release_file
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.release_file
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.release_file
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.tenure
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.tenure
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.tenure
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_rows();

CREATE FUNCTION stancedb.allow_statement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    acting text;
    mine bigint;
    is_chosen boolean;
    is_seized boolean;
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'allow_statement' USING ERRCODE = 'insufficient_privilege';
    END IF;

    opened := stancedb.changeset_in_force(TG_TABLE_NAME);
    acting := stancedb.my_role();
    mine := stancedb.me();
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.changeset_id <> opened) THEN
            RAISE EXCEPTION 'a write to % names another changeset than the one in force', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open';
        END IF;
    END IF;
    IF acting = 'owner' THEN
        RETURN NULL;
    END IF;

    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = TG_RELID AND a.attname = 'id' AND a.attidentity <> ''
    ) THEN
        EXECUTE CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT EXISTS (SELECT FROM new_rows n WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = n.id))'
            ELSE format(
                'SELECT EXISTS (SELECT FROM new_rows n WHERE n.id > coalesce(pg_sequence_last_value(%1$L::regclass), 0))'
                ' OR EXISTS (SELECT FROM new_rows n WHERE EXISTS (SELECT FROM history.%2$I h WHERE h.id = n.id) AND NOT EXISTS ('
                'SELECT FROM history.%2$I h JOIN stancedb.changeset c ON c.undoes_id = h.ended_changeset_id WHERE h.id = n.id AND c.id = %3$s))',
                pg_get_serial_sequence(format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME), 'id'), TG_TABLE_NAME, opened
            )
        END INTO is_chosen;
        IF is_chosen THEN
            RAISE EXCEPTION 'the key of a row is given by the database' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_key_is_given', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;


    IF acting IS DISTINCT FROM 'reviewer' THEN
        IF TG_OP <> 'INSERT' THEN
            IF EXISTS (
                SELECT FROM old_rows o JOIN stancedb.coding c ON c.statement_id = o.id
                WHERE c.coder_id IS DISTINCT FROM mine
            ) THEN
                RAISE EXCEPTION 'a coding of another coder rests on the statement' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_is_coded_by_others', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END IF;
        END IF;
        -- A place where a statement is printed, and whom it addresses, may be added to every statement.
        IF TG_OP = 'UPDATE' OR TG_OP = 'INSERT' AND TG_TABLE_NAME = 'statement_link' THEN
            IF EXISTS (
                SELECT FROM new_rows n JOIN stancedb.coding c ON c.statement_id = n.id
                WHERE c.coder_id IS DISTINCT FROM mine
            ) THEN
                RAISE EXCEPTION 'a coding of another coder rests on the statement' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_is_coded_by_others', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
            END IF;
        END IF;
    END IF;

    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'DELETE' THEN
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM ('
            'SELECT o.changeset_id FROM old_rows o'
            ' UNION SELECT h.changeset_id FROM old_rows o JOIN history.%I h ON h.id = o.id'
            ') w WHERE NOT stancedb.is_mine(w.changeset_id))', TG_TABLE_NAME
        ) INTO is_seized;
        IF is_seized THEN
            RAISE EXCEPTION 'a coder removes rows of her own' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_row_is_own', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    IF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'UPDATE' THEN
        IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE n.merged_into_id IS DISTINCT FROM o.merged_into_id) THEN
            RAISE EXCEPTION 'statements are merged by a reviewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_merge_is_reviewed', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    ELSIF acting IS DISTINCT FROM 'reviewer' AND TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM new_rows n WHERE n.merged_into_id IS NOT NULL) THEN
            RAISE EXCEPTION 'statements are merged by a reviewer' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_merge_is_reviewed', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
        END IF;
    END IF;

    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.allow_statement() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.allow_statement() IS 'A coder changes a statement while no coding of another coder rests on it, and merges none.';
CREATE TRIGGER allow_delete AFTER DELETE ON stancedb.statement
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_statement();
CREATE TRIGGER allow_insert AFTER INSERT ON stancedb.statement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_statement();
CREATE TRIGGER allow_update AFTER UPDATE ON stancedb.statement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.allow_statement();
