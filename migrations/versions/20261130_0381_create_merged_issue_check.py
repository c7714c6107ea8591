"""Create the triggers that refuse merges of issues which leave their positions behind.

A position of a merged issue that has codings is merged or retired, and no position is merged into one of an issue that its
own is no longer merged into. No codebook file can say otherwise, so what broke this could not be loaded again.

Revision: create_merged_issue_check
Follows: relax_article_version
"""

from alembic import op

revision = "create_merged_issue_check"
down_revision = "relax_article_version"
branch_labels = None
depends_on = None

# These wait for the commit, when issue and positions are both changed, and for the counter of changesets, which every
# writer takes at its commit: so of two writers, the later one sees what the earlier one has done.
CHECK = """
CREATE FUNCTION stancedb.check_merged_issue() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
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
$body$
"""
# What is inserted, or takes another issue or position than before. Those rows are locked by check_coding_in_force, which
# comes first.
TAKING = {
    "INSERT": ("NEW TABLE AS new_rows", "new_rows n"),
    "UPDATE": (
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "new_rows n JOIN old_rows o ON o.id = n.id"
        " AND (n.issue_id, n.position_id) IS DISTINCT FROM (o.issue_id, o.position_id)",
    ),
}
CHECK_CODING = """
CREATE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> 'coding' THEN
        RAISE EXCEPTION 'this function checks stancedb.coding and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM {taking}
        JOIN stancedb.issue i ON i.id = n.issue_id AND i.merged_into_id IS NOT NULL
        JOIN stancedb.position p ON p.id = n.position_id AND p.status = 'active'
    ) THEN
        RAISE EXCEPTION 'a position of a merged issue is in force and has codings' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_retired_with_merged_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$
"""
COMMENT = "A merged issue leaves no codings on a position in force, and its positions stay within it and its target."
TRIGGERS = (
    ("check_merged_issue_insert", "INSERT ON stancedb.issue", "NEW.merged_into_id IS NOT NULL"),
    ("check_merged_issue_update", "UPDATE ON stancedb.issue", "NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id"),
    ("check_merged_issue_insert", "INSERT ON stancedb.position", "NEW.merged_into_id IS NOT NULL"),
    (
        "check_merged_issue_update",
        "UPDATE ON stancedb.position",
        # A comparison of rows would be spelled otherwise after a dump.
        "NEW.issue_id <> OLD.issue_id OR NEW.status <> OLD.status"
        " OR NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id",
    ),
)
AWAIT_CODINGS = (
    "CREATE TRIGGER await_codings_of_issue BEFORE UPDATE ON stancedb.issue FOR EACH ROW WHEN ({condition})"
    " EXECUTE FUNCTION stancedb.await_codings_of_issue()"
)
RETIRED = "NEW.status = 'retired' AND OLD.status <> 'retired'"
MERGED = "NEW.merged_into_id IS NOT NULL AND NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id"


def upgrade() -> None:
    """Create the triggers; an issue that is merged while it is retired now awaits codings too."""
    _create("check_merged_issue", CHECK)
    for name, event, condition in TRIGGERS:
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {name} AFTER {event} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
            f" WHEN ({condition}) EXECUTE FUNCTION stancedb.check_merged_issue()"
        )
    for operation, (transition, taking) in TAKING.items():
        name = f"check_coding_merged_issue_{operation.lower()}"
        _create(name, CHECK_CODING.format(name=name, taking=taking))
        op.execute(
            f"CREATE TRIGGER {name} AFTER {operation} ON stancedb.coding"
            f" REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
        )
    op.execute("DROP TRIGGER await_codings_of_issue ON stancedb.issue")
    op.execute(AWAIT_CODINGS.format(condition=f"{RETIRED} OR {MERGED}"))


def downgrade() -> None:
    """Drop the triggers; a database below this revision takes what a codebook file cannot say."""
    op.execute("DROP TRIGGER await_codings_of_issue ON stancedb.issue")
    op.execute(AWAIT_CODINGS.format(condition=RETIRED))
    for operation in TAKING:
        name = f"check_coding_merged_issue_{operation.lower()}"
        op.execute(f"DROP TRIGGER {name} ON stancedb.coding")
        op.execute(f"DROP FUNCTION stancedb.{name}()")
    for name, event, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {event.rpartition(' ')[2]}")
    op.execute("DROP FUNCTION stancedb.check_merged_issue()")


def _create(name: str, source: str) -> None:
    op.execute(source)
    op.execute(f"REVOKE ALL ON FUNCTION stancedb.{name}() FROM PUBLIC")
    op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{COMMENT}'")
