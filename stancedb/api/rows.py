"""The rows of answers: one frozen class for each form, with the fields that the command line gives as JSON.

Days are ``datetime.date``, instants are ``datetime.datetime``. A day in EDTF is text, because it may be a month, a year
or an interval. Other things are named by their slugs. Ends named ``until`` are exclusive; ``valid_last`` is the day
before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Self, TypeAlias, cast, get_args, get_origin, get_type_hints

POSITION = "the slug of a position"
Position: TypeAlias = Annotated[str, POSITION]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer, or one record."""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> Self:
        """Return the row made of a mapping that has a value for each field; other keys are left out."""
        # A class is hashable, which mypy does not believe of one whose instances define their own hash.
        takers = _takers(cast("type", cls))
        return cls(**{name: take(found[name]) for name, take in takers.items()})

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a mapping with the keys of the JSON, rows within the row as mappings too."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: object) -> object:
    if isinstance(value, Row):
        return value.to_dict()
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


@cache
def _takers(kind: type) -> dict[str, Callable[[Any], Any]]:
    return {name: _taker(hint) for name, hint in get_type_hints(kind).items()}


def _taker(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a hint is any object of typing
    """Return what turns a value of the database into one of a field."""
    if type(None) in get_args(hint):
        inner = _taker(without_none(hint))
        return lambda value: None if value is None else inner(value)
    if isinstance(hint, type) and issubclass(hint, Row):
        return hint.of
    if get_origin(hint) is tuple:
        take = _taker(get_args(hint)[0])
        return lambda items: tuple(take(item) for item in items)
    return lambda value: float(value) if isinstance(value, Decimal) else value


def without_none(hint: Any) -> Any:  # noqa: ANN401 - as above
    """Return the hint of a field that may be None as if it could not be."""
    parts = [part for part in get_args(hint) if part is not type(None)]
    return parts[0] if len(parts) < len(get_args(hint)) else hint


def descriptions(kind: type[Row]) -> Mapping[str, str]:
    """Return what each field of a row means, from the docstring of its class."""
    found: dict[str, str] = {}
    name = ""
    for line in (kind.__doc__ or "").partition("Attributes:")[2].splitlines():
        text = line.strip()
        # The description of a field goes on in lines that are indented further.
        if line.startswith(" " * 8) and not line.startswith(" " * 9) and ": " in text:
            name, _, found[name] = text.partition(": ")
        elif name and text:
            found[name] += f" {text}"
    return found


# --- Stances ----------------------------------------------------------------------------------------------------------


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


# --- Questions that researchers ask -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contradiction(Row):
    """A period in which a person in office stood against their own government.

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
    """A claim of continuity or change beside what the codings show.

    Attributes:
        holder: Slug of the holder.
        issue: Slug of the issue.
        said: Day of the statement.
        claim: What the speaker said about change.
        position_before: Slug of the position on the day before; None if there was none.
        position_said: Slug of the position that the statement expresses.
        observed: Whether the two are the same, or it is the first stance.
        claim_holds: Whether the claim agrees with what is observed; None before a first stance.
        change: Kind of the change that the statement made; None if it made none.
        speaker: Slug of the speaker.
        statement: Slug of the statement.
        quote: Words of the statement as printed.
        article: Slug of the article in which they are printed.
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
    speaker: str
    statement: str
    quote: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Polarization(Row):
    """How far the holders on an issue agree at the end of a period.

    Attributes:
        on_day: Last day of the period.
        holders: Number of holders with a stance on the day.
        positions: Number of positions they take.
        unranked: Number of holders whose position has no rank.
        agreement: Share of pairs of holders that take the same position, from 0 to 1; None with one holder.
        polarization: Dissention on the ranks, from 0, one rank, to 1, two halves at the ends; None with one holder.
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
        place: Place among the moves to it, from 1; moves of one day share a place.
        holder: Slug of the holder.
        change: Kind of the change.
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
        in_its_course: Whether it was said in the course of the event.
        holder: Slug of the holder.
        issue: Slug of the issue.
        position_before: Slug of the position on the day before the event; None if there was none.
        position: Slug of the position that the statement expresses; None if it takes none.
        differs: Whether the two differ; None where that cannot be told.
        speaker: Slug of the speaker.
        statement: Slug of the statement.
        quote: Words of the statement as printed.
        article: Slug of the article in which they are printed.
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
        is_silent_still: Whether it lasts until today.
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
    """Two codings in which two coders read the same words differently.

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
        ranks_apart: Distance of the two positions in ranks; None where one has no rank.
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
    """How much of what an outlet published in a month is coded.

    Attributes:
        outlet: Slug of the outlet.
        month: First day of the month.
        articles: Number of articles published.
        coded: Number of articles with a coded statement.
        coded_share: Share of articles that are coded, from 0 to 1.
        statements: Number of statements printed in them.
        mentions: Number of places at which they are printed.
    """

    outlet: str
    month: date
    articles: int
    coded: int
    coded_share: float | None
    statements: int
    mentions: int


# --- Statements and codings -------------------------------------------------------------------------------------------


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


# --- Articles and outlets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedArticle(Row):
    """An article in a list.

    Attributes:
        article: Slug of the article.
        outlet: Slug of the outlet.
        published: When it was published (EDTF); None if unknown.
        language: BCP 47 tag of the language.
        kind: Kind of article.
        statements: Number of statements printed in it.
        title: Title as printed.
        retracted_on: When it was withdrawn; None if it was not.
    """

    article: str
    outlet: str
    published: str | None
    language: str
    kind: str
    statements: int
    title: str
    retracted_on: date | None


@dataclass(frozen=True, slots=True)
class Printed(Row):
    """A statement printed in an article.

    Attributes:
        char_start: First character of the quote in the text, counted from 0.
        char_end: Character after the quote.
        statement: Slug of the statement.
        speaker: Slug of the speaker.
        rendering: How the outlet prints the statement.
        quote: Words as printed.
    """

    char_start: int
    char_end: int
    statement: str
    speaker: str
    rendering: str
    quote: str


@dataclass(frozen=True, slots=True)
class Article(Row):
    """An article with its newest text and the statements printed in it.

    Attributes:
        article: Slug of the article.
        outlet: Name of the outlet.
        title: Title as printed.
        standfirst: Lead under the title.
        byline: Authors as printed.
        authors: Authors one by one.
        agency: News agency named as the source of the text.
        section: Section of the outlet.
        url: Address as published.
        language: BCP 47 tag of the language.
        kind: Kind of article.
        access: Whether the whole text was available.
        published: When it was published (EDTF); None if unknown.
        published_at: The instant of publication.
        updated_on: Day of the outlet's last change.
        updated_at: Instant of the outlet's last change.
        syndicated_from: Slug of the article it is a copy of; None if it is not.
        retracted_on: When it was withdrawn; None if it was not.
        retracted_reason: Why it was withdrawn.
        text_sha256: SHA-256 of the text.
        retrieved_at: When the text was retrieved.
        extractor: What took the text out of its source.
        normalisation: How characters of the text were normalized.
        text: The frozen text.
        mentions: The statements printed in it.
    """

    article: str
    outlet: str
    title: str
    standfirst: str | None
    byline: str | None
    authors: tuple[str, ...] | None
    agency: str | None
    section: str | None
    url: str | None
    language: str
    kind: str
    access: str
    published: str | None
    published_at: datetime | None
    updated_on: date | None
    updated_at: datetime | None
    syndicated_from: str | None
    retracted_on: date | None
    retracted_reason: str | None
    text_sha256: str
    retrieved_at: datetime
    extractor: str
    normalisation: str
    text: str
    mentions: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Hit(Row):
    """An article in which words were found.

    Attributes:
        article: Slug of the article.
        outlet: Slug of the outlet.
        published: When it was published (EDTF); None if unknown.
        title: Title as printed.
        snippet: Words around the longest hit, hits in square brackets.
    """

    article: str
    outlet: str
    published: str | None
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Duplicate(Row):
    """A pair of articles that look like copies.

    Attributes:
        article: Slug of the likely copy.
        original: Slug of the likely original.
        score: Share of their words that both have, from 0 to 1.
        outlet: Slug of the outlet of the copy.
        original_outlet: Slug of the outlet of the original.
        published: When the copy was published (EDTF).
        original_published: When the original was published (EDTF).
        title: Title of the copy.
        original_title: Title of the original.
        passage: Beginning of the longest passage that both have.
        state: Whether the pair is proposed, accepted or rejected.
        decided_by: Number of the changeset that decided; None if undecided.
        reason: Why it was rejected.
    """

    article: str
    original: str
    score: float
    outlet: str
    original_outlet: str
    published: str | None
    original_published: str | None
    title: str
    original_title: str
    passage: str | None
    state: str
    decided_by: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outlet(Row):
    """An outlet.

    Attributes:
        outlet: Slug of the outlet.
        name: Name as printed.
        kind: Kind of outlet.
        country: ISO 3166 code of the country.
        reliability: Admiralty grade from A to F.
        articles: Number of its articles.
    """

    outlet: str
    name: str
    kind: str
    country: str | None
    reliability: str | None
    articles: int


# --- Actors -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedActor(Row):
    """An actor in a list.

    Attributes:
        actor: Slug of the actor.
        kind: Kind of actor.
        name: Name that tables show.
        holds: Slugs of the offices held today, joined by commas.
        statements: Number of statements by the actor.
        codings: Number of final codings of which the actor is the holder.
        merged_into: Slug of the actor it is merged into; None if it is not.
    """

    actor: str
    kind: str
    name: str
    holds: str | None
    statements: int
    codings: int
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class MergedActor(Row):
    """An actor that is merged into another one.

    Attributes:
        actor: Slug of the actor.
        name: Its name.
    """

    actor: str
    name: str


@dataclass(frozen=True, slots=True)
class Name(Row):
    """A name of an actor.

    Attributes:
        language: BCP 47 tag of the language.
        name: The name.
        kind: Kind of name, such as preferred or former.
    """

    language: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Identifier(Row):
    """An identifier of an actor.

    Attributes:
        scheme: Code of the system of identifiers.
        value: The identifier.
    """

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Relation(Row):
    """A relation of an actor to another one.

    Attributes:
        relation: Kind of relation.
        object: Slug of the other actor.
        during: When it held (EDTF).
    """

    relation: str
    object: str
    during: str | None


@dataclass(frozen=True, slots=True)
class Tenure(Row):
    """A period in office.

    Attributes:
        person: Slug of the person.
        office: Slug of the office.
        seat: Seat, where the office has several.
        held: The period (EDTF).
        is_acting: Whether the person was acting.
    """

    person: str
    office: str
    seat: str | None
    held: str
    is_acting: bool


@dataclass(frozen=True, slots=True)
class Attribute(Row):
    """An attribute of an actor.

    Attributes:
        key: Name of the attribute.
        value: Its value.
        during: When it held (EDTF); None for always.
    """

    key: str
    value: str
    during: str | None


@dataclass(frozen=True, slots=True)
class Merge(Row):
    """A merge of two actors, or its undoing.

    Attributes:
        changeset: Number of the changeset.
        committed_at: When it was committed.
        author: Who signed it.
        message: Why it was made.
        actor: Slug of the actor that was merged.
        merged_into: Slug of the actor it was merged into; None if parted.
        parted_from: Slug of the actor it was parted from; None if merged.
    """

    changeset: int
    committed_at: datetime
    author: str
    message: str
    actor: str
    merged_into: str | None
    parted_from: str | None


@dataclass(frozen=True, slots=True)
class Actor(Row):
    """An actor with names, relations, tenures and attributes.

    Attributes:
        actor: Slug of the actor.
        kind: Kind of actor.
        name: Name that tables show.
        merged_into: Slug of the actor it is merged into; None if it is not.
        citation: Where this can be checked.
        merged: The actors that are merged into it.
        names: All its names.
        identifiers: Its identifiers.
        relations: Its relations to other actors.
        tenures: The periods in office, of the person or of the office.
        attributes: Its attributes.
        merges: When it was merged with another actor or parted again.
    """

    actor: str
    kind: str
    name: str
    merged_into: str | None
    citation: str | None
    merged: tuple[MergedActor, ...]
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    relations: tuple[Relation, ...]
    tenures: tuple[Tenure, ...]
    attributes: tuple[Attribute, ...]
    merges: tuple[Merge, ...]


@dataclass(frozen=True, slots=True)
class Scheme(Row):
    """A system of identifiers.

    Attributes:
        scheme: Code of the system.
        label: Its label.
        pattern: Regular expression that its identifiers match.
        identifiers: Number of identifiers of it.
        definition: What it identifies.
        url_template: Address of an identifier, with {value} in its place.
    """

    scheme: str
    label: str
    pattern: str | None
    identifiers: int
    definition: str
    url_template: str | None


# --- Codebook ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Codebook(Row):
    """A codebook version.

    Attributes:
        codebook: Label of the version.
        issued_on: Day on which it was issued.
        codings: Number of codings made under it.
        notes: Notes.
    """

    codebook: str
    issued_on: date
    codings: int
    notes: str | None


@dataclass(frozen=True, slots=True)
class ListedIssue(Row):
    """An issue in a list.

    Attributes:
        issue: Slug of the issue.
        status: Whether it is coded now.
        merged_into: Slug of the issue it is merged into; None if it is not.
        parent: Slug of the wider issue.
        positions: Number of its positions.
        codings: Number of final codings on it.
        question: The question that its positions answer.
    """

    issue: str
    status: str
    merged_into: str | None
    parent: str | None
    positions: int
    codings: int
    question: str


@dataclass(frozen=True, slots=True)
class ListedPosition(Row):
    """A position of an issue.

    Attributes:
        position: Slug of the position, unique within the issue.
        label: Label of the position.
        kind: Kind of answer, such as substantive or deliberate_ambiguity.
        rank: Place on the scale of the issue; None if it has none.
        score: Number for means, from -1 to 1; None if it has none.
        status: Whether it is active or retired.
        merged_into: Slug of the position it is merged into; None if it is not.
        codings: Number of final codings of it.
        definition: What the position says.
    """

    position: Position
    label: str
    kind: str
    rank: int | None
    score: float | None
    status: str
    merged_into: str | None
    codings: int
    definition: str


@dataclass(frozen=True, slots=True)
class FullPosition(Row):
    """A position of an issue with how to tell it apart.

    Attributes:
        position: Slug of the position, unique within the issue.
        label: Label of the position.
        kind: Kind of answer, such as substantive or deliberate_ambiguity.
        rank: Place on the scale of the issue; None if it has none.
        score: Number for means, from -1 to 1; None if it has none.
        status: Whether it is active or retired.
        merged_into: Slug of the position it is merged into; None if it is not.
        definition: What the position says.
        include: What belongs to it.
        exclude: What does not belong to it.
        codings: Number of final codings of it.
    """

    position: Position
    label: str
    kind: str
    rank: int | None
    score: float | None
    status: str
    merged_into: str | None
    definition: str
    include: str | None
    exclude: str | None
    codings: int


@dataclass(frozen=True, slots=True)
class Issue(Row):
    """An issue with its positions.

    Attributes:
        issue: Slug of the issue.
        question: The question that its positions answer.
        scope: What belongs to it and what does not.
        status: Whether it is coded now.
        merged_into: Slug of the issue it is merged into; None if it is not.
        parent: Slug of the wider issue.
        codes: Codes of other schemes, joined by commas.
        positions: Its positions along its scale.
    """

    issue: str
    question: str
    scope: str | None
    status: str
    merged_into: str | None
    parent: str | None
    codes: str | None
    positions: tuple[FullPosition, ...]


# --- Events and indicators --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedEvent(Row):
    """An event in a list.

    Attributes:
        event: Slug of the event.
        during: When it happened (EDTF).
        kind: Kind of event.
        status: Whether it happened.
        title: Title of the event.
        participants: Slugs of the participants with their roles, joined by commas.
        follows_from: What it is said to follow from, and who says so.
    """

    event: str
    during: str
    kind: str
    status: str
    title: str
    participants: str | None
    follows_from: str | None


@dataclass(frozen=True, slots=True)
class Cause(Row):
    """What an event is said to follow from.

    Attributes:
        kind: Kind of link.
        earlier: Slug of the earlier statement or event.
        asserted_by: Slug of the actor who says so.
    """

    kind: str
    earlier: str
    asserted_by: str


@dataclass(frozen=True, slots=True)
class Spoken(Row):
    """A statement made in the course of an event.

    Attributes:
        statement: Slug of the statement.
        said: When it was said (EDTF).
    """

    statement: str
    said: str


@dataclass(frozen=True, slots=True)
class Event(Row):
    """An event with participants, causes and statements.

    Attributes:
        event: Slug of the event.
        kind: Kind of event.
        title: Title of the event.
        during: When it happened (EDTF).
        zone: Time zone of its place.
        status: Whether it happened.
        citation: Where this can be checked.
        participants: Who took part, and in which role.
        follows_from: What it is said to follow from.
        statements: The statements made in its course.
    """

    event: str
    kind: str
    title: str
    during: str
    zone: str | None
    status: str
    citation: str | None
    participants: tuple[Party, ...]
    follows_from: tuple[Cause, ...]
    statements: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class EventAround(Row):
    """An event around an issue.

    Attributes:
        event: Slug of the event.
        kind: Kind of event.
        title: Title of the event.
        during: When it happened (EDTF).
        during_from: First day of the event.
        status: Whether it happened.
    """

    event: str
    kind: str
    title: str
    during: str
    during_from: date
    status: str


@dataclass(frozen=True, slots=True)
class ListedIndicator(Row):
    """An indicator with its latest observation.

    Attributes:
        indicator: Slug of the indicator.
        status: Whether it is still watched.
        due: Until when it is watched (EDTF).
        observed_on: Day of the latest observation; None if there is none.
        seen: "seen" or "not seen" on that day.
        issue: Slug of the issue.
        question: What is watched for.
        note: Note of the latest observation.
    """

    indicator: str
    status: str
    due: str | None
    observed_on: date | None
    seen: str | None
    issue: str | None
    question: str
    note: str | None


@dataclass(frozen=True, slots=True)
class WatchedIndicator(Row):
    """An indicator on a page.

    Attributes:
        indicator: Slug of the indicator.
        question: What is watched for.
        counts_if: What would count as yes.
        status: Whether it is still watched.
        due: Until when it is watched (EDTF).
        issue: Slug of the issue.
        observed_on: Day of the latest observation; None if there is none.
        seen: "seen" or "not seen" on that day.
        note: Note of the latest observation.
    """

    indicator: str
    question: str
    counts_if: str
    status: str
    due: str | None
    issue: str | None
    observed_on: date | None
    seen: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Observation(Row):
    """An observation of an indicator.

    Attributes:
        observed_on: Day of the observation.
        is_seen: Whether what counts as yes was seen by then.
        note: What was seen.
        article: Slug of the source.
    """

    observed_on: date
    is_seen: bool
    note: str | None
    article: str | None


@dataclass(frozen=True, slots=True)
class Indicator(Row):
    """An indicator with all its observations.

    Attributes:
        indicator: Slug of the indicator.
        question: What is watched for.
        counts_if: What would count as yes.
        issue: Slug of the issue.
        due: Until when it is watched (EDTF).
        status: Whether it is still watched.
        citation: Where this can be checked.
        observations: Its observations in order.
    """

    indicator: str
    question: str
    counts_if: str
    issue: str | None
    due: str | None
    status: str
    citation: str | None
    observations: tuple[Observation, ...]


# --- A page on an issue -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageStance(Row):
    """A stance on a page.

    Attributes:
        holder: Slug of the holder.
        since: First day.
        since_said: First day, as precisely as it is known (EDTF).
        until: Day on which the stance ended, exclusive; None while it lasts.
        valid_last: Last day; None while it lasts.
        position: Slug of the position.
        label: Label of the position.
        evidence: Number of statements behind the stance.
        contrary: Number of statements of the period that say otherwise.
        contested: Whether evidence of the same day and weight says otherwise.
        pending: Whether the rule still waits for confirmation.
        last_evidence: Day of the latest statement behind it.
        last_evidence_said: Day of the latest statement, as precisely as it is known (EDTF).
        statement: Slug of the statement it began with.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
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
        change: Kind of the change.
        changed_on: Day from which the new stance counts.
        from_position: Slug of the position before; None for a first stance.
        to_position: Slug of the position after; None where a stance lapsed.
        window_from: First day on which the change may have happened; None if nothing is known before.
        window_until: Last day on which it may have happened.
        delta_rank: Distance in ranks of the scale.
        delta_score: Distance in scores, from -2 to 2.
        clarity: Whether the change is toward or away from a clear position.
        days_away: Days until the holder returned to the position before; None if not.
        pending: Whether the rule still waits for confirmation.
        statement: Slug of the statement that made the change.
        self_declared: What the speaker said about change of the position.
        quote: Words of that statement as printed.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
    """

    holder: str
    issue: str
    change: str
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
        role: What the statement is to the stance.
        said: When it was said (EDTF).
        said_from: Day on which it was said, the earliest that said may mean.
        position: Slug of the position it expresses.
        authority: Weight, from 6, a law, to 1, an anonymous source.
        verification: How sure it is that it was said.
        speaker: Slug of the speaker.
        speaker_name: Name of the speaker.
        statement: Slug of the statement.
        coder: Name of the coder.
        quote: Words of the statement as printed.
        rendering: How the outlet prints them.
        outlet: Name of the outlet that printed them.
        article: Slug of the article in which they are printed.
        title: Title of the article.
        url: Address of the article.
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
        coded_by_several: Number of statements that several coders judged.
        agreed: Number of these on which they agreed.
        stances: The stances in order.
        changes: The changes in order.
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
    """All that a page shows of one issue.

    Attributes:
        issue: Slug of the issue.
        question: The question that its positions answer.
        scope: What belongs to it and what does not.
        rule: The rule that derives the stances.
        known_at: Number of the changeset asked at; None for now.
        changeset: Number of the latest changeset that counts.
        day: Day of the answer.
        positions: The positions along the scale.
        holders: The holders with their stances.
        events: The events around the issue.
        indicators: What is watched.
    """

    issue: str
    question: str
    scope: str | None
    rule: Rule
    known_at: int | None
    changeset: int
    day: date
    positions: tuple[FullPosition, ...]
    holders: tuple[PageHolder, ...]
    events: tuple[EventAround, ...]
    indicators: tuple[WatchedIndicator, ...]


# --- Changesets and releases ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedChangeset(Row):
    """A changeset in a list.

    Attributes:
        number: Its number.
        committed_at: When it was committed.
        author: Who signed it.
        message: Why it was made.
        tool: What made it, with its version.
        undoes: Number of the changeset that it undoes; None if it undoes none.
        undone_by: Number of the changeset that undoes it; None if none does.
    """

    number: int
    committed_at: datetime
    author: str
    message: str
    tool: str
    undoes: int | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class WrittenRows(Row):
    """How many rows of a table a changeset wrote.

    Attributes:
        rows: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        removed: Number of removed rows.
    """

    rows: str
    inserted: int
    updated: int
    removed: int


@dataclass(frozen=True, slots=True)
class Load(Row):
    """A load within a changeset.

    Attributes:
        kind: What was loaded.
        origin: Where the records came from.
        input_sha256: SHA-256 of the input.
        inserted: Number of new rows.
        updated: Number of changed rows.
        unchanged: Number of rows that existed.
        refused: Number of rejected records.
    """

    kind: str
    origin: str
    input_sha256: str
    inserted: int
    updated: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class Changeset(Row):
    """A changeset with the rows it wrote.

    Attributes:
        number: Its number.
        committed_at: When it was committed.
        author: Who signed it.
        message: Why it was made.
        tool: What made it, with its version.
        undoes: Number of the changeset that it undoes; None if it undoes none.
        undone_by: Number of the changeset that undoes it; None if none does.
        login: Login that made it; None if unknown, and for those who may not see logins.
        client_address: Address the login came from; None as above, and for a local socket.
        rows: How many rows of each table it wrote.
        loads: Its loads.
    """

    number: int
    committed_at: datetime
    author: str
    message: str
    tool: str
    undoes: int | None
    undone_by: int | None
    login: str | None
    client_address: str | None
    rows: tuple[WrittenRows, ...]
    loads: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class ListedRelease(Row):
    """A release in a list.

    Attributes:
        label: Label of the release.
        changeset: Number of the changeset that is released.
        released_on: Day on which it was made.
        author: Who made it.
        reason: Why it was made.
        rules: Slugs of the rules.
        codebook_versions: Labels of the codebook versions.
        license_name: Licence of the data; None if none is granted.
        digest: SHA-256 of the manifest.
    """

    label: str
    changeset: int
    released_on: date
    author: str
    reason: str
    rules: tuple[str, ...]
    codebook_versions: tuple[str, ...]
    license_name: str | None
    digest: str


@dataclass(frozen=True, slots=True)
class ReleasedFile(Row):
    """A file of a release.

    Attributes:
        file: Name of the file.
        rows: Number of its rows; None for a file that is no table.
        bytes: Its size in bytes.
        sha256: Its SHA-256.
    """

    file: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release(Row):
    """A release with its manifest.

    Attributes:
        label: Label of the release.
        changeset: Number of the changeset that is released.
        released_on: Day on which it was made.
        author: Who made it.
        reason: Why it was made.
        rules: Slugs of the rules.
        codebook_versions: Labels of the codebook versions.
        layout: Version of the layout of its files.
        license_name: Licence of the data; None if none is granted.
        derivation_sha256: SHA-256 of the definition of stances.
        digest: SHA-256 of the manifest.
        files: Its files.
    """

    label: str
    changeset: int
    released_on: date
    author: str
    reason: str
    rules: tuple[str, ...]
    codebook_versions: tuple[str, ...]
    layout: int
    license_name: str | None
    derivation_sha256: str
    digest: str
    files: tuple[ReleasedFile, ...]


@dataclass(frozen=True, slots=True)
class VerifiedFile(Row):
    """A file of a release, built again and compared.

    Attributes:
        file: Name of the file.
        rows: Number of its rows; None for a file that is no table.
        expected: SHA-256 that was released; None for a file that was not.
        found: SHA-256 of what was built; None for a file that was not.
        is_same: Whether the two are the same.
    """

    file: str
    rows: int | None
    expected: str | None
    found: str | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class Difference(Row):
    """A difference between two releases.

    Attributes:
        what: What differs: rule, stance, change, coding, succession or scale.
        difference: How, such as added, removed or changed.
        rule: Slug of the rule.
        holder: Slug of the holder.
        issue: Slug of the issue.
        since: Day from which it differs.
        before: What the first release says.
        after: What the second release says.
        differs: Names of the columns that differ.
        statement: Slug of the statement of a coding.
        coder: Name of its coder.
        changeset: Number of the changeset that made the difference.
        author: Who signed it.
        message: Why it was made.
    """

    what: str
    difference: str
    rule: str | None
    holder: str | None
    issue: str | None
    since: date | None
    before: str | None
    after: str | None
    differs: tuple[str, ...] | None
    statement: str | None
    coder: str | None
    changeset: int | None
    author: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Citation(Row):
    """The citation of a release.

    Attributes:
        label: Label of the release.
        citation: The citation as a sentence.
        bibtex: The citation as an entry of BibTeX.
        released_on: Day on which it was made.
        author: Who made it.
        digest: SHA-256 of the manifest.
    """

    label: str
    citation: str
    bibtex: str
    released_on: date
    author: str
    digest: str


# --- The database -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reported(Row):
    """Up to which changeset and day the schema reporting answers.

    Attributes:
        contract_version: Version of its contract; None if nothing is reported yet.
        refreshed_at: When it was refreshed.
        as_of_date: Day as of which it answers.
        changeset_number: Number of the changeset up to which it answers.
        statement_count: Number of statements.
        stance_count: Number of stances.
        change_count: Number of changes.
        last_changeset: Number of the latest changeset of the database.
        changesets_behind: Number of changesets that are not yet reported.
        is_up_to_date: Whether changeset and day are the latest.
    """

    contract_version: str | None
    refreshed_at: datetime | None
    as_of_date: date | None
    changeset_number: int | None
    statement_count: int | None
    stance_count: int | None
    change_count: int | None
    last_changeset: int
    changesets_behind: int | None
    is_up_to_date: bool


@dataclass(frozen=True, slots=True)
class Refreshed(Row):
    """What a refresh did to a table of the schema reporting.

    Attributes:
        table: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        deleted: Number of removed rows.
    """

    table: str
    inserted: int
    updated: int
    deleted: int


@dataclass(frozen=True, slots=True)
class Right(Row):
    """What each role may do.

    Attributes:
        what: Table or command.
        coder: What a coder may do; None for nothing.
        reviewer: What a reviewer may do; None for nothing.
        owner: What the owner may do.
        rule: Rule that narrows it.
    """

    what: str
    coder: str | None
    reviewer: str | None
    owner: str
    rule: str | None


@dataclass(frozen=True, slots=True)
class RecordKind(Row):
    """A kind of record that loads.

    Attributes:
        kind: Name of the kind.
        says: What it describes.
    """

    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class LoadedTable(Row):
    """What a load did to a table.

    Attributes:
        rows: Name of the table.
        inserted: Number of new rows.
        updated: Number of changed rows.
        unchanged: Number of rows that existed.
    """

    rows: str
    inserted: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class RejectedRecord(Row):
    """A record that was not loaded.

    Attributes:
        source: File, or "rows" for records that were passed as such.
        line: Line of the file, or number of the record, from 1; None where it has none.
        field: Field that is wrong; None for the record as a whole.
        reason: What is wrong, in a sentence.
    """

    source: str
    line: int | None
    field: str | None
    reason: str
