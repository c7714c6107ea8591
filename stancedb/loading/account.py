"""Count what a load did to each table: rows inserted, updated and unchanged, and records rejected."""

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
    """The counts, rejections and notes of one load.

    Attributes:
        kind: What was loaded.
        records: Number of records read, including rejected records.
        seconds: How long it took, in seconds.
        rows: The counts by table.
        refusals: The rejected records, with the reasons.
        of_records: Notes for the user about single records.
        notes: Notes for the user about the whole load; they are printed no matter how many notes there are about
            records.
        only_adds: Whether an ``add`` command loads the record; it never changes existing data.
        corrects: Whether a ``set`` command loads it; it also changes data entered by hand.
        makes_actors: The kind of actor created from an unknown name; if None, none is created.
        forces: Whether an actor may get two identifiers in a worldwide scheme.
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
        """Number of inserted rows in all tables."""
        return sum(counts.inserted for counts in self.rows.values())

    @property
    def updated(self) -> int:
        """Number of updated rows in all tables."""
        return sum(counts.updated for counts in self.rows.values())

    @property
    def unchanged(self) -> int:
        """Number of unchanged rows in all tables."""
        return sum(counts.unchanged for counts in self.rows.values())

    @property
    def changed_nothing(self) -> bool:
        """Whether the load changed nothing."""
        return self.inserted + self.updated == 0

    def lines(self) -> Iterator[dict[str, object]]:
        """Yield a mapping to print for each table that had rows."""
        for table, counts in self.rows.items():
            if not counts.inserted + counts.updated + counts.unchanged:
                continue
            yield {
                "rows": table,
                "inserted": counts.inserted,
                "updated": counts.updated,
                "unchanged": counts.unchanged,
            }
