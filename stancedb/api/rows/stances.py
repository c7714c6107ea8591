"""Rows about stances and their changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from stancedb.api.rows.base import Position, Row


@dataclass(frozen=True, slots=True)
class Stance(Row):
    """A period in which a holder stood on a position; the quote is that of the statement it began with.

    Attributes:
        since: First day, as precisely as it is known (EDTF).
        since_from: First day, the earliest that since may mean.
        until: Day on which the stance ended, exclusive; None while it lasts.
        valid_last: Last day; None while it lasts.
        position: Slug of the position.
        label: Label of the position.
        evidence: Number of statements behind the stance.
        contrary: Number of statements of the period that say otherwise.
        contested: Whether evidence of the same day and weight says otherwise.
        pending: Whether the rule still waits for confirmation.
        last_evidence: Day of the latest statement behind it (EDTF).
        last_evidence_from: Day of the latest statement behind it, the earliest that last_evidence may mean.
        statement: Slug of the statement it began with.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
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
    """Where a holder stood on an issue on a day; the quote is that of the latest evidence up to the day.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        position: Slug of the position.
        label: Label of the position.
        since: First day of the stance, as precisely as it is known (EDTF).
        since_from: First day of the stance, the earliest that since may mean.
        until: Day on which the stance ended, exclusive; None while it lasts.
        valid_last: Last day of the stance; None while it lasts.
        evidence: Number of statements behind the stance up to the day.
        contrary: Number of statements up to the day that say otherwise.
        contested: Whether evidence of the same day and weight says otherwise.
        last_evidence: Day of the latest statement behind it (EDTF).
        last_evidence_from: Day of the latest statement behind it, the earliest that last_evidence may mean.
        days_old: Age of the latest evidence on the day asked about, in days.
        statement: Slug of the latest statement behind it.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
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
        role: What the statement is to the stance, such as onset, support or contrary.
        said: When it was said (EDTF).
        position: Slug of the position it expresses.
        authority: Weight of the statement, from 6, a law, to 1, an anonymous source.
        speaker: Slug of the speaker.
        statement: Slug of the statement.
        coder: Name of the coder.
        quote: Words of the statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
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
    """A change of stance; it has a window and not a date.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        change: Kind of the change, such as initial, shift or reversal.
        change_label: Words for the kind, which name the pole of the scale that the change leads towards.
        from_position: Slug of the position before; None for a first stance.
        to_position: Slug of the position after; None where a stance lapsed.
        window_from: First day on which the change may have happened; None if nothing is known before.
        window_until: Last day on which it may have happened.
        delta_rank: Distance in ranks of the scale; positive toward higher ranks.
        delta_score: Distance in scores, from -2 to 2.
        clarity: Whether the change is toward or away from a clear position.
        days_away: Days until the holder returned to the position before; None if not.
        pending: Whether the rule still waits for confirmation.
        self_declared: What the speaker said about change of the position.
        statement: Slug of the statement that made the change.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
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
    """What several rules say of one holder on one issue in a period.

    Attributes:
        since: First day of the period.
        until: End of the period, exclusive; None while it lasts.
        valid_last: Last day of the period; None while it lasts.
        positions: Slug of the position under each rule, by the slug of the rule; None where the rule shows none.
        rules_agree: Whether all rules show the same.
    """

    since: date
    until: date | None
    valid_last: date | None
    positions: Mapping[str, str | None]
    rules_agree: bool

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a mapping, with a key for each rule in the place of ``positions``."""
        period = {"since": self.since, "until": self.until, "valid_last": self.valid_last}
        return {**period, **self.positions, "rules_agree": self.rules_agree}


@dataclass(frozen=True, slots=True)
class Rule(Row):
    """A rule that derives stances from codings.

    Attributes:
        rule: Slug of the rule.
        is_default: Whether it is used if no rule is named.
        definition: What the rule does.
        min_authority: Lowest weight of a statement that counts, from 1 to 6.
        bases: Grounds of ascription that count; None for all.
        sustain_days: Days for which a new position must last before it counts.
        retraction_effect: What a retraction does to a stance.
        tenure_effect: What a change of office does to a stance.
        expiry_days: Days after the latest evidence at which a stance lapses; None for never.
        same_day: Which statement counts of several on one day.
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
