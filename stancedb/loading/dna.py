"""Discourse Network Analyzer: a file of version 2 or 3 becomes outlets, a codebook, actors, articles and codings.

A document is an article, and its source the outlet. A statement of the file is a statement with its mention and a
coding: the person speaks on behalf of the organization, and the concept is an issue with the positions support and
oppose. What has no place here is counted, so that the rows of the file are those loaded and those left. Everything is
known again by the name of the file and its own words, never by a name that somebody else has too.

Statements are read in the order of the documents, and no more than one document is held at a time.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.dates import check_zone
from stancedb.errors import RefusedByRule, UnreadableInput, UsageError
from stancedb.loading.articles import slugify
from stancedb.loading.dna_account import Account, ImportReport
from stancedb.loading.dna_file import SHORT, VALUES, DnaFile, Document, Marked, Variable, open_dna
from stancedb.loading.dna_text import FrozenText
from stancedb.loading.loader import Kind, load
from stancedb.loading.popolo import known_actors
from stancedb.loading.quotes import Span, prefix_suffix
from stancedb.loading.reading import STRAY, Item, Read, check_record
from stancedb.loading.records import (
    ActorRecord,
    ArticleRecord,
    CodebookRecord,
    OutletRecord,
    Record,
    StatementRecord,
)
from stancedb.loading.report import LoadReport
from stancedb.model.vocabulary import ActorKind, CoderKind, CodingStatus, Rendering

R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)

PERSON, ORGANIZATION, CONCEPT, AGREEMENT = "person", "organization", "concept", "agreement"
ROLES = (PERSON, ORGANIZATION, CONCEPT, AGREEMENT)
SCHEME = "dna"

_ANSWERS = {"1": "support", "yes": "support", "true": "support", "0": "oppose", "no": "oppose", "false": "oppose"}
_POSITIONS = [
    {
        "slug": "oppose",
        "label": "oppose",
        "definition": "Coded as disagreement with the concept.",
        "rank": 1,
        "score": -1,
    },
    {
        "slug": "support",
        "label": "support",
        "definition": "Coded as agreement with the concept.",
        "rank": 2,
        "score": 1,
    },
]
_NO_PLACE = "no place here"
# Tables of which no row has a place here, and what one of them is called.
_UNPLACED = {
    "STATEMENTLINKS": "link of statements",
    "VARIABLELINKS": "link of variables",
    "REGEXES": "search term",
    "CODERRELATIONS": "relation of coders",
    "CODERPERMISSIONS": "permission of a coder",
    "SETTINGS": "setting",
}
_TABLES = {
    "DOCUMENTS", "STATEMENTS", "STATEMENTTYPES", "VARIABLES", "CODERS", "ENTITIES", "ATTRIBUTES", "ATTRIBUTEVARIABLES",
    "ATTRIBUTEVALUES", *VALUES.values(), *_UNPLACED,
}  # fmt: skip
# Key, slug, checksum of the text, source and day of a document that becomes an article.
_Kept = tuple[int, str, str, str, str | None]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86_400
_LONGEST_PART = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What a file does not say, or says in its own words.

    Attributes:
        name: What its things are called here; the name of the file if None.
        language: Of its texts and names (BCP 47).
        outlet_kind: Of its sources.
        article_kind: Of a document whose type is no kind of article.
        holder: Whose position a statement expresses that names a person and an organization.
        authority: Of its statements, 1 to 6.
        rendering: How a document prints what was said.
        zone: Where the dates of a file of version 2 were entered.
        variables: The names of the variables by role, where they are others than the role's.
    """

    name: str | None = None
    language: str = "und"
    outlet_kind: str = "other"
    article_kind: str = "other"
    holder: Literal["organization", "person", "both"] = "organization"
    authority: int | None = None
    rendering: Rendering = Rendering.PARAPHRASE
    zone: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A document that becomes an article: its slug, its outlet and its day here."""

    slug: str
    outlet: str
    day: str | None


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


def load_dna(session: Writing, path: Path, choices: Choices, *, keep_going: bool = False) -> ImportReport:
    """Load a file of version 2 or 3 in the transaction of the caller; a second time it changes nothing.

    Args:
        session: The writing session; nothing is committed here.
        path: The file, which is only read.
        choices: What the file does not say.
        keep_going: Whether to load the good records although others are refused.

    Raises:
        UnreadableInput: It is no such file, or its dates or variables cannot be told.
        UsageError: A choice does not fit.
        RefusedByRule: Another file of this name was loaded before.
        RecordsRefused: Some records are refused and ``keep_going`` is off.
    """
    with open_dna(path) as file:
        importer = _Importer(session, file, choices, path)
        return importer.load(keep_going)


class _Importer:
    def __init__(self, session: Writing, file: DnaFile, choices: Choices, path: Path) -> None:
        self._session = session
        self._file = file
        self._choices = choices
        self._origin = path.name
        self._name = _part(choices.name or path.stem)
        self._codebook = f"{self._name}.dna"
        self._zone = self._checked_zone()
        self.account = Account("document", "statement", PERSON, ORGANIZATION, CONCEPT, "coder", "value")
        self.notes: Counter[str] = Counter()
        self._types = file.statement_types()
        self._roles = self._find_roles()
        self._coders = self._name_coders()
        self._coded_by: set[int] = set()

    def load(self, keep_going: bool) -> ImportReport:
        """Load everything, each kind after those that it names."""
        # While records are copied into the database it answers no question, so all of them are asked before.
        self._kinds = self._article_kinds()
        self._placed = self._place_documents()
        self._issues: dict[str, str] = {}
        self._actors: dict[tuple[str, str], str] = {}
        parts: tuple[tuple[Kind, Callable[[], Iterable[Item[Any]]]], ...] = (
            ("outlet", self._outlet_records),
            ("codebook", self._codebook_records),
            ("actor", self._actor_records),
            ("article", self._article_records),
            ("statement", self._statement_records),
        )
        loads = [
            load(self._session, kind, records(), origin=self._origin, keep_going=keep_going) for kind, records in parts
        ]
        # Each load voids a transaction in which it alone changed nothing; here only all of them together do.
        self._session.is_void = all(report.changed_nothing for report in loads)
        self._settle_account(loads)
        return ImportReport(self.account, loads, [note.format(count) for note, count in self.notes.items()])

    # --- What the file is about ---------------------------------------------------------------------------------------

    def _checked_zone(self) -> ZoneInfo | None:
        zone = self._choices.zone
        if zone is None:
            return None
        if self._file.version != 2:  # noqa: PLR2004 - the version
            raise UsageError(
                message="--zone is for files of version 2; this one is of version 3, whose dates have no zone to undo"
            )
        try:
            return ZoneInfo(check_zone(zone))
        except ValueError as error:
            raise UsageError(message=str(error)) from None

    def _find_roles(self) -> dict[str, list[Variable]]:
        """Find the variables of each role, in the types of statements that say who and about what."""
        variables = self._file.variables()
        named = {role: self._choices.variables.get(role, role).casefold() for role in ROLES}
        by_role = {
            role: [
                v for v in variables if v.name.casefold() == named[role] and (v.data_type == SHORT or role == AGREEMENT)
            ]
            for role in ROLES
        }
        fit = {v.type_id for v in by_role[CONCEPT]} & {v.type_id for v in (*by_role[PERSON], *by_role[ORGANIZATION])}
        if not fit and self._file.count("STATEMENTS"):
            of_type = defaultdict(list)
            for variable in variables:
                of_type[self._types.get(variable.type_id, "")].append(variable.name)
            shown = "; ".join(f"{label}: {', '.join(names)}" for label, names in of_type.items())
            raise UnreadableInput(
                source=self._file.source,
                reason=f"no type of statements has the short texts {named[CONCEPT]} and {named[PERSON]} or"
                f" {named[ORGANIZATION]}; name those meant with --concept, --person or --organization; it has {shown}",
            )
        return {role: [v for v in found if v.type_id in fit] for role, found in by_role.items()}

    def _name_coders(self) -> dict[int, str]:
        """Give each coder a handle; of several that would have the same, all but the first have their number in it."""
        handles: dict[int, str] = {}
        for key, called in self._file.coders().items():
            handle = f"{self._name}/{_part(called) if called.strip() else 'coder'}"
            handles[key] = handle if handle not in handles.values() else f"{handle}-{key}"
        return handles

    # --- Documents and their sources ----------------------------------------------------------------------------------

    def _place_documents(self) -> dict[int, _Placed]:
        """Give each document that has a text its slug, outlet and day; one that is here keeps slug and outlet."""
        kept: list[_Kept] = []
        used: set[str] = set()
        for document in self._file.documents():
            frozen = FrozenText(document.text)
            if not frozen.body.strip():
                self.account.leave("document", "without a text")
                continue
            sha256 = hashlib.sha256(frozen.body.encode()).hexdigest()
            slug = f"{self._name}/{_part(document.title) if document.title.strip() else document.id}-{sha256[:8]}"
            slug = slug if slug not in used else f"{slug}-{document.id}"
            used.add(slug)
            kept.append((document.id, slug, sha256, _tidy(document.source), self._day(document)))
            self._note(document, frozen)
        self._newest = max((day for *_, day in kept if day), default="1970-01-01")
        known = self._known_articles(kept, used)
        outlets = self._place_sources({source for key, _, _, source, _ in kept if key not in known})
        return {
            key: _Placed(*known[key], day) if key in known else _Placed(slug, outlets[source], day)
            for key, slug, _, source, day in kept
        }

    def _day(self, document: Document) -> str | None:
        """Return the day of a document.

        Raises:
            UnreadableInput: It is an instant of version 2, no midnight of UTC, and nobody said in which zone.
        """
        if document.date is None:
            return None
        seconds, rest = divmod(document.date, 1000) if self._file.version == 2 else (document.date, 0)  # noqa: PLR2004
        try:
            moment = _EPOCH + timedelta(seconds=seconds)
            if self._file.version == 2:  # noqa: PLR2004 - the version
                if self._zone is None and (rest or seconds % _DAY):
                    raise UnreadableInput(
                        source=self._file.source,
                        reason=f"the date of document {document.id} is {moment:%Y-%m-%d %H:%M} UTC, and version 2 keeps"
                        " dates by the clock of the machine; say with --zone where they were entered, as Europe/Berlin",
                    )
                moment = moment.astimezone(self._zone or UTC)
        except OverflowError:
            return None
        if (moment.hour, moment.minute, moment.second) != (0, 0, 0):
            self.notes["{} documents have a time of the day; their day alone is taken"] += 1
        return moment.date().isoformat()

    def _note(self, document: Document, frozen: FrozenText) -> None:
        if frozen.strays:
            self.notes["{} control characters in texts became spaces"] += frozen.strays
        if frozen.is_counted_otherwise:
            self.notes[
                "{} texts have line ends, blanks, composed characters or emoji that the program counts otherwise; their"
                " statements were moved accordingly"
            ] += 1
        if re.search(r"</?(?:p|br|div|span|html)\b[^<>]*>", frozen.body, re.IGNORECASE):
            self.notes["{} texts have HTML tags in them, which stay as they are, because statements count them"] += 1
        if not document.title.strip():
            self.notes["{} documents have no title and are called by their number"] += 1

    def _known_articles(self, kept: list[_Kept], slugs: Collection[str]) -> dict[int, tuple[str, str]]:
        """Return slug and outlet of each document that is here, under its slug or with the same source and text.

        Raises:
            RefusedByRule: Documents of a file of this name are here, and none of them is in this one.
        """
        rows = self._session.execute(
            text(
                "SELECT v.text_sha256, a.slug, o.slug, lower(o.name) FROM stancedb.article_version v"
                " JOIN stancedb.article a ON a.id = v.article_id JOIN stancedb.outlet o ON o.id = a.outlet_id"
                " WHERE v.text_sha256 = ANY (:hashes) ORDER BY a.slug"
            ),
            {"hashes": [sha256 for _, _, sha256, _, _ in kept]},
        ).all()
        self._refuse_namesake({slug for _, slug, _, _ in rows})
        outlet_of = {slug: outlet for _, slug, outlet, _ in rows}
        same = {(sha256, name): slug for sha256, slug, _, name in rows if slug not in slugs}
        known = {}
        for key, slug, sha256, source, _ in kept:
            found = slug if slug in outlet_of else same.get((sha256, self._called(source).lower()))
            if found is not None:
                known[key] = (found, outlet_of[found])
        return known

    def _refuse_namesake(self, known: Collection[str]) -> None:
        prefix = f"{self._name}/"
        if any(slug.startswith(prefix) for slug in known):
            return
        has_others: bool = self._session.execute(
            text("SELECT EXISTS (SELECT FROM stancedb.article WHERE starts_with(slug, :prefix))"), {"prefix": prefix}
        ).scalar_one()
        if has_others:
            raise RefusedByRule(
                sentence=f"a file called '{self._name}' was loaded before, and no document of it is in this one;"
                " give this one another name with --name"
            )

    def _called(self, source: str) -> str:
        return source or f"{self._codebook}, documents without a source"

    def _place_sources(self, sources: Collection[str]) -> dict[str, str]:
        """Return the outlet of each source: the one that has its name, or a new one."""
        names = {source: self._called(source) for source in sources}
        rows = self._session.execute(
            text(
                "SELECT lower(name), min(slug), count(*) FROM stancedb.outlet"
                " WHERE lower(name) = ANY (:names) GROUP BY 1"
            ),
            {"names": [name.lower() for name in names.values()]},
        )
        at_hand = {name: slug for name, slug, count in rows if count == 1}
        known = {source: at_hand[name.lower()] for source, name in names.items() if name.lower() in at_hand}
        bases = {source: _part(name) for source, name in names.items()}
        slugs = _settled(self._session, "outlet", bases, known)
        self._new_outlets = {slugs[source]: name for source, name in names.items() if source not in known}
        return slugs

    def _outlet_records(self) -> Iterator[Item[OutletRecord]]:
        for slug, name in sorted(self._new_outlets.items()):
            values = {"slug": slug, "name": name, "kind": self._choices.outlet_kind}
            yield self._record(OutletRecord, f"source {name}", values)

    def _article_records(self) -> Iterator[Item[ArticleRecord]]:
        for document in self._file.documents():
            placed = self._placed.get(document.id)
            if placed is None:
                continue
            kind = self._kinds.get(_tidy(document.type).casefold())
            if kind is not None:
                self.account.take("type of a document")
            elif document.type.strip():
                self.account.leave("type of a document", "no kind of article here")
            title = _tidy(document.title)
            values = {
                "id": placed.slug, "outlet": placed.outlet, "title": title or f"Document {document.id}",
                "text": FrozenText(document.text).body, "byline": _tidy(document.author) or None,
                "section": _tidy(document.section) or None, "published": placed.day,
                "language": self._choices.language, "kind": kind or self._choices.article_kind,
                "extractor": f"dna/{self._file.version}",
            }  # fmt: skip
            item = self._record(ArticleRecord, f"document {document.id}", values)
            self.account.take("document")
            yield replace(item, guessed=frozenset({"title"})) if isinstance(item, Read) and not title else item

    def _article_kinds(self) -> dict[str, str]:
        rows = self._session.execute(text("SELECT code, label FROM stancedb.article_kind")).all()
        return {called.casefold(): code for code, label in rows for called in (code, label)}

    # --- Concepts and actors ------------------------------------------------------------------------------------------

    def _codebook_records(self) -> Iterator[Item[CodebookRecord]]:
        """Give one codebook of all concepts; an issue at hand keeps its wording."""
        concepts = self._values(CONCEPT)
        codes = {concept: f"{self._name}/{concept}" for concept in concepts}
        rows = self._session.execute(
            text(
                "SELECT c.code, min(i.slug) AS slug FROM stancedb.issue_code c"
                " JOIN stancedb.issue i ON i.id = c.issue_id"
                " WHERE c.scheme = :scheme AND c.code = ANY (:codes) GROUP BY c.code"
            ),
            {"scheme": SCHEME, "codes": list(codes.values())},
        )
        slug_of: dict[str, str] = {row.code: row.slug for row in rows}
        known = {concept: slug_of[code] for concept, code in codes.items() if code in slug_of}
        self._issues = _settled(
            self._session, "issue", {concept: f"{self._name}/{_part(concept)}" for concept in concepts}, known
        )
        rows = self._session.execute(
            text("SELECT slug, question FROM stancedb.issue WHERE slug = ANY (:slugs)"), {"slugs": list(known.values())}
        )
        questions: dict[str, str] = {row.slug: row.question for row in rows}
        issued_on = self._session.execute(
            text("SELECT issued_on FROM stancedb.codebook_version WHERE label = :label"), {"label": self._codebook}
        ).scalar_one_or_none()
        issues = [
            {
                "slug": slug,
                "question": questions.get(slug, concept),
                "codes": {SCHEME: codes[concept]},
                "position": [] if concept in known else _POSITIONS,
            }
            for concept, slug in self._issues.items()
        ]
        notes = f"The concepts of the file {self._codebook} of Discourse Network Analyzer."
        values = {"label": self._codebook, "issued_on": str(issued_on or self._newest), "notes": notes, "issue": issues}
        yield self._record(CodebookRecord, "its concepts", values)

    def _actor_records(self) -> Iterator[Item[ActorRecord]]:
        """Give one record for each person and organization; one that is here keeps its slug, kind and main name."""
        actors = {(role, value): f"{SCHEME}:{self._name}/{role}/{value}"
                  for role in (PERSON, ORGANIZATION) for value in self._values(role)}  # fmt: skip
        at_hand = known_actors(self._session, list(actors.values()))
        known = {actor: at_hand[identifier][0] for actor, identifier in actors.items() if identifier in at_hand}
        self._actors = _settled(self._session, "actor", {actor: _part(actor[1]) for actor in actors}, known)
        for (role, value), identifier in actors.items():
            kind = ActorKind.PERSON if role == PERSON else ActorKind.ORGANIZATION
            slug = self._actors[role, value]
            _, kind_here, name, language = at_hand.get(identifier, (slug, kind, value, self._choices.language))
            others = [] if name == value else [f"{self._choices.language}:{value}"]
            values = {"slug": slug, "kind": kind_here, "name": name, "language": language, "other_names": others,
                      "identifiers": [identifier]}  # fmt: skip
            yield self._record(ActorRecord, f"{role} {value}", values)

    def _values(self, role: str) -> list[str]:
        """Return the values of a role, each once, and count those that are blank or the same but for blanks."""
        ids = {variable.id for variable in self._roles[role]}
        found: dict[str, None] = {}
        for variable, value in self._file.entities():
            if variable not in ids:
                continue
            tidy = _tidy(value)
            if not tidy:
                self.account.leave(role, "blank, which is nobody" if role != CONCEPT else "blank, which is nothing")
            elif tidy in found:
                self.account.leave(role, "the same as another but for blanks or the type of statements")
            else:
                found[tidy] = None
                self.account.take(role)
        return list(found)

    # --- Statements ---------------------------------------------------------------------------------------------------

    def _statement_records(self) -> Iterator[Item[StatementRecord]]:
        documents = self._file.documents()
        current = next(documents, None)
        for key, marks in groupby(self._file.marked(self._roles), key=lambda marked: marked.document_id):
            while current is not None and key is not None and current.id < key:
                current = next(documents, None)
            if current is None or current.id != key or key not in self._placed:
                for marked in marks:
                    self._leave(marked, "in a document that is not taken")
                continue
            yield from self._of_document(FrozenText(current.text), self._placed[key], marks)

    def _of_document(
        self, frozen: FrozenText, placed: _Placed, marks: Iterable[Marked]
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
                self.notes[
                    "{} statements contradict another of the same coder at the same place and stand beside it"
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
                        values = {**of_statement, **self._of_coding(coded, codings, holder)}
                        span = (speech.span.start, speech.span.end)
                        yield self._record(StatementRecord, f"statement {coded.marked.id}", values, span=span)

    def _judge(self, marked: Marked, frozen: FrozenText, placed: _Placed) -> tuple[_Speech, _Coded] | str:
        """Return what a marked stretch means, or the reason why it cannot be taken."""
        person, organization, concept = (
            _tidy(str(marked.values[role] or "")) for role in (PERSON, ORGANIZATION, CONCEPT)
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
            self.notes["{} statements have no concept and are not coded"] += 1
        elif not answer:
            self.notes["{} statements say neither yes nor no; their codings are drafts without a position"] += 1
        behalf = self._actors.get((ORGANIZATION, organization)) if person else None
        issue = self._issues[concept] if concept else None
        coder = self._coders.get(marked.coder_id, f"{self._name}/unknown")
        return _Speech(span, speaker, behalf), _Coded(marked, issue, _ANSWERS.get(answer) if issue else None, coder)

    def _of_statement(self, frozen: FrozenText, placed: _Placed, speech: _Speech, number: int) -> dict[str, object]:
        span = speech.span
        words = "\x1f".join(map(str, (placed.slug, span.start, span.end, speech.speaker, speech.behalf, number)))
        prefix, suffix = prefix_suffix(frozen.body, span)
        return {
            "statement": f"{self._name}/st-{hashlib.sha256(words.encode()).hexdigest()[:12]}",
            "speaker": speech.speaker,
            "on_behalf_of": speech.behalf,
            "said": placed.day,
            "article": placed.slug,
            "quote": frozen.body[span.start : span.end],
            "prefix": prefix,
            "suffix": suffix,
            "rendering": str(self._choices.rendering),
            "authority": self._choices.authority,
        }

    def _holders(self, speech: _Speech) -> list[str]:
        if speech.behalf is None:
            return [speech.speaker]
        return {
            "organization": [speech.behalf], "person": [speech.speaker], "both": [speech.behalf, speech.speaker],
        }[self._choices.holder]  # fmt: skip

    def _of_coding(self, coded: _Coded, beside: list[_Coded], holder: str) -> dict[str, object]:
        """Return the judgement; of several coders who agree the first one's counts, of those who differ nobody's."""
        if coded.issue is None:
            return {}
        given: dict[str, object] = {
            "holder": holder, "issue": coded.issue, "coder": coded.coder, "coder_kind": str(CoderKind.HUMAN),
            "codebook": self._codebook,
        }  # fmt: skip
        if coded.position is None:
            return {**given, "status": str(CodingStatus.DRAFT), "final": False}
        given["position"] = coded.position
        others = [c for c in beside if c.issue == coded.issue and c.position is not None]
        if any(c.position != coded.position for c in others):
            self.notes["{} codings differ between coders, and none of them counts until one is accepted"] += 1
            return {**given, "status": str(CodingStatus.SUBMITTED), "final": False}
        if others[0] is not coded:
            return {**given, "status": str(CodingStatus.ACCEPTED), "final": False}
        return given

    # --- The account --------------------------------------------------------------------------------------------------

    def _take(self, marked: Marked) -> None:
        self.account.take("statement")
        self._coded_by.add(marked.coder_id)
        for value in marked.values.values():
            if value is None:
                continue
            if str(value).strip():
                self.account.take("value")
            else:
                self.account.leave("value", "blank")

    def _leave(self, marked: Marked, reason: str) -> None:
        self.account.leave("statement", reason)
        self.account.leave(
            "value", "of a statement that is not taken", sum(v is not None for v in marked.values.values())
        )

    def _settle_account(self, loads: list[LoadReport]) -> None:
        """Count what else the file has, and put with what was left what the loader refused."""
        file, account = self._file, self.account
        account.found("document", file.count("DOCUMENTS"))
        account.found("statement", file.count("STATEMENTS"))
        account.found("coder", file.count("CODERS"))
        account.take("coder", len(self._coded_by & self._coders.keys()))
        account.leave("coder", "of no statement that is taken", len(self._coders.keys() - self._coded_by))
        self._count_types()
        self._count_values()
        self._count_entities()
        self._count_words_of_documents()
        for table, kind in _UNPLACED.items():
            account.found(kind, file.count(table))
            account.leave_rest(kind, _NO_PLACE)
        for table in sorted(file.tables.keys() - _TABLES):
            account.found(f"row of table {table}", file.count(table))
            account.leave_rest(f"row of table {table}", "none of the tables of DNA")
        for report in loads:
            if report.kind in {"article", "statement"}:
                refused = len({refusal.source for refusal in report.refusals})
                account.refuse("document" if report.kind == "article" else "statement", refused)

    def _count_types(self) -> None:
        """Count the types of statements and their variables, and the statements of types that are not understood."""
        account, variables = self.account, self._file.variables()
        meant = {variable.id: variable.type_id for found in self._roles.values() for variable in found}
        account.found("type of statements", len(self._types))
        account.take("type of statements", len(self._types.keys() & meant.values()))
        account.leave_rest("type of statements", "without a concept or anybody who speaks")
        account.found("variable", len(variables))
        account.take("variable", len(meant))
        account.leave_rest("variable", _NO_PLACE)
        by_type = self._file.counted("SELECT StatementTypeId, count(*) FROM STATEMENTS GROUP BY 1")
        for type_id in by_type.keys() - meant.values():
            account.leave("statement", f"of the type '{self._types.get(type_id, type_id)}'", by_type[type_id])

    def _count_values(self) -> None:
        meant = {variable.id for found in self._roles.values() for variable in found}
        names = {v.id: f"'{v.name}' of '{self._types.get(v.type_id, v.type_id)}'" for v in self._file.variables()}
        for table in VALUES.values():
            for key, rows in self._file.counted(f"SELECT VariableId, count(*) FROM {table} GROUP BY 1").items():
                self.account.found("value", rows)
                if key not in meant:
                    self.account.leave("value", f"of the variable {names.get(key, key)}", rows)
        self.account.leave_rest("value", "empty, or of no statement")

    def _count_entities(self) -> None:
        """Count the persons, organizations and concepts of the file, and what it says of them besides."""
        file, account = self._file, self.account
        role_of = {variable.id: role for role in (PERSON, ORGANIZATION, CONCEPT) for variable in self._roles[role]}
        for key, rows in file.entity_counts().items():
            account.found(role_of.get(key, "entity of another variable"), rows)
        account.leave_rest("entity of another variable", _NO_PLACE)
        for kind, rows in file.entity_extras().items():
            account.found(kind, rows)
            account.leave_rest(kind, _NO_PLACE)

    def _count_words_of_documents(self) -> None:
        for column in ("Type", "Notes"):
            kind = f"{column.lower().rstrip('s')} of a document"
            self.account.found(kind, sum(self._file.counted(
                f"SELECT ID, 1 FROM DOCUMENTS WHERE trim({column}) <> ''").values()))  # fmt: skip
        self.account.leave_rest("type of a document", "of a document that is not taken")
        self.account.leave_rest("note of a document", _NO_PLACE)

    def _record(self, record_type: type[R], place: str, values: Mapping[str, object], **internal: object) -> Item[R]:
        """Return a record of what was given, or a refusal that says where in the file it stands."""
        given = {name: value for name, value in values.items() if value is not None}
        return check_record({**given, **internal}, record_type, f"{self._file.source}, {place}", original=given)


def _settled(session: Reading, table: str, bases: Mapping[K, str], known: Mapping[K, str]) -> dict[K, str]:
    """Return a slug for each thing: the known one, or a new one, with a part of its own where another has it."""
    new = {key: base for key, base in bases.items() if key not in known}
    taken = set(
        session.execute(
            text(f"SELECT slug FROM stancedb.{table} WHERE slug = ANY (:slugs)"), {"slugs": list(new.values())}
        ).scalars()
    )
    often = Counter(new.values())
    return {**known} | {
        key: base if base not in taken and often[base] == 1 else f"{base}-{_short(str(key))}"
        for key, base in new.items()
    }


def _tidy(value: str) -> str:
    """Return a value of one line, in the form in which records keep it; only so are two values the same."""
    return " ".join(unicodedata.normalize("NFC", STRAY.sub(" ", value)).split())


def _part(value: str) -> str:
    return slugify(value)[:_LONGEST_PART].rstrip("-")


def _short(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:8]
