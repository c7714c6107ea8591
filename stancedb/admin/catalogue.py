"""The whole catalogue of a database held against the one that the migrations make, and mended where it can be.

What is expected stands in ``catalogue.json``, one thing a line. ``python -m tests.operations.catalogue`` writes it anew
after a migration, a function or a relation of reporting has changed; a test holds it equal to a migrated database.

What is expected and lacking or different is a fault. What else hangs on a table of stancedb and changes what is stored
there, such as a column, is one too. Any other thing that somebody put beside those of stancedb is only named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from stancedb import installed
from stancedb.derivation import install as derivation
from stancedb.reporting import install as reporting
from stancedb.shared import objects as shared

FILE = Path(__file__).with_suffix(".json")
# What hangs on a table and changes what is stored in it.
_CHANGING = {"column", "constraint", "policy", "rule", "child"}
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a catalogue that has a definition.

    Attributes:
        kind: What it is, such as column.
        name: Its name with its schema, and that of its table before its own.
        of_table: The table or view it hangs on, if it does.
        definition: Its definition, the same from PostgreSQL 15 to 18.
        comment: What the database says of it.
    """

    kind: str
    name: str
    of_table: str | None
    definition: str
    comment: str | None

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A thing that is not as expected.

    Attributes:
        expected: What it should be, or None if it should not be there.
        found: What it is, or None if it is lacking.
    """

    expected: Thing | None
    found: Thing | None

    @property
    def thing(self) -> Thing:
        """What it should be, or what it is where nothing should be."""
        thing = self.expected or self.found
        assert thing is not None  # noqa: S101 - one of the two is there
        return thing

    def sentence(self) -> str:
        """Say what is wrong with it."""
        if self.expected is None:
            return "is not of stancedb and changes what is stored; drop it"
        if self.found is None:
            return "is missing; run 'stancedb db upgrade'"
        found, expected = _apart(self.found.definition, self.expected.definition)
        return f"is not as it should be: {found} instead of {expected}; run 'stancedb db upgrade'"


def _apart(found: str, expected: str) -> tuple[str, str]:
    """Return two definitions from a little before the place where they part."""
    same = next((at for at, (one, other) in enumerate(zip(found, expected, strict=False)) if one != other), None)
    begin = max(0, (min(len(found), len(expected)) if same is None else same) - _SHOWN // 4)

    def shown(definition: str) -> str:
        part = " ".join(definition[begin : begin + _SHOWN].split())
        return f"'{'…' if begin else ''}{part}{'…' if len(definition) > begin + _SHOWN else ''}'"

    return shown(found), shown(expected)


def found(connection: Connection) -> dict[tuple[str, str], Thing]:
    """Return what a database has; the transaction reads names with their schemas from then on."""
    connection.execute(text("SET LOCAL search_path = pg_catalog"))
    rows = connection.execute(_statement(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")))
    return {(row.kind, row.name): Thing(*row) for row in rows}


def expected() -> dict[tuple[str, str], Thing]:
    """Return what a database at head has."""
    lines = json.loads(FILE.read_text(encoding="utf-8"))
    return {(line[0], line[1]): Thing(*line) for line in lines}


def write(things: Iterable[Thing]) -> str:
    """Return what is expected as the text of its file, a line for each thing."""
    lines = (json.dumps(astuple(thing), ensure_ascii=False) for thing in things)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def compare(connection: Connection) -> tuple[list[Fault], list[Thing]]:
    """Compare a database at head with what is expected.

    Returns:
        The faults, and what somebody else keeps beside the things of stancedb.
    """
    due, there = expected(), found(connection)
    faults = [
        Fault(thing, there.get(key))
        for key, thing in due.items()
        if key not in there or there[key].definition != thing.definition
    ]
    # What hangs on a table that is missing is missing with it, and of no interest.
    gone = {fault.thing.name for fault in faults if fault.found is None and fault.thing.kind in {"table", "view"}}
    faults = [fault for fault in faults if fault.thing.of_table not in gone]
    tables = {thing.name for thing in due.values() if thing.kind in {"table", "view"}}
    others: list[Thing] = []
    for key, thing in there.items():
        if key in due:
            continue
        if thing.of_table in tables and thing.kind in _CHANGING:
            faults.append(Fault(None, thing))
        elif thing.of_table is None or thing.of_table in tables:
            others.append(thing)
    return faults, others


# --- Mending ----------------------------------------------------------------------------------------------------------


def mend(connection: Connection, *, only_stored: bool = False) -> tuple[list[Thing], list[tuple[Thing, str]]]:
    """Mend what can be mended without a guess; nothing of anybody else's is dropped, and no row.

    Args:
        connection: A transaction on a database at head.
        only_stored: Whether functions, views and what is reported are left alone, because they are made anew anyway.

    Returns:
        What is mended, and what is not with the reason.
    """
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    mended: list[Thing] = []
    refused: list[tuple[Thing, str]] = []
    faults, _ = compare(connection)
    anew = [fault for fault in faults if _is_made_anew(fault)]
    for fault in sorted((fault for fault in faults if fault not in anew), key=_turn):
        thing = fault.thing
        if only_stored and thing.kind == "function":
            continue
        statements = _remedy(fault)
        reason = _tried(connection, partial(_run, connection, statements)) if statements else _NO_REMEDY
        if reason is None:
            mended.append(thing)
        else:
            refused.append(
                (thing, reason if fault.expected else "is not of stancedb and changes what is stored; drop it")
            )
    if anew and not only_stored:
        reason = _tried(connection, partial(_make_anew, connection))
        mended += [] if reason else [fault.thing for fault in anew]
        refused += [(fault.thing, reason) for fault in anew] if reason else []
    return mended, refused


_NO_REMEDY = "cannot be made again without what it held; restore a backup"
_TURNS = ("table", "column", "sequence", "function", "constraint", "index", "trigger")
_CONSTRAINTS = ("PRIMARY KEY", "UNIQUE", "EXCLUDE", "CHECK", "FOREIGN KEY")


def _turn(fault: Fault) -> tuple[int, int]:
    """Order faults so that what others need is mended before them."""
    kind, definition = fault.thing.kind, fault.thing.definition
    turn = _TURNS.index(kind) if kind in _TURNS else len(_TURNS)
    part = next((at for at, begins in enumerate(_CONSTRAINTS) if definition.startswith(begins)), 0)
    return turn, part if kind == "constraint" else 0


def _is_made_anew(fault: Fault) -> bool:
    """Whether a thing is lacking or different that is installed from a file, whatever the migrations did."""
    due = fault.expected
    if due is None:
        return False
    of = due.of_table or due.name
    of_stancedb = {*derivation.OBJECTS.names, *shared.OBJECTS.names}
    is_view = of.endswith("_as_known") or of.removeprefix("stancedb.") in of_stancedb
    return due.name.startswith("reporting.") or is_view


def _make_anew(connection: Connection) -> None:
    connection.execute(text("SET LOCAL search_path = public"))
    installed.uninstall(connection, shared.OBJECTS)
    derivation.uninstall(connection)
    derivation.install(connection, rebuild=False)
    installed.install(connection, shared.OBJECTS)
    reporting.reinstall(connection)
    connection.execute(text("SET LOCAL search_path = pg_catalog"))


def _remedy(fault: Fault) -> list[str]:
    """Return the statements that make a thing what it should be; none if there are no such."""
    if fault.expected is None:
        return []
    remedies: dict[str, Callable[[Thing, Thing | None], list[str]]] = {
        "table": _table,
        "column": _column,
        "sequence": _sequence,
        "function": _function,
        "constraint": _constraint,
        "index": _index,
        "trigger": _trigger,
    }
    remedy = remedies.get(fault.thing.kind)
    return remedy(fault.expected, fault.found) if remedy else []


def _table(due: Thing, there: Thing | None) -> list[str]:
    if there is None:
        return []
    statements = []
    if "not permanent" in there.definition:
        statements.append(f"ALTER TABLE {due.name} SET LOGGED")
    if "row security" in there.definition and "row security" not in due.definition:
        statements.append(f"ALTER TABLE {due.name} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY")
    if "of another owner" in there.definition:
        statements.append(f"ALTER TABLE {due.name} OWNER TO {{owner}}")
    return statements


def _column(due: Thing, there: Thing | None) -> list[str]:
    said = json.loads(due.definition)
    table, column = due.of_table, due.name.removeprefix(f"{due.of_table}.")
    identity = str(said.get("generated", "")).endswith("IDENTITY")
    default = f"DEFAULT {said['default']}" if "default" in said else ""
    required = "NOT NULL" if said.get("is_required") else ""
    if there is None:
        # A number that was given once is given to nothing else.
        if identity:
            return []
        words = [said["type"], said.get("generated", ""), default, required]
        return [f"ALTER TABLE {table} ADD COLUMN {column} {' '.join(filter(None, words))}", *_comment(due)]
    has = json.loads(there.definition)
    if has["type"] != said["type"] or ("generated" in has and has["generated"] != said.get("generated")):
        return []
    changes = []
    if said.get("is_required") != has.get("is_required"):
        changes.append(f"ALTER COLUMN {column} {'SET' if required else 'DROP'} NOT NULL")
    if said.get("default") != has.get("default"):
        changes.append(f"ALTER COLUMN {column} {f'SET {default}' if default else 'DROP DEFAULT'}")
    if said.get("generated") != has.get("generated"):
        if not identity:
            return []
        changes.append(f"ALTER COLUMN {column} ADD {said['generated']}")
    return [f"ALTER TABLE {table} {change}" for change in changes]


def _sequence(due: Thing, there: Thing | None) -> list[str]:
    # One that is missing comes with the column that it numbers.
    return [f"ALTER SEQUENCE {due.name} {due.definition}"] if there else [f"SELECT '{due.name}'::regclass"]


def _function(due: Thing, there: Thing | None) -> list[str]:
    owner = f"ALTER FUNCTION {due.name} OWNER TO {{owner}}"
    comment = [] if there else _comment(due)
    return [due.definition, *([owner] if there and "of another owner" in there.definition else []), *comment]


def _constraint(due: Thing, there: Thing | None) -> list[str]:
    name = due.name.removeprefix(f"{due.of_table}.")
    drop = [f"ALTER TABLE {due.of_table} DROP CONSTRAINT {name}"] if there else []
    return [*drop, f"ALTER TABLE {due.of_table} ADD CONSTRAINT {name} {due.definition}", *_comment(due)]


def _index(due: Thing, there: Thing | None) -> list[str]:
    return [*([f"DROP INDEX {due.name}"] if there else []), due.definition, *_comment(due)]


def _trigger(due: Thing, there: Thing | None) -> list[str]:
    name = due.name.removeprefix(f"{due.of_table}.")
    drop = [f"DROP TRIGGER {name} ON {due.of_table}"] if there else []
    return [*drop, due.definition, *_comment(due)]


def _comment(due: Thing) -> list[str]:
    if due.comment is None:
        return []
    of = due.name
    if due.kind in {"constraint", "trigger"}:
        of = f"{due.name.removeprefix(f'{due.of_table}.')} ON {due.of_table}"
    quoted = due.comment.replace("'", "''")
    return [f"COMMENT ON {due.kind.upper()} {of} IS '{quoted}'"]


def _run(connection: Connection, statements: list[str]) -> None:
    owner = connection.execute(
        text("SELECT quote_ident(pg_get_userbyid(nspowner)) FROM pg_namespace WHERE nspname = 'stancedb'")
    ).scalar_one()
    for statement in statements:
        connection.execute(_statement(statement.replace("{owner}", owner)))


def _tried(connection: Connection, change: Callable[[], Any]) -> str | None:
    """Make a change or none of it; return what the database has against it."""
    try:
        with connection.begin_nested():
            change()
    except DBAPIError as failure:
        diagnosis = getattr(failure.orig, "diag", None)
        said = [getattr(diagnosis, part, None) for part in ("message_primary", "message_detail")]
        return "cannot be mended: " + " ".join("; ".join(filter(None, said)).split())
    return None


def _statement(words: str) -> Any:  # noqa: ANN401 - a text of SQLAlchemy
    """Return a statement; colons are escaped because SQLAlchemy reads them as parameters."""
    return text(words.replace(":", "\\:"))
