"""Functions that add one record, given a writing session and values.

The values are checked and loaded like one line of a file. An ``add`` never changes existing data: values that
contradict it are rejected. Each function takes the other fields of its kind of record by name; None and an empty tuple
mean that a field is not given. Each returns the account of the rows inserted, updated and unchanged, and raises:

    RecordsRefused: A value is invalid or unknown; the refusal names the field.
    RefusedByRule: A rule of the database rejected the change, or it conflicts with existing data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stancedb.database import Writing
from stancedb.errors import NothingToSet, RecordsRefused
from stancedb.loading.account import LoadAccount
from stancedb.loading.loader import Kind, load_one
from stancedb.questions.statements import speech_of
from stancedb.records.checking import check_record
from stancedb.records.schemas import RECORDS
from stancedb.refusals import THIS_COMMAND, Refusal


def add_record(session: Writing, kind: Kind, fields: Mapping[str, object]) -> LoadAccount:
    """Add one record of any kind; ``fields`` are the fields of that kind, as in a file."""
    return _load(session, kind, fields)


def add_outlet(session: Writing, slug: str, *, name: str, **fields: object) -> LoadAccount:
    """Add one outlet; ``fields`` are those of ``OutletRecord``."""
    return _load(session, "outlet", {"slug": slug, "name": name, **fields})


def add_codebook(
    session: Writing, label: str, *, issued_on: object, issues: Iterable[Mapping[str, object]] = (), **fields: object
) -> LoadAccount:
    """Add one codebook version with its issues; each issue is a mapping with its positions, as in a codebook file.

    ``fields`` are those of ``CodebookRecord``.
    """
    return _load(session, "codebook", {"label": label, "issued_on": issued_on, "issue": [*issues], **fields})


def add_actor(
    session: Writing, slug: str, *, kind: str, name: str, forces: bool = False, **fields: object
) -> LoadAccount:
    """Add one actor, or names, identifiers, relations and tenures to an existing one.

    Args:
        session: The session.
        slug: The slug.
        kind: The kind of actor, a member of ``ActorKind``.
        name: The name shown in tables.
        forces: Whether an actor may have two identifiers of a global scheme.
        **fields: Other fields of ``ActorRecord``.
    """
    return _load(session, "actor", {"slug": slug, "kind": kind, "name": name, **fields}, forces=forces)


def add_article(session: Writing, **fields: object) -> LoadAccount:
    """Add one article with its text; ``fields`` are those of ``ArticleRecord``."""
    return _load(session, "article", fields)


def add_statement(session: Writing, *, speaker: str, said: object, **fields: object) -> LoadAccount:
    """Add one statement with its mention and a coding.

    ``fields`` are those of ``StatementRecord``. If ``statement`` names an existing statement, the mention and coding
    are added to it.
    """
    return _load(session, "statement", {"speaker": speaker, "said": said, **fields})


def add_coding(session: Writing, statement: str, *, issue: str, **fields: object) -> LoadAccount:
    """Add a coding to an existing statement; ``fields`` are the coding fields of ``StatementRecord``.

    Raises:
        NoSuchThing: There is no such statement.
    """
    speech = speech_of(session, statement)
    return _load(session, "statement", {"statement": statement, **speech, "issue": issue, **fields})


def add_event(session: Writing, slug: str, *, kind: str, title: str, during: object, **fields: object) -> LoadAccount:
    """Add one event; ``fields`` are those of ``EventRecord``."""
    return _load(session, "event", {"slug": slug, "kind": kind, "title": title, "during": during, **fields})


def add_indicator(session: Writing, slug: str, *, question: str, counts_if: str, **fields: object) -> LoadAccount:
    """Add one indicator; ``fields`` are those of ``IndicatorRecord``."""
    return _load(session, "indicator", {"slug": slug, "question": question, "counts_if": counts_if, **fields})


def set_statement(session: Writing, statement: str, **fields: object) -> LoadAccount:
    """Correct a statement; ``fields`` are those of ``StatementRecord``, and only the given fields are changed.

    Raises:
        NoSuchThing: There is no such statement.
        NothingToSet: No field is given.
    """
    changed = _given(fields)
    if not changed:
        raise NothingToSet.of(fields)
    values = {"statement": statement, **speech_of(session, statement), **changed}
    return _load(session, "statement", values, only_adds=False)


def _load(
    session: Writing, kind: Kind, fields: Mapping[str, object], *, only_adds: bool = True, forces: bool = False
) -> LoadAccount:
    """Check one record and load it."""
    given = _given(fields)
    checked = check_record(given, RECORDS[kind], THIS_COMMAND, original=given)
    if isinstance(checked, Refusal):
        raise RecordsRefused([checked], 1)
    return load_one(session, kind, checked.record, only_adds=only_adds, forces=forces)


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the given fields, with tuples as lists."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
        if value is not None and value != ()
    }
