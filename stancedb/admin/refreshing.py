"""Refresh, describe and check the reporting schema."""

from __future__ import annotations

from dataclasses import asdict

from stancedb.database import Reading, Refreshing
from stancedb.errors import NoReader, NothingReported
from stancedb.reporting import refresh as reporting
from stancedb.reporting.relations import CONTRACT, columns
from stancedb.shared.asking import Row, day_of, last_changeset
from stancedb.sql import Queries

SQL = Queries(__file__)


def refresh(session: Refreshing, *, is_full: bool = False) -> list[Row]:
    """Bring the schema up to date; return the numbers of rows inserted, updated and deleted, by table.

    Args:
        session: Database session.
        is_full: Whether to compare all rows, not only those that later changesets may have changed.
    """
    return [asdict(table) for table in reporting.refresh(session.connection, is_full=is_full)]


def status(session: Reading) -> Row:
    """Return what is reported: up to which changeset, as of which day, and how far the database is ahead."""
    release = reporting.reported(session.connection)
    last = last_changeset(session)
    shown = {
        name: release[name] if release else None
        for name in (
            "contract_version",
            "refreshed_at",
            "as_of_date",
            "changeset_number",
            "statement_count",
            "stance_count",
            "change_count",
        )
    }
    return {
        **shown,
        "last_changeset": last,
        "changesets_behind": last - release["changeset_number"] if release else None,
        "is_up_to_date": bool(
            release and (release["changeset_number"], release["as_of_date"]) == (last, day_of(session, None))
        ),
    }


def dictionary(session: Reading, login: str) -> list[Row]:
    """Return the meaning of every relation and column, for a login that may read them.

    Raises:
        RefusedByRule: There is no such login, or it may not read the reporting schema.
    """
    may_read = session.execute(SQL["may_read"], {"login": login}).scalar()
    if not may_read:
        raise NoReader(login=login)
    return [dict(row) for row in session.execute(SQL["dictionary"]).mappings()]


def check(session: Refreshing) -> list[Row]:
    """Compare the relations with their contract, and every row with a fresh computation.

    Returns:
        One mapping per fault, with ``what`` and ``fault``; none if the schema is sound.
    """
    connection = session.connection
    installed, agreed = columns(connection), CONTRACT["relations"]
    faults: list[Row] = [
        {"what": name, "fault": "differs from the contract; run 'stancedb db upgrade'"}
        for name, those_agreed in sorted(agreed.items())
        if installed.get(name) != those_agreed
    ]
    if faults:
        return faults
    release = reporting.reported(connection)
    if release is None:
        return [{"what": "data_release", "fault": str(NothingReported())}]
    last = last_changeset(session)
    if behind := last - release["changeset_number"]:
        return [{"what": "data_release", "fault": f"is {behind} changesets behind; run 'stancedb reporting refresh'"}]
    return [
        {"what": table, "fault": f"{count} rows differ; run 'stancedb reporting refresh --full'"}
        for table, count in reporting.differing(connection, release["as_of_date"]).items()
        if count
    ]
