"""Conversion of input to records: a file, or rows as mappings, dataclasses or a data frame."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, cast, runtime_checkable

from stancedb.errors import ColumnTwice, NoSuchThing, NotAFieldName, NotAFileName, WithoutRows
from stancedb.loading.loader import Kind
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.files import read_records
from stancedb.records.base import Record
from stancedb.records.checking import Checker, Item
from stancedb.records.schemas import RECORDS

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from typing_extensions import TypeIs

# Data frames are recognized by their methods, because none of the libraries need be installed.
Rows: TypeAlias = Any
# The source that is named in the refusal of a row.
ROWS = "rows"


def kind_of(kind: str) -> Kind:
    """Return a kind of record.

    Raises:
        NoSuchThing: There is no such kind; the message suggests the closest name.
    """
    if kind not in RECORDS:
        raise NoSuchThing.of("kind of record", kind, RECORDS)
    return cast("Kind", kind)


def path_of(source: str | Path) -> Path:
    """Return the path of a file.

    Raises:
        NotAFileName: The name is not valid for a file.
    """
    if "\0" in str(source):
        raise NotAFileName(name=str(source))
    return Path(source)


def read_file(kind: Kind, path: Path, *, encoding: str | None, tell: Callable[[str], None]) -> Iterator[Item[Any]]:
    """Read the records of a file, or the articles of a folder, like ``load`` on the command line.

    Raises:
        UnreadableInput: The file is missing, of another kind, binary, or in another encoding.
    """
    if kind == "article":
        return read_articles([path], defaults=ArticleDefaults(), encoding=encoding, tell=tell)
    return read_records(path, RECORDS[kind], encoding=encoding)


def read_rows(kind: Kind, rows: Rows) -> Iterator[Item[Any]]:
    """Check rows one by one; a refusal has the number of the row, counted from 1.

    Raises:
        WithoutRows: The object has no rows.
        ColumnTwice: A data frame has two columns with the same name.
    """
    record: type[Record] = RECORDS[kind]
    checker = Checker(record, ROWS)
    for number, row in enumerate(_mappings(rows), start=1):
        values = fields_of(row) if _has_fields(row) else row
        yield checker.item(values, number, values if isinstance(values, dict) else repr(row))


def _mappings(rows: Rows) -> Iterator[object]:
    """Yield each row; rows of a data frame are mappings in which missing values are None."""
    if hasattr(rows, "itertuples") and hasattr(rows, "notna"):
        if not rows.columns.is_unique:
            raise ColumnTwice
        known = rows.astype(object).where(rows.notna(), None)
        return (dict(zip(rows.columns, row, strict=True)) for row in known.itertuples(index=False, name=None))
    if hasattr(rows, "iter_rows"):
        return iter(rows.iter_rows(named=True))
    if hasattr(rows, "to_pylist"):
        return iter(rows.to_pylist())
    if isinstance(rows, Mapping):
        return iter([rows])
    if isinstance(rows, Iterable) and not isinstance(rows, bytes):
        return iter(rows)
    raise WithoutRows(kind=type(rows).__name__)


def _has_fields(row: object) -> TypeIs[Mapping[Any, object] | DataclassInstance]:
    return isinstance(row, Mapping) or (dataclasses.is_dataclass(row) and not isinstance(row, type))


def fields_of(row: Mapping[Any, object] | DataclassInstance) -> dict[str, object]:
    """Return the fields of a row as in a file, without fields that are None.

    Raises:
        NotAFieldName: The name of a field is not text.
    """
    named = row if isinstance(row, Mapping) else {f.name: getattr(row, f.name) for f in dataclasses.fields(row)}
    fields = {name: _plain(value) for name, value in named.items() if value is not None}
    for name in fields:
        if not isinstance(name, str):
            raise NotAFieldName(name=name)
    return fields


@runtime_checkable
class _OfNumPy(Protocol):
    """A NumPy scalar or array; NumPy need not be installed."""

    def tolist(self) -> object:
        """Return the value as Python numbers, strings and lists."""


def _plain(value: object) -> object:
    """Return a value as in a file; dates and times are converted to ISO 8601 when records are checked."""
    if type(value).__module__ == "numpy" and isinstance(value, _OfNumPy):
        return _plain(value.tolist())
    if isinstance(value, datetime):
        # Data frames have no dates without a time.
        return (value.date() if value.timetz() == time() else value).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        return fields_of(value)
    if isinstance(value, list | tuple | AbstractSet):
        return [_plain(item) for item in value]
    return value
