"""Read single metadata values as pages and feeds write them; skip values that cannot be true."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

from stancedb.reading.article.markup import without_struck
from stancedb.records.base import LANGUAGE_PATTERN

# No value was longer than these in 257 news pages; a menu or a whole text mistaken for a name is.
_LONGEST = {"title": 500, "standfirst": 3000, "section": 100, "url": 2000}
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]{0,300})?/?>")
_MARKS = (" | ", " - ", " \u2013 ", " \u2014 ", " :: ", " \u00bb ")
# Countries that pages give as languages, and the long codes for which BCP 47 has short ones.
_MISSPELT = {
    "cn": "zh",
    "cz": "cs",
    "dk": "da",
    "gr": "el",
    "jp": "ja",
    "kr": "ko",
    "ua": "uk",
    "deu": "de",
    "ger": "de",
    "eng": "en",
    "fra": "fr",
    "fre": "fr",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "por": "pt",
    "rus": "ru",
    "spa": "es",
    "zho": "zh",
    "chi": "zh",
}


class ImplausibleError(ValueError):
    """A value can be read but cannot be true; the message says why."""


def one_line(value: object) -> str | None:
    """Return a metadata text as one line in NFC without references and tags, or None if it is empty."""
    if not isinstance(value, str):
        return None
    plain = html.unescape(value)
    if "<" in plain:
        plain = _TAG.sub(" ", without_struck(plain))
    # No text can hold half a surrogate pair, which JSON can spell.
    printable = "".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in plain)
    return unicodedata.normalize("NFC", " ".join(html.unescape(printable).split())) or None


def short(name: str, found: str) -> str:
    """Return the value of a field if it is not too long to be one.

    Raises:
        ImplausibleError: It is too long.
    """
    if len(found) > _LONGEST[name]:
        raise ImplausibleError(f"{len(found)} characters are too many")
    return found


def without_site(title: str, sites: Iterable[str], titles: Iterable[str] = ()) -> str:
    """Return a title without the site or section name that some pages append for search engines.

    Args:
        title: The title.
        sites: Names that the site gives itself.
        titles: Titles elsewhere on the page; one that this title continues with a dash or a bar is the title.
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


def language_tag(written: str) -> str | None:
    """Return a BCP 47 tag in its usual spelling, or None if it says that the language is unknown."""
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
    """Return a web address, or None if it is invalid or on another host than the page was fetched from.

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
    return short("url", written)


def _site(host: str) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", host.lower())
