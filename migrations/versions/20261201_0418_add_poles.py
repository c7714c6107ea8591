"""Add the poles of issues: what the two ends of a scale stand for.

Revision: add_poles
Follows: comment_in_sentences
"""

from pathlib import Path

from alembic import op

revision = "add_poles"
down_revision = "comment_in_sentences"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the poles of issues."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop the poles with their history, which have no other place; everything else is kept."""
    for schema in ("history", "stancedb"):
        for column in ("high_pole", "low_pole"):
            op.drop_column("issue", column, schema=schema)
