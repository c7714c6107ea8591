"""Quotes as W3C Web Annotations: the place of each quote in its text, and how it is coded.

The format is the Web Annotation Data Model, W3C Recommendation of 23 February 2017.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from stancedb.database import Reading, streamed
from stancedb.export.account import Account, LeftOut
from stancedb.export.writing import json_line
from stancedb.sql import Queries

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
SQL = Queries(__file__)
LEFT_OUT = LeftOut(
    SQL["left_out"],
    {
        "mentions": "Not written: mentions that are deprecated, in withdrawn articles, or of withdrawn or merged"
        " statements",
    },
)


def annotation_lines(session: Reading, account: Account) -> Generator[str]:
    """Yield one annotation per line, each a JSON document."""
    for annotation in _annotations(session, account):
        yield json_line({"@context": CONTEXT, **annotation})


def annotation_page(session: Reading, account: Account) -> Generator[str]:
    """Yield the lines of one AnnotationPage with all annotations."""
    yield f'{{"@context": "{CONTEXT}", "type": "AnnotationPage", "startIndex": 0, "items": [\n'
    separator = ""
    for annotation in _annotations(session, account):
        yield separator + json_line(annotation).rstrip("\n")
        separator = ",\n"
    yield "\n]}\n"


def _annotations(session: Reading, account: Account) -> Iterator[dict[str, Any]]:
    account.count(session, LEFT_OUT)
    for row in streamed(session, SQL["mentions"]):
        account.records += 1
        yield _annotation(row)


def _annotation(row: Mapping[Any, Any]) -> dict[str, Any]:
    bodies = [
        {
            "type": "TextualBody",
            "purpose": "classifying",
            "value": "/".join((coding["holder"], coding["issue"], coding["position"] or "no codable position")),
            "creator": {
                "type": "Software" if coding["coder_kind"] != "human" else "Person",
                "name": coding["coder"],
            },
        }
        for coding in row["codings"] or ()
    ]
    said = f"{row['speaker']}, {row['said']}" + (f": {row['summary']}" if row["summary"] else "")
    return {
        "id": f"urn:stancedb:mention:{row['id']}",
        "type": "Annotation",
        "motivation": "classifying" if bodies else "describing",
        "created": _instant(row["committed_at"]),
        "body": [
            {"type": "SpecificResource", "purpose": "identifying", "source": _urn("statement", row["statement"])},
            {"type": "TextualBody", "purpose": "describing", "value": said},
            *({"type": "TextualBody", "purpose": "tagging", "value": row[name]} for name in ("rendering", "asserts")),
            *bodies,
        ],
        "target": {
            "type": "SpecificResource",
            "source": {
                "id": row["url"] or _urn("article", row["article"]),
                **({"language": row["language"]} if row["language"] else {}),
            },
            # The positions refer to the stored text, whose checksum distinguishes it from the page as it is today.
            "state": {
                "type": "TimeState",
                "sourceDate": _instant(row["retrieved_at"]),
                "cached": f"urn:sha256:{row['text_sha256']}",
            },
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": row["quote"],
                    "prefix": row["prefix"],
                    "suffix": row["suffix"],
                },
                {"type": "TextPositionSelector", "start": row["char_start"], "end": row["char_end"]},
            ],
        },
    }


def _instant(moment: datetime) -> str:
    """Format an instant in UTC with a Z, the only form that the model allows; the server may use another zone."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _urn(kind: str, slug: str) -> str:
    return f"urn:stancedb:{kind}:{quote(slug, safe='')}"
