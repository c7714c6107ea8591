"""Quotes as W3C Web Annotations: what stands where in which text, and how it is coded.

The form is that of the Web Annotation Data Model, W3C Recommendation of 23 February 2017.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from stancedb.database import Reading, streamed
from stancedb.export.account import Account, Sort
from stancedb.export.writing import json_line

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_OTHERWISE = (
    "stancedb.mention m JOIN stancedb.statement s ON s.id = m.statement_id"
    " JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article a ON a.id = v.article_id"
)
_SHOWN = "s.retracted_on IS NULL AND s.merged_into_id IS NULL AND a.retracted_on IS NULL AND m.rank <> 'deprecated'"
_QUESTION = f"""
SELECT m.id, m.quote, m.prefix, m.suffix, m.char_start, m.char_end, m.rendering, m.asserts, s.slug AS statement,
    s.summary, s.said_edtf AS said, k.slug AS speaker, a.slug AS article, a.url, a.language, v.text_sha256,
    v.retrieved_at, g.committed_at, (
        SELECT json_agg(json_build_object('holder', h.slug, 'issue', i.slug, 'position', p.slug, 'coder', o.name,
            'coder_kind', o.kind) ORDER BY h.slug COLLATE "C", i.slug COLLATE "C")
        FROM stancedb.coding c JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.issue i ON i.id = c.issue_id
        LEFT JOIN stancedb.position p ON p.id = c.position_id JOIN stancedb.coder o ON o.id = c.coder_id
        WHERE c.statement_id = s.id AND c.is_final) AS codings
FROM {_OTHERWISE} JOIN stancedb.actor k ON k.id = s.speaker_id
JOIN stancedb.changeset g ON g.id = m.changeset_id
WHERE {_SHOWN}
ORDER BY a.slug COLLATE "C", m.char_start, m.char_end, s.slug COLLATE "C"
"""
SORTS = (
    Sort(
        "Not written, mentions that are deprecated, of withdrawn or merged statements, or in withdrawn articles",
        f"SELECT count(*) FROM {_OTHERWISE} WHERE NOT ({_SHOWN})",
    ),
)


def annotation_lines(session: Reading, account: Account) -> Generator[str]:
    """Yield one annotation a line, each a document of its own."""
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
    account.count(session, SORTS)
    for row in streamed(session, _QUESTION):
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
            # The positions count in the text as it is kept, which its checksum tells from the page of today.
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
    """Spell an instant in UTC with a Z, the one form that the model allows; the server may be set to another zone."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _urn(kind: str, slug: str) -> str:
    return f"urn:stancedb:{kind}:{quote(slug, safe='')}"
