"""Parts of a Popolo document being assembled: actors, and the periods of their relations and tenures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from stancedb.dates import When, parse_when

# The language of a name that has no stated language (BCP 47: undetermined).
UNDETERMINED = "und"
_FIRST, _LAST = date.min, date.max


@dataclass(slots=True)
class Actor:
    """What is collected for one actor before its slug is known."""

    key: str
    kind: str
    name: str
    language: str = UNDETERMINED
    other_names: list[str] = field(default_factory=list)
    # Identifiers that are valid only within the source of the file, and those that are valid worldwide.
    local: list[str] = field(default_factory=list)
    world_wide: list[str] = field(default_factory=list)
    identifiers: list[str] = field(default_factory=list)
    relations: dict[tuple[str, str], list[Period]] = field(default_factory=lambda: defaultdict(list))
    tenures: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """All names that the file has for it."""
        return {self.name, *(other.partition(":")[2] for other in self.other_names)}


@dataclass(frozen=True, slots=True)
class Period:
    """A period as two dates of any precision, None for an unknown end."""

    start: str | None
    end: str | None

    @property
    def edtf(self) -> str | None:
        """The interval, or None if neither end is known."""
        return f"{self.start or '..'}/{self.end or '..'}" if self.start or self.end else None

    @property
    def first(self) -> date:
        """The first day, or the earliest possible date."""
        return (self._when().start if self.start else None) or _FIRST

    @property
    def after(self) -> date:
        """The day after the last one, or the latest possible date."""
        return (self._when().end if self.end else None) or _LAST

    @property
    def certain(self) -> tuple[int, int]:
        """The first and last half-day in which nobody else can hold the seat, as in ``stancedb.tenure_certain``.

        It goes from noon of the latest possible first day to noon of the earliest possible last day, so that two
        periods that share a day do not overlap. A period that may have been a single day is a moment in the middle.
        """
        latest_first = earliest_last = None
        if self.start and (after := parse_when(self.start).end):
            latest_first = min(after, self.after).toordinal() - 1
        if self.end and (first := parse_when(self.end).start):
            earliest_last = max(first, self.first).toordinal()
        if latest_first is not None and earliest_last is not None and earliest_last <= latest_first:
            middle = 2 * (earliest_last + (latest_first - earliest_last) // 2)
            return middle, middle
        return (
            _FIRST.toordinal() if latest_first is None else 2 * latest_first + 1,
            2 * _LAST.toordinal() if earliest_last is None else 2 * earliest_last - 1,
        )

    def _when(self) -> When:
        return parse_when(self.edtf or "")
