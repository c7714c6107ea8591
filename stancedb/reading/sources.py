"""The scope of identifiers in a file: local ones are valid in its source, those of a worldwide scheme anywhere.

Many files name their house ``legislature`` and a party ``party/green`` but mean different ones. The database therefore
stores such an identifier with the name of its source, which ``--source`` gives and the load records.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from stancedb.database import Reading
from stancedb.errors import NotASource
from stancedb.records.slugs import slugify
from stancedb.sql import Queries

SQL = Queries(__file__)
# Schemes whose identifiers mean the same thing worldwide, one for each thing.
WORLD_WIDE = {
    "wikidata": re.compile(r"Q[1-9][0-9]*"),
    "iso3166-1-alpha2": re.compile(r"[A-Z]{2}"),
    "iso3166-1-alpha3": re.compile(r"[A-Z]{3}"),
    "un-m49": re.compile(r"[0-9]{3}"),
    "opensanctions": re.compile(r"\S+"),
}
# Registers that are also unique worldwide but have no scheme here; some give one thing several numbers.
REGISTERS = {
    "bnf",
    "freebase",
    "gnd",
    "imdb",
    "isni",
    "lccn",
    "lei",
    "musicbrainz",
    "orcid",
    "ror",
    "sudoc",
    "ulan",
    "viaf",
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a file, as a load records it.

    Attributes:
        name: Prefix of the identifiers that are local to the file.
        sha256: Checksum of the file, which identifies it wherever it is.
        place_sha256: Checksum of the path of the file, which identifies a later edition.
        is_known: Whether an earlier load recorded exactly this.
        may_be_older: Whether a file of this name was loaded before sources were recorded; this may be an edition of it.
        note: What a person should know about the choice.
    """

    name: str
    sha256: str
    place_sha256: str
    is_known: bool = False
    may_be_older: bool = False
    note: str | None = None


def is_world_wide(key: str) -> bool:
    """Return whether an identifier without a scheme is unique worldwide, as a UUID is."""
    return _UUID.fullmatch(key) is not None


def source_of(session: Reading, path: Path, sha256: str, named: str | None) -> Source:
    """Return the source of a file: the named one, the one it was loaded under before, or a new one.

    Args:
        session: Database session, to look up earlier loads.
        path: The file.
        sha256: Checksum of the file.
        named: Value of ``--source``.

    Raises:
        UsageError: The name is not a valid source name.
    """
    place = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    if named is not None and (not _NAME.fullmatch(named) or len(named) > _LONGEST_NAME):
        raise NotASource(name=named)
    before = session.execute(SQL["remembered_source"], {"sha256": sha256, "place": place}).one_or_none()
    if named is not None:
        is_known = before is not None and before.source == named and bool(before.is_same)
        return Source(named, sha256, place, is_known)
    if before is None:
        name = f"{slugify(path.stem)[: _LONGEST_NAME - 9].strip('-')}-{sha256[:8]}"
        note = f"Its local identifiers belong to the source '{name}'. Use --source NAME for another source."
        may_be_older = session.execute(SQL["loaded_without_source"], {"origin": path.name}).scalar_one()
        return Source(name, sha256, place, may_be_older=may_be_older, note=note)
    if before.is_same:
        return Source(before.source, sha256, place, is_known=True)
    note = (
        f"Treated as a later edition of the file loaded earlier from the same path, with the source '{before.source}'."
        " Use --source NAME if it is another source."
    )
    return Source(before.source, sha256, place, note=note)
