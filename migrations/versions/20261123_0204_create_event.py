"""Create events with participants.

Revision: create_event
Follows: create_codebook
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_event"
down_revision = "create_codebook"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create events with participants."""
    op.create_table(
        "event_kind",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_kind")),
        sa.UniqueConstraint("code", name=op.f("uq_event_kind_code")),
        schema="stancedb",
        comment="Kinds of event: call, visit, travel advisory, exercise, vote; extended by coders.",
    )
    op.create_table(
        "event",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("slug", sa.Text(), nullable=False, comment="The handle that people type."),
        sa.Column("kind", sa.Text(), nullable=False, comment="What kind of event it is."),
        sa.Column("title", sa.Text(), nullable=False, comment="What tables show."),
        sa.Column("during_edtf", sa.Text(), nullable=False, comment="The period as an EDTF string."),
        sa.Column("during", postgresql.DATERANGE(), nullable=False, comment="The period, half-open."),
        sa.Column(
            "during_from",
            sa.Date(),
            sa.Computed("lower(during)", persisted=True),
            nullable=True,
            comment="First possible day of during.",
        ),
        sa.Column(
            "during_to",
            sa.Date(),
            sa.Computed("upper(during)", persisted=True),
            nullable=True,
            comment="First day after during (half-open); null while it lasts.",
        ),
        sa.Column("zone", sa.Text(), nullable=True, comment="IANA time zone in which the days are counted."),
        sa.Column("status", sa.Text(), nullable=False, comment="Whether it took place."),
        sa.Column("citation", sa.Text(), nullable=True, comment="Where the fact can be checked."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "status IN ('scheduled', 'confirmed', 'occurred', 'cancelled', 'postponed')",
            name=op.f("ck_event_status_is_known"),
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_event_during_not_empty")),
        sa.ForeignKeyConstraint(["kind"], ["stancedb.event_kind.code"], name=op.f("fk_event_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
        schema="stancedb",
        comment="Something that happened or is planned, other than a statement of position.",
    )
    op.create_index(op.f("ix_event_during_from"), "event", ["during_from"], unique=False, schema="stancedb")
    op.create_table(
        "event_participant",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("event_id", sa.BigInteger(), nullable=False, comment="What was taken part in."),
        sa.Column("actor_id", sa.BigInteger(), nullable=False, comment="Who took part."),
        sa.Column("role", sa.Text(), nullable=False, comment="What the actor is to the event."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "role IN ('actor', 'recipient', 'host', 'visitor', 'mediator')",
            name=op.f("ck_event_participant_role_is_known"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["stancedb.actor.id"], name=op.f("fk_event_participant_actor_id")),
        sa.ForeignKeyConstraint(["event_id"], ["stancedb.event.id"], name=op.f("fk_event_participant_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_participant")),
        sa.UniqueConstraint("event_id", "actor_id", "role", name=op.f("uq_event_participant_event_id_actor_id_role")),
        schema="stancedb",
        comment="Who took part in an event and as what; one row each, never pairs.",
    )
    op.create_index(
        op.f("ix_event_participant_actor_id"), "event_participant", ["actor_id"], unique=False, schema="stancedb"
    )


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("event_participant", schema="stancedb")
    op.drop_table("event", schema="stancedb")
    op.drop_table("event_kind", schema="stancedb")
