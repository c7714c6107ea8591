"""Pictures of networks: the layout is the same in every run, and lines have the weights of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from lxml import etree  # type: ignore[import-untyped]  # lxml has no stubs of its own

from stancedb.plot.frame import Frame
from stancedb.plot.network import FILLS, MOST_LABELS, Edge, Node, Window, layout, picture
from tests.support.plugin import Run
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

SVG = "{http://www.w3.org/2000/svg}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
FRAME = Frame("Who?", "Rule", "Source", "Cite")
ONE_ISSUE = ("--issue", "taiwan-status-wording")


@pytest.fixture
def run(reported_url: str, tmp_path: Path) -> Run:
    """Provide a function that reads the seeds, with the reporting schema."""
    return invoker(reported_url, tmp_path)


def _window(name: str, count: int) -> Window:
    nodes = tuple(Node(f"n{at}", f"Holder number {at}", at + 1, is_square=False, position=None) for at in range(count))
    edges = tuple(Edge(f"n{at}", f"n{(at * 7 + 1) % count}", at % 3 - 1.5) for at in range(count))
    return Window(name, nodes, edges)


def _all(svg: str, tag: str, kind: str) -> list[etree._Element]:
    return [element for element in etree.fromstring(svg.encode()).iter(f"{SVG}{tag}") if element.get("class") == kind]


def test_the_layout_is_the_same_in_every_run() -> None:
    windows = [_window("a", 60), _window("b", 12)]

    assert layout(windows) == layout(list(windows))


def test_the_order_of_windows_does_not_move_a_node() -> None:
    one, other = _window("a", 20), _window("b", 9)

    assert layout([one, other]) == layout([other, one])


def test_a_node_is_at_the_same_place_in_each_panel() -> None:
    circles = _all(picture([_window("a", 5), _window("b", 5)], FRAME, {}), "circle", "node")
    places = [(circle.get("cx"), circle.get("cy")) for circle in circles]

    assert places[:5] == places[5:]


@pytest.mark.parametrize("count", [1, 2, 30, 120])
def test_no_node_or_label_is_outside_its_panel(count: int) -> None:
    svg = etree.fromstring(picture([_window("a", count)], FRAME, {}).encode())
    (panel,) = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("fill") == "none"]
    wide, high = float(panel.get("width", 0)), float(panel.get("height", 0)) + 20

    for circle in svg.iter(f"{SVG}circle"):
        x, y, r = (float(circle.get(name, 0)) for name in ("cx", "cy", "r"))
        assert x - r >= 0
        assert x + r <= wide
        assert y - r >= 20
        assert y + r <= high


def test_only_nodes_with_most_statements_are_labelled_and_a_sentence_says_so() -> None:
    svg = picture([_window("a", 120)], FRAME, {})

    named = [int(number) for number in re.findall(r">Holder number (\d+)</text>", svg)]
    assert 1 < len(named) <= MOST_LABELS
    assert min(named) >= 120 - MOST_LABELS
    assert "Only the nodes with most statements are labelled" in svg


def test_labels_do_not_overlap() -> None:
    svg = etree.fromstring(picture([_window("a", 60)], FRAME, {}).encode())
    boxes = []
    for text in svg.iter(f"{SVG}text"):
        if "Holder" in (text.text or ""):
            x, y = float(text.get("x", 0)), float(text.get("y", 0))
            # Letters are at least half as wide as they are high.
            long = len(text.text or "") * 5.5
            left = x - {"start": 0, "middle": 0.5, "end": 1}[text.get("text-anchor", "start")] * long
            boxes.append((left, y - 10, left + long, y + 3))

    assert not [
        (a, b)
        for at, a in enumerate(boxes)
        for b in boxes[at + 1 :]
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def test_a_right_to_left_name_begins_beside_its_node_like_any_other() -> None:
    def label(name: str) -> etree._Element:
        node = Node("a", name, 1, is_square=False, position=None)
        svg = etree.fromstring(picture([Window("", (node,), ())], FRAME, {}).encode())
        return next(text for text in svg.iter(f"{SVG}text") if name in text.text)

    hebrew, latin = label("\u05de\u05e9\u05e8\u05d3"), label("Ministry")
    assert [hebrew.get(name) for name in ("x", "text-anchor", "direction")] == [latin.get("x"), "start", None]


def test_a_negative_weight_is_dashed_and_the_width_follows_the_weight() -> None:
    nodes = tuple(Node(key, key, 1, is_square=False, position=None) for key in "abc")
    lines = _all(picture([Window("", nodes, (Edge("a", "b", -4), Edge("b", "c", 2)))], FRAME, {}), "line", "edge")

    by_width = sorted(lines, key=lambda line: float(line.get("stroke-width", 0)))
    assert [line.get("stroke-dasharray") is not None for line in by_width] == [False, True]
    thin, thick = (float(line.get("stroke-width", 0)) - 0.8 for line in by_width)
    assert thick == pytest.approx(2 * thin)


def test_no_data_is_a_sentence() -> None:
    svg = picture([], FRAME, {})

    assert "No statement is part of this network." in svg
    assert not _all(svg, "circle", "node")


def _weights(path: Path) -> list[float]:
    return sorted(
        float(data.text or "")
        for edge in etree.parse(path).iter(f"{GRAPHML}edge")
        for data in edge
        if data.get("key") == "edge-weight"
    )


@pytest.mark.parametrize("projection", ["affiliation", "congruence", "conflict", "subtract", "concepts", "two-mode"])
def test_the_picture_has_the_edges_and_nodes_of_the_file(run: Run, tmp_path: Path, projection: str) -> None:
    done(
        run(
            "export",
            "network",
            "--projection",
            projection,
            "-o",
            tmp_path / "net.graphml",
            "--plot",
            tmp_path / "net.svg",
        )
    )

    svg = (tmp_path / "net.svg").read_text()
    weights = _weights(tmp_path / "net.graphml")
    widths = sorted(float(line.get("stroke-width", 0)) for line in _all(svg, "line", "edge"))
    top = max(map(abs, weights))
    assert widths == pytest.approx(sorted(0.8 + 6.2 * abs(weight) / top for weight in weights), abs=0.01)
    nodes = len([*etree.parse(tmp_path / "net.graphml").iter(f"{GRAPHML}node")])
    assert len(_all(svg, "circle", "node")) + len(_all(svg, "rect", "node")) == nodes


def test_the_file_is_the_same_with_and_without_a_picture(run: Run, tmp_path: Path) -> None:
    done(run("export", "network", "-o", tmp_path / "one.graphml", "--plot", tmp_path / "net.svg"))
    done(run("export", "network", "-o", tmp_path / "other.graphml"))

    assert (tmp_path / "one.graphml").read_bytes() == (tmp_path / "other.graphml").read_bytes()


def _fills(elements: Sequence[etree._Element]) -> set[str | None]:
    return {element.get("fill") for element in elements}


def test_holders_on_one_issue_have_the_colour_and_letter_of_their_position(run: Run, tmp_path: Path) -> None:
    done(run("export", "network", "--projection", "conflict", *ONE_ISSUE, "--plot", tmp_path / "net.svg"))

    svg = (tmp_path / "net.svg").read_text()
    assert _fills(_all(svg, "circle", "node")) == set(FILLS[:5])
    assert "A rejects the claim; B takes note" in " ".join(etree.fromstring(svg.encode()).itertext())


def test_holders_on_several_issues_have_no_colour(run: Run, tmp_path: Path) -> None:
    done(run("export", "network", "--plot", tmp_path / "net.svg"))

    assert _fills(_all((tmp_path / "net.svg").read_text(), "circle", "node")) == {"#ffffff"}


def test_a_list_of_statements_is_not_drawn(run: Run, tmp_path: Path) -> None:
    result = run("export", "network", "--projection", "events", "--plot", tmp_path / "net.svg")

    assert result.exit_code == 2
    assert not (tmp_path / "net.svg").exists()


def test_a_network_is_not_drawn_as_html(run: Run) -> None:
    result = run("export", "network", "--plot", "net.html")

    assert "does not end in .svg or .png" in result.stderr
