"""Find who speaks: the name attached to a reporting verb, depending on where each language puts the speaker."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from stancedb.candidates.languages import Language, Role
from stancedb.candidates.names import Named
from stancedb.candidates.phrases import Found, Words
from stancedb.spans import Span

_VERBS: tuple[Role, ...] = ("speech", "stance")
_REPORTING: tuple[Role, ...] = (*_VERBS, "source")
# Colons and semicolons, including full-width ones; commas; and the Arabic ones.
_PAUSES = ":;\uff1a\uff1b\u061b"
_INTERRUPTIONS = f"{_PAUSES},\uff0c\u060c"
# What may precede a verb that follows a quotation.
_CLOSING = ("\u201d", '"', "\u2019", "'", "\u00bb", "\u300d", ",", "\uff0c")
_NEAR = 4


@dataclass(frozen=True, slots=True)
class Clause:
    """The part of a sentence outside quotations: what its author says, including who spoke.

    Attributes:
        words: Words of the text.
        span: Span of the sentence.
        roles: Words of the sentence that have a role, in order.
        named: Names in the sentence, in order.
        quoted: Quotations in the sentence with their marks, in order.
    """

    words: Words
    span: Span
    roles: Sequence[Found[Role]]
    named: Sequence[Named]
    quoted: Sequence[Span]
    _role_at: dict[int, set[Role]] = field(init=False)
    _name_at: dict[int, Named] = field(init=False)

    def __post_init__(self) -> None:
        of_words: dict[int, set[Role]] = {}
        for found in self.roles:
            for word in range(found.first, found.last + 1):
                of_words[word] = {role for _, role in found.values}
        object.__setattr__(self, "_role_at", of_words)
        object.__setattr__(self, "_name_at", {word: name for name in self.named for word in (name.first, name.last)})

    def verbs(self) -> list[Found[Role]]:
        """Return the reporting verbs, and words such as "according to"; a word of a name is not a verb."""
        return [
            found
            for found in self.roles
            if any(role in _REPORTING for _, role in found.values) and not self.is_named(found.first)
        ]

    def is_named(self, word: int) -> bool:
        """Return whether a word begins or ends a name."""
        return word in self._name_at

    def name_at(self, word: int) -> Named | None:
        """Return the name that begins or ends at a word."""
        return self._name_at.get(word)

    def has_role(self, word: int, *roles: Role) -> bool:
        """Return whether a word has one of the roles."""
        return not self._role_at.get(word, set()).isdisjoint(roles)

    def between(self, first: int, last: int) -> str:
        """Return the text between two words."""
        return self.words.text[self.words.ends[first] : self.words.starts[last]]

    def holds(self, word: int) -> bool:
        """Return whether a word belongs to this sentence and is outside its quotations."""
        if not 0 <= word < len(self.words.folded):
            return False
        start, end = self.words.starts[word], self.words.ends[word]
        if start < self.span.start or end > self.span.end:
            return False
        at = bisect_left(self.quoted, end, key=lambda span: span.start) - 1
        return at < 0 or start >= self.quoted[at].end


def speaker_of(clause: Clause, language: Language) -> str | None:
    """Return the handle of the actor whose name is attached to a reporting verb.

    Verbs of speech decide if they have a name, otherwise verbs of stance do.

    Returns:
        The handle, or None if no name is attached, or names of several actors are.
    """
    speakers = [*_of_verbs(clause, "speech", language), *_of_sources(clause, language)]
    if not speakers or any(clause.has_role(_before_titles(clause, name), "coordinator") for name in speakers):
        speakers += _of_verbs(clause, "stance", language)
    handles = {handle for name in speakers for handle in name.handles}
    return handles.pop() if len(handles) == 1 else None


def _of_verbs(clause: Clause, kind: Role, language: Language) -> list[Named]:
    verbs = [verb for verb in clause.verbs() if any(role == kind for _, role in verb.values)]
    if language.subject == "marked":
        # The last verb is that of the main clause.
        found = [_marked(clause, verb, language) for verb in verbs[-1:]]
    else:
        found = [_of_verb(clause, verb, language) for verb in verbs]
    return [name for name in found if name]


def _of_verb(clause: Clause, verb: Found[Role], language: Language) -> Named | None:
    if language.subject == "after":
        return _after(clause, verb.last, language) or _before(clause, verb, language)
    name = _before(clause, verb, language)
    if name is None and clause.has_role(verb.first, "inverted") and _follows_quotation(clause, verb):
        return _after(clause, verb.last, language)
    return name


def _before(clause: Clause, verb: Found[Role], language: Language) -> Named | None:
    """Return the nearest name before a verb that may be its subject."""
    at = verb.first - 1
    if clause.has_role(at, "passive"):
        return None
    while at >= verb.first - 1 - language.reach and clause.holds(at):
        if any(pause in clause.between(at, at + 1) for pause in _PAUSES) or clause.has_role(at, "subject", *_VERBS):
            return None
        name = clause.name_at(at)
        if name:
            if _may_speak(clause, name, language):
                return name
            at = name.first
        at -= 1
    return None


def _after(clause: Clause, last: int, language: Language) -> Named | None:
    """Return the first name after a word, before the reported words or a comma."""
    for at in range(last + 1, last + 2 + language.reach):
        if not clause.holds(at) or clause.has_role(at, "stop", "subject", *_VERBS):
            return None
        if any(mark in clause.between(at - 1, at) for mark in _INTERRUPTIONS):
            return None
        name = clause.name_at(at)
        if name and _may_speak(clause, name, language):
            return name
    return None


def _may_speak(clause: Clause, name: Named, language: Language) -> bool:
    """Return whether a name is neither an object nor an attribute."""
    if language.possessives and clause.words.text.startswith(language.possessives, name.end):
        return False
    at = _before_titles(clause, name)
    return not (clause.holds(at) and clause.has_role(at, "object") and not clause.between(at, at + 1).strip())


def _before_titles(clause: Clause, name: Named) -> int:
    """Return the number of the word before a name and its titles and article."""
    at = name.first - 1
    while clause.holds(at) and clause.has_role(at, "title"):
        at -= 1
    return at - 1 if clause.holds(at) and clause.has_role(at, "article") else at


def _follows_quotation(clause: Clause, verb: Found[Role]) -> bool:
    # A quotation ends immediately before the verb, so a few characters are enough.
    before = clause.words.text[max(clause.span.start, verb.start - _NEAR) : verb.start]
    return before.rstrip().endswith(_CLOSING)


def _marked(clause: Clause, verb: Found[Role], language: Language) -> Named | None:
    """Return the first topic before a verb, or the first subject if the sentence has no topic."""
    before = [
        (name, _after_titles(clause.words.text, name.end, language)) for name in clause.named if name.end <= verb.start
    ]
    topic = next((name for name, end in before if clause.words.text.startswith(language.topic_marks, end)), None)
    if topic or any(role == "subject" for found in clause.roles if found.end <= verb.start for _, role in found.values):
        return topic
    return next((name for name, end in before if clause.words.text.startswith(language.subject_marks, end)), None)


def _after_titles(text: str, at: int, language: Language) -> int:
    """Return the end of the titles after a name."""
    while title := next((title for title in language.titles_after if text.startswith(title, at)), None):
        at += len(title)
    return at


def _of_sources(clause: Clause, language: Language) -> Iterator[Named]:
    for found in clause.roles:
        if any(role == "source" for _, role in found.values):
            name = _after(clause, found.last, language)
            if name:
                yield name
    if language.sources_after:
        for name in clause.named:
            if clause.words.text.startswith(
                language.sources_after, _after_titles(clause.words.text, name.end, language)
            ):
                yield name
