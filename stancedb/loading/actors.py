"""Load actor records into rows."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Writing
from stancedb.dates import parse_when
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import find_by_hand, merge, note_kept
from stancedb.loading.stage import Stage, drop_refused, given
from stancedb.reading.sources import WORLD_WIDE
from stancedb.records.actor import ActorRecord, RelationCell, TenureCell
from stancedb.records.attribute import AttributeCell
from stancedb.records.checking import Read
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


def merge_actors(
    session: Writing,
    records: Iterator[Read[ActorRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge actors by slug, with their names, identifiers, relations, tenures and attributes.

    The first name in a language other than the main one becomes the preferred name in that language. Rows that a load
    no longer lists stay in the database.
    """
    reads = list(records)
    actor, name, identifier = _stage_actors(session, reads)
    relation, tenure = _stage_periods(session, reads)
    attribute = _stage_attributes(session, reads)
    session.execute(SQL["take_known_seats"])
    _leave_ends(session, account, "actor_relation", "relations")
    _leave_ends(session, account, "tenure", "tenures")
    _leave_ends(session, account, "actor_attribute", "attributes")
    refusals = [
        *actor.refuse("stands_twice", SQL["repeated_actors"]),
        *_refuse_identifiers(identifier, forces=account.forces),
        *_refuse_unknown_actors(relation, tenure),
        *_refuse_relations(relation),
        *_refuse_tenures(tenure),
        *_refuse_attributes(attribute),
    ]
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused(
        (actor, name, identifier, relation, tenure, attribute),
        refusals,
        lambda: _refuse_unknown_actors(relation, tenure),
    )
    merge(session, account, "actor", source=SQL["actors"], key=("slug",), values=("kind", "name", "citation"))
    _merge_names(session, account)
    merge(
        session,
        account,
        "actor_identifier",
        source=SQL["identifiers"],
        key=("scheme", "value"),
        values=("actor_id",),
    )
    _merge_periods(session, account)
    return refusals


def _merge_names(session: Writing, account: LoadAccount) -> None:
    """Merge names; keep a preferred name that a user chose, and every preferred name in an ``add`` command."""
    find_by_hand(session, account, "actor_name", SQL["outdated_names"])
    session.execute(SQL["keep_preferred_names"], {"only_by_hand": not account.only_adds})
    session.execute(SQL["replace_preferred_names"])
    merge(
        session,
        account,
        "actor_name",
        source=SQL["names"],
        key=("actor_id", "language", "name"),
        values=("kind",),
    )


def _merge_periods(session: Writing, account: LoadAccount) -> None:
    """Merge relations, tenures and attributes; a period that begins on the day of an existing one replaces its end."""
    _move_ends(session, account, "actor_relation", "relations")
    merge(
        session,
        account,
        "actor_relation",
        source=SQL["relations"],
        key=("subject_id", "relation", "object_id", "during"),
        values=("during_edtf",),
        is_period=True,
    )
    _move_ends(session, account, "tenure", "tenures")
    merge(
        session,
        account,
        "tenure",
        source=SQL["tenures"],
        key=("person_id", "office_id", "seat", "held"),
        values=("held_edtf", "is_acting", "citation"),
        is_period=True,
    )
    _move_ends(session, account, "actor_attribute", "attributes")
    merge(
        session,
        account,
        "actor_attribute",
        source=SQL["attributes"],
        key=("actor_id", "key", "during"),
        values=("value", "during_edtf"),
        is_period=True,
    )


def _leave_ends(session: Writing, account: LoadAccount, table: str, periods: str) -> None:
    """Keep existing periods that a user ended or extended, and note it."""
    if not find_by_hand(session, account, table, SQL[f"other_{periods}"]):
        return
    left = session.execute(SQL[f"leave_{periods}"]).rowcount
    account.add(table, unchanged=left)
    note_kept(account, table, left)


def _move_ends(session: Writing, account: LoadAccount, table: str, periods: str) -> None:
    """Shorten or extend the existing periods that begin on the same day as a staged period."""
    moved = session.execute(SQL[f"move_{periods}"]).rowcount
    account.add(table, updated=moved, unchanged=-moved)


def _stage_actors(session: Writing, reads: list[Read[ActorRecord]]) -> tuple[Stage, Stage, Stage]:
    actor = Stage(session, "staged_actor", SQL["stage_actors"])
    actor.copy(
        (number, read.source, read.line, r.slug, r.kind, r.name, *given(r, "citation"))
        for number, read in enumerate(reads)
        for r in (read.record,)
    )
    name = Stage(session, "staged_actor_name", SQL["stage_names"])
    name.copy(
        (number, read.source, read.line, read.record.slug, *named)
        for number, read in enumerate(reads)
        for named in _names(read.record)
    )
    identifier = Stage(session, "staged_identifier", SQL["stage_identifiers"])
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
    relation = Stage(session, "staged_relation", SQL["stage_relations"])
    relation.copy(
        (number, read.source, read.line, read.record.slug, cell.kind, cell.object, *_period(cell.during))
        for number, read in enumerate(reads)
        for cell in map(RelationCell.parse, read.record.relations)
    )
    tenure = Stage(session, "staged_tenure", SQL["stage_tenures"])
    tenure.copy(
        (
            number,
            read.source,
            read.line,
            read.record.slug,
            cell.office,
            cell.seat,
            *_period(cell.held),
            cell.is_acting,
            read.record.citation,
        )
        for number, read in enumerate(reads)
        for cell in map(TenureCell.parse, read.record.tenures)
    )
    return relation, tenure


def _stage_attributes(session: Writing, reads: list[Read[ActorRecord]]) -> Stage:
    attribute = Stage(session, "staged_attribute", SQL["stage_attributes"])
    attribute.copy(
        (number, read.source, read.line, place, read.record.slug, cell.key, cell.value, *_period(cell.during))
        for number, read in enumerate(reads)
        for place, cell in enumerate(AttributeCell.parse(item, has_period=True) for item in read.record.attributes)
    )
    return attribute


def _period(edtf: str | None) -> tuple[str, str | None]:
    """Return a date range and its EDTF string; a period without dates is unbounded."""
    if edtf is None:
        return "(,)", None
    when = parse_when(edtf)
    return when.daterange(), when.edtf


def _refuse_identifiers(identifier: Stage, *, forces: bool) -> list[Refusal]:
    refusals = [
        *identifier.refuse_unknown(SQL["unknown_schemes"]),
        *identifier.refuse("identifier_malformed", SQL["malformed_identifiers"]),
        *identifier.refuse("identifier_taken", SQL["taken_identifiers"]),
        *identifier.refuse("identifier_shared", SQL["shared_identifiers"]),
    ]
    if not forces:
        # Two identifiers in a worldwide scheme would merge two distinct things into one actor.
        schemes = list(WORLD_WIDE)
        refusals += identifier.refuse("second_identifier", SQL["second_identifiers"], schemes=schemes)
    return refusals


def _refuse_unknown_actors(relation: Stage, tenure: Stage) -> list[Refusal]:
    return [
        *relation.refuse("no_actor_here", SQL["unknown_objects"]),
        *tenure.refuse("no_actor_here", SQL["unknown_offices"]),
    ]


def _refuse_relations(relation: Stage) -> list[Refusal]:
    return [
        *relation.refuse("relation_to_itself", SQL["own_relations"]),
        *relation.refuse("relations_overlap", SQL["overlapping_relations"]),
        *relation.refuse("relation_known", SQL["known_relations"]),
    ]


def _refuse_attributes(attribute: Stage) -> list[Refusal]:
    return [
        *attribute.refuse("attributes_overlap", SQL["overlapping_attributes"]),
        *attribute.refuse("attribute_known", SQL["known_attributes"]),
    ]


def _refuse_tenures(tenure: Stage) -> list[Refusal]:
    return [
        *tenure.refuse("office_is_itself", SQL["own_tenures"]),
        *tenure.refuse("office_taken", SQL["overlapping_tenures"]),
        *tenure.refuse("office_taken", SQL["known_tenures"]),
        *tenure.refuse("tenure_without_statement", SQL["left_out_statements"], only_one=True),
        *tenure.refuse("tenure_without_statements", SQL["left_out_statements"], several=True),
    ]
