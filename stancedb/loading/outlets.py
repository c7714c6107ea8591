"""Outlets: from records to rows."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge, merge_parents
from stancedb.loading.stage import Stage, drop_refused, given
from stancedb.records.checking import Read
from stancedb.records.outlet import OutletRecord
from stancedb.refusals import Refusal


def merge_outlets(
    session: Writing,
    records: Iterator[Read[OutletRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge outlets by slug."""
    stage = Stage(
        session,
        "staged_outlet",
        {"slug": "text", "name": "text", "kind": "text", "country": "text", "parent": "text", "reliability": "text",
         "citation": "text"},
    )  # fmt: skip
    stage.copy(
        (
            number,
            read.source,
            read.line,
            r.slug,
            r.name,
            *given(r, "kind", "country", "parent", "reliability", "citation"),
        )
        for number, read in enumerate(records)
        for r in (read.record,)
    )
    refusals = [
        *stage.refuse_unknown_in("kind", "outlet_kind", handle="code", kind="kind of outlet"),
        *stage.refuse_where(
            "s.ordinal > d.ordinal", "slug", "'outlet ''' || s.slug || ''' stands here twice'",
            joined="JOIN {stage} d ON d.slug = s.slug",
        ),
        *stage.refuse_where("s.parent = s.slug", "parent", "'is the outlet itself; an outlet belongs to another one'"),
        *_refuse_unknown_parents(stage),
    ]  # fmt: skip
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused([stage], refusals, lambda: _refuse_unknown_parents(stage))
    merge(
        session, account, "outlet",
        source="SELECT slug, name, kind, country, reliability, citation FROM staged_outlet",
        key=("slug",), values=("name", "kind", "country", "reliability", "citation"),
        defaults={"kind": "'newspaper'"},
    )  # fmt: skip
    merge_parents(session, account, stage, "outlet")
    return refusals


def _refuse_unknown_parents(stage: Stage) -> list[Refusal]:
    return stage.refuse_where(
        "s.parent IS NOT NULL AND NOT EXISTS (SELECT FROM {stage} p WHERE p.slug = s.parent)"
        " AND NOT EXISTS (SELECT FROM stancedb.outlet p WHERE p.slug = s.parent)",
        "parent", "'there is no outlet ''' || s.parent || ''''",
    )  # fmt: skip
