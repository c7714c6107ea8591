"""The coding sheet: convert statements, their mentions and codings to lines.

A statement takes as many lines as it has mentions or codings, whichever is more. Its fields are in the first line; the
others repeat only required fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stancedb.database import Reading, streamed
from stancedb.export.account import EARLIER_VERSIONS, Account, LeftOut
from stancedb.export.shaping import Values, shaped
from stancedb.loading.quotes import QuoteAmbiguous, QuoteNotFound, anchor, prefix_suffix
from stancedb.model.vocabulary import Basis, CoderKind, CodingStatus
from stancedb.records.statement import StatementRecord
from stancedb.spans import Span
from stancedb.sql import Queries

SQL = Queries(__file__)
# Lengths of context around a quote, in code points, tried until it distinguishes the quote from other places.
_AROUND = (32, 128, 512, 2048)

LEFT_OUT = LeftOut(
    SQL["left_out"],
    {
        "withdrawn": "Not written: statements whose record was withdrawn",
        "merged": "Not written: statements merged into another",
        "mentions_withdrawn": "Not written: mentions in withdrawn articles",
        "mentions_older": "Not written: mentions in older texts of articles",
        "mentions_deprecated": "Not written: mentions that are deprecated",
        "mentions_preferred": "Written as ordinary mentions: preferred mentions",
        "other_offices": "Statements for which 'statement load' will find another office, or none",
        "others_named": "Not written: objects and beneficiaries of statements",
        "links": "Not written: links to statements that are not written",
        "carried": "Not written: the earlier codings from which codings were carried over",
        "reviews": "Not written: reviews of codings",
        "coder_versions": "Not written: versions of coders",
        "coders": "Not written: coders without a coding",
        **EARLIER_VERSIONS,
    },
)


def statement_records(session: Reading, account: Account) -> Iterator[Values]:
    """Yield the lines of the coding sheet, ordered by slug of the statement."""
    for row in streamed(session, SQL["records"]):
        mentions = {
            mention.pop("mention"): said
            for mention in row["mentions"] or ()
            if (said := _mention(mention, row["statement"], account))
        }
        codings = [(coding.pop("mention"), _coding(coding, row["speaker"])) for coding in row["codings"] or ()]
        repeated = {name: row[name] for name in ("statement", "speaker", "said")}
        first = shaped(StatementRecord, row)
        for number, line in enumerate(_lines(mentions, codings)):
            yield {**(repeated if number else first), **line}


def _lines(mentions: Mapping[int, Values], codings: Sequence[tuple[int | None, Values]]) -> Iterator[Values]:
    """Yield the lines of a statement: each coding beside the mention that it rests on, where that is written."""
    left = dict.fromkeys(mentions)
    for key, coding in codings:
        if key is not None:
            left.pop(key, None)
        yield {**mentions.get(key, {}), **coding} if key is not None else coding
    for key in left:
        yield mentions[key]
    if not mentions and not codings:
        yield {}


def _mention(mention: dict[str, Any], statement: str, account: Account) -> Values | None:
    """Return the fields of a mention, with context around the quote if the same words occur elsewhere in the text."""
    start, quote, body = mention.pop("start"), mention["quote"], mention.pop("body")
    prefix, suffix = mention.pop("prefix"), mention.pop("suffix")
    if body is None:
        # The quote occurs once, so its context is all that the loader examines.
        if _stands_at(prefix + quote + suffix, quote, len(prefix)):
            return shaped(StatementRecord, mention)
    else:
        for width in _AROUND:
            before, after = prefix_suffix(body, Span(start, start + len(quote)), width)
            whole = f"{before}{quote}{after}"
            # Comparing letters is fast; the loader's slower comparison is needed only if they differ.
            if body.find(whole, body.find(whole) + 1) < 0 and _stands_at(
                body, quote, start, prefix=before, suffix=after
            ):
                return shaped(StatementRecord, {**mention, "prefix": before or None, "suffix": after or None})
    account.add("Not written: mentions whose quote cannot be told apart by its context", example=f"'{statement}'")
    return None


def _stands_at(body: str, quote: str, start: int, *, prefix: str | None = None, suffix: str | None = None) -> bool:
    """Return whether the loader finds a quote at its place."""
    try:
        found = anchor(body, quote, prefix=prefix, suffix=suffix)
    except (QuoteNotFound, QuoteAmbiguous):
        return False
    return (found.start, found.end) == (start, start + len(quote))


def _coding(coding: dict[str, Any], speaker: str) -> Values:
    """Return the fields of a coding, without those that the loader fills in."""
    by_model = coding["coder_kind"] == CoderKind.MODEL
    usual = (CodingStatus.SUBMITTED, False) if by_model else (CodingStatus.ACCEPTED, True)
    if (coding["status"], coding["final"]) == usual:
        coding |= {"status": None, "final": None}
    if coding["holder"] == speaker:
        coding["holder"] = None
        if coding["basis"] == Basis.SELF:
            coding["basis"] = None
    return shaped(StatementRecord, coding)
