"""Refresh ``reporting``: bring its tables up to date with their sources by writing only what differs.

A reader never waits and never sees an empty table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause

from stancedb.reporting.relations import TABLES, VERSION, Table
from stancedb.sql import Queries, perform, verbatim

SQL = Queries(__file__)
# The calendar spans the days in the facts, so it is filled after them; references are checked at the end.
_FILLED = (*(table for table in TABLES if table.name != "dim_date"), *(t for t in TABLES if t.name == "dim_date"))
# The table behind each count of the release.
_COUNTED = {
    "statement_count": "fact_statement",
    "stance_count": "fact_stance",
    "change_count": "fact_stance_change",
}
# A parameter to be inserted as a constant, but not a cast.
_CONSTANT = re.compile(r"(?<!:):(first|before|day|is_full)\b")
# A key beyond all changesets.
_NEVER = 2**63 - 1


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did to one table."""

    table: str
    inserted: int
    updated: int
    deleted: int

    @property
    def written(self) -> int:
        """The number of rows that it wrote."""
        return self.inserted + self.updated + self.deleted


def reported(connection: Connection) -> dict[str, Any] | None:
    """Return the release that the relations show, or None before the first refresh."""
    found = connection.execute(SQL["reported"]).mappings().one_or_none()
    return dict(found) if found else None


def refresh(connection: Connection, *, is_full: bool = False, day: date | None = None) -> list[Refreshed]:
    """Bring the relations up to date with the database, writing only the rows that differ.

    Args:
        connection: A transaction that sees one state of the database.
        is_full: Whether to compare all rows, not only those that later changesets may have changed.
        day: The day as of which stances are current; None means today.
    """
    before = reported(connection)
    since = None if is_full else before
    today = connection.execute(SQL["today"], {"day": day}).scalar_one()
    changed = _touch(connection, since, day=today)
    connection.execute(SQL["defer"])
    # Before the first refresh nobody reads, so the tables can be filled first and checked as a whole.
    made_again = connection.execute(SQL["rebuilt"]).all() if before is None else []
    for made in made_again:
        connection.execute(verbatim(made.drop))
    done = {}
    for table in _FILLED:
        if table.sources and changed.isdisjoint(table.sources):
            done[table.name] = Refreshed(table.name, inserted=0, updated=0, deleted=0)
            continue
        done[table.name] = written = _write(connection, table, is_full=since is None)
        if table.name == "fact_stance" and since is not None and since["as_of_date"] != today:
            lasting = connection.execute(SQL["lasting"]).rowcount
            done[table.name] = replace(written, updated=written.updated + lasting)
    for made in made_again:
        connection.execute(verbatim(made.make))
    connection.execute(SQL["settle"])
    rows = [written.written for written in done.values()]
    perform(connection, SQL["analyze_written"], {"tables": [*done], "rows": rows, "is_first": before is None})
    _release(connection, since, done)
    return [done[table.name] for table in TABLES]


def differing(connection: Connection, day: date) -> dict[str, int]:
    """Count the rows of each table that differ from a fresh computation as of a day."""
    _touch(connection, None, day=day)
    found = {}
    for table in TABLES:
        connection.execute(_due(table))
        compares = connection.execute(SQL["compares"], {"table": table.name}).scalar_one()
        found[table.name] = connection.execute(verbatim(compares)).scalar_one()
        connection.execute(SQL["drop_due"])
    return found


def _touch(connection: Connection, since: dict[str, Any] | None, *, day: date) -> set[str]:
    """Create the temporary tables of what to look at; they are dropped with the transaction.

    Args:
        connection: The transaction.
        since: Release after which changes are looked at, or None to look at everything.
        day: Day as of which stances are reported.

    Returns:
        The curated tables that have changed, of those that whole dimensions are made from.
    """
    # Right after a load, the planner expects next to no statement to be live, and joins them one by one.
    perform(connection, SQL["analyze_unknown"])
    connection.execute(SQL["create_asked"], {"day": day})
    connection.execute(SQL["create_new_changeset"], {"since": since["changeset_number"] if since else 0})
    connection.execute(SQL["analyze_asked"])
    found = connection.execute(SQL["first_new_changeset"]).scalar_one()
    first = _NEVER if found is None else found
    constants = {
        "first": str(first),
        "before": f"DATE '{since['as_of_date'] if since else day}'",
        "day": f"DATE '{day}'",
        "is_full": str(since is None),
    }
    touched = (Path(__file__).parent / "touched.sql").read_text(encoding="utf-8")
    connection.execute(verbatim(_CONSTANT.sub(lambda parameter: constants[parameter[1]], touched)))
    sources = [source for table in TABLES for source in table.sources]
    if since is None:
        return set(sources)
    changed = connection.execute(SQL["changed"], {"sources": sources, "first": first}).scalar_one()
    return set(connection.execute(verbatim(changed)).scalars())


def _write(connection: Connection, table: Table, *, is_full: bool) -> Refreshed:
    """Write the rows of one table that differ from those it should contain."""
    connection.execute(_due(table))
    connection.execute(SQL["analyze_due"])
    looked_at = {"touched": None if is_full else table.touched, "by": list(table.by)}
    writes = connection.execute(SQL["writes"], {"table": table.name, **looked_at}).one()
    deleted, updated, inserted = (connection.execute(verbatim(statement)).rowcount for statement in writes)
    connection.execute(SQL["drop_due"])
    return Refreshed(table.name, inserted, updated, deleted)


def _release(connection: Connection, since: dict[str, Any] | None, done: dict[str, Refreshed]) -> None:
    """Record what is reported now; rows are counted where all were looked at."""
    if since is None:
        counts = dict(connection.execute(SQL["counts"]).mappings().one())
    else:
        counts = {
            column: since[column] + done[table].inserted - done[table].deleted for column, table in _COUNTED.items()
        }
    connection.execute(SQL["release"], {"version": VERSION, **counts})
    if since is None:
        connection.execute(SQL["analyze_release"])


def _due(table: Table) -> TextClause:
    """Return the statement that puts the rows that a table should contain into "due"."""
    return Queries(str(Path(__file__).with_name(table.name)))["due"]
