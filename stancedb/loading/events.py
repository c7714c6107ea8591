"""Load event and indicator records into rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge
from stancedb.loading.stage import Stage, drop_refused, given
from stancedb.model.vocabulary import ParticipantRole
from stancedb.records.checking import Read
from stancedb.records.event import EventRecord
from stancedb.records.indicator import IndicatorRecord
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


def merge_events(
    session: Writing,
    records: Iterator[Read[EventRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge events by slug, with their participants and their reported causes."""
    event, participant, cause = _stage_events(session, list(records))
    refusals = [
        *event.refuse_unknown(SQL["unknown_kinds"]),
        *event.refuse("stands_twice", SQL["repeated_events"]),
        *participant.refuse("unknown_role", SQL["unknown_roles"], roles=[*ParticipantRole]),
        *participant.refuse_unknown(SQL["unknown_participants"]),
        *cause.refuse("event_causes_itself", SQL["own_causes"]),
        *cause.refuse_unknown(SQL["unknown_statements"]),
        *cause.refuse_unknown(SQL["unknown_asserters"]),
        *_refuse_unknown_causes(cause),
    ]
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused((event, participant, cause), refusals, lambda: _refuse_unknown_causes(cause))
    merge(
        session,
        account,
        "event",
        source=SQL["events"],
        key=("slug",),
        values=("kind", "title", "during_edtf", "during", "zone", "status", "citation"),
        defaults={"status": "'occurred'"},
    )
    merge(session, account, "event_participant", source=SQL["participants"], key=("event_id", "actor_id", "role"))
    merge(
        session,
        account,
        "causal_link",
        source=SQL["causal_links"],
        key=("from_statement_id", "from_event_id", "kind", "to_statement_id", "to_event_id", "asserted_by_id"),
        has_null_keys=True,
    )
    return refusals


def _stage_events(session: Writing, reads: Sequence[Read[EventRecord]]) -> tuple[Stage, Stage, Stage]:
    event = Stage(session, "staged_event", SQL["stage_events"])
    event.copy(
        (
            number,
            read.source,
            read.line,
            r.slug,
            r.kind,
            r.title,
            when.edtf,
            when.daterange(),
            *given(r, "zone", "status", "citation"),
        )
        for number, read in enumerate(reads)
        for r in (read.record,)
        for when in (parse_when(r.during),)
    )
    participant = Stage(session, "staged_participant", SQL["stage_participants"])
    participant.copy(
        (number, read.source, read.line, read.record.slug, role.strip(), actor.strip())
        for number, read in enumerate(reads)
        for role, _, actor in (item.partition(":") for item in read.record.participants)
    )
    cause = Stage(session, "staged_cause", SQL["stage_causes"])
    cause.copy(
        (number, read.source, read.line, read.record.slug, c.kind, c.statement, c.event, c.asserted_by)
        for number, read in enumerate(reads)
        for c in read.record.causes
    )
    return event, participant, cause


def _refuse_unknown_causes(cause: Stage) -> list[Refusal]:
    return cause.refuse("no_such", SQL["unknown_causes"])


def merge_indicators(
    session: Writing,
    records: Iterator[Read[IndicatorRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge indicators by slug and their observations by day."""
    indicator, observation = _stage_indicators(session, list(records))
    refusals = [
        *indicator.refuse_unknown(SQL["unknown_issues"]),
        *indicator.refuse("stands_twice", SQL["repeated_indicators"]),
        *observation.refuse("two_observations", SQL["unlike_observations"]),
        *observation.refuse_unknown(SQL["unknown_articles"]),
    ]
    if refusals and not keep_going:
        return refusals
    indicator.drop(refusals)
    observation.drop(refusals)
    merge(
        session,
        account,
        "indicator",
        source=SQL["indicators"],
        key=("slug",),
        values=("question", "counts_if", "issue_id", "due_edtf", "due", "status", "citation"),
        defaults={"status": "'open'"},
    )
    merge(
        session,
        account,
        "indicator_observation",
        source=SQL["observations"],
        key=("indicator_id", "observed_on"),
        values=("is_seen", "note", "article_version_id"),
    )
    return refusals


def _stage_indicators(session: Writing, reads: Sequence[Read[IndicatorRecord]]) -> tuple[Stage, Stage]:
    indicator = Stage(session, "staged_indicator", SQL["stage_indicators"])
    indicator.copy(
        (
            number,
            read.source,
            read.line,
            r.slug,
            r.question,
            r.counts_if,
            r.issue,
            due.edtf if due else None,
            due.daterange() if due else None,
            *given(r, "status", "citation"),
        )
        for number, read in enumerate(reads)
        for r in (read.record,)
        for due in (parse_when(r.due) if r.due else None,)
    )
    observation = Stage(session, "staged_observation", SQL["stage_observations"])
    observation.copy(
        (number, read.source, read.line, read.record.slug, parse_when(o.on).start, o.is_seen, o.note, o.article)
        for number, read in enumerate(reads)
        for o in read.record.observations
    )
    return indicator, observation
