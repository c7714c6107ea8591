"""Keep the sequences that number rows ahead of the rows, whatever happened to the server.

A server with ``wal_level = minimal`` does not log a sequence in the transaction that creates it, nor the next 32
numbers after that. If it crashes before its next checkpoint, the sequence falls back behind existing rows, and every
write fails because its number is taken.
"""

from __future__ import annotations

from sqlalchemy import Connection

from stancedb.sql import Queries, verbatim

SQL = Queries(__file__)


def sequences_behind(connection: Connection) -> list[str]:
    """Return the tables whose next number is already taken; none in a sound database."""
    numbered = connection.execute(SQL["numbered"]).all()
    if not numbered:
        return []
    return list(connection.execute(verbatim(" UNION ALL ".join(table.finds for table in numbered))).scalars())


def secure_sequences(connection: Connection) -> None:
    """Log every sequence again, and set each sequence that has fallen behind its table to the last row.

    Runs in its own transaction, after the sequences have been created and committed; it waits until no transaction
    is writing.
    """
    numbered = connection.execute(SQL["numbered"]).all()
    if numbered:
        connection.execute(SQL["wait_for_writers"])
    for table in numbered:
        connection.execute(verbatim(table.secures))
