"""Find many phrases in a text in one pass, with a tree of words.

Each word costs one dictionary lookup, however many phrases there are, and only a word that begins a phrase is followed
further, so the time is proportional to the length of the text times that of the longest phrase. Python's ``re`` would
try an alternation of five thousand names one by one at each place. Packages with an Aho-Corasick automaton work on
characters: each match would have to be checked for word boundaries, and mapped back from a folded text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

Value = TypeVar("Value")

# Scripts without spaces between words, and Hangul, whose words carry particles: each character is a word.
UNSPACED = (
    "\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
# Katakana writes foreign names, so a run of it is one word.
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
# Signs that belong to the preceding letter: accents, vowels, joiners.
_SIGNS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0dff"
    "\u200c\u200d"
)
_WORD = re.compile(
    rf"[{UNSPACED}]|[{KATAKANA}]+|(?:(?![{UNSPACED}{KATAKANA}])[^\W_])(?:(?![{UNSPACED}{KATAKANA}])[^\W_]|[{_SIGNS}])*"
)
# What may separate two words of one phrase.
_BETWEEN = re.compile(
    r"[^\S\n]*(?:[.\-\u2010\u2011\u2013'\u2019·・‧•&/\u200e\u200f\u202a-\u202e\u2066-\u2069][^\S\n]*){0,2}|[^\S\n]*\n[^\S\n]*"
)
_SHORTEST_REST = 3


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order; in scripts without spaces each character is a word.

    Attributes:
        text: Text.
        folded: Words in the form in which they are compared.
        starts: Where each word begins, in code points.
        ends: Where each word ends.
    """

    text: str
    folded: list[str]
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> Words:
        """Return the words of a text."""
        matches = list(_WORD.finditer(text))
        return cls(
            text,
            [fold(match[0]) for match in matches],
            [match.start() for match in matches],
            [match.end() for match in matches],
        )


def folded(phrase: str) -> list[str]:
    """Return the words of a phrase in the form in which they are compared."""
    return list(map(fold, _WORD.findall(phrase)))


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return a word in the form in which it is compared: without case, accents, short vowels and letter variants."""
    if word.isascii():
        return word.lower()
    if "\u2e80" <= word[0] <= "\ud7ff":
        # What looks like an accent in kana and Hangul is part of the letter.
        return word
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    kept = [letter for letter in decomposed if not unicodedata.category(letter).startswith(("M", "C"))]
    return "".join(kept).replace("\u0640", "") or word


class Found(NamedTuple, Generic[Value]):
    """A phrase in a text.

    Attributes:
        first: Number of its first word.
        last: Number of its last word.
        start: Where it begins, in code points.
        end: Where it ends.
        values: Values given with the phrase, each with the phrase as it was given.
    """

    first: int
    last: int
    start: int
    end: int
    values: Sequence[tuple[str, Value]]


class Phrases(Generic[Value]):
    """A set of phrases, each with values.

    Args:
        phrases: Phrases with one value each; a phrase may occur several times.
        prefixes: Prefixes that may be written onto a word of the text, and what then remains without them.
    """

    def __init__(self, phrases: Iterable[tuple[str, Value]], prefixes: Mapping[str, str] | None = None) -> None:
        # A node maps the next words to nodes; under None it has the values of the phrase that ends here.
        self._root: dict[str | None, Any] = {}
        self._prefixes = sorted((prefixes or {}).items(), key=lambda item: -len(item[0]))
        for phrase, value in phrases:
            node = self._root
            for word in folded(phrase):
                node = node.setdefault(word, {})
            if node is not self._root:
                node.setdefault(None, []).append((phrase, value))

    def find(self, words: Words) -> Iterator[Found[Value]]:
        """Yield the phrases in the words of a text, in order and without overlaps, the longest at each place."""
        after = 0
        begun_by = self._root.get
        for first, word in enumerate(words.folded):
            node = begun_by(word)
            if node is None and self._prefixes:
                node = self._without_prefix(word)
            if node is not None and first >= after:
                found = self._longest(words, first, node)
                if found:
                    yield found
                    after = found.last + 1

    def _without_prefix(self, word: str) -> dict[str | None, Any] | None:
        for prefix, instead in self._prefixes:
            if word.startswith(prefix) and len(word) >= len(prefix) + _SHORTEST_REST:
                node: dict[str | None, Any] | None = self._root.get(instead + word[len(prefix) :])
                if node is not None:
                    return node
        return None

    @staticmethod
    def _longest(words: Words, first: int, node: dict[str | None, Any]) -> Found[Value] | None:
        at, longest = first, None
        while True:
            if None in node:
                longest = Found(first, at, words.starts[first], words.ends[at], node[None])
            at += 1
            if at == len(words.folded):
                return longest
            following = node.get(words.folded[at])
            if following is None or not _BETWEEN.fullmatch(words.text, words.ends[at - 1], words.starts[at]):
                return longest
            node = following
