"""The watchdog: a small process that stops a server after a while without connections."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from stancedb.errors import InvalidSetting
from stancedb.server.accounts import detach
from stancedb.server.paths import Place, find, locked, try_lock
from stancedb.server.process import has_clients, postmaster, shut_down


def watch(data_dir: Path, idle_seconds: float) -> None:
    """Stop the server of a data directory after a while without connections; the body of the watchdog.

    Returns when the server has stopped or is served, or at once if another watchdog is running.
    """
    place = find(data_dir)
    if place is None or (watchdog_lock := try_lock(place)) is None:
        return
    last_seen = time.time()
    while True:
        time.sleep(min(30.0, idle_seconds / 4))
        # The decision to exit is made under the lock, so that a command that starts the server again never relies on a
        # watchdog that is about to exit.
        with locked(place):
            server = postmaster(place)
            if server is not None and not server.is_served:
                if has_clients(place, server):
                    last_seen = time.time()
                if time.time() - max(last_seen, (place.home / "used").stat().st_mtime) < idle_seconds:
                    continue
                shut_down(place, server)
            os.close(watchdog_lock)
            return


def ensure_watchdog(place: Place, idle_seconds: float) -> None:
    """Start a watchdog for the server of a place unless one is running."""
    free = try_lock(place)
    if free is None:
        return
    os.close(free)
    # The package may be importable only because of where this process was started.
    search_path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "stancedb.server.watchdog", str(place.data_dir), str(idle_seconds)]
    detach(command, Path(os.devnull), None, {"PYTHONPATH": search_path.rstrip(os.pathsep)})


def idle_seconds_given() -> float:
    """Return the number of seconds without a client after which a server is stopped; 0 means never.

    Raises:
        UsageError: STANCEDB_IDLE_SECONDS is not such a number.
    """
    given = os.environ.get("STANCEDB_IDLE_SECONDS", "600")
    try:
        seconds = float(given)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise InvalidSetting(
            variable="STANCEDB_IDLE_SECONDS", value=given, fault="not a number of seconds, or 0 for never"
        )
    return seconds


if __name__ == "__main__":
    watch(Path(sys.argv[1]), float(sys.argv[2]))
