"""Stata files, read back by ReadStat, which R and Python use, and compared with SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.support.plugin import Clone, Run, name_of
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

readstat = pytest.importorskip("pyreadstat")

# The extreme values of a table, in every type of the reporting schema.
ODD = """
CREATE TABLE reporting.odd (
    number_key integer, short_text text, long_text text, other_long_text text, small smallint, large bigint,
    share double precision, is_odd boolean, a_day date, an_instant timestamp with time zone
);
COMMENT ON TABLE reporting.odd IS 'Grain: one oddity.';
COMMENT ON COLUMN reporting.odd.long_text IS
    'Words of which there are so many that no label takes them, which is why they are in a note too.';
INSERT INTO reporting.odd VALUES
    (1, 'a "quoted", text', repeat('長', 2000), 'x', 32767, 9007199254740991, 1e300, true, '9999-12-31',
        '2025-11-07 23:59:59.999+09'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, '', '', repeat('y', 245), -32768, -9007199254740991, -0.1, false, '1600-02-29', '1959-12-31 23:59:59Z'),
    (4, repeat('é', 122), E'two\\nlines\\t😀', NULL, 0, 0, 0, NULL, '1960-01-01', '1960-01-01 00:00:00.001Z');
"""


@pytest.fixture(scope="module")
def odd_url(clone: Clone, reported_url: str) -> Iterator[str]:
    """Provide the URL of the seeds with a relation of extreme values, which no test changes."""
    with clone(name_of(reported_url)) as url:
        with psycopg.connect(url) as connection:
            connection.execute(ODD)
        yield url


@pytest.fixture
def run(odd_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command on them."""
    return invoker(odd_url, tmp_path)


def expected(url: str, table: str) -> list[dict[str, Any]]:
    """Return the rows of a relation in order, as Stata can represent them."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SET timezone = 'UTC'")
        (width,) = connection.execute(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [f"reporting.{table}"]
        ).fetchall()
        order = ", ".join(str(place + 1) for place in range(width["count"]))
        rows = connection.execute(f"SELECT * FROM reporting.{table} ORDER BY {order}".encode()).fetchall()
        texts = {
            row["column_name"]
            for row in connection.execute(
                "SELECT column_name FROM reporting.data_dictionary WHERE table_name = %s AND column_type = 'text'",
                [table],
            )
        }
    return [{name: stata(value, is_text=name in texts) for name, value in row.items()} for row in rows]


def stata(value: object, *, is_text: bool) -> object:
    """Return a value as Stata can represent it: missing text is empty text, and an instant has milliseconds."""
    if value is None and is_text:
        return ""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None) - timedelta(microseconds=value.microsecond % 1000)
    return value


def read(path: Path) -> tuple[list[dict[str, Any]], Any]:
    """Return the rows and the metadata of a file."""
    columns, about = readstat.read_dta(path, output_format="dict")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)], about


@pytest.mark.parametrize(
    "table", ["odd", "data_release", "dim_issue", "stance_wide", "statement_wide", "data_dictionary"]
)
def test_every_cell_reads_back_as_sql_has_it(run: Run, odd_url: str, tmp_path: Path, table: str) -> None:
    said = done(run("export", "table", table, "--output", tmp_path / "table.dta")).stderr

    found, _ = read(tmp_path / "table.dta")
    assert found == expected(odd_url, table)
    assert said.startswith(f"{len(found)} row")


def test_comments_are_labels_and_types_are_those_of_stata(run: Run, tmp_path: Path) -> None:
    done(run("export", "table", "odd", "--output", tmp_path / "odd.dta"))

    _, about = read(tmp_path / "odd.dta")
    label = about.column_names_to_labels["long_text"]
    assert about.file_label == "Grain: one oddity."
    assert (len(label), label[-1]) == (80, "…")
    assert "Words of which there are so many that no label" in label
    assert about.original_variable_types["a_day"] == "%td"
    assert about.original_variable_types["an_instant"] == "%tc"
    assert about.readstat_variable_types == {
        "number_key": "double",
        "short_text": "string",
        "long_text": "string",
        "other_long_text": "string",
        "small": "double",
        "large": "double",
        "share": "double",
        "is_odd": "int8",
        "a_day": "int32",
        "an_instant": "double",
    }


def test_one_state_is_always_the_same_file(run: Run, tmp_path: Path) -> None:
    for name in ("first.dta", "second.dta"):
        done(run("export", "table", "stance_wide", "--output", tmp_path / name))

    assert (tmp_path / "first.dta").read_bytes() == (tmp_path / "second.dta").read_bytes()


@pytest.mark.parametrize("table", ["stance_wide", "dim_date"])
def test_names_are_such_as_stata_takes(run: Run, tmp_path: Path, table: str) -> None:
    done(run("export", "table", table, "--output", tmp_path / "table.dta"))

    _, about = read(tmp_path / "table.dta")
    assert all(name.isidentifier() and len(name) <= 32 for name in about.column_names)
