"""Exported files load again: every curated row is restored, and a second load changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import Table

from stancedb.export.exporter import FORMS
from stancedb.model import CURATED
from tests.support.exported import labels, load_world
from tests.support.plugin import Clone, Run
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

TABLES = {table.name: table for table in CURATED}
# How a row is identified in tables without a handle.
KEYS = {
    "article_version": ("article_id", "text_sha256"),
    "tenure": ("person_id", "office_id", "seat", "held"),
    "position": ("issue_id", "slug"),
    "mention": ("article_version_id", "char_start", "char_end"),
    "coding": ("statement_id", "holder_id", "issue_id", "coder_id", "codebook_version_id"),
}
HANDLES = ("slug", "code", "label", "name")
# When and by which changeset a row was recorded differs by database; loads and reviews are not records.
OWN = {"id", "changeset_id"}
UNCARRIED = {"load", "coding_review"}
Rows = dict[str, dict[int, dict[str, Any]]]


def contents(url: str) -> dict[str, list[str]]:
    """Return all rows of all curated tables, with handles instead of keys, in a defined order."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        rows: Rows = {
            name: {row["id"]: row for row in connection.execute(f"SELECT * FROM stancedb.{name}".encode())}
            for name in TABLES
        }
    return {
        name: sorted(repr(resolved(rows, table, row)) for row in rows[name].values())
        for name, table in TABLES.items()
        if name not in UNCARRIED
    }


def resolved(rows: Rows, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with handles instead of keys."""
    named = {}
    for column in table.columns:
        target = next((key.column.table.name for key in column.foreign_keys if key.column.name == "id"), None)
        if column.name not in OWN:
            value = row[column.name]
            named[column.name] = handle(rows, target, value) if target and value is not None else value
    return named


def handle(rows: Rows, table: str, key: int) -> object:
    """Return the values that identify a row."""
    row = rows[table][key]
    names = KEYS.get(table) or [next(name for name in HANDLES if name in row)]
    known = resolved(rows, TABLES[table], row)
    return [known[name] for name in names]


def carry(source: Run, target: Run, directory: Path, form: str) -> list[str]:
    """Export everything from one database and load it into another; return the messages of the loads."""
    said = []

    def step(kind: str, *options: str, name: str | None = None) -> None:
        ending = form if form in FORMS[kind] else FORMS[kind][0]
        path = directory / f"{name or kind}.{ending}"
        done(source("export", kind, "--output", path, *options))
        said.append(done(target(kind, "load", path)).stderr)

    step("outlet")
    for label in labels(source):
        step("codebook", "--label", label, name=label)
    for kind, *options in (
        ("actor",),
        ("article",),
        ("event", "--without-causes"),
        ("statement",),
        ("event",),
        ("indicator",),
    ):
        step(kind, *options)
    return said


@pytest.fixture(scope="module")
def world_once(clone: Clone, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of a database with the whole world, which no test changes."""
    with clone(template) as url:
        directory = tmp_path_factory.mktemp("world")
        load_world(invoker(url, directory), directory)
        yield url


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_every_row_is_there_again(world_once: str, connection_url: str, run: Run, tmp_path: Path, form: str) -> None:
    carry(invoker(world_once, tmp_path), run, tmp_path, form)

    before, after = contents(world_once), contents(connection_url)
    for name, rows in before.items():
        assert after[name] == rows, name
    again = carry(run, run, tmp_path, form)
    assert [line for line in again if "nothing to change, 0 rejected" not in line] == []


def test_the_lines_of_the_page_carry_the_seeds(
    seeded_once: str, connection_url: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (Path(__file__).parents[2] / "docs" / "export.md").read_text("utf-8")
    out, back = re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL)

    for ask, lines in ((invoker(seeded_once, tmp_path), out), (run, back)):
        for line in lines.splitlines():
            done(ask(*line.removeprefix("$ stancedb ").split()))

    assert contents(connection_url) == contents(seeded_once)
