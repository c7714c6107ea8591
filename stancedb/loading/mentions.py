"""Turn staged lines of a coding sheet into mentions: find each quote in its article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from unicodedata import is_normalized

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge
from stancedb.loading.quotes import QuoteAmbiguous, QuoteNotFound, anchor, prefix_suffix
from stancedb.loading.stage import Stage
from stancedb.refusals import Refusal
from stancedb.spans import Span
from stancedb.sql import Queries

SQL = Queries(__file__)
# Fields that describe a place where a statement is printed.
OF_MENTION = ("rendering", "asserts", "attribution")
# A quote that occurs exactly once, letter for letter, between spaces, quotation marks or closing punctuation needs no
# closer look. Any other hit, such as "willing" inside "unwilling", goes through the steps of stancedb.loading.quotes.
_OPENS_AFTER = re.compile(r'[\s“"«„(「『]')
_ENDS_BEFORE = re.compile(r'[\s”"»)」』]|[.,;!?](?:$|[\s”"»)])|$')
# How many quotes are held in memory at a time, with their articles, while they are located.
_QUOTES_AT_ONCE = 2_000


def stage_mentions(session: Writing) -> list[Refusal]:
    """Stage the place of each quote: an existing mention of the statement, or else in the newest text of the article.

    Returns:
        A refusal for each staged line whose quote is not found, or that contradicts another line about how the quote is
        printed.
    """
    found = Stage(session, "staged_mention", SQL["staged_mention"])
    session.execute(SQL["quoted"])
    session.execute(SQL["index_quoted"])
    refusals: list[Refusal] = []
    count, has_older = session.execute(SQL["count_quoted"]).one()
    for begin in range(0, count, _QUOTES_AT_ONCE):
        # Each text is fetched once, no matter how many quotes it has.
        rows = session.execute(SQL["some_quoted"], {"begin": begin, "end": begin + _QUOTES_AT_ONCE}).all()
        bodies = session.execute(SQL["bodies"], {"versions": list({row.version_id for row in rows})})
        found.copy(_anchored(rows, {row.id: row.body for row in bodies}, refusals), joined=())
    session.execute(SQL["drop_quoted"])
    if has_older:
        session.execute(SQL["choose_places"])
        placed = set(session.execute(SQL["placed"]).scalars())
        refusals = [refusal for refusal in refusals if refusal.ordinal not in placed]
    found.analyse(("ordinal", "article_version_id"))
    # Most sheets have no contradictions; only the others need the slower query that finds each line.
    if session.execute(SQL["count_unlike_places"]).scalar_one():
        refusals += found.refuse("unlike_rendering", SQL["unlike_renderings"])
    return refusals


def _anchored(
    rows: Iterable[Sequence[Any]], bodies: Mapping[int, str], refusals: list[Refusal]
) -> Iterator[tuple[object, ...]]:
    for version, is_newest, ordinal, source, line, quote, prefix, suffix, span_start, span_end in rows:
        body = bodies[version]
        start = body.find(quote)
        if span_start is not None and body[span_start:span_end].strip() == quote:
            place, exact = Span(span_start, span_end), body[span_start:span_end]
        elif _stands_alone(body, quote, start):
            place, exact = Span(start, start + len(quote)), quote
        else:
            try:
                found = anchor(body, quote, prefix=prefix, suffix=suffix)
            except (QuoteNotFound, QuoteAmbiguous) as failure:
                if is_newest:
                    refusals.append(Refusal.of(source, line, failure.fault, ordinal=ordinal))
                continue
            place, exact = Span(found.start, found.end), found.exact
        yield ordinal, source, line, version, is_newest, place.start, place.end, exact, *prefix_suffix(body, place)


def _stands_alone(body: str, quote: str, start: int) -> bool:
    return (
        start >= 0
        and body.find(quote, start + 1) < 0
        and (start == 0 or _OPENS_AFTER.match(body, start - 1) is not None)
        and _ENDS_BEFORE.match(body, start + len(quote)) is not None
        and is_normalized("NFC", quote)
    )


def merge_mentions(session: Writing, account: LoadAccount, *, is_empty: bool) -> None:
    """Merge staged mentions by statement and place, and add the counts to the account."""
    merge(
        session,
        account,
        "mention",
        source=SQL["mentions"],
        key=("statement_id", "article_version_id", "char_start", "char_end"),
        values=OF_MENTION,
        frozen=("quote", "prefix", "suffix"),
        defaults={"rendering": "'verbatim'", "asserts": "'asserts'"},
        is_empty=is_empty,
    )
