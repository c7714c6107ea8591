"""Exports for analysis: networks, annotations and tables, each compared with a second computation from the seeds."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import psycopg
import pytest
from psycopg.rows import dict_row

from stancedb.export.writing import csv_line
from tests.support.plugin import Run
from tests.support.worlds import done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture
def run(reported_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on the seeds."""
    return invoker(reported_url, tmp_path)


def rows_of(url: str, question: str) -> list[dict[str, Any]]:
    """Return the rows of a SELECT."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(question.encode()).fetchall()


def graphs(shown: str) -> dict[str, dict[frozenset[str], float]]:
    """Return the weights of the edges of each graph, by the codes of their ends."""
    found = {}
    for graph in ET.fromstring(shown).iter(f"{GRAPHML}graph"):  # noqa: S314 - the file of the test itself
        codes = {node.attrib["id"]: data(node)["node-code"] for node in graph.iter(f"{GRAPHML}node")}
        edges = [
            (frozenset({codes[edge.attrib["source"]], codes[edge.attrib["target"]]}), float(data(edge)["edge-weight"]))
            for edge in graph.iter(f"{GRAPHML}edge")
        ]
        found[graph.attrib["id"]] = dict(edges)
        # An edge is undirected, so it occurs once.
        assert len(found[graph.attrib["id"]]) == len(edges)
    return found


def data(element: ET.Element) -> dict[str, str]:
    """Return the values of a node or an edge."""
    return {item.attrib["key"]: item.text or "" for item in element.iter(f"{GRAPHML}data")}


def taken(url: str) -> dict[str, dict[str, set[tuple[str, str]]]]:
    """Return the positions that each holder took in each month, counted without a join."""
    months: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for row in rows_of(
        url,
        "SELECT statement_date, holder_code, issue_code, position_code FROM reporting.statement_wide"
        " WHERE is_evidence AND position_kind <> 'no_position'",
    ):
        month = months.setdefault(f"w{row['statement_date']:%Y-%m}", {})
        month.setdefault(row["holder_code"], set()).add((row["issue_code"], row["position_code"]))
    return months


def speaking_for(url: str) -> set[frozenset[str]]:
    """Return the pairs of a speaker and an actor for whom it spoke while also taking a position, without a join."""
    statements: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows_of(
        url,
        "SELECT statement_code, issue_code, holder_code, speaker_code, coding_basis FROM reporting.statement_wide",
    ):
        statements.setdefault((row["statement_code"], row["issue_code"]), []).append(row)
    return {
        frozenset({one["holder_code"], other["holder_code"]})
        for rows in statements.values()
        for one in rows
        for other in rows
        if one["holder_code"] == one["speaker_code"]
        and (one["coding_basis"], other["coding_basis"]) == ("self", "on_behalf")
    }


class TestTheNetwork:
    @pytest.mark.parametrize("projection", ["congruence", "conflict"])
    def test_two_actors_are_tied_by_the_positions_in_which_they_agree_or_differ(
        self, run: Run, reported_url: str, projection: str
    ) -> None:
        expected: dict[str, dict[frozenset[str], float]] = {}
        own = speaking_for(reported_url)
        for month, holders in taken(reported_url).items():
            expected[month] = {}
            for (one, mine), (other, theirs) in combinations(holders.items(), 2):
                meetings = sum(
                    issue == same and (position == another) == (projection == "congruence")
                    for issue, position in mine
                    for same, another in theirs
                )
                if meetings and frozenset({one, other}) not in own:
                    expected[month][frozenset({one, other})] = meetings

        shown = done(run("export", "network", "--projection", projection, "--every", "month")).stdout

        assert graphs(shown) == expected

    def test_an_actor_is_tied_to_a_position_by_its_statements(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "network.graphml"
        done(run("export", "network", "--issue", "jp-taiwan-use-of-force", "--output", path))

        assert graphs(path.read_text("utf-8")) == {
            "all": {
                frozenset({"japan", "jp-taiwan-use-of-force/may-warrant"}): 1,
                frozenset({"japan", "jp-taiwan-use-of-force/strategic-ambiguity"}): 7,
                frozenset({"sanae-takaichi", "jp-taiwan-use-of-force/may-warrant"}): 2,
            }
        }

    def test_a_statement_with_two_codings_ties_an_actor_to_a_position_once(
        self, spoken_url: str, tmp_path: Path
    ) -> None:
        run: Run = invoker(spoken_url, tmp_path)
        of_the_other = ("--holder", "a-cole", "--issue", "dam", "--position", "support", "--basis", "on_behalf")
        done(run("coding", "add", "cole-dam", *of_the_other))
        done(run("actor", "merge", "a-cole", "ana-cole"))
        done(run("reporting", "refresh"))

        shown = done(run("export", "network", "--issue", "dam")).stdout

        assert graphs(shown) == {"all": {frozenset({"ana-cole", "dam/support"}): 1}}

    def test_only_positions_that_count_tie_actors_and_an_edge_lasts_from_the_first_word_to_the_last(
        self, spoken_url: str, tmp_path: Path
    ) -> None:
        run: Run = invoker(spoken_url, tmp_path)
        silent = ("--label", "silent", "--definition", "Says nothing.", "--kind", "no_position")
        done(run("position", "add", "dam", "silent", *silent))
        plain: dict[str, object] = {"issue": "dam", "position": "support", "said": "2025-02-20"}
        sheet = (
            {**plain, "speaker": "ben-dahl"},
            {**plain, "speaker": "a-cole", "verification": "denied"},
            {**plain, "speaker": "eva-falk", "said": "2025-03-06"},
            {**plain, "speaker": "norland", "position": "silent"},
            {**plain, "speaker": "government-of-norland", "position": "silent"},
        )
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))
        done(run("reporting", "refresh"))

        asked = ("--projection", "congruence", "--until", "2025-03-01")
        shown = done(run("export", "network", *asked)).stdout

        assert graphs(shown) == {"all": {frozenset({"ana-cole", "ben-dahl"}): 1}}
        (edge,) = ET.fromstring(shown).iter(f"{GRAPHML}edge")  # noqa: S314 - the file of the test itself
        said = data(edge)
        assert (said["edge-first_said"], said["edge-last_said"]) == ("2025-02-20", "2025-03-01")

    def test_a_window_knows_its_year(self, run: Run) -> None:
        shown = done(run("export", "network", "--every", "month", "--issue", "taiwan-status-wording")).stdout

        # September 1972 differs from November 1972, and November 2025 from November of another year.
        assert {"w1970-10", "w1972-09", "w2025-11", "w2025-12"} <= set(graphs(shown))

    def test_the_list_has_every_statement_that_counts_in_order_of_time(self, run: Run, reported_url: str) -> None:
        shown = list(csv.DictReader(io.StringIO(done(run("export", "network", "--projection", "events")).stdout)))
        (counted,) = rows_of(
            reported_url,
            "SELECT count(*) AS n FROM reporting.statement_wide WHERE is_evidence AND position_kind <> 'no_position'",
        )

        assert len(shown) == counted["n"]
        assert [row["time"] for row in shown] == sorted(row["time"] for row in shown)
        assert {row["coder"] for row in shown} == {"example-coder"}

    def test_the_list_begins_with_the_columns_of_an_event_list_of_rdna(self, run: Run) -> None:
        header = done(run("export", "network", "--projection", "events")).stdout.splitlines()[0].split(",")

        # From the R code of rDNA 3 (dna_network.R), with the variables of the type 'DNA Statement'.
        assert header[:16] == [
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
        ]

    def test_a_position_of_the_list_leads_to_the_words_in_their_article(self, run: Run, reported_url: str) -> None:
        shown = list(csv.DictReader(io.StringIO(done(run("export", "network", "--projection", "events")).stdout)))
        bodies: dict[str, list[str]] = {}
        for row in rows_of(
            reported_url,
            "SELECT a.slug, v.body FROM stancedb.article_version v JOIN stancedb.article a ON a.id = v.article_id",
        ):
            bodies.setdefault(row["slug"], []).append(row["body"])

        for row in shown:
            start, stop = int(row["start_position"]), int(row["stop_position"])
            assert row["text"] in {body[start:stop] for body in bodies[row["document_id"]]}

    def test_the_list_has_agreement_only_where_the_scale_takes_a_side(self, run: Run) -> None:
        shown = list(csv.DictReader(io.StringIO(done(run("export", "network", "--projection", "events")).stdout)))
        sides = {
            (row["agreement"], (float(row["score"]) > 0) - (float(row["score"]) < 0) if row["score"] else 0)
            for row in shown
        }

        assert {("1", 1), ("", 0)} <= sides <= {("1", 1), ("0", -1), ("", 0)}


class TestTheAnnotations:
    def test_both_selectors_lead_to_the_same_words_of_the_kept_text(self, run: Run, reported_url: str) -> None:
        page = json.loads(done(run("export", "annotations")).stdout)
        bodies = {
            row["text_sha256"]: row["body"]
            for row in rows_of(reported_url, "SELECT text_sha256, body FROM stancedb.article_version")
        }

        assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert page["type"] == "AnnotationPage"
        assert page["items"]
        for item in page["items"]:
            words, place = item["target"]["selector"]
            body = bodies[item["target"]["state"]["cached"].removeprefix("urn:sha256:")]
            assert (words["type"], place["type"]) == ("TextQuoteSelector", "TextPositionSelector")
            assert body[place["start"] : place["end"]] == words["exact"]
            assert words["prefix"] + words["exact"] + words["suffix"] in body

    def test_instants_are_of_utc_wherever_the_server_is(self, run: Run) -> None:
        page = json.loads(done(run("export", "annotations", env={"PGTZ": "Asia/Tokyo"})).stdout)

        told = {moment for item in page["items"] for moment in (item["created"], item["target"]["state"]["sourceDate"])}
        assert {moment[-1] for moment in told} == {"Z"}
        assert page == json.loads(done(run("export", "annotations")).stdout)

    def test_a_line_is_an_annotation_by_itself(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "quotes.ndjson"
        result = done(run("export", "annotations", "--output", path))
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]

        assert f"{len(lines)} annotations written." in result.stderr
        assert {line["@context"] for line in lines} == {"http://www.w3.org/ns/anno.jsonld"}
        assert len({line["id"] for line in lines}) == len(lines)


class TestTheTables:
    def test_without_what_writes_parquet_it_says_what_to_install_and_leaves_no_file(
        self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

        result = run("export", "table", "dim_rule", "--output", tmp_path / "rules.parquet")

        assert result.exit_code == 1
        assert "pip install 'stancedb[parquet]'" in result.stderr
        assert not [*tmp_path.glob("rules*")]

    @pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
    def test_a_file_has_the_rows_of_the_table(self, run: Run, reported_url: str, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"table.{ending}"
        rows = rows_of(reported_url, "SELECT * FROM reporting.stance_wide")
        found: list[dict[str, Any]]
        if ending == "parquet":
            parquet = pytest.importorskip("pyarrow.parquet")

        said = done(run("export", "table", "stance_wide", "--output", path)).stderr

        if ending == "parquet":
            found = parquet.read_table(path).to_pylist()
        elif ending == "csv":
            rows = [{name: spelled(value) for name, value in row.items()} for row in rows]
            with path.open(encoding="utf-8", newline="") as file:
                found = list(csv.DictReader(file))
        else:
            rows = json.loads(json.dumps(rows, default=lambda value: value.isoformat()))
            found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert said == f"{len(rows)} rows written.\n"
        assert sorted(map(repr, found)) == sorted(map(repr, rows))

    def test_a_cell_that_a_spreadsheet_runs_gets_an_apostrophe_when_asked(self) -> None:
        cells = ["=1+1", "+1", "-1", "@a", "\tb", "\rc", "a=b", "", None, -1, -0.5, True, date(2025, 1, 1)]

        assert csv_line(cells, is_safe=True) == ("'=1+1,'+1,'-1,'@a,'\tb,\"'\rc\",a=b,,,-1,-0.5,true,2025-01-01\n")
        assert csv_line(cells[:3]) == "=1+1,+1,-1\n"

    @pytest.mark.parametrize(
        ("line", "code", "said"),
        [
            (["table", "stance_wid"], 3, "There is no table or view of reporting 'stance_wid'. Did you mean"),
            (["table", "stance_wide", "-o", "a.sav"], 2, "Use .csv, .ndjson"),
            (["table", "stance_wide", "-f", "ndjson", "--spreadsheet-safe"], 2, "requires CSV"),
            (["network", "--spreadsheet-safe"], 2, "requires CSV"),
            (["network", "--issue", "jp-taiwan-use-of-forc"], 3, "Did you mean 'jp-taiwan-use-of-force'"),
            (["annotations", "-f", "csv"], 2, "Annotations are written as JSON-LD"),
        ],
    )
    def test_what_no_file_can_be_is_refused(self, run: Run, line: list[str], code: int, said: str) -> None:
        result = run("export", *line)

        assert (result.exit_code, result.stdout) == (code, "")
        assert said in result.stderr


def spelled(value: object) -> str:
    """Write a value as a cell of CSV."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
