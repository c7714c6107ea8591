"""Networks as GraphML, which Gephi, visone, igraph and NetworkX read."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from stancedb.database import Reading
from stancedb.export.network import Network, parts, weight, window_name

# What XML cannot say, not even by its number.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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


def graphml(session: Reading, network: Network) -> Generator[str]:
    """Yield the lines of a GraphML file: a graph for each window, its nodes before its edges.

    Args:
        session: The session.
        network: What is asked for.

    Raises:
        NoSuchThing: A criterion names something that there is not.
    """
    rows = parts(session, network)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for element, values in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in values.items():
            yield f'<key id="{element}-{name}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'
    limits = ("window_start", "window_last") if network.window else ("window_start",)
    for name in limits:
        yield f'<key id="{_key(name)}" for="graph" attr.name="{name}" attr.type="string"/>\n'
    concept = "p" if network.are_positions_apart else "i"
    source = "i" if network.projection == "concepts" else "a"
    target = concept if network.is_two_mode else source
    opened: str | None = None
    for row in rows:
        window = window_name(row, network)
        if window != opened:
            yield from (["</graph>\n"] if opened else [])
            yield f'<graph id="{window}" edgedefault="undirected">\n'
            if row["window_start"]:
                yield from (f'<data key="{_key(name)}">{row[name]}</data>\n' for name in limits)
            opened = window
        if row["part"] == "edge":
            data = _data("edge", _EDGE, {**row, "weight": weight(row, network)})
            yield f'<edge source="{source}{row["a"]}" target="{target}{row["b"]}">{data}</edge>\n'
        else:
            key = f"{'a' if row['part'] == 'actor' else concept}{row['a']}"
            yield f'<node id="{key}">{_data("node", _NODE, row)}</node>\n'
    yield "</graph>\n" if opened else '<graph id="all" edgedefault="undirected"></graph>\n'
    yield "</graphml>\n"


def _key(name: str) -> str:
    return name.replace("_", "-")


def _data(element: str, values: Mapping[str, str], row: Mapping[Any, Any]) -> str:
    return "".join(
        f'<data key="{element}-{name}">{_text(row[name])}</data>' for name in values if row[name] is not None
    )


def _text(value: object) -> str:
    return escape(_UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)))
