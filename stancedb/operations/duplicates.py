"""Copies of articles: what is proposed, and what people decide about it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.errors import NoSuchThing, RefusedByRule
from stancedb.model.vocabulary import DuplicateState
from stancedb.operations.statements import merge_statements
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_id

# A word, or one character of a script without spaces, much as the function stancedb.text_shingles has it.
_TOKEN = re.compile(
    "[\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\\W\u3005\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]+"
)
_RUN = 5

_PAIRS = """
SELECT c.slug AS article, f.slug AS original, round(CAST(d.score AS numeric), 2) AS score, d.state,
    co.slug AS outlet, fo.slug AS original_outlet, c.published_edtf AS published,
    f.published_edtf AS original_published, c.title, f.title AS original_title, d.reason,
    CASE WHEN d.state <> 'proposed' THEN s.number END AS decided_by, c.id AS copy_id, f.id AS original_id
FROM {article_duplicate} d JOIN {article} c ON c.id = d.copy_id JOIN {article} f ON f.id = d.original_id
JOIN {outlet} co ON co.id = c.outlet_id JOIN {outlet} fo ON fo.id = f.outlet_id
"""


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
        f"{_PAIRS} JOIN stancedb.changeset s ON s.id = d.changeset_id"
        " WHERE (CAST(:state AS text) IS NULL OR d.state = :state)"
        " AND (d.state <> 'proposed' OR c.syndicated_from_id IS NULL)"
        " AND (CAST(:outlet AS bigint) IS NULL OR :outlet IN (c.outlet_id, f.outlet_id)) AND d.score >= :min_score"
        " ORDER BY d.state = 'proposed' DESC, d.score DESC, c.slug, f.slug LIMIT :limit",
        state=state,
        outlet=optional_id(session, "outlet", outlet),
        min_score=min_score,
        limit=limit,
    )
    for start in range(0, len(rows), _AT_ONCE):
        _add_passages(session, rows[start : start + _AT_ONCE])
    return rows


# How many pairs of texts are held at a time.
_AT_ONCE = 200


def _add_passages(session: Reading, rows: list[Row]) -> None:
    """Add to each pair the longest passage that the newest texts have in common."""
    bodies = {
        found["article_id"]: found["body"]
        for found in ask(
            session,
            "SELECT DISTINCT ON (v.article_id) v.article_id, v.body FROM {article_version} v"
            " WHERE v.article_id = ANY (:articles) ORDER BY v.article_id, v.retrieved_at DESC, v.id DESC",
            articles=[row[side] for row in rows for side in ("copy_id", "original_id")],
        )
    }
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


def accept_duplicates(session: Writing, articles: Sequence[str], *, original: str | None = None) -> list[Row]:
    """Say that articles are copies of the ones they are proposed as copies of.

    A statement that the copy and its original both print becomes one, with a mention in each.

    Args:
        session: The writing session.
        articles: The copies.
        original: The article they are copies of, where several are proposed.

    Raises:
        NoSuchThing: Nothing of the kind is proposed.
        RefusedByRule: It is decided already, several originals are proposed, or the original is a copy of its copy.
    """
    open_pairs = _open_pairs(session, articles, original)
    for article, pairs in open_pairs.items():
        if len(pairs) > 1:
            several = " or of ".join(f"'{pair['original']}'" for pair in pairs)
            raise RefusedByRule(sentence=f"'{article}' is proposed as a copy of {several}; say which with --from")
    chosen = [pair for pairs in open_pairs.values() for pair in pairs]
    session.execute(
        text(
            "UPDATE stancedb.article a SET syndicated_from_id = x.original"
            " FROM unnest(CAST(:copies AS bigint[]), CAST(:originals AS bigint[])) x(copy, original)"
            " WHERE a.id = x.copy AND a.syndicated_from_id IS DISTINCT FROM x.original"
        ),
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
    """Say that articles are no copies of what they are proposed as copies of; the pairs are not proposed again.

    Args:
        session: The writing session.
        articles: What is no copy.
        reason: Why.
        original: The article they are no copies of; all that are proposed if not given.

    Raises:
        NoSuchThing: Nothing of the kind is proposed.
        RefusedByRule: It is decided already.
    """
    chosen = [pair for pairs in _open_pairs(session, articles, original).values() for pair in pairs]
    _decide(session, chosen, DuplicateState.REJECTED, reason)
    return [
        {"article": pair["article"], "no_copy_of": pair["original"], "score": pair["score"], "reason": reason}
        for pair in chosen
    ]


def _open_pairs(session: Reading, articles: Sequence[str], original: str | None) -> dict[str, list[Row]]:
    """Return by article what is proposed of it and not decided, and refuse where there is nothing to decide."""
    rows = ask(
        session,
        f"{_PAIRS} JOIN stancedb.changeset s ON s.id = d.changeset_id WHERE c.slug = ANY (:articles)"
        " AND (CAST(:original AS bigint) IS NULL OR f.id = :original) ORDER BY c.slug, d.score DESC, f.slug",
        articles=list(articles),
        original=optional_id(session, "article", original),
    )
    known = {
        row["article"]: row["original"]
        for row in ask(
            session,
            "SELECT c.slug AS article, f.slug AS original FROM {article} c"
            " LEFT JOIN {article} f ON f.id = c.syndicated_from_id WHERE c.slug = ANY (:articles)",
            articles=list(articles),
        )
    }
    found: dict[str, list[Row]] = {}
    for article in dict.fromkeys(articles):
        pairs = [row for row in rows if row["article"] == article]
        found[article] = [row for row in pairs if row["state"] == DuplicateState.PROPOSED]
        if article not in known:
            id_of(session, "article", article)
        if not pairs:
            of = f" of '{original}'" if original else ""
            raise NoSuchThing(
                kind="proposed copy", handle=article, offer=f"{of}; 'stancedb article duplicates list' shows what is"
            )
        if not found[article]:
            decided = pairs[0]
            raise RefusedByRule(
                sentence=f"'{article}' as a copy of '{decided['original']}' is {decided['state']} already,"
                f" by changeset {decided['decided_by']}; undo that one to decide again"
            )
        if known[article] is not None:
            raise RefusedByRule(sentence=f"'{article}' is known as a copy of '{known[article]}' already")
    return found


def _decide(session: Writing, pairs: Sequence[Row], state: DuplicateState, reason: str | None) -> None:
    session.execute(
        text(
            "UPDATE stancedb.article_duplicate d SET state = :state, reason = :reason"
            " FROM unnest(CAST(:copies AS bigint[]), CAST(:originals AS bigint[])) x(copy, original)"
            " WHERE (d.copy_id, d.original_id) = (x.copy, x.original)"
        ),
        {
            "state": state,
            "reason": reason,
            "copies": [pair["copy_id"] for pair in pairs],
            "originals": [pair["original_id"] for pair in pairs],
        },
    )
