"""Load article records into rows."""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.copies import propose_duplicates
from stancedb.loading.merge import find_by_hand, merge
from stancedb.loading.stage import Stage, drop_refused, given
from stancedb.reading.article.keeping import Kept, packed
from stancedb.reading.article.text import NORMALISATION
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Read
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)
# Query keys that record how a reader reached a page; any other key may distinguish articles.
_TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|yclid|_ga|ref_src|cmpid|ocid)$")
# How many bytes of text and pages are merged at once. The next pages are extracted meanwhile, so a part is small enough
# to be merged before the queue of the extracting processes is full.
_PART = 4 * 1024 * 1024
# Number of new articles from which statistics are updated for the planner; again each time the number doubles.
_WORTH_ANALYSING = 1_000


class _Row(NamedTuple):
    """One staged article, in the order of the columns of its table."""

    ordinal: int
    source: str
    line: int | None
    slug: str
    outlet: str
    url: str | None
    url_key: str | None
    title: str | None
    standfirst: str | None
    byline: str | None
    authors: list[str] | None
    agency: str | None
    section: str | None
    language: str | None
    kind: str | None
    access: str | None
    published_edtf: str | None
    published: str | None
    published_at: datetime | None
    updated_on: date | None
    updated_at: datetime | None
    syndicated_from: str | None
    body: str
    text_sha256: str
    retrieved_at: datetime | None
    extractor: str
    raw: bytes | None
    raw_encoding: str
    raw_media_type: str | None
    normalisation: str
    guessed_title: str
    guessed_edtf: str | None
    guessed: str | None
    id_is_made: bool
    id_is_local: bool
    is_latest: bool = True

    @property
    def size(self) -> int:
        """Return the size of its text in characters plus the size of its page in bytes."""
        return len(self.body) + len(self.raw or b"")


def merge_articles(
    session: Writing,
    records: Iterator[Read[ArticleRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge articles and add their texts as frozen versions.

    An article is recognised by its slug, by its URL without tracking keys, or by the same text in the same outlet. A
    text that differs from the existing versions becomes a new version; a version is never replaced. Likely copies of
    other articles are proposed as duplicates.

    The articles are merged in parts, so that the database works while the next articles are read. Which articles are
    rejected and which are merged does not depend on where a part ends.
    """
    merging = _Merging(session, account)
    refusals: list[Refusal] = []
    rows = (_row(number, read) for number, read in enumerate(records))
    following = next(rows, None)
    is_last = False
    while not is_last:
        part = chain([] if following is None else [following], rows)
        session.execute(SQL["empty"])
        merging.stage.copy(_up_to(_PART, part))
        following = next(rows, None)
        is_last = following is None
        found = merging.check(is_last=is_last)
        # If the load is rejected, every invalid record is reported and nothing is merged.
        if keep_going or not (refusals or found):
            found = merging.drop(found)
            merging.merge()
        refusals += found
    if keep_going or not refusals:
        merging.finish()
    return refusals


def _up_to(size: int, rows: Iterator[_Row]) -> Iterator[_Row]:
    """Yield rows in parts of limited size."""
    for row in rows:
        yield row
        size -= row.size
        if size <= 0:
            return


class _Merging:
    """Merge a load part by part; of the earlier parts, only slugs, URLs and other keys are kept.

    Attributes:
        stage: The articles of the current part.
    """

    def __init__(self, session: Writing, account: LoadAccount) -> None:
        self.stage = Stage(session, "staged_article", SQL["stage"])
        self._session = session
        self._account = account
        self._analysed = _WORTH_ANALYSING // 2
        session.execute(SQL["keep_packed"])
        Stage(session, "seen_article", SQL["stage_seen"])
        self._possible = Stage(session, "possible_original", SQL["stage_possible"])
        self._merged = Stage(session, "merged_article", SQL["stage_merged"])
        Stage(session, "waiting_article", SQL["stage_waiting"])
        # Articles with a higher id come from earlier parts of this load, whose rows are checked separately.
        self._last: int = session.execute(SQL["last_id"]).scalar_one()

    def check(self, *, is_last: bool) -> list[Refusal]:
        """Return the refusals for the part, except for articles that must wait for their originals."""
        self._session.execute(SQL["local_ids"], {"last": self._last})
        self._session.execute(SQL["see"])
        captures = self._session.execute(SQL["other_captures"]).all()
        if captures:
            self._session.execute(SQL["seen_captures"])
        self._account.of_records.extend(
            f"{source}{f', line {line}' if line else ''}: Another capture of the article '{slug}', by its URL."
            for source, line, slug in captures
        )
        self._session.execute(SQL["allow_originals"])
        self._session.execute(SQL["take_waiting" if is_last else "let_wait"])
        stage = self.stage
        return [
            *stage.refuse_unknown(SQL["unknown_outlets"]),
            *stage.refuse_unknown(SQL["unknown_kinds"]),
            *self._refuse_unknown_originals(),
            *stage.refuse("article_stands_twice", SQL["repeated"]),
            *stage.refuse("address_stands_twice", SQL["repeated_addresses"]),
            *stage.refuse("address_taken", SQL["taken_addresses"], last=self._last),
            *stage.refuse("name_taken", SQL["taken_names"], last=self._last),
            *stage.refuse("copy_of_itself", SQL["own_originals"], last=self._last),
        ]

    def drop(self, refusals: Sequence[Refusal]) -> list[Refusal]:
        """Remove rejected and duplicate articles, and return the refusals so far."""
        return drop_refused([self.stage, self._possible], refusals, self._refuse_unknown_originals)

    def _refuse_unknown_originals(self) -> list[Refusal]:
        return self.stage.refuse("no_such", SQL["unknown_originals"])

    def merge(self) -> None:
        """Merge the remaining articles of the part."""
        known = self._session.execute(SQL["recognise"], {"last": self._last})
        self._account.of_records.extend(f"{source}: The article already exists as '{slug}'." for source, slug in known)
        if self._session.execute(SQL["latest_captures"]).rowcount:
            self._session.execute(SQL["complete_captures"])
        self._merge_articles()
        self._merge_versions()
        self._session.execute(SQL["keep_merged"])
        if self._account.inserted >= 2 * self._analysed:
            self._analysed = self._account.inserted
            self._session.execute(SQL["analyse_articles"])
            self._session.execute(SQL["analyse_versions"])

    def _merge_articles(self) -> None:
        merge(
            self._session,
            self._account,
            "article",
            source=SQL["articles"],
            key=("slug",),
            values=(
                "outlet_id",
                "url",
                "url_key",
                "title",
                "standfirst",
                "byline",
                "authors",
                "agency",
                "section",
                "language",
                "kind",
                "access",
                "published_edtf",
                "published",
                "published_at",
                "updated_on",
                "updated_at",
            ),
            defaults={
                "title": "guessed_title",
                "language": "'en'",
                "kind": "'news'",
                "access": "'full'",
                "published_edtf": "guessed_edtf",
                "published": "guessed",
            },
        )

    def _merge_versions(self) -> None:
        merge(
            self._session,
            self._account,
            "article_version",
            source=SQL["versions"],
            key=("article_id", "text_sha256"),
            frozen=("body", "retrieved_at", "extractor", "raw", "raw_encoding", "raw_media_type", "normalisation"),
            is_large=True,
            # If two captures have no time, the later record has the newer text.
            order=("ordinal",),
        )
        again = self._session.execute(SQL["retrieved_again"]).rowcount
        self._account.add("article_version", updated=again, unchanged=-again)

    def finish(self) -> None:
        """Record which articles are copies, now that all articles are loaded."""
        self._merged.analyse()
        _name_originals(self._session, self._account)
        propose_duplicates(self._session, self._account)


def _row(number: int, read: Read[ArticleRecord]) -> _Row:
    r = read.record
    # A day guessed from the file name fills a gap like a default; it is not a correction.
    written, published_at = given(r, "published", "published_at", guessed=read.guessed)
    published = parse_when(written) if written else None
    fallback = parse_when(r.published) if r.published and not written else None
    updated_on, updated_at = given(r, "updated_on", "updated_at")
    title, standfirst, byline, authors, agency, section, language, kind, access = given(
        r,
        "title",
        "standfirst",
        "byline",
        "authors",
        "agency",
        "section",
        "language",
        "kind",
        "access",
        guessed=read.guessed,
    )
    kept = packed(b64decode(r.raw_bytes), r.raw_media_type) if r.raw_bytes else Kept(r.raw, r.raw_encoding)
    return _Row(
        ordinal=number,
        source=read.source,
        line=read.line,
        slug=r.id,
        outlet=r.outlet,
        url=r.url,
        url_key=url_key(r.url) if r.url else None,
        title=title,
        standfirst=standfirst,
        byline=byline,
        # No authors is stored as NULL, not as an empty list.
        authors=authors or None,
        agency=agency,
        section=section,
        language=language,
        kind=kind,
        access=access,
        published_edtf=published.edtf if published else None,
        published=published.daterange() if published else None,
        published_at=published_at,
        updated_on=updated_on or (updated_at.date() if updated_at else None),
        updated_at=updated_at,
        syndicated_from=r.syndicated_from,
        body=r.text,
        text_sha256=hashlib.sha256(r.text.encode()).hexdigest(),
        retrieved_at=r.retrieved_at,
        extractor=r.extractor,
        raw=kept.raw,
        raw_encoding=kept.encoding,
        raw_media_type=r.raw_media_type,
        normalisation=NORMALISATION,
        guessed_title=r.title,
        guessed_edtf=fallback.edtf if fallback else None,
        guessed=fallback.daterange() if fallback else None,
        id_is_made="id" in read.guessed,
        id_is_local=read.has_local_id,
    )


def _name_originals(session: Writing, account: LoadAccount) -> None:
    """Record the original of each article whose record names one; an article from another load counts as updated."""
    kept = find_by_hand(session, account, "article", SQL["other_copies"])
    corrected = session.execute(SQL["count_corrected"]).scalar_one()
    session.execute(SQL["name_originals"])
    account.add("article", updated=corrected, unchanged=-corrected)
    if kept:
        account.notes.append(f"article: {kept} marked as a copy by a user; the mark is kept.")


def url_key(url: str) -> str | None:
    """Return a URL without parts that do not distinguish articles; None if it names no article.

    The scheme, ``www.``, the fragment, a trailing slash and known tracking keys are removed. The rest of the query
    stays, because ``?id=7`` may identify the article, and so does a fragment that a script reads as the path. The front
    page of a site, or text that is not a URL such as ``n/a``, does not name an article.
    """
    parts = urlsplit(url.strip())
    # Bytes that are not UTF-8 stay unchanged; otherwise two words in another encoding would become the same.
    pairs = parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted((key, value) for key, value in pairs if not _TRACKING.match(key))
    query = f"?{urlencode(kept, errors='surrogateescape')}" if kept else ""
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    host, _, path = f"{parts.netloc.casefold().removeprefix('www.')}{parts.path.rstrip('/')}".partition("/")
    if not (parts.netloc or "." in host) or not (path or query or fragment):
        return None
    return f"{host}{path and '/'}{path}{query}{fragment}"
