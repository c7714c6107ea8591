"""Create statements, their mentions and links.

Revision: create_speech
Follows: create_event
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_speech"
down_revision = "create_event"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create statements, their mentions and links."""
    op.create_table(
        "act",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint("code", name=op.f("uq_act_code")),
        schema="stancedb",
        comment="What a statement does: assert, warn, demand, decline to comment; extended by coders.",
    )
    op.create_table(
        "capacity",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity")),
        sa.UniqueConstraint("code", name=op.f("uq_capacity_code")),
        schema="stancedb",
        comment="In what capacity somebody speaks; extended by coders.",
    )
    op.create_table(
        "statement",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("speaker_id", sa.BigInteger(), nullable=False, comment="Who spoke, or which body issued it."),
        sa.Column("tenure_id", sa.BigInteger(), nullable=True, comment="The office the speaker held when it was said."),
        sa.Column(
            "on_behalf_of_id", sa.BigInteger(), nullable=True, comment="In whose name; null means the speaker's own."
        ),
        sa.Column("capacity", sa.Text(), nullable=True, comment="In what capacity the speaker spoke."),
        sa.Column(
            "authority",
            sa.SmallInteger(),
            nullable=False,
            comment="6 law, treaty, cabinet decision; 5 written official answer, joint statement; 4 prepared remarks; 3 ad-lib remarks; 2 spokesperson aside, social post; 1 anonymous or attributed.",
        ),
        sa.Column("act", sa.Text(), nullable=False, comment="What the statement does."),
        sa.Column("said_phrase", sa.Text(), nullable=True, comment="The date as printed."),
        sa.Column(
            "said_edtf", sa.Text(), nullable=False, comment="The date as an EDTF string, local to the speaker's place."
        ),
        sa.Column("said", postgresql.DATERANGE(), nullable=False, comment="The days that said_edtf means, half-open."),
        sa.Column(
            "said_from",
            sa.Date(),
            sa.Computed("lower(said)", persisted=True),
            nullable=True,
            comment="First possible day of said.",
        ),
        sa.Column(
            "said_to",
            sa.Date(),
            sa.Computed("upper(said)", persisted=True),
            nullable=True,
            comment="First day after said (half-open); null while it lasts.",
        ),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True, comment="The instant, if known."),
        sa.Column("zone", sa.Text(), nullable=True, comment="IANA time zone of the speaker's place."),
        sa.Column("place", sa.Text(), nullable=True, comment="Where it was said."),
        sa.Column("event_id", sa.BigInteger(), nullable=True, comment="The event in the course of which it was said."),
        sa.Column("summary", sa.Text(), nullable=True, comment="What was said, in the coder's words."),
        sa.Column("verification", sa.Text(), nullable=False, comment="How sure it is that it was said."),
        sa.Column(
            "self_declared", sa.Text(), nullable=False, comment="What the speaker says about change of the position."
        ),
        sa.Column(
            "merged_into_id", sa.BigInteger(), nullable=True, comment="The statement it was found to be the same as."
        ),
        sa.Column(
            "retracted_on",
            sa.Date(),
            nullable=True,
            comment="The day the record was withdrawn here, because it was wrong.",
        ),
        sa.Column("retracted_reason", sa.Text(), nullable=True, comment="Why the record was withdrawn."),
        sa.Column(
            "citation", sa.Text(), nullable=True, comment="Where the fact can be checked, beside the quoted article."
        ),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "self_declared IN ('none', 'claims_unchanged', 'claims_changed')",
            name=op.f("ck_statement_self_declared_is_known"),
        ),
        sa.CheckConstraint(
            "verification IN ('confirmed', 'single_source', 'disputed', 'denied', 'refuted')",
            name=op.f("ck_statement_verification_is_known"),
        ),
        sa.CheckConstraint(
            "(retracted_reason IS NULL) = (retracted_on IS NULL)",
            name=op.f("ck_statement_retraction_has_reason_and_day"),
        ),
        sa.CheckConstraint("NOT isempty(said)", name=op.f("ck_statement_said_not_empty")),
        sa.CheckConstraint("NOT lower_inf(said)", name=op.f("ck_statement_said_has_a_first_day")),
        sa.CheckConstraint("authority BETWEEN 1 AND 6", name=op.f("ck_statement_authority_from_one_to_six")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_statement_merged_into_another")),
        sa.ForeignKeyConstraint(["act"], ["stancedb.act.code"], name=op.f("fk_statement_act")),
        sa.ForeignKeyConstraint(["capacity"], ["stancedb.capacity.code"], name=op.f("fk_statement_capacity")),
        sa.ForeignKeyConstraint(["event_id"], ["stancedb.event.id"], name=op.f("fk_statement_event_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["stancedb.statement.id"], name=op.f("fk_statement_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["on_behalf_of_id"], ["stancedb.actor.id"], name=op.f("fk_statement_on_behalf_of_id")),
        sa.ForeignKeyConstraint(["speaker_id"], ["stancedb.actor.id"], name=op.f("fk_statement_speaker_id")),
        sa.ForeignKeyConstraint(
            ["tenure_id", "speaker_id"], ["stancedb.tenure.id", "stancedb.tenure.person_id"], name="fk_statement_tenure"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("slug", name=op.f("uq_statement_slug")),
        schema="stancedb",
        comment="One act of speech by one speaker on one occasion; it exists once, however many outlets print it.",
    )
    op.create_index(
        op.f("ix_statement_event_id"),
        "statement",
        ["event_id"],
        unique=False,
        schema="stancedb",
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_statement_merged_into_id"),
        "statement",
        ["merged_into_id"],
        unique=False,
        schema="stancedb",
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_statement_speaker_id_said_from"),
        "statement",
        ["speaker_id", "said_from"],
        unique=False,
        schema="stancedb",
    )
    op.create_index(op.f("ix_statement_tenure_id"), "statement", ["tenure_id"], unique=False, schema="stancedb")
    op.create_table(
        "statement_addressee",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("statement_id", sa.BigInteger(), nullable=False, comment="What was said."),
        sa.Column("actor_id", sa.BigInteger(), nullable=False, comment="Who is addressed, or spoken of."),
        sa.Column(
            "role",
            sa.Text(),
            server_default=sa.text("'addressee'"),
            nullable=False,
            comment="What the actor is to the statement.",
        ),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "role IN ('addressee', 'object', 'beneficiary')", name=op.f("ck_statement_addressee_role_is_known")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["stancedb.actor.id"], name=op.f("fk_statement_addressee_actor_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["stancedb.statement.id"], name=op.f("fk_statement_addressee_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_addressee")),
        sa.UniqueConstraint(
            "statement_id", "actor_id", "role", name=op.f("uq_statement_addressee_statement_id_actor_id_role")
        ),
        schema="stancedb",
        comment="To whom, about whom or for whom a statement speaks.",
    )
    op.create_index(
        op.f("ix_statement_addressee_actor_id"), "statement_addressee", ["actor_id"], unique=False, schema="stancedb"
    )
    op.create_table(
        "mention",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("statement_id", sa.BigInteger(), nullable=False, comment="The statement printed there."),
        sa.Column("article_version_id", sa.BigInteger(), nullable=False, comment="The frozen text it is printed in."),
        sa.Column(
            "char_start", sa.Integer(), nullable=False, comment="First code point of the quote in the body, from 0."
        ),
        sa.Column("char_end", sa.Integer(), nullable=False, comment="Code point after the quote."),
        sa.Column("quote", sa.Text(), nullable=False, comment="The article's own characters between the two."),
        sa.Column("prefix", sa.Text(), nullable=False, comment="The characters before the quote, up to 32."),
        sa.Column("suffix", sa.Text(), nullable=False, comment="The characters after the quote, up to 32."),
        sa.Column("rendering", sa.Text(), nullable=False, comment="How the outlet prints the statement."),
        sa.Column("asserts", sa.Text(), nullable=False, comment="Whether the outlet says that the statement was made."),
        sa.Column("attribution", sa.Text(), nullable=True, comment="Name and title of the speaker as printed."),
        sa.Column(
            "rank",
            sa.Text(),
            server_default=sa.text("'normal'"),
            nullable=False,
            comment="Which mention to show first.",
        ),
        sa.Column("deprecated_reason", sa.Text(), nullable=True, comment="Why the mention is not to be relied on."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "(rank = 'deprecated') = (deprecated_reason IS NOT NULL)", name=op.f("ck_mention_deprecated_with_a_reason")
        ),
        sa.CheckConstraint("asserts IN ('asserts', 'denies', 'doubts')", name=op.f("ck_mention_asserts_is_known")),
        sa.CheckConstraint("rank IN ('preferred', 'normal', 'deprecated')", name=op.f("ck_mention_rank_is_known")),
        sa.CheckConstraint(
            "rendering IN ('verbatim', 'partial_quote', 'translated_quote', 'paraphrase', 'characterisation', 'headline')",
            name=op.f("ck_mention_rendering_is_known"),
        ),
        sa.CheckConstraint(
            "char_length(quote) = char_end - char_start", name=op.f("ck_mention_quote_is_as_long_as_span")
        ),
        sa.CheckConstraint("char_start >= 0 AND char_end > char_start", name=op.f("ck_mention_span_is_half_open")),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["stancedb.article_version.id"], name=op.f("fk_mention_article_version_id")
        ),
        sa.ForeignKeyConstraint(["statement_id"], ["stancedb.statement.id"], name=op.f("fk_mention_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint(
            "statement_id",
            "article_version_id",
            "char_start",
            "char_end",
            name=op.f("uq_mention_statement_id_article_version_id_char_start_char_end"),
        ),
        schema="stancedb",
        comment="One place in one frozen text where a statement is quoted, paraphrased, characterised or denied.",
    )
    op.create_index(
        op.f("ix_mention_article_version_id"), "mention", ["article_version_id"], unique=False, schema="stancedb"
    )
    op.create_table(
        "statement_link",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("statement_id", sa.BigInteger(), nullable=False, comment="The later statement."),
        sa.Column("kind", sa.Text(), nullable=False, comment="What it does to the other."),
        sa.Column("target_id", sa.BigInteger(), nullable=False, comment="The earlier statement."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "kind IN ('reaffirms', 'clarifies', 'walks_back', 'retracts', 'refuses_to_retract', 'denies_saying', 'contradicts', 'responds_to', 'demands_retraction_of', 'restates', 'quotes')",
            name=op.f("ck_statement_link_kind_is_known"),
        ),
        sa.CheckConstraint("statement_id <> target_id", name=op.f("ck_statement_link_links_two_statements")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["stancedb.statement.id"], name=op.f("fk_statement_link_statement_id")
        ),
        sa.ForeignKeyConstraint(["target_id"], ["stancedb.statement.id"], name=op.f("fk_statement_link_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_link")),
        sa.UniqueConstraint(
            "statement_id", "kind", "target_id", name=op.f("uq_statement_link_statement_id_kind_target_id")
        ),
        schema="stancedb",
        comment="How a later statement stands to an earlier one. Only 'retracts' ends a stance by itself.",
    )
    op.create_index(
        op.f("ix_statement_link_target_id"), "statement_link", ["target_id"], unique=False, schema="stancedb"
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("statement_link", schema="stancedb")
    op.drop_table("mention", schema="stancedb")
    op.drop_table("statement_addressee", schema="stancedb")
    op.drop_table("statement", schema="stancedb")
    op.drop_table("capacity", schema="stancedb")
    op.drop_table("act", schema="stancedb")
