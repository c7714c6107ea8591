"""Find the actor that a source names: by slug, identifier, or a name in use on the day."""

from __future__ import annotations

from dataclasses import replace

from stancedb.loading.stage import Stage
from stancedb.refusals import Fault, Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


def resolve(stage: Stage) -> tuple[list[Refusal], bool]:
    """Replace identifiers and names of actors in staged lines with slugs; known slugs stay unchanged.

    A name that matches no actor is left unchanged, and the check of references rejects it.

    Args:
        stage: The staged lines of a coding sheet.

    Returns:
        A refusal for each line with an ambiguous handle, and whether any line was changed.
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
