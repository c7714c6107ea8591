"""Records go by COPY into a temporary table and from there, by sets, to where they belong.

A kind of record stages its rows, asks for the checks it needs, and merges. Every check finds all bad records at once,
with their lines; nothing here runs a query for each record.
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
# How many known handles are looked through for the nearest to an unknown one.
_OFFERS = 50_000
_LISTED = 30
# From how many rows on an empty table is better checked as a whole, and how long other sessions are waited for.
_WORTH_REBUILDING = 10_000
_LOCK_WAIT = "200ms"
# Reasons why the tables cannot be locked at once; two loads that want them detect a deadlock before they have waited.
_NOT_NOW = {"55P03", "40P01", "42501"}  # Lock not available, deadlock detected, insufficient privilege.


class Stage:
    """One temporary table of staged rows.

    Args:
        session: The writing session.
        name: The name of the table, unique within the transaction.
        made: The statement that creates it; its first columns are ordinal, source and line.
    """

    def __init__(self, session: Writing, name: str, made: TextClause) -> None:
        self.session = session
        self.name = name
        # One transaction may load several files, each through stages of the same names.
        perform(session.connection, SQL["clear"], {"stage": name})
        session.execute(made)

    def copy(self, rows: Iterable[Sequence[object]], *, joined: Sequence[str] | None = None) -> None:
        """Copy rows in, and let the planner know how many there are.

        Args:
            rows: The rows, their values in the order of the columns.
            joined: The columns whose values the planner has to know, all if it is None; with none nothing is counted.
        """
        driver: Any = self.session.connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {self.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if joined is None or joined:
            self.analyse(joined or ())

    def analyse(self, joined: Sequence[str] = ()) -> None:
        """Let the planner know how many rows there are, and what stands in the columns that are joined, or in all."""
        perform(self.session.connection, SQL["analysis"], {"stage": self.name, "columns": list(joined)})

    def refuse(self, code: str, found: TextClause, **parameters: object) -> list[Refusal]:
        """Return a refusal for each staged row that a query finds.

        Args:
            code: The code of the refusal.
            found: A query of ordinal, source and line, and of the values that the sentence needs, under their names; a
                column ``field`` names the field, where the template does not.
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
        """Return a refusal for each handle in staged rows that names nothing, with the nearest one offered.

        Args:
            found: A query of ordinal, source, line, field, noun and handle, the noun being one of known_handles.
        """
        refusals = self.refuse("no_such", found)
        known: dict[str, tuple[list[str], bool]] = {}
        offers: dict[tuple[str, str], str | None] = {}
        for noun in {refusal.values["noun"] for refusal in refusals}:
            rows = self.session.execute(SQL["known_handles"], {"noun": noun, "most": _OFFERS}).all()
            # A vocabulary is short enough to be told whole.
            known[noun] = sorted(row.handle for row in rows), any(row.is_code for row in rows) and len(rows) <= _LISTED
        return [_with_offer(refusal, *known[refusal.values["noun"]], offers) for refusal in refusals]

    def drop(self, refusals: Iterable[Refusal]) -> None:
        """Take the refused records out of the stage."""
        ordinals = sorted({refusal.ordinal for refusal in refusals if refusal.ordinal is not None})
        if ordinals:
            perform(self.session.connection, SQL["deletion"], {"stage": self.name, "ordinals": ordinals})


def _with_offer(
    refusal: Refusal, known: Sequence[str], is_listed: bool, offers: dict[tuple[str, str], str | None]
) -> Refusal:
    """Return the refusal of an unknown handle with the known ones, or the nearest of them, which is looked for once."""
    if is_listed:
        return replace(refusal, code="not_in_vocabulary", values={**refusal.values, "known": known})
    named = (refusal.values["noun"], refusal.values["handle"])
    if named not in offers:
        offers[named] = nearest_of(named[1], known)
    return replace(refusal, values={**refusal.values, "nearest": offers[named]})


def drop_refused(
    stages: Sequence[Stage], refusals: Sequence[Refusal], naming: Callable[[], Sequence[Refusal]]
) -> list[Refusal]:
    """Take the refused records out of their stages, then those that name one of them, until none does.

    Args:
        stages: All that is staged of the records.
        refusals: The refusals so far.
        naming: Returns a refusal for each staged record that names one which is neither staged nor in the database.

    Returns:
        All refusals. A record that names a refused one is refused too, for without it a part of it would be lost.
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

    For a block that fills tables which are empty, their keys, the foreign keys from and to them, and their indexes are
    dropped; they are made again, with their comments, when it ends. A row that breaks one is refused then, under the
    same name. Where the tables hold rows, the rows are few, somebody else is at work on the tables, or the login does
    not own them, nothing differs from an ordinary load.

    Args:
        session: The writing session.
        tables: The tables, in the schema stancedb.
        rows: How many rows will come in.

    Yields:
        Whether it is so; if not, the tables are not known to be empty.

    Source of the method: PostgreSQL's own advice on populating a database.
    """
    made_again = _dropped(session, tables) if rows >= _WORTH_REBUILDING else []
    yield bool(made_again)
    for statement in made_again:
        session.execute(text(statement))


def _dropped(session: Writing, tables: Sequence[str]) -> list[str]:
    """Drop the keys and indexes of tables that are empty, and return the SQL that makes them again."""
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
            # Whoever reads the tables now is not waited for, so that two loads never wait for each other.
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
    """Return fields of a record, None for each that was not given: it leaves what is there as it is."""
    said = record.model_fields_set - guessed if guessed else record.model_fields_set
    # This runs for every one of a million records, and most fields of most records were not given.
    if said.isdisjoint(fields):
        return (None,) * len(fields)
    values = record.__dict__
    return tuple([values[field] if field in said else None for field in fields])
