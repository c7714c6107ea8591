"""Indicators: questions to watch, and what was seen of them."""

from __future__ import annotations

from pydantic import Field

from stancedb.model.vocabulary import IndicatorStatus
from stancedb.records.base import Flag, Record, Slug, Starting, Text, When


class ObservationRecord(Record):
    """What was seen of an indicator on a day; "not seen as of this date" is an observation."""

    on: Starting = Field(description="The day as of which was looked.")
    is_seen: Flag = Field(description="Whether what would count as yes was seen by then.")
    note: Text | None = Field(None, description="What was seen, or where was looked.")
    article: Slug | None = Field(None, description="The slug of the article that is the source.")


class IndicatorRecord(Record):
    """A question to watch, and what would count as an answer."""

    slug: Slug = Field(description="The handle that people type.")
    question: Text = Field(description="What is being watched.")
    counts_if: Text = Field(description="What would count as yes.")
    issue: Slug | None = Field(None, description="The slug of the issue it bears on.")
    due: When | None = Field(None, description="When an answer is due, in EDTF.")
    status: IndicatorStatus = Field(IndicatorStatus.OPEN, description="Whether the question is still open.")
    observations: list[ObservationRecord] = Field(default_factory=list, description="What was seen of it, a day each.")
    citation: Text | None = Field(None, description="Who named it as something to watch.")
