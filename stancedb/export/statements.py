"""The coding sheet: from statements, their mentions and codings to lines.

A statement takes as many lines as it has mentions or codings. What is said of it stands in the first; the others repeat
what a line has to have.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from stancedb.database import Reading, streamed
from stancedb.errors import StancedbError
from stancedb.export.account import Account, Sort, earlier_versions
from stancedb.export.articles import NEWEST
from stancedb.export.shaping import Values, shaped
from stancedb.loading.quotes import Span, anchor, prefix_suffix
from stancedb.model.vocabulary import Basis, CoderKind, CodingStatus
from stancedb.records.statement import StatementRecord

# A statement that a file can carry.
CARRIED = "st.retracted_on IS NULL AND st.merged_into_id IS NULL"
# A mention that a file can carry: the loader looks for quotes in the newest text of articles that are not withdrawn.
_QUOTABLE = f"m.rank <> 'deprecated' AND a.retracted_on IS NULL AND v.id = ({NEWEST} LIMIT 1)"
_MENTION = (
    "stancedb.mention m JOIN stancedb.article_version v ON v.id = m.article_version_id"
    " JOIN stancedb.article a ON a.id = v.article_id"
)
# The tenure that the loader would find on the day, in a database without merges: of the office that is named, or of the
# only one that was held; of several terms in it the last begun.
_FOUND = """
SELECT CASE WHEN count(DISTINCT t.office_id) = 1
    THEN (array_agg(t.id ORDER BY t.held_from DESC NULLS LAST, t.held_to, t.seat, t.id))[1]
    END FROM stancedb.tenure t
WHERE t.person_id = st.speaker_id AND t.held && st.said
"""
_NAMED = f"({_FOUND} AND t.office_id = held.office_id)"
_OFFICE = f"CASE WHEN {_NAMED} = held.id THEN o.slug END"
_ALONE = "(strpos(v.body, m.quote) = m.char_start + 1 AND strpos(substr(v.body, m.char_start + 2), m.quote) = 0)"
_LINES = f"""
SELECT st.slug AS statement, sp.slug AS speaker, {_OFFICE} AS office, b.slug AS on_behalf_of, st.capacity,
    st.authority, st.act, st.said_edtf AS said, st.said_phrase, st.said_at, st.ends, st.zone, st.place, e.slug AS event,
    st.summary, st.verification, st.self_declared,
    ARRAY(SELECT a.slug FROM stancedb.statement_addressee x JOIN stancedb.actor a ON a.id = x.actor_id
        WHERE x.statement_id = own.id AND x.role = 'addressee' ORDER BY a.slug COLLATE "C") AS addressees,
    ARRAY(SELECT l.kind || ':' || st.slug FROM stancedb.statement_link l JOIN stancedb.statement st
        ON st.id = l.target_id WHERE l.statement_id = own.id AND {CARRIED}
        ORDER BY l.kind, st.slug COLLATE "C") AS links,
    st.citation,
    (SELECT json_agg(json_build_object('article', a.slug, 'quote', m.quote, 'prefix', m.prefix, 'suffix', m.suffix,
            'rendering', m.rendering, 'asserts', m.asserts, 'attribution', m.attribution, 'start', m.char_start,
            'body', CASE WHEN NOT {_ALONE} THEN v.body END) ORDER BY a.slug COLLATE "C", m.char_start, m.char_end)
        FROM {_MENTION} WHERE m.statement_id = own.id AND {_QUOTABLE}) AS mentions,
    (SELECT json_agg(json_build_object('holder', h.slug, 'issue', i.slug, 'position', p.slug, 'basis', c.basis,
            'explicitness', c.explicitness, 'condition', c.condition, 'vagueness', c.vagueness,
            'confidence', c.confidence, 'rationale', c.rationale, 'coder', k.name, 'coder_kind', k.kind,
            'codebook', w.label, 'status', c.status, 'final', c.is_final)
            ORDER BY h.slug COLLATE "C", i.slug COLLATE "C", k.name COLLATE "C", w.label COLLATE "C")
        FROM stancedb.coding c JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.issue i ON i.id = c.issue_id
        LEFT JOIN stancedb.position p ON p.id = c.position_id JOIN stancedb.coder k ON k.id = c.coder_id
        JOIN stancedb.codebook_version w ON w.id = c.codebook_version_id WHERE c.statement_id = own.id) AS codings
FROM stancedb.statement st JOIN LATERAL (SELECT st.id) own ON true JOIN stancedb.actor sp ON sp.id = st.speaker_id
LEFT JOIN stancedb.actor b ON b.id = st.on_behalf_of_id LEFT JOIN stancedb.event e ON e.id = st.event_id
LEFT JOIN stancedb.tenure held ON held.id = st.tenure_id LEFT JOIN stancedb.actor o ON o.id = held.office_id
WHERE {CARRIED} ORDER BY st.slug COLLATE "C"
"""
# How many words around a quote are tried, in code points, until they tell it from the same words elsewhere.
_AROUND = (32, 128, 512, 2048)

_IN_CARRIED = f"JOIN stancedb.statement st ON st.id = m.statement_id WHERE {CARRIED}"
SORTS = (
    Sort(
        "Not written, statements whose record was withdrawn",
        "SELECT count(*) FROM stancedb.statement WHERE retracted_on IS NOT NULL",
    ),
    Sort(
        "Not written, statements merged into another",
        "SELECT count(*) FROM stancedb.statement WHERE merged_into_id IS NOT NULL AND retracted_on IS NULL",
    ),
    Sort(
        "Not written, mentions in withdrawn articles",
        f"SELECT count(*) FROM {_MENTION} {_IN_CARRIED} AND a.retracted_on IS NOT NULL",
    ),
    Sort(
        "Not written, mentions in older texts of articles",
        f"SELECT count(*) FROM {_MENTION} {_IN_CARRIED} AND a.retracted_on IS NULL AND v.id <> ({NEWEST} LIMIT 1)",
    ),
    Sort(
        "Not written, mentions that are deprecated",
        f"SELECT count(*) FROM {_MENTION} {_IN_CARRIED} AND a.retracted_on IS NULL AND v.id = ({NEWEST} LIMIT 1)"
        " AND m.rank = 'deprecated'",
    ),
    Sort(
        "Written as ordinary ones, mentions that are preferred",
        f"SELECT count(*) FROM {_MENTION} {_IN_CARRIED} AND m.rank = 'preferred' AND {_QUOTABLE}",
    ),
    Sort(
        "Statements for which 'statement load' finds another office, or none",
        "SELECT count(*) FROM stancedb.statement st LEFT JOIN stancedb.tenure held ON held.id = st.tenure_id"
        f" WHERE {CARRIED} AND st.tenure_id IS DISTINCT FROM CASE WHEN {_NAMED} = held.id THEN held.id"
        f" ELSE ({_FOUND}) END",
    ),
    Sort(
        "Not written, objects and beneficiaries of statements",
        "SELECT count(*) FROM stancedb.statement_addressee m JOIN stancedb.statement st ON st.id = m.statement_id"
        f" WHERE {CARRIED} AND m.role <> 'addressee'",
    ),
    Sort(
        "Not written, links to statements that are not written",
        f"SELECT count(*) FROM stancedb.statement_link m {_IN_CARRIED} AND NOT EXISTS"
        f" (SELECT FROM stancedb.statement st WHERE st.id = m.target_id AND {CARRIED})",
    ),
    Sort(
        "Not written, from which earlier ones codings were carried over",
        "SELECT count(*) FROM stancedb.coding WHERE carried_from_id IS NOT NULL",
    ),
    Sort("Not written, reviews of codings", "SELECT count(*) FROM stancedb.coding_review"),
    Sort(
        "Not written, versions of coders",
        "SELECT count(*) FROM stancedb.coder k WHERE version IS NOT NULL"
        " AND EXISTS (SELECT FROM stancedb.coding c WHERE c.coder_id = k.id)",
    ),
    Sort(
        "Not written, coders without a coding",
        "SELECT count(*) FROM stancedb.coder k WHERE NOT EXISTS"
        " (SELECT FROM stancedb.coding c WHERE c.coder_id = k.id)",
    ),
    earlier_versions("statement", "statement_addressee", "statement_link", "mention", "coder", "coding"),
)


def statement_records(session: Reading, account: Account) -> Iterator[Values]:
    """Yield the lines of the coding sheet, those of one statement together, in the order of the slugs."""
    for row in streamed(session, _LINES):
        mentions = [said for mention in row["mentions"] or () if (said := _mention(mention, row["statement"], account))]
        codings = [_coding(coding, row["speaker"]) for coding in row["codings"] or ()]
        repeated = {name: row[name] for name in ("statement", "speaker", "said")}
        first = shaped(StatementRecord, row)
        nothing: Values = {}
        pairs = zip_longest(mentions or [nothing], codings, fillvalue=nothing)
        for number, (mention, coding) in enumerate(pairs):
            yield {**(repeated if number else first), **mention, **coding}


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
    except StancedbError:
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
