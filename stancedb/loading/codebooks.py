"""Codebooks: from records to rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.errors import Refusal
from stancedb.loading.account import LoadReport
from stancedb.loading.stage import Stage, given, merge, merge_parents, was_by_hand
from stancedb.reading.files import Read
from stancedb.records.kinds import CodebookRecord
from stancedb.sql import beside


def merge_codebooks(
    session: Writing,
    records: Iterator[Read[CodebookRecord]],
    report: LoadReport,
    keep_going: bool,
) -> list[Refusal]:
    """Merge codebook versions by label, issues by slug and positions by issue and slug.

    An issue that another codebook version has brought in is updated to what this one says; the earlier wording stays
    in history. Positions are never removed by a load, because codings may use them: what a file leaves out stays as it
    is. Those that it retires give their ranks away before others take them.
    """
    reads = list(records)
    version = Stage(session, "staged_codebook", {"label": "text", "issued_on": "date", "notes": "text"})
    version.copy(
        (number, read.source, read.line, read.record.label, parse_when(read.record.issued_on).start, read.record.notes)
        for number, read in enumerate(reads)
    )
    issue = Stage(
        session, "staged_issue",
        {"slug": "text", "question": "text", "scope": "text", "parent": "text", "status": "text",
         "merged_into": "text"},
    )  # fmt: skip
    issue.copy(
        (number, read.source, read.line, i.slug, i.question, *given(i, "scope", "parent", "status", "merged_into"))
        for number, read in enumerate(reads)
        for i in read.record.issue
    )
    position = Stage(
        session, "staged_position",
        {"issue": "text", "slug": "text", "label": "text", "definition": "text", "kind": "text", "rank": "smallint",
         "score": "double precision", "include": "text[]", "exclude": "text[]", "status": "text",
         "merged_into": "text", "stays": "boolean"},
    )  # fmt: skip
    position.copy(
        (
            number,
            read.source,
            read.line,
            i.slug,
            p.slug,
            p.label,
            p.definition,
            *given(p, "kind", "rank", "score", "include", "exclude", "status", "merged_into"),
            p.counts_for_itself,
        )
        for number, read in enumerate(reads)
        for i in read.record.issue
        for p in read.record.positions_of(i)
    )
    code = Stage(session, "staged_issue_code", {"issue": "text", "scheme": "text", "code": "text"})
    code.copy(
        (number, read.source, read.line, i.slug, scheme, value)
        for number, read in enumerate(reads)
        for i in read.record.issue
        for scheme, value in i.codes.items()
    )
    session.execute(beside(__file__, "stage_positions"))
    _foresee(session)
    refusals = [
        *issue.refuse(
            "s.parent IS NOT NULL AND NOT EXISTS (SELECT FROM {stage} p WHERE p.slug = s.parent)"
            " AND NOT EXISTS (SELECT FROM stancedb.issue p WHERE p.slug = s.parent)",
            "issue.parent", "'issue ''' || s.slug || ''' belongs to ''' || s.parent || ''', which does not exist'",
        ),
        *issue.refuse(
            "s.parent = s.slug", "issue.parent", "'issue ''' || s.slug || ''' belongs to itself; name a wider one'"
        ),
        *issue.refuse(
            "(SELECT count(*) FROM {stage} d WHERE d.slug = s.slug) > 1",
            "issue.slug", "'issue ''' || s.slug || ''' stands here twice'",
        ),
        *position.refuse(
            "s.score IS NOT NULL AND s.kind <> 'substantive'",
            "position.score",
            "'position ''' || s.slug || ''' of ''' || s.issue || ''' is not substantive and has no score'",
        ),
        *position.refuse(
            "s.slug > d.slug", "position.rank",
            "'positions ''' || d.slug || ''' and ''' || s.slug || ''' of ''' || s.issue || ''' share rank ' || s.rank",
            joined="JOIN {stage} d ON d.issue = s.issue AND d.rank = s.rank",
        ),
        *_refuse_taken_ranks(position, report),
        *_refuse_merges(issue, position),
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    for stage in (version, issue, position, code):
        stage.drop(refusals)
    if refusals:
        _foresee(session)
    merge(
        session, report, "codebook_version",
        source="SELECT DISTINCT ON (label) label, issued_on, notes FROM staged_codebook ORDER BY label, ordinal DESC",
        key=("label",), values=("issued_on", "notes"),
    )  # fmt: skip
    merge(
        session, report, "issue",
        source="SELECT slug, question, scope,"
        " CASE WHEN merged_into IS NOT NULL THEN 'retired' ELSE status END AS status FROM staged_issue",
        key=("slug",), values=("question", "scope", "status"), defaults={"status": "'active'"},
    )  # fmt: skip
    merge_parents(session, report, issue, "issue")
    merge(
        session, report, "position",
        source="SELECT i.id AS issue_id, s.slug, s.label, s.definition, s.kind, s.rank, s.score, s.include, s.exclude,"
        " s.status, CASE WHEN s.status = 'retired' THEN p.merged_into_id END AS merged_into_id"
        " FROM staged_position s JOIN stancedb.issue i ON i.slug = s.issue"
        " LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.slug",
        key=("issue_id", "slug"),
        values=("label", "definition", "kind", "rank", "score", "include", "exclude", "status", "merged_into_id"),
        defaults={"kind": "'substantive'", "include": "'{}'::text[]", "exclude": "'{}'::text[]"},
        complete=("rank", "status", "merged_into_id"),
    )  # fmt: skip
    for table in ("issue", "position"):
        leading = beside(__file__, f"merge_staged_{table}s").text.replace("/*by hand*/", was_by_hand(report, table))
        moved = session.execute(text(leading)).all()
        report.add(table, updated=sum(row.is_news for row in moved), unchanged=-sum(row.was_unchanged for row in moved))
    merge(
        session, report, "issue_code",
        source="SELECT i.id AS issue_id, s.scheme, s.code FROM staged_issue_code s"
        " JOIN stancedb.issue i ON i.slug = s.issue",
        key=("issue_id", "scheme", "code"),
    )  # fmt: skip
    return refusals


def _refuse_taken_ranks(position: Stage, report: LoadReport) -> list[Refusal]:
    """Refuse a rank that a position has which the file leaves out, and which therefore stays as it is."""
    return position.refuse(
        "NOT EXISTS (SELECT FROM {stage} d WHERE d.issue = s.issue AND d.slug = p.slug) AND NOT EXISTS"
        " (SELECT FROM stancedb.position t WHERE t.issue_id = i.id AND t.slug = s.slug"
        f" AND {was_by_hand(report, 'position')})",
        "position.rank",
        "'''' || s.slug || ''' of ''' || s.issue || ''' takes rank ' || s.rank || ', which ''' || p.slug"
        " || ''' has, and the file leaves that out; name it with status = \"retired\", or give another rank'",
        joined="JOIN stancedb.issue i ON i.slug = s.issue"
        " JOIN stancedb.position p ON p.issue_id = i.id AND p.rank = s.rank AND p.slug <> s.slug",
    )


def _refuse_merges(issue: Stage, position: Stage) -> list[Refusal]:
    """Refuse merges into what does not exist or is merged away itself, or that leave codings of an issue behind."""
    return [
        *issue.refuse(
            "s.merged_into IS NOT NULL AND (s.merged_into = s.slug OR NOT EXISTS (SELECT FROM {stage} d"
            " WHERE d.slug = s.merged_into AND d.merged_into IS NULL) AND NOT EXISTS (SELECT FROM stancedb.issue d"
            " WHERE d.slug = s.merged_into AND d.merged_into_id IS NULL AND NOT EXISTS"
            " (SELECT FROM {stage} e WHERE e.slug = d.slug)))",
            "issue.merged_into",
            "'issue ''' || s.slug || ''' is merged into ''' || s.merged_into || ''', which is no other issue in force'",
        ),
        *issue.refuse(
            "s.merged_into IS NULL AND s.status <> 'retired'",
            "issue.status",
            "'issue ''' || s.slug || ''' is merged into ''' || m.slug || '''; ''issue restore'' puts it in force'",
            joined="JOIN stancedb.issue i ON i.slug = s.slug JOIN stancedb.issue m ON m.id = i.merged_into_id",
        ),
        *position.refuse(
            "a.is_astray",
            "position.merged_into",
            "'position ''' || s.slug || ''' of ''' || s.issue || ''' is merged into ''' || s.merged_into"
            " || ''', which is no other position of ''' || coalesce(a.merges_into, s.issue) || ''' in force'",
            joined="JOIN position_after a ON a.issue = s.issue AND a.slug = s.slug",
        ),
        *issue.refuse(
            "b.merges_into IS NOT NULL",
            "issue.merged_into",
            "'''' || b.merges_into || ''' has no position in force for ''' || b.slug || ''' of ''' || s.slug"
            " || ''', which has codings; say which it goes to, by merged_into'",
            joined="JOIN position_after b ON b.issue = s.slug JOIN position_after a ON a.lost = b.name",
        ),
    ]


def _foresee(session: Writing) -> None:
    """Stage the positions as they will stand after the load."""
    columns = dict.fromkeys(("issue", "slug", "name", "merges_into", "was", "led_to", "lost"), "text")
    Stage(session, "position_after", {**columns, "is_astray": "boolean"})
    session.execute(beside(__file__, "position_after"))
