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
        name: Name that tables show.
        holds: Slugs of the offices held today, joined by commas.
        statements: Number of statements by the actor.
        codings: Number of final codings of which the actor is the holder.
        merged_into: Slug of the actor it is merged into; None if it is not.
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
        scheme: Code of the system of identifiers.
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
        during: When it held (EDTF).
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
        seat: Seat, where the office has several.
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
        during: When it held (EDTF); None for always.
    """

    key: str
    value: str
    during: str | None


@dataclass(frozen=True, slots=True)
class Merge(Row):
    """A merge of two actors, or its undoing.

    Attributes:
        changeset: Number of the changeset.
        committed_at: When it was committed.
        author: Who signed it.
        message: Why it was made.
        actor: Slug of the actor that was merged.
        merged_into: Slug of the actor it was merged into; None if parted.
        parted_from: Slug of the actor it was parted from; None if merged.
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
        name: Name that tables show.
        merged_into: Slug of the actor it is merged into; None if it is not.
        citation: Where this can be checked.
        merged: The actors that are merged into it.
        names: All its names.
        identifiers: Its identifiers.
        relations: Its relations to other actors.
        tenures: The periods in office, of the person or of the office.
        attributes: Its attributes.
        merges: When it was merged with another actor or parted again.
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
    """A system of identifiers.

    Attributes:
        scheme: Code of the system.
        label: Its label.
        pattern: Regular expression that its identifiers match.
        identifiers: Number of identifiers of it.
        definition: What it identifies.
        url_template: Address of an identifier, with {value} in its place.
    """

    scheme: str
    label: str
    pattern: str | None
    identifiers: int
    definition: str
    url_template: str | None
