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
        said: When it was said (EDTF).
        speaker: Slug of the speaker.
        office: Slug of the office held; None if there was none.
        act: What the statement does, such as assert or warn.
        authority: Weight, from 6, a law, to 1, an anonymous source.
        verification: How sure it is that it was said.
        mentions: Number of places at which it is printed.
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
    """What a coder judged of a statement.

    Attributes:
        statement: Slug of the statement.
        holder: Slug of the holder.
        issue: Slug of the issue.
        position: Slug of the position; None for no codable position.
        coder: Name of the coder.
        basis: Ground on which the position is ascribed to the holder.
        confidence: How sure the coder is.
        status: Where the coding stands in review.
        final: Whether it is the coding that counts.
        codebook: Label of the codebook version.
        carried_from: Label of the codebook version it was carried from; None if it was not.
        rationale: Why, in the coder's words.
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
    """A coding with all that the coder said.

    Attributes:
        statement: Slug of the statement.
        holder: Slug of the holder.
        issue: Slug of the issue.
        position: Slug of the position; None for no codable position.
        coder: Name of the coder.
        codebook: Label of the codebook version.
        basis: Ground on which the position is ascribed to the holder.
        explicitness: How openly the statement takes the position.
        condition: Condition under which it is said to hold.
        vagueness: Whether the wording commits the holder.
        confidence: How sure the coder is.
        status: Where the coding stands in review.
        final: Whether it is the coding that counts.
        carried_from: Label of the codebook version it was carried from; None if it was not.
        rationale: Why, in the coder's words.
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
    """A place at which a statement is printed.

    Attributes:
        article: Slug of the article.
        outlet: Name of the outlet.
        char_start: First character of the quote in the text, counted from 0.
        char_end: Character after the quote.
        rendering: How the outlet prints the statement.
        asserts: Whether the outlet says that the statement was made.
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
    """How a statement stands to another one.

    Attributes:
        kind: What it does to the other; "(by)" follows where the other does it.
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
        reviewed_at: When it was made.
        reviewer: Name of the reviewer.
        holder: Slug of the holder of the coding.
        issue: Slug of its issue.
        coder: Name of its coder.
        old_status: Status before.
        new_status: Status after.
        note: Why.
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
    """A changeset that wrote a version of a thing.

    Attributes:
        changeset: Number of the changeset.
        committed_at: When it was committed.
        author: Who signed it.
        message: Why it was made.
    """

    changeset: int
    committed_at: datetime
    author: str
    message: str


@dataclass(frozen=True, slots=True)
class Statement(Row):
    """A statement with its mentions, codings, links and record.

    Attributes:
        statement: Slug of the statement.
        speaker: Slug of the speaker.
        office: Slug of the office held; None if there was none.
        on_behalf_of: Slug of the actor in whose name it was said.
        capacity: In what capacity it was said.
        authority: Weight, from 6, a law, to 1, an anonymous source.
        act: What the statement does, such as assert or warn.
        said: When it was said (EDTF).
        said_phrase: The date as printed.
        said_at: The instant.
        ends: Whether nothing is known after the last day of a lasting date.
        zone: Time zone of the speaker's place.
        place: Where it was said.
        event: Slug of the event in the course of which it was said.
        summary: What was said, in the coder's words.
        verification: How sure it is that it was said.
        self_declared: What the speaker says about change of the position.
        merged_into: Slug of the statement it is merged into; None if it is not.
        retracted_on: When the record was withdrawn; None if it was not.
        retracted_reason: Why the record was withdrawn.
        citation: Where the fact can be checked.
        mentions: The places at which it is printed.
        links: How it stands to other statements.
        addressees: To whom it was said.
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
