"""Protection against text that a spreadsheet would run as a formula."""

from __future__ import annotations

# Spreadsheets in Chinese, Japanese or Korean also accept full-width signs.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def without_formula(text: str) -> str:
    """Return the text for a CSV cell, prefixed with an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_BEGINNINGS) else text
