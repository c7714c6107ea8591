"""Lay out the strip chart for a page: every position is a percentage of the width, so that the browser scales it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from stancedb.plot.picture import Days
from stancedb.plot.strips import Strip, Strips

# Number of rows shown without script, where they cannot be searched.
SHOWN = 100
# Statements are drawn for up to this number of rows; with more, the dots would blur.
_DOTTED = 60
# A stretch narrower than this percentage has no room for its letter on a wide screen.
_ROOM_FOR_CODE = 3.0
_TICKS = 7


def laid_out(chart: Strips, *, has_groups: bool = True) -> dict[str, Any]:
    """Return the rows of a chart with their groups, events and ticks, in the form that ``strips.html.j2`` draws."""
    days = Days(chart.drawing.since, chart.drawing.until, 0, 100)
    count = sum(len(group.strips) for group in chart.groups)
    number = 0
    groups = []
    for group in chart.groups:
        style = None if group.style is None else chart.styles[group.style]
        rows = []
        for strip in group.strips:
            rows.append(_row(chart, strip, days, is_late=number >= SHOWN, is_dotted=count <= _DOTTED))
            number += 1
        groups.append(
            {
                "label": (style.label if style else "no position known at the end") if has_groups else None,
                "style": group.style,
                "code": style.code if style else None,
                "rows": rows,
            }
        )
    return {
        "groups": groups,
        "count": count,
        "since": chart.drawing.since,
        "until": chart.drawing.until,
        "marks": [
            {"left": days.x(mark.day), "day": mark.day, "title": mark.title, "number": number}
            for mark, number in _numbered(chart, days)
        ],
        "ticks": [{"left": days.x(day), "label": label} for day, label in _ticks(days)],
    }


def shares(chart: Strips) -> list[dict[str, Any]]:
    """Return the share of all holders per position as one path per style, in a box of 100 by 100."""
    days = Days(chart.drawing.since, chart.drawing.until, 0, 100)
    count = sum(1 for _ in chart.rows)
    below = [0.0] * len(chart.shares)
    found = []
    for at in reversed(range(len(chart.styles))):
        above = [low + share.counts[at] / count for low, share in zip(below, chart.shares, strict=True)]
        if above != below:
            forth = [
                f"{days.x(share.since):g},{100 - 100 * high:.4g} {days.x(share.until):g},{100 - 100 * high:.4g}"
                for share, high in zip(chart.shares, above, strict=True)
            ]
            back = [
                f"{days.x(share.until):g},{100 - 100 * low:.4g} {days.x(share.since):g},{100 - 100 * low:.4g}"
                for share, low in zip(chart.shares, below, strict=True)
            ]
            found.append({"style": at, "path": "M" + " L".join([*forth, *reversed(back)]) + " Z"})
        below = above
    return found


def _row(chart: Strips, strip: Strip, days: Days, *, is_late: bool, is_dotted: bool) -> dict[str, Any]:
    return {
        "name": strip.name,
        "now": "" if strip.current is None else strip.current,
        "told": _told(chart, strip),
        "is_late": is_late,
        "spans": [
            {
                **_place(days, cell.since, cell.until),
                "style": cell.style,
                "is_carried": cell.is_carried,
                "code": None
                if cell.is_carried or days.x(cell.until) - days.x(cell.since) < _ROOM_FOR_CODE
                else chart.styles[cell.style].code,
            }
            for cell in strip.cells
        ],
        "windows": [_place(days, window.since, window.until) for window in strip.windows],
        "points": [{"left": days.x(point.day), "counts": point.counts} for point in strip.points] if is_dotted else [],
    }


def _told(chart: Strips, strip: Strip) -> str:
    told = [f"{chart.styles[cell.style].label} from {cell.since}" for cell in strip.cells if not cell.is_carried]
    return f"{strip.name}: {'; then '.join(told) if told else 'no position known'}."


def _place(days: Days, since: date, until: date) -> dict[str, float]:
    left, right = days.x(since), days.x(until)
    return {"left": left, "wide": max(round(right - left, 2), 0.15)}


def _numbered(chart: Strips, days: Days) -> Iterator[tuple[Any, str]]:
    """Yield the events with the numbers to show; of those too close together, the first and the last."""
    groups: list[list[Any]] = []
    for mark in chart.marks:
        if groups and days.x(mark.day) - days.x(groups[-1][0].day) < 5:  # noqa: PLR2004 - percentage with room for two numbers and a dash
            groups[-1].append(mark)
        else:
            groups.append([mark])
    for group in groups:
        first, last = group[0].number, group[-1].number
        yield group[0], str(first) if first == last else f"{first}\N{EN DASH}{last}"


def _ticks(days: Days) -> Iterable[tuple[date, str]]:
    wide = Days(days.since, days.until, 0, 76 * _TICKS)
    return wide.ticks()
