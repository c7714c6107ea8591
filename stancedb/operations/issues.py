"""The codebook: issues and their positions."""

from __future__ import annotations

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.errors import NothingToSet
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_id, position_id


def list_issues(session: Reading, *, known_at: int | None = None) -> list[Row]:
    """Return issues with how many positions and final codings each has."""
    return ask(
        session,
        "SELECT i.slug AS issue, i.question, i.status, m.slug AS merged_into, p.slug AS parent,"
        " (SELECT count(*) FROM {position} q WHERE q.issue_id = i.id) AS positions,"
        " (SELECT count(*) FROM {coding} c WHERE c.issue_id = i.id AND c.is_final) AS codings"
        " FROM {issue} i LEFT JOIN {issue} p ON p.id = i.parent_id LEFT JOIN {issue} m ON m.id = i.merged_into_id"
        " ORDER BY i.slug",
        known_at=known_at,
    )


def show_issue(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one issue with its scope, codes of other schemes, and positions."""
    key = id_of(session, "issue", slug, known_at=known_at)
    rows = ask(
        session,
        "SELECT i.slug AS issue, i.question, i.scope, i.status, m.slug AS merged_into, p.slug AS parent,"
        " (SELECT string_agg(c.scheme || ' ' || c.code, ', ' ORDER BY c.scheme, c.code) FROM {issue_code} c"
        "  WHERE c.issue_id = i.id) AS codes FROM {issue} i"
        " LEFT JOIN {issue} p ON p.id = i.parent_id LEFT JOIN {issue} m ON m.id = i.merged_into_id WHERE i.id = :key",
        known_at=known_at,
        key=key,
    )
    return {**rows[0], "positions": list_positions(session, slug, known_at=known_at)}


def list_positions(session: Reading, issue: str, *, known_at: int | None = None) -> list[Row]:
    """Return the positions of an issue, along its scale, those that are retired last."""
    return ask(
        session,
        "SELECT p.slug AS position, p.label, p.kind, p.rank, p.score, p.status,"
        " CASE WHEN m.issue_id = p.issue_id THEN m.slug ELSE i.slug || '/' || m.slug END AS merged_into,"
        " p.definition, p.include, p.exclude,"
        " (SELECT count(*) FROM {coding} c WHERE c.position_id = p.id AND c.is_final) AS codings"
        " FROM {position} p LEFT JOIN {position} m ON m.id = p.merged_into_id LEFT JOIN {issue} i ON i.id = m.issue_id"
        " WHERE p.issue_id = :issue ORDER BY p.status, p.rank NULLS LAST, p.slug",
        known_at=known_at,
        issue=id_of(session, "issue", issue, known_at=known_at),
    )


def add_issue(session: Writing, slug: str, *, question: str, scope: str | None, parent: str | None, status: str) -> Row:
    """Add one issue; its positions come one by one, or with a codebook."""
    session.execute(
        text(
            "INSERT INTO stancedb.issue (slug, question, scope, parent_id, status)"
            " VALUES (:slug, :question, :scope, :parent, :status)"
        ),
        {
            "slug": slug,
            "question": question,
            "scope": scope,
            "parent": optional_id(session, "issue", parent),
            "status": status,
        },
    )
    return show_issue(session, slug)


def set_issue(session: Writing, slug: str, **given: str | None) -> Row:
    """Correct an issue's question, scope or status; the earlier version stays in history."""
    _set(session, "issue", id_of(session, "issue", slug), given)
    return show_issue(session, slug)


def add_position(
    session: Writing, issue: str, slug: str, *, rank: int | None, score: float | None, **given: str
) -> Row:
    """Add one position to an issue."""
    session.execute(
        text(
            "INSERT INTO stancedb.position (issue_id, slug, label, definition, kind, rank, score, include, exclude)"
            " VALUES (:issue, :slug, :label, :definition, :kind, :rank, :score, '{}', '{}')"
        ),
        {"issue": id_of(session, "issue", issue), "slug": slug, "rank": rank, "score": score, **given},
    )
    return next(row for row in list_positions(session, issue) if row["position"] == slug)


def set_position(session: Writing, issue: str, slug: str, **given: str | float | None) -> Row:
    """Correct a position; the stances that rest on it are derived anew, and earlier answers stay as they were."""
    _issue_id, key = position_id(session, issue, slug)
    _set(session, "position", key, given)
    return next(row for row in list_positions(session, issue) if row["position"] == slug)


def list_codebooks(session: Reading) -> list[Row]:
    """Return the codebook versions with how many codings were made under each."""
    return ask(
        session,
        "SELECT v.label AS codebook, v.issued_on, v.notes,"
        " (SELECT count(*) FROM {coding} c WHERE c.codebook_version_id = v.id) AS codings"
        " FROM {codebook_version} v ORDER BY v.issued_on, v.label",
    )


def _set(session: Writing, table: str, key: int, given: dict[str, str | float | None] | dict[str, str | None]) -> None:
    changed = {column: value for column, value in given.items() if value is not None}
    if not changed:
        raise NothingToSet.of(given)
    assigned = ", ".join(f"{column} = :{column}" for column in changed)
    session.execute(
        text(f"UPDATE stancedb.{table} SET {assigned} WHERE id = :key"),
        {**changed, "key": key},
    )
