"""Logins beside the owner's: a reader, who sees what is reported, and a coder, who enters and corrects.

A grant is the whole of what a login may do: granting again, or otherwise, leaves it with that and no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from stancedb import rights
from stancedb.database import check_head, current_revision
from stancedb.errors import RefusedByRule, UsageError
from stancedb.model import CURATED

_ROLE = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_INSUFFICIENT_PRIVILEGE = "42501"
_SCHEMAS = ("stancedb", "history", "reporting")
_READER_SETTINGS = (
    "SET search_path = reporting",
    "SET statement_timeout = '60s'",
    "SET idle_in_transaction_session_timeout = '10min'",
    "SET default_transaction_read_only = on",
)
_READER_CONNECTIONS = 20


def grant_reader(engine: Engine, role: str) -> list[str]:
    """Let a login read the schema reporting and nothing else, and make it where there is none.

    Keys of tables are shown to it as well, which takes the right to refer to them; it has nowhere to use it.

    Returns:
        What is left for an administrator to do, in sentences.

    Raises:
        UsageError: The name is none that a login can have.
        RefusedByRule: The login owns the database, or may do everything anyway.
    """
    with engine.begin() as connection:
        login = _prepare(connection, role)
        _run(
            connection,
            f"GRANT USAGE ON SCHEMA reporting TO {login}",
            f"GRANT SELECT, REFERENCES ON ALL TABLES IN SCHEMA reporting TO {login}",
            # What is reported may be made anew, and is to be readable at once.
            f"{_by_default(connection)} IN SCHEMA reporting GRANT SELECT, REFERENCES ON TABLES TO {login}",
        )
        return _set(connection, login, settings=_READER_SETTINGS, connections=_READER_CONNECTIONS)


def grant_coder(engine: Engine, role: str) -> list[str]:
    """Let a login read everything and write to the curated tables, and make it where there is none.

    History, changesets and what is derived it writes through its changes alone.

    Returns:
        What is left for an administrator to do, in sentences.

    Raises:
        UsageError: The name is none that a login can have.
        RefusedByRule: The login owns the database, or may do everything anyway.
    """
    with engine.begin() as connection:
        login = _prepare(connection, role)
        curated = ", ".join(f"stancedb.{table.name}" for table in CURATED)
        _run(
            connection,
            f"GRANT USAGE ON SCHEMA {', '.join(_SCHEMAS)} TO {login}",
            *(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {login}" for schema in _SCHEMAS),
            *(f"{_by_default(connection)} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {login}" for schema in _SCHEMAS),
            f"GRANT SELECT ON public.alembic_version TO {login}",
            f"GRANT INSERT, UPDATE, DELETE ON {curated} TO {login}",
            # The open changeset may say what it undoes.
            f"GRANT UPDATE (undoes_id) ON stancedb.changeset TO {login}",
            # Records are staged in temporary tables.
            f"GRANT TEMPORARY ON DATABASE {_database(connection)} TO {login}",
        )
        rights.secure(connection)
        return _set(connection, login, settings=(), connections=-1)


def _prepare(connection: Connection, role: str) -> str:
    """Make the login where there is none, take from it what it was granted before, and return its name quoted."""
    if not _ROLE.fullmatch(role) or role in {"public", "none", "current_user", "session_user", "current_role"}:
        raise UsageError(
            message=f"'{role}' is no name for a login; take small letters, digits and _, and begin with a letter"
        )
    check_head(current_revision(connection))
    found = connection.execute(
        text(
            "SELECT r.rolsuper OR r.rolname = current_user OR pg_has_role(r.rolname, n.nspowner, 'MEMBER')"
            " FROM pg_roles r, pg_namespace n WHERE r.rolname = :role AND n.nspname = 'stancedb'"
        ),
        {"role": role},
    ).scalar()
    if found:
        raise RefusedByRule(sentence=f"'{role}' owns the database or may do everything in it; name another login")
    login = f'"{role}"'
    if found is None:
        _run(connection, f"CREATE ROLE {login} LOGIN")
    database = _database(connection)
    _run(
        connection,
        # A login may do by default what PUBLIC may: a reader would write temporary tables.
        f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON DATABASE {database} FROM {login}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public, {', '.join(_SCHEMAS)} FROM {login}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, {', '.join(_SCHEMAS)} FROM {login}",
        f"REVOKE ALL ON ALL ROUTINES IN SCHEMA {', '.join(_SCHEMAS)} FROM {login}",
        f"REVOKE ALL ON SCHEMA public, {', '.join(_SCHEMAS)} FROM {login}",
        *(f"{_by_default(connection)} IN SCHEMA {schema} REVOKE ALL ON TABLES FROM {login}" for schema in _SCHEMAS),
        f"GRANT CONNECT ON DATABASE {database} TO {login}",
    )
    return login


def _set(connection: Connection, login: str, *, settings: Sequence[str], connections: int) -> list[str]:
    """Set what goes with every session of the login; a login that somebody else administers keeps what it has."""
    database = _database(connection)
    try:
        with connection.begin_nested():
            _run(
                connection,
                f"ALTER ROLE {login} CONNECTION LIMIT {connections}",
                f"ALTER ROLE {login} IN DATABASE {database} RESET ALL",
                *(f"ALTER ROLE {login} IN DATABASE {database} {setting}" for setting in settings),
            )
    except DBAPIError as failure:
        if getattr(failure.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        wanted = "; ".join((*settings, f"CONNECTION LIMIT {connections}"))
        return [f"Somebody else administers {login}; ask for ALTER ROLE {login} with: {wanted}."]
    return []


def _by_default(connection: Connection) -> str:
    """Begin a sentence on tables to come; it binds to the one role that makes them, whoever says it."""
    owner: str = connection.execute(
        text("SELECT quote_ident(pg_get_userbyid(nspowner)) FROM pg_namespace WHERE nspname = 'reporting'")
    ).scalar_one()
    return f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner}"


def _database(connection: Connection) -> str:
    name: str = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    return name


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement.replace(":", "\\:")))
