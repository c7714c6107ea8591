"""Compare what was loaded from a file before with a corrected file, or with the file of another coder.

Each coding has an attribute ``dna`` with the name of its file and the number of its statement there. A statement with a
new person, concept or place is therefore recognised as the same statement: the former coding is withdrawn and the new
one is loaded. Changes that users have made in the database since are kept.
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
# The coding attribute with the origin of the coding.
KEY = "dna"
MAJORITY = "majority-of-day"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of comparison between coders: a holder and an issue in a statement, by their slugs."""

    statement: str
    holder: str
    issue: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The review status of a coding, and whether it is final."""

    status: str
    is_final: bool


DRAFT = Standing(CodingStatus.DRAFT, False)
SUBMITTED = Standing(CodingStatus.SUBMITTED, False)
BESIDE = Standing(CodingStatus.ACCEPTED, False)
FINAL = Standing(CodingStatus.ACCEPTED, True)
WITHDRAWN = Standing(CodingStatus.REJECTED, False)


@dataclass(frozen=True, slots=True)
class Known:
    """A coding from an earlier load.

    Attributes:
        id: Its key in the database.
        unit: The unit that it judges.
        coder: The name of its coder.
        position: The slug of the position, or None.
        standing: Its status and final flag.
        file: The name of the file that it was loaded from, if known.
        key: The number of its statement in that file.
        place: The article, and the offsets of the quote in it.
        speaker: The slug of the speaker.
        behalf: The slug of the actor spoken for.
        is_by_hand: Whether a user has decided on it since.
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
        """Whether it is in force: it is not rejected and its statement is not withdrawn."""
        return self.standing != WITHDRAWN and not self.is_retracted


def known_codings(session: Writing, label: str) -> list[Known]:
    """Return the codings loaded under a codebook version."""
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
    """What an earlier statement now has in the file in place of an actor or concept that it named.

    Attributes:
        role: Person, organization or concept.
        slug: The slug that it named.
        value: The value in the file now; None if the statement is no longer in the file, or not at the same place.
    """

    role: str
    slug: str
    value: str | None


def rename(said: Import, entities: Entities, sightings: Iterable[Sighting]) -> LoadAccount:
    """Rename persons, organizations and concepts as in a corrected file.

    A name counts as corrected, not as replaced by a different one, if it is no longer in the file, and all statements
    that had it now have the same name, which is not yet in the database.

    Args:
        said: The import.
        entities: The entities of the file now.
        sightings: What earlier statements have in the file now.

    Returns:
        The account of the changes.
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


# Queries for what depends on a name, run before the name itself is changed.
_RENAMING = {"actor": ("rename_names", "rename_identifiers"), "issue": ("rename_codes",)}


def requires_review(session: Writing) -> bool:
    """Return whether codings require review."""
    return bool(session.execute(SQL["requires_review"]).scalar_one())


def merged_issues(session: Writing, codes: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Return the target issue of concepts that were merged in the database, and the target of each position.

    Args:
        session: The session.
        codes: The prefix of the concepts' codes.
    """
    merged: dict[str, tuple[str, dict[str, str]]] = {}
    for row in session.execute(SQL["merged_issues"], {"codes": codes}):
        merged.setdefault(row.issue, (row.into_issue, {}))[1][row.position] = row.into_position
    return merged


def settled_unit(
    told: Mapping[str, str | None], first: Sequence[str], others: Sequence[Known], *, is_reviewed: bool
) -> dict[str, Standing]:
    """Return the standing of the codings of one unit, by coder.

    If coders agree, one coding is final: that of the first coder in this file or that of a coder of another file,
    whichever name sorts first, so that the order of the files does not matter. If coders differ, none is final until a
    user decides.

    Args:
        told: The position by coder, in this file and in other files; None if a coder gives none.
        first: The coders of this file who give a position, in the order of their statements.
        others: The codings from other files.
        is_reviewed: Whether codings require review.
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
    """Set the standing of existing codings, and return the number of changed codings."""
    changed = 0
    # Only one coding of a unit is final, so the former one is changed first.
    for is_final in (False, True):
        part = {id_: str(standing.status) for id_, standing in standings.items() if standing.is_final == is_final}
        if part:
            asked = {"ids": list(part), "statuses": list(part.values()), "is_final": is_final}
            changed += session.execute(SQL["change_standings"], asked).rowcount
    return changed


def withdraw_statements(session: Writing, slugs: Sequence[str], *, reason: str) -> int:
    """Retract statements without a coding in force, and return how many."""
    changed: int = session.execute(SQL["withdraw_statements"], {"slugs": list(slugs), "reason": reason}).rowcount
    return changed


def withdraw_articles(session: Writing, placed: Collection[str], *, name: str, reason: str) -> int:
    """Retract articles that are no longer in the file, and return how many.

    Args:
        session: The writing session.
        placed: The articles that are in the file.
        name: The prefix of the slugs of the file.
        reason: The reason, as shown to users.
    """
    asked = {"slugs": list(placed), "prefix": f"{name}/", "reason": reason}
    changed: int = session.execute(SQL["withdraw_articles"], asked).rowcount
    return changed


def bring_back(session: Writing, table: str, slugs: Collection[str]) -> int:
    """Restore statements or articles that a load retracted and that are in the file again, and return how many."""
    if not slugs:
        return 0
    _find_by_hand(session, table, slugs=list(slugs))
    changed: int = session.execute(SQL[f"bring_back_{table}s"], {"slugs": list(slugs)}).rowcount
    return changed


def add_majority_rule(session: Writing) -> bool:
    """Add the derivation rule that takes the majority of a day, unless it exists; return whether it was added."""
    if session.execute(SQL["has_rule"]).scalar_one():
        return False
    session.execute(SQL["add_majority_rule"], {"slug": MAJORITY})
    return True


def _find_by_hand(session: Writing, table: str, **asked: object) -> None:
    """Create the temporary table of the rows in question that a user decided on."""
    session.execute(SQL[f"ask_about_{table}s"], asked)
    find_by_hand(session, LoadAccount("statement"), table, SQL["in_question"])
    session.execute(SQL["ask_no_more"])
