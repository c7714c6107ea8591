"""Commands accept an actor as a coding sheet does: by slug, identifier or name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.plugin import Clone, Run, name_of
from tests.support.worlds import LINE, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

CALLED = ["ana-cole", "Ana Cole", "ANA  COLE", "\xc1na C\xf6le", "wikidata:Q7", "local:cole", "Cole, Ana"]


@pytest.fixture(scope="module")
def called_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of the small world with a statement by a person with many names, without connections."""
    directory = tmp_path_factory.mktemp("called")
    with clone(small_template) as url:
        run = invoker(url, directory)
        identifiers = ("--identifier", "wikidata:Q7", "--identifier", "local:cole", "--other-name", "en:Cole, Ana")
        done(run("actor", "add", "ana-cole", "--kind", "person", "--name", "Ana Cole", *identifiers))
        done(run("statement", "load", jsonl(directory / "sheet.jsonl", LINE)))
        yield name_of(url)


@pytest.fixture(scope="module")
def once(clone: Clone, called_template: str) -> Iterator[str]:
    """Provide the URL of a copy of it that many tests share read-only."""
    with clone(called_template) as url:
        yield url


@pytest.fixture
def ask(once: str, tmp_path: Path) -> Run:
    """Provide a function that runs read-only ``stancedb`` commands."""
    return invoker(once, tmp_path)


@pytest.fixture
def run(clone: Clone, called_template: str, tmp_path: Path) -> Iterator[Run]:
    """Provide a function that runs a ``stancedb`` command on the test's own copy."""
    with clone(called_template) as url:
        yield invoker(url, tmp_path)


@pytest.mark.parametrize("called", CALLED)
def test_an_actor_is_shown_by_whatever_it_is_called(ask: Run, called: str) -> None:
    assert answer(ask, "actor", "show", called)["actor"] == "ana-cole"


@pytest.mark.parametrize("called", CALLED)
@pytest.mark.parametrize(
    "words",
    [
        ("statement", "list", "--speaker"),
        ("coding", "list", "--holder"),
        ("stance", "timeline", "--issue", "dam", "--holder"),
        ("stance", "as-of", "--as-of", "2025-06-01", "--holder"),
    ],
)
def test_answers_are_those_for_the_slug(ask: Run, words: tuple[str, ...], called: str) -> None:
    by_slug = answer(ask, *words, "ana-cole")

    assert by_slug
    assert answer(ask, *words, called) == by_slug


def test_an_actor_that_was_merged_away_is_called_by_the_one_it_leads_to(run: Run) -> None:
    done(run("actor", "merge", "a-cole", "ana-cole"))

    assert answer(run, "actor", "show", "A. Cole")["actor"] == "ana-cole"


def test_an_office_is_called_by_its_name(ask: Run) -> None:
    assert answer(ask, "actor", "show", "Prime Minister of Norland")["actor"] == "prime-minister-of-norland"


def test_a_name_of_several_is_refused_with_the_slugs_of_all(run: Run) -> None:
    done(run("actor", "add", "ana-cole-2", "--kind", "person", "--name", "Ana Cole"))

    for words in (("actor", "show"), ("statement", "list", "--speaker"), ("stance", "changes", "--holder")):
        refused = run(*words, "Ana Cole")
        assert refused.exit_code == 1
        assert "'Ana Cole' is ambiguous: 'ana-cole' (person, name Ana Cole) or 'ana-cole-2'" in refused.stderr


@pytest.mark.parametrize("called", ["anna-cole", "Nobody", "wikidata:Q8", "", "...", "%"])
def test_an_ambiguous_or_unknown_name_is_no_such_thing(ask: Run, called: str) -> None:
    refused = ask("actor", "show", called)

    assert refused.exit_code == 3
    assert f"There is no actor '{called}'." in refused.stderr


def test_a_name_is_found_as_known_at_a_changeset(ask: Run) -> None:
    shown = json.loads(done(ask("actor", "show", "Ana Cole", "--known-at", "4", "--format", "json")).stdout)

    assert shown["actor"] == "ana-cole"
