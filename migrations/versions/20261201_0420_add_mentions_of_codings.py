"""Add the mention that a coding rests on.

Revision: add_mentions_of_codings
Follows: create_workbench
"""

from pathlib import Path

from alembic import op

revision = "add_mentions_of_codings"
down_revision = "create_workbench"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and fill it in where the statement has one mention, or one that came with the coding."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop the column; mentions and codings are kept."""
    for schema in ("history", "stancedb"):
        op.drop_column("coding", "mention_id", schema=schema)
    op.drop_constraint("uq_mention_id_statement_id", "mention", schema="stancedb")
