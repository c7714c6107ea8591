"""A pytest plugin that records which test detected a mutant, and how."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

# The file to which the first failure is written.
NOTICED = "MUTANT_NOTICED_IN"

settings.register_profile("mutants", derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate])


def pytest_sessionstart() -> None:
    """Stop at the first failing example: shrinking it would take minutes and add nothing."""
    settings.load_profile("mutants")


def pytest_exception_interact(
    node: pytest.Item | pytest.Collector,
    call: pytest.CallInfo[object],
    report: pytest.CollectReport | pytest.TestReport,
) -> None:
    """Write the test, and whether an answer was wrong or an error occurred before there was one."""
    path = Path(os.environ[NOTICED])
    if call.excinfo is None or path.exists():
        return
    is_assertion = report.when == "call" and call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
    how = "an assertion" if is_assertion else f"an error, {call.excinfo.typename}"
    path.write_text(json.dumps({"test": node.nodeid, "how": how}), encoding="utf-8")
