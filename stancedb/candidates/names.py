"""Find actors named in a text: by their names, by their offices, and by parts of names if the text makes them clear."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stancedb.candidates.languages import Language, Role
from stancedb.candidates.phrases import UNSPACED, Found, Phrases, Words

_PARTS = re.compile(r"[\s·・‧•]+")
_WITHOUT_SPACES = re.compile(rf"[{UNSPACED}]+")
_SHORTEST_PART = 2
_SURNAME_LENGTHS = (1, 2)


@dataclass(frozen=True, slots=True)
class Name:
    """What an actor may be called on the day of the article.

    Attributes:
        handle: Handle of the actor; for an office, of the person who held it on that day.
        name: The name or the office, in any language.
        is_of_person: Whether it is a person's own name, whose parts may stand for it.
    """

    handle: str
    name: str
    is_of_person: bool = False


class Named(NamedTuple):
    """A name in a text.

    Attributes:
        first: Number of its first word.
        last: Number of its last word.
        start: Where it begins, in code points.
        end: Where it ends.
        handles: Handles of the actors with that name; several if it is ambiguous.
    """

    first: int
    last: int
    start: int
    end: int
    handles: tuple[str, ...]


def named_in(words: Words, names: Iterable[Name], roles: Sequence[Found[Role]], language: Language) -> list[Named]:
    """Return the names in a text, in order and without overlaps.

    A part of a person's name, such as the surname, counts if the text also contains the whole name, or if a title is
    beside it and only one actor has that name. In scripts without spaces, a title must follow it.

    Args:
        words: Words of the text.
        names: Names to look for.
        roles: Words of the text that have a role, for the titles before names.
        language: Lists of the language.
    """
    text, wanted = words.text, list(names)
    full = list(_full(words, wanted, language))
    present = {handle for name in full for handle in name.handles}
    titled = {found.last + 1 for found in roles if any(role == "title" for _, role in found.values)}
    taken = {word for name in full for word in range(name.first, name.last + 1)}
    parts: list[Named] = []
    for found in Phrases(_parts(wanted), language.prefixes).find(words):
        has_title = found.first in titled or text.startswith(language.titles_after, found.end)
        seen = text[found.start : found.end]
        usable = [
            handles
            for written, (handles, needs_title) in found.values
            if (has_title or not needs_title) and _keeps_capitals(written, seen)
        ]
        if usable and taken.isdisjoint(range(found.first, found.last + 1)):
            handles = frozenset[str]().union(*usable)
            meant = handles & present or (handles if has_title and len(handles) == 1 else frozenset())
            if meant:
                parts.append(Named(found.first, found.last, found.start, found.end, tuple(sorted(meant))))
    return sorted([*full, *parts], key=lambda name: name.first)


def _full(words: Words, names: list[Name], language: Language) -> Iterator[Named]:
    for found in Phrases(((name.name, name.handle) for name in names), language.prefixes).find(words):
        handles = {
            handle for written, handle in found.values if _keeps_capitals(written, words.text[found.start : found.end])
        }
        if handles:
            yield Named(found.first, found.last, found.start, found.end, tuple(sorted(handles)))


def _parts(names: list[Name]) -> Iterator[tuple[str, tuple[frozenset[str], bool]]]:
    """Yield the parts of persons' names with all their handles, and whether they need a title beside them."""
    handles: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for name in names:
        if name.is_of_person:
            for part in _parts_of(name.name.strip()):
                handles[part].add(name.handle)
    for (piece, needs_title), of in handles.items():
        yield piece, (frozenset(of), needs_title)


def _parts_of(name: str) -> Iterator[tuple[str, bool]]:
    pieces = _PARTS.split(name)
    if len(pieces) > 1:
        for piece in pieces:
            if len(piece.rstrip(".")) >= _SHORTEST_PART and not piece[0].islower():
                yield piece, False
    elif _WITHOUT_SPACES.fullmatch(name):
        for length in _SURNAME_LENGTHS:
            if length < len(name):
                yield name[:length], True


def _keeps_capitals(written: str, seen: str) -> bool:
    """Return whether a name has its capitals in the text, so that "may" is not May and "us" is not the US."""
    if written.isupper():
        return seen.isupper()
    return not written[:1].isupper() or seen[:1].isupper()
