"""The processes that read pages and PDF: none outlives the command, however it ends, or accesses the database."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from stancedb.errors import RefusedByRule, UnreadableInput
from stancedb.workers import Workers, environment
from tests.support.plugin import AUTHOR

pytestmark = pytest.mark.trial

PARAGRAPH = "<p>The minister of rivers said on Tuesday that the dam will be built in the north of Norland.</p>"
SIGN = "s3cr3t-of-the-database"
# Long enough for slow machines, even with six tests on two cores.
SECONDS = 20.0
ORPHAN = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {child!r}, str(os.getpid())], stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(600)
"""
STAYING = """
import sys, time
from stancedb.workers import stay_with

stay_with(int(sys.argv[1]))
time.sleep(600)
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Provide a folder with enough pages that processes are started for them."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(120):
        (folder / f"page-{number}.html").write_text(
            f"<html><head><title>Page {number}</title></head><body><article><h1>Page {number}</h1>"
            f"{PARAGRAPH * 200}</article></body></html>",
            encoding="utf-8",
        )
    return folder


def started(url: str, directory: Path, pages: Path) -> subprocess.Popen[bytes]:
    """Start a load in a separate process and session."""
    own = {"STANCEDB_DATABASE_URL": url, "STANCEDB_DATA_DIR": str(directory), "STANCEDB_AUTHOR": AUTHOR}
    return subprocess.Popen(
        [sys.executable, "-m", "stancedb", "article", "load", "--outlet", "post", str(pages)],
        env={**os.environ, **own, "PGPASSWORD": SIGN},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def workers_of(parent: int) -> list[int]:
    """Return the pids of the workers of a process that is or was running."""
    listed = subprocess.run(["/bin/ps", "-ww", "-A", "-o", "pid=,command="], capture_output=True, text=True, check=True)
    lines = [line.split(None, 1) for line in listed.stdout.splitlines()]
    own = ("stancedb.workers", "stancedb.reading.article.pdf")
    return [
        int(pid)
        for pid, command in lines
        if any(name in command for name in own) and command.rstrip().endswith(f" {parent}")
    ]


def is_without_workers(parent: int) -> bool:
    """Return whether a process has no workers."""
    return not workers_of(parent)


def awaited(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP", "SIGKILL", "SIGINT"])
def test_a_load_that_is_ended_leaves_no_worker(connection_url: str, tmp_path: Path, pages: Path, how: str) -> None:
    for _ in range(2):
        process = started(connection_url, tmp_path, pages)
        awaited(partial(workers_of, process.pid), "no worker was started")
        time.sleep(random.uniform(0, 0.6))  # noqa: S311 - not a secret
        process.send_signal(signal.Signals[how])
        process.wait(timeout=60)

        awaited(partial(is_without_workers, process.pid), "a worker is left")


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows the environment of a process")
def test_no_worker_knows_where_the_database_is(connection_url: str, tmp_path: Path, pages: Path) -> None:
    process = started(connection_url, tmp_path, pages)
    try:
        awaited(lambda: workers_of(process.pid), "no worker was started")
        [told, *_] = [
            (Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()).decode()
            for pid in workers_of(process.pid)
        ]
    finally:
        process.kill()
        process.wait()

    assert "PATH=" in told
    assert "STANCEDB_DATABASE_URL" not in told
    assert SIGN not in told
    assert connection_url not in told


def test_the_reader_of_pdf_is_not_told_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANCEDB_DATABASE_URL", f"postgresql://ana:{SIGN}@db.example/stance")
    monkeypatch.setenv("PGPASSWORD", SIGN)

    assert SIGN not in str(environment())
    assert "PATH" in environment()


def test_what_stays_with_a_parent_ends_with_it_at_whatever_it_is() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN.format(child=STAYING)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()

    awaited(lambda: not is_alive(child), "the child is left")


def is_alive(pid: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    asked = ["/bin/ps", "-o", "stat=", "-p", str(pid)]
    state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def test_workers_call_and_return_and_raise() -> None:
    workers = Workers(2)
    try:
        assert [workers.submit(pow, number, 2).result() for number in range(5)] == [0, 1, 4, 9, 16]
        with pytest.raises(ValueError, match="invalid literal"):
            workers.submit(int, "x").result()
        with pytest.raises(UnreadableInput, match="is torn"):
            workers.submit(refused).result()
    finally:
        workers.close()


def test_a_worker_that_is_ended_from_outside_is_a_sentence_and_replaced() -> None:
    workers = Workers(1)
    try:
        with pytest.raises(RefusedByRule, match="was terminated"):
            workers.submit(os._exit, 7).result()
        assert workers.submit(pow, 2, 3).result() == 8
    finally:
        workers.close()


def test_closing_does_not_wait_for_what_is_at_work() -> None:
    workers = Workers(1)
    asked = workers.submit(time.sleep, 600)
    awaited(asked.running, "it does not begin")
    begun = time.monotonic()
    workers.close()

    assert time.monotonic() - begun < SECONDS


def refused() -> None:
    """Raise an error of this program."""
    raise UnreadableInput(source="a.html", reason="is torn")
