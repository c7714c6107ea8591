"""Where a quote stands in an article: from the words somebody typed to code points of the frozen text.

Three rungs anchor a quote, each tried only when the one before found nothing: *exact*, *folded* (typography, spaces and
case aside) and *elided* (what stands around ``...`` or ``[the minister]``, in order). A fourth, fuzzy, only proposes:
"will support" and "will not support" are 97 % alike, so likeness is for a person to judge. For the same reason no rung
accepts a passage that begins or ends inside a word or a number ("unwilling to support" does not hold the quote "willing
to support"), or an elision that leaves out the *not*.
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

# A quote with something left out is one quote only while its parts stand this near each other, in code points.
FARTHEST_APART = 600

How = Literal["exact", "folded", "elided"]

# What is less alike than this is another passage, as measured on news quotes with one typing error in 60 characters.
LEAST_LIKENESS = 85.0
_LONGEST_PROPOSED = 2000


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quote stands.

    Attributes:
        spans: One span, or one for each part of an elided quote, in order.
        how: The rung that found it.
        exact: The article's own characters from the first span's start to the last one's end.
    """

    spans: tuple[Span, ...]
    how: How
    exact: str

    @property
    def start(self) -> int:
        """The first code point of the quote."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """The code point after the last one of the quote."""
        return self.spans[-1].end


@dataclass(frozen=True, slots=True)
class Proposal:
    """The passage most like a quote that was not found, for a person to accept or not.

    Attributes:
        span: Where it stands.
        text: The passage.
        score: How much it is like the quote, 0 to 100.
        quotable: The passage as it can be shown, and quoted when it is copied from there.
    """

    span: Span
    text: str
    score: float
    quotable: str


class QuoteNotFound(FaultError):
    """A quote stands nowhere in a text; ``proposal`` is the nearest passage, if any is near."""

    def __init__(self, quote: str, proposal: Proposal | None = None, remedy: str | None = None) -> None:
        self.quote = quote
        self.proposal = proposal
        if remedy is None and proposal is not None:
            remedy = f"The nearest passage is '{proposal.quotable}'; quote that if you mean it"
        remedy = remedy or "Check its wording and that this is the right article"
        super().__init__("quote_not_found", quote=_shorten(quote), remedy=remedy)


class QuoteAmbiguous(FaultError):
    """Raised for a quote that occurs several times in a text, if nothing decides between them."""

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
    """Find the one place of a text where a quote stands.

    Args:
        text: The frozen text of an article.
        quote: The quote as typed or imported.
        prefix: Words that stand directly before it; they decide when it stands there several times.
        suffix: Words that stand directly after it.

    Raises:
        QuoteNotFound: It stands nowhere; the error carries the nearest passage, if any is near.
        QuoteAmbiguous: It stands in several places, and prefix and suffix do not decide.
    """
    found, turns_round = _search(text, quote, context=(prefix, suffix))
    if found is not None:
        return found
    remedy = "It matches only with a word such as 'not' added or removed; quote that word too" if turns_round else None
    raise QuoteNotFound(quote, propose(text, quote), remedy)


def _search(text: str, quote: str, *, context: tuple[str | None, str | None]) -> tuple[Anchor | None, bool]:
    """Return where a quote stands, if anywhere, and whether a place was passed over for a negation.

    Raises:
        QuoteAmbiguous: It stands in several places, and the words around it do not decide.
    """
    typed = quote.strip()
    candidates: list[tuple[Span, ...]] = [(span,) for span in _exact_spans(text, typed)]
    if candidates:
        return _the_one(text, quote, candidates, "exact", context=context), False
    whole = dict.fromkeys((typed, _BRACKETED.sub(r"\1", typed)))
    # With a mark at one end first: it closes a quotation inside the quote. Marks at both ends are the typist's.
    for needle in dict.fromkeys([*map(_unwrapped, whole), *map(_bare, whole)]):
        candidates = [(span,) for span in _fold(text).spans_of(needle)] if _bare(needle) else []
        if candidates:
            return _the_one(text, quote, candidates, "folded", context=context), False
    elided, turns_round = _elided_spans(text, typed)
    return (_the_one(text, quote, elided, "elided", context=context) if elided else None), turns_round


def folded(quote: str) -> str:
    """Return the words of a quote without what typing may change: case, typography, the marks around it."""
    return _bare(quote)


def propose(text: str, quote: str) -> Proposal | None:
    """Return the passage most like the quote, widened to whole words.

    None when none is 85 % alike, or the quote is longer than quotes are: the time this takes grows with both lengths.
    """
    needle = _bare(quote)
    folded = _fold(text)
    if not needle or not folded.text or len(needle) > _LONGEST_PROPOSED:
        return None
    found = fuzz.partial_ratio_alignment(needle, folded.text, score_cutoff=LEAST_LIKENESS)
    # A text shorter than the quote, or the edge of one, may be like a small part of it only.
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


# A passage that is longer than this is shown with its middle left out.
_WIDEST = 160
# How many words may be added to a passage that stands in several places, so that it stands in one.
_MORE_WORDS = 30


def _quotable(text: str, span: Span) -> str:
    """Return a passage on one line, without marks that nobody sees, in a form that finds it when it is quoted."""
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
    """Return what stands before and after a span, at most ``width`` code points each, for a W3C text quote."""
    return text[max(0, span.start - width) : span.start], text[span.end : span.end + width]


# --- Folding ----------------------------------------------------------------------------------------------------------

_DASH = "\\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
# What no reader sees: soft hyphen, marks of direction, joiners and what keeps from joining, variants of a sign, tags.
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
    """A text as it is compared, and for each of its characters where the characters it stands for begin and end."""

    source: str
    text: str
    starts: array[int]
    ends: array[int]

    def spans_of(self, needle: str) -> Iterator[Span]:
        """Yield where a folded quote stands in the source, whole characters and whole words only."""
        for at in _places(self.text, needle):
            after = at + len(needle)
            begins_inside = at > 0 and self.starts[at - 1] == self.starts[at]
            ends_inside = after < len(self.text) and self.starts[after - 1] == self.starts[after]
            # One character may fold to several, as the sharp s does, and half of it is not in the source.
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
    """Fold quotation marks, dashes, spaces, ellipses, case and composed characters, and remember where each stood."""
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


# Quotes of one article come one after the other, so a few texts suffice and the memory stays flat.
_fold = lru_cache(maxsize=32)(_fold_uncached)


def _fold_piece(kind: str | None, piece: str) -> str:
    if kind == "other":
        return _fold_character(piece)
    return {"dash": "-", "space": " "}.get(kind or "", "")


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    """Fold one character; decomposing needs no neighbours, as composing would, so each stays where it stood."""
    if character == "\u2026":
        return "..."
    decomposed = unicodedata.normalize("NFD", character).casefold()
    return unicodedata.normalize("NFD", _SINGLE_MARK.get(character, decomposed))


_EDGE = " ';:!?\u00a1\u00bf\u3001\u3002\uff01\uff0c\uff0e\uff1a\uff1b\uff1f"
# A minus or a point before a figure belongs to the figure.
_LEADING = re.compile(rf"^(?:[{_EDGE}]|[-.,](?![0-9]))+")
_TRAILING = f"{_EDGE}-.,"


def _unwrapped(quote: str) -> str:
    """Fold what somebody typed, without the quotation marks around the whole of it."""
    typed = _fold_typed(quote).strip()
    return typed[1:-1] if len(typed) > 1 and typed[0] == typed[-1] == "'" else typed


def _bare(quote: str) -> str:
    """Fold what somebody typed, without the quotation marks and the punctuation around it."""
    return _LEADING.sub("", _fold_typed(quote)).rstrip(_TRAILING)


def _fold_typed(typed: str) -> str:
    # A million quotes would push the texts out of the cache.
    return _fold_uncached(unicodedata.normalize("NFC", typed)).text


# --- Whole words ------------------------------------------------------------------------------------------------------

# Scripts written without spaces, or with particles joined to the word: their words have no edges to look for.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U00020000-\U0003ffff]"
)
# What reads as one though no letters or figures touch: 11.5, -5, can't, non-negotiable.
_UNBREAKABLE = re.compile(
    r"[0-9][.,](?=[0-9])"
    r"|(?<![^\s(])[-\u2212\u2013.](?=[0-9])"
    r"|[^\W\d_]['\u2019\u02bc](?=t(?![^\W_]))"
    r"|(?<![^\W_])(?:un|in|dis|mis|non|anti)[-\u2010\u2011](?=[^\W_])",
    re.IGNORECASE,
)
_REACH = 6  # One more than the longest of them.
_JOINER = "\u200d"


def _is_cut(text: str, span: Span) -> bool:
    """Whether a span begins or ends where its words do not, so that it may say something the article does not say."""
    return _is_inside(text, span.start) or _is_inside(text, span.end)


def _is_inside(text: str, at: int) -> bool:
    """Whether a place lies inside a character, a word or a figure."""
    if not 0 < at < len(text):
        return False
    if _is_inside_character(text, at) or _is_inside_word(text, at):
        return True
    nearby = _UNBREAKABLE.finditer(text, max(0, at - _REACH), at + _REACH)
    return any(match.start() < at <= match.end() for match in nearby)


def _is_inside_character(text: str, at: int) -> bool:
    """Whether a reader would see the characters on both sides as one: a letter and its accent, a joined emoji."""
    is_mark = unicodedata.category(text[at]).startswith("M") and not _IS_UNSEEN.match(text[at])
    return is_mark or (_JOINER in (text[at - 1], text[at]) and not any(map(str.isspace, _seen_around(text, at))))


def _is_inside_word(text: str, at: int) -> bool:
    # A soft hyphen, or another mark that nobody sees, ends no word.
    before, after = _seen_around(text, at)
    return before.isalnum() and after.isalnum() and not _UNSPACED.match(before) and not _UNSPACED.match(after)


def _seen_around(text: str, at: int) -> tuple[str, str]:
    """Return the characters that a reader sees before and after a place; at an end of the text the mark there."""
    first, last = at - 1, at
    while first > 0 and _IS_UNSEEN.match(text[first]):
        first -= 1
    while last < len(text) - 1 and _IS_UNSEEN.match(text[last]):
        last += 1
    return text[first], text[last]


# --- The rungs --------------------------------------------------------------------------------------------------------

_ELLIPSIS = r"(?:[\u2026\u22ef]+|\.{3,}|\.(?:\s\.){2,3})"
_ELLIPSIS_IN_BRACKETS = re.compile(rf"\[\s*{_ELLIPSIS}\s*\]")
_REST_OF_WORD = rf"(?:(?!{_UNSPACED.pattern})[^\W_]){{0,40}}"
_GAP = re.compile(rf"[\[(]\s*{_ELLIPSIS}\s*[\])]|{_ELLIPSIS}|{_REST_OF_WORD}\[(?P<insertion>[^\[\]]*)\]{_REST_OF_WORD}")
# "[W]e", "support[s]", "will [not]": the brackets may be the only thing that somebody put in.
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_SENTENCE_END = re.compile(r"[.!?]'*(?: |$)|[\u3002\uff01\uff1f]")
# Words that turn a sentence round, in the languages most articles come in; matched in folded text.
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
    """Whether a part of a quote is long enough to stand in one place only by more than chance."""
    characters = unicodedata.normalize("NFC", folded)
    return (
        len(characters) >= _ENOUGH_CHARACTERS
        or len(characters.split()) >= _ENOUGH_WORDS
        or len(_UNSPACED.findall(characters)) >= _ENOUGH_UNSPACED
    )


def _elided_spans(text: str, typed: str) -> tuple[list[tuple[Span, ...]], bool]:
    """Find the parts of a quote in order.

    Returns:
        Every place as one span for each part, none of them around another; and whether some place was passed over
        because a negation is left out there or put in.
    """
    parts, insertions = _parts(unicodedata.normalize("NFC", typed))
    # Nothing but an ellipsis may go without a word of the quote going with it.
    is_whole = len(parts) == 1 and "[" not in _ELLIPSIS_IN_BRACKETS.sub("", typed)
    if not parts or not (is_whole or all(_has_substance(part) for part in parts)):
        return [], False
    turns_round = _is_negated(insertions[0]) or _is_negated(insertions[-1])
    if turns_round:
        # Nothing in the text can vouch for a negation that was put in before or after the quote.
        return [], True
    chains: list[tuple[Span, ...]] = [(span,) for span in _fold(text).spans_of(parts[0])]
    for part, insertion in zip(parts[1:], insertions[1:-1], strict=True):
        longer: list[tuple[Span, ...]] = []
        for span in _fold(text).spans_of(part) if chains else ():
            first = bisect_left(chains, span.start - FARTHEST_APART, key=_last_end)
            last = bisect_right(chains, span.start, key=_last_end)
            # Of several beginnings the nearest is meant: nobody leaves out more than needed.
            for chain in reversed(chains[first:last]):
                if _keeps_negation(text[chain[-1].end : span.start], insertion):
                    longer.append((*chain, span))
                    break
                turns_round = True
        chains = longer
    return list(_innermost(chains)), turns_round


def _parts(typed: str) -> tuple[list[str], list[str]]:
    """Split a quote where something is left out or put in.

    Returns:
        The parts, folded and bare, and the words in brackets before the first, between each two and after the last;
        no parts when nothing is left out or put in.
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
    """Yield the chains that are not around an earlier one; they come in the order of their ends."""
    latest_start = -1
    for chain in chains:
        if chain[0].start > latest_start:
            latest_start = chain[0].start
            yield chain


def _keeps_negation(left_out: str, put_in: str) -> bool:
    """Whether the words left out of a quote, and those put in for them, leave its yes a yes and its no a no."""
    sentences = _SENTENCE_END.split(_fold_typed(left_out))
    if _is_negated(put_in):
        return any(_NEGATION.search(sentence) for sentence in sentences)
    # A whole sentence that was left out may deny what it likes, the rest of a quoted one may not.
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
    """Return the only candidate, or the candidate that the words before and after single out."""
    chosen = candidates[0]
    if len(candidates) > 1:
        prefix, suffix = context
        if not prefix and not suffix:
            raise QuoteAmbiguous(quote, len(candidates))
        agreements = [_agreement(text, spans, prefix or "", suffix or "") for spans in candidates]
        best = max(agreements)
        # Half of the context must agree, so that one chance letter does not decide.
        if agreements.count(best) > 1 or best < 1 / 2:
            raise QuoteAmbiguous(quote, len(candidates), had_context=True)
        chosen = candidates[agreements.index(best)]
    return Anchor(chosen, how, text[chosen[0].start : chosen[-1].end])


def _agreement(text: str, spans: tuple[Span, ...], prefix: str, suffix: str) -> float:
    """Return the share of prefix and suffix that stands around the spans, counted outward from the quote."""
    # Punctuation next to the quote may have gone to either side of its edge.
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
    """Return how many characters two strings share from their beginning."""
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _shorten(text: str, width: int = 60) -> str:
    """Return a text on one line, cut in its middle when it is longer than the width."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    half = (width - 3) // 2
    return f"{line[:half].rstrip()} … {line[-half:].lstrip()}"
