"""Tables of the reporting schema as Parquet. Import this module only if the optional pyarrow is installed."""

from __future__ import annotations

from itertools import islice
from typing import BinaryIO

import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from stancedb.database import Reading, streamed
from stancedb.export.account import Account
from stancedb.export.tables import AT_ONCE, columns_of, everything

# Number of rows in a row group of a Parquet file, which is written as a whole.
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
    """Write a table as Parquet, one row group at a time.

    Args:
        session: The session.
        account: The table; receives the number of rows.
        file: The file to write.

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
