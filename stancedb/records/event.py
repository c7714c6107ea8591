"""Events and their asserted causes."""

from __future__ import annotations

import re
from typing import Self

from pydantic import Field, field_validator, model_validator

from stancedb.model.vocabulary import CausalKind, EventStatus
from stancedb.records.base import Record, Slug, Text, TextList, When, Zone
from stancedb.refusals import FaultError


class CauseRecord(Record):
    """An actor asserts a causal relation of the event to an earlier statement or event."""

    kind: CausalKind = Field(description="How the event is said to follow from its cause.")
    statement: Slug | None = Field(None, description="The slug of the cause, if it is a statement.")
    event: Slug | None = Field(None, description="The slug of the cause, if it is an event.")
    asserted_by: Slug = Field(description="The slug of the actor who asserts it.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.statement is None) == (self.event is None):
            raise FaultError("two_causes")
        return self


class EventRecord(Record):
    """One event with its participants and, where asserted, what it responds to."""

    slug: Slug = Field(description="The handle that users type.")
    kind: Slug = Field(description="What kind of event it is; a code of the vocabulary.")
    title: Text = Field(description="What tables show.")
    during: When = Field(description="When it took place, in EDTF.")
    zone: Zone | None = Field(None, description="The IANA time zone in which the days are counted.")
    status: EventStatus = Field(EventStatus.OCCURRED, description="Whether it took place.")
    participants: TextList = Field(
        default_factory=list, description="Who took part, as role:actor, such as host:japan."
    )
    causes: list[CauseRecord] = Field(default_factory=list, description="The causes that it is said to follow from.")
    citation: Text | None = Field(None, description="Where the fact can be checked.")

    @field_validator("participants")
    @classmethod
    def _has_role(cls, items: list[str]) -> list[str]:
        for item in items:
            if not re.fullmatch(r"[a-z_]+:[^:]+", item):
                raise FaultError("not_a_participant", item=item)
        return items
