"""The database and Python agree on the days that one side of a lasting date covers."""

from __future__ import annotations

from itertools import product
from typing import Any

import psycopg

from stancedb.dates import parse_when

SIDES = ("0001", "2025", "2024-02", "2025-12", "2025-11-07", "202X", "2025-XX", "2025-11-XX")
# Seasons, quarters, thirds and halves of a year.
PARTS = tuple(f"2025-{code}" for code in range(21, 42))
DOUBTS = ("", "?", "~", "%")


def test_a_side_covers_the_days_that_the_same_date_covers_by_itself(connection: psycopg.Connection[Any]) -> None:
    sides = ["".join(words) for words in product((*SIDES, *PARTS), DOUBTS)]

    rows = connection.execute("SELECT s, stancedb.edtf_span(s)::text FROM unnest(%s::text[]) s", [sides]).fetchall()

    assert dict(rows) == {side: parse_when(side).daterange() for side in sides}
