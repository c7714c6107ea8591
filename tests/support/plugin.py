"""A real PostgreSQL for every test: one server, one template built by the migrations, and a clone for each test."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from click.testing import CliRunner, Result
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb import database
from stancedb.cli.main import cli
from stancedb.database import Writing, writing
from stancedb.server import embedded
from stancedb.settings import Settings, bundled
from tests.support.build import build
from tests.support.kept import Kept

Clone = Callable[..., AbstractContextManager[str]]
Run = Callable[..., Result]

# The administrator's URL of a server for tests; without it the session uses an embedded server.
SERVER = "STANCEDB_TEST_DATABASE_URL"
# A crash may cost a test its data, so writes are not synchronous.
EMBEDDED = {
    "STANCEDB_EMBEDDED_OPTIONS": "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c shared_buffers=64MB -c max_connections=50 -c scram_iterations=1",
    # Only a killed session leaves its server to the watchdog.
    "STANCEDB_IDLE_SECONDS": "1800",
}
AUTHOR = "tester"
# The fixtures that make a test slow.
_COSTLY = {"admin_url", "browser", "quick_settings", "wheel"}
# Maximum memory, in bytes, for the servers of two workers, and the age in seconds at which a session is over.
_ROOM = 4 * 1024**3
_STALE = 24 * 3600


# In CI the same examples are tried every time, without a deadline; new examples are searched for on developers'
# machines.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)


def pytest_configure() -> None:
    """Ignore the developer's stancedb settings; a test never touches the developer's own database."""
    for name in [name for name in os.environ if name.startswith("STANCEDB_") and name != SERVER]:
        del os.environ[name]
    if os.environ.get("CI"):
        hypothesis_settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that use a database, a browser, a wheel or a separate server as slow."""
    for item in items:
        if item.get_closest_marker("trial") or not _COSTLY.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def admin_url() -> Iterator[str]:
    """Provide the URL of a server where databases may be created; by default an embedded server for each worker."""
    if given := os.environ.get(SERVER):
        yield given
        return
    directory = Path(tempfile.mkdtemp(prefix="sdb-", dir=in_memory())).resolve()
    # When root runs the server, its unprivileged account needs access.
    directory.chmod(0o711)
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in EMBEDDED.items():
            monkeypatch.setenv(name, value)
        url = embedded.ensure_running(directory / "data")
    with psycopg.connect(url) as admin:
        # Passwords hashed 4096 times would have to be hashed again for each connection.
        of_admin = make_url(url)
        change = sql.SQL("ALTER ROLE {} PASSWORD {}")
        admin.execute(change.format(sql.Identifier(str(of_admin.username)), sql.Literal(of_admin.password)))
    yield url
    embedded.stop(directory / "data")
    shutil.rmtree(directory, ignore_errors=True)


def in_memory() -> str | None:
    """Return a file system in memory, where copying a database takes a tenth of the time, or None without enough space.

    Remains of killed sessions are removed first, because they would stay until the machine restarts.
    """
    memory = Path("/dev/shm")  # noqa: S108 - where Linux has it
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        return None
    for left in memory.glob("sdb-*"):
        if left.stat().st_mtime < time.time() - _STALE:
            shutil.rmtree(left, ignore_errors=True)
    return str(memory) if shutil.disk_usage(memory).free > _ROOM else None


def drop(admin: psycopg.Connection[Any], name: str) -> None:
    """Drop a database; an owner without all rights waits for sessions of others to end."""
    for attempt in range(20):
        try:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
        except psycopg.errors.InsufficientPrivilege:
            if attempt == 19:
                raise
            time.sleep(0.25)
        else:
            return


@pytest.fixture(scope="session")
def kept(admin_url: str) -> Iterator[Kept]:
    """Keep the connections of the program open between the commands of a test, like a session pooler.

    On a server given for tests each command opens its own connection, so that both ways are tested.
    """
    with pytest.MonkeyPatch.context() as monkeypatch, closing(Kept(admin_url)) as kept:
        if SERVER not in os.environ:
            monkeypatch.setattr(database, "create_engine", kept.engine)
        yield kept


@pytest.fixture(scope="session")
def clone(admin_url: str, kept: Kept) -> Iterator[Clone]:
    """Provide a function that creates a database from a template and drops it after use."""
    with psycopg.connect(admin_url, autocommit=True) as admin:

        @contextmanager
        def copy(template: str = "template0") -> Iterator[str]:
            name = f"stancedb_test_{secrets.token_hex(6)}"
            kept.let_go(template)
            # Copying the files of a small template is faster than writing all of it to the log.
            admin.execute(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY file_copy'.encode())
            kept.take(name)
            try:
                yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
            finally:
                kept.let_go(name)
                drop(admin, name)

        yield copy


@pytest.fixture(scope="session")
def template(clone: Clone) -> Iterator[str]:
    """Return the name of a database at head, without connections."""
    with clone() as url:
        migrate(url)
        yield name_of(url)


@pytest.fixture(scope="session")
def built_template(clone: Clone, template: str) -> Iterator[str]:
    """Return the name of a database at head with a row in every table, without connections."""
    with clone(template) as url:
        with psycopg.connect(url) as connection:
            build(connection)
        yield name_of(url)


@pytest.fixture
def empty_url(clone: Clone) -> Iterator[str]:
    """Provide the URL of an empty database, only for this test."""
    with clone() as url:
        yield url


@pytest.fixture
def connection_url(clone: Clone, template: str) -> Iterator[str]:
    """Provide the URL of a database at head, only for this test."""
    with clone(template) as url:
        yield url


@pytest.fixture
def built_url(clone: Clone, built_template: str) -> Iterator[str]:
    """Provide the URL of a database at head with a row in every table, only for this test."""
    with clone(built_template) as url:
        yield url


@pytest.fixture
def connection(connection_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Provide a connection to it; uncommitted changes of a test are rolled back."""
    with psycopg.connect(connection_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def settings(connection_url: str, tmp_path: Path) -> Settings:
    """Provide the settings of the test's own database."""
    return Settings(database_url=connection_url, data_dir=tmp_path, author=AUTHOR)


@pytest.fixture
def session(settings: Settings) -> Iterator[Writing]:
    """Provide a session with an open changeset, which commits after the last line of the test."""
    with writing(settings, message="a test") as session:
        yield session


@pytest.fixture
def run(connection_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the test's own database."""
    return invoker(connection_url, tmp_path)


def invoker(url: str, directory: Path) -> Run:
    """Return a function that runs a ``stancedb`` command on the database of a URL."""
    own = {
        "STANCEDB_DATABASE_URL": url,
        "STANCEDB_DATA_DIR": str(directory / "data"),
        "STANCEDB_AUTHOR": AUTHOR,
    }

    def invoke(*line: object, env: dict[str, str | None] | None = None, **extra: Any) -> Result:
        return CliRunner(env={**own, **(env or {})}).invoke(cli, [str(word) for word in line], **extra)

    return invoke


def migrate(url: str, step: Callable[[Config], object] = lambda config: command.upgrade(config, "head")) -> None:
    """Run a command of Alembic on a database, in one transaction."""
    config = Config(bundled("alembic.ini"))
    with create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool).begin() as connection:
        config.attributes["connection"] = connection
        step(config)


def name_of(url: str) -> str:
    """Return the name of the database of a URL."""
    return str(make_url(url).database)
