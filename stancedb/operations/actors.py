"""Actors and outlets: what is known of them, corrections, and merges."""

from __future__ import annotations

import re

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.errors import NothingToSet, RefusedByRule, UsageError
from stancedb.operations.locks import lock_actors
from stancedb.reading.sources import WORLD_WIDE
from stancedb.records.kinds import SLUG_PATTERN
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of
from stancedb.sql import beside


def list_actors(session: Reading, *, kind: str | None = None, known_at: int | None = None) -> list[Row]:
    """Return actors with the office they hold now and how many statements and final codings name them."""
    return ask(
        session,
        "SELECT a.slug AS actor, a.kind, a.name, m.slug AS merged_into,"
        " (SELECT string_agg(DISTINCT k.slug, ', ' ORDER BY k.slug) FROM {tenure} t"
        "  JOIN {actor} w ON w.id = t.person_id"
        "  JOIN {actor} o ON o.id = t.office_id JOIN {actor} k ON k.id = coalesce(o.merged_into_id, o.id)"
        "  WHERE coalesce(w.merged_into_id, w.id) = a.id AND t.held @> current_date"
        # Who takes over on the last day of another, or where coarse dates let them meet, holds the office.
        "  AND NOT EXISTS (SELECT FROM {tenure} n WHERE n.office_id = t.office_id AND n.seat = t.seat"
        "  AND n.person_id <> t.person_id AND n.held @> current_date AND stancedb.tenure_certain(t.held, t.held_edtf)"
        "  << stancedb.tenure_certain(n.held, n.held_edtf))) AS holds,"
        " (SELECT count(*) FROM {statement} s JOIN {actor} w ON w.id = s.speaker_id"
        "  WHERE coalesce(w.merged_into_id, w.id) = a.id) AS statements,"
        " (SELECT count(*) FROM {coding} c JOIN {actor} w ON w.id = c.holder_id"
        "  WHERE coalesce(w.merged_into_id, w.id) = a.id AND c.is_final) AS codings"
        " FROM {actor} a LEFT JOIN {actor} m ON m.id = a.merged_into_id"
        " WHERE CAST(:kind AS text) IS NULL OR a.kind = :kind ORDER BY a.kind, a.slug",
        known_at=known_at,
        kind=kind,
    )


def show_actor(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one actor with names, identifiers, relations and tenures."""
    key = id_of(session, "actor", slug, known_at=known_at)
    row = ask(
        session,
        "SELECT a.slug AS actor, a.kind, a.name, m.slug AS merged_into, a.citation FROM {actor} a"
        " LEFT JOIN {actor} m ON m.id = a.merged_into_id WHERE a.id = :key",
        known_at=known_at,
        key=key,
    )
    parts = {
        "merged": "SELECT w.slug AS actor, w.name FROM {actor} w WHERE w.merged_into_id = :key ORDER BY w.slug",
        "names": "SELECT n.language, n.name, n.kind FROM {actor_name} n WHERE n.actor_id = :key"
        " ORDER BY n.kind <> 'preferred', n.language, n.name",
        "identifiers": "SELECT i.scheme, i.value FROM {actor_identifier} i WHERE i.actor_id = :key"
        " ORDER BY i.scheme, i.value",
        # Rows keep naming an actor that is merged away; here they name the one it leads to.
        "relations": "SELECT r.relation, k.slug AS object, r.during_edtf AS during FROM {actor_relation} r"
        " JOIN {actor} s ON s.id = r.subject_id JOIN {actor} o ON o.id = r.object_id"
        " JOIN {actor} k ON k.id = coalesce(o.merged_into_id, o.id)"
        " WHERE :key IN (s.id, s.merged_into_id) ORDER BY r.relation, k.slug, r.during",
        "tenures": "SELECT p.slug AS person, o.slug AS office, t.seat, t.held_edtf AS held, t.is_acting FROM {tenure} t"
        " JOIN {actor} x ON x.id = t.person_id JOIN {actor} p ON p.id = coalesce(x.merged_into_id, x.id)"
        " JOIN {actor} y ON y.id = t.office_id JOIN {actor} o ON o.id = coalesce(y.merged_into_id, y.id)"
        " WHERE :key IN (x.id, p.id, y.id, o.id) ORDER BY t.held, o.slug, t.seat, p.slug",
    }
    answers = {part: ask(session, question, known_at=known_at, key=key) for part, question in parts.items()}
    return {**row[0], **answers, "merges": _merges_of(session, key, known_at)}


def _merges_of(session: Reading, key: int, known_at: int | None) -> list[Row]:
    """Return each time that the actor was merged with another or parted again: who did it, when and why."""
    return ask(
        session,
        "WITH version AS (SELECT id, slug, merged_into_id, changeset_id FROM stancedb.actor"
        " UNION ALL SELECT id, slug, merged_into_id, changeset_id FROM history.actor),"
        " step AS (SELECT v.id, v.slug, v.merged_into_id, c.number, c.committed_at, c.author, c.message,"
        " lag(v.merged_into_id) OVER (PARTITION BY v.id ORDER BY c.number) AS before"
        " FROM version v JOIN stancedb.changeset c ON c.id = v.changeset_id"
        " WHERE v.id = :key OR v.id IN (SELECT id FROM version WHERE merged_into_id = :key))"
        " SELECT s.number AS changeset, s.committed_at, s.author, s.message, s.slug AS actor, m.slug AS merged_into,"
        " p.slug AS parted_from FROM step s LEFT JOIN stancedb.actor m ON m.id = s.merged_into_id"
        " LEFT JOIN stancedb.actor p ON p.id = s.before"
        " WHERE s.merged_into_id IS DISTINCT FROM s.before AND :key IN (s.id, s.merged_into_id, s.before)"
        " AND (CAST(:upto AS bigint) IS NULL OR s.number <= :upto) ORDER BY s.number, s.slug",
        key=key,
        upto=known_at,
    )


def set_actor(session: Writing, slug: str, *, kind: str | None, name: str | None, citation: str | None) -> Row:
    """Correct what is said of an actor; the earlier version stays in history."""
    given = {
        column: value for column, value in (("kind", kind), ("name", name), ("citation", citation)) if value is not None
    }
    if not given:
        raise NothingToSet.of(("kind", "name", "citation"))
    key = id_of(session, "actor", slug)
    session.execute(
        text(f"UPDATE stancedb.actor SET {', '.join(f'{column} = :{column}' for column in given)} WHERE id = :key"),
        {**given, "key": key},
    )
    if name is not None:
        session.execute(
            text(
                "UPDATE stancedb.actor_name SET kind = 'former' WHERE actor_id = :key AND kind = 'preferred'"
                " AND language = 'en' AND name <> :name"
            ),
            {"key": key, "name": name},
        )
        session.execute(
            text(
                "INSERT INTO stancedb.actor_name (actor_id, language, name, kind)"
                " VALUES (:key, 'en', :name, 'preferred')"
                " ON CONFLICT (actor_id, language, name) DO UPDATE SET kind = 'preferred'"
            ),
            {"key": key, "name": name},
        )
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
        raise RefusedByRule(
            sentence=f"'{slug}' is a {rows[key]['kind']} and '{into}' a {rows[target]['kind']}; "
            "actors of different kinds are not one, relate them instead"
        )
    if rows[key]["merged_into_id"] is not None:
        raise RefusedByRule(sentence=f"'{slug}' is merged away already; undo that changeset first")
    if rows[target]["merged_into_id"] is not None:
        raise RefusedByRule(sentence=f"'{into}' is merged away itself; merge '{slug}' into the actor it leads to")
    apart = (
        None
        if forces
        else session.execute(
            beside(__file__, "told_apart"), {"key": key, "target": target, "schemes": list(WORLD_WIDE)}
        ).first()
    )
    if apart is not None:
        raise RefusedByRule(
            sentence=f"'{slug}' is {apart.scheme}:{apart.own} and '{into}' is {apart.scheme}:{apart.other}; one actor"
            " has one identifier of such a scheme, say --force if the two are one all the same"
        )
    # Those that lead to the merged one lead to the other now, so that one step is always enough.
    session.execute(
        text("UPDATE stancedb.actor SET merged_into_id = :target WHERE id = :key OR merged_into_id = :key"),
        {"key": key, "target": target},
    )
    return show_actor(session, slug)


def list_schemes(session: Reading) -> list[Row]:
    """Return the systems of identifiers with how many identifiers of each there are."""
    return ask(
        session,
        "SELECT s.code AS scheme, s.label, s.definition, s.pattern, s.url_template,"
        " (SELECT count(*) FROM {actor_identifier} i WHERE i.scheme = s.code) AS identifiers"
        " FROM {identifier_scheme} s ORDER BY s.code",
    )


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
        raise UsageError(message=f"'{code}' is no code; write small letters, digits and hyphens, such as eu-whoiswho")
    if url_template is not None and "{value}" not in url_template:
        raise UsageError(message="the address of an identifier needs {value}, where the identifier goes")
    # The database would find out no sooner than at the first identifier.
    session.execute(text("SELECT '' ~ CAST(:pattern AS text)"), {"pattern": pattern})
    session.execute(
        text(
            "INSERT INTO stancedb.identifier_scheme (code, label, definition, pattern, url_template)"
            " VALUES (:code, :label, :definition, :pattern, :url_template)"
        ),
        {"code": code, "label": label, "definition": definition, "pattern": pattern, "url_template": url_template},
    )
    return next(row for row in list_schemes(session) if row["scheme"] == code)


def list_outlets(session: Reading) -> list[Row]:
    """Return outlets with how many articles each has."""
    return ask(
        session,
        "SELECT o.slug AS outlet, o.name, o.kind, o.country, o.reliability,"
        " (SELECT count(*) FROM {article} a WHERE a.outlet_id = o.id) AS articles FROM {outlet} o ORDER BY o.slug",
    )
