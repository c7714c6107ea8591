"""Who may do what: the rights of logins, granted by name at each installation and compared with what the database has.

Functions and views are made anew by each upgrade, perhaps by another member of the role that owns the database, and
default privileges bind to the role that creates. So each installation takes from PUBLIC and grants to logins by name.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause, text

HERE = Path(__file__).parent
# The list that grants, as rights.toml has it.
LIST: dict[str, Any] = tomllib.loads((HERE / "rights.toml").read_text(encoding="utf-8"))
SCHEMAS = ("stancedb", "history", "reporting")
_WRITES = {"i": "INSERT", "u": "UPDATE", "d": "DELETE"}
# An object, such as ``TABLE stancedb.actor``, and what may be done with it.
Right = tuple[str, str]
# How many rights are named in a fault.
_NAMED = 6


def secure(connection: Connection) -> None:
    """Take from PUBLIC what it has in our schemas, and grant again what a recorded login lacks or has too much."""
    connection.execute(_source("close_to_public"))
    for login, (role, lacking, beyond) in _differences(connection).items():
        if lacking or beyond:
            grant(connection, login, role)


def close_other_databases(connection: Connection) -> None:
    """Keep logins out of the other databases of a server that is ours alone."""
    connection.execute(_source("close_other_databases"))


def faults(connection: Connection) -> list[str]:
    """Return what somebody may do and should not, or may not and should, in sentences."""
    found = list(connection.execute(_source("faults")).scalars())
    for login, (role, lacking, beyond) in _differences(connection).items():
        found += [
            f"the login '{login}', a {role}, {what}: {_listed(some)}; run 'stancedb db upgrade'"
            for what, some in (("lacks rights", lacking), ("has rights of others", beyond))
            if some
        ]
    return found


def grant(connection: Connection, login: str, role: str) -> None:
    """Leave a login with the rights of a role and no others.

    Args:
        connection: A transaction of the owner.
        login: The name of a login that exists.
        role: ``reader``, ``coder`` or ``reviewer``.
    """
    name = _quoted(connection, login)
    database = _quoted(connection, _database(connection))
    everywhere = ", ".join(SCHEMAS)
    for schema in SCHEMAS:
        _run(connection, f"{_by_default(connection)} IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {name}")
    _run(
        connection,
        f"REVOKE ALL ON DATABASE {database} FROM {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public, {everywhere} FROM {name}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, {everywhere} FROM {name}",
        f"REVOKE ALL ON ALL ROUTINES IN SCHEMA {everywhere} FROM {name}",
        f"REVOKE ALL ON SCHEMA public, {everywhere} FROM {name}",
    )
    by_object: dict[str, set[str]] = defaultdict(set)
    for what, privilege in due(connection, role):
        by_object[what].add(privilege)
    # Tables of one set of rights are granted together.
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for what, privileges in sorted(by_object.items()):
        kind, _, named = what.partition(" ")
        listed = tuple(sorted(privileges))
        if kind == "TABLE":
            alike[listed].append(named)
        elif kind == "COLUMN":
            table, _, column = named.rpartition(".")
            _run(connection, *(f"GRANT {privilege} ({column}) ON {table} TO {name}" for privilege in listed))
        elif kind == "FUNCTION":
            _run(connection, f"GRANT EXECUTE ON FUNCTION {_signature(named)} TO {name}")
        elif kind == "DATABASE":
            _run(connection, f"GRANT {', '.join(listed)} ON DATABASE {database} TO {name}")
        elif kind == "DEFAULT":
            _run(
                connection, f"{_by_default(connection)} IN SCHEMA {named} GRANT {', '.join(listed)} ON TABLES TO {name}"
            )
        else:
            _run(connection, f"GRANT {', '.join(listed)} ON {what} TO {name}")
    for listed, tables in alike.items():
        _run(connection, f"GRANT {', '.join(listed)} ON {', '.join(tables)} TO {name}")


def due(connection: Connection, role: str) -> set[Right]:
    """Return the rights that a role has on what there is in this database."""
    relations = [
        (row.nspname, row.relname)
        for row in connection.execute(
            text(
                # Every relation of ours says what it is; what somebody else keeps beside them is none of our business.
                "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                " ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'v') AND n.nspname = ANY (:schemas)"
                " AND obj_description(c.oid, 'pg_class') IS NOT NULL"
            ),
            {"schemas": list(SCHEMAS)},
        )
    ]
    # The keys of reported tables are shown to a login that may refer to them; it has nowhere to use it.
    found: set[Right] = {("SCHEMA reporting", "USAGE"), ("DATABASE", "CONNECT")}
    found |= {(f"TABLE reporting.{table}", "SELECT") for schema, table in relations if schema == "reporting"}
    # What is reported may be made anew, and is to be readable at once.
    found.add(("DEFAULT reporting", "SELECT"))
    if role == "reader":
        found |= {(f"TABLE reporting.{table}", "REFERENCES") for schema, table in relations if schema == "reporting"}
        found.add(("DEFAULT reporting", "REFERENCES"))
        return found
    hidden = set(LIST["hidden"][role])
    found |= {("SCHEMA stancedb", "USAGE"), ("SCHEMA history", "USAGE"), ("TABLE public.alembic_version", "SELECT")}
    # Records are staged in temporary tables.
    found.add(("DATABASE", "TEMPORARY"))
    found |= {
        (f"TABLE {schema}.{table}", "SELECT")
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
    # One that somebody dropped is made again, and granted then.
    functions = connection.execute(
        text("SELECT p.proname FROM pg_catalog.pg_proc p WHERE p.pronamespace = to_regnamespace('stancedb')")
    )
    listed = {signature.partition("(")[0] for signature in LIST["functions"]}
    found |= {(f"FUNCTION stancedb.{name}", "EXECUTE") for name in listed & set(functions.scalars())}
    return found


def logins(connection: Connection) -> dict[str, str]:
    """Return the recorded logins that this server has, with the role of each."""
    if connection.execute(text("SELECT to_regclass('stancedb.login') IS NULL")).scalar_one():
        return {}
    found = connection.execute(
        text("SELECT l.name, l.role FROM stancedb.login l JOIN pg_catalog.pg_roles r ON r.rolname = l.name ORDER BY 1")
    )
    return {row.name: row.role for row in found}


def untied(connection: Connection) -> list[str]:
    """Return the logins of coders and reviewers that are nobody yet, and so may write nothing."""
    if connection.execute(text("SELECT to_regclass('stancedb.login') IS NULL")).scalar_one():
        return []
    found = connection.execute(
        text(
            "SELECT l.name FROM stancedb.login l JOIN pg_catalog.pg_roles r ON r.rolname = l.name"
            " WHERE l.role <> 'reader' AND NOT EXISTS (SELECT FROM stancedb.coder c WHERE c.login = l.name) ORDER BY 1"
        )
    )
    return list(found.scalars())


def _differences(connection: Connection) -> dict[str, tuple[str, set[Right], set[Right]]]:
    """Return by login its role, the rights that it lacks, and those that it has and should not."""
    known = logins(connection)
    has: dict[str, set[Right]] = {login: set() for login in known}
    for row in connection.execute(_source("granted"), {"logins": list(known)}):
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


def _by_default(connection: Connection) -> str:
    """Begin a sentence on tables to come; it binds to the one role that makes them, whoever says it."""
    owner: str = connection.execute(
        text("SELECT quote_ident(pg_get_userbyid(nspowner)) FROM pg_namespace WHERE nspname = 'reporting'")
    ).scalar_one()
    return f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"


def _database(connection: Connection) -> str:
    name: str = connection.execute(text("SELECT current_database()")).scalar_one()
    return name


def _quoted(connection: Connection, name: str) -> str:
    quoted: str = connection.execute(text("SELECT quote_ident(:name)"), {"name": name}).scalar_one()
    return quoted


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement.replace(":", "\\:")))


def _source(name: str) -> TextClause:
    """Return one file as a statement; colons are escaped because SQLAlchemy reads them as parameters."""
    source = (HERE / f"{name}.sql").read_text(encoding="utf-8").replace(":", "\\:")
    return text(source.replace("CAST(\\:logins", "CAST(:logins"))
