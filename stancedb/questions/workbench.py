"""Rounds of coding: how far they are, and what a coder has before her."""

from __future__ import annotations

from stancedb.database import Reading
from stancedb.errors import NoSuchThing
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_rounds(session: Reading) -> list[Row]:
    """Return the rounds, the newest first, with how many of the visible assignments are in which state."""
    return [dict(row) for row in session.execute(SQL["rounds"]).mappings()]


def show_round(session: Reading, slug: str) -> Row:
    """Return one round with its scope and the progress of each coder whom the login may see.

    Raises:
        NoSuchThing: There is no such round.
    """
    key = id_of(session, "round", slug)
    row = dict(session.execute(SQL["round"], {"round": key}).mappings().one())
    row["coders"] = [dict(coder) for coder in session.execute(SQL["progress"], {"round": key}).mappings()]
    return row


def list_assignments(
    session: Reading,
    *,
    round_slug: str | None = None,
    coder: str | None = None,
    state: str | None = None,
    limit: int | None = None,
) -> list[Row]:
    """Return the assignments that the login may see, in the order of their coders' queues."""
    parameters = {
        "round": None if round_slug is None else id_of(session, "round", round_slug),
        "coder": None if coder is None else id_of(session, "coder", coder),
        "state": state,
        "limit": limit,
    }
    return [dict(row) for row in session.execute(SQL["assignments"], parameters).mappings()]


def show_assignment(session: Reading, assignment: int, *, coder: str) -> Row:
    """Return what a coder needs to code a text: the text, the scope of the round, her findings so far and her draft.

    Raises:
        NoSuchThing: The coder has no such assignment.
    """
    row = session.execute(SQL["assignment"], {"assignment": assignment, "coder": coder}).mappings().first()
    if row is None:
        raise NoSuchThing(kind="assignment", handle=assignment, offer=f" of '{coder}'")
    found = dict(row)
    found["findings"] = [
        dict(finding) for finding in session.execute(SQL["findings"], {"assignment": assignment}).mappings()
    ]
    return found
