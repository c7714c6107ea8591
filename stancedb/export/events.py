"""Events and indicators: from rows to records."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import Sort, earlier_versions
from stancedb.export.articles import NEWEST
from stancedb.export.shaping import Values, shaped
from stancedb.export.statements import CARRIED
from stancedb.records.event import EventRecord
from stancedb.records.indicator import IndicatorRecord

_TOLD = (
    "(c.to_statement_id IS NULL OR EXISTS"
    f" (SELECT FROM stancedb.statement st WHERE st.id = c.to_statement_id AND {CARRIED}))"
)
_CAUSES = f"""
(SELECT json_agg(json_strip_nulls(json_build_object(
        'kind', c.kind, 'statement', t.slug, 'event', f.slug, 'asserted_by', b.slug))
        ORDER BY t.slug COLLATE "C", f.slug COLLATE "C", c.kind, b.slug COLLATE "C")
    FROM stancedb.causal_link c JOIN stancedb.actor b ON b.id = c.asserted_by_id
    LEFT JOIN stancedb.statement t ON t.id = c.to_statement_id LEFT JOIN stancedb.event f ON f.id = c.to_event_id
    WHERE c.from_event_id = e.id AND {_TOLD} AND :with_causes)
"""
_EVENTS = f"""
SELECT e.slug, e.kind, e.title, e.during_edtf AS during, e.zone, e.status,
    ARRAY(SELECT p.role || ':' || a.slug FROM stancedb.event_participant p JOIN stancedb.actor a ON a.id = p.actor_id
        WHERE p.event_id = e.id ORDER BY p.role, a.slug COLLATE "C") AS participants,
    {_CAUSES} AS causes, e.citation
FROM stancedb.event e ORDER BY e.slug COLLATE "C"
"""
# An observation names an article, and loading one means its newest text.
_SEEN_IN_NEWEST = f"v.id = ({NEWEST} LIMIT 1) AND a.retracted_on IS NULL"
_INDICATORS = f"""
SELECT i.slug, i.question, i.counts_if, s.slug AS issue, i.due_edtf AS due, i.status,
    (SELECT json_agg(json_strip_nulls(json_build_object('on', o.observed_on, 'is_seen', o.is_seen, 'note', o.note,
            'article', CASE WHEN {_SEEN_IN_NEWEST} THEN a.slug END)) ORDER BY o.observed_on)
        FROM stancedb.indicator_observation o LEFT JOIN stancedb.article_version v ON v.id = o.article_version_id
        LEFT JOIN stancedb.article a ON a.id = v.article_id WHERE o.indicator_id = i.id) AS observations,
    i.citation
FROM stancedb.indicator i LEFT JOIN stancedb.issue s ON s.id = i.issue_id ORDER BY i.slug COLLATE "C"
"""

EVENT_SORTS = (
    Sort(
        "Not written, causes (--without-causes)",
        "SELECT count(*) FROM stancedb.causal_link WHERE from_event_id IS NOT NULL AND NOT :with_causes",
    ),
    Sort(
        "Not written, causes that are statements which are not written",
        f"SELECT count(*) FROM stancedb.causal_link c WHERE c.from_event_id IS NOT NULL AND NOT {_TOLD}"
        " AND :with_causes",
    ),
    Sort(
        "Not written, causes that are asserted of statements",
        "SELECT count(*) FROM stancedb.causal_link WHERE from_statement_id IS NOT NULL",
    ),
    earlier_versions("event", "event_participant", "causal_link"),
)
INDICATOR_SORTS = (
    Sort(
        "Not written, the older or withdrawn texts that observations rest on",
        "SELECT count(*) FROM stancedb.indicator_observation o JOIN stancedb.article_version v"
        " ON v.id = o.article_version_id JOIN stancedb.article a ON a.id = v.article_id"
        f" WHERE NOT ({_SEEN_IN_NEWEST})",
    ),
    earlier_versions("indicator", "indicator_observation"),
)


def event_records(session: Reading, *, with_causes: bool) -> Iterator[Values]:
    """Yield each event with its participants, in the order of the slugs.

    Args:
        session: The session.
        with_causes: Whether to name what it is said to follow from; a statement among that has to be loaded before.
    """
    return (shaped(EventRecord, row) for row in streamed(session, _EVENTS, with_causes=with_causes))


def indicator_records(session: Reading) -> Iterator[Values]:
    """Yield each indicator with its observations, in the order of the slugs."""
    return (shaped(IndicatorRecord, row) for row in streamed(session, _INDICATORS))
