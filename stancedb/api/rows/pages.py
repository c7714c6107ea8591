"""The rows of a page about one issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stancedb.api.rows.base import Position, Row
from stancedb.api.rows.codebook import FullPosition
from stancedb.api.rows.events import EventAround, WatchedIndicator
from stancedb.api.rows.stances import Rule


@dataclass(frozen=True, slots=True)
class PageStance(Row):
    """A stance on a page.

    Attributes:
        holder: Slug of the holder.
        since: First day.
        since_said: First day, as precise as it is known (EDTF).
        until: End of the stance, exclusive; None while it lasts.
        valid_last: Last day; None while it lasts.
        position: Slug of the position.
        label: Label of the position.
        evidence: Number of statements behind the stance.
        contrary: Number of statements of the period with another position.
        contested: Whether evidence of the same day and weight has another position.
        pending: Whether the rule still waits for confirmation.
        last_evidence: Day of the latest statement behind it.
        last_evidence_said: Day of the latest statement, as precise as it is known (EDTF).
        statement: Slug of the statement that began it.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
    """

    holder: str
    since: date
    since_said: str
    until: date | None
    valid_last: date | None
    position: Position
    label: str
    evidence: int
    contrary: int
    contested: bool
    pending: bool
    last_evidence: date | None
    last_evidence_said: str | None
    statement: str
    quote: str | None
    outlet: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class PageChange(Row):
    """A change of stance on a page.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        change: Kind of change.
        change_label: Words for the kind, which name the pole of the scale that the change leads towards.
        changed_on: Day from which the new stance counts.
        from_position: Slug of the position before; None for a first stance.
        to_position: Slug of the position after; None if a stance lapsed.
        window_from: First day on which the change may have happened; None if nothing is known before.
        window_until: Last day on which it may have happened.
        delta_rank: Distance in ranks of the scale.
        delta_score: Distance in scores, from -2 to 2.
        clarity: Whether the change is toward or away from a clear position.
        days_away: Days until the holder returned to the earlier position; None if not.
        pending: Whether the rule still waits for confirmation.
        statement: Slug of the statement that made the change.
        self_declared: What the speaker claims about the position: continuity or change.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
    """

    holder: str
    issue: str
    change: str
    change_label: str
    changed_on: date
    from_position: Position | None
    to_position: Position | None
    window_from: date | None
    window_until: date | None
    delta_rank: int | None
    delta_score: float | None
    clarity: str | None
    days_away: int | None
    pending: bool
    statement: str | None
    self_declared: str | None
    quote: str | None
    outlet: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class PageEvidence(Row):
    """A statement behind a stance on a page.

    Attributes:
        holder: Slug of the holder.
        stance_since: First day of the stance.
        role: Role of the statement for the stance.
        said: Date of the statement (EDTF).
        said_from: Earliest day that said may mean.
        position: Slug of the position it expresses.
        authority: Authority, from 6 (law) to 1 (anonymous).
        verification: How certain it is that it was said.
        speaker: Slug of the speaker.
        speaker_name: Name of the speaker.
        statement: Slug of the statement.
        coder: Name of the coder.
        quote: Words of the statement as printed.
        rendering: How the outlet renders them.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
        title: Title of the article.
        url: URL of the article.
        language: BCP 47 tag of its language.
    """

    holder: str
    stance_since: date
    role: str
    said: str
    said_from: date
    position: Position
    authority: int
    verification: str
    speaker: str
    speaker_name: str
    statement: str
    coder: str
    quote: str | None
    rendering: str | None
    outlet: str | None
    article: str | None
    title: str | None
    url: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class PageHolder(Row):
    """A holder on a page.

    Attributes:
        holder: Slug of the holder.
        name: Name of the holder.
        coded_by_several: Number of statements that several coders coded.
        agreed: Number of these on which they agreed.
        stances: The stances by date.
        changes: The changes by date.
        evidence: The statements behind the stances.
    """

    holder: str
    name: str
    coded_by_several: int
    agreed: int
    stances: tuple[PageStance, ...]
    changes: tuple[PageChange, ...]
    evidence: tuple[PageEvidence, ...]


@dataclass(frozen=True, slots=True)
class Page(Row):
    """The content of a page about one issue.

    Attributes:
        issue: Slug of the issue.
        question: The question that its positions answer.
        scope: What the issue covers and what it does not.
        low_pole: What the low end of the scale stands for.
        high_pole: What the high end of the scale stands for.
        rule: The rule that derives the stances.
        known_at: Number of the changeset as of which it was queried; None for the latest.
        changeset: Number of the latest changeset included.
        day: Date of the answer.
        positions: The positions in the order of the scale.
        holders: The holders with their stances.
        events: The events around the issue.
        indicators: The indicators of the issue.
    """

    issue: str
    question: str
    scope: str | None
    low_pole: str | None
    high_pole: str | None
    rule: Rule
    known_at: int | None
    changeset: int
    day: date
    positions: tuple[FullPosition, ...]
    holders: tuple[PageHolder, ...]
    events: tuple[EventAround, ...]
    indicators: tuple[WatchedIndicator, ...]
