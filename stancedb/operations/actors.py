"""Actors: corrections and merges, and the systems that identify them."""

from __future__ import annotations

import re

from stancedb.database import Writing
from stancedb.errors import (
    ActorMergedAway,
    MergedIntoMergedAway,
    NotAScheme,
    NothingToSet,
    OfOtherKind,
    SchemeWithoutValue,
    ToldApart,
)
from stancedb.operations.locks import lock_actors
from stancedb.questions.actors import list_schemes, show_actor
from stancedb.reading.sources import WORLD_WIDE
from stancedb.records.base import SLUG_PATTERN
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def set_actor(session: Writing, slug: str, *, kind: str | None, name: str | None, citation: str | None) -> Row:
    """Correct what is said of an actor; the earlier version stays in history."""
    given = {"kind": kind, "name": name, "citation": citation}
    if all(value is None for value in given.values()):
        raise NothingToSet.of(given)
    key = id_of(session, "actor", slug)
    session.execute(SQL["set_actor"], {**given, "key": key})
    if name is not None:
        session.execute(SQL["demote_preferred_name"], {"key": key, "name": name})
        session.execute(SQL["prefer_name"], {"key": key, "name": name})
    return show_actor(session, slug)


def merge_actors(session: Writing, slug: str, *, into: str, forces: bool = False) -> Row:
    """Say that two actors are one: what is coded of the first counts for the second.

    Nothing is rewritten: rows keep naming the actor they were entered for, so the merge can be undone.

    Args:
        session: The writing session.
        slug: The actor that turned out to be another.
        into: The one that it is.
        forces: Whether the two may have different identifiers of one world-wide scheme.

    Raises:
        RefusedByRule: The two are of different kinds, one of them is merged away already, or a world-wide scheme tells
            them apart.
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
    """Add a system of identifiers.

    Args:
        session: The session.
        code: What stands before the colon of an identifier.
        label: What tables show.
        definition: What it identifies, and whose it is.
        pattern: The regular expression of PostgreSQL that an identifier matches; None lets any pass.
        url_template: The address of an identifier, with ``{value}`` in its place.

    Raises:
        UsageError: The code is no handle, the pattern no regular expression, or the address has no place for the value.
    """
    if not re.fullmatch(SLUG_PATTERN, code):
        raise NotAScheme(code=code)
    if url_template is not None and "{value}" not in url_template:
        raise SchemeWithoutValue
    # The database would find out no sooner than at the first identifier.
    session.execute(SQL["try_pattern"], {"pattern": pattern})
    session.execute(
        SQL["add_scheme"],
        {"code": code, "label": label, "definition": definition, "pattern": pattern, "url_template": url_template},
    )
    return next(row for row in list_schemes(session) if row["scheme"] == code)
