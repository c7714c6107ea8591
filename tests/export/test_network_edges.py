"""The duration of the edges of a network."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from tests.export.test_analysis import GRAPHML, data
from tests.support.worlds import done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)


def test_an_edge_lasts_from_the_first_word_to_the_last_whichever_of_the_two_said_it(
    spoken_url: str, tmp_path: Path
) -> None:
    run = invoker(spoken_url, tmp_path)
    plain = {"issue": "dam", "position": "support"}
    sheet = (
        {**plain, "speaker": "ben-dahl", "said": "2025-02-20"},
        {**plain, "speaker": "eva-falk", "said": "2025-03-06"},
    )
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))
    done(run("reporting", "refresh"))

    shown = ET.fromstring(done(run("export", "network", "--projection", "congruence")).stdout)  # noqa: S314 - the file of the test itself

    codes = {node.attrib["id"]: data(node)["node-code"] for node in shown.iter(f"{GRAPHML}node")}
    lasting = {
        frozenset({codes[edge.attrib["source"]], codes[edge.attrib["target"]]}): (
            data(edge)["edge-first_said"],
            data(edge)["edge-last_said"],
        )
        for edge in shown.iter(f"{GRAPHML}edge")
    }
    assert lasting == {
        frozenset({"ana-cole", "ben-dahl"}): ("2025-02-20", "2025-03-01"),
        frozenset({"ana-cole", "eva-falk"}): ("2025-03-01", "2025-03-06"),
        frozenset({"ben-dahl", "eva-falk"}): ("2025-02-20", "2025-03-06"),
    }
