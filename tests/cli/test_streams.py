"""Standard output is full or closed: a committed change is a success, a lost answer is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.support.plugin import AUTHOR
from tests.support.worlds import jsonl

pytest_plugins = ("tests.support.worlds",)
pytestmark = pytest.mark.trial

PIPE, FULL, MISSING = "a pipe that nobody reads", "a full disk", "no stream at all"


def broken(streams: tuple[int, ...], how: str) -> Callable[[], None]:
    """Return the arguments that make the standard streams of a process fail."""

    def make() -> None:
        for stream in streams:
            if how == MISSING:
                os.close(stream)
                continue
            read, write = os.pipe() if how == PIPE else (-1, os.open("/dev/full", os.O_WRONLY))
            os.dup2(write, stream)
            if how == PIPE:
                os.close(read)

    return make


def stancedb(url: str, directory: Path, *line: object, streams: tuple[int, ...], how: str) -> tuple[int, str, str]:
    """Run a line with broken streams; return its exit code and the output on the other streams."""
    own = {"STANCEDB_DATABASE_URL": url, "STANCEDB_DATA_DIR": str(directory), "STANCEDB_AUTHOR": AUTHOR}
    ended = subprocess.run(
        [sys.executable, "-m", "stancedb", *map(str, line)],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=broken(streams, how),
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("streams", "how"), [((1,), PIPE), ((1,), FULL), ((2,), FULL), ((1, 2), PIPE), ((1, 2), MISSING)]
)
def test_a_committed_change_is_not_a_failure(
    spoken_url: str, tmp_path: Path, streams: tuple[int, ...], how: str
) -> None:
    # Two of four lines are rejected, which the exit code reports even with --keep-going.
    outlets = [{"slug": "a", "name": "A"}, {"slug": "b", "name": ""}, {"slug": "c", "name": "C"}, {"slug": "d"}]
    sheet = jsonl(tmp_path / "outlet.jsonl", *outlets)
    lines: list[tuple[int, list[object]]] = [
        (0, ["db", "upgrade"]),
        (0, ["outlet", "add", "voice", "--name", "The Voice"]),
        (1, ["outlet", "load", sheet, "--keep-going"]),
        (0, ["statement", "retract", "cole-dam", "--reason", "she never said it"]),
        (0, ["--refresh-reporting", "actor", "set", "norland", "--name", "The Norland"]),
        (0, ["reporting", "refresh"]),
        (0, ["release", "create", "first"]),
    ]
    for code, line in lines:
        ended, _, said = stancedb(spoken_url, tmp_path, *line, streams=streams, how=how)
        assert (line, ended, "Traceback" in said, "xception" in said) == (line, code, False, False), said
    with psycopg.connect(spoken_url) as connection:
        kept = connection.execute(
            "SELECT array_agg(slug::text ORDER BY slug) FROM stancedb.outlet WHERE slug IN ('a', 'c', 'voice')"
        ).fetchone()
    assert kept == (["a", "c", "voice"],)


def test_a_committed_change_says_that_its_account_is_lost(connection_url: str, tmp_path: Path) -> None:
    line = ["outlet", "add", "voice", "--name", "The Voice"]

    code, _, said = stancedb(connection_url, tmp_path, *line, streams=(1,), how=FULL)

    assert code == 0
    assert said.endswith("The change was committed, but standard output cannot be written: No space left on device.\n")


@pytest.mark.parametrize(
    ("how", "ending"),
    [
        (PIPE, (141, "", "")),
        (FULL, (1, "", "Error: Standard output cannot be written: No space left on device.\n")),
        (MISSING, (1, "", "Error: Standard output cannot be written: Bad file descriptor.\n")),
    ],
)
@pytest.mark.parametrize("line", [["outlet", "list", "--format", "csv"], ["--help"], ["schema", "article"]])
def test_an_answer_that_is_lost_is_a_failure(
    spoken_url: str, tmp_path: Path, line: list[str], how: str, ending: tuple[int, str, str]
) -> None:
    assert stancedb(spoken_url, tmp_path, *line, streams=(1,), how=how) == ending


def test_a_dry_run_is_an_answer(connection_url: str, tmp_path: Path) -> None:
    line = ["outlet", "add", "voice", "--name", "The Voice", "--dry-run"]

    code, _, said = stancedb(connection_url, tmp_path, *line, streams=(1,), how=FULL)

    assert code == 1
    assert "Standard output cannot be written" in said


def test_an_error_keeps_its_exit_code_without_standard_error(connection_url: str, tmp_path: Path) -> None:
    for how in (PIPE, FULL, MISSING):
        code, _, _ = stancedb(connection_url, tmp_path, "actor", "show", "nobody", streams=(2,), how=how)
        assert code == 3


def test_a_missing_standard_input_is_empty(connection_url: str, tmp_path: Path) -> None:
    code, _, said = stancedb(connection_url, tmp_path, "outlet", "load", "-", streams=(0,), how=MISSING)

    assert code in {0, 1}
    assert "unexpected" not in said
