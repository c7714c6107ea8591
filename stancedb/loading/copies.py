"""Copies of articles: what a load brings in is compared with every existing text, and likely copies are proposed."""

from __future__ import annotations

from collections.abc import Sequence

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.sql import Queries

SQL = Queries(__file__)
# From which share of the sampled runs of the shorter text on it looks like a copy, and how many there have to be.
LEAST_SCORE = 0.5
LEAST_SHARED = 3
# A run of words that stands in more texts says nothing: the outlet's own words under every article.
MOST_TEXTS = 500
# To ask the index for a run takes about five times as long as to read one and sort it.
_TIMES = 4


def propose_duplicates(session: Writing, account: LoadAccount) -> None:
    """Propose as copies articles that share half of their words with another article, for a user to decide.

    The new texts of the merged articles are compared with all texts and among themselves. Two articles are as alike as
    their most alike texts. Of the articles that one looks like, the first by rank and the most alike are proposed as
    its original, and none about which somebody has decided.

    Args:
        session: The writing session, in which ``merged_article`` is staged.
        account: Where the count goes.

    Source of the method: A. Broder, "On the resemblance and containment of documents" (1997), containment estimated
    from the shingles whose number is a multiple of eight.
    """
    session.execute(SQL["sample"])
    if session.execute(SQL["has_samples"]).scalar_one():
        session.execute(SQL["analyse_samples"])
        _compare(session)
        copies = session.execute(SQL["propose"]).scalars().all()
        session.execute(SQL["drop_comparison"])
        _tell(account, copies)
    session.execute(SQL["drop_samples"])


def _compare(session: Writing) -> None:
    """Find the pairs of texts that are alike, by those runs that several texts have, and not more than count."""
    most = {"most_texts": MOST_TEXTS}
    if session.execute(SQL["are_many"], {"times": _TIMES}).scalar_one():
        session.execute(SQL["share_every"], most)
    else:
        session.execute(SQL["read_by_index"])
        session.execute(SQL["share_asked"], most)
        session.execute(SQL["read_as_before"])
    session.execute(SQL["analyse_shared"])
    session.execute(SQL["compare"], {"least_shared": LEAST_SHARED, "least_score": LEAST_SCORE})


def _tell(account: LoadAccount, copies: Sequence[int]) -> None:
    if copies:
        account.add("article_duplicate", inserted=len(copies))
        looks = "1 article looks" if len(copies) == 1 else f"{len(set(copies))} articles look"
        account.notes.append(f"{looks} like a copy of another. See 'stancedb article duplicates list'.")
