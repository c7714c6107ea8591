"""Compare the whole catalogue of a database with the catalogue that the migrations make.

The expected catalogue is in ``catalogue.json``, one object per line. ``python -m tests.admin.catalogue`` writes it
after a migration, a function or a relation of reporting has changed; a test holds it equal to a migrated database.

What is expected and lacking or different is a fault. What else hangs on a table of stancedb and changes what is stored
there, such as a column, is one too. Any other thing that somebody put beside those of stancedb is only named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from sqlalchemy import Connection

from stancedb.sql import Queries

SQL = Queries(__file__)
FILE = Path(__file__).with_suffix(".json")
# What hangs on a table and changes what is stored in it.
_CHANGING = {"column", "constraint", "policy", "rule", "child"}
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of a catalogue with its definition.

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
    """An object that differs from what is expected.

    Attributes:
        expected: What it should be, or None if it should not be there.
        found: What it is, or None if it is lacking.
    """

    expected: Thing | None
    found: Thing | None

    @property
    def thing(self) -> Thing:
        """The expected object, or the found object if none is expected."""
        thing = self.expected or self.found
        assert thing is not None  # noqa: S101 - one of the two is there
        return thing

    def sentence(self) -> str:
        """Return a description of the fault."""
        if self.expected is None:
            return "does not belong to stancedb and changes what is stored; drop it"
        if self.found is None:
            return "is missing; run 'stancedb db upgrade'"
        found, expected = _apart(self.found.definition, self.expected.definition)
        return f"differs: {found} instead of {expected}; run 'stancedb db upgrade'"


def _apart(found: str, expected: str) -> tuple[str, str]:
    """Return two definitions from just before the place where they differ."""
    same = next((at for at, (one, other) in enumerate(zip(found, expected, strict=False)) if one != other), None)
    begin = max(0, (min(len(found), len(expected)) if same is None else same) - _SHOWN // 4)

    def shown(definition: str) -> str:
        part = " ".join(definition[begin : begin + _SHOWN].split())
        return f"'{'…' if begin else ''}{part}{'…' if len(definition) > begin + _SHOWN else ''}'"

    return shown(found), shown(expected)


def found(connection: Connection) -> dict[tuple[str, str], Thing]:
    """Return what a database has; the transaction reads names with their schemas from then on."""
    connection.execute(SQL["name_with_schemas"])
    return {(row.kind, row.name): Thing(*row) for row in connection.execute(SQL["things"])}


def expected() -> dict[tuple[str, str], Thing]:
    """Return what a database at head has."""
    lines = json.loads(FILE.read_text(encoding="utf-8"))
    return {(line[0], line[1]): Thing(*line) for line in lines}


def write(things: Iterable[Thing]) -> str:
    """Return the expected catalogue as the text of its file, one line per object."""
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
