"""The rows of the questions that researchers ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stancedb.api.rows.base import Position, Row


@dataclass(frozen=True, slots=True)
class Contradiction(Row):
    """A period in which an office holder opposed their own government.

    Attributes:
        holder: Slug of the person.
        government: Slug of the government or state above the office.
        issue: Slug of the issue.
        position: Slug of the person's position.
        government_position: Slug of the government's position.
        since: First day of the period.
        until: End of the period, exclusive; None while it lasts.
        valid_last: Last day of the period; None while it lasts.
        days: Length of the period up to today, in days.
        statement: Slug of the person's statement.
        government_statement: Slug of the government's statement.
        quote: Words of the person as printed.
        government_quote: Words of the government as printed.
    """

    holder: str
    government: str
    issue: str
    position: Position
    government_position: Position
    since: date
    until: date | None
    valid_last: date | None
    days: int
    statement: str | None
    government_statement: str | None
    quote: str | None
    government_quote: str | None


@dataclass(frozen=True, slots=True)
class Claim(Row):
    """A claim of continuity or change, compared with what the codings show.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        said: Day of the statement.
        claim: What the speaker claims about the position: continuity or change.
        position_before: Slug of the position on the day before; None if there was none.
        position_said: Slug of the position that the statement expresses.
        observed: Whether the two are the same, or the statement is the first stance.
        claim_holds: Whether the claim agrees with the observation; None before the first stance.
        change: Kind of change that the statement made; None if it made none.
        change_label: Words for the kind, which name the pole of the scale that the change leads towards.
        speaker: Slug of the speaker.
        statement: Slug of the statement.
        quote: Words of the statement as printed.
        article: Slug of the article that printed them.
    """

    holder: str
    issue: str
    said: date
    claim: str
    position_before: Position | None
    position_said: Position
    observed: str
    claim_holds: bool | None
    change: str | None
    change_label: str | None
    speaker: str
    statement: str
    quote: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Polarization(Row):
    """Agreement and polarization among the holders on an issue at the end of a period.

    Attributes:
        on_day: Last day of the period.
        holders: Number of holders with a stance on the day.
        positions: Number of positions they take.
        unranked: Number of holders whose position has no rank.
        agreement: Share of pairs of holders with the same position, from 0 to 1; None with one holder.
        polarization: Dissention on the ranks, from 0 (one rank) to 1 (half at each end); None with one holder.
    """

    on_day: date
    holders: int
    positions: int
    unranked: int
    agreement: float | None
    polarization: float | None


@dataclass(frozen=True, slots=True)
class Move(Row):
    """A move of a holder to a position, in the order of the moves to it.

    Attributes:
        position: Slug of the position.
        place: Place among the moves to it, counted from 1; moves on the same day share a place.
        holder: Slug of the holder.
        change: Kind of change.
        change_label: Words for the kind, which name the pole of the scale that the change leads towards.
        from_position: Slug of the position before; None for a first stance.
        window_from: First day on which the change may have happened; None if nothing is known before.
        window_until: Last day on which it may have happened.
        days_after: Days after the first move to the position.
        surely_later: Whether the windows leave no doubt that it came after the first; None for the first.
        statement: Slug of the statement that made the change.
        quote: Words of that statement as printed.
    """

    position: Position
    place: int
    holder: str
    change: str
    change_label: str
    from_position: Position | None
    window_from: date | None
    window_until: date | None
    days_after: int
    surely_later: bool | None
    statement: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class Reaction(Row):
    """A statement after the first day of an event.

    Attributes:
        said: Day of the statement.
        days_after: Days after the first day of the event.
        in_its_course: Whether it was said during the event.
        holder: Slug of the holder.
        issue: Slug of the issue.
        position_before: Slug of the position on the day before the event; None if there was none.
        position: Slug of the position that the statement expresses; None if it takes none.
        differs: Whether the two differ; None if unknown.
        speaker: Slug of the speaker.
        statement: Slug of the statement.
        quote: Words of the statement as printed.
        article: Slug of the article that printed them.
    """

    said: date
    days_after: int
    in_its_course: bool | None
    holder: str
    issue: str
    position_before: Position | None
    position: Position | None
    differs: bool | None
    speaker: str
    statement: str
    quote: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Silence(Row):
    """A gap between two statements that show a holder's position, or since the latest one.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        last_said: Day of the statement before the silence.
        said_again: Day of the statement that ended it; None while it lasts.
        days: Length of the silence, in days.
        is_silent_still: Whether it continues today.
        position: Slug of the position held when it began; None if there was none.
    """

    holder: str
    issue: str
    last_said: date
    said_again: date | None
    days: int
    is_silent_still: bool
    position: Position | None


@dataclass(frozen=True, slots=True)
class Disagreement(Row):
    """Two codings of the same words by two coders that differ.

    Attributes:
        statement: Slug of the statement.
        holder: Slug of the holder.
        issue: Slug of the issue.
        coder: Name of the first coder.
        position: Slug of the position of the first coder; None for no codable position.
        status: Status of the first coding.
        other_coder: Name of the second coder.
        other_position: Slug of the position of the second coder; None for no codable position.
        other_status: Status of the second coding.
        ranks_apart: Distance of the two positions in ranks; None if one has no rank.
        final_coder: Name of the coder whose coding counts; None if neither does.
    """

    statement: str
    holder: str
    issue: str
    coder: str
    position: Position | None
    status: str
    other_coder: str
    other_position: Position | None
    other_status: str
    ranks_apart: int | None
    final_coder: str | None


@dataclass(frozen=True, slots=True)
class Coverage(Row):
    """The share of the articles of an outlet and month that is coded.

    Attributes:
        outlet: Slug of the outlet.
        month: First day of the month.
        articles: Number of articles published.
        coded: Number of articles with a coded statement.
        coded_share: Share of articles that are coded, from 0 to 1.
        statements: Number of statements printed in them.
        mentions: Number of places where they are printed.
    """

    outlet: str
    month: date
    articles: int
    coded: int
    coded_share: float | None
    statements: int
    mentions: int
