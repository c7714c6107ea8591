"""Find candidates: the sentences and quotations of an article where a coder may find a statement."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

from stancedb.candidates.attribution import Clause, speaker_of
from stancedb.candidates.keywords import Keyword
from stancedb.candidates.languages import Language, Role, language_of
from stancedb.candidates.names import Name, Named, named_in
from stancedb.candidates.phrases import Found, Phrases, Words
from stancedb.candidates.sentences import Sentence, sentences
from stancedb.spans import Span

Why: TypeAlias = Literal["quotation", "verb", "name", "keyword"]

# What each reason adds to the score of a candidate; with speech, which counts instead of stance, they add up to 1. Set
# by judgement: the scores order places, and are not probabilities.
_QUOTATION, _SPEECH, _STANCE, _NAME, _SPEAKER, _KEYWORD = 0.3, 0.4, 0.3, 0.1, 0.1, 0.1


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a place is a candidate.

    Attributes:
        why: What was found.
        span: Position in the text; beside the candidate if the candidate is a quotation.
        words: Text at that position.
        of: Handles of the actors with this name, or slugs of the issues with this keyword.
    """

    why: Why
    span: Span
    words: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place to jump to.

    Attributes:
        span: A sentence, or a quotation without its marks if it contains several sentences; in code points, half-open.
        paragraph: Number of the paragraph, from 1.
        reasons: What was found there, in order.
        score: How much was found, from 0 to 1. It orders candidates and is not a probability.
        speaker: Handle of the actor whose name is attached to the reporting verb; None if there is no such name, or
            more than one.
    """

    span: Span
    paragraph: int
    reasons: tuple[Reason, ...]
    score: float
    speaker: str | None


def candidates(
    text: str, *, language: str | None, names: Iterable[Name], keywords: Iterable[Keyword]
) -> list[Candidate]:
    """Find the places of an article where there may be a statement.

    A sentence is a candidate if it has a quotation or a verb of the lists, or a name and a keyword. In languages
    without lists a name is enough. Verbs within a quotation do not count, because they are part of what was said. The
    time needed is proportional to the length of the text.

    Args:
        text: Text of the article, in NFC.
        language: Language as a BCP 47 tag; None if unknown.
        names: Names of actors, and the offices they held on the day of the article.
        keywords: Phrases that refer to issues.

    Returns:
        The candidates in text order.
    """
    lists = language_of(language)
    finder = _Finder(text, names, keywords, lists)
    found = [candidate for sentence in sentences(text, lists) for candidate in finder.of_sentence(sentence)]
    return sorted(found, key=lambda candidate: (candidate.span.start, candidate.span.end))


_Place = TypeVar("_Place", Found[Role], Found[str], Named)


class _Sorted(Generic[_Place]):
    """Places in text order."""

    def __init__(self, places: Sequence[_Place]) -> None:
        self._places: Sequence[_Place] = places
        self._starts = [place.start for place in places]

    def within(self, span: Span) -> list[_Place]:
        """Return the places that lie within a span."""
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return [place for place in self._places[first:last] if place.end <= span.end]


class _Finder:
    """What was found in a text, and the candidates that result from it."""

    def __init__(self, text: str, names: Iterable[Name], keywords: Iterable[Keyword], language: Language) -> None:
        self._text = text
        self._language = language
        self._words = Words.of(text)
        roles = list(language.words.find(self._words))
        self._roles: _Sorted[Found[Role]] = _Sorted(roles)
        self._named: _Sorted[Named] = _Sorted(named_in(self._words, names, roles, language))
        self._keyed: _Sorted[Found[str]] = _Sorted(
            list(Phrases((word.phrase, word.issue) for word in keywords).find(self._words))
        )

    def of_sentence(self, sentence: Sentence) -> Iterator[Candidate]:
        """Yield the candidate of a sentence, or one for each of its long quotations."""
        quoted = [quotation.outer for quotation in sentence.quotations if quotation.is_closed]
        roles = [role for role in self._roles.within(sentence.span) if not _is_in(role, quoted)]
        named = [name for name in self._named.within(sentence.span) if not _is_in(name, quoted)]
        clause = Clause(self._words, sentence.span, roles, named, quoted)
        verbs: _Sorted[Found[Role]] = _Sorted(clause.verbs())
        speaker = speaker_of(clause, self._language)
        for span, around in _places(sentence):
            said_by = verbs.within(around)
            reasons = [
                *(self._reason("quotation", quotation) for quotation in _quotations(sentence, around)),
                *(self._reason("verb", Span(verb.start, verb.end)) for verb in said_by),
                *(
                    self._reason("name", Span(name.start, name.end), name.handles)
                    for name in self._named.within(around)
                ),
                *(
                    self._reason("keyword", Span(word.start, word.end), tuple(sorted({of for _, of in word.values})))
                    for word in self._keyed.within(around)
                ),
            ]
            why = {reason.why for reason in reasons}
            if why & {"quotation", "verb"} or why == {"name", "keyword"} or (why and not self._language.has_verbs):
                ordered = tuple(sorted(reasons, key=lambda reason: (reason.span.start, reason.span.end, reason.why)))
                yield Candidate(span, sentence.paragraph, ordered, _score(why, said_by, speaker), speaker)

    def _reason(self, why: Why, span: Span, of: tuple[str, ...] = ()) -> Reason:
        return Reason(why, span, self._text[span.start : span.end], of)


def _places(sentence: Sentence) -> Iterator[tuple[Span, Span]]:
    """Yield the span of each candidate with the span in which its reasons are sought.

    For a long quotation this includes its surroundings, up to the long quotations before and after it.
    """
    if not sentence.long:
        yield sentence.span, sentence.span
        return
    starts = [*(quotation.outer.start for quotation in sentence.long[1:]), sentence.span.end]
    ends = [sentence.span.start, *(quotation.outer.end for quotation in sentence.long[:-1])]
    for quotation, start, end in zip(sentence.long, ends, starts, strict=True):
        yield quotation.span, Span(start, end)


def _quotations(sentence: Sentence, around: Span) -> Iterator[Span]:
    """Yield the quotations in a span; an unclosed quotation ends with the span."""
    first = bisect_left(sentence.quotations, around.start, key=lambda quotation: quotation.span.end)
    last = bisect_left(sentence.quotations, around.end, key=lambda quotation: quotation.span.start)
    for quotation in sentence.quotations[first:last]:
        start, end = max(quotation.span.start, around.start), min(quotation.span.end, around.end)
        if start < end:
            yield Span(start, end)


def _is_in(place: Found[Role] | Named, quoted: Sequence[Span]) -> bool:
    at = bisect_left(quoted, place.end, key=lambda span: span.start) - 1
    return at >= 0 and place.start < quoted[at].end


def _score(why: set[Why], verbs: Sequence[Found[Role]], speaker: str | None) -> float:
    is_speech = any(role in {"speech", "source"} for verb in verbs for _, role in verb.values)
    verb = (_SPEECH if is_speech else _STANCE) if verbs else 0.0
    others = {"quotation": _QUOTATION, "name": _NAME, "keyword": _KEYWORD}
    score = verb + sum(worth for reason, worth in others.items() if reason in why) + _SPEAKER * (speaker is not None)
    return round(score, 2)
