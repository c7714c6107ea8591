"""What was changed, by whom and why, and how to take it back."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from stancedb.database import Reading, Writing
from stancedb.errors import NoSuchThing, RefusedByRule
from stancedb.model import CURATED, Base
from stancedb.operations.locks import lock_actors_of, lock_statements_of
from stancedb.shared.asking import Row, ask

# Parents before children, so that rows can be put back in this order and taken away in the other.
_IN_ORDER = [table.name for table in Base.metadata.sorted_tables if table in CURATED]
# Of rows that one alone of several may be, the one that is not any more is put back first.
_ALONE = {"actor_name": "(h.kind = 'preferred')", "coding": "h.is_final", "article_duplicate": "(h.state = 'accepted')"}


def list_changesets(session: Reading, *, limit: int | None = None, number: int | None = None) -> list[Row]:
    """Return changesets, the newest first and at most so many, or the one with a number."""
    return ask(
        session,
        "SELECT c.number, c.committed_at, c.author, c.message, c.tool, u.number AS undoes,"
        " (SELECT max(n.number) FROM stancedb.changeset n WHERE n.undoes_id = c.id"
        " AND NOT EXISTS (SELECT FROM stancedb.changeset r WHERE r.undoes_id = n.id)) AS undone_by"
        " FROM stancedb.changeset c LEFT JOIN stancedb.changeset u ON u.id = c.undoes_id"
        " WHERE CAST(:number AS bigint) IS NULL OR c.number = :number ORDER BY c.number DESC LIMIT :limit",
        limit=limit,
        number=number,
    )


def show_changeset(session: Reading, number: int) -> Row:
    """Return one changeset with the rows it wrote, by table, and its loads."""
    opened = _key(session, number)
    row = list_changesets(session, number=number)[0]
    # Which login it was is for the owner and for reviewers.
    if session.execute(text("SELECT has_table_privilege('stancedb.changeset_login', 'SELECT')")).scalar_one():
        opening = (
            "SELECT l.login, l.client_address FROM (SELECT) x"
            " LEFT JOIN stancedb.changeset_login l ON l.changeset_id = :id"
        )
        row |= session.execute(text(opening), {"id": opened}).mappings().one()
    counts = []
    for table in _IN_ORDER:
        # One query a table, whatever the number of rows.
        live, changed, removed = session.execute(
            text(
                f"SELECT (SELECT count(*) FROM stancedb.{table} WHERE changeset_id = :id)"
                f" + (SELECT count(*) FROM history.{table} WHERE changeset_id = :id),"
                f" (SELECT count(*) FROM history.{table} h WHERE ended_changeset_id = :id AND ("
                f" EXISTS (SELECT FROM stancedb.{table} t WHERE t.id = h.id AND t.changeset_id = :id)"
                f" OR EXISTS (SELECT FROM history.{table} t WHERE t.id = h.id AND t.changeset_id = :id))),"
                f" (SELECT count(*) FROM history.{table} WHERE ended_changeset_id = :id)"
            ),
            {"id": opened},
        ).one()
        if live or removed:
            counts.append({"rows": table, "inserted": live - changed, "updated": changed, "removed": removed - changed})
    row["rows"] = counts
    row["loads"] = ask(
        session,
        "SELECT kind, origin, input_sha256, inserted, updated, unchanged, refused FROM stancedb.load"
        " WHERE changeset_id = :id ORDER BY id",
        id=opened,
    )
    return row


def undo_changeset(session: Writing, number: int) -> list[Row]:
    """Take a changeset back, in a new one: rows it added go, rows it changed or removed return as they were.

    Nothing is undone in part: if anything that it wrote has been changed since, or is used by later rows, the whole is
    refused. What is taken back stays in history.

    Raises:
        NoSuchThing: There is no such changeset.
        RefusedByRule: Later changes build on it.
    """
    undone = _key(session, number)
    by = session.execute(
        text(
            "SELECT u.number FROM stancedb.changeset u WHERE u.undoes_id = :id"
            " AND NOT EXISTS (SELECT FROM stancedb.changeset r WHERE r.undoes_id = u.id)"
        ),
        {"id": undone},
    ).scalar()
    if by is not None:
        raise RefusedByRule(sentence=f"changeset {number} is undone already, by changeset {by}")
    since = {number: stands for table in _IN_ORDER for number, stands in _changed_since(session, table, undone).items()}
    later = sorted(number for number, stands in since.items() if stands) or sorted(since)
    if later:
        raise RefusedByRule(
            sentence=f"changeset {number} cannot be undone, because changeset{'s' if len(later) > 1 else ''} "
            f"{', '.join(map(str, later))} changed what it wrote; undo those first, the newest before the others"
        )
    session.execute(
        text(
            "UPDATE stancedb.changeset SET undoes_id = :undone WHERE id = current_setting('stancedb.changeset')::bigint"
        ),
        {"undone": undone},
    )
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


def _key(session: Reading, number: int) -> int:
    found: int | None = session.execute(
        text("SELECT id FROM stancedb.changeset WHERE number = :number"), {"number": number}
    ).scalar()
    if found is None:
        last = session.execute(text("SELECT max(number) FROM stancedb.changeset")).scalar_one()
        raise NoSuchThing(kind="changeset", handle=number, offer=f"; the numbers go from 1 to {last}")
    return found


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
    kept = " UNION ALL ".join(
        f"SELECT '{table}' AS name, EXISTS (SELECT FROM stancedb.{table} WHERE changeset_id = :id)"
        f" OR EXISTS (SELECT FROM history.{table} WHERE changeset_id = :id) AS added,"
        f" EXISTS (SELECT FROM history.{table} WHERE ended_changeset_id = :id) AS ended,"
        f" has_table_privilege('stancedb.{table}', 'UPDATE') AS may_lock"
        for table in _IN_ORDER
    )
    found = session.execute(text(kept), {"id": undone}).all()
    return (
        [row.name for row in found if row.added],
        [row.name for row in found if row.ended],
        [row.name for row in found if row.may_lock and (row.added or row.ended)],
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
