"""Descriptions of tables by the Frictionless Data specifications Data Package and Table Schema, version 1.

Packages for R and Python and several archives read them. Releases record the checksum of their description, so the
output of this module must not change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Measure:
    """The size and checksum of the file of a table.

    Attributes:
        row_count: Number of rows, without the header.
        byte_count: Length in bytes.
        content_sha256: SHA-256 checksum of the content.
    """

    row_count: int | None
    byte_count: int
    content_sha256: str


@dataclass(frozen=True)
class Reference:
    """A foreign key: columns of a table that refer to columns of the same or another table."""

    columns: Sequence[str]
    named: str
    named_columns: Sequence[str]


def descriptor(resources: Sequence[Mapping[str, Any]], license_name: str | None, **about: object) -> str:
    """Return the text of ``datapackage.json``.

    Args:
        resources: The tables, as returned by ``resource``.
        license_name: The licence of the data, as an SPDX or Open Definition identifier, or None.
        **about: Other properties of the package, in this order.
    """
    package = {
        "profile": "tabular-data-package",
        **about,
        # Left out if there is none, as in releases made before licences were supported.
        **({"licenses": [{"name": license_name}]} if license_name else {}),
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def resource(
    name: str,
    description: str,
    fields: Sequence[Mapping[str, Any]],
    measure: Measure,
    *,
    key: Sequence[str] = (),
    references: Iterable[Reference] = (),
) -> dict[str, Any]:
    """Return the description of a table file, ``NAME.csv``: format, size, checksum, fields and keys."""
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if key:
        schema["primaryKey"] = list(key)
    foreign_keys = [
        {
            "fields": list(reference.columns),
            # A reference to the table itself has an empty name.
            "reference": {
                "resource": "" if reference.named == name else reference.named,
                "fields": list(reference.named_columns),
            },
        }
        for reference in references
    ]
    if foreign_keys:
        schema["foreignKeys"] = foreign_keys
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        "description": description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "doubleQuote": True, "header": True},
        "bytes": measure.byte_count,
        "hash": f"sha256:{measure.content_sha256}",
        "rowCount": measure.row_count,
        "schema": schema,
    }
