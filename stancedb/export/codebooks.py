"""The codebook: from rows to one record."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading
from stancedb.errors import NoCodebook, NoSuchThing
from stancedb.export.account import EARLIER_VERSIONS, LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.records.codebook import CodebookRecord, IssueRecord, PositionRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
LEFT_OUT = LeftOut(
    SQL["left_out"],
    {
        "versions": "Not written: other versions of the codebook; choose one with --label",
        "codes": "Not written: further codes of an issue in the same scheme",
        **EARLIER_VERSIONS,
    },
)
_IN_FORCE = {"status": None, "merged_into": None}


def codebook_records(session: Reading, *, label: str | None, is_in_force: bool = False) -> Iterator[Values]:
    """Yield a codebook version with all issues and positions as they are now worded.

    Args:
        session: The session.
        label: The version; None means the newest.
        is_in_force: Whether to write retired and merged positions and issues as active.

    Raises:
        NoSuchThing: There is no such version; the nearest is suggested.
        RefusedByRule: There is no version at all.
    """
    versions = {row["label"]: row for row in session.execute(SQL["versions"]).mappings()}
    if not versions:
        raise NoCodebook
    if label is not None and label not in versions:
        raise NoSuchThing.of("codebook version", label, versions)
    version = versions[label or next(iter(versions))]
    positions: dict[str, list[Values]] = {}
    for row in session.execute(SQL["positions"]).mappings():
        said = {**row, **_IN_FORCE} if is_in_force else row
        positions.setdefault(row["issue"], []).append(shaped(PositionRecord, said))
    issues = [
        shaped(
            IssueRecord,
            {
                **row,
                **(_IN_FORCE if is_in_force and row["status"] == "retired" else {}),
                "position": positions.get(row["slug"]),
            },
        )
        for row in session.execute(SQL["issues"]).mappings()
    ]
    written = shaped(CodebookRecord, {**version, "issued_on": version["issued_on"].isoformat()})
    yield {**written, "issue": issues}
