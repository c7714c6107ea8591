"""Statements: linked, withdrawn, and made one where two articles print the same words."""

from __future__ import annotations

from collections.abc import Sequence

from stancedb.database import Writing
from stancedb.operations.locks import lock_statements
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def link_statements(session: Writing, slug: str, *, kind: str, target: str) -> Row:
    """Say how a later statement stands to an earlier one."""
    session.execute(
        SQL["link_statements"],
        {"statement": id_of(session, "statement", slug), "kind": kind, "target": id_of(session, "statement", target)},
    )
    return {"statement": slug, "kind": kind, "target": target}


def retract_statement(session: Writing, slug: str, *, reason: str) -> Row:
    """Withdraw the record of a statement because it is wrong; it stays, with the reason, and counts no longer.

    When the speaker took the statement back, record that as a statement of its own with a link ``retracts``.
    """
    session.execute(SQL["retract_statement"], {"key": id_of(session, "statement", slug), "reason": reason})
    return {"statement": slug, "retracted_reason": reason}


def merge_statements(session: Writing, copies: Sequence[int]) -> dict[int, int]:
    """Make one of the statements that articles and what they are copies of print in the same words.

    The same speaker, the same date and the same words, but for case, accents and signs, are one statement; the one of
    the original stays. The mentions go over to it, and so do codings, links and causes, but where it has its own.
    Nothing is lost: the other statement names the one it is merged into, and ``changeset undo`` parts them.

    Args:
        session: The writing session.
        copies: The keys of the copies; what they are copies of is looked up.

    Returns:
        How many statements of each copy are merged into others, by the key of the copy.
    """
    session.execute(SQL["find_same_words"], {"copies": list(copies)})
    merged = {row.article_id: row.merged for row in session.execute(SQL["count_same_words"])}
    if merged:
        lock_statements(session, session.execute(SQL["statements_of_same_words"]).scalars().all())
        for step in _GO_OVER:
            session.execute(SQL[step])
    session.execute(SQL["forget_same_words"])
    return merged


# What goes over to the statement that stays, in this order.
_GO_OVER = (
    "remember_mentions",
    "part_codings",
    "move_mentions",
    "move_codings",
    "rejoin_codings",
    "forget_mentions",
    "move_links",
    "move_links_to_them",
    "move_causes",
    "move_effects",
    "merge_statements",
)
