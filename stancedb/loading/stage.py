"""Records go by COPY into a temporary table and from there, by sets, to where they belong.

A kind of record stages its rows, asks for the checks it needs, and merges. Every check finds all bad records at once,
with their lines; nothing here runs a query for each record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import CursorResult, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from stancedb.database import Writing
from stancedb.errors import Refusal, RefusedByRule, nearest
from stancedb.loading.account import LoadAccount
from stancedb.records.base import Record

# How many known handles are looked through for the nearest to an unknown one.
_OFFERS = 50_000
_LISTED = 30
# From how many new rows on the planner has to hear of them before the transaction ends.
_WORTH_ANALYSING = 1_000
# From how many rows on an empty table is better checked as a whole, and how long other sessions are waited for.
_WORTH_REBUILDING = 10_000
_LOCK_WAIT = "200ms"
# Why the tables cannot be had at once; two loads that want them are told of a deadlock before they have waited.
_NOT_NOW = {"55P03", "40P01", "42501"}  # Lock not available, deadlock detected, insufficient privilege.
# What is dropped and made again: foreign keys from and to the tables, keys, and indexes. They are dropped in this
# order, and made again in the other one, for a foreign key needs the key that it refers to.
_REBUILT = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS make,
    format('COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, c.conrelid::regclass, d.comment) AS comment,
    c.conrelid::regclass::text AS of_table, nullif(c.confrelid, 0)::regclass::text AS referenced,
    c.contype <> 'f' AS is_last
FROM pg_constraint c CROSS JOIN LATERAL (SELECT obj_description(c.oid, 'pg_constraint') AS comment) d
WHERE c.contype IN ('f', 'p', 'u') AND c.conrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
    OR c.contype = 'f' AND c.confrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
UNION ALL
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid),
    CASE WHEN d.comment IS NOT NULL THEN format('COMMENT ON INDEX %s IS %L', i.indexrelid::regclass, d.comment) END,
    i.indrelid::regclass::text, NULL, true
FROM pg_index i CROSS JOIN LATERAL (SELECT obj_description(i.indexrelid, 'pg_class') AS comment) d
WHERE i.indrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u'))
ORDER BY is_last
"""
# The origin of what was entered by a command and not from a file.
COMMAND_LINE = "command line"
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
        return self.session.execute(text(statement.replace("{stage}", self.name)), parameters)

    def keep_packed(self, *columns: str) -> None:
        """Spare the database the attempt to pack what is packed already, in large values of these columns."""
        for column in columns:
            self.execute(f"ALTER TABLE {{stage}} ALTER COLUMN {column} SET STORAGE EXTERNAL")

    def copy(self, rows: Iterable[Sequence[object]], *, joined: Sequence[str] | None = None) -> None:
        """Copy rows in, and let the planner know how many there are.

        Args:
            rows: The rows, their values in the order of the columns.
            joined: The columns whose values the planner has to know, all if it is None; with none nothing is counted.
        """
        driver: Any = self.session.connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if joined is None or joined:
            self.analyse(joined)

    def analyse(self, joined: Sequence[str] | None = None) -> None:
        """Let the planner know how many rows there are, and what stands in the columns that are joined."""
        self.execute(f"ANALYZE {{stage}} ({', '.join(self.columns if joined is None else joined)})")

    def refuse(
        self, condition: str, field: str | None, reason: str, *, joined: str = "", **parameters: object
    ) -> list[Refusal]:
        """Return a refusal for each staged row, called ``s``, that meets a condition.

        Args:
            condition: The SQL condition.
            field: The field the refusal names.
            reason: A SQL expression for the reason.
            joined: Tables joined to the stage, in SQL.
            **parameters: Values for the parameters of condition and reason.
        """
        found = self.execute(
            f"SELECT DISTINCT s.ordinal, s.source, s.line, {reason} FROM {{stage}} s {joined}"
            f" WHERE {condition} ORDER BY s.ordinal",
            **parameters,
        )
        return [OrdinalRefusal(row[1], row[2], field, row[3], ordinal=row[0]) for row in found]

    def refuse_unknown(
        self, column: str, table: str, *, field: str | None = None, handle: str = "slug", kind: str | None = None
    ) -> list[Refusal]:
        """Return a refusal for each staged row whose column names nothing, with the nearest handle offered.

        Args:
            column: The column of the stage.
            table: Where what it names has to be.
            field: The field of the record that the column is a part of; the one of its name, if not given.
            handle: The column of the table by which things are named.
            kind: What such a thing is called, if not as the table.
        """
        unknown = self.execute(
            f"SELECT s.ordinal, s.source, s.line, s.{column} FROM {{stage}} s WHERE s.{column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT FROM stancedb.{table} t WHERE t.{handle} = s.{column}) ORDER BY s.ordinal"
        ).all()
        if not unknown:
            return []
        known = self.execute(f"SELECT t.{handle} FROM stancedb.{table} t LIMIT {_OFFERS}").scalars().all()
        offers = {value: nearest(value, known) for value in {row[3] for row in unknown}}
        noun = kind or table.replace("_", " ")
        if handle == "code" and len(known) <= _LISTED:
            # A vocabulary is short enough to be told whole.
            offers = dict.fromkeys(offers, f"; there are {', '.join(sorted(known))}")
        return [
            OrdinalRefusal(
                source, line, field or column, f"there is no {noun} '{value}'{offers[value]}", ordinal=ordinal
            )
            for ordinal, source, line, value in unknown
        ]

    def drop(self, refusals: Iterable[Refusal]) -> None:
        """Take the refused records out of the stage."""
        ordinals = sorted({refusal.ordinal for refusal in refusals if isinstance(refusal, OrdinalRefusal)})
        if ordinals:
            self.execute("DELETE FROM {stage} WHERE ordinal = ANY (:ordinals)", ordinals=ordinals)


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
    is_empty = text(f"SELECT NOT ({' OR '.join(f'EXISTS (SELECT FROM {name})' for name in names)})")
    if not session.execute(is_empty).scalar_one():
        return []
    found = session.execute(text(_REBUILT), {"tables": names}).all()
    beside = (table for row in found for table in (row.of_table, row.referenced) if table)
    locked = ", ".join(dict.fromkeys([*names, *beside]))
    waited = session.execute(text("SELECT current_setting('lock_timeout')")).scalar_one()
    try:
        with session.connection.begin_nested():
            # Whoever reads the tables now is not waited for, so that two loads never wait for each other.
            session.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))
            session.execute(text(f"LOCK TABLE {locked} IN ACCESS EXCLUSIVE MODE"))
            session.execute(text(f"SET LOCAL lock_timeout = '{waited}'"))
    except (OperationalError, ProgrammingError) as failure:
        if getattr(failure.orig, "sqlstate", None) in _NOT_NOW:
            return []
        raise
    if not session.execute(is_empty).scalar_one():
        return []
    for row in found:
        session.execute(text(row.drop))
    return [statement for row in reversed(found) for statement in (row.make, row.comment) if statement]


class OrdinalRefusal(Refusal):
    """A refusal of a staged record, which knows the record's ordinal number."""

    __slots__ = ("ordinal",)

    def __init__(self, source: str, line: int | None, field: str | None, reason: str, *, ordinal: int) -> None:
        super().__init__(source, line, field, reason)
        object.__setattr__(self, "ordinal", ordinal)

    ordinal: int


def given(record: Record, *fields: str, guessed: frozenset[str] = frozenset()) -> tuple[Any, ...]:
    """Return fields of a record, None for each that was not given: it leaves what is there as it is."""
    said = record.model_fields_set - guessed if guessed else record.model_fields_set
    # This runs for every one of a million records, and most fields of most records were not given.
    if said.isdisjoint(fields):
        return (None,) * len(fields)
    values = record.__dict__
    return tuple([values[field] if field in said else None for field in fields])


def merge(
    session: Writing,
    account: LoadAccount,
    table: str,
    *,
    source: str,
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
        source: A SELECT of key and value columns under the names of the table, one row for each key.
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
    session.execute(text(f"CREATE TEMPORARY {kind} merging {'' if is_view else 'ON COMMIT DROP '}AS {source}"))
    total = 0 if is_empty else session.execute(text("SELECT count(*) FROM merging")).scalar_one()
    if total > _WORTH_ANALYSING and not is_view:
        # Unless it knows better the planner compares every row with all of those at hand that have one column alike,
        # such as the members of one house.
        session.execute(text(f"ANALYZE merging ({', '.join(key)})"))
    updated = _update(session, account, table, match, values, complete=complete) if values and not is_empty else 0
    columns = [*key, *values, *frozen]
    new = [
        f"coalesce({column}, {(defaults or {})[column]})" if column in (defaults or {}) else column
        for column in columns
    ]
    is_new = "" if is_empty else f"WHERE NOT EXISTS (SELECT FROM stancedb.{table} t WHERE {match})"
    conflict = "" if is_period or is_empty else f"ON CONFLICT ({', '.join(key)}) DO NOTHING"
    inserted = session.execute(
        text(
            f"INSERT INTO stancedb.{table} ({', '.join(columns)}) SELECT {', '.join(new)} FROM merging s"
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
            f" AND NOT {was_by_hand(account, table)}"
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
    merge(session, apart, table, source=source, key=("slug",), values=("parent_id",))
    # The rows are counted already; those that were there and get another parent are no longer unchanged.
    account.add(table, updated=moved, unchanged=-moved)
    account.notes.extend(note for note in apart.notes if note not in account.notes)


def _has_outgrown(session: Writing, table: str, inserted: int) -> bool:
    """Tell whether the rows are more than a fifth of what the planner knows of; less leaves its plans as they are."""
    known = text("SELECT c.reltuples FROM pg_class c WHERE c.oid = CAST(:name AS regclass)")
    counted: float = session.execute(known, {"name": f"stancedb.{table}"}).scalar_one()
    return 5 * inserted > counted


def was_by_hand(account: LoadAccount, table: str) -> str:
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
    noun = table.replace("_", " ")
    if account.only_adds:
        unlike = ", ".join(f"bool_or(s.{column} <> t.{column})" for column in values)
        found = session.execute(text(f"SELECT {unlike} FROM merging s JOIN stancedb.{table} t ON {differs}")).one()
        unlike_columns = (column for column, is_unlike in zip(values, found, strict=True) if is_unlike)
        otherwise = dict.fromkeys(column.removesuffix("_id").removesuffix("_edtf") for column in unlike_columns)
        if otherwise:
            raise RefusedByRule(
                sentence=f"this {noun} is there already and says otherwise on {', '.join(otherwise)};"
                f" adding changes nothing, {_CORRECTED_BY.get(table, 'a load of the corrected record')} does"
            )
    # Who wrote a row is asked of those that differ alone. In one question with the join, the planner would spare itself
    # the asking by comparing every row with all at hand that have one column alike, such as a period.
    session.execute(
        text(
            "CREATE TEMPORARY TABLE differing ON COMMIT DROP AS"
            f" SELECT DISTINCT t.id FROM merging s JOIN stancedb.{table} t ON {differs}"
        )
    )
    by_hand = was_by_hand(account, table)
    those = f"stancedb.{table} t WHERE t.id IN (SELECT id FROM differing)"
    kept_so = session.execute(text(f"SELECT count(*) FROM {those} AND {by_hand}")).scalar_one()
    note_kept(account, table, kept_so)
    # In the order of the keys, so that two loads that correct the same rows do not wait for each other.
    session.execute(
        text(f"SELECT FROM merging s JOIN stancedb.{table} t ON {differs} ORDER BY t.id FOR NO KEY UPDATE OF t")
    )
    assigned = ", ".join(f"{column} = {value}" for column, value in kept.items())
    updated = session.execute(
        text(
            f"WITH free AS MATERIALIZED (SELECT t.id FROM {those} AND NOT ({by_hand}))"
            f" UPDATE stancedb.{table} t SET {assigned} FROM merging s, free WHERE free.id = t.id AND {match}"
        )
    ).rowcount
    session.execute(text("DROP TABLE differing"))
    return updated
