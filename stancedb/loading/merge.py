"""Merge staged rows into a table by its natural key, and count what was inserted, updated and unchanged.

This is where SQL is assembled: the columns of a table come from whoever merges into it, values never do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import TextClause, text

from stancedb.database import Writing
from stancedb.errors import RefusedByRule
from stancedb.loading.account import LoadAccount
from stancedb.loading.stage import Stage

# From how many new rows on the planner has to hear of them before the transaction ends.
_WORTH_ANALYSING = 1_000
# The origin of what was entered by a command and not from a file.
COMMAND_LINE = "command line"


def merge(
    session: Writing,
    account: LoadAccount,
    table: str,
    *,
    source: TextClause,
    key: Sequence[str],
    values: Sequence[str] = (),
    defaults: Mapping[str, str] | None = None,
    frozen: Sequence[str] = (),
    has_null_keys: bool = False,
    is_period: bool = False,
    is_empty: bool = False,
    is_large: bool = False,
    complete: Sequence[str] = (),
    order: Sequence[str] = (),
) -> None:
    """Merge staged rows into one table and add to the account what was inserted, updated and unchanged.

    A value that is null was not given and leaves the row at hand as it is. A row that somebody corrected by hand since
    it was loaded is not touched. A single record given to an ``add`` command adds and never changes.

    Args:
        session: The writing session.
        account: Where the counts go.
        table: The table, in the schema stancedb.
        source: A query of key and value columns under the names of the table, one row for each key.
        key: The columns that make up the natural key.
        values: The other columns.
        defaults: For columns of values, what a new row gets where nothing was given, in SQL.
        frozen: Columns that are written with a new row and stay as they are in one at hand.
        has_null_keys: Whether columns of the key may be null, two nulls being equal.
        is_period: Whether the table has an exclusion constraint, where a conflict must not be passed over in silence.
        is_empty: Whether the table is known to be empty and locked, so that every row is new.
        is_large: Whether the source holds texts and pages, which are not copied on their way, although it is read again
            for every question that is asked of it.
        complete: Columns of values that the source has made out, so that null in them means that there is none.
        order: Columns of the source in whose order new rows are written, if not in that of the key.

    Raises:
        RefusedByRule: An ``add`` command says otherwise than a row at hand.
    """
    equals = "IS NOT DISTINCT FROM" if has_null_keys else "="
    match = " AND ".join(f"t.{column} {equals} s.{column}" for column in key)
    # What is read once need not be copied for that.
    is_view = is_large or is_empty
    kind = "VIEW" if is_view else "TABLE"
    lasts = "" if is_view else "ON COMMIT DROP "
    session.execute(text(f"CREATE TEMPORARY {kind} merging {lasts}AS {source.text}"))
    total = 0 if is_empty else session.execute(text("SELECT count(*) FROM merging")).scalar_one()
    if total > _WORTH_ANALYSING and not is_view:
        # Unless it knows better the planner compares every row with all of those at hand that have one column alike,
        # such as the members of one house.
        session.execute(text(f"ANALYZE merging ({', '.join(key)})"))
    updated = _update(session, account, table, match, values, complete=complete) if values and not is_empty else 0
    given = defaults or {}
    written = {
        column: f"coalesce({column}, {given[column]})" if column in given else column
        for column in (*key, *values, *frozen)
    }
    is_new = "" if is_empty else f"WHERE NOT EXISTS (SELECT FROM stancedb.{table} t WHERE {match})"
    conflict = "" if is_period or is_empty else f"ON CONFLICT ({', '.join(key)}) DO NOTHING"
    inserted = session.execute(
        text(
            f"INSERT INTO stancedb.{table} ({', '.join(written)}) SELECT {', '.join(written.values())} FROM merging s"
            f" {is_new} ORDER BY {', '.join(order or key)} {conflict}"
        )
    ).rowcount
    session.execute(text(f"DROP {kind} merging"))
    if inserted > _WORTH_ANALYSING and _has_outgrown(session, table, inserted):
        # What this transaction has written nobody else has counted yet, and settling joins it to everything. Counting
        # the words of thousands of texts, which the search index is over, would take longer than the load.
        session.execute(text(f"ANALYZE stancedb.{table} ({', '.join([*key, *values])})"))
    unchanged = 0 if is_empty else total - inserted - updated
    account.add(table, inserted=inserted, updated=updated, unchanged=unchanged)


def merge_parents(session: Writing, account: LoadAccount, stage: Stage, table: str) -> None:
    """Say to which other row each belongs, now that all of them are there, by the rules of merge."""
    source = f"SELECT s.slug, p.id AS parent_id FROM {stage.name} s JOIN stancedb.{table} p ON p.slug = s.parent"
    moved: int = session.execute(
        text(
            f"SELECT count(*) FROM ({source}) s JOIN stancedb.{table} t USING (slug)"
            " WHERE s.parent_id IS DISTINCT FROM t.parent_id"
            " AND t.changeset_id <> current_setting('stancedb.changeset')::bigint"
            f" AND NOT {_was_by_hand(account, table)}"
        )
    ).scalar_one()
    # What is moved and what stands above it, in the order of the keys, so that two loads do not wait for each other.
    session.execute(
        text(
            f"WITH RECURSIVE moving AS (SELECT t.id, s.parent_id FROM ({source}) s JOIN stancedb.{table} t USING (slug)"
            " WHERE s.parent_id IS DISTINCT FROM t.parent_id),"
            f" above AS (SELECT parent_id AS id FROM moving UNION SELECT t.parent_id FROM above a"
            f" JOIN stancedb.{table} t ON t.id = a.id WHERE t.parent_id IS NOT NULL)"
            f" SELECT FROM stancedb.{table} t WHERE t.id IN (SELECT id FROM moving UNION SELECT id FROM above)"
            " ORDER BY t.id FOR NO KEY UPDATE"
        )
    )
    apart = LoadAccount(account.kind, only_adds=account.only_adds, corrects=account.corrects)
    merge(session, apart, table, source=text(source), key=("slug",), values=("parent_id",))
    # The rows are counted already; those that were there and get another parent are no longer unchanged.
    account.add(table, updated=moved, unchanged=-moved)
    account.notes.extend(note for note in apart.notes if note not in account.notes)


def _has_outgrown(session: Writing, table: str, inserted: int) -> bool:
    """Tell whether the rows are more than a fifth of what the planner knows of; less leaves its plans as they are."""
    known = text("SELECT c.reltuples FROM pg_class c WHERE c.oid = CAST(:name AS regclass)")
    counted: float = session.execute(known, {"name": f"stancedb.{table}"}).scalar_one()
    return 5 * inserted > counted


def find_by_hand(session: Writing, account: LoadAccount, table: str, among: TextClause) -> int:
    """Make the temporary table ``by_hand`` of the keys of rows that a person entered or corrected.

    A command that adds fills what is empty of such a row, and one that corrects may change it: for those there is none.

    Args:
        session: The writing session.
        account: Says whether a command or a file is loaded.
        table: The table of the rows, in the schema stancedb.
        among: A query of the keys that come into question, in its column ``id``.

    Returns:
        How many they are.
    """
    session.execute(text("DROP TABLE IF EXISTS pg_temp.by_hand"))
    session.execute(
        text(
            f"CREATE TEMPORARY TABLE by_hand ON COMMIT DROP AS SELECT t.id FROM stancedb.{table} t"
            f" WHERE t.id IN ({among.text}) AND {_was_by_hand(account, table)}"
        )
    )
    found: int = session.execute(text("SELECT count(*) FROM by_hand")).scalar_one()
    return found


def _was_by_hand(account: LoadAccount, table: str) -> str:
    """Return the SQL condition that a person entered or corrected a row, called ``t``, so that no file changes it.

    What an undoing gave back is what whoever wrote it first made of it. A command that adds fills what is empty of it,
    and one that corrects may change it.
    """
    if account.corrects or account.only_adds:
        return "false"
    loaded = f"SELECT FROM stancedb.load l WHERE l.origin <> '{COMMAND_LINE}' AND l.changeset_id ="
    # A coding that was carried over is by whoever made the one it repeats.
    origin, carried = "carried_from_id", " OR h.id = w.origin_id AND h.ended_changeset_id = w.changeset_id"
    if table != "coding":
        origin, carried = "id", ""
    return (
        "(t.changeset_id <> current_setting('stancedb.changeset')::bigint"
        f" AND NOT EXISTS ({loaded} t.changeset_id)"
        f" AND NOT EXISTS (WITH RECURSIVE wrote AS (SELECT t.id, t.{origin} AS origin_id, t.changeset_id UNION ALL"
        f" SELECT h.id, h.{origin}, h.changeset_id FROM wrote w JOIN stancedb.changeset c ON c.id = w.changeset_id"
        f" JOIN history.{table} h ON h.id = w.id AND h.ended_changeset_id = c.undoes_id{carried})"
        f" SELECT FROM wrote w WHERE EXISTS ({loaded} w.changeset_id)))"
    )


def note_kept(account: LoadAccount, table: str, rows: int) -> None:
    """Note how many rows of a table stay as a person has them, if any do."""
    if rows:
        account.notes.append(f"{table.replace('_', ' ')}: {rows} entered or corrected by hand, kept as corrected")


# What corrects a row of a table, where adding to it is refused.
_CORRECTED_BY = {
    "statement": "'statement set'",
    "coding": "'coding recode' or 'coding review'",
    "actor": "'actor set'",
    "mention": "a load of the coding sheet",
    "event": "a load of the corrected record",
    "outlet": "a load of the corrected record",
    "indicator": "a load of the corrected record",
}


def _update(
    session: Writing,
    account: LoadAccount,
    table: str,
    match: str,
    values: Sequence[str],
    *,
    complete: Sequence[str],
) -> int:
    kept = {column: f"s.{column}" if column in complete else f"coalesce(s.{column}, t.{column})" for column in values}
    at_hand = ", ".join(f"t.{column}" for column in values)
    differs = f"{match} AND ROW({', '.join(kept.values())}) IS DISTINCT FROM ROW({at_hand})"
    if account.only_adds:
        _refuse_changes(session, table, differs, values)
    # Who wrote a row is asked of those that differ alone. In one question with the join, the planner would spare itself
    # the asking by comparing every row with all at hand that have one column alike, such as a period.
    differing = session.execute(
        text(
            "CREATE TEMPORARY TABLE differing ON COMMIT DROP AS"
            f" SELECT DISTINCT t.id FROM merging s JOIN stancedb.{table} t ON {differs}"
        )
    ).rowcount
    if not differing:
        session.execute(text("DROP TABLE differing"))
        return 0
    # In the order of the keys, so that two loads that correct the same rows do not wait for each other.
    session.execute(
        text(f"SELECT FROM merging s JOIN stancedb.{table} t ON {differs} ORDER BY t.id FOR NO KEY UPDATE OF t")
    )
    # Asked once the rows are locked, so that nobody corrects one between the question and the change.
    note_kept(account, table, find_by_hand(session, account, table, text("SELECT id FROM differing")))
    assigned = ", ".join(f"{column} = {value}" for column, value in kept.items())
    updated = session.execute(
        text(
            "WITH free AS MATERIALIZED (SELECT id FROM differing EXCEPT SELECT id FROM by_hand)"
            f" UPDATE stancedb.{table} t SET {assigned} FROM merging s, free WHERE free.id = t.id AND {match}"
        )
    ).rowcount
    session.execute(text("DROP TABLE differing"))
    return updated


def _refuse_changes(session: Writing, table: str, differs: str, values: Sequence[str]) -> None:
    """Refuse to add what is there already with other values.

    Raises:
        RefusedByRule: A staged row says otherwise than the one at hand.
    """
    unlike = ", ".join(f"bool_or(s.{column} <> t.{column})" for column in values)
    found = session.execute(text(f"SELECT {unlike} FROM merging s JOIN stancedb.{table} t ON {differs}")).one()
    unlike_columns = (column for column, is_unlike in zip(values, found, strict=True) if is_unlike)
    otherwise = dict.fromkeys(column.removesuffix("_id").removesuffix("_edtf") for column in unlike_columns)
    if otherwise:
        raise RefusedByRule(
            sentence=f"this {table.replace('_', ' ')} is there already and says otherwise on {', '.join(otherwise)};"
            f" adding changes nothing, {_CORRECTED_BY.get(table, 'a load of the corrected record')} does"
        )
