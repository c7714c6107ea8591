"""The text of a document of Discourse Network Analyzer as it is frozen, and where its statements stand in that.

The program counts units of UTF-16, as Java does, in the text as its window shows it: every line ends with one line
feed, whatever the file has. A frozen text is counted in code points, in Unicode normal form C, without blanks at the
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
    """One text.

    Args:
        stored: The text as it stands in the file.

    Attributes:
        body: The text to freeze. Control characters, which no frozen text holds, are spaces in it.
        strays: How many control characters there were.
        is_counted_otherwise: Whether some place in it has another number there than here.
    """

    def __init__(self, stored: str) -> None:
        self._shown, self.strays = STRAY.subn(" ", _LINE_END.sub("\n", stored))
        self._lines = self._shown.split("\n")
        self._tidy = [unicodedata.normalize("NFC", line).rstrip() for line in self._lines]
        # The window counts a byte order mark at the beginning, and nobody wants it in a text.
        self._tidy[0] = self._tidy[0].removeprefix("\ufeff")
        whole = "\n".join(self._tidy)
        self.body = whole.strip("\n")
        self._before = len(whole) - len(whole.lstrip("\n"))
        self.is_counted_otherwise = self.body != stored or bool(self._beyond)

    def span(self, start: int, stop: int) -> Span | None:
        """Return where a marked stretch stands in the body; None where nothing of it does."""
        if not 0 <= start < stop <= len(self._shown) + len(self._beyond):
            return None
        if self.body == self._shown and not self._beyond:
            return Span(start, stop)
        begin, end = self._place(self._code_point(start)), self._place(self._code_point(stop), is_end=True)
        return Span(begin, end) if begin < end else None

    def _code_point(self, unit: int) -> int:
        # Between the two units of one character is counted as before it.
        return unit - bisect_left(self._beyond, unit)

    def _place(self, at: int, *, is_end: bool = False) -> int:
        """Return the place in the body of a code point of the text as it is shown."""
        line = bisect_right(self._starts, at) - 1
        shown, column = self._lines[line], at - self._starts[line]
        if shown.isascii() or unicodedata.is_normalized("NFC", shown):
            within = column
        else:
            # A mark that is composed with the letter before it goes with that letter.
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
        """Where, in units, each character stands that takes two of them."""
        if self._shown.isascii():
            return []
        return [match.start() + number for number, match in enumerate(_BEYOND.finditer(self._shown))]

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self._lines[:-1]), initial=0))

    @cached_property
    def _tidy_starts(self) -> list[int]:
        return list(accumulate((len(line) + 1 for line in self._tidy[:-1]), initial=0))
