"""Discourse Network Analyzer: a file of version 2 or 3 becomes outlets, a codebook, actors, articles and codings.

A document is an article, and its source the outlet. A statement of the file is a statement with its mention and a
coding: the person speaks on behalf of the organization, and the concept is an issue with the positions support and
oppose. What has no place here is counted, so that the rows of the file are those loaded and those left. Everything is
known again by the name of the file and its own words, never by a name that somebody else has too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from stancedb.database import Writing
from stancedb.errors import UnreadableInput
from stancedb.loading.account import LoadAccount
from stancedb.loading.dna.account import ImportReport
from stancedb.loading.dna.context import (
    AGREEMENT,
    CONCEPT,
    ORGANIZATION,
    PERSON,
    ROLES,
    Choices,
    Import,
    part,
    settled,
    tidy,
)
from stancedb.loading.dna.documents import Documents
from stancedb.loading.dna.statements import Statements
from stancedb.loading.loader import Kind, load
from stancedb.model.vocabulary import ActorKind
from stancedb.reading.dna.file import SHORT, VALUES, Variable, open_dna
from stancedb.reading.popolo.known import known_actors
from stancedb.records.actor import ActorRecord
from stancedb.records.checking import Item
from stancedb.records.codebook import CodebookRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
SCHEME = "dna"
_POSITIONS = [
    {"slug": "oppose", "label": "oppose", "rank": 1, "score": -1, "definition": "Coded as disagreement with it."},
    {"slug": "support", "label": "support", "rank": 2, "score": 1, "definition": "Coded as agreement with it."},
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
    "DOCUMENTS",
    "STATEMENTS",
    "STATEMENTTYPES",
    "VARIABLES",
    "CODERS",
    "ENTITIES",
    "ATTRIBUTES",
    "ATTRIBUTEVARIABLES",
    "ATTRIBUTEVALUES",
    *VALUES.values(),
    *_UNPLACED,
}


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
        return _Importer(Import(session, file, choices, path.stem)).load(path.name, keep_going=keep_going)


class _Importer:
    def __init__(self, said: Import) -> None:
        self._said = said
        self._session = said.session
        self._file = said.file
        self._account = said.account
        self._types = said.file.statement_types()
        self._roles = self._find_roles()
        self._issues: dict[str, str] = {}
        self._actors: dict[tuple[str, str], str] = {}

    def load(self, origin: str, *, keep_going: bool) -> ImportReport:
        """Load everything, each kind after those that it names."""
        # While records are copied into the database it answers no question, so all of them are asked before.
        documents = Documents(self._said)
        codebook, actors = self._codebook_record(documents.newest), list(self._actor_records())
        statements = Statements(self._said, self._roles, documents.placed, self._actors, self._issues)
        parts: tuple[tuple[Kind, Iterable[Item[Any]]], ...] = (
            ("outlet", documents.outlet_records()),
            ("codebook", [codebook]),
            ("actor", actors),
            ("article", documents.article_records()),
            ("statement", statements.records()),
        )
        loads = [load(self._session, kind, records, origin=origin, keep_going=keep_going) for kind, records in parts]
        # Each load voids a transaction in which it alone changed nothing; here only all of them together do.
        self._session.is_void = all(load.changed_nothing for load in loads)
        self._settle_account(loads)
        statements.settle()
        return ImportReport(self._account, loads, self._notes(loads))

    def _notes(self, loads: list[LoadAccount]) -> list[str]:
        """Return what a person should know: of the file, and of what the loads did."""
        of_file = (f"{note}: {count}" for note, count in self._said.notes.items())
        return [*of_file, *(note for load in loads for note in load.notes)]

    def _find_roles(self) -> dict[str, list[Variable]]:
        """Find the variables of each role, in the types of statements that say who and about what."""
        variables = self._file.variables()
        named = {role: self._said.choices.variables.get(role, role).casefold() for role in ROLES}
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

    def _codebook_record(self, newest: str) -> Item[CodebookRecord]:
        """Return one codebook of all concepts; an issue at hand keeps its wording."""
        concepts = self._values(CONCEPT)
        codes = {concept: f"{self._said.name}/{concept}" for concept in concepts}
        rows = self._session.execute(
            SQL["issues_of_codes"],
            {"scheme": SCHEME, "codes": list(codes.values())},
        )
        slug_of: dict[str, str] = {row.code: row.slug for row in rows}
        known = {concept: slug_of[code] for concept, code in codes.items() if code in slug_of}
        self._issues = settled(
            self._said, "issue", {concept: f"{self._said.name}/{part(concept)}" for concept in concepts}, known
        )
        rows = self._session.execute(SQL["questions"], {"slugs": list(known.values())})
        questions: dict[str, str] = {row.slug: row.question for row in rows}
        issued_on = self._session.execute(SQL["day_of_codebook"], {"label": self._said.codebook}).scalar_one_or_none()
        issues = [
            {
                "slug": slug,
                "question": questions.get(slug, concept),
                "codes": {SCHEME: codes[concept]},
                "position": [] if concept in known else _POSITIONS,
            }
            for concept, slug in self._issues.items()
        ]
        notes = f"The concepts of the file {self._said.codebook} of Discourse Network Analyzer."
        values = {"label": self._said.codebook, "issued_on": str(issued_on or newest), "notes": notes, "issue": issues}
        return self._said.record(CodebookRecord, "its concepts", values)

    def _actor_records(self) -> Iterator[Item[ActorRecord]]:
        """Give one record for each person and organization; one that is here keeps its slug, kind and main name."""
        actors = {
            (role, value): f"{SCHEME}:{self._said.name}/{role}/{value}"
            for role in (PERSON, ORGANIZATION)
            for value in self._values(role)
        }
        at_hand = known_actors(self._session, list(actors.values()))
        known = {actor: at_hand[identifier][0] for actor, identifier in actors.items() if identifier in at_hand}
        self._actors = settled(self._said, "actor", {actor: part(actor[1]) for actor in actors}, known)
        for (role, value), identifier in actors.items():
            kind = ActorKind.PERSON if role == PERSON else ActorKind.ORGANIZATION
            slug = self._actors[role, value]
            _, kind_here, name, language = at_hand.get(identifier, (slug, kind, value, self._said.choices.language))
            others = [] if name == value else [f"{self._said.choices.language}:{value}"]
            values = {
                "slug": slug,
                "kind": kind_here,
                "name": name,
                "language": language,
                "other_names": others,
                "identifiers": [identifier],
            }
            yield self._said.record(ActorRecord, f"{role} {value}", values)

    def _values(self, role: str) -> list[str]:
        """Return the values of a role, each once, and count those that are blank or the same but for blanks."""
        ids = {variable.id for variable in self._roles[role]}
        found: dict[str, None] = {}
        for variable, value in self._file.entities():
            if variable not in ids:
                continue
            known = tidy(value)
            if not known:
                self._account.leave(role, "blank, which is nobody" if role != CONCEPT else "blank, which is nothing")
            elif known in found:
                self._account.leave(role, "the same as another but for blanks or the type of statements")
            else:
                found[known] = None
                self._account.take(role)
        return list(found)

    def _settle_account(self, loads: list[LoadAccount]) -> None:
        """Count what else the file has, and put with what was left what the loader refused."""
        file, account = self._file, self._account
        account.found("document", file.count("DOCUMENTS"))
        account.found("statement", file.count("STATEMENTS"))
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
        for one in loads:
            if one.kind in {"article", "statement"}:
                refused = len({refusal.source for refusal in one.refusals})
                account.refuse("document" if one.kind == "article" else "statement", refused)

    def _count_types(self) -> None:
        """Count the types of statements and their variables, and the statements of types that are not understood."""
        account, variables = self._account, self._file.variables()
        meant = {variable.id: variable.type_id for found in self._roles.values() for variable in found}
        account.found("type of statements", len(self._types))
        account.take("type of statements", len(self._types.keys() & meant.values()))
        account.leave_rest("type of statements", "without a concept or anybody who speaks")
        account.found("variable", len(variables))
        account.take("variable", len(meant))
        account.leave_rest("variable", _NO_PLACE)
        by_type = self._file.statements_by_type()
        for type_id in by_type.keys() - meant.values():
            account.leave("statement", f"of the type '{self._types.get(type_id, type_id)}'", by_type[type_id])

    def _count_values(self) -> None:
        meant = {variable.id for found in self._roles.values() for variable in found}
        names = {v.id: f"'{v.name}' of '{self._types.get(v.type_id, v.type_id)}'" for v in self._file.variables()}
        for key, rows in self._file.values_by_variable().items():
            self._account.found("value", rows)
            if key not in meant:
                self._account.leave("value", f"of the variable {names.get(key, key)}", rows)
        self._account.leave_rest("value", "empty, or of no statement")

    def _count_entities(self) -> None:
        """Count the persons, organizations and concepts of the file, and what it says of them besides."""
        file, account = self._file, self._account
        role_of = {variable.id: role for role in (PERSON, ORGANIZATION, CONCEPT) for variable in self._roles[role]}
        for key, rows in file.entity_counts().items():
            account.found(role_of.get(key, "entity of another variable"), rows)
        account.leave_rest("entity of another variable", _NO_PLACE)
        for kind, rows in file.entity_extras().items():
            account.found(kind, rows)
            account.leave_rest(kind, _NO_PLACE)

    def _count_words_of_documents(self) -> None:
        for kind, rows in self._file.document_words().items():
            self._account.found(kind, rows)
        self._account.leave_rest("type of a document", "of a document that is not taken")
        self._account.leave_rest("note of a document", _NO_PLACE)
