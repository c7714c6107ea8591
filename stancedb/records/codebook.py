"""Codebooks: issues and their positions."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from stancedb.errors import nearest_of
from stancedb.model.vocabulary import IssueStatus, PositionKind, PositionStatus
from stancedb.records.base import Rank, Record, Score, Slug, Starting, Text, TextList
from stancedb.refusals import FaultError


class PositionRecord(Record):
    """One answer to an issue's question."""

    slug: Slug = Field(description="The handle that users type, unique within the issue.")
    label: Text = Field(description="The words shown in tables and charts.")
    definition: Text = Field(description="What the position says.")
    kind: PositionKind = Field(
        PositionKind.SUBSTANTIVE,
        description="Whether it answers the question, deliberately leaves it open, or takes no position.",
    )
    rank: Rank | None = Field(None, description="The place on the ordered scale of the issue, if it has one.")
    score: Score | None = Field(None, description="A number for computing means; only for substantive positions.")
    include: TextList = Field(default_factory=list, description="Examples of what is coded with this position.")
    exclude: TextList = Field(default_factory=list, description="Examples of what is not coded with this position.")
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
            raise FaultError("merged_and_not_retired", noun="position", slug=self.slug)
        return self

    @property
    def counts_for_itself(self) -> bool:
        """Whether the record is explicitly retired and not merged, which remains so if its issue is merged."""
        return "status" in self.model_fields_set and self.status == PositionStatus.RETIRED and self.merged_into is None


class ScaleRecord(Record):
    """Positions that several issues of a codebook share."""

    slug: Slug = Field(description="The handle by which issues of the codebook name the scale.")
    position: list[PositionRecord] = Field(min_length=1, description="The answers to the questions of these issues.")


class IssueRecord(Record):
    """One answerable question with its positions."""

    slug: Slug = Field(description="The handle that users type.")
    question: Text = Field(description="The one question that the positions answer.")
    scope: Text | None = Field(None, description="What belongs to the issue and what does not.")
    low_pole: Text | None = Field(
        None,
        description="What the low end of the scale stands for, in words that follow 'towards', such as 'letting it"
        " stand'. It comes with the high pole.",
    )
    high_pole: Text | None = Field(
        None, description="What the high end of the scale stands for, such as 'demanding a retraction'."
    )
    parent: Slug | None = Field(None, description="The slug of the broader issue that it belongs to.")
    status: IssueStatus = Field(IssueStatus.ACTIVE, description="Whether the issue is currently coded.")
    merged_into: Slug | None = Field(
        None,
        description="The slug of the issue that its codings count for; it is retired. Its positions are merged into"
        " those with the same slugs, except where they name others or are retired.",
    )
    codes: dict[str, Text] = Field(
        default_factory=dict, description="Codes in other schemes, by the name of the scheme."
    )
    scale: Slug | None = Field(
        None, description="The slug of a scale of the codebook, whose positions come before the issue's own."
    )
    position: list[PositionRecord] = Field(default_factory=list, description="The answers to the question.")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        slugs = [position.slug for position in self.position]
        if len(slugs) != len(set(slugs)):
            raise FaultError("position_twice", issue=self.slug)
        if self.merged_into is not None and "status" in self.model_fields_set and self.status != IssueStatus.RETIRED:
            raise FaultError("merged_and_not_retired", noun="issue", slug=self.slug)
        if (self.low_pole is None) != (self.high_pole is None):
            raise FaultError("one_pole", issue=self.slug)
        if self.low_pole is not None and self.low_pole == self.high_pole:
            raise FaultError("same_poles", issue=self.slug, pole=self.low_pole)
        return self


class CodebookRecord(Record):
    """A whole codebook version: what ``codebook load`` reads from one TOML file."""

    label: Text = Field(description="The name of the version, such as taiwan-1.0.")
    issued_on: Starting = Field(description="The day it was issued.")
    notes: Text | None = Field(None, description="What changed since the previous version.")
    scale: list[ScaleRecord] = Field(default_factory=list, description="Scales shared by several issues.")
    issue: list[IssueRecord] = Field(description="The issues with their positions.")

    @model_validator(mode="after")
    def _has_its_scales(self) -> Self:
        scales = {scale.slug: scale for scale in self.scale}
        if len(scales) != len(self.scale):
            raise FaultError("scale_twice")
        for issue in self.issue:
            if issue.scale is None:
                continue
            if issue.scale not in scales:
                raise FaultError(
                    "no_such_scale", issue=issue.slug, scale=issue.scale, nearest=nearest_of(issue.scale, scales)
                )
            shared = {position.slug for position in scales[issue.scale].position}
            if own := next((position.slug for position in issue.position if position.slug in shared), None):
                raise FaultError("position_in_scale", issue=issue.slug, position=own)
        return self

    def positions_of(self, issue: IssueRecord) -> list[PositionRecord]:
        """Return the positions of an issue: those of its scale, and its own."""
        shared = next((scale.position for scale in self.scale if scale.slug == issue.scale), [])
        return [*shared, *issue.position]
