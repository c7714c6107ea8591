"""Queries of changesets: what was changed, by whom and why."""

from __future__ import annotations

from stancedb.database import Reading
from stancedb.errors import NoSuchThing
from stancedb.model import CURATED, Base
from stancedb.shared.asking import Row, ask, last_changeset
from stancedb.sql import Queries

SQL = Queries(__file__)
# Parents before children, so that rows can be restored in this order and removed in the reverse order.
IN_ORDER = [table.name for table in Base.metadata.sorted_tables if table in CURATED]


def list_changesets(session: Reading, *, limit: int | None = None, number: int | None = None) -> list[Row]:
    """Return changesets, newest first, up to a limit, or only the changeset with a number."""
    return ask(session, SQL["list_changesets"], limit=limit, number=number)


def show_changeset(session: Reading, number: int) -> Row:
    """Return one changeset with the numbers of rows it wrote, by table, and its loads."""
    key = changeset_id(session, number)
    row = list_changesets(session, number=number)[0]
    # Only the owner and reviewers may see the login.
    if session.execute(SQL["may_see_logins"]).scalar_one():
        row |= ask(session, SQL["login"], id=key)[0]
    counts = ask(session, SQL["rows"], id=key)
    row["rows"] = sorted(counts, key=lambda count: IN_ORDER.index(count["rows"]))
    row["loads"] = ask(session, SQL["loads"], id=key)
    return row


def changeset_id(session: Reading, number: int) -> int:
    """Return the key of the changeset with a number.

    Raises:
        NoSuchThing: There is no such changeset.
    """
    found: int | None = session.execute(SQL["changeset_id"], {"number": number}).scalar()
    if found is None:
        offer = f" The numbers go from 1 to {last_changeset(session)}."
        raise NoSuchThing(kind="changeset", handle=number, offer=offer)
    return found
