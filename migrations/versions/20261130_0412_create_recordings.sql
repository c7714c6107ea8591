-- Create what keeps the record: changesets, histories, and the turn that writers take.

CREATE FUNCTION stancedb.changeset_in_force(p_table text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
BEGIN
    -- A committed changeset has its number, so one without is open in this very transaction.
    SELECT c.id INTO opened
    FROM stancedb.changeset c LEFT JOIN stancedb.changeset_login l ON l.changeset_id = c.id
    WHERE c.id = nullif(current_setting('stancedb.changeset', true), '')::bigint AND c.number IS NULL
        AND (l.login = session_user::text OR stancedb.session_is_owner());
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a write to % needs an open changeset', p_table
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open',
                  HINT = 'Begin the transaction with SELECT stancedb.open_changeset(author, message).';
    END IF;
    RETURN opened;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.changeset_in_force(text) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.changeset_in_force(text) IS 'The changeset that this session opened in this transaction; refuses where there is none.';

CREATE FUNCTION stancedb.close_changeset() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    given bigint;
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'close_changeset' USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- Settling derives what this changeset touched; it is installed beside the migrations, at head.
    IF EXISTS (SELECT FROM stancedb.touched WHERE changeset_id = NEW.id) THEN
        PERFORM stancedb.settle(NEW.id);
    END IF;
    PERFORM stancedb.take_turn('stancedb.changeset_counter', 'EXCLUSIVE');
    UPDATE stancedb.changeset_counter SET last_number = last_number + 1 RETURNING last_number INTO given;
    UPDATE stancedb.changeset SET number = given, committed_at = clock_timestamp() WHERE id = NEW.id;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.close_changeset() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.close_changeset() IS 'At commit: derives what was touched and gives the changeset its number.';
CREATE CONSTRAINT TRIGGER close_changeset AFTER INSERT ON stancedb.changeset
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stancedb.close_changeset();

CREATE FUNCTION stancedb.guard_changeset() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'guard_changeset' USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF TG_OP = 'UPDATE' THEN
        -- The open changeset may say what it undoes, and its closing gives it its number; that is all.
        IF OLD.number IS NULL AND (NEW.number IS NULL OR pg_trigger_depth() > 1)
            AND (OLD.undoes_id IS NULL OR OLD.undoes_id IS NOT DISTINCT FROM NEW.undoes_id)
            AND (OLD.id, OLD.author, OLD.message, OLD.tool, OLD.opened_at)
                IS NOT DISTINCT FROM (NEW.id, NEW.author, NEW.message, NEW.tool, NEW.opened_at)
        THEN
            IF NEW.undoes_id IS DISTINCT FROM OLD.undoes_id AND stancedb.my_role() = 'coder'
                AND NOT stancedb.is_mine(NEW.undoes_id)
            THEN
                RAISE EXCEPTION 'a coder takes back changesets of her own'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_undoes_own';
            END IF;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a changeset is never edited or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_kept';
END
$body$;
REVOKE ALL ON FUNCTION stancedb.guard_changeset() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.guard_changeset() IS 'Refuses to edit or remove a changeset.';
CREATE TRIGGER guard_changeset BEFORE DELETE OR UPDATE ON stancedb.changeset
    FOR EACH ROW EXECUTE FUNCTION stancedb.guard_changeset();
CREATE TRIGGER guard_changeset_truncate BEFORE TRUNCATE ON stancedb.changeset
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_changeset();

CREATE FUNCTION stancedb.guard_history() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'guard_history' USING ERRCODE = 'insufficient_privilege';
    END IF;

    RAISE EXCEPTION 'history is never edited or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_history_is_kept';
END
$body$;
REVOKE ALL ON FUNCTION stancedb.guard_history() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.guard_history() IS 'Refuses to edit or remove history.';
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.act
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.actor
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.actor_identifier
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.actor_name
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.actor_relation
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.article
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.article_duplicate
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.article_kind
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.article_version
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.capacity
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.causal_link
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.codebook_version
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.coder
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.coding
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.coding_review
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.derivation_rule
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.event
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.event_kind
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.event_participant
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.identifier_scheme
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.indicator
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.indicator_observation
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.issue
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.issue_code
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.load
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.mention
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.outlet
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.outlet_kind
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history."position"
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.release
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.release_file
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.statement
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.statement_addressee
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.statement_link
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();
CREATE TRIGGER guard_history BEFORE DELETE OR UPDATE OR TRUNCATE ON history.tenure
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history();

CREATE FUNCTION stancedb.keep_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    columns text;
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'keep_history' USING ERRCODE = 'insufficient_privilege';
    END IF;

    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_catalog.pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    -- Several edits in one changeset are one version: what the changeset wrote itself was never known to anyone.
    EXECUTE format(
        'INSERT INTO history.%1$I (%2$s, ended_changeset_id) SELECT %2$s, $1 FROM old_rows WHERE changeset_id <> $1',
        TG_TABLE_NAME, columns
    ) USING current_setting('stancedb.changeset')::bigint;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.keep_history() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.keep_history() IS 'Copies the earlier versions of rows into history.';
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.act
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.act
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.actor
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.actor
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.actor_identifier
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.actor_identifier
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.actor_name
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.actor_name
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.actor_relation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.actor_relation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.article
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.article
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.article_duplicate
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.article_duplicate
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.article_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.article_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.article_version
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.article_version
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.capacity
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.capacity
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.causal_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.causal_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.codebook_version
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.codebook_version
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.coder
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.coder
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.coding_review
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.coding_review
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.derivation_rule
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.derivation_rule
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.event
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.event
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.event_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.event_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.event_participant
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.event_participant
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.identifier_scheme
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.identifier_scheme
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.indicator
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.indicator
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.indicator_observation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.indicator_observation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.issue
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.issue
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.issue_code
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.issue_code
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.load
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.load
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.mention
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.mention
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.outlet
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.outlet
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.outlet_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.outlet_kind
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb."position"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb."position"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.release
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.release
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.release_file
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.release_file
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.statement
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.statement
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.statement_addressee
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.statement_addressee
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.statement_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.statement_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_delete AFTER DELETE ON stancedb.tenure
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();
CREATE TRIGGER keep_history_update AFTER UPDATE ON stancedb.tenure
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history();

CREATE FUNCTION stancedb.open_changeset(author text, message text, tool text DEFAULT 'psql'::text, undoes bigint DEFAULT NULL::bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    opened bigint;
    taken_role CONSTANT name := current_setting('role');
    my_name CONSTANT text := stancedb.my_name();
    signed text := open_changeset.author;
BEGIN
    -- In a transaction that sees one state for long, a check would not see what others commit meanwhile.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a changeset is written at READ COMMITTED'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_read_committed';
    END IF;
    -- A person is known by the login. SET ROLE neither gives a name nor takes one, so whoever pools connections under
    -- one login and changes roles is nobody.
    IF taken_role NOT IN ('none', session_user::name) AND NOT (
        stancedb.session_is_owner() AND EXISTS (
            SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = 'stancedb' AND pg_has_role(taken_role, n.nspowner, 'MEMBER')
        )
    ) THEN
        RAISE EXCEPTION 'a connection that has changed its role writes nothing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_login_is_the_session';
    END IF;
    IF NOT stancedb.session_is_owner() THEN
        IF my_name IS NULL THEN
            RAISE EXCEPTION 'this login is not tied to a coder' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_changeset_login_is_a_coder', DETAIL = format('Key (login)=(%s) is not present', session_user);
        END IF;
        IF signed IS DISTINCT FROM my_name AND signed IS NOT NULL THEN
            RAISE EXCEPTION 'a login signs with the name of its coder' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'ck_changeset_author_is_the_login', DETAIL = format('Key (author)=(%s) is not present', signed);
        END IF;
        signed := my_name;
        -- Only this transaction sees a changeset without a number. Going to and fro between two would leave a history
        -- whose versions do not follow each other.
        IF EXISTS (SELECT FROM stancedb.changeset c WHERE c.number IS NULL) THEN
            RAISE EXCEPTION 'a changeset is open already'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_one_at_a_time';
        END IF;
        IF stancedb.my_role() <> 'reviewer' AND NOT stancedb.is_mine(open_changeset.undoes) AND open_changeset.undoes IS NOT NULL THEN
            RAISE EXCEPTION 'a coder takes back changesets of her own'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_undoes_own';
        END IF;
    END IF;
    INSERT INTO stancedb.changeset (author, message, tool, undoes_id)
    VALUES (signed, open_changeset.message, open_changeset.tool, open_changeset.undoes)
    RETURNING id INTO opened;
    INSERT INTO stancedb.changeset_login (changeset_id, login, client_address)
    VALUES (opened, session_user::text, host(inet_client_addr()));
    PERFORM set_config('stancedb.changeset', opened::text, true);
    RETURN opened;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.open_changeset(text,text,text,bigint) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.open_changeset(text,text,text,bigint) IS 'Open a changeset for this transaction; returns its inner key.';

CREATE FUNCTION stancedb.require_changeset() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN

    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'require_changeset' USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'rows of % are kept: delete under a changeset instead of truncating', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_no_truncate';
    END IF;
    PERFORM stancedb.changeset_in_force(TG_TABLE_NAME);
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.require_changeset() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.require_changeset() IS 'Refuses a write to a curated table without an open changeset.';
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.act
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.actor
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.actor_identifier
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.actor_name
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.actor_relation
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.article
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.article_duplicate
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.article_kind
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.article_version
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.capacity
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.causal_link
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.codebook_version
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.coder
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.coding
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.coding_review
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.derivation_rule
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.event
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.event_kind
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.event_participant
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.identifier_scheme
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.indicator
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.indicator_observation
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.issue
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.issue_code
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.load
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.mention
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.outlet
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.outlet_kind
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb."position"
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.release
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.release_file
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.statement
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.statement_addressee
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.statement_link
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();
CREATE TRIGGER require_changeset BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON stancedb.tenure
    FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset();

CREATE FUNCTION stancedb.sketch_article_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'sketch_article_version' USING ERRCODE = 'insufficient_privilege';
    END IF;

    INSERT INTO stancedb.article_sketch (article_version_id, shingles)
    SELECT n.id, stancedb.text_shingles(n.body) FROM new_rows n;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.sketch_article_version() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.sketch_article_version() IS 'Writes the sketch of a text that comes in.';
CREATE TRIGGER sketch_insert AFTER INSERT ON stancedb.article_version
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.sketch_article_version();

CREATE FUNCTION stancedb.stamp_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'stamp_changeset' USING ERRCODE = 'insufficient_privilege';
    END IF;

    NEW.changeset_id := current_setting('stancedb.changeset')::bigint;
    RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.stamp_changeset() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.stamp_changeset() IS 'Names the open changeset in the row that is written.';
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.act
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.act
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.actor
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.actor
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.actor_identifier
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.actor_identifier
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.actor_name
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.actor_name
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.actor_relation
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.actor_relation
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.article
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.article
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.article_duplicate
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.article_duplicate
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.article_kind
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.article_kind
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.article_version
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.article_version
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.capacity
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.capacity
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.causal_link
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.causal_link
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.codebook_version
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.codebook_version
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.coder
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.coder
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.coding
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.coding
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.coding_review
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.coding_review
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.derivation_rule
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.derivation_rule
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.event
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.event
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.event_kind
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.event_kind
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.event_participant
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.event_participant
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.identifier_scheme
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.identifier_scheme
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.indicator
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.indicator
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.indicator_observation
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.indicator_observation
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.issue
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.issue
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.issue_code
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.issue_code
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.load
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.load
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.mention
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.mention
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.outlet
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.outlet
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.outlet_kind
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.outlet_kind
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb."position"
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb."position"
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.release
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.release
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.release_file
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.release_file
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.statement
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.statement
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.statement_addressee
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.statement_addressee
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.statement_link
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.statement_link
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.tenure
    FOR EACH ROW WHEN ((new.changeset_id IS DISTINCT FROM (current_setting('stancedb.changeset'::text))::bigint)) EXECUTE FUNCTION stancedb.stamp_changeset();
CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.tenure
    FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset();

CREATE FUNCTION stancedb.take_turn(p_table regclass, p_mode text) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    patience CONSTANT text := current_setting('lock_timeout');
    keeping int[];
    holders text;
    is_ended boolean;
BEGIN
    PERFORM set_config('lock_timeout', CASE patience WHEN '0' THEN '60s' ELSE patience END, true);
    FOR attempt IN 1..2 LOOP
        BEGIN
            EXECUTE format('LOCK TABLE %s IN %s MODE', p_table, p_mode);
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            SELECT array_agg(DISTINCT l.pid) INTO keeping
            FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND l.relation = p_table AND l.granted
                AND l.mode <> 'AccessShareLock' AND l.pid <> pg_backend_pid();
            -- A login may lift the limits below again. One that idles or dawdles all the same is ended by whoever
            -- waits, where the owner may end sessions; a commit that derives much is waited for, however long it takes.
            BEGIN
                SELECT coalesce(bool_or(pg_terminate_backend(a.pid, 5000)), false) INTO is_ended
                FROM pg_catalog.pg_stat_activity a JOIN stancedb.login o ON o.name = a.usename::text
                WHERE attempt = 1 AND a.pid = ANY (keeping) AND (
                    a.state LIKE 'idle in transaction%' AND a.state_change < clock_timestamp() - interval '10 s'
                    OR a.state = 'active' AND a.query_start < clock_timestamp() - interval '60 s'
                        AND lower(btrim(a.query, E' \t\r\n;')) NOT IN ('commit', 'end')
                );
            EXCEPTION WHEN insufficient_privilege THEN
                is_ended := false;
            END;
            IF NOT is_ended THEN
                SELECT string_agg(DISTINCT format('''%s'' (process %s)', a.usename, a.pid), ', ') INTO holders
                FROM pg_catalog.pg_stat_activity a WHERE a.pid = ANY (keeping);
                RAISE EXCEPTION 'the login % has kept others waiting', coalesce(holders, 'that held the lock')
                    USING ERRCODE = 'lock_not_available', CONSTRAINT = 'ck_changeset_waits_its_turn', DETAIL = holders;
            END IF;
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', patience, true);
    -- Until the transaction ends nobody else gets this turn, so a login that has it may neither idle nor dawdle.
    IF stancedb.me() IS NOT NULL THEN
        IF current_setting('idle_in_transaction_session_timeout')::interval NOT BETWEEN '1 ms' AND '10 s' THEN
            PERFORM set_config('idle_in_transaction_session_timeout', '10s', true);
        END IF;
        IF current_setting('statement_timeout')::interval NOT BETWEEN '1 ms' AND '60 s' THEN
            PERFORM set_config('statement_timeout', '60s', true);
        END IF;
    END IF;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.take_turn(regclass,text) FROM PUBLIC;
COMMENT ON FUNCTION stancedb.take_turn(regclass,text) IS 'Waits for a turn, says who has it where that takes too long, and sets a limit to having it.';
