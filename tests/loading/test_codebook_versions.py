"""The codebook version is what a judgement was made under; it does not identify a line."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.reading.test_mapped import EXAMPLES
from tests.support.dna_files import dna
from tests.support.plugin import Run
from tests.support.worlds import CODEBOOK, LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

BARE = {
    "statement": "second",
    "speaker": "ben-dahl",
    "said": "2025-03-02",
    "issue": "dam",
    "position": "oppose",
    "citation": "x",
}


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


def revise(run: Run, directory: Path, label: str = "dam-2.0", issued_on: str = "2026-01-01") -> None:
    """Load another version of the codebook with the same issues."""
    path = directory / f"{label}.toml"
    path.write_text(CODEBOOK.replace("dam-1.0", label).replace("2025-01-01", issued_on), encoding="utf-8")
    done(run("codebook", "load", path))


def codings(run: Run) -> list[tuple[Any, ...]]:
    """Return statement, position, version, finality and origin of each coding."""
    columns = ("statement", "position", "codebook", "final", "carried_from")
    listed = [tuple(row[column] for column in columns) for row in answer(run, "coding", "list")]
    return sorted(listed, key=lambda row: (row[0], row[2]))


def write_csv(path: Path, *lines: Mapping[str, object]) -> Path:
    """Write lines of a coding sheet as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for line in lines for name in line)))
        writer.writeheader()
        writer.writerows(lines)
    return path


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_same_sheet_after_a_revision_changes_nothing_and_a_grown_one_loads(
    run: Run, small_url: str, tmp_path: Path, form: str
) -> None:
    write = write_csv if form == "csv" else jsonl
    sheet = write(tmp_path / f"sheet.{form}", LINE)
    done(run("statement", "load", sheet))
    revise(run, tmp_path)
    number = last_number(small_url)

    again = done(run("statement", "load", sheet))

    assert "nothing to change" in again.stderr
    assert last_number(small_url) == number
    done(run("statement", "load", write(sheet, LINE, BARE)))
    assert codings(run) == [
        ("cole-dam", "support", "dam-1.0", True, None),
        ("second", "oppose", "dam-2.0", True, None),
    ]


def test_a_mapped_table_after_a_revision_changes_nothing(run: Run, tmp_path: Path) -> None:
    table, mapping = EXAMPLES[0]
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    load = ("statement", "load", tmp_path / "table.csv", "--mapping", tmp_path / "mapping.toml")
    done(run(*load))
    revise(run, tmp_path)

    assert "nothing to change" in done(run(*load)).stderr


def test_a_file_of_discourse_network_analyzer_is_corrected_after_its_codings_were_carried(
    run: Run, tmp_path: Path
) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna")))
    revise(run, tmp_path)
    final = answer(run, "coding", "list", "--final")
    done(run("coding", "carry", "--to", "dam-2.0"))

    again = answer(run, "dna", "load", tmp_path / "dams.dna")
    with sqlite3.connect(tmp_path / "dams.dna") as file:
        file.execute("UPDATE DATABOOLEAN SET Value = 1 - Value")
    file.close()
    done(run("dna", "load", tmp_path / "dams.dna"))

    assert sum((line["inserted"] or 0) + (line["updated"] or 0) for line in again) == 0
    turned = {"support": "oppose", "oppose": "support"}
    key = ("statement", "holder", "issue", "coder")
    assert {tuple(row[name] for name in key): row["position"] for row in answer(run, "coding", "list", "--final")} == {
        tuple(row[name] for name in key): turned[row["position"]] for row in final
    }


def test_a_correction_without_a_codebook_is_of_the_coding_that_counts(run: Run, tmp_path: Path) -> None:
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE)))
    revise(run, tmp_path)

    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", {**LINE, "position": "oppose"})))

    assert codings(run) == [("cole-dam", "oppose", "dam-1.0", True, None)]


def test_a_line_without_a_codebook_is_her_final_coding_though_a_later_one_does_not_count(
    run: Run, tmp_path: Path
) -> None:
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE)))
    revise(run, tmp_path)
    trial = {**LINE, "position": "oppose", "codebook": "dam-2.0", "final": False}
    done(run("statement", "load", jsonl(tmp_path / "trial.jsonl", trial)))

    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", {**LINE, "confidence": "high"})))

    assert codings(run) == [
        ("cole-dam", "support", "dam-1.0", True, None),
        ("cole-dam", "oppose", "dam-2.0", False, None),
    ]
    assert {row["codebook"]: row["confidence"] for row in answer(run, "coding", "list")}["dam-1.0"] == "high"


def test_where_none_is_final_a_line_is_her_latest_by_the_date_of_its_version(run: Run, tmp_path: Path) -> None:
    # The later version is loaded first, so that the order of rows differs from that of dates.
    revise(run, tmp_path, "dam-3.0", "2027-01-01")
    revise(run, tmp_path, "dam-2.0", "2026-01-01")
    for label in ("dam-3.0", "dam-2.0", "dam-1.0"):
        line = {**LINE, "codebook": label, "final": False}
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", line)))

    changed = {**LINE, "position": "oppose", "final": False}
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", changed)))

    assert [(row[1], row[2]) for row in codings(run)] == [
        ("support", "dam-1.0"),
        ("support", "dam-2.0"),
        ("oppose", "dam-3.0"),
    ]


def test_a_line_beside_one_that_names_a_version_is_of_that_one(run: Run, tmp_path: Path) -> None:
    revise(run, tmp_path)
    mention = {**LINE, "quote": "We will not ask twice"}
    sheet = jsonl(tmp_path / "sheet.jsonl", {**LINE, "codebook": "dam-1.0"}, mention)

    done(run("statement", "load", sheet))

    assert codings(run) == [("cole-dam", "support", "dam-1.0", True, None)]
    assert "nothing to change" in done(run("statement", "load", sheet)).stderr


def test_a_sheet_under_the_new_version_takes_the_place_of_the_same_coder_s_codings_and_not_of_others(
    run: Run, tmp_path: Path
) -> None:
    other = {**BARE, "coder": "zoe"}
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE, other)))
    revise(run, tmp_path)
    anew = {**LINE, "position": "oppose", "codebook": "dam-2.0"}

    told = done(run("statement", "load", jsonl(tmp_path / "anew.jsonl", anew)))
    refused = run("statement", "load", jsonl(tmp_path / "other.jsonl", {**BARE, "codebook": "dam-2.0"}))
    back = run("statement", "load", jsonl(tmp_path / "back.jsonl", {**LINE, "codebook": "dam-1.0", "final": True}))

    assert "coding: 1 no longer final" in told.stderr
    assert codings(run) == [
        ("cole-dam", "support", "dam-1.0", False, None),
        ("cole-dam", "oppose", "dam-2.0", True, None),
        ("second", "oppose", "dam-1.0", True, None),
    ]
    assert (refused.exit_code, back.exit_code) == (1, 1)
    assert "already has a final coding of 'ben-dahl' on 'dam' by 'zoe'" in refused.stderr
    assert "nothing to change" in done(run("statement", "load", jsonl(tmp_path / "anew.jsonl", anew))).stderr


def test_a_command_without_a_codebook_is_of_the_coding_that_counts(run: Run, tmp_path: Path) -> None:
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE)))
    revise(run, tmp_path)
    code = ("coding", "add", "cole-dam", "--issue", "dam", "--position")
    said = ("--slug", "cole-dam", "--speaker", "ana-cole", "--said", "2025-03-01", "--issue", "dam")

    differs = run(*code, "oppose")
    done(run("statement", "add", *said, "--position", "support", "--rationale", "She says so."))
    done(run("coding", "recode", "cole-dam", "--position", "leaves-open", "--coder", "tester"))
    done(run("coding", "review", "cole-dam", "--status", "accepted", "--coder", "tester"))

    assert differs.exit_code == 1
    assert "different position. Adding never changes existing data; use 'coding recode'" in differs.stderr
    assert codings(run) == [("cole-dam", "leaves-open", "dam-1.0", True, None)]
    assert answer(run, "coding", "list")[0]["rationale"] == "She says so."


class TestCarrying:
    def test_repeats_final_codings_under_the_version_and_marks_them(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        trial = {**LINE, "coder": "zoe", "position": "oppose", "final": False}
        sheet = jsonl(tmp_path / "sheet.jsonl", LINE, trial, BARE)
        done(run("statement", "load", sheet))
        revise(run, tmp_path)
        number = last_number(small_url)
        before = answer(run, "stance", "as-of", "--issue", "dam")

        tried = done(run("coding", "carry", "--to", "dam-2.0", "--dry-run", "--format", "json"))
        carried = answer(run, "coding", "carry", "--to", "dam-2.0", "--issue", "dam")

        counted = {"codebook": "dam-2.0", "carried": 2, "judged_anew": 0, "retired": 0}
        assert json.loads(tried.stdout) == carried == counted
        assert [row for row in codings(run) if row[3]] == [
            ("cole-dam", "support", "dam-2.0", True, "dam-1.0"),
            ("second", "oppose", "dam-2.0", True, "dam-1.0"),
        ]
        assert len(codings(run)) == 5
        assert answer(run, "stance", "as-of", "--issue", "dam") == before
        assert answer(run, "coding", "carry", "--to", "dam-2.0")["carried"] == 0
        assert last_number(small_url) == number + 1
        assert "nothing to change" in done(run("statement", "load", sheet)).stderr
        done(run("changeset", "undo", number + 1))
        assert [row[2] for row in codings(run) if row[3]] == ["dam-1.0", "dam-1.0"]

    def test_leaves_what_was_recoded_and_what_is_later(self, run: Run, tmp_path: Path) -> None:
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE, BARE)))
        revise(run, tmp_path)
        revise(run, tmp_path, "dam-3.0", "2027-01-01")
        anew = {**LINE, "codebook": "dam-2.0", "position": "oppose", "final": False}
        later = {**BARE, "codebook": "dam-3.0"}
        done(run("statement", "load", jsonl(tmp_path / "anew.jsonl", anew, later)))

        carried = answer(run, "coding", "carry", "--to", "dam-2.0")

        assert carried == {"codebook": "dam-2.0", "carried": 0, "judged_anew": 1, "retired": 0}

    def test_by_coder_or_issue(self, run: Run, tmp_path: Path) -> None:
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE, {**BARE, "coder": "zoe"})))
        revise(run, tmp_path)

        assert answer(run, "coding", "carry", "--to", "dam-2.0", "--issue", "dam-cost")["carried"] == 0
        assert answer(run, "coding", "carry", "--to", "dam-2.0", "--coder", "zoe")["carried"] == 1
        assert run("coding", "carry", "--to", "dam-2.1").exit_code == 3

    def test_a_sheet_corrects_what_it_made_and_not_what_a_person_corrected(self, run: Run, tmp_path: Path) -> None:
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE, BARE)))
        done(run("coding", "recode", "second", "--position", "leaves-open"))
        revise(run, tmp_path)
        revise(run, tmp_path, "dam-3.0", "2027-01-01")
        done(run("coding", "carry", "--to", "dam-2.0"))
        done(run("coding", "carry", "--to", "dam-3.0"))

        told = done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", {**LINE, "position": "oppose"}, BARE)))

        assert [row for row in codings(run) if row[3]] == [
            ("cole-dam", "oppose", "dam-3.0", True, None),
            ("second", "leaves-open", "dam-3.0", True, "dam-2.0"),
        ]
        assert "coding: 1 entered or corrected by a user, kept" in told.stderr
