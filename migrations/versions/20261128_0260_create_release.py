"""Create releases: states of the database under a name, each with the checksums of its files.

Both tables are curated like everything people enter, and no row of them is ever edited.

Revision: create_release
Follows: relax_recording
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_release"
down_revision = "relax_recording"
branch_labels = None
depends_on = None

TABLES = ("release", "release_file")

CHECK_RELEASE = """
CREATE FUNCTION stancedb.check_release() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (SELECT FROM new_rows) THEN
        RAISE EXCEPTION 'a release is never edited' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_release_is_kept', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$
"""

CONSTRAINTS = (
    ("release", "ck_release_derivation_sha256_is_hex", "the checksum of a definition is 64 hexadecimal digits"),
    ("release", "ck_release_label_is_a_word", "the label of a release is one word of letters, digits, '.', '_' and '-', which begins with a letter or a digit"),
    ("release", "ck_release_manifest_sha256_is_hex", "the digest of a release is 64 hexadecimal digits"),
    ("release", "fk_release_changeset_number", "a release is of a changeset that was committed"),
    ("release", "pk_release", "'release' is given once"),
    ("release", "uq_release_label", "a label names one release"),
    ("release_file", "ck_release_file_content_sha256_is_hex", "the checksum of a file is 64 hexadecimal digits"),
    ("release_file", "ck_release_file_counts_not_negative", "a file has rows and bytes from zero up"),
    ("release_file", "fk_release_file_release_id", "a file is of a release that exists"),
    ("release_file", "pk_release_file", "'release file' is given once"),
    ("release_file", "uq_release_file_release_id_name", "a file stands in a manifest once"),
)  # fmt: skip


def upgrade() -> None:
    """Create both tables with their history, and the trigger that refuses to edit them."""
    op.create_table(
        "release",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Inner key, never shown; people use slugs."),
        sa.Column("label", sa.Text(), nullable=False, comment="The handle that people type and cite."),
        sa.Column("changeset_number", sa.BigInteger(), nullable=False, comment="The changeset as of which everything in it is known."),
        sa.Column("rules", postgresql.ARRAY(sa.TEXT()), nullable=False, comment="The rules that its stances are derived under."),
        sa.Column("codebook_versions", postgresql.ARRAY(sa.TEXT()), nullable=False, comment="The versions of the codebook known then, by label."),
        sa.Column("author", sa.Text(), nullable=False, comment="Who made it; the citation names them."),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why it was made, in the words of the author."),
        sa.Column("released_on", sa.Date(), nullable=False, comment="The day it was made, in UTC."),
        sa.Column("layout", sa.SmallInteger(), nullable=False, comment="Number of the layout of the files; a later layout is a new number."),
        sa.Column("derivation_sha256", sa.Text(), nullable=False, comment="Checksum of the definition of stances in force then."),
        sa.Column("manifest_sha256", sa.Text(), nullable=False, comment="Checksum of the list of checksums: one digest of all files."),
        _changeset_id(),
        sa.CheckConstraint("derivation_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_release_derivation_sha256_is_hex")),
        sa.CheckConstraint("label ~ '^[A-Za-z0-9][A-Za-z0-9._-]*$'", name=op.f("ck_release_label_is_a_word")),
        sa.CheckConstraint("manifest_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_release_manifest_sha256_is_hex")),
        sa.ForeignKeyConstraint(["changeset_number"], ["stancedb.changeset.number"], name=op.f("fk_release_changeset_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("label", name=op.f("uq_release_label")),
        schema="stancedb",
        comment="The database as known at a changeset, under a name that can be cited; rows are added and never edited.",
    )  # fmt: skip
    op.create_table(
        "release_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Inner key, never shown; people use slugs."),
        sa.Column("release_id", sa.BigInteger(), nullable=False, comment="The release it belongs to."),
        sa.Column("name", sa.Text(), nullable=False, comment="Name of the file in the package."),
        sa.Column("content_sha256", sa.Text(), nullable=False, comment="SHA-256 of its bytes."),
        sa.Column("row_count", sa.BigInteger(), nullable=True, comment="Rows under the heading; null where it is no table."),
        sa.Column("byte_count", sa.BigInteger(), nullable=False, comment="How long it is."),
        _changeset_id(),
        sa.CheckConstraint("content_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_release_file_content_sha256_is_hex")),
        sa.CheckConstraint("least(row_count, byte_count) >= 0", name=op.f("ck_release_file_counts_not_negative")),
        sa.ForeignKeyConstraint(["release_id"], ["stancedb.release.id"], name=op.f("fk_release_file_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_file")),
        sa.UniqueConstraint("release_id", "name", name=op.f("uq_release_file_release_id_name")),
        schema="stancedb",
        comment="The manifest of a release: its files with their checksums; rows are added and never edited.",
    )  # fmt: skip
    op.execute(CHECK_RELEASE)
    op.execute("COMMENT ON FUNCTION stancedb.check_release() IS 'A release stays as it is, and so does its manifest.'")
    for table in TABLES:
        _record(table)
        op.execute(
            f"CREATE TRIGGER check_release_update AFTER UPDATE ON stancedb.{table} REFERENCING NEW TABLE AS new_rows"
            " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_release()"
        )
    for table, name, sentence in CONSTRAINTS:
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.{table} IS {_quoted(sentence)}")


def _changeset_id() -> sa.Column[int]:
    return sa.Column(
        "changeset_id",
        sa.BigInteger(),
        server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
        nullable=False,
        comment="The changeset that wrote this version of the row; the database sets it.",
    )


def _record(table: str) -> None:
    """Give a table its history and the triggers that record who wrote what."""
    op.execute(f"CREATE TABLE history.{table} (LIKE stancedb.{table} INCLUDING COMMENTS)")
    op.execute(f"ALTER TABLE history.{table} ADD COLUMN ended_changeset_id bigint NOT NULL")
    op.execute(f"ALTER TABLE history.{table} ADD CONSTRAINT pk_{table} PRIMARY KEY (id, changeset_id)")
    op.execute(f"CREATE INDEX ix_{table}_ended ON history.{table} (ended_changeset_id)")
    op.execute(f"COMMENT ON TABLE history.{table} IS 'Earlier versions of the rows of {table}.'")
    op.execute(
        f"COMMENT ON COLUMN history.{table}.ended_changeset_id"
        " IS 'The changeset that replaced or removed this version.'"
    )
    op.execute(
        f"CREATE TRIGGER require_changeset BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON stancedb.{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset()"
    )
    op.execute(
        f"CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.{table} FOR EACH ROW"
        " WHEN (NEW.changeset_id IS DISTINCT FROM current_setting('stancedb.changeset')::bigint)"
        " EXECUTE FUNCTION stancedb.stamp_changeset()"
    )
    op.execute(
        f"CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.{table}"
        " FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset()"
    )
    for operation in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER keep_history_{operation.lower()} AFTER {operation} ON stancedb.{table}"
            " REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history()"
        )
    op.execute(
        f"CREATE TRIGGER guard_history BEFORE UPDATE OR DELETE OR TRUNCATE ON history.{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history()"
    )


def downgrade() -> None:
    """Drop both tables; a database below this revision knows no releases, and packages that were written stay."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE history.{table}")
        op.execute(f"DROP TABLE stancedb.{table}")
    op.execute("DROP FUNCTION stancedb.check_release()")


def _quoted(sentence: str) -> str:
    return "'" + sentence.replace("'", "''") + "'"
