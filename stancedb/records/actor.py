"""Actors with their names, identifiers, relations, tenures and attributes."""

from __future__ import annotations

import re
from typing import Self

from pydantic import BaseModel, Field, field_validator

from stancedb.model.vocabulary import ActorKind, RelationKind
from stancedb.records.attribute import AttributeCell
from stancedb.records.base import Language, Record, Slug, Text, TextList, When
from stancedb.refusals import FaultError


class ActorRecord(Record):
    """One actor with its names, identifiers, relations, tenures and attributes.

    Lists in a CSV cell are separated by ``|``. A name is ``language:name``; an identifier ``scheme:value``; a relation
    ``kind:object@interval``; a tenure ``office@interval``, with ``#seat`` after the office where an office has several
    seats and ``!acting`` at the end for an acting holder; an attribute ``key:value``, or ``key@interval:value``.
    Intervals are EDTF: ``2025-10-21/..`` means "since then, and still".
    """

    slug: Slug = Field(description="The handle that users type.")
    kind: ActorKind = Field(description="What the actor is; state, government, office and person are different actors.")
    name: Text = Field(description="The main name, shown in tables.")
    language: Language = Field("en", description="BCP 47 tag of the language of the main name.")
    other_names: TextList = Field(
        default_factory=list,
        description="Names as language:name; the first in another language is the preferred one there.",
    )
    identifiers: TextList = Field(
        default_factory=list, description="Identifiers as scheme:value, such as wikidata:Q17."
    )
    relations: TextList = Field(
        default_factory=list, description="Relations as kind:object@interval, such as governs:japan@2025-10-21/.."
    )
    tenures: TextList = Field(
        default_factory=list,
        description="Offices held, as office#seat@interval!acting; seat and !acting are optional.",
    )
    attributes: TextList = Field(
        default_factory=list,
        description="Attributes as key:value or key@interval:value, such as type:party or party@2020/..:Greens.",
    )
    citation: Text | None = Field(None, description="Where the facts about the actor can be checked.")

    @field_validator("other_names", "identifiers")
    @classmethod
    def _has_two_parts(cls, items: list[str]) -> list[str]:
        for item in items:
            before, colon, after = item.partition(":")
            if not (before and colon and after.strip()):
                raise FaultError("needs_colon", item=item)
        return items

    @field_validator("relations")
    @classmethod
    def _reads_as_relation(cls, items: list[str]) -> list[str]:
        for item in items:
            RelationCell.parse(item)
        return items

    @field_validator("tenures")
    @classmethod
    def _reads_as_tenure(cls, items: list[str]) -> list[str]:
        for item in items:
            TenureCell.parse(item)
        return items

    @field_validator("attributes")
    @classmethod
    def _reads_as_attribute(cls, items: list[str]) -> list[str]:
        for item in items:
            AttributeCell.parse(item, has_period=True)
        return items


class RelationCell(BaseModel):
    """The parts of ``kind:object@interval``. Without an interval, the relation has no known bounds."""

    kind: RelationKind
    object: Slug
    during: When | None = None

    @classmethod
    def parse(cls, cell: str) -> Self:
        """Parse one item of a cell, or raise FaultError."""
        match = re.fullmatch(r"(?P<kind>[a-z_]+):(?P<object>[^@]+)(?:@(?P<during>.+))?", cell)
        if match is None:
            raise FaultError("not_a_relation", cell=cell)
        return cls.model_validate(match.groupdict())


class TenureCell(BaseModel):
    """The parts of ``office#seat@interval!acting``."""

    office: Slug
    seat: int = Field(1, ge=1)
    held: When
    is_acting: bool = False

    @classmethod
    def parse(cls, cell: str) -> Self:
        """Parse one item of a cell, or raise FaultError."""
        match = re.fullmatch(r"(?P<office>[^@#]+)(?:#(?P<seat>[0-9]{1,4}))?@(?P<held>[^!]+)(?P<acting>!acting)?", cell)
        if match is None:
            raise FaultError("not_a_tenure", cell=cell)
        return cls(
            office=match["office"].strip(),
            seat=int(match["seat"] or 1),
            held=match["held"],
            is_acting=match["acting"] is not None,
        )
