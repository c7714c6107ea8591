"""The data package of the reporting schema: its declarations are true of its files, and its files are the relations."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.plugin import Run
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

# The format of values of each type with the defaults of Table Schema.
SPELLED = {
    "string": r".*",
    "boolean": r"true|false",
    "integer": r"-?\d+",
    "number": r"-?\d+(\.\d+)?(e-?\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
    "datetime": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z",
}


@pytest.fixture
def run(reported_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on the seeds."""
    return invoker(reported_url, tmp_path)


@pytest.fixture(scope="module")
def folder(reported_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide the folder of a package of the seeds, which no test changes."""
    place = tmp_path_factory.mktemp("package")
    done(invoker(reported_url, place)("export", "package", place / "package", "--license", "CC-BY-4.0"))
    return place / "package"


@pytest.fixture(scope="module")
def described(folder: Path) -> dict[str, Any]:
    """Provide the description in the package."""
    found: dict[str, Any] = json.loads((folder / "datapackage.json").read_text("utf-8"))
    return found


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a file of a package."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_relation_and_every_column_is_there_with_its_comment(
    described: dict[str, Any], reported_url: str
) -> None:
    with psycopg.connect(reported_url) as connection:
        expected = connection.execute(
            "SELECT c.relname, obj_description(c.oid, 'pg_class'), a.attname, col_description(c.oid, a.attnum)"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
            " WHERE c.relnamespace = 'reporting'::regnamespace AND c.relkind IN ('r', 'v')"
        ).fetchall()

    assert sorted(expected) == sorted(
        (resource["name"], resource["description"], field["name"], field["description"])
        for resource in described["resources"]
        for field in resource["schema"]["fields"]
    )
    assert all(words and meaning for _, words, _, meaning in expected)


def test_values_are_spelled_as_their_type_and_given_where_required(described: dict[str, Any], folder: Path) -> None:
    for resource in described["resources"]:
        table = rows(folder, resource["name"])
        for field in resource["schema"]["fields"]:
            cells = [row[field["name"]] for row in table]
            given = [cell for cell in cells if cell]
            wrong = [cell for cell in given if not re.fullmatch(SPELLED[field["type"]], cell, re.DOTALL)]
            constraints = field.get("constraints", {})
            assert wrong == [], (resource["name"], field["name"])
            assert len(given) == len(cells) or "required" not in constraints
            assert len({*given}) == len(given) or "unique" not in constraints


def test_primary_and_foreign_keys_are_those_of_the_tables_and_true(
    described: dict[str, Any], folder: Path, reported_url: str
) -> None:
    with psycopg.connect(reported_url) as connection:
        counted = connection.execute(
            "SELECT contype::text, count(*) FROM pg_constraint"
            " WHERE connamespace = 'reporting'::regnamespace AND contype IN ('p', 'f') GROUP BY 1"
        ).fetchall()
    primary = foreign = 0

    for resource in described["resources"]:
        table, schema = rows(folder, resource["name"]), resource["schema"]
        if key := schema.get("primaryKey"):
            primary += 1
            assert len({tuple(row[column] for column in key) for row in table}) == len(table)
        for reference in schema.get("foreignKeys", ()):
            foreign += 1
            named = reference["reference"]
            known = {
                tuple(row[column] for column in named["fields"])
                for row in rows(folder, named["resource"] or resource["name"])
            }
            used = {tuple(row[column] for column in reference["fields"]) for row in table}
            assert {values for values in used if all(values)} <= known, (resource["name"], reference)

    assert {"p": primary, "f": foreign} == dict(counted)


def test_the_files_are_those_described_and_hold_what_is_reported(
    described: dict[str, Any], folder: Path, reported_url: str
) -> None:
    assert {path.name for path in folder.iterdir()} == {
        "datapackage.json",
        *(resource["path"] for resource in described["resources"]),
    }
    with psycopg.connect(reported_url) as connection:
        connection.execute("SET timezone = 'UTC'")
        for resource in described["resources"]:
            written = (folder / resource["path"]).read_bytes()
            assert (resource["hash"], resource["bytes"]) == (
                f"sha256:{hashlib.sha256(written).hexdigest()}",
                len(written),
            )
            reported = connection.execute(f"SELECT * FROM reporting.{resource['name']}".encode()).fetchall()
            assert sorted(tuple(row.values()) for row in rows(folder, resource["name"])) == sorted(
                tuple(map(spelled, row)) for row in reported
            )


def spelled(value: object) -> str:
    """Write a value as a cell of the package."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return "" if value is None else str(value)


class TestTheFolder:
    def test_a_package_is_replaced_as_a_whole(self, run: Run, tmp_path: Path) -> None:
        done(run("export", "package", tmp_path / "package"))
        (tmp_path / "package" / "dim_date.csv").write_text("an older one", "utf-8")

        result = done(run("export", "package", tmp_path / "package"))

        described = json.loads((tmp_path / "package" / "datapackage.json").read_text("utf-8"))
        assert rows(tmp_path / "package", "dim_date")[0]["month_name"]
        assert "licenses" not in described
        assert "No licence is stated" in result.stderr
        assert [path.name for path in tmp_path.iterdir() if "package" in path.name] == ["package"]

    def test_a_folder_with_other_files_is_left_alone(self, run: Run, tmp_path: Path) -> None:
        done(run("export", "package", tmp_path / "package"))
        (tmp_path / "package" / "thesis.tex").write_text("years of work", "utf-8")

        result = run("export", "package", tmp_path / "package")

        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        assert "contains 'thesis.tex'" in result.stderr
        assert (tmp_path / "package" / "thesis.tex").read_text("utf-8") == "years of work"

    def test_a_place_that_cannot_be_written_is_said(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("", "utf-8")

        result = run("export", "package", tmp_path / "file" / "package")

        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        assert "cannot be written" in result.stderr
