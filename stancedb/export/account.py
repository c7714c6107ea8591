"""The result of an export: how many records were written, and what the files leave out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import TextClause

from stancedb.database import Reading

EARLIER_VERSIONS = {"earlier_versions": "Not written: earlier versions of rows, which stay in the history"}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a file leaves out or changes.

    Attributes:
        counts: A SELECT of one row, with the number of each kind of omission.
        sorts: A sentence for each of its columns: what is counted, and what happens to it.
    """

    counts: TextClause
    sorts: Mapping[str, str]


@dataclass(slots=True)
class Account:
    """The counts of one export.

    Attributes:
        kind: The kind of record that is written.
        records: The number of records that were written.
        sorts: For each kind of omission or difference, how many there are.
        examples: For some of these kinds, the first example.
    """

    kind: str
    records: int = 0
    sorts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, count: int = 1, *, example: str | None = None) -> None:
        """Add to the count of one kind."""
        if count:
            self.sorts[what] = self.sorts.get(what, 0) + count
        if example is not None:
            self.examples.setdefault(what, example)

    def count(self, session: Reading, left_out: LeftOut, **parameters: object) -> None:
        """Read the counts from the database."""
        found = session.execute(left_out.counts, parameters).mappings().one()
        for column, what in left_out.sorts.items():
            self.add(what, found[column])

    def lines(self) -> Iterator[str]:
        """Yield a sentence for each kind with a count above zero."""
        for what, count in self.sorts.items():
            example = f", such as {self.examples[what]}" if what in self.examples else ""
            yield f"{what} ({count}){example}."
