"""'db check' says in words what of the workbench cannot be as it is, and merges leave the workbench sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.plugin import Clone, Run, name_of
from tests.support.worlds import ARTICLE, LINE, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.rounds", "tests.support.worlds")

# How many findings lead to a statement and to a coding.
LINKED = "SELECT count(f.statement_id), count(f.coding_id) FROM stancedb.finding f"


@pytest.fixture
def url(clone: Clone, coded_url: str) -> Iterator[str]:
    with clone(name_of(coded_url)) as url:
        yield url


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    return invoker(url, tmp_path)


def of_text(url: str, article: str, coder: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT a.id FROM stancedb.assignment a JOIN stancedb.coder k ON k.id = a.coder_id AND k.name = %s"
            " JOIN stancedb.article_version v ON v.id = a.article_version_id"
            " JOIN stancedb.article t ON t.id = v.article_id AND t.slug = %s",
            (coder, article),
        ).fetchone()
    assert row is not None
    return int(row[0])


def linked(url: str) -> tuple[int, ...]:
    with psycopg.connect(url) as connection:
        row = connection.execute(LINKED).fetchone()
    assert row is not None
    return row


def faults(run: Run) -> dict[str, str]:
    result = run("db", "check", "--format", "json")
    assert "Traceback" not in result.output
    return {row["what"]: row["fault"] for row in answer_of(result.stdout)}


def answer_of(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(text)
    return found


class TestTheCheck:
    def test_finds_nothing_in_sound_work(self, run: Run) -> None:
        assert faults(run) == {}

    def test_finds_a_release_whose_codings_are_gone(self, url: str, run: Run) -> None:
        number = of_text(url, "text-1", "ana")
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE stancedb.finding SET coding_id = NULL WHERE assignment_id = %s", [number])

        found = faults(run)

        assert list(found) == [f"assignment {number}"]
        assert "of its findings 1 lead to no coding or statement any more" in found[f"assignment {number}"]

    def test_finds_a_quote_that_is_not_in_the_text(self, url: str, run: Run) -> None:
        number = of_text(url, "text-3", "ana")
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE stancedb.finding SET quote = upper(quote) WHERE assignment_id = %s", [number])

        assert faults(run) == {
            f"assignment {number}": "has a quote in finding 1 that is not what stands there in the text; restore a copy"
        }

    def test_finds_codings_of_an_open_assignment(self, url: str, run: Run) -> None:
        number = of_text(url, "text-1", "ana")
        with psycopg.connect(url) as connection:
            connection.execute(
                "UPDATE stancedb.assignment SET state = 'open', done_at = NULL, released_id = NULL WHERE id = %s",
                [number],
            )

        assert faults(run) == {
            f"assignment {number}": "is open, and 1 codings come from it; undo their changeset, or restore a copy"
        }

    def test_finds_nothing_in_a_loaded_round_whose_statement_was_withdrawn(
        self, url: str, run: Run, connection_url: str, tmp_path: Path
    ) -> None:
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "SELECT s.slug FROM stancedb.finding f JOIN stancedb.statement s ON s.id = f.statement_id"
                " WHERE f.assignment_id = %s",
                [of_text(url, "text-1", "ana")],
            ).fetchone()
        assert row is not None
        done(run("statement", "retract", row[0], "--reason", "wrong"))

        other = invoker(connection_url, tmp_path)
        carry_rounds(run, other, tmp_path)

        assert faults(other) == {}


def carry_rounds(source: Run, target: Run, directory: Path) -> None:
    for kind in ("outlet", "codebook", "actor", "article", "statement", "round"):
        path = directory / f"{kind}.{'toml' if kind == 'codebook' else 'jsonl'}"
        done(source("export", kind, "--output", path))
        done(target(kind, "load", path))


class TestMerges:
    def test_a_merged_actor_leaves_findings_linked(
        self, url: str, run: Run, connection_url: str, tmp_path: Path
    ) -> None:
        before = linked(url)

        done(run("actor", "merge", "ana-cole", "ben-dahl"))

        assert linked(url) == before
        assert faults(run) == {}
        carry_rounds(run, invoker(connection_url, tmp_path), tmp_path)
        assert linked(connection_url) == before

    def test_a_merged_statement_leaves_findings_linked(self, url: str, run: Run, tmp_path: Path) -> None:
        before, rested = linked(url), judged(url)
        (pair,) = [
            row
            for row in answer(run, "article", "duplicates", "list")
            if {row["article"], row["original"]} == {ARTICLE, "text-1"}
        ]

        done(run("article", "duplicates", "accept", pair["article"], "--from", pair["original"]))

        with psycopg.connect(url) as connection:
            merged = connection.execute(
                "SELECT count(*) FROM stancedb.finding f JOIN stancedb.statement s ON s.id = f.statement_id"
                " WHERE s.merged_into_id IS NOT NULL"
            ).fetchone()
        assert merged is not None
        assert merged[0] > 0
        assert linked(url) == before
        assert faults(run) == {}
        assert "nothing to change" in done(run("round", "load", exported(run, tmp_path))).stderr

        done(run("changeset", "undo", max(row["number"] for row in answer(run, "changeset", "list"))))

        assert linked(url) == before
        assert faults(run) == {}
        assert judged(url) == rested

    def test_a_coding_that_goes_over_with_its_mention_rests_on_it_still(
        self, url: str, run: Run, tmp_path: Path
    ) -> None:
        line = {name: LINE[name] for name in ("speaker", "said", "issue", "position")} | {
            "quote": "Ben Dahl, is unwilling",
            "coder": "ana",
        }
        said = {name: line[name] for name in ("speaker", "said", "quote")}
        sheet = jsonl(tmp_path / "s.jsonl", {**said, "article": ARTICLE}, {**line, "article": "text-5"})
        done(run("statement", "load", sheet))
        rested = judged(url)
        done(run("article", "duplicates", "accept", "text-5", "--from", ARTICLE))

        moved = judged(url)
        assert [row[2:] for row in moved] == [row[2:] for row in rested]
        assert [row[1] for row in moved] != [row[1] for row in rested]

        done(run("changeset", "undo", max(row["number"] for row in answer(run, "changeset", "list"))))
        assert judged(url) == rested


def exported(run: Run, directory: Path) -> Path:
    done(run("export", "round", "--output", directory / "merged.jsonl"))
    return directory / "merged.jsonl"


def judged(url: str) -> list[tuple[object, ...]]:
    """Return which statement each coding is of, and which quote it rests on."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT c.id, c.statement_id, m.char_start, m.article_version_id FROM stancedb.coding c"
            " LEFT JOIN stancedb.mention m ON m.id = c.mention_id ORDER BY 1"
        ).fetchall()
