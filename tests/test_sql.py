"""Named statements are read from the files that hold them, and optional lines are left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from stancedb.sql import Queries, asked_for

FILE = """\
-- Said before the first name, and of all of them.

-- name: list_outlets
-- Which outlets are there?
SELECT o.slug FROM stancedb.outlet o WHERE true
    AND o.kind = :kind -- if :kind
    AND o.id = :id -- if :id
;

-- name: count_outlets
SELECT count(*) FROM stancedb.outlet;
"""


def test_a_statement_is_found_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "outlets.sql").write_text(FILE, encoding="utf-8")

    queries = Queries(str(tmp_path / "outlets.py"))

    assert [*queries] == ["list_outlets", "count_outlets"]
    assert queries["count_outlets"].text == "SELECT count(*) FROM stancedb.outlet"


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"kind": "newspaper", "id": 0}, ["AND o.kind = :kind", "AND o.id = :id"]),
        ({"kind": None, "id": False}, []),
        ({"kind": ""}, ["AND o.kind = :kind"]),
        (None, []),
    ],
)
def test_a_line_is_left_out_whose_parameter_is_none_or_false(given: dict[str, object] | None, left: list[str]) -> None:
    lines = FILE.splitlines()[4:7]

    statement = asked_for(text("\n".join(lines)), given)

    assert [line.strip() for line in statement.text.splitlines()[1:]] == left
