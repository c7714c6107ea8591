"""Who is meant by what a source calls somebody: by slug, else by identifier, else by a name held on the day."""

from __future__ import annotations

from dataclasses import replace

from stancedb.loading.stage import Stage
from stancedb.refusals import Fault, Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


def resolve(stage: Stage) -> tuple[list[Refusal], bool]:
    """Put slugs where staged lines call actors by an identifier or a name; known slugs stay as they are.

    A name without an actor is left unchanged, for the check of references to reject.

    Args:
        stage: The staged lines of a coding sheet.

    Returns:
        A refusal for each line where a handle may mean several actors, and whether any line was changed.
    """
    session = stage.session
    session.execute(SQL["drop_called"])
    session.execute(SQL["called"])
    if not session.execute(SQL["is_any_called"]).scalar_one():
        return [], False
    session.execute(SQL["meant"])
    session.execute(SQL["count_meant"])
    ambiguous = [_with_candidates(refusal) for refusal in stage.refuse("ambiguous_name", SQL["ambiguous"])]
    return ambiguous, session.execute(SQL["put_slugs"]).rowcount > 0


def _with_candidates(refusal: Refusal) -> Refusal:
    candidates = [Fault("candidate", candidate) for candidate in refusal.values["candidates"]]
    return replace(refusal, values={**refusal.values, "candidates": candidates})
