"""Create actors with names, identifiers, relations and tenures.

Revision: create_actor
Follows: create_provenance
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "create_actor"
down_revision = "create_provenance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create actors with names, identifiers, relations and tenures."""
    op.create_table(
        "actor",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column(
            "slug", sa.Text(), nullable=False, comment="The handle that people type; it keeps working after a merge."
        ),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="What it is. State, government, office and person are different actors.",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="The name that tables show."),
        sa.Column(
            "merged_into_id", sa.BigInteger(), nullable=True, comment="The actor it was found to be the same as."
        ),
        sa.Column("citation", sa.Text(), nullable=True, comment="Where what is said of the actor can be checked."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "kind IN ('person', 'office', 'government', 'state', 'party', 'organization', 'intergovernmental', 'group', 'unnamed_official')",
            name=op.f("ck_actor_kind_is_known"),
        ),
        sa.CheckConstraint("name <> ''", name=op.f("ck_actor_name_not_blank")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_actor_merged_into_another")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["stancedb.actor.id"], name=op.f("fk_actor_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
        sa.UniqueConstraint("slug", name=op.f("uq_actor_slug")),
        schema="stancedb",
        comment="A person, office, government, state, party or other body that can speak or hold a position.",
    )
    op.create_index(op.f("ix_actor_merged_into_id"), "actor", ["merged_into_id"], unique=False, schema="stancedb")
    op.create_table(
        "actor_name",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=False, comment="Whose name it is."),
        sa.Column("name", sa.Text(), nullable=False, comment="The name as written in its language."),
        sa.Column("language", sa.Text(), nullable=False, comment="BCP 47 tag of the language of the name."),
        sa.Column("kind", sa.Text(), nullable=False, comment="What the name is to the actor."),
        sa.Column(
            "used",
            postgresql.DATERANGE(),
            server_default=sa.text("'(,)'::daterange"),
            nullable=False,
            comment="When the name was used.",
        ),
        sa.Column(
            "used_from",
            sa.Date(),
            sa.Computed("lower(used)", persisted=True),
            nullable=True,
            comment="First possible day of used.",
        ),
        sa.Column(
            "used_to",
            sa.Date(),
            sa.Computed("upper(used)", persisted=True),
            nullable=True,
            comment="First day after used (half-open); null while it lasts.",
        ),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.CheckConstraint(
            "kind IN ('preferred', 'alias', 'former', 'transliteration', 'abbreviation')",
            name=op.f("ck_actor_name_kind_is_known"),
        ),
        sa.CheckConstraint("NOT isempty(used)", name=op.f("ck_actor_name_used_not_empty")),
        sa.ForeignKeyConstraint(["actor_id"], ["stancedb.actor.id"], name=op.f("fk_actor_name_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_name")),
        sa.UniqueConstraint("actor_id", "language", "name", name=op.f("uq_actor_name_actor_id_language_name")),
        schema="stancedb",
        comment="Names of actors by language, with the period in which each was used.",
    )
    op.create_index(op.f("ix_actor_name_name"), "actor_name", ["name"], unique=False, schema="stancedb")
    op.create_index(
        "uq_actor_name_preferred_now",
        "actor_name",
        ["actor_id", "language"],
        unique=True,
        schema="stancedb",
        postgresql_where=sa.text("kind = 'preferred' AND upper_inf(used)"),
    )
    op.create_table(
        "identifier_scheme",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("pattern", sa.Text(), nullable=True, comment="Regular expression that a value must match."),
        sa.Column("url_template", sa.Text(), nullable=True, comment="Address of a value, with {value} in its place."),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identifier_scheme")),
        sa.UniqueConstraint("code", name=op.f("uq_identifier_scheme_code")),
        schema="stancedb",
        comment="Systems that identify actors: Wikidata, ISO 3166, Correlates of War; extended by coders.",
    )
    op.create_table(
        "actor_identifier",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=False, comment="Whom it identifies."),
        sa.Column("scheme", sa.Text(), nullable=False, comment="The system."),
        sa.Column("value", sa.Text(), nullable=False, comment="The identifier, as text, leading zeros kept."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["stancedb.actor.id"], name=op.f("fk_actor_identifier_actor_id")),
        sa.ForeignKeyConstraint(
            ["scheme"], ["stancedb.identifier_scheme.code"], name=op.f("fk_actor_identifier_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_identifier")),
        sa.UniqueConstraint("scheme", "value", name=op.f("uq_actor_identifier_scheme_value")),
        schema="stancedb",
        comment="Identifiers of actors in other systems; none is mandatory.",
    )
    op.create_index(
        op.f("ix_actor_identifier_actor_id"), "actor_identifier", ["actor_id"], unique=False, schema="stancedb"
    )
    op.create_table(
        "actor_relation",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("subject_id", sa.BigInteger(), nullable=False, comment="Of whom the relation is said."),
        sa.Column("relation", sa.Text(), nullable=False, comment="Which relation."),
        sa.Column("object_id", sa.BigInteger(), nullable=False, comment="To whom it points."),
        sa.Column("during_edtf", sa.Text(), nullable=True, comment="The period as an EDTF string."),
        sa.Column(
            "during",
            postgresql.DATERANGE(),
            server_default=sa.text("'(,)'::daterange"),
            nullable=False,
            comment="The period, half-open.",
        ),
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
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(subject_id, subject_id, '[]')"), "&&"),
            (sa.text("int8range(object_id, object_id, '[]')"), "&&"),
            (
                sa.text(
                    "int4range(array_position(ARRAY['part_of', 'governs', 'office_of', 'member_of', 'spokesperson_for', 'successor_of'], relation), array_position(ARRAY['part_of', 'governs', 'office_of', 'member_of', 'spokesperson_for', 'successor_of'], relation), '[]')"
                ),
                "&&",
            ),
            (sa.column("during"), "&&"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_actor_relation_once_at_a_time",
        ),
        sa.CheckConstraint(
            "relation IN ('part_of', 'governs', 'office_of', 'member_of', 'spokesperson_for', 'successor_of')",
            name=op.f("ck_actor_relation_relation_is_known"),
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_actor_relation_during_not_empty")),
        sa.CheckConstraint("subject_id <> object_id", name=op.f("ck_actor_relation_relates_two_actors")),
        sa.ForeignKeyConstraint(["object_id"], ["stancedb.actor.id"], name=op.f("fk_actor_relation_object_id")),
        sa.ForeignKeyConstraint(["subject_id"], ["stancedb.actor.id"], name=op.f("fk_actor_relation_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_relation")),
        schema="stancedb",
        comment="Dated relations between actors: the office belongs to the government, the government governs the state.",
    )
    op.create_index(
        op.f("ix_actor_relation_object_id"), "actor_relation", ["object_id"], unique=False, schema="stancedb"
    )
    op.create_table(
        "tenure",
        sa.Column(
            "id",
            sa.BigInteger(),
            sa.Identity(always=False),
            nullable=False,
            comment="Inner key, never shown; people use slugs.",
        ),
        sa.Column("person_id", sa.BigInteger(), nullable=False, comment="Who holds the office."),
        sa.Column("office_id", sa.BigInteger(), nullable=False, comment="The office held."),
        sa.Column(
            "seat",
            sa.BigInteger(),
            server_default=sa.text("1"),
            nullable=False,
            comment="Which seat, where an office has several.",
        ),
        sa.Column("held_edtf", sa.Text(), nullable=False, comment="The period as an EDTF string."),
        sa.Column("held", postgresql.DATERANGE(), nullable=False, comment="The period, half-open."),
        sa.Column(
            "held_from",
            sa.Date(),
            sa.Computed("lower(held)", persisted=True),
            nullable=True,
            comment="First possible day of held.",
        ),
        sa.Column(
            "held_to",
            sa.Date(),
            sa.Computed("upper(held)", persisted=True),
            nullable=True,
            comment="First day after held (half-open); null while it lasts.",
        ),
        sa.Column(
            "is_acting",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether the person acted for another.",
        ),
        sa.Column("citation", sa.Text(), nullable=True, comment="Where the period can be checked."),
        sa.Column(
            "changeset_id",
            sa.BigInteger(),
            server_default=sa.text("(current_setting('stancedb.changeset'))::bigint"),
            nullable=False,
            comment="The changeset that wrote this version of the row; the database sets it.",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(office_id, office_id, '[]')"), "&&"),
            (sa.text("int8range(seat, seat, '[]')"), "&&"),
            (sa.column("held"), "&&"),
            deferrable="True",
            initially="IMMEDIATE",
            using="gist",
            name="ex_tenure_one_holder_of_a_seat",
        ),
        sa.CheckConstraint("NOT isempty(held)", name=op.f("ck_tenure_held_not_empty")),
        sa.CheckConstraint("person_id <> office_id", name=op.f("ck_tenure_person_is_not_the_office")),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_tenure_seat_is_counted_from_one")),
        sa.ForeignKeyConstraint(["office_id"], ["stancedb.actor.id"], name=op.f("fk_tenure_office_id")),
        sa.ForeignKeyConstraint(["person_id"], ["stancedb.actor.id"], name=op.f("fk_tenure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenure")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_tenure_id_person_id")),
        schema="stancedb",
        comment="Who held which office when. No two persons hold one seat at once.",
    )
    op.create_index(op.f("ix_tenure_person_id"), "tenure", ["person_id"], unique=False, schema="stancedb")


def downgrade() -> None:
    """Drop what the upgrade made."""
    op.drop_table("tenure", schema="stancedb")
    op.drop_table("actor_relation", schema="stancedb")
    op.drop_table("actor_identifier", schema="stancedb")
    op.drop_table("identifier_scheme", schema="stancedb")
    op.drop_table("actor_name", schema="stancedb")
    op.drop_table("actor", schema="stancedb")
