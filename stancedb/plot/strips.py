"""Lay out the strip chart as data: a row per holder, a style per position, and the number of holders on every day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from string import ascii_uppercase

from stancedb.plot.drawing import Drawing, Mark, Panel, Place, Point, Window

# From the lower end of a scale to the upper one. The two ends also differ for people who cannot distinguish red and
# green; the colours are those of BrBG (ColorBrewer, C. Brewer, M. Harrower and The Pennsylvania State University), with
# a darker middle, because a light one would vanish on paper.
_SCALE = ((140, 81, 10), (191, 129, 45), (150, 150, 150), (53, 151, 143), (1, 102, 94))
# Positions that take a side but have no rank, in codebook order.
_UNRANKED = ((117, 91, 167), (162, 75, 140), (84, 110, 180), (120, 120, 60))
_OPEN = (214, 219, 225)
# If the luminance of a fill is higher than this, its letter is dark.
_BRIGHT = 0.36
# Maximum number of holders in the closer look.
MOST_CLOSER = 20


@dataclass(frozen=True, slots=True)
class Style:
    """How a position is drawn; its code is printed on it, so that it can be read without colour.

    Attributes:
        slug: Slug of the position.
        code: One letter, or a number after Z.
        label: Text in the legend.
        texture: ``plain``, ``hatch`` for deliberate ambiguity, or ``dots`` for no position.
        fill: Fill colour, as ``#rrggbb``.
        ink: Colour of the letter.
        is_ranked: Whether the position is on the scale of the issue.
    """

    slug: str
    code: str
    label: str
    texture: str
    fill: str
    ink: str
    is_ranked: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A stretch of time in a holder's row; ``until`` is the day after the last, ``style`` the index of a style."""

    since: date
    until: date
    style: int
    is_carried: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """The row of one holder.

    Attributes:
        holder: Slug of the holder.
        name: Name of the holder.
        cells: Positions held, in order.
        windows: Periods within which the position changed on an unknown day.
        points: Statements of the holder.
        current: Index of the style of the latest position, or None.
        changed: Day of the latest change, or None.
    """

    holder: str
    name: str
    cells: tuple[Cell, ...]
    windows: tuple[Window, ...]
    points: tuple[Point, ...]
    current: int | None
    changed: date | None


@dataclass(frozen=True, slots=True)
class Group:
    """The holders of one position, the latest change first; ``style`` is None for those without a position."""

    style: int | None
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The number of holders of each position in a period that ends before ``until``, in the order of the styles."""

    since: date
    until: date
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Strips:
    """A strip chart before it is drawn.

    Attributes:
        drawing: Drawing that it was made from.
        styles: Styles of the positions, from the upper end of the scale down.
        groups: Holders by their latest position, in the order of the styles.
        shares: Number of holders of each position over time.
    """

    drawing: Drawing
    styles: tuple[Style, ...]
    groups: tuple[Group, ...]
    shares: tuple[Share, ...]

    @property
    def rows(self) -> Iterator[Strip]:
        """All holders in the order in which they are drawn."""
        return (strip for group in self.groups for strip in group.strips)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The events."""
        return self.drawing.marks


def strips(drawing: Drawing) -> Strips:
    """Lay out the strip chart of a drawing."""
    styles = tuple(_styles(drawing.places))
    index = {style.slug: at for at, style in enumerate(styles)}
    rows = [_strip(panel, index, drawing.until) for panel in drawing.panels]
    grouped = [
        Group(at, tuple(sorted((row for row in rows if row.current == at), key=_latest_first)))
        for at in (*range(len(styles)), None)
    ]
    return Strips(drawing, styles, tuple(group for group in grouped if group.strips), tuple(_shares(rows, len(styles))))


def closer(chart: Strips) -> Strips | None:
    """Return a closer look at the holders that changed, in the same order of rows.

    Returns:
        The part in which they changed, with at most ``MOST_CLOSER`` holders; None if the whole shows it well enough.
    """
    if chart.drawing.closer is None:
        return None
    part = chart.drawing.within(*chart.drawing.closer)
    changed = {panel.holder for panel in part.panels if panel.steps}
    order = {strip.holder: at for at, strip in enumerate(chart.rows)}
    near = strips(part)
    rows = sorted((strip for strip in near.rows if strip.holder in changed), key=lambda strip: order[strip.holder])
    return replace(near, styles=chart.styles, groups=(Group(None, tuple(rows[:MOST_CLOSER])),))


def _styles(places: Sequence[Place]) -> Iterator[Style]:
    ranked = [place for place in places if place.is_ranked]
    sided = [place for place in places if not place.is_ranked and not place.is_open]
    for at, place in enumerate(places):
        code = ascii_uppercase[at] if at < len(ascii_uppercase) else str(at + 1)
        if place.is_open:
            colour, texture = _OPEN, "hatch" if place.is_deliberate else "dots"
        elif place.is_ranked:
            # The first place is the upper end.
            colour, texture = _on_scale(1 - ranked.index(place) / max(len(ranked) - 1, 1)), "plain"
        else:
            colour, texture = _UNRANKED[sided.index(place) % len(_UNRANKED)], "plain"
        ink = "#1b2430" if _luminance(colour) > _BRIGHT else "#ffffff"
        yield Style(place.slug, code, place.label, texture, _hex(colour), ink, place.is_ranked)


def _on_scale(share: float) -> tuple[int, int, int]:
    """Return the colour of a point on the scale, from 0 (lower end) to 1 (upper end)."""
    place = share * (len(_SCALE) - 1)
    below = min(int(place), len(_SCALE) - 2)
    ends = zip(_SCALE[below], _SCALE[below + 1], strict=True)
    red, green, blue = (round(low + (high - low) * (place - below)) for low, high in ends)
    return red, green, blue


def _luminance(colour: tuple[int, int, int]) -> float:
    """Return the relative luminance of a colour, from 0 to 1 (WCAG 2.2)."""
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]  # noqa: PLR2004 - the threshold of sRGB
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def _strip(panel: Panel, index: dict[str, int], until: date) -> Strip:
    cells = tuple(Cell(span.since, span.until, index[span.position], span.is_carried) for span in panel.spans)
    lasting = [cell for cell in cells if cell.until >= until]
    changed = max((step.day for step in panel.steps), default=None)
    return Strip(
        holder=panel.holder,
        name=panel.name,
        cells=cells,
        windows=panel.windows,
        points=panel.points,
        current=lasting[-1].style if lasting else None,
        changed=changed,
    )


def _latest_first(strip: Strip) -> tuple[bool, int, str]:
    return strip.changed is None, -(strip.changed or date.min).toordinal(), strip.name


def _shares(rows: Sequence[Strip], styles: int) -> Iterator[Share]:
    """Yield the number of holders of each position, from each day on which it changes."""
    changes: dict[date, list[int]] = {}
    for row in rows:
        for cell in row.cells:
            changes.setdefault(cell.since, [0] * styles)[cell.style] += 1
            changes.setdefault(cell.until, [0] * styles)[cell.style] -= 1
    counts = [0] * styles
    days = sorted(changes)
    for day, following in pairwise(days):
        counts = [count + change for count, change in zip(counts, changes[day], strict=True)]
        yield Share(day, following, tuple(counts))
