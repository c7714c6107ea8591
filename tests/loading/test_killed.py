"""A load that is killed with SIGKILL at any moment: all or nothing, and started again the same as undisturbed."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import AUTHOR, Clone, Run
from tests.operations.worlds import LINE, done, invoker, jsonl

pytest_plugins = ("tests.operations.worlds",)

MOMENTS = 8
LINES = 1_000
# What there is to know of a loaded sheet, without the numbers that a rolled back load has used up.
CONTENT = """
SELECT st.slug, a.slug, st.said_edtf, m.char_start, m.quote, h.slug, i.slug, p.slug, c.status, c.is_final
FROM stancedb.statement st JOIN stancedb.actor a ON a.id = st.speaker_id
LEFT JOIN stancedb.mention m ON m.statement_id = st.id
LEFT JOIN stancedb.coding c ON c.statement_id = st.id LEFT JOIN stancedb.actor h ON h.id = c.holder_id
LEFT JOIN stancedb.issue i ON i.id = c.issue_id LEFT JOIN stancedb.position p ON p.id = c.position_id
ORDER BY 1, 4, 6, 7
"""
DERIVED = """
SELECT h.slug, i.slug, r.slug, s.valid_from, s.valid_to, p.slug, s.evidence_count, st.slug
FROM stancedb.stance s JOIN stancedb.actor h ON h.id = s.holder_id JOIN stancedb.issue i ON i.id = s.issue_id
JOIN stancedb.derivation_rule r ON r.id = s.rule_id JOIN stancedb.position p ON p.id = s.position_id
JOIN stancedb.coding c ON c.id = s.onset_coding_id JOIN stancedb.statement st ON st.id = c.statement_id
ORDER BY 1, 2, 3, 4
"""


def content(url: str) -> tuple[int, str]:
    """Return how many statements there are, and a checksum of all that is said of them and derived from them."""
    with psycopg.connect(url) as connection:
        found: list[list[Any]] = [connection.execute(query.encode()).fetchall() for query in (CONTENT, DERIVED)]
    return len(found[0]), hashlib.sha256(repr(found).encode()).hexdigest()


def started(url: str, directory: Path, sheet: Path) -> subprocess.Popen[bytes]:
    """Start a load in a process of its own."""
    own = {"STANCEDB_DATABASE_URL": url, "STANCEDB_DATA_DIR": str(directory), "STANCEDB_AUTHOR": AUTHOR}
    return subprocess.Popen(
        [sys.executable, "-m", "stancedb", "statement", "load", str(sheet)],
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Give a sheet of many statements."""
    return jsonl(tmp_path / "sheet.jsonl", *({**LINE, "statement": f"s-{number}"} for number in range(LINES)))


def test_a_load_killed_at_any_moment_left_all_or_nothing_and_ends_the_same_when_started_again(
    clone: Clone, small_template: str, sheet: Path, tmp_path: Path
) -> None:
    with clone(small_template) as url:
        begun = time.monotonic()
        assert started(url, tmp_path, sheet).wait(timeout=120) == 0
        whole = time.monotonic() - begun
        undisturbed = content(url)
    assert undisturbed[0] == LINES

    # Drawn anew each time: over many runs many moments are tried.
    moments = [random.uniform(0, whole) for _ in range(MOMENTS)]  # noqa: S311 - not a secret
    for moment in moments:
        with clone(small_template) as url:
            process = started(url, tmp_path, sheet)
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=60)
            _await_rollback(url)
            left = content(url)
            assert left[0] in {0, LINES}, f"killed after {moment:.3f} s of {whole:.3f} s"
            assert left == undisturbed or left[0] == 0

            run: Run = invoker(url, tmp_path)
            done(run("statement", "load", sheet))

            assert content(url) == undisturbed, f"killed after {moment:.3f} s of {whole:.3f} s"


def _await_rollback(url: str) -> None:
    """Wait until the server has noticed that its client is gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(600):
            if connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchone() == (0,):
                return
            time.sleep(0.1)
    raise AssertionError("the server still works for a client that is gone")
