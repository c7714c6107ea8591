-- Create what tells the derivation which pairs a change has touched.

CREATE FUNCTION stancedb.touch_actor_relation_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_actor_relation_delete' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.object_id FROM old_rows n WHERE n.relation = 'governs'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_actor_relation_delete() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_actor_relation_delete() IS 'An office that governs shares its days of succession with what it governs.';
CREATE TRIGGER touch_delete AFTER DELETE ON stancedb.actor_relation
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_actor_relation_delete();

CREATE FUNCTION stancedb.touch_actor_relation_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_actor_relation_insert' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.object_id FROM new_rows n WHERE n.relation = 'governs'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_actor_relation_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_actor_relation_insert() IS 'An office that governs shares its days of succession with what it governs.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb.actor_relation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_actor_relation_insert();

CREATE FUNCTION stancedb.touch_actor_relation_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_actor_relation_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.object_id FROM old_rows n WHERE n.relation = 'governs'; INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.object_id FROM new_rows n WHERE n.relation = 'governs'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_actor_relation_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_actor_relation_update() IS 'An office that governs shares its days of succession with what it governs.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.actor_relation
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_actor_relation_update();

CREATE FUNCTION stancedb.touch_actor_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_actor_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT current_setting('stancedb.changeset')::bigint, 'actor', n.id FROM old_rows n; INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT current_setting('stancedb.changeset')::bigint, 'actor', n.id FROM new_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_actor_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_actor_update() IS 'A merge moves the codings of one actor to another.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.actor
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_actor_update();

CREATE FUNCTION stancedb.touch_article_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF TG_TABLE_SCHEMA <> 'stancedb' THEN RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'statement', m.statement_id FROM new_rows n JOIN old_rows o USING (id) JOIN stancedb.article_version w ON w.article_id = n.id JOIN stancedb.mention m ON m.article_version_id = w.id WHERE n.slug <> o.slug; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_article_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_article_update() IS 'The handle of an article orders the statements that it prints.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.article
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_article_update();

CREATE FUNCTION stancedb.touch_codebook_version_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF TG_TABLE_SCHEMA <> 'stancedb' THEN RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF; INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id) SELECT current_setting('stancedb.changeset')::bigint, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id FROM new_rows n JOIN old_rows o USING (id) JOIN stancedb.coding c ON c.codebook_version_id = n.id AND c.is_final JOIN stancedb.actor a ON a.id = c.holder_id WHERE n.label <> o.label; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_codebook_version_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_codebook_version_update() IS 'The label of a codebook version orders the codings of one statement.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.codebook_version
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_codebook_version_update();

CREATE FUNCTION stancedb.touch_coder_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF TG_TABLE_SCHEMA <> 'stancedb' THEN RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF; INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id) SELECT current_setting('stancedb.changeset')::bigint, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id FROM new_rows n JOIN old_rows o USING (id) JOIN stancedb.coding c ON c.coder_id = n.id AND c.is_final JOIN stancedb.actor a ON a.id = c.holder_id WHERE n.name <> o.name; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_coder_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_coder_update() IS 'The name of a coder orders the codings of one statement.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.coder
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_coder_update();

CREATE FUNCTION stancedb.touch_coding_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_coding_delete' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id) SELECT current_setting('stancedb.changeset')::bigint, 'coding', coalesce(a.merged_into_id, a.id), n.issue_id, n.id FROM old_rows n JOIN stancedb.actor a ON a.id = n.holder_id WHERE n.is_final; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_coding_delete() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_coding_delete() IS 'A final coding is evidence of its holder on its issue.';
CREATE TRIGGER touch_delete AFTER DELETE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_coding_delete();

CREATE FUNCTION stancedb.touch_coding_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_coding_insert' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id) SELECT current_setting('stancedb.changeset')::bigint, 'coding', coalesce(a.merged_into_id, a.id), n.issue_id, n.id FROM new_rows n JOIN stancedb.actor a ON a.id = n.holder_id WHERE n.is_final; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_coding_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_coding_insert() IS 'A final coding is evidence of its holder on its issue.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb.coding
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_coding_insert();

CREATE FUNCTION stancedb.touch_coding_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_coding_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id) SELECT current_setting('stancedb.changeset')::bigint, 'coding', coalesce(a.merged_into_id, a.id), n.issue_id, n.id FROM old_rows n JOIN stancedb.actor a ON a.id = n.holder_id WHERE n.is_final; INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id) SELECT current_setting('stancedb.changeset')::bigint, 'coding', coalesce(a.merged_into_id, a.id), n.issue_id, n.id FROM new_rows n JOIN stancedb.actor a ON a.id = n.holder_id WHERE n.is_final; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_coding_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_coding_update() IS 'A final coding is evidence of its holder on its issue.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_coding_update();

CREATE FUNCTION stancedb.touch_derivation_rule_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_derivation_rule_insert' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id) SELECT current_setting('stancedb.changeset')::bigint, 'pair', p.holder_id, p.issue_id FROM stancedb.pair p WHERE EXISTS (SELECT FROM new_rows); RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_derivation_rule_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_derivation_rule_insert() IS 'A new rule answers for every pair at once.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb.derivation_rule
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_derivation_rule_insert();

CREATE FUNCTION stancedb.touch_mention_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF TG_TABLE_SCHEMA <> 'stancedb' THEN RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM old_rows n JOIN stancedb.statement s ON s.id = n.statement_id WHERE s.changeset_id <> current_setting('stancedb.changeset')::bigint; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_mention_delete() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_mention_delete() IS 'The first place of a statement orders it among those of its day.';
CREATE TRIGGER touch_delete AFTER DELETE ON stancedb.mention
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_mention_delete();

CREATE FUNCTION stancedb.touch_mention_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF TG_TABLE_SCHEMA <> 'stancedb' THEN RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM new_rows n JOIN stancedb.statement s ON s.id = n.statement_id WHERE s.changeset_id <> current_setting('stancedb.changeset')::bigint; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_mention_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_mention_insert() IS 'The first place of a statement orders it among those of its day.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb.mention
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_mention_insert();

CREATE FUNCTION stancedb.touch_mention_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF TG_TABLE_SCHEMA <> 'stancedb' THEN RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM old_rows n JOIN stancedb.statement s ON s.id = n.statement_id WHERE s.changeset_id <> current_setting('stancedb.changeset')::bigint; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM new_rows n JOIN stancedb.statement s ON s.id = n.statement_id WHERE s.changeset_id <> current_setting('stancedb.changeset')::bigint; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_mention_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_mention_update() IS 'The first place of a statement orders it among those of its day.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.mention
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_mention_update();

CREATE FUNCTION stancedb.touch_position_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_position_delete' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, issue_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'issue', n.issue_id FROM old_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_position_delete() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_position_delete() IS 'A position gives its codings kind, rank and score, and its issue a scale.';
CREATE TRIGGER touch_delete AFTER DELETE ON stancedb."position"
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_position_delete();

CREATE FUNCTION stancedb.touch_position_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_position_insert' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, issue_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'issue', n.issue_id FROM new_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_position_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_position_insert() IS 'A position gives its codings kind, rank and score, and its issue a scale.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb."position"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_position_insert();

CREATE FUNCTION stancedb.touch_position_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_position_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, issue_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'issue', n.issue_id FROM old_rows n; INSERT INTO stancedb.touched (changeset_id, kind, issue_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'issue', n.issue_id FROM new_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_position_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_position_update() IS 'A position gives its codings kind, rank and score, and its issue a scale.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb."position"
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_position_update();

CREATE FUNCTION stancedb.touch_statement_link_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_statement_link_delete' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.target_id FROM old_rows n WHERE n.kind = 'retracts' UNION SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM old_rows n WHERE n.kind = 'retracts'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_statement_link_delete() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_statement_link_delete() IS 'A retraction ends what the codings of its target began.';
CREATE TRIGGER touch_delete AFTER DELETE ON stancedb.statement_link
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_statement_link_delete();

CREATE FUNCTION stancedb.touch_statement_link_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_statement_link_insert' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.target_id FROM new_rows n WHERE n.kind = 'retracts' UNION SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM new_rows n WHERE n.kind = 'retracts'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_statement_link_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_statement_link_insert() IS 'A retraction ends what the codings of its target began.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb.statement_link
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_statement_link_insert();

CREATE FUNCTION stancedb.touch_statement_link_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_statement_link_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.target_id FROM old_rows n WHERE n.kind = 'retracts' UNION SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM old_rows n WHERE n.kind = 'retracts'; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.target_id FROM new_rows n WHERE n.kind = 'retracts' UNION SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.statement_id FROM new_rows n WHERE n.kind = 'retracts'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_statement_link_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_statement_link_update() IS 'A retraction ends what the codings of its target began.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.statement_link
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_statement_link_update();

CREATE FUNCTION stancedb.touch_statement_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_statement_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.id FROM old_rows n UNION SELECT current_setting('stancedb.changeset')::bigint, 'statement', l.target_id FROM old_rows n JOIN stancedb.statement_link l ON l.statement_id = n.id AND l.kind = 'retracts'; INSERT INTO stancedb.touched (changeset_id, kind, statement_id) SELECT current_setting('stancedb.changeset')::bigint, 'statement', n.id FROM new_rows n UNION SELECT current_setting('stancedb.changeset')::bigint, 'statement', l.target_id FROM new_rows n JOIN stancedb.statement_link l ON l.statement_id = n.id AND l.kind = 'retracts'; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_statement_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_statement_update() IS 'A statement dates the codings of it, and of what it retracts.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.statement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_statement_update();

CREATE FUNCTION stancedb.touch_tenure_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_tenure_delete' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.office_id FROM old_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_tenure_delete() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_tenure_delete() IS 'A tenure begins and ends on days of succession in its office.';
CREATE TRIGGER touch_delete AFTER DELETE ON stancedb.tenure
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_tenure_delete();

CREATE FUNCTION stancedb.touch_tenure_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_tenure_insert' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.office_id FROM new_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_tenure_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_tenure_insert() IS 'A tenure begins and ends on days of succession in its office.';
CREATE TRIGGER touch_insert AFTER INSERT ON stancedb.tenure
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_tenure_insert();

CREATE FUNCTION stancedb.touch_tenure_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'touch_tenure_update' USING ERRCODE = 'insufficient_privilege';
    END IF;
 INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.office_id FROM old_rows n; INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT DISTINCT current_setting('stancedb.changeset')::bigint, 'office', n.office_id FROM new_rows n; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.touch_tenure_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.touch_tenure_update() IS 'A tenure begins and ends on days of succession in its office.';
CREATE TRIGGER touch_update AFTER UPDATE ON stancedb.tenure
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.touch_tenure_update();
