"""Run a query on the database as it is now, or as it was known at a changeset."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import TextClause, text

from stancedb.database import Reading
from stancedb.errors import NoSuchThing, NotAChangeset
from stancedb.shared.objects import definition
from stancedb.sql import Queries, asked_for

SQL = Queries(__file__)
Row = dict[str, Any]

_TABLE = re.compile(r"\{(\w+)\}")
# The relations that a view of stancedb reads.
_READ = re.compile(r"\bstancedb\.(\w+)")


def ask(
    session: Reading, question: TextClause | str, *, known_at: int | None = None, **parameters: object
) -> list[Row]:
    """Return the rows of a SELECT in which tables are placeholders, such as ``{actor}``.

    Args:
        session: The session.
        question: The SELECT.
        known_at: The number of the changeset whose state is queried; None means the present.
        **parameters: Values for the parameters of the SELECT; filters whose parameter is None or False are left out.
    """
    # A relation as known has several lines, so optional lines are removed before it is inserted.
    source = asked_for(text(question) if isinstance(question, str) else question, parameters).text
    statement = with_relations(source, known=known_at is not None)
    result = session.execute(text(statement), {**parameters, "known_at": known_at} if known_at else parameters)
    return [dict(row) for row in result.mappings()]


def with_relations(question: str, *, known: bool) -> str:
    """Return a SELECT with its placeholders, such as ``{actor}``, replaced by relations.

    Args:
        question: The SELECT.
        known: Whether the relations are read as known at ``:known_at``, or as they are now.
    """
    return _TABLE.sub(lambda match: relation(match[1], 1 if known else None), question)


def relation(table: str, known_at: int | None) -> str:
    """Return the SQL for a relation in a SELECT: its name, or a subquery for its rows as known at a changeset.

    Args:
        table: A curated table, or one of the views in ``stancedb.shared.objects``, whose definition is then run on the
            tables as they were known.
        known_at: The number of the changeset; None means now.
    """
    if known_at is None:
        return f"stancedb.{table}"
    view = definition(table)
    if view is not None:
        return f"({_READ.sub(lambda match: relation(match[1], known_at), view)})"
    return f"({SQL['as_known'].text.replace('{table}', table)})"


def last_changeset(session: Reading) -> int:
    """Return the number of the last changeset; 0 before the first."""
    number: int = session.execute(SQL["last_number"]).scalar_one()
    return number


def changeset_number(session: Reading, known_at: str | None) -> int | None:
    """Return the number for ``--known-at``: the number itself, or the last changeset of a day.

    Raises:
        UsageError: The value is neither a number nor a day.
        NoSuchThing: There is no such changeset.
    """
    if known_at is None:
        return None
    last = last_changeset(session)
    if known_at.isdecimal():
        number = int(known_at)
        if not 1 <= number <= last:
            raise NoSuchThing(kind="changeset", handle=known_at, offer=f" The numbers go from 1 to {last}.")
        return number
    try:
        day = date.fromisoformat(known_at)
    except ValueError:
        raise NotAChangeset(value=known_at) from None
    found: int | None = session.execute(SQL["last_number_of_day"], {"day": day}).scalar_one()
    if found is None:
        raise NoSuchThing(kind="changeset", handle=known_at, offer=" The database is younger than that day.")
    return found


def day_of(session: Reading, known_at: int | None) -> date:
    """Return the day for which an answer is given: today, or the day of the changeset."""
    day: date = session.execute(SQL["day_of"], {"number": known_at}).scalar_one()
    return day
