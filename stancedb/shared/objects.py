"""Repeatable views and functions that every room may use, so that each is defined only once.

The views can also be read as known at a changeset: ``stancedb.shared.asking`` uses their definitions for this.
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
        "standing_actor": "Every actor with the actor that it counts for: itself, or the target of a merge.",
        "standing_issue": "Every issue with the issue that it counts for: itself, or the target of a merge.",
        "standing_position": "Every position with the position that it counts for: itself, or the target of a merge.",
        "shown_attribute": "The attributes shown for an actor: its own before those of actors merged into it.",
        "printed_mention": "Every mention with its article, and its place in the order in which mentions are shown.",
        "row_version": "Every version of every curated row, by table, with the changesets that wrote and ended it.",
        "last_number()": "The number of the last changeset.",
        "day_of(bigint)": "The day of a changeset, on which questions as known at it are answered; today if null.",
        "day_as_said(date, date, date, text)": "A day as precisely as the date of a statement gives it.",
        "change_label(text, text, text)": "The words that show a kind of change: towards which pole of the scale.",
        "known_stances(bigint, bigint, date, bigint, bigint)": "The stances under a rule, stored or as known.",
        "known_changes(bigint, bigint, date, bigint, bigint)": "Changes of stance under a rule, stored or as known.",
        "behind(bigint, bigint, bigint, bigint, bigint, bigint)": "The statements behind one stance, with their roles.",
        "family_of(bigint[])": "The articles that are copies of one another, with their original.",
    },
    witness="last_number()",
)


@cache
def definition(view: str) -> str | None:
    """Return the SELECT of a shared view, or None for any other relation."""
    if view not in OBJECTS.comments:
        return None
    source = (Path(__file__).parent / f"{view}.sql").read_text(encoding="utf-8")
    return source.partition(f"CREATE VIEW stancedb.{view} AS\n")[2].rstrip()
