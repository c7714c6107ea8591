"""Draw the step chart of one holder in detail: Vega-Lite through Altair, converted to SVG by vl-convert."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from stancedb.errors import NotInstalled
from stancedb.plot.drawing import Drawing, Panel, Place
from stancedb.plot.text import is_right_to_left, wrapped

if TYPE_CHECKING:
    import altair as alt

Values = list[dict[str, Any]]

# In dark mode the page replaces each colour, so each colour has exactly one meaning.
INK = "#1b2430"
FAINT = "#d9dfe7"
HELD = "#1d5bb5"
OTHER = "#75808f"
WINDOW = "#f5dfa0"
EDGE = "#b98f1e"
EVENT = "#8a3fa0"

# A constant of ours: no word from the database ever becomes part of an expression.
_LINES = r"split(datum.label, '\n')"
_BETWEEN_NUMBERS = 26
# The font size of the labels in pixels.
_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a picture: width of its panels in pixels, of its labels in characters, and row height in pixels."""

    panel: int
    label: int
    row: int
    dates: int


WIDE = Size(panel=600, label=28, row=32, dates=8)
NARROW = Size(panel=225, label=15, row=40, dates=3)


def require() -> None:
    """Check that pictures can be drawn.

    Raises:
        NotInstalled: The drawing packages are not installed.
    """
    if any(find_spec(name) is None for name in ("altair", "vl_convert", "jinja2")):
        raise NotInstalled(purpose="draw pictures", extra="plot")


def svg(drawing: Drawing, size: Size = WIDE) -> str:
    """Return the step chart as SVG without text around it, as part of a page or of a picture.

    Args:
        drawing: What to draw.
        size: Size to draw it in.
    """
    import vl_convert  # noqa: PLC0415 - an extra that may not be installed

    drawn = vl_convert.vegalite_to_svg(_spec(drawing, size), allowed_base_urls=[])
    return drawn.replace("<svg ", '<svg aria-hidden="true" ', 1)


def png(svg: str, scale: float) -> bytes:
    """Return a picture as PNG, with ``scale`` times as many pixels as the SVG."""
    import vl_convert  # noqa: PLC0415 - an extra that may not be installed

    return vl_convert.svg_to_png(svg, scale=scale)


def _spec(drawing: Drawing, size: Size) -> dict[str, Any]:
    import altair as alt  # noqa: PLC0415 - an extra that may not be installed

    parts = [drawing, *([drawing.within(*drawing.closer)] if drawing.closer else [])]
    charts = [
        _panel(part, part.panels[number], size, is_closer=part is not drawing)
        for number in range(len(drawing.panels))
        for part in parts
        if part is drawing or part.panels[number].steps
    ]
    chart = alt.vconcat(*charts, spacing=26)
    spec: dict[str, Any] = chart.to_dict()
    # The reader's font may be wider than the measured one.
    spec["padding"] = {"left": 36, "right": 24, "top": 6, "bottom": 6}
    spec["config"] = {
        "aria": False,
        "background": None,
        "font": "sans-serif",
        "view": {"stroke": FAINT},
        "title": {"color": INK, "fontSize": 14},
        "axis": {
            "labelColor": INK,
            "labelFontSize": _LETTERS,
            "gridColor": FAINT,
            "domainColor": FAINT,
            "tickColor": FAINT,
            "title": None,
        },
    }
    return spec


def _panel(drawing: Drawing, panel: Panel, size: Size, *, is_closer: bool) -> alt.LayerChart | alt.FacetChart:
    """Draw one holder: windows and open positions behind, then the steps, then the evidence, and events across all."""
    import altair as alt  # noqa: PLC0415 - an extra that may not be installed

    labels = _labels(drawing.places, size)
    rows = _rows(drawing, labels)
    span = [drawing.since.isoformat(), drawing.until.isoformat()]
    x = alt.X("since:T", title=None).scale(type="utc", domain=span, nice=False)
    x = x.axis(tickCount=size.dates, labelOverlap=True, format="%-d %b %Y" if is_closer else "%b %Y")
    y = alt.Y("row:N", title=None).scale(type="point", domain=rows, padding=0.6)
    y = y.axis(labelExpr=_LINES, labelLimit=0, grid=True, ticks=False, labelPadding=8)

    def layer(values: Values, draw: Callable[[alt.Chart], alt.Chart]) -> list[alt.Chart]:
        return [draw(alt.Chart({"values": values}))] if values else []

    spans = [
        {"since": _day(span.since), "until": _day(span.until), "row": labels[span.position], "carried": span.is_carried}
        for span in panel.spans
    ]
    steps = [
        {"since": _day(step.day), "row": labels[step.from_position], "to": labels[step.to_position]}
        for step in panel.steps
    ]
    windows = [{"since": _day(window.since), "until": _day(window.until)} for window in panel.windows]
    opened = {place.slug for place in drawing.places if place.is_open}
    points = [
        {
            "since": _day(point.day),
            "row": labels[point.position],
            "open": point.position in opened,
            "counts": point.counts,
        }
        for point in panel.points
    ]
    solid = [value for value in spans if not value["carried"]]
    carried = [value for value in spans if value["carried"]]
    across = {"y": alt.value(0), "y2": alt.value(size.row * len(rows))}
    layers = [
        # Every row has its line, even if nobody stands there.
        *layer(
            [{"since": span[0], "row": row} for row in rows], lambda chart: chart.mark_point(opacity=0).encode(x, y)
        ),
        *layer(windows, lambda chart: chart.mark_rect(color=WINDOW, stroke=EDGE).encode(x, x2="until:T", **across)),
        *layer(
            [{"since": _day(mark.day)} for mark in drawing.marks],
            lambda chart: chart.mark_rule(color=EVENT, strokeDash=[1, 3]).encode(x, **across),
        ),
        *layer(
            _numbers(drawing, size),
            lambda chart: chart.mark_text(color=EVENT, fontSize=11, dy=-7).encode(x, y=alt.value(0), text="number:N"),
        ),
        *layer(solid, lambda chart: chart.mark_rule(color=HELD, strokeWidth=4).encode(x, y, x2="until:T")),
        *layer(
            carried,
            lambda chart: chart.mark_rule(color=HELD, strokeWidth=2, strokeDash=[6, 4]).encode(x, y, x2="until:T"),
        ),
        *layer(
            steps, lambda chart: chart.mark_rule(color=HELD, strokeWidth=1.5, strokeDash=[2, 2]).encode(x, y, y2="to:N")
        ),
        *(
            drawn
            for counts in (False, True)
            for is_open in (False, True)
            for drawn in layer(
                [value for value in points if (value["counts"], value["open"]) == (counts, is_open)],
                lambda chart, counts=counts, is_open=is_open: chart.mark_point(  # type: ignore[misc]  # mypy infers no lambda with defaults
                    shape="diamond" if is_open else "circle",
                    size=70,
                    filled=counts,
                    opacity=1,
                    color=HELD if counts else OTHER,
                    strokeWidth=1.5,
                ).encode(x, y),
            )
        ),
    ]
    title = f"{panel.name}, closer: {drawing.since} to {drawing.until}" if is_closer else panel.name
    heading = alt.Title(wrap(title, size.panel // 7), anchor="start", frame="bounds", fontSize=13, offset=18)
    return alt.layer(*layers).properties(width=size.panel, height=size.row * len(rows), title=heading)


def _labels(places: Sequence[Place], size: Size) -> dict[str, str]:
    """Return the label of each row, on at most two lines, so that labels never run into their neighbours.

    Right-to-left text is put on one line, because some renderers print two such lines over each other. A label that
    would be cut to the same words as another is replaced by the position's handle.
    """
    labels: dict[str, str] = {}
    for place in places:
        lines = 1 if is_right_to_left(place.label) else 2
        words = "\n".join(wrapped(place.label, _LETTERS, size.label * _LETTERS * 0.64, lines=lines))
        labels[place.slug] = words if words not in labels.values() else place.slug
    return labels


def _rows(drawing: Drawing, labels: dict[str, str]) -> list[str]:
    """Return the labels from top to bottom, with an empty row between the scale and positions outside it."""
    rows: list[str] = []
    for is_ranked, places in groupby(drawing.places, lambda place: place.is_ranked):
        if not is_ranked and rows:
            rows.append(" ")
        rows += [labels[place.slug] for place in places]
    return rows


def _numbers(drawing: Drawing, size: Size) -> Values:
    """Return the numbers of the events; of those too close together to be read, the first and the last."""
    days = max((drawing.until - drawing.since).days, 1)
    groups: list[list[Any]] = []
    for mark in drawing.marks:
        if groups and (mark.day - groups[-1][0].day).days * size.panel / days < _BETWEEN_NUMBERS:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return [{"since": _day(group[0].day), "number": _from_to([mark.number for mark in group])} for group in groups]


def _from_to(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}\N{EN DASH}{numbers[-1]}"


def _day(day: date) -> str:
    return day.isoformat()
