"""Articles: from records to rows."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from sqlalchemy import text

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.copies import propose_duplicates
from stancedb.loading.merge import merge, was_by_hand
from stancedb.loading.stage import PLACE, Stage, drop_refused, given
from stancedb.reading.article.keeping import Kept, packed
from stancedb.reading.article.text import NORMALISATION
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Read
from stancedb.refusals import Refusal
from stancedb.sql import beside

# Keys that say how a reader came to a page and nothing of which page it is; all others may tell articles apart.
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|yclid|_ga|ref_src|cmpid|ocid)$")

_COLUMNS = {
    "slug": "text", "outlet": "text", "url": "text", "url_key": "text", "title": "text", "standfirst": "text",
    "byline": "text", "authors": "text[]", "agency": "text", "section": "text", "language": "text", "kind": "text",
    "access": "text", "published_edtf": "text", "published": "daterange", "published_at": "timestamptz",
    "updated_on": "date", "updated_at": "timestamptz", "syndicated_from": "text", "body": "text", "text_sha256": "text",
    "retrieved_at": "timestamptz", "extractor": "text", "raw": "bytea", "raw_encoding": "text",
    "raw_media_type": "text", "guessed_title": "text", "guessed_edtf": "text", "guessed": "daterange",
    "id_is_made": "boolean", "id_is_local": "boolean", "is_latest": "boolean",
}  # fmt: skip
_VALUES = (
    "outlet_id", "url", "url_key", "title", "standfirst", "byline", "authors", "agency", "section", "language", "kind",
    "access", "published_edtf", "published", "published_at", "updated_on", "updated_at",
)  # fmt: skip


# How many bytes of texts and pages are merged at once. The next pages are extracted meanwhile, so it is little enough
# to be done before those who extract have nowhere to put what they have.
_PART = 4 * 1024 * 1024
# From how many new articles on, and each time there are twice as many, the planner has to hear of them.
_WORTH_ANALYSING = 1_000


def merge_articles(
    session: Writing,
    records: Iterator[Read[ArticleRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge articles and add their texts as frozen versions.

    An article is known again by its slug, by its address without tracking keys, or by the same text in the same
    outlet. A text that differs from the ones at hand becomes a further version; none is ever replaced. What looks like
    a copy of another article is proposed as one.

    The articles are merged in parts, so that the database works while the next ones are read; what is refused and what
    is merged does not depend on where a part ends.
    """
    merging = _Merging(session, account)
    refusals: list[Refusal] = []
    rows = (_row(number, read) for number, read in enumerate(records))
    following = next(rows, None)
    is_last = False
    while not is_last:
        part = chain([] if following is None else [following], rows)
        merging.stage.execute("TRUNCATE {stage}")
        merging.stage.copy(_up_to(_PART, part))
        following = next(rows, None)
        is_last = following is None
        found = merging.check(is_last=is_last)
        # Of a load that is refused every bad record is reported, and nothing merged.
        if keep_going or not (refusals or found):
            found = merging.drop(found)
            merging.merge()
        refusals += found
    if keep_going or not refusals:
        merging.finish()
    return refusals


# What is no column of an article and filled in as its columns are.
_CAPTURED = ("syndicated_from", "guessed_title", "guessed_edtf", "guessed")
_FROM_EARLIER = (
    "UPDATE {{stage}} s SET {column} = (SELECT d.{column} FROM {{stage}} d WHERE d.slug = s.slug"
    " AND d.{column} IS NOT NULL ORDER BY d.ordinal DESC LIMIT 1)"
    " WHERE s.is_latest AND s.{column} IS NULL AND EXISTS (SELECT FROM {{stage}} d WHERE d.slug = s.slug"
    " AND NOT d.is_latest)"
)
_WITHOUT_ORIGINAL = (
    "s.syndicated_from IS NOT NULL AND NOT EXISTS (SELECT FROM possible_original a WHERE a.slug = s.syndicated_from)"
    " AND NOT EXISTS (SELECT FROM stancedb.article a WHERE a.slug = s.syndicated_from)"
)
_SIZES = [len(PLACE) + [*_COLUMNS].index(column) for column in ("body", "raw")]


def _up_to(size: int, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Give rows until their texts and bytes have a size."""
    for row in rows:
        yield row
        size -= sum(len(row[place] or "") for place in _SIZES)
        if size <= 0:
            return


class _Merging:
    """Merges one part of a load after the other; of earlier parts it has the names, and what else they were known by.

    Attributes:
        stage: The articles of the part.
    """

    def __init__(self, session: Writing, account: LoadAccount) -> None:
        self.stage = Stage(session, "staged_article", _COLUMNS)
        self._session = session
        self._account = account
        self._analysed = _WORTH_ANALYSING // 2
        # What was read so far, refused or not, and what was merged of it.
        self._seen = Stage(session, "seen_article", {"slug": "text", "url_key": "text", "outlet": "text"})
        # What was read so far and not refused, which others may be copies of.
        self._possible = Stage(session, "possible_original", {"slug": "text"})
        self._merged = Stage(
            session, "merged_article", {"slug": "text", "syndicated_from": "text", "text_sha256": "text"}
        )
        # A copy whose original has not come yet waits for the last part.
        self._waiting = Stage(session, "waiting_article", _COLUMNS)
        for stage in (self.stage, self._waiting):
            stage.keep_packed("raw")
        newest = "SELECT coalesce(max(id), 0) FROM stancedb.article"
        self._last: int = self.stage.execute(newest).scalar_one()

    def check(self, *, is_last: bool) -> list[Refusal]:
        """Return what is to be refused of the part, apart from what has to wait."""
        self._session.execute(beside(__file__, "local_ids"), {"last": self._last})
        self.stage.execute(
            "INSERT INTO seen_article (ordinal, source, line, slug, url_key, outlet)"
            " SELECT ordinal, source, line, slug, url_key, outlet FROM {stage}"
        )
        captures = self._session.execute(beside(__file__, "other_captures")).all()
        if captures:
            self._session.execute(beside(__file__, "seen_captures"))
        self._account.of_records.extend(
            f"{source}{f', line {line}' if line else ''}: another capture of the article '{slug}', by its address"
            for source, line, slug in captures
        )
        self.stage.execute(
            "INSERT INTO possible_original (ordinal, source, line, slug)"
            " SELECT ordinal, source, line, slug FROM {stage}"
        )
        if is_last:
            self.stage.execute("INSERT INTO {stage} SELECT * FROM waiting_article")
        else:
            self.stage.execute(
                f"WITH gone AS (DELETE FROM {{stage}} s WHERE {_WITHOUT_ORIGINAL} RETURNING s.*)"
                " INSERT INTO waiting_article SELECT * FROM gone"
            )
        # What an earlier part of this load has brought is not at hand, but is read beside it.
        at_hand = f"a.id <= {self._last}"
        return [
            *self.stage.refuse_unknown_in("outlet", "outlet"),
            *self.stage.refuse_unknown_in("kind", "article_kind", handle="code", kind="kind of article"),
            *self._refuse_unknown_originals(),
            *self.stage.refuse_where(
                "d.ordinal < s.ordinal AND (d.url_key = s.url_key AND d.outlet = s.outlet) IS NOT TRUE", "id",
                "'article ''' || s.slug || ''' stands here twice, first in ' || d.source"
                " || coalesce(', line ' || d.line, '')",
                joined="JOIN seen_article d ON d.slug = s.slug",
            ),
            *self.stage.refuse_where(
                "d.ordinal < s.ordinal AND d.slug <> s.slug", "url",
                "'''' || d.slug || ''' has this address as well'",
                joined="JOIN seen_article d ON d.url_key = s.url_key",
            ),
            *self.stage.refuse_where(
                f"a.slug <> s.slug AND {at_hand}"
                " AND EXISTS (SELECT FROM stancedb.article b WHERE b.slug = s.slug)", "url",
                "'this address belongs to article ''' || a.slug || ''''",
                joined="JOIN stancedb.article a ON a.url_key = s.url_key",
            ),
            *self.stage.refuse_where(
                # Two files of one name are two articles where what is said of them cannot be of one.
                f"s.id_is_made AND {at_hand} AND (a.url_key = s.url_key) IS NOT TRUE"
                " AND (o.slug <> s.outlet OR a.url_key <> s.url_key OR NOT a.published && s.published)"
                " AND NOT EXISTS (SELECT FROM stancedb.article_version v WHERE v.article_id = a.id"
                " AND v.text_sha256 = s.text_sha256)", "id",
                "'''' || s.slug || ''', made of its name, is another article of ''' || o.slug || ''' already;"
                " give this one its own, by --id or in a manifest'",
                joined="JOIN stancedb.article a ON a.slug = s.slug JOIN stancedb.outlet o ON o.id = a.outlet_id",
            ),
            *self.stage.refuse_where(
                f"s.syndicated_from IN (s.slug, (SELECT a.slug FROM stancedb.article a WHERE a.url_key = s.url_key"
                f" AND {at_hand}))",
                "syndicated_from", "'is the article itself; an article is a copy of another one'",
            ),
        ]  # fmt: skip

    def drop(self, refusals: Sequence[Refusal]) -> list[Refusal]:
        """Take the refused articles out, then the copies of one, and return what is refused by then."""
        return drop_refused([self.stage, self._possible], refusals, self._refuse_unknown_originals)

    def _refuse_unknown_originals(self) -> list[Refusal]:
        return self.stage.refuse_where(
            _WITHOUT_ORIGINAL, "syndicated_from", "'there is no article ''' || s.syndicated_from || ''''"
        )

    def merge(self) -> None:
        """Merge what is left of the part."""
        _recognise(self.stage, self._account, self._last)
        if self._session.execute(beside(__file__, "latest_captures")).rowcount:
            # What the last capture leaves out it takes from those before it, as if each had come by itself.
            for column in (*_CAPTURED, *_VALUES[1:]):
                self.stage.execute(_FROM_EARLIER.format(column=column))
        merge(
            self._session, self._account, "article",
            source=f"SELECT s.slug, o.id AS outlet_id, {', '.join(f's.{column}' for column in _VALUES[1:])}"
            ", s.guessed_title, s.guessed_edtf, s.guessed"
            " FROM staged_article s JOIN stancedb.outlet o ON o.slug = s.outlet WHERE s.is_latest",
            key=("slug",), values=_VALUES,
            defaults={
                "title": "guessed_title", "language": "'en'", "kind": "'news'", "access": "'full'",
                "published_edtf": "guessed_edtf", "published": "guessed",
            },
        )  # fmt: skip
        merge(
            self._session, self._account, "article_version",
            source="SELECT a.id AS article_id, s.text_sha256, s.body, coalesce(s.retrieved_at, now()) AS retrieved_at,"
            f" s.extractor, s.raw, s.raw_encoding, s.raw_media_type, '{NORMALISATION}' AS normalisation, s.ordinal"
            " FROM staged_article s JOIN stancedb.article a ON a.slug = s.slug WHERE NOT EXISTS (SELECT FROM"
            " staged_article d WHERE d.slug = s.slug AND d.text_sha256 = s.text_sha256 AND d.ordinal < s.ordinal)",
            # Of two captures that give no time the later one is the newer text.
            key=("article_id", "text_sha256"), order=("ordinal",),
            frozen=("body", "retrieved_at", "extractor", "raw", "raw_encoding", "raw_media_type", "normalisation"),
            is_large=True,
        )  # fmt: skip
        again = self._session.execute(beside(__file__, "retrieved_again")).rowcount
        self._account.add("article_version", updated=again, unchanged=-again)
        self.stage.execute(
            "INSERT INTO merged_article (ordinal, source, line, slug, syndicated_from, text_sha256)"
            " SELECT s.ordinal, s.source, s.line, s.slug, CASE WHEN s.is_latest THEN s.syndicated_from END,"
            " s.text_sha256 FROM {stage} s WHERE s.is_latest OR NOT EXISTS (SELECT FROM {stage} d"
            " WHERE d.slug = s.slug AND d.text_sha256 = s.text_sha256 AND d.ordinal > s.ordinal)"
        )
        if self._account.inserted >= 2 * self._analysed:
            self._analysed = self._account.inserted
            self._session.execute(text("ANALYZE stancedb.article (slug, url_key)"))
            self._session.execute(text("ANALYZE stancedb.article_version (article_id, text_sha256)"))

    def finish(self) -> None:
        """Say what is a copy of what, now that all articles are there."""
        self._merged.execute("ANALYZE {stage}")
        _name_originals(self._merged, self._account)
        propose_duplicates(self._merged, self._account)


def _row(number: int, read: Read[ArticleRecord]) -> tuple[Any, ...]:
    r = read.record
    # A day that was guessed from the file name fills a gap, like a default; it is no correction.
    written, at = given(r, "published", "published_at", guessed=read.guessed)
    published = parse_when(written) if written else None
    fallback = parse_when(r.published) if r.published and not written else None
    updated_on, updated_at = given(r, "updated_on", "updated_at")
    said = given(
        r, "title", "standfirst", "byline", "authors", "agency", "section", "language", "kind", "access",
        guessed=read.guessed,
    )  # fmt: skip
    kept = packed(b64decode(r.raw_bytes), r.raw_media_type) if r.raw_bytes else Kept(r.raw, r.raw_encoding)
    return (
        number, read.source, read.line, r.id, r.outlet, r.url, url_key(r.url) if r.url else None,
        # No authors are none, and not an empty list of them.
        *[value or None for value in said],
        published.edtf if published else None, published.daterange() if published else None, at,
        updated_on or (updated_at.date() if updated_at else None), updated_at, r.syndicated_from,
        r.text, hashlib.sha256(r.text.encode()).hexdigest(), r.retrieved_at, r.extractor, *kept, r.raw_media_type,
        r.title, fallback.edtf if fallback else None, fallback.daterange() if fallback else None,
        "id" in read.guessed, read.has_local_id, True,
    )  # fmt: skip


def _name_originals(stage: Stage, account: LoadAccount) -> None:
    """Say of which article each is a copy, where a record says so; an article of another load is one more updated."""
    by_hand = was_by_hand(account, "article")
    differs = "t.slug = s.slug AND f.slug = s.syndicated_from AND t.syndicated_from_id IS DISTINCT FROM f.id"
    corrected, kept = stage.execute(
        "SELECT count(*) FILTER (WHERE t.changeset_id <> current_setting('stancedb.changeset')::bigint"
        f" AND NOT {by_hand}), count(*) FILTER (WHERE {by_hand})"
        f" FROM {{stage}} s, stancedb.article f, stancedb.article t WHERE {differs}"
    ).one()
    stage.execute(
        "UPDATE stancedb.article t SET syndicated_from_id = f.id FROM {stage} s, stancedb.article f"
        f" WHERE {differs} AND NOT {by_hand}"
    )
    account.add("article", updated=corrected, unchanged=-corrected)
    if kept:
        account.notes.append(f"article: {kept} said by hand to be a copy of another, kept so")


def _recognise(stage: Stage, account: LoadAccount, last: int) -> None:
    """Give a record that is an article at hand, with an id up to the last, the slug of that article."""
    # Two joins, each by its index: one that could match either way would compare every record with every article.
    known = stage.execute(
        "UPDATE {stage} s SET slug = k.slug FROM (SELECT DISTINCT ON (x.ordinal) x.ordinal, x.slug FROM ("
        "SELECT f.ordinal, a.slug, 1 AS rung FROM {stage} f JOIN stancedb.article a ON a.url_key = f.url_key"
        " AND a.id <= :last UNION ALL SELECT f.ordinal, a.slug, 2 FROM {stage} f"
        " JOIN stancedb.article_version v ON v.text_sha256 = f.text_sha256"
        " JOIN stancedb.article a ON a.id = v.article_id AND a.id <= :last JOIN stancedb.outlet o ON o.id = a.outlet_id"
        # What says of which article it is a copy is another one, though both have the same words.
        " AND o.slug = f.outlet AND a.slug IS DISTINCT FROM f.syndicated_from"
        # Two pages of one outlet that print the same words, such as how to subscribe, are two articles.
        " WHERE (a.url_key <> f.url_key AND a.title <> coalesce(f.title, f.guessed_title)) IS NOT TRUE) x"
        " ORDER BY x.ordinal, x.rung, x.slug) k WHERE k.ordinal = s.ordinal"
        " AND k.slug <> s.slug AND NOT EXISTS (SELECT FROM stancedb.article b WHERE b.slug = s.slug)"
        " RETURNING s.source, s.slug",
        last=last,
    )
    account.of_records.extend(
        f"{source}: this is the article '{slug}', which is there already" for source, slug in known
    )


def url_key(url: str) -> str | None:
    """Return an address without what does not tell one article from another; None when it names none.

    Scheme, ``www.``, fragment, a trailing slash and known tracking keys go; every other part of the query stays,
    because ``?id=7`` may be the article, and so does a fragment that a script reads as the path. What names no article
    is the front page of a site, and what is no address, such as ``n/a``.
    """
    parts = urlsplit(url.strip())
    # Bytes that are no UTF-8 stay what they are, or two words in another encoding would be one.
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted((key, value) for key, value in pairs if not _TRACKING.match(key))
    query = f"?{urlencode(kept, errors='surrogateescape')}" if kept else ""
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    host, _, path = f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}".partition("/")
    if not (parts.netloc or "." in host) or not (path or query or fragment):
        return None
    return f"{host}{path and '/'}{path}{query}{fragment}"
