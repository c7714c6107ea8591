"""Events, what is said to have caused what, and indicators to watch."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_holder_id, optional_id


def list_events(
    session: Reading, *, actor: str | None = None, kind: str | None = None, known_at: int | None = None
) -> list[Row]:
    """Return events in order, with their participants and what they are said to follow from."""
    return ask(
        session,
        "SELECT e.slug AS event, e.kind, e.title, e.during_edtf AS during, e.status,"
        " (SELECT string_agg(a.slug || ' (' || p.role || ')', ', ' ORDER BY p.role, a.slug) FROM {event_participant} p"
        "  JOIN {actor} a ON a.id = p.actor_id WHERE p.event_id = e.id) AS participants,"
        " (SELECT string_agg(l.kind || ' ' || coalesce(s.slug, f.slug) || ' (says ' || b.slug || ')', '; '"
        " ORDER BY l.id)"
        "  FROM {causal_link} l LEFT JOIN {statement} s ON s.id = l.to_statement_id"
        " LEFT JOIN {event} f ON f.id = l.to_event_id"
        "  JOIN {actor} b ON b.id = l.asserted_by_id WHERE l.from_event_id = e.id) AS follows_from"
        " FROM {event} e WHERE (CAST(:kind AS text) IS NULL OR e.kind = :kind)"
        " AND (CAST(:actor AS bigint) IS NULL OR EXISTS (SELECT FROM {event_participant} p JOIN {actor} a"
        " ON a.id = p.actor_id WHERE p.event_id = e.id AND coalesce(a.merged_into_id, a.id) = :actor))"
        " ORDER BY e.during_from, e.slug",
        known_at=known_at,
        actor=optional_holder_id(session, actor, known_at=known_at),
        kind=kind,
    )


def show_event(session: Reading, slug: str, *, known_at: int | None = None) -> Row:
    """Return one event with its participants, causes, and the statements made in its course."""
    key = id_of(session, "event", slug, known_at=known_at)
    row = ask(
        session,
        "SELECT e.slug AS event, e.kind, e.title, e.during_edtf AS during, e.zone, e.status, e.citation FROM {event} e"
        " WHERE e.id = :key",
        known_at=known_at,
        key=key,
    )[0]
    parts = {
        "participants": "SELECT p.role, a.slug AS actor FROM {event_participant} p JOIN {actor} a ON a.id = p.actor_id"
        " WHERE p.event_id = :key ORDER BY p.role, a.slug",
        "follows_from": "SELECT l.kind, coalesce(s.slug, f.slug) AS earlier, b.slug AS asserted_by FROM {causal_link} l"
        " LEFT JOIN {statement} s ON s.id = l.to_statement_id LEFT JOIN {event} f ON f.id = l.to_event_id"
        " JOIN {actor} b ON b.id = l.asserted_by_id WHERE l.from_event_id = :key ORDER BY l.id",
        "statements": "SELECT s.slug AS statement, s.said_edtf AS said FROM {statement} s WHERE s.event_id = :key"
        " ORDER BY s.said_from, s.slug",
    }
    return {**row, **{part: ask(session, question, known_at=known_at, key=key) for part, question in parts.items()}}


def list_around(session: Reading, issue: str, *, known_at: int | None = None) -> list[Row]:
    """Return the events around an issue: in which what counts for it was said, and what is said to follow from it."""
    return ask(
        session,
        "WITH RECURSIVE thing (statement_id, event_id) AS ("
        " SELECT c.statement_id, CAST(NULL AS bigint) FROM {coding} c WHERE c.issue_id IN"
        " (SELECT g.id FROM {issue} g WHERE :issue IN (g.id, g.merged_into_id)) AND c.is_final"
        " UNION SELECT l.from_statement_id, l.from_event_id FROM thing t JOIN {causal_link} l"
        " ON l.to_statement_id = t.statement_id OR l.to_event_id = t.event_id)"
        " SELECT e.slug AS event, e.kind, e.title, e.during_edtf AS during, e.during_from, e.status FROM {event} e"
        " WHERE e.during_from IS NOT NULL AND (e.id IN (SELECT t.event_id FROM thing t)"
        " OR e.id IN (SELECT s.event_id FROM thing t JOIN {statement} s ON s.id = t.statement_id))"
        " ORDER BY e.during_from, e.slug",
        known_at=known_at,
        issue=id_of(session, "issue", issue, known_at=known_at),
    )


def list_indicators(
    session: Reading, *, issue: str | None = None, status: str | None = None, known_at: int | None = None
) -> list[Row]:
    """Return what is being watched, with the latest observation of each."""
    return ask(
        session,
        "SELECT n.slug AS indicator, n.question, n.counts_if, n.status, n.due_edtf AS due, i.slug AS issue,"
        " o.observed_on,"
        " CASE WHEN o.is_seen THEN 'seen' WHEN NOT o.is_seen THEN 'not seen' END AS seen, o.note"
        " FROM {indicator} n LEFT JOIN {issue} i ON i.id = n.issue_id"
        " LEFT JOIN LATERAL (SELECT * FROM {indicator_observation} x WHERE x.indicator_id = n.id"
        " ORDER BY x.observed_on DESC LIMIT 1) o ON true"
        " WHERE (CAST(:issue AS bigint) IS NULL OR n.issue_id = :issue)"
        " AND (CAST(:status AS text) IS NULL OR n.status = :status)"
        " ORDER BY n.slug",
        known_at=known_at,
        issue=optional_id(session, "issue", issue, known_at=known_at),
        status=status,
    )


def show_indicator(session: Reading, slug: str) -> Row:
    """Return one indicator with all its observations."""
    key = id_of(session, "indicator", slug)
    row = ask(
        session,
        "SELECT n.slug AS indicator, n.question, n.counts_if, i.slug AS issue, n.due_edtf AS due, n.status, n.citation"
        " FROM {indicator} n LEFT JOIN {issue} i ON i.id = n.issue_id WHERE n.id = :key",
        key=key,
    )[0]
    row["observations"] = ask(
        session,
        "SELECT o.observed_on, o.is_seen, o.note, a.slug AS article FROM {indicator_observation} o"
        " LEFT JOIN {article_version} v ON v.id = o.article_version_id LEFT JOIN {article} a ON a.id = v.article_id"
        " WHERE o.indicator_id = :key ORDER BY o.observed_on",
        key=key,
    )
    return row


def observe(
    session: Writing, slug: str, *, day: date, is_seen: bool, note: str | None, article: str | None, status: str | None
) -> Row:
    """Record what was seen of an indicator as of a day; "not seen" is an observation too."""
    key = id_of(session, "indicator", slug)
    session.execute(
        text(
            "INSERT INTO stancedb.indicator_observation (indicator_id, observed_on, is_seen, note, article_version_id)"
            " VALUES (:key, :day, :is_seen, :note, (SELECT v.id FROM stancedb.article_version v"
            " WHERE v.article_id = :article"
            " ORDER BY v.retrieved_at DESC, v.id DESC LIMIT 1))"
        ),
        {"key": key, "day": day, "is_seen": is_seen, "note": note, "article": optional_id(session, "article", article)},
    )
    if status is not None:
        session.execute(
            text("UPDATE stancedb.indicator SET status = :status WHERE id = :key"), {"status": status, "key": key}
        )
    return show_indicator(session, slug)
