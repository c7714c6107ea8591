"""A small world in which every field that a file can contain is set, with everything that breaks a careless copy.

The people, places and words are invented. The modules import helpers from here before pytest could:
PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.support.plugin import Run
from tests.support.worlds import done, jsonl

PAGE = (
    '<html lang="en"><head><title>The ferry</title><meta property="og:url" content="https://post.example/ferry"/></head>'
    "<body><article><p>The ferry of Norland will run again in spring, the minister of rivers told reporters on the"
    " quay, and nobody there asked her for how long it would, or who had paid for the new boat.</p></article></body>"
    "</html>\n<!-- caf\xe9 " + 300 * "-" + " -->"
)
TEXT = (
    'Ana Cole said: "We will build it." Asked again, she said: "We will build it." And, to the\u2028house: "We will'
    ' build it."\n\n'
    "首相は「ダムは建てない」と述べた。記者会見でも「ダムは建てない」と述べた。\n\n"
    "He quoted a list:\none, two;\t\u201cthree\u201d, and left. \U0001f41f\u200d Fish | chips = +1."
)
OUTLETS: list[dict[str, Any]] = [
    {
        "slug": "post",
        "name": "The Post, \u201cdaily\u201d",
        "kind": "agency",
        "country": "NO",
        "reliability": "B",
        "citation": "a line\nand another; =1+1",
    },
    {"slug": "post-sunday", "name": '日曜ポスト "Post"', "parent": "post"},
]
CODEBOOKS = {
    "dam-1.0": 'label = "dam-1.0"\nissued_on = "2025-01-01"\nissue = []\n',
    "dam-2.0": r"""
label = "dam-2.0"
issued_on = 2025-06-01
notes = "Second:\n\ttabs, \"marks\", \\ and \u007F are kept."

[[issue]]
slug = "dam"
question = "Should Norland \"build\" the dam?"
scope = "All of it"
low_pole = "no \"dam\""
high_pole = "the dam"
status = "draft"
parent = "water"
codes = { cap = "0800", "iptc media" = "x.y = z" }

[[issue.position]]
slug = "support"
label = "for it"
definition = "Says | that."
rank = 2
score = 0.1
include = ["one | two", "\"three\",\nfour"]
exclude = ["\\"]

[[issue.position]]
slug = "open"
label = "leaves it open"
definition = "賛否を示さない。"
kind = "deliberate_ambiguity"
rank = 1

[[issue]]
slug = "water"
question = "Whose is the water?"
""".replace(r" and \u007F", ""),
}
ACTORS: list[dict[str, Any]] = [
    {"slug": "norland", "kind": "state", "name": "Norland", "identifiers": ["wikidata:Q17", "cow:NOR"]},
    {
        "slug": "council",
        "kind": "government",
        "name": "Council of Norland",
        "relations": ["governs:norland", "part_of:norland@2001-05~/.."],
        "attributes": ['type:state: regional @ "home"', "Type, full:a council\nof nine; =1+1", "種類@../2001:評議会"],
    },
    {"slug": "chair", "kind": "office", "name": "Chair"},
    {
        "slug": "ana-cole",
        "kind": "person",
        "name": "アナ・コール",
        "language": "ja",
        "other_names": ["ja:コール", 'en:Ana Cole: "the Dam"', "en:A. Cole"],
        "citation": "a register, p. 3",
        "tenures": ["chair#2@2020?/2022-03~!acting", "chair@2024-01-01/.."],
        "relations": ["member_of:council@2020/2021", "member_of:council@2023-02/.."],
        "attributes": ["party@2020?/2021:River Party", "party@2022/..:Lake, Party"],
    },
    {"slug": "ben-dahl", "kind": "person", "name": "Ben Dahl", "tenures": ["chair@2021/2023-12-31"]},
]
ARTICLES: list[dict[str, Any]] = [
    {
        "id": "post-1",
        "outlet": "post",
        "title": 'The "dam"',
        "text": TEXT,
        "url": "https://post.example/a?id=7&utm_source=x",
        "byline": "A, B",
        "authors": ["A", 'B, "Jr"'],
        "agency": "Wire",
        "updated_on": "2025-02-05",
        "updated_at": "2025-02-05T23:30:00-09:00",
        "language": "zh-Hant",
        "kind": "wire",
        "published": "2025-02~",
        "published_at": "2025-02-03T04:05:06.789+09:00",
        "standfirst": "In short",
        "section": "Water",
        "access": "excerpt",
        "retrieved_at": "2025-02-04T00:00:00Z",
        "extractor": "by hand/2",
        "raw_media_type": "text/plain",
    },
    {
        "id": "post-2",
        "outlet": "post-sunday",
        "title": "The copy",
        "text": "We will build it.",
        "syndicated_from": "post-1",
    },
]
EVENTS: list[dict[str, Any]] = [
    {
        "slug": "vote",
        "kind": "vote",
        "title": 'A vote; "first"',
        "during": "2025-02-01/2025-02-03?",
        "zone": "Asia/Tokyo",
        "status": "postponed",
        "participants": ["host:norland", "actor:ana-cole", "mediator:ana-cole"],
        "citation": "minutes",
    },
    {"slug": "flood", "kind": "other", "title": "洪水", "during": "2025-03"},
]
CAUSES: list[dict[str, Any]] = [
    {
        "slug": "flood",
        "kind": "other",
        "title": "洪水",
        "during": "2025-03",
        "causes": [
            {"kind": "triggers", "event": "vote", "asserted_by": "ana-cole"},
            {"kind": "responds_to", "statement": "cole-dam", "asserted_by": "norland"},
            {"kind": "retaliates_for", "statement": "cole-dam", "asserted_by": "norland"},
        ],
    },
]
COLE = {"statement": "cole-dam", "speaker": "ana-cole", "said": "2025-02-01~"}
STATEMENTS: list[dict[str, Any]] = [
    {
        **COLE,
        "office": "chair",
        "on_behalf_of": "norland",
        "capacity": "head_of_government",
        "authority": 6,
        "act": "commit",
        "said_phrase": "around the first",
        "said_at": "2025-02-01T10:00:00.5+09:00",
        "zone": "Asia/Tokyo",
        "place": "the quay,\nNorland",
        "event": "vote",
        "summary": "She will.",
        "verification": "disputed",
        "self_declared": "claims_changed",
        "addressees": ["norland", "ben-dahl"],
        "links": ["contradicts:dahl-dam", "quotes:dahl-dam"],
        "citation": "log",
        "article": "post-1",
        "quote": "We will build it.",
        "prefix": 'Asked again, she said: "',
        "rendering": "translated_quote",
        "asserts": "denies",
        "attribution": "Chair Cole",
        "holder": "norland",
        "issue": "dam",
        "position": "support",
        "basis": "on_behalf",
        "explicitness": "inferred",
        "condition": 'if paid, "now"',
        "vagueness": "non_committal",
        "confidence": "high",
        "rationale": "so | says\nshe",
        "attributes": ["frame:economy: jobs", 'certainty:"high", she\nsays', "=x:1@2"],
        "coder": "Ruth, R.",
        "codebook": "dam-1.0",
    },
    {
        **COLE,
        "article": "post-1",
        "quote": "We will build it.",
        "suffix": '" Asked again',
        "holder": "norland",
        "issue": "dam",
        "position": "open",
        "basis": "attributed_by_other",
        "attributes": ["frame:nature"],
        "coder": "model-x",
        "coder_kind": "model",
        "codebook": "dam-1.0",
    },
    {
        **COLE,
        "article": "post-2",
        "quote": "We will build it.",
        "issue": "water",
        "coder": "Ruth, R.",
        "status": "submitted",
        "codebook": "dam-2.0",
    },
    {
        **COLE,
        "holder": "norland",
        "issue": "dam",
        "position": "support",
        "basis": "on_behalf",
        "coder": "old file",
        "coder_kind": "import",
        "status": "rejected",
        "codebook": "dam-2.0",
    },
    {
        **COLE,
        "issue": "dam",
        "coder": "model-x",
        "coder_kind": "model",
        "status": "accepted",
        "final": True,
        "codebook": "dam-2.0",
    },
    {**COLE, "issue": "dam", "coder": "Ruth, R.", "final": False, "status": "accepted", "codebook": "dam-2.0"},
    {
        "statement": "dahl-dam",
        "speaker": "ben-dahl",
        "said": "2022/2023",
        "ends": True,
        "article": "post-1",
        "quote": "ダムは建てない",
        "prefix": "記者会見でも「",
    },
    {
        "statement": "dahl-silent",
        "speaker": "ben-dahl",
        "said": "2030-01-01",
        "article": "post-1",
        "quote": "one, two;\t\u201cthree\u201d, and left. \U0001f41f\u200d Fish | chips = +1.",
        "links": ["restates:dahl-dam"],
    },
    {"statement": "dahl-unseen", "speaker": "ben-dahl", "said": "2029-01-01"},
]
INDICATORS: list[dict[str, Any]] = [
    {
        "slug": "tender",
        "question": 'Is there a "tender"?',
        "counts_if": "One,\nor two.",
        "issue": "dam",
        "due": "2026~",
        "status": "resolved_yes",
        "citation": "a plan",
        "observations": [
            {"on": "2025-03-01", "is_seen": False, "note": "nothing, so far", "article": "post-1"},
            {"on": "2025-04-01", "is_seen": True},
        ],
    },
    {"slug": "vote-again", "question": "Again?", "counts_if": "A vote."},
]


def load_world(run: Run, directory: Path) -> None:
    """Load all of it into an empty database."""
    (directory / "ferry.html").write_bytes(PAGE.encode("latin-1"))
    for label, text in CODEBOOKS.items():
        (directory / f"{label}.toml").write_text(text, encoding="utf-8")
        done(run("codebook", "load", directory / f"{label}.toml"))
    for kind, records in (
        ("outlet", OUTLETS),
        ("actor", ACTORS),
        ("article", ARTICLES),
        ("event", EVENTS),
        ("statement", STATEMENTS),
        ("event", CAUSES),
        ("indicator", INDICATORS),
    ):
        done(run(kind, "load", jsonl(directory / f"{kind}.jsonl", *records)))
    done(run("article", "load", "--outlet", "post-sunday", "--encoding", "latin-1", directory / "ferry.html"))


def labels(run: Run) -> list[str]:
    """Return the labels of the codebook versions, oldest first."""
    listed = done(run("codebook", "list", "--format", "csv")).stdout.splitlines()
    return [row["codebook"] for row in csv.DictReader(listed)]
