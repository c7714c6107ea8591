"""Rounds of coding: how far they are, and what a coder has before her."""

from __future__ import annotations

from stancedb.candidates.finding import candidates
from stancedb.candidates.keywords import IssueWords, keywords_of
from stancedb.candidates.names import Name
from stancedb.database import Reading
from stancedb.errors import NoSuchThing, NothingOpened, SeveralOpened
from stancedb.questions.changesets import changeset_id
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
        "at_most": limit,
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


def coding_text(session: Reading, assignment: int, *, coder: str) -> Row:
    """Return what ``show_assignment`` does, with the scope in full and the places where a statement may be.

    Of each issue in scope it has the question and the active positions. ``candidates`` are the places, in the order of
    the text: ``start`` and ``end`` in code points, ``paragraph``, ``score`` from 0 to 1, ``why`` with what was found,
    ``speaker`` or None, and the words. They are places to jump to; a text may have statements elsewhere.

    Raises:
        NoSuchThing: The coder has no such assignment.
    """
    found = show_assignment(session, assignment, coder=coder)
    scope = session.execute(SQL["scope"], {"round": id_of(session, "round", found["round"])})
    issues = [dict(issue) for issue in scope.mappings()]
    return {**found, "issues": issues, "candidates": _candidates(session, found)}


def _candidates(session: Reading, found: Row) -> list[Row]:
    """Return the places of an assigned text where a statement may be."""
    names = [Name(*row) for row in session.execute(SQL["names"], {"day": found["day"]})]
    keywords = keywords_of(IssueWords(*row) for row in session.execute(SQL["issue_words"]))
    in_scope = [keyword for keyword in keywords if keyword.issue in set(found["issues"])]
    body: str = found["body"]
    return [
        {
            "start": place.span.start,
            "end": place.span.end,
            "paragraph": place.paragraph,
            "score": place.score,
            "why": [{"why": reason.why, "words": reason.words, "of": [*reason.of]} for reason in place.reasons],
            "speaker": place.speaker,
            "quote": body[place.span.start : place.span.end],
        }
        for place in candidates(body, language=found["language"], names=names, keywords=in_scope)
    ]


def coder_name(session: Reading, given: str | None, *, author: str) -> str:
    """Return the name under which a session codes.

    Args:
        session: The session.
        given: The name that the person gave, if any.
        author: Who signs changes, for a session that is not a coder's login.

    Raises:
        NoSuchThing: There is no such coder.
    """
    name: str = given or session.execute(SQL["my_name"], {"author": author}).scalar_one()
    id_of(session, "coder", name)
    return name


def opened_assignment(session: Reading, *, coder: str) -> int:
    """Return the number of the assignment that a coder is working on: open, begun and not put off.

    Where all that she has begun is put off, an assignment that was put off counts too.

    Raises:
        NothingOpened: There is none.
        SeveralOpened: There are several.
    """
    found = session.execute(SQL["opened"], {"coder": coder}).all()
    begun = [row.id for row in found if not row.is_put_off] or [row.id for row in found]
    if not begun:
        raise NothingOpened(coder=coder)
    if len(begun) > 1:
        raise SeveralOpened(numbers=", ".join(map(str, begun)))
    number: int = begun[0]
    return number


def released_by(session: Reading, changeset: int) -> list[Row]:
    """Return the assignments, with their coders and articles, whose findings a changeset released.

    Raises:
        NoSuchThing: There is no such changeset.
    """
    key = changeset_id(session, changeset)
    return [dict(row) for row in session.execute(SQL["released_by"], {"changeset": key}).mappings()]
