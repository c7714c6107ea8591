"""Indicators: questions to watch, and observations of them."""

from __future__ import annotations

from pydantic import Field

from stancedb.model.vocabulary import IndicatorStatus
from stancedb.records.base import Flag, Record, Slug, Starting, Text, When


class ObservationRecord(Record):
    """What was seen of an indicator on a day; "not seen as of this date" is an observation."""

    on: Starting = Field(description="The day of the observation.")
    is_seen: Flag = Field(description="Whether what counts as a yes was seen by that day.")
    note: Text | None = Field(None, description="What was seen, or where it was looked for.")
    article: Slug | None = Field(None, description="The slug of the article that is the source.")


class IndicatorRecord(Record):
    """A question to watch, and what would count as an answer."""

    slug: Slug = Field(description="The handle that users type.")
    question: Text = Field(description="The question to watch.")
    counts_if: Text = Field(description="What would count as yes.")
    issue: Slug | None = Field(None, description="The slug of the issue that it concerns.")
    due: When | None = Field(None, description="When an answer is due, in EDTF.")
    status: IndicatorStatus = Field(IndicatorStatus.OPEN, description="Whether the question is still open.")
    observations: list[ObservationRecord] = Field(default_factory=list, description="The observations, one per day.")
    citation: Text | None = Field(None, description="The source that named it as something to watch.")
