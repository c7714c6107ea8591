"""Split a text into paragraphs, quotations and sentences, as positions in code points."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from stancedb.candidates.languages import Language
from stancedb.candidates.phrases import fold
from stancedb.spans import Span

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n|\u2029")
_NEW_LINE = re.compile(r"\n")
# Closing quotation marks and brackets.
_CLOSING = "\u201d\u2019\"'\u00bb\u203a)]\uff09\uff3d\u300d\u300f\u3011\u301f\ufe42\ufe44"
# A word before a full stop, including full stops within it; no abbreviation is longer.
_LAST_WORD = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]+\.)*[^\W\d_]+\Z")
_LONGEST_WORD = 16
# Marks opened more levels ago than this are no longer closed.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words between quotation marks.

    Attributes:
        span: Words without the marks and surrounding spaces.
        outer: The same with the marks.
        is_closed: Whether it was closed; if not, it ends with its paragraph.
    """

    span: Span
    outer: Span
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with the quotations in it.

    Attributes:
        span: Position, without surrounding spaces.
        paragraph: Number of its paragraph, from 1.
        quotations: Its outermost quotations; an unclosed one may continue after it.
        long: Those of its quotations that contain several sentences.
    """

    span: Span
    paragraph: int
    quotations: tuple[Quotation, ...]
    long: tuple[Quotation, ...]


def paragraphs(text: str) -> list[Span]:
    """Return the paragraphs of a text, separated by blank lines; in a text without blank lines, each line is one."""
    pieces = _parted(text, _BLANK_LINE)
    return pieces if len(pieces) > 1 else _parted(text, _NEW_LINE)


def _parted(text: str, pattern: re.Pattern[str]) -> list[Span]:
    edges = [0, *(edge for match in pattern.finditer(text) for edge in match.span()), len(text)]
    spans = (_trimmed(text, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [span for span in spans if span.start < span.end]


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


@cache
def _closers(pairs: tuple[tuple[str, str], ...]) -> tuple[dict[str, set[str]], re.Pattern[str]]:
    """Return the closing marks of each opening mark, and a pattern of all marks."""
    closers: dict[str, set[str]] = {}
    for opening, closing in pairs:
        closers.setdefault(opening, set()).add(closing)
    return closers, re.compile("[" + re.escape("".join(sorted({mark for pair in pairs for mark in pair}))) + "]")


def quotations(text: str, within: Span, language: Language) -> list[Quotation]:
    """Return the outermost quotations of a paragraph, in order.

    A quotation that is not closed ends with the paragraph, as in print when a long quotation runs over several. Marks
    that may be apostrophes make a quotation only if they close.
    """
    closers, marks = _closers((*language.marks, *language.at_words))
    apostrophes = {mark for pair in language.at_words for mark in pair}
    opened: list[tuple[str, int]] = []
    spans: list[tuple[int, int, bool]] = []
    for match in marks.finditer(text, within.start, within.end):
        mark, at = match.group(), match.start()
        before = text[at - 1] if at > within.start else " "
        after = text[at + 1] if at + 1 < within.end else " "
        may_close = may_open = True
        if mark in apostrophes:
            may_close = not before.isspace() and not after.isalnum()
            may_open = not before.isalnum() and not after.isspace()
        depth = _closed_by(mark, opened, closers) if may_close else None
        if depth is not None:
            spans.append((opened[depth][1], at + 1, True))
            del opened[depth:]
        elif may_open and mark in closers:
            opened.append((mark, at))
    spans += [(at, within.end, False) for mark, at in opened if mark not in apostrophes]
    return list(_outermost(text, sorted(spans, key=lambda span: (span[0], -span[1]))))


def _closed_by(mark: str, opened: Sequence[tuple[str, int]], closers: dict[str, set[str]]) -> int | None:
    """Return the index of the innermost opening mark that a mark closes."""
    for depth in range(len(opened) - 1, max(-1, len(opened) - 1 - _DEEPEST), -1):
        if mark in closers[opened[depth][0]]:
            return depth
    return None


def _outermost(text: str, spans: Sequence[tuple[int, int, bool]]) -> Iterator[Quotation]:
    last = 0
    for start, end, is_closed in spans:
        if start < last:
            continue
        span = _trimmed(text, start + 1, end - is_closed)
        if span.start < span.end:
            yield Quotation(span, Span(start, end), is_closed)
        last = end


def sentences(text: str, language: Language) -> Iterator[Sentence]:
    """Yield the sentences of a text, in order.

    No sentence continues in the next paragraph. A closed quotation belongs to one sentence, however many it contains; a
    quotation that begins its sentence includes the words after it, because they say who spoke.
    """
    ends = re.compile(f"[{re.escape(language.ends + language.ends_before_space)}]+")
    for number, within in enumerate(paragraphs(text), 1):
        quoted = quotations(text, within, language)
        starts = [quotation.outer.start for quotation in quoted]
        start = within.start
        long: list[Quotation] = []
        for match in ends.finditer(text, within.start, within.end):
            at = bisect_right(starts, match.start()) - 1
            around = quoted[at] if at >= 0 and quoted[at].is_closed and match.start() < quoted[at].outer.end else None
            end = _after_closing(text, match.end(), within.end)
            if around and end < around.outer.end:
                if around not in long[-1:] and _ends(text, match, Span(end, around.span.end), language):
                    long.append(around)
                continue
            if (
                around
                and around.outer.start <= start
                and not _begins_another(text, Span(end, within.end), starts[at + 1 : at + 2])
            ):
                continue
            if not _ends(text, match, Span(end, within.end), language):
                continue
            yield _sentence(text, Span(start, end), number, (quoted, starts), long)
            start, long = _trimmed(text, end, within.end).start, []
        if start < within.end:
            yield _sentence(text, Span(start, within.end), number, (quoted, starts), long)


def _after_closing(text: str, at: int, limit: int) -> int:
    while at < limit and text[at] in _CLOSING:
        at += 1
    return at


def _ends(text: str, match: re.Match[str], rest: Span, language: Language) -> bool:
    """Return whether a mark ends a sentence, given what precedes it and the rest after it."""
    if rest.start >= rest.end:
        return True
    if any(mark in language.ends for mark in match.group()):
        return not (match.end() < rest.start and text.startswith(language.goes_on, rest.start))
    after = _trimmed(text, rest.start, rest.end)
    if after.start == rest.start or text[after.start].islower():
        return False
    if match.group() != ".":
        return True
    before = _LAST_WORD.search(text, max(0, match.start() - _LONGEST_WORD), match.start())
    word = before.group() if before else ""
    is_initial = len(word) == 1 and word.isupper()
    is_before_figure = text[after.start].isdigit() and fold(word) in language.abbreviations_before_figures
    return not (is_initial or is_before_figure or fold(word) in language.abbreviations)


def _begins_another(text: str, rest: Span, starts: list[int]) -> bool:
    """Return whether the next quotation follows immediately."""
    return _trimmed(text, rest.start, rest.end).start in starts


def _sentence(
    text: str, span: Span, paragraph: int, quoted: tuple[list[Quotation], list[int]], long: list[Quotation]
) -> Sentence:
    found, starts = quoted
    first = max(0, bisect_right(starts, span.start) - 1)
    last = bisect_left(starts, span.end)
    within = tuple(quotation for quotation in found[first:last] if quotation.outer.end > span.start)
    return Sentence(_trimmed(text, span.start, span.end), paragraph, within, tuple(long))
