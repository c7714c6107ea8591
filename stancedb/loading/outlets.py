"""Load outlet records into rows."""

from __future__ import annotations

from collections.abc import Iterator

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.merge import merge, merge_parents
from stancedb.loading.stage import Stage, drop_refused, given
from stancedb.records.checking import Read
from stancedb.records.outlet import OutletRecord
from stancedb.refusals import Refusal
from stancedb.sql import Queries

SQL = Queries(__file__)


def merge_outlets(
    session: Writing,
    records: Iterator[Read[OutletRecord]],
    account: LoadAccount,
    keep_going: bool,
) -> list[Refusal]:
    """Merge outlets by slug."""
    stage = Stage(session, "staged_outlet", SQL["stage"])
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
        *stage.refuse_unknown(SQL["unknown_kinds"]),
        *stage.refuse("stands_twice", SQL["repeated"]),
        *stage.refuse("outlet_of_itself", SQL["own_parents"]),
        *_refuse_unknown_parents(stage),
    ]
    if refusals and not keep_going:
        return refusals
    refusals = drop_refused([stage], refusals, lambda: _refuse_unknown_parents(stage))
    merge(
        session,
        account,
        "outlet",
        source=SQL["outlets"],
        key=("slug",),
        values=("name", "kind", "country", "reliability", "citation"),
        defaults={"kind": "'newspaper'"},
    )
    merge_parents(session, account, stage, "outlet")
    return refusals


def _refuse_unknown_parents(stage: Stage) -> list[Refusal]:
    return stage.refuse("no_such", SQL["unknown_parents"])
