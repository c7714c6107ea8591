"""Parse dates as pages and feeds write them: a day, a month or a year, and an instant if an offset is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from stancedb.reading.article.values import ImplausibleError

# No newspaper is older than this year.
_FIRST_YEAR = 1600
_DATE = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2}(?:[.,]\d+)?)?)"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?(?P<named>[A-Z]{2,5})?(?:\[[\w/]+\])?)?",
    re.ASCII | re.IGNORECASE,
)
# Without a day, or with day zero, as some databases write what they do not know.
_PARTIAL = re.compile(
    r"(?P<year>\d{4})(?:[-/.](?P<month>\d{1,2})(?:[-/.]00)?)?|(?P<month_first>\d{1,2})/(?P<last>\d{4})", re.ASCII
)
# As Java prints a date; the zone is only a name.
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
# RFC 822 has two-digit years, RFC 2822 four digits and its predecessors three; English prose puts the month first.
_MAIL_DATE = re.compile(
    rf"(?:[A-Za-z]{{3,9}}\.?,?\s+)?(?:(?P<day>\d{{1,2}})[\s-]+{_MONTH}[\s-]+(?P<year>\d{{2,4}})"
    rf"|{_MONTH.replace('month', 'named_first')}\s+(?P<day_second>\d{{1,2}}),?\s+(?P<long_year>\d{{4}}))"
    r"(?:,?\s+(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2})?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>[+-]\d{4}|[A-Za-z]{1,5})?\s*(?:\(.{0,40}\))?)?",
    re.ASCII,
)
_NAMED_MONTH = re.compile(rf"{_MONTH}\s+(?P<year>\d{{4}})", re.ASCII)
# The zones that RFC 822 names; every other name means several zones, or none.
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
# The first two-digit year that belongs to the last century (RFC 2822, 4.3).
_LAST_CENTURY = 50
_HOURS_IN_HALF = 12
# A date, whether it has a time, and what was not understood.
_Read = tuple[datetime, bool, str | None]


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as written.

    Attributes:
        day: Day in ISO form, or the month or year if no day is given.
        clock: Local time, if given.
        instant: Instant, if an offset is given.
        unread: What was not understood, such as the name of a zone.
    """

    day: str
    clock: str | None
    instant: datetime | None
    unread: str | None = None


def moment(written: str) -> Moment | None:
    """Parse a date as pages and feeds write it: ISO 8601 and its variants, RFC 822 or 2822, or an English date.

    A date without an offset stays a day, and one without a day stays a month or a year: nothing is completed. A zone
    given only by name, such as CET, is ignored.

    Raises:
        ImplausibleError: No article can have this date.
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
        raise ImplausibleError("no article can have that date")
    # A day begins up to fourteen hours earlier than in UTC.
    latest = datetime.now(UTC) + timedelta(days=1)
    if (read if read.tzinfo else read.replace(tzinfo=UTC)) > latest:
        raise ImplausibleError("this date is in the future")


def _iso_moment(written: str) -> _Read | None:
    found = _DATE.fullmatch(written)
    try:
        if found is None:
            # A week is not a day, although it is parsed as its first day.
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
    """Write a time in 24 hours; on a 12-hour clock, 12 comes before 1."""
    if half is None:
        return f"{hour:0>2}{rest}"
    if not 1 <= int(hour) <= _HOURS_IN_HALF:
        raise ValueError
    return f"{int(hour) % _HOURS_IN_HALF + _HOURS_IN_HALF * (half[0].lower() == 'p'):02d}{rest}"


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
    # As in mail, "-0000" says nothing about the zone.
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
    """Return the number of a month by its English name, in full or cut after three or four letters."""
    number = _MONTHS.get(name[:3].lower())
    return number if number and _LONG_MONTHS[number - 1].startswith(name.lower()) else None


def _partial_moment(written: str) -> Moment | None:
    """Parse a month or a year, and keep it as such."""
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


def is_later(day: str, at: datetime | None, than_day: str, than: datetime | None) -> bool:
    """Return whether a change came after the publication; many pages give one date for both."""
    return at > than if at and than else day > than_day or (day == than_day and at is not None)
