"""Reduce records to the fields that differ from what the loader would fill in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from stancedb.records.base import Record

# The fields of one record; dates and bytes are still Python objects, which the writer of the file formats.
Values: TypeAlias = dict[str, Any]


def shaped(record_type: type[Record], row: Mapping[Any, Any]) -> Values:
    """Return the fields of a row, without those that are missing or equal to their default.

    Args:
        record_type: The type of the record.
        row: Values by field name; other names are ignored.
    """
    defaults = _defaults(record_type)
    return {
        name: value
        for name, value in row.items()
        # An empty list means that the list is omitted.
        if value is not None and name in defaults and value != defaults[name] and (value or not isinstance(value, list))
    }


@cache
def _defaults(record_type: type[Record]) -> dict[str, object]:
    return {name: info.default for name, info in record_type.model_fields.items()}
