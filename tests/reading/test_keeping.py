"""Pages are stored compressed and returned unchanged; texts are indexed as before, and faster."""

from __future__ import annotations

import gzip
import json
import random
from base64 import b64decode
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.reading.article.keeping import packed, unpacked
from tests.support.exported import PAGE
from tests.support.plugin import Run
from tests.support.worlds import done, last_number

pytest_plugins = ("tests.support.worlds",)

# The first version of the functions over texts.
SLOWER = Path(__file__).with_name("slower_functions.sql")
RAW = PAGE.encode()


DRAW = random.Random(3)  # noqa: S311 - the same texts each time, not a secret
ASCII = "abcdefghij klm ABC .,;:!?-'\"\n\t0123"
MARKS = "\u201c\u201d\u2018\u2019\u2013\u2014\u2026\u00a0"
WESTERN = "éàüñÄÖß\u00d7\u00f7\u201c\u201d\u2019\u2013"
# Accented letters, letters without case, Greek, Cyrillic, scripts without spaces, marks, and similar characters.
LETTERS = (
    "aábcçdeéfghijklłmnoøóœpqrsßtuüvwxyz AÁBÇÉİŁÓØŚÜ \t\n.,;:!?-_()[]«»'\"/&%@#0123456789½\u0131\u00ad"
    "\u03b1\u03ac\u03b2\u03c2\u03c3\u03a3\u03a9\u0430\u0431\u0439\u0451\u0401\u045b台湾海峡ガか゛한국어あ。、「」"
    "e\u0301\u200b\u200d\ufe0f🙂ﬁ①\uff21\u0300\u0374\u00a0\u2026\u2019\u2014"
)


@pytest.fixture
def ferry(run: Run, tmp_path: Path) -> Run:
    """Provide a function that runs a command on a database with one page in it."""
    (tmp_path / "ferry.html").write_bytes(RAW)
    done(run("outlet", "add", "post", "--name", "The Post"))
    done(run("article", "load", tmp_path / "ferry.html", "--outlet", "post", "--published", "2025-02-01"))
    return run


def kept(url: str, columns: str = "raw, raw_encoding") -> tuple[Any, ...]:
    """Return the stored form of the only page."""
    with psycopg.connect(url) as connection:
        [row] = connection.execute(f"SELECT {columns} FROM stancedb.article_version".encode()).fetchall()
    return row


def exported(run: Run) -> bytes:
    """Return the bytes of the only page in an export."""
    [line] = done(run("export", "article")).stdout.splitlines()
    return b64decode(json.loads(line)["raw_bytes"])


def test_a_page_is_kept_packed_and_exported_as_it_came(ferry: Run, connection_url: str) -> None:
    raw, encoding = kept(connection_url)

    assert (gzip.decompress(raw), encoding) == (RAW, "gzip")
    assert len(raw) < len(RAW) / 2
    assert exported(ferry) == RAW


def test_an_exported_page_loads_as_the_same_bytes(ferry: Run, connection_url: str, tmp_path: Path) -> None:
    before = kept(connection_url)
    (tmp_path / "out.jsonl").write_text(done(ferry("export", "article")).stdout, encoding="utf-8")
    again = done(ferry("article", "load", tmp_path / "out.jsonl"))

    assert "nothing to change" in again.stderr
    done(ferry("changeset", "undo", last_number(connection_url)))
    done(ferry("article", "load", tmp_path / "out.jsonl"))
    assert kept(connection_url) == before


@pytest.mark.parametrize(
    ("raw", "media_type"),
    [(b"<p>", "text/html"), (DRAW.randbytes(500), "text/html"), (b"%PDF" * 99, "application/pdf"), (RAW, None)],
    ids=["short", "without order", "PDF", "of no type"],
)
def test_what_packing_does_not_serve_is_kept_as_it_came(raw: bytes, media_type: str | None) -> None:
    assert packed(raw, media_type) == (raw, "identity")
    assert unpacked(raw, "identity") == raw


def test_the_same_page_is_packed_into_the_same_bytes() -> None:
    assert packed(RAW, "text/html") == packed(RAW, "text/html")


def texts() -> list[str]:
    """Draw texts with all kinds of letters, long enough to have runs of words."""
    drawn = ["", " ", "\u2026", "a", "\u201ca\u201d", "a\u2026b", "a \u00a0b", "e\u0301", "\u201c\u0301\u201d"]
    drawn += [f"a {letter * length} b" for letter in "xé" for length in (64, 65, 66, 3_000)]
    for letters in (ASCII, ASCII + MARKS, ASCII + WESTERN, LETTERS):
        drawn += ["".join(DRAW.choices(letters, k=DRAW.randint(1, 400))) for _ in range(150)]
    return drawn


def test_quicker_functions_return_what_the_slower_ones_did(connection_url: str) -> None:
    drawn = texts()
    ask = (
        "SELECT {0}.search_text(t), {0}.search_terms(t), {0}.text_shingles(t)"
        " FROM unnest(%s::text[]) WITH ORDINALITY AS u (t, n) ORDER BY n"
    )
    with psycopg.connect(connection_url) as connection:
        connection.execute(SLOWER.read_bytes())
        quick, slow = (
            connection.execute(ask.format(schema).encode(), (drawn,)).fetchall() for schema in ("stancedb", "slower")
        )

    # The order of terms is arbitrary.
    assert [(a, sorted(b or []), c) for a, b, c in quick] == [(a, sorted(b or []), c) for a, b, c in slow]
    assert sum(bool(shingles) for _, _, shingles in quick) > 100


def test_a_text_of_more_words_than_a_vector_holds_is_indexed_whole(connection_url: str) -> None:
    words = [f"w{number}" for number in range(180_000)]
    with psycopg.connect(connection_url) as connection:
        found = connection.execute("SELECT stancedb.search_terms(%s)", (" ".join(words),)).fetchone()

    assert found is not None
    assert sorted(found[0]) == sorted(words)
