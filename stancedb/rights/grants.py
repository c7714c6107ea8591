"""Grant the rights of logins by name at each installation, and compare them with those in the database.

Functions and views are created again by each upgrade, perhaps by another member of the role that owns the database, and
default privileges apply only to the role that creates. So each installation revokes from PUBLIC and grants by name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from stancedb.sql import Queries, beside, perform

SQL = Queries(__file__)
# The list of rights in rights.toml.
LIST: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rights.toml").read_text(encoding="utf-8"))
_READ = "SELECT"
_WRITES = {"i": "INSERT", "u": "UPDATE", "d": "DELETE"}
# An object, such as ``TABLE stancedb.actor``, and what may be done with it.
Right = tuple[str, str]
# Maximum number of rights that are named in a fault.
_NAMED = 6


def secure(connection: Connection) -> None:
    """Revoke the rights of PUBLIC in our schemas, and restore the rights of recorded logins."""
    connection.execute(beside(__file__, "close_to_public"))
    for login, (role, lacking, beyond) in _differences(connection).items():
        if lacking or beyond:
            grant(connection, login, role)


def close_other_databases(connection: Connection) -> None:
    """Keep logins out of the other databases of our own server."""
    connection.execute(beside(__file__, "close_other_databases"))


def faults(connection: Connection) -> list[str]:
    """Return sentences about missing and excess rights."""
    found = list(connection.execute(beside(__file__, "faults")).scalars())
    for login, (role, lacking, beyond) in _differences(connection).items():
        found += [
            f"the login '{login}', a {role}, {what}: {_listed(some)}; run 'stancedb db upgrade'"
            for what, some in (("lacks rights", lacking), ("has rights of other roles", beyond))
            if some
        ]
    return found


def grant(connection: Connection, login: str, role: str) -> None:
    """Give a login exactly the rights of a role.

    Args:
        connection: A transaction of the owner.
        login: The name of a login that exists.
        role: ``reader``, ``coder`` or ``reviewer``.
    """
    perform(connection, SQL["revokes"], {"login": login})
    rights = [(*what.partition(" ")[::2], privilege) for what, privilege in due(connection, role)]
    granted = {
        "login": login,
        "kinds": [kind for kind, _, _ in rights],
        "names": [_signature(name) if kind == "FUNCTION" else name for kind, name, _ in rights],
        "privileges": [privilege for _, _, privilege in rights],
    }
    perform(connection, SQL["grants"], granted)


def due(connection: Connection, role: str) -> set[Right]:
    """Return the rights that a role has on the objects of this database."""
    relations = [(row.nspname, row.relname) for row in connection.execute(SQL["relations"])]
    # A login sees the keys of reported tables only if it may reference them; it has nowhere to use that right.
    found: set[Right] = {("SCHEMA reporting", "USAGE"), ("DATABASE", "CONNECT")}
    found |= {(f"TABLE reporting.{table}", _READ) for schema, table in relations if schema == "reporting"}
    # The reporting relations may be created again and must be readable at once.
    found.add(("DEFAULT reporting", _READ))
    if role == "reader":
        found |= {(f"TABLE reporting.{table}", "REFERENCES") for schema, table in relations if schema == "reporting"}
        found.add(("DEFAULT reporting", "REFERENCES"))
        return found
    hidden = set(LIST["hidden"][role])
    found |= {("SCHEMA stancedb", "USAGE"), ("SCHEMA history", "USAGE"), ("TABLE public.alembic_version", _READ)}
    # Records are staged in temporary tables.
    found.add(("DATABASE", "TEMPORARY"))
    found |= {
        (f"TABLE {schema}.{table}", _READ)
        for schema, table in relations
        if schema == "history" or (schema == "stancedb" and table not in hidden)
    }
    there = {table for schema, table in relations if schema == "stancedb"}
    found |= {
        (f"TABLE stancedb.{table}", _WRITES[letter])
        for table, rights in LIST["tables"].items()
        if table in there
        for letter in rights[role]
    }
    found |= {
        (f"COLUMN stancedb.{table}.{column}", privilege.upper())
        for table, privilege, column in LIST["columns"][role]
        if table in there
    }
    # A function that somebody dropped is created again, and granted then.
    listed = {signature.partition("(")[0] for signature in LIST["functions"]}
    found |= {
        (f"FUNCTION stancedb.{name}", "EXECUTE")
        for name in listed & set(connection.execute(SQL["functions"]).scalars())
    }
    return found


def logins(connection: Connection) -> dict[str, str]:
    """Return the recorded logins that exist on this server, each with its role."""
    if not connection.execute(SQL["has_logins"]).scalar_one():
        return {}
    return {row.name: row.role for row in connection.execute(SQL["logins"])}


def untied(connection: Connection) -> list[str]:
    """Return the logins of coders and reviewers without a coder, which cannot write."""
    if not connection.execute(SQL["has_logins"]).scalar_one():
        return []
    return list(connection.execute(SQL["untied"]).scalars())


def _differences(connection: Connection) -> dict[str, tuple[str, set[Right], set[Right]]]:
    """Return, by login, its role, the rights that it lacks, and the rights that it should not have."""
    known = logins(connection)
    has: dict[str, set[Right]] = {login: set() for login in known}
    for row in connection.execute(beside(__file__, "granted"), {"logins": list(known)}):
        has[row.login].add((row.object, row.privilege))
    of_role = {role: due(connection, role) for role in set(known.values())}
    return {login: (role, of_role[role] - has[login], has[login] - of_role[role]) for login, role in known.items()}


def _listed(rights: Iterable[Right]) -> str:
    ordered = sorted(f"{privilege} on {what.partition(' ')[2] or 'this database'}" for what, privilege in rights)
    more = f" and {len(ordered) - _NAMED} more" if len(ordered) > _NAMED else ""
    return ", ".join(ordered[:_NAMED]) + more


def _signature(function: str) -> str:
    name = function.rpartition(".")[2]
    return next(f"stancedb.{signature}" for signature in LIST["functions"] if signature.startswith(f"{name}("))
