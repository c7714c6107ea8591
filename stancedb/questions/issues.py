"""The codebook: its versions, issues and positions."""

from __future__ import annotations

from collections.abc import Iterable

from stancedb.database import Reading
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_issues(session: Reading, *, known_at: int | None = None) -> list[Row]:
    """Return issues with how many positions and final codings each has."""
    return ask(session, SQL["list_issues"], known_at=known_at)


def show_issue(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one issue with its scope, codes of other schemes, and positions."""
    key = id_of(session, "issue", slug, known_at=known_at)
    row = ask(session, SQL["show_issue"], known_at=known_at, key=key)[0]
    return {**row, "positions": list_positions(session, slug, known_at=known_at)}


def list_positions(session: Reading, issue: str, *, known_at: int | None = None) -> list[Row]:
    """Return the positions of an issue, along its scale, those that are retired last."""
    key = id_of(session, "issue", issue, known_at=known_at)
    return ask(session, SQL["list_positions"], known_at=known_at, issue=key)


def show_position(session: Reading, issue: str, slug: str) -> Row:
    """Return one position of an issue, which there is."""
    return next(row for row in list_positions(session, issue) if row["position"] == slug)


def scales(session: Reading, issues: Iterable[str], *, known_at: int | None = None) -> list[Row]:
    """Return the positions of several issues along their scales; a position without a place on its scale has no rank.

    Positions without a rank follow those with one, and retired positions come last.

    Args:
        session: The session.
        issues: The slugs of the issues; an unknown one has no positions.
        known_at: The number of the changeset at which the database is asked; None means now.
    """
    return ask(session, SQL["scales"], known_at=known_at, issues=sorted(issues))


def list_codebooks(session: Reading) -> list[Row]:
    """Return the codebook versions with how many codings were made under each."""
    return ask(session, SQL["list_codebooks"])
