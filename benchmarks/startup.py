"""How long ``stancedb --help`` takes, as a multiple of ``python -c "import click"``; exits 1 above two.

The two are run in turn, so that a busy minute of the machine slows both. Run it as
``python benchmarks/startup.py [RUNS]``.
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
BAR = 2.0

BASE = [sys.executable, "-c", "import click"]
# An installed package has its byte code written; a shell that forbids writing it would time the compiler.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
HELP = [str(Path(sysconfig.get_path("scripts")) / "stancedb"), "--help"]


def seconds(command: list[str]) -> float:
    """Return how long one run of the command takes, from start to end of the process."""
    begun = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return perf_counter() - begun


def main(runs: int) -> int:
    """Print both times and their ratio, and return the exit code."""
    # The first run of each writes byte code.
    seconds(BASE)
    seconds(HELP)
    pairs = [(seconds(BASE), seconds(HELP)) for _ in range(runs)]
    base, shown = zip(*pairs, strict=True)
    ratios = []
    for name, of in (("min", min), ("median", median)):
        ratio = of(shown) / of(base)
        ratios.append(ratio)
        print(
            f"{name:>6}: stancedb --help {of(shown) * 1000:.1f} ms, import click {of(base) * 1000:.1f} ms, {ratio:.2f}x"
        )
    return int(max(ratios) > BAR)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else RUNS))
