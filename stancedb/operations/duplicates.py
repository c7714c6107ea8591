"""Copies of articles: decisions about proposed pairs."""

from __future__ import annotations

from collections.abc import Sequence

from stancedb.database import Reading, Writing
from stancedb.errors import CopyAlready, DecidedAlready, NoSuchThing, SeveralOriginals
from stancedb.model.vocabulary import DuplicateState
from stancedb.operations.statements import merge_statements
from stancedb.questions.duplicates import originals_of, pairs_of
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def accept_duplicates(session: Writing, articles: Sequence[str], *, original: str | None = None) -> list[Row]:
    """Mark articles as copies of the proposed originals.

    Statements that a copy and its original both print are merged into one, with a mention in each.

    Args:
        session: The writing session.
        articles: The slugs of the copies.
        original: The slug of the original, if several are proposed.

    Raises:
        NoSuchThing: There is no such proposal.
        RefusedByRule: The pair is already decided, several originals are proposed, or the original is a copy of its
            copy.
    """
    open_pairs = _open_pairs(session, articles, original)
    for article, pairs in open_pairs.items():
        if len(pairs) > 1:
            several = " or of ".join(f"'{pair['original']}'" for pair in pairs)
            raise SeveralOriginals(article=article, originals=several)
    chosen = [pair for pairs in open_pairs.values() for pair in pairs]
    session.execute(
        SQL["lead_to_originals"],
        {"copies": [pair["copy_id"] for pair in chosen], "originals": [pair["original_id"] for pair in chosen]},
    )
    _decide(session, chosen, DuplicateState.ACCEPTED, None)
    merged = merge_statements(session, [pair["copy_id"] for pair in chosen])
    return [
        {
            "article": pair["article"],
            "syndicated_from": pair["original"],
            "score": pair["score"],
            "statements_merged": merged.get(pair["copy_id"], 0),
        }
        for pair in chosen
    ]


def reject_duplicates(
    session: Writing, articles: Sequence[str], *, reason: str, original: str | None = None
) -> list[Row]:
    """Mark articles as not copies of the proposed originals; the pairs are not proposed again.

    Args:
        session: The writing session.
        articles: The slugs of the articles that are not copies.
        reason: The reason.
        original: The slug of the original to reject (default: all that are proposed).

    Raises:
        NoSuchThing: There is no such proposal.
        RefusedByRule: The pair is already decided.
    """
    chosen = [pair for pairs in _open_pairs(session, articles, original).values() for pair in pairs]
    _decide(session, chosen, DuplicateState.REJECTED, reason)
    return [
        {"article": pair["article"], "no_copy_of": pair["original"], "score": pair["score"], "reason": reason}
        for pair in chosen
    ]


def _open_pairs(session: Reading, articles: Sequence[str], original: str | None) -> dict[str, list[Row]]:
    """Return the undecided pairs of each article; fail if an article has none."""
    rows = pairs_of(session, articles, original=original)
    known = originals_of(session, articles)
    found: dict[str, list[Row]] = {}
    for article in dict.fromkeys(articles):
        pairs = [row for row in rows if row["article"] == article]
        found[article] = [row for row in pairs if row["state"] == DuplicateState.PROPOSED]
        if article not in known:
            id_of(session, "article", article)
        if not pairs:
            of = f" of '{original}'" if original else ""
            offer = " See 'stancedb article duplicates list'."
            raise NoSuchThing(kind="proposed copy", handle=article, where=of, offer=offer)
        if not found[article]:
            decided = pairs[0]
            raise DecidedAlready(
                article=article, original=decided["original"], state=decided["state"], changeset=decided["decided_by"]
            )
        if (came_first := known[article]) is not None:
            raise CopyAlready(article=article, original=came_first)
    return found


def _decide(session: Writing, pairs: Sequence[Row], state: DuplicateState, reason: str | None) -> None:
    session.execute(
        SQL["decide"],
        {
            "state": state,
            "reason": reason,
            "copies": [pair["copy_id"] for pair in pairs],
            "originals": [pair["original_id"] for pair in pairs],
        },
    )
