"""A small chart for a terminal, of plain characters: a row for each position, a column for each stretch of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from stancedb.plot.drawing import Drawing, Panel

LEGEND = (
    "* said   = held, words on both sides   - carried on, nothing newer said   ? changed on some day of these",
    "o other words than the stance's   ^ event",
)
_LONGEST_LABEL = 28
_NARROWEST = 20


@dataclass(frozen=True, slots=True)
class _Days:
    """Which column of the chart a day falls into."""

    since: date
    until: date
    columns: int

    def column(self, day: date) -> int:
        """Return the column of a day; what lies beyond the chart falls into its first or last."""
        place = (day - self.since).days * self.columns // max((self.until - self.since).days + 1, 1)
        return min(max(place, 0), self.columns - 1)

    def stretch(self, since: date, until: date) -> range:
        """Return the columns from a day to the one before another, at least one."""
        first = self.column(since)
        return range(first, max(self.column(until), first + 1))


def chart(drawing: Drawing, width: int) -> str:
    """Return the chart in lines no wider than given, each holder under the other, with a legend.

    A column stands for several days where the period is long, so what is shorter than a column still fills one.
    """
    parts = [drawing, *([drawing.within(*drawing.closer)] if drawing.closer else [])]
    lines = [f"Rule {drawing.rule}, {drawing.since} to {drawing.until}", ""]
    for number, panel in enumerate(drawing.panels):
        lines += [panel.name, *_panel(drawing, panel, width), ""]
        lines += [
            line
            for part in parts[1:]
            if part.panels[number].steps
            for line in (
                f"{panel.name}, closer: {part.since} to {part.until}",
                *_panel(part, part.panels[number], width),
                "",
            )
        ]
    return "\n".join([*lines, *LEGEND, ""])


def _panel(drawing: Drawing, panel: Panel, width: int) -> Iterator[str]:
    labels = {place.slug: _short(place.slug) for place in drawing.places}
    margin = max(map(len, labels.values()), default=0) + 2
    days = _Days(drawing.since, drawing.until, max(width - margin - 1, _NARROWEST))
    for place in drawing.places:
        yield f"{labels[place.slug]:<{margin}}|{_row(panel, place.slug, days)}".rstrip()
    marks = {days.column(mark.day) for mark in drawing.marks}
    if marks:
        yield f"{'events':<{margin}}|{''.join('^' if at in marks else ' ' for at in range(days.columns))}".rstrip()
    first, last = drawing.since.isoformat(), drawing.until.isoformat()
    yield f"{'':<{margin}} {first}{last:>{days.columns - len(first)}}"


def _row(panel: Panel, position: str, days: _Days) -> str:
    cells = [" "] * days.columns
    for span in panel.spans:
        if span.position == position:
            for at in days.stretch(span.since, span.until):
                cells[at] = "-" if span.is_carried else "="
    for window in panel.windows:
        # Only where a stance carried on without words the question is open; the new row begins when it was said.
        for at in days.stretch(window.since, window.until):
            if cells[at] == "-":
                cells[at] = "?"
    for counts, sign in ((False, "o"), (True, "*")):
        for point in panel.points:
            if point.position == position and point.counts == counts:
                cells[days.column(point.day)] = sign
    return "".join(cells)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 3]}..."
