"""Add to codings which one of an earlier codebook version they repeat.

Revision: add_coding_carried_from
Follows: merge_second_seats
"""

from alembic import op

revision = "add_coding_carried_from"
down_revision = "merge_second_seats"
branch_labels = None
depends_on = None

COMMENT = "The coding under an earlier codebook version that this one repeats; null if it was judged anew."
CONSTRAINTS = (
    (
        "ck_coding_carried_from_another",
        "CHECK (carried_from_id <> id)",
        "a coding is carried over from another one, not from itself",
    ),
    (
        "fk_coding_carried_from_id",
        "FOREIGN KEY (carried_from_id) REFERENCES stancedb.coding (id)",
        "a coding is carried over from one that exists, and that one stays",
    ),
)


def upgrade() -> None:
    """Add the column, empty, to the table and to its twin in the history."""
    for schema in ("stancedb", "history"):
        op.execute(f"ALTER TABLE {schema}.coding ADD COLUMN carried_from_id bigint")
        op.execute(f"COMMENT ON COLUMN {schema}.coding.carried_from_id IS '{COMMENT}'")
    for name, definition, comment in CONSTRAINTS:
        op.execute(f"ALTER TABLE stancedb.coding ADD CONSTRAINT {name} {definition}")
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.coding IS '{comment}'")
    op.execute(
        "CREATE INDEX ix_coding_carried_from_id ON stancedb.coding (carried_from_id) WHERE carried_from_id IS NOT NULL"
    )


def downgrade() -> None:
    """Drop the column; which codings were carried over is lost, and the codings stay."""
    for schema in ("history", "stancedb"):
        op.execute(f"ALTER TABLE {schema}.coding DROP COLUMN carried_from_id")
