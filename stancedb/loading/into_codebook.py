"""Codebooks: from records to rows."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.errors import Refusal
from stancedb.loading.reading import Read
from stancedb.loading.records import CodebookRecord
from stancedb.loading.report import LoadReport
from stancedb.loading.staging import Stage, given, merge, merge_parents


def merge_codebooks(
    session: Writing,
    records: Iterator[Read[CodebookRecord]],
    report: LoadReport,
    keep_going: bool,
) -> list[Refusal]:
    """Merge codebook versions by label, issues by slug and positions by issue and slug.

    An issue that another codebook version has brought in is updated to what this one says; the earlier wording stays
    in history. Positions are never removed by a load, because codings may use them.
    """
    reads = list(records)
    version = Stage(session, "staged_codebook", {"label": "text", "issued_on": "date", "notes": "text"})
    version.copy(
        (number, read.source, read.line, read.record.label, parse_when(read.record.issued_on).start, read.record.notes)
        for number, read in enumerate(reads)
    )
    issue = Stage(
        session, "staged_issue",
        {"slug": "text", "question": "text", "scope": "text", "parent": "text", "status": "text"},
    )  # fmt: skip
    issue.copy(
        (number, read.source, read.line, i.slug, i.question, *given(i, "scope", "parent", "status"))
        for number, read in enumerate(reads)
        for i in read.record.issue
    )
    position = Stage(
        session, "staged_position",
        {"issue": "text", "slug": "text", "label": "text", "definition": "text", "kind": "text", "rank": "smallint",
         "score": "double precision", "include": "text[]", "exclude": "text[]"},
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
            *given(p, "kind", "rank", "score", "include", "exclude"),
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
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    for stage in (version, issue, position, code):
        stage.drop(refusals)
    merge(
        session, report, "codebook_version",
        source="SELECT DISTINCT ON (label) label, issued_on, notes FROM staged_codebook ORDER BY label, ordinal DESC",
        key=("label",), values=("issued_on", "notes"),
    )  # fmt: skip
    merge(
        session, report, "issue",
        source="SELECT slug, question, scope, status FROM staged_issue",
        key=("slug",), values=("question", "scope", "status"), defaults={"status": "'active'"},
    )  # fmt: skip
    merge_parents(session, report, issue, "issue")
    merge(
        session, report, "position",
        source="SELECT i.id AS issue_id, s.slug, s.label, s.definition, s.kind, s.rank, s.score, s.include, s.exclude"
        " FROM staged_position s JOIN stancedb.issue i ON i.slug = s.issue",
        key=("issue_id", "slug"), values=("label", "definition", "kind", "rank", "score", "include", "exclude"),
        defaults={"kind": "'substantive'", "include": "'{}'::text[]", "exclude": "'{}'::text[]"},
    )  # fmt: skip
    merge(
        session, report, "issue_code",
        source="SELECT i.id AS issue_id, s.scheme, s.code FROM staged_issue_code s"
        " JOIN stancedb.issue i ON i.slug = s.issue",
        key=("issue_id", "scheme", "code"),
    )  # fmt: skip
    return refusals
