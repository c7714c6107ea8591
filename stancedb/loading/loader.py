"""Load a stream of records: stage, check and merge them in the caller's transaction."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from stancedb.database import Writing
from stancedb.errors import RecordsRefused
from stancedb.loading import actors as into_actor
from stancedb.loading import articles as into_article
from stancedb.loading import codebooks as into_codebook
from stancedb.loading import events as into_event
from stancedb.loading import outlets as into_outlet
from stancedb.loading import rounds as into_round
from stancedb.loading import statements as into_statement
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import COMMAND_LINE
from stancedb.reading.sources import Source
from stancedb.records.base import Record
from stancedb.records.checking import Item, Read
from stancedb.refusals import THIS_COMMAND, Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)
Kind = Literal["outlet", "codebook", "actor", "article", "statement", "event", "indicator", "round"]

# The function that stages and merges the records of each kind; it returns refusals, and merges only if there are none.
_MERGERS: dict[str, Callable[[Writing, Iterator[Any], LoadAccount, bool], list[Refusal]]] = {
    "outlet": into_outlet.merge_outlets,
    "codebook": into_codebook.merge_codebooks,
    "actor": into_actor.merge_actors,
    "article": into_article.merge_articles,
    "statement": into_statement.merge_statements,
    "event": into_event.merge_events,
    "indicator": into_event.merge_indicators,
    "round": into_round.merge_rounds,
}


@dataclass
class _Reader:
    """Count records, separate refusals and compute the checksum, in one pass over the stream.

    The original input is kept only if rejected records are to be written to a file.
    """

    items: Iterable[Item[Any]]
    account: LoadAccount
    refusals: list[Refusal]
    digest: Any
    keeps: bool
    originals: list[Mapping[str, object] | str] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Read[Any]]:
        for item in self.items:
            self.account.records += 1
            self.places.setdefault(item.source, len(self.places))
            if isinstance(item, Refusal):
                self.refusals.append(item)
                continue
            self.digest.update(str(item.original).encode())
            self.account.of_records.extend(f"{item.source}: {note}" for note in item.notes)
            if self.keeps:
                self.originals.append(item.original)
            yield item

    def in_order(self, found: Iterable[Refusal]) -> list[Refusal]:
        """Return all refusals in the order in which the records were read."""
        refusals = [*self.refusals, *map(self.with_original, found)]
        return sorted(refusals, key=lambda refusal: (self.places.get(refusal.source, 0), refusal.line or 0))

    def with_original(self, refusal: Refusal) -> Refusal:
        """Return a refusal found after reading, with the original input of its record."""
        if not self.keeps or refusal.ordinal is None:
            return refusal
        return replace(refusal, original=self.originals[refusal.ordinal])


def load(
    session: Writing,
    kind: Kind,
    items: Iterable[Item[Any]],
    *,
    origin: str,
    keep_going: bool = False,
    only_adds: bool = False,
    of: Source | None = None,
    forces: bool = False,
    makes_actors: str | None = None,
) -> LoadAccount:
    """Load a stream of records of one kind.

    Args:
        session: The writing session; nothing is committed here.
        kind: The kind of the records.
        items: The records, and refusals for those that could not be read.
        origin: Where the records come from, stored with the load.
        keep_going: Whether to load valid records even if others are rejected.
        only_adds: Whether to reject a record that differs from existing data instead of correcting the data.
        of: The source of the file, if its identifiers are valid only within it; it is stored with the load.
        forces: Whether an actor may get two identifiers in a worldwide scheme.
        makes_actors: The kind of actor created from an unknown name; if None, none is created.

    Raises:
        RecordsRefused: Some records were rejected and ``keep_going`` is off; nothing was loaded.
    """
    started = time.monotonic()
    session.execute(SQL["make_room"])
    by_command = origin == COMMAND_LINE
    account = LoadAccount(
        kind,
        only_adds=by_command and only_adds,
        corrects=by_command and not only_adds,
        forces=forces,
        makes_actors=makes_actors,
    )
    reader = _Reader(items, account, [], hashlib.sha256(), keep_going)
    found = _MERGERS[kind](session, iter(reader), account, keep_going)
    account.refusals = reader.in_order(found)
    account.seconds = time.monotonic() - started
    if account.refusals and not keep_going:
        raise RecordsRefused(account.refusals, account.records)
    # A file with nothing new is still recorded, unless it was recorded before.
    if account.changed_nothing and (of is None or of.is_known):
        session.is_void = True
    else:
        record_load(session, account, origin, of, sha256=of.sha256 if of else reader.digest.hexdigest())
    return account


def load_one(
    session: Writing, kind: Kind, record: Record, *, only_adds: bool = True, forces: bool = False
) -> LoadAccount:
    """Load one record from the command line, as a batch of one."""
    item = Read(THIS_COMMAND, None, record, {})
    return load(session, kind, [item], origin=COMMAND_LINE, only_adds=only_adds, forces=forces)


def record_load(
    session: Writing, account: LoadAccount, origin: str, of: Source | None = None, *, sha256: str | None = None
) -> None:
    """Record that a file was loaded, so that its rows are not mistaken for rows entered by hand.

    Args:
        session: The writing session.
        account: What the load did.
        origin: Where the records come from.
        of: The source of the file, if its identifiers are valid only within it.
        sha256: The checksum of the records (default: the checksum of the origin).
    """
    session.execute(
        SQL["record_load"],
        {
            "kind": account.kind,
            "origin": origin,
            "source": of.name if of else None,
            "place": of.place_sha256 if of else None,
            "sha256": sha256 or hashlib.sha256(origin.encode()).hexdigest(),
            "inserted": account.inserted,
            "updated": account.updated,
            "unchanged": max(account.unchanged, 0),
            "refused": len(account.refusals),
        },
    )
