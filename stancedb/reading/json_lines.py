"""Read one record from each line of a JSON Lines file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NoReturn

from pydantic_core import from_json

from stancedb.errors import RecordsRefused, UnreadableInput
from stancedb.reading.decoding import LINE_LIMIT, is_blank, numbered_lines, read_text
from stancedb.records.characters import is_tidy_line
from stancedb.records.checking import Checker, Item, R, Read
from stancedb.refusals import SHOWN, Fault, FaultError, Refusal, shown

_JSON_FAULTS = {
    "Expecting value": "a value is missing or misspelt",
    "Expecting property name enclosed in double quotes": "a field name in double quotes is missing",
    "Illegal trailing comma before end of object": "there is a comma before the closing brace",
    "Illegal trailing comma before end of array": "there is a comma before the closing bracket",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Unterminated string starting at": "a string is not closed",
    "Invalid control character at": "a string contains an unescaped control character",
    "Invalid \\escape": "unknown backslash escape (write a backslash twice)",
    "Invalid \\uXXXX escape": "an escape with \\u needs four hexadecimal digits",
    "Extra data": "there is text after the object (write one object per line)",
}


def _object_without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise FaultError("field_twice", key=repeated)
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise FaultError("no_number", name=name)


def _json_float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise FaultError("number_too_large", number=text[:SHOWN])
    return number


STRICT_JSON = json.JSONDecoder(
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
    """Read one record from each non-blank line.

    Args:
        stream: UTF-8 stream, as returned by open_source.
        record_type: Type of the record on each line.
        source: Name for messages.
        defaults: Values for fields that a line omits.
        remedies: What to say, by field, if a required field is missing.

    Raises:
        UnreadableInput: The bytes are not UTF-8, or the file is one JSON document over several lines.
    """
    checker = Checker(record_type, source, defaults, remedies)
    validate, internal, defaults = checker.validate, checker.internal, checker.defaults
    is_first = True
    for number, raw, text in numbered_lines(stream, source):
        if text is None:
            yield checker.refused(number, [Fault("line_too_long", LINE_LIMIT)], None)
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
        elif not is_blank(text):
            if is_first and text.strip() in {"{", "["}:
                raise UnreadableInput.of(source, Fault("one_json_document", {}))
            yield _explained_line(checker, text.rstrip("\r\n"), number)
        is_first = is_first and is_blank(text)


def _is_plain(raw: bytes, text: str, values: dict[str, object]) -> bool:
    """Return whether a parsed line can be used as is: it has no escapes, no repeated field and no character to tidy.

    Without escapes, every quotation mark in the line belongs to a field name or to a text value. Each takes two, so a
    repeated field, which the fast parser drops, would leave some over. Searching bytes is the fast way.
    """
    return (
        b"\\" not in raw
        and raw.count(b'"') == 2 * (len(values) + [*map(type, values.values())].count(str))
        and is_tidy_line(raw, text)
    )


def read_objects(stream: BinaryIO, source: str) -> list[tuple[int, object]]:
    """Read a JSON document, or the value on each non-blank line, with the lines on which they begin.

    Args:
        stream: UTF-8 stream, as returned by open_source.
        source: Name for messages.

    Raises:
        UnreadableInput: The bytes are not UTF-8.
        RecordsRefused: It is not JSON.
    """
    text = read_text(stream, source)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if not is_blank(line)]
    if lines and lines[0][1].strip() in {"{", "["}:
        lines = [(lines[0][0], text)]
    values: list[tuple[int, object]] = []
    refusals = []
    for number, line in lines:
        try:
            values.append((number, decoded(line)))
        except FaultError as failure:
            refusals.append(Refusal.of(source, number, failure.fault, original=line))
    if refusals:
        raise RecordsRefused(refusals, len(lines))
    return values


def decoded(text: str) -> object:
    """Parse a JSON text.

    Raises:
        FaultError: It is not JSON, or repeats a field; the fault shows where.
    """
    try:
        return STRICT_JSON.decode(text)
    except RecursionError:
        raise FaultError("too_deep") from None
    except json.JSONDecodeError as error:
        fault = _JSON_FAULTS.get(error.msg, "the line cannot be parsed")
        near = shown(text[error.pos : error.pos + 20]) if error.pos < len(text) else "the end of the line"
        raise FaultError("not_json", fault=fault, place=error.pos + 1, near=near) from None
    except FaultError:
        raise
    except ValueError:
        raise FaultError("endless_number") from None


def _explained_line(checker: Checker[R], text: str, number: int) -> Item[R]:
    """Read a line with the slow parser, which notices repeated fields and locates faults."""
    try:
        values = decoded(text)
    except FaultError as error:
        return checker.refused(number, [error.fault], text)
    return checker.item(values, number, text)
