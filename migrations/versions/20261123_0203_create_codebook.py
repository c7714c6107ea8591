"""Create the codebook: versions, issues, positions.

Revision: create_codebook
Follows: create_actor
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_codebook"
down_revision = "create_actor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the codebook: versions, issues, positions."""
    op.create_table(
        "codebook_version",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("label", sa.Text(), nullable=False, comment="The handle that people type, such as taiwan-1.0."),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="The day it was issued."),
        sa.Column("notes", sa.Text(), nullable=True, comment="What changed against the version before."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codebook_version")),
        sa.UniqueConstraint("label", name=op.f("uq_codebook_version_label")),
        schema="stancedb",
        comment="One version of the rules for coding; every coding names the one it was made under.",
    )
    op.create_table(
        "issue",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("question", sa.Text(), nullable=False, comment="The one question that the positions answer."),
        sa.Column("scope", sa.Text(), nullable=True, comment="What belongs to the issue and what does not."),
        sa.Column("parent_id", sa.BigInteger(), nullable=True, comment="The wider issue it belongs to."),
        sa.Column("status", sa.Text(), nullable=False, comment="Whether it is coded now."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("question <> ''", name=op.f("ck_issue_question_not_blank")),
        sa.CheckConstraint("status IN ('draft', 'active', 'retired')", name=op.f("ck_issue_status_is_known")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_issue_parent_is_another")),
        sa.ForeignKeyConstraint(["parent_id"], ["stancedb.issue.id"], name=op.f("fk_issue_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("slug", name=op.f("uq_issue_slug")),
        schema="stancedb",
        comment="One answerable policy question; its positions are the answers.",
    )
    op.create_index(op.f("ix_issue_parent_id"), "issue", ["parent_id"], unique=False, schema="stancedb")
    op.create_table(
        "position",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="The issue whose question it answers."),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type, unique within the issue."),
        sa.Column("label", sa.Text(), nullable=False, comment="The words that tables and pictures show."),
        sa.Column("definition", sa.Text(), nullable=False, comment="What the position says."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="Whether it answers, deliberately leaves open, or takes no position.",
        ),
        sa.Column(
            "rank",
            sa.SmallInteger(),
            nullable=True,
            comment="Place on the ordered scale of the issue; null where there is none.",
        ),
        sa.Column(
            "score",
            sa.Double(),
            nullable=True,
            comment="Number for means, from -1 to 1, for substantive positions alone.",
        ),
        sa.Column(
            "include", postgresql.ARRAY(sa.TEXT()), nullable=False, comment="Examples of what is to be coded so."
        ),
        sa.Column("exclude", postgresql.ARRAY(sa.TEXT()), nullable=False, comment="Examples of what is not."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "kind IN ('substantive', 'deliberate_ambiguity', 'no_position')", name=op.f("ck_position_kind_is_known")
        ),
        sa.CheckConstraint("score IS NULL OR kind = 'substantive'", name=op.f("ck_position_score_is_of_substance")),
        sa.CheckConstraint("score BETWEEN -1 AND 1", name=op.f("ck_position_score_within_one")),
        sa.ForeignKeyConstraint(["issue_id"], ["stancedb.issue.id"], name=op.f("fk_position_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
        sa.UniqueConstraint("issue_id", "id", name=op.f("uq_position_issue_id_id")),
        sa.UniqueConstraint(
            "issue_id", "rank", deferrable=True, initially="IMMEDIATE", name=op.f("uq_position_issue_id_rank")
        ),
        sa.UniqueConstraint("issue_id", "slug", name=op.f("uq_position_issue_id_slug")),
        schema="stancedb",
        comment="One named answer to an issue's question. Deliberate ambiguity is an answer, not missing data.",
    )
    op.create_table(
        "issue_code",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="What the code stands for."),
        sa.Column("scheme", sa.Text(), nullable=False, comment="The scheme, such as cap or iptc."),
        sa.Column("code", sa.Text(), nullable=False, comment="The code there, as text."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["stancedb.issue.id"], name=op.f("fk_issue_code_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_code")),
        sa.UniqueConstraint("issue_id", "scheme", "code", name=op.f("uq_issue_code_issue_id_scheme_code")),
        schema="stancedb",
        comment="What other schemes call an issue: Comparative Agendas, IPTC Media Topics, Manifesto.",
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("issue_code", schema="stancedb")
    op.drop_table("position", schema="stancedb")
    op.drop_table("issue", schema="stancedb")
    op.drop_table("codebook_version", schema="stancedb")
