"""Outlets: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import EARLIER_VERSIONS, LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.records.outlet import OutletRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
LEFT_OUT = LeftOut(SQL["left_out"], EARLIER_VERSIONS)


def outlet_records(session: Reading) -> Iterator[Values]:
    """Yield each outlet, ordered by slug."""
    return (shaped(OutletRecord, row) for row in streamed(session, SQL["records"]))
