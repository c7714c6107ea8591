"""Create the rules, the evidence and what is derived from it.

Revision: create_derived
Follows: create_watch
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_derived"
down_revision = "create_watch"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the rules, the evidence and what is derived from it."""
    op.execute("CREATE SEQUENCE stancedb.evidence_id_seq")
    op.execute("CREATE SEQUENCE stancedb.scale_id_seq")
    op.execute("CREATE SEQUENCE stancedb.succession_id_seq")
    op.execute("CREATE SEQUENCE stancedb.touched_id_seq")
    op.create_table(
        "derivation_rule",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("label", sa.Text(), nullable=False, comment="The words that tables and pictures show."),
        sa.Column("definition", sa.Text(), nullable=False, comment="What the rule does, in a sentence."),
        sa.Column(
            "min_authority", sa.SmallInteger(), nullable=False, comment="Statements below this authority do not count."
        ),
        sa.Column("bases", postgresql.ARRAY(sa.TEXT()), nullable=False, comment="The bases of coding that count."),
        sa.Column(
            "sustain_days",
            sa.BigInteger(),
            nullable=True,
            comment="A position counts once two statements on different dates carry it, or it stood uncontradicted for so many days; null means at once.",
        ),
        sa.Column(
            "retraction_effect",
            sa.Text(),
            nullable=False,
            comment="Whether the stance before returns after a retraction.",
        ),
        sa.Column(
            "tenure_effect",
            sa.Text(),
            nullable=False,
            comment="Whether the stance of an office ends when its holder changes.",
        ),
        sa.Column(
            "expiry_days",
            sa.BigInteger(),
            nullable=True,
            comment="Days after its last evidence at which a stance lapses.",
        ),
        sa.Column(
            "is_default",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether it answers when no rule is named.",
        ),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "bases <@ ARRAY['self', 'on_behalf', 'attributed_by_other'] AND cardinality(bases) > 0",
            name=op.f("ck_derivation_rule_bases_are_known"),
        ),
        sa.CheckConstraint(
            "retraction_effect IN ('revert', 'unknown')", name=op.f("ck_derivation_rule_retraction_effect_is_known")
        ),
        sa.CheckConstraint("tenure_effect IN ('cut', 'carry')", name=op.f("ck_derivation_rule_tenure_effect_is_known")),
        sa.CheckConstraint("expiry_days > 0", name=op.f("ck_derivation_rule_expiry_days_positive")),
        sa.CheckConstraint(
            "min_authority BETWEEN 1 AND 6", name=op.f("ck_derivation_rule_min_authority_from_one_to_six")
        ),
        sa.CheckConstraint("sustain_days > 0", name=op.f("ck_derivation_rule_sustain_days_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_derivation_rule")),
        sa.UniqueConstraint("slug", name=op.f("uq_derivation_rule_slug")),
        schema="stancedb",
        comment="Named ways to derive stances. A rule is never edited; a changed rule is a new one with a new name.",
    )
    op.create_index(
        "uq_derivation_rule_one_default",
        "derivation_rule",
        ["is_default"],
        unique=True,
        schema="stancedb",
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "evidence",
        sa.Column("holder_id", sa.BigInteger(), nullable=False, comment="Whose position, after merges of actors."),
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="On which question."),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('stancedb.evidence_id_seq')"),
            nullable=False,
            comment="Number of the row within the table.",
        ),
        sa.Column(
            "act",
            sa.Text(),
            nullable=False,
            comment="Whether the statement expresses the position or retracts an earlier one.",
        ),
        sa.Column("position_id", sa.BigInteger(), nullable=False, comment="The position expressed, or taken back."),
        sa.Column("position_kind", sa.Text(), nullable=False, comment="Kind of the position when the row was written."),
        sa.Column("rank", sa.SmallInteger(), nullable=True, comment="Rank of the position when the row was written."),
        sa.Column("score", sa.Double(), nullable=True, comment="Score of the position when the row was written."),
        sa.Column("said_from", sa.Date(), nullable=False, comment="Earliest day of the statement."),
        sa.Column(
            "said_to", sa.Date(), nullable=True, comment="First day after the latest possible one; null if open."
        ),
        sa.Column("authority", sa.SmallInteger(), nullable=False, comment="Authority of the statement, 1 to 6."),
        sa.Column("basis", sa.Text(), nullable=False, comment="Basis of the coding."),
        sa.Column("verification", sa.Text(), nullable=False, comment="Verification of the statement."),
        sa.Column(
            "statement_id",
            sa.BigInteger(),
            nullable=False,
            comment="The statement; for a retraction the one that retracts.",
        ),
        sa.Column(
            "coding_id", sa.BigInteger(), nullable=False, comment="The coding that counts, or that is taken back."
        ),
        sa.Column(
            "known_from_id", sa.BigInteger(), nullable=False, comment="The changeset from which the row was known."
        ),
        sa.Column(
            "known_until_id",
            sa.BigInteger(),
            nullable=True,
            comment="The changeset that closed the row; null while it counts.",
        ),
        sa.CheckConstraint("act IN ('expresses', 'retracts')", name=op.f("ck_evidence_act_is_known")),
        sa.PrimaryKeyConstraint("holder_id", "issue_id", "id", name=op.f("pk_evidence")),
        schema="stancedb",
        comment="The flat table that derivation reads: a row for each final coding that counts and for each retraction of one. Rows are closed and added, never edited.",
    )
    op.create_index(
        "ix_evidence_live",
        "evidence",
        ["holder_id", "issue_id", "said_from", "authority", "statement_id", "coding_id"],
        unique=False,
        schema="stancedb",
        postgresql_where=sa.text("known_until_id IS NULL"),
        postgresql_include=["act", "position_id", "said_to", "basis"],
    )
    op.create_table(
        "scale",
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="Whose positions it orders."),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('stancedb.scale_id_seq')"),
            nullable=False,
            comment="Number of the row within the table.",
        ),
        sa.Column("lowest", sa.SmallInteger(), nullable=False, comment="Lowest rank."),
        sa.Column("highest", sa.SmallInteger(), nullable=False, comment="Highest rank."),
        sa.Column(
            "known_from_id", sa.BigInteger(), nullable=False, comment="The changeset from which the row was known."
        ),
        sa.Column(
            "known_until_id",
            sa.BigInteger(),
            nullable=True,
            comment="The changeset that closed the row; null while it counts.",
        ),
        sa.PrimaryKeyConstraint("issue_id", "id", name=op.f("pk_scale")),
        schema="stancedb",
        comment="Lowest and highest rank of the substantive positions of an issue; rows are closed and added.",
    )
    op.create_table(
        "succession",
        sa.Column(
            "holder_id", sa.BigInteger(), nullable=False, comment="The office, or the government that it governs."
        ),
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('stancedb.succession_id_seq')"),
            nullable=False,
            comment="Number of the row within the table.",
        ),
        sa.Column(
            "changed_on", sa.Date(), nullable=False, comment="First day of a new person, or first day without one."
        ),
        sa.Column("is_own_office", sa.Boolean(), nullable=False, comment="Whether the holder is the office itself."),
        sa.Column(
            "known_from_id", sa.BigInteger(), nullable=False, comment="The changeset from which the row was known."
        ),
        sa.Column(
            "known_until_id",
            sa.BigInteger(),
            nullable=True,
            comment="The changeset that closed the row; null while it counts.",
        ),
        sa.PrimaryKeyConstraint("holder_id", "id", name=op.f("pk_succession")),
        schema="stancedb",
        comment="Days on which the person in an office changed, for offices and the governments they lead; rows are closed and added.",
    )
    op.create_table(
        "pair",
        sa.Column("holder_id", sa.BigInteger(), nullable=False, comment="Who has evidence."),
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="On which question."),
        sa.Column(
            "derived_by_id", sa.BigInteger(), nullable=False, comment="The changeset that derived the pair last."
        ),
        sa.PrimaryKeyConstraint("holder_id", "issue_id", name=op.f("pk_pair")),
        schema="stancedb",
        comment="Every holder and issue with evidence; its row lock keeps two writers from deriving one pair at once.",
    )
    op.create_table(
        "stance",
        sa.Column("holder_id", sa.BigInteger(), nullable=False, comment="Who holds it."),
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="On which issue."),
        sa.Column("rule_id", sa.BigInteger(), nullable=False, comment="Under which rule."),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="First day."),
        sa.Column("valid_to", sa.Date(), nullable=True, comment="First day after; null while it lasts."),
        sa.Column("position_id", sa.BigInteger(), nullable=False, comment="What is held."),
        sa.Column(
            "confirmed_on",
            sa.Date(),
            nullable=False,
            comment="The day on which the rule is satisfied; before it, the stance is pending and the one before it carries on.",
        ),
        sa.Column("onset_coding_id", sa.BigInteger(), nullable=False, comment="The coding of its first evidence."),
        sa.Column(
            "evidence_count", sa.BigInteger(), nullable=False, comment="Statements coded so that stand behind it."
        ),
        sa.Column(
            "contrary_count",
            sa.BigInteger(),
            nullable=False,
            comment="Statements within the period that the rule set aside.",
        ),
        sa.Column("last_evidence_on", sa.Date(), nullable=False, comment="Earliest day of its last evidence."),
        sa.Column(
            "is_contested",
            sa.Boolean(),
            nullable=False,
            comment="Whether evidence of the same day and authority says otherwise, so that the rule had to pick.",
        ),
        sa.CheckConstraint("evidence_count > 0", name=op.f("ck_stance_has_evidence")),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_stance_valid_not_empty")),
        sa.PrimaryKeyConstraint("holder_id", "issue_id", "rule_id", "valid_from", name=op.f("pk_stance")),
        schema="stancedb",
        comment="The position a holder is taken to hold over a period, under a rule. Derived, never typed in.",
    )
    op.create_index("ix_stance_issue", "stance", ["issue_id", "rule_id", "valid_from"], unique=False, schema="stancedb")
    op.create_table(
        "stance_change",
        sa.Column("holder_id", sa.BigInteger(), nullable=False, comment="Who changed."),
        sa.Column("issue_id", sa.BigInteger(), nullable=False, comment="On which issue."),
        sa.Column("rule_id", sa.BigInteger(), nullable=False, comment="Under which rule."),
        sa.Column("changed_on", sa.Date(), nullable=False, comment="First day of what came after."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What kind of change; computed by the decision table of the derivation.",
        ),
        sa.Column(
            "from_position_id", sa.BigInteger(), nullable=True, comment="The position known last; null at the first."
        ),
        sa.Column(
            "to_position_id", sa.BigInteger(), nullable=True, comment="The position after; null if nothing is known."
        ),
        sa.Column(
            "window_from",
            sa.Date(),
            nullable=True,
            comment="First day on which it can have happened; null if nothing was known before.",
        ),
        sa.Column(
            "window_to", sa.Date(), nullable=False, comment="First day after the last on which it can have happened."
        ),
        sa.Column(
            "confirmed_on", sa.Date(), nullable=False, comment="The day on which the rule is satisfied that it changed."
        ),
        sa.Column("delta_rank", sa.BigInteger(), nullable=True, comment="Rank after less rank before."),
        sa.Column("delta_score", sa.Double(), nullable=True, comment="Score after less score before."),
        sa.Column(
            "clarity",
            sa.Text(),
            nullable=True,
            comment="Whether the position became clearer; null if one side is unknown.",
        ),
        sa.Column(
            "walked_back_within",
            sa.BigInteger(),
            nullable=True,
            comment="For a return: days since the position was left.",
        ),
        sa.CheckConstraint(
            "clarity IN ('clarified', 'obscured', 'same')", name=op.f("ck_stance_change_clarity_is_known")
        ),
        sa.CheckConstraint(
            "kind IN ('initial', 'clarification', 'obscuring', 'hardening', 'softening', 'reversal', 'shift', 'return', 'retraction', 'succession', 'lapse')",
            name=op.f("ck_stance_change_kind_is_known"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(from_position_id, to_position_id) > 0", name=op.f("ck_stance_change_names_a_position")
        ),
        sa.CheckConstraint("window_to > window_from", name=op.f("ck_stance_change_window_not_empty")),
        sa.PrimaryKeyConstraint("holder_id", "issue_id", "rule_id", "changed_on", name=op.f("pk_stance_change")),
        schema="stancedb",
        comment="What lies between two consecutive stances: the kind of change and the window in which it happened.",
    )
    op.create_index(
        "ix_stance_change_issue",
        "stance_change",
        ["issue_id", "rule_id", "changed_on"],
        unique=False,
        schema="stancedb",
    )
    op.create_table(
        "touched",
        sa.Column(
            "id",
            sa.BigInteger(),
            server_default=sa.text("nextval('stancedb.touched_id_seq')"),
            nullable=False,
            comment="Number of the row.",
        ),
        sa.Column("changeset_id", sa.BigInteger(), nullable=False, comment="The open changeset."),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What to look at: a coding, a statement, an actor, an issue, an office, a pair.",
        ),
        sa.Column(
            "holder_id",
            sa.BigInteger(),
            nullable=True,
            comment="The holder of a coding or a pair, the actor, the office.",
        ),
        sa.Column(
            "issue_id",
            sa.BigInteger(),
            nullable=True,
            comment="The issue of a coding or a pair, or whose positions changed.",
        ),
        sa.Column("coding_id", sa.BigInteger(), nullable=True, comment="The coding, for one of its kind."),
        sa.Column("statement_id", sa.BigInteger(), nullable=True, comment="The statement, for one of its kind."),
        sa.CheckConstraint(
            "kind IN ('coding', 'statement', 'actor', 'issue', 'office', 'pair')", name=op.f("ck_touched_kind_is_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_touched")),
        schema="stancedb",
        comment="What the open transaction has touched and must look at again; emptied at its commit.",
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_touched_changeset_id"), "touched", ["changeset_id"], unique=False, schema="stancedb")


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("touched", schema="stancedb")
    op.drop_table("stance_change", schema="stancedb")
    op.drop_table("stance", schema="stancedb")
    op.drop_table("pair", schema="stancedb")
    op.drop_table("succession", schema="stancedb")
    op.drop_table("scale", schema="stancedb")
    op.drop_table("evidence", schema="stancedb")
    op.drop_table("derivation_rule", schema="stancedb")
    op.execute("DROP SEQUENCE stancedb.evidence_id_seq")
    op.execute("DROP SEQUENCE stancedb.scale_id_seq")
    op.execute("DROP SEQUENCE stancedb.succession_id_seq")
    op.execute("DROP SEQUENCE stancedb.touched_id_seq")
