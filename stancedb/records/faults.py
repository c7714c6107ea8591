"""What is wrong with a record, in words of our own; those of the validator never reach a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stancedb.errors import nearest
from stancedb.records.base import BASE64_PATTERN, COUNTRY_PATTERN, LANGUAGE_PATTERN, SLUG_PATTERN, Record
from stancedb.refusals import SHOWN, shown

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
NOT_GIVEN = "not given"


def explained(
    error: ValidationError, values: object, record_type: type[Record], remedies: Mapping[str, str]
) -> tuple[str | None, str]:
    """Say everything that is wrong with a record.

    Args:
        error: What the validator found.
        values: What was given.
        record_type: What it should have been.
        remedies: What to say, by field, when a required one is not given.

    Returns:
        The first field that is wrong, and one sentence for it and the others.
    """
    complaints: list[tuple[str | None, str]] = []
    for detail in error.errors(include_url=False):
        # An unknown field is a complaint about what holds it.
        path = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
        complaints.append((_place(path, values), _sentence(detail, record_type, remedies)))
    (field, reason), *others = complaints
    more = [f"{place}: {sentence}" if place else sentence for place, sentence in others]
    return field, "; also ".join([reason, *more])


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
