"""Keep connections of the program open from one command of a test to the next.

Each command opens a connection, runs a few queries and closes it, and a new session takes longer to read the catalogue
than to answer. A kept session is reset with DISCARD ALL, as session poolers do; only the cached catalogue remains. If a
new session would have other settings, from the environment, ALTER DATABASE or ALTER ROLE, a new one is opened.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool


class Kept:
    """Engines that keep their connections: the administrator's connections to databases created by tests.

    Logins connect again for each command, because their rights are part of what is tested.
    """

    def __init__(self, admin_url: str) -> None:
        self._admin = make_url(admin_url)
        self._engines: dict[str, dict[tuple[URL, str], Engine]] = {}

    def take(self, database: str) -> None:
        """Keep connections to a database from now on."""
        self._engines[database] = {}

    def let_go(self, database: str) -> None:
        """Close the connections to a database and stop keeping them, so that it can be copied or dropped."""
        for engine in self._engines.pop(database, {}).values():
            engine.dispose()

    def close(self) -> None:
        """Close all connections."""
        for database in list(self._engines):
            self.let_go(database)

    def engine(self, url: URL, **options: Any) -> Engine:
        """Return an engine like ``sqlalchemy.create_engine``, with connections that are kept if possible."""
        engines = self._engines.get(str(url.database))
        if engines is None or (url.username, url.host, url.query) != (
            self._admin.username,
            self._admin.host,
            self._admin.query,
        ):
            return create_engine(url, **options)
        key = (url, repr(sorted((name, value) for name, value in os.environ.items() if name.startswith("PG"))))
        if key not in engines:
            assert options.pop("poolclass") is NullPool
            engine = create_engine(url, poolclass=QueuePool, max_overflow=-1, **options)
            event.listen(engine, "checkout", _check_settings)
            event.listen(engine, "reset", _reset)
            # Two threads may arrive here at once.
            engines.setdefault(key, engine)
        return engines[key]


def _check_settings(connection: psycopg.Connection[Any], record: ConnectionPoolEntry, _: object) -> None:
    """Reject a session that was opened under other settings of its database or login."""
    connection.autocommit = True
    settings = connection.execute("SELECT s::text FROM pg_catalog.pg_db_role_setting s ORDER BY 1").fetchall()
    connection.autocommit = False
    if record.info.setdefault("settings", settings) != settings:
        raise DisconnectionError


def _reset(connection: psycopg.Connection[Any], *_: object) -> None:
    """Reset a session to its state after opening."""
    if connection.closed:
        return
    connection.rollback()
    connection.autocommit = True
    # The driver discards its prepared statements when a transaction is rolled back.
    with connection.transaction(force_rollback=True):
        pass
    connection.execute("DISCARD ALL", prepare=False)
    connection.autocommit = False
