"""A dump by pg_dump is a complete copy: restored, even into a newer PostgreSQL, it verifies and accepts writes.

The newer server is the embedded one. The older server is the one given for tests, or else one created from the programs
in Debian's packages.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from stancedb.admin import seeding
from stancedb.database import OLDEST_SERVER, writing
from stancedb.reporting import install as reporting
from stancedb.reporting.relations import OBJECTS
from stancedb.server import embedded
from stancedb.settings import Settings
from tests.migrations.test_migrations import AFTER_BASELINE
from tests.releases.test_releases import EDITS, content, edit
from tests.support.plugin import AUTHOR, EMBEDDED, Clone, migrate, name_of
from tests.support.worlds import answer, done, invoker, last_number

pytest_plugins = ("tests.support.worlds",)
pytestmark = pytest.mark.trial


@pytest.fixture(scope="module")
def newer_url(admin_url: str) -> Iterator[str]:
    """Provide the URL of the embedded server, which is started if tests were given another one."""
    if major(admin_url) == embedded.MAJOR:
        yield admin_url
        return
    with place_for_a_server("sdb-") as directory, pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in EMBEDDED.items():
            monkeypatch.setenv(name, value)
        yield embedded.ensure_running(directory / "data")
        embedded.stop(directory / "data")


@pytest.fixture(scope="module")
def older_url(admin_url: str) -> Iterator[str]:
    """Provide the URL of a server that is older than the embedded one."""
    if major(admin_url) < embedded.MAJOR:
        yield admin_url
        return
    older = range(OLDEST_SERVER, embedded.MAJOR)
    programs = next(filter(None, map(programs_of, older)), None)
    if programs is None:
        pytest.skip("no older PostgreSQL on this machine, neither given nor installed by Debian's packages")
    account = "postgres" if os.getuid() == 0 else None
    with place_for_a_server("sdb-older-") as directory:
        if account:
            shutil.chown(directory, account)
        cluster, options = directory / "data", f"-k {directory} -c listen_addresses= -c fsync=off"
        made: list[str | Path] = [
            programs / "initdb",
            "-D",
            cluster,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]
        call(made, account)
        server: list[str | Path] = [programs / "pg_ctl", "-D", cluster, "-w"]
        call([*server, "-l", directory / "log", "-o", options, "start"], account)
        try:
            yield f"postgresql://postgres@/postgres?host={directory}"
        finally:
            call([*server, "-m", "immediate", "stop"], account)


def programs_of(version: int) -> Path | None:
    """Return the folder with the programs of a version of PostgreSQL: embedded, or from a Debian package."""
    if version == embedded.MAJOR:
        return embedded.binary("pg_dump").parent
    place = Path(f"/usr/lib/postgresql/{version}/bin")
    return place if (place / "initdb").exists() else None


def call(command: Sequence[str | Path], account: str | None = None) -> None:
    """Run a program of PostgreSQL, as another account if root may not run it."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", user=account)


@contextmanager
def place_for_a_server(prefix: str) -> Iterator[Path]:
    """Create a folder with a path short enough for a socket, accessible to the account of the server."""
    directory = Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def database(admin_url: str) -> Iterator[str]:
    """Create an empty database on a server and drop it after use."""
    name = f"stancedb_test_{secrets.token_hex(6)}"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    try:
        yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def major(url: str) -> int:
    """Return the major version of a server."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10000


def release_and_edit(url: str, directory: Path) -> None:
    """Create a release of the seeds, followed by twenty edits."""
    run = invoker(url, directory)
    done(run("release", "create", "2025-12", "--output", directory / "released"))
    for correction in EDITS:
        edit(run, url, correction)
    assert len(EDITS) == 20


def another_answer(url: str) -> list[str]:
    """Return SQL that recodes a statement to another position of its issue; the edits changed many handles."""
    with psycopg.connect(url) as connection:
        (row,) = connection.execute(
            "SELECT s.slug, '--holder', h.slug, '--issue', i.slug, '--position', p.slug FROM stancedb.coding c"
            " JOIN stancedb.statement s ON s.id = c.statement_id JOIN stancedb.actor h ON h.id = c.holder_id"
            " JOIN stancedb.issue i ON i.id = c.issue_id JOIN stancedb.position p ON p.issue_id = i.id"
            " WHERE c.is_final AND s.retracted_on IS NULL AND s.merged_into_id IS NULL AND p.id <> c.position_id"
            " ORDER BY c.id, p.id LIMIT 1"
        ).fetchall()
    return list(row)


def restored_and_used(source: str, target: str, directory: Path) -> None:
    """Dump one database into another, and check the copy as every database is checked."""
    dump = directory / "whole.dump"
    # Use the programs of the target server: older programs cannot read a newer server, newer programs set parameters
    # that an older server does not know.
    programs = programs_of(major(target))
    if programs is None:
        pytest.skip(f"no pg_dump and pg_restore of PostgreSQL {major(target)} on this machine")
    call([programs / "pg_dump", "--format=custom", "--no-owner", "-f", dump, source])
    restored = ["--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    call([programs / "pg_restore", *restored, "-d", target, dump])
    run = invoker(target, directory)
    # Rights name roles of the dumped server, so they are granted again.
    done(run("db", "upgrade"))
    number = last_number(source)

    assert [row["file"] for row in answer(run, "release", "verify", "2025-12") if not row["is_same"]] == []
    done(run("release", "export", "2025-12", "--output", directory / "again"))
    assert content(directory / "again") == content(directory / "released")
    assert answer(run, "db", "check") == []
    # Numbering continues, and new writes are derived.
    done(run("coding", "recode", *another_answer(target)))
    assert last_number(target) == number + 1
    assert answer(run, "db", "check") == []
    done(run("changeset", "undo", number + 1))
    assert answer(run, "stance", "changes") == answer(invoker(source, directory), "stance", "changes")
    done(run("reporting", "refresh"))


def test_a_database_that_was_dumped_and_restored_verifies_and_goes_on(
    clone: Clone, seeded_url: str, tmp_path: Path
) -> None:
    release_and_edit(seeded_url, tmp_path)

    with clone() as target:
        restored_and_used(seeded_url, target, tmp_path)


def test_the_same_into_a_newer_postgresql(older_url: str, newer_url: str, tmp_path: Path) -> None:
    assert major(older_url) < major(newer_url)

    with database(older_url) as source, database(newer_url) as target:
        migrate(source)
        settings = Settings(database_url=source, data_dir=tmp_path, author=AUTHOR)
        with writing(settings, message="seeds") as session:
            seeding.seed(session, with_example=True)
        release_and_edit(source, tmp_path)
        restored_and_used(source, target, tmp_path)


# The two documented ways to back up and restore, and both without owners and rights.
WAYS = {
    "custom": ["--format=custom"],
    "plain": ["--format=plain"],
    "custom without owners and rights": ["--format=custom", "--no-owner", "--no-acl"],
    "plain without owners and rights": ["--format=plain", "--no-owner", "--no-acl"],
}


def copied(source: str, target: str, directory: Path, options: list[str]) -> None:
    """Dump one database and restore it into another, with the programs of the target server."""
    programs = programs_of(major(target))
    if programs is None:
        pytest.skip(f"no pg_dump and pg_restore of PostgreSQL {major(target)} on this machine")
    dump = directory / "copy.dump"
    call([programs / "pg_dump", *options, "-f", dump, source])
    if "--format=plain" in options:
        call([programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", dump, target])
    else:
        call([programs / "pg_restore", "--exit-on-error", "--single-transaction", "-d", target, dump])


@pytest.mark.parametrize("way", WAYS)
def test_a_restored_database_upgrades_downgrades_and_checks(
    clone: Clone, reported_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    with clone() as target:
        copied(reported_url, target, tmp_path, WAYS[way])
        run = invoker(target, tmp_path)
        if "--no-acl" in WAYS[way]:
            done(run("db", "upgrade"))
        assert answer(run, "db", "check") == answer(run, "reporting", "check") == []

        # As if the version had another reporting schema: everything reported is created again.
        with monkeypatch.context() as newer:
            newer.setattr(reporting, "OBJECTS", replace(OBJECTS, version="99.0"))
            done(run("db", "upgrade"))
        done(run("db", "upgrade"))
        assert answer(run, "db", "check") == answer(run, "reporting", "check") == []

        for below in reversed(AFTER_BASELINE[:-1]):
            done(run("db", "downgrade", below, "--yes"))
            done(run("db", "upgrade"))
            assert answer(run, "db", "check") == []


def test_other_objects_beside_the_relations_stay_when_these_are_recreated(
    clone: Clone, reported_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clone(name_of(reported_url)) as url:
        run = invoker(url, tmp_path)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE reporting.mine AS SELECT 7 AS number")
            connection.execute("CREATE VIEW history.mine AS SELECT 8 AS number")
        monkeypatch.setattr(reporting, "OBJECTS", replace(OBJECTS, version="99.0"))
        done(run("db", "upgrade"))

        with psycopg.connect(url) as connection:
            kept = connection.execute("SELECT number FROM reporting.mine UNION SELECT number FROM history.mine")
            assert sorted(kept.fetchall()) == [(7,), (8,)]
        assert answer(run, "reporting", "check") == []


def test_an_upgrade_names_a_foreign_view_that_it_would_have_to_drop(
    clone: Clone, reported_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clone(name_of(reported_url)) as url:
        run = invoker(url, tmp_path)
        with psycopg.connect(url) as connection:
            connection.execute("CREATE VIEW public.mine AS SELECT holder_code FROM reporting.stance_wide")
        monkeypatch.setattr(reporting, "OBJECTS", replace(OBJECTS, version="99.0"))
        refused = run("db", "upgrade")

    assert refused.exit_code == 1
    assert "view mine depends on view reporting.stance_wide" in refused.stderr
    assert "Drop them, and create them again afterwards." in refused.stderr
