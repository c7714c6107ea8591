-- Create the checks that look at other rows.

CREATE FUNCTION stancedb.await_codings_of_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'issue' THEN
        RAISE EXCEPTION 'this function checks stancedb.issue and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM stancedb.issue t WHERE t.id = NEW.id FOR UPDATE;
    RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.await_codings_of_issue() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.await_codings_of_issue() IS 'What is retired waits for the codings that are just taking it.';
CREATE TRIGGER await_codings_of_issue BEFORE UPDATE ON stancedb.issue
    FOR EACH ROW WHEN ((((new.status = 'retired'::text) AND (old.status <> 'retired'::text)) OR ((new.merged_into_id IS NOT NULL) AND (new.merged_into_id IS DISTINCT FROM old.merged_into_id)))) EXECUTE FUNCTION stancedb.await_codings_of_issue();

CREATE FUNCTION stancedb.await_codings_of_position() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'position' THEN
        RAISE EXCEPTION 'this function checks stancedb.position and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM FROM stancedb.position t WHERE t.id = NEW.id FOR UPDATE;
    RETURN NEW;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.await_codings_of_position() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.await_codings_of_position() IS 'What is retired waits for the codings that are just taking it.';
CREATE TRIGGER await_codings_of_position BEFORE UPDATE ON stancedb."position"
    FOR EACH ROW WHEN (((new.status = 'retired'::text) AND (old.status <> 'retired'::text))) EXECUTE FUNCTION stancedb.await_codings_of_position();

CREATE FUNCTION stancedb.check_actor_merge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    merged bigint[];
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_actor_merge' USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- A merge that stays as it was is not looked at, or whoever renames what is merged away would wait for its target.
    IF TG_OP = 'UPDATE' THEN
        merged := ARRAY(
            SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.merged_into_id IS NOT NULL AND n.merged_into_id IS DISTINCT FROM o.merged_into_id
        );
    ELSE
        merged := ARRAY(SELECT n.id FROM new_rows n WHERE n.merged_into_id IS NOT NULL);
    END IF;
    IF merged = '{}' THEN
        RETURN NULL;
    END IF;
    -- Whoever merges the target away, or into what is merged away here, waits until this commits, or this waits and sees it.
    PERFORM FROM stancedb.actor t WHERE t.id IN (
        SELECT n.merged_into_id FROM new_rows n WHERE n.id = ANY (merged)
    ) ORDER BY t.id FOR SHARE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.actor t ON t.id = n.merged_into_id
        WHERE n.id = ANY (merged) AND t.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT FROM stancedb.actor s WHERE s.merged_into_id = ANY (merged)
    ) THEN
        RAISE EXCEPTION 'an actor is merged into one that is merged away itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_actor_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_actor_merge() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_actor_merge() IS 'An actor is merged into one that is not merged away itself, so that one step leads to it.';
CREATE TRIGGER check_actor_merge_insert AFTER INSERT ON stancedb.actor
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_actor_merge();
CREATE TRIGGER check_actor_merge_update AFTER UPDATE ON stancedb.actor
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_actor_merge();

CREATE FUNCTION stancedb.check_actor_parting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF (TG_TABLE_SCHEMA, TG_TABLE_NAME) IS DISTINCT FROM ('stancedb', 'actor') THEN RAISE EXCEPTION 'stancedb.check_actor_parting() is for stancedb.actor alone' USING ERRCODE = 'insufficient_privilege'; END IF;  IF EXISTS (
SELECT FROM stancedb.statement s JOIN stancedb.tenure t ON t.id = s.tenure_id JOIN stancedb.actor p ON p.id = t.person_id
JOIN stancedb.actor k ON k.id = s.speaker_id WHERE s.speaker_id = NEW.id AND coalesce(p.merged_into_id, p.id) <> coalesce(k.merged_into_id, k.id)
) OR EXISTS (
SELECT FROM stancedb.statement s JOIN stancedb.tenure t ON t.id = s.tenure_id JOIN stancedb.actor p ON p.id = t.person_id
JOIN stancedb.actor k ON k.id = s.speaker_id WHERE t.person_id = NEW.id AND coalesce(p.merged_into_id, p.id) <> coalesce(k.merged_into_id, k.id)
) THEN RAISE EXCEPTION 'a statement names the tenure of another person' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_tenure_of_its_speaker', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_actor_parting() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_actor_parting() IS 'Two actors are not parted while one speaks in a tenure of the other.';
CREATE CONSTRAINT TRIGGER check_actor_parting AFTER UPDATE ON stancedb.actor
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.merged_into_id IS NOT NULL) AND (old.merged_into_id IS DISTINCT FROM new.merged_into_id))) EXECUTE FUNCTION stancedb.check_actor_parting();

CREATE FUNCTION stancedb.check_actor_relation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    above bigint[];
    locked bigint[] := '{}';
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_actor_relation' USING ERRCODE = 'insufficient_privilege';
    END IF;

    LOOP
        SELECT array_agg(DISTINCT x.id) INTO above FROM (
            WITH RECURSIVE chain AS (
                SELECT n.relation, n.subject_id, n.object_id, n.during FROM new_rows n
                WHERE n.relation IN ('part_of', 'governs')
                UNION
                SELECT c.relation, r.subject_id, r.object_id, c.during * r.during FROM chain c
                JOIN stancedb.actor_relation r ON r.subject_id = c.object_id AND r.relation = c.relation AND r.during && c.during
            )
            SELECT unnest(ARRAY[c.subject_id, c.object_id]) AS id FROM chain c
        ) x;
        EXIT WHEN above IS NULL OR above <@ locked;
        PERFORM FROM stancedb.actor a WHERE a.id = ANY (above) ORDER BY a.id FOR NO KEY UPDATE;
        locked := above;
    END LOOP;
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.relation, n.subject_id AS first_id, n.object_id AS next_id, n.during FROM new_rows n
            WHERE n.relation IN ('part_of', 'governs')
            UNION
            SELECT c.relation, c.first_id, r.object_id, c.during * r.during FROM chain c
            JOIN stancedb.actor_relation r ON r.subject_id = c.next_id AND r.relation = c.relation AND r.during && c.during
            WHERE c.next_id <> c.first_id
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an actor is a part of itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_actor_relation_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_actor_relation() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_actor_relation() IS 'On no day is an actor a part of itself.';
CREATE TRIGGER check_actor_relation_insert AFTER INSERT ON stancedb.actor_relation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_actor_relation();
CREATE TRIGGER check_actor_relation_update AFTER UPDATE ON stancedb.actor_relation
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_actor_relation();

CREATE FUNCTION stancedb.check_article_syndication() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    above bigint[];
    locked bigint[] := '{}';
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_article_syndication' USING ERRCODE = 'insufficient_privilege';
    END IF;

    LOOP
        SELECT array_agg(DISTINCT c.next_id) INTO above FROM (
            WITH RECURSIVE chain AS (
                SELECT n.id AS first_id, n.syndicated_from_id AS next_id FROM new_rows n WHERE n.syndicated_from_id IS NOT NULL
                UNION
                SELECT c.first_id, a.syndicated_from_id FROM chain c JOIN stancedb.article a ON a.id = c.next_id
                WHERE a.syndicated_from_id IS NOT NULL AND c.next_id <> c.first_id
            )
            SELECT * FROM chain
        ) c;
        EXIT WHEN above IS NULL OR above <@ locked;
        PERFORM FROM stancedb.article t WHERE t.id = ANY (above) ORDER BY t.id FOR SHARE;
        locked := above;
    END LOOP;
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.id AS first_id, n.syndicated_from_id AS next_id FROM new_rows n WHERE n.syndicated_from_id IS NOT NULL
            UNION
            SELECT c.first_id, a.syndicated_from_id FROM chain c JOIN stancedb.article a ON a.id = c.next_id
            WHERE a.syndicated_from_id IS NOT NULL AND c.next_id <> c.first_id
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an article is a copy of its own copy' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_article_syndication_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_article_syndication() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_article_syndication() IS 'From copy to original there is always an end.';
CREATE TRIGGER check_article_syndication_insert AFTER INSERT ON stancedb.article
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_article_syndication();
CREATE TRIGGER check_article_syndication_update AFTER UPDATE ON stancedb.article
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_article_syndication();

CREATE FUNCTION stancedb.check_article_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_article_version' USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF EXISTS (
        SELECT FROM new_rows n FULL JOIN old_rows o USING (id)
        WHERE (n.article_id, n.body, n.text_sha256, n.extractor, n.normalisation, n.raw, n.raw_encoding, n.raw_media_type)
            IS DISTINCT FROM (o.article_id, o.body, o.text_sha256, o.extractor, o.normalisation, o.raw, o.raw_encoding, o.raw_media_type)
    ) THEN
        RAISE EXCEPTION 'a frozen text is never edited; a new text is a new version' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_article_version_is_frozen', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_article_version() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_article_version() IS 'A frozen text stays as it is.';
CREATE TRIGGER check_article_version_update AFTER UPDATE ON stancedb.article_version
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_article_version();

CREATE FUNCTION stancedb.check_coding_in_force_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    issues bigint[];
    positions bigint[];
    undoes boolean;
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'coding' THEN
        RAISE EXCEPTION 'this function checks stancedb.coding and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- What an undoing gives back is no new coding: it was there before.
    undoes := EXISTS (
        SELECT FROM stancedb.changeset k
        WHERE k.id = current_setting('stancedb.changeset')::bigint AND k.undoes_id IS NOT NULL
    );
    SELECT array_agg(DISTINCT n.issue_id), array_agg(DISTINCT n.position_id) INTO issues, positions FROM new_rows n;
    -- In the order of their keys, so that two writers never wait for each other. Who retires one waits until this
    -- commits, and who takes it later sees that it is retired; any other change of them goes on beside.
    PERFORM FROM stancedb.issue i WHERE i.id = ANY (issues) ORDER BY i.id FOR KEY SHARE;
    PERFORM FROM stancedb.position p WHERE p.id = ANY (positions) ORDER BY p.id FOR KEY SHARE;
    SELECT array_agg(i.id) INTO issues FROM stancedb.issue i WHERE i.id = ANY (issues) AND i.status = 'retired';
    SELECT array_agg(p.id) INTO positions FROM stancedb.position p
    WHERE p.id = ANY (positions) AND p.status = 'retired';
    IF positions IS NOT NULL AND EXISTS (
        SELECT FROM new_rows n WHERE n.position_id = ANY (positions) AND NOT (undoes AND EXISTS (
            SELECT FROM history.coding h WHERE h.id = n.id AND h.position_id = n.position_id
        ))
    ) THEN
        RAISE EXCEPTION 'a retired position takes no new coding' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_coding_position_in_force', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF issues IS NOT NULL AND EXISTS (
        SELECT FROM new_rows n WHERE true AND n.issue_id = ANY (issues) AND NOT (undoes AND EXISTS (
            SELECT FROM history.coding h WHERE h.id = n.id AND h.issue_id = n.issue_id
        ))
    ) THEN
        RAISE EXCEPTION 'a retired issue takes no new coding' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_coding_issue_in_force', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_coding_in_force_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_coding_in_force_insert() IS 'No new coding takes a retired position or issue.';
CREATE TRIGGER check_coding_in_force_insert AFTER INSERT ON stancedb.coding
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_coding_in_force_insert();

CREATE FUNCTION stancedb.check_coding_in_force_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    issues bigint[];
    positions bigint[];
    undoes boolean;
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'coding' THEN
        RAISE EXCEPTION 'this function checks stancedb.coding and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- What an undoing gives back is no new coding: it was there before.
    undoes := EXISTS (
        SELECT FROM stancedb.changeset k
        WHERE k.id = current_setting('stancedb.changeset')::bigint AND k.undoes_id IS NOT NULL
    );
    SELECT array_agg(DISTINCT n.issue_id), array_agg(DISTINCT n.position_id) INTO issues, positions FROM new_rows n JOIN old_rows o ON o.id = n.id AND (n.issue_id, n.position_id) IS DISTINCT FROM (o.issue_id, o.position_id);
    -- In the order of their keys, so that two writers never wait for each other. Who retires one waits until this
    -- commits, and who takes it later sees that it is retired; any other change of them goes on beside.
    PERFORM FROM stancedb.issue i WHERE i.id = ANY (issues) ORDER BY i.id FOR KEY SHARE;
    PERFORM FROM stancedb.position p WHERE p.id = ANY (positions) ORDER BY p.id FOR KEY SHARE;
    SELECT array_agg(i.id) INTO issues FROM stancedb.issue i WHERE i.id = ANY (issues) AND i.status = 'retired';
    SELECT array_agg(p.id) INTO positions FROM stancedb.position p
    WHERE p.id = ANY (positions) AND p.status = 'retired';
    IF positions IS NOT NULL AND EXISTS (
        SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id AND (n.issue_id, n.position_id) IS DISTINCT FROM (o.issue_id, o.position_id) WHERE n.position_id = ANY (positions) AND NOT (undoes AND EXISTS (
            SELECT FROM history.coding h WHERE h.id = n.id AND h.position_id = n.position_id
        ))
    ) THEN
        RAISE EXCEPTION 'a retired position takes no new coding' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_coding_position_in_force', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF issues IS NOT NULL AND EXISTS (
        SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id AND (n.issue_id, n.position_id) IS DISTINCT FROM (o.issue_id, o.position_id) WHERE n.issue_id <> o.issue_id AND n.issue_id = ANY (issues) AND NOT (undoes AND EXISTS (
            SELECT FROM history.coding h WHERE h.id = n.id AND h.issue_id = n.issue_id
        ))
    ) THEN
        RAISE EXCEPTION 'a retired issue takes no new coding' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_coding_issue_in_force', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_coding_in_force_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_coding_in_force_update() IS 'No new coding takes a retired position or issue.';
CREATE TRIGGER check_coding_in_force_update AFTER UPDATE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_coding_in_force_update();

CREATE FUNCTION stancedb.check_coding_merged_issue_insert() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'coding' THEN
        RAISE EXCEPTION 'this function checks stancedb.coding and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n
        JOIN stancedb.issue i ON i.id = n.issue_id AND i.merged_into_id IS NOT NULL
        JOIN stancedb.position p ON p.id = n.position_id AND p.status = 'active'
    ) THEN
        RAISE EXCEPTION 'a position of a merged issue is in force and has codings' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_retired_with_merged_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_coding_merged_issue_insert() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_coding_merged_issue_insert() IS 'A merged issue leaves no codings on a position in force, and its positions stay within it and its target.';
CREATE TRIGGER check_coding_merged_issue_insert AFTER INSERT ON stancedb.coding
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_coding_merged_issue_insert();

CREATE FUNCTION stancedb.check_coding_merged_issue_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'coding' THEN
        RAISE EXCEPTION 'this function checks stancedb.coding and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n JOIN old_rows o ON o.id = n.id AND (n.issue_id, n.position_id) IS DISTINCT FROM (o.issue_id, o.position_id)
        JOIN stancedb.issue i ON i.id = n.issue_id AND i.merged_into_id IS NOT NULL
        JOIN stancedb.position p ON p.id = n.position_id AND p.status = 'active'
    ) THEN
        RAISE EXCEPTION 'a position of a merged issue is in force and has codings' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_retired_with_merged_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_coding_merged_issue_update() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_coding_merged_issue_update() IS 'A merged issue leaves no codings on a position in force, and its positions stay within it and its target.';
CREATE TRIGGER check_coding_merged_issue_update AFTER UPDATE ON stancedb.coding
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_coding_merged_issue_update();

CREATE FUNCTION stancedb.check_coding_review() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_coding_review' USING ERRCODE = 'insufficient_privilege';
    END IF;
 IF EXISTS (SELECT FROM new_rows) THEN RAISE EXCEPTION 'a review is never edited; decide again instead' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_coding_review_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_coding_review() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_coding_review() IS 'A review stays as it is.';
CREATE TRIGGER check_coding_review_update AFTER UPDATE ON stancedb.coding_review
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_coding_review();

CREATE FUNCTION stancedb.check_derivation_rule() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_derivation_rule' USING ERRCODE = 'insufficient_privilege';
    END IF;
 IF EXISTS (SELECT FROM new_rows n JOIN old_rows o USING (id) WHERE (n.slug, n.min_authority, n.bases, n.sustain_days, n.retraction_effect, n.tenure_effect, n.expiry_days, n.same_day) IS DISTINCT FROM (o.slug, o.min_authority, o.bases, o.sustain_days, o.retraction_effect, o.tenure_effect, o.expiry_days, o.same_day) AND EXISTS (SELECT FROM stancedb.stance s WHERE s.rule_id = n.id)) THEN RAISE EXCEPTION 'a rule that has been used is never edited; add one with a new name' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_derivation_rule_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_derivation_rule() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_derivation_rule() IS 'A rule that has been used keeps its parameters.';
CREATE TRIGGER check_derivation_rule_update AFTER UPDATE ON stancedb.derivation_rule
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_derivation_rule();

CREATE FUNCTION stancedb.check_derivation_rule_use() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_derivation_rule_use' USING ERRCODE = 'insufficient_privilege';
    END IF;
 IF EXISTS (SELECT FROM old_rows o JOIN stancedb.stance s ON s.rule_id = o.id) THEN RAISE EXCEPTION 'a rule that has been used is never removed' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_derivation_rule_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_derivation_rule_use() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_derivation_rule_use() IS 'A rule that has been used stays, because its stances name it.';
CREATE TRIGGER check_derivation_rule_use_delete AFTER DELETE ON stancedb.derivation_rule
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_derivation_rule_use();

CREATE FUNCTION stancedb.check_issue_merge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'issue' THEN
        RAISE EXCEPTION 'this function checks stancedb.issue and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Who merges the other one away waits until this commits, or this waits and sees it.
    PERFORM FROM stancedb.issue t WHERE t.id IN (SELECT n.merged_into_id FROM new_rows n) ORDER BY t.id FOR SHARE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.issue t ON t.id = n.merged_into_id WHERE t.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT FROM new_rows n JOIN stancedb.issue s ON s.merged_into_id = n.id WHERE n.merged_into_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'merged into one that is merged away itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_issue_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_issue_merge() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_issue_merge() IS 'An issue is merged into one that is not merged away itself, so that one step leads to it.';
CREATE TRIGGER check_issue_merge_insert AFTER INSERT ON stancedb.issue
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_issue_merge();
CREATE TRIGGER check_issue_merge_update AFTER UPDATE ON stancedb.issue
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_issue_merge();

CREATE FUNCTION stancedb.check_issue_parent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    above bigint[];
    locked bigint[] := '{}';
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_issue_parent' USING ERRCODE = 'insufficient_privilege';
    END IF;

    LOOP
        SELECT array_agg(DISTINCT c.next_id) INTO above FROM (
            WITH RECURSIVE chain AS (
                SELECT n.id AS first_id, n.parent_id AS next_id FROM new_rows n WHERE n.parent_id IS NOT NULL
                UNION
                SELECT c.first_id, a.parent_id FROM chain c JOIN stancedb.issue a ON a.id = c.next_id
                WHERE a.parent_id IS NOT NULL AND c.next_id <> c.first_id
            )
            SELECT * FROM chain
        ) c;
        EXIT WHEN above IS NULL OR above <@ locked;
        PERFORM FROM stancedb.issue t WHERE t.id = ANY (above) ORDER BY t.id FOR SHARE;
        locked := above;
    END LOOP;
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.id AS first_id, n.parent_id AS next_id FROM new_rows n WHERE n.parent_id IS NOT NULL
            UNION
            SELECT c.first_id, a.parent_id FROM chain c JOIN stancedb.issue a ON a.id = c.next_id
            WHERE a.parent_id IS NOT NULL AND c.next_id <> c.first_id
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an issue belongs to one that belongs to it' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_issue_parent_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_issue_parent() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_issue_parent() IS 'Above an issue there is always an end.';
CREATE TRIGGER check_issue_parent_insert AFTER INSERT ON stancedb.issue
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_issue_parent();
CREATE TRIGGER check_issue_parent_update AFTER UPDATE ON stancedb.issue
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_issue_parent();

CREATE FUNCTION stancedb.check_mention_quote() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_mention_quote' USING ERRCODE = 'insufficient_privilege';
    END IF;
 IF EXISTS (SELECT FROM new_rows n JOIN stancedb.article_version v ON v.id = n.article_version_id WHERE substr(v.body, n.char_start + 1, n.char_end - n.char_start) IS DISTINCT FROM n.quote) THEN RAISE EXCEPTION 'a quote is not what the article says at its place' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_mention_quote_is_the_span', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_mention_quote() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_mention_quote() IS 'The stored quote is the span of the frozen text that it points at.';
CREATE TRIGGER check_mention_quote_insert AFTER INSERT ON stancedb.mention
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_mention_quote();
CREATE TRIGGER check_mention_quote_update AFTER UPDATE ON stancedb.mention
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_mention_quote();

CREATE FUNCTION stancedb.check_merged_issue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    concerned bigint;
    target bigint;
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME NOT IN ('issue', 'position') THEN
        RAISE EXCEPTION 'this function checks stancedb.issue and stancedb.position and nothing else'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_TABLE_NAME = 'issue' THEN
        concerned := NEW.id;
    ELSE
        concerned := NEW.issue_id;
        target := NEW.id;
    END IF;
    PERFORM stancedb.take_turn('stancedb.changeset_counter', 'EXCLUSIVE');
    IF EXISTS (
        SELECT FROM stancedb.position p
        JOIN stancedb.issue i ON i.id = p.issue_id
        JOIN stancedb.position t ON t.id = p.merged_into_id
        WHERE (p.issue_id = concerned OR p.merged_into_id = target)
            AND t.issue_id NOT IN (i.id, coalesce(i.merged_into_id, i.id))
    ) THEN
        RAISE EXCEPTION 'a position is merged into one of another issue' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_merged_within_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF EXISTS (
        SELECT FROM stancedb.issue i
        JOIN stancedb.position p ON p.issue_id = i.id AND p.status = 'active'
        JOIN stancedb.position q ON p.id IN (q.id, q.merged_into_id)
        JOIN stancedb.coding c ON c.issue_id = q.issue_id AND c.position_id = q.id
        WHERE i.id = concerned AND i.merged_into_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a position of a merged issue is in force and has codings' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_retired_with_merged_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_merged_issue() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_merged_issue() IS 'A merged issue leaves no codings on a position in force, and its positions stay within it and its target.';
CREATE CONSTRAINT TRIGGER check_merged_issue_insert AFTER INSERT ON stancedb.issue
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.merged_into_id IS NOT NULL)) EXECUTE FUNCTION stancedb.check_merged_issue();
CREATE CONSTRAINT TRIGGER check_merged_issue_update AFTER UPDATE ON stancedb.issue
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.merged_into_id IS DISTINCT FROM old.merged_into_id)) EXECUTE FUNCTION stancedb.check_merged_issue();
CREATE CONSTRAINT TRIGGER check_merged_issue_insert AFTER INSERT ON stancedb."position"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.merged_into_id IS NOT NULL)) EXECUTE FUNCTION stancedb.check_merged_issue();
CREATE CONSTRAINT TRIGGER check_merged_issue_update AFTER UPDATE ON stancedb."position"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((new.issue_id <> old.issue_id) OR (new.status <> old.status) OR (new.merged_into_id IS DISTINCT FROM old.merged_into_id))) EXECUTE FUNCTION stancedb.check_merged_issue();

CREATE FUNCTION stancedb.check_outlet_parent() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    above bigint[];
    locked bigint[] := '{}';
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_outlet_parent' USING ERRCODE = 'insufficient_privilege';
    END IF;

    LOOP
        SELECT array_agg(DISTINCT c.next_id) INTO above FROM (
            WITH RECURSIVE chain AS (
                SELECT n.id AS first_id, n.parent_id AS next_id FROM new_rows n WHERE n.parent_id IS NOT NULL
                UNION
                SELECT c.first_id, a.parent_id FROM chain c JOIN stancedb.outlet a ON a.id = c.next_id
                WHERE a.parent_id IS NOT NULL AND c.next_id <> c.first_id
            )
            SELECT * FROM chain
        ) c;
        EXIT WHEN above IS NULL OR above <@ locked;
        PERFORM FROM stancedb.outlet t WHERE t.id = ANY (above) ORDER BY t.id FOR SHARE;
        locked := above;
    END LOOP;
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.id AS first_id, n.parent_id AS next_id FROM new_rows n WHERE n.parent_id IS NOT NULL
            UNION
            SELECT c.first_id, a.parent_id FROM chain c JOIN stancedb.outlet a ON a.id = c.next_id
            WHERE a.parent_id IS NOT NULL AND c.next_id <> c.first_id
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an outlet belongs to one that belongs to it' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_outlet_parent_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_outlet_parent() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_outlet_parent() IS 'Above an outlet there is always an end.';
CREATE TRIGGER check_outlet_parent_insert AFTER INSERT ON stancedb.outlet
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_outlet_parent();
CREATE TRIGGER check_outlet_parent_update AFTER UPDATE ON stancedb.outlet
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_outlet_parent();

CREATE FUNCTION stancedb.check_position_merge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'position' THEN
        RAISE EXCEPTION 'this function checks stancedb.position and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Who merges the other one away waits until this commits, or this waits and sees it.
    PERFORM FROM stancedb.position t WHERE t.id IN (SELECT n.merged_into_id FROM new_rows n) ORDER BY t.id FOR SHARE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.position t ON t.id = n.merged_into_id WHERE t.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT FROM new_rows n JOIN stancedb.position s ON s.merged_into_id = n.id WHERE n.merged_into_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'merged into one that is merged away itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.position t ON t.id = n.merged_into_id
        JOIN stancedb.issue i ON i.id = n.issue_id
        WHERE t.issue_id NOT IN (i.id, coalesce(i.merged_into_id, i.id))
    ) THEN
        RAISE EXCEPTION 'a position is merged into one of another issue' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_merged_within_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_position_merge() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_position_merge() IS 'A position is merged into one of its own issue, or of the one that this is merged into; one step leads to it.';
CREATE TRIGGER check_position_merge_insert AFTER INSERT ON stancedb."position"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_position_merge();
CREATE TRIGGER check_position_merge_update AFTER UPDATE ON stancedb."position"
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_position_merge();

CREATE FUNCTION stancedb.check_release() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_release' USING ERRCODE = 'insufficient_privilege';
    END IF;

    IF EXISTS (SELECT FROM new_rows) THEN
        RAISE EXCEPTION 'a release is never edited' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_release_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_release() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_release() IS 'A release stays as it is, and so does its manifest.';
CREATE TRIGGER check_release_update AFTER UPDATE ON stancedb.release
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_release();
CREATE TRIGGER check_release_update AFTER UPDATE ON stancedb.release_file
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_release();

CREATE FUNCTION stancedb.check_retraction_circle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' THEN
        RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM stancedb.take_turn('stancedb.changeset_counter', 'EXCLUSIVE');
    IF EXISTS (
        WITH RECURSIVE taken_back AS (
            SELECT l.target_id FROM stancedb.statement_link l WHERE l.id = NEW.id AND l.kind = 'retracts'
            UNION
            SELECT l.target_id FROM taken_back t JOIN stancedb.statement_link l ON l.statement_id = t.target_id
            WHERE l.kind = 'retracts'
        )
        SELECT FROM taken_back t JOIN stancedb.statement_link l ON l.statement_id = t.target_id
        WHERE l.id = NEW.id
    ) THEN
        RAISE EXCEPTION 'statements retract each other in a circle'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_link_no_retraction_circle',
                  TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_retraction_circle() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_retraction_circle() IS 'No statement takes itself back by a chain of retractions.';
CREATE CONSTRAINT TRIGGER check_retraction_circle AFTER INSERT OR UPDATE ON stancedb.statement_link
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.kind = 'retracts'::text)) EXECUTE FUNCTION stancedb.check_retraction_circle();

CREATE FUNCTION stancedb.check_statement_merge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    merged bigint[];
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_statement_merge' USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- A merge that stays as it was is not looked at, or whoever renames what is merged away would wait for its target.
    IF TG_OP = 'UPDATE' THEN
        merged := ARRAY(
            SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
            WHERE n.merged_into_id IS NOT NULL AND n.merged_into_id IS DISTINCT FROM o.merged_into_id
        );
    ELSE
        merged := ARRAY(SELECT n.id FROM new_rows n WHERE n.merged_into_id IS NOT NULL);
    END IF;
    IF merged = '{}' THEN
        RETURN NULL;
    END IF;
    -- Whoever merges the target away, or into what is merged away here, waits until this commits, or this waits and sees it.
    PERFORM FROM stancedb.statement t WHERE t.id IN (
        SELECT n.merged_into_id FROM new_rows n WHERE n.id = ANY (merged)
    ) ORDER BY t.id FOR SHARE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.statement t ON t.id = n.merged_into_id
        WHERE n.id = ANY (merged) AND t.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT FROM stancedb.statement s WHERE s.merged_into_id = ANY (merged)
    ) THEN
        RAISE EXCEPTION 'a statement is merged into one that is merged away itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_statement_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_statement_merge() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_statement_merge() IS 'A statement is merged into one that is not merged away itself.';
CREATE TRIGGER check_statement_merge_update AFTER UPDATE ON stancedb.statement
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_statement_merge();

CREATE FUNCTION stancedb.check_statement_speaker() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF (TG_TABLE_SCHEMA, TG_TABLE_NAME) IS DISTINCT FROM ('stancedb', 'statement') THEN RAISE EXCEPTION 'stancedb.check_statement_speaker() is for stancedb.statement alone' USING ERRCODE = 'insufficient_privilege'; END IF; 
    PERFORM FROM stancedb.tenure t WHERE t.id IN (
        SELECT n.tenure_id FROM new_rows n WHERE n.tenure_id IS NOT NULL
    ) ORDER BY t.id FOR SHARE;
    PERFORM FROM stancedb.actor a WHERE a.id IN (
        SELECT unnest(ARRAY[n.speaker_id, t.person_id]) FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id
        WHERE t.person_id <> n.speaker_id
    ) ORDER BY a.id FOR SHARE;
     IF EXISTS (SELECT FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id JOIN stancedb.actor p ON p.id = t.person_id JOIN stancedb.actor k ON k.id = n.speaker_id WHERE coalesce(p.merged_into_id, p.id) <> coalesce(k.merged_into_id, k.id)) THEN RAISE EXCEPTION 'a statement names the tenure of another person' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_tenure_of_its_speaker', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_statement_speaker() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_statement_speaker() IS 'The tenure of a statement is of its speaker, by whichever name.';
CREATE TRIGGER check_statement_speaker_insert AFTER INSERT ON stancedb.statement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_statement_speaker();
CREATE TRIGGER check_statement_speaker_update AFTER UPDATE ON stancedb.statement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_statement_speaker();

CREATE FUNCTION stancedb.check_statement_tenure() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_statement_tenure' USING ERRCODE = 'insufficient_privilege';
    END IF;

    -- A tenure that is moved meanwhile is waited for, and one that is read here stays until this transaction ends.
    PERFORM FROM stancedb.tenure t WHERE t.id IN (
        SELECT n.tenure_id FROM new_rows n WHERE n.tenure_id IS NOT NULL
    ) ORDER BY t.id FOR SHARE;
    IF EXISTS (SELECT FROM new_rows n JOIN stancedb.tenure t ON t.id = n.tenure_id WHERE NOT t.held && n.said) THEN
        RAISE EXCEPTION 'a speaker did not hold the office when the statement was made' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_statement_tenure_held_when_said', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$;
REVOKE ALL ON FUNCTION stancedb.check_statement_tenure() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_statement_tenure() IS 'The tenure of a statement was held on a day on which it may have been said.';
CREATE TRIGGER check_statement_tenure_insert AFTER INSERT ON stancedb.statement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_statement_tenure();
CREATE TRIGGER check_statement_tenure_update AFTER UPDATE ON stancedb.statement
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_statement_tenure();

CREATE FUNCTION stancedb.check_tenure_person() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $body$ BEGIN IF (TG_TABLE_SCHEMA, TG_TABLE_NAME) IS DISTINCT FROM ('stancedb', 'tenure') THEN RAISE EXCEPTION 'stancedb.check_tenure_person() is for stancedb.tenure alone' USING ERRCODE = 'insufficient_privilege'; END IF; 
    PERFORM FROM stancedb.actor a WHERE a.id IN (
        SELECT unnest(ARRAY[s.speaker_id, n.person_id]) FROM new_rows n JOIN stancedb.statement s ON s.tenure_id = n.id
        WHERE n.person_id <> s.speaker_id
    ) ORDER BY a.id FOR SHARE;
     IF EXISTS (SELECT FROM new_rows n JOIN stancedb.statement s ON s.tenure_id = n.id JOIN stancedb.actor p ON p.id = n.person_id JOIN stancedb.actor k ON k.id = s.speaker_id WHERE coalesce(p.merged_into_id, p.id) <> coalesce(k.merged_into_id, k.id)) THEN RAISE EXCEPTION 'a statement names the tenure of another person' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_tenure_of_its_speaker', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_tenure_person() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_tenure_person() IS 'A tenure stays with the speaker of the statements made in it.';
CREATE TRIGGER check_tenure_person_update AFTER UPDATE ON stancedb.tenure
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_tenure_person();

CREATE FUNCTION stancedb.check_tenure_statements() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
    IF TG_TABLE_SCHEMA NOT IN ('stancedb', 'history') THEN
        RAISE EXCEPTION 'stancedb.%() runs on tables of stancedb only', 'check_tenure_statements' USING ERRCODE = 'insufficient_privilege';
    END IF;
 IF EXISTS (SELECT FROM new_rows n JOIN stancedb.statement s ON s.tenure_id = n.id WHERE NOT n.held && s.said) THEN RAISE EXCEPTION 'a statement was made in the office outside the new period' USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_statement_tenure_held_when_said', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA; END IF; RETURN NULL; END $body$;
REVOKE ALL ON FUNCTION stancedb.check_tenure_statements() FROM PUBLIC;
COMMENT ON FUNCTION stancedb.check_tenure_statements() IS 'A tenure keeps covering the statements made in it.';
CREATE TRIGGER check_tenure_statements_update AFTER UPDATE ON stancedb.tenure
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_tenure_statements();

INSERT INTO stancedb.changeset_counter (last_number) VALUES (0);
-- The vocabularies and the rules that every database starts with.
WITH opened AS (
    INSERT INTO stancedb.changeset (author, message, tool)
    VALUES ('stancedb', 'Vocabularies and rules that every database starts with', 'migration') RETURNING id
)
SELECT set_config('stancedb.changeset', id::text, true) FROM opened;
INSERT INTO stancedb.outlet_kind (code, label, definition) VALUES
    ('newspaper', 'Newspaper', 'A publisher of news in print or online.'),
    ('agency', 'News agency', 'A wire service whose texts others print.'),
    ('broadcaster', 'Broadcaster', 'A publisher of news on radio or television.'),
    ('magazine', 'Magazine', 'A publisher of longer or less frequent pieces.'),
    ('ministry', 'Ministry', 'A ministry or another government body that publishes itself.'),
    ('parliament', 'Parliament', 'A parliament that publishes its records.'),
    ('head_of_government', 'Head of government', 'The office of a head of state or of government.'),
    ('court', 'Court', 'A court that publishes its rulings.'),
    ('intergovernmental', 'Intergovernmental body', 'A body of several states.'),
    ('party', 'Party', 'A political party that publishes itself.'),
    ('platform', 'Platform', 'A social network or another place where people post themselves.'),
    ('think_tank', 'Think tank', 'A research body that publishes analyses.'),
    ('data_provider', 'Data provider', 'A project that publishes data sets.'),
    ('example', 'Example', 'Not a real publisher: example texts written for a tutorial or a test.'),
    ('other', 'Other', 'Anything else.');
INSERT INTO stancedb.article_kind (code, label, definition) VALUES
    ('news', 'News', 'A report of what happened.'),
    ('wire', 'Wire story', 'A report by an agency, as sent out.'),
    ('readout', 'Readout', 'One side''s account of a call or a meeting.'),
    ('transcript', 'Transcript', 'A record of what was said, word for word.'),
    ('press_release', 'Press release', 'A text handed out by the one it speaks of.'),
    ('cabinet_decision', 'Cabinet decision', 'A decision or written answer adopted by a cabinet.'),
    ('social_post', 'Social post', 'A post by its author on a platform.'),
    ('interview', 'Interview', 'Questions and answers.'),
    ('analysis', 'Analysis', 'An analysis or opinion.'),
    ('law', 'Law', 'A law, a treaty or another binding text.'),
    ('vote_record', 'Vote record', 'A record of who voted how.'),
    ('example', 'Example', 'A text written for a tutorial or a test.'),
    ('other', 'Other', 'Anything else.');
INSERT INTO stancedb.act (code, label, definition) VALUES
    ('assert', 'Asserts', 'Says how things are or what the position is.'),
    ('commit', 'Commits', 'Binds the speaker to do something.'),
    ('threaten', 'Threatens', 'Announces harm unless something is done or left.'),
    ('warn', 'Warns', 'Points at harm that follows, without saying by whom.'),
    ('assure', 'Assures', 'Promises that something will not happen or will go on.'),
    ('demand', 'Demands', 'Requires somebody to do something.'),
    ('request', 'Requests', 'Asks somebody to do something.'),
    ('accuse', 'Accuses', 'Says that somebody did wrong.'),
    ('deny', 'Denies', 'Says that something was not said or done.'),
    ('decline_to_comment', 'Declines to comment', 'Was asked and says nothing on it.'),
    ('omit', 'Omits', 'Leaves out what the other side''s account has; the coder can name the expectation.'),
    ('refuse_to_retract', 'Refuses to retract', 'Says that an earlier statement stands.'),
    ('retract', 'Retracts', 'Takes an earlier statement back.'),
    ('apologise', 'Apologises', 'Says sorry for an earlier statement or act.'),
    ('announce', 'Announces', 'Makes a decision or a plan known.'),
    ('vote', 'Votes', 'Takes a side by a vote.');
INSERT INTO stancedb.capacity (code, label, definition) VALUES
    ('head_of_state', 'Head of state', 'Speaks as head of state.'),
    ('head_of_government', 'Head of government', 'Speaks as head of government.'),
    ('minister', 'Minister', 'Speaks as a member of a government.'),
    ('spokesperson', 'Spokesperson', 'Speaks for an office or a body.'),
    ('diplomat', 'Diplomat', 'Speaks as a member of a foreign service.'),
    ('legislator', 'Legislator', 'Speaks as a member of a parliament.'),
    ('party_leader', 'Party leader', 'Speaks as the leader of a party.'),
    ('candidate', 'Candidate', 'Speaks as a candidate for an office.'),
    ('personal', 'Personal', 'Speaks for nobody else.'),
    ('anonymous_official', 'Anonymous official', 'Speaks without being named.'),
    ('joint', 'Joint', 'Two or more speak in one text.'),
    ('document', 'Document', 'A body speaks by a document.');
INSERT INTO stancedb.event_kind (code, label, definition) VALUES
    ('call', 'Call', 'A conversation by telephone or video.'),
    ('meeting', 'Meeting', 'A meeting in person.'),
    ('visit', 'Visit', 'A journey to another actor''s place.'),
    ('summit', 'Summit', 'A meeting of heads of state or of government.'),
    ('session', 'Session', 'A session of a parliament or of another body.'),
    ('press_conference', 'Press conference', 'Questions by the press.'),
    ('summons', 'Summons', 'A diplomat is called in.'),
    ('travel_advisory', 'Travel advisory', 'Advice to citizens against travel.'),
    ('sanction', 'Sanction', 'A measure against another''s trade, money or movement.'),
    ('cancellation', 'Cancellation', 'Something planned with another is called off.'),
    ('exercise', 'Exercise', 'A military exercise.'),
    ('deployment', 'Deployment', 'Forces are moved.'),
    ('vote', 'Vote', 'A vote in a body.'),
    ('election', 'Election', 'A vote for an office or a body.'),
    ('cabinet_decision', 'Cabinet decision', 'A cabinet decides.'),
    ('statement_issued', 'Statement issued', 'A text is put out, where the putting out is the event.'),
    ('agreement', 'Agreement', 'A treaty or another agreement is made.'),
    ('other', 'Other', 'Anything else.');
INSERT INTO stancedb.identifier_scheme (code, label, definition, pattern, url_template) VALUES
    ('wikidata', 'Wikidata', 'Items of Wikidata.', '^Q[1-9][0-9]*$', 'https://www.wikidata.org/wiki/{value}'),
    ('iso3166-1-alpha2', 'ISO 3166-1 alpha-2', 'Countries and territories, two letters.', '^[A-Z]{2}$', NULL),
    ('iso3166-1-alpha3', 'ISO 3166-1 alpha-3', 'Countries and territories, three letters.', '^[A-Z]{3}$', NULL),
    ('un-m49', 'UN M49', 'Countries and areas by the statistics division of the UN.', '^[0-9]{3}$', NULL),
    ('cow', 'Correlates of War', 'States by abbreviation of the Correlates of War project.', '^[A-Z]{3}$', NULL),
    ('cow-number', 'Correlates of War number', 'States by number of the Correlates of War project.', '^[0-9]{1,3}$', NULL),
    ('gleditsch-ward', 'Gleditsch and Ward', 'States by number of Gleditsch and Ward.', '^[0-9]{1,4}$', NULL),
    ('opensanctions', 'OpenSanctions', 'Entities of OpenSanctions.', NULL, 'https://www.opensanctions.org/entities/{value}'),
    ('popolo', 'Popolo', 'Identifiers of a Popolo data set.', NULL, NULL),
    ('dna', 'Discourse Network Analyzer', 'Entities of a Discourse Network Analyzer file.', NULL, NULL),
    ('local', 'Local', 'Identifiers of the project''s own.', NULL, NULL);
INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases, sustain_days, retraction_effect, tenure_effect, expiry_days, is_default, same_day) VALUES
    ('latest-word', 'Latest word', 'The latest statement of any authority counts; a retraction brings the position before it back, and an office starts anew with each person in it.', '1', '{self,on_behalf}', NULL, 'revert', 'cut', NULL, 'true', 'last'),
    ('authoritative', 'Authoritative', 'Laws, treaties, cabinet decisions, written official answers and joint statements count alone; they bind whoever comes next in office.', '5', '{self,on_behalf}', NULL, 'revert', 'carry', NULL, 'false', 'last'),
    ('sustained', 'Sustained', 'A new position counts when two statements on different dates carry it, or when it stands uncontradicted for 30 days; its onset stays the first of them.', '1', '{self,on_behalf}', '30', 'revert', 'carry', NULL, 'false', 'last');
-- The changeset gets its number now, so that a later migration in the same transaction may alter these tables.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
