"""Rows, data frames and files are loaded by the same loader as on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psycopg
import pytest

import stancedb
from tests.api import script
from tests.support.worlds import ARTICLE_LINE, LINE, answer, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

SUN: dict[str, Any] = {"slug": "sun", "name": "The Sun", "country": "GB"}


@pytest.fixture
def database(small_url: str) -> Iterator[stancedb.Database]:
    """Provide the small world, opened for writing."""
    with stancedb.connect(small_url, read_only=False, author="ana") as database:
        yield database


def count(url: str, table: str) -> int:
    """Return how many rows a table has."""
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM stancedb.{table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


def events(**more: Any) -> list[dict[str, Any]]:
    return [
        {"slug": f"visit-{day}", "kind": "visit", "title": "A visit", "during": f"2025-02-{day}", **more}
        for day in (10, 11)
    ]


@dataclass
class Outlet:
    """A record as a user's program might define it."""

    slug: str
    name: str
    country: str | None = None


class TestLoad:
    def test_rows_give_the_account_of_the_same_file(
        self, database: stancedb.Database, small_url: str, tmp_path: Path
    ) -> None:
        from_rows = database.load("statement", [LINE], dry_run=True)
        on_the_line = answer(
            invoker(small_url, tmp_path), "statement", "load", jsonl(tmp_path / "s.jsonl", LINE), "--dry-run"
        )

        assert from_rows.to_dicts() == on_the_line

    def test_a_file_gives_the_account_of_the_command(
        self, database: stancedb.Database, small_url: str, tmp_path: Path
    ) -> None:
        path = jsonl(tmp_path / "article.jsonl", {**ARTICLE_LINE, "id": "another"})

        assert database.load("article", path, dry_run=True).to_dicts() == answer(
            invoker(small_url, tmp_path), "article", "load", path, "--dry-run"
        )

    def test_a_file_of_popolo_gives_the_account_of_the_command(
        self, database: stancedb.Database, small_url: str, tmp_path: Path
    ) -> None:
        path = tmp_path / "popolo.json"
        path.write_text(json.dumps({"persons": [{"id": "p1", "name": "Uma Lind"}]}))

        assert database.load("actor", path, dry_run=True).to_dicts() == answer(
            invoker(small_url, tmp_path), "actor", "load", path, "--dry-run"
        )

    def test_it_is_one_changeset_with_a_message_and_an_author(self, database: stancedb.Database) -> None:
        database.load("outlet", [SUN, {"slug": "star", "name": "The Star"}], message="two papers")
        changeset = database.changesets(limit=1)[0]

        assert (changeset.author, changeset.message) == ("ana", "two papers")
        assert {row.rows: row.inserted for row in database.changeset(changeset.number).rows}["outlet"] == 2

    def test_loading_twice_changes_nothing(self, database: stancedb.Database) -> None:
        first, second = (database.load("outlet", [SUN]) for _ in range(2))

        assert (first.inserted, second.inserted, second.unchanged) == (1, 0, 1)

    def test_a_dry_run_changes_nothing(self, database: stancedb.Database, small_url: str) -> None:
        account = database.load("outlet", [SUN], dry_run=True)

        assert (account.inserted, account.is_dry_run, count(small_url, "outlet")) == (1, True, 1)

    def test_dataclasses_are_rows(self, database: stancedb.Database) -> None:
        assert database.load("outlet", [Outlet("sun", "The Sun"), Outlet("star", "The Star", "US")]).inserted == 2

    def test_days_are_dates(self, database: stancedb.Database) -> None:
        database.load("event", [{**events()[0], "during": date(2025, 2, 9)}])

        assert database.event("visit-10").during == "2025-02-09"

    def test_instants_are_kept(self, database: stancedb.Database) -> None:
        instant = datetime(2025, 3, 1, 9, 30, tzinfo=UTC)
        database.load("article", [{**ARTICLE_LINE, "id": "another", "text": "No dam.", "published_at": instant}])

        assert database.article("another").published_at == instant

    def test_numbers_of_numpy_are_numbers(self, database: stancedb.Database) -> None:
        database.load("statement", [{**LINE, "authority": np.int64(5)}])

        assert database.statement("cole-dam").authority == 5

    def test_a_frame_of_pandas_is_rows_and_its_gaps_are_not_given(self, database: stancedb.Database) -> None:
        frame = pd.DataFrame(
            {
                **{name: [row[name] for row in events()] for name in ("slug", "kind", "title")},
                "during": pd.to_datetime(["2025-02-10", "2025-02-11"]),
                "citation": ["a paper", None],
            }
        )

        assert database.load("event", frame).inserted == 2
        assert [(row.event, row.during) for row in database.events()] == [
            ("visit-10", "2025-02-10"),
            ("visit-11", "2025-02-11"),
        ]
        assert database.event("visit-11").citation is None

    def test_a_frame_of_polars_is_rows(self, database: stancedb.Database) -> None:
        pl = pytest.importorskip("polars", reason="polars is an extra that is not installed")

        assert database.load("event", pl.DataFrame(events())).inserted == 2

    def test_a_table_of_arrow_is_rows(self, database: stancedb.Database) -> None:
        pa = pytest.importorskip("pyarrow", reason="pyarrow is an extra that is not installed")

        assert database.load("event", pa.Table.from_pylist(events())).inserted == 2

    def test_one_bad_row_refuses_all_and_is_named(self, database: stancedb.Database, small_url: str) -> None:
        with pytest.raises(stancedb.errors.RecordsRefused, match="1 of 2 records rejected") as raised:
            database.load("outlet", [SUN, {"slug": "Not A Slug", "name": "The Star"}])

        assert (raised.value.refusals[0].line, raised.value.refusals[0].field) == (2, "slug")
        assert raised.value.__notes__[0].startswith("rows, line 2: slug: ")
        assert count(small_url, "outlet") == 1

    def test_keep_going_loads_the_others(self, database: stancedb.Database) -> None:
        account = database.load("outlet", [SUN, {"slug": "star"}], keep_going=True)

        assert (account.records, account.inserted) == (2, 1)
        assert [(row.source, row.line, row.field) for row in account.rejected] == [("rows", 2, "name")]

    def test_a_value_that_is_not_a_row_is_refused(self, database: stancedb.Database) -> None:
        with pytest.raises(stancedb.errors.RecordsRefused):
            database.load("outlet", ["sun"])

    def test_what_the_database_refuses_is_refused_by_a_dry_run(self, database: stancedb.Database) -> None:
        with pytest.raises(stancedb.errors.StancedbError):
            database.load("statement", [{**LINE, "position": "maybe"}], dry_run=True)


class TestAdd:
    def test_it_adds_what_the_command_adds(self, database: stancedb.Database, small_url: str, tmp_path: Path) -> None:
        line = ("outlet", "add", "sun", "--name", "The Sun", "--country", "GB", "--dry-run")
        expected = answer(invoker(small_url, tmp_path), *line)

        assert database.add("outlet", **SUN).to_dicts() == expected
        assert database.outlets()[-1].outlet == "sun"

    def test_a_kind_of_the_record_is_a_field(self, database: stancedb.Database) -> None:
        database.add("actor", slug="uma", kind="person", name="Uma", attributes=("party:Greens",))

        assert database.actor("uma").attributes[0].value == "Greens"

    def test_it_changes_nothing_that_exists(self, database: stancedb.Database) -> None:
        with pytest.raises(stancedb.errors.StancedbError, match="already exists with a different name"):
            database.add("outlet", slug="herald", name="The Tribune")

    def test_a_field_that_is_missing_is_named(self, database: stancedb.Database) -> None:
        with pytest.raises(stancedb.errors.RecordsRefused, match=r"^name: "):
            database.add("outlet", slug="sun")


# Invalid sources of rows, and their message.
BAD_SOURCES: dict[str, tuple[str, Any, str]] = {
    "a number": ("outlet", 5, "int has no rows"),
    "nothing": ("outlet", None, "NoneType has no rows"),
    "bytes": ("outlet", b"slug", "bytes has no rows"),
    "a missing file": ("outlet", "no-such.csv", "no-such.csv"),
    "a file of another kind": ("outlet", "no-such.docx", "no-such.docx"),
    "a path with a NUL character": ("outlet", "a\0b.csv", "Invalid file name 'a\\x00b.csv'"),
    "a path with half a surrogate pair": ("outlet", "\ud800.csv", "The file name is invalid."),
    "a path that is too long": ("article", "x" * 5000, "File name too long"),
    "a file that fails": ("outlet", "/proc/self/mem", "Input/output error"),
    "a folder": ("outlet", ".", "This is a folder"),
    "an unknown kind": ("outlets", [SUN], "There is no kind of record 'outlets'. Did you mean 'outlet'?"),
    "a field that is no text": ("outlet", [{5: "sun"}], "Invalid field name 5"),
    "an unknown field": ("outlet", [{**SUN, "nam": "x"}], "Did you mean 'name'"),
    "an object as a value": ("outlet", [{**SUN, "name": object()}], "name: "),
    "bytes as a value": ("outlet", [{**SUN, "name": b"\xff"}], "name: "),
    "a value without end": ("event", [{**events()[0], "zone": float("nan")}], "zone: "),
    "half a surrogate pair": ("outlet", [{**SUN, "name": "\ud800"}], "name: "),
    "a NUL character": ("outlet", [{**SUN, "name": "a\0b"}], "NUL"),
    "two columns of one name": (
        "outlet",
        pd.DataFrame([["sun", "The Sun", "Sun"]], columns=["slug", "name", "name"]),
        "two columns with the same name",
    ),
}


@pytest.mark.parametrize("fault", BAD_SOURCES)
def test_bad_input_is_one_sentence(fault: str, database: stancedb.Database) -> None:
    kind, source, sentence = BAD_SOURCES[fault]

    with pytest.raises(stancedb.errors.StancedbError) as raised:
        database.load(kind, source)

    assert sentence in "\n".join([str(raised.value), *getattr(raised.value, "__notes__", [])])


def test_a_typed_script_runs(small_url: str) -> None:
    assert [script.add_outlet(small_url, slug, "The Sun") for slug in ("sun", "Sun")] == [1, -1]


def test_a_typed_script_asks(seeded_once: str) -> None:
    assert script.longest(seeded_once, "japan", "jp-taiwan-use-of-force")[0] == "strategic-ambiguity"
