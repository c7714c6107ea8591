"""Index by which changeset rows were written, so that a refresh finds what changed without reading everything.

Four tables grow with what is read and coded, and the pairs with what is derived from it; all others stay small.

Revision: index_changesets
Follows: add_release_licence
"""

from alembic import op

revision = "index_changesets"
down_revision = "add_release_licence"
branch_labels = None
depends_on = None

WRITTEN_BY = (
    ("article", "changeset_id"),
    ("statement", "changeset_id"),
    ("mention", "changeset_id"),
    ("coding", "changeset_id"),
    ("pair", "derived_by_id"),
)


def upgrade() -> None:
    """Index five tables by their changeset."""
    for table, column in WRITTEN_BY:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False, schema="stancedb")


def downgrade() -> None:
    """Drop the indexes; a refresh reads the tables whole again."""
    for table, column in reversed(WRITTEN_BY):
        op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table, schema="stancedb")
