"""What an answer is about: the state of the reporting schema, and the names behind slugs."""

from __future__ import annotations

from collections.abc import Iterable

from stancedb.database import Reading
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import kept_issue
from stancedb.sql import Queries

SQL = Queries(__file__)


def about(session: Reading, issue: str | None = None) -> Row:
    """Return the changeset and the day of the reporting schema, and the question of an issue if one is given."""
    if issue is not None:
        _, issue = kept_issue(session, issue)
    (row,) = ask(session, SQL["about"], issue=issue)
    return row


def names(session: Reading, codes: Iterable[str], issue: str | None = None) -> dict[tuple[str, str], str]:
    """Return the names of actors and outlets and the labels of positions, by kind and slug.

    Args:
        session: The session.
        codes: The slugs.
        issue: The issue whose positions are meant, or None for all.
    """
    if issue is not None:
        _, issue = kept_issue(session, issue)
    rows = ask(session, SQL["names"], codes=sorted(set(codes)), issue=issue)
    return {(row["kind"], row["code"]): row["name"] for row in rows}
