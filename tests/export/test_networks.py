"""Weights are those of rDNA: each is recomputed, statement by statement, from the tables of a .dna file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from stancedb.database import reading
from stancedb.export.matrix import matrices
from stancedb.export.network import Aggregation, Criterion, Duplicates, Length, Network
from stancedb.settings import Settings
from tests.support.discourse import (
    Said,
    Weights,
    invented,
    one_mode,
    said_in,
    two_mode,
    windows_of_days,
    windows_of_events,
    without_duplicates,
)
from tests.support.dna_files import edit
from tests.support.plugin import AUTHOR, Clone, Run
from tests.support.worlds import done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
DUPLICATES = ["include", "document", "week", "month", "year", "acrossrange"]
Shown = dict[str, tuple[list[str], list[str], Weights]]
Networks = Callable[[Network], Shown]


@pytest.fixture(scope="module")
def loaded(clone: Clone, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Provide the URL of a database with an invented file loaded, and the file; no test changes it."""
    folder = tmp_path_factory.mktemp("networks")
    path = edit(
        invented(folder / "dams.dna", 1),
        "INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 2, 'Type \"old\"')",
        "INSERT INTO ATTRIBUTEVALUES SELECT 1, ID, 1, 'union & <co>' FROM ENTITIES WHERE Value = 'Union A'",
    )
    with clone(template) as url:
        run = invoker(url, folder)
        done(run("dna", "load", path))
        done(run("reporting", "refresh"))
        yield url, path


@pytest.fixture
def said(loaded: tuple[str, Path]) -> list[Said]:
    """Provide the statements of organizations in the file."""
    return [one for one in said_in(loaded[1]) if one.organization]


@pytest.fixture
def run(loaded: tuple[str, Path], tmp_path: Path) -> Run:
    """Provide a function that runs a command on the file."""
    return invoker(loaded[0], tmp_path)


@pytest.fixture
def shown(loaded: tuple[str, Path], tmp_path: Path) -> Iterator[Networks]:
    """Provide a function that returns rows, columns and weights of each window of a network, read from its CSV."""
    with reading(Settings(database_url=loaded[0], data_dir=tmp_path, author=AUTHOR)) as session:

        def asked(network: Network) -> Shown:
            return {name: table(lines) for name, lines in matrices(session, network, "csv")}

        yield asked


def table(lines: Iterator[str] | Sequence[str]) -> tuple[list[str], list[str], Weights]:
    """Return the rows, the columns and the weights of a matrix in CSV."""
    (_, *columns), *body = csv.reader(lines)
    weights = {(row, column): float(cell) for row, *cells in body for column, cell in zip(columns, cells, strict=True)}
    return [row[0] for row in body], columns, weights


def of_organizations(**asked: Any) -> Network:
    """Return a network of organizations, as rDNA makes it with the variable of that name."""
    return Network(holder_kinds=("organization",), **asked)


class TestWeights:
    @pytest.mark.parametrize("duplicates", DUPLICATES)
    @pytest.mark.parametrize("aggregation", ["subtract", "ignore", "combine"])
    def test_actors_are_tied_to_issues_as_in_a_two_mode_network(
        self, shown: Networks, said: list[Said], aggregation: Aggregation, duplicates: Duplicates
    ) -> None:
        kept = without_duplicates(said, duplicates, is_blind=aggregation == "ignore")
        for normalization in ["no"] if aggregation == "combine" else ["no", "activity", "prominence"]:
            found = shown(
                of_organizations(
                    projection="two-mode",
                    aggregation=aggregation,
                    duplicates=duplicates,
                    normalization=normalization,
                )
            )

            assert found["all"][2] == pytest.approx(two_mode(kept, aggregation, normalization), abs=1e-9)

    @pytest.mark.parametrize("duplicates", DUPLICATES)
    @pytest.mark.parametrize("aggregation", ["ignore", "congruence", "conflict", "subtract"])
    @pytest.mark.parametrize("are_concepts", [False, True])
    def test_actors_and_issues_are_tied_to_each_other_as_in_a_one_mode_network(
        self, shown: Networks, said: list[Said], aggregation: Aggregation, duplicates: Duplicates, are_concepts: bool
    ) -> None:
        kept = without_duplicates(said, duplicates, is_blind=aggregation == "ignore")
        asked = {"projection": "concepts", "aggregation": aggregation} if are_concepts else {"projection": aggregation}
        for normalization in ("no", "average", "cosine", "jaccard"):
            found = shown(of_organizations(**asked, duplicates=duplicates, normalization=normalization))

            expected = one_mode(kept, aggregation, normalization, are_concepts=are_concepts)
            assert found["all"][2] == pytest.approx(expected, abs=1e-9)

    def test_once_a_window_is_once_across_the_range_where_there_is_one_window(self, shown: Networks) -> None:
        for projection in ("congruence", "conflict", "subtract", "ignore"):
            usual, everywhere = (
                shown(of_organizations(projection=projection, duplicates=duplicates))
                for duplicates in (None, "acrossrange")
            )
            assert usual == everywhere


class TestWindows:
    @pytest.mark.parametrize(("length", "step"), [(90, 90), (90, 30), (40, 7), (3, 10), (5000, 5000)])
    def test_windows_of_days_follow_each_other_until_one_reaches_the_end(
        self, shown: Networks, said: list[Said], length: int, step: int
    ) -> None:
        found = shown(
            of_organizations(
                projection="congruence",
                duplicates="month",
                window=Length(length, "day"),
                step=Length(step, "day"),
            )
        )

        kept = without_duplicates(said, "month", is_blind=False)
        assert {name: weights for name, (_, _, weights) in found.items()} == {
            name: one_mode(inside, "congruence", "no") for name, inside in windows_of_days(kept, length, step).items()
        }

    def test_windows_of_statements_have_the_given_number_of_statements(self, shown: Networks, said: list[Said]) -> None:
        found = shown(of_organizations(projection="two-mode", window=Length(20, "event"), step=Length(5, "event")))

        assert {name: weights for name, (_, _, weights) in found.items()} == {
            name: two_mode(inside, "subtract", "no") for name, inside in windows_of_events(said, 20, 5).items()
        }

    def test_windows_of_months_are_those_of_the_calendar(self, shown: Networks, said: list[Said]) -> None:
        found = shown(
            of_organizations(
                projection="two-mode", duplicates="year", window=Length(6, "month"), step=Length(1, "month")
            )
        )
        kept = without_duplicates(said, "year", is_blind=False)
        months = [one.day.year * 12 + one.day.month - 1 for one in kept]
        expected = {}
        for first in range(months[0], max(months[0], months[-1] - 5) + 1):
            inside = [one for one, month in zip(kept, months, strict=True) if first <= month < first + 6]
            if inside:
                expected[f"w{first // 12}-{first % 12 + 1:02}"] = two_mode(inside, "subtract", "no")

        assert {name: weights for name, (_, _, weights) in found.items()} == expected

    def test_each_matrix_of_a_window_has_a_separate_file(self, run: Run, shown: Networks, tmp_path: Path) -> None:
        path = tmp_path / "net.csv"
        done(run("export", "network", "--projection", "congruence", "--every", "year", "--output", path))

        found = {
            file.stem.removeprefix("net-"): table(file.read_text("utf-8").splitlines())
            for file in tmp_path.glob("net*")
        }
        assert found == shown(Network(projection="congruence", every="year"))


class TestNodes:
    def test_isolates_are_all_that_the_database_has_statements_of(self, shown: Networks, said: list[Said]) -> None:
        criteria = (Criterion("issue", "dams/build-dam-1"),)
        everybody = sorted({one.organization for one in said})
        rows, columns, weights = shown(of_organizations(projection="two-mode", only=criteria, has_isolates=True))["all"]

        assert (rows, columns) == (everybody, sorted({one.concept for one in said}))
        some = shown(of_organizations(projection="two-mode", only=criteria))["all"][2]
        assert {ends: weight for ends, weight in weights.items() if weight} == {
            ends: weight for ends, weight in some.items() if weight
        }

    @pytest.mark.parametrize("is_excluded", [False, True])
    @pytest.mark.parametrize(
        ("criteria", "are_met"),
        [
            (["holder:union-a", "holder:union-b"], lambda one: one.organization in {"Union A", "Union B"}),
            (["speaker:person-1"], lambda one: one.person == "Person 1"),
            (
                ["issue:dams/build-dam-1", "issue:dams/build-dam-2"],
                lambda one: one.concept in {"Build dam 1.", "Build dam 2."},
            ),
            (["position:support"], lambda one: one.agreement == 1),
            (["section:1"], lambda one: one.section == "1"),
            (["author:A. Writer"], lambda one: one.author == "A. Writer"),
            (["outlet:the-herald"], lambda one: one.source == "The Herald"),
        ],
    )
    def test_statements_are_chosen_by_what_they_are_of(
        self, run: Run, said: list[Said], criteria: list[str], are_met: Callable[[Said], bool], is_excluded: bool
    ) -> None:
        option = "--exclude" if is_excluded else "--only"
        line = [word for criterion in criteria for word in (option, criterion)]
        asked = ("--projection", "two-mode", "--aggregation", "ignore", "--holder-kind", "organization")

        shown = done(run("export", "network", *asked, "--format", "csv", *line)).stdout

        inside = [one for one in said if are_met(one) != is_excluded]
        assert table(io.StringIO(shown).readlines())[2] == two_mode(inside, "ignore", "no")


def edges(shown: str) -> dict[tuple[str, str], float]:
    """Return the weights of the edges of one graph, by the labels of their ends."""
    (graph,) = ET.fromstring(shown).iter(f"{GRAPHML}graph")  # noqa: S314 - the file of the test itself
    labels = {node.attrib["id"]: datum(node, "node-label") for node in graph.iter(f"{GRAPHML}node")}
    return {
        (labels[edge.attrib["source"]], labels[edge.attrib["target"]]): float(datum(edge, "edge-weight"))
        for edge in graph.iter(f"{GRAPHML}edge")
    }


def datum(element: ET.Element, key: str) -> str:
    """Return one value of a node or an edge."""
    return next(item.text or "" for item in element.iter(f"{GRAPHML}data") if item.attrib["key"] == key)


class TestGraphs:
    def test_a_graph_has_the_edges_of_the_matrix_by_the_names_of_actors_and_the_questions_of_issues(
        self, run: Run, said: list[Said]
    ) -> None:
        asked = ("--projection", "two-mode", "--holder-kind", "organization")

        found = edges(done(run("export", "network", *asked)).stdout)

        assert found == {ends: weight for ends, weight in two_mode(said, "subtract", "no").items() if weight}

    def test_who_speaks_for_an_actor_is_not_tied_to_it(self, clone: Clone, template: str, tmp_path: Path) -> None:
        path = invented(tmp_path / "dams.dna", 1)
        said = [one for one in said_in(path) if one.organization]
        with clone(template) as url:
            run = invoker(url, tmp_path)
            done(run("--refresh-reporting", "dna", "load", path, "--holder", "both"))
            found = edges(done(run("export", "network", "--projection", "ignore")).stdout)

        own = {frozenset({one.person, one.organization}) for one in said}
        assert {frozenset(ends) for ends in found} & own == set()
        people = {frozenset(ends) for ends in found if all(name.startswith("Person") for name in ends)}
        assert people

    def test_a_scale_of_many_positions_ties_by_the_same_one_and_signs_by_its_side(
        self, spoken_url: str, tmp_path: Path
    ) -> None:
        run = invoker(spoken_url, tmp_path)
        positions = {"ben-dahl": "oppose", "eva-falk": "leaves-open", "a-cole": "support"}
        sheet = [
            {"issue": "dam", "said": "2025-02-20", "speaker": speaker, "position": position}
            for speaker, position in positions.items()
        ]
        done(run("--refresh-reporting", "statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))

        def network(*line: str) -> dict[tuple[str, str], float]:
            return edges(done(run("export", "network", "--projection", *line)).stdout)

        dam = "Should Norland build the dam?"
        assert network("two-mode") == {("Ana Cole", dam): 1, ("A. Cole", dam): 1, ("Ben Dahl", dam): -1}
        assert set(map(frozenset, network("congruence"))) == {frozenset({"Ana Cole", "A. Cole"})}
        assert len(network("conflict")) == 5
        assert len(network("two-mode", "--aggregation", "ignore")) == 4

    def test_a_file_of_dl_has_labels_before_its_rows(self, run: Run, shown: Networks) -> None:
        line = ("--projection", "congruence", "--normalization", "average", "--format", "dl")
        lines = done(run("export", "network", *line)).stdout.splitlines()

        rows, _, weights = shown(Network(projection="congruence", normalization="average"))["all"]
        size = len(rows)
        assert lines[:2] == [f"dl n = {size}, format = fullmatrix", "labels:"]
        assert [label.strip('"') for label in lines[2 : size + 2]] == rows
        assert lines[size + 2] == "data:"
        numbers = [[float(number) for number in row.split()] for row in lines[size + 3 :]]
        assert numbers == [[weights[a, b] for b in rows] for a in rows]


class TestTheList:
    def test_it_names_persons_organizations_and_concepts_as_the_file_does(
        self, run: Run, loaded: tuple[str, Path]
    ) -> None:
        shown = list(csv.DictReader(io.StringIO(done(run("export", "network", "--projection", "events")).stdout)))

        assert sorted(
            (row["time"], row["person"], row["organization"], row["concept"], row["agreement"], row["document_source"])
            for row in shown
        ) == sorted(
            (f"{one.day}", one.person, one.organization, one.concept, f"{one.agreement}", one.source)
            for one in said_in(loaded[1])
        )

    @pytest.mark.parametrize("duplicates", DUPLICATES)
    def test_it_leaves_out_duplicates(self, run: Run, said: list[Said], duplicates: str) -> None:
        asked = ("--projection", "events", "--holder-kind", "organization", "--duplicates", duplicates)
        shown = list(csv.DictReader(io.StringIO(done(run("export", "network", *asked)).stdout)))

        kept = without_duplicates(said, duplicates, is_blind=False)
        assert [row["time"] for row in shown] == [f"{one.day}" for one in kept]

    def test_it_has_the_words_of_a_long_quote_whole(self, small_url: str, tmp_path: Path) -> None:
        run = invoker(small_url, tmp_path)
        words = "We will build it, stone by stone. " * 90
        article = {"schema": "stancedb.article/1", "id": "long", "outlet": "herald", "title": "Long", "text": words}
        done(run("article", "load", jsonl(tmp_path / "long.jsonl", {**article, "published": "2025-03-02"})))
        line = {"issue": "dam", "position": "support", "speaker": "ana-cole", "said": "2025-03-02", "article": "long"}
        sheet = jsonl(tmp_path / "sheet.jsonl", {**line, "quote": words.strip()})
        done(run("--refresh-reporting", "statement", "load", sheet))

        (row,) = csv.DictReader(io.StringIO(done(run("export", "network", "--projection", "events")).stdout))

        assert row["text"] == words.strip()


class TestRefusals:
    @pytest.mark.parametrize(
        ("line", "code", "said"),
        [
            (["--normalization", "jaccard"], 2, "--normalization jaccard is only for one-mode networks"),
            (["--projection", "conflict", "--normalization", "activity"], 2, "is only for two-mode networks"),
            (["--projection", "congruence", "--aggregation", "combine"], 2, "it is only for two-mode and concepts"),
            (["--projection", "two-mode", "--aggregation", "conflict"], 2, "use subtract, ignore or combine"),
            (["--projection", "events", "--isolates"], 2, "omit them with --projection events"),
            (["--projection", "events", "--format", "dl"], 2, "as CSV"),
            (["--every", "year", "--window", "30d"], 2, "use only one of them"),
            (["--step", "30d"], 2, "--step requires --window"),
            (["--window", "30d", "--step", "5e"], 2, "have different units"),
            (["--window", "30"], 2, "write it as 30d, 4w, 6m, 1y or 50e"),
            (["--every", "year", "--format", "csv"], 2, "Name it with --output FILE"),
            (["--exclude", "union-a"], 2, "for example holder:japan"),
            (["--exclude", "holder:unionn-a"], 3, "Did you mean 'union-a'"),
            (["--exclude", "author:A. Writr"], 3, "Did you mean 'A. Writer'"),
            (["--holder-kind", "union"], 2, "'union' is not one of"),
        ],
    )
    def test_what_has_no_meaning_is_refused_in_one_sentence(
        self, run: Run, line: list[str], code: int, said: str
    ) -> None:
        result = run("export", "network", *line)

        assert (result.exit_code, result.stdout) == (code, "")
        assert said in result.stderr


def test_the_node_of_an_actor_has_its_attributes(run: Run) -> None:
    shown = done(run("export", "network", "--projection", "two-mode")).stdout
    root = ET.fromstring(shown)  # noqa: S314 - the file of the test itself
    name_of = {key.get("id"): key.get("attr.name") for key in root.iter(f"{GRAPHML}key")}
    nodes = {
        values["label"]: values
        for node in root.iter(f"{GRAPHML}node")
        for values in [{name_of[str(data.get("key"))]: data.text for data in node.iter(f"{GRAPHML}data")}]
    }

    assert nodes["Union A"]['Type "old"'] == "union & <co>"
    assert 'Type "old"' not in nodes["Union B"]
