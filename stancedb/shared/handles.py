"""From the handles that people type to the keys that rows use, with the nearest one offered for a slip."""

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
# Among how many handles the nearest to a slip is looked for.
_COMPARED = 50_000


def complete(session: Reading, kind: str, prefix: str) -> list[str]:
    """Return the handles of a kind that begin with what was typed, for the shell."""
    return [row["handle"] for row in ask(session, SQL[kind], handle=None, prefix=prefix, limit=_COMPLETIONS)]


def id_of(session: Reading, kind: str, handle: str, *, known_at: int | None = None) -> int:
    """Return the key of the thing with a handle.

    Args:
        session: The session.
        kind: The noun.
        handle: The handle as typed.
        known_at: The number of the changeset at which it had this handle; None means now.

    Raises:
        NoSuchThing: There is none; the nearest handle is offered.
        RefusedByRule: It is a name that several actors have.
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
    """Return the slug of the actor that an identifier or a name means, as a coding sheet may call it.

    Raises:
        RefusedByRule: It may mean several.
    """
    rows = session.execute(SQL["called"], {"handle": handle}).all()
    if len(rows) > 1:
        shown = " or ".join(f"'{row.slug}' ({row.kind}, {row.why})" for row in rows)
        raise AmbiguousHandle(handle=handle, candidates=shown)
    return rows[0].slug if rows else None


def optional_id(session: Reading, kind: str, handle: str | None, *, known_at: int | None = None) -> int | None:
    """Return the key of the thing with a handle, or None where no handle is given."""
    return None if handle is None else id_of(session, kind, handle, known_at=known_at)


def holder_id(session: Reading, handle: str, *, known_at: int | None = None) -> int:
    """Return the key of the actor that holds positions under a handle: of a merged actor the one it leads to."""
    return standing_holder(session, handle, known_at=known_at)[0]


def standing_holder(session: Reading, handle: str, *, known_at: int | None = None) -> tuple[int, str]:
    """Return key and slug of the actor that holds positions under a handle: of a merged actor the one it leads to."""
    actor = id_of(session, "actor", handle, known_at=known_at)
    row = ask(session, SQL["standing_actor"], known_at=known_at, actor=actor)[0]
    return row["id"], row["slug"]


def optional_holder_id(session: Reading, handle: str | None, *, known_at: int | None = None) -> int | None:
    """Return the key of the actor that counts for a handle, or None where no handle is given."""
    return None if handle is None else holder_id(session, handle, known_at=known_at)


def kept_issue(session: Reading, handle: str, *, known_at: int | None = None) -> tuple[int, str]:
    """Return key and handle of the issue that codings on an issue count for: of a merged one the one it leads to."""
    row = ask(
        session,
        SQL["standing_issue"],
        known_at=known_at,
        issue=id_of(session, "issue", handle, known_at=known_at),
    )[0]
    return row["id"], row["slug"]


def kept_position(session: Reading, issue: str, position: str) -> str:
    """Return the handle of the position that codings of a position count for: of a merged one that it leads to."""
    key = position_id(session, issue, position)
    kept: str = ask(session, SQL["standing_position"], position=key)[0]["slug"]
    return kept


class AnswerKeys(NamedTuple):
    """What an answer about stances is asked with.

    Attributes:
        today: The day on which it is given: today, or the day of the changeset asked for.
        rule: The key of the rule.
        holder: The key of the holder, or None for all.
        holder_slug: Its handle, which is another than the one given where that is of a merged actor.
        issue: The key of the issue, or None for all.
        issue_slug: Its handle, which is another than the one given where that is of a merged issue.
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
    """Return the keys of an answer about stances, found in one round.

    Raises:
        NoSuchThing: There is no such rule, holder or issue; the nearest handle is offered.
    """
    asked = {"rule": rule, "holder": holder, "issue": issue}
    row = ask(session, SQL["answer_keys"], known_at=known_at, number=known_at, **asked)[0]
    if row["rule"] is None:
        id_of(session, "rule", rule)
    key, slug = row["holder"], holder
    # A holder may be called by a name or an identifier, and may be merged away.
    if holder is not None and (key is None or row["merged_into"] is not None):
        key, slug = standing_holder(session, holder, known_at=known_at)
    if issue is not None and row["issue"] is None:
        id_of(session, "issue", issue, known_at=known_at)
    return AnswerKeys(row["today"], row["rule"], key, slug, row["issue"], row["issue_slug"])


def position_id(session: Reading, issue: str, position: str) -> int:
    """Return the key of one of the positions of an issue.

    Raises:
        NoSuchThing: There is no such issue or position; the nearest handle is offered.
    """
    return position_ids(session, issue, [position])[0]


def position_ids(session: Reading, issue: str, positions: Collection[str]) -> list[int]:
    """Return the keys of positions of an issue; the errors are those of position_id."""
    found = session.execute(SQL["positions"], {"issue": id_of(session, "issue", issue)})
    rows: dict[str, int] = {row.slug: row.id for row in found}
    for position in positions:
        if position not in rows:
            raise NoSuchThing.of(f"position of issue '{issue}'", position, rows)
    return [rows[position] for position in positions]
