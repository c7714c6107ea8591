"""Merge staged rows into a table by its natural key, and count what was inserted, updated and unchanged.

The SQL is the same for every table; the caller supplies the table and the lists of columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import TextClause

from stancedb.database import Writing
from stancedb.errors import SaysOtherwise
from stancedb.loading.account import LoadAccount
from stancedb.loading.stage import Stage
from stancedb.sql import Queries, filled

SQL = Queries(__file__)
# Number of new rows from which statistics are updated for the planner within the transaction.
_WORTH_ANALYSING = 1_000
# The origin of rows entered by a command, not loaded from a file.
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
    """Merge staged rows into one table, and add the numbers of inserted, updated and unchanged rows to the account.

    A null value means "not supplied" and leaves the existing value unchanged. A row that a user has corrected since it
    was loaded is not changed. The record of an ``add`` command is only added and never changes a row.

    Args:
        session: The writing session.
        account: The account that the counts are added to.
        table: The table, in the schema stancedb.
        source: A query that returns the key and value columns, named as in the table, with one row per key.
        key: The columns that make up the natural key.
        values: The other columns.
        defaults: SQL expressions by value column, for new rows in which the value is null.
        frozen: Columns that are set in a new row and never changed in an existing row.
        has_null_keys: Whether key columns may be null; two nulls are equal.
        is_period: Whether the table has an exclusion constraint, so that a conflict must raise an error.
        is_empty: Whether the table is known to be empty and is locked, so that every row is new.
        is_large: Whether the source has texts and pages: it is not copied to a temporary table, although each query
            then reads it again.
        complete: Value columns that the source has fully determined, so that null means no value.
        order: Columns of the source that new rows are sorted by (default: the key).

    Raises:
        RefusedByRule: The record of an ``add`` command differs from an existing row.
    """
    equals = "IS NOT DISTINCT FROM" if has_null_keys else "="
    match = " AND ".join(f"t.{column} {equals} s.{column}" for column in key)
    # A source that is read only once need not be copied.
    is_view = is_large or is_empty
    kind = "view" if is_view else "table"
    session.execute(filled(SQL[f"make_merging_{kind}"], source=source.text))
    total = 0 if is_empty else session.execute(SQL["count_merging"]).scalar_one()
    if total > _WORTH_ANALYSING and not is_view:
        # Without statistics, the planner compares every row with all existing rows that have one column in common,
        # such as the members of one house.
        session.execute(filled(SQL["analyse_merging"], key=_listed(key)))
    updated = _update(session, account, table, match, values, complete=complete) if values and not is_empty else 0
    given = defaults or {}
    columns = [*key, *values, *frozen]
    insert = filled(
        SQL["insert"],
        table=table,
        columns=_listed(columns),
        values=_listed(f"coalesce({column}, {given[column]})" if column in given else column for column in columns),
        match=match,
        order=_listed(order or key),
        key=_listed(key),
    )
    asked = {"may_be_there": not is_empty, "passes_over_conflicts": not (is_period or is_empty)}
    inserted = session.execute(insert, asked).rowcount
    session.execute(SQL[f"drop_merging_{kind}"])
    if inserted > _WORTH_ANALYSING and _has_outgrown(session, table, inserted):
        # Autovacuum has not seen the rows of this transaction, and settling joins them to everything. Only these
        # columns are analysed: analysing the words of thousands of texts for the search index would take longer than
        # the load.
        session.execute(filled(SQL["analyse_written"], table=table, columns=_listed([*key, *values])))
    unchanged = 0 if is_empty else total - inserted - updated
    account.add(table, inserted=inserted, updated=updated, unchanged=unchanged)


def merge_parents(session: Writing, account: LoadAccount, stage: Stage, table: str) -> None:
    """Set the parent of each row, now that all rows exist, by the same rules as ``merge``."""
    named = {"stage": stage.name, "table": table}
    find_by_hand(session, account, table, filled(SQL["moving"], **named))
    moved: int = session.execute(filled(SQL["count_moved"], **named)).scalar_one()
    session.execute(filled(SQL["lock_moving"], **named))
    apart = LoadAccount(account.kind, only_adds=account.only_adds, corrects=account.corrects)
    merge(session, apart, table, source=filled(SQL["parents"], **named), key=("slug",), values=("parent_id",))
    # The rows are already counted; existing rows that get another parent are no longer unchanged.
    account.add(table, updated=moved, unchanged=-moved)
    account.notes.extend(note for note in apart.notes if note not in account.notes)


def _has_outgrown(session: Writing, table: str, inserted: int) -> bool:
    """Return whether the new rows exceed a fifth of the planner's row count; fewer rows do not change its plans."""
    known: float = session.execute(SQL["known_rows"], {"table": f"stancedb.{table}"}).scalar_one()
    return 5 * inserted > known


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(columns)


def find_by_hand(session: Writing, account: LoadAccount, table: str, among: TextClause) -> int:
    """Create the temporary table ``by_hand`` with the keys of rows that a user entered or corrected.

    It is empty for a command: ``add`` may fill empty values in such a row, and ``set`` may change it.

    Args:
        session: The writing session.
        account: Shows whether a command or a file is loaded.
        table: The table of the rows, in the schema stancedb.
        among: A query that returns the candidate keys in a column ``id``.

    Returns:
        The number of keys.
    """
    session.execute(SQL["drop_by_hand"])
    if account.corrects or account.only_adds:
        session.execute(SQL["find_none_by_hand"])
        return 0
    is_carried = table == "coding"
    origin = "carried_from_id" if is_carried else "id"
    find = filled(SQL["find_by_hand"], table=table, among=among.text, origin=origin)
    session.execute(find, {"command_line": COMMAND_LINE, "is_carried": is_carried})
    if table == "coding_attribute":
        session.execute(SQL["leave_carried_attributes"], {"command_line": COMMAND_LINE})
    found: int = session.execute(SQL["count_by_hand"]).scalar_one()
    return found


def note_kept(account: LoadAccount, table: str, rows: int) -> None:
    """Note how many rows of a table were kept as a user entered them, if any."""
    if rows:
        account.notes.append(f"{table.replace('_', ' ')}: {rows} entered or corrected by a user, kept.")


# The command that corrects a row of each table, named in the error of an ``add`` command.
_CORRECTED_BY = {
    "statement": "'statement set'",
    "coding_attribute": "a load of the coding sheet",
    "coding": "'coding recode' or 'coding review'",
    "actor": "'actor set'",
    "actor_attribute": "'actor set' or a load of the corrected record",
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
    compared = {
        "table": table,
        "match": match,
        "kept": _listed(kept.values()),
        "at_hand": _listed(f"t.{column}" for column in values),
    }
    if account.only_adds:
        _refuse_changes(session, compared, values)
    if not session.execute(filled(SQL["find_differing"], **compared)).rowcount:
        session.execute(SQL["drop_differing"])
        return 0
    session.execute(filled(SQL["lock_differing"], **compared))
    # Queried after the rows are locked, so that nobody corrects a row between the query and the update.
    note_kept(account, table, find_by_hand(session, account, table, SQL["differing"]))
    assigned = _listed(f"{column} = {value}" for column, value in kept.items())
    updated = session.execute(filled(SQL["update"], table=table, match=match, assigned=assigned)).rowcount
    session.execute(SQL["drop_differing"])
    return updated


def _refuse_changes(session: Writing, compared: Mapping[str, str], values: Sequence[str]) -> None:
    """Raise an error if a row exists with other values.

    Raises:
        RefusedByRule: A staged row differs from the existing row.
    """
    unlike = _listed(f"bool_or(s.{column} <> t.{column})" for column in values)
    found = session.execute(filled(SQL["unlike_columns"], unlike=unlike, **compared)).one()
    unlike_columns = (column for column, is_unlike in zip(values, found, strict=True) if is_unlike)
    otherwise = dict.fromkeys(column.removesuffix("_id").removesuffix("_edtf") for column in unlike_columns)
    if otherwise:
        table = compared["table"]
        remedy = _CORRECTED_BY.get(table, "a load of the corrected record")
        raise SaysOtherwise(noun=table.replace("_", " "), fields=", ".join(otherwise), remedy=remedy)
