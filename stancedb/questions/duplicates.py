"""Queries of likely copies of articles, and the passages that they share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from stancedb.database import Reading
from stancedb.model.vocabulary import DuplicateState
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)
# A word, or one character of a script without spaces, similar to the function stancedb.text_shingles.
_TOKEN = re.compile(
    "[\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_RUN = 5
# Number of pairs of texts held in memory at a time.
_AT_ONCE = 200


def list_duplicates(
    session: Reading,
    *,
    state: str | None = DuplicateState.PROPOSED,
    outlet: str | None = None,
    min_score: float = 0.0,
    limit: int | None = None,
) -> list[Row]:
    """Return pairs of articles that look like copies, most similar first, each with a passage that both contain.

    Args:
        session: The session.
        state: Only pairs in this state. Proposals for an article that is already a known copy are left out, because
            there is nothing left to decide.
        outlet: Only pairs in which either article is of this outlet.
        min_score: Only pairs with at least this similarity, from 0 to 1.
        limit: Maximum number of pairs; None for no limit.
    """
    rows = ask(
        session,
        SQL["list_duplicates"],
        state=state,
        outlet=optional_id(session, "outlet", outlet),
        min_score=min_score,
        limit=limit,
    )
    for start in range(0, len(rows), _AT_ONCE):
        _add_passages(session, rows[start : start + _AT_ONCE])
    return rows


def pairs_of(session: Reading, articles: Sequence[str], *, original: str | None = None) -> list[Row]:
    """Return the proposed and decided pairs of articles, by article, with the keys of both.

    Args:
        session: The session.
        articles: The slugs of the copies.
        original: Only pairs with this original.
    """
    key = optional_id(session, "article", original)
    return ask(session, SQL["pairs_of"], articles=list(articles), original=key)


def originals_of(session: Reading, articles: Sequence[str]) -> dict[str, str | None]:
    """Return the known original, or None, of each existing article by slug."""
    rows = ask(session, SQL["originals_of"], articles=list(articles))
    return {row["article"]: row["original"] for row in rows}


def _add_passages(session: Reading, rows: list[Row]) -> None:
    """Add to each pair the longest passage that the newest texts share."""
    keys = [row[side] for row in rows for side in ("copy_id", "original_id")]
    bodies = {found["article_id"]: found["body"] for found in ask(session, SQL["bodies"], articles=keys)}
    for row in rows:
        row["passage"] = shared_passage(bodies[row.pop("copy_id")], bodies[row.pop("original_id")])


def shared_passage(copy: str, original: str, length: int = 160) -> str | None:
    """Return the beginning of the longest passage of a text whose runs of five words all occur in another text.

    Args:
        copy: The text from which the passage is taken, as printed.
        original: The other text.
        length: Maximum number of characters.
    """
    tokens = list(_TOKEN.finditer(copy))
    words, others = ([_plain(m[0]) for m in found] for found in (tokens, _TOKEN.finditer(original)))
    known = {tuple(others[at : at + _RUN]) for at in range(len(others) - _RUN + 1)}
    best = begun = 0
    start = end = -1
    for at in range(len(words) - _RUN + 1):
        if tuple(words[at : at + _RUN]) not in known:
            begun = at + 1
        elif at - begun + 1 > best:
            best, start, end = at - begun + 1, begun, at + _RUN - 1
    if not best:
        return None
    passage = " ".join(copy[tokens[start].start() : tokens[end].end()].split())
    return passage if len(passage) <= length else f"{passage[:length].rstrip()} …"


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()
