"""Find the actors of a Popolo document that the database knows, and settle the slugs of all of them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping

from stancedb.database import Reading
from stancedb.reading.popolo.parts import Actor
from stancedb.records.slugs import without_accents
from stancedb.sql import Queries

SQL = Queries(__file__)
SCHEME = "popolo"
# Slug, kind, name and language.
Known = tuple[str, str, str, str]
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def known_before(session: Reading, actors: Mapping[str, Actor], house: str | None) -> dict[str, Known]:
    """Return, by id, the actors of an edition that was loaded before sources were stored, if there is one.

    Local identifiers were then stored as they are, or prefixed with the only house of the file. A file of other actors
    may share those of its house and parties, with their names; a later edition shares most of its persons.
    """
    told = {actor.key: [f"{SCHEME}:{key}" for key in (actor.key, f"{house}/{actor.key}")] for actor in actors.values()}
    known = known_actors(session, [identifier for identifiers in told.values() for identifier in identifiers])
    found = {
        key: next(known[identifier] for identifier in identifiers if identifier in known)
        for key, identifiers in told.items()
        if not known.keys().isdisjoint(identifiers)
    }
    judged = [key for key in told if actors[key].kind == "person"] or list(told)
    same = sum(key in found and found[key][2] in actors[key].names for key in judged)
    return {key: it for key, it in found.items() if actors[key].local} if 2 * same > len(judged) else {}


def settle_slugs(session: Reading, actors: Collection[Actor], of: str, older: Mapping[str, Known]) -> dict[str, str]:
    """Return the slug of each actor; an existing actor also keeps its kind and main name."""
    bases = {actor.key: _slug_of(actor, of) for actor in actors}
    known = known_actors(session, [identifier for actor in actors for identifier in actor.identifiers])
    taken = set(session.execute(SQL["taken_slugs"], {"slugs": list(bases.values())}).scalars())
    often = Counter(bases.values())
    slugs = {}
    for actor in actors:
        base = bases[actor.key]
        found = next(
            (known[identifier] for identifier in actor.identifiers if identifier in known), older.get(actor.key)
        )
        if found is None:
            slugs[actor.key] = base if base not in taken and often[base] == 1 else f"{base}-{_short(of, actor.key)}"
            continue
        slugs[actor.key], actor.kind, name, language = found
        if (language, name) != (actor.language, actor.name):
            names = dict.fromkeys([f"{actor.language}:{actor.name}", *actor.other_names])
            actor.other_names = [other for other in names if other != f"{language}:{name}"]
            actor.language, actor.name = language, name
    return slugs


def known_actors(session: Reading, identifiers: Collection[str]) -> dict[str, Known]:
    """Return slug, kind, name and language of the actors that the database knows by any of the identifiers."""
    # An identifier that the database cannot store is refused when its record is checked.
    possible = [identifier for identifier in identifiers if not _UNSTORABLE.search(identifier)]
    rows = session.execute(
        SQL["known_actors"],
        {
            "schemes": [identifier.partition(":")[0] for identifier in possible],
            "values": [identifier.partition(":")[2] for identifier in possible],
        },
    )
    return {row.identifier: (row.slug, row.kind, row.name, row.language) for row in rows}


def _slug_of(actor: Actor, of: str) -> str:
    plain = without_accents(actor.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[:150].strip("-")
    return slug or f"{actor.kind}-{_short(of, actor.key)}"


def _short(of: str, key: str) -> str:
    """Return a part of a slug that no other source or identifier gives."""
    return hashlib.sha256(f"{of}/{key}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
