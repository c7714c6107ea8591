"""Queries of events, asserted causes and indicators."""

from __future__ import annotations

from stancedb.database import Reading
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_holder_id, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_events(
    session: Reading, *, actor: str | None = None, kind: str | None = None, known_at: int | None = None
) -> list[Row]:
    """Return events by date, with their participants and asserted causes."""
    holder = optional_holder_id(session, actor, known_at=known_at)
    return ask(session, SQL["list_events"], known_at=known_at, actor=holder, kind=kind)


def show_event(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one event with its participants, causes, and the statements made during it."""
    key = id_of(session, "event", slug, known_at=known_at)
    row = ask(session, SQL["show_event"], known_at=known_at, key=key)[0]
    for part in ("participants", "follows_from", "statements"):
        row[part] = ask(session, SQL[part], known_at=known_at, key=key)
    return row


def list_around(session: Reading, issue: str, *, known_at: int | None = None) -> list[Row]:
    """Return the events during which statements on an issue were made, and their asserted effects."""
    key = id_of(session, "issue", issue, known_at=known_at)
    return ask(session, SQL["list_around"], known_at=known_at, issue=key)


def list_indicators(
    session: Reading, *, issue: str | None = None, status: str | None = None, known_at: int | None = None
) -> list[Row]:
    """Return indicators with the latest observation of each."""
    key = optional_id(session, "issue", issue, known_at=known_at)
    return ask(session, SQL["list_indicators"], known_at=known_at, issue=key, status=status)


def show_indicator(session: Reading, slug: str) -> Row:
    """Return one indicator with all its observations."""
    key = id_of(session, "indicator", slug)
    row = ask(session, SQL["show_indicator"], key=key)[0]
    row["observations"] = ask(session, SQL["observations"], key=key)
    return row
