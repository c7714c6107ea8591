"""What a web page or a feed entry says about its article, each value with where it was found.

A page is not trusted, so a value is used only if it can be read and can be true: what cannot be read is skipped, and
what cannot be true, such as a future date, is skipped with a note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from stancedb.model.vocabulary import Access
from stancedb.reading.article.moments import Moment, is_later, moment
from stancedb.reading.article.names import LONGEST_NAME, agency_in, names_in, other_than
from stancedb.reading.article.values import ImplausibleError, language_tag, one_line, short, web_address, without_site

T = TypeVar("T")
# Where a value comes from that the page does not state but the extractor or this code works out.
GUESSED, ADDRESS, UNMARKED = "trafilatura", "address", "time, unmarked"
NOT_STATED = {GUESSED: "its text", ADDRESS: "its address", UNMARKED: "its only time"}
_TOLD = (
    "title",
    "standfirst",
    "byline",
    "agency",
    "published",
    "published_at",
    "updated_on",
    "updated_at",
    "language",
    "url",
    "section",
)
_CUT = re.compile(r"\s*(?:\[?(?:\u2026|\.\.\.)\]?)$")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a web page or a feed entry says about its article, as far as it is credible.

    Attributes:
        published: Day by the page's own clock, or the month or year if no day is given, in EDTF; ``published_at`` is
            the instant, if an offset is given.
        guessed_from: What the day was inferred from, if the page does not state it.
        candidates: Values found for each field, by where they were found, so that a wrong choice can be repaired.
        notes: What was skipped because it cannot be true.
    """

    title: str | None = None
    standfirst: str | None = None
    byline: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    published: str | None = None
    published_at: datetime | None = None
    updated_on: str | None = None
    updated_at: datetime | None = None
    language: str | None = None
    url: str | None = None
    section: str | None = None
    access: Access = Access.FULL
    guessed_from: str | None = None
    notes: tuple[str, ...] = ()
    candidates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def fields(self) -> dict[str, object]:
        """Return what was found, by the names of the article fields."""
        found: dict[str, object] = {name: getattr(self, name) for name in _TOLD}
        found["authors"] = [*self.authors]
        return {name: value for name, value in found.items() if value}


class Candidates:
    """The values found for each field, most trusted origin first.

    Args:
        url: URL where the page was found, if known; the base of relative addresses.
    """

    def __init__(self, url: str | None = None) -> None:
        self.found: dict[str, dict[str, str]] = {}
        self.notes: list[str] = []
        self._url = url

    def add(self, name: str, origin: str, value: object) -> None:
        """Add a value, unless it is empty."""
        if line := one_line(value):
            self.found.setdefault(name, {}).setdefault(origin, line)

    def all(self, name: str, read: Callable[[str], T | None], *, of: str | None = None) -> Iterator[tuple[str, T]]:
        """Yield the readable values with their origins, of all origins or of one; note those that cannot be true."""
        for origin, value in self.found.get(name, {}).items():
            if of is not None and origin != of:
                continue
            try:
                result = read(value)
            except ImplausibleError as error:
                self.notes.append(f"{_passed_over(name, value, origin)}{error}")
                continue
            if result is not None:
                yield origin, result

    def first(self, name: str, read: Callable[[str], T | None]) -> T | None:
        """Return the first value that can be read."""
        return next((value for _, value in self.all(name, read)), None)

    def first_url(self) -> str | None:
        """Return the address that the page gives for itself; skip one that is invalid without a note."""
        notes = [*self.notes]
        found = self.first("url", lambda written: web_address(written, self._url))
        self.notes[:] = notes
        return found

    def has(self, *names: str) -> bool:
        """Return whether something was found for every field."""
        return all(name in self.found for name in names)

    def chosen(self, text: str = "") -> Particulars:
        """Choose among what was found.

        Args:
            text: Text of the article, whose first words may name the agency.
        """
        sites = {line for line in self.found.get("site", {}).values() if line}
        titles = {line for line in self.found.get("title", {}).values() if line}
        title = self.first("title", lambda found: short("title", without_site(found, sites, titles)))
        standfirst = self.first("standfirst", lambda found: short("standfirst", found))
        published, published_at, guessed_from = self._moment("published")
        updated_on, updated_at, _ = self._moment("updated")
        if updated_on and len(updated_on) < len("2025-11-25"):
            self.notes.append(f"passed over updated '{updated_on}': the last change must be a day")
            updated_on = updated_at = None
        if updated_on and published and not is_later(updated_on, updated_at, published, published_at):
            updated_on = updated_at = None
        printed = self.first("authors", lambda found: names_in(found) or None) or ()
        authors = self.first("authors", lambda found: other_than(sites, names_in(found)) or None) or ()
        credited = self.found.get("agency", {}).values()
        return Particulars(
            title=title,
            standfirst=standfirst if standfirst != title and not _is_beginning(standfirst, text) else None,
            byline=", ".join(authors or printed) or None,
            authors=authors,
            agency=agency_in([*printed, *authors, *credited], text),
            published=published,
            published_at=published_at,
            updated_on=updated_on,
            updated_at=updated_at,
            language=self.first("language", language_tag),
            url=self.first("url", lambda found: web_address(found, self._url)),
            section=self.first("section", lambda found: short("section", found)),
            access=Access(next(iter(self.found.get("access", {}).values()), Access.FULL)),
            guessed_from=guessed_from,
            notes=tuple(self.notes),
            candidates=self.found,
        )

    def _moment(self, name: str) -> tuple[str | None, datetime | None, str | None]:
        """Return the day of the most trusted date, the instant of the same time, and what the day was inferred from.

        Many pages have a bare local time in one place and the same time with its offset in another.
        """
        read = [*self._moments(name)]
        if not read:
            return None, None, None
        origin, first = read[0]
        if len(first.day) < len("2025-11-25") and origin not in NOT_STATED:
            # One place may give the month, another the day; an inferred date never completes another.
            fits = (found for found in read if found[1].day.startswith(first.day) and found[0] not in NOT_STATED)
            origin, first = max(fits, key=lambda found: len(found[1].day))
        for _, other in read:
            is_same = (other.day, other.clock) == (first.day, first.clock) if first.clock else other.day == first.day
            if other.instant and is_same:
                return first.day, other.instant, NOT_STATED.get(origin)
        return first.day, None, NOT_STATED.get(origin)

    def _moments(self, name: str) -> Iterator[tuple[str, Moment]]:
        """Yield the dates that can be read, and note what was not understood."""
        for origin, value in self.found.get(name, {}).items():
            read = [*self.all(name, moment, of=origin)]
            is_passed_over = self.notes and self.notes[-1].startswith(_passed_over(name, value, origin))
            if not read and not is_passed_over:
                self.notes.append(f"{_passed_over(name, value, origin)}not understood as a date")
            for _, found in read:
                if found.unread:
                    self.notes.append(
                        f"of {name} '{_shown(value)}' ({origin}) not understood: '{found.unread}'; only the day is kept"
                    )
            yield from read


def _is_beginning(standfirst: str | None, text: str) -> bool:
    """Return whether a standfirst is only the first words of the text, cut at some length."""
    if not standfirst or not _CUT.search(standfirst):
        return False
    return " ".join(text.split()).startswith(_CUT.sub("", standfirst))


def _shown(value: str) -> str:
    return value if len(value) <= LONGEST_NAME else f"{value[:LONGEST_NAME]}…"


def _passed_over(name: str, value: str, origin: str) -> str:
    return f"passed over {name} '{_shown(value)}' ({origin}): "
