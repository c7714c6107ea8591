"""Create the attributes of actors and of codings.

Revision: create_attributes
Follows: create_merged_issue_check
"""

from pathlib import Path

from alembic import op

revision = "create_attributes"
down_revision = "create_merged_issue_check"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the attributes of actors and of codings."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop the attributes with their history, which have no other place; everything else is kept."""
    for table in ("coding_attribute", "actor_attribute"):
        op.drop_table(table, schema="history")
        op.drop_table(table, schema="stancedb")
    op.execute("DROP FUNCTION stancedb.allow_of_coding()")
