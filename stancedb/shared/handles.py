"""Find the keys of rows by the handles that users type, and suggest the nearest handle for a typo."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from stancedb.database import Reading
from stancedb.errors import AmbiguousHandle, NoSuchThing, nearest
from stancedb.shared.asking import ask
from stancedb.sql import Queries

SQL = Queries(__file__)
_COMPLETIONS = 100
# Maximum number of handles that are searched for suggestions.
_COMPARED = 50_000


def complete(session: Reading, kind: str, prefix: str) -> list[str]:
    """Return the handles of a kind that begin with a prefix, for shell completion."""
    return [row["handle"] for row in ask(session, SQL[kind], handle=None, prefix=prefix, limit=_COMPLETIONS)]


def id_of(session: Reading, kind: str, handle: str, *, known_at: int | None = None) -> int:
    """Return the key of the object with a handle.

    Args:
        session: The session.
        kind: The noun.
        handle: The handle as typed.
        known_at: The number of the changeset at which it had this handle; None means now.

    Raises:
        NoSuchThing: There is no such object; the nearest handle is suggested.
        RefusedByRule: The handle is a name that several actors have.
    """
    found = _key_of(session, kind, handle, known_at)
    if found is None and kind == "actor" and (called := _called(session, handle)) is not None:
        found = _key_of(session, kind, called, known_at)
    if found is None:
        known = ask(session, SQL[kind], known_at=known_at, handle=None, prefix=None, limit=_COMPARED)
        then = "" if known_at is None else f" as known at changeset {known_at}"
        offer = nearest(handle, [row["handle"] for row in known])
        raise NoSuchThing(kind=kind, handle=handle, where=then, offer=offer)
    return found


def _key_of(session: Reading, kind: str, handle: str, known_at: int | None) -> int | None:
    rows = ask(session, SQL[kind], known_at=known_at, handle=handle, prefix=None, limit=1)
    return rows[0]["id"] if rows else None


def _called(session: Reading, handle: str) -> str | None:
    """Return the slug of the actor with an identifier or a name, resolved as in a coding sheet.

    Raises:
        RefusedByRule: Several actors match.
    """
    rows = session.execute(SQL["called"], {"handle": handle}).all()
    if len(rows) > 1:
        shown = " or ".join(f"'{row.slug}' ({row.kind}, {row.why})" for row in rows)
        raise AmbiguousHandle(handle=handle, candidates=shown)
    return rows[0].slug if rows else None


def optional_id(session: Reading, kind: str, handle: str | None, *, known_at: int | None = None) -> int | None:
    """Return the key of the object with a handle, or None if the handle is None."""
    return None if handle is None else id_of(session, kind, handle, known_at=known_at)


def holder_id(session: Reading, handle: str, *, known_at: int | None = None) -> int:
    """Return the key of the actor that holds the positions under a handle, following merges."""
    return standing_holder(session, handle, known_at=known_at)[0]


def standing_holder(session: Reading, handle: str, *, known_at: int | None = None) -> tuple[int, str]:
    """Return key and slug of the actor that holds the positions under a handle, following merges."""
    actor = id_of(session, "actor", handle, known_at=known_at)
    row = ask(session, SQL["standing_actor"], known_at=known_at, actor=actor)[0]
    return row["id"], row["slug"]


def optional_holder_id(session: Reading, handle: str | None, *, known_at: int | None = None) -> int | None:
    """Return the key of the actor that a handle counts for, or None if the handle is None."""
    return None if handle is None else holder_id(session, handle, known_at=known_at)


def kept_issue(session: Reading, handle: str, *, known_at: int | None = None) -> tuple[int, str]:
    """Return key and handle of the issue that codings on an issue count for, following merges."""
    row = ask(
        session,
        SQL["standing_issue"],
        known_at=known_at,
        issue=id_of(session, "issue", handle, known_at=known_at),
    )[0]
    return row["id"], row["slug"]


def kept_position(session: Reading, issue: str, position: str) -> str:
    """Return the handle of the position that codings of a position count for, following merges."""
    key = position_id(session, issue, position)
    kept: str = ask(session, SQL["standing_position"], position=key)[0]["slug"]
    return kept


class AnswerKeys(NamedTuple):
    """The keys and filters of a question about stances.

    Attributes:
        today: The day for which the answer is given: today, or the day of the changeset.
        rule: The key of the rule.
        holder: The key of the holder, or None for all.
        holder_slug: Its handle, which differs from the given one if that belongs to a merged actor.
        issue: The key of the issue, or None for all.
        issue_slug: Its handle, which differs from the given one if that belongs to a merged issue.
    """

    today: date
    rule: int
    holder: int | None
    holder_slug: str | None
    issue: int | None
    issue_slug: str | None


def answer_keys(
    session: Reading, *, rule: str, holder: str | None, issue: str | None, known_at: int | None
) -> AnswerKeys:
    """Return the keys of a question about stances, found with one query.

    Raises:
        NoSuchThing: There is no such rule, holder or issue; the nearest handle is suggested.
    """
    asked = {"rule": rule, "holder": holder, "issue": issue}
    row = ask(session, SQL["answer_keys"], known_at=known_at, number=known_at, **asked)[0]
    if row["rule"] is None:
        id_of(session, "rule", rule)
    key, slug = row["holder"], holder
    # A holder may be given by name or identifier, and may have been merged.
    if holder is not None and (key is None or row["merged_into"] is not None):
        key, slug = standing_holder(session, holder, known_at=known_at)
    if issue is not None and row["issue"] is None:
        id_of(session, "issue", issue, known_at=known_at)
    return AnswerKeys(row["today"], row["rule"], key, slug, row["issue"], row["issue_slug"])


def position_id(session: Reading, issue: str, position: str) -> int:
    """Return the key of one of the positions of an issue.

    Raises:
        NoSuchThing: There is no such issue or position; the nearest handle is suggested.
    """
    return position_ids(session, issue, [position])[0]


def position_ids(session: Reading, issue: str, positions: Collection[str]) -> list[int]:
    """Return the keys of positions of an issue; for errors see :func:`position_id`."""
    found = session.execute(SQL["positions"], {"issue": id_of(session, "issue", issue)})
    rows: dict[str, int] = {row.slug: row.id for row in found}
    for position in positions:
        if position not in rows:
            raise NoSuchThing.of(f"position of issue '{issue}'", position, rows)
    return [rows[position] for position in positions]
