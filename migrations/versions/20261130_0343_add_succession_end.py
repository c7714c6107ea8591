"""Add to a day of succession until when the person can have changed.

Revision: add_succession_end
Follows: relax_tenure_seat
"""

from alembic import op

revision = "add_succession_end"
down_revision = "relax_tenure_seat"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a change that was known until now happened on its day."""
    op.execute("ALTER TABLE stancedb.succession ADD COLUMN changed_until date")
    op.execute("UPDATE stancedb.succession SET changed_until = changed_on + 1")
    op.execute("ALTER TABLE stancedb.succession ALTER COLUMN changed_until SET NOT NULL")
    op.execute(
        "ALTER TABLE stancedb.succession ADD CONSTRAINT ck_succession_window_not_empty CHECK (changed_until > changed_on)"
    )
    op.execute(
        "COMMENT ON CONSTRAINT ck_succession_window_not_empty ON stancedb.succession IS"
        " 'the period in ''succession window'' holds at least a day'"
    )
    op.execute(
        "COMMENT ON COLUMN stancedb.succession.changed_until IS"
        " 'First day after the last on which it can have happened.'"
    )


def downgrade() -> None:
    """Drop the column, which the derivation fills."""
    op.execute("ALTER TABLE stancedb.succession DROP COLUMN changed_until")
