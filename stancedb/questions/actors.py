"""Queries of actors, identifier schemes and outlets."""

from __future__ import annotations

from stancedb.database import Reading
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_actors(session: Reading, *, kind: str | None = None, known_at: int | None = None) -> list[Row]:
    """Return actors with their current offices and the numbers of statements and final codings that name them."""
    return ask(session, SQL["list_actors"], known_at=known_at, kind=kind)


def show_actor(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one actor with names, identifiers, relations, tenures, attributes and merges."""
    key = id_of(session, "actor", slug, known_at=known_at)
    row = ask(session, SQL["show_actor"], known_at=known_at, key=key)[0]
    for part in ("merged", "names", "identifiers", "relations", "tenures", "attributes"):
        row[part] = ask(session, SQL[part], known_at=known_at, key=key)
    row["merges"] = ask(session, SQL["merges"], key=key, upto=known_at)
    return row


def list_schemes(session: Reading) -> list[Row]:
    """Return the identifier schemes with the number of identifiers of each."""
    return ask(session, SQL["list_schemes"])


def list_outlets(session: Reading) -> list[Row]:
    """Return outlets with the number of articles of each."""
    return ask(session, SQL["list_outlets"])
