"""Queries of articles, and full-text search."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from typing import Literal

from stancedb.database import Reading
from stancedb.errors import NoWord
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)
_QUOTED = re.compile(r'"([^"]*)"|([^\s"]+)')
_ACCENT = re.compile("[\u0300-\u036f]")
_PLAIN = str.maketrans("øłđı\u03c2", "oldi\u03c3")
# The scripts that the function stancedb.search_text treats as written without spaces.
_UNSPACED = re.compile(
    "[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def list_articles(
    session: Reading,
    *,
    outlet: str | None = None,
    uncoded: bool = False,
    limit: int | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return articles, newest first; with ``uncoded`` only those without a statement, which are still to be coded."""
    return ask(
        session,
        SQL["list_articles"],
        known_at=known_at,
        outlet=optional_id(session, "outlet", outlet, known_at=known_at),
        uncoded=uncoded,
        limit=limit,
    )


def show_article(session: Reading, slug: str) -> Row:
    """Return one article with its newest text and the places of the statements in it."""
    key = id_of(session, "article", slug)
    row = ask(session, SQL["show_article"], key=key)[0]
    row["mentions"] = ask(session, SQL["mentions"], key=key)
    return row


def search_articles(
    session: Reading,
    words: str,
    *,
    outlet: str | None = None,
    since: date | None = None,
    until: date | None = None,
    language: str | None = None,
    coded: bool | None = None,
    by: Literal["rank", "date"] = "rank",
    limit: int | None = 20,
) -> list[Row]:
    """Return the articles whose title or newest text contains all words, with a snippet in which hits are marked.

    Words are compared ignoring case and accents and without stemming, so that all languages are treated alike; a phrase
    is enclosed in double quotes. Chinese, Japanese and Korean words are found anywhere in the text. Candidates from an
    index are checked against the text itself.

    Args:
        session: The session.
        words: The words and phrases to search for.
        outlet: Only articles of this outlet.
        since: Only articles that may have been published on or after this date.
        until: Only articles that may have been published on or before this date.
        language: Only articles in this language; ``zh`` also matches ``zh-Hant``.
        coded: True for articles with statements, False for articles without, None for all.
        by: ``rank`` sorts by relevance (a hit in the title counts as eight in the text, and hits in a short text count
            more than in a long one), ``date`` sorts newest first.
        limit: Maximum number of articles; None for no limit.

    Raises:
        UsageError: ``words`` contains no word.
    """
    said = [phrase or word for phrase, word in _QUOTED.findall(words)]
    folded = session.execute(SQL["fold"], {"said": said}).scalars()
    needles = [*dict.fromkeys(_needle(term) for term in folded if term.strip())]
    if not needles:
        raise NoWord(words=words)
    # For a frequent word the planner overestimates the cost of the index, because it counts a recheck of every row: an
    # index on arrays needs no recheck, whereas a scan splits every text again.
    session.execute(SQL["set_scans"], {"state": "off"})
    rows = ask(
        session,
        SQL["search_articles"],
        needles=needles,
        terms=[" ".join(_terms(needle)) for needle in needles],
        outlet=optional_id(session, "outlet", outlet),
        since=since,
        until=until,
        language=language,
        coded=coded is True,
        uncoded=coded is False,
        by_rank=by == "rank",
        limit=limit,
    )
    session.execute(SQL["set_scans"], {"state": "on"})
    marks = re.compile("|".join(_lenient(needle.strip()) for needle in needles))
    for row in rows:
        row["snippet"] = _snippet(row["snippet"], marks)
    return rows


def _needle(folded: str) -> str:
    """Return the string to find in a folded text: whole words, or any part of a run of Chinese, Japanese or Korean."""
    bare = folded.strip()
    before = "" if _UNSPACED.match(bare[0]) else " "
    after = "" if _UNSPACED.match(bare[-1]) else " "
    return f"{before}{bare}{after}"


def _terms(needle: str) -> list[str]:
    """Return the index terms of every text that contains the needle."""
    terms: list[str] = []
    for word in needle.split():
        if not _UNSPACED.match(word[0]):
            terms.append(word[:64])
        else:
            terms += [word[at : at + 2] for at in range(max(len(word) - 1, 1))]
    return terms


def _lenient(bare: str) -> str:
    """Return the pattern that finds a needle in a text whose letters were folded one by one."""
    spaced = r"[\W_]*".join(re.escape(word) for word in bare.split())
    before = "" if _UNSPACED.match(bare[0]) else r"(?<![^\W_])"
    after = "" if _UNSPACED.match(bare[-1]) else rf"(?![^\W_{_UNSPACED.pattern[1:-1]}])"
    return f"{before}{spaced}{after}"


@cache
def _plain(letter: str) -> str:
    """Return a letter folded as by the function stancedb.search_text."""
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", letter))
    return unicodedata.normalize("NFKC", bare).lower().translate(_PLAIN)


def _snippet(body: str, marks: re.Pattern[str], around: int = 90) -> str:
    """Return the words around the longest hit, with every hit in square brackets, or the first words if none."""
    pieces, places = [], []
    for at, letter in enumerate(body):
        plain = _plain(letter)
        pieces.append(plain)
        places += [at] * len(plain)
    places.append(len(body))
    spans = [(places[m.start()], places[m.end() - 1] + 1) for m in marks.finditer("".join(pieces))]
    # The first of the longest hits, which is a phrase if one was searched for.
    first, last = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    start, end = max(first - around, 0), min(last + around, len(body))
    # A cut within a word moves to the next space if one is near.
    start = start and next((at + 1 for at in range(start, min(start + 20, first)) if body[at].isspace()), start)
    end = next((at for at in range(end, max(end - 20, last), -1) if body[at : at + 1].isspace()), end)
    shown, at = "", start
    for left, right in spans:
        if left >= at and right <= end:
            shown += f"{body[at:left]}[{body[left:right]}]"
            at = right
    shown = " ".join((shown + body[at:end]).split())
    return f"{'… ' if start else ''}{shown}{' …' if end < len(body) else ''}"
