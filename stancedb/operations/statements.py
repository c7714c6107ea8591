"""Statements: linking, retracting, and merging those that two articles print in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from stancedb.database import Writing
from stancedb.operations.locks import lock_statements
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def link_statements(session: Writing, slug: str, *, kind: str, target: str) -> Row:
    """Link a later statement to an earlier one."""
    session.execute(
        SQL["link_statements"],
        {"statement": id_of(session, "statement", slug), "kind": kind, "target": id_of(session, "statement", target)},
    )
    return {"statement": slug, "kind": kind, "target": target}


def retract_statement(session: Writing, slug: str, *, reason: str) -> Row:
    """Retract the record of a statement because it is wrong; it is kept, with the reason, but no longer counts.

    If the speaker took the words back, record that as a separate statement with a link ``retracts``.
    """
    session.execute(SQL["retract_statement"], {"key": id_of(session, "statement", slug), "reason": reason})
    return {"statement": slug, "retracted_reason": reason}


def merge_statements(session: Writing, copies: Sequence[int]) -> dict[int, int]:
    """Merge the statements that copies and their originals print in the same words.

    Statements with the same speaker, date and words (ignoring case, accents and punctuation) are merged into the
    original's statement. Mentions move to it, and so do codings, links and causes unless it already has them. No data
    is lost: the other statement refers to the statement into which it is merged, and ``changeset undo`` separates them.

    Args:
        session: The writing session.
        copies: The keys of the copies; their originals are looked up.

    Returns:
        The number of merged statements by the key of the copy.
    """
    session.execute(SQL["find_same_words"], {"copies": list(copies)})
    merged = {row.article_id: row.merged for row in session.execute(SQL["count_same_words"])}
    if merged:
        lock_statements(session, session.execute(SQL["statements_of_same_words"]).scalars().all())
        for step in _GO_OVER:
            session.execute(SQL[step])
    session.execute(SQL["forget_same_words"])
    return merged


# The steps that move data to the remaining statement, in this order.
_GO_OVER = (
    "defer_mentions",
    "move_mentions",
    "move_codings",
    "detach_codings",
    "check_mentions",
    "move_links",
    "move_links_to_them",
    "move_causes",
    "move_effects",
    "merge_statements",
)
