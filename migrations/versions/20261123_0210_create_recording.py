"""Create the functions and triggers that record who wrote what, and number changesets in the order of commit.

A write to a curated table without an open changeset is refused. Rows name the changeset that wrote them; what they
said before goes to history. The number of a changeset is given at commit under the row lock of the counter, so a long
load holds up nobody, numbers have no gaps, and what was known at a number never changes.

Revision: create_recording
Follows: create_history
"""

from alembic import op

revision = "create_recording"
down_revision = "create_history"
branch_labels = None
depends_on = None

CURATED = (
    "act", "actor", "actor_identifier", "actor_name", "actor_relation", "article", "article_kind", "article_version",
    "capacity", "causal_link", "codebook_version", "coder", "coding", "coding_review", "derivation_rule", "event",
    "event_kind", "event_participant", "identifier_scheme", "indicator", "indicator_observation", "issue", "issue_code",
    "load", "mention", "outlet", "outlet_kind", "position", "statement", "statement_addressee", "statement_link", "tenure",
)  # fmt: skip

OPEN_CHANGESET = """
CREATE FUNCTION stancedb.open_changeset(author text, message text, tool text DEFAULT 'psql', undoes bigint DEFAULT NULL)
RETURNS bigint LANGUAGE plpgsql AS $body$
DECLARE
    opened bigint;
BEGIN
    INSERT INTO stancedb.changeset (author, message, tool, undoes_id)
    VALUES (open_changeset.author, open_changeset.message, open_changeset.tool, open_changeset.undoes)
    RETURNING id INTO opened;
    PERFORM set_config('stancedb.changeset', opened::text, true);
    RETURN opened;
END
$body$
"""

REQUIRE_CHANGESET = """
CREATE FUNCTION stancedb.require_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'rows of % are kept: delete under a changeset instead of truncating', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_no_truncate';
    END IF;
    -- A committed changeset has its number, so one without is open in this very transaction.
    PERFORM 1 FROM stancedb.changeset
    WHERE id = nullif(current_setting('stancedb.changeset', true), '')::bigint AND number IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a write to % needs an open changeset', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_open',
                  HINT = 'Begin the transaction with SELECT stancedb.open_changeset(author, message).';
    END IF;
    RETURN NULL;
END
$body$
"""

STAMP_CHANGESET = """
CREATE FUNCTION stancedb.stamp_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.changeset_id := current_setting('stancedb.changeset')::bigint;
    RETURN NEW;
END
$body$
"""

KEEP_HISTORY = """
CREATE FUNCTION stancedb.keep_history() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    columns text;
BEGIN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns
    FROM pg_catalog.pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    -- Several edits in one changeset are one version: what the changeset wrote itself was never known to anyone.
    EXECUTE format(
        'INSERT INTO history.%1$I (%2$s, ended_changeset_id) SELECT %2$s, $1 FROM old_rows WHERE changeset_id <> $1',
        TG_TABLE_NAME, columns
    ) USING current_setting('stancedb.changeset')::bigint;
    RETURN NULL;
END
$body$
"""

CLOSE_CHANGESET = """
CREATE FUNCTION stancedb.close_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    given bigint;
BEGIN
    -- Settling derives what this changeset touched; it is installed beside the migrations, at head.
    IF EXISTS (SELECT FROM stancedb.touched WHERE changeset_id = NEW.id) THEN
        PERFORM stancedb.settle(NEW.id);
    END IF;
    UPDATE stancedb.changeset_counter SET last_number = last_number + 1 RETURNING last_number INTO given;
    UPDATE stancedb.changeset SET number = given, committed_at = clock_timestamp() WHERE id = NEW.id;
    RETURN NULL;
END
$body$
"""

GUARD_CHANGESET = """
CREATE FUNCTION stancedb.guard_changeset() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- The open changeset may say what it undoes, and its closing gives it its number; that is all.
        IF OLD.number IS NULL AND (NEW.number IS NULL OR pg_trigger_depth() > 1)
            AND (OLD.undoes_id IS NULL OR OLD.undoes_id IS NOT DISTINCT FROM NEW.undoes_id)
            AND (OLD.id, OLD.author, OLD.message, OLD.tool, OLD.opened_at)
                IS NOT DISTINCT FROM (NEW.id, NEW.author, NEW.message, NEW.tool, NEW.opened_at)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a changeset is never edited or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_changeset_is_kept';
END
$body$
"""

GUARD_HISTORY = """
CREATE FUNCTION stancedb.guard_history() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'history is never edited or removed'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_history_is_kept';
END
$body$
"""

FUNCTIONS = (
    ("open_changeset(text, text, text, bigint)", OPEN_CHANGESET, "Open a changeset for this transaction; returns its inner key."),
    ("require_changeset()", REQUIRE_CHANGESET, "Refuses a write to a curated table without an open changeset."),
    ("stamp_changeset()", STAMP_CHANGESET, "Names the open changeset in the row that is written."),
    ("keep_history()", KEEP_HISTORY, "Copies the earlier versions of rows into history."),
    ("close_changeset()", CLOSE_CHANGESET, "At commit: derives what was touched and gives the changeset its number."),
    ("guard_changeset()", GUARD_CHANGESET, "Refuses to edit or remove a changeset."),
    ("guard_history()", GUARD_HISTORY, "Refuses to edit or remove history."),
)  # fmt: skip


def upgrade() -> None:
    """Create the functions and triggers that record who wrote what."""
    # A database that comes up again after a downgrade has numbered changesets already.
    op.execute(
        "INSERT INTO stancedb.changeset_counter (is_only, last_number)"
        " SELECT true, coalesce(max(number), 0) FROM stancedb.changeset"
    )
    for signature, source, comment in FUNCTIONS:
        op.execute(source)
        op.execute(f"COMMENT ON FUNCTION stancedb.{signature} IS '{comment}'")
    op.execute(
        "CREATE CONSTRAINT TRIGGER close_changeset AFTER INSERT ON stancedb.changeset"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stancedb.close_changeset()"
    )
    op.execute(
        "CREATE TRIGGER guard_changeset BEFORE UPDATE OR DELETE ON stancedb.changeset"
        " FOR EACH ROW EXECUTE FUNCTION stancedb.guard_changeset()"
    )
    op.execute(
        "CREATE TRIGGER guard_changeset_truncate BEFORE TRUNCATE ON stancedb.changeset"
        " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_changeset()"
    )
    for table in CURATED:
        op.execute(
            f"CREATE TRIGGER require_changeset BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON stancedb.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset()"
        )
        op.execute(
            f"CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.{table} FOR EACH ROW"
            " WHEN (NEW.changeset_id IS DISTINCT FROM current_setting('stancedb.changeset')::bigint)"
            " EXECUTE FUNCTION stancedb.stamp_changeset()"
        )
        op.execute(
            f"CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.{table}"
            " FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset()"
        )
        for operation in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER keep_history_{operation.lower()} AFTER {operation} ON stancedb.{table}"
                " REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history()"
            )
        op.execute(
            f"CREATE TRIGGER guard_history BEFORE UPDATE OR DELETE OR TRUNCATE ON history.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history()"
        )


def downgrade() -> None:
    """Drop the recording; a database below this revision takes writes without a changeset."""
    for table in reversed(CURATED):
        op.execute(f"DROP TRIGGER guard_history ON history.{table}")
        for trigger in (
            "keep_history_delete",
            "keep_history_update",
            "stamp_changeset_update",
            "stamp_changeset_insert",
            "require_changeset",
        ):
            op.execute(f"DROP TRIGGER {trigger} ON stancedb.{table}")
    for trigger in ("guard_changeset_truncate", "guard_changeset", "close_changeset"):
        op.execute(f"DROP TRIGGER {trigger} ON stancedb.changeset")
    for signature, _source, _comment in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION stancedb.{signature}")
    op.execute("DELETE FROM stancedb.changeset_counter")
