"""From what is known of an issue to one page of HTML that needs no script and asks nobody for anything."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from stancedb import __version__
from stancedb.plot import chart
from stancedb.plot.drawing import Drawing, Row, drawing, events_within, readable

# So many quotes stand under a change; the rest is counted.
_QUOTES = 6
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def page(found: Row) -> str:
    """Return the page of an issue, given what ``questions.pages.issue_page`` returns.

    Every word of the database passes through Jinja2, which escapes it; a name that the template has wrong is an error
    and not an empty place. Addresses that are not of the web are shown and not linked.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - an extra that is not always there
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
    sizes = {"wide": chart.WIDE, "narrow": chart.NARROW}
    return environment.get_template("page.html.j2").render(
        found=found,
        drawing=drawn,
        # SVG of our own making, in which vl-convert has escaped every word.
        pictures={
            name: Markup(chart.svg(drawn, size, is_alone=False))  # noqa: S704 - as above
            for name, size in sizes.items()
        },
        colours=chart,
        undrawn=len(found["holders"]) - len(drawn.panels),
        holders=[_holder(holder, drawn, found) for holder in found["holders"]],
        events=events_within(found["events"], drawn.since, drawn.until),
        version=__version__,
    )


def _holder(holder: Row, drawn: Drawing, found: Row) -> dict[str, Any]:
    """Return a holder with its changes, each with the words before it and after, and with how sure we are."""
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
    """Say what is not known with a dash, and leave out of words what would mislead their reader."""
    if value is None:
        return "\N{EN DASH}"
    return readable(value) if type(value) is str else value


def _web_address(text: str | None) -> str | None:
    """Return an address that a page may link to, or None: never one that a browser would run."""
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme in {"http", "https"} and parts.netloc else None


def _period(edtf: str) -> str:
    """Return a period as words: of an interval its ends, or that it goes on."""
    first, _, last = edtf.partition("/")
    return f"from {first}" if last == ".." else f"{first} to {last}" if last else first


def _plain(code: str) -> str:
    return code.replace("_", " ")


def _language(text: str | None) -> str:
    return text if text and _LANGUAGE.fullmatch(text) else "und"
