"""Check whether a page states a date that was inferred from it: extractors complete dates from the current day."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_TAG = re.compile(r"<[^<>]{0,2000}>")
_WORD = r"[^\W\d_]{1,15}"
_GAP = r"[\s.,]{1,3}"
_MONTHS = (
    r"jan(?:uary)?",
    r"feb(?:ruary)?",
    r"mar(?:ch)?",
    r"apr(?:il)?",
    r"may",
    r"june?",
    r"july?",
    r"aug(?:ust)?",
    r"sept?(?:ember)?",
    r"oct(?:ober)?",
    r"nov(?:ember)?",
    r"dec(?:ember)?",
)
# Where a URL contains the day of an article, or only the month.
_IN_ADDRESS = re.compile(r"/((?:19|20)\d{2})[/-](\d{1,2})(?:[/-](\d{1,2}))?(?=[/-]|$)", re.ASCII)


def as_stated(made_out: str, markup: str) -> str | None:
    """Return how much of an inferred day the page states: the day, its month, or nothing.

    Args:
        made_out: Day in ISO form.
        markup: The page, with its URL.
    """
    try:
        day = date.fromisoformat(made_out)
    except ValueError:
        return None
    text = _TAG.sub(" ", markup)
    whole, month = _shapes(day)
    if whole.search(markup) or whole.search(text):
        return made_out
    return f"{day:%Y-%m}" if month.search(markup) or month.search(text) else None


@lru_cache(maxsize=1024)
def _shapes(day: date) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns in which pages write a day, and those in which they write its month."""
    year, short, month, number = f"{day:%Y}", f"{day:%y}", f"0?{day.month}", f"0?{day.day}"
    words = rf"(?:{_WORD}{_GAP}){{1,3}}"
    whole = (
        rf"(?<!\d){year}([-/._])(?:{month})\1(?:{number})(?!\d)",
        rf"(?<!\d){day:%Y%m%d}(?!\d)",
        rf"(?<!\d){year}\s?[年년]\s?{month}\s?[月월]\s?{number}(?!\d)",
        # The day or the month first, with a four-digit or two-digit year.
        rf"(?<![\d/.-])(?:(?:{number})([-/._])\s?(?:{month})\2|(?:{month})([-/._])\s?(?:{number})\3)\s?(?:{year}|{short})(?!\d)",
        # With the name of the month, in the order of most languages, of American English, and of Hungarian.
        rf"(?<!\d){number}(?:st|nd|rd|th|er|\.|º|ª|-)?[\s.,]{{0,3}}{words}'?{year}(?!\d)",
        rf"(?<!\w){_WORD}\.?\s{{1,3}}{number}(?:st|nd|rd|th)?{_GAP}{year}(?!\d)",
        rf"(?<!\d){year}{_GAP}{words}{number}(?!\d)",
    )
    named = _MONTHS[day.month - 1]
    partial = (
        rf"(?<!\d){year}[-/._](?:{month})(?![-/._]?\d)",
        rf"(?<![\d/.-]){month}[-/.]{year}(?!\d)",
        rf"(?<!\d){year}\s?[年년]\s?{month}\s?[月월]",
        rf"(?<!\w){named}\.?,?\s{{1,3}}{year}(?!\d)",
    )
    return re.compile("|".join(whole), re.IGNORECASE), re.compile("|".join(partial), re.IGNORECASE)


def in_address(address: str | None) -> str | None:
    """Return the day in the URL of a page, or the month if there is no day; the last if there are several."""
    for year, month, day in reversed(_IN_ADDRESS.findall(address or "")):
        written = "-".join(part.zfill(2) for part in (year, month, day) if part)
        try:
            date.fromisoformat(written if day else f"{written}-01")
        except ValueError:
            continue
        return written
    return None
