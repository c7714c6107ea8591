"""How a changeset is taken back.

Rows of every curated table are put back or taken away, so the statements that change them are assembled here from the
tables and columns of the model; values are always parameters.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from stancedb.database import Reading, Writing
from stancedb.errors import RefusedByRule
from stancedb.model import Base
from stancedb.operations.locks import lock_actors_of, lock_statements_of
from stancedb.questions.changesets import IN_ORDER, changeset_id
from stancedb.shared.asking import Row
from stancedb.sql import Queries

SQL = Queries(__file__)
# Of rows that one alone of several may be, the one that is not any more is put back first.
_ALONE = {"actor_name": "(h.kind = 'preferred')", "coding": "h.is_final", "article_duplicate": "(h.state = 'accepted')"}


def undo_changeset(session: Writing, number: int) -> list[Row]:
    """Take a changeset back, in a new one: rows it added go, rows it changed or removed return as they were.

    Nothing is undone in part: if anything that it wrote has been changed since, or is used by later rows, the whole is
    refused. What is taken back stays in history.

    Raises:
        NoSuchThing: There is no such changeset.
        RefusedByRule: Later changes build on it.
    """
    undone = changeset_id(session, number)
    by = session.execute(SQL["undone_by"], {"undone": undone}).scalar()
    if by is not None:
        raise RefusedByRule(sentence=f"changeset {number} is undone already, by changeset {by}")
    since = {number: stands for table in IN_ORDER for number, stands in _changed_since(session, table, undone).items()}
    later = sorted(number for number, stands in since.items() if stands) or sorted(since)
    if later:
        raise RefusedByRule(
            sentence=f"changeset {number} cannot be undone, because changeset{'s' if len(later) > 1 else ''} "
            f"{', '.join(map(str, later))} changed what it wrote; undo those first, the newest before the others"
        )
    session.execute(SQL["name_undone"], {"undone": undone})
    lock_statements_of(session, undone)
    lock_actors_of(session, undone)
    # A login may write to no more tables than its role does, so those that have nothing to take back are left alone.
    added, ended, held = _written(session, undone)
    for table in held:
        _lock(session, table, undone)
    restored: list[Row] = []
    try:
        for table in reversed(added):
            removed = _remove_added(session, table, undone)
            if removed:
                restored.append({"rows": table, "removed": removed, "restored": 0})
        for table in ended:
            returned = _restore(session, table, undone, may_update=table in held)
            if returned:
                restored.append({"rows": table, "removed": 0, "restored": returned})
    except IntegrityError as failure:
        raise RefusedByRule(
            sentence=f"changeset {number} cannot be undone, because later rows build on what it wrote; undo those first"
        ) from failure
    session.is_void = not restored
    return restored


def _changed_since(session: Reading, table: str, undone: int) -> dict[int, bool]:
    """Return the changesets after which rows are not any more as this one left them, and whether each still stands.

    A row that is again as it was left, because what changed it is undone, stands in nobody's way.
    """
    live, left = (", ".join(f"{alias}.{column}" for column in _columns(table)) for alias in ("t", "h"))
    found = session.execute(
        text(
            f"WITH moved AS ("
            f" SELECT id FROM history.{table} h LEFT JOIN stancedb.{table} t USING (id)"
            f" WHERE h.changeset_id = :id AND (t.changeset_id IS NULL OR ({live}) IS DISTINCT FROM ({left}))"
            f" UNION SELECT id FROM history.{table} h JOIN stancedb.{table} t USING (id)"
            f" WHERE h.ended_changeset_id = :id AND t.changeset_id <> :id"
            f" AND NOT EXISTS (SELECT FROM history.{table} w WHERE w.id = t.id AND w.changeset_id = :id))"
            " SELECT DISTINCT c.number, c.undoes_id IS NULL AND u.id IS NULL AS stands FROM ("
            f" SELECT h.ended_changeset_id AS id FROM moved JOIN history.{table} h USING (id)"
            f" UNION SELECT t.changeset_id FROM moved JOIN stancedb.{table} t USING (id)) later"
            " JOIN stancedb.changeset c ON c.id = later.id LEFT JOIN stancedb.changeset u ON u.undoes_id = c.id"
            " WHERE c.number > (SELECT number FROM stancedb.changeset WHERE id = :id)"
        ),
        {"id": undone},
    )
    return {row.number: row.stands for row in found}


def _written(session: Writing, undone: int) -> tuple[list[str], list[str], list[str]]:
    """Name the tables to which a changeset wrote rows, and those of which it ended some, parents before children.

    The last are those of either whose rows the login may lock.
    """
    found = session.execute(SQL["written"], {"undone": undone}).all()
    found = sorted(found, key=lambda row: IN_ORDER.index(row.name))
    return (
        [row.name for row in found if row.added],
        [row.name for row in found if row.ended],
        [row.name for row in found if row.may_lock],
    )


def _lock(session: Writing, table: str, undone: int) -> None:
    """Lock the rows that an undoing changes, in the order of their keys, as every other writer does."""
    session.execute(
        text(
            f"SELECT FROM stancedb.{table} t WHERE t.changeset_id = :id OR t.id IN ("
            f"SELECT h.id FROM history.{table} h WHERE :id IN (h.changeset_id, h.ended_changeset_id))"
            " ORDER BY t.id FOR NO KEY UPDATE"
        ),
        {"id": undone},
    )


def _remove_added(session: Writing, table: str, undone: int) -> int:
    return len(
        session.execute(
            text(
                f"DELETE FROM stancedb.{table} t WHERE (t.changeset_id = :id"
                f" OR t.id IN (SELECT w.id FROM history.{table} w WHERE w.changeset_id = :id)) AND NOT EXISTS ("
                f"SELECT FROM history.{table} h WHERE h.id = t.id AND h.ended_changeset_id = :id) RETURNING 1"
            ),
            {"id": undone},
        ).all()
    )


def _restore(session: Writing, table: str, undone: int, *, may_update: bool) -> int:
    """Put back the versions that the changeset ended: over the row that replaced them, or as a row again.

    Rows of a table that the login may not update were never changed, so that they can only have been removed.
    """
    columns = _columns(table)
    listed = ", ".join(columns)
    alone = _ALONE.get(table)
    updated = [
        row
        for turn in ((f"AND NOT {alone}", f"AND {alone}") if alone else ("",) if may_update else ())
        for row in session.execute(
            text(
                f"UPDATE stancedb.{table} t SET ({listed}) = ROW ({', '.join(f'h.{column}' for column in columns)})"
                f" FROM history.{table} h WHERE h.id = t.id AND h.ended_changeset_id = :id {turn} RETURNING 1"
            ),
            {"id": undone},
        )
    ]
    inserted = session.execute(
        text(
            f"INSERT INTO stancedb.{table} (id, {listed}) SELECT id, {listed} FROM history.{table} h"
            f" WHERE h.ended_changeset_id = :id AND NOT EXISTS (SELECT FROM stancedb.{table} t WHERE t.id = h.id)"
            " RETURNING 1"
        ),
        {"id": undone},
    ).all()
    return len(updated) + len(inserted)


def _columns(table: str) -> list[str]:
    """Name the columns that say something, without those that PostgreSQL computes."""
    return [
        column.name
        for column in Base.metadata.tables[f"stancedb.{table}"].columns
        if column.computed is None and column.name not in {"id", "changeset_id"}
    ]
