"""A coding rests on the place in a text that its coder judged, and whoever reads evidence sees those words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.plugin import Run
from tests.support.worlds import LINE, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

FIRST = "Norland will build the dam"
SECOND = "We will not ask twice,"
# Without coding: the statement and a mention.
MENTIONED = {name: value for name, value in LINE.items() if name not in {"issue", "position"}}
# Without a mention: the statement and a coding.
CODED = {name: value for name, value in LINE.items() if name not in {"article", "quote"}}
COST = {**LINE, "quote": SECOND, "issue": "dam-cost", "position": "state-pays"}


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs one line of ``stancedb`` on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def load(run: Run, tmp_path: Path) -> Callable[..., None]:
    """Give a function that loads lines of a coding sheet."""

    def load(*lines: dict[str, Any]) -> None:
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *lines)))

    return load


@pytest.fixture
def rests(small_url: str) -> Callable[[], dict[str, str | None]]:
    """Give a function that returns the quote that the coding on each issue rests on."""

    def rests() -> dict[str, str | None]:
        with psycopg.connect(small_url) as connection:
            found = connection.execute(
                "SELECT i.slug, m.quote FROM stancedb.coding c JOIN stancedb.issue i ON i.id = c.issue_id"
                " LEFT JOIN stancedb.mention m ON m.id = c.mention_id"
            ).fetchall()
        return dict(found)

    return rests


Load = Callable[..., None]
Rests = Callable[[], "dict[str, str | None]"]


def test_each_coding_rests_on_the_quote_of_its_line(load: Load, rests: Rests) -> None:
    load(LINE, COST)

    assert rests() == {"dam": FIRST, "dam-cost": SECOND}


def test_of_several_lines_about_one_coding_the_first_with_a_quote_counts(load: Load, rests: Rests) -> None:
    load(CODED, {**LINE, "quote": SECOND}, LINE)

    assert rests() == {"dam": SECOND}


def test_a_line_without_a_quote_rests_on_the_only_mention(load: Load, rests: Rests) -> None:
    load(MENTIONED)
    load(CODED)

    assert rests() == {"dam": FIRST}


def test_a_line_without_a_quote_does_not_choose_between_two_mentions(load: Load, rests: Rests) -> None:
    load(MENTIONED, {**MENTIONED, "quote": SECOND})
    load(CODED)

    assert rests() == {"dam": None}


def test_a_later_mention_leaves_the_coding_where_it_is(load: Load, rests: Rests) -> None:
    load(LINE)
    load({**LINE, "quote": SECOND})

    assert rests() == {"dam": FIRST}


@pytest.mark.parametrize(
    "question",
    [
        ("stance", "timeline", "--holder", "ana-cole", "--issue"),
        ("stance", "timeline", "--holder", "ana-cole", "--evidence", "--issue"),
        ("stance", "as-of", "--holder", "ana-cole", "--issue"),
        ("stance", "changes", "--with-initial", "--holder", "ana-cole", "--issue"),
    ],
    ids=lambda line: " ".join(word for word in line if word in {"timeline", "--evidence", "as-of", "changes"}),
)
@pytest.mark.parametrize("as_known", [False, True])
def test_an_answer_shows_the_words_that_were_coded(
    run: Run, load: Load, question: tuple[str, ...], as_known: bool
) -> None:
    load(LINE, COST)
    known = ["--known-at", answer(run, "changeset", "list")[0]["number"]] if as_known else []

    shown = {issue: {row["quote"] for row in answer(run, *question, issue, *known)} for issue in ("dam", "dam-cost")}
    assert shown == {"dam": {FIRST}, "dam-cost": {SECOND}}


def test_a_deprecated_mention_gives_way_to_another(small_url: str, run: Run, load: Load) -> None:
    load(LINE, COST)
    with psycopg.connect(small_url) as connection:
        connection.execute("SELECT stancedb.open_changeset('ana', 'misread')")
        connection.execute(
            "UPDATE stancedb.mention SET rank = 'deprecated', deprecated_reason = 'misread' WHERE quote = %s", [SECOND]
        )

    (row,) = answer(run, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam-cost")
    assert row["quote"] == FIRST


def test_undoing_the_load_takes_coding_and_mention_back(run: Run, load: Load, rests: Rests) -> None:
    load(LINE, COST)
    done(run("changeset", "undo", answer(run, "changeset", "list")[0]["number"]))

    assert rests() == {}
