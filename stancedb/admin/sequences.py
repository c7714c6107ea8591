"""The sequences that number rows: what keeps them ahead of the rows, whatever the server has been through.

A server with ``wal_level = minimal`` does not log a sequence in the transaction that makes it, nor the next 32 numbers
after that. If it crashes before its next checkpoint the sequence falls back behind rows that are there, and every
write is refused because its number is taken.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_SEQUENCES = """
SELECT c.oid::regclass::text AS owner, a.attname AS owned,
    coalesce(
        pg_get_serial_sequence(c.oid::regclass::text, a.attname),
        substring(pg_get_expr(d.adbin, d.adrelid) FROM 'nextval\\(''([^'']+)''')
    ) AS sequence
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = to_regnamespace('stancedb') AND c.relkind = 'r' AND c.relpersistence = 'p'
    AND (a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%')
ORDER BY 1
"""


def sequences_behind(connection: Connection) -> list[str]:
    """Return the tables whose next number is taken; none of a sound database."""
    found = connection.execute(text(_SEQUENCES)).all()
    if not found:
        return []
    behind = " UNION ALL ".join(
        f"SELECT '{row.owner}' FROM {row.sequence} q WHERE (SELECT max({row.owned}) FROM {row.owner}) > q.last_value"
        for row in found
    )
    return list(connection.execute(text(behind)).scalars())


def secure_sequences(connection: Connection) -> None:
    """Log every sequence anew, and put one that has fallen behind its table after the last row.

    Runs in a transaction of its own, after the one that made the sequences; it waits until nobody writes.
    """
    found = connection.execute(text(_SEQUENCES)).all()
    if not found:
        return
    # Every write opens a changeset first, so that nobody takes a number between reading a sequence and setting it.
    connection.execute(text("LOCK TABLE stancedb.changeset IN SHARE ROW EXCLUSIVE MODE"))
    for row in found:
        connection.execute(
            text(
                f"SELECT setval('{row.sequence}', greatest(q.last_value, m.last), q.is_called OR m.last IS NOT NULL)"
                f" FROM {row.sequence} q, (SELECT max({row.owned}) AS last FROM {row.owner}) m"
            )
        )
