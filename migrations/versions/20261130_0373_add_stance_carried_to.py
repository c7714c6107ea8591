"""Add to stances until when they carry on while the next is pending, and to changes that what was held has ended.

Revision: add_stance_carried_to
Follows: add_evidence_order
"""

from alembic import op

revision = "add_stance_carried_to"
down_revision = "add_evidence_order"
branch_labels = None
depends_on = None

COMMENT = (
    "While the next stance is pending, the first day on which this one does not carry on; null if it does until then."
)
KINDS = (
    "initial",
    "clarification",
    "obscuring",
    "hardening",
    "softening",
    "reversal",
    "shift",
    "return",
    "retraction",
    "succession",
    "lapse",
)
KNOWN = "''stance change kind'' takes one of the values of its closed set"


def upgrade() -> None:
    """Add the column and the kind."""
    op.execute("ALTER TABLE stancedb.stance ADD COLUMN carried_to date")
    op.execute(f"COMMENT ON COLUMN stancedb.stance.carried_to IS '{COMMENT}'")
    _know((*KINDS, "ended"))


def downgrade() -> None:
    """Drop both; what has ended is derived anew, as the definition below has it."""
    op.execute("DELETE FROM stancedb.stance_change WHERE kind = 'ended'")
    _know(KINDS)
    op.execute("ALTER TABLE stancedb.stance DROP COLUMN carried_to")


def _know(kinds: tuple[str, ...]) -> None:
    """Let changes be of these kinds and no other."""
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.execute("ALTER TABLE stancedb.stance_change DROP CONSTRAINT ck_stance_change_kind_is_known")
    op.execute(
        f"ALTER TABLE stancedb.stance_change ADD CONSTRAINT ck_stance_change_kind_is_known CHECK (kind IN ({listed}))"
    )
    op.execute(f"COMMENT ON CONSTRAINT ck_stance_change_kind_is_known ON stancedb.stance_change IS '{KNOWN}'")
