"""Actors: corrections, merges and identifier schemes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.errors import (
    ActorMergedAway,
    MergedIntoMergedAway,
    NotAnAttribute,
    NotAScheme,
    NothingToSet,
    OfOtherKind,
    SchemeWithoutValue,
    ToldApart,
)
from stancedb.operations.locks import lock_actors
from stancedb.questions.actors import list_schemes, show_actor
from stancedb.reading.sources import WORLD_WIDE
from stancedb.records.attribute import AttributeCell
from stancedb.records.base import SLUG_PATTERN
from stancedb.refusals import FaultError
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def set_actor(
    session: Writing,
    slug: str,
    *,
    kind: str | None,
    name: str | None,
    citation: str | None,
    attributes: Sequence[str] = (),
) -> Row:
    """Correct an actor; the earlier version stays in the history.

    Args:
        session: The writing session.
        slug: The slug of the actor.
        kind: The kind of actor; None keeps the current value, here and below.
        name: The name shown in tables.
        citation: The source that supports this.
        attributes: Attributes as ``key:value`` or ``key@interval:value``. Each replaces the value that begins on the
            same day, including its end.

    Raises:
        NoSuchThing: There is no such actor.
        NothingToSet: No value is given.
        NotAnAttribute: An attribute is invalid.
        RefusedByRule: An attribute would have two values at the same time.
    """
    given = {"kind": kind, "name": name, "citation": citation}
    if all(value is None for value in given.values()) and not attributes:
        raise NothingToSet.of([*given, "attribute"])
    key = id_of(session, "actor", slug)
    session.execute(SQL["set_actor"], {**given, "key": key})
    if name is not None:
        session.execute(SQL["demote_preferred_name"], {"key": key, "name": name})
        session.execute(SQL["prefer_name"], {"key": key, "name": name})
    if attributes:
        chosen = _parsed(attributes)
        session.execute(SQL["set_attributes"], {**chosen, "key": key})
        session.execute(SQL["add_attributes"], {**chosen, "key": key})
    return show_actor(session, slug)


def _parsed(attributes: Sequence[str]) -> dict[str, list[str | None]]:
    """Return the parts of the attributes as lists of equal length."""
    try:
        cells = [AttributeCell.parse(item, has_period=True) for item in attributes]
        periods = [parse_when(cell.during) if cell.during else None for cell in cells]
    except FaultError as error:
        raise NotAnAttribute(fault=error.fault.reason) from None
    return {
        "keys": [cell.key for cell in cells],
        "values": [cell.value for cell in cells],
        "edtfs": [period.edtf if period else None for period in periods],
        "ranges": [period.daterange() if period else "(,)" for period in periods],
    }


def merge_actors(session: Writing, slug: str, *, into: str, forces: bool = False) -> Row:
    """Merge an actor into another: codings of the first count for the second.

    Nothing is rewritten: rows keep the actor for which they were entered, so the merge can be undone.

    Args:
        session: The writing session.
        slug: The slug of the duplicate actor.
        into: The slug of the actor to keep.
        forces: Whether the two may have different identifiers of one global scheme.

    Raises:
        RefusedByRule: The two are of different kinds, one of them is already merged, or they have different identifiers
            of a global scheme.
    """
    key, target = id_of(session, "actor", slug), id_of(session, "actor", into)
    rows = {row["id"]: row for row in lock_actors(session, key, target)}
    if rows[key]["kind"] != rows[target]["kind"]:
        raise OfOtherKind(slug=slug, kind=rows[key]["kind"], into=into, into_kind=rows[target]["kind"])
    if rows[key]["merged_into_id"] is not None:
        raise ActorMergedAway(slug=slug)
    if rows[target]["merged_into_id"] is not None:
        raise MergedIntoMergedAway(slug=slug, into=into)
    apart = (
        None
        if forces
        else session.execute(SQL["told_apart"], {"key": key, "target": target, "schemes": list(WORLD_WIDE)}).first()
    )
    if apart is not None:
        raise ToldApart(slug=slug, into=into, scheme=apart.scheme, own=apart.own, other=apart.other)
    session.execute(SQL["merge_actors"], {"key": key, "target": target})
    return show_actor(session, slug)


def add_scheme(
    session: Writing, code: str, *, label: str, definition: str, pattern: str | None, url_template: str | None
) -> Row:
    """Add an identifier scheme.

    Args:
        session: The session.
        code: The code of the scheme, which precedes the colon of an identifier.
        label: The label shown in tables.
        definition: What the scheme identifies, and who maintains it.
        pattern: The PostgreSQL regular expression that identifiers match; None accepts any.
        url_template: The URL of an identifier, with ``{value}`` in its place.

    Raises:
        UsageError: The code is not a valid slug, the pattern is not a regular expression, or the URL has no
            ``{value}``.
    """
    if not re.fullmatch(SLUG_PATTERN, code):
        raise NotAScheme(code=code)
    if url_template is not None and "{value}" not in url_template:
        raise SchemeWithoutValue
    # Checked now, because the database would only report an invalid pattern at the first identifier.
    session.execute(SQL["try_pattern"], {"pattern": pattern})
    session.execute(
        SQL["add_scheme"],
        {"code": code, "label": label, "definition": definition, "pattern": pattern, "url_template": url_template},
    )
    return next(row for row in list_schemes(session) if row["scheme"] == code)
