"""What every part of an import from Discourse Network Analyzer knows: the file, what it is called, and the account."""

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
    """Options for what a file does not say or names differently.

    Attributes:
        name: What its things are called here; the name of the file if None.
        language: Of its texts and names (BCP 47).
        outlet_kind: Of its sources.
        article_kind: The kind for documents whose type is not a kind of article.
        holder: Whose position a statement expresses that names a person and an organization.
        authority: Of its statements, 1 to 6.
        rendering: How a document prints what was said.
        zone: Where the dates were entered: the instants of version 2, the clock on the wall of version 3.
        variables: The names of the variables by role, where they are others than the role's.
        types: The labels of the types of statements to load; all that can be if there is but one.
        scale: What the values of an agreement mean.
        coders: What the coders of the file are called here, by their names there; None stands for the only one.
        replace: Whether what is gone from the file is withdrawn.
        round_dates: Whether 22:00 and 23:00 are the midnight after.
        majority_rule: Whether to add the rule under which the majority of a day counts.
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
    """One file on its way into the database.

    Args:
        session: The writing session.
        file: The open file.
        choices: What the file does not say.
        stem: The name of the file, where the choices have none.

    Attributes:
        name: What stands before the slugs of its things.
        codebook: The label of its codebook version.
        account: What became of its rows.
        notes: What a person should know, and how often it is so.
        scale: What the values of an agreement mean.
        origin: The name of the file, with its ending.
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
        """Return the error for what is wrong with the file as a whole, by the code of the fault."""
        return UnreadableInput.of(self.file.source, Fault(code, values))

    def record(self, record_type: type[R], place: str, values: Mapping[str, object], **internal: object) -> Item[R]:
        """Return a record of what was given, or a refusal that says where in the file it stands."""
        given = {name: value for name, value in values.items() if value is not None}
        return check_record({**given, **internal}, record_type, f"{self.file.source}, {place}", original=given)


def settled(said: Import, table: str, bases: Mapping[K, str], known: Mapping[K, str]) -> dict[K, str]:
    """Return a slug for each thing: the known one, or a new one, with a part of its own where another has it.

    The part is made of the name of the file too, so that the same words in another file are another thing.
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
    """Return a value of one line, in the form in which records keep it; only so are two values the same."""
    return " ".join(unicodedata.normalize("NFC", STRAY.sub(" ", value)).split())


def part(value: str) -> str:
    """Return a slug of a value, cut so that others fit before and behind it."""
    return slugify(value)[:_LONGEST_PART].rstrip("-")
