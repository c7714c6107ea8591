"""Articles: from rows to records."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import Account, Sort, earlier_versions
from stancedb.export.shaping import Values, shaped
from stancedb.reading.article.keeping import unpacked
from stancedb.reading.article.text import NORMALISATION, normalise_text
from stancedb.records.article import ArticleRecord

# The text that the loader looks for quotes in.
NEWEST = "SELECT w.id FROM stancedb.article_version w WHERE w.article_id = a.id ORDER BY w.retrieved_at DESC, w.id DESC"
# An article that a file can carry: not withdrawn, and with a text.
CARRIED = "a.retracted_on IS NULL AND EXISTS (SELECT FROM stancedb.article_version w WHERE w.article_id = a.id)"
_RECORDS = f"""
SELECT a.slug AS id, o.slug AS outlet, a.title, v.body AS text, a.url, a.byline, a.authors, a.agency, a.language,
    a.kind, a.published_edtf AS published, a.published_at, a.updated_on, a.updated_at, a.standfirst, a.section,
    a.access, v.retrieved_at,
    CASE WHEN EXISTS (SELECT FROM stancedb.article a WHERE a.id = f.id AND {CARRIED}) THEN f.slug END
        AS syndicated_from,
    v.extractor, v.raw, v.raw_encoding, v.raw_media_type
FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id
JOIN stancedb.article_version v ON v.id = ({NEWEST} LIMIT 1)
LEFT JOIN stancedb.article f ON f.id = a.syndicated_from_id
WHERE a.retracted_on IS NULL ORDER BY a.slug COLLATE "C"
"""
# Texts may be long, and the pages they were taken from longer.
_AT_ONCE = 20

SORTS = (
    Sort(
        "Not written, articles that were withdrawn",
        "SELECT count(*) FROM stancedb.article WHERE retracted_on IS NOT NULL",
    ),
    Sort(
        "Not written, articles without a text",
        f"SELECT count(*) FROM stancedb.article a WHERE retracted_on IS NULL AND NOT ({CARRIED})",
    ),
    Sort(
        "Not written, older texts of articles",
        "SELECT count(*) FROM stancedb.article_version v JOIN stancedb.article a ON a.id = v.article_id"
        f" WHERE a.retracted_on IS NULL AND v.id <> ({NEWEST} LIMIT 1)",
    ),
    Sort(
        "Not written, that an article is a copy of one which is not written",
        "SELECT count(*) FROM stancedb.article c JOIN stancedb.article a ON a.id = c.syndicated_from_id"
        f" WHERE c.retracted_on IS NULL AND NOT ({CARRIED})",
    ),
    Sort(
        "Texts that an earlier recipe made ('article load' names its own)",
        "SELECT count(*) FROM stancedb.article a JOIN stancedb.article_version v"
        f" ON v.id = ({NEWEST} LIMIT 1) WHERE a.retracted_on IS NULL AND v.normalisation <> '{NORMALISATION}'",
    ),
    Sort(
        "Not written, decisions about likely copies ('article load' proposes such pairs anew)",
        "SELECT count(*) FROM stancedb.article_duplicate WHERE state <> 'proposed'",
    ),
    earlier_versions("article", "article_version"),
)


def article_records(session: Reading, account: Account) -> Iterator[Values]:
    """Yield each article with its newest text and the bytes that this was taken from, in the order of the slugs."""
    for row in streamed(session, _RECORDS, at_once=_AT_ONCE):
        raw = b64encode(unpacked(row["raw"], row["raw_encoding"])).decode() if row["raw"] else None
        if normalise_text(row["text"])[0] != row["text"]:
            account.add("Texts that 'article load' writes otherwise today", example=f"'{row['id']}'")
        yield shaped(ArticleRecord, {**row, "raw": None, "raw_encoding": None, "raw_bytes": raw})
