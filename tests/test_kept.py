"""Sessions that are kept open between the commands of a test behave like new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tests.support.kept import Kept

Ask = Callable[[str], Any]


@pytest.fixture
def ask(kept: Kept, connection_url: str) -> Ask:
    """Provide a function that runs a query on a connection like that of a command."""
    url = make_url(connection_url).set(drivername="postgresql+psycopg")

    def answer(question: str) -> Any:  # noqa: ANN401 - any answer
        with kept.engine(url, poolclass=NullPool).connect() as connection:
            return connection.exec_driver_sql(question).scalar()

    return answer


def test_one_is_kept_and_nothing_that_was_set_in_it(ask: Ask) -> None:
    first = ask("SELECT pg_backend_pid()")
    ask("SELECT set_config('TimeZone', 'Asia/Tokyo', false), pg_advisory_lock(1)")
    for _ in range(10):
        ask("SELECT count(*) FROM stancedb.actor")
    left = "SELECT array_agg(name) FROM (SELECT name FROM pg_prepared_statements UNION SELECT locktype FROM pg_locks)"

    assert ask("SELECT pg_backend_pid()") == first
    assert ask("SHOW TimeZone") != "Asia/Tokyo"
    assert ask(f"{left} l (name) WHERE name NOT IN ('relation', 'virtualxid')") is None


def test_another_one_is_opened_where_the_settings_of_the_database_changed(ask: Ask, connection_url: str) -> None:
    ask("SELECT 1")
    with psycopg.connect(connection_url) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET TimeZone = 'Asia/Tokyo'".encode())

    assert ask("SHOW TimeZone") == "Asia/Tokyo"


def test_another_one_is_opened_where_the_environment_changed(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("SELECT 1")
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")

    assert ask("SHOW TimeZone") == "Asia/Tokyo"
