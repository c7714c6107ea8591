"""The windows of a network as nodes and edges in memory, with the position that each holder expressed most often."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from stancedb.database import Reading
from stancedb.export.network import Network, parts, weight, window_name


@dataclass(slots=True)
class Window:
    """One window of a network.

    Attributes:
        name: The name that the files have.
        nodes: The rows of the nodes, by key; a key tells actors from issues and positions.
        edges: First node, second node and weight.
        positions: The key of the position that an actor expressed most often, by key of the actor.
    """

    name: str
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: list[tuple[str, str, float]] = field(default_factory=list)
    positions: dict[str, str] = field(default_factory=dict)


def windows(session: Reading, network: Network) -> tuple[list[Window], dict[str, dict[str, Any]]]:
    """Return the windows of a network, and the rows of the positions by key, in the order of the scale.

    Only in a network of one issue do actors have one position; otherwise there are none.

    Raises:
        NoSuchThing: A criterion refers to something that does not exist.
    """
    found = _windows(session, network)
    positions: dict[str, dict[str, Any]] = {}
    if network.projection != "concepts":
        same = replace(network, projection="affiliation", aggregation=None, normalization="no", has_isolates=False)
        spoken = _windows(session, same)
        positions = {key: row for window in spoken for key, row in window.nodes.items() if not key.startswith("actor")}
        if len({row["issue"] for row in positions.values()}) > 1:
            positions = {}
        by_name = {window.name: window for window in spoken}
        for window in found if positions else ():
            strongest: dict[str, tuple[float, str]] = {}
            for one, other, count in by_name[window.name].edges if window.name in by_name else ():
                # Of positions expressed equally often, the one whose code comes first.
                best = (-count, positions[other]["code"])
                if one not in strongest or best < (strongest[one][0], positions[strongest[one][1]]["code"]):
                    strongest[one] = (-count, other)
            window.positions = {key: position for key, (_, position) in strongest.items()}
            window.positions |= {key: key for key in window.nodes if key in positions}
    order = sorted(positions, key=lambda key: (positions[key]["rank"] is None, positions[key]["rank"] or 0, key))
    return found, {key: positions[key] for key in order}


def _windows(session: Reading, network: Network) -> list[Window]:
    found: list[Window] = []
    source = "concept" if network.projection == "concepts" else "actor"
    target = "concept" if network.is_two_mode else source
    for row in parts(session, network):
        name = window_name(row, network)
        if not found or found[-1].name != name:
            found.append(Window(name))
        if row["part"] == "edge":
            found[-1].edges.append((f"{source}{row['a']}", f"{target}{row['b']}", weight(row, network)))
        else:
            found[-1].nodes[f"{row['part']}{row['a']}"] = dict(row)
    return found
