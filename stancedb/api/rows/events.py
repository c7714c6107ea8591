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
        during: Date or period of the event (EDTF).
        kind: Kind of event.
        status: Whether it happened.
        title: Title of the event.
        participants: Slugs of the participants with their roles, joined by commas.
        follows_from: Asserted causes, and who asserts them.
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
    """An asserted cause of an event.

    Attributes:
        kind: Kind of link.
        earlier: Slug of the earlier statement or event.
        asserted_by: Slug of the actor who asserts it.
    """

    kind: str
    earlier: str
    asserted_by: str


@dataclass(frozen=True, slots=True)
class Spoken(Row):
    """A statement made during an event.

    Attributes:
        statement: Slug of the statement.
        said: Date of the statement (EDTF).
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
        during: Date or period of the event (EDTF).
        zone: Time zone of its dates.
        status: Whether it happened.
        citation: Source that supports this.
        participants: Participants with their roles.
        follows_from: Asserted causes.
        statements: Statements made during it.
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
        during: Date or period of the event (EDTF).
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
        status: Status of the indicator.
        due: Date when an answer is due (EDTF).
        observed_on: Date of the latest observation; None if there is none.
        seen: "seen" or "not seen" on that date.
        issue: Slug of the issue.
        question: Question being watched.
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
        question: Question being watched.
        counts_if: What counts as yes.
        status: Status of the indicator.
        due: Date when an answer is due (EDTF).
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
        observed_on: Date of the observation.
        is_seen: Whether what counts as yes was seen by that date.
        note: What was seen.
        article: Slug of the source article.
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
        question: Question being watched.
        counts_if: What counts as yes.
        issue: Slug of the issue.
        due: Date when an answer is due (EDTF).
        status: Status of the indicator.
        citation: Source that proposed the indicator.
        observations: Its observations by date.
    """

    indicator: str
    question: str
    counts_if: str
    issue: str | None
    due: str | None
    status: str
    citation: str | None
    observations: tuple[Observation, ...]
