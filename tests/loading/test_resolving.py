"""A speaker may be given by slug, identifier or a name held on the day; an ambiguous name is never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from stancedb.loading import statements as into_statement
from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

BARE = {"summary": "There will be a dam.", "said": "2025-03-01"}


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def speaker_of(run: Run, tmp_path: Path) -> Callable[..., str]:
    """Provide a function that loads a statement and returns the slug of its speaker."""

    def load(called: str, said: str = "2025-03-01") -> str:
        line = {**BARE, "statement": "s", "speaker": called, "said": said}
        done(run("statement", "load", jsonl(tmp_path / "one.jsonl", line)))
        return str(answer(run, "statement", "show", "s")["speaker"])

    return load


@pytest.mark.parametrize("called", ["ana-cole", "Ana Cole", "  ana   COLE "])
def test_a_slug_or_a_name_finds_the_speaker(speaker_of: Callable[..., str], called: str) -> None:
    assert speaker_of(called) == "ana-cole"


def test_an_identifier_finds_the_speaker(run: Run, speaker_of: Callable[..., str]) -> None:
    done(run("actor", "add", "zoe", "--kind", "person", "--name", "Zoe", "--identifier", "wikidata:Q42"))

    assert speaker_of("wikidata:Q42") == "zoe"


@pytest.mark.parametrize(("said", "who"), [("2024-05-01", "ben-dahl"), ("2025-05-01", "ana-cole")])
def test_the_name_of_an_office_means_who_held_it_on_the_day(
    speaker_of: Callable[..., str], said: str, who: str
) -> None:
    assert speaker_of("Prime Minister of Norland", said) == who


def test_an_office_without_a_holder_means_itself(speaker_of: Callable[..., str]) -> None:
    assert speaker_of("Minister of Rivers", "2001-01-01") == "minister-of-rivers"


def test_a_name_of_two_is_refused_with_both(run: Run, tmp_path: Path) -> None:
    done(run("actor", "add", "ana-cole-2", "--kind", "person", "--name", "Ana Cole"))

    sheet = jsonl(tmp_path / "two.jsonl", {**BARE, "speaker": "Ana Cole"})
    refused = run("statement", "load", sheet)

    assert refused.exit_code == 1
    assert (
        "speaker: 'Ana Cole' is ambiguous: 'ana-cole' (person, name Ana Cole) or 'ana-cole-2' (person, name Ana Cole)."
        " Give the slug" in refused.stderr
    )
    assert "There is no actor" not in refused.stderr


def test_of_merged_actors_the_remaining_one_is_meant(run: Run, speaker_of: Callable[..., str]) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    assert speaker_of("A. Cole") == "ana-cole"


def test_an_unknown_name_is_refused_with_the_nearest(run: Run, tmp_path: Path) -> None:
    refused = run("statement", "load", jsonl(tmp_path / "none.jsonl", {**BARE, "speaker": "ana cole-b"}))

    assert refused.exit_code == 1
    assert "There is no actor 'ana cole-b'. Did you mean 'ana-cole'?" in refused.stderr


def test_a_statement_by_name_and_by_slug_is_one(run: Run, tmp_path: Path) -> None:
    done(run("statement", "load", jsonl(tmp_path / "slug.jsonl", {**BARE, "speaker": "ana-cole"})))

    again = done(run("statement", "load", jsonl(tmp_path / "name.jsonl", {**BARE, "speaker": "Ana Cole"})))

    assert "nothing to change" in again.stderr
    assert len(answer(run, "statement", "list")) == 1


def test_holder_and_principal_are_found_by_name_too(run: Run, tmp_path: Path) -> None:
    line = {
        **BARE,
        "speaker": "Ana Cole",
        "on_behalf_of": "Government of Norland",
        "holder": "Government of Norland",
        "issue": "dam",
        "position": "support",
    }

    done(run("statement", "load", jsonl(tmp_path / "line.jsonl", line)))

    assert answer(run, "coding", "list")[0]["holder"] == "government-of-norland"


def test_who_is_speaker_and_holder_is_refused_once(run: Run, tmp_path: Path) -> None:
    line = {**BARE, "speaker": "ana-cloe", "issue": "dam", "position": "support"}

    refused = run("statement", "load", jsonl(tmp_path / "one.jsonl", line))

    assert refused.stderr.count("There is no actor 'ana-cloe'.") == 1


def test_a_sheet_is_put_to_its_statements_in_parts_whoever_it_calls_by_name(
    run: Run, small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(into_statement, "_LINES_AT_ONCE", 2)
    by_slug = [{**BARE, "speaker": "ana-cole", "said": f"2025-03-0{day}"} for day in range(1, 8)]
    by_name = [{**line, "speaker": "Ana Cole"} for line in by_slug]
    named = {**BARE, "statement": "st-0123456789ab", "speaker": "Ana Cole", "said": "2025-03-09"}
    for name, lines in (("slugs", by_slug), ("names", [*by_name, named])):
        done(run("statement", "load", jsonl(tmp_path / f"{name}.jsonl", *lines)))

    with psycopg.connect(small_url) as connection:
        found = connection.execute("SELECT said_edtf, slug FROM stancedb.statement ORDER BY said_edtf").fetchall()
    assert [said for said, _ in found] == [*(f"2025-03-0{day}" for day in range(1, 8)), "2025-03-09"]
    assert found[-1] == ("2025-03-09", "st-0123456789ab")
