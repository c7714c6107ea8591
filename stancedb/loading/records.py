"""What one input record may say, per kind: the contract between the readers and the merge.

Every format ends as one of these records. Unknown keys are refused unless they begin with ``x_``, and nothing is
turned into null by its spelling: "NA" is Namibia.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

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

from stancedb.dates import check_zone, parse_when
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

    slug: Slug
    name: Text
    kind: Slug = "newspaper"
    country: Annotated[str, StringConstraints(pattern=COUNTRY_PATTERN)] | None = None
    parent: Slug | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None
    citation: Text | None = None


class ArticleRecord(Record):
    """``stancedb.article/1``: one source text. Either the text or the raw HTML becomes the frozen text."""

    schema_: Literal["stancedb.article/1"] = Field("stancedb.article/1", alias="schema")
    id: Slug
    outlet: Slug
    title: Text
    text: Annotated[str, StringConstraints(min_length=1)]
    url: Text | None = None
    byline: Text | None = None
    authors: TextList = Field(default_factory=list)
    agency: Text | None = None
    language: Language = "en"
    kind: Slug = "news"
    published: When | None = None
    published_at: Instant | None = None
    updated_on: Day | None = None
    updated_at: Instant | None = None
    standfirst: Text | None = None
    section: Text | None = None
    access: Access = Access.FULL
    retrieved_at: Instant | None = None
    syndicated_from: Slug | None = None
    extractor: Text = "plain/1"
    raw: bytes | None = Field(None, exclude=True)
    raw_bytes: Base64 | None = None
    raw_media_type: Text | None = None


class ManifestRecord(Record):
    """One file of a folder of articles, and what goes before what the file says of itself."""

    file: Text
    id: Slug | None = None
    outlet: Slug | None = None
    title: Text | None = None
    url: Text | None = None
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

    slug: Slug
    kind: ActorKind
    name: Text
    language: Language = "en"
    other_names: TextList = Field(default_factory=list)
    identifiers: TextList = Field(default_factory=list)
    relations: TextList = Field(default_factory=list)
    tenures: TextList = Field(default_factory=list)
    citation: Text | None = None

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

    slug: Slug
    label: Text
    definition: Text
    kind: PositionKind = PositionKind.SUBSTANTIVE
    rank: Rank | None = None
    score: Score | None = None
    include: TextList = Field(default_factory=list)
    exclude: TextList = Field(default_factory=list)


class IssueRecord(Record):
    """One answerable question with its positions."""

    slug: Slug
    question: Text
    scope: Text | None = None
    parent: Slug | None = None
    status: IssueStatus = IssueStatus.ACTIVE
    codes: dict[str, Text] = {}
    position: list[PositionRecord] = []

    @model_validator(mode="after")
    def _positions_differ(self) -> Self:
        slugs = [position.slug for position in self.position]
        if len(slugs) != len(set(slugs)):
            raise ValueError(f"issue '{self.slug}' names a position twice")
        return self


class CodebookRecord(Record):
    """A whole codebook version: what ``codebook load`` reads from one TOML file."""

    label: Text
    issued_on: When
    notes: Text | None = None
    issue: list[IssueRecord]


class StatementRecord(Record):
    """``stancedb.statement/1``: one line of the coding sheet; it makes a statement, a mention and a coding together.

    ``statement`` is the statement's slug. Lines with the same slug add mentions or codings to the same act of speech;
    without it the slug is derived from article, quote, speaker and date. Without ``issue`` the line records the
    statement and its mention and no coding. Without ``position`` the coding says "addresses the issue, takes no
    codable position".
    """

    schema_: Literal["stancedb.statement/1"] = Field("stancedb.statement/1", alias="schema")
    statement: Slug | None = None
    speaker: Called
    office: Slug | None = None
    on_behalf_of: Called | None = None
    capacity: Slug | None = None
    authority: Authority = 3
    act: Slug = "assert"
    said: When
    said_phrase: Text | None = None
    said_at: Instant | None = None
    zone: Zone | None = None
    place: Text | None = None
    event: Slug | None = None
    summary: Text | None = None
    verification: Verification = Verification.SINGLE_SOURCE
    self_declared: SelfDeclared = SelfDeclared.NONE
    addressees: TextList = Field(default_factory=list)
    links: TextList = Field(default_factory=list)
    citation: Text | None = None
    article: Slug | None = None
    quote: Text | None = None
    prefix: str | None = None
    suffix: str | None = None
    rendering: Rendering = Rendering.VERBATIM
    asserts: Assertion = Assertion.ASSERTS
    attribution: Text | None = None
    holder: Called | None = None
    issue: Slug | None = None
    position: Slug | None = None
    basis: Basis | None = None
    explicitness: Explicitness = Explicitness.EXPLICIT
    condition: Text | None = None
    vagueness: Vagueness = Vagueness.COMMITTAL
    confidence: Confidence = Confidence.MODERATE
    rationale: Text | None = None
    coder: Text | None = None
    coder_kind: CoderKind = CoderKind.HUMAN
    codebook: Text | None = None
    status: CodingStatus | None = None
    final: Flag | None = None
    # Where the quote stands in the text, in code points, for an importer that knows; no file says so.
    span: tuple[int, int] | None = Field(None, exclude=True)

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
        if self.issue is None and (self.position is not None or self.holder is not None):
            raise ValueError("a position or a holder needs an issue")
        return self


class CauseRecord(Record):
    """Somebody asserts that the event stands in a causal relation to an earlier statement or event."""

    kind: CausalKind
    statement: Slug | None = None
    event: Slug | None = None
    asserted_by: Slug

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.statement is None) == (self.event is None):
            raise ValueError("name either the statement or the event that came first")
        return self


class EventRecord(Record):
    """One event with its participants and, where asserted, what it responds to."""

    slug: Slug
    kind: Slug
    title: Text
    during: When
    zone: Zone | None = None
    status: EventStatus = EventStatus.OCCURRED
    participants: TextList = Field(default_factory=list)
    causes: list[CauseRecord] = []
    citation: Text | None = None

    @field_validator("participants")
    @classmethod
    def _has_role(cls, items: list[str]) -> list[str]:
        for item in items:
            if not re.fullmatch(r"[a-z_]+:[^:]+", item):
                raise ValueError(f"'{item}' does not read as role:actor, as in 'host:japan'")
        return items


class ObservationRecord(Record):
    """What was seen of an indicator on a day; "not seen as of this date" is an observation."""

    on: When
    is_seen: Flag
    note: Text | None = None
    article: Slug | None = None


class IndicatorRecord(Record):
    """A question to watch, and what would count as an answer."""

    slug: Slug
    question: Text
    counts_if: Text
    issue: Slug | None = None
    due: When | None = None
    status: IndicatorStatus = IndicatorStatus.OPEN
    observations: list[ObservationRecord] = []
    citation: Text | None = None
