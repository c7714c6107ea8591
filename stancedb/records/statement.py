"""Statements with a mention and a coding: the lines of a coding sheet."""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from stancedb.dates import has_last_day
from stancedb.model.vocabulary import (
    Assertion,
    Basis,
    CoderKind,
    CodingStatus,
    Confidence,
    Explicitness,
    LinkKind,
    Rendering,
    SelfDeclared,
    Vagueness,
    Verification,
)
from stancedb.records.attribute import AttributeCell
from stancedb.records.base import (
    SLUG_PATTERN,
    Authority,
    Called,
    Flag,
    Instant,
    Record,
    Slug,
    Text,
    TextList,
    When,
    Zone,
)
from stancedb.refusals import FaultError


class StatementRecord(Record):
    """``stancedb.statement/1``: one line of the coding sheet; it makes a statement, a mention and a coding together.

    ``statement`` is the statement's slug. Lines with the same slug add mentions or codings to the same act of speech;
    without it the slug is derived from article, quote, speaker and date. Without ``issue`` the line records the
    statement and its mention and no coding. Without ``position`` the coding says "addresses the issue, takes no
    codable position".
    """

    schema_: Literal["stancedb.statement/1"] = Field(
        "stancedb.statement/1", alias="schema", description="The format of the record and its version."
    )
    statement: Slug | None = Field(None, description="The slug of the statement (default: derived from its text).")
    speaker: Called = Field(
        description="Who spoke: a slug, an identifier such as wikidata:Q17, or a name held on the day."
    )
    office: Slug | None = Field(
        None, description="The slug of the office that the speaker held, if there were several."
    )
    on_behalf_of: Called | None = Field(
        None, description="The actor on whose behalf it was said, named like a speaker (default: the speaker)."
    )
    capacity: Slug | None = Field(None, description="In what capacity it was said; a code of the vocabulary.")
    authority: Authority = Field(
        3, description="From 6, a law or cabinet decision, to 1, an anonymous source; 3 is a remark ad lib."
    )
    act: Slug = Field("assert", description="What the statement does; a code of the vocabulary.")
    said: When = Field(description="When it was said, in EDTF, local to the speaker's place.")
    said_phrase: Text | None = Field(None, description="The date as printed.")
    said_at: Instant | None = Field(None, description="The time of the statement, with its offset from UTC.")
    ends: Flag = Field(
        False,
        description="Whether nothing is known after the last day of a lasting date, as of a membership that ended.",
    )
    zone: Zone | None = Field(None, description="The IANA time zone of the speaker's place.")
    place: Text | None = Field(None, description="Where it was said.")
    event: Slug | None = Field(None, description="The slug of the event during which it was said.")
    summary: Text | None = Field(None, description="What was said, in the words of the coder.")
    verification: Verification = Field(
        Verification.SINGLE_SOURCE, description="How certain it is that the statement was made."
    )
    self_declared: SelfDeclared = Field(
        SelfDeclared.NONE, description="What the speaker says about whether the position has changed."
    )
    addressees: TextList = Field(default_factory=list, description="The slugs of the actors to whom it was said.")
    links: TextList = Field(default_factory=list, description="Links to earlier statements, as kind:statement.")
    citation: Text | None = Field(None, description="Where the fact can be checked, in addition to the quoted article.")
    article: Slug | None = Field(None, description="The slug of the article that prints it.")
    quote: Text | None = Field(
        None,
        description="The words that are looked up in the article's newest text, or in the one where the statement has"
        " them already.",
    )
    prefix: str | None = Field(None, description="Words directly before the quote, if it occurs more than once.")
    suffix: str | None = Field(None, description="Words directly after the quote, if it occurs more than once.")
    rendering: Rendering = Field(Rendering.VERBATIM, description="How the outlet prints the statement.")
    asserts: Assertion = Field(Assertion.ASSERTS, description="Whether the outlet says that the statement was made.")
    attribution: Text | None = Field(None, description="Name and title of the speaker as printed.")
    holder: Called | None = Field(
        None, description="The actor whose position it is, named like a speaker (default: the speaker)."
    )
    issue: Slug | None = Field(None, description="The slug of the issue; without it, the statement is not coded.")
    position: Slug | None = Field(
        None, description="The slug of the position; without it, the coding records that no codable position is taken."
    )
    basis: Basis | None = Field(None, description="Why the position is attributed to the holder.")
    explicitness: Explicitness = Field(
        Explicitness.EXPLICIT, description="How openly the statement takes the position."
    )
    condition: Text | None = Field(None, description="The condition under which the position is said to hold.")
    vagueness: Vagueness = Field(Vagueness.COMMITTAL, description="Whether the wording commits the holder.")
    confidence: Confidence = Field(Confidence.MODERATE, description="How confident the coder is.")
    rationale: Text | None = Field(None, description="The reason, in the words of the coder.")
    attributes: TextList = Field(
        default_factory=list, description="Attributes of the coding as key:value, such as frame:economy."
    )
    coder: Text | None = Field(None, description="The coder (default: whoever loads the record).")
    coder_kind: CoderKind = Field(CoderKind.HUMAN, description="Whether a person, a model or an import codes.")
    codebook: Text | None = Field(
        None,
        description="The label of the codebook version (default: that of the existing coding of the coder, or the"
        " newest for a new coding).",
    )
    status: CodingStatus | None = Field(
        None, description="The review status of the coding (default: accepted, or submitted if a model codes)."
    )
    final: Flag | None = Field(
        None, description="Whether this coding counts (default: true, or false if a model codes)."
    )
    # The span of the quote in the text, in code points, if an importer knows it; not allowed in files.
    span: tuple[int, int] | None = Field(None, exclude=True)
    # The frozen text that the span belongs to, if it is not the article's newest; not allowed in files.
    text_version: int | None = Field(None, exclude=True)
    # The codebook version of a new coding, for an importer with its own codebook; not allowed in files.
    made_under: Text | None = Field(None, exclude=True)
    # The assignment of the workbench that a new coding comes from; not allowed in files.
    assignment: int | None = Field(None, exclude=True)

    @field_validator("links")
    @classmethod
    def _reads_as_link(cls, items: list[str]) -> list[str]:
        for item in items:
            kind, colon, target = item.partition(":")
            if not colon or kind not in set(LinkKind) or not re.fullmatch(SLUG_PATTERN, target):
                raise FaultError("not_a_link", item=item, kinds=[*LinkKind])
        return items

    @field_validator("attributes")
    @classmethod
    def _reads_as_attribute(cls, items: list[str]) -> list[str]:
        keys = set()
        for item in items:
            key = AttributeCell.parse(item, has_period=False).key
            if key in keys:
                raise FaultError("attribute_twice", key=key)
            keys.add(key)
        return items

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if (self.article is None) != (self.quote is None):
            raise FaultError("article_without_quote")
        if self.ends and not has_last_day(self.said):
            raise FaultError("ends_without_last_day", said=self.said)
        if self.issue is None and (self.position is not None or self.holder is not None):
            raise FaultError("coding_without_issue")
        if self.issue is None and self.attributes:
            raise FaultError("attributes_without_issue")
        return self
