"""Actors made of names that nobody has, where a person asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from stancedb.loading.account import LoadAccount
from stancedb.loading.actors import merge_actors
from stancedb.loading.stage import Stage
from stancedb.records.actor import ActorRecord
from stancedb.records.checking import Read
from stancedb.records.slugs import slugify, without_accents
from stancedb.refusals import Refusal
from stancedb.sql import beside

# The language of a name that no language is given for (BCP 47: undetermined).
_UNDETERMINED = "und"
_LISTED = 20


def make_actors(stage: Stage, account: LoadAccount, names: Mapping[str, str]) -> list[Refusal]:
    """Make an actor of each name in staged lines that nobody has, and put its slug for the name.

    Spellings that differ in case, accents and spaces are one name; the first is taken. The account lists what was made.

    Args:
        stage: The staged lines of a coding sheet, whose names were looked for already.
        account: Says of what kind the actors are; what is made is added to it.
        names: What slugs in the lines were made of.

    Returns:
        A refusal for each name whose slug another actor has, or another name makes.
    """
    unknown = stage.session.execute(beside(__file__, "unknown_names")).all()
    ambiguous = (
        {row.handle for row in stage.execute("SELECT handle FROM meant WHERE candidates > 1")}
        if _exists(stage, "meant")
        else set()
    )
    unknown = [row for row in unknown if row.handle not in ambiguous]
    slugs = {row.handle: slugify(row.handle) for row in unknown}
    taken = set(
        stage.execute("SELECT slug FROM stancedb.actor WHERE slug = ANY (:slugs)", slugs=[*slugs.values()]).scalars()
    )
    refusals: list[Refusal] = []
    first: dict[str, str] = {}
    made: dict[str, str] = {}
    for row in sorted(unknown, key=lambda row: row.ordinal):
        slug, name = slugs[row.handle], names.get(row.handle, row.handle)
        same = first.setdefault(slug, name)
        if slug in taken or _folded(same) != _folded(name):
            of = f"of '{same}', another name" if slug not in taken else "of another actor"
            reason = f"'{name}' would make the slug '{slug}' {of}; give the slug of the one meant"
            refusals.append(
                Refusal(row.source, row.line, "unreadable", {"reason": reason}, row.field, ordinal=row.ordinal)
            )
        else:
            made[row.handle] = slug
    new = {slug: first[slug] for slug in made.values()}
    if not new:
        return refusals
    records = (
        Read(
            "this load", None, ActorRecord(slug=slug, kind=account.makes_actors, name=name, language=_UNDETERMINED), {}
        )
        for slug, name in new.items()
    )
    merge_actors(stage.session, records, account, keep_going=False)
    listed = ", ".join(f"'{slug}' ({name})" for slug, name in [*new.items()][:_LISTED])
    more = f" and {len(new) - _LISTED} more" if len(new) > _LISTED else ""
    account.notes.append(f"made {len(new)} actor{'s' if len(new) > 1 else ''} of names that nobody had: {listed}{more}")
    stage.execute("DROP TABLE IF EXISTS pg_temp.made_actor")
    stage.execute("CREATE TEMPORARY TABLE made_actor (handle text PRIMARY KEY, slug text) ON COMMIT DROP")
    stage.session.execute(
        text("INSERT INTO made_actor SELECT * FROM unnest(CAST(:handles AS text[]), CAST(:slugs AS text[]))"),
        {"handles": [*made], "slugs": [*made.values()]},
    )
    stage.session.execute(beside(__file__, "called_by_slug"))
    return refusals


def _exists(stage: Stage, table: str) -> bool:
    return bool(stage.execute("SELECT to_regclass(:name) IS NOT NULL", name=f"pg_temp.{table}").scalar_one())


def _folded(name: str) -> str:
    """Return a name as it is compared with others: neither case nor accents nor spaces make another one."""
    return " ".join(without_accents(name).replace("-", " ").split())
