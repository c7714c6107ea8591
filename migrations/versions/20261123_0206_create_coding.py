"""Create coders, codings and reviews.

Revision: create_coding
Follows: create_speech
"""

import sqlalchemy as sa
from alembic import op

revision = "create_coding"
down_revision = "create_speech"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create coders, codings and reviews."""
    op.create_table(
        "coder",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("kind", sa.Text(), nullable=False, comment="Person, model or import."),
        sa.Column("version", sa.Text(), nullable=True, comment="Version of the model or of the import."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("kind IN ('human', 'model', 'import')", name=op.f("ck_coder_kind_is_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coder")),
        sa.UniqueConstraint("name", name=op.f("uq_coder_name")),
        schema="stancedb",
        comment="Who or what codes. A model's suggestion and a person's decision are rows of two coders.",
    )
    op.create_table(
        "coding",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("statement_id", sa.BigInteger(), nullable=False, comment="The statement judged."),
        sa.Column(
            "holder_id", sa.BigInteger(), nullable=False, comment="Whose position it is; not always the speaker's."
        ),
        sa.Column(
            "issue_id", sa.BigInteger(), nullable=False, comment="The question on which the statement is judged."
        ),
        sa.Column(
            "position_id",
            sa.BigInteger(),
            nullable=True,
            comment="The position; null means the statement addresses the issue and takes no codable position.",
        ),
        sa.Column("coder_id", sa.BigInteger(), nullable=False, comment="Who judged."),
        sa.Column("codebook_version_id", sa.BigInteger(), nullable=False, comment="Under which version of the rules."),
        sa.Column("basis", sa.Text(), nullable=False, comment="On what ground the position is ascribed to the holder."),
        sa.Column("explicitness", sa.Text(), nullable=False, comment="How openly the statement takes the position."),
        sa.Column(
            "condition", sa.Text(), nullable=True, comment="The condition under which it is said to hold; null if none."
        ),
        sa.Column("vagueness", sa.Text(), nullable=False, comment="Whether the wording commits the holder."),
        sa.Column("confidence", sa.Text(), nullable=False, comment="How sure the coder is."),
        sa.Column("rationale", sa.Text(), nullable=True, comment="Why, in the coder's words."),
        sa.Column("status", sa.Text(), nullable=False, comment="Where the coding stands in review."),
        sa.Column(
            "is_final",
            sa.Boolean(),
            nullable=False,
            comment="Whether this is the judgement that counts; one for a statement, holder and issue.",
        ),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint("NOT is_final OR status = 'accepted'", name=op.f("ck_coding_final_is_accepted")),
        sa.CheckConstraint(
            "basis IN ('self', 'on_behalf', 'attributed_by_other')", name=op.f("ck_coding_basis_is_known")
        ),
        sa.CheckConstraint("confidence IN ('low', 'moderate', 'high')", name=op.f("ck_coding_confidence_is_known")),
        sa.CheckConstraint(
            "explicitness IN ('explicit', 'implicit', 'inferred')", name=op.f("ck_coding_explicitness_is_known")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'accepted', 'rejected')", name=op.f("ck_coding_status_is_known")
        ),
        sa.CheckConstraint("vagueness IN ('committal', 'non_committal')", name=op.f("ck_coding_vagueness_is_known")),
        sa.ForeignKeyConstraint(
            ["codebook_version_id"], ["stancedb.codebook_version.id"], name=op.f("fk_coding_codebook_version_id")
        ),
        sa.ForeignKeyConstraint(["coder_id"], ["stancedb.coder.id"], name=op.f("fk_coding_coder_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["stancedb.actor.id"], name=op.f("fk_coding_holder_id")),
        sa.ForeignKeyConstraint(
            ["issue_id", "position_id"],
            ["stancedb.position.issue_id", "stancedb.position.id"],
            name="fk_coding_position_of_issue",
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["stancedb.issue.id"], name=op.f("fk_coding_issue_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["stancedb.statement.id"], name=op.f("fk_coding_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding")),
        sa.UniqueConstraint(
            "statement_id", "holder_id", "issue_id", "coder_id", "codebook_version_id", name="uq_coding_once_by_coder"
        ),
        schema="stancedb",
        comment="One coder's judgement, under one codebook version, that a statement expresses a position of a holder.",
    )
    op.create_index(
        op.f("ix_coding_holder_id_issue_id"), "coding", ["holder_id", "issue_id"], unique=False, schema="stancedb"
    )
    op.create_index(
        op.f("ix_coding_issue_id_position_id"), "coding", ["issue_id", "position_id"], unique=False, schema="stancedb"
    )
    op.create_index(
        "uq_coding_one_final",
        "coding",
        ["statement_id", "holder_id", "issue_id"],
        unique=True,
        schema="stancedb",
        postgresql_where=sa.text("is_final"),
    )
    op.create_table(
        "coding_review",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("coding_id", sa.BigInteger(), nullable=False, comment="The coding decided on."),
        sa.Column("old_status", sa.Text(), nullable=False, comment="Its status before."),
        sa.Column("new_status", sa.Text(), nullable=False, comment="Its status after."),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=False, comment="Who decided."),
        sa.Column(
            "reviewed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False, comment="When."
        ),
        sa.Column("note", sa.Text(), nullable=True, comment="Why."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "new_status IN ('draft', 'submitted', 'accepted', 'rejected')",
            name=op.f("ck_coding_review_new_status_is_known"),
        ),
        sa.CheckConstraint(
            "old_status IN ('draft', 'submitted', 'accepted', 'rejected')",
            name=op.f("ck_coding_review_old_status_is_known"),
        ),
        sa.ForeignKeyConstraint(["coding_id"], ["stancedb.coding.id"], name=op.f("fk_coding_review_coding_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["stancedb.coder.id"], name=op.f("fk_coding_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coding_review")),
        schema="stancedb",
        comment="Decisions about codings, in order; rows are added and never changed.",
    )
    op.create_index(op.f("ix_coding_review_coding_id"), "coding_review", ["coding_id"], unique=False, schema="stancedb")
    op.create_index(
        op.f("ix_coding_review_reviewer_id"), "coding_review", ["reviewer_id"], unique=False, schema="stancedb"
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("coding_review", schema="stancedb")
    op.drop_table("coding", schema="stancedb")
    op.drop_table("coder", schema="stancedb")
