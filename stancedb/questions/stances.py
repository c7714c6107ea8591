"""Who stood where, when that changed, and on what evidence.

Every query has two clocks: a date in the world, and the changeset as of which the database is queried. Without a
changeset the stored stances are read; with one they are derived again from the evidence known at the time.
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
# Dates of a stance of which only the month may be known.
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
    """Return the stance of each holder on each issue on a date, with the words of the latest evidence up to that date.

    Args:
        session: The session.
        day: The date; None for today, or for the day of the changeset if ``known_at`` is given.
        rule: The slug of the rule.
        holder: The slug of a holder, or None for all.
        issue: The slug of an issue, or None for all.
        known_at: The number of the changeset as of which to query; None for the latest.
    """
    asked = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    return ask(session, SQL["as_of"], known_at=known_at, day=day or asked["today"], **asked)


def timeline(session: Reading, *, holder: str | None, issue: str, rule: str, known_at: int | None = None) -> list[Row]:
    """Return the stances of one holder, or of all, on one issue by date, each with the words that began it."""
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
    """Return the changes of stance, each with its window and the words that made it.

    Args:
        session: The session.
        rule: The slug of the rule.
        holder: The slug of a holder, or None for all.
        issue: The slug of an issue, or None for all.
        since: Leave out changes whose window ends before this date.
        until: Leave out changes whose window begins after this date.
        with_initial: Whether to include the first stance of a holder on an issue as a change.
        known_at: The number of the changeset as of which to query; None for the latest.
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
    """Return the stances of one holder on one issue under several rules: a row for each period without a change."""
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
    """Return the statements behind the stances of one holder, or of all, on one issue, with their roles and words."""
    asked = _asked(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    return ask(session, SQL["evidence"], known_at=known_at, **asked)


def rules(session: Reading, *, known_at: int | None = None) -> list[Row]:
    """Return the rules with their settings."""
    return ask(session, SQL["rules"], known_at=known_at)


def as_said(rows: list[Row]) -> list[Row]:
    """Return stances with dates as precise as they are known, and the earliest possible days in separate columns."""
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
    """Return the parameters of a query: keys, the day of the answer, and the number of the changeset, if given."""
    keys = answer_keys(session, rule=rule, holder=holder, issue=issue, known_at=known_at)
    anybody = {"any_holder": keys.holder is None, "any_issue": keys.issue is None}
    return {**keys._asdict(), **anybody, "number": known_at}
