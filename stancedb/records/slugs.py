"""Derive slugs from titles, file names and names of people."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST_SLUG = 100
# Letters that do not decompose into a letter and an accent, with their usual ASCII equivalents.
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)


def without_accents(words: str) -> str:
    """Return text in lower case without accents; non-Latin characters are kept."""
    folded = unicodedata.normalize("NFKD", words.casefold()).translate(_LATIN)
    return "".join(character for character in folded if not unicodedata.combining(character))


def slugify(words: str, *, text: str = "") -> str:
    """Return a slug for a title or a file name.

    Accents are removed. If letters without an ASCII equivalent are lost, as in a Chinese title, a short hash of the
    text (or else of the words) is appended to the rest, or to "text".
    """
    base = without_accents(words)
    slug = "-".join(re.findall(r"[a-z0-9]+", base))
    if len(slug) > LONGEST_SLUG:
        slug = slug[:LONGEST_SLUG].rpartition("-")[0] or slug[:LONGEST_SLUG]
    if slug and not any(character.isalpha() and not character.isascii() for character in base):
        return slug
    digest = hashlib.sha256((text or words).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{slug or 'text'}-{digest}"
