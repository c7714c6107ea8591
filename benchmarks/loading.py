"""Measure how fast coding-sheet lines load, as ratios to plain ways of storing the same file in the same run.

    python benchmarks/loading.py [LINES] [--times 10]

The sheet of ``benchmarks/generate.py`` is loaded into a separate embedded server: by COPY into a bare table, by
``pandas.to_sql`` into a flat table and by ``sqlite-utils insert`` into a file (if these are installed), then by
``stancedb statement load`` into empty tables, a second time, and once more with a tenth as many new lines. ``--times``
repeats everything with that many times the lines. Prints seconds, lines per second, the share of COPY's rate and the
peak memory of the loader; exits 1 if a load takes more than 10 times as long as COPY into empty tables, or 25 times
into filled tables.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import generate
import psycopg

STANCEDB = str(Path(sysconfig.get_path("scripts")) / "stancedb")
READ = 1 << 20
EMPTY, FILLED = 10, 25
MIB = 1024  # ru_maxrss counts KiB.
PANDAS = """
import sys, pandas, sqlalchemy
engine = sqlalchemy.create_engine(sys.argv[2])
for part in pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False, chunksize=50_000):
    part.to_sql("by_pandas", engine, if_exists="append", index=False)
"""


@dataclass(frozen=True)
class Run:
    """How long a command took, and its peak memory."""

    seconds: float
    mebibytes: float


def run(command: list[str], **environment: str) -> Run:
    """Run a command and measure it; its output is shown only if it fails."""
    begun = perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **environment}
    )
    shown = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{shown.decode()}")
    return Run(perf_counter() - begun, usage.ru_maxrss / MIB)


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of an embedded server for this run only."""
    directory = Path(tempfile.mkdtemp(prefix="stancedb-bench-"))
    # When root runs the server, its unprivileged account needs access to this folder.
    directory.chmod(0o711)
    os.environ["STANCEDB_DATA_DIR"] = str(directory / "data")
    os.environ.pop("STANCEDB_DATABASE_URL", None)
    try:
        run([STANCEDB, "db", "init"])
        yield subprocess.run([STANCEDB, "db", "url"], check=True, capture_output=True, text=True).stdout.strip()
    finally:
        subprocess.run([STANCEDB, "db", "stop"], check=False, capture_output=True)
        shutil.rmtree(directory, ignore_errors=True)


def copy(url: str, sheet: Path) -> float:
    """Return how long COPY of the sheet into a bare table takes, including the commit."""
    columns = ", ".join(f"{column} text" for column in generate.COLUMNS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS public.bare")
        connection.execute(f"CREATE TABLE public.bare ({columns})".encode())
        begun = perf_counter()
        with (
            sheet.open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy("COPY public.bare FROM STDIN (FORMAT csv, HEADER)") as target,
        ):
            while part := file.read(READ):
                target.write(part)
        taken = perf_counter() - begun
        connection.execute("DROP TABLE public.bare")
    return taken


def others(url: str, sheet: Path) -> Iterator[tuple[str, Callable[[], Run]]]:
    """Yield the alternatives that a researcher might use, if they are installed."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1)
    yield "pandas.to_sql", lambda: run([sys.executable, "-c", PANDAS, str(sheet), address])
    sqlite = str(sheet.with_suffix(".db"))
    yield (
        "sqlite-utils insert",
        lambda: run([sys.executable, "-m", "sqlite_utils", "insert", sqlite, "bare", str(sheet), "--csv"]),
    )


def is_installed(module: str) -> bool:
    """Return whether a module can be imported."""
    return subprocess.run([sys.executable, "-c", f"import {module}"], check=False, capture_output=True).returncode == 0


def measure(lines: int) -> bool:
    """Print the results for a number of lines; return whether they are within the limits."""
    with server() as url, tempfile.TemporaryDirectory() as name:
        first, more = Path(name) / "first", Path(name) / "more"
        generate.write(first, lines=lines, seed=1, actors=5000, issues=200)
        generate.write(more, lines=lines // 10, seed=1, actors=5000, issues=200, start=lines)
        for kind, file in (("outlet", "outlet.csv"), ("actor", "actor.csv"), ("codebook", "codebook.toml")):
            run([STANCEDB, kind, "load", str(first / file)])
        for directory in (first, more):
            run([STANCEDB, "article", "load", str(directory / "article.jsonl")])
        base = min(copy(url, first / "statement.csv") for _ in range(3))
        print(f"{lines:,} lines")
        tell("COPY into a bare table", lines, Run(base, 0), base / lines)
        for label, other in others(url, first / "statement.csv"):
            if is_installed(label.split()[0].split(".")[0].replace("-", "_")):
                tell(label, lines, other(), base / lines)
            else:
                print(f"{label:>28}: not installed")
        load = [STANCEDB, "statement", "load"]
        empty = tell("into empty tables", lines, run([*load, str(first / "statement.csv")]), base / lines)
        tell("again, all unchanged", lines, run([*load, str(first / "statement.csv")]), base / lines)
        filled = tell("into filled tables", lines // 10, run([*load, str(more / "statement.csv")]), base / lines)
    return empty <= EMPTY and filled <= FILLED


def tell(label: str, lines: int, taken: Run, base: float) -> float:
    """Print one line: seconds, rate, the share of COPY's rate, memory; return the ratio to the time of COPY."""
    share = taken.seconds / lines / base
    memory = f", peak {taken.mebibytes:,.0f} MiB" if taken.mebibytes else ""
    print(
        f"{label:>28}: {taken.seconds:8.2f} s, {lines / taken.seconds:10,.0f} per second, 1/{share:.1f} of COPY{memory}"
    )
    return share


def main() -> int:
    """Measure once, or at two sizes; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--times", type=int)
    chosen = parser.parse_args()
    kept = measure(chosen.lines)
    if chosen.times:
        kept &= measure(chosen.lines * chosen.times)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
