"""Load the lines of a coding sheet into statements, mentions and codings.

One line may give all three at once. Lines with the same statement slug describe the same statement, so they must agree
on it. Values that a line omits are taken from the other lines, then from the database, then from the defaults.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.codings import (
    attributes_of,
    basis_of,
    complete_codings,
    merge_codings,
    note_other_speakers,
    refuse_codings,
    refuse_standing,
    standing_of,
)
from stancedb.loading.making import make_actors
from stancedb.loading.mentions import OF_MENTION, merge_mentions, stage_mentions
from stancedb.loading.merge import merge
from stancedb.loading.quotes import folded
from stancedb.loading.resolve import resolve
from stancedb.loading.stage import Stage, checked_at_once, drop_refused, given
from stancedb.model.vocabulary import CoderKind
from stancedb.records.checking import Read
from stancedb.records.statement import StatementRecord
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)
# Fields of the statement itself, in the order of the last columns of the stage.
_OF_STATEMENT = (
    "authority",
    "act",
    "capacity",
    "on_behalf_of",
    "office",
    "said_phrase",
    "said_at",
    "ends",
    "zone",
    "place",
    "event",
    "summary",
    "verification",
    "self_declared",
    "citation",
)
_MERGED = (
    "speaker_id",
    "tenure_id",
    "on_behalf_of_id",
    "capacity",
    "authority",
    "act",
    "said_phrase",
    "said_edtf",
    "said",
    "said_at",
    "ends",
    "zone",
    "place",
    "event_id",
    "summary",
    "verification",
    "self_declared",
    "citation",
)
# Columns that join lines to each other and to the rows that they refer to.
_JOINED = ("ordinal", "statement", "speaker", "article", "holder", "issue", "position", "on_behalf_of", "coder")
# Tables that a coding sheet fills, except those with the few rows that all its lines share.
_FILLED = ("statement", "mention", "coding", "coding_attribute", "evidence", "stance", "stance_change")
# How many lines are held in memory at a time while slugs are derived again.
_LINES_AT_ONCE = 50_000


def merge_statements(
    session: Writing,
    records: Iterator[Read[StatementRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge coding sheet lines by statement slug, place of the quote, and coder with holder and issue."""
    standing = session.execute(SQL["standing"]).one()
    sheet = _Sheet(
        session.author,
        session.execute(SQL["newest_codebook"]).scalar_one_or_none(),
        {row.name: CoderKind(row.kind) for row in session.execute(SQL["coders"])},
        requires_review=standing.is_reviewed,
    )
    stage = Stage(session, "staged_statement", SQL["staged_statement"])
    stage.copy((sheet.row(number, read) for number, read in enumerate(records)), joined=_JOINED)
    session.execute(SQL["index_stage"])
    refusals = [
        *sheet.mistaken,
        *_refuse_keys(stage),
        *_refuse_actors(stage, account, sheet.names),
        *_refuse_disagreement(stage),
    ]
    complete_codings(session)
    refusals += refuse_codings(stage, account)
    refusals += refuse_standing(stage, standing.login, role=standing.role, requires_review=standing.is_reviewed)
    if refusals and not keep_going:
        return [*refusals, *stage_mentions(session), *_refuse_links(stage)]
    stage.drop(refusals)
    refusals += [*stage_mentions(session), *_refuse_links(stage)]
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused([stage], refusals, lambda: _refuse_links(stage))
    _merge(stage, account)
    return refusals


def _merge(stage: Stage, account: LoadAccount) -> None:
    """Merge the staged lines that were not rejected, and add the counts to the account."""
    session = stage.session
    # The stage has been completed since it was analysed, and everything is joined to it from here on.
    stage.analyse(_JOINED)
    staged: int = session.execute(SQL["count_lines"]).scalar_one()
    with checked_at_once(session, _FILLED, staged) as is_empty:
        if not is_empty:
            session.execute(SQL["lock_statements"])
        _merge_statements(session, account, is_empty=is_empty)
        merge_mentions(session, account, is_empty=is_empty)
        merge_codings(session, account, is_empty=is_empty)
        if account.rows["statement"].updated:
            note_other_speakers(session, account)
        _merge_links(session, account)
        session.execute(SQL["drop_merged"])
        if is_empty:
            _settle(session)


def _settle(session: Writing) -> None:
    """Derive now what would be derived at commit, while the tables have no indexes to maintain for each row."""
    # Without an index, a nested loop reads a table again and again, including all the new rows.
    session.execute(SQL["avoid_nested_loops"])
    session.execute(SQL["settle"])
    session.execute(SQL["allow_nested_loops"])


@dataclass
class _Sheet:
    """Turn lines into staged rows, and record what else the lines give.

    Attributes:
        author: The coder of lines that do not name one.
        codebook: The newest codebook version, used for new codings.
        kinds: The kinds of coders by name, including coders named by lines.
        requires_review: Whether codings require review.
        names: The names that slugs of actors were derived from.
        mistaken: Refusals for lines with the wrong kind of coder.
    """

    author: str
    codebook: str | None
    kinds: dict[str, CoderKind]
    requires_review: bool
    names: dict[str, str] = field(default_factory=dict)
    mistaken: list[Refusal] = field(default_factory=list)

    def row(self, number: int, read: Read[StatementRecord]) -> tuple[object, ...]:
        """Return the staged row of a line."""
        r = read.record
        if read.names:
            self.names.update(read.names)
        said = parse_when(r.said)
        coder = r.coder or self.author
        kind = self._kind(number, read, coder)
        holder = (r.holder or r.speaker) if r.issue else None
        gives_standing = r.status is not None or r.final is not None
        status, is_final = standing_of(r, waits=self.requires_review or kind is CoderKind.MODEL)
        # A flag is staged as text, because the values that several lines give are compared by order.
        of_statement = (str(value).lower() if isinstance(value, bool) else value for value in given(r, *_OF_STATEMENT))
        return (
            number,
            read.source,
            read.line,
            r.statement or _derived_slug(r.article, r.quote or r.summary, r.speaker, said.edtf),
            r.speaker,
            said.edtf,
            said.daterange(),
            r.article,
            r.quote,
            r.prefix,
            r.suffix,
            *(r.span or (None, None)),
            r.text_version,
            *given(r, *OF_MENTION),
            holder,
            r.issue,
            r.position,
            basis_of(r, holder),
            *given(r, "explicitness", "condition", "vagueness", "confidence", "rationale"),
            *attributes_of(r),
            coder,
            kind,
            r.codebook or (r.made_under or self.codebook if r.issue else None),
            r.codebook is not None,
            r.assignment,
            status,
            is_final,
            gives_standing,
            r.addressees or None,
            r.links or None,
            read.key,
            *of_statement,
        )

    def _kind(self, number: int, read: Read[StatementRecord], coder: str) -> CoderKind:
        """Return the kind of coder that a line gives.

        Whether the coder is a model decides what counts, so a single line can neither omit nor claim it.
        """
        r = read.record
        kind = r.coder_kind if "coder_kind" in r.model_fields_set else self.kinds.get(coder, r.coder_kind)
        known = self.kinds.setdefault(coder, kind) if r.issue else kind
        if kind is not known and CoderKind.MODEL in {kind, known}:
            values = {"coder": coder, "known": known, "kind": kind}
            self.mistaken.append(Refusal(read.source, read.line, "coder_kind_differs", values, ordinal=number))
        return kind


def _derived_slug(article: str | None, words_said: str | None, speaker: str, said: str) -> str:
    """Return a slug for a statement without one: the same words always get the same slug, however they are typed."""
    words = "\x1f".join([article or "", folded(words_said or ""), speaker, said])
    return f"st-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def _refuse_keys(stage: Stage) -> list[Refusal]:
    """Reject lines whose key gives the same slug as another key."""
    if not stage.session.execute(SQL["has_keys"]).scalar_one():
        return []
    return stage.refuse("key_taken", SQL["taken_keys"])


def _refuse_actors(stage: Stage, account: LoadAccount, names: Mapping[str, str]) -> list[Refusal]:
    """Replace names with slugs, and reject ambiguous names and, with all other references, unknown ones.

    Args:
        stage: The staged lines.
        account: Shows whether actors are created from unknown names, and their kind.
        names: The names that slugs in the lines were derived from.
    """
    stage.session.execute(SQL["add_called_speaker"])
    stage.session.execute(SQL["keep_called_speakers"])
    ambiguous, has_changed = resolve(stage)
    if account.makes_actors:
        several = {refusal.values["handle"] for refusal in ambiguous}
        ambiguous += make_actors(stage, account, names, ambiguous=several)
        has_changed = True
    if has_changed:
        _derive_again(stage)
    _join_copies(stage)
    told = {(refusal.ordinal, refusal.field) for refusal in ambiguous}
    unknown = [refusal for refusal in _refuse_references(stage) if (refusal.ordinal, refusal.field) not in told]
    return _without_repeats([*ambiguous, *unknown])


def _without_repeats(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Omit the refusals for a holder that repeat the refusal for the same actor as the speaker."""
    of_speakers = {(refusal.line, refusal.reason) for refusal in refusals if refusal.field == "speaker"}
    return [
        refusal
        for refusal in refusals
        if refusal.field != "holder" or (refusal.line, refusal.reason) not in of_speakers
    ]


def _derive_again(stage: Stage) -> None:
    """Derive slugs again from the speaker's slug instead of the name, so that both give the same statement."""
    # A sheet that names its statements has no slugs to derive, no matter how long it is.
    last = stage.session.execute(SQL["last_called_by_name"]).scalar_one()
    for begin in range(0, last + 1 if last is not None else 0, _LINES_AT_ONCE):
        rows = stage.session.execute(SQL["called_by_name"], {"begin": begin, "end": begin + _LINES_AT_ONCE})
        again = [
            (row.ordinal, _derived_slug(row.article, row.words, row.speaker, row.said_edtf))
            for row in rows
            if row.statement == _derived_slug(row.article, row.words, row.called_speaker, row.said_edtf)
        ]
        _name_statements(stage, again)


def _name_statements(stage: Stage, named: Sequence[tuple[int, str]]) -> None:
    """Set the slugs of the statements of staged lines, by ordinal."""
    ordinals, slugs = [ordinal for ordinal, _ in named], [slug for _, slug in named]
    stage.session.execute(SQL["name_statements"], {"ordinals": ordinals, "slugs": slugs})


def _join_copies(stage: Stage) -> None:
    """Use one statement slug for the same words of the same speaker in an article and its copies.

    It is the slug of the statement that an article of the family already has, or else that of the original, regardless
    of the order of loading. A line about a merged statement is about the target of the merge.
    """
    slugs = {
        row.ordinal: [
            _derived_slug(article, row.words, row.speaker, row.said_edtf) for article in (row.article, *row.members)
        ]
        for row in stage.session.execute(SQL["lines_of_copies"])
        if row.statement == _derived_slug(row.article, row.words, row.speaker, row.said_edtf)
    }
    if slugs:
        asked = list({slug for several in slugs.values() for slug in several})
        known = set(stage.session.execute(SQL["known_statements"], {"slugs": asked}).scalars())
        _name_statements(
            stage,
            [(at, next((slug for slug in several if slug in known), several[1])) for at, several in slugs.items()],
        )
    stage.session.execute(SQL["follow_merges"])


def _refuse_references(stage: Stage) -> list[Refusal]:
    return [
        *stage.refuse_unknown(SQL["unknown_handles"]),
        *stage.refuse("no_such_position", SQL["unknown_positions"]),
        *stage.refuse("no_such", SQL["unknown_addressees"]),
        *stage.refuse("office_not_held", SQL["offices_not_held"]),
        *stage.refuse("no_first_day", SQL["without_first_day"]),
        *stage.refuse("other_day", SQL["other_days"]),
        *stage.refuse("article_withdrawn", SQL["withdrawn_articles"]),
    ]


def _refuse_disagreement(stage: Stage) -> list[Refusal]:
    """Reject lines of a statement that contradict an earlier line on what was said, by whom and when."""
    # Most sheets have no contradictions; only the others need the slower query that finds each line.
    if not stage.session.execute(SQL["disagree"]).scalar_one():
        return []
    return stage.refuse("disagreement", SQL["disagreements"])


def _merge_statements(session: Writing, account: LoadAccount, *, is_empty: bool) -> None:
    session.execute(SQL["said"])
    slugs = session.execute(SQL["first_slugs"]).scalars().all()
    if len(slugs) == 1:
        account.notes.append(f"statement {slugs[0]}")
    merge(
        session,
        account,
        "statement",
        source=SQL["statements"],
        key=("slug",),
        values=_MERGED,
        is_empty=is_empty,
        complete=("tenure_id",),
    )


def _refuse_links(stage: Stage) -> list[Refusal]:
    return [
        *stage.refuse("linked_to_itself", SQL["links_to_itself"]),
        *stage.refuse("no_such", SQL["unknown_targets"]),
    ]


def _merge_links(session: Writing, account: LoadAccount) -> None:
    if not session.execute(SQL["has_links"]).scalar_one():
        return
    links = ("statement_id", "kind", "target_id")
    merge(session, account, "statement_link", source=SQL["statement_links"], key=links)
    addressees = ("statement_id", "actor_id", "role")
    merge(session, account, "statement_addressee", source=SQL["addressees"], key=addressees)
