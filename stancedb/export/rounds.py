"""Rounds of coding: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from stancedb.database import Reading, streamed
from stancedb.export.account import LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.records.round import AssignmentRecord, FindingRecord, RoundCoderRecord, RoundRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
# One round may have thousands of findings.
_AT_ONCE = 1
LEFT_OUT = LeftOut(
    SQL["left_out"],
    {
        "drafts": "Not written: unfinished forms of coders",
        "texts": "Not written: assignments of withdrawn articles and of older texts",
        "statements": "Not written: withdrawn or merged statements as which findings were released",
    },
)


def round_records(session: Reading) -> Iterator[Values]:
    """Yield each round with its assignments and their findings, in the order of the slugs."""
    for row in streamed(session, SQL["records"], at_once=_AT_ONCE):
        coders = [shaped(RoundCoderRecord, coder) for coder in row["coders"] or ()]
        assignments = [_assignment(assignment) for assignment in row["assignments"] or ()]
        yield shaped(RoundRecord, {**row, "coders": coders, "assignments": assignments})


def _assignment(row: dict[str, Any]) -> Values:
    findings = [shaped(FindingRecord, _timed(finding)) for finding in row["findings"] or ()]
    return shaped(AssignmentRecord, {**_timed(row), "findings": findings})


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose times were spelled, as JSON has none, with times in their place."""
    return {
        name: datetime.fromisoformat(value) if value is not None and name.endswith("_at") else value
        for name, value in row.items()
    }
