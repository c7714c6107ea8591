"""Questions of researchers: the page and the commands give the same answers, and numbers are computed a second way."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections import Counter
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from stancedb.database import refreshing
from stancedb.reporting import refresh as reporting
from stancedb.settings import Settings
from tests.support.plugin import AUTHOR, Run
from tests.support.worlds import CODEBOOK, LINE, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"\n## (.*?)\n\n```console\n\$ stancedb (.*?)\n```\n\n```sql\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def ask(reported_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on the seeds."""
    return invoker(reported_url, tmp_path)


def queried(url: str, question: str) -> list[dict[str, Any]]:
    """Return the rows of a SELECT as JSON values."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return json.loads(json.dumps(connection.execute(question.encode()).fetchall(), default=str))  # type: ignore[no-any-return]  # JSON is anything


def test_the_page_has_ten_questions() -> None:
    assert len(QUESTIONS) == len(re.findall(r"^## ", PAGE, re.MULTILINE)) == 10


@pytest.mark.parametrize(("command", "question"), [found[1:] for found in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_command_and_query_of_the_page_answer_alike(command: str, question: str, ask: Run, reported_url: str) -> None:
    rows = queried(reported_url, question)
    told = answer(ask, *shlex.split(command))

    assert rows
    assert [{name: row[name] for name in rows[0]} for row in told] == [
        {name: pytest.approx(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in rows
    ]


def agreement(positions: list[str]) -> float | None:
    """Return the share of equal pairs among all pairs (Simpson, Measurement of diversity, Nature 163 (1949), 688)."""
    pairs = list(combinations(positions, 2))
    return sum(one == other for one, other in pairs) / len(pairs) if pairs else None


def dissention(ranks: list[int], width: int) -> float | None:
    """Return the dissention: each share of holders weighted by its distance from the mean rank.

    Tastle and Wierman, Consensus and dissention: a measure of ordinal dispersion, International Journal of Approximate
    Reasoning 45 (2007), 531-545: Dnt = -sum of p log2(1 - |x - mean| / width).
    """
    if len(ranks) < 2:
        return None
    mean = sum(ranks) / len(ranks)
    shares = Counter(ranks)
    return -sum(n / len(ranks) * math.log2(1 - abs(rank - mean) / width) for rank, n in shares.items())


def test_halves_at_both_ends_are_as_far_apart_as_can_be() -> None:
    assert dissention([1, 1, 7, 7], 6) == pytest.approx(1)
    assert dissention([3, 3, 3], 6) == 0


@pytest.mark.parametrize("issue", ["taiwan-status-wording", "jp-remark-retraction"])
def test_agreement_and_polarization_are_those_of_plain_python(issue: str, ask: Run, reported_url: str) -> None:
    spans = queried(
        reported_url,
        "SELECT valid_from, valid_to_or_today, position_code, position_rank FROM reporting.stance_wide"
        f" WHERE is_default_rule AND issue_code = '{issue}'",
    )
    ((low, high),) = [
        row.values()
        for row in queried(
            reported_url,
            "SELECT min(position_rank) AS low, max(position_rank) AS high FROM reporting.dim_position"
            f" JOIN reporting.dim_issue USING (issue_key) WHERE issue_code = '{issue}'",
        )
    ]

    rows = answer(ask, "ask", "polarization", "--issue", issue, "--every", "month")

    assert rows
    for row in rows:
        held = [span for span in spans if span["valid_from"] <= row["on_day"] < span["valid_to_or_today"]]
        assert row["holders"] == len(held)
        assert row["agreement"] == pytest.approx(agreement([span["position_code"] for span in held]))
        assert row["polarization"] == pytest.approx(dissention([span["position_rank"] for span in held], high - low))
    # Months are complete, except the last.
    assert all((date.fromisoformat(row["on_day"]) + timedelta(1)).day == 1 for row in rows[:-1])


def test_who_stood_elsewhere_than_her_own_government_is_found_while_in_office(ask: Run) -> None:
    rows = answer(ask, "ask", "contradictions", "--issue", "jp-taiwan-use-of-force")

    # She had said so before she took office on 21 October 2025; for four days the government said what she had said.
    assert [(row["holder"], row["government"], row["since"], row["until"]) for row in rows] == [
        ("sanae-takaichi", "japan", "2025-10-21", "2025-11-07"),
        ("sanae-takaichi", "japan", "2025-11-11", None),
    ]


def test_an_order_that_windows_do_not_prove_is_not_sure(ask: Run) -> None:
    rows = answer(ask, "ask", "first-movers", "--issue", "taiwan-status-wording", "--with-initial")

    assert [(row["place"], row["surely_later"]) for row in rows if row["position"] == "acknowledges"] == [
        (1, None),
        (2, False),
        (3, False),
    ]


(POLARIZATION,) = (question for *_, question in QUESTIONS if "AS polarization" in question)


@pytest.mark.parametrize(
    ("ranks", "holders", "polarization"),
    [
        pytest.param([1], 2, None, id="one rank"),
        pytest.param([None], 2, None, id="no rank"),
        pytest.param([1], 1, None, id="one rank and one holder"),
        pytest.param([1, 2], 1, None, id="one holder"),
        pytest.param([1, 2], 2, 1.0, id="two ranks"),
        pytest.param([-32768, 32767], 2, 1.0, id="the ends of the type"),
    ],
)
def test_no_scale_is_too_short_for_the_question_of_polarization(
    small_url: str, tmp_path: Path, ranks: list[int | None], holders: int, polarization: float | None
) -> None:
    run = invoker(small_url, tmp_path)
    done(run("issue", "add", "solo", "--question", "One answer?"))
    for number, rank in enumerate(ranks):
        done(run("position", "add", "solo", f"p{number}", "--label", f"p{number}", "--definition", "It."))
        with psycopg.connect(small_url) as connection:
            connection.execute("SELECT stancedb.open_changeset('tester', 'a rank')")
            connection.execute("UPDATE stancedb.position SET rank = %s WHERE slug = %s", [rank, f"p{number}"])
    said = [
        {
            "statement": f"s{number}",
            "speaker": speaker,
            "said": "2025-03-01",
            "issue": "solo",
            "position": f"p{number % len(ranks)}",
            "citation": "x",
        }
        for number, speaker in enumerate(["ana-cole", "ben-dahl"][:holders])
    ]
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *said)))
    done(run("reporting", "refresh"))

    told = answer(run, "ask", "polarization", "--issue", "solo")
    queried_too = queried(small_url, POLARIZATION.replace("taiwan-status-wording", "solo"))

    for rows in (told, queried_too):
        assert {row["polarization"] for row in rows} == {polarization}
        assert {row["agreement"] for row in rows} == {None if holders == 1 else 1.0 if len(ranks) == 1 else 0.0}


def test_of_a_coder_the_reading_under_the_newest_codebook_is_compared(small_url: str, tmp_path: Path) -> None:
    run = invoker(small_url, tmp_path)
    code = ("coding", "add", "cole-dam", "--issue", "dam")
    newer = tmp_path / "newer.toml"
    newer.write_text(CODEBOOK.replace("dam-1.0", "dam-1.1").replace("2025-01-01", "2026-01-01"), encoding="utf-8")
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE)))
    done(run(*code, "--position", "oppose", "--coder", "zoe", "--not-final"))
    done(run("codebook", "load", newer))
    done(run("reporting", "refresh"))
    before = len(answer(run, "ask", "disagreement"))

    done(run(*code, "--position", "support", "--coder", "zoe", "--not-final", "--codebook", "dam-1.1"))

    assert (before, answer(run, "ask", "disagreement")) == (1, [])
    (holder,) = answer(run, "page", "dam")["holders"]
    assert (holder["coded_by_several"], holder["agreed"]) == (1, 1)


def test_an_answer_reports_that_it_is_behind(seeded_url: str, tmp_path: Path) -> None:
    run = invoker(seeded_url, tmp_path)
    nothing = run("ask", "coverage")
    done(run("reporting", "refresh"))
    done(run("outlet", "add", "herald", "--name", "The Herald"))

    assert nothing.exit_code == 1
    assert nothing.stderr == "Error: The reporting schema is empty. Run 'stancedb reporting refresh'.\n"
    assert "The answer is 1 changeset behind" in done(run("ask", "coverage")).stderr


def test_an_answer_reports_that_it_is_of_another_day(small_url: str, tmp_path: Path) -> None:
    run = invoker(small_url, tmp_path)
    day = date(2025, 3, 1)
    with refreshing(Settings(database_url=small_url, data_dir=tmp_path, author=AUTHOR)) as session:
        reporting.refresh(session.connection, day=day)

    assert done(run("ask", "coverage")).stderr == "The answer is as of 2025-03-01; run 'stancedb reporting refresh'.\n"
    done(run("reporting", "refresh"))
    assert done(run("ask", "coverage")).stderr == ""


def test_what_does_not_exist_is_named(ask: Run) -> None:
    result = ask("ask", "polarization", "--issue", "taiwan-status-wordin")

    assert result.exit_code == 3
    assert "Did you mean 'taiwan-status-wording'" in result.stderr


def test_two_offices_under_one_government_are_one_time_in_office(small_url: str, tmp_path: Path) -> None:
    run = invoker(small_url, tmp_path)
    done(
        run(
            "actor",
            "add",
            "minister-of-dams",
            "--kind",
            "office",
            "--name",
            "Minister of Dams",
            "--relation",
            "governs:government-of-norland",
        )
    )
    done(
        run(
            "actor",
            "add",
            "ana-cole",
            "--kind",
            "person",
            "--name",
            "Ana Cole",
            "--tenure",
            "minister-of-dams@2025-03-10/2025-03-20",
        )
    )
    lines = (
        {**LINE, "article": None, "quote": None, **line}
        for line in (
            {"statement": "cole-dam"},
            {"statement": "no-dam", "speaker": "government-of-norland", "said": "2025-02-01", "position": "oppose"},
        )
    )
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *lines)))
    done(run("reporting", "refresh"))

    rows = answer(run, "ask", "contradictions")

    assert [(row["holder"], row["since"], row["until"]) for row in rows] == [("ana-cole", "2025-03-01", None)]


@pytest.mark.parametrize(
    ("said", "others", "silences"),
    [
        pytest.param("2010-01-01/2019-12-31", (), [("2019-12-31", None)], id="its last day"),
        pytest.param("2010-01-01/..", (), [], id="an open one"),
        pytest.param("[2010-01-01..2019-12-31]", (), [("2010-01-01", None)], id="some one day in it"),
        pytest.param(
            "2010-01-01/..",
            (("2015-03-01", "oppose"), ("2018-03-01", "oppose")),
            [("2018-03-01", None), ("2015-03-01", "2018-03-01")],
            id="until the next of another position",
        ),
        pytest.param(
            "2010-01-01/2019-12-31",
            (("2015-03-01", "support"), ("2023-03-01", "support")),
            [("2019-12-31", "2023-03-01"), ("2023-03-01", None)],
            id="across another of its position",
        ),
    ],
)
def test_a_lasting_statement_is_not_silence_while_it_lasts(
    said: str,
    others: tuple[tuple[str, str], ...],
    silences: list[tuple[str, str | None]],
    small_url: str,
    tmp_path: Path,
) -> None:
    run = invoker(small_url, tmp_path)
    sheet = [
        {**LINE, "article": None, "quote": None, "statement": f"s-{number}", "said": day, "position": position}
        for number, (day, position) in enumerate(((said, "support"), *others))
    ]
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *sheet)))
    with refreshing(Settings(database_url=small_url, data_dir=tmp_path, author=AUTHOR)) as session:
        reporting.refresh(session.connection, day=date(2025, 3, 1))

    (question,) = (question for _, command, question in QUESTIONS if command.startswith("ask silence"))
    for rows in (answer(run, "ask", "silence", "--days", "365"), queried(small_url, question)):
        assert [(row["last_said"], row["said_again"]) for row in rows] == silences
