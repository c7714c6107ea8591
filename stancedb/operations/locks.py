"""What a writer locks before it looks and changes: in the order of the tables, then of the keys, by sets."""

from __future__ import annotations

from collections.abc import Iterable

from stancedb.database import Writing
from stancedb.shared.asking import Row
from stancedb.sql import Queries

SQL = Queries(__file__)


def lock_actors(session: Writing, key: int, target: int) -> list[Row]:
    """Lock two actors that are to be merged, with those that lead to the first, and return them as they are now."""

    def take() -> list[Row] | None:
        rows = [dict(row) for row in session.execute(SQL["lock_actors"], {"key": key, "target": target}).mappings()]
        # Whoever was waited for may have merged one more into the first; locked now, it would be out of order.
        locked = [row["id"] for row in rows]
        return None if session.execute(SQL["leads_unlocked"], {"key": key, "locked": locked}).scalar_one() else rows

    return session.until_whole(take)


def lock_statements(session: Writing, statements: Iterable[int]) -> None:
    """Lock statements whose rows, or whose codings, mentions or links, are about to be changed."""
    session.execute(SQL["lock_statements"], {"statements": list(statements)})


def lock_statements_of(session: Writing, changeset_id: int) -> None:
    """Lock the statements that the rows of a changeset hang on, before it is taken back."""
    found = session.execute(SQL["statements_of_changeset"], {"id": changeset_id}).scalars()
    lock_statements(session, list(found))


def lock_actors_of(session: Writing, changeset_id: int) -> None:
    """Lock the actors that a changeset wrote, or whose names it wrote, before it is taken back."""
    session.execute(SQL["lock_actors_of_changeset"], {"id": changeset_id})
