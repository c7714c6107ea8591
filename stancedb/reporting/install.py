"""Install ``reporting``, the schema that readers and BI tools see.

A database at head has the relations of this version of the program; they are created again if their definition changes.
"""

from __future__ import annotations

from sqlalchemy import Connection

from stancedb import installed
from stancedb.reporting.refresh import refresh, reported
from stancedb.reporting.relations import OBJECTS
from stancedb.sql import Queries

SQL = Queries(__file__)


def digest() -> str:
    """Return the checksum of the definition that this version of the program would install."""
    return installed.digest(OBJECTS)


def installed_digest(connection: Connection) -> str | None:
    """Return the checksum of the definition in the database, or None if it has none."""
    return installed.installed_digest(connection, OBJECTS)


def install(connection: Connection) -> None:
    """Create the relations again if their definition has changed, and fill them if they were filled before."""
    before = installed_digest(connection)
    if before != digest():
        _install(connection, was_filled=before is not None and reported(connection) is not None)


def reinstall(connection: Connection) -> None:
    """Create the relations again although their definition is the same, because somebody altered them."""
    is_there = connection.execute(SQL["is_there"]).scalar_one()
    _install(connection, was_filled=is_there and connection.execute(SQL["is_filled"]).scalar_one())


def _install(connection: Connection, *, was_filled: bool) -> None:
    uninstall(connection)
    installed.install(connection, OBJECTS)
    if was_filled:
        # Nobody commits in between, so that all relations are filled from the same state of the database.
        connection.execute(SQL["keep_others_from_committing"])
        refresh(connection, is_full=True)


def uninstall(connection: Connection) -> None:
    """Drop the relations. A relation that leaves the contract is dropped by a migration."""
    installed.uninstall(connection, OBJECTS)
