"""Who stood where, when that changed, and on what evidence.

Every answer takes two clocks: a day of the world, and the changeset at which the database is asked. Without a
changeset the stored stances are read; with one they are derived again from the evidence as it was known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from stancedb.database import Reading
from stancedb.dates import last_day
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import answer_keys
from stancedb.sql import Queries

SQL = Queries(__file__)
# Days of a stance that may be known by their month alone.
_DAYS = ("since", "last_evidence")


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
    asked = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    return ask(session, SQL["as_of"], known_at=known_at, day=day or asked["today"], **asked)


def timeline(session: Reading, *, holder: str | None, issue: str, rule: str, known_at: int | None = None) -> list[Row]:
    """Return the stances on one issue of one holder, or of each, in order, each with the words of its onset."""
    asked = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    return ask(session, SQL["timeline"], known_at=known_at, **asked)


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
    asked = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    return ask(
        session,
        SQL["changes"],
        known_at=known_at,
        since=since,
        until=until,
        without_initial=not with_initial,
        **asked,
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
    asked = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    return ask(session, SQL["evidence"], known_at=known_at, **asked)


def rules(session: Reading, *, known_at: int | None = None) -> list[Row]:
    """Return the rules with what they do."""
    return ask(session, SQL["rules"], known_at=known_at)


def as_said(rows: list[Row]) -> list[Row]:
    """Return stances with days as precisely as they are known, and the earliest days that these mean beside them."""
    return [
        {**row, **{day: row[f"{day}_said"] for day in _DAYS}, **{f"{day}_from": row[day] for day in _DAYS}}
        for row in rows
    ]


def _end(until: date | None) -> Row:
    return {"until": until, "valid_last": last_day(until)}


def _at(rows: list[Row], day: date) -> str | None:
    return next(
        (row["position"] for row in rows if row["since"] <= day and (row["until"] is None or day < row["until"])), None
    )


def _asked(
    session: Reading, *, rule: str, holder: str | None, issue: str | None, known_at: int | None
) -> dict[str, object]:
    """Return the keys of what is asked, with the day of the answer and the number of the changeset, if one is given."""
    keys = answer_keys(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    anybody = {"any_holder": keys.holder is None, "any_issue": keys.issue is None}
    return {**keys._asdict(), **anybody, "number": known_at}
