"""What a web page says of its article: JSON-LD, then meta tags and other marks, each value with where it was found.

A page is written by strangers, so its word is taken only where it can be read and can be true: what cannot be read is
passed over, and what cannot be true, such as a date to come, is passed over with a note.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from stancedb.model.vocabulary import Access
from stancedb.reading.article.markup import without_struck
from stancedb.records.base import LANGUAGE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml has no stubs of its own

T = TypeVar("T")

# Longer than these nothing of its kind was in 257 news pages; a menu or a whole text taken for a name is.
_LONGEST = {"title": 500, "standfirst": 3000, "section": 100, "url": 2000}
_LONGEST_NAME = 100
_MOST_NAMES = 30
# Before this there were no newspapers.
_FIRST_YEAR = 1600


class ImplausibleError(ValueError):
    """A value can be read and cannot be true; the message says why."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a page or the entry of a feed says of its article, as far as it is to be believed.

    Attributes:
        published: The day on the clock of the page, or the month or year where no day is given, in EDTF;
            ``published_at`` is the instant, where an offset is given.
        guessed_from: What the day was made out from, because the page does not state it.
        candidates: For each field the values found, by where they were found, so that a wrong choice can be repaired.
        notes: What was passed over because it cannot be true.
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
        """Return what was found under the names of the fields of an article."""
        found: dict[str, object] = {name: getattr(self, name) for name in _TOLD}
        found["authors"] = [*self.authors]
        return {name: value for name, value in found.items() if value}


_TOLD = (
    "title", "standfirst", "byline", "agency", "published", "published_at", "updated_on", "updated_at", "language",
    "url", "section",
)  # fmt: skip


class Candidates:
    """What was found for each field, the most trusted origin first.

    Args:
        url: Where the page was found, if known; relative addresses start from there.
    """

    def __init__(self, url: str | None = None) -> None:
        self.found: dict[str, dict[str, str]] = {}
        self.notes: list[str] = []
        self._url = url

    def add(self, name: str, origin: str, value: object) -> None:
        """Add a value, if it says anything."""
        if line := one_line(value):
            self.found.setdefault(name, {}).setdefault(origin, line)

    def all(self, name: str, read: Callable[[str], T | None], *, of: str | None = None) -> Iterator[tuple[str, T]]:
        """Give the values that can be read, each with its origin, or that of one; what cannot be true is noted."""
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
        """Return the address that the page gives itself, without a note where it is none."""
        notes = [*self.notes]
        found = self.first("url", lambda written: web_address(written, self._url))
        self.notes[:] = notes
        return found

    def has(self, *names: str) -> bool:
        """Tell whether something was found for each of the fields."""
        return all(name in self.found for name in names)

    def chosen(self, text: str = "") -> Particulars:
        """Choose among what was found.

        Args:
            text: The text of the article, whose first words may name the agency.
        """
        sites = {line for line in self.found.get("site", {}).values() if line}
        titles = {line for line in self.found.get("title", {}).values() if line}
        title = self.first("title", lambda found: _short("title", without_site(found, sites, titles)))
        standfirst = self.first("standfirst", lambda found: _short("standfirst", found))
        published, published_at, guessed_from = self._moment("published")
        updated_on, updated_at, _ = self._moment("updated")
        if updated_on and len(updated_on) < len("2025-11-25"):
            self.notes.append(f"passed over updated '{updated_on}': the last change is kept as a day, and this is none")
            updated_on = updated_at = None
        if updated_on and published and not _is_later(updated_on, updated_at, published, published_at):
            updated_on = updated_at = None
        printed = self.first("authors", lambda found: names_in(found) or None) or ()
        authors = self.first("authors", lambda found: _other_than(sites, names_in(found)) or None) or ()
        credited = self.found.get("agency", {}).values()
        return Particulars(
            title=title,
            standfirst=standfirst if standfirst != title and not _is_beginning(standfirst, text) else None,
            byline=", ".join(authors or printed) or None,
            authors=authors,
            agency=_agency([*printed, *authors, *credited], text),
            published=published,
            published_at=published_at,
            updated_on=updated_on,
            updated_at=updated_at,
            language=self.first("language", _language),
            url=self.first("url", lambda found: web_address(found, self._url)),
            section=self.first("section", lambda found: _short("section", found)),
            access=Access(next(iter(self.found.get("access", {}).values()), Access.FULL)),
            guessed_from=guessed_from,
            notes=tuple(self.notes),
            candidates=self.found,
        )

    def _moment(self, name: str) -> tuple[str | None, datetime | None, str | None]:
        """Return the day of the most trusted date, the instant of the same time, and what it was made out from.

        Many pages have a bare local time in one place and the same time with its offset in another.
        """
        read = [*self._moments(name)]
        if not read:
            return None, None, None
        origin, first = read[0]
        if len(first.day) < len("2025-11-25") and origin not in NOT_STATED:
            # One place may give the month of what another gives the day of; what is made out completes nothing.
            fits = (found for found in read if found[1].day.startswith(first.day) and found[0] not in NOT_STATED)
            origin, first = max(fits, key=lambda found: len(found[1].day))
        for _, other in read:
            is_same = (other.day, other.clock) == (first.day, first.clock) if first.clock else other.day == first.day
            if other.instant and is_same:
                return first.day, other.instant, NOT_STATED.get(origin)
        return first.day, None, NOT_STATED.get(origin)

    def _moments(self, name: str) -> Iterator[tuple[str, Moment]]:
        """Give the dates that can be read, and note what of the others, or of these, cannot."""
        for origin, value in self.found.get(name, {}).items():
            read = [*self.all(name, moment, of=origin)]
            is_passed_over = self.notes and self.notes[-1].startswith(_passed_over(name, value, origin))
            if not read and not is_passed_over:
                self.notes.append(f"{_passed_over(name, value, origin)}not understood as a date")
            for _, found in read:
                if found.unread:
                    self.notes.append(
                        f"of {name} '{_shown(value)}' ({origin}) not understood: '{found.unread}'; no instant is kept"
                    )
            yield from read


# What is made out, where the page says nothing, by the extractor or by us; and from what.
GUESSED, ADDRESS, UNMARKED = "trafilatura", "address", "time, unmarked"
NOT_STATED = {GUESSED: "its text", ADDRESS: "its address", UNMARKED: "its only time"}


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST_NAME else f"{value[:_LONGEST_NAME]}…"


def _passed_over(name: str, value: str, origin: str) -> str:
    return f"passed over {name} '{_shown(value)}' ({origin}): "


# --- Single values ----------------------------------------------------------------------------------------------------

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]{0,300})?/?>")


def one_line(value: object) -> str | None:
    """Return a text of metadata as one line in NFC without references and tags, or None when it says nothing."""
    if not isinstance(value, str):
        return None
    plain = html.unescape(value)
    if "<" in plain:
        plain = _TAG.sub(" ", without_struck(plain))
    # Half a surrogate pair, which JSON can spell, no text can hold.
    printable = "".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in plain)
    return unicodedata.normalize("NFC", " ".join(html.unescape(printable).split())) or None


_CUT = re.compile(r"\s*(?:\[?(?:\u2026|\.\.\.)\]?)$")


def _is_beginning(standfirst: str | None, text: str) -> bool:
    """Whether a standfirst is nothing but the first words of the text, cut where they became too many."""
    if not standfirst or not _CUT.search(standfirst):
        return False
    return " ".join(text.split()).startswith(_CUT.sub("", standfirst))


def _short(name: str, found: str) -> str:
    if len(found) > _LONGEST[name]:
        raise ImplausibleError(f"{len(found)} characters are too many for one")
    return found


_MARKS = (" | ", " - ", " \u2013 ", " \u2014 ", " :: ", " \u00bb ")


def without_site(title: str, sites: Iterable[str], titles: Iterable[str] = ()) -> str:
    """Return a title without what some pages add at its end for search engines: the name of the site, or its section.

    Args:
        title: The title.
        sites: What the site calls itself.
        titles: The titles in other places of the page; one that goes on with a dash or a bar in this one is the title.
    """
    whole = title.casefold()
    shorter = [
        other for other in titles for mark in _MARKS if other != title and whole.startswith(f"{other}{mark}".casefold())
    ]
    if shorter:
        return min(shorter, key=len)
    for site in sites:
        for mark in _MARKS:
            if whole.endswith(f"{mark}{site}".casefold()):
                return title[: -len(mark) - len(site)].strip() or title
    return title


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as it is written.

    Attributes:
        day: The day in ISO form, or the month or year where no day is given.
        clock: The time on the clock there, if any.
        instant: The instant, if it has an offset.
        unread: What of it is not understood, such as the name of a zone.
    """

    day: str
    clock: str | None
    instant: datetime | None
    unread: str | None = None


_DATE = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2}(?:[.,]\d+)?)?)"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?P<named>[A-Z]{2,5})?(?:\[[\w/]+\])?)?",
    re.ASCII | re.IGNORECASE,
)
# Without a day, or with one of zero, as some databases write what they do not know.
_PARTIAL = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.]00)?)?|(?P<month_first>\d{1,2})/(?P<last>\d{4})", re.ASCII
)
# As Java prints a date; the zone is a mere name.
_JAVA_DATE = re.compile(
    r"[A-Z][a-z]{2} (?P<date>[A-Z][a-z]{2} \d{1,2}) (?P<time>[\d:]{8}) (?P<zone>[A-Z]{3,5}) (?P<year>\d{4})", re.ASCII
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_LONG_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
# RFC 822 has two digits of year, RFC 2822 four and its forerunners three; English prose names the month first.
_MAIL_DATE = re.compile(
    rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?(?:(?P<day>\d{{1,2}})[\s-]+{_MONTH}[\s-]+(?P<year>\d{{2,4}})"
    rf"|{_MONTH.replace('month', 'named_first')}\s+(?P<day_second>\d{{1,2}}),?\s+(?P<long_year>\d{{4}}))"
    r"(?:,?\s+(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2})?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>[+-]\d{4}|[A-Za-z]{1,5})?\s*(?:\(.{0,40}\))?)?",
    re.ASCII,
)
_NAMED_MONTH = re.compile(rf"{_MONTH}\s+(?P<year>\d{{4}})", re.ASCII)
# The zones that RFC 822 knows by name; every other name means several zones, or none.
_ZONES = {
    "UT": 0,
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
# The two digits of a year from which on it is of the last century (RFC 2822, 4.3).
_LAST_CENTURY = 50


def moment(written: str) -> Moment | None:
    """Read a date as pages and feeds write it: ISO 8601, what is close to it, RFC 822 or 2822, or an English date.

    A date without an offset stays a day, and one without a day a month or a year: nothing is completed. A zone that is
    only named, such as CET, is taken for none.

    Raises:
        ImplausibleError: It is a date that no article can have.
    """
    written = written.strip()
    found = _iso_moment(written) or _mail_moment(written)
    if found is None:
        return _partial_moment(written)
    read, has_time, unread = found
    _refuse_implausible(read, is_day=True)
    clock = read.time().isoformat("seconds") if has_time else None
    return Moment(read.date().isoformat(), clock, read if read.tzinfo else None, unread)


def _refuse_implausible(read: datetime, *, is_day: bool) -> None:
    if read.year < _FIRST_YEAR or (is_day and (read.year, read.month, read.day) == (1970, 1, 1)):
        raise ImplausibleError("no article is of that day")
    # A day begins up to fourteen hours before it does in UTC.
    latest = datetime.now(UTC) + timedelta(days=1)
    if (read if read.tzinfo else read.replace(tzinfo=UTC)) > latest:
        raise ImplausibleError("this day is still to come")


# A date, whether it has a time, and what of it is not understood.
_Read = tuple[datetime, bool, str | None]


def _iso_moment(written: str) -> _Read | None:
    found = _DATE.fullmatch(written)
    try:
        if found is None:
            # A week is no day, though its first day is read for it.
            if re.fullmatch(r"\d{4}-?W\d{2}", written):
                return None
            return datetime.fromisoformat(written), bool(":" in written or re.search(r"\dT\d", written)), None
        day = f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}"
        clock = _clock(found["hour"], found["rest"], found["half"]) if found["hour"] else "00:00"
        zone = found["zone"] or ""
        zone = "+00:00" if zone.upper() in {"Z", "UTC", "GMT"} else zone
        return datetime.fromisoformat(f"{day}T{clock}{zone}"), bool(found["hour"]), found["named"]
    except ValueError:
        return None


def _clock(hour: str, rest: str, half: str | None) -> str:
    """Write a time in 24 hours; one of half a day has twelve, of which the last comes first."""
    if half is None:
        return f"{hour:0>2}{rest}"
    if not 1 <= int(hour) <= _HOURS_IN_HALF:
        raise ValueError
    return f"{int(hour) % _HOURS_IN_HALF + _HOURS_IN_HALF * (half[0].lower() == 'p'):02d}{rest}"


_HOURS_IN_HALF = 12


def _mail_moment(written: str) -> _Read | None:
    if java := _JAVA_DATE.fullmatch(written):
        month, day = java["date"].split()
        written = f"{day} {month} {java['year']} {java['time']} {java['zone']}"
    found = _MAIL_DATE.fullmatch(written)
    month_number = _month_number((found["month"] or found["named_first"]) if found else "")
    if found is None or month_number is None:
        return None
    year = int(found["year"] or found["long_year"])
    if len(found["year"] or "") < len("2025") and found["year"]:
        year += 2000 if year < _LAST_CENTURY else 1900
    zone, hours = found["zone"] or "", _ZONES.get((found["zone"] or "").upper())
    # As in mail, "-0000" says that nothing is said of the zone.
    offset = zone if zone[:1] in {"+", "-"} and zone != "-0000" else ""
    if hours is not None and not java:
        offset = f"{hours:+03d}00"
    unread = zone if zone and not offset and zone != "-0000" else None
    day = f"{year:04d}-{month_number:02d}-{found['day'] or found['day_second']:0>2}"
    try:
        clock = _clock(found["hour"], found["rest"], found["half"]) if found["hour"] else "00:00"
        return datetime.fromisoformat(f"{day}T{clock}{offset}"), bool(found["hour"]), unread
    except ValueError:
        return None


def _month_number(name: str) -> int | None:
    """Return the number of a month by its English name, whole or cut after three letters or four."""
    number = _MONTHS.get(name[:3].lower())
    return number if number and _LONG_MONTHS[number - 1].startswith(name.lower()) else None


def _partial_moment(written: str) -> Moment | None:
    """Read a month or a year, which stays one."""
    found, named = _PARTIAL.fullmatch(written), _NAMED_MONTH.fullmatch(written)
    if found:
        year, month = found["year"] or found["last"], int(found["month"] or found["month_first"] or 0)
        has_month = month > 0
    elif named and (month := _month_number(named["month"]) or 0):
        year, has_month = named["year"], True
    else:
        return None
    try:
        first = datetime(int(year), month if has_month else 1, 1)  # noqa: DTZ001 - a month has no zone
    except ValueError:
        return None
    _refuse_implausible(first, is_day=False)
    return Moment(f"{year}-{month:02d}" if has_month else year, None, None)


def _is_later(day: str, at: datetime | None, than_day: str, than: datetime | None) -> bool:
    """Whether a change came after the publication; many pages give one date for both."""
    return at > than if at and than else day > than_day or (day == than_day and at is not None)


# Countries that pages name for languages, and the long codes for which BCP 47 has short ones.
_MISSPELT = {
    "cn": "zh", "cz": "cs", "dk": "da", "gr": "el", "jp": "ja", "kr": "ko", "ua": "uk",
    "deu": "de", "ger": "de", "eng": "en", "fra": "fr", "fre": "fr", "ita": "it", "jpn": "ja", "kor": "ko", "por": "pt",
    "rus": "ru", "spa": "es", "zho": "zh", "chi": "zh",
}  # fmt: skip


def _language(written: str) -> str | None:
    """Return a tag of BCP 47 in its usual spelling; what says that the language is not known is none."""
    tag = written.strip().replace("_", "-")
    if not re.fullmatch(LANGUAGE_PATTERN, tag):
        return None
    first, *others = tag.split("-")
    if first.lower() in {"und", "mul", "zxx"}:
        return None
    first = _MISSPELT.get(first.lower(), first)
    spelled = [
        part.upper() if len(part) == len("US") else part.title() if len(part) == len("Hant") else part
        for part in others
    ]
    return "-".join([first.lower(), *spelled])


def web_address(written: str, fetched: str | None) -> str | None:
    """Return an address of the web; one on another host than the page was fetched from is not believed.

    Raises:
        ImplausibleError: It is the address of a whole site.
    """
    try:
        address = urlsplit(written)
        expected = urlsplit(fetched).hostname if fetched else None
        hostname = address.hostname
    except ValueError:
        return None
    if address.scheme not in {"http", "https"} or not hostname:
        return None
    if expected is not None and _site(hostname) != _site(expected):
        return None
    if not address.path.strip("/") and not address.query and written != fetched:
        raise ImplausibleError("it is the address of the whole site")
    return _short("url", written)


def _site(host: str) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", host.lower())


# --- Names ------------------------------------------------------------------------------------------------------------

_BETWEEN_NAMES = re.compile(r"\s*[;|•、]\s*|\n")
_AND = re.compile(r"\s+(?:and|und|et|og|och|&)\s+")
_COMMA = re.compile(r"\s*,\s+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.ASCII)
_NO_NAMES = {"admin", "administrator", "author", "null", "none", "undefined", "unknown", "n/a", "nan", "false", "true"}


def names_in(written: str) -> tuple[str, ...]:
    """Take the names of authors apart, and leave out what is none: addresses, placeholders, whole sentences.

    A comma or an "and" divides two names only where both have two words: "Roe, Jane" is one.
    """
    names: dict[str, str] = {}
    for piece in _BETWEEN_NAMES.split(written):
        for said in _divided(_AND, re.sub(r"^by\s+", "", piece, flags=re.IGNORECASE)):
            for part in _divided(_COMMA, said):
                name = _ASIDE.sub("", part).strip(" ,:/-")
                if _is_name(name):
                    names.setdefault(name.casefold(), name)
    return tuple(names.values())[:_MOST_NAMES]


def _divided(mark: re.Pattern[str], written: str) -> list[str]:
    parts = mark.split(written)
    return parts if all(" " in part.strip() or part.strip() in _AGENCY_NAMED for part in parts) else [written]


def _other_than(sites: Iterable[str], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names, unless all of them are those of the site, which has no author to tell then."""
    folded = {site.casefold() for site in sites}
    return names if any(name.casefold() not in folded for name in names) else ()


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= _LONGEST_NAME
        and "://" not in name
        and "@" not in name
        and not _DOMAIN.fullmatch(name)
        and name.casefold() not in _NO_NAMES
        and any(map(str.isalpha, name))
    )


# The names by which agencies are credited; the short ones are read in this spelling alone.
_AGENCIES = {
    "AAP": ("AAP", "Australian Associated Press"),
    "Anadolu": ("Anadolu Agency", "Anadolu"),
    "ANSA": ("ANSA",),
    "AP": ("AP", "Associated Press", "The Associated Press"),
    "APA": ("APA", "Austria Presse Agentur"),
    "AFP": ("AFP", "Agence France-Presse", "Agence France Presse"),
    "Belga": ("Belga",),
    "CNA": ("Central News Agency", "中央社"),
    "Canadian Press": ("The Canadian Press", "Canadian Press"),
    "dpa": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press",),
    "Interfax": ("Interfax",),
    "Jiji Press": ("Jiji Press", "時事通信", "時事通信社"),
    "Kyodo News": ("Kyodo", "Kyodo News", "共同通信", "共同通信社", "共同"),
    "Lusa": ("Lusa",),
    "NTB": ("NTB",),
    "PA Media": ("PA Media", "Press Association"),
    "PAP": ("PAP",),
    "PTI": ("PTI", "Press Trust of India"),
    "Reuters": ("Reuters", "Reuters Staff", "REUTERS"),
    "Ritzau": ("Ritzau",),
    "SDA": ("SDA", "Keystone-SDA"),
    "SID": ("SID",),
    "TASS": ("TASS", "\u0422\u0410\u0421\u0421"),
    "UPI": ("UPI", "United Press International"),
    "Xinhua": ("Xinhua", "新华社", "新華社"),
    "Yonhap": ("Yonhap", "Yonhap News Agency", "연합뉴스"),
}
_AGENCY_NAMED = {name: agency for agency, names in _AGENCIES.items() for name in names}
_ANY_AGENCY = "|".join(map(re.escape, sorted(_AGENCY_NAMED, key=len, reverse=True)))
_DATELINE = re.compile(rf"[(\uff08]({_ANY_AGENCY})(?:/({_ANY_AGENCY}))?[)\uff09]\s*[-\u2013\u2014\u2015:]")
_HEAD = 300


def _agency(credited: Iterable[str], text: str) -> str | None:
    """Return the agencies that are credited by name, or else named in the dateline: "TOKYO (AP) —"."""
    pieces = [piece.strip() for name in credited for piece in re.split(r"[/,]|\s+(?:and|und|et|with|mit)\s+", name)]
    named = [_AGENCY_NAMED[piece] for piece in pieces if piece in _AGENCY_NAMED]
    if not named and (found := _DATELINE.search(text[:_HEAD])):
        named = [_AGENCY_NAMED[name] for name in found.groups() if name]
    return ", ".join(dict.fromkeys(named)) or None


# --- Where to look ----------------------------------------------------------------------------------------------------


def collect(tree: HtmlElement, url: str | None = None) -> Candidates:
    """Collect what a parsed page says of its article; the tree stays as it is.

    Args:
        tree: The page.
        url: Where it was found, if known.
    """
    candidates = Candidates(url)
    said = _said_by_tags(tree)
    base = url or next((link.get("href") for link in tree.iter("base") if link.get("href")), None)
    base = base or "".join(said.get("og:url", [])[:1])
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            candidates.add("url", "canonical", _joined(base, link.get("href")))
    _collect_linked_data(tree, candidates)
    _collect_marks(tree, said, candidates)
    return candidates


def _joined(base: str | None, written: str | None) -> str | None:
    try:
        return urljoin(base or "", written or "") if written else None
    except ValueError:
        return None


def _collect_linked_data(tree: HtmlElement, candidates: Candidates) -> None:
    """Take what the JSON-LD of a page says of its article (https://schema.org/NewsArticle)."""
    nodes = [*_nodes(tree)]
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    for node in _of_the_article([node for node in nodes if _is_a(node, "Article", "BlogPosting")]):
        for name, key in _LINKED.items():
            candidates.add(name, "json-ld", _first_text(node.get(key)))
        candidates.add("title", "json-ld", _first_text(node.get("name")))
        candidates.add("authors", "json-ld", "; ".join(_names(node.get("author") or node.get("creator"), known)))
        candidates.add("site", "json-ld", "; ".join(_names(node.get("publisher"), known)))
        for key in ("sourceOrganization", "creditText", "provider"):
            candidates.add("agency", f"json-ld {key}", "; ".join(_names(node.get(key), known)))
        page = node.get("mainEntityOfPage")
        candidates.add("url", "json-ld mainEntityOfPage", page.get("@id") if isinstance(page, dict) else page)
        if str(node.get("isAccessibleForFree")).rpartition("/")[2].lower() == "false":
            candidates.add("access", "json-ld", Access.EXCERPT)
    for node in nodes:
        if _is_a(node, "WebPage"):
            for name in ("published", "updated", "language"):
                candidates.add(name, "json-ld page", _first_text(node.get(_LINKED[name])))


_LINKED = {
    "title": "headline",
    "standfirst": "description",
    "published": "datePublished",
    "updated": "dateModified",
    "language": "inLanguage",
    "section": "articleSection",
    "url": "url",
}


def _first_text(value: object) -> str | None:
    """Return a text, the first of a list, or what an object calls itself."""
    if isinstance(value, list):
        return next((text for one in value if (text := _first_text(one))), None) if len(value) < _MOST_NODES else None
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name") or value.get("@value")
    if isinstance(value, int) and not isinstance(value, bool):
        # A year may stand there without quotes.
        return str(value)[:_LONGEST_NAME]
    return value if isinstance(value, str) else None


_MOST_NODES = 1000
# How many lists and objects names may stand in.
_DEEPEST = 32
_LD_WRAPPING = re.compile(r"^\s*(?://)?\s*(?:<!--|<!\[CDATA\[)|(?://)?\s*(?:-->|\]\]>)\s*$")
_LD_COMMA = re.compile(r",(\s*[}\]])")


def _nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Give the objects of the JSON-LD of a page, those in lists, in ``@graph`` and in ``mainEntity`` too."""
    count = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting = deque([_json(script.text or "")])
        while waiting and count < _MOST_NODES:
            count += 1
            node = waiting.popleft()
            if isinstance(node, list):
                waiting.extend(node)
            elif isinstance(node, dict):
                yield node
                waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _json(written: str) -> object:
    """Read JSON as pages have it; when it is broken, once more without what most often breaks it."""
    bare = _LD_WRAPPING.sub("", written).strip().rstrip(";")
    for read in (bare, _LD_COMMA.sub(r"\1", bare)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(read)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _is_a(node: Mapping[str, Any], *endings: str) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(endings) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _of_the_article(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first article that a page describes, and further descriptions of the same one.

    A page may describe the articles it links to as well, and their authors are not those of this one.
    """
    if not nodes:
        return []
    title = one_line(nodes[0].get("headline") or nodes[0].get("name"))
    others = [node for node in nodes[1:] if one_line(node.get("headline") or node.get("name")) in {title, None}]
    return [nodes[0], *others]


def _names(value: object, known: Mapping[str, Mapping[str, Any]], depth: int = 0) -> Iterator[str]:
    """Give the names of persons and organisations; some pages put addresses where names belong."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value[:_MOST_NODES]:
            yield from _names(one, known, depth + 1)
    elif isinstance(value, dict):
        named = value if "name" in value else known.get(str(value.get("@id")), {})
        yield from _names(named.get("name"), known, depth + 1)
    elif isinstance(value, str) and value.strip() and "://" not in value:
        yield value.strip()


_META = {
    "title": ("og:title", "twitter:title", "citation_title", "parsely-title", "dc.title", "dcterms.title"),
    "standfirst": ("og:description", "description", "twitter:description", "dc.description"),
    "published": (
        "article:published_time",
        "article:published",
        "og:article:published_time",
        "datepublished",
        "date",
        "pubdate",
        "publish-date",
        "publish_date",
        "publication_date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "parsely-pub-date",
        "sailthru.date",
        "citation_publication_date",
        "citation_date",
    ),
    "updated": (
        "article:modified_time",
        "article:modified",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "dcterms.modified",
        "dc.date.modified",
    ),
    "language": ("og:locale", "content-language", "dc.language", "citation_language"),
    "section": ("article:section", "parsely-section", "sailthru.section", "section"),
    "url": ("og:url", "parsely-link"),
    "site": ("og:site_name", "application-name", "citation_journal_title"),
    "agency": ("agency", "news_agency", "article:agency", "source", "dc.source", "citation_publisher"),
}
_AUTHORS = ("citation_author", "author", "article:author", "byl", "parsely-author", "sailthru.author", "dc.creator")


def _said_by_tags(tree: HtmlElement) -> dict[str, list[str]]:
    """Return what the meta tags say, by their names in small letters."""
    said: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        content = meta.get("content") or ""
        if content.strip():
            said.setdefault(name.lower(), []).append(content)
    return said


def _collect_marks(tree: HtmlElement, said: Mapping[str, list[str]], candidates: Candidates) -> None:
    """Take what meta tags, the head line and other marks of a page say."""
    candidates.add("language", "html", tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    for name, keys in _META.items():
        for key in keys:
            for value in said.get(key, ())[:1]:
                candidates.add(name, key, value)
    for key in _AUTHORS:
        if names_in("; ".join(said.get(key, ()))):
            candidates.add("authors", key, "; ".join(said[key]))
    if "locked" in [value.lower() for value in said.get("article:content_tier", ())]:
        candidates.add("access", "article:content_tier", Access.EXCERPT)
    headings = [heading for heading in tree.iter("h1") if one_line(heading.text_content())]
    if len(headings) == 1:
        candidates.add("title", "h1", headings[0].text_content())
    _collect_times(tree, candidates)


def _collect_times(tree: HtmlElement, candidates: Candidates) -> None:
    for time in tree.iter("time"):
        what = "datepublished" if time.get("pubdate") is not None else (time.get("itemprop") or "").lower()
        if what in _TIMES:
            candidates.add(_TIMES[what], "time", time.get("datetime"))
    unmarked = {time.get("datetime") for time in tree.iter("time") if time.get("datetime")}
    if len(unmarked) == 1:
        candidates.add("published", UNMARKED, unmarked.pop())


_TIMES = {"datepublished": "published", "datemodified": "updated"}
