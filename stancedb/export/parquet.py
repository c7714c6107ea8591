"""Tables of what is reported, as Parquet; to be imported only where pyarrow is, which is an extra."""

from __future__ import annotations

from itertools import islice
from typing import BinaryIO

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from stancedb.database import Reading, streamed
from stancedb.export.account import Account
from stancedb.export.tables import AT_ONCE, columns_of, everything

# So many rows are a group of a Parquet file, which is written as a whole.
_GROUP = 20_000
_KINDS = {
    "text": pa.string(),
    "boolean": pa.bool_(),
    "smallint": pa.int16(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}


def write_parquet(session: Reading, account: Account, file: BinaryIO) -> None:
    """Write a table as Parquet, one group of rows after the other.

    Args:
        session: The session.
        account: Names the table, and counts its rows.
        file: Where to.

    Raises:
        NoSuchThing: There is no such table.
    """
    columns = columns_of(session, account.kind)
    schema = pa.schema([(column, _KINDS[kind]) for column, kind in columns.items()])
    rows = streamed(session, everything(session, account.kind), at_once=AT_ONCE)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        while group := [dict(row) for row in islice(rows, _GROUP)]:
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            account.records += len(group)
