"""Change the code in one place at a time, run the nearest tests, and print which changes no test detects.

The lists beside this file define the changes. Everything happens in copies of the checkout, so its own files stay
unchanged. Exits with 1 if a change survives without a listed reason, or can no longer be made.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import Queue

from tests.mutants.changes import ROOT, Mutant, mutants
from tests.mutants.noticing import NOTICED

# A change may make a test run forever; seconds.
LONGEST = 1800
PASSED = 0
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "tests.mutants.noticing", "-p", "no:cacheprovider")


def main() -> int:
    """Run the requested mutants and return the exit code."""
    asked = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    asked.add_argument("--only", default="", help="Areas, separated by commas; default: all.")
    asked.add_argument("--name", default="", help="Only mutants whose name contains this.")
    asked.add_argument("--quick", action="store_true", help="Only the few that the CI tries.")
    asked.add_argument("--jobs", type=int, default=2, help="How many run at a time.")
    options = asked.parse_args()
    areas = set(options.only.split(",")) - {""}
    chosen = [mutant for mutant in mutants() if options.name in mutant.name and (not areas or mutant.area in areas)]
    if options.quick:
        chosen = [mutant for mutant in chosen if mutant.is_quick]
    if not chosen:
        asked.error("no mutant is called that")
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        # Some tests run code under another account that needs access to the copy.
        Path(scratch).chmod(0o711)
        return run(chosen, Path(scratch), jobs=min(options.jobs, len(chosen)))


def run(chosen: list[Mutant], scratch: Path, *, jobs: int) -> int:
    """Try each mutant, a few at a time, print a line for each and a summary, and return the exit code."""
    copies: Queue[Path] = Queue()
    for number in range(jobs):
        copies.put(copy(scratch / f"copy-{number}"))
    began = time.monotonic()
    outcomes: Counter[str] = Counter()
    killers: set[str] = set()
    with ThreadPoolExecutor(jobs) as pool:
        trials = {pool.submit(attempt, mutant, copies): mutant for mutant in chosen}
        try:
            for trial in as_completed(trials):
                outcome, detail = trial.result()
                outcomes[outcome] += 1
                say(f"{outcome:<9} {trials[trial].area}: {trials[trial].name} -- {detail}")
                if outcome == "killed":
                    killers.add(detail.partition(" in ")[2])
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    code, _, output = pytest(copies.get(), sorted(killers)) if killers else (PASSED, None, "")
    minutes = (time.monotonic() - began) / 60
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    say(f"{len(chosen)} mutants in {minutes:.1f} minutes: {counted}.")
    if code != PASSED:
        say(f"Tests that noticed a mutant fail without one too:\n{output[-2000:]}")
    return 0 if code == PASSED and not outcomes.keys() - {"killed", "survived"} else 1


def attempt(mutant: Mutant, copies: Queue[Path]) -> tuple[str, str]:
    """Make the change in a copy, run the tests and revert it; return the outcome and the details."""
    directory = copies.get()
    try:
        if fault := mutant.fault(directory):
            return "INVALID", fault
        file = directory / mutant.file
        before = file.read_text(encoding="utf-8")
        file.write_text(before.replace(mutant.old, mutant.new), encoding="utf-8")
        code, noticed, output = pytest(directory, ["-x", *mutant.tests])
        file.write_text(before, encoding="utf-8")
    finally:
        copies.put(directory)
    if code is None:
        return "UNDECIDED", f"the tests did not end within {LONGEST} seconds"
    if code == PASSED:
        return ("survived", mutant.reason) if mutant.reason else ("SURVIVED", f"{mutant.file} with {mutant.new!r}")
    if noticed:
        return "killed", f"by {noticed['how']}, in {noticed['test']}"
    return "INVALID", f"pytest ended with {code}: {output[-500:]}"


def copy(directory: Path) -> Path:
    """Copy the files of the checkout that Git tracks or does not ignore, in their current state."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, directory / name)
    return directory


def pytest(directory: Path, arguments: list[str]) -> tuple[int | None, dict[str, str] | None, str]:
    """Run pytest in a copy, with a separate embedded server.

    Returns:
        Its exit code, or None after a timeout; the test that detected the change, if any; its output.
    """
    with tempfile.TemporaryDirectory(dir=directory.parent) as reported:
        notice = Path(reported) / "noticed.json"
        # Byte code is validated by size and second, which two mutants may share.
        own = {"CI": "true", "PYTHONPATH": str(directory), "PYTHONDONTWRITEBYTECODE": "1", NOTICED: str(notice)}
        process = subprocess.Popen(
            [*PYTEST, *arguments],
            cwd=directory,
            env={**os.environ, **own},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        code: int | None
        try:
            output, _ = process.communicate(timeout=LONGEST)
            code = process.returncode
        except subprocess.TimeoutExpired:
            # Like Ctrl-C, so that the server is stopped too.
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate()
            code = None
        return code, json.loads(notice.read_text(encoding="utf-8")) if notice.exists() else None, output


def say(line: str) -> None:
    """Print a line immediately, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
