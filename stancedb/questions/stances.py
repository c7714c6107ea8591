"""Who stood where, when that changed, and on what evidence.

Every answer takes two clocks: a day of the world, and the changeset at which the database is asked. Without a
changeset the stored stances are read; with one they are derived again from the evidence as it was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from stancedb.database import Reading
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import answer_keys

# A stance is pending while its rule is not yet satisfied on the day of the answer; the one before it carries on, unless
# it was taken back, or ended, before or meanwhile.
_STANCES = """
SELECT s.holder_id, s.issue_id, s.position_id, s.valid_from, s.confirmed_on, s.onset_coding_id, s.evidence_count,
    s.contrary_count, s.last_evidence_on, s.is_contested, s.confirmed_on > :today AS is_pending, s.valid_to AS ended_on,
    CASE WHEN lead(s.confirmed_on) OVER pair > :today AND lead(s.valid_from) OVER pair = s.valid_to
        THEN s.carried_to ELSE s.valid_to END AS valid_to
FROM {stances} s
WINDOW pair AS (PARTITION BY s.holder_id, s.issue_id ORDER BY s.valid_from)
"""
_STANCES_NOW = "(SELECT * FROM stancedb.stance WHERE rule_id = :rule{wanted})"
_STANCES_THEN = "(SELECT * FROM {states} WHERE position_id IS NOT NULL{wanted})"
_CHANGES = """
SELECT s.holder_id, s.issue_id, s.changed_on, s.kind, s.from_position_id, s.to_position_id, s.window_from, s.window_to,
    s.confirmed_on, s.delta_rank, s.delta_score, s.clarity, s.walked_back_within, s.onset_coding_id,
    s.confirmed_on > :today AS is_pending
FROM {changes} s
"""
_CHANGES_NOW = """
(SELECT c.*, s.onset_coding_id FROM (SELECT * FROM stancedb.stance_change WHERE rule_id = :rule{wanted}) c
LEFT JOIN stancedb.stance s ON s.holder_id = c.holder_id AND s.issue_id = c.issue_id AND s.rule_id = c.rule_id
    AND s.valid_from = c.changed_on)
"""
_CHANGES_THEN = "(SELECT *, valid_from AS changed_on, position_id AS to_position_id FROM {states} WHERE true{wanted})"
_STATES = "stancedb.states(:rule, :number, :holder, :issue, NULL)"
# The statements behind a stance and as what, as of stancedb.evidence_of, which would derive it once more.
_BEHIND = """
SELECT e.statement_id, e.said_from, e.said_to, e.said_to - e.said_from AS said_days, e.lasts, e.authority, e.tie_key,
    r.role, r.role IN ('onset', 'reaffirmation') AS supports,
    CASE WHEN bool_and(e.said_at IS NOT NULL) OVER (PARTITION BY e.said_from) THEN e.said_at END AS instant
FROM stancedb.derivation_rule d, stancedb.evidence e
CROSS JOIN LATERAL (SELECT stancedb.role_of(e, s.{position}_id, s.onset_coding_id, d) AS role) r
WHERE d.id = :rule AND e.act = 'expresses' AND e.holder_id = s.holder_id AND e.issue_id = s.issue_id
    AND {known} AND {said} AND s.{position}_id IS NOT NULL
"""
# A stance that returned rests on what was said before it was left.
_UNTIL_ITS_END = "e.said_from < coalesce(s.ended_on, 'infinity')"
_ON_THE_DAY = "e.said_from = s.changed_on"
_KNOWN_NOW = "e.known_until_id IS NULL"
_KNOWN_THEN = """
EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_from_id AND k.number <= :number)
AND NOT EXISTS (SELECT FROM stancedb.changeset k WHERE k.id = e.known_until_id AND k.number <= :number)
"""
# A day as precisely as it is known: a month is 2023-09, where no better date stands behind its first day. Of one of
# several days the first is shown, as of any that has no name.
_AS_SAID = (
    "CASE WHEN {statement}.said_from = {day} AND {statement}.said_to IS DISTINCT FROM {statement}.said_from + 1"
    " AND {statement}.said_edtf NOT LIKE '[%' THEN split_part({statement}.said_edtf, '/', 1)"
    " ELSE CAST({day} AS text) END"
)
_ON_THE_LAST_DAY = "e.said_from = s.last_evidence_on"
# What is asked of one holder or one issue need not look it up again.
_ONE = "(SELECT CAST(:{0} AS bigint) AS id, CAST(:{0}_slug AS text) AS slug)"
# The words of a statement as printed: the mention to show first, in the order of rank, assertion and rendering; those
# of an article that was withdrawn only where there are no others.
_QUOTE = """
LEFT JOIN LATERAL (
    SELECT f.*, o.name AS outlet FROM (
        SELECT m.quote, m.rendering, a.slug AS article, a.title, a.url, a.language, a.published_from, a.outlet_id
        FROM {{mention}} m JOIN {{article_version}} v ON v.id = m.article_version_id
        JOIN {{article}} a ON a.id = v.article_id
        WHERE m.statement_id = {statement}
        ORDER BY a.retracted_on IS NOT NULL, m.rank = 'preferred' DESC, m.rank = 'deprecated',
            m.asserts = 'asserts' DESC, m.rendering IN ('verbatim', 'partial_quote') DESC, a.published_from,
            a.slug COLLATE "C", m.char_start
        LIMIT 1
    ) f JOIN {{outlet}} o ON o.id = f.outlet_id
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
    parts, parameters = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        f"WITH stance AS ({parts.stances})"
        # Put in order when all is found: the planner would read issues and positions in their order, and go through all
        # stances for each.
        " SELECT * FROM ("
        "SELECT h.slug AS holder, i.slug AS issue, p.slug AS position, p.label, p.kind, s.valid_from AS since,"
        f" {_AS_SAID.format(statement='onset', day='s.valid_from')} AS since_said,"
        " s.valid_to AS until, s.valid_to - 1 AS valid_last, s.evidence_count - e.evidence AS evidence,"
        " s.contrary_count - e.contrary AS contrary, s.is_contested AS contested,"
        f" e.said_from AS last_evidence, {_AS_SAID.format(statement='st', day='e.said_from')} AS last_evidence_said,"
        " CAST(:day AS date) - e.said_from AS days_old, st.slug AS statement,"
        " quote.quote, quote.outlet, quote.article"
        f" FROM stance s JOIN {parts.holders} h ON h.id = s.holder_id"
        f" JOIN {parts.issues} i ON i.id = s.issue_id"
        " JOIN {position} p ON p.id = s.position_id"
        " JOIN {coding} c ON c.id = s.onset_coding_id JOIN {statement} onset ON onset.id = c.statement_id"
        # What was said after the day does not stand behind an answer about it.
        " CROSS JOIN LATERAL (SELECT max(b.spoken_on) FILTER (WHERE b.supports AND b.said_from <= :day) AS said_from,"
        " (array_agg(b.statement_id ORDER BY b.spoken_on DESC, b.instant DESC, b.authority DESC, b.tie_key DESC)"
        " FILTER (WHERE b.supports AND b.said_from <= :day))[1] AS statement_id,"
        " count(DISTINCT b.statement_id) FILTER (WHERE b.supports AND b.said_from > :day) AS evidence,"
        " count(DISTINCT b.statement_id) FILTER (WHERE b.role = 'contrary' AND b.said_from > :day) AS contrary"
        # A lasting statement is evidence of every day from its first to its last.
        " FROM (SELECT x.*, CASE WHEN x.lasts"
        " THEN greatest(x.said_from, least(CAST(:day AS date), x.said_to - 1, s.ended_on - 1))"
        f" ELSE x.said_from END AS spoken_on FROM ({parts.behind('position', _UNTIL_ITS_END)} OFFSET 0) x) b) e"
        " LEFT JOIN {statement} st ON st.id = e.statement_id"
        f" {_quote('e.statement_id')}"
        " WHERE NOT s.is_pending AND s.valid_from <= :day AND (s.valid_to IS NULL OR s.valid_to > :day)"
        " OFFSET 0) answer ORDER BY issue, holder"
    )
    return ask(session, question, known_at=known_at, day=day or parameters["today"], **parameters)


def timeline(session: Reading, *, holder: str | None, issue: str, rule: str, known_at: int | None = None) -> list[Row]:
    """Return the stances on one issue of one holder, or of each, in order, each with the words of its onset."""
    parts, parameters = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        f"WITH stance AS ({parts.stances})"
        " SELECT h.slug AS holder, s.valid_from AS since,"
        f" {_AS_SAID.format(statement='st', day='s.valid_from')} AS since_said, s.valid_to AS until,"
        " s.valid_to - 1 AS valid_last, p.slug AS position, p.label,"
        " s.evidence_count AS evidence,"
        " s.contrary_count AS contrary, s.is_contested AS contested, s.is_pending AS pending,"
        " s.last_evidence_on AS last_evidence,"
        f" {_AS_SAID.format(statement='latest', day='s.last_evidence_on')} AS last_evidence_said,"
        " st.slug AS statement, quote.quote, quote.outlet, quote.article"
        f" FROM stance s JOIN {parts.holders} h ON h.id = s.holder_id"
        " JOIN {position} p ON p.id = s.position_id"
        " JOIN {coding} c ON c.id = s.onset_coding_id JOIN {statement} st ON st.id = c.statement_id"
        f" LEFT JOIN LATERAL (SELECT b.statement_id FROM ({parts.behind('position', _ON_THE_LAST_DAY)}) b"
        " WHERE b.supports ORDER BY b.said_days, b.statement_id LIMIT 1) last_said ON true"
        " LEFT JOIN {statement} latest ON latest.id = last_said.statement_id"
        f" {_quote('st.id')} ORDER BY h.slug, s.valid_from"
    )
    return ask(session, question, known_at=known_at, **parameters)


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
    parts, parameters = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        f"WITH change AS ({parts.changes})"
        " SELECT h.slug AS holder, i.slug AS issue, s.kind AS change, s.changed_on, f.slug AS from_position,"
        " t.slug AS to_position, s.window_from, s.window_to - 1 AS window_until, s.delta_rank, s.delta_score,"
        " s.clarity, s.walked_back_within AS days_away, s.is_pending AS pending, st.slug AS statement,"
        " st.self_declared,"
        " quote.quote, quote.outlet, quote.article"
        f" FROM change s JOIN {parts.holders} h ON h.id = s.holder_id"
        f" JOIN {parts.issues} i ON i.id = s.issue_id"
        " LEFT JOIN {position} f ON f.id = s.from_position_id LEFT JOIN {position} t ON t.id = s.to_position_id"
        f" LEFT JOIN LATERAL (SELECT b.statement_id FROM ({parts.behind('to_position', _ON_THE_DAY)}) b"
        " WHERE b.supports ORDER BY b.role, b.authority DESC, b.tie_key DESC LIMIT 1) e ON true"
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
            table[-1] |= _end(until)
        else:
            table.append({"since": since, **_end(until), **said, "rules_agree": len(set(said.values())) == 1})
    return table


def evidence(session: Reading, *, holder: str | None, issue: str, rule: str, known_at: int | None = None) -> list[Row]:
    """Return every statement behind the stances on one issue of one holder, or of each, with its role and its words."""
    keys = answer_keys(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    question = (
        "SELECT h.slug AS holder, e.valid_from AS stance_since, e.role, st.said_edtf AS said, e.said_from,"
        " p.slug AS position, st.authority, st.verification, sp.slug AS speaker, sp.name AS speaker_name,"
        " st.slug AS statement, k.name AS coder, quote.quote, quote.rendering, quote.outlet, quote.article,"
        " quote.title, quote.url, quote.language"
        " FROM stancedb.evidence_of(:rule, :number, :holder, :issue) e JOIN {coding} c ON c.id = e.coding_id"
        " JOIN {actor} h ON h.id = e.holder_id JOIN {coder} k ON k.id = c.coder_id"
        " JOIN {position} p ON p.id = e.position_id"
        " JOIN {statement} st ON st.id = e.statement_id JOIN {actor} sp ON sp.id = st.speaker_id"
        f" {_quote('st.id')} ORDER BY h.slug, e.valid_from, e.place"
    )
    return ask(session, question, known_at=known_at, number=known_at, **keys._asdict())


def rules(session: Reading, *, known_at: int | None = None) -> list[Row]:
    """Return the rules with what they do."""
    return ask(
        session,
        "SELECT slug AS rule, is_default, definition, min_authority, bases, sustain_days, retraction_effect,"
        " tenure_effect, expiry_days, same_day FROM {derivation_rule} r ORDER BY id",
        known_at=known_at,
    )


def _end(until: date | None) -> Row:
    return {"until": until, "valid_last": until and until - timedelta(days=1)}


def _at(rows: list[Row], day: date) -> str | None:
    return next(
        (row["position"] for row in rows if row["since"] <= day and (row["until"] is None or day < row["until"])), None
    )


def _quote(statement: str) -> str:
    return _QUOTE.format(statement=statement)


class _Parts(NamedTuple):
    """What a question about stances is put together from.

    Attributes:
        stances: The stances.
        changes: The changes.
        known: The condition on what was known of the evidence ``e``.
        holders: The actors, or the one asked for.
        issues: The issues, or the one asked for.
    """

    stances: str
    changes: str
    known: str
    holders: str
    issues: str

    def behind(self, position: str, said: str) -> str:
        """Return the SELECT of the statements behind the stance or change ``s``."""
        return _BEHIND.format(position=position, said=said, known=self.known)


def _asked(
    session: Reading, *, rule: str, holder: str | None, issue: str | None, known_at: int | None
) -> tuple[_Parts, dict[str, object]]:
    """Return what a question reads, and its parameters with the day of the answer."""
    keys = answer_keys(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    wanted = "".join(f" AND {column}_id = :{column}" for column in ("holder", "issue") if getattr(keys, column))
    if known_at is None:
        stances, changed, known = _STANCES_NOW, _CHANGES_NOW, _KNOWN_NOW
    else:
        # Nothing but what is wanted comes out of the function; saying so again tells the planner that it is little.
        stances, changed, known = _STANCES_THEN, _CHANGES_THEN, _KNOWN_THEN
    parts = _Parts(
        stances=_STANCES.format(stances=stances.format(wanted=wanted, states=_STATES)),
        changes=_CHANGES.format(changes=changed.format(wanted=wanted, states=_STATES)),
        known=known,
        holders=_ONE.format("holder") if holder else "{actor}",
        issues=_ONE.format("issue") if issue else "{issue}",
    )
    return parts, {**keys._asdict(), "number": known_at}
