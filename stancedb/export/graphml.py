"""Networks as GraphML, which Gephi, visone, igraph and NetworkX read."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from stancedb.database import Reading
from stancedb.export.network import Network, actor_attributes, parts, weight, window_name

# Characters that XML cannot express, not even as character references.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The values of nodes and edges, with their GraphML types.
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
    """Yield the lines of a GraphML file: a graph for each window, with nodes before edges.

    An actor's node has the latest value of each of its attributes.

    Args:
        session: The session.
        network: The network to write.

    Raises:
        NoSuchThing: A criterion refers to something that does not exist.
    """
    # While the rows of the network are streamed, no other query can run.
    attributes = {} if network.projection == "concepts" else actor_attributes(session)
    said_of_actors = sorted({name for said in attributes.values() for name in said})
    number_of = {name: number for number, name in enumerate(said_of_actors, start=1)}
    rows = parts(session, network)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for element, values in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in values.items():
            yield f'<key id="{element}-{name}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'
    for name, number in number_of.items():
        yield f'<key id="attribute-{number}" for="node" attr.name={quoteattr(_sayable(name))} attr.type="string"/>\n'
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
            is_actor = row["part"] == "actor"
            said = attributes.get(row["a"], {}) if is_actor else {}
            more = "".join(
                f'<data key="attribute-{number_of[name]}">{_text(value)}</data>' for name, value in said.items()
            )
            yield f'<node id="{"a" if is_actor else concept}{row["a"]}">{_data("node", _NODE, row)}{more}</node>\n'
    yield "</graph>\n" if opened else '<graph id="all" edgedefault="undirected"></graph>\n'
    yield "</graphml>\n"


def _key(name: str) -> str:
    return name.replace("_", "-")


def _data(element: str, values: Mapping[str, str], row: Mapping[Any, Any]) -> str:
    return "".join(
        f'<data key="{element}-{name}">{_text(row[name])}</data>' for name in values if row[name] is not None
    )


def _text(value: object) -> str:
    return escape(_sayable(str(value)))


def _sayable(words: str) -> str:
    return _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", words)
