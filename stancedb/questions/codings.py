"""Queries of codings."""

from __future__ import annotations

from stancedb.database import Reading
from stancedb.errors import NoSuchThing, SeveralCodings
from stancedb.shared.asking import Row, ask
from stancedb.shared.handles import id_of, optional_holder_id, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def list_codings(
    session: Reading,
    *,
    statement: str | None = None,
    holder: str | None = None,
    issue: str | None = None,
    coder: str | None = None,
    status: str | None = None,
    final: bool | None = None,
    retired: bool = False,
    limit: int | None = None,
    known_at: int | None = None,
) -> list[Row]:
    """Return codings by statement date; with ``retired`` only codings on retired positions, which should be recoded.

    The codings of an issue include those of issues merged into it.
    """
    rows = ask(
        session,
        SQL["codings"],
        known_at=known_at,
        statement=optional_id(session, "statement", statement, known_at=known_at),
        holder=optional_holder_id(session, holder, known_at=known_at),
        issue=optional_id(session, "issue", issue, known_at=known_at),
        coder=optional_id(session, "coder", coder, known_at=known_at),
        status=status,
        is_final=final is True,
        is_not_final=final is False,
        retired=retired,
        limit=limit,
    )
    return [without_key(row) for row in rows]


def codings_of(session: Reading, statement: int, *, known_at: int | None = None) -> list[Row]:
    """Return the codings of the statement with a key, by holder, issue and coder."""
    rows = ask(session, SQL["codings"], known_at=known_at, statement=statement, limit=None)
    return [without_key(row) for row in rows]


def one_coding(
    session: Reading,
    statement: str,
    *,
    holder: str | None,
    issue: str | None,
    coder: str | None,
    codebook: str | None,
) -> Row:
    """Return the selected coding, with its key; of several by one coder the final one, or the latest by version.

    Raises:
        NoSuchThing: The statement has no such coding.
        RefusedByRule: It has several, with different holders, coders or issues.
    """
    found = ask(
        session,
        SQL["codings"],
        statement=id_of(session, "statement", statement),
        holder=optional_holder_id(session, holder),
        own_issue=optional_id(session, "issue", issue),
        coder=optional_id(session, "coder", coder),
        codebook=optional_id(session, "codebook", codebook),
        limit=None,
    )
    of_coder: dict[tuple[str, ...], Row] = {}
    for row in found:
        of_coder.setdefault((row["holder"], row["issue"], row["coder"]), row)
    found = [*of_coder.values()]
    if not found:
        raise NoSuchThing(
            kind="coding of statement", handle=statement, where=" with these options", offer=" See 'coding list'."
        )
    if (
        coder is None
        and sum(row["final"] for row in found) == 1
        and len({(row["holder"], row["issue"]) for row in found}) == 1
    ):
        return next(row for row in found if row["final"])
    if len(found) > 1:
        several = "; ".join(
            f"--holder {row['holder']} --issue {row['issue']} --coder '{row['coder']}'" for row in found[:6]
        )
        raise SeveralCodings(statement=statement, count=len(found), codings=several)
    return found[0]


def without_key(coding: Row) -> Row:
    """Return a coding without its key, as shown to users."""
    return {column: value for column, value in coding.items() if column != "key"}
