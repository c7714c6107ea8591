"""Count what an import did, on both sides: the rows of the file and the rows of the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from stancedb.loading.account import Counts, LoadAccount
from stancedb.refusals import Refusal

# Maximum number of differences shown for a pair of coders.
_SHOWN = 5


@dataclass(slots=True)
class _Tally:
    rows: int = 0
    loaded: int = 0
    left: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Comparison:
    agree: int = 0
    differing: list[str] = field(default_factory=list)


class Account:
    """Counts of the rows of a file by kind: how many there are, how many were loaded, and how many were not and why.

    Args:
        *first: The kinds to list first, in this order.
    """

    def __init__(self, *first: str) -> None:
        self._kinds: dict[str, _Tally] = defaultdict(_Tally, {kind: _Tally() for kind in first})
        self._pairs: dict[tuple[str, str], _Comparison] = defaultdict(_Comparison)

    def found(self, kind: str, rows: int) -> None:
        """Record how many rows of a kind the file has."""
        self._kinds[kind].rows += rows

    def take(self, kind: str, rows: int = 1) -> None:
        """Count loaded rows."""
        self._kinds[kind].loaded += rows

    def leave(self, kind: str, reason: str, rows: int = 1) -> None:
        """Count rows that were not loaded, with the reason."""
        if rows > 0:
            self._kinds[kind].left[reason] += rows

    def leave_rest(self, kind: str, reason: str) -> None:
        """Count the remaining rows of a kind as not loaded."""
        tally = self._kinds[kind]
        self.leave(kind, reason, tally.rows - tally.loaded - tally.left.total())

    def refuse(self, kind: str, rows: int) -> None:
        """Count rows as not loaded instead of loaded, because the loader rejected their records."""
        self._kinds[kind].loaded -= rows
        self.leave(kind, "refused", rows)

    def compare(self, one: str, other: str, judged: str, position: str, other_position: str) -> None:
        """Count two coders' judgements of the same unit as agreeing or differing."""
        pair = self._pairs[one, other]
        if position == other_position:
            pair.agree += 1
        else:
            pair.differing.append(f"{judged}: {position}, {other_position}")

    def lines(self) -> Iterator[dict[str, object]]:
        """Yield a mapping for each kind of row in the file, and one for each pair of coders of the same units."""
        for kind, tally in self._kinds.items():
            if tally.rows or tally.loaded or tally.left:
                why = "; ".join(f"{count} {reason}" for reason, count in tally.left.most_common())
                yield _line(
                    "file",
                    kind,
                    in_file=tally.rows,
                    loaded=tally.loaded,
                    not_taken=tally.left.total(),
                    why=why or None,
                )
        for (one, other), pair in sorted(self._pairs.items()):
            rest = len(pair.differing) - _SHOWN
            shown = [*pair.differing[:_SHOWN], *([f"and {rest} more"] if rest > 0 else [])]
            yield _line(
                "coders", f"{one}, {other}", agree=pair.agree, differ=len(pair.differing), why="; ".join(shown) or None
            )


@dataclass
class ImportReport:
    """The account of one import.

    Attributes:
        account: The counts of the rows of the file.
        loads: The reports of the loads, one for each kind of record.
        notes: Other notes for the user.
    """

    account: Account
    loads: list[LoadAccount]
    notes: list[str]

    @property
    def refusals(self) -> list[Refusal]:
        """All rejected records."""
        return [refusal for load in self.loads for refusal in load.refusals]

    @property
    def changed_nothing(self) -> bool:
        """Whether the import changed nothing."""
        return all(load.changed_nothing for load in self.loads)

    def lines(self) -> Iterator[dict[str, object]]:
        """Yield the counts by kind of row in the file, then by table of the database."""
        yield from self.account.lines()
        tables: dict[str, Counts] = defaultdict(Counts)
        for load in self.loads:
            for table, counts in load.rows.items():
                tables[table].inserted += counts.inserted
                tables[table].updated += counts.updated
                tables[table].unchanged += counts.unchanged
        for table, counts in tables.items():
            if counts.inserted + counts.updated + counts.unchanged:
                yield _line(
                    "database",
                    table,
                    inserted=counts.inserted,
                    updated=counts.updated,
                    unchanged=max(counts.unchanged, 0),
                )


_COUNTS = ("in_file", "loaded", "not_taken", "inserted", "updated", "unchanged", "agree", "differ", "why")


def _line(side: str, kind: str, **counts: object) -> dict[str, object]:
    return {"side": side, "kind": kind, **dict.fromkeys(_COUNTS), **counts}
