"""Create the workbench: rounds, assignments, drafts and findings.

Revision: create_workbench
Follows: add_poles
"""

from pathlib import Path

from alembic import op

revision = "create_workbench"
down_revision = "add_poles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the workbench; codings get the assignment that they come from."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop the workbench with everything that was not released; released codings are kept."""
    op.execute("DROP TRIGGER check_assignment_update ON stancedb.coding")
    op.execute("DROP TRIGGER check_assignment_insert ON stancedb.coding")
    for schema in ("history", "stancedb"):
        op.drop_column("coding", "assignment_id", schema=schema)
    for table in ("finding", "draft", "assignment", "coding_round_issue", "coding_round"):
        op.drop_table(table, schema="stancedb")
    op.execute("DROP FUNCTION stancedb.shows_finding(bigint, boolean)")
    op.execute("DROP FUNCTION stancedb.check_coding_assignment()")
