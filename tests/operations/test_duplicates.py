"""Copies of articles are detected, decided about by people, and counted once."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.questions.duplicates import shared_passage
from tests.support.plugin import Clone, Run, name_of
from tests.support.worlds import LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

DRAW = random.Random(11)  # noqa: S311 - the same texts each time, not a secret
WORDS = ["".join(DRAW.choices("abcdefghiklmnoprstuvy", k=DRAW.randint(2, 9))) for _ in range(600)]
SIGNS = [chr(DRAW.randint(0x4E00, 0x9FA0)) for _ in range(400)]
QUOTE = "Norland will build the dam"


def sentences(count: int) -> list[str]:
    """Return sentences of random words."""
    return [f"{' '.join(DRAW.choices(WORDS, k=DRAW.randint(8, 16))).capitalize()}." for _ in range(count)]


def chinese(count: int) -> list[str]:
    """Return random sentences without spaces."""
    return [f"{''.join(DRAW.choices(SIGNS, k=DRAW.randint(15, 30)))}。" for _ in range(count)]


def article(slug: str, day: str, text: list[str], outlet: str = "herald") -> dict[str, Any]:
    """Return the line of an article."""
    return {"id": slug, "outlet": outlet, "title": slug, "published": day, "text": " ".join(text)}


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of five words, or of ten characters that begin with a Chinese one, in a slow way."""
    tokens = re.findall(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+", text.lower())
    lengths = [10 if "\u4e00" <= token[0] <= "\u9fff" else 5 for token in tokens]
    return {tuple(tokens[at : at + length]) for at, length in enumerate(lengths) if at + length <= len(tokens)}


def containment(one: str, other: str) -> float:
    """Return the share of the runs of the shorter text that also occur in the longer one."""
    mine, theirs = runs(one), runs(other)
    return len(mine & theirs) / min(len(mine), len(theirs))


def proposed(run: Run, *more: object) -> dict[tuple[str, str], float]:
    """Return the score of each undecided pair."""
    rows = answer(run, "article", "duplicates", "list", *more)
    return {(row["article"], row["original"]): row["score"] for row in rows}


WIRE = [*sentences(6), f"{QUOTE}, Prime Minister Ana Cole said on Saturday.", *sentences(9)]
STORY = [
    article("wire", "2025-03-02", WIRE, outlet="agency"),
    article("post", "2025-03-01", [*WIRE, *sentences(4)], outlet="post"),
]
UNNAMED = {key: value for key, value in LINE.items() if key != "statement"}
# The same words of the same speaker, from each of the two articles.
LINES = [{**UNNAMED, "article": slug} for slug in ("wire", "post")]


@pytest.fixture(scope="module")
def story_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a database with a wire story and a newspaper that printed it, without connections."""
    directory = tmp_path_factory.mktemp("story")
    with clone(small_template) as url:
        run = invoker(url, directory)
        done(run("outlet", "add", "agency", "--name", "The Agency", "--kind", "agency"))
        done(run("outlet", "add", "post", "--name", "The Post"))
        done(run("article", "load", jsonl(directory / "story.jsonl", *STORY)))
        yield name_of(url)


@pytest.fixture
def story_url(clone: Clone, story_template: str) -> Iterator[str]:
    """Provide the URL of a database with the story, only for this test."""
    with clone(story_template) as url:
        yield url


@pytest.fixture
def run(story_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the story."""
    return invoker(story_url, tmp_path)


@pytest.fixture(scope="module")
def decided(clone: Clone, story_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Provide a read-only function for commands where one copy is accepted, one rejected, and two wait."""
    directory = tmp_path_factory.mktemp("decided")
    printed = [
        article("sun", "2025-03-03", [*WIRE, *sentences(1)]),
        article("star", "2025-03-04", [*WIRE, *sentences(1)]),
        article("part", "2025-03-05", [*WIRE[:9], *sentences(20)]),
    ]
    with clone(story_template) as url:
        run = invoker(url, directory)
        done(run("article", "load", jsonl(directory / "printed.jsonl", *printed)))
        done(run("article", "duplicates", "accept", "sun"))
        done(run("article", "duplicates", "reject", "star", "--reason", "both quote a speech"))
        yield run


class TestFinding:
    def test_what_is_proposed_is_what_a_comparison_of_all_runs_of_words_finds(
        self, small_url: str, tmp_path: Path
    ) -> None:
        run = invoker(small_url, tmp_path)
        lines = []
        for number, write in enumerate([sentences] * 8 + [chinese] * 8):
            told = write(24)
            lines += [
                article(f"a{number:02}", "2025-03-01", told),
                article(f"b{number:02}", "2025-03-02", [*told[:18], *write(3)]),
                article(f"c{number:02}", "2025-03-03", [*told[3:], *write(12)]),
                article(f"d{number:02}", "2025-03-04", [*told[:4], *write(20)]),
                article(f"e{number:02}", "2025-03-05", told[2:14]),
            ]
        DRAW.shuffle(lines)
        # Some exist when the others arrive, and at the end a few join many.
        done(run("article", "load", jsonl(tmp_path / "first.jsonl", *lines[:30])))
        done(run("article", "load", jsonl(tmp_path / "most.jsonl", *lines[30:70])))
        done(run("article", "load", jsonl(tmp_path / "rest.jsonl", *lines[70:])))
        found = proposed(run, "--limit", 999)

        texts = {line["id"]: line["text"] for line in lines}
        alike = {
            (copy, original): containment(texts[copy], texts[original])
            for copy in texts
            for original in texts
            if original < copy and original[1:] == copy[1:]
        }
        # Between a third and two thirds a sample may err; no pair is in this range.
        assert {share for share in alike.values() if 0.34 < share < 0.66} == set()
        copies = {pair for pair, share in alike.items() if share >= 0.5}
        assert set(found) <= copies
        late = {line["id"] for line in lines[30:]}
        first = {copy: min(original for other, original in copies if other == copy) for copy, _ in copies}
        # The first is proposed as the original of similar articles as soon as both exist.
        assert {(copy, original) for copy, original in first.items() if late & {copy, original}} <= set(found)
        assert max(abs(found[pair] - alike[pair]) for pair in found) < 0.2
        assert {score for score in found.values() if not 0.5 <= score <= 1} == set()

    def test_the_agency_is_the_original_and_else_the_earlier(self, run: Run, tmp_path: Path) -> None:
        told = sentences(12)
        pair = [article("later", "2025-02-02", told), article("earlier", "2025-02-01", told, outlet="post")]
        done(run("article", "load", jsonl(tmp_path / "pair.jsonl", *pair)))

        assert set(proposed(run)) == {("post", "wire"), ("later", "earlier")}

    def test_a_load_says_how_many_and_a_second_one_finds_no_more(self, run: Run, tmp_path: Path) -> None:
        line = article("sun", "2025-03-03", WIRE)
        first = done(run("article", "load", jsonl(tmp_path / "sun.jsonl", line), "--format", "json"))
        again = done(run("article", "load", jsonl(tmp_path / "sun.jsonl", line), "--format", "json"))

        assert '"article_duplicate"' in first.stdout
        assert "1 article looks like a copy of another" in first.stderr
        assert '"article_duplicate"' not in again.stdout
        assert "nothing to change" in again.stderr

    def test_a_load_reports_copies_however_many_messages_there_are_about_its_articles(
        self, run: Run, tmp_path: Path
    ) -> None:
        # A combining accent is composed with its letter, which is reported for each article.
        noted = [
            {**article(f"n{number}", "2025-03-03", [f"Word {number}."]), "title": "E\u0301"} for number in range(25)
        ]

        loaded = done(run("article", "load", jsonl(tmp_path / "all.jsonl", *noted, article("sun", "2025-03-03", WIRE))))

        told = loaded.stderr.splitlines()
        assert ["NFC changed" in line for line in told[:21]] == [*[True] * 20, False]
        assert told[20] == "… and 5 more"
        assert told[21].startswith("1 article looks like a copy of another")

    def test_of_many_copies_each_is_proposed_only_from_the_first(self, run: Run, tmp_path: Path) -> None:
        printed = [
            article(f"local-{number}", f"2025-03-0{number}", [*WIRE, f"Printed in town {number}."])
            for number in range(3, 9)
        ]
        done(run("article", "load", jsonl(tmp_path / "printed.jsonl", *printed)))

        assert set(proposed(run)) == {(slug, "wire") for slug in ("post", *(line["id"] for line in printed))}

    def test_words_under_every_article_make_no_copies(self, small_url: str, tmp_path: Path) -> None:
        run = invoker(small_url, tmp_path)
        below = sentences(6)
        lines = [article(f"n{number}", "2025-03-01", [*sentences(2), *below]) for number in range(520)]
        shares = [containment(one["text"], other["text"]) for one, other in pairwise(lines[:20])]
        done(run("article", "load", jsonl(tmp_path / "all.jsonl", *lines[:510])))
        done(run("article", "load", jsonl(tmp_path / "more.jsonl", *lines[510:])))

        assert min(shares) > 0.5
        assert proposed(run) == {}

    def test_an_article_that_a_load_names_as_a_copy_is_not_proposed(self, run: Run, tmp_path: Path) -> None:
        line = {**article("sun", "2025-03-03", WIRE), "syndicated_from": "wire"}
        done(run("article", "load", jsonl(tmp_path / "sun.jsonl", line)))

        assert set(proposed(run)) == {("post", "wire")}


class TestListing:
    def test_a_pair_is_shown_with_what_both_say(self, decided: Run) -> None:
        (row,) = answer(decided, "article", "duplicates", "list", "--outlet", "post")

        assert (row["outlet"], row["original_outlet"]) == ("post", "agency")
        assert (row["title"], row["original_title"]) == ("post", "wire")
        assert (row["published"], row["original_published"]) == ("2025-03-01", "2025-03-02")
        assert (row["score"], row["state"]) == (1, "proposed")
        assert " ".join(WIRE).startswith(row["passage"].removesuffix(" …"))

    def test_filters_narrow_it(self, decided: Run) -> None:
        assert set(proposed(decided)) == {("post", "wire"), ("part", "wire")}
        assert set(proposed(decided, "--min-score", 0.8)) == {("post", "wire")}
        assert set(proposed(decided, "--outlet", "herald")) == {("part", "wire")}
        assert set(proposed(decided, "--state", "accepted")) == {("sun", "wire")}
        (row,) = answer(decided, "article", "duplicates", "list", "--state", "rejected")
        assert (row["article"], row["reason"]) == ("star", "both quote a speech")

    def test_the_passage_is_the_longest_that_both_have(self) -> None:
        one = "He said: “We will not ask twice,” and left. Then the house voted on the dam at last, 台湾海峡两岸关系."
        other = "we will NOT ask twice and stayed; then the house voted on the dam at noon 台湾海峡两岸关系"

        assert shared_passage(one, other) == "Then the house voted on the dam at"
        assert shared_passage(one, "Nothing of the kind was said by anybody.") is None


class TestDeciding:
    def test_undo_takes_it_back(self, run: Run, story_url: str) -> None:
        done(run("article", "duplicates", "accept", "post"))
        assert (answer(run, "article", "show", "post")["syndicated_from"], proposed(run)) == ("wire", {})
        done(run("changeset", "undo", last_number(story_url)))

        assert answer(run, "article", "show", "post")["syndicated_from"] is None
        assert set(proposed(run)) == {("post", "wire")}

    def test_what_a_person_decided_no_load_decides_otherwise(self, run: Run, tmp_path: Path) -> None:
        other = article("other", "2025-01-01", sentences(5))
        done(run("article", "load", jsonl(tmp_path / "other.jsonl", other)))
        done(run("article", "duplicates", "accept", "post"))

        line = {**STORY[1], "syndicated_from": "other"}
        said = done(run("article", "load", jsonl(tmp_path / "again.jsonl", line))).stderr

        assert answer(run, "article", "show", "post")["syndicated_from"] == "wire"
        assert "article: 1 marked as a copy by a user; the mark is kept." in said
        assert "nothing to change" in said

    def test_what_was_rejected_is_not_proposed_again(self, run: Run, tmp_path: Path) -> None:
        done(run("article", "duplicates", "reject", "post", "--reason", "both quote a speech"))
        longer = article("post", "2025-03-01", [*WIRE, *sentences(5)], outlet="post")
        done(run("article", "load", jsonl(tmp_path / "longer.jsonl", longer)))

        assert proposed(run) == {}

    def test_a_dry_run_decides_nothing(self, run: Run) -> None:
        done(run("article", "duplicates", "accept", "post", "--dry-run"))

        assert set(proposed(run)) == {("post", "wire")}

    def test_several_are_decided_at_once_or_none(self, run: Run, tmp_path: Path) -> None:
        done(run("article", "load", jsonl(tmp_path / "sun.jsonl", article("sun", "2025-03-03", WIRE))))

        assert run("article", "duplicates", "accept", "post", "sun", "herald-2025-03-01").exit_code == 3
        assert set(proposed(run)) == {("post", "wire"), ("sun", "wire")}
        done(run("article", "duplicates", "accept", "post", "sun", "--from", "wire"))
        assert proposed(run) == {}

    @pytest.mark.parametrize(
        ("line", "code", "said"),
        [
            (["accept", "wire"], 3, "no proposed copy 'wire'"),
            (["accept", "pots"], 3, "Did you mean 'post'?"),
            (["reject", "post", "--from", "herald-2025-03-01", "--reason", "x"], 3, "of 'herald-2025-03-01'"),
            (["accept", "sun"], 1, "already accepted, by changeset"),
            (["reject", "sun", "--reason", "x"], 1, "Undo that changeset to decide again"),
            (["accept", "post", "star"], 1, "already rejected"),
            (["reject", "post"], 2, "--reason"),
        ],
    )
    def test_nonsense_is_refused(self, decided: Run, line: list[str], code: int, said: str) -> None:
        result = decided("article", "duplicates", *line)

        assert result.exit_code == code
        assert said in result.stderr

    def test_an_original_that_became_a_copy_of_its_copy_is_refused(self, run: Run, tmp_path: Path) -> None:
        turned = {**STORY[0], "syndicated_from": "post"}
        done(run("article", "load", jsonl(tmp_path / "turned.jsonl", turned)))
        result = run("article", "duplicates", "accept", "post")

        assert result.exit_code == 1
        assert "cannot be a copy of its own copy" in result.stderr

    def test_of_two_originals_one_has_to_be_named(self, run: Run, tmp_path: Path) -> None:
        part = article("sun", "2025-02-20", [*WIRE[:11], *sentences(14)])
        both = article("star", "2025-03-04", str(part["text"]).split("  "))
        done(run("article", "load", jsonl(tmp_path / "more.jsonl", part, both)))
        result = run("article", "duplicates", "accept", "star")

        assert result.exit_code == 1
        assert "Choose one with --from" in result.stderr
        done(run("article", "duplicates", "accept", "star", "--from", "sun"))
        assert answer(run, "article", "show", "star")["syndicated_from"] == "sun"
        # The other proposal has nothing left to decide.
        assert "star" not in {copy for copy, _ in proposed(run)}

    def test_a_load_is_undone_although_its_article_was_proposed_since(
        self, run: Run, story_url: str, tmp_path: Path
    ) -> None:
        told = sentences(12)
        done(run("article", "load", jsonl(tmp_path / "one.jsonl", article("one", "2025-02-01", told))))
        number = last_number(story_url)
        done(run("article", "load", jsonl(tmp_path / "two.jsonl", article("two", "2025-02-02", told, "post"))))
        done(run("changeset", "undo", number))

        assert set(proposed(run)) == {("post", "wire")}
        done(run("changeset", "undo", last_number(story_url)))
        assert set(proposed(run)) == {("post", "wire"), ("two", "one")}


class TestCountingOnce:
    def evidence(self, run: Run) -> list[dict[str, Any]]:
        """Return the evidence for the stance on the dam."""
        rows: list[dict[str, Any]] = answer(
            run, "stance", "timeline", "--holder", "ana-cole", "--issue", "dam", "--evidence"
        )
        return rows

    def mentions(self, run: Run) -> list[list[str]]:
        """Return for each statement the articles that print it."""
        listed = [row["statement"] for row in answer(run, "statement", "list")]
        return [
            sorted(mention["article"] for mention in answer(run, "statement", "show", slug)["mentions"])
            for slug in listed
        ]

    def test_lines_that_were_there_become_one_statement_with_two_mentions(
        self, run: Run, story_url: str, tmp_path: Path
    ) -> None:
        sheet = jsonl(tmp_path / "sheet.jsonl", *LINES)
        done(run("statement", "load", sheet))
        assert (len(self.evidence(run)), len(self.mentions(run))) == (2, 2)

        (row,) = answer(run, "article", "duplicates", "accept", "post")
        assert row["statements_merged"] == 1
        assert len(self.evidence(run)) == 1
        assert self.mentions(run) == [["post", "wire"]]
        assert "nothing to change" in done(run("statement", "load", sheet)).stderr

        done(run("changeset", "undo", last_number(story_url)))
        assert (len(self.evidence(run)), len(self.mentions(run))) == (2, 2)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["original first", "copy first"])
    def test_lines_that_come_later_are_of_one_statement(self, run: Run, tmp_path: Path, order: tuple[int, int]) -> None:
        done(run("article", "duplicates", "accept", "post"))
        for number in order:
            done(run("statement", "load", jsonl(tmp_path / f"{number}.jsonl", LINES[number])))

        assert len(self.evidence(run)) == 1
        assert self.mentions(run) == [["post", "wire"]]

    def test_a_line_of_the_original_joins_what_the_copy_brought_before(self, run: Run, tmp_path: Path) -> None:
        done(run("statement", "load", jsonl(tmp_path / "copy.jsonl", LINES[1])))
        done(run("article", "duplicates", "accept", "post"))
        done(run("statement", "load", jsonl(tmp_path / "original.jsonl", LINES[0])))

        assert len(self.evidence(run)) == 1
        assert self.mentions(run) == [["post", "wire"]]

    def test_what_was_coded_only_in_the_copy_goes_over(self, run: Run, tmp_path: Path) -> None:
        original = {**LINES[0], "issue": "dam-cost", "position": "state-pays"}
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", original, LINES[1])))
        done(run("article", "duplicates", "accept", "post"))

        assert len(self.evidence(run)) == 1
        (listed,) = answer(run, "statement", "list")
        assert listed["codings"] == 2

    def test_what_is_said_to_follow_from_the_copy_follows_from_the_one_that_stays(
        self, run: Run, story_url: str, tmp_path: Path
    ) -> None:
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *LINES)))
        kept, copy = (row["statement"] for row in answer(run, "statement", "list"))
        if {mention["article"] for mention in answer(run, "statement", "show", copy)["mentions"]} == {"wire"}:
            kept, copy = copy, kept
        caused = [{"kind": "triggers", "statement": of, "asserted_by": "norland"} for of in (copy, kept)]
        events = [
            {"slug": "protest", "kind": "visit", "title": "A visit", "during": "2025-03-05", "causes": caused[:1]},
            {"slug": "answer", "kind": "visit", "title": "Another", "during": "2025-03-06", "causes": caused},
        ]
        done(run("event", "load", jsonl(tmp_path / "events.jsonl", *events)))

        done(run("article", "duplicates", "accept", "post"))

        with psycopg.connect(story_url) as connection:
            links = connection.execute(
                "SELECT e.slug, s.slug FROM stancedb.causal_link l JOIN stancedb.event e ON e.id = l.from_event_id"
                " JOIN stancedb.statement s ON s.id = l.to_statement_id ORDER BY l.id"
            ).fetchall()
        assert sorted(links) == sorted([("protest", kept), ("answer", copy), ("answer", kept)])
        done(run("changeset", "undo", last_number(story_url)))

    def test_what_two_statements_of_the_copy_both_have_goes_over_once(
        self, run: Run, story_url: str, tmp_path: Path
    ) -> None:
        earlier = {**LINE, "statement": "earlier", "said": "2025-02-01", "article": "wire"}
        twice = [
            {**LINE, "statement": slug, "article": "post", "links": ["retracts:earlier"]} for slug in ("one", "two")
        ]
        kept = {**LINE, "statement": "kept", "article": "wire"}
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", earlier, kept, *twice)))

        (row,) = answer(run, "article", "duplicates", "accept", "post")

        assert row["statements_merged"] == 2
        assert self.mentions(run) == [["wire"], ["post", "wire"]]
        with psycopg.connect(story_url) as connection:
            links = connection.execute(
                "SELECT s.slug FROM stancedb.statement_link l JOIN stancedb.statement s ON s.id = l.statement_id"
                " WHERE s.merged_into_id IS NULL"
            ).fetchall()
        assert links == [("kept",)]
        done(run("changeset", "undo", last_number(story_url)))
        assert self.mentions(run) == [["wire"], ["wire"], ["post"], ["post"]]

    def test_another_speaker_or_another_day_is_another_statement(self, run: Run, tmp_path: Path) -> None:
        other = [{**LINES[1], "speaker": "ben-dahl"}, {**LINES[1], "said": "2025-02-28"}]
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINES[0], *other)))
        (row,) = answer(run, "article", "duplicates", "accept", "post")

        assert row["statements_merged"] == 0
        assert len(self.mentions(run)) == 3
