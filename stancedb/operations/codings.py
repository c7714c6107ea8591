"""Codings: replacing and reviewing judgements."""

from __future__ import annotations

from stancedb.database import Writing
from stancedb.errors import FinalNotAccepted
from stancedb.model.vocabulary import CoderKind, CodingStatus
from stancedb.operations.locks import lock_statements
from stancedb.questions.codings import one_coding, without_key
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, position_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def recode(
    session: Writing,
    statement: str,
    *,
    position: str | None,
    holder: str | None = None,
    issue: str | None = None,
    coder: str | None = None,
    codebook: str | None = None,
    confidence: str | None = None,
    rationale: str | None = None,
) -> Row:
    """Replace the judgement of a coding; the earlier one stays in the history and in answers as of earlier changesets.

    Args:
        session: The writing session.
        statement: The slug of the statement.
        position: The correct position; None means that no codable position is taken.
        holder: The holder, if the statement is coded for several.
        issue: The issue, if the statement is coded on several.
        coder: The coder, if several coded the statement (default: the coder of the final coding, if there is one).
        codebook: The codebook version (default: that of the coder's final coding, or of the latest).
        confidence: The new confidence, or None to keep the current one.
        rationale: The new rationale, or None to keep the current one.
    """
    lock_statements(session, [id_of(session, "statement", statement)])
    coding = one_coding(session, statement, holder=holder, issue=issue, coder=coder, codebook=codebook)
    wanted = position_id(session, coding["issue"], position) if position is not None else None
    session.execute(
        SQL["recode"],
        {"position": wanted, "confidence": confidence, "rationale": rationale, "key": coding["key"]},
    )
    which = {name: coding[name] for name in ("holder", "issue", "coder", "codebook")}
    return without_key(one_coding(session, statement, **which))


def review(
    session: Writing,
    statement: str,
    *,
    status: str,
    reviewer: str,
    final: bool | None,
    note: str | None = None,
    holder: str | None = None,
    issue: str | None = None,
    coder: str | None = None,
    codebook: str | None = None,
) -> Row:
    """Review a coding and record the decision.

    A final coding that is no longer accepted stops being final. Making a coding final while another is final takes two
    steps, so that no judgement is set aside without a decision about it.
    """
    lock_statements(session, [id_of(session, "statement", statement)])
    coding = one_coding(session, statement, holder=holder, issue=issue, coder=coder, codebook=codebook)
    counts = (coding["final"] if final is None else final) and status == CodingStatus.ACCEPTED
    if final and status != CodingStatus.ACCEPTED:
        raise FinalNotAccepted
    # A login may not add coders, but it is already one.
    if not session.execute(SQL["is_coder"], {"name": reviewer}).scalar_one():
        session.execute(SQL["add_coder"], {"name": reviewer, "kind": CoderKind.HUMAN})
    session.execute(SQL["set_status"], {"status": status, "final": counts, "key": coding["key"]})
    session.execute(
        SQL["add_review"],
        {"key": coding["key"], "old": coding["status"], "new": status, "note": note, "reviewer": reviewer},
    )
    return {
        **{name: coding[name] for name in ("statement", "holder", "issue", "coder")},
        "old_status": coding["status"],
        "new_status": status,
        "final": counts,
        "reviewer": reviewer,
    }
