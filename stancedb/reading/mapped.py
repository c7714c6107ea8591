"""Read tables of votes, surveys and stance labels: any CSV file, with a mapping that explains its columns and values.

A mapping is a TOML file. Each field of a coding-sheet line comes from a column, a constant or a template of columns; a
value is text unless the mapping changes it. A wide table has one column per actor; in it ``@header`` is the name of
that column and ``@cell`` its content.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stancedb.dates import has_last_day
from stancedb.errors import UnreadableInput, nearest_of
from stancedb.reading.csv_rows import TableRow, read_table, read_table_again
from stancedb.reading.decoding import STANDARD_INPUT, first_byte, open_source, read_text
from stancedb.records.base import input_fields
from stancedb.records.characters import nfc, nfc_note
from stancedb.records.checking import Item, Read, check_record
from stancedb.records.slugs import slugify, without_accents
from stancedb.records.statement import StatementRecord
from stancedb.refusals import Fault, FaultError, Refusal, shown

HEADER, CELL = "@header", "@cell"
# Columns that the program adds to refused rows.
ADDED_COLUMNS = {"x_source", "x_line", "x_field", "x_reason", "x_original"}
# How many characters of an ISO date each precision keeps, from the coarsest to the finest.
_KEPT = {"year": 4, "month": 7, "day": 10}
_PRECISIONS = [*_KEPT]
_BRACED = re.compile(r"\{([^{}]*)\}")
_DEFAULTS = {"coder_kind": "import"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RowPrecision(_Part):
    """How precisely a date is known, by row.

    Attributes:
        column: Column that gives the precision.
        values: Meaning of each of its values; ``day``, ``month`` and ``year`` stand for themselves.
    """

    column: str
    values: dict[str, Literal["day", "month", "year"]] = {}


class FieldMapping(_Part):
    """Where one field comes from, and what its values mean.

    Attributes:
        column: Column to read.
        constant: Value in every row.
        template: Text with columns in braces, as in ``Roll call {number}``.
        values: Meaning of each value of the table; values that are not listed are handled as ``unlisted`` says.
        unlisted: ``refuse`` the row, ``skip`` it and count it, or ``keep`` the value as it is.
        slugify: Whether to make a slug from the value.
        format: Format of a date, as for strptime, if it is not EDTF.
        precision: How precisely the date is known, in every row or by a column (default: as written).
    """

    column: str | None = None
    constant: str | None = None
    template: str | None = None
    values: dict[str, str] = {}
    unlisted: Literal["refuse", "skip", "keep"] = "refuse"
    slugify: bool = False
    format: str | None = None
    precision: Literal["day", "month", "year"] | RowPrecision | None = None

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if sum(place is not None for place in (self.column, self.constant, self.template)) != 1:
            raise FaultError("mapping_from_one_place")
        return self

    @model_validator(mode="after")
    def _has_whole_braces(self) -> Self:
        if self.template is not None and any(brace in _BRACED.sub("", self.template) for brace in "{}"):
            raise FaultError("mapping_brace_open")
        return self

    @model_validator(mode="after")
    def _says_no_more_than_its_format(self) -> Self:
        if self.format is None:
            return self
        finest = _finest(self.format)
        if finest is None:
            raise FaultError("mapping_without_year", form=self.format)
        if isinstance(self.precision, str) and _PRECISIONS.index(self.precision) > _PRECISIONS.index(finest):
            raise FaultError("mapping_too_precise", form=self.format, finest=finest, precision=self.precision)
        return self


def _finest(form: str) -> str | None:
    """Return the precision of a date in a strptime format, or None if it has no year."""
    said = {*re.findall("%(.)", form)}
    if not said & {*"YyGcx"}:
        return None
    if said & {*"djcx"} or (said & {*"UWV"} and said & {*"aAwu"}):
        return "day"
    return "month" if said & {*"mbB"} else "year"


class WideMapping(_Part):
    """A table with one column per actor: the listed columns, or else all that are not named elsewhere."""

    columns: list[str] = []
    other_columns: list[str] = []

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if bool(self.columns) == bool(self.other_columns):
            raise FaultError("mapping_of_actors")
        return self


class TableMapping(_Part):
    """The meaning of a table.

    Attributes:
        field: The fields of ``stancedb.statement/1``.
        missing: Cells, exactly as written, that mean nothing: the field is absent; a row that has no position for that
            reason is skipped and counted.
        delimiter: Cell separator (default: detected from the header).
        wide: How to split a wide table.
    """

    field: dict[str, FieldMapping] = Field(min_length=1)
    missing: list[str] = []
    delimiter: Literal[",", ";", "\t"] | None = None
    wide: WideMapping | None = None


class _SkippedError(Exception):
    """The row has nothing to load."""


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping.

    Raises:
        UnreadableInput: It is not TOML or not a valid mapping; the message names the place.
    """
    source = str(path)
    with open_source(path) as stream:
        text = nfc(read_text(stream, source))[0]
    try:
        mapping = TableMapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput.of(source, Fault("not_toml", {"fault": str(error)})) from error
    except RecursionError:
        raise UnreadableInput.of(source, Fault("mapping_too_deep", {})) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = first.get("ctx", {}).get("error")
        values = {
            "place": ".".join(map(str, first["loc"])) or "the mapping",
            "fault": cause.fault if isinstance(cause, FaultError) else first["msg"],
        }
        raise UnreadableInput.of(source, Fault("mapping_invalid", values)) from error
    fields = input_fields(StatementRecord)
    for name in mapping.field:
        if name not in fields:
            fault = Fault("mapping_to_unknown_field", {"name": name, "nearest": nearest_of(name, fields)})
            raise UnreadableInput.of(source, fault)
    return mapping


def read_mapped(
    path: Path | Literal["-"],
    mapping: TableMapping,
    *,
    encoding: str | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> Iterator[Item[StatementRecord]]:
    """Read the statements of a table.

    Args:
        path: The CSV file; ``-`` is standard input.
        mapping: Meaning of its columns and values.
        encoding: Encoding of the file, if it is not UTF-8.
        tell: Called with a sentence on what was skipped, when the table ends.

    Raises:
        UnreadableInput: The file is missing, is not text, or lacks a column that the mapping names.
    """
    source = STANDARD_INPUT if path == "-" else str(path)
    reading = _Reading(source, mapping)
    with open_source(path, encoding=encoding) as stream:
        if first_byte(stream) == b"{":
            # Rows that were refused before come back as they were written.
            yield from reading.items(read_table_again(stream, source), are_alike=False)
        else:
            yield from reading.items(read_table(stream, source, delimiter=mapping.delimiter), are_alike=True)
    reading.tell(tell)


class _Reading:
    """Reads the rows of one table, and counts what is skipped and changed on the way."""

    def __init__(self, source: str, mapping: TableMapping) -> None:
        self._source = source
        self._mapping = mapping
        self._keys = _Keys()
        self._skipped = self._changed = 0

    def items(self, rows: Iterable[TableRow | Refusal], *, are_alike: bool) -> Iterator[Item[StatementRecord]]:
        """Yield the statements of rows; if they are alike, all have the columns of the first."""
        is_checked = False
        for row in rows:
            if isinstance(row, Refusal):
                yield row
                continue
            composed, more = _composed(row.cells)
            self._changed += more
            fault = None if is_checked else _column_fault(self._mapping, composed)
            if fault and are_alike:
                raise UnreadableInput.of(self._source, fault)
            is_checked = are_alike
            if fault:
                yield Refusal.of(self._source, row.line, fault, original=row.cells)
            else:
                yield from self._statements(row, composed)

    def _statements(self, row: TableRow, composed: dict[str, str]) -> Iterator[Item[StatementRecord]]:
        for cells in _apart(self._mapping, composed):
            try:
                values, made = _values(self._mapping, cells)
                self._keys.check(made, row.line)
            except _SkippedError:
                self._skipped += 1
            except FaultError as refused:
                yield Refusal.of(self._source, row.line, refused.fault, original=row.cells)
            else:
                yield _checked({**_DEFAULTS, **values}, made, self._source, row)

    def tell(self, tell: Callable[[str], object]) -> None:
        """Report what was skipped and changed."""
        if self._changed:
            tell(f"{self._source}: {nfc_note(self._changed)}.")
        if self._skipped:
            noun = "cell" if self._mapping.wide else "row"
            several = f"{self._skipped} {noun}s without a position were"
            told = f"1 {noun} without a position was" if self._skipped == 1 else several
            tell(f"{self._source}: {told} skipped.")


def understood(item: Read[StatementRecord]) -> dict[str, Any]:
    """Return how a row was understood, for a person to review before anything is loaded."""
    record = item.record
    return {
        "line": item.line,
        "holder": record.holder or record.speaker,
        "issue": record.issue,
        "position": record.position,
        "said": record.said,
        "source": record.article or record.citation,
        "statement": record.statement,
    }


def _column_fault(mapping: TableMapping, cells: Mapping[str, str]) -> Fault | None:
    """Return a fault for a column that the mapping names and the table lacks, if any."""
    wide = mapping.wide
    known = {*cells, HEADER, CELL} if wide else {*cells}
    named = [rule.column for rule in mapping.field.values() if rule.column is not None]
    named += [*wide.columns, *wide.other_columns] if wide else []
    named += [name for rule in mapping.field.values() if rule.template for name in _braced(rule.template)]
    named += [rule.precision.column for rule in mapping.field.values() if isinstance(rule.precision, RowPrecision)]
    unknown = next((name for name in named if name not in known), None)
    if unknown is None:
        return None
    return Fault("mapped_column_missing", {"column": unknown, "nearest": nearest_of(unknown, cells)})


def _composed(cells: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Return cells with their letters composed, and how many of them changed.

    Spellings that look the same must match, in the table as in the mapping.
    """
    composed: dict[str, str] = {}
    changed = 0
    for name, cell in cells.items():
        composed[nfc(name)[0]], more = nfc(cell)
        changed += more
    return composed, changed


def _braced(template: str) -> list[str]:
    return _BRACED.findall(template)


def _apart(mapping: TableMapping, cells: dict[str, str]) -> Iterator[dict[str, str]]:
    wide = mapping.wide
    if wide is None:
        yield cells
        return
    for header in wide.columns or [name for name in cells if name not in {*wide.other_columns, *ADDED_COLUMNS}]:
        yield {**cells, HEADER: header, CELL: cells[header]}


def _values(mapping: TableMapping, cells: Mapping[str, str]) -> tuple[dict[str, object], dict[str, str]]:
    """Return the field values of a row, and for each field that is made into a slug the value it was made from."""
    values: dict[str, object] = {}
    made: dict[str, str] = {}
    for name, rule in mapping.field.items():
        value = _value(name, rule, cells, mapping.missing)
        if value is None and name == "position":
            raise _SkippedError
        if value is None:
            continue
        values[name] = value
        if rule.slugify:
            made[name] = value
            values[name] = slugify(value)
    ends = mapping.field.get("ends")
    if ends and ends.constant is not None and not _is_over(values.get("said")):
        # A constant for all rows does not apply to those that continue.
        del values["ends"]
    if "speaker" not in values and "holder" in values:
        # Whoever votes or answers a survey speaks for themselves.
        values["speaker"] = values["holder"]
    return values, made


_ACTORS = ("speaker", "holder", "on_behalf_of")
_SIGNS = re.compile(r"[\W_]+")


class _Keys:
    """Refuses a key that gives the same slug as an earlier key.

    There are too many slugs of statements to hold here; they are compared where the rows are staged.
    """

    def __init__(self) -> None:
        self._first: dict[tuple[str, str], tuple[str, int]] = {}

    def check(self, made: Mapping[str, str], line: int) -> None:
        for name, value in made.items():
            if name == "statement":
                continue
            noun = "actor" if name in _ACTORS else name
            key = without_accents(value)
            # Two spellings of a name are one name; two codes that differ in punctuation are two.
            key = " ".join(key.split()) if any(map(str.isdigit, key)) else _SIGNS.sub(" ", key).strip()
            first, at = self._first.setdefault((noun, slugify(value)), (key, line))
            if first != key:
                raise FaultError("slug_of_two_values", name, value=value, slug=slugify(value), line=at)


def _checked(
    values: Mapping[str, object], made: Mapping[str, str], source: str, row: TableRow
) -> Item[StatementRecord]:
    item = check_record(values, StatementRecord, source, row.line, original=row.cells)
    if isinstance(item, Refusal) or not made:
        return item
    names = {str(values[name]): made[name] for name in _ACTORS if name in made}
    return replace(item, key=made.get("statement"), names=names or None)


def _is_over(said: object) -> bool:
    """Return whether a date is an interval, or not a date at all."""
    try:
        return has_last_day(str(said))
    except ValueError:
        return True


def _value(name: str, rule: FieldMapping, cells: Mapping[str, str], missing: list[str]) -> str | None:
    if rule.constant is not None:
        return rule.constant
    if rule.template is not None:
        used = [cells[column] for column in _braced(rule.template)]
        if used and all(_says_nothing(cell, missing) for cell in used):
            # Without the cells, the text of the template is not data.
            return None
        value = _BRACED.sub(lambda braced: cells[braced[1]], rule.template)
    else:
        value = cells[rule.column or ""]
        if _says_nothing(value, missing):
            return None
    if rule.values:
        if value in rule.values:
            return rule.values[value]
        if rule.unlisted == "skip":
            raise _SkippedError
        if rule.unlisted == "refuse":
            raise FaultError(
                "value_not_listed", name, found=value, at=_at(rule), nearest=nearest_of(value, rule.values)
            )
    if rule.format is not None or rule.precision is not None:
        value = _date(name, value, rule, cells)
    return value


def _says_nothing(cell: str, missing: list[str]) -> bool:
    return not cell.strip() or cell in missing


def _date(name: str, value: str, rule: FieldMapping, cells: Mapping[str, str]) -> str:
    """Return a date in ISO form, as precisely as it is known."""
    written = _iso_date(name, value, rule)
    if rule.precision is None:
        return written
    by_row = rule.precision
    if isinstance(by_row, RowPrecision):
        said = cells[by_row.column]
        listed: Mapping[str, str] = by_row.values
        precision = listed.get(said, said)
        if precision not in _KEPT:
            raise FaultError("precision_not_listed", name, found=said, column=by_row.column)
        if len(written) < _KEPT[precision]:
            raise FaultError("date_less_precise", name, found=value, precision=precision)
        return written[: _KEPT[precision]]
    return written[: _KEPT[by_row]]


def _at(rule: FieldMapping) -> str:
    """Name the column of a field, if it comes from one."""
    return f" in column {shown(rule.column)}" if rule.column else ""


_ISO_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def _iso_date(name: str, value: str, rule: FieldMapping) -> str:
    if rule.format is None:
        if not _ISO_DATE.fullmatch(value.strip()):
            raise FaultError("no_iso_date", name, found=value, at=_at(rule))
        return value.strip()
    try:
        # Only the day of the instant is kept, as written; the field zone says whose calendar it is.
        found = datetime.strptime(value.strip(), str(rule.format)).replace(tzinfo=UTC)
    except ValueError:
        raise FaultError("no_date_of_form", name, found=value, at=_at(rule), form=rule.format) from None
    return found.date().isoformat()[: _KEPT[_finest(str(rule.format)) or "day"]]
