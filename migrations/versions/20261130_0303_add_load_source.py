"""Keep with a load the source of its file, so that identifiers that are local to a source are known again.

Files of different sources give the same local identifier to different actors, and were taken for one.

Revision: add_load_source
Follows: create_turn
"""

from alembic import op

revision = "add_load_source"
down_revision = "create_turn"
branch_labels = None
depends_on = None

COLUMNS = {
    "source": "The source whose local identifiers the file has; null where it has none.",
    "place_sha256": "SHA-256 of the path of such a file, so that a later edition can be recognised.",
}
CONSTRAINTS = (
    (
        "ck_load_place_sha256_is_hex",
        "place_sha256 ~ '^[0-9a-f]{64}$'",
        "the checksum of a path is 64 hexadecimal digits",
    ),
    (
        "ck_load_source_has_a_place",
        "(source IS NULL) = (place_sha256 IS NULL)",
        "a load keeps the source of a file together with the place of the file",
    ),
)


def upgrade() -> None:
    """Add the columns to the table and to its twin in the history; a load that is there has no source."""
    for schema in ("stancedb", "history"):
        for column, comment in COLUMNS.items():
            op.execute(f"ALTER TABLE {schema}.load ADD COLUMN {column} text")
            op.execute(f"COMMENT ON COLUMN {schema}.load.{column} IS '{comment}'")
    for name, condition, comment in CONSTRAINTS:
        op.execute(f"ALTER TABLE stancedb.load ADD CONSTRAINT {name} CHECK ({condition})")
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.load IS '{comment}'")


def downgrade() -> None:
    """Drop the columns; which source a file was of is forgotten, and its actors keep their identifiers."""
    for name, _condition, _comment in reversed(CONSTRAINTS):
        op.execute(f"ALTER TABLE stancedb.load DROP CONSTRAINT {name}")
    for schema in ("history", "stancedb"):
        for column in reversed(COLUMNS):
            op.execute(f"ALTER TABLE {schema}.load DROP COLUMN {column}")
