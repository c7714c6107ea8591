"""Load codebook records into rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import find_by_hand, merge, merge_parents
from stancedb.loading.stage import Stage, given
from stancedb.records.checking import Read
from stancedb.records.codebook import CodebookRecord
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


class _Staged(NamedTuple):
    """The staged rows of a codebook."""

    version: Stage
    issue: Stage
    position: Stage
    code: Stage


def merge_codebooks(
    session: Writing,
    records: Iterator[Read[CodebookRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge codebook versions by label, issues by slug and positions by issue and slug.

    An issue from another codebook version is updated to the wording of this version; the earlier wording stays in the
    history. A load never removes positions, because codings may use them: positions that a file omits stay unchanged.
    Retired positions release their ranks before other positions take them.
    """
    reads = list(records)
    lock_codebook(session)
    staged = _stage(session, reads)
    _foresee(session)
    refusals = [*_refuse_issues(staged.issue), *_refuse_positions(staged.position, account), *_refuse_merges(staged)]
    if refusals and not keep_going:
        return refusals
    if refusals:
        for stage in staged:
            stage.drop(refusals)
        _foresee(session)
    _merge_rows(session, account, staged.issue)
    for table in ("issue", "position"):
        find_by_hand(session, account, table, SQL[f"{table}s_to_merge"])
        moved = session.execute(SQL[f"merge_{table}s"]).all()
        account.add(
            table, updated=sum(row.is_news for row in moved), unchanged=-sum(row.was_unchanged for row in moved)
        )
    merge(session, account, "issue_code", source=SQL["codes"], key=("issue_id", "scheme", "code"))
    return refusals


def lock_codebook(session: Writing) -> None:
    """Lock the codebook against other revisions until the transaction ends. Coding can continue."""
    session.execute(SQL["lock_codebook"])


def _stage(session: Writing, reads: Sequence[Read[CodebookRecord]]) -> _Staged:
    version = Stage(session, "staged_codebook", SQL["stage_codebooks"])
    version.copy(
        (number, read.source, read.line, read.record.label, parse_when(read.record.issued_on).start, read.record.notes)
        for number, read in enumerate(reads)
    )
    issue = Stage(session, "staged_issue", SQL["stage_issues"])
    issue.copy(
        (
            number,
            read.source,
            read.line,
            i.slug,
            i.question,
            *given(i, "scope", "low_pole", "high_pole", "parent", "status", "merged_into"),
        )
        for number, read in enumerate(reads)
        for i in read.record.issue
    )
    position = Stage(session, "staged_position", SQL["stage_positions"])
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
    code = Stage(session, "staged_issue_code", SQL["stage_codes"])
    code.copy(
        (number, read.source, read.line, i.slug, scheme, value)
        for number, read in enumerate(reads)
        for i in read.record.issue
        for scheme, value in i.codes.items()
    )
    session.execute(SQL["complete_positions"])
    return _Staged(version, issue, position, code)


def _foresee(session: Writing) -> None:
    """Stage the positions as they will be after the load."""
    Stage(session, "position_after", SQL["stage_positions_after"])
    session.execute(SQL["foresee"])


def _refuse_issues(issue: Stage) -> list[Refusal]:
    return [
        *issue.refuse("issue_without_parent", SQL["unknown_parents"]),
        *issue.refuse("issue_of_itself", SQL["own_parents"]),
        *issue.refuse("stands_twice", SQL["repeated_issues"]),
    ]


def _refuse_positions(position: Stage, account: LoadAccount) -> list[Refusal]:
    find_by_hand(position.session, account, "position", SQL["known_positions"])
    return [
        *position.refuse("score_without_substance", SQL["scores_without_substance"]),
        *position.refuse("rank_shared", SQL["shared_ranks"]),
        *position.refuse("rank_taken", SQL["taken_ranks"]),
    ]


def _refuse_merges(staged: _Staged) -> list[Refusal]:
    """Reject merges whose target is missing or itself merged, and merges that leave codings of an issue behind."""
    return [
        *staged.issue.refuse("issue_merged_astray", SQL["astray_issues"]),
        *staged.issue.refuse("issue_to_restore", SQL["merged_issues"]),
        *staged.position.refuse("position_merged_astray", SQL["astray_positions"]),
        *staged.issue.refuse("position_lost", SQL["lost_positions"]),
    ]


def _merge_rows(session: Writing, account: LoadAccount, issue: Stage) -> None:
    """Merge versions, issues and positions, but not yet the targets that issues and positions are merged into."""
    merge(session, account, "codebook_version", source=SQL["codebooks"], key=("label",), values=("issued_on", "notes"))
    merge(
        session,
        account,
        "issue",
        source=SQL["issues"],
        key=("slug",),
        values=("question", "scope", "low_pole", "high_pole", "status"),
        defaults={"status": "'active'"},
    )
    merge_parents(session, account, issue, "issue")
    merge(
        session,
        account,
        "position",
        source=SQL["positions"],
        key=("issue_id", "slug"),
        values=("label", "definition", "kind", "rank", "score", "include", "exclude", "status", "merged_into_id"),
        defaults={"kind": "'substantive'", "include": "'{}'::text[]", "exclude": "'{}'::text[]"},
        complete=("rank", "status", "merged_into_id"),
    )
