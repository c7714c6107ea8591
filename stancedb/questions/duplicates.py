"""Copies of articles: what is proposed, and what both have in common."""

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
# A word, or one character of a script without spaces, much as the function stancedb.text_shingles has it.
_TOKEN = re.compile(
    "[\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_RUN = 5
# How many pairs of texts are held at a time.
_AT_ONCE = 200


def list_duplicates(
    session: Reading,
    *,
    state: str | None = DuplicateState.PROPOSED,
    outlet: str | None = None,
    min_score: float = 0.0,
    limit: int | None = None,
) -> list[Row]:
    """Return pairs of articles that look like copies, the most alike first, each with a passage that both have.

    Args:
        session: The session.
        state: Pairs in this state alone. What is proposed of an article that is known as a copy by now is left out,
            because nothing is left to decide.
        outlet: Pairs with an article of this outlet on either side.
        min_score: Pairs with at least this score, from 0 to 1.
        limit: At most so many.
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
    """Return what is proposed or decided of articles as copies, by article, with the keys of both.

    Args:
        session: The session.
        articles: The slugs of the copies.
        original: Only as copies of this article.
    """
    key = optional_id(session, "article", original)
    return ask(session, SQL["pairs_of"], articles=list(articles), original=key)


def originals_of(session: Reading, articles: Sequence[str]) -> dict[str, str | None]:
    """Return by slug what each of the articles that there are is known as a copy of, or None."""
    rows = ask(session, SQL["originals_of"], articles=list(articles))
    return {row["article"]: row["original"] for row in rows}


def _add_passages(session: Reading, rows: list[Row]) -> None:
    """Add to each pair the longest passage that the newest texts have in common."""
    keys = [row[side] for row in rows for side in ("copy_id", "original_id")]
    bodies = {found["article_id"]: found["body"] for found in ask(session, SQL["bodies"], articles=keys)}
    for row in rows:
        row["passage"] = shared_passage(bodies[row.pop("copy_id")], bodies[row.pop("original_id")])


def shared_passage(copy: str, original: str, length: int = 160) -> str | None:
    """Return the beginning of the longest passage of a text all of whose runs of five words another text has.

    Args:
        copy: The text that the passage is taken from, as it is printed.
        original: The other text.
        length: How many characters are shown at most.
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
