"""Add to releases the licence under which their data may be used.

Revision: add_release_licence
Follows: add_article_raw_encoding
"""

from alembic import op

revision = "add_release_licence"
down_revision = "add_article_raw_encoding"
branch_labels = None
depends_on = None

COMMENT = "The licence under which the data may be used, by its SPDX identifier; null where none is granted."


def upgrade() -> None:
    """Add the column, empty, to the table and to its twin in the history; releases that were made grant nothing."""
    for schema in ("stancedb", "history"):
        op.execute(f"ALTER TABLE {schema}.release ADD COLUMN license_name text")
        op.execute(f"COMMENT ON COLUMN {schema}.release.license_name IS '{COMMENT}'")
    op.execute(
        "ALTER TABLE stancedb.release ADD CONSTRAINT ck_release_license_name_is_a_word"
        " CHECK (license_name ~ '^[A-Za-z0-9][A-Za-z0-9.+-]*$')"
    )
    op.execute(
        "COMMENT ON CONSTRAINT ck_release_license_name_is_a_word ON stancedb.release IS"
        " 'the licence of a release is one SPDX identifier, such as CC-BY-4.0'"
    )


def downgrade() -> None:
    """Drop the column; a release that names a licence no longer verifies, because its files name it."""
    for schema in ("history", "stancedb"):
        op.execute(f"ALTER TABLE {schema}.release DROP COLUMN license_name")
