"""What is known about a language: the lists in the TOML files beside this module, each read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from stancedb.candidates.phrases import Phrases, fold

# The function of a listed phrase in a sentence.
Role = Literal[
    "speech",
    "stance",
    "not",
    "title",
    "object",
    "subject",
    "inverted",
    "source",
    "stop",
    "passive",
    "coordinator",
    "article",
]


@dataclass(frozen=True, slots=True)
class Language:
    """The lists of one language.

    Attributes:
        marks: Pairs of opening and closing quotation marks.
        at_words: Quotation marks that are also apostrophes.
        ends: Marks that end a sentence anywhere.
        ends_before_space: Marks that end a sentence only before a space.
        abbreviations: Folded words that keep a full stop.
        abbreviations_before_figures: Folded words that keep it only before a figure.
        goes_on: What continues the sentence after a closing mark.
        words: Verbs and the words around them, with their roles.
        titles_after: Titles that follow a name, the longest first.
        prefixes: Prefixes that are written onto a word, and what remains without them.
        subject: Where the speaker is: before the verb, after it, or marked by a particle.
        topic_marks: Particles that mark a topic.
        subject_marks: Particles that mark a subject, which is the speaker if there is no topic.
        reach: Maximum number of words between the speaker and the verb.
        possessives: What makes the name before it an attribute.
        sources_after: What follows the name of a source.
        has_verbs: Whether there are lists of verbs.
    """

    marks: tuple[tuple[str, str], ...]
    at_words: tuple[tuple[str, str], ...]
    ends: str
    ends_before_space: str
    abbreviations: frozenset[str]
    abbreviations_before_figures: frozenset[str]
    goes_on: tuple[str, ...]
    words: Phrases[Role]
    titles_after: tuple[str, ...]
    prefixes: dict[str, str]
    subject: Literal["before", "after", "marked"]
    topic_marks: tuple[str, ...]
    subject_marks: tuple[str, ...]
    reach: int
    possessives: tuple[str, ...]
    sources_after: tuple[str, ...]
    has_verbs: bool


def language_of(tag: str | None) -> Language:
    """Return what is known about a language.

    Args:
        tag: Language as a BCP 47 tag, such as zh-Hans; None if unknown.

    Returns:
        The lists of the language, or those for all other languages, which have no verbs.
    """
    name = (tag or "").casefold().partition("-")[0]
    return _read(name if name in WITH_LISTS else "other")


# The languages with lists of their own.
WITH_LISTS = frozenset({"ar", "en", "ja", "zh"})


@cache
def _read(name: str) -> Language:
    written: dict[str, Any] = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
    names, attribution = written["names"], written["attribution"]
    verbs = {role: list(chain(*written["verbs"][role].values())) for role in ("speech", "stance")}
    roles: dict[Role, list[str]] = {
        "speech": verbs["speech"],
        "stance": verbs["stance"],
        "not": written["not"]["phrases"],
        "title": names["titles_before"],
        "object": attribution["objects"],
        "subject": attribution["subjects"],
        "inverted": attribution["inverted"],
        "source": attribution["sources"],
        "stop": attribution["stops"],
        "passive": attribution["passives"],
        "coordinator": attribution["coordinators"],
        "article": attribution["articles"],
    }
    return Language(
        marks=_pairs(written["quotation"]["marks"]),
        at_words=_pairs(written["quotation"]["at_words"]),
        ends=written["sentence"]["ends"],
        ends_before_space=written["sentence"]["ends_before_space"],
        abbreviations=frozenset(map(fold, written["sentence"]["abbreviations"])),
        abbreviations_before_figures=frozenset(map(fold, written["sentence"]["abbreviations_before_figures"])),
        goes_on=tuple(written["sentence"]["goes_on"]),
        words=Phrases(((phrase, role) for role, phrases in roles.items() for phrase in phrases), names["prefixes"]),
        titles_after=tuple(sorted(names["titles_after"], key=len, reverse=True)),
        prefixes=names["prefixes"],
        subject=attribution["subject"],
        topic_marks=tuple(attribution["marks"]),
        subject_marks=tuple(attribution["marks_without_topic"]),
        reach=attribution["reach"],
        possessives=tuple(attribution["possessives"]),
        sources_after=tuple(attribution["sources_after"]),
        has_verbs=any(verbs.values()),
    )


def _pairs(marks: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((pair[0], pair[1]) for pair in marks)
