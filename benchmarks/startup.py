"""How long ``stancedb --help`` and ``import stancedb`` take, as multiples of what they cannot do without.

The help is measured against ``python -c "import click"`` and fails above twice that; the import against
``python -c pass``, above 1.2 times. Both of a pair are run in turn, so that a busy minute of the machine slows both.
Run it as ``python benchmarks/startup.py [RUNS]``; it exits 1 if one fails.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 25

# An installed package has its byte code written; a shell that forbids writing it would time the compiler.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
# What is measured, against what, and the most that the ratio may be.
PAIRS = {
    "stancedb --help / import click": (
        [str(Path(sysconfig.get_path("scripts")) / "stancedb"), "--help"],
        [sys.executable, "-c", "import click"],
        2.0,
    ),
    "import stancedb / pass": ([sys.executable, "-c", "import stancedb"], [sys.executable, "-c", "pass"], 1.2),
}


def seconds(command: list[str]) -> float:
    """Return how long one run of the command takes, from start to end of the process."""
    begun = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return perf_counter() - begun


def main(runs: int) -> int:
    """Print the times of each pair and their ratio, and return the exit code."""
    failed = False
    for name, (command, base, bar) in PAIRS.items():
        # The first run of each writes byte code.
        seconds(base)
        seconds(command)
        based, shown = zip(*[(seconds(base), seconds(command)) for _ in range(runs)], strict=True)
        for by, of in (("min", min), ("median", median)):
            ratio = of(shown) / of(based)
            failed = failed or ratio > bar
            print(f"{by:>6}: {name} {of(shown) * 1000:.1f} ms / {of(based) * 1000:.1f} ms, {ratio:.2f}x of {bar}x")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
