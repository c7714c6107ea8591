"""Locks that a writer takes before reading and changing rows: by table, then by key, in sets."""

from __future__ import annotations

from collections.abc import Iterable

from stancedb.database import Writing
from stancedb.shared.asking import Row
from stancedb.sql import Queries

SQL = Queries(__file__)


def lock_actors(session: Writing, key: int, target: int) -> list[Row]:
    """Lock two actors to be merged, and those merged into the first, and return their current rows."""

    def take() -> list[Row] | None:
        rows = [dict(row) for row in session.execute(SQL["lock_actors"], {"key": key, "target": target}).mappings()]
        # While this waited, another writer may have merged one more actor into the first; locking it now would be out
        # of order.
        locked = [row["id"] for row in rows]
        return None if session.execute(SQL["leads_unlocked"], {"key": key, "locked": locked}).scalar_one() else rows

    return session.until_whole(take)


def lock_statements(session: Writing, statements: Iterable[int]) -> None:
    """Lock statements before changing them or their codings, mentions or links."""
    session.execute(SQL["lock_statements"], {"statements": list(statements)})


def lock_statements_of(session: Writing, changeset_id: int) -> None:
    """Lock the statements to which the rows of a changeset belong, before undoing it."""
    found = session.execute(SQL["statements_of_changeset"], {"id": changeset_id}).scalars()
    lock_statements(session, list(found))


def lock_actors_of(session: Writing, changeset_id: int) -> None:
    """Lock the actors that a changeset wrote, or whose names it wrote, before undoing it."""
    session.execute(SQL["lock_actors_of_changeset"], {"id": changeset_id})
