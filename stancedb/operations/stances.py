"""Who stood where, when that changed, and on what evidence.

Every answer takes two clocks: a day of the world, and the changeset at which the database is asked. Without a
changeset the stored stances are read; with one they are derived again from the evidence as it was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from stancedb.database import Reading
from stancedb.operations.asking import Row, ask, day_of
from stancedb.operations.handles import holder_id, id_of

# A stance is pending while its rule is not yet satisfied on the day of the answer; the one before it carries on.
_STANCES = """
SELECT s.holder_id, s.issue_id, s.position_id, s.valid_from, s.confirmed_on, s.onset_coding_id, s.evidence_count,
    s.contrary_count, s.last_evidence_on, s.is_contested, s.confirmed_on > :today AS is_pending,
    CASE WHEN lead(s.confirmed_on) OVER (PARTITION BY s.holder_id, s.issue_id ORDER BY s.valid_from) > :today
        THEN NULL ELSE s.valid_to END AS valid_to
FROM {source} s
"""
_CHANGES = """
SELECT s.holder_id, s.issue_id, s.changed_on, s.kind, s.from_position_id, s.to_position_id, s.window_from, s.window_to,
    s.confirmed_on, s.delta_rank, s.delta_score, s.clarity, s.walked_back_within, s.confirmed_on > :today AS is_pending
FROM {source} s
"""
# The words of a statement as printed: the mention to show first, in the order of rank, assertion and rendering.
_QUOTE = """
LEFT JOIN LATERAL (
    SELECT m.quote, m.rendering, o.name AS outlet, a.slug AS article, a.title, a.url, a.language, a.published_from
    FROM {{mention}} m JOIN {{article_version}} v ON v.id = m.article_version_id
    JOIN {{article}} a ON a.id = v.article_id JOIN {{outlet}} o ON o.id = a.outlet_id
    WHERE m.statement_id = {statement}
    ORDER BY m.rank = 'preferred' DESC, m.rank = 'deprecated', m.asserts = 'asserts' DESC,
        m.rendering IN ('verbatim', 'partial_quote') DESC, a.published_from, m.id
    LIMIT 1
) quote ON true
"""


def as_of(
    session: Reading,
    *,
    day: date | None,
    rule: str,
    holder: str | None = None,
    issue: str | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return where each holder stood on each issue on a day, with the words of the last evidence up to that day.

    Args:
        session: The session.
        day: The day of the world; None means the day of the answer.
        rule: The rule's slug.
        holder: One holder's slug, or None for all.
        issue: One issue's slug, or None for all.
        known_at: The number of the changeset at which the database is asked; None means now.
    """
    today = day_of(session, known_at)
    source, parameters = _source(session, "stance", rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        f"WITH stance AS ({_STANCES.replace('{source}', source)}),"
        " behind AS MATERIALIZED (SELECT * FROM stancedb.evidence_of(:rule, :number, :holder, :issue)),"
        " latest AS (SELECT DISTINCT ON (b.holder_id, b.issue_id, b.valid_from) b.* FROM behind b"
        " WHERE b.role IN ('onset', 'reaffirmation') AND b.said_from <= :day"
        " ORDER BY b.holder_id, b.issue_id, b.valid_from, b.said_from DESC, b.authority DESC, b.statement_id DESC),"
        # What was said after the day does not stand behind an answer about it.
        " later AS (SELECT b.holder_id, b.issue_id, b.valid_from,"
        " count(DISTINCT b.statement_id) FILTER (WHERE b.role IN ('onset', 'reaffirmation')) AS evidence,"
        " count(DISTINCT b.statement_id) FILTER (WHERE b.role = 'contrary') AS contrary"
        " FROM behind b WHERE b.said_from > :day GROUP BY b.holder_id, b.issue_id, b.valid_from)"
        " SELECT h.slug AS holder, i.slug AS issue, p.slug AS position, p.label, p.kind, s.valid_from AS since,"
        " s.valid_to AS until, s.evidence_count - coalesce(l.evidence, 0) AS evidence,"
        " s.contrary_count - coalesce(l.contrary, 0) AS contrary, s.is_contested AS contested,"
        " e.said_from AS last_evidence, CAST(:day AS date) - e.said_from AS days_old, st.slug AS statement,"
        " quote.quote, quote.outlet, quote.article"
        " FROM stance s JOIN {actor} h ON h.id = s.holder_id JOIN {issue} i ON i.id = s.issue_id"
        " JOIN {position} p ON p.id = s.position_id"
        " LEFT JOIN latest e ON (e.holder_id, e.issue_id, e.valid_from) = (s.holder_id, s.issue_id, s.valid_from)"
        " LEFT JOIN later l ON (l.holder_id, l.issue_id, l.valid_from) = (s.holder_id, s.issue_id, s.valid_from)"
        " LEFT JOIN {statement} st ON st.id = e.statement_id"
        f" {_quote('e.statement_id')}"
        " WHERE NOT s.is_pending AND s.valid_from <= :day AND (s.valid_to IS NULL OR s.valid_to > :day)"
        " ORDER BY i.slug, h.slug"
    )
    return ask(session, question, known_at=known_at, today=today, day=day or today, **parameters)


def timeline(session: Reading, *, holder: str | None, issue: str, rule: str, known_at: int | None = None) -> list[Row]:
    """Return the stances on one issue of one holder, or of each, in order, each with the words of its onset."""
    today = day_of(session, known_at)
    source, parameters = _source(session, "stance", rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        f"WITH stance AS ({_STANCES.replace('{source}', source)})"
        " SELECT h.slug AS holder, s.valid_from AS since, s.valid_to AS until, p.slug AS position, p.label,"
        " s.evidence_count AS evidence,"
        " s.contrary_count AS contrary, s.is_contested AS contested, s.is_pending AS pending,"
        " s.last_evidence_on AS last_evidence, st.slug AS statement, quote.quote, quote.outlet, quote.article"
        " FROM stance s JOIN {actor} h ON h.id = s.holder_id JOIN {position} p ON p.id = s.position_id"
        " JOIN {coding} c ON c.id = s.onset_coding_id JOIN {statement} st ON st.id = c.statement_id"
        f" {_quote('st.id')} ORDER BY h.slug, s.valid_from"
    )
    return ask(session, question, known_at=known_at, today=today, **parameters)


def changes(
    session: Reading,
    *,
    rule: str,
    holder: str | None = None,
    issue: str | None = None,
    since: date | None = None,
    until: date | None = None,
    with_initial: bool = False,
    known_at: int | None = None,
) -> list[Row]:
    """Return the changes of stance, each with the window in which it happened and the words that made it.

    Args:
        session: The session.
        rule: The rule's slug.
        holder: One holder's slug, or None for all.
        issue: One issue's slug, or None for all.
        since: Leave out changes whose window ends before this day.
        until: Leave out changes whose window begins after this day.
        with_initial: Whether the first stance of a holder on an issue is shown as a change too.
        known_at: The number of the changeset at which the database is asked; None means now.
    """
    today = day_of(session, known_at)
    source, parameters = _source(session, "stance_change", rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        f"WITH change AS ({_CHANGES.replace('{source}', source)}),"
        " behind AS MATERIALIZED (SELECT * FROM stancedb.evidence_of(:rule, :number, :holder, :issue)),"
        " first AS (SELECT DISTINCT ON (b.holder_id, b.issue_id, b.valid_from) b.holder_id, b.issue_id,"
        " b.valid_from AS changed_on, b.statement_id FROM behind b"
        " WHERE b.role IN ('onset', 'reaffirmation') AND b.said_from = b.valid_from"
        " ORDER BY b.holder_id, b.issue_id, b.valid_from, b.role, b.authority DESC, b.statement_id DESC)"
        " SELECT h.slug AS holder, i.slug AS issue, s.kind AS change, s.changed_on, f.slug AS from_position,"
        " t.slug AS to_position, s.window_from, s.window_to - 1 AS window_until, s.delta_rank, s.delta_score,"
        " s.clarity, s.walked_back_within AS days_away, s.is_pending AS pending, st.slug AS statement,"
        " st.self_declared,"
        " quote.quote, quote.outlet, quote.article"
        " FROM change s JOIN {actor} h ON h.id = s.holder_id JOIN {issue} i ON i.id = s.issue_id"
        " LEFT JOIN {position} f ON f.id = s.from_position_id LEFT JOIN {position} t ON t.id = s.to_position_id"
        " LEFT JOIN first e ON (e.holder_id, e.issue_id, e.changed_on) = (s.holder_id, s.issue_id, s.changed_on)"
        " LEFT JOIN {statement} st ON st.id = e.statement_id"
        f" {_quote('e.statement_id')}"
        " WHERE (s.kind <> 'initial' OR :with_initial) AND (CAST(:since AS date) IS NULL OR s.window_to > :since)"
        " AND (CAST(:until AS date) IS NULL OR coalesce(s.window_from, s.changed_on) <= :until)"
        " ORDER BY s.changed_on, h.slug, i.slug"
    )
    return ask(
        session,
        question,
        known_at=known_at,
        today=today,
        since=since,
        until=until,
        with_initial=with_initial,
        **parameters,
    )


def compare(
    session: Reading, *, holder: str, issue: str, rules: Sequence[str], known_at: int | None = None
) -> list[Row]:
    """Return what several rules say of one holder on one issue, side by side: a row for each period of agreement."""
    periods = {rule: timeline(session, holder=holder, issue=issue, rule=rule, known_at=known_at) for rule in rules}
    shown = {rule: [row for row in rows if not row["pending"]] for rule, rows in periods.items()}
    starts = sorted(
        {row["since"] for rows in shown.values() for row in rows}
        | {row["until"] for rows in shown.values() for row in rows if row["until"]}
    )
    table: list[Row] = []
    for since, until in zip(starts, [*starts[1:], None][: len(starts)], strict=True):
        said = {rule: _at(rows, since) for rule, rows in shown.items()}
        if table and all(table[-1][rule] == said[rule] for rule in rules):
            table[-1]["until"] = until
        else:
            table.append({"since": since, "until": until, **said, "rules_agree": len(set(said.values())) == 1})
    return table


def evidence(session: Reading, *, holder: str | None, issue: str, rule: str, known_at: int | None = None) -> list[Row]:
    """Return every statement behind the stances on one issue of one holder, or of each, with its role and its words."""
    _, parameters = _source(session, "stance", rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        "SELECT h.slug AS holder, e.valid_from AS stance_since, e.role, st.said_edtf AS said, e.said_from,"
        " p.slug AS position, st.authority, st.verification, sp.slug AS speaker, sp.name AS speaker_name,"
        " st.slug AS statement, k.name AS coder, quote.quote, quote.rendering, quote.outlet, quote.article,"
        " quote.title, quote.url, quote.language"
        " FROM stancedb.evidence_of(:rule, :number, :holder, :issue) e JOIN {coding} c ON c.id = e.coding_id"
        " JOIN {actor} h ON h.id = e.holder_id JOIN {coder} k ON k.id = c.coder_id"
        " JOIN {position} p ON p.id = e.position_id"
        " JOIN {statement} st ON st.id = e.statement_id JOIN {actor} sp ON sp.id = st.speaker_id"
        f" {_quote('st.id')} ORDER BY h.slug, e.said_from, e.authority, e.statement_id"
    )
    return ask(session, question, known_at=known_at, **parameters)


def rules(session: Reading) -> list[Row]:
    """Return the rules with what they do."""
    return ask(
        session,
        "SELECT slug AS rule, is_default, definition, min_authority, bases, sustain_days, retraction_effect,"
        " tenure_effect, expiry_days FROM {derivation_rule} ORDER BY id",
    )


def _at(rows: list[Row], day: date) -> str | None:
    return next(
        (row["position"] for row in rows if row["since"] <= day and (row["until"] is None or day < row["until"])), None
    )


def _quote(statement: str) -> str:
    return _QUOTE.format(statement=statement)


def _source(
    session: Reading, table: str, *, rule: str, holder: str | None, issue: str | None, known_at: int | None
) -> tuple[str, dict[str, object]]:
    """Return what to read stances or changes from, and its parameters."""
    parameters: dict[str, object] = {
        "rule": id_of(session, "rule", rule),
        "number": known_at,
        "holder": holder_id(session, holder, known_at=known_at) if holder else None,
        "issue": id_of(session, "issue", issue, known_at=known_at) if issue else None,
    }
    if known_at is None:
        wanted = "".join(f" AND {column}_id = :{column}" for column in ("holder", "issue") if parameters[column])
        return f"(SELECT * FROM stancedb.{table} WHERE rule_id = :rule{wanted})", parameters
    states = "stancedb.states(:rule, :number, :holder, :issue, NULL)"
    if table == "stance":
        return f"(SELECT * FROM {states} WHERE position_id IS NOT NULL)", parameters
    columns = "holder_id, issue_id, valid_from AS changed_on, kind, from_position_id, position_id AS to_position_id"
    rest = "window_from, window_to, confirmed_on, delta_rank, delta_score, clarity, walked_back_within"
    return f"(SELECT {columns}, {rest} FROM {states})", parameters
