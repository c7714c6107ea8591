"""Pictures of networks: a panel for each window, with every node at the same place in all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import combinations
from math import hypot, sqrt

from stancedb.errors import NotInstalled
from stancedb.plot.frame import Frame
from stancedb.plot.sheet import EDGE, INK, SOFT, WIDTH, Body, fitted, framed, isolated, sentence, text
from stancedb.plot.text import width

# Light fills with dark letters; each differs in lightness, and its letter tells it apart without colour.
FILLS = ("#9ec9f0", "#f6c177", "#a8d5a2", "#e8a3b5", "#c9b8e8", "#f2e394", "#8fd0cc", "#d3b493", "#c4ccd6", "#f4b49a")
MOST_PANELS = 12
MOST_LABELS = 30
_SEED = 1
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_AROUND = 46
# Comparing all pairs of more nodes takes too long.
_MOST_APART = 200

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of one window.

    Attributes:
        key: The same in all windows.
        label: The name.
        statements: How many statements it has in the window.
        is_square: Whether it is a position or an issue in a network of two kinds of nodes.
        position: The key of the position that colours it, or None.
    """

    key: str
    label: str
    statements: int
    is_square: bool
    position: str | None


@dataclass(frozen=True, slots=True)
class Edge:
    """A tie between two nodes; its weight may be negative."""

    one: str
    other: str
    weight: float


@dataclass(frozen=True, slots=True)
class Window:
    """A network in one window, with its name."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def require() -> None:
    """Make sure that networks can be drawn.

    Raises:
        NotInstalled: The libraries for layout or drawing are not installed.
    """
    if any(find_spec(name) is None for name in ("networkx", "scipy", "vl_convert")):
        raise NotInstalled(purpose="draw networks", extra="network")


def layout(windows: Sequence[Window]) -> dict[str, Place]:
    """Return where each node is, from 0 to 1: by the ties of all windows together, the same in every run.

    The layout is that of Fruchterman and Reingold, Graph Drawing by Force-Directed Placement, Software: Practice and
    Experience 21 (1991), 1129-1164. Each connected part is laid out by the strength of its ties, whatever their sign.
    """
    import networkx as nx  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra that is not always there; no stubs

    graph = nx.Graph()
    graph.add_nodes_from(sorted({node.key for window in windows for node in window.nodes}))
    weights: dict[tuple[str, str], float] = {}
    for edge in (edge for window in windows for edge in window.edges):
        pair = (min(edge.one, edge.other), max(edge.one, edge.other))
        weights[pair] = weights.get(pair, 0.0) + abs(edge.weight)
    top = max(weights.values(), default=1)
    graph.add_weighted_edges_from((one, other, sqrt(weight / top)) for (one, other), weight in sorted(weights.items()))
    if not graph:
        return {}
    count = graph.number_of_nodes()
    found = nx.spring_layout(graph, seed=_SEED, k=1.6 / sqrt(count), iterations=200 if count <= 500 else 60)  # noqa: PLR2004 - larger networks take minutes
    return _spread({key: (float(place[0]), float(place[1])) for key, place in found.items()})


def _spread(places: Mapping[str, Place]) -> dict[str, Place]:
    """Scale places to 0 to 1 and give crowded parts more room, because parts without a tie repel each other far."""
    axes = []
    for axis in (0, 1):
        order = sorted(places, key=lambda key: (places[key][axis], key))
        low, high = places[order[0]][axis], places[order[-1]][axis]
        rank = {key: at / max(len(order) - 1, 1) for at, key in enumerate(order)}
        span = high - low or 1.0
        axes.append({key: ((places[key][axis] - low) / span + rank[key]) / 2 for key in order})
    spots = {key: [axes[0][key], axes[1][key]] for key in sorted(places)}
    if len(spots) == 1:
        return dict.fromkeys(spots, (0.5, 0.5))
    if len(spots) <= _MOST_APART:
        _push_apart(list(spots.values()), 0.45 / sqrt(len(spots)))
    return {key: (round(x, 4), round(y, 4)) for key, (x, y) in spots.items()}


def _push_apart(spots: Sequence[list[float]], least: float) -> None:
    """Move places that are nearer than a distance away from each other, within the square."""
    for _ in range(40):
        for one, other in combinations(spots, 2):
            x, y = other[0] - one[0], other[1] - one[1]
            far = hypot(x, y)
            if far < least:
                push = (least - far) / 2
                x, y = (x / far, y / far) if far else (1.0, 0.0)
                one[:] = [min(max(one[0] - x * push, 0), 1), min(max(one[1] - y * push, 0), 1)]
                other[:] = [min(max(other[0] + x * push, 0), 1), min(max(other[1] + y * push, 0), 1)]


def picture(windows: Sequence[Window], frame: Frame, positions: Mapping[str, str]) -> str:
    """Return the networks as SVG that stands alone.

    Args:
        windows: The networks, in order of time.
        frame: The words around the picture.
        positions: The labels of the positions that colour nodes, by key, in the order of the legend.
    """
    drawn = [window for window in windows if window.nodes]
    if not drawn:
        empty = "No statement is part of this network."
        return framed(frame, sentence(empty), description=empty)
    shown = drawn[:MOST_PANELS]
    used = {node.position for window in shown for node in window.nodes}
    letters = {
        key: (_LETTERS[at % len(_LETTERS)], FILLS[at % len(FILLS)])
        for at, key in enumerate(key for key in positions if key in used)
    }
    body, unlabelled = _panels(shown, layout(shown), letters)
    top = max((abs(edge.weight) for window in shown for edge in window.edges), default=0)
    notes = [
        (
            f"Thicker lines: larger weight, at most {top:.3g}. Dashed: negative weight. Larger nodes: more statements."
            f"{' Squares: positions or issues.' if any(n.is_square for w in shown for n in w.nodes) else ''}"
            f"{' A node is at the same place in all panels.' if len(shown) > 1 else ''}"
        )
    ]
    if letters:
        said = "; ".join(f"{letter} {isolated(positions[key])}" for key, (letter, _) in letters.items())
        notes.append(f"Letter and colour of a node: the position it expressed most often. {said}.")
    if unlabelled:
        notes.append("Only the nodes with most statements are labelled, where their names have room.")
    if len(drawn) > len(shown):
        notes.append(f"Drawn are the first {len(shown)} of {len(drawn)} windows.")
    return framed(frame, body, notes=notes, description=_description(shown))


def _description(windows: Sequence[Window]) -> str:
    said = []
    for window in windows:
        labels = {node.key: node.label for node in window.nodes}
        ties = sorted(window.edges, key=lambda edge: (-abs(edge.weight), edge.one, edge.other))[:20]
        named = "; ".join(f"{labels[edge.one]} and {labels[edge.other]}: {edge.weight:.3g}" for edge in ties)
        counts = f"{len(window.nodes)} nodes, {len(window.edges)} edges"
        said.append(f"{window.name}: {counts}{f', strongest: {named}' if named else ''}.")
    return " ".join(said)


def _panels(
    windows: Sequence[Window], places: Mapping[str, Place], letters: Mapping[str, tuple[str, str]]
) -> tuple[Body, bool]:
    """Return the panels, and whether nodes have no label for want of room."""
    columns = min(len(windows), 1 if len(windows) == 1 else 2 if len(windows) <= 4 else 3)  # noqa: PLR2004 - four in two rows
    wide = (WIDTH - 2 * EDGE - 16 * (columns - 1)) / columns
    high = min(wide * 0.8, 620)
    heaviest = max((abs(edge.weight) for window in windows for edge in window.edges), default=1)
    most = max(node.statements for window in windows for node in window.nodes)
    parts, unlabelled = [], False
    for at, window in enumerate(windows):
        x, y = (at % columns) * (wide + 16), (at // columns) * (high + 38)
        inside = [text(0, 12, window.name, weight="bold")] if len(windows) > 1 else []
        inside.append(f'<rect y="20" width="{wide:g}" height="{high:g}" fill="none" stroke="#d9dfe7"/>')
        spots = {
            key: (_AROUND + place[0] * (wide - 2 * _AROUND), 20 + 24 + place[1] * (high - 64))
            for key, place in places.items()
        }
        inside += [_edge(edge, spots, heaviest) for edge in sorted(window.edges, key=lambda edge: abs(edge.weight))]
        sizes = {node.key: 6 + 9 * sqrt(node.statements / max(most, 1)) for node in window.nodes}
        inside += [_node(node, spots[node.key], sizes[node.key], letters) for node in window.nodes]
        labels, is_full = _labels(window, spots, sizes, wide)
        unlabelled |= not is_full
        parts.append(f'<g transform="translate({x:g},{y:g})">{"".join([*inside, *labels])}</g>')
    rows = -(-len(windows) // columns)
    return Body("".join(parts), WIDTH - 2 * EDGE, rows * (high + 38) - 16), unlabelled


def _edge(edge: Edge, spots: Mapping[str, Place], heaviest: float) -> str:
    (x1, y1), (x2, y2) = spots[edge.one], spots[edge.other]
    dashed = ' stroke-dasharray="5 4"' if edge.weight < 0 else ""
    thick = 0.8 + 6.2 * abs(edge.weight) / heaviest
    return (
        f'<line class="edge" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{SOFT}"'
        f' stroke-opacity="0.45" stroke-width="{thick:.2f}"{dashed}/>'
    )


def _node(node: Node, spot: Place, size: float, letters: Mapping[str, tuple[str, str]]) -> str:
    x, y = spot
    letter, fill = letters.get(node.position or "", ("", "#ffffff"))
    look = f'class="node" fill="{fill}" stroke="{INK}" stroke-width="1.2"'
    shape = (
        f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size:.1f}" height="{2 * size:.1f}" {look}/>'
        if node.is_square
        else f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" {look}/>'
    )
    return shape + (text(x, y + 3.5, letter, size=10, anchor="middle", weight="bold") if letter else "")


def _labels(
    window: Window, spots: Mapping[str, Place], sizes: Mapping[str, float], wide: float
) -> tuple[list[str], bool]:
    """Return labels that overlap neither each other nor a node, for the nodes with most statements first."""
    taken = [
        (spots[key][0] - size, spots[key][1] - size, spots[key][0] + size, spots[key][1] + size)
        for key, size in sizes.items()
    ]
    found: list[str] = []
    for node in sorted(window.nodes, key=lambda node: (-node.statements, node.label, node.key))[:MOST_LABELS]:
        words = fitted(" ".join(node.label.split()), 11, min(wide / 2, 260))
        long, size, (x, y) = width(words, 11), sizes[node.key], spots[node.key]
        for left, base, anchor in (
            (x + size + 4, y + 4, "start"),
            (x - size - 4 - long, y + 4, "end"),
            (x - long / 2, y + size + 13, "middle"),
            (x - long / 2, y - size - 5, "middle"),
        ):
            box = (left, base - 10, left + long, base + 3)
            if box[0] < 2 or box[2] > wide - 2 or any(_overlap(box, other) for other in taken):  # noqa: PLR2004 - a margin
                continue
            taken.append(box)
            at = left + long * {"start": 0, "middle": 0.5, "end": 1}[anchor]
            # A light edge keeps the name legible on a line.
            halo = '<text paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"'
            found.append(text(at, base, words, size=11, anchor=anchor).replace("<text", halo, 1))
            break
    return found, len(found) == len(window.nodes)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
