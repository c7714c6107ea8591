"""Repeatable objects that every room may use: what is said once in the database instead of in each question.

A view here also answers as known at a changeset: ``stancedb.shared.asking`` reads its definition for that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, TextClause, text

# One file, one object, in the order of installation; with the comment that the database shows.
VIEWS = {
    "newest_text": "The newest text of each article.",
    "standing_actor": "Every actor with the one that it counts for: itself, or the one it is merged into.",
    "standing_issue": "Every issue with the one that it counts for: itself, or the one it is merged into.",
    "standing_position": "Every position with the one that it counts for: itself, or the one it is merged into.",
    "shown_mention": "The words of each statement as printed: the mention to show first.",
    "row_version": "Every version of every curated row, by table, with the changesets that wrote and ended it.",
}
FUNCTIONS = {
    "last_number()": "The number of the last changeset.",
    "day_of(bigint)": "The day on which a question as known at a changeset is answered; today without one.",
    "day_as_said(date, date, date, text)": "A day as precisely as the date of a statement says it.",
    "known_stances(bigint, bigint, date, bigint, bigint)": "The stances under a rule, stored or as known.",
    "known_changes(bigint, bigint, date, bigint, bigint)": "The changes of stance under a rule, stored or as known.",
    "behind(bigint, bigint, bigint, bigint, bigint, bigint)": "The statements behind one stance, and as what.",
    "family_of(bigint[])": "The articles that are copies of one another, with their original.",
}


def install(connection: Connection) -> None:
    """Install functions and views."""
    for kind, objects in (("VIEW", VIEWS), ("FUNCTION", FUNCTIONS)):
        for signature, comment in objects.items():
            connection.execute(_source(signature.partition("(")[0]))
            connection.exec_driver_sql(f"COMMENT ON {kind} stancedb.{signature} IS '{comment}'")


def uninstall(connection: Connection) -> None:
    """Drop functions and views, so that migrations may change what they read."""
    for kind, objects in (("FUNCTION", FUNCTIONS), ("VIEW", VIEWS)):
        for signature in reversed(objects):
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS stancedb.{signature}")


@cache
def definition(view: str) -> str:
    """Return the SELECT that a view is."""
    return _read(view).partition(f"CREATE VIEW stancedb.{view} AS\n")[2].rstrip()


def _source(name: str) -> TextClause:
    """Return one file as a statement; colons are escaped because SQLAlchemy reads them as parameters."""
    return text(_read(name).replace(":", "\\:"))


def _read(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
