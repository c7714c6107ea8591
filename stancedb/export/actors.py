"""Actors: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import Sort, earlier_versions
from stancedb.export.shaping import Values, shaped
from stancedb.records.actor import ActorRecord

# The preferred name that is the main one; its language is that of the record.
_MAIN = """
LEFT JOIN LATERAL (
    SELECT n.id, n.language FROM stancedb.actor_name n
    WHERE n.actor_id = a.id AND n.name = a.name AND n.kind = 'preferred' AND n.used = '(,)'
    ORDER BY n.language <> 'en', n.language LIMIT 1
) main ON true
"""
# A name is preferred or an alias by its place among those of its language, so an alias needs a preferred one before it.
_CARRIED = """
n.used = '(,)' AND (n.kind = 'preferred' OR n.kind = 'alias' AND EXISTS (
    SELECT FROM stancedb.actor_name p WHERE p.actor_id = n.actor_id AND p.language = n.language
    AND p.kind = 'preferred' AND p.used = '(,)'))
"""
_RECORDS = f"""
SELECT a.slug, a.kind, a.name, coalesce(main.language, 'en') AS language,
    ARRAY(SELECT n.language || ':' || n.name FROM stancedb.actor_name n
        WHERE n.actor_id = a.id AND n.id IS DISTINCT FROM main.id AND {_CARRIED}
        ORDER BY n.language COLLATE "C", n.kind <> 'preferred', n.name COLLATE "C") AS other_names,
    ARRAY(SELECT i.scheme || ':' || i.value FROM stancedb.actor_identifier i WHERE i.actor_id = a.id
        ORDER BY i.scheme COLLATE "C", i.value COLLATE "C") AS identifiers,
    ARRAY(SELECT r.relation || ':' || o.slug || coalesce('@' || r.during_edtf, '') FROM stancedb.actor_relation r
        JOIN stancedb.actor o ON o.id = r.object_id WHERE r.subject_id = a.id
        ORDER BY r.relation, o.slug COLLATE "C", r.during) AS relations,
    ARRAY(SELECT o.slug || CASE WHEN t.seat > 1 THEN '#' || t.seat ELSE '' END || '@' || t.held_edtf
        || CASE WHEN t.is_acting THEN '!acting' ELSE '' END FROM stancedb.tenure t
        JOIN stancedb.actor o ON o.id = t.office_id WHERE t.person_id = a.id
        ORDER BY t.held, o.slug COLLATE "C", t.seat) AS tenures,
    a.citation
FROM stancedb.actor a {_MAIN} ORDER BY a.slug COLLATE "C"
"""

SORTS = (
    Sort(
        "Written as actors of their own, those merged into others ('actor merge' joins them again)",
        "SELECT count(*) FROM stancedb.actor WHERE merged_into_id IS NOT NULL",
    ),
    Sort(
        "Not written, names that are neither preferred nor beside a preferred one, or of a time alone",
        f"SELECT count(*) FROM stancedb.actor_name n WHERE NOT ({_CARRIED})",
    ),
    Sort(
        "Actors whose main name is none of their preferred ones ('actor load' makes it one)",
        f"SELECT count(*) FROM stancedb.actor a {_MAIN} WHERE main.id IS NULL",
    ),
    Sort(
        "Tenures that have another source than the actor ('actor load' gives them the actor's)",
        "SELECT count(*) FROM stancedb.tenure t JOIN stancedb.actor a ON a.id = t.person_id"
        " WHERE t.citation IS DISTINCT FROM a.citation",
    ),
    Sort(
        "Not written, the bounds of relations that have no EDTF string",
        "SELECT count(*) FROM stancedb.actor_relation WHERE during_edtf IS NULL AND during <> '(,)'",
    ),
    earlier_versions("actor", "actor_name", "actor_identifier", "actor_relation", "tenure"),
)


def actor_records(session: Reading) -> Iterator[Values]:
    """Yield each actor with names, identifiers, relations and tenures, in the order of the slugs.

    A merged actor is among them, because rows keep naming the actor they were entered for.
    """
    return (shaped(ActorRecord, row) for row in streamed(session, _RECORDS))
