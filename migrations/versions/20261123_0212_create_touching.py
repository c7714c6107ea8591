"""Create the triggers that note what a write touches, so that only that is derived anew at commit.

Revision: create_touching
Follows: create_checks
"""

from alembic import op

revision = "create_touching"
down_revision = "create_checks"
branch_labels = None
depends_on = None

NOW = "current_setting('stancedb.changeset')::bigint"
CODING = "INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id)"
STATEMENT = "INSERT INTO stancedb.touched (changeset_id, kind, statement_id)"

# What is to be noted for the rows in {rows}; the rows before and after a write are both looked at. Only what the write
# itself says is noted: what others commit until this transaction does is looked up when it settles.
TOUCHES = {
    "coding": (
        "A final coding is evidence of its holder on its issue.",
        f"{CODING} SELECT {NOW}, 'coding', coalesce(a.merged_into_id, a.id), n.issue_id, n.id FROM {{rows}} n"
        " JOIN stancedb.actor a ON a.id = n.holder_id WHERE n.is_final",
        ("INSERT", "UPDATE", "DELETE"),
    ),
    "statement": (
        "A statement dates the codings of it, and of what it retracts.",
        f"{STATEMENT} SELECT {NOW}, 'statement', n.id FROM {{rows}} n UNION SELECT {NOW}, 'statement', l.target_id"
        " FROM {rows} n JOIN stancedb.statement_link l ON l.statement_id = n.id AND l.kind = 'retracts'",
        ("UPDATE",),
    ),
    "statement_link": (
        "A retraction ends what the codings of its target began.",
        f"{STATEMENT} SELECT {NOW}, 'statement', n.target_id FROM {{rows}} n WHERE n.kind = 'retracts'"
        f" UNION SELECT {NOW}, 'statement', n.statement_id FROM {{rows}} n WHERE n.kind = 'retracts'",
        ("INSERT", "UPDATE", "DELETE"),
    ),
    "actor": (
        "A merge moves the codings of one actor to another.",
        f"INSERT INTO stancedb.touched (changeset_id, kind, holder_id) SELECT {NOW}, 'actor', n.id FROM {{rows}} n",
        ("UPDATE",),
    ),
    "position": (
        "A position gives its codings kind, rank and score, and its issue a scale.",
        "INSERT INTO stancedb.touched (changeset_id, kind, issue_id)"
        f" SELECT DISTINCT {NOW}, 'issue', n.issue_id FROM {{rows}} n",
        ("INSERT", "UPDATE", "DELETE"),
    ),
    "tenure": (
        "A tenure begins and ends on days of succession in its office.",
        "INSERT INTO stancedb.touched (changeset_id, kind, holder_id)"
        f" SELECT DISTINCT {NOW}, 'office', n.office_id FROM {{rows}} n",
        ("INSERT", "UPDATE", "DELETE"),
    ),
    "derivation_rule": (
        "A new rule answers for every pair at once.",
        "INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id)"
        f" SELECT {NOW}, 'pair', p.holder_id, p.issue_id FROM stancedb.pair p WHERE EXISTS (SELECT FROM {{rows}})",
        ("INSERT",),
    ),
    "actor_relation": (
        "An office that governs shares its days of succession with what it governs.",
        "INSERT INTO stancedb.touched (changeset_id, kind, holder_id)"
        f" SELECT DISTINCT {NOW}, 'office', n.object_id FROM {{rows}} n WHERE n.relation = 'governs'",
        ("INSERT", "UPDATE", "DELETE"),
    ),
}
TRANSITIONS = {
    "INSERT": ("NEW TABLE AS new_rows", ("new_rows",)),
    "UPDATE": ("OLD TABLE AS old_rows NEW TABLE AS new_rows", ("old_rows", "new_rows")),
    "DELETE": ("OLD TABLE AS old_rows", ("old_rows",)),
}


def upgrade() -> None:
    """Create the triggers that note what a write touches."""
    for table, (comment, insertion, operations) in TOUCHES.items():
        for operation in operations:
            transition, row_sets = TRANSITIONS[operation]
            name = f"touch_{table}_{operation.lower()}"
            body = "; ".join(insertion.format(rows=rows) for rows in row_sets)
            op.execute(
                f"CREATE FUNCTION stancedb.{name}() RETURNS trigger LANGUAGE plpgsql AS"
                f" $body$ BEGIN {body}; RETURN NULL; END $body$"
            )
            op.execute(f"COMMENT ON FUNCTION stancedb.{name}() IS '{comment}'")
            op.execute(
                f"CREATE TRIGGER touch_{operation.lower()} AFTER {operation} ON stancedb.{table}"
                f" REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION stancedb.{name}()"
            )


def downgrade() -> None:
    """Drop the triggers; a database below this revision derives nothing at commit."""
    for table, (_comment, _insertion, operations) in reversed(TOUCHES.items()):
        for operation in operations:
            op.execute(f"DROP TRIGGER touch_{operation.lower()} ON stancedb.{table}")
            op.execute(f"DROP FUNCTION stancedb.touch_{table}_{operation.lower()}()")
