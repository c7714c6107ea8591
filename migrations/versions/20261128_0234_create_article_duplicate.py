"""Create what finds copies of articles: a sketch of every text, and the proposals that people decide about.

The sketch is a sample of the runs of five words in a text, each as a number. It follows from the text alone, is written
by a trigger with it and goes with it, so it has no history; the proposals are curated like everything people decide.

Revision: create_article_duplicate
Follows: index_words_in_less_time
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_article_duplicate"
down_revision = "index_words_in_less_time"
branch_labels = None
depends_on = None

# Punctuation and signs, and the scripts without spaces, as the search takes them.
BETWEEN = (
    r"\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u02ff\u055a-\u055f\u060c\u061b\u061f\u066a-\u066d"
    r"\u06d4\u0964\u0965\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3006-\u303f\u30a0\u30fb\ufe00-\ufe6f"
)
UNSPACED = (
    r"\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)

# A token is a word, or one character of a script without spaces; the lowest bit of its number says which. A run begins
# at every token and has five of them, or ten where it begins with such a character. One in eight is kept, by its words
# and not by its place, so that two texts keep the same ones.
TEXT_SHINGLES = f"""
CREATE FUNCTION stancedb.text_shingles(said text) RETURNS bigint[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000
BEGIN ATOMIC
    WITH plain AS MATERIALIZED (
        SELECT lower(CASE WHEN said IS NFKC NORMALIZED THEN said ELSE normalize(said, NFKC) END) AS t
    ), token AS MATERIALIZED (
        SELECT ARRAY(
            SELECT (hashtextextended(w, 0) & -2) | (ascii(w) >= 12293)::integer::bigint
            FROM plain, unnest(string_to_array(
                -- The second expression is twice as fast, and serves most texts.
                CASE WHEN t ~ '[{UNSPACED}]' THEN regexp_replace(t, '([{UNSPACED}])|[{BETWEEN}]+', ' \\1 ', 'g')
                ELSE regexp_replace(t, '[{BETWEEN}]+', ' ', 'g') END, ' ')) w
            WHERE w <> ''
        ) AS h
    )
    SELECT coalesce(array_agg(DISTINCT hash_array_extended(h[i : i + 4 + 5 * (h[i] & 1)::integer], 0)), '{{}}')
    FROM token, generate_series(1, cardinality(h) - 4) i
    WHERE (h[i] # h[i + 1] # h[i + 2] # h[i + 3] # h[i + 4]) & 14 = 0
        AND i + 4 + 5 * (h[i] & 1) <= cardinality(h);
END
"""

SKETCH_ARTICLE_VERSION = """
CREATE FUNCTION stancedb.sketch_article_version() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO stancedb.article_sketch (article_version_id, shingles)
    SELECT n.id, stancedb.text_shingles(n.body) FROM new_rows n;
    RETURN NULL;
END
$body$
"""

CHECK_ARTICLE_SYNDICATION = """
CREATE FUNCTION stancedb.check_article_syndication() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF EXISTS (
        WITH RECURSIVE chain AS (
            SELECT n.id AS first_id, n.syndicated_from_id AS next_id FROM new_rows n
            WHERE n.syndicated_from_id IS NOT NULL
            UNION
            SELECT c.first_id, a.syndicated_from_id FROM chain c JOIN stancedb.article a ON a.id = c.next_id
            WHERE a.syndicated_from_id IS NOT NULL
        )
        SELECT FROM chain c WHERE c.next_id = c.first_id
    ) THEN
        RAISE EXCEPTION 'an article is a copy of its own copy' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'ck_article_syndication_has_an_origin', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
    END IF;
    RETURN NULL;
END
$body$
"""

FUNCTIONS = (
    ("text_shingles(text)", TEXT_SHINGLES, "One in eight of the runs of five words in a text, or of ten characters of Chinese, Japanese and Korean, each as a number."),
    ("sketch_article_version()", SKETCH_ARTICLE_VERSION, "Writes the sketch of a text that comes in."),
    ("check_article_syndication()", CHECK_ARTICLE_SYNDICATION, "From copy to original there is always an end."),
)  # fmt: skip

CONSTRAINTS = (
    ("article_duplicate", "ck_article_duplicate_is_of_two_articles", "an article is not proposed as a copy of itself"),
    ("article_duplicate", "ck_article_duplicate_rejected_with_a_reason", "a proposed copy is rejected with a reason"),
    ("article_duplicate", "ck_article_duplicate_score_is_a_share", "the score of a proposed copy is a share, from 0 to 1"),
    ("article_duplicate", "ck_article_duplicate_state_is_known", "'article duplicate state' takes one of the values of its closed set"),
    ("article_duplicate", "fk_article_duplicate_copy_id", "a proposed copy is an article that exists"),
    ("article_duplicate", "fk_article_duplicate_original_id", "a proposed original is an article that exists"),
    ("article_duplicate", "pk_article_duplicate", "'article duplicate' is given once"),
    ("article_sketch", "fk_article_sketch_article_version_id", "a sketch is of a text that exists"),
    ("article_sketch", "pk_article_sketch", "'article sketch' is given once"),
)  # fmt: skip
UNIQUE_INDEXES = (
    ("uq_article_duplicate_one_original", "an article is accepted as a copy of one other"),
    ("uq_article_duplicate_pair", "two articles are proposed as copies once, whichever is the original"),
)


def upgrade() -> None:
    """Create the sketch with its function, fill it from the texts at hand, and create the table of proposals."""
    op.execute(TEXT_SHINGLES)
    op.create_table(
        "article_sketch",
        sa.Column("article_version_id", sa.BigInteger(), nullable=False, autoincrement=False, comment="The frozen text it follows from."),
        sa.Column("shingles", postgresql.ARRAY(sa.BigInteger()), nullable=False, comment="One in eight of the runs of five words, or of ten characters of Chinese, Japanese and Korean, each as a number."),
        sa.ForeignKeyConstraint(["article_version_id"], ["stancedb.article_version.id"], name=op.f("fk_article_sketch_article_version_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_version_id", name=op.f("pk_article_sketch")),
        schema="stancedb",
        comment="What copies are found by: a sample of the runs of words in each text, written by the database with the text.",
    )  # fmt: skip
    op.execute(
        "INSERT INTO stancedb.article_sketch (article_version_id, shingles)"
        " SELECT v.id, stancedb.text_shingles(v.body) FROM stancedb.article_version v ORDER BY v.id"
    )
    # Every load asks the index for what it has just written, and a list of what is pending is read each time.
    op.create_index(
        "ix_article_sketch_shingles", "article_sketch", ["shingles"], schema="stancedb",
        postgresql_using="gin", postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
    op.create_table(
        "article_duplicate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False, comment="Inner key, never shown; people use slugs."),
        sa.Column("copy_id", sa.BigInteger(), nullable=False, comment="The article that looks like a copy."),
        sa.Column("original_id", sa.BigInteger(), nullable=False, comment="The article it looks like a copy of: the one of an agency, else the earlier one."),
        sa.Column("score", sa.Double(), nullable=False, comment="Share of the sampled runs of words of the shorter text that the longer one has too, when it was proposed."),
        sa.Column("state", sa.Text(), server_default=sa.text("'proposed'"), nullable=False, comment="Whether somebody decided, and how; the changeset of the row says who and when."),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why it was decided so."),
        sa.Column("changeset_id", sa.BigInteger(), server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"), nullable=False, comment="The changeset that wrote this version of the row; the database sets it."),
        sa.CheckConstraint("copy_id <> original_id", name=op.f("ck_article_duplicate_is_of_two_articles")),
        sa.CheckConstraint("reason IS NOT NULL OR state <> 'rejected'", name=op.f("ck_article_duplicate_rejected_with_a_reason")),
        sa.CheckConstraint("score BETWEEN 0 AND 1", name=op.f("ck_article_duplicate_score_is_a_share")),
        sa.CheckConstraint("state IN ('proposed', 'accepted', 'rejected')", name=op.f("ck_article_duplicate_state_is_known")),
        # A load can be undone although later articles were proposed as copies of its own.
        sa.ForeignKeyConstraint(["copy_id"], ["stancedb.article.id"], name=op.f("fk_article_duplicate_copy_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["original_id"], ["stancedb.article.id"], name=op.f("fk_article_duplicate_original_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_duplicate")),
        schema="stancedb",
        comment="Pairs of articles of which one looks like a copy of the other, and what people decided about them.",
    )  # fmt: skip
    op.execute(
        "CREATE UNIQUE INDEX uq_article_duplicate_pair ON stancedb.article_duplicate"
        " USING btree (LEAST(copy_id, original_id), GREATEST(copy_id, original_id))"
    )
    op.create_index(
        "uq_article_duplicate_one_original", "article_duplicate", ["copy_id"], unique=True, schema="stancedb",
        postgresql_where=sa.text("state = 'accepted'"),
    )  # fmt: skip
    for column in ("copy_id", "original_id"):
        op.create_index(op.f(f"ix_article_duplicate_{column}"), "article_duplicate", [column], schema="stancedb")
    _record()
    op.execute(SKETCH_ARTICLE_VERSION)
    op.execute(
        "CREATE TRIGGER sketch_insert AFTER INSERT ON stancedb.article_version REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.sketch_article_version()"
    )
    op.execute(CHECK_ARTICLE_SYNDICATION)
    for operation in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER check_article_syndication_{operation.lower()} AFTER {operation} ON stancedb.article"
            " REFERENCING NEW TABLE AS new_rows"
            " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.check_article_syndication()"
        )
    for signature, _source, comment in FUNCTIONS:
        op.execute(f"COMMENT ON FUNCTION stancedb.{signature} IS '{comment}'")
    for table, name, sentence in CONSTRAINTS:
        op.execute(f"COMMENT ON CONSTRAINT {name} ON stancedb.{table} IS {_quoted(sentence)}")
    for name, sentence in UNIQUE_INDEXES:
        op.execute(f"COMMENT ON INDEX stancedb.{name} IS {_quoted(sentence)}")


def _record() -> None:
    """Give the table of proposals its history and the triggers that record who wrote what."""
    op.execute("CREATE TABLE history.article_duplicate (LIKE stancedb.article_duplicate INCLUDING COMMENTS)")
    op.execute("ALTER TABLE history.article_duplicate ADD COLUMN ended_changeset_id bigint NOT NULL")
    op.execute(
        "ALTER TABLE history.article_duplicate ADD CONSTRAINT pk_article_duplicate PRIMARY KEY (id, changeset_id)"
    )
    op.execute("CREATE INDEX ix_article_duplicate_ended ON history.article_duplicate (ended_changeset_id)")
    op.execute("COMMENT ON TABLE history.article_duplicate IS 'Earlier versions of the rows of article_duplicate.'")
    op.execute(
        "COMMENT ON COLUMN history.article_duplicate.ended_changeset_id"
        " IS 'The changeset that replaced or removed this version.'"
    )
    op.execute(
        "CREATE TRIGGER require_changeset BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON stancedb.article_duplicate"
        " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.require_changeset()"
    )
    op.execute(
        "CREATE TRIGGER stamp_changeset_insert BEFORE INSERT ON stancedb.article_duplicate FOR EACH ROW"
        " WHEN (NEW.changeset_id IS DISTINCT FROM current_setting('stancedb.changeset')::bigint)"
        " EXECUTE FUNCTION stancedb.stamp_changeset()"
    )
    op.execute(
        "CREATE TRIGGER stamp_changeset_update BEFORE UPDATE ON stancedb.article_duplicate"
        " FOR EACH ROW EXECUTE FUNCTION stancedb.stamp_changeset()"
    )
    for operation in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER keep_history_{operation.lower()} AFTER {operation} ON stancedb.article_duplicate"
            " REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION stancedb.keep_history()"
        )
    op.execute(
        "CREATE TRIGGER guard_history BEFORE UPDATE OR DELETE OR TRUNCATE ON history.article_duplicate"
        " FOR EACH STATEMENT EXECUTE FUNCTION stancedb.guard_history()"
    )


def downgrade() -> None:
    """Drop both tables; what was accepted stays with the articles, proposals and rejections are not kept."""
    for operation in ("update", "insert"):
        op.execute(f"DROP TRIGGER check_article_syndication_{operation} ON stancedb.article")
    op.execute("DROP TRIGGER sketch_insert ON stancedb.article_version")
    op.execute("DROP TABLE history.article_duplicate")
    op.execute("DROP TABLE stancedb.article_duplicate")
    op.execute("DROP TABLE stancedb.article_sketch")
    for signature, _source, _comment in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION stancedb.{signature}")


def _quoted(sentence: str) -> str:
    return "'" + sentence.replace("'", "''") + "'"
