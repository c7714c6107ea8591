"""Queries of statements with their mentions and codings."""

from __future__ import annotations

from datetime import date

from stancedb.database import Reading
from stancedb.questions.codings import codings_of
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_holder_id, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_statements(
    session: Reading,
    *,
    speaker: str | None = None,
    article: str | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
    limit: int | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return statements by date, each with the words of one mention."""
    return ask(
        session,
        SQL["list_statements"],
        known_at=known_at,
        speaker=optional_holder_id(session, speaker, known_at=known_at),
        issue=optional_id(session, "issue", issue, known_at=known_at),
        article=optional_id(session, "article", article, known_at=known_at),
        since=since,
        until=until,
        limit=limit,
    )


def show_statement(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one statement with its mentions, codings, links, addressees and history."""
    key = id_of(session, "statement", slug, known_at=known_at)
    row = ask(session, SQL["show_statement"], known_at=known_at, key=key)[0]
    for part in ("mentions", "links", "addressees"):
        row[part] = ask(session, SQL[part], known_at=known_at, key=key)
    row["codings"] = codings_of(session, key, known_at=known_at)
    row["reviews"] = ask(session, SQL["reviews"], known_at=known_at, key=key)
    row["recorded"] = ask(session, SQL["recorded"], key=key, until=known_at)
    return row


def speech_of(session: Reading, slug: str) -> Row:
    """Return the fields that another line about a statement must repeat: its speaker and date."""
    return ask(session, SQL["speech_of"], key=id_of(session, "statement", slug))[0]
