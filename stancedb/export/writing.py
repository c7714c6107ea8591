"""Write records as JSON Lines, CSV and TOML, and files that appear only when complete."""

from __future__ import annotations

import csv
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from stancedb.errors import BarInItem, Unwritable
from stancedb.export.shaping import Values
from stancedb.records.base import Record, input_fields
from stancedb.spreadsheets import without_formula

# Characters that a terminal would interpret, or that end a line; JSON and TOML escape them without loss.
_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def json_line(values: Values) -> str:
    """Write a record as one line of JSON."""
    return f"{_quoted(values)}\n"


def json_array(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines of JSON as one array, with one item per line."""
    before = "[\n"
    for line in lines:
        yield before + line.removesuffix("\n")
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _quoted(value: object) -> str:
    spelled = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_day_or_time)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", spelled)


def _day_or_time(value: date) -> str:
    return value.isoformat()


class Sheet:
    """A table of records as CSV, with a column for each possible field.

    Args:
        record_type: The type of the rows.
        is_safe: Whether a text that a spreadsheet would run as a formula gets an apostrophe.
    """

    def __init__(self, record_type: type[Record], *, is_safe: bool = False) -> None:
        self.is_safe = is_safe
        self.columns = [name for name in input_fields(record_type) if name != "schema"]

    def header(self) -> str:
        """Return the line with the names of the columns."""
        return csv_line(self.columns)

    def row(self, values: Values) -> str:
        """Return the line of a record.

        Raises:
            RefusedByRule: An item of a list contains the separator of items.
        """
        return csv_line((_cell(values, column) for column in self.columns), is_safe=self.is_safe)


def csv_line(values: Iterable[object], *, is_safe: bool = False) -> str:
    """Write values as one line of CSV.

    Args:
        values: Texts, numbers, booleans, days and times; None is an empty cell.
        is_safe: Whether a text that a spreadsheet would run as a formula gets an apostrophe.
    """
    line = StringIO()
    # The csv module quotes a single carriage return only if its own lines end with one.
    csv.writer(line, lineterminator="\r\n").writerow([_spelled(value, is_safe=is_safe) for value in values])
    return line.getvalue().removesuffix("\r\n") + "\n"


def _spelled(value: object, *, is_safe: bool) -> str:
    if isinstance(value, str):
        return without_formula(value) if is_safe else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _cell(values: Values, column: str) -> object:
    value = values.get(column)
    if isinstance(value, list):
        if bad := next((item for item in value if "|" in item), None):
            handle = next(iter(values.values()))
            raise BarInItem(handle=handle, item=bad, column=column)
        return "|".join(value)
    return value


def toml_document(values: Values) -> str:
    """Write a record as a TOML document: its own fields, then its tables."""
    lines = list(_toml(values, ""))
    return "\n".join(lines).lstrip("\n") + "\n"


def _toml(values: Mapping[str, object], path: str) -> Iterator[str]:
    tables: dict[str, Any] = {name: value for name, value in values.items() if _is_table(value)}
    for name, value in values.items():
        if name not in tables:
            spelled = f"[{', '.join(map(_quoted, value))}]" if isinstance(value, list) else _quoted(value)
            yield f"{_key(name)} = {spelled}"
    for name, value in tables.items():
        place = f"{path}{_key(name)}"
        for table in value if isinstance(value, list) else [value]:
            yield f"\n[[{place}]]" if isinstance(value, list) else f"\n[{place}]"
            yield from _toml(table, f"{place}.")


def _is_table(value: object) -> bool:
    """Return whether a value is written under a heading, once or for each of its items."""
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _quoted(name)


def make_folder(directory: Path) -> None:
    """Create a folder to write files into, with its parents, if it does not exist.

    Raises:
        RefusedByRule: It cannot be created.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unwritable.of(directory, error, done="made") from error


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a temporary file beside the target, and move it into place when the block ends without an error.

    Raises:
        RefusedByRule: The file cannot be written; the existing file is unchanged.
    """
    with _beside(path) as beside, beside.open("x", encoding="utf-8", newline="") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def replacing_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a binary file as :func:`replacing` opens a text file.

    Raises:
        RefusedByRule: The file cannot be written; the existing file is unchanged.
    """
    with _beside(path) as beside, beside.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    # A link must continue to lead to the file, and the file must keep its permissions.
    target = path.resolve()
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        yield beside
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        raise Unwritable.of(path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
