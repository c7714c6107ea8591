"""Actors: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import EARLIER_VERSIONS, LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.records.actor import ActorRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
LEFT_OUT = LeftOut(
    SQL["left_out"],
    {
        "merged": "Written as actors of their own, those merged into others ('actor merge' joins them again)",
        "names": "Not written, names that are neither preferred nor beside a preferred one, or of a time alone",
        "without_main_name": "Actors whose main name is none of their preferred ones ('actor load' makes it one)",
        "other_sources": "Tenures that have another source than the actor ('actor load' gives them the actor's)",
        "bounds": "Not written, the bounds of relations and attributes that have no EDTF string",
        **EARLIER_VERSIONS,
    },
)


def actor_records(session: Reading) -> Iterator[Values]:
    """Yield each actor with names, identifiers, relations, tenures and attributes, in the order of the slugs.

    A merged actor is among them, because rows keep naming the actor they were entered for.
    """
    return (shaped(ActorRecord, row) for row in streamed(session, SQL["records"]))
