"""From one version of the codebook to the next: judgements that stay the same are carried over."""

from __future__ import annotations

from stancedb.database import Reading, Writing
from stancedb.errors import CodedByOthers
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def carry(session: Writing, label: str, *, author: str, issue: str | None = None, coder: str | None = None) -> Row:
    """Repeat final codings under a version of the codebook; those they repeat stay, and no longer count.

    A coder who has judged anew under that version is left alone, whether or not that judgement counts, and so are
    codings under later versions, those on retired positions or issues, which take no new ones, and those of withdrawn
    or merged statements. Carried again, nothing changes.

    Args:
        session: The writing session.
        label: The version to carry to.
        author: Whose codings are the session's own.
        issue: Only codings on this issue.
        coder: Only codings by this coder.

    Returns:
        How many were carried over, and how many stay where they are.

    Raises:
        NoSuchThing: There is no such version, issue or coder; the nearest is offered.
        RefusedByRule: Some are by others, and the session may not decide for them.
    """
    id_of(session, "codebook", label)
    chosen = {
        "label": label,
        "issue": optional_id(session, "issue", issue),
        "coder": optional_id(session, "coder", coder),
    }
    session.execute(SQL["choose_carried"], chosen)
    judged_anew, retired, count, of_others = session.execute(SQL["count_carried"], {"author": author}).one()
    if of_others and not decides_for_others(session):
        raise CodedByOthers(of_others=of_others, count=count, coder=author)
    carried = 0
    if count:
        session.execute(SQL["lock_carried"])
        session.execute(SQL["step_back"])
        carried = session.execute(SQL["carry_over"], {"label": label}).rowcount
    session.is_void = not carried
    return {"codebook": label, "carried": carried, "judged_anew": judged_anew, "retired": retired}


def decides_for_others(session: Reading) -> bool:
    """Whether the session may decide about the codings of others: the owner of the database may, and a reviewer."""
    found: bool = session.execute(SQL["decides_for_others"]).scalar_one()
    return found
