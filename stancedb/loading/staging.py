"""Records go by COPY into a temporary table and from there, by sets, to where they belong.

A kind of record stages its rows, asks for the checks it needs, and merges. Every check finds all bad records at once,
with their lines; nothing here runs a query for each record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, text

from stancedb.database import Writing
from stancedb.errors import Refusal, nearest
from stancedb.loading.report import LoadReport

# How many known handles are looked through for the nearest to an unknown one.
_OFFERS = 50_000
# From how many new rows on the planner has to hear of them before the transaction ends.
_WORTH_ANALYSING = 1_000
# Where a staged row came from; every stage begins with these columns.
PLACE = {"ordinal": "bigint", "source": "text", "line": "bigint"}


class Stage:
    """One temporary table of staged rows.

    Args:
        session: The writing session.
        name: The name of the table, unique within the transaction.
        columns: Column names and their PostgreSQL types, besides where the row came from.
    """

    def __init__(self, session: Writing, name: str, columns: Mapping[str, str]) -> None:
        self.session = session
        self.name = name
        self.columns = {**PLACE, **columns}
        declared = ", ".join(f"{column} {kind}" for column, kind in self.columns.items())
        # One transaction may load several files, each through stages of the same names.
        self.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self.execute(f"CREATE TEMPORARY TABLE {name} ({declared}) ON COMMIT DROP")

    def execute(self, statement: str, **parameters: object) -> CursorResult[*tuple[Any, ...]]:
        """Run one statement of SQL; ``{stage}`` in it is the name of the table."""
        connection = self.session.connection()
        return connection.execute(text(statement.replace("{stage}", self.name)), parameters)

    def copy(self, rows: Iterable[Sequence[object]]) -> None:
        """Copy rows in, their values in the order of the columns, and let the planner know how many there are."""
        driver: Any = self.session.connection().connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        self.execute("ANALYZE {stage}")

    def refuse(self, condition: str, field: str | None, reason: str, *, joined: str = "") -> list[Refusal]:
        """Return a refusal for each staged row, called ``s``, that meets a condition.

        Args:
            condition: The SQL condition.
            field: The field the refusal names.
            reason: A SQL expression for the reason.
            joined: Tables joined to the stage, in SQL.
        """
        found = self.execute(
            f"SELECT DISTINCT s.ordinal, s.source, s.line, {reason} FROM {{stage}} s {joined}"
            f" WHERE {condition} ORDER BY s.ordinal"
        )
        return [OrdinalRefusal(row[1], row[2], field, row[3], ordinal=row[0]) for row in found]

    def refuse_unknown(
        self, field: str, table: str, *, handle: str = "slug", kind: str | None = None, where: str = ""
    ) -> list[Refusal]:
        """Return a refusal for each staged row whose field names nothing, with the nearest handle offered."""
        unknown = self.execute(
            f"SELECT s.ordinal, s.source, s.line, s.{field} FROM {{stage}} s WHERE s.{field} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM stancedb.{table} t WHERE t.{handle} = s.{field} {where}) ORDER BY s.ordinal"
        ).all()
        if not unknown:
            return []
        known = self.execute(
            f"SELECT t.{handle} FROM stancedb.{table} t WHERE true {where} LIMIT {_OFFERS}"
        ).scalars().all()  # fmt: skip
        offers = {value: nearest(value, known) for value in {row[3] for row in unknown}}
        noun = kind or table.replace("_", " ")
        return [
            OrdinalRefusal(source, line, field, f"there is no {noun} '{value}'{offers[value]}", ordinal=ordinal)
            for ordinal, source, line, value in unknown
        ]

    def drop(self, refusals: Iterable[Refusal]) -> None:
        """Take the refused records out of the stage."""
        ordinals = sorted({refusal.ordinal for refusal in refusals if isinstance(refusal, OrdinalRefusal)})
        if ordinals:
            self.execute("DELETE FROM {stage} WHERE ordinal = ANY (:ordinals)", ordinals=ordinals)


class OrdinalRefusal(Refusal):
    """A refusal of a staged record, which knows the record's ordinal number."""

    __slots__ = ("ordinal",)

    def __init__(self, source: str, line: int | None, field: str | None, reason: str, *, ordinal: int) -> None:
        super().__init__(source, line, field, reason)
        object.__setattr__(self, "ordinal", ordinal)

    ordinal: int


def merge(
    session: Writing,
    report: LoadReport,
    table: str,
    *,
    source: str,
    key: Sequence[str],
    values: Sequence[str] = (),
    frozen: Sequence[str] = (),
    has_null_keys: bool = False,
    is_period: bool = False,
) -> None:
    """Merge staged rows into one table and add to the report what was inserted, updated and unchanged.

    Args:
        session: The writing session.
        report: Where the counts go.
        table: The table, in the schema stancedb.
        source: A SELECT of key and value columns under the names of the table, one row for each key.
        key: The columns that make up the natural key.
        values: The other columns.
        frozen: Columns that are written with a new row and stay as they are in one at hand.
        has_null_keys: Whether columns of the key may be null, two nulls being equal.
        is_period: Whether the table has an exclusion constraint, where a conflict must not be passed over in silence.
    """
    equals = "IS NOT DISTINCT FROM" if has_null_keys else "="
    match = " AND ".join(f"t.{column} {equals} s.{column}" for column in key)
    session.execute(text(f"CREATE TEMPORARY TABLE merging ON COMMIT DROP AS {source}"))
    total: int = session.execute(text("SELECT count(*) FROM merging")).scalar_one()
    updated = 0
    if values:
        old, new = (f"({', '.join(f'{alias}.{column}' for column in values)})" for alias in ("t", "s"))
        assigned = ", ".join(f"{column} = s.{column}" for column in values)
        updated = _affected(
            session,
            f"UPDATE stancedb.{table} t SET {assigned} FROM merging s WHERE {match} AND {old} IS DISTINCT FROM {new}",
        )
    columns = ", ".join([*key, *values, *frozen])
    conflict = "" if is_period else f"ON CONFLICT ({', '.join(key)}) DO NOTHING"
    inserted = _affected(
        session,
        f"INSERT INTO stancedb.{table} ({columns}) SELECT {columns} FROM merging s"
        f" WHERE NOT EXISTS (SELECT FROM stancedb.{table} t WHERE {match}) ORDER BY {', '.join(key)} {conflict}",
    )
    session.execute(text("DROP TABLE merging"))
    if inserted > _WORTH_ANALYSING:
        # What this transaction has written nobody else has counted yet, and settling joins it to everything.
        session.execute(text(f"ANALYZE stancedb.{table}"))
    report.add(table, inserted=inserted, updated=updated, unchanged=total - inserted - updated)


def _affected(session: Writing, statement: str) -> int:
    result: CursorResult[*tuple[Any, ...]] = session.connection().execute(text(statement))
    return result.rowcount
