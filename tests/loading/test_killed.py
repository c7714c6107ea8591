"""A load that is killed with SIGKILL at any moment is all or nothing, and repeating it gives the undisturbed result."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.loading.killed import await_rollback, checksums, content, started, write_sheet
from tests.support.plugin import Clone, Run
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)
pytestmark = pytest.mark.trial

MOMENTS = 8
LINES = 1_000


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """Provide a sheet with many statements."""
    return write_sheet(tmp_path / "sheet.jsonl", LINES)


def test_a_load_killed_at_any_moment_left_all_or_nothing_and_ends_the_same_when_started_again(
    clone: Clone, small_template: str, sheet: Path, tmp_path: Path
) -> None:
    with clone(small_template) as url:
        begun = time.monotonic()
        assert started(url, tmp_path, sheet).wait(timeout=120) == 0
        whole = time.monotonic() - begun
        undisturbed, every_table = content(url), checksums(url)
    assert undisturbed[0] == LINES

    # Drawn again each time, so that many runs try many moments.
    moments = [random.uniform(0, whole) for _ in range(MOMENTS)]  # noqa: S311 - not a secret
    for moment in moments:
        with clone(small_template) as url:
            process = started(url, tmp_path, sheet)
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=60)
            await_rollback(url)
            left = content(url)
            assert left[0] in {0, LINES}, f"killed after {moment:.3f} s of {whole:.3f} s"
            assert left == undisturbed or left[0] == 0

            run: Run = invoker(url, tmp_path)
            done(run("statement", "load", sheet))

            assert content(url) == undisturbed, f"killed after {moment:.3f} s of {whole:.3f} s"
            if left[0] == 0:
                assert checksums(url) == every_table, f"killed after {moment:.3f} s of {whole:.3f} s"
