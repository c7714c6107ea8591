"""Repair a catalogue that differs from what the migrations make."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from stancedb import installed
from stancedb.admin import catalogue
from stancedb.admin.catalogue import Fault, Thing
from stancedb.derivation import install as derivation
from stancedb.reporting import install as reporting
from stancedb.shared import objects as shared
from stancedb.sql import Queries, perform
from stancedb.workbench import objects as workbench

SQL = Queries(__file__)
_NO_REMEDY = "cannot be created again without its data; restore a backup"
_TURNS = ("table", "column", "sequence", "function", "constraint", "index", "trigger", "policy")
_CONSTRAINTS = ("PRIMARY KEY", "UNIQUE", "EXCLUDE", "CHECK", "FOREIGN KEY")
# The name of a statement in mending.sql, and its parameters.
_Step = tuple[str, dict[str, str | None]]


def mend(connection: Connection, *, only_stored: bool = False) -> tuple[list[Thing], list[tuple[Thing, str]]]:
    """Repair what can be repaired with certainty; no row and no foreign object is dropped.

    Args:
        connection: A transaction on a database at head.
        only_stored: Whether to skip functions, views and reporting relations, which are created again anyway.

    Returns:
        What was repaired, and what was not, with the reason.
    """
    connection.execute(SQL["wait_briefly"])
    mended: list[Thing] = []
    refused: list[tuple[Thing, str]] = []
    faults, _ = catalogue.compare(connection)
    remade = [fault for fault in faults if _is_remade(fault)]
    for fault in sorted((fault for fault in faults if fault not in remade), key=_turn):
        thing = fault.thing
        if only_stored and thing.kind == "function":
            continue
        steps = _remedy(fault)
        reason = _tried(connection, partial(_run, connection, steps)) if steps else _NO_REMEDY
        if reason is None:
            mended.append(thing)
        else:
            refused.append(
                (thing, reason if fault.expected else "does not belong to stancedb and changes what is stored; drop it")
            )
    if remade and not only_stored:
        reason = _tried(connection, partial(_make_anew, connection))
        mended += [] if reason else [fault.thing for fault in remade]
        refused += [(fault.thing, reason) for fault in remade] if reason else []
    return mended, refused


def _turn(fault: Fault) -> tuple[int, int]:
    """Order faults so that dependencies are repaired first."""
    kind, definition = fault.thing.kind, fault.thing.definition
    turn = _TURNS.index(kind) if kind in _TURNS else len(_TURNS)
    part = next((at for at, begins in enumerate(_CONSTRAINTS) if definition.startswith(begins)), 0)
    return turn, part if kind == "constraint" else 0


def _is_remade(fault: Fault) -> bool:
    """Return whether a missing or different object is installed from a file, independently of the migrations."""
    due = fault.expected
    if due is None:
        return False
    of = due.of_table or due.name
    of_stancedb = {*derivation.OBJECTS.names, *shared.OBJECTS.names, *workbench.OBJECTS.names}
    is_view = of.endswith("_as_known") or of.removeprefix("stancedb.") in of_stancedb
    return due.name.startswith("reporting.") or is_view


def _make_anew(connection: Connection) -> None:
    connection.execute(SQL["look_in_public"])
    installed.uninstall(connection, workbench.OBJECTS)
    installed.uninstall(connection, shared.OBJECTS)
    derivation.uninstall(connection)
    derivation.install(connection, rebuild=False)
    installed.install(connection, shared.OBJECTS)
    installed.install(connection, workbench.OBJECTS)
    reporting.reinstall(connection)
    connection.execute(catalogue.SQL["name_with_schemas"])


def _remedy(fault: Fault) -> list[_Step]:
    """Return the steps that repair an object; none if it cannot be repaired."""
    if fault.expected is None:
        return []
    remedies: dict[str, Callable[[Thing, Thing | None], list[_Step]]] = {
        "table": _table,
        "column": _column,
        "sequence": _sequence,
        "function": _function,
        "constraint": _constraint,
        "index": _index,
        "trigger": _trigger,
        "policy": _policy,
    }
    remedy = remedies.get(fault.thing.kind)
    return remedy(fault.expected, fault.found) if remedy else []


def _step(remedy: str, due: Thing, **parameters: str) -> _Step:
    """Return a statement of mending.sql with the parameters for an object."""
    name = due.name.removeprefix(f"{due.of_table}.")
    said = {"name": name, "full_name": due.name, "of_table": due.of_table, "definition": due.definition}
    return remedy, {**said, "kind": due.kind.upper(), "comment": due.comment, **parameters}


def _table(due: Thing, there: Thing | None) -> list[_Step]:
    if there is None:
        return []
    steps = []
    if "not permanent" in there.definition:
        steps.append(_step("make_permanent", due))
    if "row security" in due.definition and "row security" not in there.definition:
        steps.append(_step("enable_row_security", due))
    elif "row security" in there.definition and "row security" not in due.definition:
        steps.append(_step("disable_row_security", due))
    if "row security forced" in there.definition:
        steps.append(_step("do_not_force_row_security", due))
    if "of another owner" in there.definition:
        steps.append(_step("own", due))
    return steps


def _column(due: Thing, there: Thing | None) -> list[_Step]:
    said = json.loads(due.definition)
    identity = str(said.get("generated", "")).endswith("IDENTITY")
    default = f"DEFAULT {said['default']}" if "default" in said else ""
    required = "NOT NULL" if said.get("is_required") else ""
    if there is None:
        # The new column would number the rows again, and a number is never reused.
        if identity:
            return []
        words = [said["type"], said.get("generated", ""), default, required]
        return [_step("add_column", due, definition=" ".join(filter(None, words))), *_comment(due)]
    has = json.loads(there.definition)
    if has["type"] != said["type"] or ("generated" in has and has["generated"] != said.get("generated")):
        return []
    changes = []
    if said.get("is_required") != has.get("is_required"):
        changes.append("SET NOT NULL" if required else "DROP NOT NULL")
    if said.get("default") != has.get("default"):
        changes.append(f"SET {default}" if default else "DROP DEFAULT")
    if said.get("generated") != has.get("generated"):
        if not identity:
            return []
        changes.append(f"ADD {said['generated']}")
    return [_step("alter_column", due, change=change) for change in changes]


def _sequence(due: Thing, there: Thing | None) -> list[_Step]:
    # A missing sequence is created with the column that it numbers.
    return [_step("alter_sequence" if there else "expect_sequence", due)]


def _function(due: Thing, there: Thing | None) -> list[_Step]:
    is_of_another = there is not None and "of another owner" in there.definition
    return [
        _step("define", due),
        *([_step("own", due)] if is_of_another else []),
        *([] if there else _comment(due)),
    ]


def _constraint(due: Thing, there: Thing | None) -> list[_Step]:
    drop = [_step("drop_constraint", due)] if there else []
    return [*drop, _step("add_constraint", due), *_comment(due)]


def _index(due: Thing, there: Thing | None) -> list[_Step]:
    return [*([_step("drop_index", due)] if there else []), _step("define", due), *_comment(due)]


def _trigger(due: Thing, there: Thing | None) -> list[_Step]:
    return [*([_step("drop_trigger", due)] if there else []), _step("define", due), *_comment(due)]


def _policy(due: Thing, there: Thing | None) -> list[_Step]:
    return [*([_step("drop_policy", due)] if there else []), _step("add_policy", due), *_comment(due)]


def _comment(due: Thing) -> list[_Step]:
    return [] if due.comment is None else [_step("comment", due)]


def _run(connection: Connection, steps: list[_Step]) -> None:
    for remedy, parameters in steps:
        perform(connection, SQL[remedy], parameters)


def _tried(connection: Connection, change: Callable[[], Any]) -> str | None:
    """Make a change completely or not at all; return the error of the database, if any."""
    try:
        with connection.begin_nested():
            change()
    except DBAPIError as failure:
        diagnosis = getattr(failure.orig, "diag", None)
        said = [getattr(diagnosis, part, None) for part in ("message_primary", "message_detail")]
        return "cannot be repaired: " + " ".join("; ".join(filter(None, said)).split())
    return None
