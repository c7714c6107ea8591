"""Pictures of answers: agreement and polarization, coverage, silence and first movers.

Each function takes the rows of a question and returns a picture, which is only drawn when it is asked for: in plain
characters, which needs no further library, or as SVG through Vega-Lite and vl-convert.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from stancedb import __version__
from stancedb.plot import sheet
from stancedb.plot.frame import Frame
from stancedb.plot.sheet import INK, SOFT, Body, fitted, isolated

Row = Mapping[str, Any]
Names = Mapping[tuple[str, str], str]
Spec = dict[str, Any]

BLUE = "#1d5bb5"
FAINT = "#d9dfe7"
EVENT = "#8a3fa0"
MOST_ROWS = 40
MOST_PANELS = 12
_LABELS = 270
_PLOT = 610
_WIDE = 860
_ROOM_FOR_NUMBERS = 24
# A constant: no word of the database is ever part of an expression. The number before it makes a label unique.
_AFTER_NUMBER = r"split(datum.label, '\n')[1]"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture before it is drawn.

    Attributes:
        frame: The words around it.
        rows: The rows that it shows.
        description: The text for those who do not see it.
        notes: Its legend, and what is left out.
        empty: The sentence in its place if there are no rows.
        spec: Returns the Vega-Lite specification.
        lines: Returns the picture in plain characters, in lines of at most a number of characters.
    """

    frame: Frame
    rows: Sequence[Row]
    description: str
    notes: tuple[str, ...]
    empty: str
    spec: Callable[[], Spec]
    lines: Callable[[int], list[str]]

    def svg(self) -> str:
        """Return the picture as SVG that stands alone."""
        if not self.rows:
            return sheet.framed(self.frame, sheet.sentence(self.empty), description=self.empty)
        return sheet.framed(self.frame, _body(self.spec()), notes=self.notes, description=self.description)

    def html(self) -> str:
        """Return a page with the picture and its numbers."""
        return sheet.html(self.svg(), self.frame.title, self.rows)

    def terminal(self, width: int) -> str:
        """Return the picture in plain characters."""
        body = self.lines(width) if self.rows else [self.empty]
        words = [self.frame.title, self.frame.subtitle, "", *body, "", self.frame.source, self.frame.citation]
        return "\n".join([*words, ""])


def polarization(rows: Sequence[Row], about: Row, *, issue: str, every: str, rule: str) -> Picture:
    """Return agreement and polarization over time, above the number of holders behind each point.

    Args:
        rows: What ``questions.standard.polarization`` returns.
        about: What ``questions.about.about`` returns.
        issue: The slug of the issue.
        every: The length of a period.
        rule: The slug of the rule.
    """
    said = "; ".join(
        f"{row['on_day']}: agreement {_number(row['agreement'])}, polarization {_number(row['polarization'])},"
        f" {_counted(row['holders'], 'holder')}"
        for row in rows
    )

    def spec() -> Spec:
        values = [
            {
                "day": row["on_day"].isoformat(),
                "agreement": row["agreement"],
                "polarization": row["polarization"],
                "holders": row["holders"],
            }
            for row in rows
        ]
        days = [row["on_day"] for row in rows]
        pad = timedelta(days=max((max(days) - min(days)).days // 40, 15))
        x = _days("day", min(days) - pad, max(days) + pad)
        panels = [
            {
                "title": _heading(title),
                "data": {"values": values},
                "width": _WIDE,
                "height": 110,
                "encoding": {
                    "x": x,
                    "y": {
                        "field": name,
                        "type": "quantitative",
                        "scale": {"domain": [0, 1]},
                        "axis": {"tickCount": 3, "minExtent": 30},
                    },
                },
                "layer": [
                    {"mark": {"type": "line", "color": BLUE, "strokeWidth": 2, "strokeDash": dash}},
                    {
                        "mark": {
                            "type": "point",
                            "shape": shape,
                            "color": BLUE,
                            "filled": True,
                            "size": 36,
                            "opacity": 1,
                        }
                    },
                ],
            }
            for name, title, dash, shape in (
                ("agreement", "Agreement: share of pairs of holders with the same position", [1, 0], "circle"),
                ("polarization", "Polarization: 0 all at one rank, 1 half at each end", [6, 3], "diamond"),
            )
        ]
        y = {
            "field": "holders",
            "type": "quantitative",
            "scale": {"domain": [0, 1.3 * max(row["holders"] for row in rows)], "nice": False},
            "axis": {"tickCount": 3, "tickMinStep": 1, "format": "d", "minExtent": 30},
        }
        layers: list[Spec] = [{"mark": {"type": "bar", "color": SOFT, "width": min(14, 600 // len(rows))}}]
        if len(rows) <= _ROOM_FOR_NUMBERS:
            mark = {"type": "text", "dy": -7, "fontSize": 11, "color": INK}
            layers.append({"mark": mark, "encoding": {"text": {"field": "holders", "type": "quantitative"}}})
        holders = {
            "title": _heading("Holders behind each point"),
            "data": {"values": values},
            "width": _WIDE,
            "height": 60,
            "encoding": {"x": x, "y": y},
            "layer": layers,
        }
        return {"vconcat": [*panels, holders], "spacing": 22}

    def lines(width: int) -> list[str]:
        long = max(min((width - 40) // 2, 30), 8)
        return [
            f"{'':<12}{'agreement':<{long + 6}}{'polarization':<{long + 6}}holders",
            *(
                f"{row['on_day']!s:<12}{_bar(row['agreement'], long)} {_bar(row['polarization'], long)}"
                f" {row['holders']:>7,}"
                for row in rows
            ),
        ]

    unranked = max((row["unranked"] for row in rows), default=0)
    ranks = f" Up to {_counted(unranked, 'holder')} without a rank are left out of polarization." if unranked else ""
    return Picture(
        frame=_frame(
            f"How far do the holders agree? {about['question']}",
            f"Rule {rule}, at the end of each {every}",
            "stances of all holders",
            about,
            asked=f"ask polarization, issue {issue}, rule {rule}, every {every}",
        ),
        rows=rows,
        description=f"Agreement and polarization over time. {said}.",
        notes=(
            (
                "Solid line with circles: agreement. Dashed line with diamonds: polarization. Bars: holders with a"
                f" position. No point: fewer than two holders.{ranks}"
            ),
        ),
        empty="No holder has a position on this issue under this rule at the end of any period.",
        spec=spec,
        lines=lines,
    )


def coverage(rows: Sequence[Row], about: Row, names: Names, *, only: Sequence[str] = ()) -> Picture:
    """Return the articles of each month, and how many are coded, with a panel for each outlet.

    Args:
        rows: What ``questions.standard.coverage`` returns.
        about: What ``questions.about.about`` returns.
        names: The names of the outlets.
        only: What was asked for, such as an outlet; part of the citation.
    """
    outlets: dict[str, list[Row]] = {}
    for row in rows:
        outlets.setdefault(row["outlet"], []).append(row)
    order = sorted(outlets, key=lambda slug: (-sum(row["articles"] for row in outlets[slug]), slug))
    shown = order[:MOST_PANELS]

    def heading(slug: str) -> str:
        sums = {name: sum(row[name] or 0 for row in outlets[slug]) for name in ("articles", "coded", "statements")}
        return (
            f"{names.get(('outlet', slug), slug)}: {_counted(sums['articles'], 'article')}, {sums['coded']:,} coded,"
            f" {_counted(sums['statements'], 'statement')}"
        )

    def spec() -> Spec:
        months = [row["month"] for row in rows]
        last = _next_month(max(months))
        x = _days("since", min(months), last)
        step = -(-(last - min(months)).days // 31 // 9)
        x["axis"] |= {"format": "%b %Y", "tickCount": {"interval": "month", "step": max(step, 1)}}
        top = max(row["articles"] for row in rows)
        axis = {"tickCount": 3, "tickMinStep": 1, "format": "d"}
        panels = []
        for slug in shown:
            values = [
                {
                    "since": row["month"].isoformat(),
                    "until": (_next_month(row["month"]) - timedelta(days=2)).isoformat(),
                    "articles": row["articles"],
                    "coded": row["coded"],
                    "zero": 0,
                }
                for row in outlets[slug]
            ]
            layers = [
                {
                    "mark": {"type": "rect", **look},
                    "encoding": {
                        "x": x,
                        "x2": {"field": "until"},
                        "y": {"field": name, "type": "quantitative", "scale": {"domain": [0, top]}, "axis": axis},
                        "y2": {"field": "zero"},
                    },
                }
                for name, look in (
                    ("articles", {"fill": "#ffffff", "stroke": SOFT}),
                    ("coded", {"fill": BLUE, "stroke": BLUE}),
                )
            ]
            panel = {"data": {"values": values}, "width": _WIDE, "height": 80, "layer": layers}
            panels.append({"title": _heading(heading(slug)), **panel})
        return {"vconcat": panels, "spacing": 20}

    def lines(width: int) -> list[str]:
        top = max(row["articles"] for row in rows)
        long = max(width - 26, 10)
        found = []
        for slug in shown:
            found.append(heading(slug))
            for row in outlets[slug]:
                full, whole = (round(row[name] / max(top, 1) * long) for name in ("coded", "articles"))
                bar = "#" * full + "." * (whole - full)
                found.append(f"{row['month']:%Y-%m}  {bar:<{long}} {row['coded']:,}/{row['articles']:,}")
        return [*found, "", "# coded   . not coded"]

    left_out = len(order) - len(shown)
    more = (f"Drawn are the {len(shown)} outlets with most articles of {len(order)}.",) if left_out else ()
    said = "; ".join(
        f"{row['outlet']} {row['month']:%Y-%m}: {_counted(row['articles'], 'article')}, {row['coded']:,} coded"
        for row in rows
        if row["outlet"] in shown
    )
    return Picture(
        frame=_frame(
            "How much of each outlet and month is coded?",
            "Articles by month of publication",
            "articles with a known date",
            about,
            asked=", ".join(["ask coverage", *only]),
        ),
        rows=rows,
        description=f"Articles per month, and how many are coded. {said}.",
        notes=("Outline: articles. Filled: coded articles. All panels have the same scale.", *more),
        empty="There is no article with a known date in this period.",
        spec=spec,
        lines=lines,
    )


def silence(rows: Sequence[Row], about: Row, names: Names, *, days: int, only: Sequence[str] = ()) -> Picture:
    """Return the silences as bars, with a row for each holder and issue, the longest silence on top.

    Args:
        rows: What ``questions.standard.silence`` returns, the longest first.
        about: What ``questions.about.about`` returns.
        names: The names of the holders.
        days: Only silences of more than this number of days were asked for.
        only: What else was asked for, such as an issue; part of the citation.
    """
    pairs = list(dict.fromkeys((row["holder"], row["issue"]) for row in rows))
    shown = pairs[:MOST_ROWS]
    labels = [
        _label(at, f"{names.get(('holder', holder), holder)}: {issue}") for at, (holder, issue) in enumerate(shown)
    ]
    place = dict(zip(shown, labels, strict=True))
    drawn = [row for row in rows if (row["holder"], row["issue"]) in place]

    def spec() -> Spec:
        values = [
            {
                "row": place[row["holder"], row["issue"]],
                "since": row["last_said"].isoformat(),
                "until": (row["said_again"] or about["day"]).isoformat(),
                "days": f"{row['days']:,} d",
                "still": row["is_silent_still"],
            }
            for row in drawn
        ]
        first = min(row["last_said"] for row in drawn)
        span = max((about["day"] - first).days, 1)
        x = _days("since", first, about["day"])
        layers: list[Spec] = []
        for is_still, look in (
            (False, {"fill": BLUE, "stroke": BLUE}),
            (True, {"fill": "#ffffff", "stroke": BLUE, "strokeDash": [4, 3]}),
        ):
            chosen = [value for value in values if value["still"] == is_still]
            wide = [value for value, row in zip(values, drawn, strict=True) if row["days"] / span * _PLOT > 60]  # noqa: PLR2004 - room for the number
            if chosen:
                mark = {"type": "bar", "height": 13, "strokeWidth": 1.2, **look}
                layers.append({"data": {"values": chosen}, "mark": mark, "encoding": {"x2": {"field": "until"}}})
            numbered = [value for value in wide if value["still"] == is_still]
            if numbered:
                mark = {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "baseline": "middle"}
                mark["color"] = INK if is_still else "#ffffff"
                layers.append({"data": {"values": numbered}, "mark": mark, "encoding": {"text": {"field": "days"}}})
        return {
            "width": _PLOT,
            "height": 24 * len(labels),
            "encoding": {"x": x, "y": _rows(labels)},
            "layer": layers,
        }

    def lines(width: int) -> list[str]:
        long = max(width - 45, 10)
        top = max(row["days"] for row in drawn)
        return [
            *(
                f"{_cut(row['holder'] + ': ' + row['issue'], 32):<33}"
                f"{('-' if row['is_silent_still'] else '=') * max(round(row['days'] / top * long), 1):<{long}}"
                f" {row['days']:>6,} d"
                for row in drawn[:MOST_ROWS]
            ),
            "",
            "= ended   - continues",
        ]

    more = (
        (f"Drawn are the {len(shown)} of {len(pairs)} rows with the longest silences.",)
        if len(pairs) > len(shown)
        else ()
    )
    said = "; ".join(
        f"{row['holder']} on {row['issue']}: {row['days']:,} days from {row['last_said']}"
        f" to {row['said_again'] or 'today'}"
        for row in drawn
    )
    return Picture(
        frame=_frame(
            f"Who was silent for more than {days:,} days?",
            f"Silences between statements that show a position, to {about['day']}",
            "statements that show a position",
            about,
            asked=", ".join([f"ask silence, more than {days} days", *only]),
        ),
        rows=rows,
        description=f"Silences by holder and issue. {said}.",
        notes=(
            "Filled: the silence ended. Dashed outline: it continues. A silence is not a change of position.",
            *more,
        ),
        empty=f"There is no silence of more than {days:,} days.",
        spec=spec,
        lines=lines,
    )


def first_movers(
    rows: Sequence[Row], about: Row, names: Names, *, issue: str, rule: str, only: Sequence[str] = ()
) -> Picture:
    """Return the moves to each position in order: the window as a line, and a dot where the new words were said.

    Args:
        rows: What ``questions.standard.first_movers`` returns.
        about: What ``questions.about.about`` returns.
        names: The names of the holders and the labels of the positions.
        issue: The slug of the issue.
        rule: The slug of the rule.
        only: What else was asked for, such as a position; part of the citation.
    """
    positions: dict[str, list[Row]] = {}
    for row in rows:
        positions.setdefault(row["position"], []).append(row)
    shown = {slug: moves[:MOST_ROWS] for slug, moves in list(positions.items())[:MOST_PANELS]}
    drawn = [row for moves in shown.values() for row in moves]

    def heading(slug: str) -> str:
        return f"{names.get(('position', slug), slug)} ({_counted(len(positions[slug]), 'move')})"

    def spec() -> Spec:
        first = min(row["window_from"] or row["window_until"] for row in drawn)
        last = max(row["window_until"] for row in drawn)
        pad = timedelta(days=max((last - first).days // 40, 2))
        x = _days("since", first - pad, last + pad)
        panels = []
        for slug, moves in shown.items():
            labels = [
                _label(at, f"{row['place']}. {names.get(('holder', row['holder']), row['holder'])}")
                for at, row in enumerate(moves)
            ]
            values = [
                {
                    "row": label,
                    "since": (row["window_from"] or row["window_until"]).isoformat(),
                    "until": row["window_until"].isoformat(),
                    "first": row["window_from"] is None,
                }
                for label, row in zip(labels, moves, strict=True)
            ]
            line = {"type": "rule", "color": SOFT, "strokeWidth": 5, "opacity": 0.45}
            dot = {"type": "point", "size": 80, "opacity": 1, "color": BLUE, "strokeWidth": 1.8}
            ends = {"x": {**x, "field": "until"}}
            layers: list[Spec] = [{"data": {"values": values}, "mark": line, "encoding": {"x2": {"field": "until"}}}]
            for is_first in (False, True):
                chosen = [value for value in values if value["first"] == is_first]
                mark = {**dot, "filled": not is_first, "shape": "diamond" if is_first else "circle"}
                if chosen:
                    layers.append({"data": {"values": chosen}, "mark": mark, "encoding": ends})
            panels.append(
                {
                    "title": _heading(heading(slug)),
                    "width": _PLOT,
                    "height": 26 * len(labels),
                    "encoding": {"x": x, "y": _rows(labels)},
                    "layer": layers,
                }
            )
        return {"vconcat": panels, "spacing": 20}

    def lines(width: int) -> list[str]:
        first = min(row["window_from"] or row["window_until"] for row in drawn)
        span = max((max(row["window_until"] for row in drawn) - first).days, 1)
        long = max(width - 32, 20)
        found = []
        for slug, moves in shown.items():
            found.append(slug)
            for row in moves:
                end = round((row["window_until"] - first).days / span * (long - 1))
                begin = (
                    end if row["window_from"] is None else round((row["window_from"] - first).days / span * (long - 1))
                )
                bar = " " * begin + "?" * (end - begin) + ("o" if row["window_from"] is None else "*")
                found.append(f"  {row['place']:>3}. {_cut(row['holder'], 24):<25}|{bar}")
        last = max(row["window_until"] for row in drawn)
        found.append(f"{'':<31} {first}{last!s:>{long - 10}}")
        return [*found, "", "* said   ? may have changed on these days   o first known position"]

    left_out = len(rows) - len(drawn)
    more = (f"Drawn are {len(drawn):,} of {len(rows):,} moves.",) if left_out else ()
    said = "; ".join(
        f"{row['holder']} moved to {row['position']} by {row['window_until']}, place {row['place']}" for row in drawn
    )
    return Picture(
        frame=_frame(
            f"Who moved first? {about['question']}",
            f"Rule {rule}",
            "stance changes",
            about,
            asked=", ".join([f"ask first-movers, issue {issue}, rule {rule}", *only]),
        ),
        rows=rows,
        description=f"Moves to each position in order. {said}.",
        notes=(
            (
                "Circle: the first words that show the new position. Line: the days on which the change may have"
                " happened; where lines overlap, the order is unknown. Diamond: first known position."
            ),
            *more,
        ),
        empty="Nobody moved to a position on this issue under this rule.",
        spec=spec,
        lines=lines,
    )


def _body(spec: Spec) -> Body:
    """Draw a Vega-Lite specification, and return its elements without the root."""
    import vl_convert  # noqa: PLC0415 - an extra that is not always there

    config = {
        "aria": False,
        "background": None,
        "padding": 0,
        "font": "sans-serif",
        "view": {"stroke": FAINT},
        "axis": {
            "labelColor": INK,
            "labelFontSize": 12,
            "gridColor": FAINT,
            "domainColor": FAINT,
            "tickColor": FAINT,
            "title": None,
        },
    }
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    drawn = vl_convert.vegalite_to_svg(
        {"$schema": schema, "config": config, "padding": 0, **spec}, allowed_base_urls=[]
    )
    head, _, rest = drawn.partition(">")
    width, height = (float(re.findall(rf'\b{name}="([\d.]+)"', head)[0]) for name in ("width", "height"))
    return Body(rest.removesuffix("</svg>"), width, height)


def _frame(title: str, subtitle: str, source: str, about: Row, *, asked: str) -> Frame:
    changeset, day = about["changeset"], about["day"]
    return Frame(
        title=title,
        subtitle=subtitle,
        source=f"Source: {source}, changeset {changeset}, as of {day}.",
        citation=f"Cite as: stancedb {__version__}, {asked}, changeset {changeset}, {day}.",
    )


def _days(field: str, since: date, until: date) -> Spec:
    months = (until - since).days > 120  # noqa: PLR2004 - a label per month has room for days below four months
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc", "domain": [since.isoformat(), until.isoformat()], "nice": False, "padding": 0},
        "axis": {"format": "%b %Y" if months else "%-d %b %Y", "tickCount": 7, "labelOverlap": True, "grid": True},
    }


def _rows(labels: Sequence[str]) -> Spec:
    axis = {
        "labelExpr": _AFTER_NUMBER,
        "labelLimit": 0,
        "ticks": False,
        "labelPadding": 8,
        "grid": True,
        "minExtent": _LABELS,
        "maxExtent": _LABELS,
    }
    return {"field": "row", "type": "nominal", "scale": {"domain": list(labels)}, "sort": None, "axis": axis}


def _heading(words: str) -> Spec:
    shown = isolated(fitted(words, 13, _WIDE))
    return {"text": shown, "anchor": "start", "frame": "bounds", "fontSize": 13, "color": INK, "offset": 6}


def _label(number: int, words: str) -> str:
    """Return a label that is unique by the number before it, which is not drawn."""
    return f"{number}\n{isolated(fitted(' '.join(words.split()), 12, _LABELS - 14))}"


def _bar(share: float | None, long: int) -> str:
    if share is None:
        return f"{'':<{long}}  -  "
    full = round(share * long)
    return f"{'#' * full}{'.' * (long - full)} {share:.2f}"


def _number(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.2f}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 3]}..."


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
