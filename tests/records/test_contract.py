"""The published JSON Schema and the loader's record accept and reject the same values, field by field."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from stancedb.records.schemas import RECORDS, json_schema

# A valid record of each kind, including fields that require each other.
SOUND: dict[str, dict[str, Any]] = {
    "outlet": {"slug": "herald", "name": "Herald"},
    "actor": {"slug": "ana-cole", "kind": "person", "name": "Ana Cole"},
    "article": {"id": "a", "outlet": "herald", "title": "The dam", "text": "Words."},
    "codebook": {
        "label": "dam-1.0",
        "issued_on": "2025-01-01",
        "issue": [
            {"slug": "dam", "question": "Build it?", "position": [{"slug": "no", "label": "no", "definition": "No."}]}
        ],
    },
    "statement": {
        "speaker": "ana-cole",
        "said": "2025-03-01",
        "article": "a",
        "quote": "Words.",
        "issue": "dam",
        "position": "no",
        "holder": "ana-cole",
    },
    "event": {
        "slug": "flood",
        "kind": "other",
        "title": "The flood",
        "during": "2025-03",
        "causes": [{"kind": "triggers", "event": "rain", "asserted_by": "ana-cole"}],
    },
    "indicator": {
        "slug": "works",
        "question": "Do works begin?",
        "counts_if": "Machines are seen.",
        "observations": [{"on": "2025-03-01", "is_seen": False}],
    },
}
# The location of the changed field: in the record itself, or in an object within it.
PLACES: list[tuple[str, tuple[str | int, ...]]] = [
    *((kind, ()) for kind in SOUND),
    ("codebook", ("issue", 0)),
    ("codebook", ("issue", 0, "position", 0)),
    ("event", ("causes", 0)),
    ("indicator", ("observations", 0)),
]

# What the record rejects and a schema cannot express: the meaning of dates, zones, instants and items of lists,
# and which fields belong together.
MEANT_IN_WORDS = {
    "said",
    "during",
    "due",
    "published",
    "issued_on",
    "on",
    "zone",
    "said_at",
    "published_at",
    "retrieved_at",
    "updated_on",
    "updated_at",
    "other_names",
    "identifiers",
    "relations",
    "tenures",
    "links",
    "participants",
    # `ends` requires a last day, and a scale must be in the same file.
    "ends",
    "scale",
    # A pole has another beside it, which differs.
    "low_pole",
    "high_pole",
}
GOING_TOGETHER = {"article", "quote", "issue"}
ONE_OF_TWO = {"statement", "event"}

JSON_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 1100),
    st.floats(-2, 8, allow_nan=False),
    st.sampled_from(
        ["true", "no", "4", "-1", "0.5", "a|b", "", " ", "A", "2025-03-01", "2025-03-01T10:00:00Z", "QUI="]
    ),
    st.text(max_size=8),
    st.lists(st.one_of(st.text(max_size=4), st.integers(0, 2), st.none()), max_size=2),
    st.dictionaries(st.sampled_from(["slug", "question", "x_a", "b"]), st.text(max_size=3), max_size=2),
)


def whole(rules: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return the rules of a field with their references resolved, and without the option of null."""
    if "$ref" in rules:
        return whole(root["$defs"][rules["$ref"].rpartition("/")[2]], root)
    return next((whole(part, root) for part in rules.get("anyOf", ()) if part.get("type") != "null"), rules)


def rules_at(path: tuple[str | int, ...], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the rules of the object at a location in a record."""
    rules = schema
    for part in path:
        rules = whole(rules["items"] if isinstance(part, int) else rules["properties"][part], schema)
    return rules


def changed(record: dict[str, Any], path: tuple[str | int, ...], name: str, value: object) -> dict[str, Any]:
    """Return a copy of a record with another value in one field."""
    copied = place = deepcopy(record)
    for part in path:
        place = place[part]  # type: ignore[index]  # a path leads through objects and lists
    place[name] = value
    return copied


def of_the_form(rules: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that match the rules of a field."""
    if "enum" in rules or "const" in rules:
        return st.sampled_from(rules.get("enum") or [rules["const"]])
    if "pattern" in rules:
        return st.from_regex(rules["pattern"], fullmatch=True)
    if rules.get("type") == "integer":
        return st.integers(rules.get("minimum", 0) - 1, rules.get("maximum", 9) + 1)
    return JSON_VALUES


@cache
def validator(kind: str) -> Draft202012Validator:
    """Return the validator for the schema of a kind."""
    return Draft202012Validator(json_schema(kind))


def takes(kind: str, record: dict[str, Any]) -> bool:
    """Return whether the record of a kind accepts the values."""
    try:
        RECORDS[kind].model_validate(record)
    except ValidationError:
        return False
    return True


def is_spelled(rules: dict[str, Any], value: object) -> bool:
    """Return whether a value is a cell of a sheet where JSON has a number, a boolean or a list of texts."""
    if rules.get("type") == "array":
        return isinstance(value, str) and rules["items"].get("type") == "string"
    is_flag = rules.get("type") == "boolean" and value in (0, 1)
    return is_flag or (isinstance(value, str) and rules.get("type") in {"integer", "number", "boolean"})


def is_of_words(path: tuple[str | int, ...], name: str, value: object) -> bool:
    """Return whether the fault of a value may be its meaning, or that it is blank or ends in a blank."""
    texts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return (
        name in MEANT_IN_WORDS
        or (name in GOING_TOGETHER and value is None)
        or ("causes" in path and name in ONE_OF_TWO)
        or any(isinstance(text, str) and text != text.strip() for text in texts)
    )


@pytest.mark.parametrize(("kind", "path"), PLACES, ids=str)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_schema_and_record_take_and_refuse_the_same(
    kind: str, path: tuple[str | int, ...], data: st.DataObject
) -> None:
    schema = json_schema(kind)
    rules = rules_at(path, schema)
    for name in [*rules["properties"], "unknown", "x_own"]:
        field = whole(rules["properties"].get(name, {}), schema)
        value = data.draw(st.one_of(of_the_form(field), JSON_VALUES), name)
        record = changed(SOUND[kind], path, name, value)

        by_schema, by_record = validator(kind).is_valid(record), takes(kind, record)

        if by_schema and not by_record:
            assert is_of_words(path, name, value), (name, value)
        if by_record and not by_schema:
            assert is_spelled(field, value), (name, value)


@pytest.mark.parametrize("kind", SOUND)
def test_both_take_the_records_that_the_test_starts_from(kind: str) -> None:
    assert validator(kind).is_valid(SOUND[kind])
    assert takes(kind, SOUND[kind])
