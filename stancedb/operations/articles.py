"""Articles: what is there, what it says, and how one is withdrawn."""

from __future__ import annotations

from sqlalchemy import text

from stancedb.database import Reading, Writing
from stancedb.errors import RefusedByRule
from stancedb.operations.asking import Row, ask
from stancedb.operations.handles import id_of, optional_id

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
        "SELECT a.slug AS article, o.name AS outlet, a.title, a.standfirst, a.byline, a.url,"
        " a.language, a.kind, a.access,"
        " a.published_edtf AS published, a.published_at, f.slug AS syndicated_from, a.retracted_on, a.retracted_reason,"
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


def search_articles(session: Reading, words: str, *, limit: int = 20) -> list[Row]:
    """Return the articles whose title or text has all the words, the most to the point first, with a snippet.

    Words are matched as they are written, without stemming, so that every language is treated alike; a phrase stands
    in double quotes. Words in scripts without spaces are looked for as part of the text.
    """
    return ask(
        session,
        "SELECT a.slug AS article, o.slug AS outlet, a.title, a.published_edtf AS published,"
        " ts_headline('simple', v.body, q.query,"
        " 'MaxFragments=1, MaxWords=24, MinWords=8, StartSel=[, StopSel=]') AS snippet"
        " FROM websearch_to_tsquery('simple', :words) q(query), {article} a JOIN {outlet} o ON o.id = a.outlet_id"
        " JOIN LATERAL (SELECT * FROM {article_version} w WHERE w.article_id = a.id"
        " ORDER BY w.retrieved_at DESC, w.id DESC"
        " LIMIT 1) v ON true"
        " WHERE to_tsvector('simple', a.title || ' ' || v.body) @@ q.query"
        " OR strpos(lower(a.title || ' ' || v.body), lower(CAST(:words AS text))) > 0"
        " ORDER BY ts_rank(to_tsvector('simple', a.title || ' ' || v.body), q.query) DESC,"
        " a.published_from DESC, a.slug"
        " LIMIT :limit",
        words=words,
        limit=limit,
    )


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
