"""Mistakes of users and failures of machines: one sentence, the exit code, and no change to the data."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import psycopg
import pytest
from click.testing import Result
from sqlalchemy.engine import make_url

from stancedb.cli.output import FORMATS
from stancedb.database import HEAD, administering
from stancedb.errors import RefusedByRule
from stancedb.server import embedded
from stancedb.settings import Settings
from tests.support.commands import commands
from tests.support.plugin import AUTHOR, Clone
from tests.support.worlds import ARTICLE, LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

Refused = Callable[..., str]
SPOKEN = ("statement", "add", "--speaker", "ana-cole", "--said", "2025-03-01")
QUOTED = (*SPOKEN, "--article", ARTICLE, "--quote")

# A line for each command of each noun that needs the database; the objects that it names do not exist.
LINES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("article", "load"): ("{article}",),
    ("article", "list"): (),
    ("article", "show"): ("a",),
    ("article", "search"): ("dam",),
    ("article", "retract"): ("a", "--reason", "wrong"),
    ("article", "duplicates", "list"): (),
    ("article", "duplicates", "accept"): ("a",),
    ("article", "duplicates", "reject"): ("a", "--reason", "wrong"),
    ("actor", "load"): ("{actor}",),
    ("actor", "add"): ("a", "--kind", "person", "--name", "A"),
    ("actor", "list"): (),
    ("actor", "show"): ("a",),
    ("actor", "set"): ("a", "--name", "B"),
    ("actor", "merge"): ("a", "b"),
    ("actor", "scheme", "list"): (),
    ("actor", "scheme", "add"): ("a", "--label", "A", "--definition", "A."),
    ("outlet", "load"): ("{outlet}",),
    ("outlet", "add"): ("a", "--name", "A"),
    ("outlet", "list"): (),
    ("codebook", "load"): ("{codebook}",),
    ("codebook", "list"): (),
    ("issue", "add"): ("a", "--question", "A?"),
    ("issue", "set"): ("a", "--question", "B?"),
    ("issue", "list"): (),
    ("issue", "show"): ("a",),
    ("position", "add"): ("a", "b", "--label", "B", "--definition", "B."),
    ("position", "set"): ("a", "b", "--label", "C"),
    ("position", "list"): ("a",),
    ("position", "retire"): ("a", "b"),
    ("position", "merge"): ("a", "b", "--into", "c"),
    ("position", "split"): ("a", "b", "--into", "c", "--into", "d"),
    ("position", "restore"): ("a", "b"),
    ("issue", "retire"): ("a",),
    ("issue", "merge"): ("a", "--into", "b"),
    ("issue", "restore"): ("a",),
    ("coding", "carry"): ("--to", "a"),
    ("statement", "load"): ("{statement}",),
    ("statement", "add"): ("--speaker", "a", "--said", "2025-01-01"),
    ("statement", "set"): ("a", "--authority", "3"),
    ("statement", "list"): (),
    ("statement", "show"): ("a",),
    ("statement", "link"): ("a", "retracts", "b"),
    ("statement", "retract"): ("a", "--reason", "wrong"),
    ("coding", "add"): ("a", "--issue", "b"),
    ("coding", "recode"): ("a", "--no-position"),
    ("coding", "review"): ("a", "--status", "accepted"),
    ("coding", "list"): (),
    ("round", "add"): ("a",),
    ("round", "list"): (),
    ("round", "show"): ("a",),
    ("round", "close"): ("a",),
    ("round", "withdraw"): ("1", "--reason", "wrong"),
    ("assign",): ("--round", "a", "--pool", "1"),
    ("code", "next"): (),
    ("code", "show"): ("1",),
    ("code", "candidates"): ("1",),
    ("code", "list"): (),
    ("code", "save"): ("--speaker", "a"),
    ("code", "done"): (),
    ("code", "later"): (),
    ("code", "problem"): ("--reason", "other"),
    ("code", "undo"): (),
    ("code", "reopen"): ("1",),
    ("event", "load"): ("{event}",),
    ("event", "add"): ("a", "--kind", "call", "--title", "A", "--during", "2025"),
    ("event", "list"): (),
    ("event", "show"): ("a",),
    ("indicator", "load"): ("{indicator}",),
    ("indicator", "add"): ("a", "--question", "A?", "--counts-if", "A."),
    ("indicator", "observe"): ("a", "--on", "2025-01-01", "--seen"),
    ("indicator", "list"): (),
    ("indicator", "show"): ("a",),
    ("stance", "as-of"): (),
    ("stance", "timeline"): ("--holder", "a", "--issue", "b"),
    ("stance", "changes"): (),
    ("stance", "compare"): ("--holder", "a", "--issue", "b"),
    ("stance", "rules"): (),
    ("ask", "contradictions"): (),
    ("ask", "claims"): (),
    ("ask", "polarization"): ("--issue", "a"),
    ("ask", "first-movers"): ("--issue", "a"),
    ("ask", "after-event"): ("a",),
    ("ask", "silence"): (),
    ("ask", "disagreement"): (),
    ("ask", "coverage"): (),
    ("page",): ("a",),
    ("changeset", "list"): (),
    ("changeset", "show"): ("1",),
    ("changeset", "undo"): ("1",),
    ("release", "create"): ("a",),
    ("release", "list"): (),
    ("release", "show"): ("a",),
    ("release", "verify"): ("a",),
    ("release", "export"): ("a", "--output", "a"),
    ("release", "diff"): ("a", "b"),
    ("release", "cite"): ("a",),
    ("export", "outlet"): (),
    ("export", "codebook"): (),
    ("export", "actor"): (),
    ("export", "article"): (),
    ("export", "statement"): (),
    ("export", "event"): (),
    ("export", "indicator"): (),
    ("export", "round"): (),
    ("round", "load"): ("{round}",),
    ("export", "network"): (),
    ("export", "annotations"): (),
    ("export", "table"): ("stance_wide",),
    ("export", "package"): ("a",),
    ("dna", "load"): ("a.dna",),
    ("reporting", "refresh"): (),
    ("reporting", "status"): (),
    ("reporting", "check"): (),
    ("reporting", "clients"): ("a", "-o", "a"),
}
FILES = {
    "article": json.dumps({"id": "a", "outlet": "a", "title": "A", "text": "A."}),
    "actor": json.dumps({"slug": "a", "kind": "person", "name": "A"}),
    "outlet": json.dumps({"slug": "a", "name": "A"}),
    "codebook": 'label = "a"\nissued_on = "2025-01-01"\nissue = []',
    "statement": json.dumps({"speaker": "a", "said": "2025-01-01"}),
    "event": json.dumps({"slug": "a", "kind": "call", "title": "A", "during": "2025"}),
    "indicator": json.dumps({"slug": "a", "question": "A?", "counts_if": "A."}),
    "round": json.dumps(
        {"slug": "a", "codebook": "a", "seed": 1, "opened_by": "a", "opened_at": "2025-01-01T10:00:00Z"}
    ),
}


@pytest.fixture(scope="module")
def refusing_url(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of the small world with three statements; the tests here leave it unchanged.

    ``one`` has a final coding and another one, ``two`` has codings on two issues, and ``quoted`` is in the article.
    """
    with clone(small_template) as url:
        run = invoker(url, tmp_path_factory.mktemp("spoken"))
        done(run(*SPOKEN, "--slug", "one", "--issue", "dam", "--position", "support"))
        done(run("coding", "add", "one", "--issue", "dam", "--coder", "ruth", "--not-final"))
        done(run(*SPOKEN, "--slug", "two", "--issue", "dam", "--position", "support"))
        done(run("coding", "add", "two", "--issue", "dam-cost"))
        done(run(*QUOTED, "Norland will build the dam", "--slug", "quoted"))
        done(run("actor", "add", "eva-falk", "--kind", "person", "--name", "Eva Falk", "--identifier", "wikidata:Q7"))
        yield url


@pytest.fixture
def refused(refusing_url: str, tmp_path: Path) -> Refused:
    """Provide a function that runs a command that must fail, and returns its message."""
    return refuser(refusing_url, tmp_path)


def refuser(url: str, directory: Path) -> Refused:
    """Return a function that runs a command on a database, checks that it fails, and returns its message."""
    run = invoker(url, directory)

    def refuse(*line: object, code: int = 1, **extra: Any) -> str:
        before = last_number(url)
        result = run(*line, **extra)
        assert result.exit_code == code, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        assert last_number(url) == before
        return str(result.stderr)

    return refuse


@pytest.fixture
def lines(tmp_path: Path) -> dict[tuple[str, ...], list[str]]:
    """Return the lines of all commands, with files to load."""
    endings = {"codebook": "toml"}
    paths = {}
    for kind, content in FILES.items():
        path = tmp_path / f"{kind}.{endings.get(kind, 'jsonl')}"
        path.write_text(f"{content}\n", encoding="utf-8")
        paths[kind] = str(path)
    return {command: [*command, *(word.format(**paths) for word in words)] for command, words in LINES.items()}


def ending(result: Result) -> tuple[int, str, str]:
    """Return the result of a command: its exit code and what it wrote to either stream."""
    return result.exit_code, result.stdout, result.stderr


class TestQuotes:
    def test_a_quote_that_is_not_in_the_article_is_refused(self, refused: Refused) -> None:
        assert refused(*QUOTED, "Norland is a great power") == (
            "Error: quote: The quote 'Norland is a great power' is not in the text. Check its wording and that this is "
            "the right article.\n"
        )

    def test_the_nearest_passage_is_offered_and_not_taken(self, refused: Refused) -> None:
        said = refused(*QUOTED, "Norland will not build the dam")

        assert "Norland will build the dam" in said

    def test_letters_inside_a_word_are_not_a_quote(self, refused: Refused) -> None:
        refused(
            "statement",
            "add",
            "--speaker",
            "ben-dahl",
            "--said",
            "2025-03-01",
            "--article",
            ARTICLE,
            "--quote",
            "willing to comment",
        )

    def test_a_quote_that_occurs_twice_needs_its_context(self, refused: Refused) -> None:
        assert "prefix" in refused(*QUOTED, "the dam")


class TestCodings:
    def test_a_position_of_another_issue_is_refused_with_those_of_this_one(self, refused: Refused) -> None:
        assert refused(*SPOKEN, "--issue", "dam", "--position", "state-pays") == (
            "Error: position: Issue 'dam' has no position 'state-pays'. Known positions: oppose, leaves-open, "
            "support.\n"
        )

    def test_recoding_to_a_position_of_another_issue_is_refused(self, refused: Refused) -> None:

        assert refused("coding", "recode", "one", "--issue", "dam", "--position", "state-pays", code=3) == (
            "Error: There is no position of issue 'dam' 'state-pays'.\n"
        )

    def test_a_second_final_coding_is_refused(self, refused: Refused) -> None:

        assert refused("coding", "add", "one", "--issue", "dam", "--position", "oppose", "--coder", "eve") == (
            "Error: final: 'one' already has a final coding of 'ana-cole' on 'dam' by 'tester'. Set final to false, or "
            "review the existing coding first.\n"
        )

    def test_making_a_second_coding_final_is_refused(self, refused: Refused) -> None:

        assert refused("coding", "review", "one", "--coder", "ruth", "--status", "accepted", "--final").startswith(
            "Error: A statement has one final coding per holder and issue. Make the other coding not final first."
        )

    def test_a_rejected_coding_is_not_made_final(self, refused: Refused) -> None:

        assert refused("coding", "review", "one", "--coder", "tester", "--status", "rejected", "--final") == (
            "Error: A final coding must be accepted. Use --status accepted with --final.\n"
        )

    def test_a_coding_for_another_holder_without_a_basis_is_refused(self, refused: Refused) -> None:
        assert refused(*SPOKEN, "--issue", "dam", "--holder", "norland").startswith("Error: basis: Required, because ")

    def test_one_of_several_codings_has_to_be_named(self, refused: Refused) -> None:

        assert refused("coding", "recode", "two", "--no-position") == (
            "Error: 'two' has 2 codings. Choose one: --holder ana-cole --issue dam --coder 'tester'; "
            "--holder ana-cole --issue dam-cost --coder 'tester'.\n"
        )


class TestFields:
    """The value of an option is rejected with the whole message of its field, as in a line of a file."""

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (
                ("statement", "add", "--speaker", "ana-cole", "--said", "last week"),
                (
                    "said: 'last week' is not a date. Write it like 2025-11-07, 2025-11, 2025-11-01/.. or"
                    " 'early November 2025'."
                ),
            ),
            (
                (*SPOKEN, "--zone", "Asia/Toyko"),
                "zone: 'Asia/Toyko' is not an IANA time zone. Did you mean 'Asia/Tokyo'?",
            ),
            (
                (*SPOKEN, "--link", "responds_to"),
                (
                    "links: 'responds_to' is not a link. Write kind:statement, where kind is one of reaffirms,"
                    " clarifies, walks_back, retracts, refuses_to_retract, denies_saying, contradicts, responds_to,"
                    " demands_retraction_of, restates, quotes."
                ),
            ),
            ((*SPOKEN, "--quote", "A dam."), "An article and a quote go together. Give both or neither."),
            (
                ("event", "add", "e", "--kind", "call", "--title", "A call", "--during", "it's 'soon'"),
                (
                    "during: 'it's 'soon'' is not a date. Write it like 2025-11-07, 2025-11, 2025-11-01/.. or"
                    " 'early November 2025'."
                ),
            ),
            (
                ("event", "add", "e", "--kind", "call", "--title", "A", "--during", "2025", "--participant", "norland"),
                "participants: 'norland' is not a participant. Write role:actor, as in 'host:japan'.",
            ),
            (
                ("indicator", "add", "i", "--question", "A?", "--counts-if", "A.", "--due", "03/04/2025"),
                (
                    "due: '03/04/2025' is ambiguous: either number could be the day or the month. Write"
                    " 2025-03-04 or 2025-04-03."
                ),
            ),
            (
                ("outlet", "add", "o", "--name", "O", "--country", "Japan"),
                "country: Found 'Japan'; expected a country code of two capital letters such as JP.",
            ),
            (
                ("outlet", "add", "The Herald", "--name", "O"),
                (
                    "slug: Found 'The Herald'; expected lower-case ASCII letters and digits, joined by single - . _"
                    " or /. Did you mean 'the-herald'?"
                ),
            ),
            (
                ("actor", "add", "a", "--kind", "person", "--name", "A", "--identifier", "Q17"),
                "identifiers: 'Q17' needs a colon, as in 'ja:高市早苗' or 'wikidata:Q17'.",
            ),
            (
                ("actor", "add", "a", "--kind", "person", "--name", "A", "--tenure", "mayor@2025-02-30"),
                (
                    "tenures.held: '2025-02-30' is not in the calendar. Check the year (0001 to 9999), the month and"
                    " the day."
                ),
            ),
        ],
    )
    def test_one_that_does_not_fit_is_refused_in_one_sentence(
        self, refused: Refused, line: tuple[str, ...], said: str
    ) -> None:
        assert refused(*line) == f"Error: {said}\n"

    def test_a_codebook_of_one_long_line_is_refused_in_a_short_sentence(self, refused: Refused, tmp_path: Path) -> None:
        long = "it's 2025 " * 17_000
        (tmp_path / "long.toml").write_text(f'label = "a"\nissued_on = "{long}"\nissue = []\n')

        said = refused("codebook", "load", tmp_path / "long.toml")
        assert len(said) < 400
        assert "issued_on: 'it's 2025 it's" in said
        assert "…' is not a date. Write it like" in said


class TestActors:
    def test_overlapping_tenures_are_refused(self, refused: Refused) -> None:
        assert refused(
            "actor",
            "add",
            "eva-falk",
            "--kind",
            "person",
            "--name",
            "Eva Falk",
            "--tenure",
            "prime-minister-of-norland@2025-02-01/..",
        ) == (
            "Error: tenures: 'prime-minister-of-norland' is held by 'ana-cole' at the same time (2025-01-01/.. and "
            "2025-02-01/..).\n"
        )

    def test_an_office_that_was_not_held_that_day_is_refused(self, refused: Refused) -> None:
        assert refused(
            "statement", "add", "--speaker", "ana-cole", "--said", "2024-12-31", "--office", "prime-minister-of-norland"
        ) == ("Error: office: 'ana-cole' did not hold 'prime-minister-of-norland' on 2024-12-31.\n")

    def test_actors_of_different_kinds_are_not_merged(self, refused: Refused) -> None:
        assert refused("actor", "merge", "ana-cole", "norland") == (
            "Error: 'ana-cole' has the kind person and 'norland' the kind state. Actors of different kinds cannot be "
            "merged; relate them instead.\n"
        )

    def test_an_actor_is_not_merged_into_itself(self, refused: Refused) -> None:
        assert "An actor cannot be merged into itself." in refused("actor", "merge", "ana-cole", "ana-cole")

    @pytest.mark.parametrize(
        ("line", "code", "said"),
        [
            (("Party ID",), 2, "Invalid code 'Party ID'"),
            (("party", "--pattern", "^[0-9"), 2, "Invalid pattern"),
            (("party", "--url-template", "https://a.example/"), 2, "must contain {value}"),
            (("wikidata",), 1, "An identifier scheme code must be unique"),
        ],
    )
    def test_a_scheme_that_could_not_be_used_is_refused(
        self, refused: Refused, line: tuple[str, ...], code: int, said: str
    ) -> None:
        assert said in refused("actor", "scheme", "add", *line, "--label", "A", "--definition", "A.", code=code)

    def test_an_identifier_belongs_to_one_actor(self, refused: Refused) -> None:

        assert "wikidata:Q7 already belongs to 'eva-falk'" in refused(
            "actor", "add", "b", "--kind", "person", "--name", "B", "--identifier", "wikidata:Q7"
        )


class TestHandles:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            (("actor", "show", "anna-cole"), "There is no actor 'anna-cole'. Did you mean 'ana-cole'?"),
            (("actor", "show", "cole-ana"), "There is no actor 'cole-ana'. Did you mean 'ana-cole'?"),
            (("actor", "show", "zzz"), "There is no actor 'zzz'."),
            (("issue", "show", "damn"), "There is no issue 'damn'. Did you mean 'dam'?"),
            (
                ("article", "show", "herald-2025-03-02"),
                "There is no article 'herald-2025-03-02'. Did you mean 'herald-2025-03-01'?",
            ),
            (("statement", "show", "s"), "There is no statement 's'."),
            (
                ("stance", "as-of", "--rule", "latest-wrod"),
                "There is no rule 'latest-wrod'. Did you mean 'latest-word'?",
            ),
            (
                ("stance", "timeline", "--holder", "norlnd", "--issue", "dam"),
                "There is no actor 'norlnd'. Did you mean 'norland'?",
            ),
            (("changeset", "show", "99"), "There is no changeset '99'. The numbers go from 1 to 11."),
            (("changeset", "undo", "99"), "There is no changeset '99'. The numbers go from 1 to 11."),
            (("stance", "changes", "--known-at", "99"), "There is no changeset '99'. The numbers go from 1 to 11."),
            (
                ("stance", "changes", "--known-at", "1999-01-01"),
                "There is no changeset '1999-01-01'. The database is younger than that day.",
            ),
        ],
    )
    def test_an_unknown_one_is_refused_with_the_nearest_offered(
        self, refused: Refused, line: tuple[str, ...], said: str
    ) -> None:
        assert refused(*line, code=3) == f"Error: {said}\n"

    def test_an_unknown_one_in_an_option_is_refused_with_the_nearest_offered(self, refused: Refused) -> None:
        assert refused("statement", "add", "--speaker", "ana-cloe", "--said", "2025") == (
            "Error: speaker: There is no actor 'ana-cloe'. Did you mean 'ana-cole'?\n"
        )

    @pytest.mark.parametrize(
        "line",
        [
            ("stance", "as-of", "--as-of", "7 November"),
            ("stance", "as-of", "--known-at", "yesterday"),
            ("coding", "recode", "s"),
            ("actor", "set", "ana-cole"),
            ("position", "set", "dam", "support"),
            ("issue", "set", "dam"),
            ("db", "downgrade", "base"),
            ("db", "stop"),
            ("statement", "add", "--speaker", "ana-cole"),
            ("stance", "rules", "--format", "xml"),
        ],
    )
    def test_a_line_that_does_not_read_is_a_usage_error(self, refused: Refused, line: tuple[str, ...]) -> None:
        assert "Error: " in refused(*line, code=2)


class TestFiles:
    def test_a_broken_line_is_named_and_the_others_are_not_loaded(self, refused: Refused, tmp_path: Path) -> None:
        sheet = jsonl(tmp_path / "sheet.jsonl", LINE)
        sheet.write_text(f"{sheet.read_text()}{{'speaker': \n{json.dumps({'speaker': 'ana-cole'})}\n")

        said = refused("statement", "load", sheet)

        assert said.splitlines()[0].startswith(f"{sheet}, line 2: ") or said.startswith("sheet.jsonl, line 2: ")
        assert "line 3: said" in said
        assert said.endswith("Error: 2 of 3 records rejected; nothing was loaded.\n")

    def test_refusals_come_in_the_order_of_the_lines_whichever_check_finds_them(
        self, refused: Refused, tmp_path: Path
    ) -> None:
        wrong: list[dict[str, object]] = [
            {"quote": "Norland will build the dome"},
            {"said": "last week"},
            {"position": "maybe"},
            {"speaker": "ana-cloe"},
            {"place": "Nordholm"},
            {"links": ["restates:nothing"]},
        ]
        lines = [{**LINE, "statement": f"s-{number}", **fault} for number, fault in enumerate(wrong)]

        said = refused("statement", "load", jsonl(tmp_path / "sheet.jsonl", *lines)).splitlines()

        found = [re.search(r"line ([0-9]+): (\w+)", sentence) for sentence in said[:-1]]
        assert [(int(match[1]), match[2]) for match in found if match] == [
            (1, "quote"),
            (2, "said"),
            (3, "position"),
            (4, "speaker"),
            (6, "links"),
        ]

    @pytest.mark.parametrize("noun", ["article", "actor", "outlet", "statement", "event", "indicator", "codebook"])
    @pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256))])
    def test_an_empty_and_a_binary_file_are_refused(
        self, refused: Refused, tmp_path: Path, noun: str, content: bytes
    ) -> None:
        path = tmp_path / ("file.toml" if noun == "codebook" else "file.jsonl")
        path.write_bytes(content)

        said = refused(noun, "load", path)

        assert ("empty" in said) if not content else ("PNG" in said)

    def test_a_file_that_is_not_there_is_refused(self, refused: Refused, tmp_path: Path) -> None:
        assert "nowhere.csv" in refused("actor", "load", tmp_path / "nowhere.csv")

    def test_a_line_with_a_misspelt_key_is_refused_with_the_nearest_offered(
        self, refused: Refused, tmp_path: Path
    ) -> None:
        said = refused("statement", "load", jsonl(tmp_path / "sheet.jsonl", {**LINE, "positoin": "support"}))

        assert "positoin" in said
        assert "'position'" in said


class TestTheDatabase:
    def test_a_write_from_psql_without_a_changeset_is_refused(self, refusing_url: str) -> None:
        before = last_number(refusing_url)

        with psycopg.connect(refusing_url) as connection, pytest.raises(psycopg.errors.CheckViolation) as refusal:
            connection.execute("UPDATE stancedb.actor SET name = 'X' WHERE slug = 'ana-cole'")

        assert refusal.value.diag.constraint_name == "ck_changeset_is_open"
        assert "a write to actor needs an open changeset" in str(refusal.value)
        assert last_number(refusing_url) == before

    @pytest.mark.skipif(shutil.which("psql") is None, reason="there is no psql on this machine")
    def test_a_write_by_db_psql_without_a_changeset_is_refused(self, refusing_url: str, tmp_path: Path) -> None:
        before = last_number(refusing_url)

        result = stancedb(refusing_url, tmp_path, "db", "psql", "-c", "DELETE FROM stancedb.tenure")

        assert result.returncode == 1
        assert "a write to tenure needs an open changeset" in result.stderr
        assert last_number(refusing_url) == before

    def test_every_command_is_tried(self) -> None:
        # The demo creates its own database, and a schema needs none.
        asking = {
            words
            for words, command in commands()
            if words[0] not in {"db", "demo", "schema"} and not isinstance(command, click.Group)
        }
        assert asking == set(LINES)

    def test_a_database_of_another_version_is_named_by_every_command(
        self, old_url: str, tmp_path: Path, lines: dict[tuple[str, ...], list[str]]
    ) -> None:
        run = invoker(old_url, tmp_path)

        ends = {command: ending(run(*line)) for command, line in lines.items()}

        said = (
            f"Error: The database is at revision 'an_older_one', but this version of stancedb requires revision "
            f"'{HEAD}'. Run 'stancedb db upgrade'.\n"
        )
        assert ends == dict.fromkeys(LINES, (4, "", said))

    @pytest.mark.parametrize("command", [("stance", "rules"), ("actor", "add"), ("statement", "load")], ids=" ".join)
    def test_a_database_without_a_schema_is_named_with_the_remedy(
        self, empty_url: str, tmp_path: Path, lines: dict[tuple[str, ...], list[str]], command: tuple[str, ...]
    ) -> None:
        result = invoker(empty_url, tmp_path)(*lines[command])

        assert (result.exit_code, result.stdout) == (4, "")
        assert result.stderr == (
            "Error: The database is at no revision (it has no stancedb schema yet), but this version of stancedb "
            f"requires revision '{HEAD}'. Run 'stancedb db init'.\n"
        )

    def test_a_database_that_is_down_is_named_by_every_command(
        self, tmp_path: Path, lines: dict[tuple[str, ...], list[str]]
    ) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        run = invoker(f"postgresql://ana:s3cr3t@127.0.0.1:{port}/stance", tmp_path)

        ends = {command: ending(run(*line)) for command, line in lines.items()}

        said = f"Error: The database at 127.0.0.1:{port} cannot be used: Connection refused.\n"
        assert ends == dict.fromkeys(LINES, (4, "", said))

    @pytest.mark.parametrize("name", ["init", "upgrade", "check", "status", "seed"])
    def test_a_database_that_is_down_is_named_by_db_too(self, tmp_path: Path, name: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]

        result = invoker(f"postgresql://127.0.0.1:{port}/stance", tmp_path)("db", name)

        assert (result.exit_code, result.stdout) == (4, "")
        assert f"127.0.0.1:{port}" in result.stderr

    def test_a_database_that_does_not_exist_is_named(self, admin_url: str, tmp_path: Path) -> None:
        url = make_url(admin_url).set(database="stancedb_nowhere").render_as_string(hide_password=False)

        result = invoker(url, tmp_path)("stance", "rules")

        assert (result.exit_code, result.stdout) == (4, "")
        assert 'database "stancedb_nowhere" does not exist' in result.stderr

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("mysql://ana:s3cr3t@db/stance", "the URL is for 'mysql'"),
            ("sqlite:///stance.db", "the URL is for 'sqlite'"),
            ("oracle+nodriver://db", "postgresql://user@host/database"),
            ("stance", "Invalid database URL"),
            ("postgresql://db:port/stance", "Invalid database URL"),
        ],
    )
    def test_an_address_of_another_kind_is_a_usage_error(self, tmp_path: Path, url: str, said: str) -> None:
        result = invoker(url, tmp_path)("stance", "rules")

        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
        assert "s3cr3t" not in result.stderr

    def test_a_wrong_password_is_refused_and_not_repeated(self, served_url: str, tmp_path: Path) -> None:
        wrong = "not the one"
        url = make_url(served_url).set(password=wrong).render_as_string(hide_password=False)

        result = invoker(url, tmp_path)("stance", "rules")

        assert (result.exit_code, result.stdout) == (4, "")
        assert result.stderr.startswith("Error: The database at ")
        assert "password authentication failed" in result.stderr
        assert wrong not in result.stderr
        assert str(make_url(served_url).password) not in result.stderr

    def test_an_unexpected_failure_is_one_sentence(self, small_url: str, tmp_path: Path) -> None:
        with psycopg.connect(small_url) as connection:
            connection.execute("ALTER TABLE stancedb.stance RENAME TO lost")

        said = refuser(small_url, tmp_path)("stance", "as-of", code=70)

        assert said.count("\n") == 1
        assert said.startswith("Unexpected error (")
        assert said.endswith("); run again with -v for details.\n")

    def test_waiting_in_vain_for_another_session_is_one_sentence(self, small_url: str, tmp_path: Path) -> None:
        settings = Settings(database_url=small_url, data_dir=tmp_path, author=AUTHOR)
        wanted = "ALTER TABLE stancedb.actor ADD nothing text"

        with psycopg.connect(small_url) as other:
            other.execute("LOCK TABLE stancedb.actor IN ACCESS SHARE MODE")
            with pytest.raises(RefusedByRule, match=r"a lock held by another session; nothing was changed. Try again"):
                migrated(settings, wanted)

    def test_a_login_that_may_only_read_is_told_so(self, small_url: str, tmp_path: Path, reader: str) -> None:
        before = last_number(small_url)
        separator = "&" if "?" in small_url else "?"

        result = invoker(f"{small_url}{separator}options=-crole%3D{reader}", tmp_path)(*SPOKEN)

        assert (result.exit_code, result.stdout) == (1, "")
        assert "This login is not allowed to do that: permission denied" in result.stderr
        assert last_number(small_url) == before


def migrated(settings: Settings, wanted: str) -> None:
    """Run SQL as a migration is run, waiting for a lock, but for less than ten seconds."""
    with administering(settings) as engine, engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10ms'")
        connection.exec_driver_sql(wanted)


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_refusal_is_the_same_in_every_format(refused: Refused, output_format: str) -> None:
    assert refused("actor", "show", "zzz", "-f", output_format, code=3) == "Error: There is no actor 'zzz'.\n"


def test_a_dry_run_is_refused_where_the_change_would_be(refused: Refused) -> None:
    refused("coding", "review", "one", "--coder", "ruth", "--status", "accepted", "--final", "--dry-run")


def test_the_only_article_that_prints_a_statement_is_not_withdrawn(refused: Refused) -> None:
    assert refused("article", "retract", ARTICLE, "--reason", "withdrawn by the paper") == (
        f"Error: 1 statements are printed only in '{ARTICLE}', such as 'quoted'. Retract those first.\n"
    )


def test_after_a_refusal_the_same_line_put_right_works(small_url: str, tmp_path: Path) -> None:
    refuser(small_url, tmp_path)(*SPOKEN, "--issue", "dam", "--position", "suport")
    run = invoker(small_url, tmp_path)
    done(run(*SPOKEN, "--issue", "dam", "--position", "support"))

    assert [row["position"] for row in answer(run, "coding", "list")] == ["support"]


@pytest.fixture(scope="module")
def old_url(clone: Clone, template: str) -> Iterator[str]:
    """Provide the URL of a database of an older version."""
    with clone(template) as url:
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE public.alembic_version SET version_num = 'an_older_one'")
        yield url


@pytest.fixture
def reader(small_url: str) -> Iterator[str]:
    """Provide the name of a role that can only read the small world."""
    name = f"stancedb_test_{secrets.token_hex(6)}"
    with psycopg.connect(small_url) as connection:
        connection.execute(f"CREATE ROLE {name}".encode())
        connection.execute(f"GRANT USAGE ON SCHEMA stancedb, history TO {name}".encode())
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, stancedb, history TO {name}".encode())
    yield name
    with psycopg.connect(small_url) as connection:
        connection.execute(f"DROP OWNED BY {name}".encode())
        connection.execute(f"DROP ROLE {name}".encode())


@pytest.fixture
def served_url() -> Iterator[str]:
    """Provide the URL of an embedded server that requires a password on the loopback address."""
    directory = Path(tempfile.mkdtemp(prefix="sdb-")).resolve()
    # When root runs the server, its unprivileged account needs access.
    directory.chmod(0o711)
    yield embedded.serve(directory / "data", 0)
    embedded.stop(directory / "data")
    shutil.rmtree(directory, ignore_errors=True)


def stancedb(url: str, directory: Path, *line: str) -> subprocess.CompletedProcess[str]:
    """Run a ``stancedb`` command in a separate process."""
    environment = {
        **os.environ,
        "STANCEDB_DATABASE_URL": url,
        "STANCEDB_DATA_DIR": str(directory / "data"),
        "STANCEDB_AUTHOR": AUTHOR,
    }
    program = "import sys; from stancedb.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *line], capture_output=True, text=True, env=environment, check=False
    )
