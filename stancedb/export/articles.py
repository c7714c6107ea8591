"""Articles: from rows to records."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from stancedb.database import Reading, streamed
from stancedb.export.account import EARLIER_VERSIONS, Account, LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.reading.article.keeping import unpacked
from stancedb.reading.article.text import NORMALISATION, normalise_text
from stancedb.records.article import ArticleRecord
from stancedb.sql import Queries

SQL = Queries(__file__)
# Texts may be long, and the pages they were extracted from even longer.
_AT_ONCE = 20

LEFT_OUT = LeftOut(
    SQL["left_out"].bindparams(normalisation=NORMALISATION),
    {
        "withdrawn": "Not written: articles that were withdrawn",
        "without_text": "Not written: articles without a text",
        "older_texts": "Not written: older texts of articles",
        "copies": "Not written: links to an original that is not written",
        "other_recipes": "Texts extracted by an earlier version; 'article load' will name its own",
        "decisions": "Not written: decisions about likely copies; 'article load' will propose these pairs again",
        **EARLIER_VERSIONS,
    },
)


def article_records(session: Reading, account: Account) -> Iterator[Values]:
    """Yield each article with its newest text and the bytes that it was extracted from, ordered by slug."""
    for row in streamed(session, SQL["records"], at_once=_AT_ONCE):
        raw = b64encode(unpacked(row["raw"], row["raw_encoding"])).decode() if row["raw"] else None
        if normalise_text(row["text"])[0] != row["text"]:
            account.add("Texts that 'article load' would write differently today", example=f"'{row['id']}'")
        yield shaped(ArticleRecord, {**row, "raw": None, "raw_encoding": None, "raw_bytes": raw})
