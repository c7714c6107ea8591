"""Each command of each noun, tested by what it changes or prints."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest

from stancedb.cli.main import Lazy, cli
from stancedb.cli.output import FORMATS
from stancedb.database import HEAD
from tests.support.dna_files import dna
from tests.support.plugin import AUTHOR, Clone, Run
from tests.support.worlds import (
    ARTICLE,
    ARTICLE_LINE,
    LINE,
    WORDS,
    answer,
    done,
    invoker,
    jsonl,
    last_number,
)

pytest_plugins = ("tests.support.worlds",)

Row = dict[str, Any]


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def spoken(spoken_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on the small world with one statement, ``cole-dam``."""
    return invoker(spoken_url, tmp_path)


@pytest.fixture
def read(small_once: str, tmp_path: Path) -> Run:
    """Provide a function that reads the small world."""
    return invoker(small_once, tmp_path)


@pytest.fixture
def ask(seeded_once: str, tmp_path: Path) -> Run:
    """Provide a function that reads the seeds."""
    return invoker(seeded_once, tmp_path)


def counts(result: list[Row]) -> dict[str, tuple[int, int, int]]:
    """Return what a load inserted, updated and left unchanged, by kind of row."""
    return {row["rows"]: (row["inserted"], row["updated"], row["unchanged"]) for row in result}


class TestArticle:
    def test_load_takes_a_folder_of_every_form(self, run: Run, tmp_path: Path) -> None:
        folder = tmp_path / "texts"
        folder.mkdir()
        (folder / "2025-04-01-plain-words.txt").write_text("The fish were counted by hand, one after the other.\n")
        (folder / "front.md").write_text(
            "---\nid: front\ntitle: In front\npublished: 2025-04-02\n---\nThe matter stands in front of the text.\n"
        )
        (folder / "page.html").write_text(
            "<html lang='en'><head><title>A page</title><meta property='article:published_time' content='2025-04-03'>"
            "</head><body><article><h1>A page</h1><p>The page has a paragraph that is long enough to be found, because"
            " it says more than one thing about the river, the dam and the fish.</p></article></body></html>"
        )
        jsonl(folder / "lines.jsonl", {**ARTICLE_LINE, "id": "line", "text": "A line has a text of its own."})

        rows = answer(run, "article", "load", "--outlet", "herald", folder)

        assert counts(rows)["article"] == (4, 0, 0)
        listed = {row["article"]: row["published"] for row in answer(run, "article", "list", "--outlet", "herald")}
        assert listed.keys() >= {"front", "line", ARTICLE}
        assert set(listed.values()) == {"2025-04-01", "2025-04-02", "2025-04-03", "2025-03-01"}

    def test_load_takes_what_a_file_does_not_say_from_the_line(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "call.txt").write_text("The call was short, and nothing was said that could be quoted.\n")

        done(
            run(
                "article",
                "load",
                "--outlet",
                "herald",
                "--published",
                "2025-05",
                "--language",
                "de",
                "--kind",
                "analysis",
                "--title",
                "A call",
                "--url",
                "https://herald.example/7",
                "--id",
                "called",
                tmp_path / "call.txt",
            )
        )

        shown = answer(run, "article", "show", "called")
        assert [shown[key] for key in ("published", "language", "kind", "title", "url")] == [
            "2025-05",
            "de",
            "analysis",
            "A call",
            "https://herald.example/7",
        ]

    def test_load_reads_standard_input(self, run: Run) -> None:
        line = json.dumps({**ARTICLE_LINE, "id": "piped", "text": "It came through a pipe."})

        done(run("article", "load", "-", input=line))

        assert answer(run, "article", "show", "piped")["text"] == "It came through a pipe."

    def test_list_shows_what_is_left_to_code(self, run: Run) -> None:
        assert [row["article"] for row in answer(run, "article", "list", "--uncoded")] == [ARTICLE]

        done(
            run(
                "statement",
                "add",
                "--speaker",
                "ana-cole",
                "--said",
                "2025-03-01",
                "--article",
                ARTICLE,
                "--quote",
                "Norland will build the dam",
            )
        )

        assert answer(run, "article", "list", "--uncoded") == []
        assert answer(run, "article", "list")[0]["statements"] == 1

    def test_show_has_the_text_and_where_statements_stand_in_it(self, spoken: Run) -> None:
        shown = answer(spoken, "article", "show", ARTICLE)

        assert shown["text"] == WORDS
        (mention,) = shown["mentions"]
        assert WORDS[mention["char_start"] : mention["char_end"]] == LINE["quote"] == mention["quote"]
        assert (mention["statement"], mention["speaker"]) == ("cole-dam", "ana-cole")

    @pytest.mark.parametrize(
        ("words", "found"),
        [("fish", 1), ('"no dam" debt', 1), ('"debt no"', 0), ("century FISH", 1), ("elephant", 0)],
    )
    def test_search_finds_words_and_phrases(self, read: Run, words: str, found: int) -> None:
        assert len(answer(read, "article", "search", words)) == found

    def test_search_finds_japanese_inside_a_sentence(self, ask: Run) -> None:
        (found,) = answer(ask, "article", "search", "存立危機事態")

        assert found["article"] == "desk-2025-11-25-written-answer-ja"

    def test_retract_keeps_the_article_with_the_reason(self, run: Run) -> None:
        done(run("article", "retract", ARTICLE, "--reason", "withdrawn by the paper"))

        shown = answer(run, "article", "show", ARTICLE)
        assert shown["retracted_reason"] == "withdrawn by the paper"
        assert shown["retracted_on"]
        refused = run(
            "statement",
            "add",
            "--speaker",
            "ana-cole",
            "--said",
            "2025-03-01",
            "--article",
            ARTICLE,
            "--quote",
            "Norland will build the dam",
        )
        assert "is retracted: withdrawn by the paper" in refused.stderr


class TestActorAndOutlet:
    def test_load_of_csv_and_json_lines_is_the_same(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "actor.csv").write_text(
            "slug,kind,name,other_names,identifiers,relations,tenures\n"
            "carl-elk,person,Carl Elk,de:Karl Elch,wikidata:Q99,member_of:norland@2000/..,"
            "speaker-of-the-house#2@2025-01-01/..!acting\n"
        )
        record = {
            "slug": "carl-elk",
            "kind": "person",
            "name": "Carl Elk",
            "other_names": ["de:Karl Elch"],
            "identifiers": ["wikidata:Q99"],
            "relations": ["member_of:norland@2000/.."],
            "tenures": ["speaker-of-the-house#2@2025-01-01/..!acting"],
        }

        done(run("actor", "load", tmp_path / "actor.csv"))
        again = answer(run, "actor", "load", jsonl(tmp_path / "actor.jsonl", record))

        assert {counted[:2] for counted in counts(again).values()} == {(0, 0)}
        shown = answer(run, "actor", "show", "carl-elk")
        assert {name["name"] for name in shown["names"]} == {"Carl Elk", "Karl Elch"}
        assert shown["identifiers"] == [{"scheme": "wikidata", "value": "Q99"}]
        assert shown["relations"] == [{"relation": "member_of", "object": "norland", "during": "2000/.."}]
        assert shown["tenures"] == [
            {
                "person": "carl-elk",
                "office": "speaker-of-the-house",
                "seat": 2,
                "held": "2025-01-01/..",
                "is_acting": True,
            }
        ]

    def test_an_identifier_of_a_scheme_that_was_added_is_checked_by_its_pattern(self, run: Run) -> None:
        scheme = ("party-id", "--label", "Party register", "--definition", "Parties of Norland.")
        person = ("--kind", "person", "--name", "Gro Moe")

        added = answer(run, "actor", "scheme", "add", *scheme, "--pattern", "^[0-9]{4}$")
        refused = run("actor", "add", "gro-moe", *person, "--identifier", "party-id:17")
        done(run("actor", "add", "gro-moe", *person, "--identifier", "party-id:0017"))

        assert (added["scheme"], added["identifiers"]) == ("party-id", 0)
        assert (refused.exit_code, "is not a valid identifier of Party register" in refused.stderr) == (1, True)
        assert {row["scheme"]: row["identifiers"] for row in answer(run, "actor", "scheme", "list")}["party-id"] == 1

    def test_add_given_again_adds_to_what_is_known(self, run: Run) -> None:
        done(run("actor", "add", "ana-cole", "--kind", "person", "--name", "Ana Cole", "--identifier", "wikidata:Q5"))

        shown = answer(run, "actor", "show", "ana-cole")
        assert shown["identifiers"] == [{"scheme": "wikidata", "value": "Q5"}]
        assert len(shown["tenures"]) == 1

    def test_the_end_of_a_tenure_is_moved_by_giving_it_again(self, run: Run) -> None:
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
                "prime-minister-of-norland@2025-01-01/2025-06-30",
            )
        )

        assert [row["held"] for row in answer(run, "actor", "show", "ana-cole")["tenures"]] == ["2025-01-01/2025-06-30"]

    def test_list_shows_who_holds_what_now(self, read: Run) -> None:
        listed = {row["actor"]: row["holds"] for row in answer(read, "actor", "list", "--kind", "person")}

        assert listed == {
            "a-cole": None,
            "ana-cole": "prime-minister-of-norland",
            "ben-dahl": None,
            "eva-falk": "minister-of-rivers, speaker-of-the-house",
        }

    def test_set_corrects_and_keeps_the_former_name(self, run: Run) -> None:
        row = answer(run, "actor", "set", "norland", "--name", "Northland", "--citation", "the law of names")

        assert (row["name"], row["citation"]) == ("Northland", "the law of names")
        assert {(name["name"], name["kind"]) for name in row["names"]} == {
            ("Northland", "preferred"),
            ("Norland", "former"),
        }

    def test_merge_leads_from_one_to_the_other(self, run: Run) -> None:
        done(run("actor", "merge", "a-cole", "ana-cole"))

        assert {row["merged_into"] for row in answer(run, "actor", "list") if row["actor"] == "a-cole"} == {"ana-cole"}

    def test_outlets_are_added_loaded_and_listed(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "outlet.csv").write_text("slug,name,parent,reliability\nherald-sunday,Sunday Herald,herald,B\n")

        done(
            run("outlet", "add", "norland-radio", "--name", "Norland Radio", "--kind", "broadcaster", "--country", "NO")
        )
        done(run("outlet", "load", tmp_path / "outlet.csv"))

        listed = [tuple(row.values()) for row in answer(run, "outlet", "list")]
        assert listed == [
            ("herald", "The Herald", "newspaper", None, None, 1),
            ("herald-sunday", "Sunday Herald", "newspaper", None, "B", 0),
            ("norland-radio", "Norland Radio", "broadcaster", "NO", None, 0),
        ]


class TestCodebook:
    def test_a_newer_version_updates_and_the_earlier_wording_stays_known(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        number = last_number(small_url)
        (tmp_path / "dam.toml").write_text(
            'label = "dam-1.1"\nissued_on = "2025-06-01"\n[[issue]]\nslug = "dam"\nquestion = "Build it?"\n'
            '[[issue.position]]\nslug = "support"\nlabel = "yes"\ndefinition = "Says yes."\nrank = 3\nscore = 1\n'
        )

        rows = counts(answer(run, "codebook", "load", tmp_path / "dam.toml"))

        assert (rows["codebook_version"], rows["issue"], rows["position"]) == ((1, 0, 0), (0, 1, 0), (0, 1, 0))
        assert [row["codebook"] for row in answer(run, "codebook", "list")] == ["dam-1.0", "dam-1.1"]
        assert answer(run, "issue", "show", "dam")["question"] == "Build it?"
        earlier = answer(run, "issue", "show", "dam", "--known-at", number)
        assert earlier["question"] == "Should Norland build the dam?"
        assert [row["label"] for row in earlier["positions"]] == ["against it", "leaves it open", "for it"]

    def test_issues_and_positions_are_added_set_and_listed(self, run: Run) -> None:
        done(run("issue", "add", "fish", "--question", "What of the fish?", "--parent", "dam", "--scope", "All fish."))
        done(run("issue", "set", "fish", "--question", "What becomes of the fish?", "--status", "draft"))
        done(
            run(
                "position",
                "add",
                "fish",
                "stay",
                "--label",
                "stay",
                "--definition",
                "They stay.",
                "--rank",
                "2",
                "--score",
                "1",
            )
        )
        done(
            run(
                "position",
                "add",
                "fish",
                "open",
                "--label",
                "open",
                "--definition",
                "It is left open.",
                "--kind",
                "deliberate_ambiguity",
                "--rank",
                "1",
            )
        )
        done(run("position", "set", "fish", "stay", "--label", "they stay", "--score", "0.5"))

        shown = answer(run, "issue", "show", "fish")
        assert [shown[key] for key in ("question", "scope", "status", "parent")] == [
            "What becomes of the fish?",
            "All fish.",
            "draft",
            "dam",
        ]
        positions = answer(run, "position", "list", "fish")
        assert [(row["position"], row["label"], row["kind"], row["rank"], row["score"]) for row in positions] == [
            ("open", "open", "deliberate_ambiguity", 1, None),
            ("stay", "they stay", "substantive", 2, 0.5),
        ]
        assert {row["issue"]: row["positions"] for row in answer(run, "issue", "list")} == {
            "dam": 3,
            "dam-cost": 1,
            "fish": 2,
        }

    def test_a_new_rank_derives_the_changes_again(self, spoken: Run) -> None:
        done(
            spoken(
                "statement",
                "add",
                "--speaker",
                "ana-cole",
                "--said",
                "2025-04-01",
                "--issue",
                "dam",
                "--position",
                "oppose",
            )
        )
        assert answer(spoken, "stance", "changes")[0]["delta_rank"] == -2

        done(spoken("position", "set", "dam", "support", "--rank", "9"))

        assert answer(spoken, "stance", "changes")[0]["delta_rank"] == -8


class TestStatementAndCoding:
    def test_add_makes_statement_mention_and_coding(self, run: Run) -> None:
        rows = answer(
            run,
            "statement",
            "add",
            "--speaker",
            "ana-cole",
            "--said",
            "2025-03-01",
            "--zone",
            "Europe/Oslo",
            "--place",
            "in the house",
            "--on-behalf-of",
            "norland",
            "--capacity",
            "head_of_government",
            "--authority",
            "4",
            "--act",
            "commit",
            "--summary",
            "There will be a dam.",
            "--verification",
            "confirmed",
            "--self-declared",
            "claims_unchanged",
            "--addressee",
            "eva-falk",
            "--article",
            ARTICLE,
            "--quote",
            "Norland will build the dam",
            "--rendering",
            "paraphrase",
            "--attribution",
            "Prime Minister Ana Cole",
            "--holder",
            "norland",
            "--issue",
            "dam",
            "--position",
            "support",
            "--condition",
            "if the money is found",
            "--confidence",
            "high",
            "--rationale",
            "in so many words",
            "--slug",
            "cole-dam",
            "--citation",
            "minutes",
        )

        assert {key: counted[0] for key, counted in counts(rows).items()} == {
            "statement": 1,
            "mention": 1,
            "coder": 1,
            "coding": 1,
            "statement_addressee": 1,
        }
        shown = answer(run, "statement", "show", "cole-dam")
        assert [shown[key] for key in ("office", "on_behalf_of", "capacity", "authority", "act", "said", "zone")] == [
            "prime-minister-of-norland",
            "norland",
            "head_of_government",
            4,
            "commit",
            "2025-03-01",
            "Europe/Oslo",
        ]
        (coding,) = shown["codings"]
        assert [coding[key] for key in ("holder", "position", "basis", "condition", "coder", "codebook", "final")] == [
            "norland",
            "support",
            "on_behalf",
            "if the money is found",
            AUTHOR,
            "dam-1.0",
            True,
        ]
        assert [record["author"] for record in shown["recorded"]] == [AUTHOR]

    def test_list_is_narrowed_by_speaker_issue_article_and_day(self, spoken: Run) -> None:
        done(
            spoken(
                "statement",
                "add",
                "--speaker",
                "eva-falk",
                "--said",
                "2025-05-01",
                "--issue",
                "dam-cost",
                "--slug",
                "falk",
            )
        )

        def slugs(*line: str) -> list[str]:
            return [row["statement"] for row in answer(spoken, "statement", "list", *line)]

        assert slugs() == ["cole-dam", "falk"]
        assert (
            slugs("--speaker", "eva-falk") == slugs("--issue", "dam-cost") == slugs("--since", "2025-05-01") == ["falk"]
        )
        assert slugs("--article", ARTICLE) == slugs("--until", "2025-04-30") == slugs("--limit", "1") == ["cole-dam"]

    def test_link_says_what_the_later_does_to_the_earlier(self, spoken: Run) -> None:
        done(spoken("statement", "add", "--speaker", "ana-cole", "--said", "2025-04-01", "--slug", "later"))

        done(spoken("statement", "link", "later", "retracts", "cole-dam"))

        assert answer(spoken, "statement", "show", "later")["links"] == [{"kind": "retracts", "statement": "cole-dam"}]
        (stance,) = answer(spoken, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam")
        assert (stance["since"], stance["until"]) == ("2025-03-01", "2025-04-01")

    def test_retract_takes_the_record_out_of_every_answer_and_keeps_it(self, spoken: Run) -> None:
        done(spoken("statement", "retract", "cole-dam", "--reason", "misheard"))

        assert answer(spoken, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam") == []
        assert answer(spoken, "statement", "list") == []
        assert answer(spoken, "statement", "show", "cole-dam")["retracted_reason"] == "misheard"

    def test_a_coding_is_added_recoded_reviewed_and_listed(self, spoken: Run) -> None:
        done(
            spoken(
                "coding",
                "add",
                "cole-dam",
                "--holder",
                "norland",
                "--issue",
                "dam",
                "--position",
                "support",
                "--basis",
                "on_behalf",
                "--coder",
                "ruth",
                "--status",
                "submitted",
            )
        )
        done(
            spoken(
                "coding",
                "recode",
                "cole-dam",
                "--holder",
                "norland",
                "--position",
                "leaves-open",
                "--rationale",
                "she hedges",
            )
        )
        reviewed = answer(
            spoken,
            "coding",
            "review",
            "cole-dam",
            "--coder",
            "ruth",
            "--status",
            "accepted",
            "--final",
            "--note",
            "agreed",
        )

        assert [reviewed[key] for key in ("old_status", "new_status", "final", "reviewer")] == [
            "submitted",
            "accepted",
            True,
            AUTHOR,
        ]
        (coding,) = answer(spoken, "coding", "list", "--coder", "ruth")
        assert [coding[key] for key in ("holder", "position", "status", "final", "rationale")] == [
            "norland",
            "leaves-open",
            "accepted",
            True,
            "she hedges",
        ]
        assert len(answer(spoken, "coding", "list", "--final")) == 2
        assert answer(spoken, "coding", "list", "--status", "rejected") == []

    def test_recoding_to_no_position_takes_the_stance_away(self, spoken: Run) -> None:
        done(spoken("coding", "recode", "cole-dam", "--no-position"))

        assert answer(spoken, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam") == []

    def test_a_rejected_coding_does_not_count(self, spoken: Run) -> None:
        done(spoken("coding", "review", "cole-dam", "--status", "rejected"))

        assert answer(spoken, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam") == []
        assert [row["final"] for row in answer(spoken, "coding", "list")] == [False]

    def test_a_suggestion_of_a_model_waits_for_a_person(self, run: Run, tmp_path: Path) -> None:
        suggestion = {**LINE, "coder": "model-x", "coder_kind": "model"}

        done(run("statement", "load", jsonl(tmp_path / "model.jsonl", suggestion)))

        assert [(row["status"], row["final"]) for row in answer(run, "coding", "list")] == [("submitted", False)]
        assert answer(run, "stance", "as-of") == []


class TestEventAndIndicator:
    def test_events_are_added_loaded_listed_and_shown(self, spoken: Run, tmp_path: Path) -> None:
        event = {
            "slug": "march",
            "kind": "visit",
            "title": "A march",
            "during": "2025-04-02",
            "participants": ["actor:eva-falk"],
            "causes": [{"kind": "responds_to", "event": "vote", "asserted_by": "eva-falk"}],
        }

        done(
            spoken(
                "event",
                "add",
                "vote",
                "--kind",
                "vote",
                "--title",
                "The vote",
                "--during",
                "2025-04-01",
                "--participant",
                "host:norland",
                "--cause",
                "responds_to:ben-dahl:statement/cole-dam",
            )
        )
        done(spoken("event", "load", jsonl(tmp_path / "event.jsonl", event)))

        assert [(row["event"], row["follows_from"]) for row in answer(spoken, "event", "list")] == [
            ("vote", "responds_to cole-dam (says ben-dahl)"),
            ("march", "responds_to vote (says eva-falk)"),
        ]
        assert [row["event"] for row in answer(spoken, "event", "list", "--actor", "norland")] == ["vote"]
        assert [row["event"] for row in answer(spoken, "event", "list", "--kind", "vote")] == ["vote"]
        assert answer(spoken, "event", "show", "vote")["follows_from"] == [
            {"kind": "responds_to", "earlier": "cole-dam", "asserted_by": "ben-dahl"}
        ]

    def test_indicators_are_added_loaded_observed_listed_and_shown(self, run: Run, tmp_path: Path) -> None:
        record = {
            "slug": "vote",
            "question": "A vote?",
            "counts_if": "There is one.",
            "due": "2025-12",
            "observations": [{"on": "2025-03-01", "is_seen": False}],
        }

        done(
            run(
                "indicator",
                "add",
                "tender",
                "--question",
                "A tender?",
                "--counts-if",
                "It is published.",
                "--issue",
                "dam",
                "--due",
                "2025-12",
            )
        )
        done(run("indicator", "load", jsonl(tmp_path / "indicator.jsonl", record)))
        done(run("indicator", "observe", "tender", "--on", "2025-03-01", "--not-seen", "--note", "nothing yet"))
        done(
            run(
                "indicator",
                "observe",
                "tender",
                "--on",
                "2025-04-01",
                "--seen",
                "--article",
                ARTICLE,
                "--status",
                "resolved_yes",
            )
        )

        listed = answer(run, "indicator", "list")
        assert [(row["indicator"], row["status"], row["observed_on"], row["seen"]) for row in listed] == [
            ("tender", "resolved_yes", "2025-04-01", "seen"),
            ("vote", "open", "2025-03-01", "not seen"),
        ]
        assert [row["indicator"] for row in answer(run, "indicator", "list", "--issue", "dam")] == ["tender"]
        assert [row["indicator"] for row in answer(run, "indicator", "list", "--status", "open")] == ["vote"]
        assert answer(run, "indicator", "show", "tender")["observations"] == [
            {"observed_on": "2025-03-01", "is_seen": False, "note": "nothing yet", "article": None},
            {"observed_on": "2025-04-01", "is_seen": True, "note": None, "article": ARTICLE},
        ]


class TestAsOf:
    def test_it_names_the_day_that_it_answers_for(self, spoken: Run) -> None:
        known_at = answer(spoken, "changeset", "list", "--limit", 1)[0]["number"]

        shown = [done(spoken("stance", "as-of", *more)).stdout for more in ((), ("--known-at", known_at))]

        assert [text.partition(",")[0] for text in shown] == ["Stances as of today", "Stances as of that day"]


class TestDb:
    def test_init_makes_a_schema_and_says_when_there_is_one(self, empty_url: str, tmp_path: Path) -> None:
        run = invoker(empty_url, tmp_path)

        first, second = done(run("db", "init")), done(run("db", "init"))

        assert first.stderr.endswith(" migrations applied; the database is up to date.\n")
        assert (first.stdout, second.stdout, second.stderr) == ("", "", "Already up to date.\n")
        assert answer(run, "db", "status")["is_at_head"] is True

    def test_there_is_no_downgrade_below_the_baseline(self, spoken: Run) -> None:
        actors = answer(spoken, "actor", "list")

        for below in ("base", "create_actors"):
            refused = spoken("db", "downgrade", below, "--yes")

            assert (refused.exit_code, refused.stderr) == (
                1,
                "Error: A downgrade below the baseline is not possible. To start over, use an empty database.\n",
            )
        assert answer(spoken, "db", "status")["revision"] == HEAD
        assert answer(spoken, "actor", "list") == actors

    @pytest.mark.parametrize(
        "line", [("actor", "list"), ("db", "upgrade"), ("db", "check"), ("db", "downgrade", "base", "--yes")]
    )
    def test_a_database_from_before_the_baseline_gets_instructions(
        self, run: Run, small_url: str, line: tuple[str, ...]
    ) -> None:
        with psycopg.connect(small_url) as connection:
            connection.execute("UPDATE public.alembic_version SET version_num = 'add_statement_ends'")

        refused = run(*line)

        assert refused.exit_code == 4
        assert re.fullmatch(
            r"Error: The database is at 'add_statement_ends', which is older than the baseline\. Upgrade it with"
            r" stancedb of commit [0-9a-f]{40} first\.\n",
            refused.stderr,
        )

    def test_upgrade_goes_as_far_as_it_is_told(self, empty_url: str, tmp_path: Path) -> None:
        run = invoker(empty_url, tmp_path)

        done(run("db", "upgrade", "--to", "create_actors"))

        status = answer(run, "db", "status")
        assert (status["revision"], status["is_at_head"]) == ("create_actors", False)

    def test_an_upgrade_that_ends_before_the_newest_revision_does_not_say_up_to_date(
        self, empty_url: str, tmp_path: Path
    ) -> None:
        run = invoker(empty_url, tmp_path)

        first, second = (done(run("db", "upgrade", "--to", "create_actors")) for _ in range(2))

        assert first.stderr == "4 migrations applied; the database is at create_actors.\n"
        assert second.stderr == "No migrations applied; the database is already at or past that revision.\n"

    def test_rebuild_derives_the_same_stances_again(self, spoken: Run) -> None:
        before = answer(spoken, "stance", "changes", "--with-initial")

        rebuilt = done(spoken("db", "upgrade", "--rebuild"))

        assert rebuilt.stderr == "Already up to date.\nAll stances were derived again.\n"
        assert answer(spoken, "stance", "changes", "--with-initial") == before

    def test_check_finds_a_stance_that_was_not_derived(self, spoken: Run, spoken_url: str) -> None:
        with psycopg.connect(spoken_url) as connection:
            connection.execute("DELETE FROM stancedb.stance_change")
            connection.execute("DELETE FROM stancedb.stance")

        found = spoken("db", "check", "-f", "json")

        assert found.exit_code == 1
        assert {row["what"] for row in json.loads(found.stdout)} == {
            f"{table} under {rule}" for table in ("stance", "stance_change") for rule in ("latest-word", "sustained")
        }
        done(spoken("db", "upgrade", "--rebuild"))
        done(spoken("db", "check"))

    def test_check_finds_a_column_that_is_missing(self, run: Run, small_url: str) -> None:
        with psycopg.connect(small_url) as connection:
            connection.execute("ALTER TABLE stancedb.outlet DROP COLUMN citation CASCADE")

        found = run("db", "check", "-f", "json")

        assert found.exit_code == 1
        assert [row["what"] for row in json.loads(found.stdout)] == [
            "column stancedb.outlet.citation",
            "view history.outlet_as_known",
        ]

    def test_status_counts_what_there_is(self, spoken: Run, spoken_url: str) -> None:
        status = answer(spoken, "db", "status")

        assert [status[key] for key in ("articles", "actors", "issues", "statements", "codings", "final_codings")] == [
            1,
            9,
            2,
            1,
            1,
            1,
        ]
        assert status["changesets"] == last_number(spoken_url)
        assert status["database"] == "a server"

    def test_seed_without_the_example_has_no_article(self, connection_url: str, tmp_path: Path) -> None:
        run = invoker(connection_url, tmp_path)

        done(run("db", "seed", "--no-example"))

        status = answer(run, "db", "status")
        assert (status["articles"], status["statements"], status["issues"]) == (0, 0, 5)

    def test_url_is_the_address_as_given(self, read: Run, small_once: str) -> None:
        assert done(read("db", "url")).stdout == f"{small_once}\n"

    @pytest.mark.skipif(shutil.which("psql") is None, reason="there is no psql on this machine")
    def test_psql_runs_on_the_database(self, small_once: str, tmp_path: Path) -> None:
        result = program(small_once, tmp_path, "db", "psql", "-XAtc", "SELECT count(*) FROM stancedb.actor")

        assert (result.returncode, result.stdout, result.stderr) == (0, "9\n", "")


class TestLoading:
    def test_a_second_load_reports_that_it_changes_nothing(self, spoken: Run, spoken_url: str, tmp_path: Path) -> None:
        before = last_number(spoken_url)

        again = done(spoken("statement", "load", jsonl(tmp_path / "again.jsonl", LINE)))

        assert "1 statement record: nothing to change, 0 rejected" in again.stderr
        assert last_number(spoken_url) == before

    def test_keep_going_loads_the_good_and_writes_the_others_to_be_corrected(self, run: Run, tmp_path: Path) -> None:
        sheet = jsonl(
            tmp_path / "sheet.jsonl",
            LINE,
            {**LINE, "statement": "b", "position": "suport", "x_mine": "kept"},
            {**LINE, "statement": "c", "quote": "not in the text at all"},
            {**LINE, "statement": "d", "authority": 9},
        )
        refused = tmp_path / "refused.jsonl"

        result = run("statement", "load", sheet, "--keep-going", "--refused", refused)

        assert result.exit_code == 1
        assert [row["statement"] for row in answer(run, "statement", "list")] == ["cole-dam"]
        written = [json.loads(line) for line in refused.read_text("utf-8").splitlines()]
        assert sorted((row["x_line"], row["x_field"]) for row in written) == [
            (2, "position"),
            (3, "quote"),
            (4, "authority"),
        ]
        assert {row.get("x_mine") for row in written} == {"kept", None}

        corrections: dict[str, dict[str, Any]] = {
            "b": {"position": "support"},
            "c": {"quote": "We will not ask twice"},
            "d": {"authority": 2},
        }
        jsonl(refused, *({**row, **corrections[row["statement"]]} for row in written))
        done(run("statement", "load", refused))

        assert [row["statement"] for row in answer(run, "statement", "list")] == ["b", "c", "cole-dam", "d"]

    def test_nothing_is_loaded_where_refused_records_cannot_be_written(self, run: Run, tmp_path: Path) -> None:
        lines = jsonl(tmp_path / "outlets.jsonl", {"slug": "good", "name": "Good"}, {"slug": "bad"})

        result = run("outlet", "load", lines, "--keep-going", "--refused", tmp_path / "missing" / "bad.jsonl")

        assert (result.exit_code, result.stdout) == (1, "")
        assert "bad.jsonl' cannot be written: No such file or directory" in result.stderr
        assert "good" not in [row["outlet"] for row in answer(run, "outlet", "list")]

    def test_a_refused_record_is_written_as_it_came_whatever_it_holds(self, run: Run, tmp_path: Path) -> None:
        sheet = tmp_path / "outlets.jsonl"
        sheet.write_text('{"slug": "half", "name": "a \\ud800 b"}\n{"slug": "number", "name": NaN}\n', encoding="utf-8")
        refused = tmp_path / "bad.jsonl"

        result = run("outlet", "load", sheet, "--keep-going", "--refused", refused)

        assert result.exit_code == 1
        written = refused.read_text(encoding="utf-8").splitlines()
        assert [line.partition(', "x_source"')[0] for line in written] == [
            '{"slug": "half", "name": "a \\ud800 b"',
            '{"slug": "number", "name": NaN',
        ]

    @pytest.mark.parametrize("noun", ["actor", "outlet", "article", "event", "indicator", "statement"])
    def test_standard_input_loads_what_a_file_would(self, run: Run, noun: str) -> None:
        lines: dict[str, Row] = {
            "actor": {"slug": "piped", "kind": "person", "name": "P"},
            "outlet": {"slug": "piped", "name": "P"},
            "article": {"id": "piped", "outlet": "herald", "title": "P", "text": "Piped."},
            "event": {"slug": "piped", "kind": "vote", "title": "P", "during": "2025"},
            "indicator": {"slug": "piped", "question": "P?", "counts_if": "P."},
            "statement": {"statement": "piped", "speaker": "ana-cole", "said": "2025-03-01"},
        }

        done(run(noun, "load", "-", input=json.dumps(lines[noun])))

        assert "piped" in [row[noun] for row in answer(run, noun, "list")]

    def test_a_codebook_comes_by_standard_input_as_toml(self, run: Run) -> None:
        done(run("codebook", "load", "-", input='label = "piped"\nissued_on = "2025-01-01"\nissue = []\n'))

        assert "piped" in [row["codebook"] for row in answer(run, "codebook", "list")]

    def test_another_encoding_is_read_when_it_is_named(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "actor.csv"
        path.write_bytes("slug,kind,name\nrene,person,René\n".encode("latin-1"))

        assert run("actor", "load", path).exit_code == 1
        done(run("actor", "load", path, "--encoding", "latin-1"))

        assert answer(run, "actor", "show", "rene")["name"] == "René"

    def test_a_message_is_kept_with_the_changeset(self, run: Run, tmp_path: Path) -> None:
        done(run("statement", "load", jsonl(tmp_path / "s.jsonl", LINE), "-m", "first reading"))

        assert answer(run, "changeset", "list", "--limit", 1)[0]["message"] == "first reading"


DRY_RUNS: tuple[tuple[str, ...], ...] = (
    ("article", "load", "{article}"),
    ("article", "retract", ARTICLE, "--reason", "x"),
    ("actor", "load", "{actor}"),
    ("actor", "add", "x", "--kind", "person", "--name", "X"),
    ("actor", "set", "norland", "--name", "X"),
    ("actor", "merge", "a-cole", "ana-cole"),
    ("outlet", "load", "{outlet}"),
    ("outlet", "add", "x", "--name", "X"),
    ("codebook", "load", "{codebook}"),
    ("issue", "add", "x", "--question", "X?"),
    ("issue", "set", "dam", "--question", "X?"),
    ("position", "add", "dam", "x", "--label", "X", "--definition", "X."),
    ("position", "set", "dam", "support", "--label", "X"),
    ("position", "retire", "dam", "support"),
    ("position", "merge", "dam", "support", "--into", "oppose"),
    ("position", "split", "dam", "support", "--into", "oppose", "--into", "leaves-open"),
    ("position", "restore", "river", "gone"),
    ("issue", "retire", "dam"),
    ("issue", "merge", "river", "--into", "dam"),
    ("issue", "restore", "old"),
    ("statement", "load", "{statement}"),
    ("statement", "add", "--speaker", "ana-cole", "--said", "2025", "--slug", "x"),
    ("statement", "set", "cole-dam", "--authority", "5"),
    ("statement", "link", "later", "retracts", "cole-dam"),
    ("statement", "retract", "cole-dam", "--reason", "x"),
    ("coding", "add", "cole-dam", "--issue", "dam-cost"),
    ("coding", "recode", "cole-dam", "--position", "oppose"),
    ("coding", "carry", "--to", "dam-1.0"),
    ("coding", "review", "cole-dam", "--status", "rejected"),
    ("event", "load", "{event}"),
    ("event", "add", "x", "--kind", "vote", "--title", "X", "--during", "2025"),
    ("indicator", "load", "{indicator}"),
    ("indicator", "add", "x", "--question", "X?", "--counts-if", "X."),
    ("indicator", "observe", "tender", "--on", "2025-01-01", "--seen"),
    ("round", "add", "x"),
    ("round", "close", "r"),
    ("round", "withdraw", "1", "--reason", "x"),
    ("round", "load", "{round}"),
    ("changeset", "undo", "6"),
    ("dna", "load", "{dna}"),
)


@pytest.fixture(scope="module")
def dry_url(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of a database that dry runs leave unchanged."""
    directory = tmp_path_factory.mktemp("dry")
    with clone(small_template) as url:
        run = invoker(url, directory)
        done(run("statement", "load", jsonl(directory / "s.jsonl", LINE)))
        done(run("statement", "add", "--speaker", "ana-cole", "--said", "2025-04-01", "--slug", "later"))
        done(run("indicator", "add", "tender", "--question", "A tender?", "--counts-if", "It is published."))
        done(run("article", "load", jsonl(directory / "more.jsonl", {**ARTICLE_LINE, "id": "b", "text": "B."})))
        done(run("issue", "add", "river", "--question", "Should there be a dam in the river?"))
        done(run("position", "add", "river", "gone", "--label", "Gone", "--definition", "It is gone."))
        done(run("position", "retire", "river", "gone"))
        done(run("issue", "add", "old", "--question", "What was asked before?", "--status", "retired"))
        done(run("round", "add", "r"))
        done(run("assign", "--round", "r", "--pool", 1))
        yield url


class TestDryRuns:
    def test_every_command_that_has_one_is_tried(self) -> None:
        having = {
            (noun.name, command.name)
            for noun in (lazy.load() for lazy in cli.commands.values() if isinstance(lazy, Lazy))
            if isinstance(noun, click.Group)
            for command in noun.commands.values()
            if any(option.name == "dry_run" for option in command.params)
        }
        assert having == {line[:2] for line in DRY_RUNS}

    @pytest.mark.parametrize("line", DRY_RUNS, ids=lambda line: " ".join(line[:2]))
    def test_it_goes_the_whole_way_and_leaves_no_changeset(
        self, dry_url: str, tmp_path: Path, line: tuple[str, ...]
    ) -> None:
        files = {
            "article": {**ARTICLE_LINE, "id": "x", "text": "Something else."},
            "actor": {"slug": "x", "kind": "person", "name": "X"},
            "outlet": {"slug": "x", "name": "X"},
            "statement": {**LINE, "statement": "x"},
            "event": {"slug": "x", "kind": "vote", "title": "X", "during": "2025"},
            "indicator": {"slug": "x", "question": "X?", "counts_if": "X."},
            "round": {
                "slug": "x",
                "codebook": "dam-1.0",
                "seed": 1,
                "opened_by": "x",
                "opened_at": "2025-01-01T10:00:00Z",
            },
        }
        paths = {kind: jsonl(tmp_path / f"{kind}.jsonl", record) for kind, record in files.items()}
        paths["codebook"] = tmp_path / "x.toml"
        paths["codebook"].write_text('label = "x"\nissued_on = "2025-01-01"\nissue = []\n')
        paths["dna"] = dna(tmp_path / "x.dna")
        run = invoker(dry_url, tmp_path)
        words = [word.format(**paths) for word in line]
        if line[:2] == ("article", "retract"):
            words[2] = "b"
        before = last_number(dry_url)

        result = done(run(*words, "--dry-run"))

        assert "Dry run: nothing was changed.\n" in result.stderr
        assert result.stdout
        assert last_number(dry_url) == before


class TestFormats:
    LISTS = (
        ("article", "list"),
        ("actor", "list"),
        ("outlet", "list"),
        ("codebook", "list"),
        ("issue", "list"),
        ("position", "list", "jp-taiwan-use-of-force"),
        ("statement", "list"),
        ("coding", "list"),
        ("event", "list"),
        ("indicator", "list"),
        ("changeset", "list"),
        ("stance", "as-of"),
        ("stance", "changes"),
        ("stance", "rules"),
        ("article", "search", "Taiwan"),
    )
    RECORDS = (
        ("article", "show", "desk-2025-11-08-budget-committee"),
        ("actor", "show", "japan"),
        ("issue", "show", "jp-taiwan-use-of-force"),
        ("event", "show", "trump-takaichi-call-2025-11-25"),
        ("statement", "show", "takaichi-2025-11-07-survival-threatening"),
        ("indicator", "show", "japan-retracts-remark"),
        ("changeset", "show", "2"),
        ("db", "status"),
    )

    @pytest.mark.parametrize("line", LISTS, ids=lambda line: " ".join(line[:2]))
    def test_a_list_says_the_same_in_every_format(self, ask: Run, line: tuple[str, ...]) -> None:
        rows = answer(ask, *line)

        lines = [json.loads(text) for text in done(ask(*line, "-f", "ndjson")).stdout.splitlines()]
        table = list(csv.DictReader(io.StringIO(done(ask(*line, "-f", "csv")).stdout)))
        assert rows
        assert lines == rows
        assert [list(row) for row in table] == [list(row) for row in rows]
        assert all(len(text) <= 120 for text in done(ask(*line)).stdout.splitlines())

    @pytest.mark.parametrize("line", RECORDS, ids=lambda line: " ".join(line[:2]))
    def test_one_thing_says_the_same_in_every_format(self, ask: Run, line: tuple[str, ...]) -> None:
        record = answer(ask, *line)

        assert json.loads(done(ask(*line, "-f", "ndjson")).stdout) == record
        (row,) = csv.DictReader(io.StringIO(done(ask(*line, "-f", "csv")).stdout))
        assert list(row) == list(record)
        assert done(ask(*line)).stdout.splitlines()[0].split()[0] == next(iter(record)).split("_")[0]

    @pytest.mark.parametrize("output_format", FORMATS)
    def test_a_list_without_anything_is_done(self, ask: Run, output_format: str) -> None:
        result = done(ask("stance", "as-of", "--as-of", "1900-01-01", "-f", output_format))

        if output_format == "json":
            assert json.loads(result.stdout) == []
        if output_format in {"table", "ndjson"}:
            assert result.stdout == ""

    def test_the_environment_names_the_default_format(self, ask: Run) -> None:
        shown = done(ask("outlet", "list", env={"STANCEDB_FORMAT": "json"})).stdout

        assert len(json.loads(shown)) == 25


class TestCompletion:
    @pytest.mark.parametrize(
        ("line", "offered"),
        [
            (("stance", "timeline", "--holder", "japan"), ["japan", "japanese-officials-unnamed"]),
            (("stance", "timeline", "--issue", "jp-"), ["jp-remark-retraction", "jp-taiwan-use-of-force"]),
            (("article", "show", "desk-2025-11-08"), ["desk-2025-11-08-budget-committee"]),
            (("statement", "show", "xi-"), ["xi-2025-11-24-return-of-taiwan"]),
            (("event", "show", "trump-visit-to-b"), ["trump-visit-to-beijing-2026-04"]),
            (("indicator", "show", "trump"), ["trump-visits-japan-again"]),
            (("coding", "list", "--coder", "example-"), ["example-coder", "example-model"]),
            (("statement", "add", "--codebook", "ta"), ["taiwan-1.0"]),
            (("export", "codebook", "--label", "ta"), ["taiwan-1.0"]),
            (("statement", "add", "--act", "refuse"), ["refuse_to_retract"]),
            (("article", "list", "--outlet", "jap"), ["japan-news", "japan-times"]),
            (("position", "set", "jp-taiwan-use-of-force", "may"), ["may-warrant"]),
            (("actor", "show", "zzz"), []),
            (("stan",), ["stance"]),
            (("stance", "com"), ["compare"]),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )
    def test_the_shell_is_offered_what_begins_like_that(
        self, seeded_once: str, tmp_path: Path, line: tuple[str, ...], offered: list[str]
    ) -> None:
        words = ["stancedb", *line]
        environment = {
            "_STANCEDB_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        }

        result = program(seeded_once, tmp_path, environment=environment)

        assert [text.partition(",")[2] for text in result.stdout.split()] == offered
        assert result.stderr == ""

    def test_a_database_that_is_down_offers_nothing_and_says_nothing(self, tmp_path: Path) -> None:
        environment = {"_STANCEDB_COMPLETE": "bash_complete", "COMP_WORDS": "stancedb actor show j", "COMP_CWORD": "3"}

        result = program("postgresql://127.0.0.1:9/nowhere", tmp_path, environment=environment)

        assert (result.stdout.strip(), result.stderr) == ("", "")


def program(
    url: str, directory: Path, *line: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a ``stancedb`` command in a separate process."""
    own = {
        "STANCEDB_DATABASE_URL": url,
        "STANCEDB_DATA_DIR": str(directory / "data"),
        "STANCEDB_AUTHOR": AUTHOR,
    }
    return subprocess.run(
        [sys.executable, "-c", "from stancedb.cli.main import main; main()", *line],
        capture_output=True,
        text=True,
        env={**os.environ, **own, **(environment or {})},
        check=False,
    )
