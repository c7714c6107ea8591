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
        "merged": "Written as separate actors: merged actors; 'actor merge' merges them again",
        "names": "Not written: names for a period only, and aliases in a language without a preferred name",
        "without_main_name": "Actors whose main name is not a preferred name; 'actor load' will make it one",
        "other_sources": "Tenures with another source than their actor; 'actor load' will give them the actor's",
        "bounds": "Not written: bounds of relations and attributes without an EDTF string",
        **EARLIER_VERSIONS,
    },
)


def actor_records(session: Reading) -> Iterator[Values]:
    """Yield each actor with names, identifiers, relations, tenures and attributes, ordered by slug.

    Merged actors are included, because rows still refer to them.
    """
    return (shaped(ActorRecord, row) for row in streamed(session, SQL["records"]))
