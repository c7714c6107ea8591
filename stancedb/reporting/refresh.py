"""The refresh of ``reporting``: its tables follow what they are made from, by difference.

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
# The calendar spans what the facts name, so it is filled after them; references are checked at the end.
_FILLED = (*(table for table in TABLES if table.name != "dim_date"), *(t for t in TABLES if t.name == "dim_date"))
# Which table each count of the release is of.
_COUNTED = {
    "statement_count": "fact_statement",
    "stance_count": "fact_stance",
    "change_count": "fact_stance_change",
}
# A parameter in what is put in as constants, but no cast.
_CONSTANT = re.compile(r"(?<!:):(first|before|day|is_full)\b")
# A key that no changeset reaches.
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
        """How many rows it wrote."""
        return self.inserted + self.updated + self.deleted


def reported(connection: Connection) -> dict[str, Any] | None:
    """Return the release that the relations show, or None before the first refresh."""
    found = connection.execute(SQL["reported"]).mappings().one_or_none()
    return dict(found) if found else None


def refresh(connection: Connection, *, is_full: bool = False, day: date | None = None) -> list[Refreshed]:
    """Bring the relations up to date with the database, writing the rows that differ and no other.

    Args:
        connection: A transaction that sees one state of the database.
        is_full: Whether all rows are compared, not only those that later changesets may have changed.
        day: The day as of which stances are current; None means today.
    """
    before = reported(connection)
    since = None if is_full else before
    today = connection.execute(SQL["today"], {"day": day}).scalar_one()
    changed = _touch(connection, since, day=today)
    connection.execute(SQL["defer"])
    # Before the first refresh nobody reads, so that the tables can be filled first and checked as a whole.
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
    """Make the temporary tables of what is looked at, which go with the transaction.

    Args:
        connection: The transaction.
        since: The release after which changes are looked at, or None where everything is.
        day: The day as of which is reported.

    Returns:
        The curated tables, of those that whole dimensions are made from, that have changed.
    """
    # Right after a load it takes next to no statement to be live, and joins them one by one.
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
    """Write the rows of one table that differ from those that belong in it."""
    connection.execute(_due(table))
    connection.execute(SQL["analyze_due"])
    looked_at = {"touched": None if is_full else table.touched, "by": list(table.by)}
    writes = connection.execute(SQL["writes"], {"table": table.name, **looked_at}).one()
    deleted, updated, inserted = (connection.execute(verbatim(statement)).rowcount for statement in writes)
    connection.execute(SQL["drop_due"])
    return Refreshed(table.name, inserted, updated, deleted)


def _release(connection: Connection, since: dict[str, Any] | None, done: dict[str, Refreshed]) -> None:
    """Write down what is reported now; rows are counted where all were looked at."""
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
    """Return the statement that puts the rows that belong in a table into "due"."""
    return Queries(str(Path(__file__).with_name(table.name)))["due"]
