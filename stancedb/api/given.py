"""What is given to be loaded: a file, or rows as mappings, dataclasses or a data frame, turned into records."""

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

# A data frame is told by what it can do, because none of the libraries has to be installed.
Rows: TypeAlias = Any
# What a refusal names as the place of a row.
ROWS = "rows"


def kind_of(kind: str) -> Kind:
    """Return a kind of record.

    Raises:
        NoSuchThing: There is no such kind; the nearest is offered.
    """
    if kind not in RECORDS:
        raise NoSuchThing.of("kind of record", kind, RECORDS)
    return cast("Kind", kind)


def path_of(source: str | Path) -> Path:
    """Return the path of a file.

    Raises:
        NotAFileName: No file can have this name.
    """
    if "\0" in str(source):
        raise NotAFileName(name=str(source))
    return Path(source)


def read_file(kind: Kind, path: Path, *, encoding: str | None, tell: Callable[[str], None]) -> Iterator[Item[Any]]:
    """Read the records of a file, or the articles of a folder, as ``load`` of the command line does.

    Raises:
        UnreadableInput: The file is missing, of another kind, binary, or not in the encoding it should be in.
    """
    if kind == "article":
        return read_articles([path], defaults=ArticleDefaults(), encoding=encoding, tell=tell)
    return read_records(path, RECORDS[kind], encoding=encoding)


def read_rows(kind: Kind, rows: Rows) -> Iterator[Item[Any]]:
    """Check rows one after the other; a refusal has the number of the row, from 1.

    Raises:
        WithoutRows: What is given has no rows.
        ColumnTwice: A frame has two columns of one name.
    """
    record: type[Record] = RECORDS[kind]
    checker = Checker(record, ROWS)
    for number, row in enumerate(_mappings(rows), start=1):
        values = fields_of(row) if _has_fields(row) else row
        yield checker.item(values, number, values if isinstance(values, dict) else repr(row))


def _mappings(rows: Rows) -> Iterator[object]:
    """Yield each row; of a data frame as a mapping in which a missing value is None."""
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
    """Return the fields of a row as a file would have them; those that are None are not given.

    Raises:
        NotAFieldName: A field has a name that is not text.
    """
    named = row if isinstance(row, Mapping) else {f.name: getattr(row, f.name) for f in dataclasses.fields(row)}
    fields = {name: _plain(value) for name, value in named.items() if value is not None}
    for name in fields:
        if not isinstance(name, str):
            raise NotAFieldName(name=name)
    return fields


@runtime_checkable
class _OfNumPy(Protocol):
    """A scalar or an array of NumPy, which need not be installed."""

    def tolist(self) -> object:
        """Return it as numbers, texts and lists of Python."""


def _plain(value: object) -> object:
    """Return a value as a file would have it; days and instants are written in ISO 8601 where records are checked."""
    if type(value).__module__ == "numpy" and isinstance(value, _OfNumPy):
        return _plain(value.tolist())
    if isinstance(value, datetime):
        # A data frame has no days without a time.
        return (value.date() if value.timetz() == time() else value).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        return fields_of(value)
    if isinstance(value, list | tuple | AbstractSet):
        return [_plain(item) for item in value]
    return value
