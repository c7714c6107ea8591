"""Create the triggers that note what changes the order of statements of one day: their places, and what names them.

Revision: create_order_touching
Follows: create_retraction_check
"""

from alembic import op

revision = "create_order_touching"
down_revision = "create_retraction_check"
branch_labels = None
depends_on = None

NOW = "current_setting('stancedb.changeset')::bigint"
STATEMENT = "INSERT INTO stancedb.touched (changeset_id, kind, statement_id)"
CODING = "INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id)"
# A statement that this changeset wrote is looked at with its codings already.
PLACED = f"{STATEMENT} SELECT DISTINCT {NOW}, 'statement', n.statement_id FROM {{rows}} n JOIN stancedb.statement s ON s.id = n.statement_id WHERE s.changeset_id <> {NOW}"
NAMED = (
    f"{CODING} SELECT {NOW}, 'coding', coalesce(a.merged_into_id, a.id), c.issue_id, c.id"
    " FROM new_rows n JOIN old_rows o USING (id) JOIN stancedb.coding c ON c.{key} = n.id AND c.is_final"
    " JOIN stancedb.actor a ON a.id = c.holder_id WHERE n.{name} <> o.{name}"
)
TOUCHES = {
    "mention": (
        "The first place of a statement orders it among those of its day.",
        {
            "insert": PLACED.format(rows="new_rows"),
            "update": f"{PLACED.format(rows='old_rows')}; {PLACED.format(rows='new_rows')}",
            "delete": PLACED.format(rows="old_rows"),
        },
    ),
    "article": (
        "The handle of an article orders the statements that it prints.",
        {
            "update": f"{STATEMENT} SELECT DISTINCT {NOW}, 'statement', m.statement_id"
            " FROM new_rows n JOIN old_rows o USING (id) JOIN stancedb.article_version w ON w.article_id = n.id"
            " JOIN stancedb.mention m ON m.article_version_id = w.id WHERE n.slug <> o.slug"
        },
    ),
    "coder": (
        "The name of a coder orders the codings of one statement.",
        {"update": NAMED.format(key="coder_id", name="name")},
    ),
    "codebook_version": (
        "The label of a codebook version orders the codings of one statement.",
        {"update": NAMED.format(key="codebook_version_id", name="label")},
    ),
}
TRANSITIONS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def upgrade() -> None:
    """Create the triggers."""
    for table, (comment, bodies) in TOUCHES.items():
        for operation, body in bodies.items():
            name = f"touch_{table}_{operation}"
            op.execute(
                f"CREATE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql"
                " SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$ BEGIN"
                " IF TG_TABLE_SCHEMA <> 'stancedb' THEN"
                " RAISE EXCEPTION 'this function serves tables of the schema stancedb' USING ERRCODE = 'insufficient_privilege'; END IF;"
                f" {body}; RETURN NULL; END $body$"
            )
            op.execute(f"REVOKE ALL ON FUNCTION stancedb.{name}() FROM PUBLIC")
            op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
            op.execute(
                f"CREATE TRIGGER touch_{operation} AFTER {operation.upper()} ON stancedb.{table}"
                f" REFERENCING {TRANSITIONS[operation]} FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
            )


def downgrade() -> None:
    """Drop the triggers; a database below this revision has no such order."""
    for table, (_comment, bodies) in reversed(TOUCHES.items()):
        for operation in bodies:
            op.execute(f"DROP TRIGGER touch_{operation} ON stancedb.{table}")
            op.execute(f"DROP FUNCTION stancedb.touch_{table}_{operation}()")
