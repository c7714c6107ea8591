"""The shape of a record: the fields that say something which the loader would not put there by itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeAlias

from stancedb.records.base import Record

# The fields of one record; times and bytes are still Python's own, and the writer of the file spells them.
Values: TypeAlias = dict[str, Any]


def shaped(record_type: type[Record], row: Mapping[Any, Any]) -> Values:
    """Return the fields of a row that are given, without those that are equal to their default.

    Args:
        record_type: The record that the fields are of.
        row: Values under the names of the fields; names that are no field are left out.
    """
    defaults = _defaults(record_type)
    return {
        name: value
        for name, value in row.items()
        # An empty list is how a list is not given.
        if value is not None and name in defaults and value != defaults[name] and (value or not isinstance(value, list))
    }


@cache
def _defaults(record_type: type[Record]) -> dict[str, object]:
    return {name: info.default for name, info in record_type.model_fields.items()}
