"""Read rows of a CSV file: records whose fields the header names, or the cells of any table."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from pydantic import ValidationError

from stancedb.errors import nearest_of
from stancedb.reading.decoding import LINE_LIMIT, LONGEST_LINE, is_blank, numbered_lines
from stancedb.reading.json_lines import STRICT_JSON
from stancedb.records.characters import CONTROLS, is_tidy, is_tidy_line
from stancedb.records.checking import Checker, Item, R, Read
from stancedb.refusals import Fault, Refusal, shown

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
# Raised inside the parser, which reports its own errors the same way.
_TOO_LONG = "line too long"


class _CsvLines:
    """The lines for the CSV parser; they track the line number and whether the current row has text to tidy."""

    def __init__(self, lines: Iterator[tuple[int, bytes, str | None]], number: int) -> None:
        self.number = number
        self.must_tidy = False
        self._lines = lines

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        self.number, raw, text = next(self._lines)
        if text is None:
            raise csv.Error(_TOO_LONG)
        size = len(raw)
        if raw.endswith(b"\r\n"):
            text = text[:-2] + "\n"
            size -= 1
        # Removing control characters shortens a line that has any; this is the fastest way to check.
        if len(raw.translate(None, CONTROLS)) < size or not is_tidy_line(raw, text):
            self.must_tidy = True
        return text


def read_csv(
    stream: BinaryIO,
    record_type: type[R],
    source: str,
    *,
    defaults: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Iterator[Item[R]]:
    """Read one record from each row of a CSV file whose first row names the fields.

    An empty cell is an absent field; anything else is text, including "NA" and "=1+1". The delimiter is comma,
    semicolon or tab, whichever fits the header. The line of a record is the one on which its row starts. The
    arguments and errors are those of read_jsonl.
    """
    checker = Checker(record_type, source, defaults, remedies)
    csv.field_size_limit(LONGEST_LINE)
    numbered = numbered_lines(stream, source)
    start, header = next(
        ((number, text) for number, _, text in numbered if text is None or not is_blank(text)), (0, "")
    )
    if header is None:
        yield checker.refused(start, [Fault("line_too_long", LINE_LIMIT)], None)
        return
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(header, candidate, checker.fields))
    columns = _named_columns(header, delimiter)
    refusals = [*_header_refusals(checker, columns, start, header)]
    if refusals or not columns:
        yield from refusals
        return
    for line, row, must_tidy in _rows(_CsvLines(numbered, start), delimiter):
        if isinstance(row, Fault):
            yield checker.refused(line, [row], None)
            continue
        row = _within(row, columns)  # noqa: PLW2901 - the row without its surplus cells
        values: dict[str, object] = {name: cell for name, cell in zip(columns, row, strict=False) if cell}
        if len(row) != len(columns):
            fault = _width_fault(len(row), len(columns), delimiter)
            yield checker.refused(line, [fault], delimiter.join(row))
        elif values:
            yield _row_item(checker, values, line, must_tidy=must_tidy)
        # A spreadsheet saves empty rows below a table as bare delimiters, so a row without values is not a record.


def read_table_again(stream: BinaryIO, source: str) -> Iterator[TableRow | Refusal]:
    """Read the rows of a table that were refused before and written as JSON Lines."""
    for line, _, written in numbered_lines(stream, source):
        if written is None:
            yield Refusal(source, line, "line_too_long", LINE_LIMIT)
        elif not is_blank(written):
            try:
                values = STRICT_JSON.decode(written)
            except (ValueError, RecursionError):
                values = None
            if isinstance(values, dict):
                yield TableRow(line, {name: "" if cell is None else str(cell) for name, cell in values.items()})
            else:
                yield Refusal(source, line, "no_row", {}, original=written)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of any table: its line, and its cells by column name."""

    line: int
    cells: dict[str, str]


def read_table(stream: BinaryIO, source: str, *, delimiter: str | None = None) -> Iterator[TableRow | Refusal]:
    """Read the rows of any CSV file; all cells are text, including empty ones.

    Args:
        stream: The file, in UTF-8.
        source: Name of the file, for refusals.
        delimiter: Cell separator (default: comma, semicolon or tab, whichever gives the most columns).
    """
    csv.field_size_limit(LONGEST_LINE)
    numbered = numbered_lines(stream, source)
    start, header = next(
        ((number, text) for number, _, text in numbered if text is None or not is_blank(text)), (0, "")
    )
    if header is None:
        yield Refusal(source, start, "line_too_long", LINE_LIMIT)
        return
    delimiter = delimiter or max(_DELIMITERS, key=lambda candidate: len(_cells(header, candidate)))
    columns = _named_columns(header, delimiter)
    repeated = next((name for name in columns if columns.count(name) > 1), None)
    if not columns or repeated is not None:
        fault = _header_fault(header)
        if repeated is not None:
            fault = Fault("column_twice", {"name": repeated})
        yield Refusal(source, start, fault.code, fault.values)
        return
    for line, row, _ in _rows(_CsvLines(numbered, start), delimiter):
        if isinstance(row, Fault):
            yield Refusal(source, line, row.code, row.values)
            continue
        row = _within(row, columns)  # noqa: PLW2901 - as above
        if len(row) != len(columns):
            fault = _width_fault(len(row), len(columns), delimiter)
            yield Refusal(source, line, fault.code, fault.values, original=delimiter.join(row))
        elif any(row):
            yield TableRow(line, dict(zip(columns, row, strict=True)))


def _row_item(checker: Checker[R], values: dict[str, object], line: int, *, must_tidy: bool) -> Item[R]:
    if not must_tidy:
        try:
            record = checker.validate({**checker.defaults, **values} if checker.defaults else values)
            return Read(checker.source, line, record, values)
        except ValidationError:
            # The row is checked again below, to find out what is wrong with it.
            pass
    return checker.item(values, line, values)


def _rows(lines: _CsvLines, delimiter: str) -> Iterator[tuple[int, list[str] | Fault, bool]]:
    """Yield each row with its first line and whether it has text to tidy, or a fault instead of a broken row."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        lines.must_tidy = False
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            fault, is_lost = _csv_fault(str(error), delimiter)
            yield line, fault, False
            if is_lost:
                return
        else:
            # The parser returns a blank line as a row without cells.
            if row:
                yield line, row, lines.must_tidy


def _cells(header: str, delimiter: str) -> list[str]:
    """Return the column names, or none if the quoting of the header is broken."""
    try:
        return [name.strip() for name in next(csv.reader([header], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        return []


def _fit(header: str, delimiter: str, fields: list[str]) -> tuple[int, int]:
    """Return how well a delimiter fits the header: the number of known columns, then of all columns."""
    names = _cells(header, delimiter)
    return len({*names} & {*fields}), len(names)


def _named_columns(header: str, delimiter: str) -> list[str]:
    """Return the column names without the empty ones at the end, which spreadsheets write for empty columns."""
    columns = _cells(header, delimiter)
    while len(columns) > 1 and not columns[-1]:
        columns.pop()
    return columns


def _within(row: list[str], columns: list[str]) -> list[str]:
    """Return a row without empty cells beyond the columns."""
    return row[: len(columns)] if len(row) > len(columns) and not any(row[len(columns) :]) else row


def _header_fault(header: str) -> Fault:
    """Return why a header has no columns: it is broken, or the whole file is one line."""
    return Fault("lone_return" if re.search(r"\r(?!\n|$)", header) else "header_broken", {})


def _header_refusals(checker: Checker[R], columns: list[str], line: int, header: str) -> Iterator[Refusal]:
    original = ",".join(columns)
    if not columns and line:
        yield checker.refused(line, [_header_fault(header)], None)
    for index, name in enumerate(columns):
        if fault := _column_fault(name, columns[:index], checker.fields):
            yield checker.refused(line, [fault], original)
    for name in checker.required:
        if columns and name not in columns:
            yield checker.refused(line, [Fault("column_missing", {}, name)], original)


def _column_fault(name: str, before: list[str], fields: list[str]) -> Fault | None:
    if not name:
        return Fault("column_without_name", {"place": len(before) + 1})
    if name in before:
        return Fault("column_twice", {"name": name})
    if name not in fields and not name.startswith("x_"):
        meant = nearest_of(name, fields)
        return Fault("column_unknown" if meant else "column_to_ignore", {"name": name, "nearest": meant})
    return None if is_tidy(name) else Fault("column_untidy", {"name": name})


def _csv_fault(message: str, delimiter: str) -> tuple[Fault, bool]:
    """Return the fault that the CSV parser found, and whether the rest of the file is lost with the row."""
    if message == _TOO_LONG:
        return Fault("line_too_long", LINE_LIMIT), False
    if "expected after" in message:
        return Fault("quote_within_cell", {"delimiter": _named(delimiter)}), False
    if "unexpected end of data" in message:
        return Fault("quote_not_closed", {}), True
    if "field limit" in message:
        return Fault("cell_too_long", LINE_LIMIT), True
    if "new-line" in message:
        return Fault("return_within_row", {}), False
    return Fault("unreadable", {"reason": message}), False


def _named(delimiter: str) -> str:
    return _DELIMITERS.get(delimiter, shown(delimiter))


def _width_fault(found: int, expected: int, delimiter: str) -> Fault:
    cells = "cell" if found == 1 else "cells"
    code = "row_too_wide" if found > expected else "row_too_narrow"
    return Fault(code, {"found": found, "cells": cells, "expected": expected, "delimiter": _named(delimiter)})
