"""The sequences that number rows: what keeps them ahead of the rows, whatever the server has been through.

A server with ``wal_level = minimal`` does not log a sequence in the transaction that makes it, nor the next 32 numbers
after that. If it crashes before its next checkpoint the sequence falls back behind rows that are there, and every
write is refused because its number is taken.
"""

from __future__ import annotations

from sqlalchemy import Connection

from stancedb.sql import Queries, verbatim

SQL = Queries(__file__)


def sequences_behind(connection: Connection) -> list[str]:
    """Return the tables whose next number is taken; none of a sound database."""
    numbered = connection.execute(SQL["numbered"]).all()
    if not numbered:
        return []
    return list(connection.execute(verbatim(" UNION ALL ".join(table.finds for table in numbered))).scalars())


def secure_sequences(connection: Connection) -> None:
    """Log every sequence again, and set a sequence that has fallen behind its table to the last row.

    Runs in its own transaction, after that which created the sequences; it waits until no transaction writes.
    """
    numbered = connection.execute(SQL["numbered"]).all()
    if numbered:
        connection.execute(SQL["wait_for_writers"])
    for table in numbered:
        connection.execute(verbatim(table.secures))
