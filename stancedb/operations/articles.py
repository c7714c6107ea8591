"""Articles: what is there, what it says, and how one is withdrawn."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from typing import Any, Literal

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.errors import RefusedByRule, UsageError
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_id

_QUOTED = re.compile(r'"([^"]*)"|([^\s"]+)')
_ACCENT = re.compile("[\u0300-\u036f]")
_PLAIN = str.maketrans("øłđı\u03c2", "oldi\u03c3")
# The scripts that the function stancedb.search_text takes to run without spaces.
_UNSPACED = re.compile(
    "[\u3005\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)

_LISTED = """
SELECT a.slug AS article, o.slug AS outlet, a.title, a.language, a.kind, a.published_edtf AS published,
    (SELECT count(DISTINCT m.statement_id) FROM {mention} m JOIN {article_version} v ON v.id = m.article_version_id
        WHERE v.article_id = a.id) AS statements,
    a.retracted_on
FROM {article} a JOIN {outlet} o ON o.id = a.outlet_id
"""


def list_articles(
    session: Reading,
    *,
    outlet: str | None = None,
    uncoded: bool = False,
    limit: int | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return articles, the newest first; with ``uncoded`` only those without a statement, so what is left to do."""
    return ask(
        session,
        f"SELECT * FROM ({_LISTED} WHERE CAST(:outlet AS bigint) IS NULL OR a.outlet_id = :outlet) l"
        " WHERE NOT :uncoded OR (l.statements = 0 AND l.retracted_on IS NULL)"
        " ORDER BY l.published DESC NULLS LAST, l.article LIMIT :limit",
        known_at=known_at,
        outlet=optional_id(session, "outlet", outlet, known_at=known_at),
        uncoded=uncoded,
        limit=limit,
    )


def show_article(session: Reading, slug: str) -> Row:
    """Return one article with its newest text and the places where statements are printed in it."""
    key = id_of(session, "article", slug)
    row = ask(
        session,
        "SELECT a.slug AS article, o.name AS outlet, a.title, a.standfirst, a.byline, a.authors, a.agency, a.section,"
        " a.url, a.language, a.kind, a.access, a.published_edtf AS published, a.published_at, a.updated_on,"
        " a.updated_at, f.slug AS syndicated_from, a.retracted_on, a.retracted_reason,"
        " v.text_sha256, v.retrieved_at, v.extractor, v.normalisation, v.body AS text"
        " FROM {article} a JOIN {outlet} o ON o.id = a.outlet_id LEFT JOIN {article} f ON f.id = a.syndicated_from_id"
        " JOIN LATERAL (SELECT * FROM {article_version} w WHERE w.article_id = a.id"
        " ORDER BY w.retrieved_at DESC, w.id DESC"
        " LIMIT 1) v ON true WHERE a.id = :key",
        key=key,
    )[0]
    row["mentions"] = ask(
        session,
        "SELECT m.char_start, m.char_end, st.slug AS statement, sp.slug AS speaker, m.rendering, m.quote"
        " FROM {mention} m JOIN {article_version} v ON v.id = m.article_version_id"
        " JOIN {statement} st ON st.id = m.statement_id JOIN {actor} sp ON sp.id = st.speaker_id"
        " WHERE v.article_id = :key ORDER BY m.char_start, st.slug",
        key=key,
    )
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
    """Return the articles whose title or newest text has all the words, with a snippet in which they are marked.

    Words are compared without case and accents and without stemming, so that every language is treated alike; a
    phrase stands in double quotes. Chinese, Japanese and Korean are looked for as part of the text. An index proposes
    the articles, and what it proposes is compared with the text itself.

    Args:
        session: The session.
        words: What to look for.
        outlet: Articles of this outlet alone.
        since: Articles that can have been published on this day or later.
        until: Articles that can have been published on this day or earlier.
        language: Articles in this language; ``zh`` means ``zh-Hant`` as well.
        coded: Only articles with statements, or only those without.
        by: The most to the point first (a hit in the title counts as eight in the text, and hits in a short text
            more than in a long one), or the newest first.
        limit: At most so many; None gives all.

    Raises:
        UsageError: There is no word in the words.
    """
    terms = _QUOTED.findall(words)
    said = [phrase or word for phrase, word in terms]
    folded = session.execute(
        text("SELECT stancedb.search_text(t) FROM unnest(CAST(:said AS text[])) WITH ORDINALITY s(t, n) ORDER BY n"),
        {"said": said},
    ).scalars()  # fmt: skip
    needles = [_needle(term) for term in folded if term.strip()]
    if not needles:
        raise UsageError(message=f"there is no word in '{words}'; give a word, or a phrase in double quotes")
    proposed, found, hits = [], [], []
    values: dict[str, Any] = {}
    for number, needle in enumerate(dict.fromkeys(needles)):
        values |= {f"terms_{number}": _terms(needle), f"needle_{number}": needle}
        proposed.append(
            f"a.id IN (SELECT id FROM {{article}} WHERE stancedb.search_terms(title) @> CAST(:terms_{number} AS text[])"
            " UNION SELECT article_id FROM {article_version}"
            f" WHERE stancedb.search_terms(body) @> CAST(:terms_{number} AS text[]))"
        )
        found.append(f"strpos(p.title_text, :needle_{number}) + strpos(p.body_text, :needle_{number}) > 0")
        hits.append(
            f"8.0 * (strpos(p.title_text, :needle_{number}) > 0)::int"
            f" + (length(p.body_text) - length(replace(p.body_text, :needle_{number}, '')))"
            f" / length(:needle_{number}) * 100.0 / (length(p.body_text) + 100)"
        )
    order = "p.published_from DESC NULLS LAST, " if by == "date" else f"{' + '.join(hits)} DESC, "
    # For a frequent word the planner reckons that the index spares nothing, for it counts a comparison of every row the
    # index gives; an index of arrays needs none, and a scan takes every text apart again.
    session.execute(text("SELECT set_config('enable_seqscan', 'off', true)"))
    rows = ask(
        session,
        "WITH p AS MATERIALIZED (SELECT a.slug, o.slug AS outlet, a.title, a.published_edtf, a.published_from, v.body,"
        " stancedb.search_text(a.title) AS title_text, stancedb.search_text(v.body) AS body_text"
        " FROM {article} a JOIN {outlet} o ON o.id = a.outlet_id"
        " JOIN LATERAL (SELECT w.id, w.body FROM {article_version} w WHERE w.article_id = a.id"
        " ORDER BY w.retrieved_at DESC, w.id DESC LIMIT 1) v ON true"
        f" WHERE {' AND '.join(proposed)}"
        " AND (CAST(:outlet AS bigint) IS NULL OR a.outlet_id = :outlet)"
        " AND (CAST(:since AS date) IS NULL OR a.published_to > :since OR upper_inf(a.published))"
        " AND (CAST(:until AS date) IS NULL OR a.published_from <= :until OR lower_inf(a.published))"
        " AND (CAST(:language AS text) IS NULL OR a.language = :language OR starts_with(a.language, :language || '-'))"
        " AND (CAST(:coded AS boolean) IS NULL OR :coded = EXISTS (SELECT FROM {mention} m"
        " JOIN {article_version} w ON w.id = m.article_version_id WHERE w.article_id = a.id)))"
        " SELECT p.slug AS article, p.outlet, p.title, p.published_edtf AS published, p.body AS snippet FROM p"
        f" WHERE {' AND '.join(found)} ORDER BY {order}p.published_from DESC NULLS LAST, p.slug LIMIT :limit",
        outlet=optional_id(session, "outlet", outlet),
        since=since,
        until=until,
        language=language,
        coded=coded,
        limit=limit,
        **values,
    )
    session.execute(text("SELECT set_config('enable_seqscan', 'on', true)"))
    marks = re.compile("|".join(_lenient(needle.strip()) for needle in needles))
    for row in rows:
        row["snippet"] = _snippet(row["snippet"], marks)
    return rows


def _needle(folded: str) -> str:
    """Return what must stand in a folded text: whole words, but a part of a run of Chinese, Japanese or Korean."""
    bare = folded.strip()
    before = "" if _UNSPACED.match(bare[0]) else " "
    after = "" if _UNSPACED.match(bare[-1]) else " "
    return f"{before}{bare}{after}"


def _terms(needle: str) -> list[str]:
    """Return what the index holds of every text that has the needle."""
    terms: list[str] = []
    for word in needle.split():
        if not _UNSPACED.match(word[0]):
            terms.append(word[:64])
        else:
            terms += [word[at : at + 2] for at in range(max(len(word) - 1, 1))]
    return terms


def _lenient(bare: str) -> str:
    """Return the pattern that finds a needle in a text of which letters were folded one by one."""
    spaced = r"[\W_]*".join(re.escape(word) for word in bare.split())
    before = "" if _UNSPACED.match(bare[0]) else r"(?<![^\W_])"
    after = "" if _UNSPACED.match(bare[-1]) else rf"(?![^\W_{_UNSPACED.pattern[1:-1]}])"
    return f"{before}{spaced}{after}"


@cache
def _plain(letter: str) -> str:
    """Return a letter folded as the function stancedb.search_text folds it."""
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", letter))
    return unicodedata.normalize("NFKC", bare).lower().translate(_PLAIN)


def _snippet(body: str, marks: re.Pattern[str], around: int = 90) -> str:
    """Return the words around the longest hit, with every hit in square brackets; without one, the first words."""
    pieces, places = [], []
    for at, letter in enumerate(body):
        plain = _plain(letter)
        pieces.append(plain)
        places += [at] * len(plain)
    places.append(len(body))
    spans = [(places[m.start()], places[m.end() - 1] + 1) for m in marks.finditer("".join(pieces))]
    # The longest hit, the first of several, is a phrase if one was asked for.
    first, last = max(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    start, end = max(first - around, 0), min(last + around, len(body))
    # A cut within a word moves to the next space, if there is one near.
    start = start and next((at + 1 for at in range(start, min(start + 20, first)) if body[at].isspace()), start)
    end = next((at for at in range(end, max(end - 20, last), -1) if body[at : at + 1].isspace()), end)
    shown, at = "", start
    for left, right in spans:
        if left >= at and right <= end:
            shown += f"{body[at:left]}[{body[left:right]}]"
            at = right
    shown = " ".join((shown + body[at:end]).split())
    return f"{'… ' if start else ''}{shown}{' …' if end < len(body) else ''}"


def retract_article(session: Writing, slug: str, *, reason: str) -> Row:
    """Withdraw an article from use; it stays, with the reason.

    Raises:
        RefusedByRule: Statements are printed in no other article; they would lose their quote.
    """
    key = id_of(session, "article", slug)
    bereft = session.execute(
        text(
            "SELECT DISTINCT st.slug FROM stancedb.mention m"
            " JOIN stancedb.article_version v ON v.id = m.article_version_id"
            " JOIN stancedb.statement st ON st.id = m.statement_id"
            " WHERE v.article_id = :key AND st.retracted_on IS NULL"
            " AND NOT EXISTS (SELECT FROM stancedb.mention n"
            " JOIN stancedb.article_version w ON w.id = n.article_version_id"
            " JOIN stancedb.article b ON b.id = w.article_id WHERE n.statement_id = st.id AND b.id <> :key"
            " AND b.retracted_on IS NULL) ORDER BY st.slug"
        ),
        {"key": key},
    ).scalars().all()  # fmt: skip
    if bereft:
        raise RefusedByRule(
            sentence=f"{len(bereft)} statements are printed in '{slug}' alone, such as '{bereft[0]}'; "
            "retract those first"
        )
    session.execute(
        text("UPDATE stancedb.article SET retracted_on = current_date, retracted_reason = :reason WHERE id = :key"),
        {"key": key, "reason": reason},
    )
    return {"article": slug, "retracted_reason": reason}
