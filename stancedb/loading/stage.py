"""Copy records into temporary tables, and check and merge them with set-based queries.

The loader of each kind stages its rows, runs its checks, and merges. Every check finds all invalid records at once,
with their lines; no query runs per record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from stancedb.database import Writing
from stancedb.errors import nearest_of
from stancedb.records.base import Record
from stancedb.refusals import Refusal
from stancedb.sql import Queries, perform

SQL = Queries(__file__)
# Maximum number of known handles searched for the nearest to an unknown one.
_OFFERS = 50_000
_LISTED = 30
# Number of rows from which it is faster to check an empty table as a whole, and how long to wait for other sessions.
_WORTH_REBUILDING = 10_000
_LOCK_WAIT = "200ms"
# Errors that mean that the tables cannot be locked now; two competing loads may get a deadlock before the timeout.
_NOT_NOW = {"55P03", "40P01", "42501"}  # Lock not available, deadlock detected, insufficient privilege.


class Stage:
    """A temporary table of staged rows.

    Args:
        session: The writing session.
        name: The name of the table, unique within the transaction.
        made: The statement that creates the table, whose first columns are ordinal, source and line.
    """

    def __init__(self, session: Writing, name: str, made: TextClause) -> None:
        self.session = session
        self.name = name
        # One transaction may load several files, which use the same stage names.
        perform(session.connection, SQL["clear"], {"stage": name})
        session.execute(made)

    def copy(self, rows: Iterable[Sequence[object]], *, joined: Sequence[str] | None = None) -> None:
        """Copy rows into the table, and update its statistics for the planner.

        Args:
            rows: The rows, with values in the order of the columns.
            joined: The columns to analyse (default: all); if empty, nothing is analysed.
        """
        driver: Any = self.session.connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {self.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if joined is None or joined:
            self.analyse(joined or ())

    def analyse(self, joined: Sequence[str] = ()) -> None:
        """Update the planner's statistics for the row count and the joined columns (default: all columns)."""
        perform(self.session.connection, SQL["analysis"], {"stage": self.name, "columns": list(joined)})

    def refuse(self, code: str, found: TextClause, **parameters: object) -> list[Refusal]:
        """Return a refusal for each staged row that a query finds.

        Args:
            code: The code of the refusals.
            found: A query that returns ordinal, source and line, and the named values that the message needs; a column
                ``field`` names the field, if the template does not.
            **parameters: Values for the parameters of the query.
        """
        return [
            Refusal(
                values.pop("source"),
                values.pop("line"),
                code,
                values,
                field=values.pop("field", None),
                ordinal=values.pop("ordinal"),
            )
            for values in map(dict, self.session.execute(found, parameters).mappings())
        ]

    def refuse_unknown(self, found: TextClause) -> list[Refusal]:
        """Return a refusal for each unknown handle in staged rows, suggesting the nearest known handle.

        Args:
            found: A query that returns ordinal, source, line, field, noun and handle; the noun is one of those in
                known_handles.
        """
        refusals = self.refuse("no_such", found)
        known: dict[str, tuple[list[str], bool]] = {}
        offers: dict[tuple[str, str], str | None] = {}
        for noun in {refusal.values["noun"] for refusal in refusals}:
            rows = self.session.execute(SQL["known_handles"], {"noun": noun, "most": _OFFERS}).all()
            # A vocabulary is short enough to be listed in full.
            known[noun] = sorted(row.handle for row in rows), any(row.is_code for row in rows) and len(rows) <= _LISTED
        return [_with_offer(refusal, *known[refusal.values["noun"]], offers) for refusal in refusals]

    def drop(self, refusals: Iterable[Refusal]) -> None:
        """Delete rejected records from the stage."""
        ordinals = sorted({refusal.ordinal for refusal in refusals if refusal.ordinal is not None})
        if ordinals:
            perform(self.session.connection, SQL["deletion"], {"stage": self.name, "ordinals": ordinals})


def _with_offer(
    refusal: Refusal, known: Sequence[str], is_listed: bool, offers: dict[tuple[str, str], str | None]
) -> Refusal:
    """Return the refusal with all known handles, or with the nearest one, which is searched for only once."""
    if is_listed:
        return replace(refusal, code="not_in_vocabulary", values={**refusal.values, "known": known})
    named = (refusal.values["noun"], refusal.values["handle"])
    if named not in offers:
        offers[named] = nearest_of(named[1], known)
    return replace(refusal, values={**refusal.values, "nearest": offers[named]})


def drop_refused(
    stages: Sequence[Stage], refusals: Sequence[Refusal], naming: Callable[[], Sequence[Refusal]]
) -> list[Refusal]:
    """Delete rejected records from their stages, then the records that refer to them, until none is left.

    Args:
        stages: All stages of the records.
        refusals: The refusals so far.
        naming: Returns a refusal for each staged record that refers to a record neither staged nor in the database.

    Returns:
        All refusals. A record that refers to a rejected record is also rejected; otherwise part of it would be lost.
    """
    found = [*refusals]
    more: Sequence[Refusal] = refusals
    while more:
        for stage in stages:
            stage.drop(more)
        more = naming()
        found += more
    return found


@contextmanager
def checked_at_once(session: Writing, tables: Sequence[str], rows: int) -> Iterator[bool]:
    """Check the keys of empty tables once, after many rows came in, instead of row by row.

    While the ``with`` block fills empty tables, their keys, the foreign keys from and to them, and their indexes are
    dropped; they are created again, with their comments, when the block ends. A row that violates one is rejected then,
    with the same constraint name. If the tables have rows, there are few rows to load, another session uses the tables,
    or the login does not own them, nothing differs from an ordinary load.

    Args:
        session: The writing session.
        tables: The tables, in the schema stancedb.
        rows: The number of rows to load.

    Yields:
        Whether the keys and indexes were dropped; if not, the tables may not be empty.

    Source of the method: PostgreSQL's documentation, "Populating a Database".
    """
    made_again = _dropped(session, tables) if rows >= _WORTH_REBUILDING else []
    yield bool(made_again)
    for statement in made_again:
        session.execute(text(statement))


def _dropped(session: Writing, tables: Sequence[str]) -> list[str]:
    """Drop the keys and indexes of empty tables, and return the SQL that creates them again."""
    names = [f"stancedb.{table}" for table in tables]
    is_empty = text(session.execute(SQL["emptiness"], {"tables": names}).scalar_one())
    if not session.execute(is_empty).scalar_one():
        return []
    found = session.execute(SQL["rebuilt"], {"tables": names}).all()
    beside = (table for row in found for table in (row.of_table, row.referenced) if table)
    locked = [*dict.fromkeys([*names, *beside])]
    waited = session.execute(SQL["lock_timeout"]).scalar_one()
    try:
        with session.connection.begin_nested():
            # Do not wait for sessions that are using the tables, so that two loads never wait for each other.
            session.execute(SQL["wait_for_locks"], {"timeout": _LOCK_WAIT})
            session.execute(text(session.execute(SQL["exclusion"], {"tables": locked}).scalar_one()))
            session.execute(SQL["wait_for_locks"], {"timeout": waited})
    except (OperationalError, ProgrammingError) as failure:
        if getattr(failure.orig, "sqlstate", None) in _NOT_NOW:
            return []
        raise
    if not session.execute(is_empty).scalar_one():
        return []
    for row in found:
        session.execute(text(row.drop))
    return [statement for row in reversed(found) for statement in (row.make, row.comment) if statement]


def given(record: Record, *fields: str, guessed: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    """Return fields of a record; None for a field that was not supplied, which leaves existing data unchanged."""
    said = record.model_fields_set - guessed if guessed else record.model_fields_set
    # This runs for each of a million records, and most fields of most records are not supplied.
    if said.isdisjoint(fields):
        return (None,) * len(fields)
    values = record.__dict__
    return tuple([values[field] if field in said else None for field in fields])
