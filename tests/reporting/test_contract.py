"""What readers rely on: the relations and columns of the contract, and what a BI tool expects of a schema."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb.reporting import relations as reporting
from tests.support.plugin import Clone
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

# A program that checks a schema as BI tools see it; it is not part of the repository.
HARNESS = Path(
    os.environ.get("BI_CHECK_SCHEMA")
    or Path(__file__).resolve().parents[2].parent / "shared" / "tools" / "bi" / "check_schema.py"
)
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reporting.md").read_text(encoding="utf-8")
PORTABLE = {
    "text",
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "double precision",
    "date",
    "timestamp with time zone",
}


def test_the_relations_are_those_of_the_contract(connection_url: str) -> None:
    engine = create_engine(make_url(connection_url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        installed = reporting.columns(connection)

    # The order of columns is part of it.
    assert {name: list(columns.items()) for name, columns in installed.items()} == {
        name: list(columns.items()) for name, columns in reporting.CONTRACT["relations"].items()
    }


def test_the_contract_does_not_change_without_a_new_version() -> None:
    found = hashlib.sha256(json.dumps(reporting.CONTRACT["relations"]).encode()).hexdigest()

    # An added column needs a new minor version, a removed or retyped one a new major version: add it to the versions.
    assert reporting.CONTRACT["versions"][reporting.VERSION] == found
    assert list(reporting.CONTRACT["versions"])[-1] == reporting.VERSION


def test_only_types_that_every_client_knows_are_used() -> None:
    used = {kind for columns in reporting.CONTRACT["relations"].values() for kind in columns.values()}

    assert used <= PORTABLE


def test_every_relation_and_column_says_what_it_means(connection_url: str) -> None:
    with psycopg.connect(connection_url) as connection:
        rows = connection.execute(
            "SELECT table_name, table_description, column_name, column_description FROM reporting.data_dictionary"
        ).fetchall()

    assert len(rows) == sum(map(len, reporting.CONTRACT["relations"].values()))
    assert [row for row in rows if not row[1] or not row[3] or len(row[3]) < len(row[2])] == []
    assert [row[0] for row in rows if not row[1].startswith("Grain: ")] == []


def test_every_fact_has_a_wide_view_of_as_many_rows(seeded_url: str, tmp_path: Path) -> None:
    done(invoker(seeded_url, tmp_path)("reporting", "refresh"))

    with psycopg.connect(seeded_url) as connection:
        for fact in [table.name for table in reporting.TABLES if table.name.startswith("fact_")]:
            wide = f"{fact.removeprefix('fact_')}_wide"
            counted = connection.execute(
                f"SELECT (SELECT count(*) FROM reporting.{fact}),"
                f" (SELECT count(*) FROM (SELECT * FROM reporting.{wide} OFFSET 0) w)".encode()
            ).fetchone()
            assert counted is not None
            assert (fact, counted[0]) == (fact, counted[1])
            assert counted[0] > 0, fact


@pytest.mark.parametrize("table", ["fact_statement", "fact_mention", "fact_stance_evidence"])
def test_a_large_fact_has_one_integer_key_to_read_it_in_parts(connection_url: str, table: str) -> None:
    with psycopg.connect(connection_url) as connection:
        keys = connection.execute(
            "SELECT array_length(conkey, 1), format_type(atttypid, atttypmod) FROM pg_constraint"
            " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
            " WHERE contype = 'p' AND conrelid = %s::regclass",
            [f"reporting.{table}"],
        ).fetchall()

    assert keys == [(1, "bigint")]


def test_a_stance_counts_the_changes_of_its_holder(reported_url: str) -> None:
    pair = "actor_key, issue_key, rule_key"
    with psycopg.connect(reported_url) as connection:
        stances = connection.execute(
            f"SELECT {pair}, change_count FROM reporting.fact_stance".encode(),
        ).fetchall()
        changes = Counter(
            connection.execute(
                f"SELECT {pair} FROM reporting.fact_stance_change WHERE NOT is_initial".encode()
            ).fetchall()
        )

    assert {stance[3] for stance in stances} > {0}
    assert [stance for stance in stances if stance[3] != changes[stance[:3]]] == []


class TestThePage:
    def test_names_every_relation(self) -> None:
        named = set(re.findall(r"`(\w+)`", PAGE))

        assert set(reporting.CONTRACT["relations"]) - named == set()

    def test_the_questions_are_answered_from_the_seeds(self, seeded_url: str, tmp_path: Path) -> None:
        done(invoker(seeded_url, tmp_path)("reporting", "refresh"))
        questions = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)

        with psycopg.connect(seeded_url) as connection:
            answers = [connection.execute(question.encode()).fetchall() for question in questions]
        assert [bool(rows) for rows in answers] == [True, True, True]
        assert any("return" in row for row in answers[0])


@pytest.fixture
def reader(admin_url: str) -> Iterator[str]:
    """Provide the name of a login that is dropped after the database that it can access."""
    name = f"reader_{secrets.token_hex(4)}"
    yield name
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"DROP ROLE IF EXISTS {name}".encode())


@pytest.mark.skipif(not HARNESS.exists(), reason="the harness is not part of the repository")
def test_a_check_as_bi_tools_see_it_finds_nothing(
    reader: str, clone: Clone, seeded_template: str, tmp_path: Path
) -> None:
    with clone(seeded_template) as url:
        run = invoker(url, tmp_path)
        done(run("reporting", "refresh"))
        done(run("db", "grant-reader", reader))
        with psycopg.connect(url) as connection:
            connection.execute(f"ALTER ROLE {reader} PASSWORD 'read'".encode())
        login = make_url(url).set(username=reader, password="read")  # noqa: S106 - only for this test
        (tmp_path / "contract.json").write_text(json.dumps(reporting.CONTRACT["relations"]), encoding="utf-8")

        shown = subprocess.run(
            [sys.executable, str(HARNESS), "--contract", str(tmp_path / "contract.json")],
            env={
                **os.environ,
                "BI_DATABASE_URL": login.render_as_string(hide_password=False),
                "BI_ADMIN_URL": url,
                "BI_SCHEMA": "reporting",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert [line for line in shown.stdout.splitlines() if line.startswith("FAIL")] == []
    assert "PASS B28" in shown.stdout
    assert shown.returncode == 0, shown.stderr
