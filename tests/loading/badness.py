"""Invalid files of every format that loads, generated from a seed, and rules for what a load of one must do.

    python -m tests.loading.badness [COUNT] [--seed SEED]

generates this number of files (default: 10,000) and loads each into a small world on an embedded server. It prints
violations: an unexpected error, a remaining row, a rejection without its location or on several lines, a file that was
loaded although it is invalid, or a slow load.
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg

from stancedb.database import Writing, writing
from stancedb.errors import RecordsRefused, StancedbError, UnreadableInput, UsageError
from stancedb.loading.dna.context import Choices
from stancedb.loading.dna.loader import load_dna
from stancedb.loading.loader import load
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.files import read_records
from stancedb.reading.mapped import read_mapped, read_mapping
from stancedb.reading.popolo.document import read_popolo
from stancedb.reading.sources import source_of
from stancedb.records.schemas import RECORDS
from stancedb.server import embedded
from stancedb.settings import Settings
from tests.reading import test_archives, test_pdf
from tests.support import dna_files
from tests.support.plugin import AUTHOR, EMBEDDED, migrate
from tests.support.worlds import ARTICLE, CODEBOOK, WORDS, fill_small

LONGEST = 5.0  # Maximum seconds for one small file.
LONGEST_SENTENCE = 2000  # Characters; a record may have a fault in every field.


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that should not load, or might not: random mutations may have no effect."""

    kind: Any
    name: str
    content: bytes
    trick: str
    is_surely_bad: bool = False
    line: int | None = None
    encoding: str | None = None
    mapping: bytes | None = None


# --- Good records -----------------------------------------------------------------------------------------------------

Values = dict[str, Any]


def good(kind: str, number: int) -> Values:
    """Return a record that loads into the small world."""
    kinds: dict[str, Values] = {
        "outlet": {"slug": f"outlet-{number}", "name": "An outlet", "reliability": "B"},
        "actor": {
            "slug": f"actor-{number}",
            "kind": "person",
            "name": "A name",
            "other_names": ["ja:名"],
            "identifiers": [f"wikidata:Q9{number}"],
            "tenures": ["minister-of-rivers@2019-01-01/2019-12-31"],
        },
        "article": {
            "id": f"article-{number}",
            "outlet": "herald",
            "title": "A title",
            "text": f"Words {number}.",
            "url": f"https://herald.example/{number}",
            "published": "2025-03-01",
            "published_at": "2025-03-01T10:00:00+01:00",
            "retrieved_at": "2025-03-02T10:00:00Z",
        },
        "statement": {
            "statement": f"statement-{number}",
            "speaker": "ana-cole",
            "said": "2025-03-01",
            "article": ARTICLE,
            "quote": "Norland will build the dam",
            "issue": "dam",
            "position": "support",
            "zone": "Europe/Oslo",
            "said_at": "2025-03-01T10:00:00+01:00",
            "authority": 4,
            "addressees": ["norland"],
            "final": True,
        },
        "event": {
            "slug": f"event-{number}",
            "kind": "visit",
            "title": "A visit",
            "during": "2025-03-01/2025-03-02",
            "zone": "Europe/Oslo",
            "participants": ["host:norland"],
        },
        "indicator": {
            "slug": f"indicator-{number}",
            "question": "Is it so?",
            "counts_if": "It is.",
            "issue": "dam",
            "due": "2026",
            "observations": [{"on": "2025-11-11", "is_seen": False, "note": "Not seen.", "article": ARTICLE}],
        },
    }
    return kinds[kind]


_IN_CSV = ("outlet", "actor", "article", "statement")
_IN_JSON = (*_IN_CSV, "event", "indicator")

# --- Bad values -------------------------------------------------------------------------------------------------------

_DAYS = {"published", "said", "during", "due", "on"}
_INSTANTS = {"published_at", "retrieved_at", "said_at"}
_BAD_DAYS = (
    "22/11/2026",
    "2025-02-30",
    "2025-13",
    "2025-00-10",
    "0000-00-00",
    "99999-01-01",
    "yesterday",
    "2025-11-7",
    "\uff12\uff10\uff12\uff15",
    "2025-11-25T24:61",
    "2025-11-07/2025-11-01",
    "[2025-11-10..2025-11-01]",
    "../..",
    "Y-17E7",
    "-2025",
    "1" * 5000,
    "/",
    "..",
    "2025-",
    "2025-W01",
    "0x7e9",
    "45000",
)
_ODD_DAYS = (
    "0001-01-01",
    "9999-12-31",
    "9999",
    "9999-12-31/..",
    "../0001",
    "2025?",
    "2025-21",
    "199X",
    "0000",
    "2025-11-07T10:00:00",
)
_BAD_INSTANTS = (
    "2025-11-07",
    "2025-11-07T10:00:00",
    "2025-11-07T25:00:00Z",
    "2025-11-07T10:00:00+99:99",
    "1764000000",
    1764000000,
    "now",
    "2025-02-30T10:00:00Z",
    "10000-01-01T00:00:00Z",
    True,
    "",
)
_ODD_INSTANTS = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "2025-11-07T10:00:00+00:00:01",
    "2016-12-31T23:59:60Z",
)
_ODD_TEXTS = (
    "",
    " ",
    "\u00a0",
    "\ufeff",
    "\u202etxt",
    "e\u0301" * 300,
    "x" * 70_000,
    "\U0010ffff",
    "\ufffe",
    "=1+1",
    "=cmd|'/C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "'; DROP TABLE stancedb.article; --",
    "%s %(x)s {0} {x} {",
    "\\N",
    "\\.",
    "\\",
    "NULL",
    "NaN",
    "none",
    "../../etc/passwd",
    "http://[::1",
    "https://[x]/",
    "http://a/b?c=%zz&d=\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a|b|c",
    "|",
    "ja:",
    ":x",
    "a:b:c",
    "wikidata:Q17",
    "minister-of-rivers@",
    "@2025",
    "x#0@2025",
    "x#99999@2025",
    "Ana Cole",
    "governs:norland@2025-13",
    "it's " * 9000,
    "a" * 300,
    "A-B",
    "-",
    "é",
    "\u0130",
    "nor\u200bland",
    "norland ",
    "Norland will build the dam " * 50,
)
_STRAY = ("\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "a\rb")
_ODD_VALUES: tuple[object, ...] = (
    None,
    True,
    False,
    -1,
    0,
    7,
    10**30,
    -(10**30),
    0.1,
    1e308,
    [],
    {},
    [[]],
    [None],
    [1],
    {"a": {}},
    [{"a": [1]}],
    ["a", 2],
)
_BAD_LINES = (
    "{",
    "}",
    "[]",
    "[{}]",
    "null",
    "1",
    '"text"',
    "{}{}",
    "{},",
    "nonsense",
    "<p>",
    "{'slug': 1}",
    '{"slug" "a"}',
    '{"slug": "a",}',
    '{"slug": "a" "b"}',
    '{slug: "a"}',
    '{"slug": NaN}',
    '{"x_a": Infinity}',
    '{"x_a": 1e999}',
    '{"x_a": ' + "9" * 5000 + "}",
    '{"a": "\\ud800"}',
    '{"\\ud800": 1}',
    '{"a": "\\u00"}',
    '{"a": "\\x"}',
    '{"a": "b',
    '{"x_a": ' + "[" * 50_000 + "}",
    '{"x_a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    '{"a":' * 50_000,
    '{"slug": "a", "slug": "b"}',
    '{"": 1}',
    '{"raw": "a"}',
    '{"a\\u001b[31m": 1}',
    '{"' + "k" * 100_000 + '": 1}',
    "\x00",
    "\\.",
)
_ENCODINGS = (
    "utf-16",
    "utf-16-le",
    "utf-32",
    "ascii",
    "cp1252",
    "utf-7",
    "shift_jis",
    "no-such",
    "hex",
    "rot13",
    "zlib",
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "",
    "a\0b",
    "base64",
    "mbcs",
    "../x",
    "cp037",
)
_BYTES = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\x80")
_HEADS = (
    b"\x89PNG\r\n\x1a\n",
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"%PDF-1.4",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{\\rtf1",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf\xef\xbb\xbf",
    b"\xff\xfe\x00\x00",
    b"\x00\x00\xfe\xff",
    b"\x7fELF",
    b"\0" * 100,
)


def _changed(dice: random.Random, values: Values) -> tuple[Values, str, bool]:
    """Change one field of a record; return it with a description and whether it must be rejected."""
    values = dict(values)
    inner = values
    if "observations" in values and dice.random() < 0.4:
        inner = dict(values["observations"][0])
        values["observations"] = [inner]
    name = dice.choice([*inner])
    trick = dice.randrange(6)
    if trick == 0 and (dates := [name for name in inner if name in _DAYS | _INSTANTS]):
        name = dice.choice(dates)
        is_bad = dice.random() < 0.7
        bad, odd = (_BAD_DAYS, _ODD_DAYS) if name in _DAYS else (_BAD_INSTANTS, _ODD_INSTANTS)
        inner[name] = dice.choice(bad if is_bad else odd)
        return values, f"{name} = {inner[name]!r:.60}", is_bad
    if trick == 1:
        inner[name] = f"a{dice.choice(_STRAY)}"
        return values, f"a control character in {name}", True
    if trick == 2:
        del inner[name]
        return values, f"without {name}", False
    if trick == 3:
        stray = dice.choice(
            ("slugg", "pubished", "x_mine", "raw", "schema", "", "a\nb", "\u202e", "k" * 500, "__class__")
        )
        inner[stray] = dice.choice(_ODD_TEXTS)
        return values, f"a field {stray!r:.30}", False
    if trick == 4:
        inner[name] = dice.choice(_ODD_VALUES)
        return values, f"{name} = {inner[name]!r:.60}", False
    inner[name] = dice.choice(_ODD_TEXTS)
    return values, f"{name} = {inner[name]!r:.60}", False


# --- Lines ------------------------------------------------------------------------------------------------------------


def _json_lines(dice: random.Random) -> Bad:
    kind = dice.choice(_IN_JSON)
    lines = [json.dumps(good(kind, number), ensure_ascii=dice.random() < 0.5) for number in range(dice.randint(1, 4))]
    index = dice.randrange(len(lines))
    if dice.random() < 0.35:
        lines[index], trick, is_bad = dice.choice(_BAD_LINES), "a bad line", True
        trick = f"the line {lines[index]!r:.60}"
    else:
        values, trick, is_bad = _changed(dice, good(kind, index))
        lines[index] = json.dumps(values, ensure_ascii=dice.random() < 0.5)
    content, encoding, more = _as_bytes(dice, "\n".join(lines) + "\n" * dice.randint(0, 2))
    return Bad(
        kind,
        f"bad{dice.choice(('.jsonl', '.ndjson', '.json'))}",
        content,
        trick + more,
        is_bad and not more,
        index + 1 if is_bad and not more else None,
        encoding,
    )


def _csv(dice: random.Random) -> Bad:
    kind = dice.choice(_IN_CSV)
    count = dice.randint(1, 4)
    rows = [good(kind, number) for number in range(count)]
    index = dice.randrange(count)
    rows[index], trick, _ = _changed(dice, rows[index])
    columns = [*dict.fromkeys(name for row in rows for name in row)]
    delimiter = dice.choice(",;\t")

    def cell(value: object) -> str:
        text = "|".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        text = text.encode("utf-8", "replace").decode()
        return '"' + text.replace('"', '""') + '"' if set(text) & set('",;\t\n\r') else text

    lines = [delimiter.join(map(cell, columns))]
    lines += [delimiter.join(cell(row.get(name)) for name in columns) for row in rows]
    is_bad, line = False, None
    spot = dice.randrange(1, len(lines))
    match dice.randrange(10):
        case 0:
            lines[spot] += delimiter + '"never closed'
            trick, is_bad = "a quote that is never closed", True
        case 1:
            lines[spot] += delimiter
            trick, is_bad = "a cell too many", True
        case 2:
            lines[spot] = '"a"b' + lines[spot]
            trick, is_bad = "a quote inside a cell", True
        case 3:
            lines[0] += delimiter + columns[0]
            trick, is_bad = "a column twice", True
        case 4:
            lines[0] = dice.choice(("", '"', delimiter * 3, "slug", "\x00", "a" * 50_000, '"a', "\ufeff"))
            trick = f"the header {lines[0]!r:.30}"
        case 5:
            lines[spot] = lines[spot].replace(delimiter, "|", 1)
            trick, is_bad = "a delimiter too few", True
        case 6:
            lines[spot] = "x" * 200_000
            trick, is_bad = "one long cell", len(columns) > 1
        case _:
            pass
    content, encoding, more = _as_bytes(dice, dice.choice(("\n", "\r\n", "\r")).join(lines))
    name = f"bad{dice.choice(('.csv', '.tsv', '.CSV'))}"
    return Bad(kind, name, content, trick + more, is_bad and not more and b"\r" not in content, line, encoding)


def _as_bytes(dice: random.Random, text: str) -> tuple[bytes, str | None, str]:
    """Encode a text, usually correctly; return the bytes with an encoding to name and a description."""
    raw = text.encode("utf-8", "surrogatepass")
    place = dice.randrange(len(raw) + 1)
    match dice.randrange(14):
        case 0:
            return raw[:place] + dice.choice(_BYTES) + raw[place:], None, ", not UTF-8"
        case 1:
            encoding = dice.choice(_ENCODINGS)
            return raw, encoding, f", --encoding {encoding!r}"
        case 2:
            return dice.choice(_HEADS) + raw, None, ", a false mark"
        case 3:
            return raw[:place], None, ", cut"
        case 4:
            changed = bytearray(raw)
            for _ in range(min(dice.randint(1, 5), len(changed))):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            return bytes(changed), None, ", some bytes changed"
        case _:
            return raw, None, ""


# --- Whole files ------------------------------------------------------------------------------------------------------

_LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
)
_YAML_LAUGHS = "a: &a [x]\n" + "".join(
    f"x_{n}: &{chr(97 + n)} [{', '.join([f'*{chr(96 + n)}'] * 9)}]\n" for n in range(1, 20)
)


def _markdown(dice: random.Random) -> Bad:
    fronts = (
        _YAML_LAUGHS,
        "title: !!python/object/apply:os.system [id]\n",
        "title: &a\n  b: *a\n",
        "? [a]\n: b\n",
        "title: a: b\n",
        "title: [a]\n",
        "- a\n",
        "title: a\ntitle: b\n",
        "{" * 20_000 + "\n",
        "x_a: " + "[" * 20_000 + "\n",
        "\t\n",
        "%YAML 9\n",
        "raw: x\n",
        "title: \x00\n",
        "title: 'x\n",
        "published: 22/11/2026\n",
        "published: 2025-11-07T10:00\n",
        "a" * 200_000,
        "title: \u202e\n",
        "language: [no]\n",
        "title: 'e\\x0'\n",
        "x_a: *b\n",
        "title: |\n  a\n b\n",
        "id: ../../x\n",
        "*a\n",
    )
    front = dice.choice(fronts)
    ends = dice.choice(("---\n", "---\n", "...\n", ""))
    text = f"---\n{front}{ends}\n{dice.choice((WORDS, '', chr(0), 'a' * 100_000))}"
    content, encoding, more = _as_bytes(dice, text)
    return Bad("article", "bad.md", content, f"the front matter {front!r:.40}{more}", encoding=encoding)


def _linked(data: str) -> str:
    return f"<script type='application/ld+json'>{data}</script>"


def _page(dice: random.Random) -> Bad:
    story = (
        "<article>" + "<p>The minister said on Tuesday that she would not change her view of it.</p>" * 4 + "</article>"
    )
    bodies = (
        _LAUGHS + "<html><body><p>&a11;</p></body></html>",
        "<div>" * 30_000 + story,
        "<" * 50_000,
        "<!--" + story,
        "<![CDATA[",
        f"<p a='{'x' * 1_000_000}'>{story}",
        f"<html lang='{'e' * 9000}'>{story}",
        "&#0;&#xD800;&#x110000;&#x80;" + story,
        "<meta charset=utf-7>" + story,
        "<meta charset='no\0such'>" + story,
        "<meta charset=idna>" + story,
        "<table>" * 9000 + story,
        _linked("[" * 90_000) + story,
        _linked('{"@type": "Article", "author": ' + "[" * 400 + "]" * 400 + "}") + story,
        _linked('{"@type": "Article", "headline": "\\ud800", "datePublished": "0001-01-01T00:00:00+14:00"}') + story,
        _linked('{"@type": "Article", "headline": {}, "datePublished": "9999-12-31T23:59:59-12:00"}') + story,
        "<link rel=canonical href='http://[::1'><meta name=date content='9999-12-31T23:59:59-12:00'>" + story,
        "<meta property='og:locale' content='\u202e'><meta property='og:title' content='\x1b[31m'>" + story,
        story.replace("T", "\x1b"),
        "<frameset><frame src=a></frameset>",
        "<svg><style>" + story,
        "<base href='http://[x'>" + story,
        "<p>" + "\u0301" * 20_000,
        "<?xml version='1.0' encoding='utf-16'?>" + story,
        "<h1>" + "a" * 100_000 + "</h1>" + story,
    )
    body = dice.choice(bodies)
    content, encoding, more = _as_bytes(dice, f"<!doctype html><html><body>{body}" if dice.random() < 0.5 else body)
    return Bad(
        "article", dice.choice(("bad.html", "bad.HTM")), content, f"the page {body!r:.50}{more}", encoding=encoding
    )


def _plain(dice: random.Random) -> Bad:
    text = dice.choice(
        (WORDS, "", " \n", "\u2028" * 1000, "\x0c", "a\x00b", "\u202e" + WORDS, "\ufeff", "a" * 1_000_000)
    )
    content, encoding, more = _as_bytes(dice, text)
    names = (
        "bad.txt",
        "bad",
        "bad.xml",
        "2025-13-45.txt",
        "-.txt",
        "\u202e.txt",
        "a" * 200 + ".txt",
        "bad\n.txt",
        "é.txt",
    )
    if dice.random() < 0.2:
        content, more = dice.randbytes(dice.randrange(400)), ", random bytes"
    return Bad("article", dice.choice(names), content, f"the text {text!r:.30}{more}", encoding=encoding)


_ENTRY = (
    "<item><title>A title</title><link>https://herald.example/{0}</link>"
    "<description>She said {0}.</description>{1}</item>"
)


def _feed(dice: random.Random) -> Bad:
    odd = (
        "<pubDate>yesterday</pubDate>",
        "<pubDate>Mon, 31 Feb 2025 25:61:00 XYZ</pubDate>",
        "&nbsp;&none;",
        "<title>",
        "</channel>",
        "<link>http://[::1</link>",
        "<guid>\x1b[31m</guid>",
        "<content:encoded>no prefix</content:encoded>",
        "<a>" * 9000,
        f"<author>{'a' * 100_000}</author>",
        "<description/>",
        "<![CDATA[",
        "<?pi",
        "&#0;",
        "&#xD800;",
        "<!ENTITY a 'b'>",
        "\x00",
        "<pubDate>0001-01-01T00:00:00+14:00</pubDate>",
        "<dc:date xmlns:dc='x'>9999-12-31T23:59:59-12:00</dc:date>",
    )
    heads = (
        "",
        _LAUGHS,
        '<?xml version="1.0" encoding="utf-16"?>',
        '<!DOCTYPE r SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE r [",
    )
    root = dice.choice(("rss", "feed", "rdf", "html", "x:y"))
    trick = dice.choice(odd)
    entries = _ENTRY.format(1, "") + _ENTRY.format(2, trick)
    text = f"{dice.choice(heads)}<{root}><channel>{entries}</channel></{root}>"
    content, encoding, more = _as_bytes(dice, text)
    name = f"bad{dice.choice(('.rss', '.atom', '.xml', '.RDF'))}"
    return Bad("article", name, content, f"the feed {text[:20]!r}, {trick!r:.30}{more}", encoding=encoding)


def _codebook(dice: random.Random) -> Bad:
    lines = CODEBOOK.replace("dam-1.0", "dam-2.0").splitlines()
    spot = dice.randrange(len(lines))
    odd = (
        "=",
        "a = ",
        "[",
        "[[issue",
        "[[issue]]",
        "slug = 1",
        "slug = 'a'",
        "rank = 1e400",
        "rank = " + "9" * 5000,
        "score = nan",
        "issued_on = 2025-02-30",
        "issued_on = 2025-01-01",
        "x_a = " + "[" * 20_000,
        "a.b.c = 1",
        "'' = 1",
        'label = "\\ud800"',
        "label = '''",
        "rank = -1",
        "score = inf",
        "kind = 'x'",
        "codes = {a = 1}",
        "\x00",
        'label = "\\u0000"',
        "include = 'a|b'",
        "rank = 0x7fffffffffffffffffff",
        "slug = '../x'",
        "label = '" + "x" * 100_000 + "'",
        "position = 1",
        "issue = 1",
        "a = 25:00:00",
    )
    if dice.random() < 0.3:
        trick = f"without {lines.pop(spot)!r}"
    else:
        lines.insert(spot, dice.choice(odd))
        trick = f"the line {lines[spot]!r:.40}"
    content, encoding, more = _as_bytes(dice, "\n".join(lines))
    return Bad("codebook", "bad.toml", content, trick + more, encoding=encoding)


_ODD_URLS = ("", "a", "http://[::1", "javascript:x", "http://a/\x1b[31m", "\xff", "http://" + "a" * 9000, "http://a:x/")


def _archive(dice: random.Random) -> Bad:
    page, record, http = test_archives.page, test_archives.record, test_archives.http
    odd = (
        record(http(page()), length=dice.choice((-1, 0, 5, 999, 10**6, 10**18, 10**30))),
        record(http(page()), url=dice.choice(_ODD_URLS)),
        record(http(page()), "WARC-Date: never", "WARC-Block-Digest: sha1:AAAA"),
        record(http(page()).replace(b"200", dice.choice((b"2000", b"abc", b"-200", b"", b"200\0")))),
        record(http(dice.choice((b"", b"\0" * 99, b"<", page()[:40])))),
        record(http(b"ffffffff\r\nabc", "Transfer-Encoding: chunked")),
        record(http(b"\x1f\x8b\x08", "Content-Encoding: gzip")),
        record(http(gzip.compress(b"<p>" + b" " * 25_000_000), "Content-Encoding: gzip")),
        record(http(zlib.compress(page())[3:], "Content-Encoding: deflate")),
        b"WARC/1.0\r\nX: " + b"a" * 100_000,
        b"WARC/1.0\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"WARC/1.0\r\nContent-Length: 0\r\n\r\n" * 20,
        b"hello\r\n",
        b"",
    )
    parts = [test_archives.INFO, test_archives.FIRST, dice.choice(odd), test_archives.SECOND]
    dice.shuffle(parts)
    is_packed = dice.random() < 0.6
    content = b"".join(gzip.compress(part) if is_packed else part for part in parts)
    more = ""
    if dice.random() < 0.5:
        content, _, more = _as_bytes(dice, content.decode("latin-1"))
        content = content.decode("utf-8", "replace").encode("latin-1", "replace")
    name = dice.choice(("bad.warc.gz", "bad.warc"))
    return Bad("article", name, content, f"the records {[part[:0] or len(part) for part in parts]}{more}")


def _pdf(dice: random.Random) -> Bad:
    infos = (
        "",
        "/Title (\\000\\033[31m) /CreationDate (D:20259999)",
        "/Title " + "[" * 9000,
        "/Title (\\376\\377\\330\\000)",
    )
    content = bytearray(test_pdf.pdf_of([test_pdf.LINES, []], dice.choice(infos)))
    for _ in range(dice.choice((0, 1, 20))):
        content[dice.randrange(len(content))] = dice.randrange(256)
    if dice.random() < 0.3:
        content = content[: dice.randrange(len(content))]
    return Bad("article", "bad.pdf", bytes(content), "a PDF with some bytes changed")


_MAPPING = """
missing = ["."]

[field.statement]
template = "{vote}-{country}"
slugify = true

[field.holder]
column = "country"
values = { NOR = "norland", SEA = "ben-dahl" }

[field.issue]
constant = "dam"

[field.position]
column = "choice"
values = { 1 = "support", 3 = "oppose" }
unlisted = "skip"

[field.said]
column = "date"
format = "%d/%m/%Y"

[field.citation]
template = "Roll call {vote}"
"""
_TABLE = ("vote,country,date,choice", "R-1,NOR,03/02/2025,1", "R-1,SEA,03/02/2025,3", "R-2,NOR,04/02/2025,8")


def _mapped(dice: random.Random) -> Bad:
    mapping, table = _MAPPING.splitlines(), [*_TABLE]
    if dice.random() < 0.5:
        odd = (
            "x = 1",
            "[wide]",
            'delimiter = "|"',
            'missing = "."',
            "field = 1",
            "[field.x]",
            "[field.said]",
            "values = 1",
            'format = "%"',
            'format = "%Q"',
            'format = "\\u0000"',
            'precision = "hour"',
            'template = "{"',
            'template = "{nothing}"',
            'template = "}{"',
            'template = "{vote"',
            'template = "{vote!r:9999999}"',
            'constant = "\\u0007"',
            "constant = 7",
            'column = ""',
            'column = "@cell"',
            'column = "vot"',
            '[wide]\ncolumns = ["NOR"]',
            '[wide]\nother_columns = ["vote"]',
            "values = { 1 = 1 }",
            'unlisted = "drop"',
            "[[field.issue]]",
            "a = " + "[" * 20_000,
            "\x00",
            f'constant = "{"x" * 100_000}"',
            'slugify = "yes"',
        )
        if dice.random() < 0.3:
            trick = f"a mapping without {mapping.pop(dice.randrange(len(mapping)))!r}"
        else:
            spot = dice.randrange(len(mapping))
            mapping[spot : spot + dice.randrange(2)] = [dice.choice(odd)]
            trick = f"a mapping with {mapping[spot]!r:.40}"
        changed, _, more = _as_bytes(dice, "\n".join(mapping))
        return Bad("mapped", "bad.csv", "\n".join(table).encode(), trick + more, mapping=changed)
    spot = dice.randrange(1, len(table))
    cells = table[spot].split(",")
    place = dice.randrange(len(cells))
    cells[place] = dice.choice((*_BAD_DAYS, *_ODD_TEXTS, *_STRAY, "31/02/2025", "3/2/25", "03/02/99999", "00/00/0000"))
    cells = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & set(',"\r\n') else cell for cell in cells]
    table[spot] = ",".join(cells)
    trick = f"the row {table[spot]!r:.50}"
    content, encoding, more = _as_bytes(dice, "\n".join(table).encode("utf-8", "replace").decode())
    return Bad("mapped", "bad.csv", content, trick + more, encoding=encoding, mapping=_MAPPING.encode())


_POPOLO: Values = {
    "persons": [
        {
            "id": "p1",
            "name": "Ana Cole",
            "other_names": [{"name": "A. Cole", "lang": "en"}],
            "identifiers": [{"scheme": "wikidata", "identifier": "Q1"}],
        },
        {"id": "p2", "name": "Ben Dahl", "family_name": "Dahl", "birth_date": "1960"},
    ],
    "organizations": [
        {"id": "o1", "name": "The House", "classification": "legislature"},
        {"id": "o2", "name": "A Party", "classification": "party", "parent_id": "o1"},
    ],
    "posts": [{"id": "s1", "label": "Member for Norland", "organization_id": "o1", "start_date": "2010-01-01"}],
    "memberships": [
        {"person_id": "p1", "organization_id": "o1", "on_behalf_of_id": "o2", "legislative_period_id": "t1"},
        {"person_id": "p2", "post_id": "s1", "start_date": "2020-01-01", "end_date": "2021-01-01"},
    ],
    "events": [{"id": "t1", "classification": "legislative period", "start_date": "2019", "end_date": "2023"}],
}


def _popolo(dice: random.Random) -> Bad:
    said = json.loads(json.dumps(_POPOLO))
    name: str = dice.choice([*said])
    row = dice.choice(said[name])
    field = dice.choice([*row])
    odd = dice.choice(
        (*_ODD_VALUES, *_ODD_TEXTS, *_STRAY, *_BAD_DAYS, *_ODD_DAYS, "p1", "o1", "o2", ["p1"], [{"name": 7}])
    )
    match dice.randrange(5):
        case 0:
            said[name] = odd
            trick = f"{name} = {odd!r:.50}"
        case 1:
            said[name].append(odd)
            trick = f"{odd!r:.50} among {name}"
        case 2:
            del row[field]
            trick = f"{name} without {field}"
        case 3:
            said[name] = [row] * 3
            trick = f"the same of {name} three times"
        case _:
            row[field] = odd
            trick = f"{field} of {name} = {odd!r:.50}"
    if dice.random() < 0.2:
        said = said[name]
        trick += ", alone"
    text = json.dumps(said, ensure_ascii=dice.random() < 0.5)
    if dice.random() < 0.1:
        text, trick = '{"persons": [' + dice.choice(_BAD_LINES) + "]}", "a bad line among persons"
    content, encoding, more = _as_bytes(dice, text)
    return Bad("popolo", "bad.json", content, trick + more, encoding=encoding)


@cache
def _dna_content(version: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return dna_files.dna(Path(folder) / "good.dna", version).read_bytes()


def _dna(dice: random.Random) -> Bad:
    version = dice.choice((2, 3))
    content = bytearray(_dna_content(version))
    match dice.randrange(6):
        case 0:
            del content[dice.randrange(len(content)) :]
            trick = "cut"
        case 1:
            content[:16] = dice.choice((b"SQLite format 3\0", b"** This file con", b"\0" * 16, b"PK\x03\x04" * 4))
            content[16:100] = dice.randbytes(84)
            trick = "a false head"
        case 2:
            at = dice.randrange(len(content))
            content[at : at + 4096] = dice.randbytes(len(content[at : at + 4096]))
            trick = "a page of noise"
        case 3:
            old, new = dice.choice(
                (
                    (b"Ana Cole", b"Ana\0Cole"),
                    (b"Herald", b"\xff\xfe\x1b[31"[:6]),
                    (b"person", b"persom"),
                    (b"STATEMENTS", b"STATEMENTZ"),
                    (b"boolean", b"integer"),
                    (b"DOCUMENTS", b"DOCUMENTZ"),
                    (b"Norland", b"\xed\xa0\x80land"),
                    (b"Stop", b"Stup"),
                    (b"short text", b"long  text"),
                )
            )
            content = bytearray(bytes(content).replace(old, new))
            trick = f"{old!r} became {new!r}"
        case _:
            for _ in range(dice.choice((1, 20, 300))):
                content[dice.randrange(len(content))] = dice.randrange(256)
            trick = "some bytes changed"
    return Bad("dna", "bad.dna", bytes(content), f"a file of version {version}, {trick}")


def _packed(dice: random.Random) -> Bad:
    """Return a file that should have been decompressed, or a decompression bomb."""
    kind = dice.choice(_IN_JSON)
    inner = json.dumps(good(kind, 1)).encode() if dice.random() < 0.7 else b"0" * 5_000_000
    zipped = BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../bad.jsonl", inner)
    pack = {
        "gz": gzip.compress(inner),
        "bz2": bz2.compress(inner),
        "xz": lzma.compress(inner),
        "zip": zipped.getvalue(),
        "Z": b"\x1f\x9d\x90" + inner[:100],
    }
    packing = dice.choice([*pack])
    content = pack[packing][: None if dice.random() < 0.7 else dice.randrange(8, 60)]
    name = dice.choice(("bad.jsonl", f"bad.jsonl.{packing}", "bad.json"))
    return Bad(kind, name, content, f"packed as {packing}", is_surely_bad=True)


_MAKERS: tuple[tuple[Callable[[random.Random], Bad], float], ...] = (
    (_json_lines, 40),
    (_csv, 25),
    (_markdown, 8),
    (_page, 8),
    (_plain, 6),
    (_feed, 6),
    (_codebook, 8),
    (_archive, 6),
    (_pdf, 0.7),
    (_mapped, 8),
    (_popolo, 8),
    (_dna, 3),
    (_packed, 3),
)


def bad_files(seed: int) -> Iterator[Bad]:
    """Generate invalid files endlessly, the same ones for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - not a secret
    makers, weights = zip(*_MAKERS, strict=True)
    while True:
        yield dice.choices(makers, weights)[0](dice)


# --- What a load may do -----------------------------------------------------------------------------------------------


class Judge:
    """Loads one file after another into a database, and reports violations."""

    def __init__(self, settings: Settings, folder: Path, connection: psycopg.Connection[Any]) -> None:
        self.outcomes: Counter[str] = Counter()
        self._settings = settings
        self._folder = folder
        self._mapping = folder / "bad.toml.mapping"
        self._connection = connection
        tables = connection.execute(
            "SELECT string_agg(format('(SELECT count(*) FROM stancedb.%I)', tablename), ', ' ORDER BY tablename)"
            " FROM pg_tables WHERE schemaname = 'stancedb'"
        ).fetchone()
        assert tables is not None
        self._counting = f"SELECT {tables[0]}".encode()
        self._rows = self._counted()

    def verdict(self, bad: Bad) -> str | None:
        """Return the rule that the load of a file violated, or None."""
        path = self._folder / bad.name
        path.write_bytes(bad.content)
        self._mapping.write_bytes(bad.mapping or b"")
        # CPU time of this process, so that a busy machine causes no violation.
        begun = time.process_time()
        try:
            fault = self._loaded(bad, path)
        except Exception:  # noqa: BLE001 - any error is the finding
            fault = "".join(traceback.format_exc(limit=-4)).strip()
        path.unlink()
        if (seconds := time.process_time() - begun) > LONGEST:
            fault = fault or f"took {seconds:.1f} seconds"
        if (rows := self._counted()) != self._rows:
            self._rows = rows
            fault = fault or "rows stayed"
        return f"{bad.kind} {bad.name!r:.40}, {bad.trick}: {fault}" if fault else None

    def _loaded(self, bad: Bad, path: Path) -> str | None:
        try:
            with writing(self._settings, message="bad") as session:
                self._load(session, bad, path)
                session.settle()
                # Valid files must not leave anything for the next file either.
                session.is_void = True
        except StancedbError as error:
            self.outcomes[type(error).__name__] += 1
            return self._fault_of(error, bad, path)
        self.outcomes["loaded"] += 1
        return "was loaded although it is bad" if bad.is_surely_bad else None

    def _load(self, session: Writing, bad: Bad, path: Path) -> None:
        kind = bad.kind
        items: Any = None
        match kind:
            case "dna":
                load_dna(session, path, Choices(zone="Europe/Oslo" if "version 2" in bad.trick else None))
                return
            case "article":
                items = read_articles([path], defaults=ArticleDefaults(outlet="herald"), encoding=bad.encoding)
            case "mapped":
                kind, items = "statement", read_mapped(path, read_mapping(self._mapping), encoding=bad.encoding)
            case "popolo":
                popolo = read_popolo(path, encoding=bad.encoding)
                of = source_of(session, path, popolo.sha256, "bad") if popolo else None
                kind, items = "actor", popolo and of and [*popolo.records(session, of)]
            case _:
                pass
        load(
            session,
            kind,
            items if items is not None else read_records(path, RECORDS[kind], encoding=bad.encoding),
            origin=path.name,
        )

    def _fault_of(self, error: StancedbError, bad: Bad, path: Path) -> str | None:
        if isinstance(error, RecordsRefused):
            sentences = [str(refusal) for refusal in error.refusals]
            lines = {refusal.line for refusal in error.refusals}
            if bad.line and bad.line not in lines and None not in lines:
                return f"names lines {sorted(map(str, lines))} instead of {bad.line}: {sentences[0]}"
        elif isinstance(error, UnreadableInput):
            sentences = [str(error)]
        elif bad.kind == "dna" and isinstance(error, UsageError) and "--zone" in str(error):
            # The mutation also changed the version marker, so another option is requested.
            return None
        else:
            return f"refused without a place: {error}"
        for sentence in sentences:
            if not sentence.startswith((str(path), str(self._mapping))):
                return f"does not begin with the name of the file: {sentence[:300]}"
            words = sentence.removeprefix(str(path)).removeprefix(str(self._mapping))
            if any(unicodedata.category(character) == "Cc" for character in words) or len(words) > LONGEST_SENTENCE:
                return f"is no sentence on one line: {words[:300]!r} ({len(words)} characters)"
        return None

    def _counted(self) -> Any:  # noqa: ANN401 - a row of counts
        return self._connection.execute(self._counting).fetchone()


def main() -> int:
    """Load this number of invalid files, and print the violations."""
    parser = argparse.ArgumentParser(description="Load generated bad files, and print what broke a rule.")
    parser.add_argument("count", nargs="?", type=int, default=10_000, help="how many files")
    parser.add_argument("--seed", type=int, default=1, help="what they are made from")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bad-")).resolve()
    folder.chmod(0o711)
    faults = 0
    os.environ.update(EMBEDDED)
    try:
        url = embedded.ensure_running(folder / "data")
        migrate(url)
        fill_small(url, folder)
        settings = Settings(database_url=url, data_dir=folder, author=AUTHOR)
        begun = time.perf_counter()
        with psycopg.connect(url, autocommit=True) as connection:
            judge = Judge(settings, folder, connection)
            for number, bad in zip(range(asked.count), bad_files(asked.seed), strict=False):
                if fault := judge.verdict(bad):
                    faults += 1
                    sys.stdout.write(f"#{number} {fault}\n\n")
                    sys.stdout.flush()
        counts = ", ".join(f"{count} {name}" for name, count in judge.outcomes.most_common())
        seconds = time.perf_counter() - begun
        sys.stdout.write(f"{asked.count} files in {seconds:.0f} s: {counts}; {faults} broke a rule.\n")
    finally:
        embedded.stop(folder / "data")
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
