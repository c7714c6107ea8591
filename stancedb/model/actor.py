"""Who can hold a position: actors with their names, identifiers, relations, tenures and attributes."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import (
    SCHEMA,
    Base,
    Curated,
    Vocabulary,
    attribute_checks,
    day_after,
    first_day,
    not_empty,
    one_of,
)
from stancedb.model.vocabulary import ActorKind, NameKind, RelationKind

_RELATION_ORDINAL = f"array_position(ARRAY[{', '.join(repr(str(kind)) for kind in RelationKind)}], relation)"
ALWAYS = text("'(,)'::daterange")


class Actor(Curated, Base):
    """One person, office, government, state or other body."""

    __tablename__ = "actor"
    __table_args__ = (
        one_of("kind", ActorKind),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint("name <> ''", name="name_not_blank"),
        {"comment": "A person, office, government, state, party or other body that can speak or hold a position."},
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type; it still works after a merge.")
    kind: Mapped[str] = mapped_column(
        comment="The kind of actor. State, government, office and person are different actors."
    )
    name: Mapped[str] = mapped_column(comment="The name shown in tables.")
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), index=True, comment="The actor that it was merged into."
    )
    citation: Mapped[str | None] = mapped_column(comment="Where the facts about the actor can be checked.")


class ActorName(Curated, Base):
    """One name of an actor."""

    __tablename__ = "actor_name"
    __table_args__ = (
        one_of("kind", NameKind),
        not_empty("used"),
        UniqueConstraint("actor_id", "language", "name"),
        Index(
            "uq_actor_name_preferred_now",
            "actor_id",
            "language",
            unique=True,
            postgresql_where=text("kind = 'preferred' AND upper_inf(used)"),
        ),
        Index(None, "name"),
        {"comment": "Names of actors by language, with the period in which each was used."},
    )

    actor_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor that has the name.")
    name: Mapped[str] = mapped_column(comment="The name as written in its language.")
    language: Mapped[str] = mapped_column(comment="BCP 47 tag of the language of the name.")
    kind: Mapped[str] = mapped_column(comment="The kind of name, such as preferred or former.")
    used: Mapped[Range[date]] = mapped_column(
        DATERANGE, server_default=ALWAYS, comment="The period in which the name was used."
    )
    used_from: Mapped[date | None] = first_day("used")
    used_to: Mapped[date | None] = day_after("used")


class IdentifierScheme(Vocabulary, Base):
    """A system of identifiers."""

    __tablename__ = "identifier_scheme"
    __table_args__ = (
        {
            "comment": "Systems that identify actors, such as Wikidata, ISO 3166 and Correlates of War; "
            "coders can add to them."
        },
    )

    pattern: Mapped[str | None] = mapped_column(comment="Regular expression that a value must match.")
    url_template: Mapped[str | None] = mapped_column(comment="URL of an identifier, with {value} in its place.")


class ActorIdentifier(Curated, Base):
    """One identifier of an actor."""

    __tablename__ = "actor_identifier"
    __table_args__ = (
        UniqueConstraint("scheme", "value"),
        Index(None, "actor_id"),
        {"comment": "Identifiers of actors in other systems; none is required."},
    )

    actor_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor that it identifies.")
    scheme: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.identifier_scheme.code"), comment="The system.")
    value: Mapped[str] = mapped_column(comment="The identifier as text, with leading zeros.")


class ActorRelation(Curated, Base):
    """One dated relation between two actors."""

    __tablename__ = "actor_relation"
    __table_args__ = (
        one_of("relation", RelationKind),
        not_empty("during"),
        CheckConstraint("subject_id <> object_id", name="relates_two_actors"),
        ExcludeConstraint(
            (text("int8range(subject_id, subject_id, '[]')"), "&&"),
            (text("int8range(object_id, object_id, '[]')"), "&&"),
            (text(f"int4range({_RELATION_ORDINAL}, {_RELATION_ORDINAL}, '[]')"), "&&"),
            ("during", "&&"),
            name="ex_actor_relation_once_at_a_time",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index(None, "object_id"),
        {
            "comment": "Dated relations between actors: the office belongs to the government, "
            "the government governs the state."
        },
    )

    subject_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor that has the relation."
    )
    relation: Mapped[str] = mapped_column(comment="The kind of relation.")
    object_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor that the relation points to."
    )
    during_edtf: Mapped[str | None] = mapped_column(comment="The period as an EDTF string.")
    during: Mapped[Range[date]] = mapped_column(DATERANGE, server_default=ALWAYS, comment="The period, half-open.")
    during_from: Mapped[date | None] = first_day("during")
    during_to: Mapped[date | None] = day_after("during")


class Tenure(Curated, Base):
    """A person holds a seat of an office for a period."""

    __tablename__ = "tenure"
    __table_args__ = (
        not_empty("held"),
        CheckConstraint("seat >= 1", name="seat_is_counted_from_one"),
        CheckConstraint("person_id <> office_id", name="person_is_not_the_office"),
        ExcludeConstraint(
            (text("int8range(office_id, office_id, '[]')"), "&&"),
            (text("int8range(seat, seat, '[]')"), "&&"),
            # From noon of the latest possible first day to noon of the earliest possible last day.
            (text(f"{SCHEMA}.tenure_certain(held, held_edtf)"), "&&"),
            name="ex_tenure_one_holder_of_a_seat",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index(None, "person_id"),
        {"comment": "Who held which office when. A seat has one holder at a time."},
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="Who holds the office.")
    office_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="The office held.")
    seat: Mapped[int] = mapped_column(server_default=text("1"), comment="The seat, for an office with several.")
    held_edtf: Mapped[str] = mapped_column(comment="The period as an EDTF string.")
    held: Mapped[Range[date]] = mapped_column(comment="The period, half-open.")
    held_from: Mapped[date | None] = first_day("held")
    held_to: Mapped[date | None] = day_after("held")
    is_acting: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Whether the person held the office only in an acting capacity."
    )
    citation: Mapped[str | None] = mapped_column(comment="Where the period can be checked.")


class ActorAttribute(Curated, Base):
    """The value of an attribute of an actor for a period."""

    __tablename__ = "actor_attribute"
    __table_args__ = (
        not_empty("during"),
        *attribute_checks(),
        ExcludeConstraint(
            (text("int8range(actor_id, actor_id, '[]')"), "&&"),
            # PostgreSQL has no text ranges. A collision of 64-bit hashes between two keys of one actor is practically
            # impossible.
            (text("numrange(hashtextextended(key, 0), hashtextextended(key, 0), '[]')"), "&&"),
            ("during", "&&"),
            name="ex_actor_attribute_one_value_at_a_time",
            using="gist",
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index(None, "actor_id"),
        {"comment": "Attributes of actors, such as the type of an organisation: a key and a value, for a period."},
    )

    actor_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor that it describes.")
    key: Mapped[str] = mapped_column(comment="The name of the attribute, such as type or party.")
    value: Mapped[str] = mapped_column(comment="The value of the attribute.")
    during_edtf: Mapped[str | None] = mapped_column(comment="The period as an EDTF string.")
    during: Mapped[Range[date]] = mapped_column(DATERANGE, server_default=ALWAYS, comment="The period, half-open.")
    during_from: Mapped[date | None] = first_day("during")
    during_to: Mapped[date | None] = day_after("during")
