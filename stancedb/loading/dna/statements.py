"""The statements of a file of Discourse Network Analyzer: lines of a coding sheet, each with its exact place."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from stancedb.loading.account import LoadAccount
from stancedb.loading.dna.context import AGREEMENT, CONCEPT, ORGANIZATION, PERSON, Import, part, tidy
from stancedb.loading.dna.documents import Placed
from stancedb.loading.dna.text import FrozenText
from stancedb.loading.merge import find_by_hand
from stancedb.loading.quotes import Span, prefix_suffix
from stancedb.model.vocabulary import CoderKind, CodingStatus
from stancedb.reading.dna.file import Marked, Variable
from stancedb.records.checking import Item
from stancedb.records.statement import StatementRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
_ANSWERS = {"1": "support", "yes": "support", "true": "support", "0": "oppose", "no": "oppose", "false": "oppose"}


@dataclass(frozen=True, slots=True)
class _Speech:
    """What one speaker says at one place of a document."""

    span: Span
    speaker: str
    behalf: str | None


@dataclass(frozen=True, slots=True)
class _Coded:
    """What one coder judges of it."""

    marked: Marked
    issue: str | None
    position: str | None
    coder: str


class Statements:
    """The statements of a file, read in the order of its documents; no more than one document is held at a time.

    Args:
        said: The file and what is known of it.
        roles: The variables by role.
        placed: The documents that are articles.
        actors: The slugs of persons and organizations, by role and value.
        issues: The slugs of concepts.
    """

    def __init__(
        self,
        said: Import,
        roles: Mapping[str, Sequence[Variable]],
        placed: Mapping[int, Placed],
        actors: Mapping[tuple[str, str], str],
        issues: Mapping[str, str],
    ) -> None:
        self._said = said
        self._roles = roles
        self._placed = placed
        self._actors = actors
        self._issues = issues
        self._coders = self._name_coders()
        self._open = self._open_codings()
        self._coded_by: set[int] = set()

    def records(self) -> Iterator[Item[StatementRecord]]:
        """Give one record for each coding, and for each statement without one."""
        documents = self._said.file.documents()
        current = next(documents, None)
        for key, marks in groupby(self._said.file.marked(self._roles), key=lambda marked: marked.document_id):
            while current is not None and key is not None and current.id < key:
                current = next(documents, None)
            if current is None or current.id != key or key not in self._placed:
                for marked in marks:
                    self._leave(marked, "in a document that is not taken")
                continue
            yield from self._of_document(FrozenText(current.text), self._placed[key], marks)

    def _of_document(
        self, frozen: FrozenText, placed: Placed, marks: Iterable[Marked]
    ) -> Iterator[Item[StatementRecord]]:
        """Give the lines of one document; what one speaker says at one place is one statement, whoever coded it."""
        said: dict[_Speech, list[list[_Coded]]] = defaultdict(list)
        for marked in marks:
            judged = self._judge(marked, frozen, placed)
            if isinstance(judged, str):
                self._leave(marked, judged)
                continue
            speech, coded = judged
            same = [c for beside in said[speech] for c in beside if (c.coder, c.issue) == (coded.coder, coded.issue)]
            if any(c.position == coded.position for c in same):
                self._leave(marked, "the same as another of the same coder")
                continue
            if same:
                self._said.notes[
                    "Statements that contradict another of the same coder at the same place, and stand beside it"
                ] += 1
            while len(said[speech]) <= len(same):
                said[speech].append([])
            said[speech][len(same)].append(coded)
            self._take(marked)
        for speech, statements in said.items():
            for number, codings in enumerate(statements):
                of_statement = self._of_statement(frozen, placed, speech, number)
                for coded in codings:
                    for holder in self._holders(speech):
                        values = self._settled({**of_statement, **self._of_coding(coded, codings, holder)})
                        span = (speech.span.start, speech.span.end)
                        yield self._said.record(
                            StatementRecord,
                            f"statement {coded.marked.id}",
                            values,
                            span=span,
                            made_under=self._said.codebook,
                        )

    def _judge(self, marked: Marked, frozen: FrozenText, placed: Placed) -> tuple[_Speech, _Coded] | str:
        """Return what a marked stretch means, or the reason why it cannot be taken."""
        person, organization, concept = (
            tidy(str(marked.values[role] or "")) for role in (PERSON, ORGANIZATION, CONCEPT)
        )
        speaker = self._actors.get((PERSON, person)) or self._actors.get((ORGANIZATION, organization))
        span = frozen.span(marked.start, marked.stop)
        agreement = marked.values[AGREEMENT]
        answer = "" if agreement is None else str(agreement).strip().casefold()
        if speaker is None:
            return "naming neither a person nor an organization"
        if placed.day is None:
            return "in a document without a date"
        if span is None or not frozen.body[span.start : span.end].strip():
            return "marking nothing of the text"
        if answer and answer not in _ANSWERS:
            return "with an agreement that is neither yes nor no"
        if not concept:
            self._said.notes["Statements without a concept, which are not coded"] += 1
        elif not answer:
            self._said.notes["Statements that say neither yes nor no, whose codings are drafts without a position"] += 1
        behalf = self._actors.get((ORGANIZATION, organization)) if person else None
        issue = self._issues[concept] if concept else None
        coder = self._coders.get(marked.coder_id, f"{self._said.name}/unknown")
        return _Speech(span, speaker, behalf), _Coded(marked, issue, _ANSWERS.get(answer) if issue else None, coder)

    def _of_statement(self, frozen: FrozenText, placed: Placed, speech: _Speech, number: int) -> dict[str, object]:
        span = speech.span
        words = "\x1f".join(map(str, (placed.slug, span.start, span.end, speech.speaker, speech.behalf, number)))
        prefix, suffix = prefix_suffix(frozen.body, span)
        return {
            "statement": f"{self._said.name}/st-{hashlib.sha256(words.encode()).hexdigest()[:12]}",
            "speaker": speech.speaker,
            "on_behalf_of": speech.behalf,
            "said": placed.day,
            "article": placed.slug,
            "quote": frozen.body[span.start : span.end],
            "prefix": prefix,
            "suffix": suffix,
            "rendering": str(self._said.choices.rendering),
            "authority": self._said.choices.authority,
        }

    def _holders(self, speech: _Speech) -> list[str]:
        if speech.behalf is None:
            return [speech.speaker]
        return {
            "organization": [speech.behalf],
            "person": [speech.speaker],
            "both": [speech.behalf, speech.speaker],
        }[self._said.choices.holder]

    def _of_coding(self, coded: _Coded, beside: list[_Coded], holder: str) -> dict[str, object]:
        """Return the judgement; of several coders who agree the first one's counts, of those who differ nobody's."""
        if coded.issue is None:
            return {}
        given: dict[str, object] = {
            "holder": holder,
            "issue": coded.issue,
            "coder": coded.coder,
            "coder_kind": str(CoderKind.HUMAN),
        }
        if coded.position is None:
            return {**given, "status": str(CodingStatus.DRAFT), "final": False}
        given["position"] = coded.position
        others = [c for c in beside if c.issue == coded.issue and c.position is not None]
        if any(c.position != coded.position for c in others):
            self._said.notes["Codings that differ between coders, of which none counts until one is made final"] += 1
            return {**given, "status": str(CodingStatus.SUBMITTED), "final": False}
        if others[0] is not coded:
            return {**given, "status": str(CodingStatus.ACCEPTED), "final": False}
        return given

    def _settled(self, values: dict[str, object]) -> dict[str, object]:
        """Let the judgement that counts do so where an earlier load left it open and nobody has decided since."""
        named = tuple(values.get(name) for name in ("statement", "holder", "issue", "coder"))
        if "status" in values or named not in self._open:
            return values
        return {**values, "status": str(CodingStatus.ACCEPTED), "final": True}

    def _open_codings(self) -> set[tuple[object, ...]]:
        """Return the codings that an earlier load left open, because coders differed or one had not answered yet."""
        session = self._said.session
        session.execute(SQL["open_codings"], {"label": self._said.codebook})
        find_by_hand(session, LoadAccount("statement"), "coding", SQL["keys_of_open_codings"])
        rows = session.execute(SQL["codings_left_open"]).all()
        session.execute(SQL["drop_open_codings"])
        return {tuple(row) for row in rows}

    def _name_coders(self) -> dict[int, str]:
        """Give each coder a handle; of several that would have the same, all but the first have their number in it."""
        handles: dict[int, str] = {}
        for key, called in self._said.file.coders().items():
            handle = f"{self._said.name}/{part(called) if called.strip() else 'coder'}"
            handles[key] = handle if handle not in handles.values() else f"{handle}-{key}"
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
            "value", "of a statement that is not taken", sum(v is not None for v in marked.values.values())
        )

    def settle(self) -> None:
        """Count the coders, and the codings of an earlier load that are not among these; call it after the load."""
        account = self._said.account
        account.found("coder", self._said.file.count("CODERS"))
        account.take("coder", len(self._coded_by & self._coders.keys()))
        account.leave_rest("coder", "of no statement that is taken")
        gone: int = self._said.session.execute(SQL["count_gone"], {"label": self._said.codebook}).scalar_one()
        if gone:
            self._said.notes["Codings of an earlier load that are not in the file any more, and stay as they are"] = (
                gone
            )
