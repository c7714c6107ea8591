"""Describe the contract of records as JSON Schema, for authors of files."""

from __future__ import annotations

from typing import Any

from stancedb.errors import NoSuchThing
from stancedb.records.actor import ActorRecord
from stancedb.records.article import ArticleRecord
from stancedb.records.base import Record, input_fields
from stancedb.records.codebook import CodebookRecord
from stancedb.records.event import EventRecord
from stancedb.records.indicator import IndicatorRecord
from stancedb.records.outlet import OutletRecord
from stancedb.records.round import RoundRecord
from stancedb.records.statement import StatementRecord

RECORDS: dict[str, type[Record]] = {
    "outlet": OutletRecord,
    "codebook": CodebookRecord,
    "actor": ActorRecord,
    "article": ArticleRecord,
    "statement": StatementRecord,
    "event": EventRecord,
    "indicator": IndicatorRecord,
    "round": RoundRecord,
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Keys with this prefix are private to the sender; both the loader and the schema ignore them.
_PRIVATE_KEYS = "^x_"


def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record of a kind.

    It describes a record in JSON. In a CSV file, a list is one cell with items separated by ``|``, and numbers and
    flags are text. A schema cannot check anything that depends on the database, such as whether a slug exists.

    Raises:
        NoSuchThing: The kind is unknown; the nearest is suggested.
    """
    if kind not in RECORDS:
        raise NoSuchThing.of("kind of record", kind, RECORDS)
    record = RECORDS[kind]
    found = record.model_json_schema(by_alias=True)
    fields = input_fields(record)
    found["properties"] = {name: rules for name, rules in found["properties"].items() if name in fields}
    for model in (found, *found.get("$defs", {}).values()):
        if "properties" in model:
            model["patternProperties"] = {_PRIVATE_KEYS: True}
            for rules in model["properties"].values():
                rules.pop("title", None)
                if "$ref" in rules:
                    # Pydantic omits a description that is the same as that of the referenced type.
                    rules.setdefault("description", found["$defs"][rules["$ref"].rpartition("/")[2]]["description"])
    return {"$schema": DIALECT, "$id": f"urn:stancedb:schema:{kind}:1", **found, "title": f"stancedb.{kind}/1"}
