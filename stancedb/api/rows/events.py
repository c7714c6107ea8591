"""Rows about events and indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stancedb.api.rows.base import Row
from stancedb.api.rows.statements import Party


@dataclass(frozen=True, slots=True)
class ListedEvent(Row):
    """An event in a list.

    Attributes:
        event: Slug of the event.
        during: When it happened (EDTF).
        kind: Kind of event.
        status: Whether it happened.
        title: Title of the event.
        participants: Slugs of the participants with their roles, joined by commas.
        follows_from: What it is said to follow from, and who says so.
    """

    event: str
    during: str
    kind: str
    status: str
    title: str
    participants: str | None
    follows_from: str | None


@dataclass(frozen=True, slots=True)
class Cause(Row):
    """What an event is said to follow from.

    Attributes:
        kind: Kind of link.
        earlier: Slug of the earlier statement or event.
        asserted_by: Slug of the actor who says so.
    """

    kind: str
    earlier: str
    asserted_by: str


@dataclass(frozen=True, slots=True)
class Spoken(Row):
    """A statement made in the course of an event.

    Attributes:
        statement: Slug of the statement.
        said: When it was said (EDTF).
    """

    statement: str
    said: str


@dataclass(frozen=True, slots=True)
class Event(Row):
    """An event with participants, causes and statements.

    Attributes:
        event: Slug of the event.
        kind: Kind of event.
        title: Title of the event.
        during: When it happened (EDTF).
        zone: Time zone of its place.
        status: Whether it happened.
        citation: Where this can be checked.
        participants: Who took part, and in which role.
        follows_from: What it is said to follow from.
        statements: The statements made in its course.
    """

    event: str
    kind: str
    title: str
    during: str
    zone: str | None
    status: str
    citation: str | None
    participants: tuple[Party, ...]
    follows_from: tuple[Cause, ...]
    statements: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class EventAround(Row):
    """An event around an issue.

    Attributes:
        event: Slug of the event.
        kind: Kind of event.
        title: Title of the event.
        during: When it happened (EDTF).
        during_from: First day of the event.
        status: Whether it happened.
    """

    event: str
    kind: str
    title: str
    during: str
    during_from: date
    status: str


@dataclass(frozen=True, slots=True)
class ListedIndicator(Row):
    """An indicator with its latest observation.

    Attributes:
        indicator: Slug of the indicator.
        status: Whether it is still watched.
        due: Until when it is watched (EDTF).
        observed_on: Day of the latest observation; None if there is none.
        seen: "seen" or "not seen" on that day.
        issue: Slug of the issue.
        question: What is watched for.
        note: Note of the latest observation.
    """

    indicator: str
    status: str
    due: str | None
    observed_on: date | None
    seen: str | None
    issue: str | None
    question: str
    note: str | None


@dataclass(frozen=True, slots=True)
class WatchedIndicator(Row):
    """An indicator on a page.

    Attributes:
        indicator: Slug of the indicator.
        question: What is watched for.
        counts_if: What would count as yes.
        status: Whether it is still watched.
        due: Until when it is watched (EDTF).
        issue: Slug of the issue.
        observed_on: Day of the latest observation; None if there is none.
        seen: "seen" or "not seen" on that day.
        note: Note of the latest observation.
    """

    indicator: str
    question: str
    counts_if: str
    status: str
    due: str | None
    issue: str | None
    observed_on: date | None
    seen: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Observation(Row):
    """An observation of an indicator.

    Attributes:
        observed_on: Day of the observation.
        is_seen: Whether what counts as yes was seen by then.
        note: What was seen.
        article: Slug of the source.
    """

    observed_on: date
    is_seen: bool
    note: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Indicator(Row):
    """An indicator with all its observations.

    Attributes:
        indicator: Slug of the indicator.
        question: What is watched for.
        counts_if: What would count as yes.
        issue: Slug of the issue.
        due: Until when it is watched (EDTF).
        status: Whether it is still watched.
        citation: Where this can be checked.
        observations: Its observations in order.
    """

    indicator: str
    question: str
    counts_if: str
    issue: str | None
    due: str | None
    status: str
    citation: str | None
    observations: tuple[Observation, ...]
