"""From a file to a stream of checked records: JSON Lines, CSV and TOML, each with the line it stands on.

A good line costs one parse and one validation. Only a line that fails is read again, slowly, to say in one sentence
what was found and what would do. Memory stays flat: nothing here keeps more than one record.
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, Literal, NamedTuple, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from stancedb.errors import UnreadableInput, nearest
from stancedb.reading.decoding import (
    CONTROLS,
    LONE_RETURN,
    LONGEST_LINE,
    STANDARD_INPUT,
    TOO_LONG,
    StrayCharacterError,
    first_byte,
    has_tidy_texts,
    is_tidy,
    is_tidy_line,
    numbered_lines,
    open_source,
    read_text,
    tidied,
)
from stancedb.records.kinds import (
    BASE64_PATTERN,
    COUNTRY_PATTERN,
    LANGUAGE_PATTERN,
    SLUG_PATTERN,
    CodebookRecord,
    Record,
)
from stancedb.refusals import SHOWN, Refusal, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic_core import ErrorDetails

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """One record as it was read.

    Attributes:
        source: The file, or "standard input".
        line: The line on which the record starts, counted from 1; None when the record is a whole file.
        record: The checked record.
        original: The line or the fields as given, for the file of refused records.
        notes: What reading changed, such as "NFC changed 3 characters".
        guessed: The fields that nobody wrote, such as a title made of the file name; they fill what is empty.
        key: What the slug of a statement was made of, where it was made of something.
        names: What slugs of actors were made of, where they were made of something.
        has_local_id: Whether the id is one that a feed counts its entries by, which holds in its outlet alone.
    """

    source: str
    line: int | None
    record: R
    original: Mapping[str, object] | str
    notes: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()
    has_local_id: bool = False
    key: str | None = None
    names: Mapping[str, str] | None = None


Item = Read[R] | Refusal


# --- What is wrong with a record, in words ----------------------------------------------------------------------------

_LONGEST_SENTENCE = 500
_FEW_FIELDS = 12
# A value in the words of a check of our own, too long to be shown whole.
_QUOTED = re.compile(rf"'([^']{{{SHOWN},}})'")
_PATTERNS = {
    SLUG_PATTERN: "lower-case ASCII letters and digits, joined by single - . _ or /",
    LANGUAGE_PATTERN: "a language tag such as en or zh-Hant",
    COUNTRY_PATTERN: "a country code of two capital letters such as JP",
    BASE64_PATTERN: "bytes in base64",
}
_FORMATS = {
    "date": "a day such as 2025-11-25",
    "date-time": "a date and time with its offset from UTC, such as 2025-11-25T14:30:00+09:00",
}
_TOO_DEEP = "the values are nested too deeply; a record is one flat object"
NOT_GIVEN = "not given"


@lru_cache
def _schema(record_type: type[Record]) -> dict[str, Any]:
    return record_type.model_json_schema()


def _resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and take the part that is not null of a field that may be null."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next(part for part in schema["anyOf"] if part.get("type") != "null")
    return schema


def _schema_at(path: tuple[int | str, ...], record_type: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema of a field, or of nothing when the path leads into a cell with inner parts."""
    root = _schema(record_type)
    schema = _resolve(root, root)
    for part in path:
        inner: dict[str, Any] | None
        if isinstance(part, int):
            inner = schema.get("items")
        else:
            inner = schema.get("properties", {}).get(part)
            if inner is None and isinstance(schema.get("additionalProperties"), dict):
                inner = schema["additionalProperties"]
        if inner is None:
            return {}
        schema = _resolve(inner, root)
    return schema


def _expected(schema: dict[str, Any]) -> str:
    """Say what a field takes, from its JSON Schema."""
    if "const" in schema:
        return f"'{schema['const']}'"
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if "pattern" in schema:
        return _PATTERNS.get(schema["pattern"], f"text of the form {schema['pattern']}")
    low, high = schema.get("minimum"), schema.get("maximum")
    bounds = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    if low is not None and high is None:
        bounds = f" of at least {low:g}"
    return {
        "integer": f"a whole number{bounds}",
        "number": f"a number{bounds}",
        "boolean": "true or false",
        "array": "a list",
        "object": "an object with named fields",
        "string": _FORMATS.get(schema.get("format", ""), "text"),
    }.get(schema.get("type", ""), "something else")


def _offer(found: object, schema: dict[str, Any]) -> str:
    """Offer what was probably meant, where that is clear."""
    if not isinstance(found, str):
        return ""
    if "enum" in schema:
        return nearest(found, schema["enum"])
    if schema.get("pattern") == SLUG_PATTERN and found.isascii():
        slug = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")
        return f"; did you mean '{slug}'?" if slug and len(slug) <= SHOWN else ""
    return ""


def _place(path: tuple[int | str, ...], values: object) -> str | None:
    """Write a path as ``issue.taiwan-contingency.position.support.score``: items by their slug, else counted from 1."""
    names = []
    here: Any = values
    for part in path:
        try:
            here = here[part]
        except (LookupError, TypeError):
            here = None
        slug = here.get("slug") if isinstance(part, int) and isinstance(here, dict) else None
        names.append(str(slug if isinstance(slug, str) else part + 1 if isinstance(part, int) else part))
    return ".".join(names) or None


def _unknown_field(detail: ErrorDetails, record_type: type[Record]) -> str:
    known = [*_schema_at(detail["loc"][:-1], record_type).get("properties", ())]
    fields = f"; the fields are {', '.join(known)}" if len(known) <= _FEW_FIELDS else ""
    key = str(detail["loc"][-1])
    return f"unknown field {shown(key)}{nearest(key, known) or fields or '; begin its name with x_ to have it ignored'}"


def _sentence(detail: ErrorDetails, record_type: type[Record], remedies: Mapping[str, str]) -> str:
    """Say what is wrong in words of our own; those of the validator never reach a person."""
    found, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            sentence = _unknown_field(detail, record_type)
        case "missing":
            sentence = "; ".join(filter(None, (NOT_GIVEN, remedies.get(str(detail["loc"][-1])))))
        case "value_error":
            sentence = _shortened(str(context["error"]))
        case "string_too_short":
            sentence = "is blank; leave the field out when there is nothing to say"
        case "string_too_long":
            sentence = f"found {len(found)} characters, expected at most {context['max_length']}"
        case _:
            schema = _schema_at(detail["loc"], record_type) or _schema_of_context(context)
            sentence = f"found {shown(found)}, expected {_expected(schema)}{_offer(found, schema)}"
    return sentence


def _shortened(sentence: str) -> str:
    """Shorten the values in a sentence of a check of our own, and the whole where that does not do."""
    short = _QUOTED.sub(lambda quoted: shown(quoted[1]), sentence)
    return short if len(short) <= _LONGEST_SENTENCE else f"{short[:SHOWN]}…{short[-3 * SHOWN :]}"


def _schema_of_context(context: dict[str, Any]) -> dict[str, Any]:
    """Return what an error says of a part of a cell, which has no place of its own in the schema of the record."""
    if "expected" in context:
        return {"enum": re.findall(r"'([^']*)'", context["expected"])}
    if "pattern" in context:
        return {"pattern": context["pattern"]}
    return {"type": "integer", "minimum": context["ge"]} if "ge" in context else {}


class _Form(NamedTuple):
    """What is the same for all records of a kind."""

    validate: Callable[[object], Any]
    fields: list[str]
    required: list[str]
    # What the program fills in by itself, such as the raw bytes of a page, no file may claim.
    internal: frozenset[str]


@lru_cache
def _form(record_type: type[Record]) -> _Form:
    names = {info.alias or name: info for name, info in record_type.model_fields.items()}
    fields = input_fields(record_type)
    required = [name for name, info in names.items() if info.is_required()]
    validate = TypeAdapter(record_type).validator.validate_python
    return _Form(validate, fields, required, frozenset(names) - frozenset(fields))


class _Checker(Generic[R]):
    """Turns given values into a record, or into one refusal that names everything wrong with them."""

    def __init__(
        self,
        record_type: type[R],
        source: str,
        defaults: Mapping[str, object] | None = None,
        remedies: Mapping[str, str] | None = None,
    ) -> None:
        self.record_type = record_type
        self.source = source
        self.defaults = dict(defaults or {})
        form = _form(record_type)
        self.validate: Callable[[object], R] = form.validate
        self._remedies = remedies or {}
        self.fields = form.fields
        self.required = [name for name in form.required if name not in self.defaults]
        self.internal = form.internal

    def item(self, values: object, line: int | None, original: Mapping[str, object] | str) -> Item[R]:
        """Check values the slow way: tidy the text, and explain what is wrong."""
        if not isinstance(values, dict):
            return self.refused(line, None, f"found {shown(values)}, expected an object with named fields", original)
        try:
            for name in self.internal & values.keys():
                return self.refused(line, None, f"unknown field '{name}'", original)
            given, notes = (values, ()) if has_tidy_texts(values) else tidied(values)
            given = {**self.defaults, **given}
            return Read(self.source, line, self.validate(given), original, notes)
        except StrayCharacterError as error:
            return self.refused(line, self._field_of_stray(values), str(error), original)
        except ValidationError as error:
            return self._explained(error, given, line, original)
        except RecursionError:
            return self.refused(line, None, _TOO_DEEP, original)

    def refused(
        self, line: int | None, field: str | None, reason: str, original: Mapping[str, object] | str | None
    ) -> Refusal:
        return Refusal(self.source, line, "unreadable", {"reason": reason}, field, original=original)

    def _field_of_stray(self, values: dict[str, object]) -> str | None:
        """Return the field that holds a stray control character, if it is one of the record's own."""
        for name in self.fields:
            try:
                tidied({name: values.get(name)})
            except StrayCharacterError:
                return name
        return None

    def _explained(
        self, error: ValidationError, values: object, line: int | None, original: Mapping[str, object] | str
    ) -> Refusal:
        complaints: list[tuple[str | None, str]] = []
        for detail in error.errors(include_url=False):
            # An unknown field is a complaint about what holds it.
            path = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
            complaints.append((_place(path, values), _sentence(detail, self.record_type, self._remedies)))
        (field, reason), *others = complaints
        more = [f"{place}: {sentence}" if place else sentence for place, sentence in others]
        return self.refused(line, field, "; also ".join([reason, *more]), original)


def input_fields(record_type: type[Record]) -> list[str]:
    """Return the names that a file may use for the fields of a record."""
    return [info.alias or name for name, info in record_type.model_fields.items() if not info.exclude]


def check_record(
    values: Mapping[str, object],
    record_type: type[R],
    source: str,
    line: int | None = None,
    *,
    original: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Item[R]:
    """Check one record that was put together elsewhere, which may fill in internal fields, such as the raw bytes."""
    checker = _Checker(record_type, source, remedies=remedies)
    checker.internal = frozenset()
    return checker.item({**values}, line, values if original is None else original)


def record_check(record_type: type[R], source: str) -> Callable[[dict[str, object]], Item[R]]:
    """Return what checks many records put together elsewhere, each as if it stood in a file."""
    checker = _Checker(record_type, source)
    return lambda values: checker.item(values, None, values)


# --- JSON Lines -------------------------------------------------------------------------------------------------------

_JSON_FAULTS = {
    "Expecting value": "a value is missing or misspelt",
    "Expecting property name enclosed in double quotes": "a field name in double quotes is missing",
    "Illegal trailing comma before end of object": "a comma stands before the closing brace",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Unterminated string starting at": "a string is not closed",
    "Invalid control character at": "a control character stands unescaped in a string",
    "Invalid \\escape": "a backslash begins no known escape; write it twice",
    "Invalid \\uXXXX escape": "an escape with \\u needs four hexadecimal digits",
    "Extra data": "something follows the object; write one object a line",
}


class _JsonFaultError(ValueError):
    """Something that JSON allows in form but no record may contain."""


def _object_without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise _JsonFaultError(f"the field {shown(repeated)} is given twice; keep one")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise _JsonFaultError(f"found {name}, which is no number; leave the field out")


def _json_float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise _JsonFaultError(f"the number {text[:SHOWN]} is too large")
    return number


_STRICT_JSON = json.JSONDecoder(
    object_pairs_hook=_object_without_repeats, parse_constant=_refuse_constant, parse_float=_json_float
)


def read_jsonl(
    stream: BinaryIO,
    record_type: type[R],
    source: str,
    *,
    defaults: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Iterator[Item[R]]:
    """Read one record from each line that is not blank.

    Args:
        stream: UTF-8, as open_source gives it.
        record_type: What each line holds.
        source: The name to report.
        defaults: Values for fields that a line does not name.
        remedies: What to say, by field, when a required one is not given.

    Raises:
        UnreadableInput: The bytes are not UTF-8, or the file is one JSON document over several lines.
    """
    checker = _Checker(record_type, source, defaults, remedies)
    validate, internal, defaults = checker.validate, checker.internal, checker.defaults
    is_first = True
    for number, raw, text in numbered_lines(stream, source):
        if text is None:
            yield checker.refused(number, None, TOO_LONG, None)
            continue
        try:
            values = from_json(raw, allow_inf_nan=False)
            is_good = type(values) is dict and _is_plain(raw, text, values) and internal.isdisjoint(values)
            record = validate({**defaults, **values} if defaults else values) if is_good else None
        except ValueError:
            # The line is read again below, by the parser that can say what is wrong and where.
            record = None
        if record is not None:
            yield Read(source, number, record, text)
        elif not _is_blank(text):
            if is_first and text.strip() in {"{", "["}:
                reason = (
                    "is one JSON document over several lines, expected one object a line; try 'jq -c .' or 'jq -c .[]'"
                )
                raise UnreadableInput(source=source, reason=reason)
            yield _explained_line(checker, text.rstrip("\r\n"), number)
        is_first = is_first and _is_blank(text)


def _is_blank(text: str) -> bool:
    return not text.strip(" \t\r\n")


def _is_plain(raw: bytes, text: str, values: dict[str, object]) -> bool:
    """Whether a parsed line can be taken as it is: it has no escapes, no repeated field and no character to tidy.

    Without escapes every quote mark in the line belongs to a field name or to a value that is text. Each takes two, so
    a repeated field, which the fast parser drops, would leave some quote marks over. Searching bytes is the fast way.
    """
    return (
        b"\\" not in raw
        and raw.count(b'"') == 2 * (len(values) + [*map(type, values.values())].count(str))
        and is_tidy_line(raw, text)
    )


def _explained_line(checker: _Checker[R], text: str, number: int) -> Item[R]:
    """Read a line with the slow parser, which notices repeated fields and says where a fault stands."""
    try:
        values = _STRICT_JSON.decode(text)
    except RecursionError:
        return checker.refused(number, None, _TOO_DEEP, text)
    except json.JSONDecodeError as error:
        fault = _JSON_FAULTS.get(error.msg, "the line is not JSON")
        near = shown(text[error.pos : error.pos + 20]) if error.pos < len(text) else "the end of the line"
        return checker.refused(number, None, f"not JSON: {fault}, at character {error.pos + 1}, {near}", text)
    except _JsonFaultError as error:
        return checker.refused(number, None, str(error), text)
    except ValueError:
        return checker.refused(number, None, "a number has thousands of digits; write it as text or shorten it", text)
    return checker.item(values, number, text)


# --- CSV --------------------------------------------------------------------------------------------------------------

_DELIMITERS = (",", ";", "\t")


class _CsvLines:
    """The lines for the CSV parser, which remember where they are and whether the row being read has text to tidy."""

    def __init__(self, lines: Iterator[tuple[int, bytes, str | None]], number: int) -> None:
        self.number = number
        self.must_tidy = False
        self._lines = lines

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        self.number, raw, text = next(self._lines)
        if text is None:
            raise csv.Error(TOO_LONG)
        size = len(raw)
        if raw.endswith(b"\r\n"):
            text = text[:-2] + "\n"
            size -= 1
        # Without its control characters a line is shorter; this is the fastest way to see that it has none.
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

    An empty cell is a field that is not given; any other spelling is text, "NA" and "=1+1" among them. The delimiter is
    the one of comma, semicolon and tab that fits the header. The line of a record is the one on which its row starts.
    The arguments and errors are those of read_jsonl.
    """
    checker = _Checker(record_type, source, defaults, remedies)
    csv.field_size_limit(LONGEST_LINE)
    numbered = numbered_lines(stream, source)
    start, header = next(
        ((number, text) for number, _, text in numbered if text is None or not _is_blank(text)), (0, "")
    )
    if header is None:
        yield checker.refused(start, None, TOO_LONG, None)
        return
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(header, candidate, checker.fields))
    columns = _named_columns(header, delimiter)
    refusals = [*_header_refusals(checker, columns, start, header)]
    if refusals or not columns:
        yield from refusals
        return
    for line, row, must_tidy in _rows(_CsvLines(numbered, start), delimiter):
        if isinstance(row, str):
            yield checker.refused(line, None, row, None)
            continue
        row = _within(row, columns)  # noqa: PLW2901 - the row, without what is none of it
        values: dict[str, object] = {name: cell for name, cell in zip(columns, row, strict=False) if cell}
        if len(row) != len(columns):
            reason = _width_fault(len(row), len(columns), delimiter)
            yield checker.refused(line, None, reason, delimiter.join(row))
        elif values:
            yield _row_item(checker, values, line, must_tidy=must_tidy)
        # A spreadsheet saves the empty rows below a table as bare delimiters, so a row without values is none.


def read_table_again(stream: BinaryIO, source: str) -> Iterator[TableRow | Refusal]:
    """Read the rows of a table that were refused before and written as JSON Lines."""
    for line, _, written in numbered_lines(stream, source):
        if written is None:
            yield Refusal(source, line, "unreadable", {"reason": TOO_LONG})
        elif not _is_blank(written):
            try:
                values = _STRICT_JSON.decode(written)
            except (ValueError, RecursionError):
                values = None
            if isinstance(values, dict):
                yield TableRow(line, {name: "" if cell is None else str(cell) for name, cell in values.items()})
            else:
                yield Refusal(
                    source,
                    line,
                    "unreadable",
                    {"reason": "the line is no JSON object of the cells of a row"},
                    original=written,
                )


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table of somebody else's making: its line, and its cells under the names of their columns."""

    line: int
    cells: dict[str, str]


def read_table(stream: BinaryIO, source: str, *, delimiter: str | None = None) -> Iterator[TableRow | Refusal]:
    """Read the rows of any CSV file; all cells are text, an empty one too.

    Args:
        stream: The file, in UTF-8.
        source: Its name, for refusals.
        delimiter: What separates the cells; without it the one of comma, semicolon and tab that gives most columns.
    """
    csv.field_size_limit(LONGEST_LINE)
    numbered = numbered_lines(stream, source)
    start, header = next(
        ((number, text) for number, _, text in numbered if text is None or not _is_blank(text)), (0, "")
    )
    if header is None:
        yield Refusal(source, start, "unreadable", {"reason": TOO_LONG})
        return
    delimiter = delimiter or max(_DELIMITERS, key=lambda candidate: len(_cells(header, candidate)))
    columns = _named_columns(header, delimiter)
    repeated = next((name for name in columns if columns.count(name) > 1), None)
    if not columns or repeated is not None:
        fault = _header_fault(header)
        if repeated is not None:
            fault = f"the column {shown(repeated)} stands twice in the header"
        yield Refusal(source, start, "unreadable", {"reason": fault})
        return
    for line, row, _ in _rows(_CsvLines(numbered, start), delimiter):
        if isinstance(row, str):
            yield Refusal(source, line, "unreadable", {"reason": row})
            continue
        row = _within(row, columns)  # noqa: PLW2901 - as above
        if len(row) != len(columns):
            reason = _width_fault(len(row), len(columns), delimiter)
            yield Refusal(source, line, "unreadable", {"reason": reason}, original=delimiter.join(row))
        elif any(row):
            yield TableRow(line, dict(zip(columns, row, strict=True)))


def _row_item(checker: _Checker[R], values: dict[str, object], line: int, *, must_tidy: bool) -> Item[R]:
    if not must_tidy:
        try:
            record = checker.validate({**checker.defaults, **values} if checker.defaults else values)
            return Read(checker.source, line, record, values)
        except ValidationError:
            # The row is checked again below, to say what is wrong with it.
            pass
    return checker.item(values, line, values)


def _rows(lines: _CsvLines, delimiter: str) -> Iterator[tuple[int, list[str] | str, bool]]:
    """Give each row with the line it starts on and whether it has text to tidy; instead of a broken row, a sentence."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        lines.must_tidy = False
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reason, is_lost = _csv_fault(str(error), delimiter)
            yield line, reason, False
            if is_lost:
                return
        else:
            # The parser gives a blank line as a row without cells.
            if row:
                yield line, row, lines.must_tidy


def _cells(header: str, delimiter: str) -> list[str]:
    """Return the names of the columns; none when the quoting of the header is broken."""
    try:
        return [name.strip() for name in next(csv.reader([header], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        return []


def _fit(header: str, delimiter: str, fields: list[str]) -> tuple[int, int]:
    """Return how well a delimiter fits the header: by the known columns it gives, then by all."""
    names = _cells(header, delimiter)
    return len({*names} & {*fields}), len(names)


def _named_columns(header: str, delimiter: str) -> list[str]:
    """Return the names of the columns without the empty ones at the end, which spreadsheets write for empty columns."""
    columns = _cells(header, delimiter)
    while len(columns) > 1 and not columns[-1]:
        columns.pop()
    return columns


def _within(row: list[str], columns: list[str]) -> list[str]:
    """Return a row without the empty cells that it has beyond the columns."""
    return row[: len(columns)] if len(row) > len(columns) and not any(row[len(columns) :]) else row


def _header_fault(header: str) -> str:
    """Say why a header has no columns: it is broken, or the whole file is one line."""
    if re.search(r"\r(?!\n|$)", header):
        return LONE_RETURN
    return "the header has a quote that is not closed on its line"


def _header_refusals(checker: _Checker[R], columns: list[str], line: int, header: str) -> Iterator[Refusal]:
    original = ",".join(columns)
    if not columns and line:
        yield checker.refused(line, None, _header_fault(header), None)
    for index, name in enumerate(columns, start=1):
        reason = None
        if not name:
            reason = f"column {index} has no name"
        elif name in columns[: index - 1]:
            reason = f"the column {shown(name)} stands twice in the header"
        elif name not in checker.fields and not name.startswith("x_"):
            offer = nearest(name, checker.fields) or "; begin its name with x_ to have it ignored"
            reason = f"unknown column {shown(name)}{offer}"
        elif not is_tidy(name):
            reason = f"the column {shown(name)} has a control character or is not in NFC"
        if reason:
            yield checker.refused(line, None, reason, original)
    for name in checker.required:
        if columns and name not in columns:
            yield checker.refused(line, name, "the header has no such column, and every record needs it", original)


def _csv_fault(message: str, delimiter: str) -> tuple[str, bool]:
    """Return a sentence for what the CSV parser says, and whether the rest of the file is lost with the row."""
    if "expected after" in message:
        return f"a quote inside a cell is not doubled, or a {_named(delimiter)} is missing after a closing quote", False
    if "unexpected end of data" in message:
        return "the row has a quote that is never closed, so everything after it was taken for one cell", True
    if "field limit" in message:
        return f"a cell is longer than {LONGEST_LINE >> 20} MiB; is a quote not closed? The rest was not read", True
    if "new-line" in message:
        return "a carriage return stands alone in the row; lines must end in a line feed", False
    return message, False


def _named(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, shown(delimiter))


def _width_fault(found: int, expected: int, delimiter: str) -> str:
    name = _named(delimiter)
    remedy = (
        f"a cell that holds a {name} needs quotes" if found > expected else "an empty cell still needs its delimiter"
    )
    return f"found {found} cell{'' if found == 1 else 's'}, expected {expected} as in the header; {remedy}"


# --- TOML -------------------------------------------------------------------------------------------------------------

_TOML_PLACE = re.compile(r"(?P<fault>.*) \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)", re.DOTALL)


def read_toml(stream: BinaryIO, record_type: type[R], source: str) -> Item[R]:
    """Read a TOML file as one record.

    Raises:
        UnreadableInput: It is no text in UTF-8, or larger than a single text may be.
    """
    checker = _Checker(record_type, source)
    try:
        values = tomllib.loads(read_text(stream, source))
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.fullmatch(str(error))
        fault = place["fault"] if place else str(error)
        line = int(place["line"]) if place and place["line"] else None
        return checker.refused(line, None, f"not TOML: {fault[:1].lower()}{fault[1:]}", None)
    except RecursionError:
        return checker.refused(None, None, _TOO_DEEP, None)
    except ValueError as error:
        # A number of thousands of digits, or a date that the calendar does not have.
        return checker.refused(None, None, f"not TOML: {error}", None)
    return checker.item(values, None, values)


# --- Any of them ------------------------------------------------------------------------------------------------------

_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv"}


def read_records(path: Path | Literal["-"], record_type: type[R], *, encoding: str | None = None) -> Iterator[Item[R]]:
    """Read the records of a JSONL, CSV or TOML file, told by its ending; standard input by how it begins.

    Where that is no JSON it is CSV, but a codebook, which no CSV file can hold, is TOML.

    Raises:
        UnreadableInput: The file is missing, of another kind, binary, or not in the encoding it should be in.
    """
    source = STANDARD_INPUT if path == "-" else str(path)
    suffix = "" if path == "-" else path.suffix.lower()
    with open_source(path, encoding=encoding) as stream:
        if path == "-":
            other = ".toml" if record_type is CodebookRecord else ".csv"
            suffix = ".jsonl" if first_byte(stream) in {b"{", b"["} else other
        if suffix in _JSON_SUFFIXES:
            yield from read_jsonl(stream, record_type, source)
        elif suffix in _CSV_SUFFIXES:
            yield from read_csv(stream, record_type, source)
        elif suffix == ".toml":
            yield read_toml(stream, record_type, source)
        else:
            kind = f"the ending '{suffix}'" if suffix else "no ending"
            raise UnreadableInput(source=source, reason=f"has {kind}, expected .jsonl, .csv, .tsv or .toml")
