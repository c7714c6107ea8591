"""Queries of the codebook: versions, issues and positions."""

from __future__ import annotations

from collections.abc import Iterable

from stancedb.database import Reading
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_issues(session: Reading, *, known_at: int | None = None) -> list[Row]:
    """Return issues with the numbers of positions and final codings of each."""
    return ask(session, SQL["list_issues"], known_at=known_at)


def show_issue(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one issue with its scope, codes in other schemes, and positions."""
    key = id_of(session, "issue", slug, known_at=known_at)
    row = ask(session, SQL["show_issue"], known_at=known_at, key=key)[0]
    return {**row, "positions": list_positions(session, slug, known_at=known_at)}


def list_positions(session: Reading, issue: str, *, known_at: int | None = None) -> list[Row]:
    """Return the positions of an issue in the order of its scale, retired positions last."""
    key = id_of(session, "issue", issue, known_at=known_at)
    return ask(session, SQL["list_positions"], known_at=known_at, issue=key)


def show_position(session: Reading, issue: str, slug: str) -> Row:
    """Return one position of an issue, which must exist."""
    return next(row for row in list_positions(session, issue) if row["position"] == slug)


def scales(session: Reading, issues: Iterable[str], *, known_at: int | None = None) -> list[Row]:
    """Return the positions of several issues in the order of their scales.

    Positions without a rank follow those with one, and retired positions come last.

    Args:
        session: The session.
        issues: The slugs of the issues; an unknown one has no positions.
        known_at: The number of the changeset as of which to query; None for the latest.
    """
    return ask(session, SQL["scales"], known_at=known_at, issues=sorted(issues))


def list_codebooks(session: Reading) -> list[Row]:
    """Return the codebook versions with the number of codings made under each."""
    return ask(session, SQL["list_codebooks"])
