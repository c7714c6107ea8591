"""What one input record may say, per kind: the contract between the readers and the merge.

Every format ends as one of these records. Unknown keys are refused unless they begin with ``x_``, and nothing is
turned into null by its spelling: "NA" is Namibia.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from stancedb.dates import check_zone, has_last_day, parse_when
from stancedb.errors import nearest
from stancedb.model.vocabulary import (
    Access,
    ActorKind,
    Assertion,
    Basis,
    CausalKind,
    CoderKind,
    CodingStatus,
    Confidence,
    EventStatus,
    Explicitness,
    IndicatorStatus,
    IssueStatus,
    LinkKind,
    PositionKind,
    PositionStatus,
    RawEncoding,
    RelationKind,
    Rendering,
    SelfDeclared,
    Vagueness,
    Verification,
)

SLUG_PATTERN = r"^[a-z0-9]+(?:[-._/][a-z0-9]+)*$"
LANGUAGE_PATTERN = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
BASE64_PATTERN = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")
_NUMBER = re.compile(r"[+-]?([0-9]{1,18}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}.*", re.DOTALL)


@lru_cache(maxsize=65536)
def _check_when(value: str) -> str:
    parse_when(value)
    return value


def _check_starting(value: str) -> str:
    parse_when(value, bounded_start=True)
    return value


def _check_address(value: str) -> str:
    try:
        urlsplit(value)
    except ValueError:
        raise ValueError("is no address; the host in brackets is none") from None
    return value


def _as_list(value: object) -> object:
    """Read a list written into one CSV cell, its items separated by ``|``."""
    if isinstance(value, str):
        return [item.strip() for item in value.split("|") if item.strip()]
    return value


def _check_number(value: object, shape: re.Pattern[str]) -> object:
    # Left alone, pydantic also reads true as 1 and "1_0" as 10, and nobody who writes those means a number.
    if isinstance(value, bool) or (isinstance(value, str) and not shape.fullmatch(value.strip())):
        raise PydanticCustomError("spelling", "not a number")
    return value


def _check_whole(value: object) -> object:
    return _check_number(value, _WHOLE)


def _check_decimal(value: object) -> object:
    return _check_number(value, _NUMBER)


def _as_flag(value: object) -> object:
    """Read the six spellings of a flag; pydantic would also take "off", "t" and 0.0."""
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(str(value).strip().lower()) if isinstance(value, (str, int)) else None
    if flag is None:
        raise PydanticCustomError("spelling", "not a flag")
    return flag


def _check_day(value: object) -> object:
    # Left alone, pydantic reads a bare number as seconds since 1970.
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value.strip())):
        return value.strip() if isinstance(value, str) else value
    raise PydanticCustomError("spelling", "not a day")


def _check_instant(value: object) -> object:
    # Left alone, pydantic reads a bare number as seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _INSTANT.fullmatch(value.strip())):
        return value
    raise PydanticCustomError("spelling", "not an instant")


Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
# An actor as a source may call it: by slug, by ``scheme:value``, or by a name held on the day.
Called = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)]
When = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_check_when)]
# Where one day is kept of a date, it is the earliest one.
Starting = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_check_starting)]
Address = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_check_address)]
Zone = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(check_zone)]
Day = Annotated[date, BeforeValidator(_check_day)]
Instant = Annotated[AwareDatetime, BeforeValidator(_check_instant)]
# The bounds stand before the check of the spelling, so that pydantic's own fast validator applies them.
Authority = Annotated[int, Field(ge=1, le=6), BeforeValidator(_check_whole)]
Rank = Annotated[int, Field(ge=1, le=1000), BeforeValidator(_check_whole)]
Score = Annotated[float, Field(ge=-1, le=1), BeforeValidator(_check_decimal)]
Flag = Annotated[bool, BeforeValidator(_as_flag)]
Base64 = Annotated[str, StringConstraints(min_length=1, pattern=BASE64_PATTERN)]
TextList = Annotated[list[Text], BeforeValidator(_as_list)]


class Record(BaseModel):
    """One record of any kind; keys that begin with ``x_`` are the sender's own and are ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_private_keys(cls, values: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever came in
        # The search over all keys at once is cheap, and this runs for every one of a million records.
        if isinstance(values, dict) and "x_" in "".join(values):
            return {key: value for key, value in values.items() if not str(key).startswith("x_")}
        return values


class OutletRecord(Record):
    """Who publishes: a newspaper, an agency, a ministry."""

    slug: Slug = Field(description="The handle that people type.")
    name: Text = Field(description="The name as printed.")
    kind: Slug = Field("newspaper", description="What kind of publisher it is; a code of the vocabulary.")
    country: Annotated[str, StringConstraints(pattern=COUNTRY_PATTERN)] | None = Field(
        None, description="ISO 3166-1 alpha-2 code of the country it publishes from."
    )
    parent: Slug | None = Field(None, description="The slug of the house it belongs to.")
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = Field(
        None, description="Admiralty grade of the source; F means it cannot be judged."
    )
    citation: Text | None = Field(None, description="Where what is said of the outlet can be checked.")


class ArticleRecord(Record):
    """``stancedb.article/1``: one source text. Either the text or the raw HTML becomes the frozen text."""

    schema_: Literal["stancedb.article/1"] = Field(
        "stancedb.article/1", alias="schema", description="The form of the record and its version."
    )
    id: Slug = Field(description="The slug of the article.")
    outlet: Slug = Field(description="The slug of the outlet that published it.")
    title: Text = Field(description="The title as printed.")
    text: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="The text that is frozen, paragraphs parted by a blank line."
    )
    url: Address | None = Field(None, description="The address as published.")
    byline: Text | None = Field(None, description="The authors as printed.")
    authors: TextList = Field(default_factory=list, description="The authors one by one, in the order of the byline.")
    agency: Text | None = Field(None, description="The news agency that the outlet names as the source of the text.")
    language: Language = Field("en", description="BCP 47 tag of the language of the text.")
    kind: Slug = Field("news", description="What kind of text it is; a code of the vocabulary.")
    published: When | None = Field(None, description="The day of publication, in EDTF.")
    published_at: Instant | None = Field(None, description="The instant of publication, with its offset from UTC.")
    updated_on: Day | None = Field(
        None, description="The day on which the outlet last changed the article, on its own clock."
    )
    updated_at: Instant | None = Field(None, description="The instant of the last change, with its offset from UTC.")
    standfirst: Text | None = Field(None, description="The lead under the title, where the outlet sets it apart.")
    section: Text | None = Field(None, description="The section of the outlet it ran in.")
    access: Access = Field(Access.FULL, description="Whether the whole text was to be had or an excerpt.")
    retrieved_at: Instant | None = Field(
        None, description="When the text was retrieved, with its offset from UTC; if not given, now."
    )
    syndicated_from: Slug | None = Field(None, description="The slug of the article it is a copy of.")
    extractor: Text = Field("plain/1", description="What took the text out of its source, with its version.")
    raw: bytes | None = Field(
        None,
        exclude=True,
        description="The bytes as they came in, where the program itself read them, as they are kept.",
    )
    raw_encoding: RawEncoding = Field(
        RawEncoding.IDENTITY, exclude=True, description="How the program itself packed these bytes."
    )
    raw_bytes: Base64 | None = Field(None, description="The bytes that the text was taken from, in base64.")
    raw_media_type: Text | None = Field(None, description="The MIME type of these bytes.")


class ManifestRecord(Record):
    """One file of a folder of articles, and what goes before what the file says of itself."""

    file: Text
    id: Slug | None = None
    outlet: Slug | None = None
    title: Text | None = None
    url: Address | None = None
    byline: Text | None = None
    authors: TextList = Field(default_factory=list)
    agency: Text | None = None
    language: Language | None = None
    kind: Slug | None = None
    published: When | None = None
    published_at: Instant | None = None
    updated_on: Day | None = None
    updated_at: Instant | None = None
    standfirst: Text | None = None
    section: Text | None = None
    access: Access | None = None
    retrieved_at: Instant | None = None
    syndicated_from: Slug | None = None


class ActorRecord(Record):
    """One actor with its names, identifiers, relations and tenures.

    Lists in a CSV cell are separated by ``|``. A name is ``language:name``; an identifier ``scheme:value``; a relation
    ``kind:object@interval``; a tenure ``office@interval``, with ``#seat`` after the office where an office has several
    seats and ``!acting`` at the end for an acting holder. Intervals are EDTF: ``2025-10-21/..`` is "since, still so".
    """

    slug: Slug = Field(description="The handle that people type.")
    kind: ActorKind = Field(description="What the actor is; state, government, office and person are different actors.")
    name: Text = Field(description="The main name, which tables show.")
    language: Language = Field("en", description="BCP 47 tag of the language of the main name.")
    other_names: TextList = Field(
        default_factory=list,
        description="Names as language:name; the first in another language is the preferred one there.",
    )
    identifiers: TextList = Field(
        default_factory=list, description="Identifiers as scheme:value, such as wikidata:Q17."
    )
    relations: TextList = Field(
        default_factory=list, description="Relations as kind:object@interval, such as governs:japan@2025-10-21/.."
    )
    tenures: TextList = Field(
        default_factory=list,
        description="Offices held as office#seat@interval!acting; seat and !acting where they say something.",
    )
    citation: Text | None = Field(None, description="Where what is said of the actor can be checked.")

    @field_validator("other_names", "identifiers")
    @classmethod
    def _has_two_parts(cls, items: list[str]) -> list[str]:
        for item in items:
            before, colon, after = item.partition(":")
            if not (before and colon and after.strip()):
                raise ValueError(f"'{item}' needs a colon, as in 'ja:高市早苗' or 'wikidata:Q17'")
        return items

    @field_validator("relations")
    @classmethod
    def _reads_as_relation(cls, items: list[str]) -> list[str]:
        for item in items:
            RelationCell.parse(item)
        return items

    @field_validator("tenures")
    @classmethod
    def _reads_as_tenure(cls, items: list[str]) -> list[str]:
        for item in items:
            TenureCell.parse(item)
        return items


class RelationCell(BaseModel):
    """``kind:object@interval`` taken apart; without an interval the relation has no known bounds."""

    kind: RelationKind
    object: Slug
    during: When | None = None

    @classmethod
    def parse(cls, cell: str) -> Self:
        """Take one cell item apart, or raise ValueError."""
        match = re.fullmatch(r"(?P<kind>[a-z_]+):(?P<object>[^@]+)(?:@(?P<during>.+))?", cell)
        if match is None:
            raise ValueError(f"'{cell}' does not read as kind:object@interval, as in 'governs:japan@2025-10-21/..'")
        return cls.model_validate(match.groupdict())


class TenureCell(BaseModel):
    """``office#seat@interval!acting`` taken apart."""

    office: Slug
    seat: int = Field(1, ge=1)
    held: When
    is_acting: bool = False

    @classmethod
    def parse(cls, cell: str) -> Self:
        """Take one cell item apart, or raise ValueError."""
        match = re.fullmatch(r"(?P<office>[^@#]+)(?:#(?P<seat>[0-9]{1,4}))?@(?P<held>[^!]+)(?P<acting>!acting)?", cell)
        if match is None:
            raise ValueError(
                f"'{cell}' does not read as office@interval, as in 'prime-minister-of-japan@2025-10-21/..'"
            )
        return cls(
            office=match["office"].strip(),
            seat=int(match["seat"] or 1),
            held=match["held"],
            is_acting=match["acting"] is not None,
        )


class PositionRecord(Record):
    """One answer to an issue's question."""

    slug: Slug = Field(description="The handle that people type, unique within the issue.")
    label: Text = Field(description="The words that tables and pictures show.")
    definition: Text = Field(description="What the position says.")
    kind: PositionKind = Field(
        PositionKind.SUBSTANTIVE,
        description="Whether it answers the question, deliberately leaves it open, or takes no position.",
    )
    rank: Rank | None = Field(None, description="The place on the ordered scale of the issue, where there is one.")
    score: Score | None = Field(None, description="A number for means, of a substantive position alone.")
    include: TextList = Field(default_factory=list, description="Examples of what is to be coded so.")
    exclude: TextList = Field(default_factory=list, description="Examples of what is not.")
    status: PositionStatus = Field(
        PositionStatus.ACTIVE,
        description="Whether new codings may take it. A retired position has no rank; where its issue is merged and it"
        " names no other position, its codings still count for it.",
    )
    merged_into: Slug | None = Field(
        None,
        description="The slug of the position that its codings count for: one of the issue that its own is merged into,"
        " or if that has none of this slug, one of its own. It is retired.",
    )

    @model_validator(mode="after")
    def _is_retired_if_merged(self) -> Self:
        if self.merged_into is not None and "status" in self.model_fields_set and self.status != PositionStatus.RETIRED:
            raise ValueError(f"position '{self.slug}' is merged into another, so its status is retired")
        return self

    @property
    def counts_for_itself(self) -> bool:
        """Whether the record says that it is retired and not merged, which it stays where its issue is merged."""
        return "status" in self.model_fields_set and self.status == PositionStatus.RETIRED and self.merged_into is None


class ScaleRecord(Record):
    """Positions that several issues of a codebook have, written once."""

    slug: Slug = Field(description="The handle by which issues of the codebook name the scale.")
    position: list[PositionRecord] = Field(min_length=1, description="The answers to the questions of these issues.")


class IssueRecord(Record):
    """One answerable question with its positions."""

    slug: Slug = Field(description="The handle that people type.")
    question: Text = Field(description="The one question that the positions answer.")
    scope: Text | None = Field(None, description="What belongs to the issue and what does not.")
    parent: Slug | None = Field(None, description="The slug of the wider issue it belongs to.")
    status: IssueStatus = Field(IssueStatus.ACTIVE, description="Whether it is coded now.")
    merged_into: Slug | None = Field(
        None,
        description="The slug of the issue that its codings count for; it is retired. Its positions are merged into"
        " those with the same slugs, except where they name others or are retired.",
    )
    codes: dict[str, Text] = Field(
        default_factory=dict, description="What other schemes call it, by the name of the scheme."
    )
    scale: Slug | None = Field(
        None, description="The slug of a scale of the codebook, whose positions come before the issue's own."
    )
    position: list[PositionRecord] = Field(default_factory=list, description="The answers to the question.")

    @model_validator(mode="after")
    def _positions_differ(self) -> Self:
        slugs = [position.slug for position in self.position]
        if len(slugs) != len(set(slugs)):
            raise ValueError(f"issue '{self.slug}' names a position twice")
        if self.merged_into is not None and "status" in self.model_fields_set and self.status != IssueStatus.RETIRED:
            raise ValueError(f"issue '{self.slug}' is merged into another, so its status is retired")
        return self


class CodebookRecord(Record):
    """A whole codebook version: what ``codebook load`` reads from one TOML file."""

    label: Text = Field(description="The name of the version, such as taiwan-1.0.")
    issued_on: Starting = Field(description="The day it was issued.")
    notes: Text | None = Field(None, description="What changed against the version before.")
    scale: list[ScaleRecord] = Field(default_factory=list, description="Scales that several issues have.")
    issue: list[IssueRecord] = Field(description="The issues with their positions.")

    @model_validator(mode="after")
    def _has_its_scales(self) -> Self:
        scales = {scale.slug: scale for scale in self.scale}
        if len(scales) != len(self.scale):
            raise ValueError("a scale stands here twice; give each its own slug")
        for issue in self.issue:
            if issue.scale is None:
                continue
            if issue.scale not in scales:
                raise ValueError(
                    f"issue '{issue.slug}' has the scale '{issue.scale}', which is not in the codebook"
                    f"{nearest(issue.scale, scales)}"
                )
            shared = {position.slug for position in scales[issue.scale].position}
            if own := next((position.slug for position in issue.position if position.slug in shared), None):
                raise ValueError(f"issue '{issue.slug}' names the position '{own}', which its scale has already")
        return self

    def positions_of(self, issue: IssueRecord) -> list[PositionRecord]:
        """Return the positions of an issue: those of its scale, and its own."""
        shared = next((scale.position for scale in self.scale if scale.slug == issue.scale), [])
        return [*shared, *issue.position]


class StatementRecord(Record):
    """``stancedb.statement/1``: one line of the coding sheet; it makes a statement, a mention and a coding together.

    ``statement`` is the statement's slug. Lines with the same slug add mentions or codings to the same act of speech;
    without it the slug is derived from article, quote, speaker and date. Without ``issue`` the line records the
    statement and its mention and no coding. Without ``position`` the coding says "addresses the issue, takes no
    codable position".
    """

    schema_: Literal["stancedb.statement/1"] = Field(
        "stancedb.statement/1", alias="schema", description="The form of the record and its version."
    )
    statement: Slug | None = Field(
        None, description="The slug of the statement; if not given, it is made from its words."
    )
    speaker: Called = Field(
        description="Who spoke: a slug, an identifier such as wikidata:Q17, or a name held on the day."
    )
    office: Slug | None = Field(None, description="The slug of the office the speaker held, where there were several.")
    on_behalf_of: Called | None = Field(
        None, description="In whose name it was said, called like a speaker; if not given, the speaker's own."
    )
    capacity: Slug | None = Field(None, description="In what capacity it was said; a code of the vocabulary.")
    authority: Authority = Field(
        3, description="From 6, a law or cabinet decision, to 1, an anonymous source; 3 is a remark ad lib."
    )
    act: Slug = Field("assert", description="What the statement does; a code of the vocabulary.")
    said: When = Field(description="When it was said, in EDTF, local to the speaker's place.")
    said_phrase: Text | None = Field(None, description="The date as printed.")
    said_at: Instant | None = Field(None, description="The instant, with its offset from UTC.")
    ends: Flag = Field(
        False,
        description="Whether nothing is known after the last day of a lasting date, as of a membership that ended.",
    )
    zone: Zone | None = Field(None, description="The IANA time zone of the speaker's place.")
    place: Text | None = Field(None, description="Where it was said.")
    event: Slug | None = Field(None, description="The slug of the event in the course of which it was said.")
    summary: Text | None = Field(None, description="What was said, in the coder's words.")
    verification: Verification = Field(Verification.SINGLE_SOURCE, description="How sure it is that it was said.")
    self_declared: SelfDeclared = Field(
        SelfDeclared.NONE, description="What the speaker says about change of the position."
    )
    addressees: TextList = Field(default_factory=list, description="The slugs of the actors to whom it was said.")
    links: TextList = Field(default_factory=list, description="How it stands to earlier statements, as kind:statement.")
    citation: Text | None = Field(None, description="Where the fact can be checked, beside the quoted article.")
    article: Slug | None = Field(None, description="The slug of the article that prints it.")
    quote: Text | None = Field(
        None,
        description="The words that are looked up in the article's newest text, or in the one where the statement has"
        " them already.",
    )
    prefix: str | None = Field(
        None, description="Words directly before the quote, where it stands there more than once."
    )
    suffix: str | None = Field(
        None, description="Words directly after the quote, where it stands there more than once."
    )
    rendering: Rendering = Field(Rendering.VERBATIM, description="How the outlet prints the statement.")
    asserts: Assertion = Field(Assertion.ASSERTS, description="Whether the outlet says that the statement was made.")
    attribution: Text | None = Field(None, description="Name and title of the speaker as printed.")
    holder: Called | None = Field(
        None, description="Whose position it is, called like a speaker; if not given, the speaker's."
    )
    issue: Slug | None = Field(None, description="The slug of the issue; without it nothing is coded.")
    position: Slug | None = Field(
        None, description="The slug of the position; without it the coding says that none is taken that can be coded."
    )
    basis: Basis | None = Field(None, description="On what ground the position is ascribed to the holder.")
    explicitness: Explicitness = Field(
        Explicitness.EXPLICIT, description="How openly the statement takes the position."
    )
    condition: Text | None = Field(None, description="The condition under which it is said to hold.")
    vagueness: Vagueness = Field(Vagueness.COMMITTAL, description="Whether the wording commits the holder.")
    confidence: Confidence = Field(Confidence.MODERATE, description="How sure the coder is.")
    rationale: Text | None = Field(None, description="Why, in the coder's words.")
    coder: Text | None = Field(None, description="Who codes; if not given, whoever loads the record.")
    coder_kind: CoderKind = Field(CoderKind.HUMAN, description="Whether a person, a model or an import codes.")
    codebook: Text | None = Field(
        None,
        description="The label of the codebook version; if not given, that of the coder's existing coding, or the"
        " newest for a new one.",
    )
    status: CodingStatus | None = Field(
        None, description="Where the coding stands in review; if not given, accepted, or submitted where a model codes."
    )
    final: Flag | None = Field(
        None, description="Whether this is the judgement that counts; if not given, true, or false where a model codes."
    )
    # Where the quote stands in the text, in code points, for an importer that knows; no file says so.
    span: tuple[int, int] | None = Field(None, exclude=True)
    # Under which codebook version a new coding is made, for an importer that brings its own; no file says so.
    made_under: Text | None = Field(None, exclude=True)

    @field_validator("links")
    @classmethod
    def _reads_as_link(cls, items: list[str]) -> list[str]:
        for item in items:
            kind, colon, target = item.partition(":")
            if not colon or kind not in set(LinkKind) or not re.fullmatch(SLUG_PATTERN, target):
                raise ValueError(f"'{item}' does not read as kind:statement, with a kind of {', '.join(LinkKind)}")
        return items

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.article is None) != (self.quote is None):
            raise ValueError("article and quote go together: name both or neither")
        if self.ends and not has_last_day(self.said):
            raise ValueError(
                f"ends is for a lasting date with a last day, such as 2001-05-01/2010-03-31, and said is {self.said}"
            )
        if self.issue is None and (self.position is not None or self.holder is not None):
            raise ValueError("a position or a holder needs an issue")
        return self


class CauseRecord(Record):
    """Somebody asserts that the event stands in a causal relation to an earlier statement or event."""

    kind: CausalKind = Field(description="How the event is said to follow.")
    statement: Slug | None = Field(None, description="The slug of the earlier thing, if it is a statement.")
    event: Slug | None = Field(None, description="The slug of the earlier thing, if it is an event.")
    asserted_by: Slug = Field(description="The slug of the actor who says so.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.statement is None) == (self.event is None):
            raise ValueError("name either the statement or the event that came first")
        return self


class EventRecord(Record):
    """One event with its participants and, where asserted, what it responds to."""

    slug: Slug = Field(description="The handle that people type.")
    kind: Slug = Field(description="What kind of event it is; a code of the vocabulary.")
    title: Text = Field(description="What tables show.")
    during: When = Field(description="When it took place, in EDTF.")
    zone: Zone | None = Field(None, description="The IANA time zone in which the days are counted.")
    status: EventStatus = Field(EventStatus.OCCURRED, description="Whether it took place.")
    participants: TextList = Field(
        default_factory=list, description="Who took part, as role:actor, such as host:japan."
    )
    causes: list[CauseRecord] = Field(default_factory=list, description="What it is said to follow from.")
    citation: Text | None = Field(None, description="Where the fact can be checked.")

    @field_validator("participants")
    @classmethod
    def _has_role(cls, items: list[str]) -> list[str]:
        for item in items:
            if not re.fullmatch(r"[a-z_]+:[^:]+", item):
                raise ValueError(f"'{item}' does not read as role:actor, as in 'host:japan'")
        return items


class ObservationRecord(Record):
    """What was seen of an indicator on a day; "not seen as of this date" is an observation."""

    on: Starting = Field(description="The day as of which was looked.")
    is_seen: Flag = Field(description="Whether what would count as yes was seen by then.")
    note: Text | None = Field(None, description="What was seen, or where was looked.")
    article: Slug | None = Field(None, description="The slug of the article that is the source.")


class IndicatorRecord(Record):
    """A question to watch, and what would count as an answer."""

    slug: Slug = Field(description="The handle that people type.")
    question: Text = Field(description="What is being watched.")
    counts_if: Text = Field(description="What would count as yes.")
    issue: Slug | None = Field(None, description="The slug of the issue it bears on.")
    due: When | None = Field(None, description="When an answer is due, in EDTF.")
    status: IndicatorStatus = Field(IndicatorStatus.OPEN, description="Whether the question is still open.")
    observations: list[ObservationRecord] = Field(default_factory=list, description="What was seen of it, a day each.")
    citation: Text | None = Field(None, description="Who named it as something to watch.")
