"""The published JSON Schema and the loader are one contract."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stancedb.records.base import input_fields
from stancedb.records.checking import check_record
from stancedb.records.schemas import DIALECT, RECORDS, json_schema
from stancedb.refusals import Refusal
from tests.support.plugin import Run

DOCS = Path(__file__).parents[2] / "docs" / "formats.md"
EXAMPLES = [
    json.loads(block)
    for block in re.findall(r"^```json\n(.+?)\n```$", DOCS.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]
# A valid record of each kind, and changes that make it invalid.
SOUND: dict[str, dict[str, Any]] = {
    "outlet": {"slug": "herald", "name": "Herald", "country": "NO"},
    "actor": {"slug": "ana-cole", "kind": "person", "name": "Ana Cole", "other_names": ["ja:例"]},
    "article": {"id": "a", "outlet": "herald", "title": "The dam", "text": "Words."},
    "codebook": {"label": "dam-1.0", "issued_on": "2025-01-01", "issue": [{"slug": "dam", "question": "Build it?"}]},
    "statement": {"speaker": "ana-cole", "said": "2025-03-01", "authority": 4, "final": True},
    "event": {"slug": "flood", "kind": "other", "title": "The flood", "during": "2025-03"},
    "indicator": {"slug": "dam-works", "question": "Do works begin?", "counts_if": "Machines are seen."},
    "round": {"slug": "w49", "codebook": "dam-1.0", "seed": 7, "opened_by": "Ana", "opened_at": "2025-01-01T10:00:00Z"},
}
SPOILT: list[tuple[str, dict[str, Any]]] = [
    ("outlet", {"slug": "The Herald"}),
    ("outlet", {"country": "Norland"}),
    ("outlet", {"nmae": "Herald"}),
    ("actor", {"kind": "dragon"}),
    ("article", {"text": ""}),
    ("article", {"language": "English, mostly"}),
    ("article", {"schema": "stancedb.article/2"}),
    ("codebook", {"issue": [{"slug": "dam"}]}),
    ("statement", {"authority": 7}),
    ("statement", {"basis": "hearsay"}),
    ("event", {"title": None}),
    ("indicator", {"status": "perhaps"}),
    ("round", {"double": 1.5}),
]


def loads(kind: str, record: dict[str, Any]) -> bool:
    """Return whether the loader accepts a record, as far as it checks without a database."""
    return not isinstance(check_record(record, RECORDS[kind], "a test", original=record), Refusal)


@pytest.mark.parametrize("kind", RECORDS)
class TestEachKind:
    def test_its_schema_is_one(self, kind: str) -> None:
        schema = json_schema(kind)

        Draft202012Validator.check_schema(schema)
        assert (schema["$schema"], schema["title"]) == (DIALECT, f"stancedb.{kind}/1")
        assert schema["$id"] == f"urn:stancedb:schema:{kind}:1"

    def test_it_says_of_every_field_what_it_means(self, kind: str) -> None:
        schema = json_schema(kind)

        models = [schema, *(part for part in schema.get("$defs", {}).values() if "properties" in part)]
        said = {name: rules.get("description") for model in models for name, rules in model["properties"].items()}
        assert [name for name, words in said.items() if not re.fullmatch(r"[A-Z].+\.", words or "")] == []

    def test_it_names_the_fields_that_a_file_may_use(self, kind: str) -> None:
        assert list(json_schema(kind)["properties"]) == input_fields(RECORDS[kind])

    def test_a_sound_record_is_sound_to_both(self, kind: str) -> None:
        record = {**SOUND[kind], "x_own": [1]}

        assert list(Draft202012Validator(json_schema(kind)).iter_errors(record)) == []
        assert loads(kind, record)

    def test_the_command_prints_it(self, run: Run, kind: str) -> None:
        assert json.loads(run("schema", kind).stdout) == json_schema(kind)


@pytest.mark.parametrize(("kind", "change"), SPOILT)
def test_a_spoilt_record_is_refused_by_both(kind: str, change: dict[str, Any]) -> None:
    record = {**SOUND[kind], **change}

    assert not Draft202012Validator(json_schema(kind)).is_valid(record)
    assert not loads(kind, record)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example["schema"]))
def test_the_examples_of_the_docs_are_sound(example: dict[str, Any]) -> None:
    kind = example["schema"].partition(".")[2].partition("/")[0]

    Draft202012Validator(json_schema(kind)).validate(example)


def test_without_a_kind_the_command_lists_them(run: Run) -> None:
    assert [row["kind"] for row in json.loads(run("schema", "--format", "json").stdout)] == list(RECORDS)


def test_an_unknown_kind_is_refused_with_the_nearest(run: Run) -> None:
    result = run("schema", "outlt")

    assert (result.exit_code, result.stderr) == (
        3,
        "Error: There is no kind of record 'outlt'. Did you mean 'outlet'?\n",
    )
