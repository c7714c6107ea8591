"""Carrying unchanged judgements over from one codebook version to the next."""

from __future__ import annotations

from stancedb.database import Reading, Writing
from stancedb.errors import CodedByOthers
from stancedb.shared.asking import Row
from stancedb.shared.handles import id_of, optional_id
from stancedb.sql import Queries

SQL = Queries(__file__)


def carry(session: Writing, label: str, *, author: str, issue: str | None = None, coder: str | None = None) -> Row:
    """Copy final codings, with attributes, to a codebook version; the originals stay but no longer count.

    Skipped are codings that their coder has redone under that version, whether or not the new coding counts; codings
    under later versions; codings on retired positions or issues, which take no new codings; and codings of retracted or
    merged statements. Running it again changes nothing.

    Args:
        session: The writing session.
        label: The label of the target version.
        author: The coder whose codings belong to the session.
        issue: Only codings on this issue.
        coder: Only codings by this coder.

    Returns:
        The number of codings that were carried over, and of those that were not.

    Raises:
        NoSuchThing: There is no such version, issue or coder; the message suggests the closest name.
        RefusedByRule: Some codings are by other coders, for whom the session may not decide.
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
        session.execute(SQL["carry_attributes"])
    session.is_void = not carried
    return {"codebook": label, "carried": carried, "judged_anew": judged_anew, "retired": retired}


def decides_for_others(session: Reading) -> bool:
    """Return whether the session may decide about codings by others, as the database owner and reviewers may."""
    found: bool = session.execute(SQL["decides_for_others"]).scalar_one()
    return found
