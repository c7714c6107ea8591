"""How a changeset is taken back.

Rows of every curated table are put back or taken away, so the statements that change them get the names
of tables and columns here, from the model; values are always parameters.
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
    # A login may write to no more tables than its role does, so those that have nothing to take back are left alone.
    added, ended, held = _written(session, undone)
    # Locked before it is looked at: what others are changing is seen once they are done, and nobody follows.
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
    try:
        for table in reversed(added):
            removed = len(session.execute(_of_table("remove_added", table), {"undone": undone}).all())
            if removed:
                restored.append({"rows": table, "removed": removed, "restored": 0})
        if {"mention", "coding"} <= {*ended} & {*held}:
            session.execute(SQL["part_codings"], {"undone": undone})
        for table in ended:
            returned = _restore(session, table, undone, may_update=table in held)
            if returned:
                restored.append({"rows": table, "removed": 0, "restored": returned})
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
    """Return the changesets after which rows are not any more as this one left them, and whether each still stands.

    A row that is again as it was left, because what changed it is undone, stands in nobody's way.
    """
    found = session.execute(_of_table("changed_since", table), {"undone": undone})
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


def _restore(session: Writing, table: str, undone: int, *, may_update: bool) -> int:
    """Put back the versions that the changeset ended: over the row that replaced them, or as a row again.

    Rows of a table that the login may not update were never changed, so that they can only have been removed.
    """
    parts = [{"is_first": True}, {"is_second": True}] if table in _ALONE else [{}]
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
        alone=_ALONE.get(table, "true"),
    )


def _columns(table: str) -> list[str]:
    """Name the columns that say something, without those that PostgreSQL computes."""
    return [
        column.name
        for column in Base.metadata.tables[f"stancedb.{table}"].columns
        if column.computed is None and column.name not in {"id", "changeset_id"}
    ]
