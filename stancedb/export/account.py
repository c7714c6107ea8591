"""What came of an export: how many records were written, and what of the database they do not carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import TextClause

from stancedb.database import Reading

EARLIER_VERSIONS = {"earlier_versions": "Not written, earlier versions of rows (history keeps them)"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a file cannot carry as it is.

    Attributes:
        counts: A SELECT of one row, with the number of each sort.
        sorts: For its columns, what they are and what becomes of them, for the line that tells of them.
    """

    counts: TextClause
    sorts: Mapping[str, str]


@dataclass(slots=True)
class Account:
    """The account of one export.

    Attributes:
        kind: What is written.
        records: How many records were written.
        sorts: How many of each sort are not in them, or otherwise than in the database.
        examples: Of a sort, the first one met.
    """

    kind: str
    records: int = 0
    sorts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, count: int = 1, *, example: str | None = None) -> None:
        """Add to the number of one sort."""
        if count:
            self.sorts[what] = self.sorts.get(what, 0) + count
        if example is not None:
            self.examples.setdefault(what, example)

    def count(self, session: Reading, left_out: LeftOut, **parameters: object) -> None:
        """Ask the database for the number of each sort."""
        found = session.execute(left_out.counts, parameters).mappings().one()
        for column, what in left_out.sorts.items():
            self.add(what, found[column])

    def lines(self) -> Iterator[str]:
        """Yield a sentence for each sort of which there are any."""
        for what, count in self.sorts.items():
            example = f", such as {self.examples[what]}" if what in self.examples else ""
            yield f"{what}: {count}{example}."
