"""Start, recognise, query and stop the server process. Starting and stopping require the lock."""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from stancedb.errors import (
    ClusterNotMade,
    ConnectionRefused,
    DatabaseUnreachable,
    FilesOfOtherMajor,
    InvalidSetting,
    PasswordGone,
    PortUnusable,
    ServerNeverReady,
    ServerNotStarted,
    ServerNotStopped,
    ServerSurvives,
)
from stancedb.server.accounts import ROLE, detach, open_owned, run, tail, write_private
from stancedb.server.binaries import MAJOR, server_binary
from stancedb.server.paths import Place, private_socket_dir

DATABASE = "stancedb"
LOOPBACK = "127.0.0.1"
# macOS does not have it, so ps is used there.
PROC = Path("/proc")
# Without a loopback port this number only names the socket file.
_SOCKET_PORT = 5432
_LOG_BYTES = 10 * 2**20
_POLL_SECONDS = 0.02
# Recovery after a crash may take minutes, so these limits only end what would never end by itself.
_START_SECONDS = 1800.0
_STOP_SECONDS = 600.0
_SURVIVORS_SECONDS = 120.0
_SERVER_SETTINGS = {
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    # With "minimal", a crash soon after a database is created can set its sequences back behind existing rows.
    "wal_level": "replica",
    "max_wal_senders": "0",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a live server wrote to postmaster.pid."""

    pid: int
    port: int
    socket_dir: str
    is_served: bool
    is_ready: bool


def running(place: Place) -> Postmaster | None:
    """Return the server, if any; wait first for one that is starting up or shutting down."""
    server = postmaster(place)
    return server and _await_ready(place, server.pid)


def start(place: Place, lock: int, *, port: int | None) -> Postmaster:
    """Start the server, creating a cluster first if there is none, and wait until it is usable.

    Args:
        place: Place of the server.
        lock: Descriptor of the lock, which must be held.
        port: Loopback port, or None for only the Unix socket.

    Raises:
        DatabaseUnreachable: The server does not start.
    """
    if not place.cluster.exists():
        _initialise(place, lock)
    _check_major(place)
    _password(place)
    _rotate_log(place)
    deadline = time.monotonic() + _SURVIVORS_SECONDS
    while True:
        said_before = place.log.stat().st_size
        server = _await_ready(place, _launch(place, port))
        if server is not None:
            return server
        said = place.log.read_bytes()[said_before:].decode(errors="replace")
        # The processes of a killed server take a moment to notice, and PostgreSQL waits for the last of them.
        if "pre-existing shared memory block" not in said:
            raise ServerNotStarted(where=place.data_dir, said=tail(said))
        if time.monotonic() > deadline:
            raise ServerSurvives(where=place.data_dir, seconds=_SURVIVORS_SECONDS)
        time.sleep(0.2)


def _initialise(place: Place, lock: int) -> None:
    """Create the cluster beside its place and move it there, so that an interruption leaves nothing half done there."""
    unfinished = place.home / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    password = place.home / "password"
    if not password.exists():
        write_private(password, secrets.token_urlsafe(24), place.account)
    command = [
        str(server_binary(place, "initdb")),
        f"--pgdata={unfinished}",
        f"--username={ROLE}",
        "--auth=scram-sha-256",
        f"--pwfile={password}",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        f"--lc-ctype={'en_US.UTF-8' if sys.platform == 'darwin' else 'C.UTF-8'}",
        "--data-checksums",
        "--no-instructions",
    ]
    # initdb inherits the lock, so that if this process is killed, the next one waits until initdb has ended.
    done = run(command, place.account, pass_fds=(lock,))
    if done.returncode != 0:
        raise ClusterNotMade(where=place.data_dir, said=tail(done.stderr))
    unfinished.rename(place.cluster)


def _check_major(place: Place) -> None:
    found = major_of(place)
    if found != str(MAJOR):
        raise FilesOfOtherMajor(where=place.data_dir, found=found, major=MAJOR)


def major_of(place: Place) -> str | None:
    """Return the major version of the files of a cluster, or None if there is none."""
    try:
        return (place.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def _launch(place: Place, port: int | None) -> int:
    """Start the server as a detached process and return its pid."""
    program = server_binary(place, "postgres")
    settings = {"listen_addresses": LOOPBACK if port else "", "port": str(port or _SOCKET_PORT), **_SERVER_SETTINGS}
    socket_dir = private_socket_dir(place)
    command = [str(program), "-D", str(place.cluster), "-k", str(socket_dir)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    command += _extra_options()
    _remove_stale_sockets(place, socket_dir)
    environment = {}
    if (stale := _pid_in(place.cluster / "postmaster.pid")) is not None:
        # The pid is not that of this server, but PostgreSQL would believe it as long as any process has it. This tells
        # PostgreSQL to ignore the pid but still look for survivors of the old server in its shared memory.
        environment["PG_GRANDPARENT_PID"] = str(stale)
    return detach(command, place.log, place.account, environment)


def _extra_options() -> list[str]:
    given = os.environ.get("STANCEDB_EMBEDDED_OPTIONS", "")
    try:
        return shlex.split(given)
    except ValueError as error:
        fault = f"invalid shell syntax ({error})"
        raise InvalidSetting(variable="STANCEDB_EMBEDDED_OPTIONS", value=given, fault=fault) from error


def _remove_stale_sockets(place: Place, socket_dir: Path) -> None:
    """Remove the lock of a socket whose server was killed, because another process may have its pid by now."""
    for lock in socket_dir.glob(".s.PGSQL.*.lock"):
        pid = _pid_in(lock)
        if pid is not None and not _is_server(place, pid):
            lock.unlink(missing_ok=True)


def _await_ready(place: Place, pid: int) -> Postmaster | None:
    """Wait until the server is usable; return None if its process ends first."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not _is_server(place, pid):
            # A process briefly shows no command while it becomes the server, so it is queried twice.
            time.sleep(_POLL_SECONDS)
            if not _is_server(place, pid):
                return None
        server = postmaster(place)
        if server is not None and server.is_ready and _is_usable(place, server):
            return server
        time.sleep(_POLL_SECONDS)
    raise ServerNeverReady(where=place.data_dir, minutes=_START_SECONDS / 60, log=place.log)


def shut_down(place: Place, server: Postmaster) -> None:
    """Request a fast shutdown, which ends connections and writes everything to disk, and wait for its end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_server(place, server.pid):
        if time.monotonic() > deadline:
            raise ServerNotStopped(where=place.data_dir, minutes=_STOP_SECONDS / 60, log=place.log)
        time.sleep(_POLL_SECONDS)


def free_port(place: Place, port: int) -> int:
    """Return a usable port of the loopback interface: the given port, or any if it is 0.

    Raises:
        DatabaseUnreachable: The port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            fault = getattr(error, "strerror", None) or str(error)
            raise PortUnusable(where=place.data_dir, port=port, host=LOOPBACK, fault=fault) from error
        return int(probe.getsockname()[1])


def _rotate_log(place: Place) -> None:
    if place.log.exists() and place.log.stat().st_size > _LOG_BYTES:
        place.log.replace(place.log.with_suffix(".log.1"))
    os.close(open_owned(place.log, place.account))


def postmaster(place: Place) -> Postmaster | None:
    """Return what the server of a place wrote to postmaster.pid, or None if no server is alive."""
    pid = _pid_in(place.cluster / "postmaster.pid")
    if pid is None or not _is_server(place, pid):
        return None
    try:
        lines = os.fsdecode((place.cluster / "postmaster.pid").read_bytes()).splitlines()
    except FileNotFoundError:
        return None
    # A server that has just started has not yet written every line.
    lines += [""] * (8 - len(lines))
    return Postmaster(
        pid=pid,
        port=int(lines[3] or 0),
        socket_dir=lines[4],
        is_served=bool(lines[5]),
        is_ready=lines[7].strip() == "ready",
    )


def _pid_in(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_bytes().split(b"\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _is_server(place: Place, pid: int) -> bool:
    """Return whether a pid is the server of this place, and not a zombie or another process that reused the pid."""
    return f"/postgres -D {place.cluster} " in f"{_command_of(pid)} "


def _command_of(pid: int) -> str:
    if (PROC / "self").exists():
        try:
            return os.fsdecode((PROC / str(pid) / "cmdline").read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    return subprocess.run(
        ["/bin/ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    ).stdout.strip()


def _connect(place: Place, server: Postmaster) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=server.socket_dir,
        port=server.port,
        user=ROLE,
        password=_password(place),
        dbname="postgres",
        autocommit=True,
        connect_timeout=10,
    )


def _is_usable(place: Place, server: Postmaster) -> bool:
    """Check the database with a real connection; return False while the server is starting up or shutting down."""
    try:
        with _connect(place, server) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchall():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError as error:
        # If one of its processes is killed, the server recovers while its pid file still says that it is ready.
        if "the database system is" in str(error) or postmaster(place) != server:
            return False
        raise ConnectionRefused(where=place.data_dir, said=tail(str(error))) from error
    return True


def has_clients(place: Place, server: Postmaster) -> bool:
    """Return whether the server has any connection."""
    try:
        with _connect(place, server) as connection:
            return bool(
                connection.execute(
                    "SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                ).fetchall()
            )
    except psycopg.OperationalError:
        # A server without room for one more connection is not idle.
        return True


def version_of(place: Place, server: Postmaster) -> str | None:
    """Return the version of a server, or None if it does not answer."""
    try:
        with _connect(place, server) as connection:
            return connection.info.parameter_status("server_version")
    except psycopg.OperationalError:
        return None


def _password(place: Place) -> str:
    try:
        return (place.home / "password").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise PasswordGone(where=place.data_dir, path=place.home / "password") from None


def socket_url(place: Place, server: Postmaster) -> str:
    """Return the URL over the Unix socket, including the password."""
    return f"postgresql://{ROLE}:{_password(place)}@/{DATABASE}?host={quote(server.socket_dir)}&port={server.port}"


def loopback_url(place: Place, server: Postmaster) -> str:
    """Return the URL over the loopback port, including the password."""
    return f"postgresql://{ROLE}:{_password(place)}@{LOOPBACK}:{server.port}/{DATABASE}"


@contextlib.contextmanager
def in_sentences(data_dir: Path) -> Iterator[None]:
    """Turn errors of the operating system and the driver into errors of stancedb."""
    try:
        yield
    except (OSError, psycopg.Error) as error:
        raise DatabaseUnreachable(where=data_dir, reason=tail(str(error))) from error
