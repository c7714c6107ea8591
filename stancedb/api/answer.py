"""Answers: typed rows with their basis, which convert to mappings, data frames and HTML."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, get_args, get_origin, get_type_hints, overload

from stancedb.api import frames
from stancedb.api.rows.base import POSITION, Row, descriptions, without_none

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

R_co = TypeVar("R_co", bound=Row, covariant=True)
Kind: TypeAlias = Literal["text", "integer", "number", "flag", "day", "instant", "texts", "position"]

_KINDS: dict[object, Kind] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "flag",
    date: "day",
    datetime: "instant",
}
# Maximum number of rows shown in a notebook.
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer.

    Attributes:
        name: The field of the rows.
        kind: The type of its values.
        description: The meaning of its values, with the unit.
    """

    name: str
    kind: Kind
    description: str


def columns_of(kind: type[Row]) -> tuple[Column, ...]:
    """Return the columns of a class of rows."""
    said = descriptions(kind)
    hints = get_type_hints(kind, include_extras=True)
    return tuple(Column(name, _kind(hint), said.get(name, "")) for name, hint in hints.items())


def _kind(hint: object) -> Kind:
    given = without_none(hint)
    if POSITION in getattr(given, "__metadata__", ()):
        return "position"
    return "texts" if get_origin(given) is tuple and get_args(given)[0] is str else _KINDS.get(given, "text")


@dataclass(frozen=True, slots=True)
class Place:
    """A position of an issue with its rank on the scale.

    Attributes:
        issue: Slug of the issue.
        position: Slug of the position.
        label: Label of the position.
        rank: Rank on the scale of the issue; None if it has none.
    """

    issue: str
    position: str
    label: str
    rank: int | None


@dataclass(frozen=True, slots=True)
class Scale:
    """The positions of an answer in the order of their scales.

    Attributes:
        slugs: Their distinct slugs, grouped by issue.
        labels: Their labels by slug, without slugs to which several issues give different labels.
        is_ordered: Whether the order is meaningful: all positions belong to one issue and have a rank.
    """

    slugs: tuple[str, ...]
    labels: Mapping[str, str]
    is_ordered: bool


class Answer(Sequence[R_co]):
    """The rows that answer a question, in the order of the command line.

    Args:
        rows: The rows.
        columns: The columns of the rows.
        known_at: The number of the changeset as of which the database was queried; None if it was not queried.
        rule: The slug of the rule that derived the stances, or None.
        places: The positions of the issues of the answer.
        notes: Notes about the answer, one sentence each.

    Attributes:
        known_at: The number of the changeset as of which the database was queried; passing it as ``known_at`` to the
            same question gives the same answer again. None if no database was queried.
        rule: The slug of the rule that derived the stances, or None.
        notes: Notes about the answer, such as that the reporting schema is behind.
    """

    __slots__ = ("_columns", "_places", "_rows", "known_at", "notes", "rule")

    def __init__(
        self,
        rows: Sequence[R_co],
        *,
        columns: Sequence[Column],
        known_at: int | None,
        rule: str | None = None,
        places: Sequence[Place] = (),
        notes: Sequence[str] = (),
    ) -> None:
        self._rows = tuple(rows)
        self._columns = tuple(columns)
        self._places = tuple(places)
        self.known_at = known_at
        self.rule = rule
        self.notes = tuple(notes)

    @overload
    def __getitem__(self, index: int) -> R_co: ...
    @overload
    def __getitem__(self, index: slice) -> Answer[R_co]: ...
    def __getitem__(self, index: int | slice) -> R_co | Answer[R_co]:
        if isinstance(index, slice):
            return Answer(
                self._rows[index],
                columns=self._columns,
                known_at=self.known_at,
                rule=self.rule,
                places=self._places,
                notes=self.notes,
            )
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[R_co]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answer):
            return NotImplemented
        mine, theirs = ((x.columns, tuple(x), x.known_at, x.rule) for x in (self, other))
        return mine == theirs

    def __hash__(self) -> int:
        return hash((self.columns, self.known_at, self.rule, len(self)))

    def __repr__(self) -> str:
        kinds = f" of {type(self._rows[0]).__name__}" if self._rows else ""
        return f"<Answer: {_counted(len(self))}{kinds}{self._basis()}>"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the command line."""
        return tuple(column.name for column in self._columns)

    @property
    def schema(self) -> tuple[Column, ...]:
        """The columns with the types and meanings of their values."""
        return self._columns

    @property
    def scale(self) -> Scale:
        """The positions of the issues of the answer, in the order of their scales."""
        used = self._used()
        labels: dict[str, set[str]] = {}
        for place in self._places:
            labels.setdefault(place.position, set()).add(place.label)
        # A position that occurs in the rows stays a category even if no scale has it.
        slugs = (*labels, *sorted(used - labels.keys()))
        ranked = {place.position for place in self._places if place.rank is not None}
        return Scale(
            slugs,
            {slug: said for slug, (said, *others) in labels.items() if not others},
            is_ordered=len({place.issue for place in self._places}) == 1 and used <= ranked,
        )

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as mappings with the keys of the JSON; dates and timestamps stay Python objects."""
        return [row.to_dict() for row in self._rows]

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas DataFrame.

        Dates are ``datetime64[s]``, timestamps ``datetime64[us, UTC]``, integers ``Int64``, flags ``boolean``.
        Positions are a categorical in the order of the scale, ordered if all belong to one issue and have a rank.
        ``attrs`` has ``known_at``, ``rule``, ``columns`` (descriptions) and ``positions`` (labels).

        Raises:
            NotInstalled: pandas is not installed; install the extra ``pandas``.
        """
        return frames.to_pandas(self)

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a polars DataFrame, positions as an Enum in the order of the scale.

        Raises:
            NotInstalled: polars is not installed; install the extra ``polars``.
        """
        return frames.to_polars(self)

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table.

        Positions are dictionary-encoded in the order of the scale. The metadata of each field has its ``description``,
        and for positions the ``labels`` as JSON; the metadata of the schema has ``known_at`` and ``rule``.

        Raises:
            NotInstalled: pyarrow is not installed; install the extra ``parquet``.
        """
        return frames.to_arrow(self)

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table, for notebooks."""
        heads = "".join(
            f'<th title="{html.escape(column.description)}">{html.escape(column.name)}</th>' for column in self._columns
        )
        body = "".join(
            f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row.to_dict().values())}</tr>"
            for row in self._rows[:_SHOWN]
        )
        shown = f"{_SHOWN} of " if len(self) > _SHOWN else ""
        caption = ". ".join(
            [f"{shown}{_counted(len(self))}{self._basis()}", *(note.removesuffix(".") for note in self.notes)]
        )
        return (
            f"<table><caption>{html.escape(caption)}.</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )

    def _basis(self) -> str:
        rule = f", rule {self.rule}" if self.rule else ""
        return rule if self.known_at is None else f"{rule}, as known at changeset {self.known_at}"

    def _used(self) -> set[str]:
        names = [column.name for column in self._columns if column.kind == "position"]
        found = (row[name] for row in self.to_dicts() for name in names) if names else ()
        return {value for value in found if value is not None}


def _counted(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows} rows"


def _cell(value: object) -> str:
    if isinstance(value, list):
        return html.escape(", ".join(map(str, value)))
    return "" if value is None else html.escape(str(value))
