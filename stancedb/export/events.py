"""Events and indicators: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import EARLIER_VERSIONS, LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.records.event import EventRecord
from stancedb.records.indicator import IndicatorRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
LEFT_OUT_OF_EVENTS = LeftOut(
    SQL["left_out_of_events"],
    {
        "causes": "Not written: causes, because of --without-causes",
        "causes_not_written": "Not written: causes that are omitted statements",
        "causes_of_statements": "Not written: causes of statements",
        **EARLIER_VERSIONS,
    },
)
LEFT_OUT_OF_INDICATORS = LeftOut(
    SQL["left_out_of_indicators"],
    {
        "texts": "Not written: the older or withdrawn texts that observations are based on",
        **EARLIER_VERSIONS,
    },
)


def event_records(session: Reading, *, with_causes: bool) -> Iterator[Values]:
    """Yield each event with its participants, ordered by slug.

    Args:
        session: The session.
        with_causes: Whether to include its causes; statements among them must be loaded before the event.
    """
    return (shaped(EventRecord, row) for row in streamed(session, SQL["events"], with_causes=with_causes))


def indicator_records(session: Reading) -> Iterator[Values]:
    """Yield each indicator with its observations, ordered by slug."""
    return (shaped(IndicatorRecord, row) for row in streamed(session, SQL["indicators"]))
