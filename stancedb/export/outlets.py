"""Outlets: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import earlier_versions
from stancedb.export.shaping import Values, shaped
from stancedb.records.outlet import OutletRecord

SORTS = (earlier_versions("outlet"),)


def outlet_records(session: Reading) -> Iterator[Values]:
    """Yield each outlet in the order of the slugs."""
    rows = streamed(
        session,
        "SELECT o.slug, o.name, o.kind, o.country, p.slug AS parent, o.reliability, o.citation FROM stancedb.outlet o"
        ' LEFT JOIN stancedb.outlet p ON p.id = o.parent_id ORDER BY o.slug COLLATE "C"',
    )
    return (shaped(OutletRecord, row) for row in rows)
