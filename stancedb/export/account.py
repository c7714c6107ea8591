"""What came of an export: how many records were written, and what of the database they do not carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import text

from stancedb.database import Reading


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of thing that a file cannot carry as it is.

    Attributes:
        what: What they are, and what becomes of them, for the line that tells of them.
        count: A SELECT of how many there are.
    """

    what: str
    count: str


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

    def count(self, session: Reading, sorts: Iterable[Sort], **parameters: object) -> None:
        """Ask the database for the number of each sort."""
        for sort in sorts:
            self.add(sort.what, session.execute(text(sort.count), parameters).scalar_one())

    def lines(self) -> Iterator[str]:
        """Yield a sentence for each sort of which there are any."""
        for what, count in self.sorts.items():
            example = f", such as {self.examples[what]}" if what in self.examples else ""
            yield f"{what}: {count}{example}."


def earlier_versions(*tables: str) -> Sort:
    """Return the sort of what history keeps of some tables."""
    return Sort(
        "Not written, earlier versions of rows (history keeps them)",
        f"SELECT {' + '.join(f'(SELECT count(*) FROM history.{table})' for table in tables)}",
    )
