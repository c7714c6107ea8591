"""Draw the strip chart as self-contained SVG, with question, rule, legend, events, source and citation inside.

It is written directly and not through Vega-Lite: hundreds of rows, textures, a letter on each stretch that is wide
enough, and event names that do not overlap are plain shapes, and the code that places them can be tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from stancedb.plot.drawing import Mark
from stancedb.plot.frame import Frame
from stancedb.plot.strips import Cell, Group, Share, Strip, Strips, Style, closer
from stancedb.plot.text import width, wrapped

INK = "#1b2430"
SOFT = "#4d5866"
FAINT = "#d9dfe7"
EVENT = "#8a3fa0"
PAPER = "#ffffff"

_WIDTH = 960
_EDGE = 24
_NAMES = 200
# Maximum number of holders drawn in a file; a page has all of them.
MOST_ROWS = 200
# A stretch narrower than this, in pixels, has no room for its letter.
_ROOM_FOR_CODE = 12
_LANES = 4
_LISTED = 20
_SHARES = 110
_BETWEEN_TICKS = 76
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_FEW_DAYS = 100


@dataclass(frozen=True, slots=True)
class Row:
    """The height and font size of a row in pixels, and the maximum number of lines of a name."""

    height: float
    letters: float
    lines: int


def rows_for(count: int) -> Row:
    """Return the row size for a number of holders."""
    if count <= 12:  # noqa: PLR2004 - as many as fit on a slide
        return Row(34, 12, 2)
    return Row(20, 12, 1) if count <= 40 else Row(13, 10, 1)  # noqa: PLR2004 - as many as fit on a printed page


@dataclass(frozen=True, slots=True)
class Days:
    """Maps days to positions between the left and right end of a plot."""

    since: date
    until: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Return the horizontal position of the beginning of a day, limited to the plot."""
        share = (day - self.since).days / max((self.until - self.since).days, 1)
        return round(self.left + min(max(share, 0), 1) * (self.right - self.left), 2)

    def ticks(self) -> Iterator[tuple[date, str]]:
        """Yield the days that get a label below the plot, far enough apart."""
        days = (self.until - self.since).days
        most = max(int((self.right - self.left) / _BETWEEN_TICKS), 1)
        if days < _FEW_DAYS:
            step = max(-(-days // most), 1)
            for count in range(0, days + 1, step):
                day = self.since + timedelta(days=count)
                yield day, f"{day.day} {day:%b %Y}"
            return
        every = next((months for months in _MONTHS if days / 30.4 / months <= most), _MONTHS[-1])
        for month in range(self.since.year * 12, self.until.year * 12 + 12, every):
            day = date(month // 12, month % 12 + 1, 1)
            if self.since <= day < self.until:
                yield day, f"{day:%Y}" if every >= 12 else f"{day:%b %Y}"  # noqa: PLR2004 - the months of a year


@dataclass(frozen=True, slots=True)
class Placed:
    """An event above the plot: in a lane with its name, or with only its number if no lane has room."""

    mark: Mark
    x: float
    lane: int | None
    name: str


def picture(chart: Strips, frame: Frame, *, steps: str | None = None) -> str:
    """Return the strip chart as SVG, with a title and a description for people who cannot see it.

    Args:
        chart: The strips.
        frame: The text around them.
        steps: Step chart of a single holder as SVG, drawn below the strips.
    """
    page = _Page()
    page.heading(frame)
    if not any(strip.cells for strip in chart.rows):
        page.sentence("No position of anybody is known on this issue by this rule.")
    else:
        _charts(page, chart, has_steps=steps is not None)
        if steps:
            page.caption("Step by step")
            page.nested(steps)
    page.footer(frame)
    return page.svg(title=frame.title, description=_description(chart))


def _charts(page: _Page, chart: Strips, *, has_steps: bool) -> None:
    groups, left_out = _drawn(chart)
    count = sum(len(group.strips) for group in groups)
    page.legend(chart.styles, {cell.style for strip in chart.rows for cell in strip.cells})
    days = Days(chart.drawing.since, chart.drawing.until, _EDGE + _NAMES, _WIDTH - _EDGE)
    listed = page.strips(chart, groups, days, rows_for(count))
    if near := closer(chart):
        page.caption(f"Closer: {near.drawing.since} to {near.drawing.until}")
        near_days = Days(near.drawing.since, near.drawing.until, days.left, days.right)
        found = page.strips(near, near.groups, near_days, rows_for(len([*near.rows])))
        listed += [place for place in found if place not in listed]
    if count > 1:
        page.caption("Share of these holders per position")
        page.shares(chart, days, count + left_out)
    if left_out:
        page.sentence(
            f"Drawn are {count:,} of {count + left_out:,} holders: those who changed last, then those with most"
            " statements. The shares and the page have all of them."
        )
    page.events(listed if not has_steps else place_events(chart.marks, days))


def _drawn(chart: Strips) -> tuple[list[Group], int]:
    """Return the groups with no more holders than fit in a file, and how many are left out."""
    rows = [*chart.rows]
    if len(rows) <= MOST_ROWS:
        return [*chart.groups], 0
    latest = sorted(rows, key=lambda row: (-(row.changed or date.min).toordinal(), -len(row.points), row.name))
    kept = {row.holder for row in latest[:MOST_ROWS]}
    groups = [Group(group.style, tuple(row for row in group.strips if row.holder in kept)) for group in chart.groups]
    return [group for group in groups if group.strips], len(rows) - MOST_ROWS


def place_events(marks: Sequence[Mark], days: Days, letters: float = 10) -> list[Placed]:
    """Give each event a lane in which its name overlaps no other, or none if all lanes are taken."""
    ends = [float("-inf")] * _LANES
    placed = []
    for mark in sorted(marks, key=lambda mark: mark.day):
        x = days.x(mark.day)
        (name,) = wrapped(f"{mark.day.day} {mark.day:%b}: {mark.title}", letters, 300, lines=1)
        long = width(name, letters)
        # A name near the right edge is put to the left of its tick.
        begins = x if x + long + 4 <= days.right else x - long - 8
        lane = next((at for at, end in enumerate(ends) if begins >= end + 8), None)
        if lane is not None:
            ends[lane] = begins + long + 4
        placed.append(Placed(mark, x, lane, name))
    return placed


def _description(chart: Strips) -> str:
    return chart.drawing.description


class _Page:
    """An SVG that grows downward."""

    def __init__(self) -> None:
        self.y = float(_EDGE)
        self.parts: list[str] = []

    def svg(self, *, title: str, description: str) -> str:
        """Return the whole SVG, with its textures."""
        high = round(self.y + _EDGE / 2)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{high}" viewBox="0 0 {_WIDTH} {high}"'
            " font-family=\"system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif\" role=\"img\""
            ' aria-labelledby="title description">'
            f'<title id="title">{escape(title)}</title><desc id="description">{escape(description)}</desc>'
            '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<path d="M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5" stroke="{SOFT}" stroke-width="1.1"/></pattern>'
            '<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">'
            f'<circle cx="2.5" cy="2.5" r="0.9" fill="{SOFT}"/></pattern>'
            '<pattern id="window" width="5" height="5" patternUnits="userSpaceOnUse">'
            f'<path d="M-1,-1 L6,6 M-1,4 L1,6 M4,-1 L6,1" stroke="{INK}" stroke-width="0.5"/></pattern></defs>'
            f'<rect width="{_WIDTH}" height="{high}" fill="{PAPER}"/>{"".join(self.parts)}</svg>'
        )

    def text(self, x: float, y: float, words: str, *, size: float = 12, **attributes: object) -> None:
        """Write one line; ``anchor``, ``fill`` and ``weight`` are as in SVG."""
        said = {"fill": INK, **attributes}
        named = {"anchor": "text-anchor", "weight": "font-weight"}
        rest = "".join(f' {named.get(name, name)}="{value}"' for name, value in said.items())
        self.parts.append(f'<text x="{x:g}" y="{y:g}" font-size="{size:g}"{rest}>{escape(words)}</text>')

    def rect(self, x: float, y: float, wide: float, high: float, fill: str, **attributes: object) -> None:
        """Draw a rectangle."""
        rest = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{max(wide, 0.6):g}" height="{high:g}" fill="{fill}"{rest}/>'
        )

    def line(self, x: float, top: float, bottom: float, stroke: str, **attributes: object) -> None:
        """Draw a vertical line."""
        rest = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.parts.append(f'<path d="M{x:g},{top:g} V{bottom:g}" stroke="{stroke}" fill="none"{rest}/>')

    def heading(self, frame: Frame) -> None:
        """Write the question and what the answer depends on."""
        for line in wrapped(frame.title, 19, _WIDTH - 2 * _EDGE, lines=3):
            self.y += 22
            self.text(_EDGE, self.y, line, size=19, weight="bold")
        self.y += 20
        self.text(_EDGE, self.y, frame.subtitle, fill=SOFT)
        self.y += 14

    def footer(self, frame: Frame) -> None:
        """Write the source and how to cite it."""
        self.y += 10
        for words in (frame.source, frame.citation):
            for line in wrapped(words, 11, _WIDTH - 2 * _EDGE, lines=3):
                self.y += 15
                self.text(_EDGE, self.y, line, size=11, fill=SOFT)

    def caption(self, words: str) -> None:
        """Write the heading of a part."""
        self.y += 26
        self.text(_EDGE, self.y, words, weight="bold")
        self.y += 8

    def nested(self, svg: str) -> None:
        """Insert another picture, whose root element gives its size."""
        high = float(svg.partition(' height="')[2].partition('"')[0])
        self.parts.append(svg.replace("<svg ", f'<svg x="{_EDGE}" y="{self.y:g}" ', 1))
        self.y += high

    def sentence(self, words: str) -> None:
        """Write a sentence in place of a part, or below one."""
        self.y += 12
        for line in wrapped(words, 12, _WIDTH - 2 * _EDGE, lines=3):
            self.y += 16
            self.text(_EDGE, self.y, line)
        self.y += 6

    def swatch(self, x: float, y: float, wide: float, high: float, style: Style, *, opacity: float = 1) -> None:
        """Fill an area in the style of a position."""
        faded = {} if opacity == 1 else {"opacity": opacity}
        self.rect(x, y, wide, high, style.fill, **faded)
        if style.texture != "plain":
            self.rect(x, y, wide, high, f"url(#{style.texture})", **faded)

    def legend(self, styles: Sequence[Style], used: set[int]) -> None:
        """Show the positions that somebody held, in the order of the scale, and the meaning of the shapes."""
        self.y += 10
        x = float(_EDGE)
        entries = [(style, style.label) for at, style in enumerate(styles) if at in used]
        for style, label in entries:
            (words,) = wrapped(label, 12, 420, lines=1)
            needed = 30 + width(words, 12) + 18
            if x + needed > _WIDTH - _EDGE and x > _EDGE:
                x, self.y = float(_EDGE), self.y + 22
            self.swatch(x, self.y, 22, 16, style)
            self.code(x + 11, self.y + 8, style, 11)
            self.text(x + 29, self.y + 12.5, words)
            x += needed
        self.y += 26
        x = float(_EDGE)
        for form, words in (
            ("said", "words on both sides"),
            ("carried", "carried on: nothing newer"),
            ("window", "changed on one of these days"),
            ("point", "statement"),
            ("other", "statement that does not count"),
        ):
            self._form(x, form)
            self.text(x + 29, self.y + 11, words, size=11, fill=SOFT)
            x += 29 + width(words, 11) + 14
        self.y += 18

    def _form(self, x: float, form: str) -> None:
        middle = self.y + 7
        if form == "said":
            self.rect(x, self.y + 1, 22, 12, SOFT)
        elif form == "carried":
            self.rect(x, middle - 2, 22, 4, SOFT)
        elif form == "window":
            self.rect(x, self.y + 1, 22, 12, "url(#window)", stroke=SOFT)
        else:
            self.point(x + 11, middle, counts=form == "point")

    def code(self, x: float, y: float, style: Style, size: float) -> None:
        """Write the letter of a position, with a plain background if the position has a texture."""
        if style.texture != "plain":
            self.rect(x - size * 0.45, y - size * 0.5, size * 0.9, size, style.fill)
        self.text(x, y + size * 0.36, style.code, size=size, fill=style.ink, anchor="middle", weight="bold")

    def point(self, x: float, y: float, *, counts: bool) -> None:
        """Draw a statement."""
        fill = INK if counts else PAPER
        self.parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="2.6" fill="{fill}" stroke="{INK if not counts else PAPER}"'
            ' stroke-width="1"/>'
        )

    def strips(self, chart: Strips, groups: Sequence[Group], days: Days, row: Row) -> list[Placed]:
        """Draw the rows with their axis, and the events above; return the events that have only a number."""
        placed = place_events(chart.marks, days)
        lanes = 1 + max((place.lane for place in placed if place.lane is not None), default=-1)
        has_numbers = any(place.lane is None for place in placed)
        top = self.y + 6 + 14 * lanes + (12 if has_numbers else 0)
        start = len(self.parts)
        self.y = top
        for group in groups:
            if len(groups) > 1:
                self._group_heading(chart, group)
            for strip in group.strips:
                self._strip(chart, strip, days, row)
        self._axis(days, top)
        self._events(placed, days, top=top, lanes=lanes, behind=start)
        return [place for place in placed if place.lane is None]

    def _group_heading(self, chart: Strips, group: Group) -> None:
        self.y += 20
        label = "no position known at the end" if group.style is None else chart.styles[group.style].label
        whole = next(len(each.strips) for each in chart.groups if each.style == group.style)
        drawn = len(group.strips)
        count = f"{drawn:,}" if drawn == whole else f"{drawn:,} of {whole:,}"
        (words,) = wrapped(f"{label} ({count})", 12, _WIDTH - 2 * _EDGE - 30, lines=1)
        if group.style is not None:
            style = chart.styles[group.style]
            self.swatch(_EDGE, self.y - 11, 16, 13, style)
            self.code(_EDGE + 8, self.y - 4.5, style, 10)
        self.text(_EDGE + 24, self.y, words, weight="bold")
        self.y += 6

    def _strip(self, chart: Strips, strip: Strip, days: Days, row: Row) -> None:
        middle = self.y + row.height / 2
        lines = wrapped(strip.name, row.letters, _NAMES - 14, lines=row.lines)
        for at, line in enumerate(lines):
            baseline = middle + row.letters * (0.36 + 1.15 * (at - (len(lines) - 1) / 2))
            self.text(days.left - 10, baseline, line, size=row.letters, anchor="end")
        high = min(row.height - 4, 18)
        for cell in strip.cells:
            self._cell(chart.styles[cell.style], cell, days, middle, high)
        for window in strip.windows:
            first, last = days.x(window.since), days.x(window.until)
            self.rect(
                first, middle - high / 2, last - first, high, "url(#window)", stroke=SOFT, **{"stroke-width": 0.5}
            )
        for cell in strip.cells:
            self._cell_code(chart.styles[cell.style], cell, days, middle, high)
        if row.lines > 1:
            for point in strip.points:
                self.point(days.x(point.day), middle + high / 2 + 3, counts=point.counts)
        self.y += row.height

    def _cell(self, style: Style, cell: Cell, days: Days, middle: float, high: float) -> None:
        first, last = days.x(cell.since), days.x(cell.until)
        tall = high * 0.34 if cell.is_carried else high
        self.swatch(first, middle - tall / 2, last - first, tall, style)

    def _cell_code(self, style: Style, cell: Cell, days: Days, middle: float, high: float) -> None:
        first, last = days.x(cell.since), days.x(cell.until)
        if not cell.is_carried and last - first >= _ROOM_FOR_CODE and high >= 9:  # noqa: PLR2004 - smaller letters cannot be read
            self.code((first + last) / 2, middle, style, min(high * 0.72, 11))

    def _axis(self, days: Days, top: float) -> None:
        bottom = self.y + 3
        drawn = float("-inf")
        for day, label in days.ticks():
            x = days.x(day)
            half = width(label, 11) / 2
            self.parts.insert(0, f'<path d="M{x:g},{top:g} V{bottom:g}" stroke="{FAINT}" fill="none"/>')
            # Labels never touch, whatever the font.
            if x - half > drawn + 6 and x + half <= _WIDTH - 2:
                self.text(x, bottom + 13, label, size=11, anchor="middle", fill=SOFT)
                drawn = x + half
        self.parts.append(f'<path d="M{days.left:g},{bottom:g} H{days.right:g}" stroke="{SOFT}" fill="none"/>')
        self.y = bottom + 18

    def _events(self, placed: Sequence[Placed], days: Days, *, top: float, lanes: int, behind: int) -> None:
        bottom = self.y - 18
        for place in placed:
            level = top - 4 if place.lane is None else top - 6 - 14 * (lanes - 1 - place.lane)
            self.parts.insert(
                behind,
                f'<path d="M{place.x:g},{level - 8:g} V{bottom:g}" stroke="{EVENT}" stroke-dasharray="1 3"'
                ' fill="none"/>',
            )
            if place.lane is None:
                continue
            fits = place.x + width(place.name, 10) + 4 <= days.right
            self.text(
                place.x + 3 if fits else place.x - 4,
                level,
                place.name,
                size=10,
                fill=EVENT,
                anchor="start" if fits else "end",
            )
        for number, x in _numbers([place for place in placed if place.lane is None]):
            self.text(x, top - 14 * lanes - 8, number, size=10, fill=EVENT, anchor="middle")

    def events(self, listed: Sequence[Placed]) -> None:
        """List the events that have only a number in the picture."""
        marks = {place.mark.number: place.mark for place in listed}
        if not marks:
            return
        shown = [marks[number] for number in sorted(marks)][:_LISTED]
        more = f" And {len(marks) - _LISTED} more." if len(marks) > _LISTED else ""
        words = "; ".join(f"{mark.number} {mark.title} ({mark.day})" for mark in shown)
        self.y += 8
        for line in wrapped(f"Events: {words}.{more}", 11, _WIDTH - 2 * _EDGE, lines=8):
            self.y += 15
            self.text(_EDGE, self.y, line, size=11, fill=EVENT)

    def shares(self, chart: Strips, days: Days, count: int) -> None:
        """Draw the share of all holders per position, stacked; white is the share without a known position."""
        top, bottom = self.y + 4, self.y + 4 + _SHARES
        self.rect(days.left, top, days.right - days.left, _SHARES, "none", stroke=FAINT)
        below = [0.0] * len(chart.shares)
        for at in reversed(range(len(chart.styles))):
            above = [low + share.counts[at] / count for low, share in zip(below, chart.shares, strict=True)]
            path = _area(chart.shares, below, above, days, bottom)
            if above != below:
                style = chart.styles[at]
                self.parts.append(f'<path d="{path}" fill="{style.fill}"/>')
                if style.texture != "plain":
                    self.parts.append(f'<path d="{path}" fill="url(#{style.texture})"/>')
                self._share_code(chart.shares, style, below, above, days=days, bottom=bottom)
            below = above
        for share, label in ((1.0, "100 %"), (0.5, "50 %"), (0.0, "0 %")):
            self.text(days.left - 8, bottom - share * _SHARES + 4, label, size=11, anchor="end", fill=SOFT)
        self.y = bottom
        self._axis(days, top)

    def _share_code(
        self,
        shares: Sequence[Share],
        style: Style,
        below: Sequence[float],
        above: Sequence[float],
        *,
        days: Days,
        bottom: float,
    ) -> None:
        """Write the letter of a position where its area is largest, if there is room."""
        room = [
            (min((high - low) * _SHARES / 11, (days.x(share.until) - days.x(share.since)) / _ROOM_FOR_CODE), at)
            for at, (share, low, high) in enumerate(zip(shares, below, above, strict=True))
        ]
        most, at = max(room)
        if most >= 1:
            x = (days.x(shares[at].since) + days.x(shares[at].until)) / 2
            self.code(x, bottom - (below[at] + above[at]) / 2 * _SHARES, style, 11)


def _area(shares: Sequence[Share], below: Sequence[float], above: Sequence[float], days: Days, bottom: float) -> str:
    """Return the path of one area of the stack, in steps."""

    def y(share: float) -> float:
        return round(bottom - share * _SHARES, 2)

    forth = [
        f"{days.x(share.since):g},{y(high):g} {days.x(share.until):g},{y(high):g}"
        for share, high in zip(shares, above, strict=True)
    ]
    back = [
        f"{days.x(share.until):g},{y(low):g} {days.x(share.since):g},{y(low):g}"
        for share, low in zip(shares, below, strict=True)
    ]
    return "M" + " L".join([*forth, *reversed(back)]) + " Z"


def _numbers(placed: Sequence[Placed]) -> Iterator[tuple[str, float]]:
    """Yield the numbers of events; of those too close together to be read, the first and the last."""
    groups: list[list[Placed]] = []
    for place in placed:
        if groups and place.x - groups[-1][0].x < 34:  # noqa: PLR2004 - room for two numbers and a dash
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        first, last = group[0].mark.number, group[-1].mark.number
        yield str(first) if first == last else f"{first}\N{EN DASH}{last}", group[0].x
