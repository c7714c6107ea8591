"""Add to lasting statements whether what they express ends with them, as a mission or a membership does.

Revision: add_statement_ends
Follows: add_rule_same_day
"""

from alembic import op

revision = "add_statement_ends"
down_revision = "add_rule_same_day"
branch_labels = None
depends_on = None

COMMENT = "Whether nothing is known after its last day; of a lasting statement with a last day."


def upgrade() -> None:
    """Add the column; nothing that there is says that it ends."""
    for schema in ("stancedb", "history"):
        op.execute(f"ALTER TABLE {schema}.statement ADD COLUMN ends boolean NOT NULL DEFAULT false")
        op.execute(f"COMMENT ON COLUMN {schema}.statement.ends IS '{COMMENT}'")
    op.execute("ALTER TABLE history.statement ALTER COLUMN ends DROP DEFAULT")
    op.execute(
        "ALTER TABLE stancedb.statement ADD CONSTRAINT ck_statement_ends_with_a_last_day"
        " CHECK (NOT ends OR (position('/' IN said_edtf) > 0 AND NOT upper_inf(said)))"
    )
    op.execute(
        "COMMENT ON CONSTRAINT ck_statement_ends_with_a_last_day ON stancedb.statement"
        " IS 'a statement that ends is a lasting one with a last day'"
    )


def downgrade() -> None:
    """Drop the column; what was said to end carries on."""
    for schema in ("history", "stancedb"):
        op.execute(f"ALTER TABLE {schema}.statement DROP COLUMN ends")
