"""Repeatable objects that every room may use: what is said once in the database instead of in each question.

A view here also answers as known at a changeset: ``stancedb.shared.asking`` reads its definition for that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from stancedb.installed import Objects

OBJECTS = Objects(
    __file__,
    "stancedb",
    {
        "newest_text": "The newest text of each article.",
        "standing_actor": "Every actor with the one that it counts for: itself, or the one it is merged into.",
        "standing_issue": "Every issue with the one that it counts for: itself, or the one it is merged into.",
        "standing_position": "Every position with the one that it counts for: itself, or the one it is merged into.",
        "shown_attribute": "The attributes that an actor is shown with: its own before those of actors merged into it.",
        "shown_mention": "The words of each statement as printed: the mention to show first.",
        "row_version": "Every version of every curated row, by table, with the changesets that wrote and ended it.",
        "last_number()": "The number of the last changeset.",
        "day_of(bigint)": "The day on which a question as known at a changeset is answered; today without one.",
        "day_as_said(date, date, date, text)": "A day as precisely as the date of a statement says it.",
        "change_label(text, text, text)": "The words that show a kind of change: towards which pole of the scale.",
        "known_stances(bigint, bigint, date, bigint, bigint)": "The stances under a rule, stored or as known.",
        "known_changes(bigint, bigint, date, bigint, bigint)": "The changes of stance under a rule, likewise.",
        "behind(bigint, bigint, bigint, bigint, bigint, bigint)": "The statements behind one stance, and as what.",
        "family_of(bigint[])": "The articles that are copies of one another, with their original.",
    },
    witness="last_number()",
)


@cache
def definition(view: str) -> str | None:
    """Return the SELECT that a view is, or None of what is no view of these."""
    if view not in OBJECTS.comments:
        return None
    source = (Path(__file__).parent / f"{view}.sql").read_text(encoding="utf-8")
    return source.partition(f"CREATE VIEW stancedb.{view} AS\n")[2].rstrip()
