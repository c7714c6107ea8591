"""Tables of votes, surveys and stance labels: any CSV file, told by a mapping what its columns and values mean.

A mapping is a TOML file. Each field of a coding-sheet line comes from a column, a constant or a template of columns; a
value is text until the mapping says otherwise. A wide table has one column an actor; in it ``@header`` is the name of
that column and ``@cell`` what stands in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stancedb.errors import UnreadableInput, nearest
from stancedb.loading.decoding import STANDARD_INPUT, nfc, nfc_note, open_source, read_text, shown
from stancedb.loading.reading import Item, Read, RefusedRecord, check_record, input_fields, read_table
from stancedb.loading.records import StatementRecord
from stancedb.loading.slugs import slugify

HEADER, CELL = "@header", "@cell"
# How much of an ISO date each precision keeps, from the coarsest to the finest.
_KEPT = {"year": 4, "month": 7, "day": 10}
_PRECISIONS = [*_KEPT]
_BRACED = re.compile(r"\{([^{}]*)\}")
_DEFAULTS = {"coder_kind": "import"}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldMapping(_Part):
    """Where one field comes from, and what its values mean.

    Attributes:
        column: The column it stands in.
        constant: What it is in every row.
        template: Text with columns in braces, as in ``Roll call {number}``.
        values: What each value of the table means; values that are not listed are handled as ``unlisted`` says.
        unlisted: ``refuse`` the row, ``skip`` it and count it, or ``keep`` the value as it is.
        slugify: Whether a slug is made of the value.
        format: How a date is written, as for strptime, where it is not EDTF.
        precision: How much of such a date is known; as much as the format says, if not given.
    """

    column: str | None = None
    constant: str | None = None
    template: str | None = None
    values: dict[str, str] = {}
    unlisted: Literal["refuse", "skip", "keep"] = "refuse"
    slugify: bool = False
    format: str | None = None
    precision: Literal["day", "month", "year"] | None = None

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Self:
        if sum(place is not None for place in (self.column, self.constant, self.template)) != 1:
            raise ValueError("name one of column, constant and template")
        return self

    @model_validator(mode="after")
    def _has_whole_braces(self) -> Self:
        if self.template is not None and any(brace in _BRACED.sub("", self.template) for brace in "{}"):
            raise ValueError("a brace of the template is not closed, or not opened; write {column}")
        return self

    @model_validator(mode="after")
    def _says_no_more_than_its_format(self) -> Self:
        if self.format is None:
            return self
        finest = _finest(self.format)
        if finest is None:
            raise ValueError(f"the format {shown(self.format)} has no year, as %Y")
        if self.precision is not None and _PRECISIONS.index(self.precision) > _PRECISIONS.index(finest):
            raise ValueError(f"the format {shown(self.format)} says the {finest} and not the {self.precision}")
        return self


def _finest(form: str) -> str | None:
    """Return how much of a date a format of strptime says; None when it says no year."""
    said = {*re.findall("%(.)", form)}
    if not said & {*"YyGcx"}:
        return None
    if said & {*"djcx"} or (said & {*"UWV"} and said & {*"aAwu"}):
        return "day"
    return "month" if said & {*"mbB"} else "year"


class WideMapping(_Part):
    """A table with one column an actor: the columns, or else all but those that are named elsewhere."""

    columns: list[str] = []
    other_columns: list[str] = []

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if bool(self.columns) == bool(self.other_columns):
            raise ValueError("name the columns of the actors, or the other_columns, which are all that are none")
        return self


class TableMapping(_Part):
    """What a table means.

    Attributes:
        field: The fields of ``stancedb.statement/1``.
        missing: Cells, exactly as written, that say nothing: the field is not given; a row without a position by
            reason of it is skipped and counted.
        delimiter: What separates the cells; found from the header where it is not given.
        wide: How to take a wide table apart.
    """

    field: dict[str, FieldMapping] = Field(min_length=1)
    missing: list[str] = []
    delimiter: Literal[",", ";", "\t"] | None = None
    wide: WideMapping | None = None


class _SkippedError(Exception):
    """The row says nothing that is asked for."""


class _RefusedError(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def read_mapping(path: Path) -> TableMapping:
    """Read a mapping.

    Raises:
        UnreadableInput: It is no TOML, or says something that a mapping does not say; the sentence names the place.
    """
    source = str(path)
    with open_source(path) as stream:
        text = nfc(read_text(stream, source))[0]
    try:
        mapping = TableMapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(source=source, reason=f"not TOML: {error}") from error
    except RecursionError:
        raise UnreadableInput(source=source, reason="a mapping has no such depth of brackets") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the mapping"
        raise UnreadableInput(source=source, reason=f"{place}: {first['msg'].removeprefix('Value error, ')}") from error
    fields = input_fields(StatementRecord)
    for name in mapping.field:
        if name not in fields:
            raise UnreadableInput(
                source=source, reason=f"a statement has no field {shown(name)}{nearest(name, fields)}"
            )
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
        mapping: What its columns and values mean.
        encoding: What the file is encoded in, if it is not UTF-8.
        tell: Is given a sentence on what was skipped, when the table ends.

    Raises:
        UnreadableInput: There is no such file, it is no text, or it lacks a column that the mapping names.
    """
    source = STANDARD_INPUT if path == "-" else str(path)
    skipped = changed = 0
    with open_source(path, encoding=encoding) as stream:
        is_first = True
        for row in read_table(stream, source, delimiter=mapping.delimiter):
            if isinstance(row, RefusedRecord):
                yield row
                continue
            composed, more = _composed(row.cells)
            changed += more
            if is_first:
                _check_columns(mapping, composed, source)
                is_first = False
            for cells in _apart(mapping, composed):
                try:
                    values = _values(mapping, cells)
                except _SkippedError:
                    skipped += 1
                except _RefusedError as refused:
                    yield RefusedRecord(source, row.line, refused.field, str(refused), cells)
                else:
                    yield check_record({**_DEFAULTS, **values}, StatementRecord, source, row.line, original=values)
    if changed:
        tell(f"{source}: {nfc_note(changed)}.")
    if skipped:
        noun = "cell" if mapping.wide else "row"
        told = f"1 {noun} without a position was" if skipped == 1 else f"{skipped} {noun}s without a position were"
        tell(f"{source}: {told} skipped.")


def understood(item: Read[StatementRecord]) -> dict[str, Any]:
    """Return what a row was understood to say, for a person to look over before anything is loaded."""
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


def _check_columns(mapping: TableMapping, cells: Mapping[str, str], source: str) -> None:
    wide = mapping.wide
    known = {*cells, HEADER, CELL} if wide else {*cells}
    named = [rule.column for rule in mapping.field.values() if rule.column is not None]
    named += [*wide.columns, *wide.other_columns] if wide else []
    named += [name for rule in mapping.field.values() if rule.template for name in _braced(rule.template)]
    for name in named:
        if name not in known:
            raise UnreadableInput(
                source=source, reason=f"it has no column {shown(name)}, which the mapping names{nearest(name, cells)}"
            )


def _composed(cells: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """Return cells with their letters composed, and how many that changed.

    Spellings that look the same are the same, in the table as in the mapping.
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
    for header in wide.columns or [name for name in cells if name not in wide.other_columns]:
        yield {**cells, HEADER: header, CELL: cells[header]}


def _values(mapping: TableMapping, cells: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name, rule in mapping.field.items():
        value = _value(name, rule, cells, mapping.missing)
        if value is None and name == "position":
            raise _SkippedError
        if value is not None:
            values[name] = value
    if "speaker" not in values and "holder" in values:
        # Who votes or answers a survey speaks for itself.
        values["speaker"] = values["holder"]
    return values


def _value(name: str, rule: FieldMapping, cells: Mapping[str, str], missing: list[str]) -> str | None:
    if rule.constant is not None:
        return rule.constant
    if rule.template is not None:
        value = _BRACED.sub(lambda braced: cells[braced[1]], rule.template)
    else:
        value = cells[rule.column or ""]
        if not value or value in missing:
            return None
    if rule.values:
        if value in rule.values:
            return rule.values[value]
        if rule.unlisted == "skip":
            raise _SkippedError
        if rule.unlisted == "refuse":
            at = f" in column {shown(rule.column)}" if rule.column else ""
            raise _RefusedError(
                name, f"found {shown(value)}{at}, which the mapping does not list{nearest(value, rule.values)}"
            )
    if rule.format is not None:
        value = _date(name, value, rule)
    return slugify(value) if rule.slugify else value


def _date(name: str, value: str, rule: FieldMapping) -> str:
    at = f" in column {shown(rule.column)}" if rule.column else ""
    try:
        # Of the instant only the day is kept, as it is written; the field zone says whose calendar it is of.
        found = datetime.strptime(value.strip(), str(rule.format)).replace(tzinfo=UTC)
    except ValueError:
        raise _RefusedError(
            name, f"found {shown(value)}{at}, which is no date of the form {shown(rule.format)}"
        ) from None
    return found.date().isoformat()[: _KEPT[rule.precision or _finest(str(rule.format)) or "day"]]
