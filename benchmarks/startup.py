"""Measure how long ``stancedb --help`` and ``import stancedb`` take, as multiples of the minimum possible.

The help is compared with ``python -c "import click"`` (limit: 2 times), the import with ``python -c pass`` (limit:
1.2 times). Each pair alternates, so that a busy minute slows both.
Run ``python benchmarks/startup.py [RUNS]``; it exits 1 if a limit is exceeded.
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

# An installed package has compiled byte code; if the environment forbids writing it, the compiler would be timed too.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
# The commands to measure, their baselines, and the limit of the ratio.
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
        # The first run of each writes the byte code.
        seconds(base)
        seconds(command)
        based, shown = zip(*[(seconds(base), seconds(command)) for _ in range(runs)], strict=True)
        for by, of in (("min", min), ("median", median)):
            ratio = of(shown) / of(based)
            failed = failed or ratio > bar
            print(
                f"{by:>6}: {name} {of(shown) * 1000:.1f} ms / {of(based) * 1000:.1f} ms, {ratio:.2f}x of {bar}x allowed"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
