"""Events and indicators: from records to rows."""

from __future__ import annotations

from collections.abc import Iterator

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


def merge_events(
    session: Writing,
    records: Iterator[Read[EventRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge events by slug, with their participants and what they are said to follow from."""
    reads = list(records)
    event = Stage(
        session, "staged_event",
        {"slug": "text", "kind": "text", "title": "text", "during_edtf": "text", "during": "daterange", "zone": "text",
         "status": "text", "citation": "text"},
    )  # fmt: skip
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
    participant = Stage(session, "staged_participant", {"event": "text", "role": "text", "actor": "text"})
    participant.copy(
        (number, read.source, read.line, read.record.slug, role.strip(), actor.strip())
        for number, read in enumerate(reads)
        for role, _, actor in (item.partition(":") for item in read.record.participants)
    )
    cause = Stage(
        session, "staged_cause",
        {"effect": "text", "kind": "text", "statement": "text", "event": "text", "asserted_by": "text"},
    )  # fmt: skip
    cause.copy(
        (number, read.source, read.line, read.record.slug, c.kind, c.statement, c.event, c.asserted_by)
        for number, read in enumerate(reads)
        for c in read.record.causes
    )
    roles = ", ".join(ParticipantRole)
    refusals = [
        *event.refuse_unknown_in("kind", "event_kind", handle="code", kind="kind of event"),
        *event.refuse_where(
            "s.ordinal > d.ordinal", "slug", "'event ''' || s.slug || ''' stands here twice'",
            joined="JOIN {stage} d ON d.slug = s.slug",
        ),
        *participant.refuse_where(
            f"s.role <> ALL (string_to_array('{roles}', ', '))", "participants",
            f"'''' || s.role || ''' is none of the roles {roles}'",
        ),
        *participant.refuse_unknown_in("actor", "actor", field="participants"),
        *cause.refuse_where("s.event = s.effect", "causes", "'names the event itself; a cause is something earlier'"),
        *cause.refuse_unknown_in("statement", "statement", field="causes"),
        *cause.refuse_unknown_in("asserted_by", "actor", field="causes"),
        *_refuse_unknown_causes(cause),
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused((event, participant, cause), refusals, lambda: _refuse_unknown_causes(cause))
    merge(
        session, account, "event",
        source="SELECT slug, kind, title, during_edtf, during, zone, status, citation FROM staged_event",
        key=("slug",), values=("kind", "title", "during_edtf", "during", "zone", "status", "citation"),
        defaults={"status": "'occurred'"},
    )  # fmt: skip
    merge(
        session, account, "event_participant",
        source="SELECT DISTINCT e.id AS event_id, a.id AS actor_id, s.role FROM staged_participant s"
        " JOIN stancedb.event e ON e.slug = s.event JOIN stancedb.actor a ON a.slug = s.actor",
        key=("event_id", "actor_id", "role"),
    )  # fmt: skip
    merge(
        session, account, "causal_link",
        source="SELECT DISTINCT NULL::bigint AS from_statement_id, f.id AS from_event_id, s.kind,"
        " t.id AS to_statement_id, e.id AS to_event_id,"
        " a.id AS asserted_by_id FROM staged_cause s JOIN stancedb.event f ON f.slug = s.effect"
        " JOIN stancedb.actor a ON a.slug = s.asserted_by LEFT JOIN stancedb.statement t ON t.slug = s.statement"
        " LEFT JOIN stancedb.event e ON e.slug = s.event",
        key=("from_statement_id", "from_event_id", "kind", "to_statement_id", "to_event_id", "asserted_by_id"),
        has_null_keys=True,
    )  # fmt: skip
    return refusals


def _refuse_unknown_causes(cause: Stage) -> list[Refusal]:
    return cause.refuse_where(
        "s.event IS NOT NULL AND NOT EXISTS (SELECT FROM staged_event e WHERE e.slug = s.event)"
        " AND NOT EXISTS (SELECT FROM stancedb.event e WHERE e.slug = s.event)",
        "causes", "'there is no event ''' || s.event || ''''",
    )  # fmt: skip


def merge_indicators(
    session: Writing,
    records: Iterator[Read[IndicatorRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge indicators by slug and their observations by day."""
    reads = list(records)
    indicator = Stage(
        session, "staged_indicator",
        {"slug": "text", "question": "text", "counts_if": "text", "issue": "text", "due_edtf": "text",
         "due": "daterange", "status": "text", "citation": "text"},
    )  # fmt: skip
    indicator.copy(
        (number, read.source, read.line, r.slug, r.question, r.counts_if, r.issue, due.edtf if due else None,
         due.daterange() if due else None, *given(r, "status", "citation"))
        for number, read in enumerate(reads)
        for r in (read.record,)
        for due in (parse_when(r.due) if r.due else None,)
    )  # fmt: skip
    observation = Stage(
        session, "staged_observation",
        {"indicator": "text", "observed_on": "date", "is_seen": "boolean", "note": "text", "article": "text"},
    )  # fmt: skip
    observation.copy(
        (number, read.source, read.line, read.record.slug, parse_when(o.on).start, o.is_seen, o.note, o.article)
        for number, read in enumerate(reads)
        for o in read.record.observations
    )
    refusals = [
        *indicator.refuse_unknown_in("issue", "issue"),
        *indicator.refuse_where(
            "s.ordinal > d.ordinal", "slug", "'indicator ''' || s.slug || ''' stands here twice'",
            joined="JOIN {stage} d ON d.slug = s.slug",
        ),
        *observation.refuse_where(
            "d.ordinal = s.ordinal AND d.ctid < s.ctid AND (d.is_seen, d.note, d.article)"
            " IS DISTINCT FROM (s.is_seen, s.note, s.article)",
            "observations", "'there are two of ' || s.observed_on || ' that differ; a day has one observation'",
            joined="JOIN {stage} d ON d.indicator = s.indicator AND d.observed_on = s.observed_on",
        ),
        *observation.refuse_unknown_in("article", "article", field="observations"),
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    indicator.drop(refusals)
    observation.drop(refusals)
    merge(
        session, account, "indicator",
        source="SELECT s.slug, s.question, s.counts_if, i.id AS issue_id, s.due_edtf, s.due, s.status, s.citation"
        " FROM staged_indicator s LEFT JOIN stancedb.issue i ON i.slug = s.issue",
        key=("slug",), values=("question", "counts_if", "issue_id", "due_edtf", "due", "status", "citation"),
        defaults={"status": "'open'"},
    )  # fmt: skip
    merge(
        session, account, "indicator_observation",
        source="SELECT DISTINCT ON (i.id, s.observed_on) i.id AS indicator_id, s.observed_on, s.is_seen, s.note,"
        # An observation rests on the text that was the newest when it was made.
        " coalesce(o.article_version_id, v.id) AS article_version_id"
        " FROM staged_observation s JOIN stancedb.indicator i ON i.slug = s.indicator"
        " LEFT JOIN stancedb.article a ON a.slug = s.article"
        " LEFT JOIN (stancedb.indicator_observation o JOIN stancedb.article_version k ON k.id = o.article_version_id)"
        " ON o.indicator_id = i.id AND o.observed_on = s.observed_on AND k.article_id = a.id"
        " LEFT JOIN LATERAL (SELECT w.id FROM stancedb.article_version w"
        " WHERE w.article_id = a.id ORDER BY w.retrieved_at DESC, w.id DESC LIMIT 1) v ON true"
        " ORDER BY i.id, s.observed_on, s.ordinal DESC",
        key=("indicator_id", "observed_on"), values=("is_seen", "note", "article_version_id"),
    )  # fmt: skip
    return refusals
