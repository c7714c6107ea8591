"""Rounds of coding: opened, filled with assignments, closed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from stancedb.database import Working, Writing
from stancedb.errors import NoSuchThing, NothingToAssign, RoundClosed, SecondCoderNeeded
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


@dataclass(frozen=True, slots=True)
class Shares:
    """How the texts of a round are shared out; each from 0 to 1, None leaves the share of the round.

    Attributes:
        double: The share of texts that two coders code.
        blind: Of the texts that one coder codes, the share without suggestions.
        again: The share of the texts of a coder that she has coded in an earlier round.
    """

    double: float | None = None
    blind: float | None = None
    again: float | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Which articles are assigned; what is None or empty does not matter.

    Attributes:
        articles: Slugs of articles.
        outlet: The slug of an outlet.
        language: A BCP 47 tag.
        since: The first day of publication.
        until: The last day of publication.
    """

    articles: Collection[str] = ()
    outlet: str | None = None
    language: str | None = None
    since: date | None = None
    until: date | None = None


def add_round(
    session: Working,
    slug: str,
    *,
    author: str,
    codebook: str | None = None,
    issues: Sequence[str] = (),
    shares: Shares | None = None,
    seed: int | None = None,
    counts_at_once: bool = True,
) -> Row:
    """Open a round of coding.

    Args:
        session: The session.
        slug: The handle of the round.
        author: Who opens it.
        codebook: The label of the codebook version (default: the newest).
        issues: The slugs of the issues in scope (default: all active issues).
        shares: The shares of texts coded twice, blind and again (default: none).
        seed: The seed of the random choice (default: drawn).
        counts_at_once: Whether the codings of texts coded once count when they are done.

    Returns:
        The round, as ``questions.workbench.show_round`` shows it, without progress.

    Raises:
        NoSuchThing: There is no such codebook version or issue.
        RefusedByRule: There is such a round already, or a share is not between 0 and 1.
    """
    given = shares or Shares()
    key = session.execute(
        SQL["add_round"],
        {
            "slug": slug,
            "author": author,
            "codebook": optional_id(session, "codebook", codebook),
            "double": given.double or 0,
            "blind": given.blind or 0,
            "again": given.again or 0,
            "seed": secrets.randbits(31) if seed is None else seed,
            "counts_at_once": counts_at_once,
        },
    ).scalar_one()
    session.execute(
        SQL["add_scope"], {"round": key, "issues": [id_of(session, "issue", issue) for issue in issues] or None}
    )
    return dict(session.execute(SQL["round"], {"round": key}).mappings().one())


def close_round(session: Working, slug: str) -> Row:
    """Close a round: texts in the pool are withdrawn, and nothing is assigned any more; what is open can be finished.

    Raises:
        NoSuchThing: There is no such round.
        RefusedByRule: The round is closed already.
    """
    key = id_of(session, "round", slug)
    if session.execute(SQL["close_round"], {"round": key}).rowcount == 0:
        raise RoundClosed(round=slug)
    withdrawn = session.execute(SQL["withdraw_pool"], {"round": key}).rowcount
    return {"round": slug, "withdrawn": withdrawn}


def add_coders(session: Writing, names: Sequence[str]) -> None:
    """Add people who have not coded anything yet, so that texts can be assigned to them.

    Raises:
        RefusedByRule: There is such a coder already.
    """
    session.execute(SQL["add_coders"], {"names": list(dict.fromkeys(names))})


def assign(
    session: Working | Writing,
    round_slug: str,
    *,
    coders: Sequence[str] = (),
    per_coder: int | None = None,
    pool: int | None = None,
    shares: Shares | None = None,
    seed: int | None = None,
    texts: Texts | None = None,
) -> list[Row]:
    """Assign texts of a round to coders, or put them into the pool, chosen at random by the seed.

    The same arguments on the same state of the database choose the same texts. Copies of an article are left out: they
    go with their original. Texts that are assigned in the round already are left out.

    Args:
        session: The session.
        round_slug: The round.
        coders: The names of the coders who get texts.
        per_coder: How many texts each of them gets.
        pool: How many texts go into the pool instead; coders take the next one from there.
        shares: Other shares than those of the round.
        seed: Another seed than that of the round.
        texts: Which articles come into question.

    Returns:
        A row for each coder, or for the pool: how many texts of each kind were assigned.

    Raises:
        NoSuchThing: There is no such round, coder, article or outlet.
        RefusedByRule: The round is closed, no text is left, or a second coder is needed.
    """
    key = id_of(session, "round", round_slug)
    # Two who assign at the same time would assign the same texts twice.
    of_round = session.execute(SQL["lock_round"], {"round": key}).mappings().one()
    if of_round["closed_at"] is not None:
        raise RoundClosed(round=round_slug)
    given, chosen = shares or Shares(), texts or Texts()
    coders = list(dict.fromkeys(coders))
    double = of_round["double_share"] if given.double is None else given.double
    if pool is None and double > 0 and len(coders) < 2:  # noqa: PLR2004 - two coders code a text twice
        raise SecondCoderNeeded
    parameters = {
        "round": key,
        "coders": [id_of(session, "coder", name) for name in coders],
        "per_coder": per_coder or 0,
        "pool": pool or 0,
        "double": double,
        "blind": of_round["blind_share"] if given.blind is None else given.blind,
        "again": of_round["again_share"] if given.again is None else given.again,
        "seed": str(of_round["seed"] if seed is None else seed),
        "articles": [id_of(session, "article", slug) for slug in chosen.articles] or None,
        "outlet": optional_id(session, "outlet", chosen.outlet),
        "language": chosen.language,
        "since": chosen.since,
        "until": chosen.until,
    }
    assigned = session.execute(SQL["assign_pool" if pool is not None else "assign"], parameters).mappings().all()
    if not assigned:
        raise NothingToAssign(round=round_slug)
    return [dict(row) for row in assigned]


def withdraw(session: Working, assignment: int, *, reason: str) -> Row:
    """Withdraw an assignment that is open or has a problem, so that its text no longer waits for it.

    Raises:
        NoSuchThing: There is no such assignment in that state.
    """
    row = session.execute(SQL["withdraw"], {"assignment": assignment, "reason": reason}).mappings().first()
    if row is None:
        raise NoSuchThing(kind="open assignment", handle=assignment, offer="")
    return dict(row)
