"""Standard questions of researchers, each one SELECT over the reporting schema."""

from __future__ import annotations

from datetime import date

from stancedb.database import Reading
from stancedb.dates import Every
from stancedb.errors import NoFirstDay, NothingReported
from stancedb.reporting import refresh as reporting
from stancedb.shared.asking import Row, ask, day_of, last_changeset
from stancedb.shared.handles import id_of, kept_issue, kept_position, optional_id, standing_holder
from stancedb.sql import Queries

SQL = Queries(__file__)


def behind(session: Reading) -> tuple[int, date | None]:
    """Return how far the reporting schema is behind: the number of changesets, and its date unless it is today.

    Raises:
        RefusedByRule: The reporting schema is empty.
    """
    release = reporting.reported(session.connection)
    if release is None:
        raise NothingReported
    day: date = release["as_of_date"]
    return last_changeset(session) - int(release["changeset_number"]), None if day == day_of(session, None) else day


def contradictions(session: Reading, *, rule: str, holder: str | None = None, issue: str | None = None) -> list[Row]:
    """Return the periods in which an office holder's position differed from that of the government or state."""
    chosen = _narrowed(session, rule=rule, holder=holder, issue=issue)
    return _asked(session, "contradictions", **chosen)


def claims(session: Reading, *, rule: str, holder: str | None = None, issue: str | None = None) -> list[Row]:
    """Return each claim of continuity or change, with the position of the day before and the position expressed."""
    return _asked(session, "claims", **_narrowed(session, rule=rule, holder=holder, issue=issue))


def polarization(session: Reading, *, rule: str, issue: str, every: Every = "year") -> list[Row]:
    """Return agreement and polarization among the holders on an issue at the end of each period.

    Agreement is the share of pairs of holders with the same position: Simpson, Measurement of Diversity, Nature
    163 (1949), 688, without replacement. Polarization is the dissention of Tastle and Wierman, Consensus and
    dissention: A measure of ordinal dispersion, International Journal of Approximate Reasoning 45 (2007), 531-545,
    computed on the ranks of the positions of the issue: 0 if all are at one rank, 1 if half are at each end.

    Args:
        session: The session.
        rule: The slug of the rule.
        issue: The slug of the issue.
        every: The length of a period; the current one ends on the date of the reporting schema.
    """
    return _asked(session, "polarization", every=every, **_narrowed(session, rule=rule, issue=issue, only=True))


def first_movers(
    session: Reading, *, rule: str, issue: str, position: str | None = None, with_initial: bool = False
) -> list[Row]:
    """Return the moves to each position of an issue, by date.

    Args:
        session: The session.
        rule: The slug of the rule.
        issue: The slug of the issue.
        position: The slug of a position, or None for all.
        with_initial: Whether the first stance of a holder counts as a move.
    """
    chosen = _narrowed(session, rule=rule, issue=issue, only=True)
    if position is not None:
        position = kept_position(session, issue, position)
    return _asked(session, "first_movers", position=position, with_initial=with_initial, **chosen)


def after_event(
    session: Reading, event: str, *, days: int, rule: str, holder: str | None = None, issue: str | None = None
) -> list[Row]:
    """Return what was said from the first day of an event on, and the positions that the holders held before.

    Args:
        session: The session.
        event: The slug of the event.
        days: The number of days after the first day of the event.
        rule: The slug of the rule.
        holder: The slug of a holder, or None for all.
        issue: The slug of an issue, or None for all.

    Raises:
        RefusedByRule: The first day of the event is unknown.
    """
    id_of(session, "event", event)
    chosen = _narrowed(session, rule=rule, holder=holder, issue=issue)
    begins = session.execute(SQL["begin_of_event"], {"event": event}).one_or_none()
    if begins is not None and begins[0] is None:
        raise NoFirstDay(event=event)
    return _asked(session, "after_event", event=event, days=days, **chosen)


def silence(
    session: Reading,
    *,
    days: int,
    rule: str,
    still: bool = False,
    holder: str | None = None,
    issue: str | None = None,
) -> list[Row]:
    """Return the periods without a statement that shows a holder's position on an issue.

    Args:
        session: The session.
        days: Only silences of more than this number of days.
        rule: The slug of the rule that derives the earlier position.
        still: Only silences that continue today.
        holder: The slug of a holder, or None for all.
        issue: The slug of an issue, or None for all.
    """
    chosen = _narrowed(session, rule=rule, holder=holder, issue=issue)
    return _asked(session, "silence", days=days, still=still, **chosen)


def disagreement(
    session: Reading, *, coder: str | None = None, holder: str | None = None, issue: str | None = None
) -> list[Row]:
    """Return the pairs of codings, except drafts, in which two coders coded the same words as different positions."""
    optional_id(session, "coder", coder)
    if issue is not None:
        _, issue = kept_issue(session, issue)
    return _asked(session, "disagreement", coder=coder, holder=_kept(session, holder), issue=issue)


def coverage(
    session: Reading, *, outlet: str | None = None, since: date | None = None, until: date | None = None
) -> list[Row]:
    """Return how many articles of each outlet and month there are, and how many are coded.

    Args:
        session: The session.
        outlet: The slug of an outlet, or None for all.
        since: Leave out months before the month of this date.
        until: Leave out months that begin after this date.
    """
    optional_id(session, "outlet", outlet)
    return _asked(session, "coverage", outlet=outlet, since=since, until=until)


def _narrowed(
    session: Reading, *, rule: str, holder: str | None = None, issue: str | None = None, only: bool = False
) -> dict[str, object]:
    """Return the parameters that several questions share, and fail if what they name does not exist."""
    id_of(session, "rule", rule)
    if issue is not None:
        _, issue = kept_issue(session, issue)
    if only:
        return {"rule": rule, "issue": issue}
    return {"rule": rule, "holder": _kept(session, holder), "issue": issue}


def _kept(session: Reading, holder: str | None) -> str | None:
    """Return the slug of a holder, or of the actor into which it was merged."""
    return None if holder is None else standing_holder(session, holder)[1]


def _asked(session: Reading, question: str, **parameters: object) -> list[Row]:
    return ask(session, SQL[question], known_at=None, **parameters)
