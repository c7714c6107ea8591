"""Say of the bytes that a text was taken from how they are packed, and let the server pack them no second time.

The server packed every page on its way in, on one core, while the processes that had extracted it stood by. Pages that
are there stay as they are: what names no packing has none.

Revision: add_article_raw_encoding
Follows: index_texts_in_less_time
"""

import zlib

import sqlalchemy as sa
from alembic import op

revision = "add_article_raw_encoding"
down_revision = "index_texts_in_less_time"
branch_labels = None
depends_on = None

COMMENT = "How raw is packed: identity, which is not at all, or gzip (RFC 1952)."
COMMENT_OF_RAW = "The bytes as they came in, where they differ from the body{}."
PACKED = ", packed as raw_encoding says"
CONSTRAINTS = (
    (
        "ck_article_version_raw_encoding_is_known",
        "raw_encoding IN ('identity', 'gzip')",
        "'article version raw encoding' takes one of the values of its closed set",
    ),
    (
        "ck_article_version_raw_is_packed_as_it_says",
        "raw_encoding = 'identity' OR COALESCE(substring(raw FROM 1 FOR 2) = '\\x1f8b'::bytea, false)",
        "what is said to be packed with gzip begins as gzip does",
    ),
)
# How many pages are unpacked at once.
_AT_ONCE = 100


def upgrade() -> None:
    """Add the column to the table and to its twin in the history."""
    for schema in ("stancedb", "history"):
        op.execute(f"ALTER TABLE {schema}.article_version ADD COLUMN raw_encoding text NOT NULL DEFAULT 'identity'")
        op.execute(f"COMMENT ON COLUMN {schema}.article_version.raw_encoding IS '{COMMENT}'")
        op.execute(f"COMMENT ON COLUMN {schema}.article_version.raw IS '{COMMENT_OF_RAW.format(PACKED)}'")
        op.execute(f"ALTER TABLE {schema}.article_version ALTER COLUMN raw SET STORAGE EXTERNAL")
    # The history is written by copying rows, and takes whatever these hold.
    op.execute("ALTER TABLE history.article_version ALTER COLUMN raw_encoding DROP DEFAULT")
    for name, condition, comment in CONSTRAINTS:
        op.execute(f"ALTER TABLE stancedb.article_version ADD CONSTRAINT {name} CHECK ({condition})")
        op.execute(
            f"COMMENT ON CONSTRAINT {name} ON stancedb.article_version IS '{comment.replace(chr(39), chr(39) * 2)}'"
        )


def downgrade() -> None:
    """Unpack the pages, and drop the column."""
    for name, _condition, _comment in reversed(CONSTRAINTS):
        op.execute(f"ALTER TABLE stancedb.article_version DROP CONSTRAINT {name}")
    for schema in ("history", "stancedb"):
        op.execute(f"ALTER TABLE {schema}.article_version ALTER COLUMN raw SET STORAGE EXTENDED")
        op.execute(f"COMMENT ON COLUMN {schema}.article_version.raw IS '{COMMENT_OF_RAW.format('')}'")
        _unpack(schema)
        op.execute(f"ALTER TABLE {schema}.article_version DROP COLUMN raw_encoding")


def _unpack(schema: str) -> None:
    """Write the pages of a table as they came in; neither is a text edited by this nor a history forged."""
    connection = op.get_bind()
    op.execute(f"ALTER TABLE {schema}.article_version DISABLE TRIGGER USER")
    # A text of the history has its id from a table where it is no more, so the place of the row is its name here.
    packed = sa.text(
        f"SELECT ctid::text AS place, raw FROM {schema}.article_version WHERE raw_encoding = 'gzip' LIMIT {_AT_ONCE}"
    )
    unpacked = sa.text(
        f"UPDATE {schema}.article_version SET raw = :raw, raw_encoding = 'identity' WHERE ctid = CAST(:place AS tid)"
    )
    while rows := connection.execute(packed).all():
        connection.execute(
            unpacked, [{"place": row.place, "raw": zlib.decompress(row.raw, zlib.MAX_WBITS | 16)} for row in rows]
        )
    op.execute(f"ALTER TABLE {schema}.article_version ENABLE TRIGGER USER")
