"""Lay out what a picture of an issue shows as plain numbers and words, for a chart, a page or a terminal alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, TypeVar

Row = Mapping[str, Any]

# C0, DEL, C1, Unicode line ends, bidirectional overrides, lone surrogates: XML refuses some, others mislead a reader.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_DAY = timedelta(days=1)
# Events this close to a change are part of the closer look at it.
_NEAR = timedelta(days=60)
# A picture this many times longer than its busy part gets a closer look.
_TOO_SMALL = 4
_NOT_HAPPENED = {"cancelled", "postponed", "scheduled"}


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the chart.

    Attributes:
        slug: Slug of the position.
        label: Text beside the row; no two rows have the same.
        is_open: Whether the position leaves the question open or takes none.
        is_ranked: Whether it is on the scale of the issue.
        is_deliberate: Whether it leaves the question open as a matter of policy.
    """

    slug: str
    label: str
    is_open: bool
    is_ranked: bool
    is_deliberate: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in one row: a stance while words supported it, or after them.

    Attributes:
        position: Slug of the position.
        since: First day.
        until: Day after the last.
        is_carried: Whether nothing newer supports it within the stretch; it carries on until other words.
    """

    position: str
    since: date
    until: date
    is_carried: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The step from one row to another, on the first day on which the new position may have been said."""

    day: date
    from_position: str
    to_position: str


@dataclass(frozen=True, slots=True)
class Window:
    """The days within which a change happened; until is the day after the last."""

    since: date
    until: date


_Stretch = TypeVar("_Stretch", Span, Window)


@dataclass(frozen=True, slots=True)
class Point:
    """One statement; statements that do not match the stance are drawn beside it."""

    day: date
    position: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What is drawn for one holder."""

    holder: str
    name: str
    spans: tuple[Span, ...]
    steps: tuple[Step, ...]
    windows: tuple[Window, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """One event, with the number under which it is listed."""

    day: date
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture before it is drawn.

    Attributes:
        title: Question of the issue.
        rule: Rule that derived the stances.
        since: First day shown.
        until: Day of the answer.
        places: Rows of each panel, from top to bottom.
        panels: One panel per holder.
        marks: Events.
    """

    title: str
    rule: str
    since: date
    until: date
    places: tuple[Place, ...]
    panels: tuple[Panel, ...]
    marks: tuple[Mark, ...]

    @property
    def closer(self) -> tuple[date, date] | None:
        """The first and last day of the part with all the changes, if the whole is too long to show them, else None."""
        changed = [step.day for panel in self.panels for step in panel.steps]
        if not changed:
            return None
        first, last = min(changed), max(changed)
        busy = [day for mark in self.marks if first - _NEAR <= (day := mark.day) <= last + _NEAR]
        pad = max((max([last, *busy]) - min([first, *busy])) / 10, 3 * _DAY)
        since = max(min([first, *busy]) - pad, self.since)
        until = min(max([last, *busy]) + pad, self.until)
        return (since, until) if (until - since) * _TOO_SMALL < self.until - self.since else None

    def within(self, since: date, until: date) -> Drawing:
        """Return the part of the picture between two days; whatever extends beyond them is cut off."""
        return replace(
            self,
            since=since,
            until=until,
            panels=tuple(_cut(panel, since, until) for panel in self.panels),
            marks=tuple(mark for mark in self.marks if since <= mark.day <= until),
        )

    @property
    def description(self) -> str:
        """A description of the picture for somebody who cannot see it."""
        return " ".join(
            [
                f"{self.title} By the rule {self.rule}, from {self.since} to {self.until}.",
                *(_told(panel, self.places) for panel in self.panels),
            ]
        )


def drawing(found: Row) -> Drawing:
    """Lay out an issue, given what ``questions.pages.issue_page`` returns."""
    until: date = found["day"]
    panels = tuple(_panel(holder, until) for holder in found["holders"])
    days = [span.since for panel in panels for span in panel.spans]
    since = min([*days, until])
    return Drawing(
        title=readable(found["question"]),
        rule=readable(found["rule"]["rule"]),
        since=since,
        until=max([until, *(span.until for panel in panels for span in panel.spans)]),
        places=tuple(_places(found["positions"])),
        panels=panels,
        marks=tuple(
            Mark(day=row["during_from"], number=number, title=readable(row["title"]))
            for number, row in enumerate(events_within(found["events"], since, until), 1)
        ),
    )


def events_within(events: Sequence[Row], since: date, until: date) -> list[Row]:
    """Return the events that a picture of a period marks, in the order of their numbers."""
    return [row for row in events if since <= row["during_from"] <= until and row["status"] not in _NOT_HAPPENED]


def readable(text: str) -> str:
    """Return a text on one line without invisible characters that would mislead: control and direction characters."""
    return " ".join(_UNSAFE.sub(lambda match: " " if match[0].isspace() else "\N{REPLACEMENT CHARACTER}", text).split())


def _places(positions: Sequence[Row]) -> list[Place]:
    """Return the rows: the scale from its upper end down, then the positions outside it."""
    ranked = sorted((row for row in positions if row["rank"] is not None), key=lambda row: -row["rank"])
    others = [row for row in positions if row["rank"] is None]
    labels = [readable(row["label"]) for row in positions]
    return [
        Place(
            slug=row["position"],
            label=label if labels.count(label := readable(row["label"])) == 1 else f"{label} ({row['position']})",
            is_open=row["kind"] != "substantive",
            is_ranked=row["rank"] is not None,
            is_deliberate=row["kind"] == "deliberate_ambiguity",
        )
        for row in [*ranked, *others]
    ]


def _panel(holder: Row, today: date) -> Panel:
    stances: Sequence[Row] = [row for row in holder["stances"] if not row["pending"]]
    spans = [span for row in stances for span in _spans(row, today)]
    steps = [
        Step(day=later["since"], from_position=earlier["position"], to_position=later["position"])
        for earlier, later in pairwise(stances)
        if earlier["until"] == later["since"]
    ]
    windows = [
        Window(since=row["window_from"], until=row["window_until"] + _DAY)
        for row in holder["changes"]
        if row["window_from"] and row["window_until"] and not row["pending"]
    ]
    points = [
        Point(day=row["said_from"], position=row["position"], counts=row["role"] in {"onset", "reaffirmation"})
        for row in holder["evidence"]
    ]
    return Panel(
        holder=holder["holder"],
        name=readable(holder["name"]),
        spans=tuple(spans),
        steps=tuple(steps),
        windows=tuple(windows),
        points=tuple(points),
    )


def _spans(stance: Row, today: date) -> list[Span]:
    end = stance["until"] or max(today, stance["since"] + _DAY)
    last = min(max(stance["last_evidence"] or stance["since"], stance["since"]) + _DAY, end)
    parts = [(stance["since"], last, False), (last, end, True)]
    return [Span(stance["position"], since, until, is_carried) for since, until, is_carried in parts if since < until]


def _cut(panel: Panel, since: date, until: date) -> Panel:
    def shorter(part: _Stretch) -> _Stretch:
        return replace(part, since=max(part.since, since), until=min(part.until, until))

    return replace(
        panel,
        spans=tuple(shorter(span) for span in panel.spans if span.since < until and span.until > since),
        windows=tuple(shorter(window) for window in panel.windows if window.since < until and window.until > since),
        steps=tuple(step for step in panel.steps if since <= step.day <= until),
        points=tuple(point for point in panel.points if since <= point.day <= until),
    )


def _told(panel: Panel, places: Sequence[Place]) -> str:
    labels = {place.slug: place.label for place in places}
    told = [f"{labels[span.position]} from {span.since}" for span in panel.spans if not span.is_carried]
    return f"{panel.name}: {'; then '.join(told) if told else 'no position known'}."
