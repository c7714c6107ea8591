"""Explain why records are invalid; the messages of the validator are never shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stancedb.errors import nearest_of
from stancedb.records.base import (
    BASE64_PATTERN,
    COUNTRY_PATTERN,
    LANGUAGE_PATTERN,
    SHA256_PATTERN,
    SLUG_PATTERN,
    Record,
)
from stancedb.refusals import SHOWN, Fault, FaultError

_FEW_FIELDS = 12
_PATTERNS = {
    SLUG_PATTERN: "lower-case ASCII letters and digits, joined by single - . _ or /",
    LANGUAGE_PATTERN: "a language tag such as en or zh-Hant",
    COUNTRY_PATTERN: "a country code of two capital letters such as JP",
    BASE64_PATTERN: "bytes in base64",
    SHA256_PATTERN: "64 hexadecimal digits in lower case",
}
_FORMATS = {
    "date": "a day such as 2025-11-25",
    "date-time": "a date and time with its offset from UTC, such as 2025-11-25T14:30:00+09:00",
}


def explained(
    error: ValidationError, values: object, record_type: type[Record], remedies: Mapping[str, str]
) -> list[Fault]:
    """Return all faults of a record.

    Args:
        error: The error of the validator.
        values: The input.
        record_type: The expected type of record.
        remedies: The remedies to report for missing required fields, by field.

    Returns:
        A fault for each invalid field.
    """
    faults = []
    for detail in error.errors(include_url=False):
        # An unknown field is a fault of the object that has it.
        path = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
        faults.append(replace(_fault(detail, record_type, remedies), field=_place(path, values)))
    return faults


@lru_cache
def _schema(record_type: type[Record]) -> dict[str, Any]:
    return record_type.model_json_schema()


def _resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Resolve a reference, and return the non-null part of a nullable field."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next(part for part in schema["anyOf"] if part.get("type") != "null")
    return schema


def _schema_at(path: tuple[int | str, ...], record_type: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema of a field, or an empty one if the path leads into a cell with inner parts."""
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
    """Return a description of what a field accepts, from its JSON Schema."""
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


def _meant(found: object, schema: dict[str, Any]) -> str | None:
    """Return the value that was probably meant, if that is clear."""
    if not isinstance(found, str):
        return None
    if "enum" in schema:
        return nearest_of(found, schema["enum"])
    if schema.get("pattern") == SLUG_PATTERN and found.isascii():
        slug = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")
        return slug if len(slug) <= SHOWN else None
    return None


def _place(path: tuple[int | str, ...], values: object) -> str | None:
    """Format a path as ``issue.taiwan-contingency.position.support.score``: items by slug, or else by number from 1."""
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


def _unknown_field(detail: ErrorDetails, record_type: type[Record]) -> Fault:
    known = [*_schema_at(detail["loc"][:-1], record_type).get("properties", ())]
    name = str(detail["loc"][-1])
    if offered := nearest_of(name, known):
        return Fault("unknown_field", {"name": name, "nearest": offered})
    if len(known) <= _FEW_FIELDS:
        return Fault("unknown_field_of_few", {"name": name, "known": known})
    return Fault("unknown_field_of_many", {"name": name})


def _fault(detail: ErrorDetails, record_type: type[Record], remedies: Mapping[str, str]) -> Fault:
    """Return the fault of one field, without the message of the validator."""
    found, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            return _unknown_field(detail, record_type)
        case "missing":
            remedy = remedies.get(str(detail["loc"][-1]))
            return Fault("not_given_with_remedy", {"remedy": remedy}) if remedy else Fault("not_given", {})
        case "value_error":
            error = context["error"]
            return error.fault if isinstance(error, FaultError) else Fault("unreadable", {"reason": str(error)})
        case "string_too_short":
            return Fault("blank", {})
        case "string_too_long":
            return Fault("too_long", {"length": len(found), "most": context["max_length"]})
        case _:
            schema = _schema_at(detail["loc"], record_type) or _schema_of_context(context)
            values = {"found": found, "expected": _expected(schema), "meant": _meant(found, schema)}
            return Fault("not_what_is_expected", values)


def _schema_of_context(context: dict[str, Any]) -> dict[str, Any]:
    """Return the schema for a part of a cell from the error, because the schema of the record has no entry for it."""
    if "expected" in context:
        return {"enum": re.findall(r"'([^']*)'", context["expected"])}
    if "pattern" in context:
        return {"pattern": context["pattern"]}
    return {"type": "integer", "minimum": context["ge"]} if "ge" in context else {}
