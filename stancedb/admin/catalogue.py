"""Compare the whole catalogue of a database with the catalogue that the migrations make.

The expected catalogue is in ``catalogue.json``, one object per line. ``python -m tests.admin.catalogue`` writes it
after a migration, a function or a relation of reporting has changed; a test holds it equal to a migrated database.

An expected object that is missing or different is a fault. So is an unexpected object that belongs to a table of
stancedb and changes what is stored there, such as a column. Any other foreign object is only named.
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
# Objects that belong to a table and change what is stored in it.
_CHANGING = {"column", "constraint", "policy", "rule", "child"}
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of a catalogue with its definition.

    Attributes:
        kind: Kind of object, such as column.
        name: Name with its schema, and with its table if it belongs to one.
        of_table: Table or view it belongs to, if any.
        definition: Definition, printed the same by PostgreSQL 15 to 18.
        comment: Comment in the database.
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
        expected: What it should be, or None if it should not exist.
        found: What it is, or None if it is missing.
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
    """Return two definitions from just before the point where they differ."""
    same = next((at for at, (one, other) in enumerate(zip(found, expected, strict=False)) if one != other), None)
    begin = max(0, (min(len(found), len(expected)) if same is None else same) - _SHOWN // 4)

    def shown(definition: str) -> str:
        part = " ".join(definition[begin : begin + _SHOWN].split())
        return f"'{'…' if begin else ''}{part}{'…' if len(definition) > begin + _SHOWN else ''}'"

    return shown(found), shown(expected)


def found(connection: Connection) -> dict[tuple[str, str], Thing]:
    """Return the catalogue of a database; from then on the transaction prints names with their schemas."""
    connection.execute(SQL["name_with_schemas"])
    return {(row.kind, row.name): Thing(*row) for row in connection.execute(SQL["things"])}


def expected() -> dict[tuple[str, str], Thing]:
    """Return the catalogue of a database at head."""
    lines = json.loads(FILE.read_text(encoding="utf-8"))
    return {(line[0], line[1]): Thing(*line) for line in lines}


def write(things: Iterable[Thing]) -> str:
    """Return the expected catalogue as the text of its file, one line per object."""
    lines = (json.dumps(astuple(thing), ensure_ascii=False) for thing in things)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def compare(connection: Connection) -> tuple[list[Fault], list[Thing]]:
    """Compare a database at head with the expected catalogue.

    Returns:
        The faults, and the foreign objects beside those of stancedb.
    """
    due, there = expected(), found(connection)
    faults = [
        Fault(thing, there.get(key))
        for key, thing in due.items()
        if key not in there or there[key].definition != thing.definition
    ]
    # Whatever belongs to a missing table is missing with it, and is not reported.
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
