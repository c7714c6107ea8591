"""Create actors from unknown names, if the user asks for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row

from stancedb.loading.account import LoadAccount
from stancedb.loading.actors import merge_actors
from stancedb.loading.stage import Stage
from stancedb.records.actor import ActorRecord
from stancedb.records.checking import Read
from stancedb.records.slugs import slugify, without_accents
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)
# The language of a name without a language (BCP 47: undetermined).
_UNDETERMINED = "und"
_LISTED = 20


def make_actors(
    stage: Stage, account: LoadAccount, names: Mapping[str, str], *, ambiguous: Collection[str]
) -> list[Refusal]:
    """Create an actor from each unknown name in staged lines, and replace the name with the slug.

    Spellings that differ only in case, accents and spaces are one name; the first is used. The account lists the new
    actors.

    Args:
        stage: The staged lines of a coding sheet, after known names were resolved.
        account: Gives the kind of the new actors; they are added to it.
        names: The names that slugs in the lines were derived from.
        ambiguous: Names that match several actors; no actor is created from them.

    Returns:
        A refusal for each name whose slug belongs to another actor or is derived from another name.
    """
    unknown = [row for row in stage.session.execute(SQL["unknown_names"]) if row.handle not in ambiguous]
    slugs = {row.handle: slugify(row.handle) for row in unknown}
    taken = set(stage.session.execute(SQL["taken_slugs"], {"slugs": [*slugs.values()]}).scalars())
    refusals: list[Refusal] = []
    first: dict[str, str] = {}
    made: dict[str, str] = {}
    for row in sorted(unknown, key=lambda row: row.ordinal):
        slug, name = slugs[row.handle], names.get(row.handle, row.handle)
        same = first.setdefault(slug, name)
        if slug in taken:
            refusals.append(_refusal(row, "slug_of_another_actor", name=name, slug=slug))
        elif _folded(same) != _folded(name):
            refusals.append(_refusal(row, "slug_of_another_name", name=name, slug=slug, other=same))
        else:
            made[row.handle] = slug
    if made:
        _make(stage, account, {slug: first[slug] for slug in made.values()})
        stage.session.execute(SQL["put_slugs"], {"handles": [*made], "slugs": [*made.values()]})
    return refusals


def _make(stage: Stage, account: LoadAccount, new: Mapping[str, str]) -> None:
    """Add actors with the given names, keyed by slug, and list them in the account."""
    kind = account.makes_actors
    records = (
        Read("this load", None, ActorRecord(slug=slug, kind=kind, name=name, language=_UNDETERMINED), {})
        for slug, name in new.items()
    )
    merge_actors(stage.session, records, account, keep_going=False)
    listed = ", ".join(f"'{slug}' ({name})" for slug, name in [*new.items()][:_LISTED])
    more = f" and {len(new) - _LISTED} more" if len(new) > _LISTED else ""
    account.notes.append(f"Created {len(new)} actor{'s' if len(new) > 1 else ''} from unknown names: {listed}{more}.")


def _refusal(row: Row[Any], code: str, **values: str) -> Refusal:
    return Refusal(row.source, row.line, code, values, row.field, ordinal=row.ordinal)


def _folded(name: str) -> str:
    """Return a name in the form in which names are compared, ignoring case, accents and spaces."""
    return " ".join(without_accents(name).replace("-", " ").split())
