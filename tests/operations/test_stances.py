"""What is shown beside a stance or a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.operations.worlds import answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.operations.worlds",)

SAID = {"speaker": "ana-cole", "issue": "dam"}
SHEET = (
    {**SAID, "statement": "for", "said": "2025-01-01", "position": "support"},
    {"statement": "back", "speaker": "ana-cole", "said": "2025-03-01", "links": ["retracts:for"]},
    # Dropped under the rule, because another position follows within its thirty days.
    {**SAID, "statement": "against", "said": "2025-03-01", "position": "oppose"},
    {**SAID, "statement": "for-again", "said": "2025-03-10", "position": "support"},
)


@pytest.mark.parametrize("is_known_at", [False, True], ids=["now", "as known"])
def test_no_words_are_shown_for_a_change_to_nothing_though_something_was_said_that_day(
    small_url: str, tmp_path: Path, is_known_at: bool
) -> None:
    run: Run = invoker(small_url, tmp_path)
    done(run("statement", "load", jsonl(tmp_path / "sheet.jsonl", *SHEET)))
    known = ("--known-at", last_number(small_url)) if is_known_at else ()

    rows = answer(run, "stance", "changes", "--holder", "ana-cole", "--rule", "sustained", "--with-initial", *known)

    assert [(row["change"], row["to_position"], row["statement"]) for row in rows] == [
        ("initial", "support", "for"),
        ("retraction", None, None),
        ("return", "support", "for-again"),
    ]
