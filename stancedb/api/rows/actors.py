"""Rows about actors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stancedb.api.rows.base import Row


@dataclass(frozen=True, slots=True)
class ListedActor(Row):
    """An actor in a list.

    Attributes:
        actor: Slug of the actor.
        kind: Kind of actor.
        name: Name shown in tables.
        holds: Slugs of the offices held today, joined by commas.
        statements: Number of statements by the actor.
        codings: Number of final codings of which the actor is the holder.
        merged_into: Slug of the actor into which it is merged; None if it is not.
    """

    actor: str
    kind: str
    name: str
    holds: str | None
    statements: int
    codings: int
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class MergedActor(Row):
    """An actor that is merged into another one.

    Attributes:
        actor: Slug of the actor.
        name: Its name.
    """

    actor: str
    name: str


@dataclass(frozen=True, slots=True)
class Name(Row):
    """A name of an actor.

    Attributes:
        language: BCP 47 tag of the language.
        name: The name.
        kind: Kind of name, such as preferred or former.
    """

    language: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Identifier(Row):
    """An identifier of an actor.

    Attributes:
        scheme: Code of the identifier scheme.
        value: The identifier.
    """

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Relation(Row):
    """A relation of an actor to another one.

    Attributes:
        relation: Kind of relation.
        object: Slug of the other actor.
        during: Period in which it held (EDTF).
    """

    relation: str
    object: str
    during: str | None


@dataclass(frozen=True, slots=True)
class Tenure(Row):
    """A period in office.

    Attributes:
        person: Slug of the person.
        office: Slug of the office.
        seat: Seat, if the office has several.
        held: The period (EDTF).
        is_acting: Whether the person was acting.
    """

    person: str
    office: str
    seat: str | None
    held: str
    is_acting: bool


@dataclass(frozen=True, slots=True)
class Attribute(Row):
    """An attribute of an actor.

    Attributes:
        key: Name of the attribute.
        value: Its value.
        during: Period in which it held (EDTF); None for always.
    """

    key: str
    value: str
    during: str | None


@dataclass(frozen=True, slots=True)
class Merge(Row):
    """A merge of two actors, or its reversal.

    Attributes:
        changeset: Number of the changeset.
        committed_at: Time of the commit.
        author: Author of the changeset.
        message: Reason for the change.
        actor: Slug of the actor that was merged.
        merged_into: Slug of the actor into which it was merged; None if separated.
        parted_from: Slug of the actor from which it was separated; None if merged.
    """

    changeset: int
    committed_at: datetime
    author: str
    message: str
    actor: str
    merged_into: str | None
    parted_from: str | None


@dataclass(frozen=True, slots=True)
class Actor(Row):
    """An actor with names, relations, tenures and attributes.

    Attributes:
        actor: Slug of the actor.
        kind: Kind of actor.
        name: Name shown in tables.
        merged_into: Slug of the actor into which it is merged; None if it is not.
        citation: Source that supports this.
        merged: The actors that are merged into it.
        names: All its names.
        identifiers: Its identifiers.
        relations: Its relations to other actors.
        tenures: The tenures of the person or of the office.
        attributes: Its attributes.
        merges: Its merges with other actors, and their reversals.
    """

    actor: str
    kind: str
    name: str
    merged_into: str | None
    citation: str | None
    merged: tuple[MergedActor, ...]
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    relations: tuple[Relation, ...]
    tenures: tuple[Tenure, ...]
    attributes: tuple[Attribute, ...]
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class Scheme(Row):
    """An identifier scheme.

    Attributes:
        scheme: Code of the scheme.
        label: Its label.
        pattern: Regular expression that its identifiers match.
        identifiers: Number of its identifiers.
        definition: What it identifies.
        url_template: URL of an identifier, with {value} in its place.
    """

    scheme: str
    label: str
    pattern: str | None
    identifiers: int
    definition: str
    url_template: str | None
