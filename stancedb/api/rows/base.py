"""The base class of rows: conversion from query results, and descriptions of fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self, TypeAlias, cast, get_args, get_origin, get_type_hints

POSITION = "the slug of a position"
Position: TypeAlias = Annotated[str, POSITION]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer, or one record."""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Return a row made from a mapping that has a value for each field; other keys are ignored."""
        # A class is always hashable, but mypy disagrees if its instances define their own hash.
        takers = _takers(cast("type", cls))
        return cls(**{name: take(found[name]) for name, take in takers.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a mapping with the keys of the JSON; nested rows also become mappings."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, Row):
        return value.to_dict()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@cache
def _takers(kind: type) -> dict[str, Callable[[Any], Any]]:
    return {name: _taker(hint) for name, hint in get_type_hints(kind).items()}


def _taker(hint: object) -> Callable[[Any], Any]:
    """Return the function that converts a database value to the value of a field."""
    if type(None) in get_args(hint):
        inner = _taker(without_none(hint))
        return lambda value: None if value is None else inner(value)
    if isinstance(hint, type) and issubclass(hint, Row):
        return hint.of
    if get_origin(hint) is tuple:
        take = _taker(get_args(hint)[0])
        return lambda items: tuple(take(item) for item in items)
    return lambda value: float(value) if isinstance(value, Decimal) else value


def without_none(hint: object) -> object:
    """Return a type hint without None."""
    parts = [part for part in get_args(hint) if part is not type(None)]
    return parts[0] if len(parts) < len(get_args(hint)) else hint


def descriptions(kind: type[Row]) -> Mapping[str, str]:
    """Return the description of each field of a row, from the docstring of its class."""
    found: dict[str, str] = {}
    name = ""
    for line in (kind.__doc__ or "").partition("Attributes:")[2].splitlines():
        text = line.strip()
        # Continuation lines of a description are indented further.
        if line.startswith(" " * 8) and not line.startswith(" " * 9) and ": " in text:
            name, _, found[name] = text.partition(": ")
        elif name and text:
            found[name] += f" {text}"
    return found
