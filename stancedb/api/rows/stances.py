"""Rows about stances and their changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stancedb.api.rows.base import Position, Row


@dataclass(frozen=True, slots=True)
class Stance(Row):
    """A period in which a holder held a position; the quote is from the statement that began it.

    Attributes:
        since: First day, as precise as it is known (EDTF).
        since_from: Earliest day that since may mean.
        until: End of the stance, exclusive; None while it lasts.
        valid_last: Last day; None while it lasts.
        position: Slug of the position.
        label: Label of the position.
        evidence: Number of statements behind the stance.
        contrary: Number of statements of the period with another position.
        contested: Whether evidence of the same day and weight has another position.
        pending: Whether the rule still waits for confirmation.
        last_evidence: Day of the latest statement behind it (EDTF).
        last_evidence_from: Earliest day that last_evidence may mean.
        statement: Slug of the statement that began it.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
    """

    since: str
    since_from: date
    until: date | None
    valid_last: date | None
    position: Position
    label: str
    evidence: int
    contrary: int
    contested: bool
    pending: bool
    last_evidence: str | None
    last_evidence_from: date | None
    statement: str
    quote: str | None
    outlet: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Held(Row):
    """The stance of a holder on an issue on a date; the quote is from the latest evidence up to that date.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        position: Slug of the position.
        label: Label of the position.
        since: First day of the stance, as precise as it is known (EDTF).
        since_from: Earliest day that since may mean.
        until: End of the stance, exclusive; None while it lasts.
        valid_last: Last day of the stance; None while it lasts.
        evidence: Number of statements behind the stance up to the date.
        contrary: Number of statements up to the date with another position.
        contested: Whether evidence of the same day and weight has another position.
        last_evidence: Day of the latest statement behind it (EDTF).
        last_evidence_from: Earliest day that last_evidence may mean.
        days_old: Age of the latest evidence on the date, in days.
        statement: Slug of the latest statement behind it.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
    """

    holder: str
    issue: str
    position: Position
    label: str
    since: str
    since_from: date
    until: date | None
    valid_last: date | None
    evidence: int
    contrary: int
    contested: bool
    last_evidence: str | None
    last_evidence_from: date | None
    days_old: int | None
    statement: str | None
    quote: str | None
    outlet: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Evidence(Row):
    """A statement behind a stance.

    Attributes:
        stance_since: First day of the stance.
        role: Role of the statement for the stance, such as onset, support or contrary.
        said: Date of the statement (EDTF).
        position: Slug of the position it expresses.
        authority: Authority of the statement, from 6 (law) to 1 (anonymous).
        speaker: Slug of the speaker.
        statement: Slug of the statement.
        coder: Name of the coder.
        quote: Words of the statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
    """

    stance_since: date
    role: str
    said: str
    position: Position
    authority: int
    speaker: str
    statement: str
    coder: str
    quote: str | None
    outlet: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Change(Row):
    """A change of stance; it has a window, not a date.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        change: Kind of change, such as initial, shift or reversal.
        change_label: Words for the kind, which name the pole of the scale that the change leads towards.
        from_position: Slug of the position before; None for a first stance.
        to_position: Slug of the position after; None if a stance lapsed.
        window_from: First day on which the change may have happened; None if nothing is known before.
        window_until: Last day on which it may have happened.
        delta_rank: Distance in ranks of the scale; positive toward higher ranks.
        delta_score: Distance in scores, from -2 to 2.
        clarity: Whether the change is toward or away from a clear position.
        days_away: Days until the holder returned to the earlier position; None if not.
        pending: Whether the rule still waits for confirmation.
        self_declared: What the speaker claims about the position: continuity or change.
        statement: Slug of the statement that made the change.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article that printed them.
    """

    holder: str
    issue: str
    change: str
    change_label: str
    from_position: Position | None
    to_position: Position | None
    window_from: date | None
    window_until: date | None
    delta_rank: int | None
    delta_score: float | None
    clarity: str | None
    days_away: int | None
    pending: bool
    self_declared: str | None
    statement: str | None
    quote: str | None
    outlet: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Compared(Row):
    """The positions of one holder on one issue under several rules in a period.

    Attributes:
        since: First day of the period.
        until: End of the period, exclusive; None while it lasts.
        valid_last: Last day of the period; None while it lasts.
        positions: Slug of the position under each rule, by the slug of the rule; None if the rule derives none.
        rules_agree: Whether all rules derive the same position.
    """

    since: date
    until: date | None
    valid_last: date | None
    positions: Mapping[str, str | None]
    rules_agree: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a mapping, with a key for each rule instead of ``positions``."""
        period = {"since": self.since, "until": self.until, "valid_last": self.valid_last}
        return {**period, **self.positions, "rules_agree": self.rules_agree}


@dataclass(frozen=True, slots=True)
class Rule(Row):
    """A rule that derives stances from codings.

    Attributes:
        rule: Slug of the rule.
        is_default: Whether it is used if no rule is named.
        definition: What the rule does.
        min_authority: Lowest authority of a statement that counts, from 1 to 6.
        bases: Bases of attribution that count; None for all.
        sustain_days: Days for which a new position must last before it counts.
        retraction_effect: What a retraction does to a stance.
        tenure_effect: What a change of office does to a stance.
        expiry_days: Days after the latest evidence at which a stance lapses; None for never.
        same_day: Which of several statements on one day counts.
    """

    rule: str
    is_default: bool
    definition: str
    min_authority: int | None
    bases: tuple[str, ...] | None
    sustain_days: int | None
    retraction_effect: str
    tenure_effect: str
    expiry_days: int | None
    same_day: str
