"""Rows about statements and codings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stancedb.api.rows.base import Position, Row


@dataclass(frozen=True, slots=True)
class ListedStatement(Row):
    """A statement in a list.

    Attributes:
        statement: Slug of the statement.
        said: Date of the statement (EDTF).
        speaker: Slug of the speaker.
        office: Slug of the office held; None if there was none.
        act: Speech act, such as assert or warn.
        authority: Authority, from 6 (law) to 1 (anonymous).
        verification: How certain it is that it was said.
        mentions: Number of places where it is printed.
        codings: Number of its codings.
        words: Words as printed, or a summary.
    """

    statement: str
    said: str
    speaker: str
    office: str | None
    act: str
    authority: int
    verification: str
    mentions: int
    codings: int
    words: str | None


@dataclass(frozen=True, slots=True)
class Coding(Row):
    """A judgement of a coder about a statement.

    Attributes:
        statement: Slug of the statement.
        holder: Slug of the holder.
        issue: Slug of the issue.
        position: Slug of the position; None for no codable position.
        coder: Name of the coder.
        basis: Reason why the position is attributed to the holder.
        confidence: Confidence of the coder.
        status: Review status of the coding.
        final: Whether the coding counts.
        codebook: Label of the codebook version.
        carried_from: Label of the codebook version from which it was carried over; None if it was not.
        rationale: Reasons, in the coder's words.
        attributes: Attributes as text, "key: value" joined by semicolons.
    """

    statement: str
    holder: str
    issue: str
    position: Position | None
    coder: str
    basis: str
    confidence: str
    status: str
    final: bool
    codebook: str
    carried_from: str | None
    rationale: str | None
    attributes: str | None


@dataclass(frozen=True, slots=True)
class FullCoding(Row):
    """A coding with all its fields.

    Attributes:
        statement: Slug of the statement.
        holder: Slug of the holder.
        issue: Slug of the issue.
        position: Slug of the position; None for no codable position.
        coder: Name of the coder.
        codebook: Label of the codebook version.
        basis: Reason why the position is attributed to the holder.
        explicitness: How explicitly the statement takes the position.
        condition: Condition under which the position holds.
        vagueness: Whether the wording commits the holder.
        confidence: Confidence of the coder.
        status: Review status of the coding.
        final: Whether the coding counts.
        carried_from: Label of the codebook version from which it was carried over; None if it was not.
        rationale: Reasons, in the coder's words.
        attributes: Attributes as text, "key: value" joined by semicolons.
    """

    statement: str
    holder: str
    issue: str
    position: Position | None
    coder: str
    codebook: str
    basis: str
    explicitness: str
    condition: str | None
    vagueness: str
    confidence: str
    status: str
    final: bool
    carried_from: str | None
    rationale: str | None
    attributes: str | None


@dataclass(frozen=True, slots=True)
class Mention(Row):
    """A place where a statement is printed.

    Attributes:
        article: Slug of the article.
        outlet: Name of the outlet.
        char_start: First character of the quote in the text, counted from 0.
        char_end: Character after the quote.
        rendering: How the outlet renders the statement.
        asserts: Whether the outlet asserts that the statement was made.
        attribution: Name and title of the speaker as printed.
        quote: Words as printed.
    """

    article: str
    outlet: str
    char_start: int
    char_end: int
    rendering: str
    asserts: str
    attribution: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Link(Row):
    """A link between a statement and another one.

    Attributes:
        kind: Kind of link; "(by)" is appended if the other statement is the later one.
        statement: Slug of the other statement.
    """

    kind: str
    statement: str


@dataclass(frozen=True, slots=True)
class Party(Row):
    """An actor in a role.

    Attributes:
        role: The role.
        actor: Slug of the actor.
    """

    role: str
    actor: str


@dataclass(frozen=True, slots=True)
class Review(Row):
    """A decision about a coding.

    Attributes:
        reviewed_at: Time of the decision.
        reviewer: Name of the reviewer.
        holder: Slug of the holder of the coding.
        issue: Slug of its issue.
        coder: Name of its coder.
        old_status: Status before.
        new_status: Status after.
        note: Reason for the decision.
    """

    reviewed_at: datetime
    reviewer: str
    holder: str
    issue: str
    coder: str
    old_status: str
    new_status: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Recorded(Row):
    """A changeset that wrote a version of a record.

    Attributes:
        changeset: Number of the changeset.
        committed_at: Time of the commit.
        author: Author of the changeset.
        message: Reason for the change.
    """

    changeset: int
    committed_at: datetime
    author: str
    message: str


@dataclass(frozen=True, slots=True)
class Statement(Row):
    """A statement with its mentions, codings, links and history.

    Attributes:
        statement: Slug of the statement.
        speaker: Slug of the speaker.
        office: Slug of the office held; None if there was none.
        on_behalf_of: Slug of the actor on whose behalf it was said.
        capacity: Capacity in which the speaker spoke.
        authority: Authority, from 6 (law) to 1 (anonymous).
        act: Speech act, such as assert or warn.
        said: Date of the statement (EDTF).
        said_phrase: The date as printed.
        said_at: Time of the statement.
        ends: Whether the position is unknown after the last day of a lasting date.
        zone: Time zone of the speaker's location.
        place: Place where it was said.
        event: Slug of the event during which it was said.
        summary: Summary, in the coder's words.
        verification: How certain it is that it was said.
        self_declared: What the speaker claims about the position: continuity or change.
        merged_into: Slug of the statement into which it is merged; None if it is not.
        retracted_on: Date of retraction; None if the record is not retracted.
        retracted_reason: Reason for the retraction.
        citation: Source that supports this.
        mentions: Places where it is printed.
        links: Links to other statements.
        addressees: Actors to whom it was said.
        codings: Its codings.
        reviews: The decisions about its codings.
        recorded: The changesets that wrote it.
    """

    statement: str
    speaker: str
    office: str | None
    on_behalf_of: str | None
    capacity: str | None
    authority: int
    act: str
    said: str
    said_phrase: str | None
    said_at: datetime | None
    ends: bool
    zone: str | None
    place: str | None
    event: str | None
    summary: str | None
    verification: str
    self_declared: str
    merged_into: str | None
    retracted_on: date | None
    retracted_reason: str | None
    citation: str | None
    mentions: tuple[Mention, ...]
    links: tuple[Link, ...]
    addressees: tuple[Party, ...]
    codings: tuple[FullCoding, ...]
    reviews: tuple[Review, ...]
    recorded: tuple[Recorded, ...]
