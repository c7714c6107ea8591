"""Codebooks: from records to rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge, merge_parents, was_by_hand
from stancedb.loading.stage import Stage, given
from stancedb.records.checking import Read
from stancedb.records.codebook import CodebookRecord
from stancedb.refusals import Refusal
from stancedb.sql import beside


def merge_codebooks(
    session: Writing,
    records: Iterator[Read[CodebookRecord]],
    account: LoadAccount,
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
         "merged_into": "text"},
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
    refusals = [
        *issue.refuse_where(
            "s.parent IS NOT NULL AND NOT EXISTS (SELECT FROM {stage} p WHERE p.slug = s.parent)"
            " AND NOT EXISTS (SELECT FROM stancedb.issue p WHERE p.slug = s.parent)",
            "issue.parent", "'issue ''' || s.slug || ''' belongs to ''' || s.parent || ''', which does not exist'",
        ),
        *issue.refuse_where(
            "s.parent = s.slug", "issue.parent", "'issue ''' || s.slug || ''' belongs to itself; name a wider one'"
        ),
        *issue.refuse_where(
            "(SELECT count(*) FROM {stage} d WHERE d.slug = s.slug) > 1",
            "issue.slug", "'issue ''' || s.slug || ''' stands here twice'",
        ),
        *position.refuse_where(
            "s.score IS NOT NULL AND s.kind <> 'substantive'",
            "position.score",
            "'position ''' || s.slug || ''' of ''' || s.issue || ''' is not substantive and has no score'",
        ),
        *position.refuse_where(
            "s.slug > d.slug", "position.rank",
            "'positions ''' || d.slug || ''' and ''' || s.slug || ''' of ''' || s.issue || ''' share rank ' || s.rank",
            joined="JOIN {stage} d ON d.issue = s.issue AND d.rank = s.rank",
        ),
        *_refuse_taken_ranks(position, account),
        *_refuse_merges(issue, position),
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    for stage in (version, issue, position, code):
        stage.drop(refusals)
    merge(
        session, account, "codebook_version",
        source="SELECT DISTINCT ON (label) label, issued_on, notes FROM staged_codebook ORDER BY label, ordinal DESC",
        key=("label",), values=("issued_on", "notes"),
    )  # fmt: skip
    merge(
        session, account, "issue",
        source="SELECT slug, question, scope,"
        " CASE WHEN merged_into IS NOT NULL THEN 'retired' ELSE status END AS status FROM staged_issue",
        key=("slug",), values=("question", "scope", "status"), defaults={"status": "'active'"},
    )  # fmt: skip
    merge_parents(session, account, issue, "issue")
    merge(
        session, account, "position",
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
        leading = beside(__file__, f"merge_staged_{table}s").text.replace("/*by hand*/", was_by_hand(account, table))
        moved = sum(session.execute(text(leading)).scalars())
        account.add(table, updated=moved, unchanged=-moved)
    merge(
        session, account, "issue_code",
        source="SELECT i.id AS issue_id, s.scheme, s.code FROM staged_issue_code s"
        " JOIN stancedb.issue i ON i.slug = s.issue",
        key=("issue_id", "scheme", "code"),
    )  # fmt: skip
    return refusals


def _refuse_taken_ranks(position: Stage, account: LoadAccount) -> list[Refusal]:
    """Refuse a rank that a position has which the file leaves out, and which therefore stays as it is."""
    return position.refuse_where(
        "NOT EXISTS (SELECT FROM {stage} d WHERE d.issue = s.issue AND d.slug = p.slug) AND NOT EXISTS"
        " (SELECT FROM stancedb.position t WHERE t.issue_id = i.id AND t.slug = s.slug"
        f" AND {was_by_hand(account, 'position')})",
        "position.rank",
        "'''' || s.slug || ''' of ''' || s.issue || ''' takes rank ' || s.rank || ', which ''' || p.slug"
        " || ''' has, and the file leaves that out; name it with status = \"retired\", or give another rank'",
        joined="JOIN stancedb.issue i ON i.slug = s.issue"
        " JOIN stancedb.position p ON p.issue_id = i.id AND p.rank = s.rank AND p.slug <> s.slug",
    )


def _refuse_merges(issue: Stage, position: Stage) -> list[Refusal]:
    """Refuse merges that lead nowhere, to what is merged away itself, or leave codings of an issue behind."""
    # The issue in which a position has the one that it is merged into.
    kept = (
        "LEFT JOIN stancedb.issue i ON i.slug = s.issue LEFT JOIN stancedb.issue m ON m.id = i.merged_into_id"
        " LEFT JOIN staged_issue g ON g.slug = s.issue AND g.merged_into IS NOT NULL"
        " CROSS JOIN LATERAL (SELECT coalesce(g.merged_into, m.slug, s.issue) AS slug) k"
    )
    there = (
        "SELECT FROM staged_position d WHERE d.issue = {0} AND d.slug = {1} AND d.status = 'active' UNION ALL"
        " SELECT FROM stancedb.position d JOIN stancedb.issue o ON o.id = d.issue_id WHERE o.slug = {0}"
        " AND d.slug = {1} AND d.status = 'active' AND NOT EXISTS"
        " (SELECT FROM staged_position e WHERE e.issue = {0} AND e.slug = {1})"
    )
    return [
        *issue.refuse_where(
            "s.merged_into IS NOT NULL AND (s.merged_into = s.slug OR NOT EXISTS (SELECT FROM {stage} d"
            " WHERE d.slug = s.merged_into AND d.merged_into IS NULL) AND NOT EXISTS (SELECT FROM stancedb.issue d"
            " WHERE d.slug = s.merged_into AND d.merged_into_id IS NULL AND NOT EXISTS"
            " (SELECT FROM {stage} e WHERE e.slug = d.slug)))",
            "issue.merged_into",
            "'issue ''' || s.slug || ''' is merged into ''' || s.merged_into || ''', which is no other issue in force'",
        ),
        *issue.refuse_where(
            "s.merged_into IS NULL AND s.status <> 'retired'",
            "issue.status",
            "'issue ''' || s.slug || ''' is merged into ''' || m.slug || '''; ''issue restore'' puts it in force'",
            joined="JOIN stancedb.issue i ON i.slug = s.slug JOIN stancedb.issue m ON m.id = i.merged_into_id",
        ),
        *position.refuse_where(
            "s.merged_into IS NOT NULL AND (k.slug = s.issue AND s.merged_into = s.slug OR NOT EXISTS"
            f" ({there.format('k.slug', 's.merged_into')}))",
            "position.merged_into",
            "'position ''' || s.slug || ''' of ''' || s.issue || ''' is merged into ''' || s.merged_into"
            " || ''', which is no other position of ''' || k.slug || ''' in force'",
            joined=kept,
        ),
        *issue.refuse_where(
            "EXISTS (SELECT FROM stancedb.position q JOIN stancedb.coding c ON c.issue_id = q.issue_id"
            " AND c.position_id = q.id WHERE p.id IN (q.id, q.merged_into_id)) AND NOT EXISTS"
            f" ({there.format('s.merged_into', 'coalesce(n.merged_into, p.slug)')})",
            "issue.merged_into",
            "'''' || s.merged_into || ''' has no position in force for ''' || p.slug || ''' of ''' || s.slug"
            " || ''', which has codings; say which it goes to, by merged_into'",
            joined="JOIN stancedb.issue i ON i.slug = s.slug AND s.merged_into IS NOT NULL"
            " JOIN stancedb.position p ON p.issue_id = i.id AND p.merged_into_id IS NULL"
            " LEFT JOIN staged_position n ON n.issue = s.slug AND n.slug = p.slug AND n.merged_into IS NOT NULL",
        ),
    ]
