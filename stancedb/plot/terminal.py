"""Draw small charts in a terminal with plain characters: strips for all holders, and the steps of a single one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from stancedb.plot.drawing import Drawing, Panel
from stancedb.plot.strips import Strips, closer, strips

LEGEND = (
    "* said   = held, words on both sides   - carried on, nothing newer said   ? changed on some day of these",
    "o other words than the stance's   ^ event",
)
_LONGEST_LABEL = 28
_NARROWEST = 20
# Maximum number of holders shown in a terminal.
_MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class _Days:
    """Maps days to columns of the chart."""

    since: date
    until: date
    columns: int

    def column(self, day: date) -> int:
        """Return the column of a day; days outside the chart get its first or last column."""
        place = (day - self.since).days * self.columns // max((self.until - self.since).days + 1, 1)
        return min(max(place, 0), self.columns - 1)

    def stretch(self, since: date, until: date) -> range:
        """Return the columns from a day up to but not including another, at least one."""
        first = self.column(since)
        return range(first, max(self.column(until), first + 1))


def chart(drawing: Drawing, width: int) -> str:
    """Return the chart in lines of at most the given width, one holder below the other, with a legend.

    A column covers several days if the period is long, so even what is shorter than a column fills one.
    """
    laid = strips(drawing)
    lines = [f"Rule {drawing.rule}, {drawing.since} to {drawing.until}", ""]
    lines += [*_strips(laid, width), ""]
    if near := closer(laid):
        lines += [f"Closer: {near.drawing.since} to {near.drawing.until}", *_strips(near, width), ""]
    lines += [*_legend(laid, width), ""]
    if len(drawing.panels) > 1:
        return "\n".join(lines)
    return "\n".join([*lines, *_steps(drawing, width), *LEGEND, ""])


def _steps(drawing: Drawing, width: int) -> list[str]:
    """Return the step chart of a single holder, with a closer look at its changes."""
    parts = [drawing, *([drawing.within(*drawing.closer)] if drawing.closer else [])]
    lines: list[str] = []
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
    return lines


def _strips(chart: Strips, width: int) -> Iterator[str]:
    """Yield a row for each holder: the letter of its position, a dot while that carries on, ``?`` in a window."""
    names = {strip.holder: _short(strip.name) for strip in chart.rows}
    margin = max(map(len, names.values()), default=0) + 2
    days = _Days(chart.drawing.since, chart.drawing.until, max(width - margin - 1, _NARROWEST))
    rows = [*chart.rows]
    for strip in rows[:_MOST_ROWS]:
        cells = [" "] * days.columns
        for cell in strip.cells:
            for at in days.stretch(cell.since, cell.until):
                cells[at] = "." if cell.is_carried else chart.styles[cell.style].code[:1]
        for window in strip.windows:
            for at in days.stretch(window.since, window.until):
                if cells[at] == ".":
                    cells[at] = "?"
        yield f"{names[strip.holder]:<{margin}}|{''.join(cells)}".rstrip()
    if len(rows) > _MOST_ROWS:
        yield f"{len(rows) - _MOST_ROWS:,} more holders are not drawn; 'stancedb page' shows all of them."
    yield from _below(chart.drawing, margin, days)


def _legend(chart: Strips, width: int) -> list[str]:
    used = {cell.style for strip in chart.rows for cell in strip.cells}
    entries = [f"{style.code} {style.label}" for at, style in enumerate(chart.styles) if at in used]
    forms = [". carried on, nothing newer", "? changed on one of these days", "^ event"]
    return [
        line.replace("\0", " ")
        for line in wrap("   ".join(entry.replace(" ", "\0") for entry in [*entries, *forms]), width)
    ]


def _below(drawing: Drawing, margin: int, days: _Days) -> Iterator[str]:
    """Yield the row of events, and the first and last day."""
    marks = {days.column(mark.day) for mark in drawing.marks}
    if marks:
        yield f"{'events':<{margin}}|{''.join('^' if at in marks else ' ' for at in range(days.columns))}".rstrip()
    first, last = drawing.since.isoformat(), drawing.until.isoformat()
    yield f"{'':<{margin}} {first}{last:>{days.columns - len(first)}}"


def _panel(drawing: Drawing, panel: Panel, width: int) -> Iterator[str]:
    labels = {place.slug: _short(place.slug) for place in drawing.places}
    margin = max(map(len, labels.values()), default=0) + 2
    days = _Days(drawing.since, drawing.until, max(width - margin - 1, _NARROWEST))
    for place in drawing.places:
        yield f"{labels[place.slug]:<{margin}}|{_row(panel, place.slug, days)}".rstrip()
    yield from _below(drawing, margin, days)


def _row(panel: Panel, position: str, days: _Days) -> str:
    cells = [" "] * days.columns
    for span in panel.spans:
        if span.position == position:
            for at in days.stretch(span.since, span.until):
                cells[at] = "-" if span.is_carried else "="
    for window in panel.windows:
        # The question is open only where a stance carried on without words; the new row begins when it was said.
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
