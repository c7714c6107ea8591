"""Create a function that names the roles of statements, which questions and the reporting schema share.

The functions of derivation are installed anew by every upgrade that ends at head, and ``role_of`` is one of them: no
table changes, but a program that calls it must not meet a database that has not been upgraded.

Revision: create_role_of
Follows: index_changesets
"""

revision = "create_role_of"
down_revision = "index_changesets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change no table; the function comes with the others."""


def downgrade() -> None:
    """Change no table; the functions are dropped before."""
