"""Create the schema that readers see; its relations are installed beside the migrations, at head.

Revision: create_reporting
Follows: add_article_particulars
"""

from alembic import op

revision = "create_reporting"
down_revision = "add_article_particulars"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the schema that readers see."""
    op.execute("CREATE SCHEMA reporting")
    op.execute(
        "COMMENT ON SCHEMA reporting IS 'What readers and BI tools see: dimensions, facts and wide views."
        " It is filled by the command reporting refresh.'"
    )


def downgrade() -> None:
    """Drop the schema with all that it reports; it can be filled again at any time."""
    op.execute("DROP SCHEMA reporting CASCADE")
