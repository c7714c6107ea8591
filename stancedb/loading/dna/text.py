"""Freeze the text of a Discourse Network Analyzer document, and convert the offsets of its statements.

Like Java, the program counts UTF-16 code units, in the text as displayed: every line ends with a single line feed,
regardless of the file. A frozen text is counted in code points, in Unicode normalization form C, without spaces at the
ends of lines.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate

from stancedb.records.characters import STRAY
from stancedb.spans import Span

_LINE_END = re.compile(r"\r\n?")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")


class FrozenText:
    """The text of one document.

    Args:
        stored: The text as stored in the file.

    Attributes:
        body: The text to freeze, in which control characters are replaced with spaces.
        strays: The number of control characters.
        is_counted_otherwise: Whether any offset in the file differs from the offset in ``body``.
    """

    def __init__(self, stored: str) -> None:
        self._shown, self.strays = STRAY.subn(" ", _LINE_END.sub("\n", stored))
        self._lines = self._shown.split("\n")
        self._tidy = [unicodedata.normalize("NFC", line).rstrip() for line in self._lines]
        # The program counts a byte order mark at the beginning, which does not belong in a text.
        self._tidy[0] = self._tidy[0].removeprefix("\ufeff")
        whole = "\n".join(self._tidy)
        self.body = whole.strip("\n")
        self._before = len(whole) - len(whole.lstrip("\n"))
        self.is_counted_otherwise = self.body != stored or bool(self._beyond)

    def span(self, start: int, stop: int) -> Span | None:
        """Return the span of a marked passage in ``body``, or None if nothing of it is left there."""
        if not 0 <= start < stop <= len(self._shown) + len(self._beyond):
            return None
        if self.body == self._shown and not self._beyond:
            return Span(start, stop)
        begin, end = self._place(self._code_point(start)), self._place(self._code_point(stop), is_end=True)
        return Span(begin, end) if begin < end else None

    def _code_point(self, unit: int) -> int:
        # An offset between the two units of a character counts as before it.
        return unit - bisect_left(self._beyond, unit)

    def _place(self, at: int, *, is_end: bool = False) -> int:
        """Return the offset in ``body`` of a code point of the displayed text."""
        line = bisect_right(self._starts, at) - 1
        shown, column = self._lines[line], at - self._starts[line]
        if shown.isascii() or unicodedata.is_normalized("NFC", shown):
            within = column
        else:
            # A combining mark belongs to the letter before it.
            while is_end and column < len(shown) and unicodedata.combining(shown[column]):
                column += 1
            while not is_end and column and column < len(shown) and unicodedata.combining(shown[column]):
                column -= 1
            within = len(unicodedata.normalize("NFC", shown[:column]))
        if line == 0 and shown.startswith("\ufeff"):
            within = max(0, within - 1)
        place = self._tidy_starts[line] + min(within, len(self._tidy[line])) - self._before
        return min(max(place, 0), len(self.body))

    @cached_property
    def _beyond(self) -> list[int]:
        """The offsets, in UTF-16 units, of characters that take two units."""
        if self._shown.isascii():
            return []
        return [match.start() + number for number, match in enumerate(_BEYOND.finditer(self._shown))]

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self._lines[:-1]), initial=0))

    @cached_property
    def _tidy_starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self._tidy[:-1]), initial=0))
