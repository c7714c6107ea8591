"""Articles: retraction."""

from __future__ import annotations

from stancedb.database import Writing
from stancedb.errors import PrintedNowhereElse
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of
from stancedb.sql import Queries

SQL = Queries(__file__)


def retract_article(session: Writing, slug: str, *, reason: str) -> Row:
    """Retract an article; it is kept, with the reason.

    Raises:
        RefusedByRule: Some statements are printed in no other article and would lose their quote.
    """
    key = id_of(session, "article", slug)
    bereft = session.execute(SQL["printed_here_alone"], {"key": key}).scalars().all()
    if bereft:
        raise PrintedNowhereElse(article=slug, count=len(bereft), statement=bereft[0])
    session.execute(SQL["retract_article"], {"key": key, "reason": reason})
    return {"article": slug, "retracted_reason": reason}
