"""Tables as Frictionless Data describes them, by its specifications Data Package and Table Schema, version 1.

Packages for R and Python and several archives read them. What a release has once been described as is kept by its
checksum, so nothing that is written here may change.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Measure:
    """What the file of a table turned out to be.

    Attributes:
        row_count: Its rows, without the heading.
        byte_count: Its length.
        content_sha256: The checksum of its bytes.
    """

    row_count: int | None
    byte_count: int
    content_sha256: str


@dataclass(frozen=True)
class Reference:
    """Columns of a table that name rows of a table, by columns of that one."""

    columns: Sequence[str]
    named: str
    named_columns: Sequence[str]


def descriptor(resources: Sequence[Mapping[str, Any]], license_name: str | None, **about: object) -> str:
    """Return the text of ``datapackage.json``.

    Args:
        resources: The tables, each as ``resource`` describes it.
        license_name: The licence of the data, as an identifier of SPDX or Open Definition; None states none.
        **about: What the package says of itself, in this order.
    """
    package = {
        "profile": "tabular-data-package",
        **about,
        # Left out where there is none, as in releases from before there were licences.
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
    """Describe the file of a table, ``NAME.csv``: its form, its size and checksum, its fields and keys."""
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if key:
        schema["primaryKey"] = list(key)
    foreign_keys = [
        {
            "fields": list(reference.columns),
            # The name of the table itself is the empty one.
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
