"""Create causal links and indicators to watch.

Revision: create_watch
Follows: create_coding
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_watch"
down_revision = "create_coding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create causal links and indicators to watch."""
    op.create_table(
        "causal_link",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("from_statement_id", sa.BigInteger(), nullable=True, comment="The later thing, if a statement."),
        sa.Column("from_event_id", sa.BigInteger(), nullable=True, comment="The later thing, if an event."),
        sa.Column("kind", sa.Text(), nullable=False, comment="How it is said to follow."),
        sa.Column("to_statement_id", sa.BigInteger(), nullable=True, comment="The earlier thing, if a statement."),
        sa.Column("to_event_id", sa.BigInteger(), nullable=True, comment="The earlier thing, if an event."),
        sa.Column("asserted_by_id", sa.BigInteger(), nullable=False, comment="Who says so."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "kind IN ('responds_to', 'retaliates_for', 'triggers', 'conditions')",
            name=op.f("ck_causal_link_kind_is_known"),
        ),
        sa.CheckConstraint("from_event_id <> to_event_id", name=op.f("ck_causal_link_links_two_events")),
        sa.CheckConstraint("from_statement_id <> to_statement_id", name=op.f("ck_causal_link_links_two_statements")),
        sa.CheckConstraint(
            "num_nonnulls(from_statement_id, from_event_id) = 1", name=op.f("ck_causal_link_comes_from_one_thing")
        ),
        sa.CheckConstraint(
            "num_nonnulls(to_statement_id, to_event_id) = 1", name=op.f("ck_causal_link_points_to_one_thing")
        ),
        sa.ForeignKeyConstraint(["asserted_by_id"], ["stancedb.actor.id"], name=op.f("fk_causal_link_asserted_by_id")),
        sa.ForeignKeyConstraint(["from_event_id"], ["stancedb.event.id"], name=op.f("fk_causal_link_from_event_id")),
        sa.ForeignKeyConstraint(
            ["from_statement_id"], ["stancedb.statement.id"], name=op.f("fk_causal_link_from_statement_id")
        ),
        sa.ForeignKeyConstraint(["to_event_id"], ["stancedb.event.id"], name=op.f("fk_causal_link_to_event_id")),
        sa.ForeignKeyConstraint(
            ["to_statement_id"], ["stancedb.statement.id"], name=op.f("fk_causal_link_to_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_causal_link")),
        sa.UniqueConstraint(
            "from_statement_id",
            "from_event_id",
            "kind",
            "to_statement_id",
            "to_event_id",
            "asserted_by_id",
            name="uq_causal_link_asserted_once",
            postgresql_nulls_not_distinct=True,
        ),
        schema="stancedb",
        comment="Causation as somebody asserts it: a later statement or event follows from an earlier one.",
    )
    op.create_index(
        op.f("ix_causal_link_asserted_by_id"), "causal_link", ["asserted_by_id"], unique=False, schema="stancedb"
    )
    op.create_index(
        op.f("ix_causal_link_from_event_id"), "causal_link", ["from_event_id"], unique=False, schema="stancedb"
    )
    op.create_index(op.f("ix_causal_link_to_event_id"), "causal_link", ["to_event_id"], unique=False, schema="stancedb")
    op.create_index(
        op.f("ix_causal_link_to_statement_id"), "causal_link", ["to_statement_id"], unique=False, schema="stancedb"
    )
    op.create_table(
        "indicator",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("question", sa.Text(), nullable=False, comment="What is being watched."),
        sa.Column("counts_if", sa.Text(), nullable=False, comment="What would count as yes."),
        sa.Column("issue_id", sa.BigInteger(), nullable=True, comment="The issue it bears on."),
        sa.Column("due_edtf", sa.Text(), nullable=True, comment="When an answer is due, as an EDTF string."),
        sa.Column("due", postgresql.DATERANGE(), nullable=True, comment="When an answer is due, half-open."),
        sa.Column(
            "due_from",
            sa.Date(),
            sa.Computed("lower(due)", persisted=True),
            nullable=True,
            comment="First possible day of due.",
        ),
        sa.Column(
            "due_to",
            sa.Date(),
            sa.Computed("upper(due)", persisted=True),
            nullable=True,
            comment="First day after due (half-open); null while it lasts.",
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="Whether it is still open."),
        sa.Column("citation", sa.Text(), nullable=True, comment="Who named it as something to watch."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "status IN ('open', 'resolved_yes', 'resolved_no', 'expired')", name=op.f("ck_indicator_status_is_known")
        ),
        sa.CheckConstraint("NOT isempty(due)", name=op.f("ck_indicator_due_not_empty")),
        sa.ForeignKeyConstraint(["issue_id"], ["stancedb.issue.id"], name=op.f("fk_indicator_issue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("slug", name=op.f("uq_indicator_slug")),
        schema="stancedb",
        comment="A question to watch, and what would count as an answer.",
    )
    op.create_index(op.f("ix_indicator_issue_id"), "indicator", ["issue_id"], unique=False, schema="stancedb")
    op.create_table(
        "indicator_observation",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("indicator_id", sa.BigInteger(), nullable=False, comment="What was looked for."),
        sa.Column("observed_on", sa.Date(), nullable=False, comment="The day."),
        sa.Column("is_seen", sa.Boolean(), nullable=False, comment="Whether what would count as yes was seen by then."),
        sa.Column("note", sa.Text(), nullable=True, comment="What was seen, or where was looked."),
        sa.Column("article_version_id", sa.BigInteger(), nullable=True, comment="The source."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.ForeignKeyConstraint(
            ["article_version_id"],
            ["stancedb.article_version.id"],
            name=op.f("fk_indicator_observation_article_version_id"),
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["stancedb.indicator.id"], name=op.f("fk_indicator_observation_indicator_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_observation")),
        sa.UniqueConstraint(
            "indicator_id", "observed_on", name=op.f("uq_indicator_observation_indicator_id_observed_on")
        ),
        schema="stancedb",
        comment="What was seen of an indicator as of a day; 'not seen as of this day' is an observation too.",
    )
    op.create_index(
        op.f("ix_indicator_observation_article_version_id"),
        "indicator_observation",
        ["article_version_id"],
        unique=False,
        schema="stancedb",
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("indicator_observation", schema="stancedb")
    op.drop_table("indicator", schema="stancedb")
    op.drop_table("causal_link", schema="stancedb")
