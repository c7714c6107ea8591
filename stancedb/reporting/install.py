"""The ``reporting`` schema, which readers and BI tools see: its relations, and how they follow what they are made from.

The relations are repeatable, like the derivation: a database at head has those of the program, made anew where their
definition has changed. What they hold is brought up to date by difference, so that a reader never waits and never sees
an empty table.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, text

SCHEMA = "reporting"
CONTRACT = json.loads((Path(__file__).parent / "contract.json").read_text(encoding="utf-8"))
VERSION = str(CONTRACT["version"])

# Between the definition of a table and the question whose answer belongs in it.
_ROWS = "\n-- The rows that belong in it:\n"
# What an empty table is filled without: foreign keys, and the indexes that keep no rule.
_REBUILT = f"""
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) AS make
FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = '{SCHEMA}'::regnamespace
UNION ALL
SELECT format('DROP INDEX %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid
WHERE NOT i.indisunique AND r.relnamespace = '{SCHEMA}'::regnamespace
"""
# Every day that passes lengthens what lasts, and that is most of the table. The rows stay in their pages, which are
# filled so far only that they can, and none is computed anew for it.
_LASTING = f"""
UPDATE {SCHEMA}.fact_stance r
SET valid_to_or_today = greatest(a.day, r.valid_from) + 1, valid_last_or_today = greatest(a.day, r.valid_from),
    duration_days = greatest(a.day, r.valid_from) + 1 - r.valid_from, is_current = r.valid_from <= a.day
FROM asked a
WHERE r.valid_to IS NULL AND (r.valid_to_or_today, r.is_current)
    IS DISTINCT FROM (greatest(a.day, r.valid_from) + 1, r.valid_from <= a.day)
"""
# Tables that the planner has not heard of since they came to be much larger; a guess costs nothing in a small one.
_UNKNOWN = """
SELECT string_agg(c.oid::regclass::text, ', ' ORDER BY c.relname)
FROM pg_class c CROSS JOIN LATERAL (SELECT pg_relation_size(c.oid) AS bytes) size
WHERE c.relnamespace = 'stancedb'::regnamespace AND c.relname IN (
    'actor', 'article', 'article_version', 'coding', 'evidence', 'mention', 'pair', 'stance', 'stance_change',
    'statement'
) AND size.bytes > 1024 * 1024 AND (
    size.bytes > 1.2 * c.relpages * current_setting('block_size')::int
    OR NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = 'stancedb' AND s.tablename = c.relname)
)
"""
# How many rows the planner takes each table to have.
_SIZES = f"SELECT relname, reltuples FROM pg_class WHERE relnamespace = '{SCHEMA}'::regnamespace"
# From which share of written rows on the planner has to hear of them; PostgreSQL itself does so a while later.
_WORTH_ANALYSING = 0.05
# A parameter in what is put in as constants, but no cast.
_CONSTANT = re.compile(r"(?<!:):(first|before|day|is_full)\b")
# A key that no changeset reaches.
_NEVER = 2**63 - 1


@dataclass(frozen=True)
class Table:
    """One table of the schema.

    Attributes:
        name: Its name, and that of its file.
        key: The columns of its primary key.
        touched: The temporary table of the keys whose rows a refresh looks at, or None if it looks at all.
        by: The columns of that table, which are columns of this one too.
        sources: The curated tables without a change of which a refresh looks at no row; none if it always looks.
    """

    name: str
    key: tuple[str, ...]
    touched: str | None = None
    by: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


_PAIR = ("actor_key", "issue_key")
# In the order of installation: what is referred to comes first.
TABLES = (
    Table("dim_rule", ("rule_key",), sources=("derivation_rule",)),
    Table("dim_actor", ("actor_key",), sources=("actor", "actor_identifier")),
    Table("dim_issue", ("issue_key",), sources=("issue",)),
    Table("dim_position", ("position_key",), sources=("position",)),
    Table("dim_outlet", ("outlet_key",), sources=("outlet",)),
    Table("dim_article", ("article_key",), "touched_article", ("article_key",)),
    Table("dim_coder", ("coder_key",), sources=("coder",)),
    Table("dim_event", ("event_key",), sources=("event",)),
    Table("dim_date", ("date_key",)),
    Table("fact_statement", ("coding_key",), "touched_coding", ("coding_key",)),
    Table("fact_mention", ("mention_key",), "touched_mention", ("mention_key",)),
    Table("fact_stance", (*_PAIR, "rule_key", "valid_from"), "touched_pair", _PAIR),
    Table("fact_stance_change", (*_PAIR, "rule_key", "change_date"), "touched_pair", _PAIR),
    Table("fact_stance_evidence", (*_PAIR, "rule_key", "stance_from", "coding_key"), "touched_pair", _PAIR),
    Table("fact_stance_month", (*_PAIR, "month_start"), "touched_month", _PAIR),
    Table("fact_coverage", ("outlet_key", "month_start"), "touched_coverage", ("outlet_key", "month_start")),
)
VIEWS = (
    "statement_wide",
    "mention_wide",
    "stance_wide",
    "stance_change_wide",
    "stance_evidence_wide",
    "stance_month_wide",
    "coverage_wide",
    "current_stance",
    "data_dictionary",
)
# The calendar spans what the facts name, so it is filled after them; references are checked at the end.
_FILLED = (*(table for table in TABLES if table.name != "dim_date"), *(t for t in TABLES if t.name == "dim_date"))


# --- What there is ----------------------------------------------------------------------------------------------------


def digest() -> str:
    """Return the checksum of the definition that this version of the program would install."""
    names = (*(table.name for table in TABLES), "data_release", *VIEWS, "comments")
    return hashlib.sha256("".join([VERSION, *(_read(name) for name in names)]).encode()).hexdigest()


def installed_digest(connection: Connection) -> str | None:
    """Return the checksum of the definition that the database has, or None where it has none."""
    said: str | None = connection.execute(
        text(f"SELECT obj_description(to_regclass('{SCHEMA}.data_release'), 'pg_class')")
    ).scalar_one()
    return said.rpartition(" ")[2] if said else None


def columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Return the columns that the database has, with their types, by relation; what the contract is compared with."""
    found: dict[str, dict[str, str]] = {}
    for relation, column, kind in connection.execute(
        text(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            f" WHERE c.relnamespace = to_regnamespace('{SCHEMA}') AND c.relkind IN ('r', 'v')"
            " ORDER BY c.relname, a.attnum"
        )
    ):
        found.setdefault(relation, {})[column] = kind
    return found


def install(connection: Connection) -> None:
    """Make the relations anew where their definition has changed, and fill them again if they were filled before."""
    if installed_digest(connection) == digest():
        return
    _install(connection, was_filled=installed_digest(connection) is not None and reported(connection) is not None)


def reinstall(connection: Connection) -> None:
    """Make the relations anew although their definition is the same, because somebody changed them."""
    is_there = connection.execute(text(f"SELECT to_regclass('{SCHEMA}.data_release') IS NOT NULL")).scalar_one()
    was_filled = (
        is_there and connection.execute(text(f"SELECT EXISTS (SELECT FROM {SCHEMA}.data_release)")).scalar_one()
    )
    _install(connection, was_filled=bool(was_filled))


def _install(connection: Connection, *, was_filled: bool) -> None:
    uninstall(connection)
    for name in (*(table.name for table in TABLES), "data_release", *VIEWS, "comments"):
        connection.execute(_source(_read(name).partition(_ROWS)[0]))
    connection.exec_driver_sql(
        f"COMMENT ON TABLE {SCHEMA}.data_release IS 'Grain: the one release that the other relations show."
        f" Definition: {digest()}'"
    )
    if was_filled:
        # Nobody commits in between, so that all relations are filled from one state of the database.
        connection.exec_driver_sql("LOCK TABLE stancedb.changeset_counter IN SHARE MODE")
        refresh(connection, is_full=True)


def uninstall(connection: Connection) -> None:
    """Drop the relations; the schema stays, and with it what readers were granted on relations to come.

    Views go in one statement and tables in another, because only PostgreSQL knows in which order: numbers of objects
    are dealt out anew when a backup is restored. What is not of stancedb stays. A relation that leaves the contract is
    dropped by a migration.
    """
    ours = [*(table.name for table in TABLES), "data_release", *VIEWS]
    installed = connection.execute(text(_read("installed")), {"schema": SCHEMA, "names": ours}).mappings().one()
    for kind in ("view", "table"):
        if installed[f"{kind}s"]:
            connection.exec_driver_sql(f"DROP {kind.upper()} {installed[f'{kind}s']}")


def reported(connection: Connection) -> dict[str, Any] | None:
    """Return the release that the relations show, or None before the first refresh."""
    found = connection.execute(text(f"SELECT * FROM {SCHEMA}.data_release WHERE is_current")).mappings().one_or_none()
    return dict(found) if found else None


# --- What they hold ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did to one table."""

    table: str
    inserted: int
    updated: int
    deleted: int


def refresh(connection: Connection, *, is_full: bool = False, day: date | None = None) -> list[Refreshed]:
    """Bring the relations up to date with the database, writing the rows that differ and no other.

    Args:
        connection: A transaction that sees one state of the database.
        is_full: Whether all rows are compared, and not those alone that later changesets may have changed.
        day: The day as of which stances are current; None means today.
    """
    before = reported(connection)
    since = None if is_full else before
    today = connection.execute(text("SELECT coalesce(CAST(:day AS date), current_date)"), {"day": day}).scalar_one()
    changed = _touch(connection, since, day=today)
    # What a row refers to may be written after it.
    connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    # Before the first refresh nobody reads, so that the tables can be filled first and checked as a whole.
    made_again = connection.execute(_source(_REBUILT)).all() if before is None else []
    for made in made_again:
        connection.exec_driver_sql(made.drop)
    done = {}
    for table in _FILLED:
        if table.sources and table.name not in changed:
            done[table.name] = Refreshed(table.name, inserted=0, updated=0, deleted=0)
            continue
        done[table.name] = written = _write(connection, table, is_full=since is None)
        if table.name == "fact_stance" and since is not None and since["as_of_date"] != today:
            lasting = connection.exec_driver_sql(_LASTING).rowcount
            done[table.name] = replace(written, updated=written.updated + lasting)
    for made in made_again:
        connection.exec_driver_sql(made.make)
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    sizes = {row.relname: row.reltuples for row in connection.execute(text(_SIZES))}
    for written in done.values():
        rows = written.inserted + written.updated + written.deleted
        if before is None or rows > _WORTH_ANALYSING * sizes[written.table]:
            connection.exec_driver_sql(f"ANALYZE {SCHEMA}.{written.table}")
    _release(connection, since, done)
    return [done[table.name] for table in TABLES]


def differing(connection: Connection, day: date) -> dict[str, int]:
    """Count the rows in which each table differs from what belongs in it on a day; every row is computed anew."""
    _touch(connection, None, day=day)
    found = {}
    for table in TABLES:
        listed = ", ".join(_columns(connection, table))
        found[table.name] = connection.execute(
            text(
                f"WITH due AS MATERIALIZED (SELECT {listed} FROM ({_due(table)}) d),"
                f" stored AS (SELECT {listed} FROM {SCHEMA}.{table.name})"
                " SELECT count(*) FROM ((SELECT * FROM due EXCEPT ALL SELECT * FROM stored)"
                " UNION ALL (SELECT * FROM stored EXCEPT ALL SELECT * FROM due)) d"
            )
        ).scalar_one()
    return found


def _touch(connection: Connection, since: dict[str, Any] | None, *, day: date) -> set[str]:
    """Make the temporary tables of what is looked at, which go with the transaction; return the dimensions to look at.

    Args:
        connection: The transaction.
        since: The release after which changes are looked at, or None where everything is.
        day: The day as of which is reported.
    """
    # Right after a load it takes next to no statement to be live, and joins them one by one.
    if unknown := connection.execute(_source(_UNKNOWN)).scalar_one():
        connection.exec_driver_sql(f"ANALYZE {unknown}")
    connection.execute(
        text("CREATE TEMPORARY TABLE asked ON COMMIT DROP AS SELECT CAST(:day AS date) AS day"), {"day": day}
    )
    connection.execute(
        text(
            "CREATE TEMPORARY TABLE new_changeset ON COMMIT DROP AS"
            " SELECT c.id FROM stancedb.changeset c WHERE c.number > :since"
        ),
        {"since": since["changeset_number"] if since else 0},
    )
    connection.exec_driver_sql("ANALYZE asked, new_changeset")
    first = connection.execute(text("SELECT min(id) FROM new_changeset")).scalar_one()
    constants = {
        "first": str(_NEVER if first is None else first),
        "before": f"DATE '{since['as_of_date'] if since else day}'",
        "day": f"DATE '{day}'",
        "is_full": str(since is None),
    }
    connection.execute(_source(_CONSTANT.sub(lambda found: constants[found[1]], _read("touched"))))
    if since is None:
        return {table.name for table in TABLES}
    changed = " UNION ALL ".join(
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM stancedb.{source} x WHERE x.changeset_id >= :first)"
        f" OR EXISTS (SELECT FROM history.{source} x WHERE x.ended_changeset_id >= :first)"
        for table in TABLES
        for source in table.sources
    )
    return set(connection.execute(text(changed), {"first": _NEVER if first is None else first}).scalars())


def _write(connection: Connection, table: Table, *, is_full: bool) -> Refreshed:
    """Write the rows of one table that differ from those that belong in it."""
    every = _columns(connection, table)
    values = [column for column in every if column not in table.key]
    held, owed = (f"ROW ({', '.join(f'{of}.{column}' for column in values)})" for of in ("r", "d"))
    same = " AND ".join(f"r.{column} = d.{column}" for column in table.key)
    by = " AND ".join(f"t.{column} = r.{column}" for column in table.by)
    touched = f"JOIN {table.touched} t ON {by}" if table.touched and not is_full else ""
    # What is stored is looked up by what was touched, and not row by row for all that is due.
    stored = f"(SELECT r.ctid AS place, r.* FROM {SCHEMA}.{table.name} r {touched} OFFSET 0) r"
    # The planner has to hear how many rows there are, or it reads the whole of a large table for a few.
    connection.execute(text(f"CREATE TEMPORARY TABLE due ON COMMIT DROP AS {_due(table)}"))
    connection.exec_driver_sql("ANALYZE due")
    deleted = connection.exec_driver_sql(
        f"DELETE FROM {SCHEMA}.{table.name} o USING ("
        f"SELECT r.place FROM {stored} WHERE NOT EXISTS (SELECT FROM due d WHERE {same})) g WHERE o.ctid = g.place"
    ).rowcount
    updated = connection.exec_driver_sql(
        f"UPDATE {SCHEMA}.{table.name} o SET ({', '.join(values)}) = {owed} FROM ("
        f"SELECT r.place, d.* FROM due d JOIN {stored} ON {same} WHERE {held} IS DISTINCT FROM {owed}"
        ") d WHERE o.ctid = d.place"
    ).rowcount
    inserted = connection.exec_driver_sql(
        f"INSERT INTO {SCHEMA}.{table.name} ({', '.join(every)}) SELECT {', '.join(f'd.{column}' for column in every)}"
        f" FROM due d WHERE NOT EXISTS (SELECT FROM {SCHEMA}.{table.name} r WHERE {same})"
    ).rowcount
    connection.exec_driver_sql("DROP TABLE due")
    return Refreshed(table.name, inserted, updated, deleted)


def _release(connection: Connection, since: dict[str, Any] | None, done: dict[str, Refreshed]) -> None:
    """Write down what is reported now; rows are counted where all were looked at."""
    counts = {}
    for column, table in (
        ("statement_count", "fact_statement"),
        ("stance_count", "fact_stance"),
        ("change_count", "fact_stance_change"),
    ):
        if since is None:
            counts[column] = connection.execute(text(f"SELECT count(*) FROM {SCHEMA}.{table}")).scalar_one()
        else:
            counts[column] = since[column] + done[table].inserted - done[table].deleted
    connection.execute(
        text(
            f"INSERT INTO {SCHEMA}.data_release SELECT 1, :version, coalesce(max(c.number), 0), min(a.day),"
            " clock_timestamp(), :statement_count, :stance_count, :change_count, true"
            " FROM asked a LEFT JOIN stancedb.changeset c ON true"
            " ON CONFLICT (release_key) DO UPDATE SET (contract_version, changeset_number, as_of_date, refreshed_at,"
            " statement_count, stance_count, change_count) = ROW (excluded.contract_version,"
            " excluded.changeset_number, excluded.as_of_date, excluded.refreshed_at, excluded.statement_count,"
            " excluded.stance_count, excluded.change_count)"
        ),
        {"version": VERSION, **counts},
    )
    if since is None:
        connection.exec_driver_sql(f"ANALYZE {SCHEMA}.data_release")


def _columns(connection: Connection, table: Table) -> list[str]:
    return list(
        connection.execute(
            text(
                "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:name) AND attnum > 0"
                " AND NOT attisdropped ORDER BY attnum"
            ),
            {"name": f"{SCHEMA}.{table.name}"},
        ).scalars()
    )


def _due(table: Table) -> str:
    return _read(table.name).partition(_ROWS)[2].replace(":", "\\:")


def _source(statements: str) -> TextClause:
    """Return statements as one text; colons are escaped because SQLAlchemy reads them as parameters."""
    return text(statements.replace(":", "\\:"))


def _read(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
