"""With ``--spreadsheet-safe`` no CSV cell is a formula; without it a round trip changes nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import click
import pytest

from stancedb.spreadsheets import without_formula
from tests.support.commands import commands
from tests.support.plugin import Run
from tests.support.worlds import done, invoker, jsonl

FORMULA = "=HYPERLINK(1)"
OUTLETS = [{"slug": "formula", "name": FORMULA}, {"slug": "plain", "name": "The Plain"}]
NAMES = {"formula": f"'{FORMULA}", "plain": "The Plain"}
ANSWERS = [["outlet", "list", "-f", "csv"], ["export", "outlet", "-f", "csv"]]


@pytest.fixture
def outlets(run: Run, tmp_path: Path) -> Run:
    """Provide a database with an outlet whose name is a formula."""
    done(run("outlet", "load", jsonl(tmp_path / "outlet.jsonl", *OUTLETS)))
    return run


def names(answer: str) -> dict[str, str]:
    """Return the names in a CSV of outlets, by slug."""
    return {row.get("slug") or row["outlet"]: row["name"] for row in csv.DictReader(StringIO(answer))}


@pytest.mark.parametrize("line", ANSWERS)
def test_no_cell_is_a_formula_where_that_is_asked_for(outlets: Run, line: list[str]) -> None:
    assert names(done(outlets(*line, "--spreadsheet-safe")).stdout) == NAMES


@pytest.mark.parametrize("line", ANSWERS)
def test_a_cell_is_as_it_was_where_it_is_not(outlets: Run, line: list[str]) -> None:
    assert names(done(outlets(*line)).stdout) == {**NAMES, "formula": FORMULA}


def test_a_file_of_records_is_safe_too(outlets: Run, tmp_path: Path) -> None:
    done(outlets("export", "outlet", "--output", tmp_path / "safe.csv", "--spreadsheet-safe"))

    assert names((tmp_path / "safe.csv").read_text("utf-8")) == NAMES


def test_a_round_trip_stays_one(outlets: Run, tmp_path: Path, empty_url: str) -> None:
    done(outlets("export", "outlet", "--output", tmp_path / "o.csv"))
    other = invoker(empty_url, tmp_path)
    done(other("db", "init"))
    done(other("outlet", "load", tmp_path / "o.csv"))

    assert names(done(other("outlet", "list", "-f", "csv")).stdout) == {**NAMES, "formula": FORMULA}


@pytest.mark.parametrize(
    "line",
    [
        ["outlet", "list"],
        ["outlet", "list", "-f", "json"],
        ["outlet", "add", "x", "--name", "X"],
        ["export", "outlet"],
        ["export", "outlet", "-f", "ndjson"],
        ["export", "codebook"],
        ["export", "annotations"],
    ],
)
def test_output_other_than_csv_is_refused_before_anything_is_done(run: Run, line: list[str]) -> None:
    refused = run(*line, "--spreadsheet-safe")

    assert refused.exit_code == 2
    assert refused.stdout == ""


def test_every_command_that_writes_csv_has_it() -> None:
    def options(command: click.Command) -> Iterator[str]:
        for parameter in command.params:
            yield from parameter.opts

    asked = {
        " ".join(words): ("--format" in options(command), "--spreadsheet-safe" in options(command))
        for words, command in commands()
    }
    # These have a format, but not CSV; the others write only CSV files.
    without_csv = {"export annotations", "export event", "export indicator", "export round"}
    assert {words for words, found in asked.items() if found == (True, False)} == without_csv
    assert {words for words, found in asked.items() if found == (False, True)} == {"export package"}


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20"])
def test_what_begins_as_a_formula_does_is_text(begins: str) -> None:
    assert without_formula(f"{begins}1") == f"'{begins}1"
    assert without_formula(f"a{begins}1") == f"a{begins}1"
