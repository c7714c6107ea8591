"""${message}

One intent a file, and this docstring is what ``alembic history`` prints. Before it lands, see that
- it imports neither the tables of stancedb nor another migration: the past does not follow the present;
- it changes the schema or the rows, not both, and rows of curated tables under a changeset of their own;
- it holds no lock for long: a column is added nullable, filled, and required in three migrations;
- a curated table and its twin in the schema "history" get the same columns;
- the downgrade keeps every row it can, and says in a comment what it cannot keep;
- migrations/checksums.txt has a line for each file it brings; from then on none of them changes.

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
