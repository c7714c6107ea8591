"""Estimate how wide text is and where it breaks, for the widest of the usual fonts, so that nothing is cut off."""

from __future__ import annotations

import unicodedata

# Widths as fractions of the font size, rounded up from DejaVu Sans, which is wider than Arial, Helvetica, Roboto and
# Noto Sans; letters that are not listed are as wide as an n.
_NARROW = frozenset("iljtfrI.,:;'|!()[]- \u2019\u2013")
_WIDE = frozenset("mwMWQO%@\u2014")
_ELLIPSIS = "\u2026"


def width(text: str, size: float) -> float:
    """Return the estimated maximum width of a line in pixels, for a font size in pixels."""
    return sum(map(_share, text)) * size


def wrapped(text: str, size: float, most: float, lines: int = 2) -> list[str]:
    """Break a text into lines of a maximum width in pixels; a text that needs too many lines ends with an ellipsis.

    Chinese and Japanese break between any two characters, other text at spaces, and a word longer than a line anywhere.
    """
    found: list[str] = []
    for word in _words(text):
        if found and width(found[-1] + word.rstrip(), size) <= most:
            found[-1] += word
        else:
            *whole, rest = _pieces(word, size, most)
            found += [*whole, rest]
    found = [line.rstrip() for line in found]
    if len(found) <= lines:
        return found
    last = found[lines - 1]
    while last and width(last + _ELLIPSIS, size) > most:
        last = last[:-1]
    return [*found[: lines - 1], last.rstrip() + _ELLIPSIS]


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction is Arabic, Hebrew or of another right-to-left script."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def _share(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    if unicodedata.east_asian_width(sign) in {"W", "F"}:
        return 1.0
    if sign in _NARROW:
        return 0.4
    if sign in _WIDE or sign.isupper():
        return 0.95 if sign in _WIDE else 0.72
    return 0.64


def _words(text: str) -> list[str]:
    """Return the parts between which a line may break, each with the space after it."""
    words: list[str] = []
    begins = True
    for sign in text:
        is_wide = unicodedata.east_asian_width(sign) in {"W", "F"}
        if begins or is_wide:
            words.append(sign)
        else:
            words[-1] += sign
        begins = sign.isspace() or is_wide
    return words


def _pieces(word: str, size: float, most: float) -> list[str]:
    """Split a word into pieces that fit on a line."""
    pieces = [""]
    for sign in word:
        if pieces[-1] and width((pieces[-1] + sign).rstrip(), size) > most:
            pieces.append("")
        pieces[-1] += sign
    return pieces
