"""A round of coding is written by handle and loaded again, with all that its coders have found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.rights.test_rights import logins, url_as
from tests.support.desk import opened
from tests.support.plugin import Clone, Run, name_of
from tests.support.worlds import answer, done, invoker, jsonl

pytest_plugins = ("tests.support.rounds", "tests.support.worlds")

# What loads before a round does, in this order.
BEFORE = ("outlet", "codebook", "actor", "article", "statement")
# All that the workbench holds but for drafts, by handles, and which codings are of which assignment.
HELD = {
    "round": """
        SELECT r.slug, v.label, r.double_share, r.blind_share, r.again_share, r.seed, r.counts_at_once, r.opened_by,
            r.opened_at, r.closed_at, ARRAY(
                SELECT i.slug FROM stancedb.coding_round_issue s JOIN stancedb.issue i ON i.id = s.issue_id
                WHERE s.round_id = r.id ORDER BY 1
            ) AS issues
        FROM stancedb.coding_round r JOIN stancedb.codebook_version v ON v.id = r.codebook_version_id ORDER BY 1
    """,
    "assignment": """
        SELECT r.slug, v.text_sha256, k.name, k.kind AS coder_kind, a.kind, a.hides_suggestions, a.turn, a.state,
            a.reason, a.note, a.assigned_at, a.started_at, a.done_at, a.moved_at, a.active_seconds,
            a.released_id IS NOT NULL AS is_released
        FROM stancedb.assignment a JOIN stancedb.coding_round r ON r.id = a.round_id
        JOIN stancedb.article_version v ON v.id = a.article_version_id LEFT JOIN stancedb.coder k ON k.id = a.coder_id
        ORDER BY 1, 2, 3, 5
    """,
    "finding": """
        SELECT r.slug, v.text_sha256, k.name, f.number, f.char_start, f.char_end, f.quote, f.record, f.replaces,
            f.seconds, f.saved_at, f.withdrawn_at, f.dropped_reason, s.slug AS statement, h.slug AS holder,
            i.slug AS issue
        FROM stancedb.finding f JOIN stancedb.assignment a ON a.id = f.assignment_id
        JOIN stancedb.coding_round r ON r.id = a.round_id
        JOIN stancedb.article_version v ON v.id = a.article_version_id JOIN stancedb.coder k ON k.id = f.coder_id
        LEFT JOIN stancedb.statement s ON s.id = f.statement_id LEFT JOIN stancedb.coding c ON c.id = f.coding_id
        LEFT JOIN stancedb.actor h ON h.id = c.holder_id LEFT JOIN stancedb.issue i ON i.id = c.issue_id
        ORDER BY 1, 2, 3, 4
    """,
    "coding": """
        SELECT s.slug, i.slug AS issue, k.name, r.slug AS round, v.text_sha256
        FROM stancedb.coding c JOIN stancedb.statement s ON s.id = c.statement_id
        JOIN stancedb.issue i ON i.id = c.issue_id JOIN stancedb.coder k ON k.id = c.coder_id
        LEFT JOIN stancedb.assignment a ON a.id = c.assignment_id
        LEFT JOIN stancedb.coding_round r ON r.id = a.round_id
        LEFT JOIN stancedb.article_version v ON v.id = a.article_version_id
        ORDER BY 1, 2, 3
    """,
}
Rows = dict[str, list[dict[str, Any]]]


def held(url: str) -> Rows:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return {name: connection.execute(question.encode()).fetchall() for name, question in HELD.items()}


@pytest.fixture
def coded(coded_url: str, tmp_path: Path) -> Run:
    return invoker(coded_url, tmp_path)


@pytest.fixture
def written(coded: Run, tmp_path: Path) -> Path:
    """Give the folder with all that loads before a round does, and the rounds."""
    for kind in (*BEFORE, "round"):
        done(coded("export", kind, "--output", tmp_path / f"{kind}.{'toml' if kind == 'codebook' else 'jsonl'}"))
    return tmp_path


def load_all(run: Run, directory: Path) -> None:
    for kind in (*BEFORE, "round"):
        done(run(kind, "load", directory / f"{kind}.{'toml' if kind == 'codebook' else 'jsonl'}"))


def records(path: Path) -> dict[str, dict[str, Any]]:
    return {record["slug"]: record for record in map(json.loads, path.read_text("utf-8").splitlines())}


def test_all_work_is_there_again_in_an_empty_database(
    coded_url: str, written: Path, connection_url: str, run: Run
) -> None:
    load_all(run, written)

    before, after = held(coded_url), held(connection_url)
    for name, rows in before.items():
        assert after[name] == rows, name
    # What the comparison above is about is there at all.
    found = before["finding"]
    assert {row["statement"] is None for row in found} == {True, False}
    assert any(row["withdrawn_at"] for row in found)
    assert any(row["replaces"] for row in found)
    assert {row["state"] for row in before["assignment"]} == {"open", "done", "problem"}
    assert any(row["name"] is None for row in before["assignment"])
    assert '"is_independent": false' in (written / "round.jsonl").read_text("utf-8")
    # Ana's coding by sheet stays one that is not independent, though she found it again in a round.
    assert {row["round"] for row in before["coding"] if row["name"] == "ana"} == {"single", None}


def test_loading_twice_changes_nothing(written: Path, connection_url: str, run: Run) -> None:
    load_all(run, written)
    once = held(connection_url)

    said = done(run("round", "load", written / "round.jsonl"))

    assert "nothing to change, 0 rejected" in said.stderr
    assert held(connection_url) == once


def test_loading_into_the_database_of_origin_changes_nothing(coded: Run, written: Path) -> None:
    assert "nothing to change, 0 rejected" in done(coded("round", "load", written / "round.jsonl")).stderr


def test_two_exports_of_one_state_are_the_same(written: Path, run: Run, tmp_path: Path) -> None:
    load_all(run, written)

    done(run("export", "round", "--output", tmp_path / "again.jsonl"))

    assert records(tmp_path / "again.jsonl") == records(written / "round.jsonl")


def test_a_loaded_text_is_coded_on(written: Path, connection_url: str, run: Run) -> None:
    load_all(run, written)

    done(run("code", "done", opened(run, "ana"), "--coder", "ana"))

    released = [row for row in held(connection_url)["coding"] if row["round"] == "single"]
    assert [row["name"] for row in released] == ["ana", "ana"]


def test_drafts_are_counted_as_left_out(coded: Run) -> None:
    said = done(coded("export", "round")).stderr.splitlines()

    assert said == ["Not written: unfinished forms of coders (1).", "3 round records written."]


def test_a_withdrawn_statement_is_left_out_of_its_finding(clone: Clone, coded_url: str, tmp_path: Path) -> None:
    with clone(name_of(coded_url)) as url:
        run = invoker(url, tmp_path)
        slug = next(row["statement"] for row in held(url)["finding"] if row["statement"] not in {None, "cole-dam"})
        done(run("statement", "retract", slug, "--reason", "wrong"))

        written = done(run("export", "round"))

    assert "Not written: withdrawn or merged statements as which findings were released (1)." in written.stderr
    assert slug not in written.stdout


def changed(record: dict[str, Any], **fields: object) -> dict[str, Any]:
    return {**record, **fields}


class TestWhatIsRefused:
    """Each file has one thing wrong, and is refused with its line and a sentence; nothing is loaded."""

    @pytest.fixture
    def loaded(self, written: Path, run: Run) -> Run:
        load_all(run, written)
        return run

    def refused(self, run: Run, directory: Path, record: dict[str, Any]) -> str:
        result = run("round", "load", jsonl(directory / "spoilt.jsonl", record))
        assert result.exit_code == 1, result.output
        assert "Traceback" not in result.output
        return result.stderr

    def test_what_names_something_unknown(self, written: Path, loaded: Run, tmp_path: Path) -> None:
        single = records(written / "round.jsonl")["single"] | {"slug": "other"}
        first = next(work for work in single["assignments"] if work.get("is_released"))
        found = next(finding for finding in first["findings"] if "statement" in finding)

        def of(**fields: object) -> dict[str, Any]:
            return changed(single, assignments=[changed(first, **fields)])

        def finding(**fields: object) -> dict[str, Any]:
            return of(findings=[{**found, "replaces": None, **fields}])

        for record, said in (
            (changed(single, codebook="dam-9"), "There is no codebook version 'dam-9'"),
            (changed(single, issues=["dma"]), "There is no issue 'dma'. Did you mean 'dam'?"),
            (of(article="text-9"), "There is no article 'text-9'"),
            (of(text_sha256="0" * 64), "has no text with the SHA-256 0000"),
            (of(coder="anna"), "There is no coder 'anna'. Did you mean 'ana'?"),
            (finding(statement="cole-dm"), "There is no statement 'cole-dm'. Did you mean 'cole-dam'?"),
            (finding(holder="ben-dahl"), "was released as an unknown coding of"),
            (finding(replaces=found["number"]), "there is no such earlier finding"),
            (finding(start=found["start"] + 1, end=found["end"] + 1), "is not the text at its span"),
            (finding(end=found["end"] + 1), "has another length"),
            (finding(record={"speaker": "ana-cole"}), "'statement load' rejects said"),
            (of(coder=None), "a place in the pool has no findings"),
        ):
            assert said.lower() in self.refused(loaded, tmp_path, record).lower()

    def test_what_says_otherwise_than_what_is_there(
        self, written: Path, connection_url: str, loaded: Run, tmp_path: Path
    ) -> None:
        rounds = records(written / "round.jsonl")
        single, pool = rounds["single"], rounds["pool"]
        at = next(n for n, work in enumerate(single["assignments"]) if work["article"] == "text-1")
        first, before = single["assignments"][at], held(connection_url)

        def of(**fields: object) -> dict[str, Any]:
            return changed(single, assignments=[changed(first, **fields)])

        for record, said in (
            (changed(single, seed=1, issues=[]), "with other values of issues, seed."),
            (of(turn=99, note="x"), "to 'ana' exists with other values of turn, note."),
            (
                of(findings=[changed(first["findings"][0], seconds=9)]),
                "Finding 1 by 'ana' in 'text-1' exists with other values of seconds.",
            ),
            (
                changed(pool, assignments=[changed(pool["assignments"][0], turn=99)]),
                "its pool has no place of kind first and turn 99",
            ),
        ):
            assert said.lower() in self.refused(loaded, tmp_path, record).lower()
        assert held(connection_url) == before

    def test_what_stands_twice(self, written: Path, loaded: Run, tmp_path: Path) -> None:
        rounds = records(written / "round.jsonl")
        single, pool = rounds["single"] | {"slug": "other"}, rounds["pool"] | {"slug": "other"}
        first = next(work for work in single["assignments"] if len(work.get("findings", [])) > 1)

        for record, said in (
            (changed(single, assignments=[first, first]), "is assigned a text of 'text-1' twice"),
            (changed(pool, assignments=[pool["assignments"][0]] * 2), "two places in the pool"),
            (
                changed(single, assignments=[changed(first, findings=[first["findings"][0]] * 2)]),
                "two findings have the number 1",
            ),
        ):
            assert said.lower() in self.refused(loaded, tmp_path, record).lower()

    def test_a_login_that_does_not_own_the_database(
        self, admin_url: str, clone: Clone, coded_url: str, written: Path, tmp_path: Path
    ) -> None:
        with logins(admin_url, "LOGIN") as (login,), clone(name_of(coded_url)) as url:
            done(invoker(url, tmp_path)("db", "grant-reviewer", login, "--coder", "ruth"))
            run = invoker(url_as(url, login), tmp_path)
            for line in (("export", "round"), ("round", "load", written / "round.jsonl")):
                result = run(*line, env={"STANCEDB_AUTHOR": None})

                assert result.exit_code != 0
                assert result.stdout == ""
                assert "Traceback" not in result.output


def test_an_undone_load_leaves_what_was_released_open(written: Path, connection_url: str, run: Run) -> None:
    for kind in BEFORE:
        done(run(kind, "load", written / f"{kind}.{'toml' if kind == 'codebook' else 'jsonl'}"))
    # A coder whom the load adds has assignments then, and stays.
    done(run("round", "add", "other", "--seed", "1"))
    done(run("assign", "--round", "other", "--new-coder", "ben", "--new-coder", "cleo", "--per-coder", "1"))
    done(run("round", "load", written / "round.jsonl"))

    done(run("changeset", "undo", max(row["number"] for row in answer(run, "changeset", "list"))))

    after = held(connection_url)
    assert {row["round"] for row in after["coding"]} == {None}
    assert {row["is_released"] for row in after["assignment"]} == {False}
    assert {row["statement"] for row in after["finding"]} == {None}
    assert done(run("db", "check")).exit_code == 0


def test_a_load_that_added_coders_is_not_undone(written: Path, connection_url: str, run: Run) -> None:
    load_all(run, written)
    before = held(connection_url)

    refused = run("changeset", "undo", max(row["number"] for row in answer(run, "changeset", "list")))

    assert refused.exit_code == 1
    assert "cannot be undone, because later rows depend on what it wrote" in refused.stderr
    assert held(connection_url) == before
