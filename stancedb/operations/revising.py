"""Revising the codebook: retiring, merging, splitting and restoring positions and issues.

Each function locks the codebook before reading, so that nothing changes between reading and writing.
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
    """Retire a position: its codings stay and still count, its rank becomes free, and it takes no new codings.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: It is already retired.
    """
    lock_codebook(session)
    key = _in_force(session, issue, slug)
    session.execute(SQL["retire_position"], {"position": key})
    return show_position(session, issue, slug)


def merge_positions(session: Writing, issue: str, slug: str, *, into: str) -> Row:
    """Merge a position into another: codings keep the first and count for the second.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: The two are already merged, or one of them is merged into another or retired.
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
    """Retire a position in favour of several others: its codings count for it, without a rank, until recoded.

    Args:
        session: The writing session.
        issue: The slug of the issue.
        slug: The slug of the position.
        into: The slugs of the replacement positions, each with its new rank, or None to keep its rank.

    Returns:
        The position and its replacements.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: The position or one of its replacements is already retired.
        UsageError: There are fewer than two replacements.
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
    """Put a position back in force: it counts for itself, with the given rank or its last rank.

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: It is in force, its issue is merged into another, or the rank is taken.
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
    """Retire an issue: its codings stay and still count, and it takes no new codings.

    Raises:
        NoSuchThing: There is no such issue.
        RefusedByRule: It is already retired.
    """
    lock_codebook(session)
    key = id_of(session, "issue", slug)
    if show_issue(session, slug)["status"] == "retired":
        raise RetiredAlready(thing=f"'{slug}'", kind="issue")
    session.execute(SQL["retire_issue"], {"issue": key})
    return show_issue(session, slug)


def merge_issues(session: Writing, slug: str, *, into: str, positions: Mapping[str, str]) -> Row:
    """Merge an issue into another: codings keep the first, and count for the second and its positions.

    Args:
        session: The writing session.
        slug: The slug of the issue to retire.
        into: The slug of the issue for which its codings count from now on.
        positions: The position of the other issue for each position (default: the position with the same slug).

    Raises:
        NoSuchThing: There is no such issue or position.
        RefusedByRule: One of the two is merged into another or retired, or a position with codings has no target.
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
    """Put an issue back in force; if it was merged, its positions return to their earlier state.

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
    """Return the key of a position, and fail if it is not in force."""
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
