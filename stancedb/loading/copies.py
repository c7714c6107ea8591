"""Compare newly loaded articles with every existing text, and propose likely copies."""

from __future__ import annotations

from collections.abc import Sequence

from stancedb.database import Writing
from stancedb.loading.account import LoadAccount
from stancedb.sql import Queries

SQL = Queries(__file__)
# A text looks like a copy if it shares at least this proportion, and this number, of sampled word runs (of the shorter
# text).
LEAST_SCORE = 0.5
LEAST_SHARED = 3
# A run of words that occurs in more texts is ignored, such as an outlet's boilerplate under every article.
MOST_TEXTS = 500
# Looking up a run in the index takes about five times as long as reading and sorting one.
_TIMES = 4


def propose_duplicates(session: Writing, account: LoadAccount) -> None:
    """Propose articles that share half of their words with another as copies, for a user to decide.

    The new texts of the merged articles are compared with all texts and with each other. Two articles are as similar as
    their most similar texts. Of the articles that a copy resembles, the first by rank and the most similar are proposed
    as its original. A pair that was already proposed or decided on is not proposed again.

    Args:
        session: The writing session, in which ``merged_article`` is staged.
        account: The account that the count is added to.

    Source of the method: A. Broder, "On the resemblance and containment of documents" (1997), containment estimated
    from the shingles whose hash is a multiple of eight.
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
    """Find the pairs of similar texts by the runs that they share, ignoring runs that occur in too many texts."""
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
