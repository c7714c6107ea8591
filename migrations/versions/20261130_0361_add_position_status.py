"""Let positions and issues be retired and merged.

A retired position leaves the scale: it has no rank, and no new coding takes it. One that is merged keeps its codings, and
they count for the other. The triggers lock what they look at, so that nobody retires a position while it is being taken.

Revision: add_position_status
Follows: add_coding_carried_from
"""

from alembic import op

revision = "add_position_status"
down_revision = "add_coding_carried_from"
branch_labels = None
depends_on = None

COLUMNS = (
    ("position", "status", "text", "'active'", "Whether new codings may take it: active or retired."),
    ("position", "merged_into_id", "bigint", None, "The position that its codings count for; null means itself."),
    ("issue", "merged_into_id", "bigint", None, "The issue that its codings count for; null means itself."),
)
CONSTRAINTS = (
    (
        "position",
        "ck_position_status_is_known",
        "CHECK (status IN ('active', 'retired'))",
        "'position status' takes one of the values of its closed set",
    ),
    (
        "position",
        "ck_position_retired_has_no_rank",
        "CHECK (status = 'active' OR rank IS NULL)",
        "a retired position has left the scale and has no rank",
    ),
    (
        "position",
        "ck_position_merged_is_retired",
        "CHECK (merged_into_id IS NULL OR status = 'retired')",
        "a position that is merged into another is retired",
    ),
    (
        "position",
        "ck_position_merged_into_another",
        "CHECK (merged_into_id <> id)",
        "a position is merged into another one, not into itself",
    ),
    (
        "position",
        "fk_position_merged_into_id",
        "FOREIGN KEY (merged_into_id) REFERENCES stancedb.position (id)",
        "a position is merged into one that exists, and that one stays",
    ),
    (
        "issue",
        "ck_issue_merged_is_retired",
        "CHECK (merged_into_id IS NULL OR status = 'retired')",
        "an issue that is merged into another is retired",
    ),
    (
        "issue",
        "ck_issue_merged_into_another",
        "CHECK (merged_into_id <> id)",
        "an issue is merged into another one, not into itself",
    ),
    (
        "issue",
        "fk_issue_merged_into_id",
        "FOREIGN KEY (merged_into_id) REFERENCES stancedb.issue (id)",
        "an issue is merged into one that exists, and that one stays",
    ),
)

# A table that is not ours is none of the business of a trigger, whoever made it call this.
OURS = """
    IF TG_TABLE_SCHEMA <> 'stancedb' OR TG_TABLE_NAME <> '{table}' THEN
        RAISE EXCEPTION 'this function checks stancedb.{table} and nothing else' USING ERRCODE = 'insufficient_privilege';
    END IF;"""

# What newly takes an issue or a position, and which of these takes another issue than before.
TAKING = {
    "INSERT": ("NEW TABLE AS new_rows", "new_rows n", "true"),
    "UPDATE": (
        "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "new_rows n JOIN old_rows o ON o.id = n.id"
        " AND (n.issue_id, n.position_id) IS DISTINCT FROM (o.issue_id, o.position_id)",
        "n.issue_id <> o.issue_id",
    ),
}
CODING_COMMENT = "No new coding takes a retired position or issue."
CHECK_CODING_IN_FORCE = """
CREATE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    issues bigint[];
    positions bigint[];
    undoes boolean;
BEGIN{ours}
    -- What an undoing gives back is no new coding: it was there before.
    undoes := EXISTS (
        SELECT FROM stancedb.changeset k
        WHERE k.id = current_setting('stancedb.changeset')::bigint AND k.undoes_id IS NOT NULL
    );
    SELECT array_agg(DISTINCT n.issue_id), array_agg(DISTINCT n.position_id) INTO issues, positions FROM {taking};
    -- In the order of their keys, so that two writers never wait for each other. Who retires one waits until this
    -- commits, and who takes it later sees that it is retired; any other change of them goes on beside.
    PERFORM FROM stancedb.issue i WHERE i.id = ANY (issues) ORDER BY i.id FOR KEY SHARE;
    PERFORM FROM stancedb.position p WHERE p.id = ANY (positions) ORDER BY p.id FOR KEY SHARE;
    SELECT array_agg(i.id) INTO issues FROM stancedb.issue i WHERE i.id = ANY (issues) AND i.status = 'retired';
    SELECT array_agg(p.id) INTO positions FROM stancedb.position p
    WHERE p.id = ANY (positions) AND p.status = 'retired';
    IF positions IS NOT NULL AND EXISTS (
        SELECT FROM {taking} WHERE n.position_id = ANY (positions) AND NOT (undoes AND EXISTS (
            SELECT FROM history.coding h WHERE h.id = n.id AND h.position_id = n.position_id
        ))
    ) THEN
        RAISE EXCEPTION 'a retired position takes no new coding' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_coding_position_in_force', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    IF issues IS NOT NULL AND EXISTS (
        SELECT FROM {taking} WHERE {moves} AND n.issue_id = ANY (issues) AND NOT (undoes AND EXISTS (
            SELECT FROM history.coding h WHERE h.id = n.id AND h.issue_id = n.issue_id
        ))
    ) THEN
        RAISE EXCEPTION 'a retired issue takes no new coding' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_coding_issue_in_force', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$
"""
RETIRING_COMMENT = "What is retired waits for the codings that are just taking it."
AWAIT_CODINGS = """
CREATE FUNCTION stancedb.await_codings_of_{table}() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN{ours}
    PERFORM FROM stancedb.{table} t WHERE t.id = NEW.id FOR UPDATE;
    RETURN NEW;
END
$body$
"""
MERGE_COMMENT = {
    "position": "A position is merged into one of its own issue, or of the one that this is merged into; one step leads to it.",
    "issue": "An issue is merged into one that is not merged away itself, so that one step leads to it.",
}
CHECK_MERGE = """
CREATE FUNCTION stancedb.check_{table}_merge() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN{ours}
    -- Who merges the other one away waits until this commits, or this waits and sees it.
    PERFORM FROM stancedb.{table} t WHERE t.id IN (SELECT n.merged_into_id FROM new_rows n) ORDER BY t.id FOR SHARE;
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.{table} t ON t.id = n.merged_into_id WHERE t.merged_into_id IS NOT NULL
    ) OR EXISTS (
        SELECT FROM new_rows n JOIN stancedb.{table} s ON s.merged_into_id = n.id WHERE n.merged_into_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'merged into one that is merged away itself' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_{table}_merged_into_a_live_one', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;{more}
    RETURN NULL;
END
$body$
"""
WITHIN_ISSUE = """
    IF EXISTS (
        SELECT FROM new_rows n JOIN stancedb.position t ON t.id = n.merged_into_id
        JOIN stancedb.issue i ON i.id = n.issue_id
        WHERE t.issue_id NOT IN (i.id, coalesce(i.merged_into_id, i.id))
    ) THEN
        RAISE EXCEPTION 'a position is merged into one of another issue' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_position_merged_within_issue', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;"""


def upgrade() -> None:
    """Add the columns to the tables and to their twins in the history, then the rules."""
    for table, column, kind, default, comment in COLUMNS:
        for schema in ("stancedb", "history"):
            filled = f" NOT NULL DEFAULT {default}" if default else ""
            op.execute(f"ALTER TABLE {schema}.{table} ADD COLUMN {column} {kind}{filled}")
            op.execute(f"COMMENT ON COLUMN {schema}.{table}.{column} IS '{comment}'")
        if default:
            # The history is written by copying rows, and takes whatever these hold.
            op.execute(f"ALTER TABLE history.{table} ALTER COLUMN {column} DROP DEFAULT")
    for table, name, definition, comment in CONSTRAINTS:
        op.execute(f"ALTER TABLE stancedb.{table} ADD CONSTRAINT {name} {definition}")
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.{table} IS '{comment.replace(chr(39), chr(39) * 2)}'")
    for table in ("position", "issue"):
        op.execute(f"CREATE INDEX ix_{table}_merged_into_id ON stancedb.{table} (merged_into_id)")
        more = WITHIN_ISSUE if table == "position" else ""
        _create(
            f"check_{table}_merge",
            CHECK_MERGE.format(table=table, ours=OURS.format(table=table), more=more),
            MERGE_COMMENT[table],
        )
        for operation in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER check_{table}_merge_{operation.lower()} AFTER {operation} ON stancedb.{table}"
                f" REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_{table}_merge()"
            )
    for table in ("position", "issue"):
        name = f"await_codings_of_{table}"
        _create(name, AWAIT_CODINGS.format(table=table, ours=OURS.format(table=table)), RETIRING_COMMENT)
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON stancedb.{table} FOR EACH ROW"
            " WHEN (NEW.status = 'retired' AND OLD.status <> 'retired')"
            f" EXECUTE FUNCTION stancedb.{name}()"
        )
    for operation, (transition, taking, moves) in TAKING.items():
        name = f"check_coding_in_force_{operation.lower()}"
        source = CHECK_CODING_IN_FORCE.format(name=name, ours=OURS.format(table="coding"), taking=taking, moves=moves)
        _create(name, source, CODING_COMMENT)
        op.execute(
            f"CREATE TRIGGER {name} AFTER {operation} ON stancedb.coding"
            f" REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
        )


def downgrade() -> None:
    """Drop the columns; what is merged or retired counts for itself again."""
    for table in ("position", "issue"):
        op.execute(f"DROP TRIGGER await_codings_of_{table} ON stancedb.{table}")
        op.execute(f"DROP FUNCTION stancedb.await_codings_of_{table}()")
    for operation in TAKING:
        op.execute(f"DROP TRIGGER check_coding_in_force_{operation.lower()} ON stancedb.coding")
        op.execute(f"DROP FUNCTION stancedb.check_coding_in_force_{operation.lower()}()")
    for table in ("issue", "position"):
        for operation in ("INSERT", "UPDATE"):
            op.execute(f"DROP TRIGGER check_{table}_merge_{operation.lower()} ON stancedb.{table}")
        op.execute(f"DROP FUNCTION stancedb.check_{table}_merge()")
    for table, column, *_ in reversed(COLUMNS):
        for schema in ("history", "stancedb"):
            op.execute(f"ALTER TABLE {schema}.{table} DROP COLUMN {column}")


def _create(name: str, source: str, comment: str) -> None:
    op.execute(source)
    op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
    op.execute(f"REVOKE EXECUTE ON FUNCTION stancedb.{name}() FROM PUBLIC")
