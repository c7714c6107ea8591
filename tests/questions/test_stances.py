"""Details shown with a stance or a change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.support.plugin import Run
from tests.support.worlds import ARTICLE_LINE, LINE, WORDS, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

SAID = {"speaker": "ana-cole", "issue": "dam"}
SHEET = (
    {**SAID, "statement": "for", "said": "2025-01-01", "position": "support"},
    {"statement": "back", "speaker": "ana-cole", "said": "2025-03-01", "links": ["retracts:for"]},
    # Dropped under the rule, because another position follows within thirty days.
    {**SAID, "statement": "against", "said": "2025-03-01", "position": "oppose"},
    {**SAID, "statement": "for-again", "said": "2025-03-10", "position": "support"},
)


@pytest.mark.parametrize("is_known_at", [False, True], ids=["now", "as known"])
def test_no_words_are_shown_for_a_change_to_nothing_though_something_was_said_that_day(
    small_url: str, tmp_path: Path, is_known_at: bool
) -> None:
    run: Run = invoker(small_url, tmp_path)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *SHEET)))
    known = ("--known-at", last_number(small_url)) if is_known_at else ()

    rows = answer(run, "stance", "changes", "--holder", "ana-cole", "--rule", "sustained", "--with-initial", *known)

    assert [(row["change"], row["to_position"], row["statement"]) for row in rows] == [
        ("initial", "support", "for"),
        ("retraction", None, None),
        ("return", "support", "for-again"),
    ]


def test_what_was_taken_back_is_not_held_again_while_the_next_is_pending(small_url: str, tmp_path: Path) -> None:
    run: Run = invoker(small_url, tmp_path)
    ago = {days: str(datetime.now(tz=UTC).date() - timedelta(days=days)) for days in (200, 100, 5)}
    sheet = (
        {**SAID, "statement": "for", "said": ago[200], "position": "support"},
        {"statement": "back", "speaker": "ana-cole", "said": ago[100], "links": ["retracts:for"]},
        {**SAID, "statement": "against", "said": ago[5], "position": "oppose"},
    )
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))

    rows = answer(run, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam", "--rule", "sustained")

    assert answer(run, "stance", "as-of", "--rule", "sustained") == []
    assert [(row["position"], row["until"], row["pending"]) for row in rows] == [
        ("support", ago[100], False),
        ("oppose", None, True),
    ]


@pytest.mark.parametrize("is_known_at", [False, True], ids=["now", "as known"])
def test_a_stance_that_returned_shows_the_words_that_it_rests_on(
    small_url: str, tmp_path: Path, is_known_at: bool
) -> None:
    run: Run = invoker(small_url, tmp_path)
    sheet = (
        {**SAID, "statement": "for", "said": "2025-01-01", "position": "support"},
        {**SAID, "statement": "for-again", "said": "2025-02-01", "position": "support"},
        {**SAID, "statement": "against", "said": "2025-03-01", "position": "oppose"},
        {"statement": "back", "speaker": "ana-cole", "said": "2025-04-01", "links": ["retracts:against"]},
        {**SAID, "statement": "for-later", "said": "2025-06-01", "position": "support"},
    )
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))
    known = ("--known-at", last_number(small_url)) if is_known_at else ()

    shown = [
        (row["since"], row["position"], row["evidence"], row["last_evidence"], row["statement"])
        for day in ("2025-02-15", "2025-05-01", "2025-07-01")
        for row in answer(run, "stance", "as-of", "--as-of", day, *known)
    ]

    assert shown == [
        ("2025-01-01", "support", 2, "2025-02-01", "for-again"),
        ("2025-04-01", "support", 2, "2025-02-01", "for-again"),
        ("2025-04-01", "support", 3, "2025-06-01", "for-later"),
    ]


def test_the_words_of_an_article_that_was_withdrawn_give_way_to_others(small_url: str, tmp_path: Path) -> None:
    run: Run = invoker(small_url, tmp_path)
    days = {"dam-early": "2025-03-02", "dam-late": "2025-03-03"}
    articles = ({**ARTICLE_LINE, "id": slug, "published": day, "text": f"{day}. {WORDS}"} for slug, day in days.items())
    done(run("article", "load", jsonl(tmp_path / "articles.jsonl", *articles)))
    sheet = ({**LINE, "statement": "cole-dam", "article": slug} for slug in days)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))
    asked = ("stance", "timeline", "--holder", "ana-cole", "--issue", "dam")
    (before,) = answer(run, *asked)

    done(run("article", "retract", "dam-early", "--reason", "not for us"))

    (after,) = answer(run, *asked)
    assert (before["article"], after["article"]) == ("dam-early", "dam-late")


MONTHS = (
    {**SAID, "statement": "month", "said": "2023-09", "position": "support"},
    {**SAID, "statement": "year", "said": "2024", "position": "oppose"},
    {**SAID, "statement": "day", "said": "2025-02-03", "position": "support"},
    {**SAID, "statement": "later", "said": "2025-05", "position": "support"},
    {**SAID, "statement": "same-day", "said": "2025-05-01", "position": "support"},
)


@pytest.mark.parametrize("is_known_at", [False, True], ids=["now", "as known"])
def test_a_month_shows_as_a_month_and_an_end_with_its_last_day(
    small_url: str, tmp_path: Path, is_known_at: bool
) -> None:
    run: Run = invoker(small_url, tmp_path)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *MONTHS)))
    known = ("--known-at", last_number(small_url)) if is_known_at else ()

    rows = answer(run, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam", *known)

    assert [
        (
            row["since"],
            row["since_from"],
            row["until"],
            row["valid_last"],
            row["last_evidence"],
            row["last_evidence_from"],
        )
        for row in rows
    ] == [
        ("2023-09", "2023-09-01", "2024-01-01", "2023-12-31", "2023-09", "2023-09-01"),
        ("2024", "2024-01-01", "2025-02-03", "2025-02-02", "2024", "2024-01-01"),
        # Of two statements that may be from a day, the one that certainly is from it is shown.
        ("2025-02-03", "2025-02-03", None, None, "2025-05-01", "2025-05-01"),
    ]
    (row,) = answer(run, "stance", "as-of", "--as-of", "2023-10-15", *known)
    assert (row["since"], row["last_evidence"], row["valid_last"]) == ("2023-09", "2023-09", "2023-12-31")
    assert "2023-09 " in done(run("stance", "timeline", "--holder", "ana-cole", "--issue", "dam", *known)).stdout


DAY = (
    {**SAID, "statement": "c-nine", "said": "2025-03-01", "said_at": "2025-03-01T09:00Z", "position": "oppose"},
    {**SAID, "statement": "b-ten", "said": "2025-03-01", "said_at": "2025-03-01T10:00Z", "position": "support"},
    {
        **SAID,
        "statement": "a-eleven",
        "said": "2025-03-01",
        "said_at": "2025-03-01T11:00Z",
        "position": "support",
        "authority": 2,
    },
    {**SAID, "statement": "later", "said": "2025-04-01", "position": "support"},
    {
        **SAID,
        "statement": "of-others",
        "speaker": "eva-falk",
        "holder": "ana-cole",
        "basis": "attributed_by_other",
        "said": "2025-04-01",
        "position": "oppose",
        "authority": 6,
    },
)


@pytest.mark.parametrize("is_known_at", [False, True], ids=["now", "as known"])
def test_evidence_is_in_the_order_of_its_instants_with_its_roles(
    small_url: str, tmp_path: Path, is_known_at: bool
) -> None:
    run: Run = invoker(small_url, tmp_path)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *DAY)))
    known = ("--known-at", last_number(small_url)) if is_known_at else ()

    rows = answer(run, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam", "--evidence", *known)

    assert [(row["statement"], row["role"]) for row in rows] == [
        ("c-nine", "contrary"),
        ("b-ten", "onset"),
        ("a-eleven", "reaffirmation"),
        ("later", "reaffirmation"),
        ("of-others", "qualifying"),
    ]


def test_a_comparison_of_rules_has_the_last_day_of_each_period(small_url: str, tmp_path: Path) -> None:
    run: Run = invoker(small_url, tmp_path)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *MONTHS)))

    rows = answer(run, "stance", "compare", "--holder", "ana-cole", "--issue", "dam", "--rule", "latest-word")

    assert [(row["until"], row["valid_last"]) for row in rows] == [
        ("2024-01-01", "2023-12-31"),
        ("2025-02-03", "2025-02-02"),
        (None, None),
    ]


def test_what_is_reported_has_the_precision_beside_the_date_and_follows_a_correction(
    small_url: str, tmp_path: Path
) -> None:
    run: Run = invoker(small_url, tmp_path)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *MONTHS[:2])))
    shown = (
        "SELECT valid_from::text, valid_from_edtf, valid_last::text, last_evidence_edtf,"
        " valid_last_or_today = coalesce(valid_last, as_of_date)"
        " FROM reporting.stance_wide, reporting.data_release r WHERE is_default_rule AND r.is_current ORDER BY 1"
    )

    def reported() -> list[tuple[object, ...]]:
        done(run("reporting", "refresh"))
        done(run("reporting", "check"))
        with psycopg.connect(small_url) as connection:
            return connection.execute(shown.encode()).fetchall()

    assert reported() == [
        ("2023-09-01", "2023-09", "2023-12-31", "2023-09", True),
        ("2024-01-01", "2024", None, "2024", True),
    ]
    # The days stay the same, and only their precision changes.
    done(run("statement", "set", "year", "--said", "[2024-01-01..2024-12-31]"))
    assert reported()[1][1] == "[2024-01-01..2024-12-31]"


@pytest.mark.parametrize("is_known_at", [False, True], ids=["now", "as known"])
def test_a_statement_that_is_coded_for_two_records_of_one_person_does_not_reaffirm_itself(
    small_url: str, tmp_path: Path, is_known_at: bool
) -> None:
    run: Run = invoker(small_url, tmp_path)
    line = {**SAID, "statement": "for", "said": "2025-01-01", "position": "support"}
    of_the_other = {**line, "holder": "a-cole", "basis": "on_behalf"}
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", line, of_the_other)))
    done(run("actor", "merge", "a-cole", "ana-cole"))
    known = ("--known-at", last_number(small_url)) if is_known_at else ()

    rows = answer(run, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam", "--evidence", *known)

    assert [(row["statement"], row["role"]) for row in rows] == [("for", "onset"), ("for", "onset")]
