"""Where the server of a data directory keeps its files, and the locks that are held there.

The files of a data directory are in ``<data directory>/postgresql``, called its home:

    cluster/        created by initdb
    password        of the only role, readable only by its owner
    lock            held while the server is started or stopped
    watchdog.lock   held by the watchdog while it runs
    used            touched whenever a command asks for the server
    server.log      output of the server, with one older file

If the account under which root runs the server cannot reach the data directory, the home is under
``/var/lib/stancedb`` and named in ``<data directory>/location``.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stancedb.errors import FilesOfNoAccount, FilesOfOther, NoPathForSocket, SocketNotPrivate
from stancedb.server.accounts import (
    account_of,
    can,
    hand_over,
    name_of,
    open_owned,
    unprivileged_account,
    write_private,
)

STATE_OF_ROOT = Path("/var/lib/stancedb")
# A socket address has room for 103 bytes on macOS and 107 on Linux.
_SOCKET_PATH_BYTES = 103


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server of one data directory lives, and under which account root runs it."""

    data_dir: Path
    home: Path
    account: pwd.struct_passwd | None

    @property
    def cluster(self) -> Path:
        """The database cluster that initdb creates."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """The log of the server."""
        return self.home / "server.log"


def find(data_dir: Path) -> Place | None:
    """Return the place of a data directory that has been used before."""
    data_dir = data_dir.expanduser().resolve()
    home = _home(data_dir)
    if not home.exists():
        return None
    owner = home.stat().st_uid
    if owner == 0 and os.geteuid() == 0:
        # Root has just created it and not handed it over yet.
        return None
    if os.geteuid() == 0:
        account = account_of(owner)
        if account is None:
            raise FilesOfNoAccount(where=data_dir, uid=owner)
        return Place(data_dir, home, account)
    if owner != os.geteuid():
        raise FilesOfOther(where=data_dir, owner=name_of(owner))
    return Place(data_dir, home, None)


def _home(data_dir: Path) -> Path:
    location = data_dir / "location"
    # Only root puts a home elsewhere, and no other user may redirect root.
    if location.exists() and location.stat().st_uid == 0:
        return Path(location.read_text(encoding="utf-8").strip())
    return data_dir / "postgresql"


def settle(data_dir: Path) -> Place:
    """Return the place of a data directory; create it at the first use."""
    if place := find(data_dir):
        return place
    data_dir = data_dir.expanduser().resolve()
    if os.geteuid() != 0:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        (data_dir / "postgresql").mkdir(mode=0o700, exist_ok=True)
        return Place(data_dir, data_dir / "postgresql", None)
    # A directory that a user created stays usable for that user.
    owner = data_dir.stat().st_uid if data_dir.exists() else 0
    account = (account_of(owner) if owner else None) or unprivileged_account(data_dir)
    # The account only passes through the data directory to reach its home.
    if not data_dir.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o711)
    home = data_dir / "postgresql"
    if not can(account, 'cd -- "$1"', data_dir):
        home = STATE_OF_ROOT / _digest(data_dir)
        STATE_OF_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        write_private(data_dir / "location", f"{home}\n", account=None)
    home.mkdir(mode=0o700, exist_ok=True)
    os.chown(home, account.pw_uid, account.pw_gid)
    return Place(data_dir, home, account)


def _digest(data_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]


def private_socket_dir(place: Place) -> Path:
    """Return a private directory whose path is short enough for a socket."""
    if _fits_a_socket(place.home):
        return place.home
    name = f"{os.geteuid()}-{_digest(place.data_dir)}"
    directory = STATE_OF_ROOT / f"run-{name}" if place.account else Path(tempfile.gettempdir()) / f"stancedb-{name}"
    if not _fits_a_socket(directory):
        raise NoPathForSocket(where=place.data_dir, path=directory)
    directory.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    hand_over(directory, place.account)
    found = directory.lstat()
    owner = place.account.pw_uid if place.account else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise SocketNotPrivate(where=place.data_dir, path=directory, owner=name_of(owner))
    return directory


def _fits_a_socket(directory: Path) -> bool:
    # PostgreSQL and libpq read a comma as the end of one name in a list.
    return "," not in str(directory) and len(os.fsencode(directory / ".s.PGSQL.65535")) <= _SOCKET_PATH_BYTES


@contextlib.contextmanager
def locked(place: Place) -> Iterator[int]:
    """Hold the lock under which the server is started and stopped; yield its descriptor."""
    lock = open_owned(place.home / "lock", place.account)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def try_lock(place: Place) -> int | None:
    """Return the watchdog's lock as a file descriptor, or None if a watchdog holds it."""
    lock = open_owned(place.home / "watchdog.lock", place.account)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def touch(place: Place) -> None:
    """Record that a command has just asked for the server."""
    descriptor = open_owned(place.home / "used", place.account)
    os.utime(descriptor)
    os.close(descriptor)
