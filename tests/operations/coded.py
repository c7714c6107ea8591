"""Coders at work who are killed with SIGKILL at random moments, and what is left in the database then.

    python -m tests.operations.coded URL DIRECTORY {save,release} ASSIGNMENT

works as the coder ana: prints ``ready``, waits for a line, does one of the two, and prints ``done`` after the commit.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from stancedb.database import working, writing
from stancedb.operations import workbench
from stancedb.settings import Settings
from tests.support.desk import add_texts, assign, open_round

CODER = "ana"
FIELDS = {"speaker": "ben-dahl", "said": "2024-03-02", "issue": "dam", "position": "oppose"}
QUOTES = ("Ben Dahl", "he will not build the dam", "the dam")
# How far an assignment is: its state, its findings, those that are linked, and the codings that come from it.
LEFT = """
SELECT a.state, a.released_id IS NOT NULL, count(f.number), count(f.statement_id),
    (SELECT count(*) FROM stancedb.coding c WHERE c.assignment_id = a.id),
    (SELECT count(*) FROM stancedb.statement s JOIN stancedb.changeset c ON c.id = s.changeset_id
        WHERE c.message = 'release ' || a.id)
FROM stancedb.assignment a LEFT JOIN stancedb.finding f ON f.assignment_id = a.id
WHERE a.id = %s GROUP BY a.id
"""
Left = tuple[str, bool, int, int, int, int]
UNTOUCHED: dict[str, Left] = {"save": ("open", False, 0, 0, 0, 0), "release": ("open", False, 3, 0, 0, 0)}
DONE: dict[str, Left] = {"save": ("open", False, 1, 0, 0, 0), "release": ("done", True, 3, 3, 3, 3)}


def settings_of(url: str, directory: Path) -> Settings:
    """Return the settings of the owner of a database."""
    return Settings(database_url=url, data_dir=directory, author="tester")


def prepare(url: str, directory: Path, count: int, *, findings: int) -> list[int]:
    """Assign so many texts to ana, each with so many findings, and return the numbers of the assignments."""
    with psycopg.connect(url, autocommit=True) as owner:
        with owner.transaction():
            owner.execute("SELECT stancedb.open_changeset('tester', 'a coder')")
            owner.execute(
                "INSERT INTO stancedb.coder (name, kind) VALUES (%s, 'human') ON CONFLICT (name) DO NOTHING", [CODER]
            )
        key = open_round(owner)
        numbers = [assign(owner, key, text, CODER) for text in add_texts(owner, count)]
    with working(settings_of(url, directory)) as session:
        for number in numbers:
            for quote in QUOTES[:findings]:
                workbench.save_finding(session, number, {**FIELDS, "quote": quote}, coder=CODER)
    return numbers


def release(settings: Settings, number: int) -> None:
    """Release an assignment of ana in a changeset that says so."""
    with writing(settings, message=f"release {number}") as session:
        workbench.release(session, number, coder=CODER)


def left(url: str, number: int) -> Left:
    """Return how far an assignment is."""
    with psycopg.connect(url) as connection:
        row = connection.execute(LEFT.encode(), [number]).fetchone()
    assert row is not None
    return row[0], row[1], row[2], row[3], row[4], row[5]


def kill(url: str, directory: Path, what: str, number: int, within: float) -> str:
    """Kill a process at work at a random moment, and say what is left: nothing or all.

    Raises:
        AssertionError: Something between is left, or less than was acknowledged.
    """
    others = _sessions(url)
    with _at_work(url, directory, what, number) as process:
        time.sleep(random.uniform(0, within))  # noqa: S311 - not a secret
        process.send_signal(signal.SIGKILL)
        is_acknowledged = _said(process) == "done"
    _await_rollback(url, others)
    found = left(url, number)
    assert found in ((DONE[what],) if is_acknowledged else (UNTOUCHED[what], DONE[what]))
    return "all" if found == DONE[what] else "nothing"


def seconds(url: str, directory: Path, what: str, number: int) -> float:
    """Let a process do it undisturbed, and return how long it takes."""
    with _at_work(url, directory, what, number) as process:
        begun = time.monotonic()
        assert _said(process) == "done"
        taken = time.monotonic() - begun
    assert left(url, number) == DONE[what]
    return taken


@contextmanager
def _at_work(url: str, directory: Path, what: str, number: int) -> Iterator[subprocess.Popen[str]]:
    """Start a process, and let it begin once it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.operations.coded", url, str(directory), what, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert _said(process) == "ready"
        process.stdin.write("go\n")
        process.stdin.flush()
        yield process


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip()


def _sessions(url: str) -> set[int]:
    """Return the processes of the server that work for a client of the database."""
    with psycopg.connect(url) as connection:
        pids = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return {pid for (pid,) in pids}


def _await_rollback(url: str, others: set[int]) -> None:
    """Wait until the server has noticed that its client is gone."""
    for _ in range(300):
        if _sessions(url) <= others:
            return
        time.sleep(0.1)
    raise AssertionError("the server still works for a client that is gone")


def _work(settings: Settings, what: str, number: int) -> None:
    if what == "save":
        with working(settings) as session:
            workbench.save_finding(session, number, {**FIELDS, "quote": QUOTES[0]}, coder=CODER)
    else:
        release(settings, number)


def main(url: str, directory: str, what: str, number: str) -> None:
    """Say that all is imported, wait for a line, work, and say that it is done."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    _work(settings_of(url, Path(directory)), what, int(number))
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
