"""Loads and servers that are killed with SIGKILL at random moments, and what remains in the database.

    python -m tests.loading.killed [MOMENTS] [--lines LINES] [--servers COUNT] [--every COUNT]

kills a load of many lines (default: 50,000) repeatedly (20 times), then the server (5 times), in one database. After
each kill either the whole load or nothing must be there. At the given interval the load is repeated and must end with
the same database as an undisturbed load, compared by a checksum of every table.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from stancedb.server import embedded
from tests.support.plugin import AUTHOR, migrate
from tests.support.worlds import LINE, fill_small, jsonl

# Everything about a loaded sheet by its handles, and about what is derived from it.
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
# A rolled-back load has used up keys, so only the order of keys is the same, and timestamps never are.
COLUMNS = """
SELECT c.relname, string_agg(
    CASE WHEN a.attname = 'id' OR a.attname LIKE '%\\_id' THEN format('dense_rank() OVER (ORDER BY %I)', a.attname)
         ELSE format('%I', a.attname) END, ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'stancedb'::regnamespace AND c.relkind IN ('r', 'p')
  AND a.attname NOT IN ('opened_at', 'committed_at', 'reviewed_at') AND a.attgenerated = ''
GROUP BY c.relname ORDER BY c.relname
"""


def content(url: str) -> tuple[int, str]:
    """Return the number of statements, and a checksum of everything about them and derived from them."""
    with psycopg.connect(url) as connection:
        found = [connection.execute(query.encode()).fetchall() for query in (CONTENT, DERIVED)]
    return len(found[0]), hashlib.sha256(repr(found).encode()).hexdigest()


def checksums(url: str) -> dict[str, str]:
    """Return a checksum of every table, in which a key counts by its rank among all keys of its column."""
    sums = {"content": content(url)[1]}
    with psycopg.connect(url) as connection:
        for table, columns in connection.execute(COLUMNS.encode()).fetchall():
            query = (
                f'SELECT count(*), md5(string_agg(row::text, chr(10) ORDER BY row::text COLLATE "C"))'
                f" FROM (SELECT ROW({columns}) AS row FROM stancedb.{table}) rows"
            )
            sums[table] = str(connection.execute(query.encode()).fetchone())
    return sums


def started(url: str, directory: Path, sheet: Path) -> subprocess.Popen[bytes]:
    """Start a load in a separate process."""
    own = {"STANCEDB_DATABASE_URL": url, "STANCEDB_DATA_DIR": str(directory), "STANCEDB_AUTHOR": AUTHOR}
    return subprocess.Popen(
        [sys.executable, "-m", "stancedb", "statement", "load", str(sheet)],
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def await_rollback(url: str) -> None:
    """Wait until the server has noticed that its client has gone."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(600):
            if connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchone() == (0,):
                return
            time.sleep(0.1)
    raise AssertionError("the server still works for a client that is gone")


def write_sheet(path: Path, lines: int) -> Path:
    """Write a sheet with a number of statements."""
    return jsonl(path, *({**LINE, "statement": f"s-{number}"} for number in range(lines)))


class Trial:
    """Loads of one sheet into clones of one database, some of which are killed.

    Args:
        directory: The data directory of the embedded server, which also has the sheet.
        sheet: The sheet to load.

    Attributes:
        seconds: Duration of an undisturbed load.
    """

    def __init__(self, directory: Path, sheet: Path) -> None:
        self._directory = directory
        self._sheet = sheet
        self._template = make_url(embedded.ensure_running(directory / "data"))
        self._clones = 0
        url = self._clone()
        self._before = checksums(url)
        begun = time.monotonic()
        if started(url, directory, sheet).wait() != 0:
            raise AssertionError("the load that nobody disturbs fails")
        self.seconds = time.monotonic() - begun
        self._after = checksums(url)
        self._url = self._clone()

    def kill(self, moment: float, *, is_server: bool) -> str:
        """Kill a load or its server after a number of seconds, and return what remains: nothing or all.

        Raises:
            AssertionError: A partial load remains.
        """
        process = started(self._url, self._directory, self._sheet)
        time.sleep(moment)
        if is_server:
            os.kill(
                int((self._directory / "data/postgresql/cluster/postmaster.pid").read_text().split()[0]), signal.SIGKILL
            )
            process.wait()
            embedded.ensure_running(self._directory / "data")
        else:
            process.send_signal(signal.SIGKILL)
            process.wait()
        await_rollback(self._url)
        left = checksums(self._url)
        if left == self._before:
            return "nothing"
        self._compare(left)
        self._url = self._clone()
        return "all"

    def load_again(self) -> None:
        """Repeat the killed load, and compare the database with an undisturbed one.

        Raises:
            AssertionError: They differ.
        """
        if started(self._url, self._directory, self._sheet).wait() != 0:
            raise AssertionError("the load that is started again fails")
        self._compare(checksums(self._url))
        self._url = self._clone()

    def _compare(self, found: dict[str, str]) -> None:
        if differing := [name for name, value in found.items() if value != self._after[name]]:
            raise AssertionError(f"other than undisturbed: {', '.join(differing)}")

    def _clone(self) -> str:
        self._clones += 1
        name = f"killed_{self._clones}"
        with psycopg.connect(
            self._template.set(database="postgres").render_as_string(hide_password=False), autocommit=True
        ) as admin:
            admin.execute(f'CREATE DATABASE {name} TEMPLATE "{self._template.database}"'.encode())
        return self._template.set(database=name).render_as_string(hide_password=False)


def killed(trial: Trial, kinds: Iterable[bool], every: int, tell: Callable[[str], object]) -> None:
    """Kill loads and servers repeatedly and print the results; sometimes repeat the killed load."""
    for number, is_server in enumerate(kinds, start=1):
        moment = random.uniform(0, trial.seconds)  # noqa: S311 - not a secret
        left = trial.kill(moment, is_server=is_server)
        tell(f"{number}. {'server' if is_server else 'load'} killed after {moment:.2f} s: {left} is left\n")
        if number % every == 0:
            trial.load_again()
            tell("   loaded again: every table as undisturbed\n")


def main() -> int:
    """Kill this number of loads and servers, and print what remained each time."""
    parser = argparse.ArgumentParser(description="Kill loads and servers at random moments, and print what is left.")
    parser.add_argument("moments", nargs="?", type=int, default=20, help="how many loads are killed")
    parser.add_argument("--lines", type=int, default=50_000, help="how many statements a load has")
    parser.add_argument("--servers", type=int, default=5, help="how many servers are killed after that")
    parser.add_argument("--every", type=int, default=5, help="after how many kills the load runs to its end")
    asked = parser.parse_args()

    def tell(words: str) -> None:
        sys.stdout.write(words)
        sys.stdout.flush()

    directory = Path(tempfile.mkdtemp(prefix="killed-")).resolve()
    directory.chmod(0o711)
    try:
        url = embedded.ensure_running(directory / "data")
        migrate(url)
        fill_small(url, directory)
        trial = Trial(directory, write_sheet(directory / "sheet.jsonl", asked.lines))
        tell(f"{asked.lines} lines load in {trial.seconds:.1f} s undisturbed.\n")
        killed(trial, [*[False] * asked.moments, *[True] * asked.servers], asked.every, tell)
    finally:
        embedded.stop(directory / "data")
        shutil.rmtree(directory, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
