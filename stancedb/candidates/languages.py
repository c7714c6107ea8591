"""What is known of a language: the lists in the TOML files beside this module, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from stancedb.candidates.phrases import Phrases, fold

# What a phrase of the lists does in a sentence.
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
        marks: Opening and closing quotation marks.
        at_words: Those that are apostrophes too.
        ends: What ends a sentence wherever it stands.
        ends_before_space: What ends one only before a space.
        abbreviations: Folded words that keep a full stop.
        abbreviations_before_figures: Those that keep it only before a figure.
        goes_on: What after a closing mark carries the sentence on.
        words: Verbs and the words around them, with what they do.
        titles_after: Titles that follow a name, the longest first.
        prefixes: What may be written onto the front of a word, and what stands there without it.
        subject: Where the speaker stands: before the verb, after it, or marked by a particle.
        topic_marks: The particles of a topic.
        subject_marks: The particles of a subject, which is the speaker if there is not a topic.
        reach: How many words may stand between the speaker and the verb.
        possessives: What makes a name before it an attribute.
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
    """Return what is known of a language.

    Args:
        tag: The language as BCP 47 writes it, such as zh-Hans; None if it is not known.

    Returns:
        The lists of the language, or those of all other languages, which have no verbs.
    """
    name = (tag or "").casefold().partition("-")[0]
    return _read(name if name in WITH_LISTS else "other")


# The languages that have lists of their own.
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
