"""What was loaded of a file before, and how a corrected file, or that of another coder, changes it.

Each coding keeps the name of its file and the number of its statement there, as the attribute ``dna``. So a statement
that names another person, concept or place than before is known as the same one: what it said before is withdrawn, and
what it says now is loaded. What a person changed here since stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.dna.context import CONCEPT, ORGANIZATION, PERSON, Import
from stancedb.loading.dna.entities import Entities
from stancedb.loading.merge import find_by_hand
from stancedb.model.vocabulary import CodingStatus
from stancedb.sql import Queries

SQL = Queries(__file__)
# The attribute of a coding that says where it comes from.
KEY = "dna"
MAJORITY = "majority-of-day"


@dataclass(frozen=True, slots=True)
class Unit:
    """What coders may agree on or not: the position of a holder on an issue in a statement, all by their slugs."""

    statement: str
    holder: str
    issue: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a coding stands in review, and whether it counts."""

    status: str
    is_final: bool


DRAFT = Standing(CodingStatus.DRAFT, False)
SUBMITTED = Standing(CodingStatus.SUBMITTED, False)
BESIDE = Standing(CodingStatus.ACCEPTED, False)
FINAL = Standing(CodingStatus.ACCEPTED, True)
WITHDRAWN = Standing(CodingStatus.REJECTED, False)


@dataclass(frozen=True, slots=True)
class Known:
    """A coding that an earlier load made.

    Attributes:
        id: Its key in the database.
        unit: What it judges.
        coder: Whose it is.
        position: The position, None where none was given.
        standing: Where it stands.
        file: The name of the file that it was loaded from, if that is known.
        key: The number of its statement in that file.
        place: The article, and where in it the quote stands.
        speaker: The slug of who speaks.
        behalf: The slug of on whose behalf.
        is_by_hand: Whether a person decided on it since.
        is_retracted: Whether its statement is withdrawn.
    """

    id: int
    unit: Unit
    coder: str
    position: str | None
    standing: Standing
    file: str | None
    key: int | None
    place: tuple[str, int, int]
    speaker: str
    behalf: str | None
    is_by_hand: bool
    is_retracted: bool

    @property
    def is_live(self) -> bool:
        """Whether it says anything: it is neither rejected nor of a statement that is withdrawn."""
        return self.standing != WITHDRAWN and not self.is_retracted


def known_codings(session: Writing, label: str) -> list[Known]:
    """Return what was loaded under a codebook version."""
    _find_by_hand(session, "coding", label=label)
    rows = session.execute(SQL["known_codings"], {"label": label, "attribute": KEY})
    return [
        Known(
            id=row.id,
            unit=Unit(row.statement, row.holder, row.issue),
            coder=row.coder,
            position=row.position,
            standing=Standing(row.status, row.is_final),
            file=file or None,
            key=int(key) if key.isdecimal() else None,
            place=(row.article, row.char_start, row.char_end),
            speaker=row.speaker,
            behalf=row.behalf,
            is_by_hand=row.is_by_hand,
            is_retracted=row.is_retracted,
        )
        for row in rows
        for file, _, key in ((row.key or "").rpartition("#"),)
    ]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a statement of before says in the file now of one of those whom it named.

    Attributes:
        role: Person, organization or concept.
        slug: Whom it named.
        value: Whom it names now; None where the statement is not in the file, or not at its place.
    """

    role: str
    slug: str
    value: str | None


def rename(said: Import, entities: Entities, sightings: Iterable[Sighting]) -> LoadAccount:
    """Give persons, organizations and concepts the names that a corrected file has for them.

    A name is corrected, and not another one's, where it is gone from the file, and all statements that named it then
    name one and the same now, which is new here.

    Args:
        said: The file.
        entities: What the file has now.
        sightings: What statements of before say now.

    Returns:
        The account of what was changed.
    """
    account = LoadAccount("statement")
    now: dict[tuple[str, str], set[str | None]] = defaultdict(set)
    for sighting in sightings:
        now[sighting.role, sighting.slug].add(sighting.value)
    called = said.session.execute(SQL["called"], {"name": said.name}).all()
    here = {(row.role, row.value) for row in called}
    wanted: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in called:
        new = now.get((row.role, row.slug), set())
        if len(new) == 1 and row.value not in entities.values[row.role]:
            (value,) = new
            if value is not None and (row.role, value) not in here:
                wanted[row.role, value].append((row.slug, row.value))
    renamed = {key: before[0] for key, before in wanted.items() if len(before) == 1}
    for roles, kind in (((PERSON, ORGANIZATION), "actor"), ((CONCEPT,), "issue")):
        _rename(said, account, kind, {key: before for key, before in renamed.items() if key[0] in roles})
    return account


def _rename(said: Import, account: LoadAccount, kind: str, renamed: Mapping[tuple[str, str], tuple[str, str]]) -> None:
    if not renamed:
        return
    named = {
        "name": said.name,
        "roles": [role for role, _ in renamed],
        "news": [value for _, value in renamed],
        "slugs": [slug for slug, _ in renamed.values()],
        "olds": [value for _, value in renamed.values()],
    }
    for step in _RENAMING[kind]:
        said.session.execute(SQL[step], named)
    corrected: int = said.session.execute(SQL[f"rename_{kind}s"], named).rowcount
    account.add(kind, updated=len(renamed), unchanged=-len(renamed))
    said.notes["Names and concepts corrected in the file and now in the database"] += corrected
    if kept := len(renamed) - corrected:
        said.notes["Names and concepts corrected in the file but changed in the database, and kept"] += kept


# What else goes with a name, before the name itself.
_RENAMING = {"actor": ("rename_names", "rename_identifiers"), "issue": ("rename_codes",)}


def requires_review(session: Writing) -> bool:
    """Return whether codings wait for a reviewer."""
    return bool(session.execute(SQL["requires_review"]).scalar_one())


def merged_issues(session: Writing, codes: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return what became of concepts that were merged into others here: the issue, and its position for each.

    Args:
        session: The session.
        codes: What the codes of the concepts begin with.
    """
    merged: dict[str, tuple[str, dict[str, str]]] = {}
    for row in session.execute(SQL["merged_issues"], {"codes": codes}):
        merged.setdefault(row.issue, (row.into_issue, {}))[1][row.position] = row.into_position
    return merged


def settled_unit(
    told: Mapping[str, str | None], first: Sequence[str], others: Sequence[Known], *, is_reviewed: bool
) -> dict[str, Standing]:
    """Return where the codings of one unit stand, by coder.

    Of coders who agree one counts: the first of the file, or of another file the one whose name comes first, so that
    the order of the files does not matter. Of those who differ nobody's does until a person decides.

    Args:
        told: The position by coder, in the file and in other files; None where none is given.
        first: The coders of this file who give one, in the order of their statements.
        others: The codings of other files.
        is_reviewed: Whether codings wait for a reviewer.
    """
    answered = {coder: position for coder, position in told.items() if position is not None}
    standings = dict.fromkeys(told, DRAFT)
    if is_reviewed or len(set(answered.values())) > 1:
        return {**standings, **dict.fromkeys(answered, SUBMITTED)}
    counting = [known.coder for known in others if known.standing.is_final and known.coder in answered]
    elsewhere = counting or [known.coder for known in others if known.coder in answered]
    standings.update(dict.fromkeys(answered, BESIDE))
    if chosen := [*first[:1], *elsewhere]:
        standings[min(chosen)] = FINAL
    return standings


def change_standings(session: Writing, standings: Mapping[int, Standing]) -> int:
    """Put existing codings where they stand now, and return how many."""
    changed = 0
    # Only one coding of a unit is final, so the former one is changed before the new one.
    for is_final in (False, True):
        part = {id_: str(standing.status) for id_, standing in standings.items() if standing.is_final == is_final}
        if part:
            asked = {"ids": list(part), "statuses": list(part.values()), "is_final": is_final}
            changed += session.execute(SQL["change_standings"], asked).rowcount
    return changed


def withdraw_statements(session: Writing, slugs: Sequence[str], *, reason: str) -> int:
    """Retract statements without a live coding, and return how many."""
    changed: int = session.execute(SQL["withdraw_statements"], {"slugs": list(slugs), "reason": reason}).rowcount
    return changed


def withdraw_articles(session: Writing, placed: Collection[str], *, name: str, reason: str) -> int:
    """Retract the articles that are no longer in their file, and return how many.

    Args:
        session: The writing session.
        placed: The articles that are in it.
        name: What its things are called here.
        reason: Why, as people read it.
    """
    asked = {"slugs": list(placed), "prefix": f"{name}/", "reason": reason}
    changed: int = session.execute(SQL["withdraw_articles"], asked).rowcount
    return changed


def bring_back(session: Writing, table: str, slugs: Collection[str]) -> int:
    """Restore the statements or articles that a load retracted and that are in the file again; return how many."""
    if not slugs:
        return 0
    _find_by_hand(session, table, slugs=list(slugs))
    changed: int = session.execute(SQL[f"bring_back_{table}s"], {"slugs": list(slugs)}).rowcount
    return changed


def add_majority_rule(session: Writing) -> bool:
    """Add the rule under which the majority of a day counts, unless it exists; return whether it was added."""
    if session.execute(SQL["has_rule"]).scalar_one():
        return False
    session.execute(SQL["add_majority_rule"], {"slug": MAJORITY})
    return True


def _find_by_hand(session: Writing, table: str, **asked: object) -> None:
    """Make the table of those rows in question that a person decided on."""
    session.execute(SQL[f"ask_about_{table}s"], asked)
    find_by_hand(session, LoadAccount("statement"), table, SQL["in_question"])
    session.execute(SQL["ask_no_more"])
