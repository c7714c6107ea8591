"""Who may do what: the rights of logins, granted by name at each installation and compared with what the database has.

Functions and views are made anew by each upgrade, perhaps by another member of the role that owns the database, and
default privileges bind to the role that creates. So each installation takes from PUBLIC and grants to logins by name.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, TextClause, text


def secure(connection: Connection) -> None:
    """Take from PUBLIC what it has in our schemas, and grant to the logins what is theirs."""
    connection.execute(_source("close_to_public"))
    connection.execute(_source("grant_functions"))


def faults(connection: Connection) -> list[str]:
    """Return what somebody may do and should not, or may not and should, in sentences."""
    return list(connection.execute(_source("faults")).scalars())


def _source(name: str) -> TextClause:
    """Return one file as a statement; colons are escaped because SQLAlchemy reads them as parameters."""
    return text((Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8").replace(":", "\\:"))
