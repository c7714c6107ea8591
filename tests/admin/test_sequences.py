"""Keys of rows are never assigned twice, whatever happened to the server."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb.admin import schema
from tests.support.plugin import Run
from tests.support.worlds import done, invoker, jsonl

SET_BACK = "SELECT setval('stancedb.changeset_id_seq', 1), setval('stancedb.evidence_id_seq', 1)"


@pytest.fixture
def set_back_url(built_url: str) -> str:
    """Provide the URL of a filled database with two sequences that are behind their rows."""
    with psycopg.connect(built_url) as connection:
        # Built in one changeset after the migrations; an extra row makes sure that numbers have been used.
        connection.execute("INSERT INTO stancedb.changeset (author, message, tool) VALUES ('a', 'b', 'c')")
        connection.commit()
        connection.execute(SET_BACK)
    return built_url


def upgrade(url: str) -> list[str]:
    """Upgrade the database of a URL."""
    address = make_url(url).set(drivername="postgresql+psycopg")
    return schema.upgrade(create_engine(address, poolclass=NullPool))


def test_a_sequence_behind_its_table_is_a_fault_with_its_remedy(set_back_url: str, tmp_path: Path) -> None:
    result = invoker(set_back_url, tmp_path)("db", "check")

    assert result.exit_code == 1
    assert "changeset" in result.stdout
    assert "stancedb db upgrade" in result.stdout


def test_an_upgrade_puts_it_after_the_last_row(set_back_url: str, tmp_path: Path) -> None:
    run: Run = invoker(set_back_url, tmp_path)

    assert upgrade(set_back_url) == []

    done(run("outlet", "load", jsonl(tmp_path / "outlet.jsonl", {"slug": "gazette", "name": "Gazette"})))
    done(run("db", "check"))


def test_an_upgrade_leaves_sequences_that_are_ahead(set_back_url: str) -> None:
    ahead = "SELECT last_value, is_called FROM stancedb.actor_id_seq"
    with psycopg.connect(set_back_url) as connection:
        connection.execute("SELECT setval('stancedb.actor_id_seq', 5000)")

    upgrade(set_back_url)

    with psycopg.connect(set_back_url) as connection:
        assert connection.execute(ahead).fetchone() == (5000, True)
