"""Create the checks that look at other rows.

It is the last of the baseline, and keeps the identifier of the head of the chain that the baseline replaces: a
database at that head has all of this already.

Revision: create_merged_issue_check
Follows: create_touches
"""

from pathlib import Path

from alembic import op
from alembic.util import CommandError

revision = "create_merged_issue_check"
down_revision = "create_touches"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the checks that look at other rows."""
    source = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Without parameters the driver takes many statements at once, and leaves percent signs alone.
    op.get_bind().exec_driver_sql(source, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Refuse: below the baseline there is nothing to go back to."""
    raise CommandError("there is no way back below the baseline")
