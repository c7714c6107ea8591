"""From the handles that people type to the keys that rows use, with the nearest one offered for a slip."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import text

from stancedb.database import Reading
from stancedb.errors import NoSuchThing, RefusedByRule, nearest
from stancedb.shared.asking import ask, relation
from stancedb.sql import beside

# Kind of thing: its table and the column of its handle.
_HANDLES = {
    "actor": ("actor", "slug"),
    "article": ("article", "slug"),
    "outlet": ("outlet", "slug"),
    "issue": ("issue", "slug"),
    "statement": ("statement", "slug"),
    "event": ("event", "slug"),
    "indicator": ("indicator", "slug"),
    "codebook": ("codebook_version", "label"),
    "coder": ("coder", "name"),
    "rule": ("derivation_rule", "slug"),
    "act": ("act", "code"),
    "capacity": ("capacity", "code"),
    "event_kind": ("event_kind", "code"),
    "article_kind": ("article_kind", "code"),
    "position": ("position", "slug"),
    "release": ("release", "label"),
}
_COMPLETIONS = 100


def complete(session: Reading, kind: str, prefix: str) -> list[str]:
    """Return the handles of a kind that begin with what was typed, for the shell."""
    table, column = _HANDLES[kind]
    rows = session.execute(
        text(
            f"SELECT DISTINCT {column} FROM stancedb.{table} WHERE starts_with({column}, :prefix)"
            f" ORDER BY {column} LIMIT {_COMPLETIONS}"
        ),
        {"prefix": prefix},
    )
    return list(rows.scalars())


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
    table, column = _HANDLES[kind]
    source = f"stancedb.{table}" if known_at is None else relation(table, known_at)
    asked = {"handle": handle} if known_at is None else {"handle": handle, "known_at": known_at}
    found: int | None = session.execute(text(f"SELECT id FROM {source} x WHERE {column} = :handle"), asked).scalar()
    if found is None and kind == "actor" and (called := _called(session, handle)) is not None:
        asked["handle"] = called
        found = session.execute(text(f"SELECT id FROM {source} x WHERE {column} = :handle"), asked).scalar()
    if found is None:
        asked["handle"] = handle
        known = session.execute(
            text(f"SELECT {column} FROM {source} x WHERE {column} <> :handle LIMIT 50000"), asked
        ).scalars()
        then = "" if known_at is None else f" as known at changeset {known_at}"
        raise NoSuchThing(kind=kind, handle=handle, offer=f"{then}{nearest(handle, known)}")
    return found


def _called(session: Reading, handle: str) -> str | None:
    """Return the slug of the actor that an identifier or a name means, as a coding sheet may call it.

    Raises:
        RefusedByRule: It may mean several.
    """
    rows = session.execute(beside(__file__, "called"), {"handle": handle}).all()
    if len(rows) > 1:
        shown = " or ".join(f"'{row.slug}' ({row.kind}, {row.why})" for row in rows)
        raise RefusedByRule(sentence=f"'{handle}' may mean {shown}; give the slug of the one meant")
    return rows[0].slug if rows else None


def optional_id(session: Reading, kind: str, handle: str | None, *, known_at: int | None = None) -> int | None:
    """Return the key of the thing with a handle, or None where no handle is given."""
    return None if handle is None else id_of(session, kind, handle, known_at=known_at)


def holder_id(session: Reading, handle: str, *, known_at: int | None = None) -> int:
    """Return the key of the actor that holds positions under a handle: of a merged actor the one it leads to."""
    actor = id_of(session, "actor", handle, known_at=known_at)
    found: int = ask(
        session,
        "SELECT coalesce(a.merged_into_id, a.id) AS holder FROM {actor} a WHERE a.id = :actor",
        known_at=known_at,
        actor=actor,
    )[0]["holder"]
    return found


def optional_holder_id(session: Reading, handle: str | None, *, known_at: int | None = None) -> int | None:
    """Return the key of the actor that counts for a handle, or None where no handle is given."""
    return None if handle is None else holder_id(session, handle, known_at=known_at)


def kept_issue(session: Reading, handle: str, *, known_at: int | None = None) -> tuple[int, str]:
    """Return key and handle of the issue that codings on an issue count for: of a merged one the one it leads to."""
    row = ask(
        session,
        "SELECT k.id, k.slug FROM {issue} i JOIN {issue} k ON k.id = coalesce(i.merged_into_id, i.id)"
        " WHERE i.id = :issue",
        known_at=known_at,
        issue=id_of(session, "issue", handle, known_at=known_at),
    )[0]
    return row["id"], row["slug"]


def kept_position(session: Reading, issue: str, position: str) -> str:
    """Return the handle of the position that codings of a position count for: of a merged one that it leads to."""
    kept: str = ask(
        session,
        "SELECT k.slug FROM {position} p JOIN {position} k ON k.id = coalesce(p.merged_into_id, p.id)"
        " WHERE p.id = :position",
        position=position_id(session, issue, position)[1],
    )[0]["slug"]
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
    day = "current_date"
    if known_at is not None:
        day = "(SELECT c.committed_at::date FROM stancedb.changeset c WHERE c.number = :known_at)"
    row = ask(
        session,
        f"SELECT {day} AS today, r.id AS rule, a.id AS holder, a.merged_into_id AS merged_into,"
        " coalesce(m.id, i.id) AS issue, coalesce(m.slug, i.slug) AS issue_slug"
        " FROM (SELECT 1) one LEFT JOIN stancedb.derivation_rule r ON r.slug = :rule"
        " LEFT JOIN {actor} a ON a.slug = :holder LEFT JOIN {issue} i ON i.slug = :issue"
        " LEFT JOIN {issue} m ON m.id = i.merged_into_id",
        known_at=known_at, rule=rule, holder=holder, issue=issue,
    )[0]  # fmt: skip
    if row["rule"] is None:
        id_of(session, "rule", rule)
    if holder is not None and row["holder"] is None:
        key = id_of(session, "actor", holder, known_at=known_at)
        called = ask(session, "SELECT a.slug FROM {actor} a WHERE a.id = :actor", known_at=known_at, actor=key)[0][
            "slug"
        ]
        return answer_keys(session, rule=rule, holder=called, issue=issue, known_at=known_at)
    if issue is not None and row["issue"] is None:
        id_of(session, "issue", issue, known_at=known_at)
    key, slug = row["holder"], holder
    if row["merged_into"] is not None:
        key = row["merged_into"]
        slug = ask(session, "SELECT a.slug FROM {actor} a WHERE a.id = :actor", known_at=known_at, actor=key)[0]["slug"]
    return AnswerKeys(row["today"], row["rule"], key, slug, row["issue"], row["issue_slug"])


def position_id(session: Reading, issue: str, position: str) -> tuple[int, int]:
    """Return the keys of an issue and of one of its positions."""
    issue_id = id_of(session, "issue", issue)
    found = session.execute(text("SELECT slug, id FROM stancedb.position WHERE issue_id = :issue"), {"issue": issue_id})
    rows: dict[str, int] = {row.slug: row.id for row in found}
    if position not in rows:
        raise NoSuchThing.of(f"position of issue '{issue}'", position, rows)
    return issue_id, rows[position]
