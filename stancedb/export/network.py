"""Networks of discourse: who takes which position, who agrees with whom, and the list of statements behind it.

The unit is that of discourse network analysis (Leifeld, Discourse Network Analysis, in: The Oxford Handbook of
Political Networks, 2017): an actor refers to a concept and agrees or not. Here the concept is an issue, and positions
stand where agreement did, so that two actors agree on an issue when they take the same position and conflict when they
take two.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from datetime import date
from typing import Any, Literal
from xml.sax.saxutils import escape

from stancedb.database import Reading, streamed
from stancedb.dates import Every
from stancedb.export.writing import csv_line
from stancedb.sql import Queries

Projection = Literal["affiliation", "congruence", "conflict"]

# What XML cannot say, not even by its number.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SQL = Queries(__file__)
# First, name for name, the columns that dna_network(networkType = "eventlist") of rDNA 3 returns for statements of the
# type that Discourse Network Analyzer comes with; then what a list of positions has beside them.
EVENT_COLUMNS = (
    "statement_id",
    "time",
    "person",
    "organization",
    "concept",
    "agreement",
    "start_position",
    "stop_position",
    "text",
    "coder",
    "document_id",
    "document_title",
    "document_author",
    "document_source",
    "document_section",
    "document_type",
    "position",
    "rank",
    "score",
    "published",
    "window_start",
)
# The values of nodes and edges, with what GraphML calls their types.
_NODE = {
    "code": "string",
    "label": "string",
    "part": "string",
    "kind": "string",
    "issue": "string",
    "rank": "int",
    "score": "double",
    "statements": "long",
    "first_said": "string",
    "last_said": "string",
}
_EDGE = {"weight": "double", "first_said": "string", "last_said": "string"}


def graphml(
    session: Reading,
    projection: Projection,
    *,
    every: Every | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Generator[str]:
    """Yield the lines of a GraphML file: a graph for each window, its nodes before its edges.

    Args:
        session: The session.
        projection: Actors beside positions, weighted by statements; or actors alone, weighted by the issues on which
            they take the same position, or different ones.
        every: How long a window is; None means one window.
        issue: One issue's slug, or None for all.
        since: Leave out what was said before this day.
        until: Leave out what was said after this day.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for element, values in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in values.items():
            yield f'<key id="{element}-{name}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '<key id="window-start" for="graph" attr.name="window_start" attr.type="string"/>\n'
    rows = streamed(
        session,
        SQL["parts"],
        every=every,
        issue=issue,
        since=since,
        until=until,
        projection=projection,
        is_congruence=projection == "congruence",
        is_conflict=projection == "conflict",
    )
    opened: str | None = None
    other = "p" if projection == "affiliation" else "a"
    for row in rows:
        window = _window(row["window_start"], every)
        if window != opened:
            yield from (["</graph>\n"] if opened else [])
            yield f'<graph id="{window}" edgedefault="undirected">\n'
            if row["window_start"]:
                yield f'<data key="window-start">{row["window_start"]}</data>\n'
            opened = window
        if row["part"] == "edge":
            data = _data("edge", _EDGE, row)
            yield f'<edge source="a{row["a"]}" target="{other}{row["b"]}">{data}</edge>\n'
        else:
            key = f"{'a' if row['part'] == 'actor' else 'p'}{row['a']}"
            yield f'<node id="{key}">{_data("node", _NODE, {**row, "statements": row["weight"]})}</node>\n'
    yield "</graph>\n" if opened else '<graph id="all" edgedefault="undirected"></graph>\n'
    yield "</graphml>\n"


def event_list(
    session: Reading,
    *,
    every: Every | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
    is_safe: bool = False,
) -> Generator[str]:
    """Yield the lines of a CSV file with one statement of one holder on one issue a row, in the order of time.

    Args:
        session: The session.
        every: How long a window is; None leaves its column empty.
        issue: One issue's slug, or None for all.
        since: Leave out what was said before this day.
        until: Leave out what was said after this day.
        is_safe: Whether cells that a spreadsheet would run as formulas get an apostrophe.
    """
    yield csv_line(EVENT_COLUMNS)
    for row in streamed(session, SQL["events"], every=every, issue=issue, since=since, until=until):
        yield csv_line((row[column] for column in EVENT_COLUMNS), is_safe=is_safe)


def _window(start: date | None, every: Every | None) -> str:
    """Name a window, with its year."""
    if start is None:
        return "all"
    names = {"year": f"{start:%Y}", "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}", "month": f"{start:%Y-%m}"}
    return f"w{names[every or 'month']}"


def _data(element: str, values: Mapping[str, str], row: Mapping[Any, Any]) -> str:
    return "".join(
        f'<data key="{element}-{name}">{_text(row[name])}</data>' for name in values if row[name] is not None
    )


def _text(value: object) -> str:
    return escape(_UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)))
