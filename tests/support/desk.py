"""Texts to code and rounds to code them in, written by SQL as the owner, for tests of the workbench."""

from __future__ import annotations

import json
from typing import Any

import psycopg

from tests.support.plugin import Run
from tests.support.worlds import done

Connection = psycopg.Connection[Any]

# Every text has these words, behind its number.
SAID = "Ben Dahl said that he will not build the dam."

_ARTICLES = """
INSERT INTO stancedb.article (slug, outlet_id, title, language, kind, access)
SELECT 'text-' || n, (SELECT min(o.id) FROM stancedb.outlet o), 'Text', 'en', 'news', 'full'
FROM generate_series(1, %s) n
"""
_VERSIONS = """
INSERT INTO stancedb.article_version (article_id, body, text_sha256, normalisation, extractor)
SELECT a.id, b.body, encode(sha256(convert_to(b.body, 'UTF8')), 'hex'), 'nfc-1', 'by hand'
FROM stancedb.article a CROSS JOIN LATERAL (SELECT a.slug || ': ' || %s) b (body) WHERE a.slug LIKE 'text-%%'
RETURNING id
"""
_ROUND = """
INSERT INTO stancedb.coding_round (slug, codebook_version_id, seed, opened_by)
SELECT %s, v.id, 7, 'tester' FROM stancedb.codebook_version v ORDER BY v.id LIMIT 1 RETURNING id
"""
_SCOPE = "INSERT INTO stancedb.coding_round_issue SELECT %s, i.id FROM stancedb.issue i"
_ASSIGNMENT = """
INSERT INTO stancedb.assignment (round_id, article_version_id, coder_id, kind, turn)
SELECT %s, %s, (SELECT k.id FROM stancedb.coder k WHERE k.name = %s), %s,
    (SELECT count(*) FROM stancedb.assignment)
RETURNING id
"""


def add_texts(connection: Connection, count: int) -> list[int]:
    """Add articles with one short text each, and return the keys of the texts."""
    with connection.transaction():
        connection.execute("SELECT stancedb.open_changeset('tester', 'texts to code')")
        connection.execute(_ARTICLES, [count])
        return [key for (key,) in connection.execute(_VERSIONS, [SAID])]


def open_round(connection: Connection, slug: str = "week-1") -> int:
    """Open a round on all issues and return its key."""
    key = int(value(connection, _ROUND, slug))
    connection.execute(_SCOPE, [key])
    return key


def assign(connection: Connection, of_round: int, text: int, coder: str | None, kind: str = "first") -> int:
    """Assign a text to a coder, or put it into the pool; return the number of the assignment."""
    return int(value(connection, _ASSIGNMENT, of_round, text, coder, kind))


def found(
    connection: Connection, assignment: int, coder: str | None, record: str = "{}", quote: str = "Ben Dahl"
) -> int:
    """Save a finding as a coder and return its number."""
    at = (
        "SELECT strpos(v.body, %s) - 1 FROM stancedb.assigned_text(%s, %s) a"
        " JOIN stancedb.article_version v ON v.id = a.article_version_id"
    )
    begin = int(value(connection, at, quote, assignment, coder))
    save = "SELECT stancedb.save_finding(%s, %s, %s, %s, %s, %s, NULL, 1)"
    return int(value(connection, save, assignment, coder, begin, begin + len(quote), quote, record))


def finish(connection: Connection, assignment: int, coder: str | None) -> None:
    """Finish an assignment without releasing anything."""
    connection.execute("SELECT stancedb.finish_assignment(%s, %s, 1, false)", [assignment, coder])


def opened(run: Run, coder: str) -> str:
    """Open the next text of a coder and return the number of the assignment."""
    return str(json.loads(done(run("code", "next", "--coder", coder, "--format", "json")).stdout)["assignment"])


def value(connection: Connection, question: str, *values: object) -> Any:  # noqa: ANN401 - whatever is asked for
    """Return the only value of the only row."""
    ((found_value,),) = connection.execute(question.encode(), values).fetchall()
    return found_value
