"""Measure how fast questions are answered and the reporting schema is refreshed; exits 1 if a limit is exceeded.

    python benchmarks/reporting.py [LINES] [--batches 3] [--runs 9]

The sheet of ``benchmarks/generate.py`` is loaded into a separate embedded server and reported. Then, in the same run:

a. a reader login selects the first hundred rows of every relation of ``reporting``, counts it, and groups it;
   limit: two seconds each;
b. batches of a thousand new lines are loaded, each followed by ``stancedb reporting refresh``; limits: 2 % of
   ``stancedb reporting refresh --full``, and no wait of more than a second for a reader that queries continuously;
c. ``stancedb stance timeline``, ``changes`` and ``as-of`` answer for one pair, now and as known at an earlier
   changeset; limit: one and a half times handwritten SQL, plus the start of the program, measured with
   ``stancedb stance rules``, a command with a trivial query;
d. the codings of the last batch are derived again, and then all codings; limit: 1 %.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Any

import generate
import psycopg
from loading import STANCEDB, run, server
from psycopg import sql

BATCH = 1_000
READER = "bench_reader"
LOOK = 2.0
BATCH_SHARE = 0.02
WAIT = 1.0
TIMES_SQL = 1.5
DERIVED_SHARE = 0.01
RULE = "latest-word"

# The column by which a relation is grouped: the first of these that it has.
GROUPS = (
    "issue_code", "issue_key", "outlet_code", "outlet_key", "actor_kind", "event_kind", "coder_kind", "calendar_year",
    "rule_code", "contract_version", "table_name",
)  # fmt: skip

FIRST_ROWS = "SELECT * FROM {} LIMIT 100"
TIMELINE = """
SELECT s.valid_from, s.valid_to, p.slug, p.label, s.evidence_count, s.contrary_count, s.is_contested,
    s.last_evidence_on, st.slug, q.quote, q.name, q.slug
FROM {stance} s JOIN stancedb.position p ON p.id = s.position_id
JOIN stancedb.coding c ON c.id = s.onset_coding_id JOIN stancedb.statement st ON st.id = c.statement_id
LEFT JOIN LATERAL (
    SELECT m.quote, o.name, a.slug FROM stancedb.mention m
    JOIN stancedb.article_version v ON v.id = m.article_version_id JOIN stancedb.article a ON a.id = v.article_id
    JOIN stancedb.outlet o ON o.id = a.outlet_id WHERE m.statement_id = st.id
    ORDER BY m.rank = 'preferred' DESC, a.published_from, m.id LIMIT 1
) q ON true
ORDER BY s.valid_from
"""
CHANGES = """
SELECT s.kind, s.{day}, f.slug, t.slug, s.window_from, s.window_to, s.delta_rank, s.clarity, q.slug, q.quote, q.article
FROM {change} s LEFT JOIN stancedb.position f ON f.id = s.from_position_id
LEFT JOIN stancedb.position t ON t.id = s.{to}
LEFT JOIN LATERAL (
    SELECT st.slug, m.quote, a.slug AS article
    FROM stancedb.evidence e JOIN stancedb.statement st ON st.id = e.statement_id
    JOIN stancedb.mention m ON m.statement_id = st.id JOIN stancedb.article_version v ON v.id = m.article_version_id
    JOIN stancedb.article a ON a.id = v.article_id
    WHERE e.holder_id = s.holder_id AND e.issue_id = s.issue_id AND e.said_from = s.{day}
        AND e.position_id = s.{to} AND e.known_until_id IS NULL
    ORDER BY e.authority DESC, e.statement_id DESC LIMIT 1
) q ON true
WHERE s.kind <> 'initial' ORDER BY s.{day}
"""
AS_OF = """
SELECT p.slug, p.label, s.valid_from, s.valid_to, s.evidence_count, e.said_from, st.slug, m.quote, a.slug, o.name
FROM {stance} s JOIN stancedb.position p ON p.id = s.position_id
LEFT JOIN LATERAL (
    SELECT e.said_from, e.statement_id FROM stancedb.evidence e
    WHERE e.holder_id = s.holder_id AND e.issue_id = s.issue_id AND e.said_from >= s.valid_from
        AND e.said_from <= current_date AND e.position_id = s.position_id AND e.known_until_id IS NULL
    ORDER BY e.said_from DESC, e.authority DESC, e.statement_id DESC LIMIT 1
) e ON true
LEFT JOIN stancedb.statement st ON st.id = e.statement_id
LEFT JOIN LATERAL (SELECT * FROM stancedb.mention x WHERE x.statement_id = st.id ORDER BY x.id LIMIT 1) m ON true
LEFT JOIN stancedb.article_version v ON v.id = m.article_version_id
LEFT JOIN stancedb.article a ON a.id = v.article_id LEFT JOIN stancedb.outlet o ON o.id = a.outlet_id
WHERE s.valid_from <= current_date AND (s.valid_to IS NULL OR s.valid_to > current_date)
"""
OF_PAIR = "(SELECT * FROM stancedb.{table} WHERE holder_id = {holder} AND issue_id = {issue} AND rule_id = {rule})"
AS_KNOWN = "(SELECT * FROM stancedb.states({rule}, {number}, {holder}, {issue}, NULL) WHERE position_id IS NOT NULL)"
# Everything that lasts is then a day longer; nothing of this is kept.
A_DAY_LATER = """
import sys
from datetime import date, timedelta
from sqlalchemy import create_engine
from stancedb import reporting
engine = create_engine(sys.argv[1].replace("postgresql://", "postgresql+psycopg://", 1))
with engine.connect() as connection:
    reporting.refresh(connection, day=date.today() + timedelta(days=1))
"""


@dataclass
class Waits:
    """How long a reader waited for each answer."""

    seconds: list[float] = field(default_factory=list)

    @property
    def longest(self) -> float:
        """The longest wait, or zero without a query."""
        return max(self.seconds, default=0.0)


def best(question: Callable[[], object], times: int = 3) -> float:
    """Return the shortest time that a query takes."""
    taken = []
    for _ in range(times):
        begun = perf_counter()
        question()
        taken.append(perf_counter() - begun)
    return min(taken)


def fetched(connection: psycopg.Connection[Any], question: bytes | sql.Composed) -> list[Any]:
    """Return the rows of a query."""
    return connection.execute(question).fetchall()


def write(directory: Path, lines: int, start: int) -> None:
    """Write the files of one sheet."""
    generate.write(directory, lines=lines, seed=1, actors=5000, issues=200, start=start)


def load(directory: Path) -> float:
    """Load the articles and statements of one sheet; return how long the statements took."""
    run([STANCEDB, "article", "load", str(directory / "article.jsonl")])
    return run([STANCEDB, "statement", "load", str(directory / "statement.csv")]).seconds


def reader_url(url: str) -> str:
    """Create a reader login and return its URL."""
    run([STANCEDB, "db", "grant-reader", READER])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {READER} PASSWORD 'reads'".encode())
    return psycopg.conninfo.make_conninfo(url, user=READER, password="reads")  # noqa: S106 - of a server of this run


@contextmanager
def reading(url: str) -> Iterator[Waits]:
    """Let a reader query continuously while the block runs, and record how long it waits."""
    waits, over = Waits(), Event()

    def ask() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not over.is_set():
                for relation in ("current_stance", "statement_wide", "stance_change_wide"):
                    begun = perf_counter()
                    connection.execute(sql.SQL(FIRST_ROWS).format(sql.Identifier(relation))).fetchall()
                    waits.seconds.append(perf_counter() - begun)

    thread = Thread(target=ask)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


def look(url: str) -> bool:
    """Print how long selecting, counting and grouping the relations takes; return whether all are within the limit."""
    slowest = 0.0
    print(f"a. {'relation':>21} {'rows':>12} {'first 100':>10} {'count':>9} {'group':>9}  by")
    with psycopg.connect(url, autocommit=True) as connection:
        relations = connection.execute(
            "SELECT table_name, array_agg(column_name) FROM data_dictionary GROUP BY table_name ORDER BY table_name"
        ).fetchall()
        for relation, columns in relations:
            name = sql.Identifier(relation)
            by = next((column for column in GROUPS if column in columns), columns[0])
            counting = sql.SQL("SELECT count(*) FROM {}").format(name)
            questions = (
                sql.SQL(FIRST_ROWS).format(name),
                counting,
                sql.SQL("SELECT {0}, count(*) FROM {1} GROUP BY {0} ORDER BY 2 DESC").format(sql.Identifier(by), name),
            )
            rows = (connection.execute(counting).fetchone() or (0,))[0]
            taken = [best(partial(fetched, connection, asked)) for asked in questions]
            shown = " ".join(f"{seconds:8.3f}s" for seconds in taken)
            print(f"   {relation:>21} {rows:>12,} {shown:>30}  {by}")
            slowest = max(slowest, *taken)
    return told("slowest answer", slowest, LOOK, f"{slowest:.2f} s (limit {LOOK} s)")


def follow(url: str, reader: str, directory: Path, lines: int, batches: int) -> bool:
    """Print the time of a refresh after each batch and of a full one; return whether they are within the limits."""
    taken, waited = [], []
    for number in range(batches):
        batch = directory / f"batch-{number}"
        write(batch, BATCH, lines + 2 * BATCH * number)
        load(batch)
        with reading(reader) as waits:
            taken.append(run([STANCEDB, "reporting", "refresh"]).seconds)
        waited.append(waits.longest)
    with reading(reader) as quiet:
        run([STANCEDB, "reporting", "status"])
    with reading(reader) as waits:
        full = run([STANCEDB, "reporting", "refresh", "--full"]).seconds
    tomorrow = run([sys.executable, "-c", A_DAY_LATER, url]).seconds
    shown = ", ".join(f"{seconds:.2f}" for seconds in taken)
    print(f"b. refresh after {BATCH:,} lines: {shown} s; --full: {full:.2f} s; a day later: {tomorrow:.2f} s")
    share, longest = median(taken) / full, max(*waited, waits.longest)
    print(f"   longest wait of a reader: {longest:.3f} s, {quiet.longest:.3f} s without a refresh")
    return all((
        told("share of a full refresh", share, BATCH_SHARE, f"{share:.2%} (limit {BATCH_SHARE:.0%})"),
        told("longest wait", longest, WAIT, f"{longest:.3f} s (limit {WAIT} s)"),
    ))  # fmt: skip


def pair(connection: psycopg.Connection[Any], *, offset: int) -> tuple[str, str, dict[str, int]]:
    """Return the handles and keys of the pair at a position in the order of evidence, most evidence first."""
    found = connection.execute(
        "SELECT a.slug, i.slug, e.holder_id, e.issue_id, r.id FROM ("
        " SELECT holder_id, issue_id, count(*) FROM stancedb.evidence WHERE known_until_id IS NULL GROUP BY 1, 2"
        " ORDER BY 3 DESC, 1, 2 OFFSET %s LIMIT 1) e JOIN stancedb.actor a ON a.id = e.holder_id"
        " JOIN stancedb.issue i ON i.id = e.issue_id JOIN stancedb.derivation_rule r ON r.slug = %s",
        (offset, RULE),
    ).fetchone()
    if found is None:
        sys.exit("Nothing is coded.")
    return found[0], found[1], {"holder": found[2], "issue": found[3], "rule": found[4]}


def seconds(command: list[str]) -> float:
    """Return how long a command takes."""
    begun = perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return perf_counter() - begun


def answer(url: str, runs: int) -> bool:
    """Print how long the answers for single pairs take; return whether all are within the limit."""
    kept = True
    print(f"c. {'pair':>24} {'known':>6} {'answer':>9} {'SQL':>9} {'start':>9} {'command':>9}  share of the limit")
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        last = (connection.execute("SELECT max(number) FROM stancedb.changeset").fetchone() or (0,))[0]
        pairs = (connection.execute("SELECT count(*) FROM stancedb.pair").fetchone() or (0,))[0]
        for offset in (0, pairs // 20):
            holder, issue, keys = pair(connection, offset=offset)
            for known in (None, last - 1):
                keys["number"] = known or 0
                sources = {
                    "stance": (OF_PAIR.format(table="stance", **keys) if known is None else AS_KNOWN.format(**keys)),
                    "change": (
                        OF_PAIR.format(table="stance_change", **keys) if known is None else AS_KNOWN.format(**keys)
                    ),
                    "day": "changed_on" if known is None else "valid_from",
                    "to": "to_position_id" if known is None else "position_id",
                }
                for verb, by_hand in (("timeline", TIMELINE), ("changes", CHANGES), ("as-of", AS_OF)):
                    question = by_hand.format(**sources).encode()
                    command = [STANCEDB, "stance", verb, "--holder", holder, "--issue", issue, "-f", "json"]
                    command += [] if known is None else ["--known-at", str(known)]
                    bare = [STANCEDB, "stance", "rules", "-f", "json"]
                    pure = best(partial(fetched, connection, question), runs)
                    start = whole = float("inf")
                    # Alternate, so that a busy minute slows both.
                    for _ in range(runs):
                        start, whole = min(start, seconds(bare)), min(whole, seconds(command))
                    share = whole / (start + TIMES_SQL * pure)
                    kept &= share <= 1
                    print(
                        f"   {f'{holder}, {issue}':>24} {known or 'now':>6} {verb:>9}"
                        f" {pure:8.3f}s {start:8.3f}s {whole:8.3f}s  {share:.2f}"
                    )
    print(f"   bare 'stancedb --help': {min(seconds([STANCEDB, '--help']) for _ in range(runs)):.3f} s")
    return kept


def derive(url: str) -> bool:
    """Print how long deriving one batch and deriving everything take; return whether the share is within the limit."""
    batch_of = (
        "INSERT INTO stancedb.touched (changeset_id, kind, holder_id, issue_id, coding_id)"
        " SELECT {opened}, 'coding', holder_id, issue_id, coding_id FROM stancedb.evidence WHERE known_from_id = {last}"
        " UNION ALL"
        " SELECT {opened}, 'pair', holder_id, issue_id, NULL FROM stancedb.pair WHERE derived_by_id = {last}"
    )
    with psycopg.connect(url) as connection:

        def number(question: str, **parameters: int) -> int:
            row = connection.execute(question.encode(), parameters).fetchone()
            return int(row[0]) if row else 0

        last = number("SELECT max(derived_by_id) FROM stancedb.pair")
        derived = number("SELECT count(*) FROM stancedb.pair WHERE derived_by_id = %(last)s", last=last)
        said = number(
            "SELECT count(*) FROM (SELECT DISTINCT holder_id, issue_id FROM stancedb.evidence"
            " WHERE known_from_id = %(last)s OR known_until_id = %(last)s) e",
            last=last,
        )
        every = number("SELECT count(*) FROM stancedb.pair")
        taken = []
        for touch in (batch_of, batch_of, "SELECT stancedb.touch_all({opened})"):
            opened = number("SELECT stancedb.open_changeset('bench', 'derive again')")
            connection.execute(touch.format(opened=opened, last=last).encode())
            begun = perf_counter()
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            taken.append(perf_counter() - begun)
            connection.rollback()
    share = min(taken[:2]) / taken[2]
    print(f"d. pairs derived after a batch: {derived:,} of {every:,}; the batch contains {said:,}")
    print(f"   derived again: the batch {min(taken[:2]):.3f} s, everything {taken[2]:.2f} s")
    return told("share of deriving everything", share, DERIVED_SHARE, f"{share:.2%} (limit {DERIVED_SHARE:.0%})")


def told(what: str, found: float, bar: float, shown: str) -> bool:
    """Print a result; return whether it is within its limit."""
    print(f"   {what}: {shown}{'' if found <= bar else ', EXCEEDED'}")
    return found <= bar


def measure(lines: int, batches: int, runs: int) -> bool:
    """Print the results for a number of lines; return whether all are within the limits."""
    with server() as url, tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write(directory / "first", lines, 0)
        for kind, file in (("outlet", "outlet.csv"), ("actor", "actor.csv"), ("codebook", "codebook.toml")):
            run([STANCEDB, kind, "load", str(directory / "first" / file)])
        loaded = load(directory / "first")
        print(f"{lines:,} lines, loaded in {loaded:.0f} s", flush=True)
        first = run([STANCEDB, "reporting", "refresh"])
        print(f"first refresh in {first.seconds:.1f} s, peak {first.mebibytes:.0f} MiB", flush=True)
        reader = reader_url(url)
        kept = [look(reader)]
        sys.stdout.flush()
        kept.append(follow(url, reader, directory, lines, batches))
        sys.stdout.flush()
        kept.append(answer(url, runs))
        sys.stdout.flush()
        kept.append(derive(url))
    return all(kept)


def main() -> int:
    """Measure, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--batches", type=int, default=3)
    parser.add_argument("--runs", type=int, default=9)
    chosen = parser.parse_args()
    return int(not measure(chosen.lines, chosen.batches, chosen.runs))


if __name__ == "__main__":
    sys.exit(main())
