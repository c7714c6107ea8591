"""Actors: from records to rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge, note_kept, was_by_hand
from stancedb.loading.stage import Stage, drop_refused, given
from stancedb.reading.sources import WORLD_WIDE
from stancedb.records.actor import ActorRecord, RelationCell, TenureCell
from stancedb.records.checking import Read
from stancedb.refusals import Refusal
from stancedb.sql import beside


def merge_actors(
    session: Writing,
    records: Iterator[Read[ActorRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge actors by slug, with their names, identifiers, relations and tenures.

    A name in another language than the main one is the preferred name of that language when it is the first; what a
    load no longer lists stays in the database.
    """
    reads = list(records)
    actor, name, identifier = _stage_actors(session, reads)
    relation, tenure = _stage_periods(session, reads)
    session.execute(beside(__file__, "seats_at_hand"))
    for stage, period in ((relation, _RELATION), (tenure, _TENURE)):
        _leave_ends(stage, account, period)
    refusals = [
        *actor.refuse_where(
            "s.ordinal > d.ordinal", "slug", "'actor ''' || s.slug || ''' stands here twice'",
            joined="JOIN {stage} d ON d.slug = s.slug",
        ),
        *_refuse_identifiers(identifier),
        *([] if account.forces else _refuse_second_identifiers(identifier)),
        *_refuse_unknown_actors(relation, tenure),
        *_refuse_relations(relation),
        *_refuse_overlaps(tenure),
        *_refuse_early_ends(tenure),
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused(
        (actor, name, identifier, relation, tenure), refusals, lambda: _refuse_unknown_actors(relation, tenure)
    )
    merge(
        session, account, "actor", source="SELECT slug, kind, name, citation FROM staged_actor",
        key=("slug",), values=("kind", "name", "citation"),
    )  # fmt: skip
    # A new preferred name makes the one before it a former name; one that a person chose stays, and so it does where a
    # command only adds.
    before = (
        "stancedb.actor a, stancedb.actor_name t WHERE a.slug = s.slug AND t.actor_id = a.id"
        " AND t.language = s.language AND t.kind = 'preferred' AND s.kind = 'preferred' AND t.name <> s.name"
    )
    stays = "true" if account.only_adds else was_by_hand(account, "actor_name")
    name.execute(f"UPDATE {{stage}} s SET kind = 'alias' FROM {before} AND {stays}")
    name.execute(f"UPDATE stancedb.actor_name n SET kind = 'former' FROM {{stage}} s, {before} AND n.id = t.id")
    merge(
        session, account, "actor_name",
        source="SELECT DISTINCT ON (a.id, s.language, s.name) a.id AS actor_id, s.language, s.name, s.kind"
        " FROM staged_actor_name s JOIN stancedb.actor a ON a.slug = s.slug"
        " ORDER BY a.id, s.language, s.name, s.kind DESC",
        key=("actor_id", "language", "name"), values=("kind",),
    )  # fmt: skip
    merge(
        session, account, "actor_identifier",
        source="SELECT DISTINCT s.scheme, s.value, a.id AS actor_id FROM staged_identifier s"
        " JOIN stancedb.actor a ON a.slug = s.slug",
        key=("scheme", "value"), values=("actor_id",),
    )  # fmt: skip
    _move_ends(relation, account, _RELATION)
    merge(
        session, account, "actor_relation",
        source="SELECT DISTINCT ON (a.id, s.relation, o.id, lower(s.during)) a.id AS subject_id, s.relation,"
        " o.id AS object_id, s.during, s.during_edtf FROM staged_relation s"
        " JOIN stancedb.actor a ON a.slug = s.slug JOIN stancedb.actor o ON o.slug = s.object",
        key=("subject_id", "relation", "object_id", "during"), values=("during_edtf",), is_period=True,
    )  # fmt: skip
    _move_ends(tenure, account, _TENURE)
    merge(
        session, account, "tenure",
        source="SELECT p.id AS person_id, o.id AS office_id, s.seat, s.held, s.held_edtf, s.is_acting, s.citation"
        " FROM staged_tenure s JOIN stancedb.actor p ON p.slug = s.slug JOIN stancedb.actor o ON o.slug = s.office",
        key=("person_id", "office_id", "seat", "held"), values=("held_edtf", "is_acting", "citation"), is_period=True,
    )  # fmt: skip
    return refusals


class _Period(NamedTuple):
    """A table of periods, and how a staged one finds the one that begins on the same day."""

    table: str
    column: str
    begins_with: str


def _period_of(table: str, column: str, subject: str, target: str, *, named: str, same: str) -> _Period:
    return _Period(
        table,
        column,
        f"p.slug = s.slug AND o.slug = s.{named} AND t.{subject} = p.id AND t.{target} = o.id AND t.{same} = s.{same}"
        f" AND t.{column}_from IS NOT DISTINCT FROM lower(s.{column}) AND t.{column} <> s.{column}",
    )


_RELATION = _period_of("actor_relation", "during", "subject_id", "object_id", named="object", same="relation")
_TENURE = _period_of("tenure", "held", "person_id", "office_id", named="office", same="seat")


def _leave_ends(stage: Stage, account: LoadAccount, period: _Period) -> None:
    """Leave the periods at hand that a person ended or prolonged, and say so."""
    # Who wrote a period is asked of those alone that are met.
    left = stage.execute(
        f"WITH met AS MATERIALIZED (SELECT t.id, s.ctid AS place FROM {{stage}} s, stancedb.{period.table} t,"
        f" stancedb.actor p, stancedb.actor o WHERE {period.begins_with})"
        f" DELETE FROM {{stage}} s USING met m, stancedb.{period.table} t"
        f" WHERE s.ctid = m.place AND t.id = m.id AND {was_by_hand(account, period.table)}"
    ).rowcount
    account.add(period.table, unchanged=left)
    note_kept(account, period.table, left)


def _move_ends(stage: Stage, account: LoadAccount, period: _Period) -> None:
    """End, or prolong, the periods at hand that begin on the same day as a staged one."""
    moved = stage.execute(
        f"UPDATE stancedb.{period.table} t SET {period.column} = s.{period.column},"
        f" {period.column}_edtf = s.{period.column}_edtf FROM {{stage}} s, stancedb.actor p, stancedb.actor o"
        f" WHERE {period.begins_with}"
    ).rowcount
    account.add(period.table, updated=moved, unchanged=-moved)


def _stage_actors(session: Writing, reads: list[Read[ActorRecord]]) -> tuple[Stage, Stage, Stage]:
    actor = Stage(session, "staged_actor", {"slug": "text", "kind": "text", "name": "text", "citation": "text"})
    actor.copy(
        (number, read.source, read.line, r.slug, r.kind, r.name, *given(r, "citation"))
        for number, read in enumerate(reads)
        for r in (read.record,)
    )
    name = Stage(session, "staged_actor_name", {"slug": "text", "language": "text", "name": "text", "kind": "text"})
    name.copy(
        (number, read.source, read.line, read.record.slug, *named)
        for number, read in enumerate(reads)
        for named in _names(read.record)
    )
    identifier = Stage(session, "staged_identifier", {"slug": "text", "scheme": "text", "value": "text"})
    identifier.copy(
        (number, read.source, read.line, read.record.slug, scheme.strip(), value.strip())
        for number, read in enumerate(reads)
        for scheme, _, value in (item.partition(":") for item in read.record.identifiers)
    )
    return actor, name, identifier


def _names(record: ActorRecord) -> Iterator[tuple[str, str, str]]:
    yield record.language, record.name, "preferred"
    has_preferred = {record.language}
    for item in record.other_names:
        language, _, name = item.partition(":")
        yield language.strip(), name.strip(), "alias" if language.strip() in has_preferred else "preferred"
        has_preferred.add(language.strip())


def _stage_periods(session: Writing, reads: list[Read[ActorRecord]]) -> tuple[Stage, Stage]:
    relation = Stage(
        session, "staged_relation",
        {"slug": "text", "relation": "text", "object": "text", "during": "daterange", "during_edtf": "text"},
    )  # fmt: skip
    relation.copy(
        (number, read.source, read.line, read.record.slug, cell.kind, cell.object, *_period(cell.during))
        for number, read in enumerate(reads)
        for cell in map(RelationCell.parse, read.record.relations)
    )
    tenure = Stage(
        session, "staged_tenure",
        {"slug": "text", "office": "text", "seat": "bigint", "held": "daterange", "held_edtf": "text",
         "is_acting": "boolean", "citation": "text"},
    )  # fmt: skip
    tenure.copy(
        (number, read.source, read.line, read.record.slug, cell.office, cell.seat, *_period(cell.held), cell.is_acting,
         read.record.citation)
        for number, read in enumerate(reads)
        for cell in map(TenureCell.parse, read.record.tenures)
    )  # fmt: skip
    return relation, tenure


def _period(edtf: str | None) -> tuple[str, str | None]:
    """Return a range and the EDTF string for it; a relation without dates has always held, as far as is known."""
    if edtf is None:
        return "(,)", None
    when = parse_when(edtf)
    return when.daterange(), when.edtf


def _refuse_identifiers(identifier: Stage) -> list[Refusal]:
    unknown = identifier.refuse_unknown_in(
        "scheme", "identifier_scheme", field="identifiers", handle="code", kind="identifier scheme"
    )
    malformed = identifier.refuse_where(
        "s.value !~ i.pattern", "identifiers",
        "'''' || s.value || ''' does not read as an identifier of ' || i.label || ', which matches ' || i.pattern",
        joined="JOIN stancedb.identifier_scheme i ON i.code = s.scheme",
    )  # fmt: skip
    taken = identifier.refuse_where(
        "a.slug <> s.slug", "identifiers",
        "'' || s.scheme || ':' || s.value || ' belongs to ''' || a.slug || ''' already; merge the two if they are one'",
        joined="JOIN stancedb.actor_identifier i ON i.scheme = s.scheme AND i.value = s.value"
        " JOIN stancedb.actor a ON a.id = i.actor_id",
    )  # fmt: skip
    twice = identifier.refuse_where(
        "d.slug < s.slug", "identifiers",
        "'' || s.scheme || ':' || s.value || ' is given to ''' || d.slug || ''' as well'",
        joined="JOIN {stage} d ON d.scheme = s.scheme AND d.value = s.value",
    )  # fmt: skip
    return [*unknown, *malformed, *taken, *twice]


def _refuse_second_identifiers(identifier: Stage) -> list[Refusal]:
    """Refuse what would make one actor of two things that a world-wide scheme tells apart."""
    found = identifier.session.execute(beside(__file__, "second_identifiers"), {"schemes": list(WORLD_WIDE)})
    return [
        Refusal(
            row.source,
            row.line,
            "unreadable",
            {
                "reason": f"'{row.slug}' would have two identifiers of one scheme, {row.scheme}:{row.other} and"
                f" {row.scheme}:{row.value}; give the other actor a slug or a --source of its own, or say --force"
            },
            "identifiers",
            ordinal=row.ordinal,
        )
        for row in found
    ]


def _refuse_unknown_actors(relation: Stage, tenure: Stage) -> list[Refusal]:
    return [
        *_refuse_unknown_actor(relation, "object", "relations"),
        *_refuse_unknown_actor(tenure, "office", "tenures"),
    ]


def _refuse_unknown_actor(stage: Stage, column: str, field: str) -> list[Refusal]:
    return stage.refuse_where(
        f"NOT EXISTS (SELECT FROM staged_actor a WHERE a.slug = s.{column})"
        f" AND NOT EXISTS (SELECT FROM stancedb.actor a WHERE a.slug = s.{column})",
        field,
        f"'there is no actor ''' || s.{column} || ''', here or in the database'",
    )


def _refuse_relations(relation: Stage) -> list[Refusal]:
    shown = "' || {0}.relation || ':' || {0}.object || coalesce('@' || {0}.during_edtf, '') || '"
    itself = relation.refuse_where(
        "s.object = s.slug", "relations", f"'{shown.format('s')} relates the actor to itself; name another one'"
    )
    within = relation.refuse_where(
        "(d.ordinal, d.during) < (s.ordinal, s.during) AND d.during && s.during", "relations",
        f"'{shown.format('d')} and {shown.format('s')} overlap; make one period of them'",
        joined="JOIN {stage} d ON d.slug = s.slug AND d.relation = s.relation AND d.object = s.object",
    )  # fmt: skip
    before = relation.refuse_where(
        "t.during && s.during AND t.during_from IS DISTINCT FROM lower(s.during) AND NOT EXISTS (SELECT FROM {stage} d"
        " WHERE d.slug = s.slug AND d.relation = s.relation AND d.object = s.object"
        " AND lower(d.during) IS NOT DISTINCT FROM t.during_from)",
        "relations",
        f"'{shown.format('s')} overlaps what is known, ' || coalesce(t.during_edtf, 'without dates')"
        " || '; give the period known the same first day, or one that does not overlap it'",
        joined="JOIN stancedb.actor a ON a.slug = s.slug JOIN stancedb.actor o ON o.slug = s.object"
        " JOIN stancedb.actor_relation t ON t.subject_id = a.id AND t.object_id = o.id AND t.relation = s.relation",
    )  # fmt: skip
    return [*itself, *within, *before]


def _refuse_early_ends(tenure: Stage) -> list[Refusal]:
    """Refuse a period that would leave out statements made in it as it is known."""
    return tenure.refuse_where(
        "x.statement IS NOT NULL",
        "tenures",
        "'''' || s.office || '@' || s.held_edtf || ''' leaves out ' || CASE WHEN x.others > 0 THEN (x.others + 1)"
        " || ' statements made in that office, the first of them ' ELSE 'the statement ' END || '''' || x.statement"
        " || ''' of ' || x.said || '; correct the period, or the statement first'",
        joined="JOIN stancedb.actor p ON p.slug = s.slug JOIN stancedb.actor o ON o.slug = s.office"
        f" JOIN stancedb.tenure t ON {_TENURE.begins_with}"
        " CROSS JOIN LATERAL (SELECT (array_agg(st.slug ORDER BY st.said, st.slug))[1] AS statement,"
        " (array_agg(st.said_edtf ORDER BY st.said, st.slug))[1] AS said, count(*) - 1 AS others"
        " FROM stancedb.statement st WHERE st.tenure_id = t.id AND NOT st.said && s.held) x",
    )


def _certain(row: str) -> str:
    return f"stancedb.tenure_certain({row}.held, {row}.held_edtf)"


def _refuse_overlaps(tenure: Stage) -> list[Refusal]:
    itself = tenure.refuse_where(
        "s.office = s.slug", "tenures", "'names the actor itself as the office; name the office'"
    )
    # Two that share a day, or whose coarse dates let them meet, are a handover.
    within = tenure.refuse_where(
        f"(d.ordinal, d.held) < (s.ordinal, s.held) AND d.held && s.held AND {_certain('d')} && {_certain('s')}",
        "tenures",
        "'''' || s.office || ''' is held by ''' || d.slug || ''' at the same time (' || d.held_edtf || ' and '"
        " || s.held_edtf || ')'",
        joined="JOIN {stage} d ON d.office = s.office AND d.seat = s.seat",
    )  # fmt: skip
    before = tenure.refuse_where(
        f"t.held && s.held AND {_certain('t')} && {_certain('s')}"
        " AND NOT (p.slug = s.slug AND t.held_from IS NOT DISTINCT FROM lower(s.held))"
        " AND NOT EXISTS (SELECT FROM {stage} d WHERE d.slug = p.slug AND d.office = s.office AND d.seat = s.seat"
        " AND lower(d.held) IS NOT DISTINCT FROM t.held_from)",
        "tenures",
        "'''' || s.office || ''' is held by ''' || p.slug || ''' at the same time (' || t.held_edtf || ' and '"
        " || s.held_edtf || ')'",
        joined="JOIN stancedb.actor o ON o.slug = s.office JOIN stancedb.tenure t ON t.office_id = o.id"
        " AND t.seat = s.seat JOIN stancedb.actor p ON p.id = t.person_id",
    )  # fmt: skip
    return [*itself, *within, *before]
