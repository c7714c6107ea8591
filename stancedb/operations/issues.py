"""The codebook: adding and correcting issues and positions."""

from __future__ import annotations

from collections.abc import Mapping

from stancedb.database import Writing
from stancedb.errors import NothingToSet
from stancedb.loading.codebooks import lock_codebook
from stancedb.questions.issues import show_issue, show_position
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, optional_id, position_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def add_issue(
    session: Writing,
    slug: str,
    *,
    question: str,
    scope: str | None,
    low_pole: str | None,
    high_pole: str | None,
    parent: str | None,
    status: str,
) -> Row:
    """Add one issue; add its positions one by one, or load them with a codebook."""
    lock_codebook(session)
    session.execute(
        SQL["add_issue"],
        {
            "slug": slug,
            "question": question,
            "scope": scope,
            "low_pole": low_pole,
            "high_pole": high_pole,
            "parent": optional_id(session, "issue", parent),
            "status": status,
        },
    )
    return show_issue(session, slug)


def set_issue(
    session: Writing,
    slug: str,
    *,
    question: str | None = None,
    scope: str | None = None,
    low_pole: str | None = None,
    high_pole: str | None = None,
    status: str | None = None,
) -> Row:
    """Correct the question, scope, poles or status of an issue; the earlier version stays in the history."""
    given = {"question": question, "scope": scope, "low_pole": low_pole, "high_pole": high_pole, "status": status}
    _refuse_nothing(given)
    lock_codebook(session)
    session.execute(SQL["set_issue"], {**given, "key": id_of(session, "issue", slug)})
    return show_issue(session, slug)


def add_position(
    session: Writing, issue: str, slug: str, *, rank: int | None, score: float | None, **given: str
) -> Row:
    """Add one position to an issue."""
    lock_codebook(session)
    session.execute(
        SQL["add_position"],
        {"issue": id_of(session, "issue", issue), "slug": slug, "rank": rank, "score": score, **given},
    )
    return show_position(session, issue, slug)


def set_position(
    session: Writing,
    issue: str,
    slug: str,
    *,
    label: str | None = None,
    definition: str | None = None,
    kind: str | None = None,
    rank: int | None = None,
    score: float | None = None,
) -> Row:
    """Correct a position; its stances are derived again, and answers as of earlier changesets do not change."""
    given = {"label": label, "definition": definition, "kind": kind, "rank": rank, "score": score}
    key = position_id(session, issue, slug)
    _refuse_nothing(given)
    lock_codebook(session)
    session.execute(SQL["set_position"], {**given, "key": key})
    return show_position(session, issue, slug)


def _refuse_nothing(given: Mapping[str, object]) -> None:
    if all(value is None for value in given.values()):
        raise NothingToSet.of(given)
