"""The codebook as it is revised: positions and issues that are retired, merged, split, and put in force again.

Each function locks the codebook before it looks, so that what it finds stays so until it has changed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stancedb.database import Writing
from stancedb.errors import (
    InForce,
    MergedAlready,
    MergedIntoItself,
    MergedIntoRetired,
    PositionsLost,
    RankTaken,
    RetiredAlready,
    TooFewParts,
)
from stancedb.loading.codebooks import lock_codebook
from stancedb.questions.issues import list_positions, show_issue, show_position
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, position_id, position_ids
from stancedb.sql import Queries

SQL = Queries(__file__)


def retire_position(session: Writing, issue: str, slug: str) -> Row:
    """Take a position out of force: its codings stay and count for it, its rank is free, and no new coding takes it.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: It is retired already.
    """
    lock_codebook(session)
    key = _in_force(session, issue, slug)
    session.execute(SQL["retire_position"], {"position": key})
    return show_position(session, issue, slug)


def merge_positions(session: Writing, issue: str, slug: str, *, into: str) -> Row:
    """Say that two positions are one: codings keep naming the first and count for the second.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: The two are one already, or one of them is merged away or retired.
    """
    lock_codebook(session)
    key = position_id(session, issue, slug)
    target = _in_force(session, issue, into)
    if key == target:
        raise MergedIntoItself(slug=slug, kind="position")
    row = show_position(session, issue, slug)
    if row["merged_into"] is not None:
        raise MergedAlready(thing=f"'{slug}'", into=row["merged_into"], kind="position")
    session.execute(SQL["merge_positions"], {"merged": [key], "into": [target]})
    return show_position(session, issue, slug)


def split_position(session: Writing, issue: str, slug: str, *, into: Sequence[tuple[str, int | None]]) -> list[Row]:
    """Retire a position in favour of several: its codings count for it, without a rank, until they are recoded.

    Args:
        session: The writing session.
        issue: The issue's slug.
        slug: The position's slug.
        into: The slugs of the positions that take its place, with the rank that each is to have, or None to leave it.

    Returns:
        The position and its parts.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: It is retired already, or one of the parts is.
        UsageError: There are fewer than two parts.
    """
    names = [part for part, _ in into]
    if len(names) == 1 or len(set(names)) < len(names) or slug in names:
        raise TooFewParts(slug=slug)
    lock_codebook(session)
    key = _in_force(session, issue, slug)
    ranks = {_in_force(session, issue, part): rank for part, rank in into}
    session.execute(SQL["retire_position"], {"position": key})
    ranked = {part: rank for part, rank in ranks.items() if rank is not None}
    session.execute(SQL["rank_positions"], {"positions": [*ranked], "ranks": [*ranked.values()]})
    return [row for row in list_positions(session, issue) if row["position"] in {slug, *names}]


def restore_position(session: Writing, issue: str, slug: str, *, rank: int | None = None) -> Row:
    """Put a position in force again: it counts for itself, with the rank given, or else the one it had last.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: It is in force, its issue is merged into another, or the rank is taken by now.
    """
    lock_codebook(session)
    key = position_id(session, issue, slug)
    rows = list_positions(session, issue)
    if any(row["position"] == slug and row["status"] == "active" for row in rows):
        raise InForce(thing=f"'{slug}' of '{issue}'")
    _refuse_merged(show_issue(session, issue))
    if rank is None:
        rank = session.execute(SQL["last_rank"], {"position": key}).scalar()
    taken = [row["position"] for row in rows if row["rank"] == rank]
    if rank is not None and taken:
        raise RankTaken(issue=issue, rank=rank, position=taken[0])
    session.execute(SQL["restore_position"], {"position": key, "rank": rank})
    return show_position(session, issue, slug)


def retire_issue(session: Writing, slug: str) -> Row:
    """Take an issue out of force: what is coded on it stays and counts, and no new coding takes it.

    Raises:
        NoSuchThing: There is no such issue.
        RefusedByRule: It is retired already.
    """
    lock_codebook(session)
    key = id_of(session, "issue", slug)
    if show_issue(session, slug)["status"] == "retired":
        raise RetiredAlready(thing=f"'{slug}'", kind="issue")
    session.execute(SQL["retire_issue"], {"issue": key})
    return show_issue(session, slug)


def merge_issues(session: Writing, slug: str, *, into: str, positions: Mapping[str, str]) -> Row:
    """Say that two issues are one: codings keep naming the first, and count for the second and its positions.

    Args:
        session: The writing session.
        slug: The issue that is retired.
        into: The issue that its codings count for.
        positions: Which position of the other issue each position goes to; one that is not named goes to that with
            its own slug.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: One of the two is merged away or retired, or a position that has codings goes nowhere.
    """
    lock_codebook(session)
    key, other = id_of(session, "issue", slug), id_of(session, "issue", into)
    if key == other:
        raise MergedIntoItself(slug=slug, kind="issue")
    _refuse_merged(show_issue(session, slug))
    if show_issue(session, into)["status"] == "retired":
        raise MergedIntoRetired(slug=slug, into=into)
    position_ids(session, slug, positions)
    position_ids(session, into, positions.values())
    found = session.execute(
        SQL["positions_to_merge"],
        {"issue": key, "other": other, "slugs": [*positions], "into_slugs": [*positions.values()]},
    ).all()
    lost = [row.slug for row in found if row.has_codings and row.into_status != "active"]
    if lost:
        raise PositionsLost.of(slug, into, lost)
    led = [row for row in found if row.into_status == "active"]
    session.execute(SQL["merge_issue"], {"issue": key, "other": other})
    session.execute(SQL["merge_positions"], {"merged": [row.id for row in led], "into": [row.into_id for row in led]})
    session.execute(SQL["part_positions"], {"other": other})
    return show_issue(session, slug)


def restore_issue(session: Writing, slug: str) -> Row:
    """Put an issue in force again; if it was merged, its positions are what they were before.

    Raises:
        NoSuchThing: There is no such issue.
        RefusedByRule: It is not retired.
    """
    lock_codebook(session)
    key = id_of(session, "issue", slug)
    if show_issue(session, slug)["status"] != "retired":
        raise InForce(thing=f"'{slug}'")
    session.execute(SQL["restore_issue"], {"issue": key})
    session.execute(SQL["restore_positions"], {"issue": key})
    return show_issue(session, slug)


def _in_force(session: Writing, issue: str, slug: str) -> int:
    """Return the key of a position, after making sure that it is in force."""
    key = position_id(session, issue, slug)
    row = show_position(session, issue, slug)
    if row["merged_into"] is not None:
        raise MergedAlready(thing=f"'{slug}' of '{issue}'", into=row["merged_into"], kind="position")
    if row["status"] == "retired":
        raise RetiredAlready(thing=f"'{slug}' of '{issue}'", kind="position")
    return key


def _refuse_merged(issue: Row) -> None:
    if issue["merged_into"] is not None:
        raise MergedAlready(thing=f"'{issue['issue']}'", into=issue["merged_into"], kind="issue")
