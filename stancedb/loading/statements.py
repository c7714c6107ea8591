"""The coding sheet: from lines to statements, mentions and codings.

One line may say all of it at once. Lines with one statement slug speak of one act of speech, so what they say of it
must agree; what a line leaves out it takes from the others, then from the database, then from the defaults.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from unicodedata import is_normalized

from sqlalchemy import text

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.errors import StancedbError
from stancedb.loading.account import LoadAccount
from stancedb.loading.copies import FAMILY
from stancedb.loading.making import make_actors
from stancedb.loading.merge import merge, was_by_hand
from stancedb.loading.quotes import Span, anchor, folded, prefix_suffix
from stancedb.loading.resolve import resolve
from stancedb.loading.stage import Stage, checked_at_once, drop_refused, given
from stancedb.model.vocabulary import Basis, CoderKind, CodingStatus
from stancedb.records.checking import Read
from stancedb.records.statement import StatementRecord
from stancedb.refusals import Refusal
from stancedb.sql import beside

# What is said of the statement itself: column, type, and the default where no line and no row says anything.
_OF_STATEMENT = {
    "authority": ("smallint", "3"),
    "act": ("text", "'assert'"),
    "capacity": ("text", "NULL"),
    "on_behalf_of": ("text", "NULL"),
    "office": ("text", "NULL"),
    "said_phrase": ("text", "NULL"),
    "said_at": ("timestamptz", "NULL"),
    "ends": ("text", "false"),
    "zone": ("text", "NULL"),
    "place": ("text", "NULL"),
    "event": ("text", "NULL"),
    "summary": ("text", "NULL"),
    "verification": ("text", "'single_source'"),
    "self_declared": ("text", "'none'"),
    "citation": ("text", "NULL"),
}
# What is said of a place where it is printed.
_OF_MENTION = ("rendering", "asserts", "attribution")
_STATEMENT_VALUES = (
    "speaker_id", "tenure_id", "on_behalf_of_id", "capacity", "authority", "act", "said_phrase", "said_edtf", "said",
    "said_at", "ends", "zone", "place", "event_id", "summary", "verification", "self_declared", "citation",
)  # fmt: skip
_OF_LINE = {
    "statement": "text", "speaker": "text", "said_edtf": "text", "said": "daterange", "article": "text",
    "quote": "text", "prefix": "text", "suffix": "text", "span_start": "integer", "span_end": "integer",
    "rendering": "text", "asserts": "text", "attribution": "text",
    "holder": "text", "issue": "text", "position": "text", "basis": "text", "explicitness": "text", "condition": "text",
    "vagueness": "text", "confidence": "text", "rationale": "text", "coder": "text", "coder_kind": "text",
    "codebook": "text", "names_codebook": "boolean", "status": "text", "is_final": "boolean",
    "gives_standing": "boolean", "addressees": "text[]", "links": "text[]", "key": "text",
}  # fmt: skip
# What lines are joined by: to each other, and to what they call by a handle.
_JOINED = ("ordinal", "statement", "speaker", "article", "holder", "issue", "position", "on_behalf_of", "coder")
_COLUMNS = {**_OF_LINE, **{column: kind for column, (kind, _) in _OF_STATEMENT.items()}}
# A quote that stands once, letter for letter, between blanks, quotation marks or the stops of a sentence needs no
# closer look; whatever else is found, such as "willing" inside "unwilling", goes through the ladder of
# stancedb.loading.quotes.
_OPENS_AFTER = re.compile(r'[\s“"«„(「『]')
_ENDS_BEFORE = re.compile(r'[\s”"»)」』]|[.,;!?](?:$|[\s”"»)])|$')
# What a coding sheet fills, beside the few rows that all its lines share.
_FILLED = ("statement", "mention", "coding", "evidence", "stance", "stance_change")
# How many quotes are held at a time, with the articles they stand in, while their places are looked for.
_QUOTES_AT_ONCE = 2_000
# What a derived slug looks like, so that others need not be looked at.
_IS_DERIVED = f"s.statement LIKE 'st-{12 * '_'}'"
# How many lines are held at a time while slugs are derived again.
_LINES_AT_ONCE = 50_000


def merge_statements(
    session: Writing,
    records: Iterator[Read[StatementRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge coding sheet lines by statement slug, place of the quote, and coder with holder and issue."""
    standing = session.execute(
        text(
            "SELECT stancedb.my_name() AS login, stancedb.my_role() AS role, stancedb.requires_review() AS is_reviewed"
        )
    ).one()
    codebook = session.execute(
        text('SELECT label FROM stancedb.codebook_version ORDER BY issued_on DESC, label COLLATE "C" DESC LIMIT 1')
    ).scalar_one_or_none()
    known = session.execute(text("SELECT name, kind FROM stancedb.coder"))
    kinds = {row.name: CoderKind(row.kind) for row in known}
    mistaken: list[Refusal] = []
    names: dict[str, str] = {}
    stage = Stage(session, "staged_statement", _COLUMNS)
    stage.copy(
        (
            _row(
                number,
                read,
                session.author,
                codebook,
                kinds=kinds,
                mistaken=mistaken,
                requires_review=standing.is_reviewed,
            )
            for number, read in _naming(records, names)
        ),
        joined=_JOINED,
    )
    stage.execute("CREATE INDEX ON {stage} (statement)")
    refusals = [
        *mistaken,
        *_refuse_keys(stage),
        *_refuse_actors(stage, account, names),
        *_refuse_disagreement(stage),
        *_refuse_codings(stage, account),
        *_refuse_standing(stage, standing.login, role=standing.role, requires_review=standing.is_reviewed),
    ]
    if refusals and not keep_going:
        return [*refusals, *_anchor(session, stage), *_refuse_links(stage)]
    stage.drop(refusals)
    refusals += [*_anchor(session, stage), *_refuse_links(stage)]
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused([stage], refusals, lambda: _refuse_links(stage))
    # The stage has been filled in since it was counted, and everything is joined to it from here on.
    stage.analyse(_JOINED)
    staged: int = stage.execute("SELECT count(*) FROM {stage}").scalar_one()
    with checked_at_once(session, _FILLED, staged) as is_empty:
        if not is_empty:
            _lock_statements(stage)
        _merge_statements(session, stage, account, is_empty=is_empty)
        _merge_mentions(session, account, is_empty=is_empty)
        _merge_codings(session, account, is_empty=is_empty)
        if account.rows["statement"].updated:
            _tell_of_other_speakers(stage, account)
        _merge_links(session, stage, account)
        stage.execute("DROP TABLE said, staged_mention")
        if is_empty:
            _settle(session)
    return refusals


def _lock_statements(stage: Stage) -> None:
    """Lock the statements that are there already, in the order of their keys, before what hangs on them is changed.

    Whoever writes takes statements before mentions, codings and links, so that no two writers wait for each other.
    """
    stage.execute(
        "SELECT FROM stancedb.statement st WHERE st.slug IN (SELECT s.statement FROM {stage} s)"
        " ORDER BY st.id FOR NO KEY UPDATE"
    )


def _naming(
    records: Iterator[Read[StatementRecord]], names: dict[str, str]
) -> Iterator[tuple[int, Read[StatementRecord]]]:
    """Number records, and remember what the slugs of actors were made of."""
    for number, read in enumerate(records):
        if read.names:
            names.update(read.names)
        yield number, read


def _refuse_keys(stage: Stage) -> list[Refusal]:
    """Refuse lines whose key makes the slug that another key makes."""
    if not stage.execute("SELECT EXISTS (SELECT FROM {stage} WHERE key IS NOT NULL)").scalar_one():
        return []
    found = stage.execute(beside(__file__, "folded_keys").text)
    return [
        Refusal(
            row.source,
            row.line,
            "key_taken",
            {
                "key": row.key,
                "statement": row.statement,
                "first_key": row.first_key,
                "first_line": row.first_line,
            },
            ordinal=row.ordinal,
        )
        for row in found
    ]


def _settle(session: Writing) -> None:
    """Derive now what would be derived at commit, while its tables have no indexes that each row has to go into."""
    # Without an index a nested loop reads a table over and over, with all that has just come into it.
    session.execute(text("SET LOCAL enable_nestloop = off"))
    session.execute(text("SELECT stancedb.settle(CAST(current_setting('stancedb.changeset') AS bigint))"))
    session.execute(text("SET LOCAL enable_nestloop = on"))


def _row(
    number: int,
    read: Read[StatementRecord],
    author: str,
    codebook: str | None,
    *,
    kinds: dict[str, CoderKind],
    mistaken: list[Refusal],
    requires_review: bool,
) -> tuple[object, ...]:
    """Return the staged row of a line; the kinds of coders and the refusals of lines that mistake one are added to."""
    r = read.record
    said = parse_when(r.said)
    coder = r.coder or author
    kind = r.coder_kind if "coder_kind" in r.model_fields_set else kinds.get(coder, r.coder_kind)
    # Whether a model codes decides what counts; it is neither forgotten nor claimed by one line alone.
    if r.issue and kind is not kinds.setdefault(coder, kind) and CoderKind.MODEL in {kind, kinds[coder]}:
        reason = f"the coder '{coder}' is known as {kinds[coder]}, and this says {kind}; name another coder"
        mistaken.append(Refusal(read.source, read.line, "unreadable", {"reason": reason}, "coder_kind", ordinal=number))
    holder = (r.holder or r.speaker) if r.issue else None
    gives_standing = r.status is not None or r.final is not None
    status, is_final = _standing(r, waits=requires_review or kind is CoderKind.MODEL)
    of_line = (
        r.statement or _derived_slug(r.article, r.quote or r.summary, r.speaker, said.edtf),
        r.speaker, said.edtf, said.daterange(), r.article, r.quote,
        r.prefix, r.suffix, *(r.span or (None, None)), *given(r, *_OF_MENTION),
        holder, r.issue, r.position, _basis(r, holder),
        *given(r, "explicitness", "condition", "vagueness", "confidence", "rationale"),
        coder, kind, r.codebook or (r.made_under or codebook if r.issue else None), r.codebook is not None,
        status, is_final, gives_standing, r.addressees or None, r.links or None, read.key,
    )  # fmt: skip
    # A flag is staged as text, because what several lines say of a statement is compared by order.
    of_statement = (str(value).lower() if isinstance(value, bool) else value for value in given(r, *_OF_STATEMENT))
    return (number, read.source, read.line, *of_line, *of_statement)


def _basis(r: StatementRecord, holder: str | None) -> str | None:
    """Return the ground for the holder where the line alone gives it; the lines beside it may give it otherwise."""
    if r.basis is not None or holder is None:
        return r.basis
    if holder == r.speaker:
        return Basis.SELF
    return Basis.ON_BEHALF if holder == r.on_behalf_of else None


def _standing(r: StatementRecord, *, waits: bool) -> tuple[str | None, bool | None]:
    """Return status and finality as the line gives them, or those of a new coding: it counts unless it has to wait."""
    if r.issue is None and r.status is None and r.final is None:
        return None, None
    if r.status is None:
        is_final = r.final if r.final is not None else not waits
        return (CodingStatus.ACCEPTED if is_final else CodingStatus.SUBMITTED), is_final
    is_final = r.status is CodingStatus.ACCEPTED and not waits
    return r.status, r.final if r.final is not None else is_final


def _derived_slug(article: str | None, words_said: str | None, speaker: str, said: str) -> str:
    """Return the slug of a statement that has none: the same words always get the same one, however they are typed."""
    words = "\x1f".join([article or "", folded(words_said or ""), speaker, said])
    return f"st-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def _refuse_actors(stage: Stage, account: LoadAccount, names: Mapping[str, str]) -> list[Refusal]:
    """Put slugs for names, and refuse what names several actors or, with all other references, nothing.

    Args:
        stage: The staged lines.
        account: Says whether, and as what, actors are made of names that nobody has.
        names: What slugs in the lines were made of.
    """
    stage.execute("ALTER TABLE {stage} ADD COLUMN called_speaker text")
    stage.execute("UPDATE {stage} s SET called_speaker = speaker WHERE NOT EXISTS"
                  " (SELECT FROM stancedb.actor a WHERE a.slug = s.speaker)")  # fmt: skip
    ambiguous, has_changed = resolve(stage, ("speaker", "holder", "on_behalf_of"))
    if account.makes_actors:
        ambiguous += make_actors(stage, account, names)
        has_changed = True
    if has_changed:
        _derive_again(stage)
    _join_copies(stage)
    told = {(refusal.ordinal, refusal.field) for refusal in ambiguous}
    unknown = [refusal for refusal in _refuse_references(stage) if (refusal.ordinal, refusal.field) not in told]
    return _without_repeats([*ambiguous, *unknown])


def _without_repeats(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Leave out what is said of a holder where it was said of the same actor as the speaker."""
    of_speakers = {(refusal.line, refusal.reason) for refusal in refusals if refusal.field == "speaker"}
    return [
        refusal
        for refusal in refusals
        if refusal.field != "holder" or (refusal.line, refusal.reason) not in of_speakers
    ]


def _derive_again(stage: Stage) -> None:
    """Give a derived slug the speaker's own in place of the name, so that either way it is the same statement."""
    # A sheet that names its statements has none to derive, however long it is.
    last = stage.execute(
        f"SELECT max(s.ordinal) FROM {{stage}} s WHERE s.called_speaker <> s.speaker AND {_IS_DERIVED}"
    ).scalar_one()
    for begin in range(0, last + 1 if last is not None else 0, _LINES_AT_ONCE):
        rows = stage.execute(
            "SELECT s.ordinal, s.statement, s.article, coalesce(s.quote, s.summary), s.called_speaker, s.speaker,"
            f" s.said_edtf FROM {{stage}} s WHERE s.called_speaker <> s.speaker AND {_IS_DERIVED}"
            " AND s.ordinal >= :begin AND s.ordinal < :end",
            begin=begin,
            end=begin + _LINES_AT_ONCE,
        )
        again = [
            (ordinal, _derived_slug(article, words, speaker, said))
            for ordinal, statement, article, words, called, speaker, said in rows
            if statement == _derived_slug(article, words, called, said)
        ]
        _name_statements(stage, again)


def _name_statements(stage: Stage, named: Sequence[tuple[int, str]]) -> None:
    """Give staged lines, by their ordinals, the slugs of the statements that they are about."""
    stage.execute(
        "UPDATE {stage} s SET statement = x.slug FROM unnest(CAST(:ordinals AS bigint[]), CAST(:slugs AS text[]))"
        " x(ordinal, slug) WHERE x.ordinal = s.ordinal",
        ordinals=[ordinal for ordinal, _ in named],
        slugs=[slug for _, slug in named],
    )


def _join_copies(stage: Stage) -> None:
    """Give the same words of the same speaker in an article and in its copies the slug of one statement.

    It is the one that an article of the family has already, else the one of the original, whichever is loaded first. A
    line about a statement that was merged into another is about that one.
    """
    family = FAMILY.format(
        which="a.slug IN (SELECT s.article FROM {stage} s) AND (a.syndicated_from_id IS NOT NULL"
        " OR EXISTS (SELECT FROM stancedb.article c WHERE c.syndicated_from_id = a.id))"
    )
    rows = stage.execute(
        f"{family} SELECT s.ordinal, s.statement, s.article, coalesce(s.quote, s.summary), s.speaker, s.said_edtf,"
        " f.members FROM {stage} s JOIN stancedb.article a ON a.slug = s.article JOIN ("
        " SELECT b.member_id, array_agg(m.slug ORDER BY m.id <> w.root_id, m.id) AS members FROM above b"
        " JOIN below w ON w.root_id = b.at_id JOIN stancedb.article m ON m.id = w.article_id GROUP BY b.member_id"
        f") f ON f.member_id = a.id WHERE {_IS_DERIVED}"
    ).all()
    slugs = {
        ordinal: [_derived_slug(article, words, speaker, said) for article in (own, *members)]
        for ordinal, statement, own, words, speaker, said, members in rows
        if statement == _derived_slug(own, words, speaker, said)
    }
    if slugs:
        known = set(
            stage.execute(
                "SELECT st.slug FROM stancedb.statement st WHERE st.slug = ANY (:slugs)",
                slugs=list({slug for several in slugs.values() for slug in several}),
            ).scalars()
        )
        _name_statements(
            stage,
            [(at, next((slug for slug in several if slug in known), several[1])) for at, several in slugs.items()],
        )
    stage.execute(
        "UPDATE {stage} s SET statement = k.slug FROM stancedb.statement st"
        " JOIN stancedb.statement k ON k.id = st.merged_into_id"
        " WHERE st.slug = s.statement AND st.merged_into_id IS NOT NULL"
    )


def _refuse_references(stage: Stage) -> list[Refusal]:
    refusals = [
        refusal
        for field, table, handle, noun in (
            ("speaker", "actor", "slug", None),
            ("on_behalf_of", "actor", "slug", None),
            ("office", "actor", "slug", "office"),
            ("holder", "actor", "slug", None),
            ("issue", "issue", "slug", None),
            ("act", "act", "code", None),
            ("capacity", "capacity", "code", None),
            ("event", "event", "slug", None),
            ("article", "article", "slug", None),
            ("codebook", "codebook_version", "label", "codebook version"),
        )
        for refusal in stage.refuse_unknown_in(field, table, handle=handle, kind=noun)
    ]
    refusals += stage.refuse_where(
        "s.position IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.position p"
        " WHERE p.issue_id = i.id AND p.slug = s.position)",
        "position",
        "'issue ''' || s.issue || ''' has no position ''' || s.position || '''; it has '"
        " || (SELECT string_agg(p.slug, ', ' ORDER BY p.rank, p.slug)"
        " FROM stancedb.position p WHERE p.issue_id = i.id AND p.status = 'active')",
        joined="JOIN stancedb.issue i ON i.slug = s.issue",
    )
    refusals += stage.refuse_where(
        "x.slug IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = x.slug)",
        "addressees", "'there is no actor ''' || x.slug || ''''", joined="CROSS JOIN unnest(s.addressees) x(slug)",
    )  # fmt: skip
    refusals += stage.refuse_where(
        "s.office IS NOT NULL AND p.id IS NOT NULL AND o.id IS NOT NULL AND NOT EXISTS (SELECT FROM stancedb.tenure t"
        " JOIN stancedb.actor h ON h.id = t.person_id JOIN stancedb.actor f ON f.id = t.office_id"
        " WHERE coalesce(h.merged_into_id, h.id) = coalesce(p.merged_into_id, p.id)"
        " AND coalesce(f.merged_into_id, f.id) = coalesce(o.merged_into_id, o.id) AND t.held && s.said)",
        "office", "'''' || s.speaker || ''' did not hold ''' || s.office || ''' on ' || s.said_edtf",
        joined="JOIN stancedb.actor p ON p.slug = s.speaker JOIN stancedb.actor o ON o.slug = s.office",
    )  # fmt: skip
    refusals += stage.refuse_where(
        "lower_inf(s.said)", "said", "'a statement has a first day; ' || s.said_edtf || ' has none'"
    )
    # A zone that the server does not know it cannot count the day in.
    refusals += stage.refuse_where(
        "CASE WHEN s.said_at IS NOT NULL AND s.zone IN (SELECT z.name FROM pg_catalog.pg_timezone_names z)"
        " THEN NOT s.said @> CAST(s.said_at AT TIME ZONE s.zone AS date) END",
        "said_at", "'in ' || s.zone || ' that is ' || to_char(s.said_at AT TIME ZONE s.zone, 'YYYY-MM-DD')"
        " || ', and said is ' || s.said_edtf || '; the two are of one day'",
    )  # fmt: skip
    return refusals + stage.refuse_where(
        "a.retracted_on IS NOT NULL", "article", "'article ''' || a.slug || ''' was withdrawn: ' || a.retracted_reason",
        joined="JOIN stancedb.article a ON a.slug = s.article",
    )  # fmt: skip


def _refuse_disagreement(stage: Stage) -> list[Refusal]:
    """Refuse lines of one statement that contradict an earlier line on what was said, by whom and when."""
    columns = ("speaker", "said_edtf", *_OF_STATEMENT)
    unlike = " OR ".join(f"min(s.{column}) <> max(s.{column})" for column in columns)
    # Lines that agree, which are most, are read once; only then is it worth asking each column for its lines.
    agree: bool = stage.execute(
        f"SELECT NOT EXISTS (SELECT FROM {{stage}} s GROUP BY s.statement HAVING count(*) > 1 AND ({unlike}))"
    ).scalar_one()
    if agree:
        return []
    refusals = []
    for column in columns:
        field = column.removesuffix("_edtf")
        refusals += stage.refuse_where(
            f"s.{column} IS DISTINCT FROM f.value", field,
            f"'found ''' || s.{column} || ''', and an earlier line of statement ''' || s.statement || ''' has '''"
            " || f.value || ''''",
            joined=f"JOIN (SELECT DISTINCT ON (statement) statement, ordinal, {column} AS value FROM {{stage}}"
            f" WHERE {column} IS NOT NULL ORDER BY statement, ordinal) f ON f.statement = s.statement"
            f" AND f.ordinal < s.ordinal AND s.{column} IS NOT NULL",
        )  # fmt: skip
    return refusals


def _refuse_codings(stage: Stage, account: LoadAccount) -> list[Refusal]:
    # A first sheet has nothing to be recognised by, and may be of a million lines.
    has_any = "SELECT EXISTS (SELECT FROM stancedb.coding) OR EXISTS (SELECT FROM {stage} WHERE names_codebook)"
    if stage.execute(has_any).scalar_one():
        stage.session.execute(beside(__file__, "name_codebooks"))
    # Holder and basis: nobody's position is ascribed to somebody else without a word on the ground for it.
    stage.execute(
        "UPDATE {stage} s SET basis = CASE WHEN s.holder = s.speaker THEN 'self' ELSE 'on_behalf' END FROM"
        " (SELECT g.statement, coalesce(max(g.on_behalf_of), max(a.slug)) AS principal FROM {stage} g"
        " LEFT JOIN stancedb.statement st ON st.slug = g.statement"
        " LEFT JOIN stancedb.actor a ON a.id = st.on_behalf_of_id GROUP BY g.statement) b"
        " WHERE b.statement = s.statement AND s.basis IS NULL AND s.issue IS NOT NULL"
        " AND s.holder IN (s.speaker, b.principal)"
    )
    # So it is where speaker and holder, or principal and holder, were merged and one is called by the other's name.
    if stage.execute(f"SELECT EXISTS (SELECT FROM {{stage}} s WHERE {_WITHOUT_BASIS})").scalar_one():
        stage.execute(_BASIS_BY_MERGES)
    stage.session.execute(beside(__file__, "keep_standing"))
    same = "d.statement = s.statement AND d.holder = s.holder AND d.issue = s.issue AND d.ordinal < s.ordinal"
    coded = (
        "JOIN stancedb.statement st ON st.slug = s.statement JOIN stancedb.actor h ON h.slug = s.holder"
        " JOIN stancedb.issue i ON i.slug = s.issue JOIN stancedb.coding c ON c.statement_id = st.id"
        " AND c.holder_id = h.id AND c.issue_id = i.id AND c.is_final JOIN stancedb.coder k ON k.id = c.coder_id"
        " JOIN stancedb.codebook_version v ON v.id = c.codebook_version_id"
        " JOIN stancedb.codebook_version w ON w.label = s.codebook"
    )
    return [
        *stage.refuse_where(
            "s.issue IS NOT NULL AND s.basis IS NULL", "basis",
            "'not given, and ''' || s.holder || ''' is neither the speaker nor whom the statement is made on_behalf_of;"
            " say on_behalf or attributed_by_other'",
        ),
        *stage.refuse_where(
            "s.issue IS NOT NULL AND s.codebook IS NULL", "codebook", "'there is no codebook yet; load one first'"
        ),
        *_refuse_retired(stage, account),
        *stage.refuse_where(
            "s.is_final AND s.status <> 'accepted'", "final",
            "'a final coding is an accepted one, and status says ' || s.status"
        ),
        *stage.refuse_where(
            "s.is_final AND d.is_final AND (d.coder, d.codebook) IS DISTINCT FROM (s.coder, s.codebook)", "final",
            "'line ' || coalesce(d.line::text, '?') || ' has a final coding of this statement, holder and issue by '''"
            " || d.coder"
            " || '''; say final: false on one'",
            joined=f"JOIN {{stage}} d ON {same}",
        ),
        *stage.refuse_where(
            "(d.coder, d.codebook) = (s.coder, s.codebook)"
            " AND (d.position, d.basis, d.status, d.is_final, d.confidence, d.condition, d.rationale, d.explicitness,"
            " d.vagueness) IS DISTINCT FROM (s.position, s.basis, s.status, s.is_final, s.confidence, s.condition,"
            " s.rationale, s.explicitness, s.vagueness)",
            "position",
            "'line ' || coalesce(d.line::text, '?')"
            " || ' codes this statement, holder and issue by the same coder otherwise'",
            joined=f"JOIN {{stage}} d ON {same}",
        ),
        *stage.refuse_where(
            "s.is_final AND (k.name, v.label) IS DISTINCT FROM (s.coder, s.codebook)"
            # A new judgement of her own under a later version takes the place of the one before.
            ' AND (k.name <> s.coder OR (v.issued_on, v.label COLLATE "C") > (w.issued_on, w.label COLLATE "C")'
            " OR EXISTS (SELECT FROM stancedb.coding t WHERE (t.statement_id, t.holder_id, t.issue_id, t.coder_id,"
            " t.codebook_version_id) = (st.id, h.id, i.id, k.id, w.id)))", "final",
            "'''' || s.statement || ''' has a final coding of ''' || s.holder || ''' on ''' || s.issue || ''' by '''"
            " || k.name"
            " || ''' already; say final: false, or review that one first'",
            joined=coded,
        ),
    ]  # fmt: skip


def _refuse_standing(stage: Stage, login: str | None, *, role: str, requires_review: bool) -> list[Refusal]:
    """Refuse what the login of this session may not say: codings of others, and its own as reviewed already.

    Args:
        stage: The staged lines.
        login: The coder whom the login is; None for the owner, who may say everything.
        role: What the login was granted.
        requires_review: Whether codings wait for a reviewer.
    """
    if login is None:
        return []
    refusals: list[Refusal] = []
    if role != "reviewer":
        refusals += stage.refuse_where(
            "s.issue IS NOT NULL AND s.coder <> :login",
            "coder",
            "'this login codes as ''' || :login || ''', and this says ''' || s.coder || '''; a reviewer loads the"
            " lines of others'",
            login=login,
        )
    if requires_review:
        refusals += stage.refuse_where(
            "s.coder = :login AND s.gives_standing AND (s.is_final OR s.status = 'accepted')",
            "status",
            "'this database requires review, so a coding of your own enters as submitted; leave out status and final'",
            login=login,
        )
    return refusals


def _refuse_retired(stage: Stage, account: LoadAccount) -> list[Refusal]:
    """Refuse new codings on retired issues and positions; what is coded so already, or by hand otherwise, stays."""
    has_any = (
        "SELECT EXISTS (SELECT FROM stancedb.issue WHERE status = 'retired')"
        " OR EXISTS (SELECT FROM stancedb.position WHERE status = 'retired')"
    )
    if not stage.execute(has_any).scalar_one():
        return []
    of_line = (
        " JOIN stancedb.issue i ON i.slug = s.issue LEFT JOIN stancedb.issue m ON m.id = i.merged_into_id"
        " LEFT JOIN (stancedb.coding t JOIN stancedb.statement st ON st.id = t.statement_id"
        " JOIN stancedb.actor h ON h.id = t.holder_id JOIN stancedb.coder k ON k.id = t.coder_id"
        " JOIN stancedb.codebook_version v ON v.id = t.codebook_version_id) ON t.issue_id = i.id"
        " AND (st.slug, h.slug, k.name, v.label) = (s.statement, s.holder, s.coder, s.codebook)"
    )
    return [
        *stage.refuse_where(
            "i.status = 'retired' AND t.id IS NULL",
            "issue",
            "'issue ''' || i.slug || CASE WHEN m.id IS NULL THEN ''' is retired and takes no new coding'"
            " ELSE ''' is merged into ''' || m.slug || '''; name that one' END",
            joined=of_line,
        ),
        *stage.refuse_where(
            "p.status = 'retired' AND NOT (i.status = 'retired' AND t.id IS NULL)"
            f" AND (t.id IS NULL OR t.position_id IS DISTINCT FROM p.id AND NOT {was_by_hand(account, 'coding')})",
            "position",
            "'position ''' || p.slug || ''' of ''' || i.slug || CASE WHEN q.id IS NULL THEN ''' is retired; name one in"
            " force: ' || coalesce((SELECT string_agg(x.slug, ', ' ORDER BY x.rank, x.slug) FROM stancedb.position x"
            " WHERE x.issue_id = i.id AND x.status = 'active'), 'there is none')"
            " ELSE ''' is merged into ''' || q.slug || '''; name that one' END",
            joined=f"{of_line} JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.position"
            " LEFT JOIN stancedb.position q ON q.id = p.merged_into_id",
        ),
    ]


def _anchor(session: Writing, stage: Stage) -> list[Refusal]:
    """Find each quote where the statement has it already, else in the newest text of its article, and stage where."""
    found = Stage(
        session, "staged_mention",
        {"article_version_id": "bigint", "is_newest": "boolean", "char_start": "integer", "char_end": "integer",
         "quote": "text", "prefix": "text", "suffix": "text"},
    )  # fmt: skip
    session.execute(beside(__file__, "stage_quotes"))
    stage.execute("CREATE INDEX ON quoted (place)")
    refusals: list[Refusal] = []
    count, has_older = stage.execute("SELECT count(*), bool_or(NOT is_newest) FROM quoted").one()
    for begin in range(0, count, _QUOTES_AT_ONCE):
        # Each text is fetched once, however many quotes stand in it.
        rows = stage.execute(
            "SELECT version_id, is_newest, ordinal, source, line, quote, prefix, suffix, span_start, span_end FROM"
            " quoted WHERE place > :begin AND place <= :end ORDER BY place", begin=begin, end=begin + _QUOTES_AT_ONCE,
        ).all()  # fmt: skip
        bodies = stage.execute(
            "SELECT v.id, v.body FROM stancedb.article_version v WHERE v.id = ANY (:versions)",
            versions=list({row[0] for row in rows}),
        )
        found.copy(_anchored(rows, {row.id: row.body for row in bodies}, refusals), joined=())
    stage.execute("DROP TABLE quoted")
    if has_older:
        session.execute(beside(__file__, "choose_places"))
        placed = set(found.execute("SELECT ordinal FROM {stage}").scalars())
        refusals = [refusal for refusal in refusals if getattr(refusal, "ordinal", None) not in placed]
    found.analyse(("ordinal", "article_version_id"))
    return [*refusals, *_refuse_renderings(found)]


def _refuse_renderings(found: Stage) -> list[Refusal]:
    """Refuse lines of one statement that contradict an earlier line on how one place prints it."""
    place = "l.statement, m.article_version_id, m.char_start, m.char_end"
    unlike = " OR ".join(f"min(l.{column}) <> max(l.{column})" for column in _OF_MENTION)
    # Counted and not only looked for, so that the planner joins all rows at once and not one after the other.
    unlike_places: int = found.execute(
        "SELECT count(*) FROM (SELECT FROM {stage} m JOIN staged_statement l USING (ordinal)"
        f" GROUP BY {place} HAVING count(*) > 1 AND ({unlike})) x"
    ).scalar_one()
    if not unlike_places:
        return []
    return [
        refusal
        for column in _OF_MENTION
        for refusal in found.refuse_where(
            f"o.{column} <> f.value", column,
            f"'found ''' || o.{column} || ''', and an earlier line of statement ''' || o.statement || ''' has '''"
            " || f.value || ''' for the same words'",
            joined="JOIN staged_statement o ON o.ordinal = s.ordinal"
            f" JOIN (SELECT DISTINCT ON ({place}) {place}, m.ordinal, l.{column} AS value"
            f" FROM {{stage}} m JOIN staged_statement l USING (ordinal) WHERE l.{column} IS NOT NULL"
            f" ORDER BY {place}, m.ordinal) f ON f.statement = o.statement AND f.ordinal < s.ordinal"
            " AND (f.article_version_id, f.char_start, f.char_end) = (s.article_version_id, s.char_start, s.char_end)",
        )
    ]  # fmt: skip


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
            except StancedbError as failure:
                if is_newest:
                    refusals.append(
                        Refusal(source, line, "unreadable", {"reason": str(failure)}, "quote", ordinal=ordinal)
                    )
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


def _merge_statements(session: Writing, stage: Stage, account: LoadAccount, *, is_empty: bool) -> None:
    told = ", ".join(f"max(s.{column}) AS {column}" for column in _OF_STATEMENT if column != "said_at")
    stage.execute(
        "CREATE TEMPORARY TABLE said ON COMMIT DROP AS SELECT s.statement, max(s.speaker) AS speaker,"
        f" max(s.said_edtf) AS said_edtf, min(CAST(s.said AS text))::daterange AS said,"
        f" max(s.said_at) AS said_at, {told}"
        " FROM {stage} s GROUP BY s.statement"
    )
    slugs = session.execute(text("SELECT statement FROM said ORDER BY 1 LIMIT 2")).scalars().all()
    if len(slugs) == 1:
        account.notes.append(f"statement {slugs[0]}")
    kept = {column: f"coalesce(g.{column}, old.{column}, {default})" for column, (_, default) in _OF_STATEMENT.items()}
    kept["ends"] = "coalesce(CAST(g.ends AS boolean), old.ends, false)"
    plain = ", ".join(
        f"{kept[column]} AS {column}" for column in _OF_STATEMENT if column not in {"office", "on_behalf_of", "event"}
    )
    merge(
        session, account, "statement",
        # The office is the one named; else the one known, if it was held on the day; else the only one that was held.
        # Of several terms in it the speaker's own comes first, under the name that is given, and then the last begun.
        source="SELECT g.statement AS slug, p.id AS speaker_id,"
        " CASE WHEN g.office IS NULL AND old.speaker_id = p.id AND (old.said = g.said"
        " OR EXISTS (SELECT FROM stancedb.tenure k WHERE k.id = old.tenure_id AND k.held && g.said))"
        " THEN coalesce(old.tenure_id, t.tenure_id) ELSE t.tenure_id END AS tenure_id,"
        " coalesce(b.id, old.on_behalf_of_id) AS on_behalf_of_id, coalesce(e.id, old.event_id) AS event_id,"
        f" g.said_edtf, g.said, {plain}"
        " FROM said g JOIN stancedb.actor p ON p.slug = g.speaker"
        " LEFT JOIN stancedb.statement old ON old.slug = g.statement"
        " LEFT JOIN stancedb.actor b ON b.slug = g.on_behalf_of LEFT JOIN stancedb.event e ON e.slug = g.event"
        f" LEFT JOIN ({_HELD_WHEN_SAID}) t ON t.statement = g.statement",
        key=("slug",), values=_STATEMENT_VALUES, is_empty=is_empty, complete=("tenure_id",),
    )  # fmt: skip


_WITHOUT_BASIS = "s.basis IS NULL AND s.issue IS NOT NULL"
_BASIS_BY_MERGES = f"""
UPDATE {{stage}} s
SET basis = CASE coalesce(h.merged_into_id, h.id) WHEN coalesce(p.merged_into_id, p.id) THEN 'self' ELSE 'on_behalf' END
FROM {{stage}} x JOIN stancedb.actor h ON h.slug = x.holder JOIN stancedb.actor p ON p.slug = x.speaker
JOIN (SELECT g.statement, max(g.on_behalf_of) AS named FROM {{stage}} g GROUP BY g.statement) b USING (statement)
LEFT JOIN stancedb.statement st ON st.slug = x.statement
LEFT JOIN stancedb.actor named ON named.slug = b.named
LEFT JOIN stancedb.actor known ON known.id = st.on_behalf_of_id AND b.named IS NULL
WHERE x.ordinal = s.ordinal AND {_WITHOUT_BASIS} AND coalesce(h.merged_into_id, h.id) IN (
    coalesce(p.merged_into_id, p.id), coalesce(named.merged_into_id, named.id), coalesce(known.merged_into_id, known.id)
)
"""
# The tenure in which each statement was made, where one office alone comes into question. Rows keep naming an actor
# that is merged away, so speakers, persons and offices are each taken for the one they lead to.
_HELD_WHEN_SAID = """
SELECT g.statement, CASE WHEN count(DISTINCT t.kept_office_id) = 1
    THEN (array_agg(t.id ORDER BY t.person_id = p.id DESC, t.held_from DESC NULLS LAST, t.held_to, t.seat, t.id))[1]
    END AS tenure_id
FROM said g JOIN stancedb.actor p ON p.slug = g.speaker
JOIN (
    SELECT t.*, coalesce(h.merged_into_id, h.id) AS kept_person_id, coalesce(o.merged_into_id, o.id) AS kept_office_id
    FROM stancedb.tenure t JOIN stancedb.actor h ON h.id = t.person_id JOIN stancedb.actor o ON o.id = t.office_id
) t ON t.kept_person_id = coalesce(p.merged_into_id, p.id) AND t.held && g.said
LEFT JOIN stancedb.actor f ON f.slug = g.office
WHERE f.id IS NULL OR t.kept_office_id = coalesce(f.merged_into_id, f.id)
GROUP BY g.statement
"""


def _merge_mentions(session: Writing, account: LoadAccount, *, is_empty: bool) -> None:
    merge(
        session, account, "mention",
        # What a line leaves out it takes from the others about the same place, which say nothing else.
        source="SELECT st.id AS statement_id, m.article_version_id, m.char_start, m.char_end, min(m.quote) AS quote,"
        " min(m.prefix) AS prefix, min(m.suffix) AS suffix,"
        f" {', '.join(f'max(s.{column}) AS {column}' for column in _OF_MENTION)}"
        " FROM staged_mention m JOIN staged_statement s USING (ordinal)"
        " JOIN stancedb.statement st ON st.slug = s.statement"
        " GROUP BY st.id, m.article_version_id, m.char_start, m.char_end",
        key=("statement_id", "article_version_id", "char_start", "char_end"),
        values=_OF_MENTION, frozen=("quote", "prefix", "suffix"),
        defaults={"rendering": "'verbatim'", "asserts": "'asserts'"}, is_empty=is_empty,
    )  # fmt: skip


def _merge_codings(session: Writing, account: LoadAccount, *, is_empty: bool) -> None:
    # A coder's login may add no coders, and has no need to.
    named = session.execute(
        text(
            "SELECT count(*) AS coders, count(k.id) AS known FROM (SELECT DISTINCT coder FROM staged_statement"
            " WHERE issue IS NOT NULL) s LEFT JOIN stancedb.coder k ON k.name = s.coder"
        )
    ).one()
    if named.known == named.coders:
        account.add("coder", unchanged=named.known)
    else:
        merge(
            session,
            account,
            "coder",
            source="SELECT coder AS name, min(coder_kind) AS kind FROM staged_statement WHERE issue IS NOT NULL"
            " GROUP BY coder",
            key=("name",),
            frozen=("kind",),
        )
    superseded = 0 if is_empty else session.execute(beside(__file__, "supersede_codings")).rowcount
    if superseded:
        account.add("coding", updated=superseded)
        account.notes.append(
            f"coding: {superseded} not final any more, because their coders judge anew under a later codebook version"
        )
    merge(
        session, account, "coding",
        source="SELECT DISTINCT ON (st.id, h.id, i.id, k.id, v.id) st.id AS statement_id, h.id AS holder_id,"
        " i.id AS issue_id, k.id AS coder_id, v.id AS codebook_version_id, p.id AS position_id,"
        " s.basis, s.explicitness,"
        " s.condition, s.vagueness, s.confidence, s.rationale, s.status, s.is_final FROM staged_statement s"
        " JOIN stancedb.statement st ON st.slug = s.statement JOIN stancedb.actor h ON h.slug = s.holder"
        " JOIN stancedb.issue i ON i.slug = s.issue JOIN stancedb.coder k ON k.name = s.coder"
        " JOIN stancedb.codebook_version v ON v.label = s.codebook"
        " LEFT JOIN stancedb.position p ON p.issue_id = i.id AND p.slug = s.position"
        " ORDER BY st.id, h.id, i.id, k.id, v.id, s.ordinal",
        key=("statement_id", "holder_id", "issue_id", "coder_id", "codebook_version_id"),
        values=("position_id", "basis", "explicitness", "condition", "vagueness", "confidence", "rationale", "status",
                "is_final"),
        defaults={"explicitness": "'explicit'", "vagueness": "'committal'", "confidence": "'moderate'"},
        is_empty=is_empty,
    )  # fmt: skip
    if account.rows["coding"].updated:
        session.execute(beside(__file__, "judge_anew"))


def _tell_of_other_speakers(stage: Stage, account: LoadAccount) -> None:
    """Say of how many codings the holder spoke for itself, and is not the speaker since the statement was corrected."""
    left: int = stage.execute(
        "SELECT count(DISTINCT c.id) FROM {stage} s JOIN stancedb.statement st ON st.slug = s.statement"
        " JOIN stancedb.coding c ON c.statement_id = st.id AND c.basis = 'self' AND c.status <> 'rejected'"
        " JOIN stancedb.actor h ON h.id = c.holder_id JOIN stancedb.actor p ON p.id = st.speaker_id"
        " WHERE coalesce(h.merged_into_id, h.id) <> coalesce(p.merged_into_id, p.id)"
    ).scalar_one()
    if left:
        account.notes.append(
            f"coding: {left} of a holder who spoke for itself and is not the speaker any more; reject it by"
            " 'coding review', and code the statement for the one who is"
        )


def _refuse_links(stage: Stage) -> list[Refusal]:
    itself = stage.refuse_where(
        "s.statement = split_part(x.link, ':', 2)", "links",
        "'is linked to itself by ''' || x.link || '''; a link joins two statements'",
        joined="CROSS JOIN unnest(s.links) x(link)",
    )  # fmt: skip
    return itself + stage.refuse_where(
        "s.links IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM stancedb.statement st WHERE st.slug = split_part(x.link, ':', 2))"
        " AND NOT EXISTS (SELECT FROM {stage} d WHERE d.statement = split_part(x.link, ':', 2))",
        "links",
        "'there is no statement ''' || split_part(x.link, ':', 2) || ''''", joined="CROSS JOIN unnest(s.links) x(link)",
    )  # fmt: skip


def _merge_links(session: Writing, stage: Stage, account: LoadAccount) -> None:
    has_any = "SELECT EXISTS (SELECT FROM {stage} s WHERE s.links IS NOT NULL OR s.addressees IS NOT NULL)"
    if not stage.execute(has_any).scalar_one():
        return
    merge(
        session, account, "statement_link",
        source="SELECT DISTINCT f.id AS statement_id, split_part(x.link, ':', 1) AS kind, t.id AS target_id"
        " FROM staged_statement s CROSS JOIN unnest(s.links) x(link) JOIN stancedb.statement f ON f.slug = s.statement"
        " JOIN stancedb.statement t ON t.slug = split_part(x.link, ':', 2)",
        key=("statement_id", "kind", "target_id"),
    )  # fmt: skip
    merge(
        session, account, "statement_addressee",
        source="SELECT DISTINCT st.id AS statement_id, a.id AS actor_id, 'addressee' AS role FROM staged_statement s"
        " CROSS JOIN unnest(s.addressees) x(slug) JOIN stancedb.statement st ON st.slug = s.statement"
        " JOIN stancedb.actor a ON a.slug = x.slug",
        key=("statement_id", "actor_id", "role"),
    )  # fmt: skip
