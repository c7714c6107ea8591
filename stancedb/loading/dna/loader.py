"""Load a Discourse Network Analyzer file of version 2 or 3: outlets, a codebook, actors, articles and codings.

A document becomes an article, and its source the outlet. A statement of the file becomes a statement with a mention and
a coding: the person speaks on behalf of the organization, and the concept becomes an issue with the positions support
and oppose, or those of the given scale. Rows without a counterpart in the database are counted, so that every row of
the file is either loaded or reported. Everything is recognised by the name of the file and its own words, and a coding
also by the number of its statement, never by a name that another source may share.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.codebooks import lock_codebook
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
)
from stancedb.loading.dna.correcting import rename
from stancedb.loading.dna.documents import Documents
from stancedb.loading.dna.entities import Entities, attribute_key
from stancedb.loading.dna.judging import Judgements
from stancedb.loading.dna.statements import Statements
from stancedb.loading.loader import Kind, load, record_load
from stancedb.model.vocabulary import ActorKind
from stancedb.reading.dna.file import SHORT, VALUES, Variable, open_dna
from stancedb.reading.popolo.known import known_actors
from stancedb.records.actor import ActorRecord
from stancedb.records.checking import Item
from stancedb.records.codebook import CodebookRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
SCHEME = "dna"
_NO_PLACE = "not supported"
# Maximum number of values in a message.
_SHOWN = 12
# Tables whose rows have no counterpart in the database, with the name of a row.
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
    """Load a file of version 2 or 3 in the caller's transaction; loading it again changes nothing.

    Args:
        session: The writing session; nothing is committed here.
        path: The file, which is opened read-only.
        choices: Options for what the file leaves open.
        keep_going: Whether to load valid records even if others are rejected.

    Raises:
        UnreadableInput: The file is not such a file, or its dates or variables cannot be interpreted.
        UsageError: An option does not fit the file.
        NamesakeOfFile: Another file of this name was loaded before.
        RecordsRefused: Some records were rejected and ``keep_going`` is off.
    """
    with open_dna(path) as file:
        return _Importer(Import(session, file, choices, path)).load(keep_going=keep_going)


class _Importer:
    def __init__(self, said: Import) -> None:
        self._said = said
        self._session = said.session
        self._file = said.file
        self._account = said.account
        self._types = said.file.statement_types()
        self._roles = self._find_roles()
        self._other = self._find_others()
        self._check_agreement()
        self._entities = Entities(said, self._roles)
        self._issues: dict[str, str] = {}
        self._actors: dict[tuple[str, str], str] = {}

    def load(self, *, keep_going: bool) -> ImportReport:
        """Load everything, each kind after those that it refers to."""
        # Names and concepts are corrected before the codebook is loaded; an undo takes the locks in the same order.
        lock_codebook(self._session)
        # The connection cannot run queries while it copies records, so all queries run first.
        documents = Documents(self._said)
        judgements = Judgements(self._said, self._roles, self._other, documents.placed)
        statements = Statements(self._said, judgements, documents.placed)
        corrected = rename(self._said, self._entities, statements.sightings())
        codebook, actors = self._codebook_record(documents.newest), list(self._actor_records())
        corrected.add("coding", updated=statements.settle(self._actors, self._issues))
        if not corrected.changed_nothing:
            record_load(self._session, corrected, self._said.origin)
        parts: tuple[tuple[Kind, Iterable[Item[Any]]], ...] = (
            ("outlet", documents.outlet_records()),
            ("codebook", [codebook]),
            ("actor", actors),
            ("article", documents.article_records()),
            ("statement", statements.records()),
        )
        loads = [
            load(self._session, kind, records, origin=self._said.origin, keep_going=keep_going)
            for kind, records in parts
        ]
        loads.append(corrected)
        # A load that changes nothing voids its transaction; here this applies only if none of the loads changed
        # anything.
        self._session.is_void = all(load.changed_nothing for load in loads)
        self._settle_account(loads)
        statements.count_rest()
        return ImportReport(self._account, loads, self._notes(loads))

    def _notes(self, loads: list[LoadAccount]) -> list[str]:
        """Return the notes for the user, about the file and the loads."""
        of_file = (f"{note}: {count}" for note, count in self._said.notes.items())
        return [*of_file, *(note for load in loads for note in load.notes)]

    def _find_roles(self) -> dict[str, list[Variable]]:
        """Find the variables of each role, in the statement types that have an actor and a concept.

        Raises:
            UnreadableInput: No type has both, several do and none is chosen, or the chosen type does not.
        """
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
            shown = [f"{label}: {', '.join(names)}" for label, names in of_type.items()]
            meant_words = {role: named[role] for role in (CONCEPT, PERSON, ORGANIZATION)}
            raise self._said.fault("dna_without_roles", **meant_words, types=shown)
        meant = self._chosen_types(fit)
        return {role: [v for v in found if v.type_id in meant] for role, found in by_role.items()}

    def _chosen_types(self, fit: set[int]) -> set[int]:
        """Return the statement types to load, from those that can be loaded.

        Raises:
            UnreadableInput: A chosen type cannot be loaded or does not exist.
            UnreadableInput: Several types have statements, and none is chosen.
        """
        labels = {self._types.get(type_id, str(type_id)).casefold(): type_id for type_id in fit}
        listed = ", ".join(f"'{self._types.get(type_id, type_id)}'" for type_id in sorted(fit))
        if self._said.choices.types:
            for label in self._said.choices.types:
                if label.casefold() not in labels:
                    raise self._said.fault("none_in_file", noun="statement type", name=label, known=listed)
            return {labels[label.casefold()] for label in self._said.choices.types}
        counts = self._file.statements_by_type()
        used = {type_id for type_id in fit if counts.get(type_id)}
        if len(used) > 1:
            shown = ", ".join(
                f"'{self._types.get(type_id, type_id)}' ({counts[type_id]} statements)" for type_id in sorted(used)
            )
            raise self._said.fault("statement_type_unclear", types=shown)
        return used or fit

    def _find_others(self) -> dict[str, list[Variable]]:
        """Return the variables without a role, such as frames, by the name of the attribute that each becomes."""
        with_role = {v.id for found in self._roles.values() for v in found}
        types = {v.type_id for v in self._roles[CONCEPT]}
        others: dict[str, list[Variable]] = defaultdict(list)
        for variable in self._file.variables():
            if variable.type_id in types and variable.id not in with_role and (key := attribute_key(variable.name)):
                others[key].append(variable)
        return dict(others)

    def _check_agreement(self) -> None:
        """Reject agreement values for which the scale has no position.

        Raises:
            UnreadableInput: There are such values.
        """
        counts: Counter[str] = Counter()
        for value, count in self._file.value_counts(self._roles[AGREEMENT]).items():
            if value is not None and str(value).strip():
                counts[str(value).strip()] += count
        unknown = [value for value in counts if self._said.scale.position_of(value) is None]
        if not unknown:
            return
        shown = ", ".join(
            f"{value} ({count} {'time' if count == 1 else 'times'})" for value, count in sorted(counts.items())[:_SHOWN]
        )
        if self._said.choices.scale is None:
            raise self._said.fault("agreement_unknown", values=shown)
        raise self._said.fault("agreement_not_on_scale", unknown=sorted(unknown)[:_SHOWN], values=shown)

    def _codebook_record(self, newest: str) -> Item[CodebookRecord]:
        """Return one codebook with all concepts; an existing issue keeps its wording."""
        concepts = self._entities.values[CONCEPT]
        codes = {concept: f"{self._said.name}/{concept}" for concept in concepts}
        rows = self._session.execute(SQL["issues_of_codes"], {"scheme": SCHEME, "codes": list(codes.values())})
        slug_of: dict[str, str] = {row.code: row.slug for row in rows}
        known = {concept: slug_of[code] for concept, code in codes.items() if code in slug_of}
        self._check_scale(known)
        self._issues = settled(
            self._said, "issue", {concept: f"{self._said.name}/{part(concept)}" for concept in concepts}, known
        )
        rows = self._session.execute(SQL["questions"], {"slugs": list(known.values())})
        questions: dict[str, str] = {row.slug: row.question for row in rows}
        issued_on = self._session.execute(SQL["day_of_codebook"], {"label": self._said.codebook}).scalar_one_or_none()
        # With several files, the codebook has the latest date, whichever file is loaded first.
        day = max(str(issued_on or newest), newest if self._said.choices.coders else "")
        issues = [
            {
                "slug": slug,
                "question": questions.get(slug, concept),
                "codes": {SCHEME: codes[concept]},
                "position": [] if concept in known else self._said.scale.positions,
                **({"parent": self._issues[above]} if (above := self._entities.parents.get(concept)) else {}),
            }
            for concept, slug in self._issues.items()
        ]
        notes = f"The concepts of the file {self._said.codebook} of Discourse Network Analyzer."
        values = {"label": self._said.codebook, "issued_on": day, "notes": notes, "issue": issues}
        return self._said.record(CodebookRecord, "its concepts", values)

    def _check_scale(self, known: Mapping[str, str]) -> None:
        """Reject a scale that differs from the scale with which issues were loaded before.

        Raises:
            UnreadableInput: An issue lacks positions of the scale, or has positions of another scale.
        """
        given = {str(position["slug"]): str(position["definition"]) for position in self._said.scale.positions}
        positions: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self._session.execute(SQL["positions_of_issues"], {"slugs": list(known.values())}):
            positions[row.issue][row.position] = row.definition
        for issue, here in positions.items():
            coded = {slug: words for slug, words in here.items() if words.startswith("Coded as ")}
            if not given.keys() <= here.keys() or not coded.items() <= given.items():
                raise self._said.fault(
                    "agreement_scale_differs", issue=issue, known=_positions(here), given=_positions(given)
                )

    def _actor_records(self) -> Iterator[Item[ActorRecord]]:
        """Yield one record for each person and organization; an existing actor keeps its slug, kind and main name."""
        actors = {
            (role, value): f"{SCHEME}:{self._said.name}/{role}/{value}"
            for role in (PERSON, ORGANIZATION)
            for value in self._entities.values[role]
        }
        at_hand = known_actors(self._session, list(actors.values()))
        known = {actor: at_hand[identifier][0] for actor, identifier in actors.items() if identifier in at_hand}
        self._actors = settled(self._said, "actor", {actor: part(actor[1]) for actor in actors}, known)
        spoken = self._said.choices.language
        for (role, value), identifier in actors.items():
            kind = ActorKind.PERSON if role == PERSON else ActorKind.ORGANIZATION
            slug = self._actors[role, value]
            _, kind_here, name, language = at_hand.get(identifier, (slug, kind, value, spoken))
            others = dict.fromkeys((value, *self._entities.aliases[role, value]))
            values = {
                "slug": slug,
                "kind": kind_here,
                "name": name,
                "language": language,
                "other_names": [f"{spoken}:{other}" for other in others if other != name],
                "identifiers": [identifier],
                "attributes": [f"{key}:{said}" for key, said in self._entities.attributes[role, value].items()],
            }
            yield self._said.record(ActorRecord, f"{role} {value}", values)

    def _settle_account(self, loads: list[LoadAccount]) -> None:
        """Count the other rows of the file, and move rows whose records were rejected to those not loaded."""
        file, account = self._file, self._account
        account.found("document", file.count("DOCUMENTS"))
        account.found("statement", file.count("STATEMENTS"))
        self._count_types()
        self._count_values()
        self._count_words_of_documents()
        for table, kind in _UNPLACED.items():
            account.found(kind, file.count(table))
            account.leave_rest(kind, _NO_PLACE)
        for table in sorted(file.tables.keys() - _TABLES):
            account.found(f"row of table {table}", file.count(table))
            account.leave_rest(f"row of table {table}", "not a DNA table")
        for one in loads:
            if one.kind in {"article", "statement"}:
                refused = len({refusal.source for refusal in one.refusals})
                account.refuse("document" if one.kind == "article" else "statement", refused)

    def _count_types(self) -> None:
        """Count the statement types and their variables, and the statements of types that cannot be loaded."""
        account, variables = self._account, self._file.variables()
        taken = (*self._roles.values(), *self._other.values())
        meant = {variable.id: variable.type_id for found in taken for variable in found}
        account.found("type of statements", len(self._types))
        account.take("type of statements", len(self._types.keys() & meant.values()))
        account.leave_rest("type of statements", "without a concept or a speaker, or not selected")
        account.found("variable", len(variables))
        account.take("variable", len(meant))
        account.leave_rest("variable", _NO_PLACE)
        by_type = self._file.statements_by_type()
        for type_id in by_type.keys() - meant.values():
            account.leave("statement", f"of the type '{self._types.get(type_id, type_id)}'", by_type[type_id])

    def _count_values(self) -> None:
        taken = (*self._roles.values(), *self._other.values())
        meant = {variable.id for found in taken for variable in found}
        names = {v.id: f"'{v.name}' of '{self._types.get(v.type_id, v.type_id)}'" for v in self._file.variables()}
        for key, rows in self._file.values_by_variable().items():
            self._account.found("value", rows)
            if key not in meant:
                self._account.leave("value", f"of the variable {names.get(key, key)}", rows)
        self._account.leave_rest("value", "empty, or without a statement")

    def _count_words_of_documents(self) -> None:
        for kind, rows in self._file.document_words().items():
            self._account.found(kind, rows)
        self._account.leave_rest("type of a document", "of a document that is not loaded")
        self._account.leave_rest("note of a document", _NO_PLACE)


def _positions(defined: Mapping[str, str]) -> list[str]:
    """Return positions with their definitions, which give the agreement value of each."""
    return [f"{slug} ({words.removesuffix('.')})" for slug, words in defined.items()]
