"""Comment on tables, columns, constraints and functions in sentences.

Revision: comment_in_sentences
Follows: create_attributes
"""

from pathlib import Path

from alembic import op

revision = "comment_in_sentences"
down_revision = "create_attributes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Set the new comments; nothing else changes."""
    _run(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    """Set the comments as they were before."""
    _run(Path(__file__).with_name(f"{Path(__file__).stem}_back.sql"))


def _run(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})
