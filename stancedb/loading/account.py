"""What a load did: inserted, updated, unchanged, refused, by kind of row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from stancedb.refusals import Refusal


@dataclass(slots=True)
class Counts:
    """Numbers of new, changed and unchanged rows of one table."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(slots=True)
class LoadAccount:
    """The account of one load.

    Attributes:
        kind: What was loaded.
        records: How many records were read, refused ones included.
        seconds: How long it took.
        rows: The counts by table.
        refusals: The records that were not loaded, with their reasons.
        of_records: What a person should know of single records.
        notes: What a person should know of the load as a whole; it is told however much there is to say of records.
        only_adds: Whether the record was given to an ``add`` command, which never changes what is there.
        corrects: Whether it was given to a ``set`` command, which changes what was entered by hand too.
        makes_actors: The kind of the actors that are created from unknown names; None creates none.
        forces: Whether one actor may get two identifiers of a world-wide scheme.
    """

    kind: str
    records: int = 0
    seconds: float = 0.0
    rows: dict[str, Counts] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    of_records: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    only_adds: bool = False
    corrects: bool = False
    forces: bool = False
    makes_actors: str | None = None

    def add(self, table: str, *, inserted: int = 0, updated: int = 0, unchanged: int = 0) -> None:
        """Add to the counts of one table."""
        counts = self.rows.setdefault(table, Counts())
        counts.inserted += inserted
        counts.updated += updated
        counts.unchanged += unchanged

    @property
    def inserted(self) -> int:
        """Rows that were new, of all tables."""
        return sum(counts.inserted for counts in self.rows.values())

    @property
    def updated(self) -> int:
        """Rows that changed, of all tables."""
        return sum(counts.updated for counts in self.rows.values())

    @property
    def unchanged(self) -> int:
        """Unchanged rows of all tables."""
        return sum(counts.unchanged for counts in self.rows.values())

    @property
    def changed_nothing(self) -> bool:
        """Whether nothing changed."""
        return self.inserted + self.updated == 0

    def lines(self) -> Iterator[dict[str, object]]:
        """Yield one mapping for each table that had rows, for the terminal."""
        for table, counts in self.rows.items():
            if not counts.inserted + counts.updated + counts.unchanged:
                continue
            yield {
                "rows": table,
                "inserted": counts.inserted,
                "updated": counts.updated,
                "unchanged": counts.unchanged,
            }
