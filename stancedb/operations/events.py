"""Indicators: observations."""

from __future__ import annotations

from datetime import date

from stancedb.database import Writing
from stancedb.questions.events import show_indicator
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def observe(
    session: Writing, slug: str, *, day: date, is_seen: bool, note: str | None, article: str | None, status: str | None
) -> Row:
    """Record an observation of an indicator on a date; "not seen" is also an observation."""
    key = id_of(session, "indicator", slug)
    session.execute(
        SQL["observe"],
        {"key": key, "day": day, "is_seen": is_seen, "note": note, "article": optional_id(session, "article", article)},
    )
    if status is not None:
        session.execute(SQL["set_status"], {"status": status, "key": key})
    return show_indicator(session, slug)
