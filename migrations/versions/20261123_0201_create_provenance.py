"""Create changesets, loads, outlets, articles and their frozen texts.

Revision: create_provenance
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_provenance"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create changesets, loads, outlets, articles and their frozen texts."""
    op.execute("CREATE SCHEMA stancedb")
    op.execute("COMMENT ON SCHEMA stancedb IS 'Everything people enter, and what is derived from it.'")
    op.create_table(
        "changeset",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=True,
            nullable=False,
            comment="Inner key, in the order of opening, which is not the order of commit.",
        ),
        sa.Column(
            "number",
            sa.BigInteger(),
            nullable=True,
            comment="Gapless number in commit order; 'known at N' means this. Null only inside the open transaction.",
        ),
        sa.Column("author", sa.Text(), nullable=False, comment="Who made the change."),
        sa.Column("message", sa.Text(), nullable=False, comment="Why, in the words of the author."),
        sa.Column("tool", sa.Text(), nullable=False, comment="Program and version that wrote it."),
        sa.Column("undoes_id", sa.BigInteger(), nullable=True, comment="The changeset that this one takes back."),
        sa.Column(
            "opened_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
            comment="When the transaction opened the changeset.",
        ),
        sa.Column(
            "committed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When the changeset got its number, at commit.",
        ),
        sa.CheckConstraint("author <> ''", name=op.f("ck_changeset_author_not_blank")),
        sa.CheckConstraint(
            "(number IS NULL) = (committed_at IS NULL)", name=op.f("ck_changeset_number_comes_with_commit")
        ),
        sa.ForeignKeyConstraint(["undoes_id"], ["stancedb.changeset.id"], name=op.f("fk_changeset_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changeset")),
        sa.UniqueConstraint("number", name=op.f("uq_changeset_number")),
        schema="stancedb",
        comment="One transaction of writes: who, why, with which version of the program. Every curated row names one.",
    )
    op.create_table(
        "changeset_counter",
        sa.Column(
            "is_only",
            sa.Boolean(),
            server_default=sa.text("true"),
            nullable=False,
            comment="Always true: the table has one row.",
        ),
        sa.Column(
            "last_number", sa.BigInteger(), nullable=False, comment="The number of the changeset that committed last."
        ),
        sa.CheckConstraint("is_only", name=op.f("ck_changeset_counter_has_one_row")),
        sa.PrimaryKeyConstraint("is_only", name=op.f("pk_changeset_counter")),
        schema="stancedb",
        comment="The last changeset number; its row lock, taken at commit, puts changesets in commit order.",
    )
    op.create_table(
        "load",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What was loaded: article, statement, actor, codebook, event, ...",
        ),
        sa.Column("origin", sa.Text(), nullable=False, comment="The file or command the records came from."),
        sa.Column(
            "input_sha256", sa.Text(), nullable=False, comment="SHA-256 of the input, so that a file can be recognised."
        ),
        sa.Column("inserted", sa.BigInteger(), nullable=False, comment="Rows that were new."),
        sa.Column(
            "updated", sa.BigInteger(), nullable=False, comment="Rows that changed; the earlier version is in history."
        ),
        sa.Column("unchanged", sa.BigInteger(), nullable=False, comment="Rows that were there already, the same."),
        sa.Column("refused", sa.BigInteger(), nullable=False, comment="Records that were refused."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("input_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_load_input_sha256_is_hex")),
        sa.CheckConstraint(
            "least(inserted, updated, unchanged, refused) >= 0", name=op.f("ck_load_counts_not_negative")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load")),
        schema="stancedb",
        comment="One run of a loader and what it did to each kind of row.",
    )
    op.create_table(
        "outlet_kind",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="The word that records and commands use."),
        sa.Column("label", sa.Text(), nullable=False, comment="The word that tables and pictures show."),
        sa.Column("definition", sa.Text(), nullable=False, comment="What belongs under this code and what does not."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet_kind")),
        sa.UniqueConstraint("code", name=op.f("uq_outlet_kind_code")),
        schema="stancedb",
        comment="Kinds of outlet, extended by coders.",
    )
    op.create_table(
        "outlet",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("name", sa.Text(), nullable=False, comment="The name as printed."),
        sa.Column("kind", sa.Text(), nullable=False, comment="What kind of publisher it is."),
        sa.Column(
            "country", sa.Text(), nullable=True, comment="ISO 3166-1 alpha-2 code of the country it publishes from."
        ),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="The house it belongs to."),
        sa.Column(
            "reliability",
            sa.Text(),
            nullable=True,
            comment="Admiralty grade of the source, A to F; F means it cannot be judged.",
        ),
        sa.Column("citation", sa.Text(), nullable=True, comment="Where what is said of the outlet can be checked."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_outlet_country_is_iso3166")),
        sa.CheckConstraint(
            "reliability IN ('A', 'B', 'C', 'D', 'E', 'F')", name=op.f("ck_outlet_reliability_is_admiralty_grade")
        ),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_outlet_parent_is_another")),
        sa.ForeignKeyConstraint(["kind"], ["stancedb.outlet_kind.code"], name=op.f("fk_outlet_kind")),
        sa.ForeignKeyConstraint(["parent_id"], ["stancedb.outlet.id"], name=op.f("fk_outlet_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outlet")),
        sa.UniqueConstraint("slug", name=op.f("uq_outlet_slug")),
        schema="stancedb",
        comment="Who publishes articles: a newspaper, an agency, a ministry, a parliament.",
    )
    op.create_index(op.f("ix_outlet_parent_id"), "outlet", ["parent_id"], unique=False, schema="stancedb")
    op.create_table(
        "article_kind",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="The word that records and commands use."),
        sa.Column("label", sa.Text(), nullable=False, comment="The word that tables and pictures show."),
        sa.Column("definition", sa.Text(), nullable=False, comment="What belongs under this code and what does not."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_kind")),
        sa.UniqueConstraint("code", name=op.f("uq_article_kind_code")),
        schema="stancedb",
        comment="Kinds of article, extended by coders.",
    )
    op.create_table(
        "article",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column(
            "slug", sa.Text(), nullable=False, comment="The handle that people type; the provider's id in a load."
        ),
        sa.Column("outlet_id", sa.BigInteger(), nullable=False, comment="The outlet that published it."),
        sa.Column("url", sa.Text(), nullable=True, comment="The address as published."),
        sa.Column(
            "url_key",
            sa.Text(),
            nullable=True,
            comment="The address without tracking keys and other differences that do not matter.",
        ),
        sa.Column("title", sa.Text(), nullable=False, comment="The title as printed."),
        sa.Column(
            "standfirst", sa.Text(), nullable=True, comment="The lead under the title, where the outlet sets it apart."
        ),
        sa.Column("byline", sa.Text(), nullable=True, comment="The authors as printed."),
        sa.Column("section", sa.Text(), nullable=True, comment="The section of the outlet it ran in."),
        sa.Column("language", sa.Text(), nullable=False, comment="BCP 47 tag of the language of the text."),
        sa.Column("kind", sa.Text(), nullable=False, comment="What kind of text it is."),
        sa.Column("access", sa.Text(), nullable=False, comment="Whether the whole text was to be had or an excerpt."),
        sa.Column("published_edtf", sa.Text(), nullable=True, comment="Day of publication as an EDTF string."),
        sa.Column(
            "published", postgresql.DATERANGE(), nullable=True, comment="The days that published_edtf means, half-open."
        ),
        sa.Column(
            "published_from",
            sa.Date(),
            sa.Computed("lower(published)", persisted=True),
            nullable=True,
            comment="First possible day of published.",
        ),
        sa.Column(
            "published_to",
            sa.Date(),
            sa.Computed("upper(published)", persisted=True),
            nullable=True,
            comment="First day after published (half-open); null while it lasts.",
        ),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), nullable=True, comment="The instant of publication, if known."
        ),
        sa.Column(
            "syndicated_from_id",
            sa.BigInteger(),
            nullable=True,
            comment="The article this one is a copy of; copies count once as evidence.",
        ),
        sa.Column("retracted_on", sa.Date(), nullable=True, comment="The day the article was withdrawn from use here."),
        sa.Column("retracted_reason", sa.Text(), nullable=True, comment="Why it was withdrawn."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("access IN ('full', 'excerpt')", name=op.f("ck_article_access_is_known")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_article_title_not_blank")),
        sa.CheckConstraint(
            "(retracted_reason IS NULL) = (retracted_on IS NULL)", name=op.f("ck_article_retraction_has_reason_and_day")
        ),
        sa.CheckConstraint("NOT isempty(published)", name=op.f("ck_article_published_not_empty")),
        sa.CheckConstraint("syndicated_from_id <> id", name=op.f("ck_article_syndicated_from_is_another")),
        sa.ForeignKeyConstraint(["kind"], ["stancedb.article_kind.code"], name=op.f("fk_article_kind")),
        sa.ForeignKeyConstraint(["outlet_id"], ["stancedb.outlet.id"], name=op.f("fk_article_outlet_id")),
        sa.ForeignKeyConstraint(
            ["syndicated_from_id"], ["stancedb.article.id"], name=op.f("fk_article_syndicated_from_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
        sa.UniqueConstraint("url_key", name=op.f("uq_article_url_key")),
        schema="stancedb",
        comment="One source text: what was published, by whom, when, where. Its words are in article_version.",
    )
    op.create_index(op.f("ix_article_outlet_id"), "article", ["outlet_id"], unique=False, schema="stancedb")
    op.create_index(op.f("ix_article_published_from"), "article", ["published_from"], unique=False, schema="stancedb")
    op.create_index(
        op.f("ix_article_syndicated_from_id"), "article", ["syndicated_from_id"], unique=False, schema="stancedb"
    )
    op.create_table(
        "article_version",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("article_id", sa.BigInteger(), nullable=False, comment="The article this is a text of."),
        sa.Column("body", sa.Text(), nullable=False, comment="The text, in Unicode NFC, lines ended by a line feed."),
        sa.Column("text_sha256", sa.Text(), nullable=False, comment="SHA-256 of the body in UTF-8."),
        sa.Column(
            "retrieved_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="When the text was retrieved.",
        ),
        sa.Column(
            "normalisation",
            sa.Text(),
            nullable=False,
            comment="Name of the recipe that made the body from what came in.",
        ),
        sa.Column(
            "extractor", sa.Text(), nullable=False, comment="Program and version that took the text out of the source."
        ),
        sa.Column(
            "raw",
            sa.LargeBinary(),
            nullable=True,
            comment="The bytes as they came in, where they differ from the body.",
        ),
        sa.Column("raw_media_type", sa.Text(), nullable=True, comment="MIME type of raw, such as text/html."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("body <> ''", name=op.f("ck_article_version_body_not_blank")),
        sa.CheckConstraint(
            "text_sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')",
            name=op.f("ck_article_version_text_sha256_is_of_body"),
        ),
        sa.CheckConstraint("body IS NFC NORMALIZED", name=op.f("ck_article_version_body_is_nfc")),
        sa.ForeignKeyConstraint(["article_id"], ["stancedb.article.id"], name=op.f("fk_article_version_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint("article_id", "text_sha256", name=op.f("uq_article_version_article_id_text_sha256")),
        schema="stancedb",
        comment="One frozen text of an article. Quotes point into it by code points, so it is never updated.",
    )
    op.create_index(
        op.f("ix_article_version_text_sha256"), "article_version", ["text_sha256"], unique=False, schema="stancedb"
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("article_version", schema="stancedb")
    op.drop_table("article", schema="stancedb")
    op.drop_table("article_kind", schema="stancedb")
    op.drop_table("outlet", schema="stancedb")
    op.drop_table("outlet_kind", schema="stancedb")
    op.drop_table("load", schema="stancedb")
    op.drop_table("changeset_counter", schema="stancedb")
    op.drop_table("changeset", schema="stancedb")
    op.execute("DROP SCHEMA stancedb")
