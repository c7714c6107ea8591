"""An answer as known at a changeset never changes, whatever is corrected later and whichever writers overlap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest

from stancedb.cli.main import Lazy, cli
from stancedb.database import writing
from stancedb.operations import actors, codings
from stancedb.settings import Settings
from tests.support.plugin import AUTHOR, Run
from tests.support.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.support.worlds",)

JAPAN = ("--holder", "japan", "--issue", "jp-taiwan-use-of-force")
OF_JAPAN = ("--holder", "japan", "--coder", "example-coder")
REMARK = "takaichi-2025-11-07-survival-threatening"
ANSWER = "takaichi-2025-11-11-facts-of-the-case"

# Questions that accept --known-at, about what the corrections below change.
QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("stance", "as-of", "--as-of", "2025-11-09"),
    ("stance", "timeline", *JAPAN, "--rule", "sustained"),
    ("stance", "timeline", *JAPAN, "--evidence"),
    ("stance", "timeline", "--holder", "sanae-takaichi", "--issue", "jp-taiwan-use-of-force"),
    ("stance", "changes", "--with-initial"),
    ("statement", "show", REMARK),
    ("statement", "list", "--issue", "jp-taiwan-use-of-force"),
    ("coding", "list", "--issue", "jp-taiwan-use-of-force"),
    ("issue", "show", "jp-taiwan-use-of-force"),
    ("actor", "show", "sanae-takaichi"),
    ("event", "show", "trump-takaichi-call-2025-11-25"),
)
# Further questions, used by one test.
OTHERS: tuple[tuple[str, ...], ...] = (
    ("stance", "compare", *JAPAN),
    ("stance", "changes", "--rule", "authoritative"),
    ("position", "list", "jp-taiwan-use-of-force"),
    ("issue", "list"),
    ("actor", "list"),
    ("article", "list"),
    ("event", "list"),
)
# A command without a noun that runs most of these questions at once.
PAGE = ("page", "jp-taiwan-use-of-force")

# Corrections of every kind, each a command line or SQL from psql.
CORRECTIONS: dict[str, tuple[str, ...] | str] = {
    "a recoding": ("coding", "recode", REMARK, *OF_JAPAN, "--position", "commits"),
    "a review": ("coding", "review", REMARK, *OF_JAPAN, "--status", "rejected"),
    "a further coding": (
        "coding",
        "add",
        ANSWER,
        "--holder",
        "sanae-takaichi",
        "--issue",
        "jp-taiwan-use-of-force",
        "--position",
        "rules-out",
    ),
    "a withdrawn statement": ("statement", "retract", REMARK, "--reason", "recorded wrongly"),
    "a link": ("statement", "link", ANSWER, "retracts", REMARK),
    "a new label": ("position", "set", "jp-taiwan-use-of-force", "may-warrant", "--label", "might", "--rank", "7"),
    "a new question": ("issue", "set", "jp-taiwan-use-of-force", "--question", "Would Japan fight?"),
    "a new name": ("actor", "set", "sanae-takaichi", "--name", "Takaichi Sanae"),
    "a merge": ("actor", "merge", "sanae-takaichi", "yoshihide-suga"),
    "another date": "UPDATE stancedb.statement SET said_edtf = '2025-11-20', said = '[2025-11-20,2025-11-21)'"
    f" WHERE slug = '{REMARK}'",
    "another authority": f"UPDATE stancedb.statement SET authority = 6 WHERE slug = '{REMARK}'",
    "another handle": f"UPDATE stancedb.statement SET slug = 'renamed' WHERE slug = '{REMARK}'",
    "another handle of the holder": "UPDATE stancedb.actor SET slug = 'nippon' WHERE slug = 'japan'",
    "another handle of the issue": "UPDATE stancedb.issue SET slug = 'force' WHERE slug = 'jp-taiwan-use-of-force'",
    "a removed coding": "DELETE FROM stancedb.coding c USING stancedb.statement s WHERE s.id = c.statement_id"
    f" AND s.slug = '{ANSWER}'",
    "a mention of lower rank": "UPDATE stancedb.mention m SET rank = 'deprecated', deprecated_reason = 'misprinted'"
    f" FROM stancedb.statement s WHERE s.id = m.statement_id AND s.slug = '{REMARK}'",
    "an ended tenure": "UPDATE stancedb.tenure t SET held = '[2024-03-18,2025-12-31)', held_edtf ="
    " '2024-03-18/2025-12-30' FROM stancedb.actor a WHERE a.id = t.person_id"
    " AND a.slug = 'lin-jian'",
    "another definition": "UPDATE stancedb.derivation_rule SET definition = 'Said anew.' WHERE slug = 'latest-word'",
    "a further rule": "INSERT INTO stancedb.derivation_rule (slug, label, definition, min_authority, bases,"
    " retraction_effect, tenure_effect) VALUES ('brief', 'Brief', 'Forgets.', 2, '{self}',"
    " 'unknown', 'cut')",
}


@pytest.fixture
def run(seeded_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the seeds."""
    return invoker(seeded_url, tmp_path)


@pytest.fixture
def settings(seeded_url: str, tmp_path: Path) -> Settings:
    """Provide the settings of the test's own seeds."""
    return Settings(database_url=seeded_url, data_dir=tmp_path, author=AUTHOR)


@pytest.fixture
def correct(run: Run, seeded_url: str) -> Callable[[str], None]:
    """Provide a function that makes one of the corrections."""

    def make(name: str) -> None:
        correction = CORRECTIONS[name]
        if isinstance(correction, str):
            with psycopg.connect(seeded_url) as connection:
                connection.execute("SELECT stancedb.open_changeset('ana', 'a correction')")
                connection.execute(correction.encode())
        else:
            done(run(*correction))

    return make


@pytest.fixture(scope="module")
def before(seeded_once: str, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Any]:
    """Return the answers to all questions before any correction, which are the same in every copy."""
    return answers(invoker(seeded_once, tmp_path_factory.mktemp("before")), last_number(seeded_once))


def answers(run: Run, number: int) -> dict[tuple[str, ...], Any]:
    """Return the answers to all questions as known at a changeset."""
    return {question: answer(run, *question, "--known-at", number) for question in QUESTIONS}


@pytest.mark.parametrize("name", list(CORRECTIONS))
def test_a_correction_does_not_change_what_was_answered_before(
    run: Run, seeded_url: str, correct: Callable[[str], None], before: dict[tuple[str, ...], Any], name: str
) -> None:
    number = last_number(seeded_url)

    correct(name)

    assert last_number(seeded_url) == number + 1
    after = answers(run, number)
    assert {question: after[question] for question in QUESTIONS if after[question] != before[question]} == {
        question: before[question] for question in QUESTIONS if after[question] != before[question]
    }


def test_as_known_at_the_last_changeset_is_as_known_now(run: Run, seeded_url: str) -> None:
    number = last_number(seeded_url)

    for question in (*QUESTIONS, *OTHERS):
        assert answer(run, *question, "--known-at", number) == answer(run, *question)


def test_many_corrections_do_not_change_what_the_others_answered(
    run: Run, seeded_url: str, correct: Callable[[str], None]
) -> None:
    number = last_number(seeded_url)
    asked = [(*question, "--known-at", str(number)) for question in (*OTHERS, PAGE)]
    before = [answer(run, *question) for question in asked]

    made = (
        "a recoding",
        "a merge",
        "a new label",
        "another date",
        "another handle of the holder",
        "another definition",
        "a further rule",
    )
    for name in made:
        correct(name)

    assert last_number(seeded_url) == number + len(made)
    assert [answer(run, *question) for question in asked] == before


def test_every_command_that_takes_a_changeset_is_asked() -> None:
    taking = {
        (noun.name, command.name)
        for noun in (lazy.load() for lazy in cli.commands.values() if isinstance(lazy, Lazy))
        if isinstance(noun, click.Group)
        for command in noun.commands.values()
        if any(option.name == "known_at" for option in command.params)
    }

    # A release is made from a changeset; separate tests check its files.
    assert {question[:2] for question in (*QUESTIONS, *OTHERS)} | {("release", "create")} == taking


def test_before_the_seeds_nothing_was_known(run: Run) -> None:
    assert answer(run, "actor", "list", "--known-at", 1) == []
    assert answer(run, "stance", "as-of", "--as-of", "2025-11-09", "--known-at", 1) == []


@pytest.mark.parametrize(
    ("noun", "handle"),
    [
        ("statement", REMARK),
        ("event", "trump-takaichi-call-2025-11-25"),
        ("actor", "japan"),
        ("issue", "jp-taiwan-use-of-force"),
    ],
)
def test_what_was_not_known_yet_is_no_such_thing_then(run: Run, noun: str, handle: str) -> None:
    result = run(noun, "show", handle, "--known-at", 1)

    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == f"Error: There is no {noun} '{handle}' as known at changeset 1.\n"


def test_a_correction_shows_from_its_changeset_on(run: Run, seeded_url: str) -> None:
    number = last_number(seeded_url)
    done(run("coding", "recode", REMARK, *OF_JAPAN, "--position", "commits"))

    asked = ("stance", "as-of", "--as-of", "2025-11-09", *JAPAN, "--known-at")
    assert [row["position"] for row in answer(run, *asked, number)] == ["may-warrant"]
    assert [row["position"] for row in answer(run, *asked, number + 1)] == ["commits"]


def test_a_day_means_the_last_changeset_of_that_day(run: Run, seeded_url: str) -> None:
    with psycopg.connect(seeded_url) as connection:
        row = connection.execute("SELECT current_date").fetchone()
    assert row is not None

    done(run("coding", "recode", REMARK, *OF_JAPAN, "--position", "commits"))

    stances = answer(run, "stance", "as-of", "--as-of", "2025-11-09", *JAPAN, "--known-at", row[0])
    assert [stance["position"] for stance in stances] == ["commits"]


def test_the_given_changeset_is_in_the_heading(run: Run, seeded_url: str) -> None:
    number = last_number(seeded_url)

    shown = done(run("stance", "timeline", *JAPAN, "--known-at", number)).stdout

    assert shown.startswith(f"japan on jp-taiwan-use-of-force, rule latest-word, as known at {number}\n")


class TestOverlappingWriters:
    def test_who_commits_first_answers_without_the_other_for_ever(
        self, run: Run, settings: Settings, seeded_url: str, before: dict[tuple[str, ...], Any]
    ) -> None:
        number = last_number(seeded_url)

        with writing(settings, message="the slow one, opened first") as slow:
            recode(slow, REMARK, "commits")
            with writing(settings, message="the quick one") as quick:
                actors.set_actor(quick, "sanae-takaichi", kind=None, name="Takaichi Sanae", citation=None)
            while_open = answers(run, number + 1)

        assert last_number(seeded_url) == number + 2
        assert answers(run, number + 1) == while_open
        assert answers(run, number) == before
        assert positions(run, number + 1) == ["strategic-ambiguity", "may-warrant", "strategic-ambiguity"]
        assert positions(run, number + 2) == ["strategic-ambiguity", "commits", "strategic-ambiguity"]
        assert answer(run, "actor", "show", "sanae-takaichi", "--known-at", number + 1)["name"] == "Takaichi Sanae"

    def test_two_who_recode_one_pair_both_count(self, run: Run, settings: Settings, seeded_url: str) -> None:
        number = last_number(seeded_url)

        with writing(settings, message="the slow one") as slow:
            recode(slow, REMARK, "commits")
            with writing(settings, message="the quick one") as quick:
                recode(quick, ANSWER, "rules-out")
            while_open = answers(run, number + 1)

        assert answers(run, number + 1) == while_open
        assert positions(run, number + 1) == ["strategic-ambiguity", "may-warrant", "rules-out", "strategic-ambiguity"]
        assert positions(run, number + 2) == ["strategic-ambiguity", "commits", "rules-out", "strategic-ambiguity"]
        assert answer(run, "stance", "timeline", *JAPAN) == answer(
            run, "stance", "timeline", *JAPAN, "--known-at", number + 2
        )
        done(run("db", "check"))

    def test_one_who_gives_up_leaves_no_number(self, run: Run, settings: Settings, seeded_url: str) -> None:
        number = last_number(seeded_url)

        with writing(settings, message="given up") as slow:
            recode(slow, REMARK, "commits")
            with writing(settings, message="the quick one") as quick:
                recode(quick, ANSWER, "rules-out")
            slow.is_void = True

        assert last_number(seeded_url) == number + 1
        assert positions(run, number + 1) == ["strategic-ambiguity", "may-warrant", "rules-out", "strategic-ambiguity"]

    def test_eight_at_once_get_numbers_without_a_gap(self, run: Run, settings: Settings, seeded_url: str) -> None:
        number = last_number(seeded_url)
        ready = threading.Barrier(8)

        def write(place: int) -> None:
            with writing(settings, message=f"writer {place}") as session:
                ready.wait(timeout=30)
                actors.set_actor(session, "japan" if place % 2 else "china", kind=None, name=None, citation=f"{place}")

        together([partial(write, place) for place in range(8)])

        numbers = [row["number"] for row in answer(run, "changeset", "list", "--limit", 8)]
        assert numbers == list(range(number + 8, number, -1))


def recode(session: Any, statement: str, position: str) -> None:  # noqa: ANN401 - a writing session
    """Recode the position of Japan in a statement."""
    codings.recode(
        session, statement, position=position, holder="japan", issue="jp-taiwan-use-of-force", coder="example-coder"
    )


def positions(run: Run, number: int) -> list[str]:
    """Return the positions of Japan in order, as known at a changeset."""
    return [row["position"] for row in answer(run, "stance", "timeline", *JAPAN, "--known-at", number)]


def together(tasks: list[Callable[[], None]]) -> None:
    """Run tasks in separate threads, and raise what any of them raised."""
    failures: list[BaseException] = []

    def guarded(task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    for failure in failures:
        raise failure
