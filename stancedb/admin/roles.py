"""Manage logins other than the owner's: readers see reports, coders enter and correct data, reviewers review it.

A grant is complete: granting again, or granting another role, leaves the login with exactly those rights. The login of
a coder or reviewer is tied to one coder, under whose name it signs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from stancedb.database import check_head, current_revision, open_changeset
from stancedb.errors import CoderOfOtherLogin, NotALogin, OwnersLogin
from stancedb.model.vocabulary import CoderKind, LoginRole
from stancedb.rights import grants as rights
from stancedb.settings import Settings
from stancedb.shared.asking import Row
from stancedb.sql import Queries, perform

SQL = Queries(__file__)
_ROLE = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_INSUFFICIENT_PRIVILEGE = "42501"
_READER_SETTINGS = (
    "SET search_path = reporting",
    "SET statement_timeout = '60s'",
    "SET idle_in_transaction_session_timeout = '10min'",
    "SET default_transaction_read_only = on",
)
_READER_CONNECTIONS = 20


def grant(engine: Engine, settings: Settings, login: str, role: LoginRole, *, coder: str | None = None) -> list[str]:
    """Grant a login exactly the rights of its role, and create the login if it does not exist.

    Args:
        engine: Engine of the owner.
        settings: Who signs the changeset in which a coder gets a login.
        login: The name of the login.
        role: Role to grant.
        coder: Coder of the login; None means its present coder, or else the coder with its name.

    Returns:
        Sentences about what is left for an administrator to do.

    Raises:
        UsageError: The name is not a valid login name.
        RefusedByRule: The login owns the database or is a superuser, or the coder has another login.
    """
    with engine.begin() as connection:
        _prepare(connection, login)
        if settings.database_url is None:
            rights.close_other_databases(connection)
        connection.execute(SQL["record_login"], {"login": login, "role": role})
        _tie(connection, settings, login, None if role is LoginRole.READER else coder or _coder_of(connection, login))
        rights.grant(connection, login, role)
        rights.secure(connection)
        if role is LoginRole.READER:
            return _set(connection, login, settings=_READER_SETTINGS, connections=_READER_CONNECTIONS)
        return _set(connection, login, settings=(), connections=-1)


def list_rights() -> list[Row]:
    """Return the list of rights: what each role may write to each table, and the least role for each command."""
    verbs = {"i": "insert", "u": "update", "d": "delete"}
    columns = {role: rights.LIST["columns"][role] for role in ("coder", "reviewer")}
    rows: list[Row] = []
    for table, of_table in rights.LIST["tables"].items():
        row: Row = {"what": f"table {table}"}
        for role in ("coder", "reviewer"):
            whole = [verbs[letter] for letter in of_table[role]]
            single = [
                f"{verb} {column}" for named, verb, column in columns[role] if named == table and verb != "select"
            ]
            row[role] = ", ".join([*whole, *single]) or None
        rows.append({**row, "owner": "insert, update, delete", "rule": of_table.get("rule")})
    for least, commands in rights.LIST["commands"].items():
        for command in sorted(commands):
            may = {"anybody": ("coder", "reviewer"), "coder": ("coder", "reviewer"), "reviewer": ("reviewer",)}
            held = {role: "yes" if role in may.get(least, ()) else None for role in ("coder", "reviewer")}
            rows.append({"what": f"stancedb {command}", **held, "owner": "yes", "rule": None})
    return rows


def set_review(engine: Engine, *, is_required: bool) -> None:
    """Set whether codings wait for a reviewer before they count; existing final codings continue to count."""
    with engine.begin() as connection:
        check_head(current_revision(connection))
        connection.execute(SQL["set_review"], {"value": "required" if is_required else "optional"})


def untied(engine: Engine) -> list[str]:
    """Return the logins that cannot write because they have no coder."""
    with engine.connect() as connection:
        return rights.untied(connection)


def _prepare(connection: Connection, login: str) -> None:
    """Create the login if it does not exist."""
    if not _ROLE.fullmatch(login) or login in {"public", "none", "current_user", "session_user", "current_role"}:
        raise NotALogin(login=login)
    check_head(current_revision(connection))
    found = connection.execute(SQL["is_owner"], {"login": login}).scalar()
    if found:
        raise OwnersLogin(login=login)
    if found is None:
        perform(connection, SQL["create"], {"login": login})
    perform(connection, SQL["close"])


def _coder_of(connection: Connection, login: str) -> str:
    """Return the name of the coder of a login, else the name of the login."""
    found: str | None = connection.execute(SQL["coder_of"], {"login": login}).scalar()
    return found or login


def _tie(connection: Connection, settings: Settings, login: str, coder: str | None) -> None:
    """Set or clear the coder of a login; write only what differs, in a changeset of the owner."""
    tied = {"coder": coder, "login": login}
    other: str | None = connection.execute(SQL["other_login"], tied).scalar()
    if other:
        raise CoderOfOtherLogin(coder=coder, login=other)
    if not connection.execute(SQL["differs"], tied).scalar_one():
        return
    is_now = f"is the coder {coder}" if coder else "is not a coder"
    open_changeset(connection, settings, message=f"the login {login} {is_now}")
    connection.execute(SQL["untie"], tied)
    if coder:
        connection.execute(SQL["tie"], {**tied, "kind": CoderKind.HUMAN})


def _set(connection: Connection, login: str, *, settings: Sequence[str], connections: int) -> list[str]:
    """Set the session settings of the login; a login that another role administers keeps its own."""
    given = {"login": login, "connections": connections, "settings": list(settings)}
    try:
        with connection.begin_nested():
            perform(connection, SQL["set"], given)
    except DBAPIError as failure:
        if getattr(failure.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        wanted = "; ".join((*settings, f"CONNECTION LIMIT {connections}"))
        return [f'"{login}" is administered by another role. Ask it for ALTER ROLE "{login}" with: {wanted}.']
    return []
