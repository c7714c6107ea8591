"""Turn the documents of a file of Discourse Network Analyzer into articles, and their sources into outlets."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from stancedb.dates import check_zone
from stancedb.errors import NamesakeOfFile, UsageError
from stancedb.loading.articles import url_key
from stancedb.loading.dna.context import Import, part, settled, tidy
from stancedb.loading.dna.text import FrozenText
from stancedb.reading.dna.file import Document
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Item, Read
from stancedb.records.outlet import OutletRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400
# The hours at which midnight appears if it was written one or two time zones further east.
_HOURS_OF_MIDNIGHT = (22, 23)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class _Dated:
    """The day of a document, and the instant if it has a time of day; both in ISO 8601."""

    day: str | None = None
    instant: str | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A document that becomes an article."""

    key: int
    slug: str
    sha256: str
    source: str
    dated: _Dated


@dataclass(frozen=True, slots=True)
class Placed:
    """A document that becomes an article, with its slug, outlet, day and instant in the database."""

    slug: str
    outlet: str
    day: str | None
    instant: str | None


class Documents:
    """The documents of a file, each with its place in the database.

    Args:
        said: The import.

    Attributes:
        placed: The slug, outlet and day of each document that becomes an article, by its key in the file.
        newest: The day of the latest document.

    Raises:
        UnreadableInput: The dates of version 2 require a time zone, and none was given.
        UsageError: The time zone is unknown.
        NamesakeOfFile: Another file of this name was loaded before.
    """

    def __init__(self, said: Import) -> None:
        self._said = said
        self._session = said.session
        self._zone = self._checked_zone()
        self._kinds = self._article_kinds()
        self._new_outlets: dict[str, str] = {}
        self._midnights = 0
        self.newest = "1970-01-01"
        self.placed = self._place()
        self._addresses = self._find_addresses(self.placed)

    def _place(self) -> dict[int, Placed]:
        """Return slug, outlet and day of each document with a text; a known article keeps its slug and outlet."""
        kept: list[_Kept] = []
        used: set[str] = set()
        for document in self._said.file.documents():
            frozen = FrozenText(document.text)
            if not frozen.body.strip():
                self._said.account.leave("document", "without a text")
                continue
            sha256 = hashlib.sha256(frozen.body.encode()).hexdigest()
            slug = f"{self._said.name}/{part(document.title) if document.title.strip() else document.id}-{sha256[:8]}"
            slug = slug if slug not in used else f"{slug}-{document.id}"
            used.add(slug)
            kept.append(_Kept(document.id, slug, sha256, tidy(document.source), self._date(document)))
            self._note(document, frozen)
        self.newest = max((one.dated.day for one in kept if one.dated.day), default=self.newest)
        self._note_midnights(len(kept))
        known = self._known_articles(kept, used)
        outlets = self._place_sources({one.source for one in kept if one.key not in known})
        return {
            one.key: Placed(
                *known.get(one.key, (one.slug, outlets.get(one.source, ""))), one.dated.day, one.dated.instant
            )
            for one in kept
        }

    def _date(self, document: Document) -> _Dated:
        """Return the day of a document, and its instant if it has a time of day.

        Raises:
            UnreadableInput: The date is from version 2 and not midnight UTC, and no time zone was given.
        """
        if document.date is None:
            return _Dated()
        seconds, rest = divmod(document.date, 1000) if self._said.file.is_old else (document.date, 0)
        try:
            moment = _EPOCH + timedelta(seconds=seconds)
            if self._said.file.is_old:
                if self._zone is None and not self._said.choices.round_dates and (rest or seconds % _DAY):
                    raise self._said.fault("dna_without_zone", document=document.id, moment=f"{moment:%Y-%m-%d %H:%M}")
                moment = moment.astimezone(self._zone or UTC)
            else:
                # Version 3 stores local time as if it were UTC.
                moment = moment.replace(tzinfo=self._zone or UTC)
            if moment.hour in _HOURS_OF_MIDNIGHT and (moment.minute, moment.second) == (0, 0):
                self._midnights += 1
                if self._said.choices.round_dates:
                    return _Dated((moment.date() + timedelta(days=1)).isoformat())
            day = moment.date().isoformat()
        except OverflowError:
            return _Dated()
        if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return _Dated(day)
        self._said.notes[
            "Documents with a time of day, used as the time of publication"
            + ("" if self._zone else " in UTC; use --zone for another time zone")
        ] += 1
        return _Dated(day, moment.isoformat())

    def _note_midnights(self, documents: int) -> None:
        """Warn about dates an hour or two before midnight, which count as the previous day."""
        if not self._midnights:
            return
        if self._said.choices.round_dates:
            self._said.notes["Documents of 22:00 or 23:00 rounded to the following day"] = self._midnights
        elif 2 * self._midnights > documents:
            self._said.notes[
                "Documents of 22:00 or 23:00, which are the majority; if the following day is meant, use --round-dates"
            ] = self._midnights

    def _note(self, document: Document, frozen: FrozenText) -> None:
        if frozen.strays:
            self._said.notes["Control characters in texts replaced by spaces"] += frozen.strays
        if frozen.is_counted_otherwise:
            self._said.notes[
                "Texts with line ends, spaces, composed characters or emoji that DNA counts differently, so positions"
                " were moved"
            ] += 1
        if re.search(r"</?(?:p|br|div|span|html)\b[^<>]*>", frozen.body, re.IGNORECASE):
            self._said.notes["Texts with HTML tags, kept unchanged because positions count them"] += 1
        if not document.title.strip():
            self._said.notes["Documents without a title, named by their number"] += 1

    def _known_articles(self, kept: list[_Kept], slugs: Collection[str]) -> dict[int, tuple[str, str]]:
        """Return slug and outlet of each document already in the database, by its slug or by the same source and text.

        Raises:
            NamesakeOfFile: Documents of a file with this name exist, and none of them is in this file.
        """
        rows = self._session.execute(
            SQL["articles_of_texts"],
            {"hashes": [one.sha256 for one in kept]},
        ).all()
        self._refuse_namesake({slug for _, slug, _, _ in rows})
        outlet_of = {slug: outlet for _, slug, outlet, _ in rows}
        same = {(sha256, name): slug for sha256, slug, _, name in rows if slug not in slugs}
        # If both title and source were corrected, the text decides, if exactly one article of the file has it.
        own: dict[str, set[str]] = defaultdict(set)
        for sha256, slug, _, _ in rows:
            if slug not in slugs and slug.startswith(f"{self._said.name}/"):
                own[sha256].add(slug)
        known: dict[int, tuple[str, str]] = {}
        taken: set[str] = set()
        for one in kept:
            found = one.slug if one.slug in outlet_of else same.get((one.sha256, self._called(one.source).lower()))
            if found is None and len(own[one.sha256] - taken) == 1:
                (found,) = own[one.sha256] - taken
            if found is not None:
                taken.add(found)
                known[one.key] = (found, outlet_of[found])
        return known

    def _refuse_namesake(self, known: Collection[str]) -> None:
        prefix = f"{self._said.name}/"
        # Two coders on one project may have read different articles.
        if self._said.choices.coders or any(slug.startswith(prefix) for slug in known):
            return
        has_others: bool = self._session.execute(SQL["has_articles"], {"prefix": prefix}).scalar_one()
        if has_others:
            raise NamesakeOfFile(name=self._said.name)

    def _called(self, source: str) -> str:
        return source or f"{self._said.codebook}, documents without a source"

    def _place_sources(self, sources: Collection[str]) -> dict[str, str]:
        """Return the outlet of each source: an existing outlet with its name, or a new outlet."""
        names = {source: self._called(source) for source in sources}
        rows = self._session.execute(
            SQL["outlets_of_names"],
            {"names": [name.lower() for name in names.values()]},
        )
        at_hand = {name: slug for name, slug, count in rows if count == 1}
        known = {source: at_hand[name.lower()] for source, name in names.items() if name.lower() in at_hand}
        bases = {source: part(name) for source, name in names.items()}
        slugs = settled(self._said, "outlet", bases, known)
        self._new_outlets = {slugs[source]: name for source, name in names.items() if source not in known}
        return slugs

    def outlet_records(self) -> Iterator[Item[OutletRecord]]:
        """Yield a record for each source that is not yet an outlet."""
        for slug, name in sorted(self._new_outlets.items()):
            values = {"slug": slug, "name": name, "kind": self._said.choices.outlet_kind}
            yield self._said.record(OutletRecord, f"source {name}", values)

    def article_records(self) -> Iterator[Item[ArticleRecord]]:
        """Yield one record for each document with a text."""
        for document in self._said.file.documents():
            placed = self.placed.get(document.id)
            if placed is None:
                continue
            kind = self._kinds.get(tidy(document.type).casefold())
            if kind is not None:
                self._said.account.take("type of a document")
            elif document.type.strip():
                self._said.account.leave("type of a document", "not a known kind of article")
            title = tidy(document.title)
            values = {
                "id": placed.slug,
                "outlet": placed.outlet,
                "title": title or f"Document {document.id}",
                "text": FrozenText(document.text).body,
                "byline": tidy(document.author) or None,
                "section": tidy(document.section) or None,
                "published": placed.day,
                "published_at": placed.instant,
                "url": self._take_note(document),
                "language": self._said.choices.language,
                "kind": kind or self._said.choices.article_kind,
                "extractor": f"dna/{self._said.file.version}",
            }
            item = self._said.record(ArticleRecord, f"document {document.id}", values)
            self._said.account.take("document")
            yield replace(item, guessed=frozenset({"title"})) if isinstance(item, Read) and not title else item

    def _find_addresses(self, placed: Mapping[int, Placed]) -> dict[int, str]:
        """Return the URL of each document whose note is just a URL, unless another article has it."""
        noted: dict[str, tuple[int, str]] = {}
        for document in self._said.file.documents():
            note = tidy(document.notes)
            if document.id in placed and _ADDRESS.fullmatch(note) and (key := url_key(note)):
                noted.setdefault(key, (document.id, note))
        rows = self._session.execute(SQL["articles_of_addresses"], {"keys": list(noted)})
        owners: dict[str, str] = {row.url_key: row.slug for row in rows}
        return {
            id_: note for key, (id_, note) in noted.items() if owners.get(key, placed[id_].slug) == placed[id_].slug
        }

    def _take_note(self, document: Document) -> str | None:
        """Count the note of a document, and return it if it is a URL."""
        address = self._addresses.get(document.id)
        if address is not None:
            self._said.account.take("note of a document")
        elif document.notes.strip():
            self._said.account.leave("note of a document", "not the URL of the document, and not supported")
        return address

    def _article_kinds(self) -> dict[str, str]:
        rows = self._session.execute(SQL["article_kinds"]).all()
        return {called.casefold(): code for code, label in rows for called in (code, label)}

    def _checked_zone(self) -> ZoneInfo | None:
        zone = self._said.choices.zone
        if zone is None:
            return None
        try:
            return ZoneInfo(check_zone(zone))
        except ValueError as error:
            raise UsageError(message=str(error)) from None
