"""A real news article, coded only on the command line, and every answer about the result.

The article is protected by copyright, so neither the file nor its words are in the repository: quotes are cut
out of the file by short fragments.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stancedb.cli.output import FORMATS
from tests.support.plugin import Clone, Run
from tests.support.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.support.worlds",)

SOURCE = Path(__file__).resolve().parents[1].parent / "shared" / "articles" / "trump-takaichi-call-2025-11-25.txt"
pytestmark = pytest.mark.skipif(not SOURCE.exists(), reason="the article is not part of the repository")

CALL = "trump-takaichi-call-2025-11-25"
FORCE = ("--issue", "jp-taiwan-use-of-force")
RETRACTION = ("--issue", "jp-remark-retraction")
ALLIANCE = ("--issue", "us-japan-alliance")
JAPAN = ("--on-behalf-of", "japan", "--holder", "japan")
TAKAICHI = ("--speaker", "sanae-takaichi", "--zone", "Asia/Tokyo", "--capacity", "head_of_government")
RULES = ("latest-word", "authoritative", "sustained")

# Slug, beginning and end of the quote, the rest of the line.
STATEMENTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "remark",
        "a Chinese attack on Taiwan might",
        "Japanese military action",
        (*TAKAICHI, "--said", "2025-11-07", "--rendering", "paraphrase", *JAPAN, *FORCE, "--position", "may-warrant"),
    ),
    # Typed with straight quotation marks; the article has curly ones.
    (
        "red-line",
        'crossing a "red line"',
        "",
        (
            "--speaker",
            "china",
            "--said",
            "2025-11",
            "--act",
            "accuse",
            "--rendering",
            "characterisation",
            *RETRACTION,
            "--position",
            "support",
            "--explicitness",
            "inferred",
            "--confidence",
            "low",
            "--link",
            "responds_to:remark",
        ),
    ),
    (
        "no-retraction",
        "Japan did not retract",
        "the statement",
        (
            "--speaker",
            "government-of-japan",
            *JAPAN,
            "--said",
            "2025-11",
            "--act",
            "refuse_to_retract",
            "--rendering",
            "characterisation",
            "--self-declared",
            "claims_unchanged",
            *RETRACTION,
            "--position",
            "oppose",
            "--link",
            "refuses_to_retract:remark",
        ),
    ),
    (
        "peaceful",
        "reiterating its policy of a peaceful",
        "Taiwan Strait issue",
        (
            "--speaker",
            "government-of-japan",
            *JAPAN,
            "--said",
            "2025-11",
            "--rendering",
            "paraphrase",
            "--issue",
            "taiwan-peaceful-resolution",
            "--position",
            "insists-on-peaceful-resolution",
        ),
    ),
    (
        "priority",
        "alliance remains",
        "for her administration",
        (
            *TAKAICHI,
            "--said",
            "2025-11-25",
            "--event",
            "call",
            "--rendering",
            "partial_quote",
            *JAPAN,
            *ALLIANCE,
            "--position",
            "maintain",
        ),
    ),
    (
        "exchange",
        "exchange of views on strengthening",
        "alliance",
        (
            *TAKAICHI,
            "--said",
            "2025-11-25",
            "--event",
            "call",
            "--rendering",
            "paraphrase",
            *JAPAN,
            *ALLIANCE,
            "--position",
            "strengthen",
        ),
    ),
    (
        "relationship",
        "we have a great relationship",
        "new prime minister and myself",
        (
            "--speaker",
            "donald-trump",
            "--on-behalf-of",
            "united-states",
            "--holder",
            "united-states",
            "--said",
            "2025-11-25",
            "--zone",
            "America/New_York",
            *ALLIANCE,
            "--position",
            "maintain",
            "--explicitness",
            "implicit",
            "--vagueness",
            "non_committal",
            "--confidence",
            "low",
        ),
    ),
    (
        "declined",
        "declined to elaborate",
        "content of the discussion",
        (
            *TAKAICHI,
            "--said",
            "2025-11-25",
            "--event",
            "call",
            "--act",
            "decline_to_comment",
            "--rendering",
            "characterisation",
            *JAPAN,
            *FORCE,
        ),
    ),
    (
        "understanding",
        "publicly reaffirmed the U.S. understanding",
        "importance to China",
        (
            "--speaker",
            "xi-jinping",
            "--office",
            "president-of-china",
            "--on-behalf-of",
            "china",
            "--said",
            "2025-11-24",
            "--zone",
            "Asia/Shanghai",
            "--event",
            "beijing-call",
            "--rendering",
            "characterisation",
            "--holder",
            "united-states",
            "--basis",
            "attributed_by_other",
            "--issue",
            "taiwan-status-wording",
            "--position",
            "takes-note",
            "--confidence",
            "low",
        ),
    ),
    (
        "minimal",
        "the White House offered minimal detail",
        "confirming the call itself",
        ("--speaker", "white-house", "--said", "2025-11", "--act", "omit", "--rendering", "characterisation"),
    ),
    (
        "pillar",
        "alliance is a critical pillar",
        "diplomacy",
        (
            "--speaker",
            "government-of-japan",
            *JAPAN,
            "--said",
            "2025-11-25",
            "--rendering",
            "paraphrase",
            *ALLIANCE,
            "--position",
            "strengthen",
        ),
    ),
)
INDICATORS = {
    "planning": "defense-planning documents",
    "exercises": "joint military exercises",
    "controls": "export-control coordination",
    "messages": "diplomatic messaging on Taiwan",
}


@pytest.fixture(scope="module")
def text() -> str:
    """Return the words of the article."""
    return SOURCE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def url(clone: Clone, template: str, text: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of a database in which the article is loaded and coded, which these tests read."""
    with clone(template) as url:
        run = invoker(url, tmp_path_factory.mktemp("real"))
        done(run("db", "seed", "--no-example"))
        done(
            run(
                "article",
                "load",
                "--outlet",
                "anewz",
                "--published",
                "2025-11-26",
                "--id",
                CALL,
                "--kind",
                "analysis",
                "--title",
                "Call of Trump and Takaichi",
                SOURCE,
            )
        )
        done(
            run(
                "event",
                "add",
                "beijing-call",
                "--kind",
                "call",
                "--title",
                "Call of Xi and Trump",
                "--during",
                "2025-11-24",
                "--zone",
                "Asia/Shanghai",
                "--participant",
                "actor:xi-jinping",
                "--participant",
                "actor:donald-trump",
            )
        )
        done(
            run(
                "event",
                "add",
                "call",
                "--kind",
                "call",
                "--title",
                "Call of Trump and Takaichi",
                "--during",
                "2025-11-25",
                "--zone",
                "Asia/Tokyo",
                "--participant",
                "actor:donald-trump",
                "--participant",
                "recipient:sanae-takaichi",
                "--cause",
                "responds_to:analysts:event/beijing-call",
            )
        )
        done(
            run(
                "event",
                "add",
                "visit",
                "--kind",
                "visit",
                "--title",
                "Trump in Japan",
                "--during",
                "[2025-11-26..]",
                "--status",
                "scheduled",
                "--participant",
                "visitor:donald-trump",
                "--participant",
                "host:japan",
            )
        )
        for slug, begin, end, rest in STATEMENTS:
            done(
                run("statement", "add", "--slug", slug, "--article", CALL, "--quote", passage(text, begin, end), *rest)
            )
        # The state was coded; the person is coded separately.
        done(run("coding", "add", "remark", "--holder", "sanae-takaichi", *FORCE, "--position", "may-warrant"))
        done(
            run(
                "event",
                "add",
                "advice",
                "--kind",
                "travel_advisory",
                "--title",
                "Travel advice",
                "--during",
                "2025-11/..",
                "--participant",
                "actor:china",
                "--cause",
                "responds_to:analysts:statement/remark",
            )
        )
        for slug, fragment in INDICATORS.items():
            assert fragment in text
            done(
                run("indicator", "add", slug, "--question", f"Is there {fragment}?", "--counts-if", "It is published.")
            )
            done(run("indicator", "observe", slug, "--on", "2025-11-26", "--not-seen", "--article", CALL))
        yield url


@pytest.fixture
def ask(url: str, tmp_path: Path) -> Run:
    """Provide a function that reads the coded article."""
    return invoker(url, tmp_path)


def passage(text: str, begin: str, end: str) -> str:
    """Return the passage between two fragments of the text, both of them in it."""
    if not end:
        return begin
    start = text.index(begin)
    return text[start : text.index(end, start) + len(end)]


def test_it_is_frozen_as_it_is_in_the_file(ask: Run, text: str) -> None:
    shown = answer(ask, "article", "show", CALL)

    assert shown["text"] == text.strip()
    assert (shown["outlet"], shown["published"], shown["language"]) == ("AnewZ", "2025-11-26", "en")
    assert len(shown["mentions"]) == len(STATEMENTS)
    assert all(text[row["char_start"] : row["char_end"]] == row["quote"] for row in shown["mentions"])


def test_loading_it_again_changes_nothing(ask: Run, url: str) -> None:
    before = last_number(url)

    again = done(
        ask(
            "article",
            "load",
            "--outlet",
            "anewz",
            "--published",
            "2025-11-26",
            "--id",
            CALL,
            "--kind",
            "analysis",
            "--title",
            "Call of Trump and Takaichi",
            SOURCE,
        )
    )

    assert "nothing to change" in again.stderr
    assert last_number(url) == before


def test_it_is_found_by_a_phrase(ask: Run) -> None:
    (found,) = answer(ask, "article", "search", '"red line" Taiwan')

    assert found["article"] == CALL
    assert "[red line]" in found["snippet"]


def test_eleven_statements_of_six_speakers_are_there(ask: Run) -> None:
    listed = answer(ask, "statement", "list", "--article", CALL)

    assert {row["statement"] for row in listed} == {slug for slug, *_ in STATEMENTS}
    assert {row["speaker"] for row in listed} == {
        "sanae-takaichi",
        "china",
        "government-of-japan",
        "donald-trump",
        "xi-jinping",
        "white-house",
    }


def test_the_office_held_that_day_is_known_without_being_typed(ask: Run) -> None:
    assert answer(ask, "statement", "show", "remark")["office"] == "prime-minister-of-japan"
    assert answer(ask, "statement", "show", "understanding")["office"] == "president-of-china"


def test_curly_quotation_marks_of_the_article_are_kept(ask: Run, text: str) -> None:
    (mention,) = answer(ask, "statement", "show", "red-line")["mentions"]

    assert mention["quote"] != passage(text, 'crossing a "red line"', "")
    assert mention["quote"] in text


def test_a_link_shows_at_both_ends(ask: Run) -> None:
    links = answer(ask, "statement", "show", "remark")["links"]

    assert sorted((link["kind"], link["statement"]) for link in links) == [
        ("refuses_to_retract (by)", "no-retraction"),
        ("responds_to (by)", "red-line"),
    ]


def test_japan_stands_where_the_remark_left_it(ask: Run) -> None:
    (stance,) = answer(ask, "stance", "timeline", "--holder", "japan", *FORCE)

    assert (stance["since"], stance["until"], stance["position"]) == ("2025-11-07", None, "may-warrant")
    assert stance["outlet"] == "AnewZ"


def test_a_refusal_to_elaborate_is_not_a_position(ask: Run) -> None:
    codings = answer(ask, "coding", "list", "--holder", "japan", *FORCE)

    assert [(row["statement"], row["position"]) for row in codings] == [("remark", "may-warrant"), ("declined", None)]


def test_person_and_state_are_two_holders(ask: Run) -> None:
    stances = answer(ask, "stance", "as-of", "--as-of", "2025-11-26", *FORCE)

    assert [row["holder"] for row in stances] == ["japan", "sanae-takaichi"]


def test_what_another_says_that_the_united_states_understands_is_left_out(ask: Run) -> None:
    wording = ("--issue", "taiwan-status-wording")

    assert [row["basis"] for row in answer(ask, "coding", "list", *wording)] == ["attributed_by_other"]
    assert answer(ask, "stance", "as-of", "--as-of", "2025-12-31", *wording) == []


def test_two_words_on_the_alliance_on_one_day_are_contested(ask: Run) -> None:
    (stance,) = answer(ask, "stance", "as-of", "--as-of", "2025-11-26", "--holder", "japan", *ALLIANCE)

    assert (stance["position"], stance["evidence"], stance["contested"]) == ("strengthen", 2, True)


def test_events_say_what_they_are_said_to_follow_from(ask: Run) -> None:
    assert {row["event"]: row["follows_from"] for row in answer(ask, "event", "list")} == {
        "advice": "responds_to remark (says analysts)",
        "beijing-call": None,
        "call": "responds_to beijing-call (says analysts)",
        "visit": None,
    }
    assert [row["statement"] for row in answer(ask, "event", "show", "call")["statements"]] == [
        "declined",
        "exchange",
        "priority",
    ]


def test_what_to_watch_is_not_seen_yet(ask: Run) -> None:
    watched = answer(ask, "indicator", "list", "--status", "open")

    assert {(row["indicator"], row["seen"], row["observed_on"]) for row in watched} == {
        (slug, "not seen", "2025-11-26") for slug in INDICATORS
    }


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("as-of", "--as-of", "2025-11-26"),
    ("timeline", "--holder", "japan", *FORCE),
    ("timeline", "--holder", "japan", *ALLIANCE, "--evidence"),
    ("changes", "--with-initial"),
    ("compare", "--holder", "japan", *FORCE),
    ("rules",),
)


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_question_is_answered_in_every_format(ask: Run, command: tuple[str, ...], output_format: str) -> None:
    rows = answer(ask, "stance", *command)

    shown = done(ask("stance", *command, "--format", output_format))

    assert rows
    assert shown.stderr == ""
    assert parsed(shown.stdout, output_format, rows) == len(rows)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "command", [command for command in COMMANDS if command[0] not in {"compare", "rules"}], ids=" ".join
)
def test_every_rule_answers(ask: Run, command: tuple[str, ...], rule: str) -> None:
    rows = answer(ask, "stance", *command, "--rule", rule)

    # Nothing in a newspaper is a law, treaty, cabinet decision or written answer.
    assert bool(rows) == (rule != "authoritative")


def parsed(stdout: str, output_format: str, rows: list[dict[str, Any]]) -> int:
    """Read an answer back, check that it has the columns, and return its number of rows."""
    if output_format == "json":
        return len(json.loads(stdout))
    if output_format == "ndjson":
        return len([json.loads(line) for line in stdout.splitlines()])
    if output_format == "csv":
        table = list(csv.DictReader(io.StringIO(stdout)))
        assert list(table[0]) == list(rows[0])
        return len(table)
    assert max(len(line) for line in stdout.splitlines()) <= 120
    return len(rows) if "\N{BOX DRAWINGS LIGHT HORIZONTAL}" in stdout else 0
