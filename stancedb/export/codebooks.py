"""The codebook: from rows to one record."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from stancedb.database import Reading
from stancedb.errors import NoSuchThing, RefusedByRule
from stancedb.export.account import Sort, earlier_versions
from stancedb.export.shaping import Values, shaped
from stancedb.records.codebook import CodebookRecord, IssueRecord, PositionRecord

SORTS = (
    Sort(
        "Not written, other versions of the codebook (--label names one)",
        "SELECT count(*) - 1 FROM stancedb.codebook_version",
    ),
    Sort(
        "Not written, further codes that one scheme has for an issue",
        "SELECT count(*) - count(DISTINCT (issue_id, scheme)) FROM stancedb.issue_code",
    ),
    earlier_versions("codebook_version", "issue", "position", "issue_code"),
)
_ISSUES = """
SELECT i.slug, i.question, i.scope, p.slug AS parent, i.status, m.slug AS merged_into,
    (SELECT json_object_agg(c.scheme, c.code ORDER BY c.scheme COLLATE "C") FROM (SELECT scheme, min(code) AS code
        FROM stancedb.issue_code WHERE issue_id = i.id GROUP BY scheme) c) AS codes
FROM stancedb.issue i LEFT JOIN stancedb.issue p ON p.id = i.parent_id
LEFT JOIN stancedb.issue m ON m.id = i.merged_into_id ORDER BY i.slug COLLATE "C"
"""
_POSITIONS = """
SELECT i.slug AS issue, p.slug, p.label, p.definition, p.kind, p.rank, p.score, p.include, p.exclude, p.status,
    m.slug AS merged_into
FROM stancedb.position p JOIN stancedb.issue i ON i.id = p.issue_id
LEFT JOIN stancedb.position m ON m.id = p.merged_into_id
ORDER BY i.slug COLLATE "C", p.status, p.rank NULLS LAST, p.slug COLLATE "C"
"""

_IN_FORCE = {"status": None, "merged_into": None}


def codebook_records(session: Reading, *, label: str | None, is_in_force: bool = False) -> Iterator[Values]:
    """Yield a codebook version with all issues and positions as they are worded now.

    Args:
        session: The session.
        label: Which version; None means the newest.
        is_in_force: Whether retired and merged positions and issues are written as if they were in force.

    Raises:
        NoSuchThing: There is no such version; the nearest is offered.
        RefusedByRule: There is no version at all.
    """
    question = (
        'SELECT label, issued_on, notes FROM stancedb.codebook_version ORDER BY issued_on DESC, label COLLATE "C" DESC'
    )
    versions = {row["label"]: row for row in session.execute(text(question)).mappings()}
    if not versions:
        raise RefusedByRule(sentence="there is no codebook yet; load one first")
    if label is not None and label not in versions:
        raise NoSuchThing.of("codebook version", label, versions)
    version = versions[label or next(iter(versions))]
    positions: dict[str, list[Values]] = {}
    for row in session.execute(text(_POSITIONS)).mappings():
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
        for row in session.execute(text(_ISSUES)).mappings()
    ]
    written = shaped(CodebookRecord, {**version, "issued_on": version["issued_on"].isoformat()})
    yield {**written, "issue": issues}
