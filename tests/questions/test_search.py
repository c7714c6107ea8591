"""A search with the index finds what a slow reading of every text finds."""

from __future__ import annotations

import csv
import json
import random
import re
import unicodedata
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.database import Reading, reading
from stancedb.errors import UsageError
from stancedb.questions import articles
from stancedb.questions.articles import search_articles
from stancedb.settings import Settings
from stancedb.shared.asking import Row, ask
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

PIECES = [
    "Taiwán",
    "TAIWAN",
    "Taiwan's",
    "taiwanese",
    "red line",
    "red-line",
    "red",
    "line",
    "Zürich",
    "Łódź",
    "Straße",
    "台湾海峡",
    "台湾",
    "海峡两岸",
    "台灣海峽",
    "台湾有事は日本有事",
    "カタカナ",
    "ガ",
    "が",
    "대만해협",
    "대만",
    "해협의 평화",
    "2025年11月",
    "Москва",
    "МОСКВЫ",
    "Αθήνα",
    "\uff26\uff35\uff2c\uff2c",
    "a@b.example",
    "100%",
    "—",
    "\n\n",
    "。",
    "、",
    "-",
]
ASKED = [
    "taiwan",
    "Taiwán",
    "TAIWÁN red",
    '"red line"',
    "red-line",
    "line red",
    '"line red"',
    "lodz",
    "ŁÓDŹ",
    "zurich",
    "台湾",
    "台湾海峡",
    "湾",
    "海峡 台湾",
    "日本有事",
    "が",
    "カタカナ",
    "대만",
    "해협",
    '"해협의 평화"',
    "11月",
    "2025",
    "москва",
    "full",
    '"taiwan s"',
    '"台湾 海峡"',
    "nowhere",
]
LONG = "word" * 300_000


def folded(said: str) -> list[str]:
    """Split a text into words and into single characters of scripts without spaces, in a slow way."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", said) if not "\u0300" <= c <= "\u036f")
    bare = unicodedata.normalize("NFKC", bare).lower().translate(str.maketrans("łøđı\u03c2", "lodi\u03c3"))
    words: list[str] = []
    for chunk in re.findall(r"[\w]+", bare.replace("_", " ")):
        words += re.findall(
            r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]+|[^\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af々]+", chunk
        )
    return words


def has(text: str, asked: str) -> bool:
    """Return whether a text contains all search terms."""
    return all(phrase_in(folded(text), folded(a or b)) for a, b in re.findall(r'"([^"]*)"|(\S+)', asked))


def phrase_in(words: list[str], phrase: list[str]) -> bool:
    """Return whether words are adjacent; in scripts without spaces, the first may be a suffix and the last a prefix."""
    unspaced = [bool(re.match(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", word)) for word in phrase]
    for at in range(len(words) - len(phrase) + 1):
        window = words[at : at + len(phrase)]
        if len(phrase) == 1:
            if window == phrase or (unspaced[0] and phrase[0] in window[0]):
                return True
        elif (
            window[1:-1] == phrase[1:-1]
            and (window[0].endswith(phrase[0]) if unspaced[0] else window[0] == phrase[0])
            and (window[-1].startswith(phrase[-1]) if unspaced[-1] else window[-1] == phrase[-1])
        ):
            return True
    return False


@pytest.fixture(scope="module")
def texts() -> dict[str, tuple[str, str]]:
    """Return random titles and texts by slug."""
    draw = random.Random(7)  # noqa: S311 - the same texts each time, not a secret
    return {
        f"n{number}": (" ".join(draw.choices(PIECES[:27], k=2)), draw.choice(["", " "]).join(draw.choices(PIECES, k=9)))
        for number in range(400)
    } | {"long": ("Long", f"{LONG} zürich"), "wide": ("Wide", "海峡台" * 100_000)}


@pytest.fixture(scope="module")
def filled(
    clone: Clone, small_once: str, texts: dict[str, tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Provide a database with the texts."""
    with clone(name_of(small_once)) as url:
        folder: Path = tmp_path_factory.mktemp("search")
        lines = [
            {
                "schema": "stancedb.article/1",
                "id": slug,
                "outlet": "herald",
                "title": title,
                "text": f"{body} .",
                "published": f"2025-0{1 + len(slug)}-02",
                "language": "zh-Hant" if slug.endswith("7") else "en",
            }
            for slug, (title, body) in texts.items()
        ]
        done(invoker(url, folder)("article", "load", jsonl(folder / "articles.jsonl", *lines)))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        yield url


@pytest.fixture
def run(filled: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the texts."""
    return invoker(filled, tmp_path)


@pytest.mark.parametrize("asked", ASKED)
def test_it_finds_what_a_reading_of_every_text_finds(
    filled: str, tmp_path: Path, texts: dict[str, tuple[str, str]], asked: str
) -> None:
    parts = re.findall(r'"[^"]*"|\S+', asked)
    expected = {
        slug for slug, (title, body) in texts.items() if all(has(title, part) or has(body, part) for part in parts)
    }
    with reading(Settings(database_url=filled, data_dir=tmp_path, author=AUTHOR)) as session:
        found = search_articles(session, asked, limit=1000)

    ours = [row["article"] for row in found if row["article"] in texts]
    assert len(ours) == len({*ours})
    assert {*ours} == expected
    assert (asked == "nowhere") == (not expected)


@pytest.mark.parametrize(
    ("table", "column", "index"),
    [("article", "title", "ix_article_title_terms"), ("article_version", "body", "ix_article_version_body_terms")],
)
def test_an_index_proposes_what_is_read(filled: str, table: str, column: str, index: str) -> None:
    with psycopg.connect(filled) as connection:
        plan = connection.execute(
            f"EXPLAIN SELECT id FROM stancedb.{table} WHERE stancedb.search_terms({column}) @> '{{lodz}}'".encode()
        ).fetchall()

    assert any(index in line for (line,) in plan)


@pytest.mark.parametrize("asked", ["taiwan", '"red line" taiwan', "台湾海峡"])
def test_no_search_takes_every_text_apart(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    plans: list[str] = []

    def explained(session: Reading, question: str, **values: Any) -> list[Row]:
        plans.extend(row["QUERY PLAN"] for row in ask(session, f"EXPLAIN {question}", **values))
        return ask(session, question, **values)

    monkeypatch.setattr(articles, "ask", explained)
    with reading(Settings(database_url=filled, data_dir=tmp_path, author=AUTHOR)) as session:
        search_articles(session, asked)

    assert any("Bitmap Index Scan on ix_article_version_body_terms" in line for line in plans)
    assert not any("Seq Scan on article_version" in line for line in plans)


def test_filters_narrow_what_is_found(run: Run) -> None:
    every = {row["article"] for row in answer(run, "article", "search", "taiwan", "--limit", 999)}
    late = {
        row["article"] for row in answer(run, "article", "search", "taiwan", "--limit", 999, "--since", "2025-05-01")
    }
    early = {
        row["article"] for row in answer(run, "article", "search", "taiwan", "--limit", 999, "--until", "2025-04-30")
    }
    chinese = {row["article"] for row in answer(run, "article", "search", "taiwan", "--limit", 999, "--language", "zh")}

    assert late
    assert early
    assert (late | early, late & early) == (every, set())
    assert chinese == {slug for slug in every if slug.endswith("7")}
    assert answer(run, "article", "search", "taiwan", "--coded") == []
    assert len(answer(run, "article", "search", "taiwan", "--uncoded", "--outlet", "herald", "--limit", 999)) == len(
        every
    )


def test_sorted_by_date_the_newest_come_first(run: Run) -> None:
    days = [row["published"] for row in answer(run, "article", "search", "taiwan", "--sort", "date", "--limit", 999)]

    assert days == sorted(days, reverse=True)
    assert len({*days}) > 1


def test_by_rank_a_title_comes_before_a_text(run: Run, texts: dict[str, tuple[str, str]]) -> None:
    titled = [
        has(texts[row["article"]][0], "zurich") for row in answer(run, "article", "search", "zurich", "--limit", 99)
    ]

    assert titled == sorted(titled, reverse=True)
    assert {*titled} == {True, False}


@pytest.mark.parametrize(("asked", "shown"), [("lodz", "[Łódź]"), ("湾海", "台[湾海]峡"), ('"RED line"', "[red line]")])
def test_hits_are_marked_as_they_are_printed(run: Run, asked: str, shown: str) -> None:
    assert any(shown in row["snippet"] for row in answer(run, "article", "search", asked, "--limit", 99))


def test_further_hits_are_reported(run: Run) -> None:
    hits = len(answer(run, "article", "search", "taiwan", "--limit", 999))

    assert "Only the first" in done(run("article", "search", "taiwan", "--limit", hits - 1)).stderr
    assert "Only the first" not in done(run("article", "search", "taiwan", "--limit", hits)).stderr


@pytest.mark.parametrize("form", ["csv", "json", "ndjson"])
def test_a_search_gives_all_hits_as_data_or_says_that_it_does_not(run: Run, form: str) -> None:
    hits = len(answer(run, "article", "search", "taiwan", "--limit", 999))
    assert hits > 20

    whole = done(run("article", "search", "taiwan", "--format", form))
    part = done(run("article", "search", "taiwan", "--format", form, "--limit", 3))

    assert (_count(whole.stdout, form), whole.stderr) == (hits, "")
    assert (_count(part.stdout, form), "Only the first 3 rows" in part.stderr) == (3, True)
    assert "Only the first" not in done(run("article", "search", "taiwan", "--format", form, "--limit", hits)).stderr


def _count(written: str, form: str) -> int:
    if form == "json":
        return len(json.loads(written))
    return len([*csv.DictReader(StringIO(written))]) if form == "csv" else len(written.splitlines())


def test_a_search_without_a_word_is_refused(filled: str, tmp_path: Path) -> None:
    with (
        reading(Settings(database_url=filled, data_dir=tmp_path, author=AUTHOR)) as session,
        pytest.raises(UsageError, match="no word"),
    ):
        search_articles(session, '"—" !')
