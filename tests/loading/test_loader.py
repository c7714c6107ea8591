"""The merge: omitted fields, fields on which lines must agree, and the state after every kind of end of a load."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from stancedb.database import writing
from stancedb.errors import StancedbError
from stancedb.loading.articles import url_key
from stancedb.loading.loader import load
from stancedb.loading.stage import checked_at_once
from stancedb.reading.files import read_records
from stancedb.records.checking import Item, check_record
from stancedb.records.statement import StatementRecord
from stancedb.settings import Settings
from tests.support.plugin import AUTHOR, Run
from tests.support.worlds import (
    ACTORS,
    ARTICLE,
    ARTICLE_LINE,
    CODEBOOK,
    LINE,
    WORDS,
    answer,
    done,
    invoker,
    jsonl,
    last_number,
)

pytest_plugins = ("tests.support.worlds",)

BARE = {"statement": "s", "speaker": "ana-cole", "said": "2025-03-01"}


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def settings(small_url: str, tmp_path: Path) -> Settings:
    """Provide the settings of the test's own small world."""
    return Settings(database_url=small_url, data_dir=tmp_path, author=AUTHOR)


@pytest.fixture
def sheet(run: Run, tmp_path: Path) -> Callable[..., Any]:
    """Provide a function that loads lines of a coding sheet and returns the result."""
    numbers = iter(range(100))

    def loading(*lines: object, options: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - Click's result
        return run("statement", "load", jsonl(tmp_path / f"sheet-{next(numbers)}.jsonl", *lines), *options)

    return loading


@pytest.fixture
def refused(small_once: str, tmp_path: Path) -> Callable[..., str]:
    """Provide a function that loads lines that are rejected, and returns the messages."""

    def refuse(*lines: object) -> str:
        before = last_number(small_once)
        result = invoker(small_once, tmp_path)("statement", "load", jsonl(tmp_path / "sheet.jsonl", *lines))
        assert (result.exit_code, result.stdout) == (1, "")
        assert last_number(small_once) == before
        return str(result.stderr)

    return refuse


def rows(url: str, query: str) -> list[Any]:
    """Return the result of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


class TestWhatALineLeavesOut:
    def test_it_takes_from_the_other_lines_of_the_statement(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(
            sheet({**BARE, "authority": 5}, {**BARE, "place": "Oslo"}, {**BARE, "act": "commit", "zone": "Europe/Oslo"})
        )

        shown = answer(run, "statement", "show", "s")
        assert [shown[key] for key in ("authority", "place", "act", "zone")] == [5, "Oslo", "commit", "Europe/Oslo"]

    def test_else_from_the_database(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "authority": 5, "summary": "There will be a dam.", "verification": "confirmed"}))

        done(sheet({**BARE, "place": "Oslo"}))

        shown = answer(run, "statement", "show", "s")
        assert [shown[key] for key in ("authority", "summary", "verification", "place")] == [
            5,
            "There will be a dam.",
            "confirmed",
            "Oslo",
        ]

    def test_else_from_the_defaults(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "article": ARTICLE, "quote": "Norland will build the dam", "issue": "dam"}))

        shown = answer(run, "statement", "show", "s")
        assert [shown[key] for key in ("authority", "act", "verification", "self_declared")] == [
            3,
            "assert",
            "single_source",
            "none",
        ]
        (mention,), (coding,) = shown["mentions"], shown["codings"]
        assert (mention["rendering"], mention["asserts"]) == ("verbatim", "asserts")
        assert [coding[key] for key in ("position", "basis", "explicitness", "vagueness", "confidence", "status")] == [
            None,
            "self",
            "explicit",
            "committal",
            "moderate",
            "accepted",
        ]
        assert (coding["coder"], coding["codebook"], coding["final"]) == (AUTHOR, "dam-1.0", True)

    def test_what_a_line_says_corrects_the_database(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "authority": 5}))

        rows_of = done(sheet({**BARE, "authority": 4})).stdout

        assert answer(run, "statement", "show", "s")["authority"] == 4
        assert rows_of.splitlines()[-1].split() == ["statement", "0", "1", "0"]

    def test_a_coding_that_is_left_out_stays(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "issue": "dam", "position": "support", "confidence": "high", "rationale": "so she said"}))

        done(sheet({**BARE, "place": "Oslo"}))

        (coding,) = answer(run, "coding", "list")
        assert (coding["position"], coding["confidence"], coding["rationale"]) == ("support", "high", "so she said")

    @pytest.mark.parametrize(
        ("first", "second", "field"),
        [
            ({"authority": 5}, {"authority": 4}, "authority"),
            ({"said": "2025-03-01"}, {"said": "2025-03-02"}, "said"),
            ({"speaker": "ana-cole"}, {"speaker": "ben-dahl"}, "speaker"),
            ({"act": "commit"}, {"act": "assert"}, "act"),
            ({"on_behalf_of": "norland"}, {"on_behalf_of": "government-of-norland"}, "on_behalf_of"),
            ({"place": "Oslo"}, {"place": "Bergen"}, "place"),
        ],
    )
    def test_lines_that_disagree_are_refused_with_the_line(
        self, refused: Callable[..., str], first: dict[str, Any], second: dict[str, Any], field: str
    ) -> None:
        said = refused({**BARE, **first}, {**BARE, **second})

        assert f"line 2: {field}: Found '{second[field]}', but an earlier line of statement 's' has" in said

    @pytest.mark.parametrize(
        ("field", "first", "second"),
        [
            ("position", "support", "oppose"),
            ("basis", "self", "on_behalf"),
            ("status", "draft", "submitted"),
            ("final", False, True),
            ("confidence", "low", "high"),
            ("condition", "if others pay", "if the river allows"),
            ("rationale", "She says so.", "She hints at it."),
            ("explicitness", "explicit", "implicit"),
            ("vagueness", "committal", "non_committal"),
        ],
    )
    def test_two_codings_by_one_coder_that_differ_are_refused(
        self, refused: Callable[..., str], field: str, first: object, second: object
    ) -> None:
        line = {**BARE, "issue": "dam", "position": "support"}

        said = refused({**line, field: first}, {**line, field: second})

        assert (
            "line 2: position: Line 1 has a different coding of this statement, holder and issue by the same coder"
            in said
        )

    def test_a_new_coding_counts_though_the_statement_is_coded_for_another_holder_already(
        self, run: Run, sheet: Callable[..., Any]
    ) -> None:
        done(sheet(LINE))

        done(sheet({**LINE, "holder": "norland", "basis": "on_behalf"}))

        assert {row["holder"]: (row["status"], row["final"]) for row in answer(run, "coding", "list")} == {
            "ana-cole": ("accepted", True),
            "norland": ("accepted", True),
        }

    def test_two_final_codings_by_two_coders_are_refused(self, refused: Callable[..., str]) -> None:
        line = {**BARE, "issue": "dam", "position": "support"}

        assert "line 2: final: Line 1 already has a final coding" in refused(line, {**line, "coder": "ruth"})

    @pytest.mark.parametrize("in_one_file", [True, False])
    def test_what_a_known_model_codes_waits_for_a_person_though_the_line_does_not_say_that_it_is_one(
        self, run: Run, sheet: Callable[..., Any], *, in_one_file: bool
    ) -> None:
        first = {**LINE, "coder": "model-1", "coder_kind": "model"}
        second = {**LINE, "statement": "two", "coder": "model-1"}
        for lines in ((first, second),) if in_one_file else ((first,), (second,)):
            done(sheet(*lines))

        codings = answer(run, "coding", "list")
        assert [(row["coder"], row["status"], row["final"]) for row in codings] == [("model-1", "submitted", False)] * 2

    @pytest.mark.parametrize(("known", "said"), [("model", "human"), ("human", "model")])
    def test_a_model_is_not_a_person_and_a_person_not_a_model(
        self, refused: Callable[..., str], known: str, said: str
    ) -> None:
        line = {**LINE, "coder": "ruth"}

        told = refused({**line, "coder_kind": known}, {**line, "statement": "two", "coder_kind": said})

        assert f"line 2: coder_kind: The coder 'ruth' is known as {known}, not {said}." in told

    def test_only_a_statement_that_is_linked_to_itself_is_refused(
        self, run: Run, sheet: Callable[..., Any], tmp_path: Path
    ) -> None:
        result = sheet(
            {**BARE, "links": ["reaffirms:s"]},
            {**BARE, "statement": "good"},
            options=("--keep-going", "--refused", str(tmp_path / "refused.jsonl")),
        )

        assert "line 1: links: 'reaffirms:s' links the statement to itself" in result.stderr
        assert [row["statement"] for row in answer(run, "statement", "list")] == ["good"]

    def test_a_statement_without_a_name_gets_the_same_one_each_time(self, run: Run, sheet: Callable[..., Any]) -> None:
        line = {key: value for key, value in LINE.items() if key != "statement"}
        done(sheet(line))
        before = answer(run, "statement", "list")

        done(sheet(line))

        assert answer(run, "statement", "list") == before


class TestMentions:
    def test_a_place_that_is_given_twice_is_one_mention(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet(LINE, {**LINE, "issue": "dam-cost", "position": "state-pays"}))

        assert len(answer(run, "statement", "show", "cole-dam")["mentions"]) == 1

    @pytest.mark.parametrize("is_first", [True, False])
    def test_what_one_line_says_of_a_place_holds_for_the_others(
        self, run: Run, sheet: Callable[..., Any], *, is_first: bool
    ) -> None:
        told = {**LINE, "rendering": "paraphrase", "asserts": "doubts", "attribution": "the prime minister"}
        silent = {**LINE, "issue": "dam-cost", "position": "state-pays"}

        done(sheet(*((told, silent) if is_first else (silent, told))))

        (mention,) = answer(run, "statement", "show", "cole-dam")["mentions"]
        assert [mention[key] for key in ("rendering", "asserts", "attribution")] == [
            "paraphrase",
            "doubts",
            "the prime minister",
        ]

    @pytest.mark.parametrize(
        ("field", "first", "second"),
        [
            ("rendering", "paraphrase", "headline"),
            ("asserts", "asserts", "denies"),
            ("attribution", "the minister", "a minister"),
        ],
    )
    def test_lines_that_disagree_on_a_place_are_refused_with_the_line(
        self, refused: Callable[..., str], field: str, first: str, second: str
    ) -> None:
        said = refused({**LINE, field: first}, {**LINE, "issue": "dam-cost", "position": "state-pays", field: second})

        assert f"line 2: {field}: Found '{second}', but an earlier line of statement 'cole-dam' has '{first}'" in said

    def test_one_statement_is_printed_in_several_places(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet(LINE, {**LINE, "quote": "We will not ask twice"}))

        shown = answer(run, "statement", "show", "cole-dam")
        assert [mention["quote"] for mention in shown["mentions"]] == [LINE["quote"], "We will not ask twice"]
        assert len(shown["codings"]) == 1

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("100% of the fish :all of them \N{FISH}", "100% of the fish :all of them \N{FISH}"),
            ('a "mistake of the century"', "a \u201cmistake of the century\u201d"),
            ("'no dam, no debt'", "'no dam, no debt'"),
            ("WE WILL NOT ASK TWICE", "We will not ask twice"),
            (
                "Prime Minister Ana Cole said … that Norland will build the dam",
                "Prime Minister Ana Cole said on Saturday that Norland will build the dam",
            ),
            ("she declined to say.\n\nHer predecessor", "she declined to say.\n\nHer predecessor"),
        ],
    )
    def test_a_quote_is_stored_as_the_text_has_it(
        self, run: Run, sheet: Callable[..., Any], typed: str, stored: str
    ) -> None:
        done(sheet({**LINE, "quote": typed}))

        (mention,) = answer(run, "statement", "show", "cole-dam")["mentions"]
        assert mention["quote"] == stored == WORDS[mention["char_start"] : mention["char_end"]]

    @pytest.mark.parametrize(
        "quote", ["willing to comment", "Norland will not build the dam", "would oppose the dam", "10% of the fish"]
    )
    def test_words_that_say_something_else_are_refused(self, refused: Callable[..., str], quote: str) -> None:
        assert "line 1: quote: " in refused({**LINE, "quote": quote})


class TestTenures:
    def test_the_office_held_on_the_day_is_found(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(
            sheet(
                {**BARE, "statement": "now"},
                {**BARE, "statement": "before", "said": "2024-12-31"},
                {**BARE, "statement": "then", "speaker": "ben-dahl", "said": "2024-12-31"},
            )
        )

        offices = {slug: answer(run, "statement", "show", slug)["office"] for slug in ("now", "before", "then")}
        assert offices == {"now": "prime-minister-of-norland", "before": None, "then": "prime-minister-of-norland"}

    def test_of_several_offices_none_is_guessed(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "speaker": "eva-falk"}))

        assert answer(run, "statement", "show", "s")["office"] is None

    def test_of_several_offices_the_one_named_is_taken(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "speaker": "eva-falk", "office": "minister-of-rivers"}))

        assert answer(run, "statement", "show", "s")["office"] == "minister-of-rivers"

    def test_an_office_that_was_not_held_is_refused(self, refused: Callable[..., str]) -> None:
        said = refused({**BARE, "office": "minister-of-rivers"})

        assert "line 1: office: 'ana-cole' did not hold 'minister-of-rivers' on 2025-03-01." in said

    @pytest.mark.parametrize(
        ("correction", "office"),
        [
            ({"speaker": "ben-dahl"}, None),
            ({"said": "2024-12-31"}, None),
            ({"speaker": "ben-dahl", "said": "2024-12-31"}, "prime-minister-of-norland"),
            ({"place": "Oslo"}, "prime-minister-of-norland"),
        ],
    )
    @pytest.mark.parametrize("by_command", [True, False])
    def test_a_speaker_or_a_day_that_is_corrected_takes_the_office_along(
        self, run: Run, sheet: Callable[..., Any], *, correction: dict[str, str], office: str | None, by_command: bool
    ) -> None:
        done(sheet(BARE))

        if by_command:
            done(run("statement", "set", "s", *(word for key, to in correction.items() for word in (f"--{key}", to))))
        else:
            done(sheet({**BARE, **correction}))

        shown = answer(run, "statement", "show", "s")
        assert (shown["office"], shown["speaker"]) == (office, correction.get("speaker", "ana-cole"))

    def test_a_day_that_is_corrected_leaves_the_office_that_was_named(
        self, run: Run, sheet: Callable[..., Any]
    ) -> None:
        done(sheet({**BARE, "speaker": "eva-falk", "office": "minister-of-rivers"}))

        done(run("statement", "set", "s", "--said", "2025-03-02"))

        assert answer(run, "statement", "show", "s")["office"] == "minister-of-rivers"

    def test_a_day_that_spans_two_holders_gives_each_his_own(self, run: Run, sheet: Callable[..., Any]) -> None:
        done(sheet({**BARE, "said": "[2024-12-30..2025-01-02]"}))

        assert answer(run, "statement", "show", "s")["office"] == "prime-minister-of-norland"


class TestArticles:
    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("https://www.herald.example/dam/", "herald.example/dam"),
            ("http://HERALD.example/dam#top", "herald.example/dam"),
            ("https://herald.example/dam?utm_source=x&fbclid=y&gclid=z", "herald.example/dam"),
            ("https://herald.example/article?id=7", "herald.example/article?id=7"),
            ("https://herald.example/article?utm_medium=mail&id=7", "herald.example/article?id=7"),
            ("https://herald.example/article?b=2&a=1", "herald.example/article?a=1&b=2"),
            ("https://herald.example/article?id=", "herald.example/article?id="),
            ("https://herald.example/Dam", "herald.example/Dam"),
            ("herald.example/dam", "herald.example/dam"),
            ("http://archive/dam", "archive/dam"),
            ("https://herald.example/?q=%E4", "herald.example?q=%E4"),
            ("https://herald.example/?q=%C3%A4", "herald.example?q=%C3%A4"),
            ("https://herald.example/#!/dam", "herald.example#!/dam"),
            ("https://herald.example/app#/dam?id=7", "herald.example/app#/dam?id=7"),
            ("https://www.herald.example/", None),
            ("https://herald.example/?utm_source=x#top", None),
            ("n/a", None),
            ("unknown", None),
        ],
    )
    def test_an_address_is_known_again_without_what_tells_nothing(self, address: str, key: str | None) -> None:
        assert url_key(address) == key

    def test_an_article_is_known_again_by_its_address(self, run: Run, tmp_path: Path) -> None:
        line = {**ARTICLE_LINE, "id": "first", "text": "One.", "url": "https://herald.example/a?id=7"}
        again = {**line, "id": "second", "url": "http://www.herald.example/a?utm_source=x&id=7"}
        done(run("article", "load", jsonl(tmp_path / "a.jsonl", line)))

        result = done(run("article", "load", jsonl(tmp_path / "b.jsonl", again)))

        assert "The article already exists as 'first'" in result.stderr
        assert run("article", "show", "second").exit_code == 3

    def test_two_pages_with_the_same_words_are_two_articles_where_title_and_address_differ(
        self, run: Run, tmp_path: Path
    ) -> None:
        for slug in ("one", "two"):
            page = {"id": slug, "title": slug, "text": "Subscribe to read.", "url": f"https://herald.example/{slug}"}
            done(run("article", "load", jsonl(tmp_path / f"{slug}.jsonl", {**ARTICLE_LINE, **page})))

        assert {row["article"] for row in answer(run, "article", "list")} == {ARTICLE, "one", "two"}

    @pytest.mark.parametrize(
        ("options", "is_another"),
        [
            (("--outlet", "star"), True),
            (("--published", "2025-11-02"), True),
            (("--url", "https://herald.example/2"), True),
            (("--url", "https://herald.example/1", "--published", "2025-11-02"), False),
            ((), False),
        ],
    )
    def test_a_file_of_the_same_name_is_not_a_version_of_a_different_article(
        self, run: Run, small_url: str, tmp_path: Path, *, options: tuple[str, ...], is_another: bool
    ) -> None:
        done(run("outlet", "add", "star", "--name", "The Star"))
        said = ("--outlet", "herald", "--published", "2025-11-01")
        file = tmp_path / "call.txt"
        file.write_text("A call on Monday.")
        done(run("article", "load", file, *said, "--url", "https://herald.example/1"))
        file.write_text("A call on Tuesday.")

        result = run("article", "load", file, *said, *options)

        assert result.exit_code == is_another
        assert (
            "'call', taken from the file name, is already another article of 'herald'" in result.stderr
        ) is is_another
        versions = "SELECT count(*) FROM stancedb.article_version v JOIN stancedb.article a ON a.id = v.article_id"
        assert rows(small_url, f"{versions} WHERE a.slug = 'call'") == [(1 if is_another else 2,)]

    @pytest.mark.parametrize("address", ["https://herald.example/", "n/a"])
    def test_what_names_no_article_makes_no_two_of_them_one(self, run: Run, tmp_path: Path, address: str) -> None:
        for slug in ("one", "two"):
            line = {**ARTICLE_LINE, "id": slug, "text": f"Of {slug}.", "url": address}
            done(run("article", "load", jsonl(tmp_path / f"{slug}.jsonl", line)))

        assert {row["article"] for row in answer(run, "article", "list")} == {ARTICLE, "one", "two"}

    def test_two_addresses_that_differ_in_a_number_are_two_articles(self, run: Run, tmp_path: Path) -> None:
        lines = [
            {**ARTICLE_LINE, "id": f"a{number}", "text": f"{number}.", "url": f"https://herald.example/a?id={number}"}
            for number in (7, 8)
        ]

        done(run("article", "load", jsonl(tmp_path / "a.jsonl", *lines)))

        assert {row["article"] for row in answer(run, "article", "list")} == {ARTICLE, "a7", "a8"}

    def test_the_same_text_in_the_same_outlet_is_the_same_article(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        done(run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "id": "other"})))

        assert rows(small_url, "SELECT slug FROM stancedb.article") == [(ARTICLE,)]
        assert len(rows(small_url, "SELECT FROM stancedb.article_version")) == 1

    def test_a_changed_text_is_a_further_version_and_old_quotes_hold(
        self, run: Run, small_url: str, sheet: Callable[..., Any], tmp_path: Path
    ) -> None:
        done(sheet(LINE))
        changed = f"Corrected. {WORDS.replace('will build the dam', 'may build a dam')}"

        done(run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "text": changed})))

        assert answer(run, "article", "show", ARTICLE)["text"] == changed
        assert rows(small_url, "SELECT count(*) FROM stancedb.article_version") == [(2,)]
        assert rows(
            small_url,
            "SELECT substr(v.body, m.char_start + 1, m.char_end - m.char_start) = m.quote, m.quote FROM"
            " stancedb.mention m JOIN stancedb.article_version v ON v.id = m.article_version_id",
        ) == [(True, "Norland will build the dam")]
        done(sheet({**LINE, "statement": "later", "quote": "Norland may build a dam"}))
        assert sheet({**LINE, "statement": "gone"}).exit_code == 1

    def test_a_text_that_the_outlet_goes_back_to_is_the_newest_again(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        texts = [WORDS, f"Corrected. {WORDS}", WORDS]
        shown, counts = [], []
        for text_ in texts:
            done(run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "text": text_})))
            shown.append(answer(run, "article", "show", ARTICLE)["text"])
            counts += rows(small_url, "SELECT count(*) FROM stancedb.article_version")

        assert shown == texts
        assert counts == [(1,), (2,), (2,)]
        again = done(run("article", "load", tmp_path / "a.jsonl"))
        assert "nothing to change" in again.stderr
        assert rows(small_url, "SELECT count(*) FROM history.article_version") == [(1,)]

    def test_two_texts_of_one_article_in_a_folder_load_again_without_a_change(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        pages = tmp_path / "pages"
        pages.mkdir()
        for number, word in enumerate(("first", "second")):
            said = "".join(f"<p>In the {word} text a paragraph says what others do, {n} times.</p>" for n in range(4))
            (pages / f"{number}.html").write_text(
                '<html><head><link rel="canonical" href="https://herald.test/a-page"><title>A page</title></head>'
                f"<body><article><h1>A page</h1>{said}</article></body></html>"
            )
        done(run("article", "load", "--outlet", "herald", pages))
        number = last_number(small_url)

        done(run("article", "load", "--outlet", "herald", pages))

        texts = "SELECT body ~ 'second' FROM stancedb.article_version WHERE body ~ 'In the' ORDER BY retrieved_at, id"
        assert rows(small_url, texts) == [(False,), (True,)]
        assert last_number(small_url) == number

    def test_a_sheet_loaded_again_after_a_new_version_changes_nothing(
        self, run: Run, small_url: str, sheet: Callable[..., Any], tmp_path: Path
    ) -> None:
        done(sheet(LINE))
        done(run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "text": f"Corrected. {WORDS}"})))
        before = rows(small_url, "SELECT count(*) FROM stancedb.mention")

        done(sheet(LINE))

        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(1,)]
        assert rows(small_url, "SELECT count(*) FROM stancedb.coding") == [(1,)]
        assert rows(small_url, "SELECT count(*) FROM stancedb.mention") == before == [(1,)]

    def test_a_quote_that_a_new_text_leaves_out_keeps_its_place_in_the_old_one(
        self, run: Run, small_url: str, sheet: Callable[..., Any], tmp_path: Path
    ) -> None:
        done(sheet(LINE))
        changed = WORDS.replace("will build the dam", "may build a dam")
        done(run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "text": changed})))
        number = last_number(small_url)

        again = done(sheet(LINE))
        done(sheet(LINE, {**LINE, "quote": "Norland may build a dam", "issue": None, "position": None}))

        assert "nothing to change" in again.stderr
        assert last_number(small_url) == number + 1
        assert rows(small_url, "SELECT quote FROM stancedb.mention ORDER BY id") == [
            ("Norland will build the dam",),
            ("Norland may build a dam",),
        ]

    def test_an_observation_rests_on_the_text_that_was_the_newest_when_it_was_made(
        self, run: Run, tmp_path: Path
    ) -> None:
        seen = {"on": "2025-04-01", "is_seen": False, "article": ARTICLE}
        indicator = {
            "slug": "tender",
            "question": "Is there a tender?",
            "counts_if": "A tender.",
            "observations": [seen],
        }
        watched = jsonl(tmp_path / "indicator.jsonl", indicator)
        done(run("indicator", "load", watched))
        done(run("article", "load", jsonl(tmp_path / "a.jsonl", {**ARTICLE_LINE, "text": f"Corrected. {WORDS}"})))

        assert "nothing to change" in done(run("indicator", "load", watched)).stderr


class TestForms:
    def test_a_sheet_in_csv_makes_the_same_rows(self, run: Run, small_url: str, tmp_path: Path) -> None:
        lines = [
            {**LINE, "authority": 4, "addressees": ["eva-falk", "norland"], "confidence": "high"},
            {
                **LINE,
                "statement": "two",
                "quote": "We will not ask twice",
                "position": "",
                "links": ["reaffirms:cole-dam"],
            },
        ]
        fields = sorted({name for line in lines for name in line})
        written = io.StringIO()
        writer = csv.DictWriter(written, fields)
        writer.writeheader()
        for line in lines:
            writer.writerow({name: "|".join(v) if isinstance(v, list) else v for name, v in line.items()})
        (tmp_path / "sheet.csv").write_text(written.getvalue(), encoding="utf-8")
        given = [{name: value for name, value in line.items() if value} for line in lines]
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *given)))
        before = last_number(small_url)

        again = done(run("statement", "load", tmp_path / "sheet.csv"))

        assert "2 statement records: nothing to change, 0 rejected" in again.stderr
        assert last_number(small_url) == before

    def test_the_load_accounts_for_itself(self, small_url: str, sheet: Callable[..., Any]) -> None:
        done(sheet(LINE, {**LINE, "statement": "two"}))

        ((kind, origin, inserted, updated, unchanged, refused, digest),) = rows(
            small_url,
            "SELECT kind, origin, inserted, updated, unchanged, refused, input_sha256 FROM stancedb.load"
            " ORDER BY id DESC LIMIT 1",
        )
        assert (kind, origin, inserted, updated, unchanged, refused) == ("statement", "sheet-0.jsonl", 7, 0, 0, 0)
        assert len(digest) == 64

    def test_a_record_of_the_command_line_is_a_batch_of_one(self, run: Run, small_url: str) -> None:
        done(run("statement", "add", "--speaker", "ana-cole", "--said", "2025-03-01"))

        assert rows(small_url, "SELECT kind, origin, inserted FROM stancedb.load ORDER BY id DESC LIMIT 1") == [
            ("statement", "command line", 1)
        ]


class TestOvertaking:
    @pytest.mark.parametrize("worth_rebuilding", [1, 10_000])
    def test_a_file_that_is_loaded_twice_at_once_is_there_once(
        self, run: Run, settings: Settings, tmp_path: Path, *, monkeypatch: pytest.MonkeyPatch, worth_rebuilding: int
    ) -> None:
        monkeypatch.setattr("stancedb.loading.stage._WORTH_REBUILDING", worth_rebuilding)
        small_url = str(settings.database_url)
        path = jsonl(
            tmp_path / "sheet.jsonl",
            *({**LINE, "statement": f"s{number}", "coder": "ruth"} for number in range(100)),
        )
        ready = threading.Barrier(2)
        failures: list[BaseException] = []

        def loading() -> None:
            try:
                with writing(settings, message="at once") as session:
                    ready.wait(timeout=30)
                    load(session, "statement", read_records(path, StatementRecord), origin=path.name)
            except StancedbError as failure:
                failures.append(failure)

        threads = [threading.Thread(target=loading) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)

        assert not any(thread.is_alive() for thread in threads)
        assert [str(failure) for failure in failures] == []
        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(100,)]
        assert rows(small_url, "SELECT count(*), count(DISTINCT statement_id) FROM stancedb.coding") == [(100, 100)]
        assert rows(small_url, "SELECT count(*) FROM stancedb.mention") == [(100,)]
        done(run("db", "check"))

    def test_a_load_that_is_killed_leaves_nothing_and_can_be_started_again(
        self, run: Run, settings: Settings, small_url: str, tmp_path: Path
    ) -> None:
        path = jsonl(tmp_path / "sheet.jsonl", *({**LINE, "statement": f"s{number}"} for number in range(20)))
        before = last_number(small_url)

        with pytest.raises(Exception, match=r"terminat|shutting down|closed|cannot be used"):  # noqa: PT012, SIM117 - the kill comes in between
            with writing(settings, message="killed") as session:
                load(session, "statement", read_records(path, StatementRecord), origin=path.name)
                with psycopg.connect(small_url, autocommit=True) as other:
                    other.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                    )
        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(0,)]
        assert last_number(small_url) == before

        done(run("statement", "load", path))

        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(20,)]
        assert last_number(small_url) == before + 1

    def test_a_load_that_breaks_off_while_it_reads_leaves_nothing(self, settings: Settings, small_url: str) -> None:
        def items() -> Any:  # noqa: ANN401 - a stream that breaks
            for number in range(10):
                yield record({**BARE, "statement": f"s{number}"})
            raise KeyboardInterrupt

        before = last_number(small_url)
        with pytest.raises(KeyboardInterrupt), writing(settings, message="broken off") as session:
            load(session, "statement", items(), origin="a stream")

        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(0,)]
        assert last_number(small_url) == before


SCHEMA = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid), c.convalidated,
    obj_description(c.oid, 'pg_constraint')
FROM pg_constraint c WHERE c.connamespace = 'stancedb'::regnamespace
UNION ALL
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisvalid,
    obj_description(i.indexrelid, 'pg_class')
FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid WHERE k.relnamespace = 'stancedb'::regnamespace
ORDER BY 1, 2, 3
"""
FOREIGN_KEYS = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'stancedb.coding'::regclass"


class TestEmptyTables:
    """The foreign keys of a large load into empty tables are checked together."""

    @pytest.fixture(autouse=True)
    def _any_load_is_large(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("stancedb.loading.stage._WORTH_REBUILDING", 1)

    def test_keys_and_indexes_are_what_they_were(self, sheet: Callable[..., Any], small_url: str) -> None:
        before = rows(small_url, SCHEMA)

        done(sheet(LINE))

        assert rows(small_url, SCHEMA) == before

    def test_a_row_that_breaks_a_foreign_key_is_refused_by_its_name(self, settings: Settings, small_url: str) -> None:
        with (
            pytest.raises(StancedbError, match="speaker"),
            writing(settings, message="broken") as session,
            checked_at_once(session, ["statement"], 1),
        ):
            session.execute(
                text(
                    "INSERT INTO stancedb.statement (slug, speaker_id, said_edtf, said, authority, act,"
                    " verification, self_declared)"
                    " VALUES ('s', 0, '2025-03-01', '[2025-03-01,2025-03-02)', 3, 'assert',"
                    " 'confirmed', 'none')"
                )
            )

        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(0,)]

    def test_a_row_that_is_there_twice_is_refused_by_the_name_of_its_key(
        self, settings: Settings, small_url: str
    ) -> None:
        with (
            pytest.raises(StancedbError, match="slug"),
            writing(settings, message="twice") as session,
            checked_at_once(session, ["statement"], 1),
        ):
            session.execute(
                text(
                    "INSERT INTO stancedb.statement (slug, speaker_id, said_edtf, said, authority, act,"
                    " verification, self_declared)"
                    " SELECT 's', a.id, '2025-03-01', '[2025-03-01,2025-03-02)', 3, 'assert', 'confirmed', 'none'"
                    " FROM (SELECT id FROM stancedb.actor LIMIT 1) a CROSS JOIN generate_series(1, 2)"
                )
            )

        assert rows(small_url, "SELECT count(*) FROM stancedb.statement") == [(0,)]

    def test_what_is_derived_is_what_an_ordinary_load_derives(self, sheet: Callable[..., Any], small_url: str) -> None:
        done(sheet(LINE))
        at_once = [rows(small_url, f"SELECT * FROM stancedb.{table}") for table in ("stance", "stance_change", "pair")]
        with psycopg.connect(small_url) as connection:
            connection.execute("SELECT stancedb.open_changeset('test', 'again')")
            connection.execute("SELECT stancedb.touch_all(CAST(current_setting('stancedb.changeset') AS bigint))")
        again = [rows(small_url, f"SELECT * FROM stancedb.{table}") for table in ("stance", "stance_change")]

        assert all(at_once)
        assert at_once[:2] == again
        assert rows(small_url, "SELECT FROM stancedb.touched") == []

    def test_a_table_that_holds_rows_keeps_its_foreign_keys(
        self, settings: Settings, sheet: Callable[..., Any]
    ) -> None:
        done(sheet(LINE))

        with writing(settings, message="more") as session, checked_at_once(session, ["statement", "coding"], 1):
            assert session.execute(text(FOREIGN_KEYS)).scalar_one() > 0

    def test_whoever_reads_is_not_waited_for(self, settings: Settings, small_url: str) -> None:
        with psycopg.connect(small_url) as reader, writing(settings, message="beside a reader") as session:
            reader.execute("SELECT FROM stancedb.actor")
            with checked_at_once(session, ["statement", "coding"], 1):
                assert session.execute(text(FOREIGN_KEYS)).scalar_one() > 0
                assert session.execute(text("SHOW lock_timeout")).scalar_one() == "0"

    def test_they_are_dropped_while_rows_come_in(self, settings: Settings) -> None:
        with writing(settings, message="large") as session, checked_at_once(session, ["statement", "coding"], 1):
            assert session.execute(text(FOREIGN_KEYS)).scalar_one() == 0


def record(values: dict[str, object]) -> Item[StatementRecord]:
    """Return a record as read."""
    return check_record(values, StatementRecord, "a stream", original=values)


def test_dates_of_every_form_become_their_days(run: Run, small_url: str, sheet: Callable[..., Any]) -> None:
    forms = {
        "day": "2025-03-01",
        "month": "2025-03",
        "one-of": "[2025-03-01..2025-03-10]",
        "lasting": "2025-03-01/2025-03-10",
        "since": "2025-03-01/..",
        "phrase": "early March 2025",
    }
    done(sheet(*({**BARE, "statement": slug, "said": said} for slug, said in forms.items())))

    found = {
        slug: (said_from, said_to)
        for slug, said_from, said_to in rows(small_url, "SELECT slug, lower(said), upper(said) FROM stancedb.statement")
    }
    first, end = date(2025, 3, 1), date(2025, 3, 11)
    assert found == {
        "day": (first, date(2025, 3, 2)),
        "month": (first, date(2025, 4, 1)),
        "one-of": (first, end),
        "lasting": (first, end),
        "since": (first, None),
        "phrase": (first, end),
    }
    assert {row["statement"]: row["said"] for row in answer(run, "statement", "list")}["phrase"] == (
        "[2025-03-01..2025-03-10]"
    )


def test_a_line_with_several_faults_is_refused_once_in_the_file(run: Run, tmp_path: Path) -> None:
    sheet = jsonl(tmp_path / "sheet.jsonl", {**LINE, "speaker": "nobody", "issue": "nothing", "position": None})
    refused = tmp_path / "refused.jsonl"

    result = run("statement", "load", sheet, "--keep-going", "--refused", refused)

    assert result.exit_code == 1
    (written,) = [json.loads(line) for line in refused.read_text("utf-8").splitlines()]
    assert "nobody" in written["x_reason"]
    assert "nothing" in written["x_reason"]


@pytest.mark.parametrize(
    ("kind", "bad", "names_it", "good"),
    [
        (
            "outlet",
            {"slug": "one", "name": "One", "kind": "nothing"},
            {"slug": "two", "name": "Two", "parent": "one"},
            {"slug": "three", "name": "Three", "parent": "herald"},
        ),
        (
            "actor",
            {"slug": "one", "kind": "organization", "name": "One", "identifiers": ["nothing:1"]},
            {"slug": "two", "kind": "person", "name": "Two", "relations": ["member_of:one"]},
            {"slug": "three", "kind": "person", "name": "Three", "relations": ["member_of:norland"]},
        ),
        (
            "event",
            {"slug": "one", "kind": "nothing", "title": "One", "during": "2025"},
            {
                "slug": "two",
                "kind": "visit",
                "title": "Two",
                "during": "2025",
                "causes": [{"kind": "responds_to", "event": "one", "asserted_by": "norland"}],
            },
            {"slug": "three", "kind": "visit", "title": "Three", "during": "2025"},
        ),
        (
            "article",
            {"id": "one", "outlet": "nothing", "title": "One", "text": "Words."},
            {"id": "two", "outlet": "herald", "title": "Two", "text": "Other words.", "syndicated_from": "one"},
            {"id": "three", "outlet": "herald", "title": "Three", "text": "More words.", "syndicated_from": ARTICLE},
        ),
        (
            "statement",
            {**LINE, "statement": "one", "speaker": "nobody"},
            {**LINE, "statement": "two", "quote": "We will not ask twice", "links": ["reaffirms:one"]},
            {**LINE, "statement": "three"},
        ),
    ],
)
def test_who_names_a_refused_record_is_refused_too_so_that_no_part_of_it_is_lost(
    run: Run, small_url: str, tmp_path: Path, *, kind: str, bad: object, names_it: object, good: object
) -> None:
    path = jsonl(tmp_path / "records.jsonl", bad, names_it, good)

    result = run(kind, "load", path, "--keep-going", "--refused", tmp_path / "refused.jsonl")

    assert result.exit_code == 1
    written = [json.loads(line) for line in (tmp_path / "refused.jsonl").read_text("utf-8").splitlines()]
    assert [row.get("slug") or row.get("id") or row["statement"] for row in written] == ["one", "two"]
    assert "'one'" in written[1]["x_reason"]
    kept = rows(small_url, f"SELECT slug FROM stancedb.{kind} WHERE slug IN ('one', 'two', 'three')")
    assert kept == [("three",)]


class TestParents:
    def test_an_outlet_that_is_moved_to_another_house_is_updated_and_counted(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        star = {"slug": "star", "name": "The Star"}
        done(run("outlet", "load", jsonl(tmp_path / "o.jsonl", star, {"slug": "house", "name": "House"})))

        moved = done(run("outlet", "load", jsonl(tmp_path / "o.jsonl", {**star, "parent": "house"})))

        assert moved.stdout.splitlines()[-1].split() == ["outlet", "0", "1", "0"]
        of_star = "SELECT p.slug FROM stancedb.outlet o JOIN stancedb.outlet p ON p.id = o.parent_id"
        assert rows(small_url, of_star) == [("house",)]
        again = done(run("outlet", "load", jsonl(tmp_path / "o.jsonl", {**star, "parent": "house"})))
        assert "nothing to change" in again.stderr

    def test_an_issue_that_is_put_under_a_wider_one_is_updated_and_counted(
        self, run: Run, small_url: str, tmp_path: Path
    ) -> None:
        (tmp_path / "c.toml").write_text(CODEBOOK.replace('slug = "dam-cost"', 'slug = "dam-cost"\nparent = "dam"'))

        moved = done(run("codebook", "load", tmp_path / "c.toml"))

        assert ["issue", "0", "1", "1"] in [line.split() for line in moved.stdout.splitlines()]
        assert rows(small_url, "SELECT slug FROM stancedb.issue WHERE parent_id IS NOT NULL") == [("dam-cost",)]

    def test_one_that_a_person_entered_stays_where_it_is(self, run: Run, small_url: str, tmp_path: Path) -> None:
        said = done(
            run(
                "outlet",
                "load",
                jsonl(
                    tmp_path / "o.jsonl",
                    {"slug": "house", "name": "House"},
                    {"slug": "herald", "name": "The Herald", "parent": "house"},
                ),
            )
        ).stderr

        assert "outlet: 1 entered or corrected by a user, kept" in said
        assert rows(small_url, "SELECT FROM stancedb.outlet WHERE parent_id IS NOT NULL") == []


class TestNames:
    @pytest.mark.parametrize("loaded", ["Norland", "Kingdom of Norland"])
    def test_a_name_that_a_person_chose_stays_the_preferred_one(
        self, run: Run, small_url: str, tmp_path: Path, loaded: str
    ) -> None:
        done(run("actor", "set", "norland", "--name", "The Norlands"))
        lines = ({"slug": "norland", "kind": "state", "name": loaded}, {"slug": "new", "kind": "person", "name": "New"})

        for _ in range(2):
            done(run("actor", "load", jsonl(tmp_path / "a.jsonl", *lines)))

        names = "SELECT a.name, n.name FROM stancedb.actor_name n JOIN stancedb.actor a ON a.id = n.actor_id"
        assert rows(small_url, f"{names} WHERE a.slug = 'norland' AND n.kind = 'preferred'") == [
            ("The Norlands", "The Norlands")
        ]

    def test_a_name_that_is_added_takes_no_other_ones_place(self, run: Run, small_url: str) -> None:
        add = ("actor", "add", "norland", "--kind", "state", "--name", "Norland", "--other-name")
        done(run(*add, "ja:one"))

        done(run(*add, "ja:two"))

        assert rows(small_url, "SELECT name, kind FROM stancedb.actor_name WHERE language = 'ja' ORDER BY id") == [
            ("one", "preferred"),
            ("two", "alias"),
        ]


_OF_ONE = {"kind": "person", "name": "One"}
_EVENT = {"kind": "vote", "title": "A vote", "during": "2025"}
_SEEN = {"on": "2025-01-01", "is_seen": True}


class TestWhatAFileCannotSay:
    @pytest.mark.parametrize(
        ("kind", "bad", "reason"),
        [
            ("outlet", {"name": "One", "parent": "one"}, "parent: The parent is the outlet itself"),
            (
                "actor",
                {**_OF_ONE, "relations": ["member_of:one"]},
                "relations: member_of:one relates the actor to itse",
            ),
            ("actor", {**_OF_ONE, "tenures": ["one@2020/.."]}, "tenures: The office is the actor itself"),
            (
                "actor",
                {**_OF_ONE, "relations": ["member_of:norland@2020/2022", "member_of:norland@2020/2023"]},
                "relations: member_of:norland@2020/2022 and member_of:norland@2020/2023 overlap",
            ),
            (
                "event",
                {**_EVENT, "causes": [{"kind": "triggers", "event": "one", "asserted_by": "norland"}]},
                "causes: The cause is the event itself",
            ),
            (
                "indicator",
                {"question": "A vote?", "counts_if": "Yes.", "observations": [_SEEN, {**_SEEN, "is_seen": False}]},
                "observations: There are two different values for 2025-01-01",
            ),
        ],
    )
    def test_is_refused_by_its_line_and_the_others_are_loaded(
        self, run: Run, small_url: str, tmp_path: Path, *, kind: str, bad: dict[str, Any], reason: str
    ) -> None:
        good = {field: value for field, value in bad.items() if isinstance(value, str) and field != "parent"}
        lines = ({**bad, "slug": "one"}, {**good, "slug": "two"})

        result = run(kind, "load", jsonl(tmp_path / "r.jsonl", *lines), "--keep-going")

        assert f"line 1: {reason}" in result.stderr
        assert rows(small_url, f"SELECT slug FROM stancedb.{kind} WHERE slug IN ('one', 'two')") == [("two",)]

    def test_an_issue_that_belongs_to_itself_is_refused(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "c.toml").write_text(
            CODEBOOK.replace('slug = "dam-cost"', 'slug = "dam-cost"\nparent = "dam-cost"')
        )

        assert "Issue 'dam-cost' belongs to itself" in run("codebook", "load", tmp_path / "c.toml").stderr

    def test_a_relation_that_overlaps_what_is_known_is_refused_with_what_is_known(
        self, run: Run, tmp_path: Path
    ) -> None:
        for period, told in (("2020/2022", None), ("2020/2023", None), ("2019/2021", "existing 2020/2023.")):
            line = {**_OF_ONE, "slug": "one", "relations": [f"member_of:norland@{period}"]}
            result = run("actor", "load", jsonl(tmp_path / "a.jsonl", line))
            assert (told or "loaded") in result.stderr


class TestPeriods:
    def test_one_that_a_person_ended_is_not_prolonged_by_a_load(self, run: Run, small_url: str, tmp_path: Path) -> None:
        cole = ("actor", "add", "ana-cole", "--kind", "person", "--name", "Ana Cole")
        falk = ("actor", "add", "eva-falk", "--kind", "person", "--name", "Eva Falk")
        done(run(*cole, "--tenure", "prime-minister-of-norland@2025-01-01/2025-06-30"))
        done(run(*falk, "--tenure", "prime-minister-of-norland@2025-07-01/.."))
        held = "SELECT held_edtf FROM stancedb.tenure t JOIN stancedb.actor a ON a.id = t.office_id WHERE a.slug ="
        before = rows(small_url, f"{held} 'prime-minister-of-norland' ORDER BY t.held")
        (tmp_path / "actor.csv").write_text(ACTORS, encoding="utf-8")

        said = done(run("actor", "load", tmp_path / "actor.csv")).stderr

        assert "tenure: 1 entered or corrected by a user, kept" in said
        assert rows(small_url, f"{held} 'prime-minister-of-norland' ORDER BY t.held") == before
        assert before[1:] == [("2025-01-01/2025-06-30",), ("2025-07-01/..",)]

    def test_one_that_would_end_before_a_statement_made_in_it_is_refused_by_its_line(
        self, run: Run, tmp_path: Path
    ) -> None:
        done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE)))
        lines = [
            "slug,kind,name,tenures",
            "eva-falk,person,Eva Falk,",
            "ana-cole,person,Ana Cole,prime-minister-of-norland@2025-01-01/2025-02-28",
        ]
        (tmp_path / "actor.csv").write_text("\n".join(lines), encoding="utf-8")
        said = (
            "tenures: 'prime-minister-of-norland@2025-01-01/2025-02-28' does not cover the statement 'cole-dam' of"
            " 2025-03-01. Correct the period, or correct the statement first."
        )

        result = run("actor", "load", tmp_path / "actor.csv")
        assert (result.exit_code, f"line 3: {said}" in result.stderr) == (1, True), result.stderr

        added = run(
            "actor",
            "add",
            "ana-cole",
            "--kind",
            "person",
            "--name",
            "Ana Cole",
            "--tenure",
            "prime-minister-of-norland@2025-01-01/2025-02-28",
        )
        assert (added.exit_code, added.stderr) == (1, f"Error: {said}\n")
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
                "prime-minister-of-norland@2025-01-01/2025-03-01",
            )
        )


class TestAddingTwice:
    def test_what_was_left_out_the_first_time_is_added(self, run: Run, small_url: str) -> None:
        outlet = ("outlet", "add", "star", "--name", "The Star")
        statement = ("statement", "add", "--slug", "s", "--speaker", "ana-cole", "--said", "2025-03-01")
        for line in (outlet, (*outlet, "--country", "GB"), statement, (*statement, "--place", "Oslo")):
            done(run(*line))

        assert rows(small_url, "SELECT country FROM stancedb.outlet WHERE slug = 'star'") == [("GB",)]
        assert rows(small_url, "SELECT place FROM stancedb.statement WHERE slug = 's'") == [("Oslo",)]

    def test_a_conflicting_value_is_refused(self, run: Run, small_url: str) -> None:
        done(run("outlet", "add", "star", "--name", "The Star", "--parent", "herald", "--country", "GB"))
        done(run("outlet", "add", "house", "--name", "House"))

        for option, value in (("country", "FR"), ("parent", "house")):
            refused = run("outlet", "add", "star", "--name", "The Star", f"--{option}", value)
            assert refused.exit_code == 1
            assert f"The outlet already exists with a different {option}." in refused.stderr
        assert rows(small_url, "SELECT country FROM stancedb.outlet WHERE slug = 'star'") == [("GB",)]


def test_a_refusal_of_a_part_names_the_field_that_contains_it(run: Run, tmp_path: Path) -> None:
    event = {"slug": "visit", "kind": "visit", "title": "A visit", "during": "2025-03-05"}
    causes = [{"kind": "triggers", "statement": "none-such", "asserted_by": "nobody"}]
    broken = {**event, "participants": ["actor:nobody"], "causes": causes}

    result = run("event", "load", jsonl(tmp_path / "events.jsonl", broken))

    named = [line.partition("line 1: ")[2].partition(":")[0] for line in result.stderr.splitlines()[:3]]
    assert (result.exit_code, named) == (1, ["participants", "causes", "causes"])


def test_a_correction_of_the_speaker_reports_codings_of_the_previous_speaker(run: Run, tmp_path: Path) -> None:
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", LINE)))

    other = done(run("statement", "set", "cole-dam", "--authority", "4"))
    corrected = done(run("statement", "set", "cole-dam", "--speaker", "ben-dahl"))

    assert "the speaker's own" not in other.stderr
    assert "coding: 1 made as the speaker's own, but the speaker has since changed" in corrected.stderr


@pytest.mark.parametrize(("said", "code"), [("2025-03-01", 1), ("2025-03-02", 0), ("2025-03", 0)])
def test_the_instant_lies_on_the_day_where_the_speaker_is(run: Run, tmp_path: Path, said: str, code: int) -> None:
    line = {**BARE, "said": said, "said_at": "2025-03-01T20:00:00Z", "zone": "Asia/Tokyo"}

    result = run("statement", "load", jsonl(tmp_path / "sheet.jsonl", line))

    assert result.exit_code == code
    told = "line 1: said_at: In Asia/Tokyo that time is on 2025-03-02, but said is 2025-03-01. The two must be on"
    assert (told in result.stderr) is (code == 1)
