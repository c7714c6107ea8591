"""Locate a quote in an article: from the words as typed to code points of the frozen text.

Three steps anchor a quote, each tried only if the one before found nothing: *exact*, *folded* (ignoring typography,
spaces and case) and *elided* (the parts around ``...`` or ``[the minister]``, in order). A fourth step, fuzzy matching,
only proposes a passage: "will support" and "will not support" are 97 % similar, so a user has to judge. For the same
reason no step accepts a passage that begins or ends inside a word or a number ("unwilling to support" does not contain
the quote "willing to support"), or an elision that omits the *not*.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rapidfuzz import fuzz

from stancedb.refusals import FaultError
from stancedb.spans import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Maximum distance between two parts of an elided quote, in code points.
FARTHEST_APART = 600

How = Literal["exact", "folded", "elided"]

# A passage that is less similar than this is a different one; measured on news quotes with one typo in 60 characters.
LEAST_LIKENESS = 85.0
_LONGEST_PROPOSED = 2000


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place of a quote.

    Attributes:
        spans: One span, or one per part of an elided quote, in order.
        how: The step that found it.
        exact: The article's characters from the start of the first span to the end of the last.
    """

    spans: tuple[Span, ...]
    how: How
    exact: str

    @property
    def start(self) -> int:
        """The offset of the first code point of the quote."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """The offset after the last code point of the quote."""
        return self.spans[-1].end


@dataclass(frozen=True, slots=True)
class Proposal:
    """The passage most similar to a quote that was not found, for a user to accept or reject.

    Attributes:
        span: The place of the passage.
        text: The passage.
        score: How similar it is to the quote, from 0 to 100.
        quotable: The passage in a form that can be displayed, and found again when it is copied and quoted.
    """

    span: Span
    text: str
    score: float
    quotable: str


class QuoteNotFound(FaultError):
    """Raised for a quote that does not occur in a text; ``proposal`` is the most similar passage, if any."""

    def __init__(self, quote: str, proposal: Proposal | None = None, remedy: str | None = None) -> None:
        self.quote = quote
        self.proposal = proposal
        if remedy is None and proposal is not None:
            remedy = f"The nearest passage is '{proposal.quotable}'; quote that if you mean it"
        remedy = remedy or "Check its wording and that this is the right article"
        super().__init__("quote_not_found", quote=_shorten(quote), remedy=remedy)


class QuoteAmbiguous(FaultError):
    """Raised for a quote that occurs several times in a text, if nothing decides between the places."""

    def __init__(self, quote: str, count: int, *, had_context: bool = False) -> None:
        self.quote = quote
        self.count = count
        remedy = (
            "The prefix and suffix do not single one out; give more of the words before or after it"
            if had_context
            else "Give the words before it as prefix, or the words after it as suffix"
        )
        super().__init__("quote_ambiguous", quote=_shorten(quote), count=count, remedy=remedy)


def anchor(text: str, quote: str, *, prefix: str | None = None, suffix: str | None = None) -> Anchor:
    """Find the only place in a text where a quote occurs.

    Args:
        text: The frozen text of an article.
        quote: The quote as typed or imported.
        prefix: The words directly before the quote, which decide if it occurs several times.
        suffix: The words directly after the quote, used in the same way.

    Raises:
        QuoteNotFound: The quote does not occur; the error has the most similar passage, if any.
        QuoteAmbiguous: The quote occurs in several places, and prefix and suffix do not decide.
    """
    found, turns_round = _search(text, quote, context=(prefix, suffix))
    if found is not None:
        return found
    remedy = "It matches only with a word such as 'not' added or removed; quote that word too" if turns_round else None
    raise QuoteNotFound(quote, propose(text, quote), remedy)


def _search(text: str, quote: str, *, context: tuple[str | None, str | None]) -> tuple[Anchor | None, bool]:
    """Return the place of a quote, if any, and whether a place was skipped because of a negation.

    Raises:
        QuoteAmbiguous: The quote occurs in several places, and the words around it do not decide.
    """
    typed = quote.strip()
    candidates: list[tuple[Span, ...]] = [(span,) for span in _exact_spans(text, typed)]
    if candidates:
        return _the_one(text, quote, candidates, "exact", context=context), False
    whole = dict.fromkeys((typed, _BRACKETED.sub(r"\1", typed)))
    # A mark at one end is kept at first: it closes a quotation inside the quote. Marks at both ends were typed around
    # it.
    for needle in dict.fromkeys([*map(_unwrapped, whole), *map(_bare, whole)]):
        candidates = [(span,) for span in _fold(text).spans_of(needle)] if _bare(needle) else []
        if candidates:
            return _the_one(text, quote, candidates, "folded", context=context), False
    elided, turns_round = _elided_spans(text, typed)
    return (_the_one(text, quote, elided, "elided", context=context) if elided else None), turns_round


def folded(quote: str) -> str:
    """Return the words of a quote, ignoring case, typography and the marks around it."""
    return _bare(quote)


def propose(text: str, quote: str) -> Proposal | None:
    """Return the passage most similar to the quote, extended to whole words.

    Return None if no passage is at least 85 % similar, or if the quote is too long: the time grows with the length of
    both.
    """
    needle = _bare(quote)
    folded = _fold(text)
    if not needle or not folded.text or len(needle) > _LONGEST_PROPOSED:
        return None
    found = fuzz.partial_ratio_alignment(needle, folded.text, score_cutoff=LEAST_LIKENESS)
    # A text shorter than the quote, or the edge of a text, may be similar to only a small part of the quote.
    if found is None or 2 * (found.dest_end - found.dest_start) < len(needle):
        return None
    start, end = folded.starts[found.dest_start], folded.ends[found.dest_end - 1]
    while _is_inside(text, start):
        start -= 1
    while _is_inside(text, end):
        end += 1
    start += len(text[start:end]) - len(text[start:end].lstrip(_AROUND))
    end -= len(text[start:end]) - len(text[start:end].rstrip(_AROUND))
    return Proposal(Span(start, end), text[start:end], found.score, _quotable(text, Span(start, end)))


# A longer passage is shown without its middle.
_WIDEST = 160
# Maximum number of words added to a passage that occurs several times, to make it unique.
_MORE_WORDS = 30


def _quotable(text: str, span: Span) -> str:
    """Return a passage on one line, without invisible characters, in a form that is found when it is quoted."""
    wider = span
    for _ in range(_MORE_WORDS):
        whole = _on_one_line(text[wider.start : wider.end])
        if _finds(text, whole, wider):
            break
        word = _NEXT_WORD.match(text, wider.end)
        if word is None:
            break
        wider = Span(span.start, word.end())
    else:
        wider = span
    whole = _on_one_line(text[wider.start : wider.end])
    if len(whole) <= _WIDEST:
        return whole
    half = _WIDEST // 2
    elided = f"{whole[:half].rpartition(' ')[0]} … {whole[-half:].partition(' ')[2]}"
    return elided if _finds(text, elided, wider) else whole


_NEXT_WORD = re.compile(r"\W*\w+")


def _on_one_line(passage: str) -> str:
    return " ".join(_IS_UNSEEN.sub("", passage).split())


def _finds(text: str, quote: str, span: Span) -> bool:
    try:
        found, _ = _search(text, quote, context=(None, None))
    except QuoteAmbiguous:
        return False
    return found is not None and found.start < span.end and span.start < found.end


def prefix_suffix(text: str, span: Span, width: int = 32) -> tuple[str, str]:
    """Return the text before and after a span, at most ``width`` code points each, for a W3C text quote selector."""
    return text[max(0, span.start - width) : span.start], text[span.end : span.end + width]


# --- Folding ----------------------------------------------------------------------------------------------------------

_DASH = "\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
# Invisible characters: soft hyphen, direction marks, joiners and non-joiners, variation selectors, tags.
_UNSEEN = (
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
_IS_UNSEEN = re.compile(f"[{_UNSEEN}]")
_LEADING_UNSEEN = re.compile(rf"[\s{_UNSEEN}]*")
_QUOTE_MARKS = (
    "\"'`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u02bc\u00ab\u00bb\u2039\u203a"
    "\u3008\u3009\u300a\u300b\u300c\u300d\u300e\u300f\u301d\u301e\u301f\uff02\uff07\uff62\uff63\u275b\u275c\u275d\u275e"
)
_AROUND = f"{_QUOTE_MARKS} \t\r\n\u00a0\u3000"
_SINGLE_MARK = dict.fromkeys(_QUOTE_MARKS, "'")

_PIECE = re.compile(
    r"(?P<plain>[a-z0-9]+)"
    rf"|(?P<dash>[\s{_UNSEEN}]*[{_DASH}][\s{_UNSEEN}{_DASH}]*)"
    rf"|(?P<space>[{_UNSEEN}]*\s[\s{_UNSEEN}]*)"
    rf"|(?P<unseen>[{_UNSEEN}]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Folded:
    """A folded text, with the start and end in the source of each of its characters."""

    source: str
    text: str
    starts: array[int]
    ends: array[int]

    def spans_of(self, needle: str) -> Iterator[Span]:
        """Yield the places of a folded quote in the source, only whole characters and whole words."""
        for at in _places(self.text, needle):
            after = at + len(needle)
            begins_inside = at > 0 and self.starts[at - 1] == self.starts[at]
            ends_inside = after < len(self.text) and self.starts[after - 1] == self.starts[after]
            # One character may fold to several, as the sharp s does; half a character is not a place in the source.
            if not begins_inside and not ends_inside:
                start, end = self.starts[at], self.ends[after - 1]
                # A dash is folded with the space before it, which is not part of "-5 percent".
                span = Span(start + len(_leading(self.source[start:end])), end)
                if not _is_cut(self.source, span):
                    yield span


def _leading(passage: str) -> str:
    found = _LEADING_UNSEEN.match(passage)
    return found[0] if found else ""


def _fold_uncached(text: str) -> _Folded:
    """Fold quotation marks, dashes, spaces, ellipses, case and composed characters, and record where each was."""
    pieces: list[str] = []
    starts, ends = array("I"), array("I")
    for match in _PIECE.finditer(text):
        start, end = match.span()
        if match.lastgroup == "plain":
            pieces.append(match.group())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
            continue
        folded = _fold_piece(match.lastgroup, match.group())
        pieces.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
    return _Folded(text, "".join(pieces), starts, ends)


# Quotes from one article come one after the other, so a few texts suffice and memory use stays constant.
_fold = lru_cache(maxsize=32)(_fold_uncached)


def _fold_piece(kind: str | None, piece: str) -> str:
    if kind == "other":
        return _fold_character(piece)
    return {"dash": "-", "space": " "}.get(kind or "", "")


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """Fold one character; unlike composition, decomposition needs no neighbours, so each character keeps its place."""
    if character == "\u2026":
        return "..."
    decomposed = unicodedata.normalize("NFD", character).casefold()
    return unicodedata.normalize("NFD", _SINGLE_MARK.get(character, decomposed))


_EDGE = " ';:!?\u00a1\u00bf\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f"
# A minus sign or a decimal point before a digit belongs to the number.
_LEADING = re.compile(rf"^(?:[{_EDGE}]|[-.,](?![0-9]))+")
_TRAILING = f"{_EDGE}-.,"


def _unwrapped(quote: str) -> str:
    """Fold a typed quote, without the quotation marks around it."""
    typed = _fold_typed(quote).strip()
    return typed[1:-1] if len(typed) > 1 and typed[0] == typed[-1] == "'" else typed


def _bare(quote: str) -> str:
    """Fold a typed quote, without the quotation marks and the punctuation around it."""
    return _LEADING.sub("", _fold_typed(quote)).rstrip(_TRAILING)


def _fold_typed(typed: str) -> str:
    # Not cached: a million quotes would push the texts out of the cache.
    return _fold_uncached(unicodedata.normalize("NFC", typed)).text


# --- Whole words ------------------------------------------------------------------------------------------------------

# Scripts written without spaces, or with particles joined to the word, whose word boundaries cannot be detected.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
)
# Sequences that are one word or number although punctuation divides them: 11.5, -5, can't, non-negotiable.
_UNBREAKABLE = re.compile(
    r"[0-9][.,](?=[0-9])"
    r"|(?<![^\s(])[-\u2212\u2013.](?=[0-9])"
    r"|[^\W\d_]['\u2019\u02bc](?=t(?![^\W_]))"
    r"|(?<![^\W_])(?:un|in|dis|mis|non|anti)[-\u2010\u2011](?=[^\W_])",
    re.IGNORECASE,
)
_REACH = 6  # One more than the length of the longest sequence.
_JOINER = "\u200d"


def _is_cut(text: str, span: Span) -> bool:
    """Return whether a span begins or ends inside a word, and so may say something that the article does not."""
    return _is_inside(text, span.start) or _is_inside(text, span.end)


def _is_inside(text: str, at: int) -> bool:
    """Return whether an offset is inside a character, a word or a number."""
    if not 0 < at < len(text):
        return False
    if _is_inside_character(text, at) or _is_inside_word(text, at):
        return True
    nearby = _UNBREAKABLE.finditer(text, max(0, at - _REACH), at + _REACH)
    return any(match.start() < at <= match.end() for match in nearby)


def _is_inside_character(text: str, at: int) -> bool:
    """Return whether the code points on both sides are displayed as one character: letter and accent, joined emoji."""
    is_mark = unicodedata.category(text[at]).startswith("M") and not _IS_UNSEEN.match(text[at])
    return is_mark or (_JOINER in (text[at - 1], text[at]) and not any(map(str.isspace, _seen_around(text, at))))


def _is_inside_word(text: str, at: int) -> bool:
    # A soft hyphen or another invisible character does not end a word.
    before, after = _seen_around(text, at)
    return before.isalnum() and after.isalnum() and not _UNSPACED.match(before) and not _UNSPACED.match(after)


def _seen_around(text: str, at: int) -> tuple[str, str]:
    """Return the visible characters before and after an offset, or the first or last character of the text."""
    first, last = at - 1, at
    while first > 0 and _IS_UNSEEN.match(text[first]):
        first -= 1
    while last < len(text) - 1 and _IS_UNSEEN.match(text[last]):
        last += 1
    return text[first], text[last]


# --- The steps --------------------------------------------------------------------------------------------------------

_ELLIPSIS = r"(?:[\u2026\u22ef]+|\.{3,}|\.(?:\s\.){2,3})"
_ELLIPSIS_IN_BRACKETS = re.compile(rf"\[\s*{_ELLIPSIS}\s*\]")
_REST_OF_WORD = rf"(?:(?!{_UNSPACED.pattern})[^\W_]){{0,40}}"
_GAP = re.compile(rf"[\[(]\s*{_ELLIPSIS}\s*[\])]|{_ELLIPSIS}|{_REST_OF_WORD}\[(?P<insertion>[^\[\]]*)\]{_REST_OF_WORD}")
# "[W]e", "support[s]", "will [not]": only the brackets may have been added.
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_SENTENCE_END = re.compile(r"[.!?]'*(?: |$)|[\u3002\uff01\uff1f]")
# Words that negate a sentence, in the languages of most articles; matched in folded text.
_NEGATION = re.compile(
    unicodedata.normalize(
        "NFD",
        r"(?<![^\W_])(?:not|no|never|neither|nor|none|nobody|nothing|cannot|without|hardly|[a-z]+n't"
        r"|nicht|kein[a-z]*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|sin|\u043d\u0435|\u043d\u0438)(?![^\W_])"
        "|不|没|沒|无|無|未|ない|なかっ|ません|안|않|없",
    )
)
_ENOUGH_CHARACTERS = 12
_ENOUGH_WORDS = 3
_ENOUGH_UNSPACED = 6


def _places(text: str, needle: str) -> Iterator[int]:
    at = text.find(needle) if needle else -1
    while at >= 0:
        yield at
        at = text.find(needle, at + 1)


def _exact_spans(text: str, typed: str) -> list[Span]:
    spans = (Span(at, at + len(typed)) for at in _places(text, typed))
    return [span for span in spans if not _is_cut(text, span)]


def _has_substance(folded: str) -> bool:
    """Return whether a part of a quote is long enough that a unique match is not just chance."""
    characters = unicodedata.normalize("NFC", folded)
    return (
        len(characters) >= _ENOUGH_CHARACTERS
        or len(characters.split()) >= _ENOUGH_WORDS
        or len(_UNSPACED.findall(characters)) >= _ENOUGH_UNSPACED
    )


def _elided_spans(text: str, typed: str) -> tuple[list[tuple[Span, ...]], bool]:
    """Find the parts of a quote in order.

    Returns:
        Every place as a tuple of one span per part, none of which encloses another; and whether a place was skipped
        because a negation is omitted or added there.
    """
    parts, insertions = _parts(unicodedata.normalize("NFC", typed))
    # Only an ellipsis may be removed without removing a word of the quote.
    is_whole = len(parts) == 1 and "[" not in _ELLIPSIS_IN_BRACKETS.sub("", typed)
    if not parts or not (is_whole or all(_has_substance(part) for part in parts)):
        return [], False
    turns_round = _is_negated(insertions[0]) or _is_negated(insertions[-1])
    if turns_round:
        # The text cannot confirm a negation that was added before or after the quote.
        return [], True
    chains: list[tuple[Span, ...]] = [(span,) for span in _fold(text).spans_of(parts[0])]
    for part, insertion in zip(parts[1:], insertions[1:-1], strict=True):
        longer: list[tuple[Span, ...]] = []
        for span in _fold(text).spans_of(part) if chains else ():
            first = bisect_left(chains, span.start - FARTHEST_APART, key=_last_end)
            last = bisect_right(chains, span.start, key=_last_end)
            # If there are several beginnings, use the nearest, which omits least.
            for chain in reversed(chains[first:last]):
                if _keeps_negation(text[chain[-1].end : span.start], insertion):
                    longer.append((*chain, span))
                    break
                turns_round = True
        chains = longer
    return list(_innermost(chains)), turns_round


def _parts(typed: str) -> tuple[list[str], list[str]]:
    """Split a quote where something is omitted or inserted.

    Returns:
        The parts, folded and without punctuation around them; and the words in brackets before the first part, between
        each two parts and after the last. There are no parts if nothing is omitted or inserted.
    """
    parts: list[str] = []
    insertions = [""]
    start = 0
    gaps = list(_GAP.finditer(typed))
    for gap in gaps:
        if part := _bare(typed[start : gap.start()]):
            parts.append(part)
            insertions.append("")
        insertions[-1] += f" {gap['insertion'] or ''}"
        start = gap.end()
    if gaps and (part := _bare(typed[start:])):
        parts.append(part)
        insertions.append("")
    return parts, insertions


def _last_end(chain: tuple[Span, ...]) -> int:
    return chain[-1].end


def _innermost(chains: Iterable[tuple[Span, ...]]) -> Iterator[tuple[Span, ...]]:
    """Yield the chains that do not enclose an earlier chain; the input is sorted by end."""
    latest_start = -1
    for chain in chains:
        if chain[0].start > latest_start:
            latest_start = chain[0].start
            yield chain


def _keeps_negation(left_out: str, put_in: str) -> bool:
    """Return whether the omitted words and those inserted for them leave the polarity of a quote unchanged."""
    sentences = _SENTENCE_END.split(_fold_typed(left_out))
    if _is_negated(put_in):
        return any(_NEGATION.search(sentence) for sentence in sentences)
    # A whole omitted sentence may contain a negation; the rest of a quoted sentence may not.
    return not any(_NEGATION.search(sentence) for sentence in (sentences[0], sentences[-1]))


def _is_negated(words: str) -> bool:
    return bool(_NEGATION.search(_fold_typed(words)))


# --- Choosing ---------------------------------------------------------------------------------------------------------


def _the_one(
    text: str,
    quote: str,
    candidates: Sequence[tuple[Span, ...]],
    how: How,
    *,
    context: tuple[str | None, str | None],
) -> Anchor:
    """Return the only candidate, or the candidate identified by the words before and after."""
    chosen = candidates[0]
    if len(candidates) > 1:
        prefix, suffix = context
        if not prefix and not suffix:
            raise QuoteAmbiguous(quote, len(candidates))
        agreements = [_agreement(text, spans, prefix or "", suffix or "") for spans in candidates]
        best = max(agreements)
        # Half of the context must match, so that a single letter does not decide by chance.
        if agreements.count(best) > 1 or best < 1 / 2:
            raise QuoteAmbiguous(quote, len(candidates), had_context=True)
        chosen = candidates[agreements.index(best)]
    return Anchor(chosen, how, text[chosen[0].start : chosen[-1].end])


def _agreement(text: str, spans: tuple[Span, ...], prefix: str, suffix: str) -> float:
    """Return the proportion of prefix and suffix that matches around the spans, counted outward from the quote."""
    # Punctuation at the edge of the quote may be in the quote or in the context.
    before, after = _fold_typed(prefix).rstrip(_TRAILING), _LEADING.sub("", _fold_typed(suffix))
    given = len(before) + len(after)
    if not given:
        return 0.0
    # Spaces fold to fewer characters, so twice the length and a little more is enough to compare with.
    left = text[max(0, spans[0].start - 2 * len(prefix) - 16) : spans[0].start]
    right = text[spans[-1].end : spans[-1].end + 2 * len(suffix) + 16]
    agreed = _common(_fold_typed(left).rstrip(_TRAILING)[::-1], before[::-1])
    agreed += _common(_LEADING.sub("", _fold_typed(right)), after)
    return agreed / given


def _common(one: str, other: str) -> int:
    """Return the length of the common prefix of two strings."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _shorten(text: str, width: int = 60) -> str:
    """Return a text on one line, with its middle removed if it is longer than ``width``."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    half = (width - 3) // 2
    return f"{line[:half].rstrip()} … {line[-half:].lstrip()}"
