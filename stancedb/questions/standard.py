"""The questions that researchers ask, each one SELECT over what is reported."""

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
    """Return how much older the answers are than the database: by changesets, and as of which day if not today.

    Raises:
        RefusedByRule: Nothing is reported yet.
    """
    release = reporting.reported(session.connection)
    if release is None:
        raise NothingReported
    day: date = release["as_of_date"]
    return last_changeset(session) - int(release["changeset_number"]), None if day == day_of(session, None) else day


def contradictions(session: Reading, *, rule: str, holder: str | None = None, issue: str | None = None) -> list[Row]:
    """Return for which days a person in office stood elsewhere than the government or state of the office."""
    chosen = _narrowed(session, rule=rule, holder=holder, issue=issue)
    return _asked(session, "contradictions", **chosen)


def claims(session: Reading, *, rule: str, holder: str | None = None, issue: str | None = None) -> list[Row]:
    """Return each claim of continuity or change, with the position of the day before and the one then said."""
    return _asked(session, "claims", **_narrowed(session, rule=rule, holder=holder, issue=issue))


def polarization(session: Reading, *, rule: str, issue: str, every: Every = "year") -> list[Row]:
    """Return the agreement and the polarization of the holders on an issue at the end of each period.

    Agreement is the share of pairs of holders that take the same position: Simpson, Measurement of Diversity, Nature
    163 (1949), 688, without replacement. Polarization is the dissention of Tastle and Wierman, Consensus and
    dissention: A measure of ordinal dispersion, International Journal of Approximate Reasoning 45 (2007), 531-545,
    on the ranks of the positions of the issue; 0 for one rank, 1 for two halves at the ends of the scale.

    Args:
        session: The session.
        rule: The rule's slug.
        issue: The issue's slug.
        every: How long a period is; the present one ends on the day reported as of.
    """
    return _asked(session, "polarization", every=every, **_narrowed(session, rule=rule, issue=issue, only=True))


def first_movers(
    session: Reading, *, rule: str, issue: str, position: str | None = None, with_initial: bool = False
) -> list[Row]:
    """Return who moved to each position of an issue, in order.

    Args:
        session: The session.
        rule: The rule's slug.
        issue: The issue's slug.
        position: One position's slug, or None for all.
        with_initial: Whether the first stance of a holder counts as a move.
    """
    chosen = _narrowed(session, rule=rule, issue=issue, only=True)
    if position is not None:
        position = kept_position(session, issue, position)
    return _asked(session, "first_movers", position=position, with_initial=with_initial, **chosen)


def after_event(
    session: Reading, event: str, *, days: int, rule: str, holder: str | None = None, issue: str | None = None
) -> list[Row]:
    """Return what was said from the first day of an event on, and where the holders had stood before it.

    Args:
        session: The session.
        event: The event's slug.
        days: Until how many days after its first one.
        rule: The rule's slug.
        holder: One holder's slug, or None for all.
        issue: One issue's slug, or None for all.

    Raises:
        RefusedByRule: Nobody knows when the event began.
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
    """Return between which days nothing was said that shows a holder's position on an issue.

    Args:
        session: The session.
        days: Only silences of more days.
        rule: The rule that says which position had been taken.
        still: Only those that last.
        holder: One holder's slug, or None for all.
        issue: One issue's slug, or None for all.
    """
    chosen = _narrowed(session, rule=rule, holder=holder, issue=issue)
    return _asked(session, "silence", days=days, still=still, **chosen)


def disagreement(
    session: Reading, *, coder: str | None = None, holder: str | None = None, issue: str | None = None
) -> list[Row]:
    """Return the pairs of codings in which two coders read the same words as different positions, drafts left out."""
    optional_id(session, "coder", coder)
    if issue is not None:
        _, issue = kept_issue(session, issue)
    return _asked(session, "disagreement", coder=coder, holder=_kept(session, holder), issue=issue)


def coverage(
    session: Reading, *, outlet: str | None = None, since: date | None = None, until: date | None = None
) -> list[Row]:
    """Return how much each outlet published in each month, and how much of it is coded.

    Args:
        session: The session.
        outlet: One outlet's slug, or None for all.
        since: Leave out the months before that of this day.
        until: Leave out the months that begin after this day.
    """
    optional_id(session, "outlet", outlet)
    return _asked(session, "coverage", outlet=outlet, since=since, until=until)


def _narrowed(
    session: Reading, *, rule: str, holder: str | None = None, issue: str | None = None, only: bool = False
) -> dict[str, object]:
    """Return the parameters that several questions share, after making sure that what they name exists."""
    id_of(session, "rule", rule)
    if issue is not None:
        _, issue = kept_issue(session, issue)
    if only:
        return {"rule": rule, "issue": issue}
    return {"rule": rule, "holder": _kept(session, holder), "issue": issue}


def _kept(session: Reading, holder: str | None) -> str | None:
    """Return who holds the positions of a holder: of a merged actor the one it leads to."""
    return None if holder is None else standing_holder(session, holder)[1]


def _asked(session: Reading, question: str, **parameters: object) -> list[Row]:
    return ask(session, SQL[question], known_at=None, **parameters)
