"""Tables of the reporting schema as files for analysis."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import BinaryIO, Literal

from sqlalchemy import TextClause

from stancedb.database import Reading, streamed
from stancedb.errors import EndingOfNoTable, NoSuchThing
from stancedb.export import stata
from stancedb.export.account import Account
from stancedb.export.writing import csv_line, json_array, json_line
from stancedb.reporting import relations as reporting
from stancedb.sql import Queries, verbatim

SQL = Queries(__file__)
TableForm = Literal["csv", "ndjson", "json", "parquet", "stata"]
ENDINGS: dict[str, TableForm] = {
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "json",
    ".parquet": "parquet",
    ".dta": "stata",
}
# Number of rows held in memory at a time.
AT_ONCE = 2_000


def chosen_table_form(*, form: TableForm | None, ending: str | None) -> TableForm:
    """Return the format to write: the requested one, the one for the file extension, or CSV.

    Args:
        form: The requested format, or None.
        ending: The extension of the file to write, or None without a file.

    Raises:
        UsageError: The extension is unknown, or means another format than the requested one.
    """
    if ending is None:
        return form or "csv"
    meant = ENDINGS.get(ending)
    if meant is None or form not in (None, meant):
        known = ", ".join(ENDINGS)
        raise EndingOfNoTable(known=known, ending=ending)
    return meant


def columns_of(session: Reading, name: str) -> dict[str, str]:
    """Return the columns of a relation of the reporting schema, with their types.

    Raises:
        NoSuchThing: There is no such relation; the nearest is suggested.
    """
    found = reporting.columns(session.connection)
    if name not in found:
        raise NoSuchThing.of("table or view of reporting", name, found)
    return found[name]


def table_lines(session: Reading, account: Account, form: TableForm, *, is_safe: bool = False) -> Generator[str]:
    """Yield the lines of a table as CSV, NDJSON or a JSON array, ordered by all columns.

    Args:
        session: The session.
        account: The table; receives the number of rows.
        form: ``csv``, ``ndjson`` or ``json``.
        is_safe: Whether CSV cells that a spreadsheet would run as formulas get an apostrophe.

    Raises:
        NoSuchThing: There is no such table.
    """
    if form == "json":
        with closing(table_lines(session, account, "ndjson")) as lines:
            yield from json_array(lines)
        return
    columns = columns_of(session, account.kind)
    if form == "csv":
        yield csv_line(columns)
    for row in streamed(session, everything(session, account.kind), at_once=AT_ONCE):
        account.records += 1
        yield csv_line(row.values(), is_safe=is_safe) if form == "csv" else json_line(dict(row))


def write_stata(session: Reading, account: Account, file: BinaryIO) -> None:
    """Write a table as a Stata file.

    Args:
        session: The session.
        account: The table; receives the number of rows.
        file: The file to write.

    Raises:
        NoSuchThing: There is no such table.
    """
    columns = columns_of(session, account.kind)
    stata.write(session, account, everything(session, account.kind), columns, file)


def everything(session: Reading, table: str, *, in_seconds: bool = False) -> TextClause:
    """Return the SELECT of all rows of a relation; the same state is always in the same order.

    Args:
        session: The session.
        table: The relation of ``reporting``.
        in_seconds: Whether instants are formatted in whole seconds.
    """
    said = {"table": table, "in_seconds": in_seconds}
    return verbatim(session.execute(SQL["everything"], said).scalar_one())
