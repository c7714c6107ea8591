"""Networks of discourse: who takes which position, who agrees with whom, and the list of statements behind it.

The unit is that of discourse network analysis (Leifeld, Discourse Network Analysis, in: The Oxford Handbook of
Political Networks, 2017): an actor refers to a concept and agrees or not. Here the concept is an issue, and positions
stand where agreement did, so that two actors agree on an issue when they take the same position and conflict when they
take two.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping
from datetime import date
from typing import Any, Literal
from xml.sax.saxutils import escape

from stancedb.database import Reading, streamed
from stancedb.dates import Every
from stancedb.export.writing import csv_line

Projection = Literal["affiliation", "congruence", "conflict"]

# What XML cannot say, not even by its number.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# date_trunc keeps the year, so that no March is taken for another; without a length everything is one window.
_SAID = """
WITH said AS MATERIALIZED (
    SELECT CAST(date_trunc(CAST(:every AS text), CAST(f.statement_date AS timestamp)) AS date) AS window_start,
        f.actor_key, f.issue_key, f.position_key, count(DISTINCT f.statement_code) AS statements,
        min(f.statement_date) AS first_said, max(f.statement_date) AS last_said
    FROM reporting.fact_statement f
    JOIN reporting.dim_position p ON p.position_key = f.position_key AND p.position_kind <> 'no_position'
    JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
    WHERE f.is_evidence AND (CAST(:issue AS text) IS NULL OR i.issue_code = :issue)
        AND (CAST(:since AS date) IS NULL OR f.statement_date >= :since)
        AND (CAST(:until AS date) IS NULL OR f.statement_date <= :until)
    GROUP BY 1, 2, 3, 4
),
edge AS ({edges}),
part AS (
    SELECT s.window_start, 'actor' AS part, s.actor_key AS a, CAST(NULL AS bigint) AS b, sum(s.statements) AS weight,
        min(s.first_said) AS first_said, max(s.last_said) AS last_said
    FROM said s GROUP BY s.window_start, s.actor_key
    UNION ALL
    SELECT s.window_start, 'concept', s.position_key, NULL, sum(s.statements), min(s.first_said), max(s.last_said)
    FROM said s WHERE :has_concepts GROUP BY s.window_start, s.position_key
    UNION ALL
    SELECT e.window_start, 'edge', e.a, e.b, e.weight, e.first_said, e.last_said FROM edge e
)
SELECT t.*, coalesce(h.actor_code, i.issue_code || '/' || p.position_code) AS code,
    coalesce(h.actor_name, p.position_label) AS label, coalesce(h.actor_kind, p.position_kind) AS kind,
    i.issue_code AS issue, p.position_rank AS rank, p.position_score AS score
FROM part t
LEFT JOIN reporting.dim_actor h ON t.part = 'actor' AND h.actor_key = t.a
LEFT JOIN reporting.dim_position p ON t.part = 'concept' AND p.position_key = t.a
LEFT JOIN reporting.dim_issue i ON i.issue_key = p.issue_key
ORDER BY t.window_start, t.part, t.a, t.b
"""
_TOGETHER = """
SELECT x.window_start, x.actor_key AS a, y.actor_key AS b, count(DISTINCT x.issue_key) AS weight,
    min(least(x.first_said, y.first_said)) AS first_said, max(greatest(x.last_said, y.last_said)) AS last_said
FROM said x JOIN said y ON y.window_start IS NOT DISTINCT FROM x.window_start AND y.issue_key = x.issue_key
    AND y.actor_key > x.actor_key AND y.position_key {differs} x.position_key
GROUP BY x.window_start, x.actor_key, y.actor_key
"""
_EDGES: dict[Projection, str] = {
    "affiliation": "SELECT s.window_start, s.actor_key AS a, s.position_key AS b, s.statements AS weight, s.first_said,"
    " s.last_said FROM said s",
    "congruence": _TOGETHER.format(differs="="),
    "conflict": _TOGETHER.format(differs="<>"),
}
# The words of a statement stand in one mention; where the article prints them twice, the first place is taken.
_EVENTS = """
SELECT f.statement_code AS statement_id, f.statement_date AS time, k.actor_code AS person,
    h.actor_code AS organization, i.issue_code AS concept,
    CASE WHEN p.position_score > 0 THEN 1 WHEN p.position_score < 0 THEN 0 END AS agreement,
    m.char_start AS start_position, m.char_end AS stop_position, f.quote_text AS text, c.coder_code AS coder,
    a.article_code AS document_id, a.article_title AS document_title, a.article_byline AS document_author,
    o.outlet_code AS document_source, d.section AS document_section, a.article_kind AS document_type,
    p.position_code AS position, p.position_rank AS rank, p.position_score AS score, a.published_date AS published,
    CAST(date_trunc(CAST(:every AS text), CAST(f.statement_date AS timestamp)) AS date) AS window_start
FROM reporting.fact_statement f
JOIN reporting.dim_position p ON p.position_key = f.position_key AND p.position_kind <> 'no_position'
JOIN reporting.dim_issue i ON i.issue_key = f.issue_key
JOIN reporting.dim_actor h ON h.actor_key = f.actor_key
JOIN reporting.dim_actor k ON k.actor_key = f.speaker_key
JOIN reporting.dim_article a ON a.article_key = f.article_key
JOIN reporting.dim_outlet o ON o.outlet_key = f.outlet_key
JOIN reporting.dim_coder c ON c.coder_key = f.coder_key
LEFT JOIN stancedb.article d ON d.id = f.article_key
LEFT JOIN LATERAL (
    SELECT w.char_start, w.char_end
    FROM stancedb.mention w JOIN stancedb.statement s ON s.id = w.statement_id AND s.slug = f.statement_code
    JOIN stancedb.article_version v ON v.id = w.article_version_id AND v.article_id = f.article_key
    WHERE left(w.quote, 1999) = left(f.quote_text, 1999) ORDER BY w.char_start LIMIT 1
) m ON true
WHERE f.is_evidence AND (CAST(:issue AS text) IS NULL OR i.issue_code = :issue)
    AND (CAST(:since AS date) IS NULL OR f.statement_date >= :since)
    AND (CAST(:until AS date) IS NULL OR f.statement_date <= :until)
ORDER BY f.statement_date, f.statement_code COLLATE "C", h.actor_code COLLATE "C", i.issue_code COLLATE "C"
"""
# First, name for name, the columns that dna_network(networkType = "eventlist") of rDNA 3 returns for statements of the
# type that Discourse Network Analyzer comes with; then what a list of positions has beside them.
EVENT_COLUMNS = (
    "statement_id", "time", "person", "organization", "concept", "agreement", "start_position", "stop_position",
    "text", "coder", "document_id", "document_title", "document_author", "document_source", "document_section",
    "document_type",
    "position", "rank", "score", "published", "window_start",
)  # fmt: skip
# The values of nodes and edges, with what GraphML calls their types.
_NODE = {
    "code": "string", "label": "string", "part": "string", "kind": "string", "issue": "string", "rank": "int",
    "score": "double", "statements": "long", "first_said": "string", "last_said": "string",
}  # fmt: skip
_EDGE = {"weight": "double", "first_said": "string", "last_said": "string"}


def graphml(
    session: Reading,
    projection: Projection,
    *,
    every: Every | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> Generator[str]:
    """Yield the lines of a GraphML file: a graph for each window, its nodes before its edges.

    Args:
        session: The session.
        projection: Actors beside positions, weighted by statements; or actors alone, weighted by the issues on which
            they take the same position, or different ones.
        every: How long a window is; None means one window.
        issue: One issue's slug, or None for all.
        since: Leave out what was said before this day.
        until: Leave out what was said after this day.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for element, values in (("node", _NODE), ("edge", _EDGE)):
        for name, kind in values.items():
            yield f'<key id="{element}-{name}" for="{element}" attr.name="{name}" attr.type="{kind}"/>\n'
    yield '<key id="window-start" for="graph" attr.name="window_start" attr.type="string"/>\n'
    rows = streamed(
        session,
        _SAID.format(edges=_EDGES[projection]),
        every=every,
        issue=issue,
        since=since,
        until=until,
        has_concepts=projection == "affiliation",
    )
    opened: str | None = None
    other = "p" if projection == "affiliation" else "a"
    for row in rows:
        window = _window(row["window_start"], every)
        if window != opened:
            yield from (["</graph>\n"] if opened else [])
            yield f'<graph id="{window}" edgedefault="undirected">\n'
            if row["window_start"]:
                yield f'<data key="window-start">{row["window_start"]}</data>\n'
            opened = window
        if row["part"] == "edge":
            data = _data("edge", _EDGE, row)
            yield f'<edge source="a{row["a"]}" target="{other}{row["b"]}">{data}</edge>\n'
        else:
            key = f"{'a' if row['part'] == 'actor' else 'p'}{row['a']}"
            yield f'<node id="{key}">{_data("node", _NODE, {**row, "statements": row["weight"]})}</node>\n'
    yield "</graph>\n" if opened else '<graph id="all" edgedefault="undirected"></graph>\n'
    yield "</graphml>\n"


def event_list(
    session: Reading,
    *,
    every: Every | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
    is_safe: bool = False,
) -> Generator[str]:
    """Yield the lines of a CSV file with one statement of one holder on one issue a row, in the order of time.

    Args:
        session: The session.
        every: How long a window is; None leaves its column empty.
        issue: One issue's slug, or None for all.
        since: Leave out what was said before this day.
        until: Leave out what was said after this day.
        is_safe: Whether cells that a spreadsheet would run as formulas get an apostrophe.
    """
    yield csv_line(EVENT_COLUMNS)
    for row in streamed(session, _EVENTS, every=every, issue=issue, since=since, until=until):
        yield csv_line((row[column] for column in EVENT_COLUMNS), is_safe=is_safe)


def _window(start: date | None, every: Every | None) -> str:
    """Name a window, with its year."""
    if start is None:
        return "all"
    names = {"year": f"{start:%Y}", "quarter": f"{start:%Y}-Q{(start.month + 2) // 3}", "month": f"{start:%Y-%m}"}
    return f"w{names[every or 'month']}"


def _data(element: str, values: Mapping[str, str], row: Mapping[Any, Any]) -> str:
    return "".join(
        f'<data key="{element}-{name}">{_text(row[name])}</data>' for name in values if row[name] is not None
    )


def _text(value: object) -> str:
    return escape(_UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", str(value)))
