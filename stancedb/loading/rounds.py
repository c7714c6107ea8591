"""Rounds of coding: from records to rows.

The workbench has no history, so what is there is never changed: a round, an assignment or a finding that exists is left
as it is, and a record that differs is rejected.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge
from stancedb.loading.stage import Stage
from stancedb.records.checking import Read
from stancedb.records.round import RoundRecord
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


def merge_rounds(
    session: Writing,
    records: Iterator[Read[RoundRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Add rounds by slug, with their scope, assignments and findings, and link codings to their assignments."""
    stages = of_round, issue, _, assignment, finding = _stage(session, list(records))
    refusals = _refuse(of_round, issue, assignment, finding)
    if refusals and not keep_going:
        return refusals
    for stage in stages:
        stage.drop(refusals)
    merge(session, account, "coder", source=SQL["coders"], key=("name",), frozen=("kind",))
    merge(
        session,
        account,
        "coding_round",
        source=SQL["rounds"],
        key=("slug",),
        frozen=(
            "codebook_version_id",
            "double_share",
            "blind_share",
            "again_share",
            "seed",
            "counts_at_once",
            "opened_by",
            "opened_at",
            "closed_at",
        ),
    )
    merge(session, account, "coding_round_issue", source=SQL["scopes"], key=("round_id", "issue_id"))
    merge(
        session,
        account,
        "assignment",
        source=SQL["assignments"],
        key=("round_id", "article_version_id", "coder_id"),
        frozen=(
            "kind",
            "hides_suggestions",
            "turn",
            "state",
            "reason",
            "note",
            "assigned_at",
            "started_at",
            "done_at",
            "moved_at",
            "active_seconds",
            "released_id",
        ),
        has_null_keys=True,
    )
    merge(
        session,
        account,
        "finding",
        source=SQL["findings"],
        key=("assignment_id", "number"),
        frozen=(
            "coder_id",
            "char_start",
            "char_end",
            "quote",
            "record",
            "replaces",
            "seconds",
            "saved_at",
            "withdrawn_at",
            "dropped_reason",
            "statement_id",
            "coding_id",
        ),
    )
    linked = session.execute(SQL["link_codings"]).rowcount
    if linked:
        account.add("coding", updated=linked)
    return refusals


def _refuse(of_round: Stage, issue: Stage, assignment: Stage, finding: Stage) -> list[Refusal]:
    """Refuse records with unknown names, contradictions, or differences from existing rows."""
    return [
        *of_round.refuse("stands_twice", SQL["repeated_rounds"]),
        *of_round.refuse_unknown(SQL["unknown_codebooks"]),
        *issue.refuse_unknown(SQL["unknown_issues"]),
        *of_round.refuse("round_differs", SQL["differing_rounds"]),
        *assignment.refuse_unknown(SQL["unknown_articles"]),
        *assignment.refuse("unknown_text", SQL["unknown_texts"]),
        *assignment.refuse_unknown(SQL["unknown_coders"]),
        *assignment.refuse("assignment_twice", SQL["repeated_assignments"]),
        *assignment.refuse("pool_place_twice", SQL["repeated_places"]),
        *assignment.refuse("pool_of_existing_round", SQL["missing_places"]),
        *assignment.refuse("assignment_differs", SQL["differing_assignments"]),
        *finding.refuse("quote_not_there", SQL["other_quotes"]),
        *finding.refuse("unknown_correction", SQL["unknown_corrections"]),
        *finding.refuse_unknown(SQL["unknown_statements"]),
        *finding.refuse("unknown_coding", SQL["unknown_codings"]),
        *finding.refuse("finding_differs", SQL["differing_findings"]),
    ]


def _stage(session: Writing, reads: Sequence[Read[RoundRecord]]) -> tuple[Stage, Stage, Stage, Stage, Stage]:
    of_round = Stage(session, "staged_round", SQL["stage_rounds"])
    of_round.copy(
        (
            number,
            read.source,
            read.line,
            r.slug,
            r.codebook,
            r.double,
            r.blind,
            r.again,
            r.seed,
            r.counts_at_once,
            r.opened_by,
            r.opened_at,
            r.closed_at,
        )
        for number, read in enumerate(reads)
        for r in (read.record,)
    )
    issue = Stage(session, "staged_round_issue", SQL["stage_issues"])
    issue.copy(
        (number, read.source, read.line, read.record.slug, slug)
        for number, read in enumerate(reads)
        for slug in dict.fromkeys(read.record.issues)
    )
    coder = Stage(session, "staged_round_coder", SQL["stage_coders"])
    coder.copy(
        (number, read.source, read.line, read.record.slug, c.name, c.kind)
        for number, read in enumerate(reads)
        for c in read.record.coders
    )
    assignment = Stage(session, "staged_assignment", SQL["stage_assignments"])
    assignment.copy(
        (
            number,
            read.source,
            read.line,
            read.record.slug,
            a.article,
            a.text_sha256,
            a.coder,
            a.kind,
            a.hides_suggestions,
            a.turn,
            a.state,
            a.reason,
            a.note,
            a.assigned_at,
            a.started_at,
            a.done_at,
            a.moved_at,
            a.active_seconds,
            a.is_released,
        )
        for number, read in enumerate(reads)
        for a in read.record.assignments
    )
    finding = Stage(session, "staged_finding", SQL["stage_findings"])
    finding.copy(
        (
            number,
            read.source,
            read.line,
            read.record.slug,
            a.article,
            a.text_sha256,
            a.coder,
            f.number,
            f.start,
            f.end,
            f.quote,
            json.dumps(f.record, ensure_ascii=False),
            f.replaces,
            f.seconds,
            f.saved_at,
            f.withdrawn_at,
            f.dropped_reason,
            f.statement,
            f.holder,
            f.issue,
            f.codebook or read.record.codebook,
            f.is_independent,
        )
        for number, read in enumerate(reads)
        for a in read.record.assignments
        for f in a.findings
    )
    return of_round, issue, coder, assignment, finding
