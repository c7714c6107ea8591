"""The one loader: a stream of read records, staged, checked and merged in the transaction of the caller."""

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

# For each kind, what stages and merges its records; it returns the refusals it found, and merges only without any.
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
    """Counts and sorts what comes in, and takes its checksum on the way, so that the stream is read once.

    What was given is kept only when refused records are to be written out again.
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
        """Return all refusals in the order in which the records were read, whichever check found them."""
        refusals = [*self.refusals, *map(self.with_original, found)]
        return sorted(refusals, key=lambda refusal: (self.places.get(refusal.source, 0), refusal.line or 0))

    def with_original(self, refusal: Refusal) -> Refusal:
        """Return a refusal found after reading together with what was given."""
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
        kind: What the records are.
        items: The records read, and the refusals of what could not be read.
        origin: Where they come from, for the load's own row.
        keep_going: Whether to load the good records although others are refused.
        only_adds: Whether a record that differs from existing data is rejected instead of correcting the data.
        of: The source of the file, if it has identifiers that are valid only within it; the load records it.
        forces: Whether one actor may get two identifiers of a world-wide scheme.
        makes_actors: The kind of the actors that are created from unknown names; None creates none.

    Raises:
        RecordsRefused: Some records are refused and ``keep_going`` is off; nothing was loaded.
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
    # A file that brings nothing new is remembered all the same, if it was not before.
    if account.changed_nothing and (of is None or of.is_known):
        session.is_void = True
    else:
        record_load(session, account, origin, of, sha256=of.sha256 if of else reader.digest.hexdigest())
    return account


def load_one(
    session: Writing, kind: Kind, record: Record, *, only_adds: bool = True, forces: bool = False
) -> LoadAccount:
    """Load one record given on the command line: a batch of one, through the same path."""
    item = Read(THIS_COMMAND, None, record, {})
    return load(session, kind, [item], origin=COMMAND_LINE, only_adds=only_adds, forces=forces)


def record_load(
    session: Writing, account: LoadAccount, origin: str, of: Source | None = None, *, sha256: str | None = None
) -> None:
    """Keep that a file was loaded, so that what it wrote is not taken for the work of a person.

    Args:
        session: The writing session.
        account: What was done.
        origin: Where the records come from.
        of: The source of the file, if it has identifiers that are valid only within it.
        sha256: The checksum of the records; that of the origin where there were none.
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
