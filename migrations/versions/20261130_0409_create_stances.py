"""Create what the derivation writes, and the rules that it follows.

Revision: create_stances
Follows: create_codings
"""

from pathlib import Path

from alembic import op
from alembic.util import CommandError

revision = "create_stances"
down_revision = "create_codings"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create what the derivation writes, and the rules that it follows."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Refuse: below the baseline there is nothing to go back to."""
    raise CommandError("there is no way back below the baseline")
