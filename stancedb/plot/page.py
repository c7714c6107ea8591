"""Turn an issue into one HTML page that makes no requests and works without its script."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stancedb import __version__
from stancedb.plot import chart, strip_rows
from stancedb.plot.drawing import Drawing, Row, drawing, events_within, readable
from stancedb.plot.frame import frame
from stancedb.plot.strips import Strips, closer, strips

# Maximum number of quotes shown under a change; the others are only counted.
_QUOTES = 6
# Above these numbers of holders and changes, tables and earlier changes are collapsed.
_OPEN_HOLDERS = 12
_OPEN_CHANGES = 20
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def page(found: Row) -> str:
    """Return the page of an issue, given what ``questions.pages.issue_page`` returns.

    Every word from the database passes through Jinja2, which escapes it; an unknown name in the template is an error
    and not a blank. Addresses that are not web addresses are shown but not linked.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - an extra that may not be installed
    from markupsafe import Markup  # noqa: PLC0415 - comes with Jinja2

    environment = Environment(
        loader=PackageLoader("stancedb.plot"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(web_address=_web_address, language=_language, period=_period, plain=_plain)
    drawn = drawing(found)
    laid = strips(drawn)
    holders = [_holder(holder, drawn, found) for holder in found["holders"]]
    changes = [{**change, "name": holder["name"]} for holder in holders for change in holder["changes"]]
    script = (Path(__file__).parent / "templates" / "search.js").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        found=found,
        drawing=drawn,
        frame=frame(found, drawn),
        styles=[{**asdict(style), "at": at} for at, style in enumerate(laid.styles)],
        used={cell.style for strip in laid.rows for cell in strip.cells},
        strips=strip_rows.laid_out(laid) if found["holders"] else None,
        closer=strip_rows.laid_out(near, has_groups=False) if (near := closer(laid)) else None,
        shares=strip_rows.shares(laid) if len(found["holders"]) > 1 else None,
        shares_told=_shares_told(laid),
        steps=_steps(drawn),
        colours=chart,
        script=Markup(script),  # noqa: S704 - a file of the program
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        holders=holders,
        # The changes of one holder are read as a story, those of many from the latest on.
        changes=changes if len(holders) == 1 else sorted(changes, key=_changed_on, reverse=True),
        open_holders=_OPEN_HOLDERS,
        open_changes=_OPEN_CHANGES,
        events=events_within(found["events"], drawn.since, drawn.until),
        version=__version__,
    )


def _steps(drawn: Drawing) -> dict[str, Any] | None:
    """Return the step chart of a single holder, for wide windows and for narrow ones."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with Jinja2

    if len(drawn.panels) != 1 or not drawn.panels[0].spans:
        return None
    sizes = {"wide": chart.WIDE, "narrow": chart.NARROW}
    # In the SVG, vl-convert has escaped every word.
    return {name: Markup(chart.svg(drawn, size)) for name, size in sizes.items()}  # noqa: S704 - as above


def _changed_on(change: Row) -> date:
    day: date = change["changed_on"]
    return day


def _shares_told(chart: Strips) -> str:
    """Return a sentence on how many holders hold each position at the end."""
    counts = chart.shares[-1].counts if chart.shares else ()
    told = [f"{count:,} {style.label}" for style, count in zip(chart.styles, counts, strict=False) if count]
    return ", ".join(told) if told else "nobody holds a known position"


def _holder(holder: Row, drawn: Drawing, found: Row) -> dict[str, Any]:
    """Return a holder with its changes, each with the words before and after it, and how certain each is."""
    labels = {place.slug: place.label for place in drawn.places}
    return {
        "name": holder["name"],
        "handle": holder["holder"],
        "stances": [{**row, "label": labels[row["position"]]} for row in holder["stances"]],
        "changes": [_change(row, holder["evidence"], labels) for row in holder["changes"]],
        "sure": _certainty(holder, found["day"]),
    }


def _change(change: Row, evidence: list[Row], labels: dict[str, str]) -> dict[str, Any]:
    carrying = [row for row in evidence if row["role"] in {"onset", "reaffirmation"}]
    after = [row for row in carrying if row["stance_since"] == change["changed_on"]]
    before = [row for row in carrying if row["said_from"] < change["changed_on"]]
    return {
        **change,
        "from_label": labels.get(change["from_position"], "no position known"),
        "to_label": labels.get(change["to_position"], "no position known"),
        "before": before[-1:],
        "after": after[:_QUOTES],
        "more": max(len(after) - _QUOTES, 0),
    }


def _certainty(holder: Row, today: date) -> dict[str, Any]:
    carrying = [row for row in holder["evidence"] if row["role"] in {"onset", "reaffirmation"}]
    last = max((row["said_from"] for row in carrying), default=None)
    verified = Counter(row["verification"].replace("_", " ") for row in carrying)
    several = holder["coded_by_several"]
    return {
        "evidence": len(carrying),
        "contrary": sum(row["role"] == "contrary" for row in holder["evidence"]),
        "last": last,
        "age": (today - last).days if last else None,
        "contested": sum(row["contested"] for row in holder["stances"]),
        "verification": ", ".join(f"{count} {name}" for name, count in verified.most_common()) or None,
        "agreement": f"{holder['agreed']} of {several} judged by several coders" if several else None,
    }


def _shown(value: object) -> object:
    """Replace an unknown value with a dash, and remove characters from text that would mislead its reader."""
    if value is None:
        return "\N{EN DASH}"
    return readable(value) if type(value) is str else value


def _web_address(text: str | None) -> str | None:
    """Return an address that a page may link to, or None; never an address that a browser would execute."""
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc else None


def _period(edtf: str) -> str:
    """Return a period in words: the ends of an interval, or that it continues."""
    first, _, last = edtf.partition("/")
    return f"from {first}" if last == ".." else f"{first} to {last}" if last else first


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _language(text: str | None) -> str:
    return text if text and _LANGUAGE.fullmatch(text) else "und"
