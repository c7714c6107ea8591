"""${message}

A file has one purpose; ``alembic history`` prints this docstring. Before you merge, check that
- it imports neither the tables of stancedb nor another migration, so that it does the same in ten years;
- it changes either the schema or rows, and rows of curated tables under a separate changeset;
- it holds no lock for long: to add a required column, add it nullable, fill it and require it in three migrations;
- a curated table and its twin in the schema "history" get the same columns;
- the downgrade keeps every row that it can, and a comment names what it cannot keep;
- migrations/checksums.txt has a line for each new file, after which the file never changes.

Revision: ${up_revision}
Follows: ${down_revision | comma,n}
"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Undo: ${message}."""
    ${downgrades if downgrades else "pass"}
