"""The coding sheet: from statements, their mentions and codings to lines.

A statement takes as many lines as it has mentions or codings. What is said of it stands in the first; the others repeat
what a line has to have.
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
# How many words around a quote are tried, in code points, until they tell it from the same words elsewhere.
_AROUND = (32, 128, 512, 2048)

LEFT_OUT = LeftOut(
    SQL["left_out"],
    {
        "withdrawn": "Not written, statements whose record was withdrawn",
        "merged": "Not written, statements merged into another",
        "mentions_withdrawn": "Not written, mentions in withdrawn articles",
        "mentions_older": "Not written, mentions in older texts of articles",
        "mentions_deprecated": "Not written, mentions that are deprecated",
        "mentions_preferred": "Written as ordinary ones, mentions that are preferred",
        "other_offices": "Statements for which 'statement load' finds another office, or none",
        "others_named": "Not written, objects and beneficiaries of statements",
        "links": "Not written, links to statements that are not written",
        "carried": "Not written, from which earlier ones codings were carried over",
        "reviews": "Not written, reviews of codings",
        "coder_versions": "Not written, versions of coders",
        "coders": "Not written, coders without a coding",
        **EARLIER_VERSIONS,
    },
)


def statement_records(session: Reading, account: Account) -> Iterator[Values]:
    """Yield the lines of the coding sheet, those of one statement together, in the order of the slugs."""
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
    """Return the fields of a mention, with words around the quote where these tell it from the same words elsewhere."""
    start, quote, body = mention.pop("start"), mention["quote"], mention.pop("body")
    prefix, suffix = mention.pop("prefix"), mention.pop("suffix")
    if body is None:
        # The quote stands once, so what is around it shows all that the loader looks at.
        if _stands_at(prefix + quote + suffix, quote, len(prefix)):
            return shaped(StatementRecord, mention)
    else:
        for width in _AROUND:
            before, after = prefix_suffix(body, Span(start, start + len(quote)), width)
            whole = f"{before}{quote}{after}"
            # Comparing letters is quick, and the loader's closer look is worth it only where they differ.
            if body.find(whole, body.find(whole) + 1) < 0 and _stands_at(
                body, quote, start, prefix=before, suffix=after
            ):
                return shaped(StatementRecord, {**mention, "prefix": before or None, "suffix": after or None})
    account.add("Not written, mentions whose quote no words around it tell from another", example=f"'{statement}'")
    return None


def _stands_at(body: str, quote: str, start: int, *, prefix: str | None = None, suffix: str | None = None) -> bool:
    """Whether the loader finds a quote where it stands."""
    try:
        found = anchor(body, quote, prefix=prefix, suffix=suffix)
    except (QuoteNotFound, QuoteAmbiguous):
        return False
    return (found.start, found.end) == (start, start + len(quote))


def _coding(coding: dict[str, Any], speaker: str) -> Values:
    """Return the fields of a coding, without what the loader puts there by itself."""
    by_model = coding["coder_kind"] == CoderKind.MODEL
    usual = (CodingStatus.SUBMITTED, False) if by_model else (CodingStatus.ACCEPTED, True)
    if (coding["status"], coding["final"]) == usual:
        coding |= {"status": None, "final": None}
    if coding["holder"] == speaker:
        coding["holder"] = None
        if coding["basis"] == Basis.SELF:
            coding["basis"] = None
    return shaped(StatementRecord, coding)
