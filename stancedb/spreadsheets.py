"""What a spreadsheet would run as a formula, and how it is kept from it."""

from __future__ import annotations

# Full-width signs count as the others where a spreadsheet speaks Chinese, Japanese or Korean.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def without_formula(text: str) -> str:
    """Return a text for a cell of CSV, with an apostrophe before it if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_BEGINNINGS) else text
