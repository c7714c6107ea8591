"""Read the marked statements of a file of Discourse Network Analyzer: who says what, where, and how coders judge it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from stancedb.loading.dna.context import AGREEMENT, CONCEPT, ORGANIZATION, PERSON, Import, part, tidy
from stancedb.loading.dna.documents import Placed
from stancedb.loading.dna.text import FrozenText
from stancedb.reading.dna.file import Marked, Variable
from stancedb.spans import Span

# The role and value of a person or an organization.
Actor = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """One statement of the file: who says what, where, and how a coder judges it."""

    key: int
    span: Span
    speaker: Actor
    behalf: Actor | None
    concept: str | None
    position: str | None
    coder: str
    attributes: Mapping[str, str]


class Judgements:
    """All judgements in a file. Its texts are read one at a time.

    Args:
        said: The import.
        roles: The variables by role.
        others: The variables that become attributes, by attribute name.
        placed: The documents that become articles.

    Attributes:
        of: The judgements in each document, by its key in the file.
        named: The coders named in the options, by their names in the database.

    Raises:
        UnreadableInput: A coder named in the options is not in the file, or the only coder is meant and there are
            several.
    """

    def __init__(
        self,
        said: Import,
        roles: Mapping[str, Sequence[Variable]],
        others: Mapping[str, Sequence[Variable]],
        placed: Mapping[int, Placed],
    ) -> None:
        self._said = said
        self._types = {variable.type_id for variable in roles[CONCEPT]}
        self._read = {**roles, **{f"attribute {key}": variables for key, variables in others.items()}}
        self._attributes = {f"attribute {key}": key for key in others}
        self._placed = placed
        self.named: set[str] = set()
        self._coders = self._name_coders()
        self._coded_by: set[int] = set()
        self.of: dict[int, list[Judged]] = {}
        self._read_all()

    def _read_all(self) -> None:
        """Read all statements, document by document."""
        documents = self._said.file.documents()
        current = next(documents, None)
        for key, marks in groupby(self._said.file.marked(self._read), key=lambda marked: marked.document_id):
            while current is not None and key is not None and current.id < key:
                current = next(documents, None)
            if current is None or current.id != key or key not in self._placed:
                for marked in marks:
                    self._leave(marked, "in a document that is not loaded")
                continue
            self.of[key] = list(self._of_document(FrozenText(current.text), self._placed[key], marks))

    def _of_document(self, frozen: FrozenText, placed: Placed, marks: Iterable[Marked]) -> Iterator[Judged]:
        """Yield the judgements in one document; repeated judgements of a coder at one place are yielded once."""
        seen: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
        for marked in marks:
            judged = self._judge(marked, frozen, placed)
            if isinstance(judged, str):
                self._leave(marked, judged)
                continue
            positions = seen[judged.span, judged.speaker, judged.behalf, judged.coder, judged.concept]
            if judged.position in positions:
                self._leave(marked, "duplicate of the same coder")
                continue
            if positions:
                self._said.notes["Statements that contradict another by the same coder at the same place, kept"] += 1
            positions.add(judged.position)
            self._take(marked)
            yield judged

    def _judge(self, marked: Marked, frozen: FrozenText, placed: Placed) -> Judged | str:
        """Return the judgement of a marked passage, or the reason why it cannot be loaded."""
        person, organization, concept = (
            tidy(str(marked.values[role] or "")) for role in (PERSON, ORGANIZATION, CONCEPT)
        )
        span = frozen.span(marked.start, marked.stop)
        agreement = marked.values[AGREEMENT]
        answer = "" if agreement is None else str(agreement).strip()
        if not person and not organization:
            return "without a person or an organization"
        if placed.day is None:
            return "in a document without a date"
        if span is None or not frozen.body[span.start : span.end].strip():
            return "without marked text"
        if not concept:
            self._said.notes["Statements without a concept, not coded"] += 1
        elif not answer:
            self._said.notes["Statements without yes or no, coded as drafts without a position"] += 1
        attributes = {
            key: words
            for role, key in self._attributes.items()
            if (value := marked.values[role]) is not None and (words := tidy(str(value)))
        }
        return Judged(
            key=marked.id,
            span=span,
            speaker=(PERSON, person) if person else (ORGANIZATION, organization),
            behalf=(ORGANIZATION, organization) if person and organization else None,
            concept=concept or None,
            position=self._said.scale.position_of(answer) if concept and answer else None,
            coder=self._coders.get(marked.coder_id, f"{self._said.name}/unknown"),
            attributes=attributes,
        )

    def _name_coders(self) -> dict[int, str]:
        """Return a handle for each coder; among duplicates, all but the first include the coder's number.

        Raises:
            UnreadableInput: A coder named in the options is not in the file.
            CoderUnclear: The options name the only coder, but the file has several.
        """
        called = self._said.file.coders()
        marking = [key for key in self._said.file.coders_of(self._types) if key in called]
        named: dict[int, str] = {}
        for old, new in self._said.choices.coders.items():
            if old is None:
                if len(marking) > 1:
                    raise self._said.fault("coder_unclear", coders=_listed(called[key] for key in marking))
                named |= dict.fromkeys(marking, new)
                continue
            meant = [key for key, name in called.items() if name.casefold() == old.casefold()]
            if not meant:
                raise self._said.fault("none_in_file", noun="coder", name=old, known=_listed(called.values()))
            named |= dict.fromkeys(meant, new)
        handles: dict[int, str] = {}
        for key, name in called.items():
            words = named.get(key, name)
            handle = f"{self._said.name}/{part(words) if words.strip() else 'coder'}"
            handles[key] = handle if handle not in handles.values() else f"{handle}-{key}"
            if key in named:
                self.named.add(handles[key])
        return handles

    def _take(self, marked: Marked) -> None:
        self._said.account.take("statement")
        self._coded_by.add(marked.coder_id)
        for value in marked.values.values():
            if value is None:
                continue
            if str(value).strip():
                self._said.account.take("value")
            else:
                self._said.account.leave("value", "blank")

    def _leave(self, marked: Marked, reason: str) -> None:
        self._said.account.leave("statement", reason)
        self._said.account.leave(
            "value", "of a statement that is not loaded", sum(v is not None for v in marked.values.values())
        )

    def count_coders(self) -> None:
        """Count the coders of the file, after everything has been read."""
        account = self._said.account
        account.found("coder", self._said.file.count("CODERS"))
        account.take("coder", len(self._coded_by & self._coders.keys()))
        account.leave_rest("coder", "not of a loaded statement")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
