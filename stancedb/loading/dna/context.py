"""Data that every part of an import from Discourse Network Analyzer uses: the file, its name and the account."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from stancedb.database import Writing
from stancedb.errors import UnreadableInput
from stancedb.loading.dna.account import Account
from stancedb.loading.dna.scale import Scale
from stancedb.model.vocabulary import Rendering
from stancedb.reading.dna.file import DnaFile
from stancedb.records.base import Record
from stancedb.records.characters import STRAY
from stancedb.records.checking import Item, check_record
from stancedb.records.slugs import slugify
from stancedb.refusals import Fault
from stancedb.sql import Queries

SQL = Queries(__file__)
R = TypeVar("R", bound=Record)
K = TypeVar("K", bound=Hashable)

PERSON, ORGANIZATION, CONCEPT, AGREEMENT = "person", "organization", "concept", "agreement"
ROLES = (PERSON, ORGANIZATION, CONCEPT, AGREEMENT)
_LONGEST_PART = 60


@dataclass(frozen=True, slots=True)
class Choices:
    """Options for what a file leaves open or names differently.

    Attributes:
        name: The prefix of slugs in the database (default: the name of the file).
        language: The language of its texts and names (BCP 47).
        outlet_kind: The kind of outlet for its sources.
        article_kind: The kind of article for documents whose type is not one.
        holder: Whose position is expressed by a statement with both a person and an organization.
        authority: The authority of its statements, 1 to 6.
        rendering: How its documents print statements.
        zone: The time zone of the dates: version 2 stores instants, version 3 local times.
        variables: The names of the variables by role, if they differ from the name of the role.
        types: The labels of the statement types to load; not needed if only one type can be loaded.
        scale: The meaning of the values of the agreement variable.
        coders: The names of coders in the database, by their names in the file; None stands for the only coder.
        replace: Whether to withdraw what is no longer in the file.
        round_dates: Whether to round 22:00 and 23:00 to the following midnight.
        majority_rule: Whether to add the derivation rule under which the majority of a day counts.
    """

    name: str | None = None
    language: str = "und"
    outlet_kind: str = "other"
    article_kind: str = "other"
    holder: Literal["organization", "person", "both"] = "organization"
    authority: int | None = None
    rendering: Rendering = Rendering.PARAPHRASE
    zone: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    types: Sequence[str] = ()
    scale: Scale | None = None
    coders: Mapping[str | None, str] = field(default_factory=dict)
    replace: bool = False
    round_dates: bool = False
    majority_rule: bool = False


class Import:
    """The import of one file.

    Args:
        session: The writing session.
        file: The open file.
        choices: The options.
        path: The path of the file, which names the import if the options do not.

    Attributes:
        name: The prefix of its slugs.
        codebook: The label of its codebook version.
        account: The counts of its rows.
        notes: Notes for the user, with the number of cases.
        scale: The meaning of the values of the agreement variable.
        origin: The name of the file, with its extension.
    """

    def __init__(self, session: Writing, file: DnaFile, choices: Choices, path: Path) -> None:
        self.session = session
        self.file = file
        self.choices = choices
        self.scale = choices.scale or Scale.of_yes_and_no()
        self.origin = path.name
        self.name = part(choices.name or path.stem)
        self.codebook = f"{self.name}.dna"
        self.account = Account("document", "statement", PERSON, ORGANIZATION, CONCEPT, "coder", "value")
        self.notes: Counter[str] = Counter()

    def fault(self, code: str, **values: object) -> UnreadableInput:
        """Return the error for a fault of the file as a whole, by the code of the fault."""
        return UnreadableInput.of(self.file.source, Fault(code, values))

    def record(self, record_type: type[R], place: str, values: Mapping[str, object], **internal: object) -> Item[R]:
        """Return a record with the given values, or a refusal with their place in the file."""
        given = {name: value for name, value in values.items() if value is not None}
        return check_record({**given, **internal}, record_type, f"{self.file.source}, {place}", original=given)


def settled(said: Import, table: str, bases: Mapping[K, str], known: Mapping[K, str]) -> dict[K, str]:
    """Return a slug for each key: the known slug, or a new one, with a suffix if the base is already taken.

    The suffix also depends on the name of the file, so that the same words in another file get another slug.
    """
    new = {key: base for key, base in bases.items() if key not in known}
    often = Counter(new.values())
    longer = {key: hashlib.sha256(f"{said.name}/{key}".encode()).hexdigest() for key in new}
    wanted = {
        key: [*([base] if often[base] == 1 else []), f"{base}-{longer[key][:8]}", f"{base}-{longer[key][:16]}"]
        for key, base in new.items()
    }
    taken = set(
        said.session.execute(
            SQL[f"taken_{table}"],
            {"slugs": [slug for slugs in wanted.values() for slug in slugs]},
        ).scalars()
    )
    return {**known} | {key: next(slug for slug in slugs if slug not in taken) for key, slugs in wanted.items()}


def tidy(value: str) -> str:
    """Return a one-line value in the normalised form of records, in which values are compared."""
    return " ".join(unicodedata.normalize("NFC", STRAY.sub(" ", value)).split())


def part(value: str) -> str:
    """Return a value as part of a slug, shortened to leave room for a prefix and a suffix."""
    return slugify(value)[:_LONGEST_PART].rstrip("-")
