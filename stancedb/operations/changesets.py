"""Undoing a changeset.

Rows of every curated table are restored or removed, so the names of tables and columns are inserted into the statements
here, from the model; values are always parameters.
"""

from __future__ import annotations

from sqlalchemy import TextClause
from sqlalchemy.exc import IntegrityError

from stancedb.database import Reading, Writing
from stancedb.errors import BuiltUpon, ChangedSince, UndoneAlready
from stancedb.loading.codebooks import lock_codebook
from stancedb.model import Base
from stancedb.operations.locks import lock_actors_of, lock_statements_of
from stancedb.questions.changesets import IN_ORDER, changeset_id
from stancedb.shared.asking import Row
from stancedb.sql import Queries, filled

SQL = Queries(__file__)
# Where only one of several rows may have a property, the row that loses the property is restored first.
_EXCLUSIVE = {
    "actor_name": "(h.kind = 'preferred')",
    "coding": "h.is_final",
    "article_duplicate": "(h.state = 'accepted')",
}


def undo_changeset(session: Writing, number: int) -> list[Row]:
    """Undo a changeset in a new one: remove the rows it added, and restore the rows it changed or removed.

    Undoing is all or nothing: it is rejected if any of its rows was changed since or is used by later rows. The undone
    rows stay in the history.
    """
    undone = changeset_id(session, number)
    # A login may only write to the tables of its role, so tables without rows to undo are not touched.
    added, ended, held = _written(session, undone)
    # Locked before reading, so that pending changes by others are seen and no new ones can follow.
    if {"issue", "position"} & {*held}:
        lock_codebook(session)
    lock_statements_of(session, undone)
    lock_actors_of(session, undone)
    for table in held:
        session.execute(_of_table("lock_rows", table), {"undone": undone})
    by = session.execute(SQL["undone_by"], {"undone": undone}).scalar()
    if by is not None:
        raise UndoneAlready(number=number, by=by)
    since = {number: stands for table in IN_ORDER for number, stands in _changed_since(session, table, undone).items()}
    later = sorted(number for number, stands in since.items() if stands) or sorted(since)
    if later:
        raise ChangedSince.of(number, later)
    session.execute(SQL["name_undone"], {"undone": undone})
    restored: list[Row] = []
    session.execute(SQL["defer_mentions"])
    try:
        for table in reversed(added):
            removed = len(session.execute(_of_table("remove_added", table), {"undone": undone}).all())
            if removed:
                restored.append({"rows": table, "removed": removed, "restored": 0})
        for table in ended:
            returned = _restore(session, table, undone, may_update=table in held)
            if returned:
                restored.append({"rows": table, "removed": 0, "restored": returned})
        session.execute(SQL["check_mentions"])
    except IntegrityError as failure:
        raise BuiltUpon(number=number) from failure
    restored += _reopen_assignments(session)
    session.is_void = not restored
    return restored


def _reopen_assignments(session: Writing) -> list[Row]:
    """Reopen the assignments whose findings the undone changeset released, so that they can be finished again."""
    reopened: int = session.execute(SQL["withdraw_release"]).scalar_one()
    return [{"rows": "assignment", "removed": 0, "restored": reopened}] if reopened else []


def _changed_since(session: Reading, table: str, undone: int) -> dict[int, bool]:
    """Return the changesets that changed rows of this one afterwards, and whether each is still in effect.

    A row that is back in the state in which this changeset left it, because the later change was undone, does not
    count.
    """
    found = session.execute(_of_table("changed_since", table), {"undone": undone})
    return {row.number: row.stands for row in found}


def _written(session: Writing, undone: int) -> tuple[list[str], list[str], list[str]]:
    """Return the tables in which a changeset added rows, in which it ended rows, and whose rows the login may lock.

    Each list has parents before children.
    """
    found = session.execute(SQL["written"], {"undone": undone}).all()
    found = sorted(found, key=lambda row: IN_ORDER.index(row.name))
    return (
        [row.name for row in found if row.added],
        [row.name for row in found if row.ended],
        [row.name for row in found if row.may_lock],
    )


def _restore(session: Writing, table: str, undone: int, *, may_update: bool) -> int:
    """Restore the versions that the changeset ended, over the rows that replaced them or as new rows.

    Rows of a table that the login may not update cannot have been changed, only removed.
    """
    parts = [{"is_first": True}, {"is_second": True}] if table in _EXCLUSIVE else [{}]
    update = _of_table("restore_over", table)
    updated = [row for part in parts if may_update for row in session.execute(update, {"undone": undone, **part}).all()]
    inserted = session.execute(_of_table("restore_removed", table), {"undone": undone}).all()
    return len(updated) + len(inserted)


def _of_table(name: str, table: str) -> TextClause:
    columns = _columns(table)
    return filled(
        SQL[name],
        table=table,
        columns=", ".join(columns),
        live=", ".join(f"t.{column}" for column in columns),
        left=", ".join(f"h.{column}" for column in columns),
        exclusive=_EXCLUSIVE.get(table, "true"),
    )


def _columns(table: str) -> list[str]:
    """Return the columns with data, without those that PostgreSQL computes."""
    return [
        column.name
        for column in Base.metadata.tables[f"stancedb.{table}"].columns
        if column.computed is None and column.name not in {"id", "changeset_id"}
    ]
