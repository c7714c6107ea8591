"""Parsing of dates: a printed or typed date becomes EDTF text and a half-open range of days.

The notation is the Extended Date/Time Format of the Library of Congress (https://www.loc.gov/standards/datetime/),
levels 0 to 2 as far as a news archive needs them, and the English phrases that newspapers print. Two conventions are
defined here because no library has them: *early*, *mid* and *late* in a month mean its days 1-10, 11-20 and 21 to the
end, and an unknown end is treated as open, never as an invented date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Literal
from zoneinfo import available_timezones

from stancedb.errors import nearest_of
from stancedb.refusals import FaultError

if TYPE_CHECKING:
    from collections.abc import Iterable

# The periods by which answers and networks can be divided.
Every = Literal["month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class When:
    """A date as precise as it is known: its canonical EDTF text and the days that it may mean.

    Attributes:
        edtf: The canonical EDTF text.
        start: The earliest possible day; None if the start is open.
        end: The day after the latest possible day; None if the end is open or unknown.
        is_approximate: Whether any part is marked ``~`` (approximate), ``?`` (uncertain) or ``%`` (both).
        is_lasting: True if it lasted from start to end, False if it was at a single moment in between.
    """

    edtf: str
    start: date | None
    end: date | None
    is_approximate: bool
    is_lasting: bool

    def daterange(self) -> str:
        """Return the range as a PostgreSQL literal, such as ``[2025-11-07,2025-11-08)``."""
        start = "(" if self.start is None else f"[{self.start}"
        return f"{start},{self.end or ''})"


def parse_when(text: str, *, bounded_start: bool = False) -> When:
    """Read an EDTF date or an English date phrase.

    An instant such as ``2025-11-07T20:30:00+09:00`` becomes the day in its own time zone, not the day in UTC.

    Args:
        text: The text as typed or printed.
        bounded_start: Whether to reject dates without an earliest day, such as ``../2025-11-07``.

    Raises:
        FaultError: The text is not a date, is ambiguous, or is not in the calendar.
    """
    when = _read(text.strip())
    if bounded_start and when.start is None:
        raise FaultError("no_earliest_day", date=text)
    return when


def has_last_day(text: str) -> bool:
    """Return whether a date is lasting and has a known end.

    Raises:
        FaultError: The text is not a date.
    """
    when = parse_when(text)
    return when.is_lasting and when.end is not None


def last_day(end: date | None) -> date | None:
    """Return the last day of a range, given its exclusive end; None for an open end."""
    return end and end - timedelta(days=1)


def check_zone(name: str) -> str:
    """Return the name of an IANA time zone unchanged.

    Raises:
        FaultError: There is no such zone; the message suggests the closest name.
    """
    zones = _zones()
    if name in zones:
        return name
    by_city = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(zones)}
    city = by_city.get(name.rpartition("/")[2].strip().replace(" ", "_").casefold())
    if offered := city or nearest_of(name, sorted(zones)):
        raise FaultError("no_such_zone", zone=name, nearest=offered)
    raise FaultError("nothing_like_a_zone", zone=name)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Return the IANA names, without the system's own ``localtime``."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


# --- EDTF -------------------------------------------------------------------------------------------------------------

_MARK = r"[?~%]?"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = re.compile(
    rf"{_MARK}(?P<year>[0-9X]{{4}}){_MARK}"
    rf"(?:-{_MARK}(?P<month>[0-9X]{{2}}){_MARK}(?:-{_MARK}(?P<day>[0-9X]{{2}}){_MARK})?)?"
)
_INSTANT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_NUMERIC = re.compile(r"(?P<first>[0-9]{1,4})[./-](?P<second>[0-9]{1,4})(?:[./-](?P<third>[0-9]{1,4}))?")
_YEAR_DIGITS = 4
_MAX_YEAR = 9999
_MONTHS_IN_YEAR = 12

# EDTF writes seasons and other parts of a year in place of the month: code, first month, number of months.
# Codes 21-24 do not specify the hemisphere; they are read as northern, and a winter extends into the following year.
_PARTS_OF_YEAR = {
    21: (3, 3),
    22: (6, 3),
    23: (9, 3),
    24: (12, 3),
    # The same, explicitly northern.
    25: (3, 3),
    26: (6, 3),
    27: (9, 3),
    28: (12, 3),
    # Southern spring, summer, autumn, winter.
    29: (9, 3),
    30: (12, 3),
    31: (3, 3),
    32: (6, 3),
    # Quarters, thirds and halves of a year.
    33: (1, 3),
    34: (4, 3),
    35: (7, 3),
    36: (10, 3),
    37: (1, 4),
    38: (5, 4),
    39: (9, 4),
    40: (1, 6),
    41: (7, 6),
}


@lru_cache(maxsize=8192)
def _read(text: str) -> When:
    """Read stripped text as EDTF or, failing that, as a phrase."""
    if _DAY.fullmatch(text):
        return _one_date(text)
    edtf = text.upper()
    if edtf.startswith("[") and edtf.endswith("]"):
        return _one_of_a_set(edtf)
    if _DATE.fullmatch(edtf) or _INSTANT.fullmatch(edtf):
        return _one_date(edtf)
    _refuse_unclear(text)
    if "/" in edtf:
        return _interval(edtf)
    phrase = _edtf_of_phrase(text)
    if phrase is None:
        raise _not_a_date(text)
    return _read(phrase)


def _not_a_date(text: str) -> FaultError:
    return FaultError("several_dates" if text.startswith("{") else "not_a_date", date=text)


def _one_date(text: str) -> When:
    """Read one day, month, season or year, with marks and unspecified digits, or an instant."""
    instant = _INSTANT.fullmatch(text)
    if instant:
        _check_clock(text)
        text = instant["day"]
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise _not_a_date(text)
    first, last = _days_of(text, parts["year"], parts["month"], parts["day"])
    if last == date.max:
        # A range is half-open, so its end would be a day beyond Python's calendar.
        raise FaultError("end_of_calendar", date=text)
    return When(
        edtf=text,
        start=first,
        end=last + timedelta(days=1),
        is_approximate=any(mark in text for mark in "?~%"),
        is_lasting=False,
    )


def _days_of(text: str, year: str, month: str | None, day: str | None) -> tuple[date, date]:
    """Return the first and the last day that a date may mean."""
    if month is not None and month.isdecimal() and int(month) in _PARTS_OF_YEAR:
        if day is not None or not year.isdecimal():
            raise FaultError("season_for_month", date=text)
        first, count = _PARTS_OF_YEAR[int(month)]
        more_years, last = divmod(first + count - 2, _MONTHS_IN_YEAR)
        if int(year) + more_years > _MAX_YEAR:
            raise FaultError("end_of_calendar", date=text)
        earliest = _days_possible(year, f"{first:02d}", None)
        latest = _days_possible(f"{int(year) + more_years:04d}", f"{last + 1:02d}", None)
        days = (earliest[0], latest[1]) if earliest and latest else None
    else:
        days = _days_possible(year, month, day)
    if days is None:
        raise FaultError("no_such_day", date=text)
    return days


def _days_possible(year: str, month: str | None, day: str | None) -> tuple[date, date] | None:
    """Return the earliest and latest day that match the digits, where ``X`` is any digit, or None if no day does."""
    years = _fitting(year, range(1, _MAX_YEAR + 1))
    months = _fitting(month or "XX", range(1, _MONTHS_IN_YEAR + 1))
    days = _fitting(day or "XX", range(1, 32))
    earliest = _first_real(product(years, months, days))
    latest = _first_real(product(reversed(years), reversed(months), reversed(days)))
    return (earliest, latest) if earliest and latest else None


def _fitting(pattern: str, numbers: range) -> list[int]:
    if pattern.isdecimal():
        return [int(pattern)] if int(pattern) in numbers else []
    shape = re.compile(pattern.replace("X", "[0-9]"))
    return [number for number in numbers if shape.fullmatch(f"{number:0{len(pattern)}d}")]


def _first_real(candidates: Iterable[tuple[int, int, int]]) -> date | None:
    for year, month, day in candidates:
        if day <= monthrange(year, month)[1]:
            return date(year, month, day)
    return None


def _check_clock(text: str) -> None:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise FaultError("no_such_time", date=text) from None


def _one_of_a_set(text: str) -> When:
    """Read ``[a..b]``, ``[a,b]``, ``[..b]`` or ``[a..]``: a single day among these."""
    members = ["..".join(end.strip() for end in member.split("..")) for member in text[1:-1].split(",")]
    ranges: list[When] = []
    for member in members:
        first, dots, last = member.partition("..")
        if dots:
            ranges.append(_between(first, last, text, is_lasting=False))
        else:
            ranges.append(_one_date(first))
    starts = [when.start for when in ranges]
    ends = [when.end for when in ranges]
    return When(
        edtf=f"[{','.join(_canonical(member, '..') for member in members)}]",
        start=None if None in starts else min(start for start in starts if start),
        end=None if None in ends else max(end for end in ends if end),
        is_approximate=any(when.is_approximate for when in ranges),
        is_lasting=False,
    )


def _interval(text: str) -> When:
    """Read ``a/b``, ``a/..``, ``a/``, ``../b`` or ``/b``: lasting from the first to the second."""
    first, _, last = (part.strip() for part in text.partition("/"))
    return _between("" if first == ".." else first, "" if last == ".." else last, text, is_lasting=True)


def _between(first: str, last: str, text: str, *, is_lasting: bool) -> When:
    if not first and not last:
        raise FaultError("open_at_both_ends", date=text)
    earlier = _one_date(first) if first else None
    later = _one_date(last) if last else None
    start = earlier.start if earlier else None
    end = later.end if later else None
    if start and end and end <= start:
        raise FaultError("ends_before_start", date=text)
    return When(
        edtf=_canonical(text, "/") if is_lasting else text,
        start=start,
        end=end,
        is_approximate=any(when.is_approximate for when in (earlier, later) if when),
        is_lasting=is_lasting,
    )


def _canonical(text: str, separator: str) -> str:
    """Return the dates on both sides of a separator without spaces and times; open and unknown ends stay distinct."""
    sides = (side.strip() for side in text.split(separator))
    return separator.join(side if side in {"", ".."} else _one_date(side).edtf for side in sides)


def _refuse_unclear(text: str) -> None:
    """Reject digits with separators that are not EDTF, and suggest the dates that may be meant."""
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return
    parts = [part for part in found.groups() if part]
    years = [part for part in parts if len(part) == _YEAR_DIGITS]
    if len(years) == len(parts) or (len(years) > 1 and text.count("/") == 1):
        return  # Two years, such as 2025/2026 or 2025/2026-03, are an interval.
    rest = [f"{int(part):02d}" for part in parts if part not in years]
    is_year_first = parts[0] in years
    orders = [rest] if is_year_first else [rest, rest[::-1]]
    candidates = {"-".join(years + order) for order in orders} if len(years) == 1 else set()
    meant = sorted(candidate for candidate in candidates if _is_plain(candidate))
    code = "date_in_other_form" if is_year_first else "day_or_month"
    raise FaultError(code, date=text, meant=meant or ["year, month and day, such as 2025-11-07"])


def _is_plain(text: str) -> bool:
    parts = _DATE.fullmatch(text)
    return parts is not None and _days_possible(parts["year"], parts["month"], parts["day"]) is not None


# --- Phrases ----------------------------------------------------------------------------------------------------------

_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = {
    name[:length]: number for number, name in enumerate(_MONTH_NAMES.split(), start=1) for length in (3, len(name))
}
_MONTHS["sept"] = 9
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = (
    r"(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)"
    r"(?:(?<=mon|fri|sun)day|(?<=tue)s(?:day)?|(?<=wed)nesday|(?<=thu)r(?:s(?:day)?)?|(?<=sat)urday)?\.?,? (?:the )?)?"
)
_YEAR = "(?P<year>[0-9]{4})"
_ORDINAL = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"

_PHRASE_PARTS = (
    re.compile(rf"(?P<part>early|mid|late)[ -](?:in )?{_MONTH},? {_YEAR}"),
    re.compile(rf"(?P<part>early|mid|late)[ -]{_YEAR}-(?P<month>[0-9]{{2}})"),
)
_PHRASE_DATES = (
    re.compile(rf"{_WEEKDAY}{_ORDINAL}(?: of)?[ -]{_MONTH},?[ -]{_YEAR}"),
    re.compile(rf"{_WEEKDAY}{_MONTH} (?:the )?{_ORDINAL},? {_YEAR}"),
    re.compile(rf"{_MONTH}(?: of)?,? {_YEAR}"),
    re.compile(rf"{_YEAR}(?:-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?)?"),
)
_PHRASE_PREFIX = re.compile(
    r"(?:(?P<since>since)|(?P<around>around|about|circa|ca\.?|c\.|approximately|approx\.?|roughly)|on|in)? ?(?:the )?"
)
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))


def _edtf_of_phrase(phrase: str) -> str | None:
    """Return the EDTF text of an English date phrase, or None if it is not one; the calendar is not checked."""
    text = " ".join(phrase.translate(_DASHES).casefold().split())
    prefix = _PHRASE_PREFIX.match(text)
    if prefix is None:  # pragma: no cover - every part of the pattern is optional.
        return None
    text = text[prefix.end() :]
    is_marked = bool(prefix["since"] or prefix["around"])
    for pattern in () if is_marked else _PHRASE_PARTS:
        if found := pattern.fullmatch(text):
            return _part_of_month(found["part"], found["year"], found["month"])
    for pattern in _PHRASE_DATES:
        if found := pattern.fullmatch(text):
            edtf = _edtf_of_match(found)
            if edtf is None:
                return None
            return edtf + ("/.." if prefix["since"] else "~" if prefix["around"] else "")
    return None


def _month_number(name: str) -> int:
    return _MONTHS[name] if name in _MONTHS else int(name)


def _part_of_month(part: str, year: str, month_name: str) -> str | None:
    month = _month_number(month_name)
    if not int(year) or month not in range(1, _MONTHS_IN_YEAR + 1):
        return None
    first, last = {"early": (1, 10), "mid": (11, 20), "late": (21, monthrange(int(year), month)[1])}[part]
    return f"[{year}-{month:02d}-{first:02d}..{year}-{month:02d}-{last:02d}]"


def _edtf_of_match(found: re.Match[str]) -> str | None:
    """Return the named parts of a phrase as EDTF; None if the printed weekday is wrong for the date."""
    parts = found.groupdict()
    edtf: str = parts["year"]
    if parts["month"]:
        edtf += f"-{_month_number(parts['month']):02d}"
    if parts.get("day"):
        edtf += f"-{int(parts['day']):02d}"
    if parts.get("weekday"):
        try:
            weekday = date.fromisoformat(edtf).weekday()
        except ValueError:
            return edtf  # The calendar has no such day, which is reported when the EDTF is read.
        if _WEEKDAYS[weekday] != parts["weekday"]:
            return None
    return edtf
