"""Rounds of coding with their assignments and what was found in them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from stancedb.model.vocabulary import AssignmentKind, AssignmentState, CoderKind, ProblemReason
from stancedb.records.base import (
    Flag,
    Instant,
    Number,
    Place,
    Record,
    Seconds,
    Sha256,
    Share,
    Slug,
    Text,
    TextList,
    Whole,
)
from stancedb.records.checking import record_check
from stancedb.records.statement import StatementRecord
from stancedb.refusals import FaultError, Refusal

_CHECK_LINE = record_check(StatementRecord, "a finding")


def _check_line(values: dict[str, Any]) -> dict[str, Any]:
    """Refuse what 'statement load' would refuse of the line of a finding; it is kept as its coder gave it."""
    checked = _CHECK_LINE(values)
    if isinstance(checked, Refusal):
        raise FaultError("line_of_finding", of_line=checked.field or "record", reason=checked.reason)
    return values


# Blanks at the ends of a quote are part of it, for its length is that of the span.
Quote = Annotated[str, StringConstraints(min_length=1)]
Line = Annotated[dict[str, Any], AfterValidator(_check_line)]


class RoundCoderRecord(Record):
    """A coder of a round; one whom the database does not have is added."""

    name: Text = Field(description="The name of the coder.")
    kind: CoderKind = Field(CoderKind.HUMAN, description="Whether a person, a model or an import codes.")


class FindingRecord(Record):
    """What a coder found at one place of the text, and what it was released as."""

    number: Number = Field(description="Number within the assignment, from 1.")
    start: Place = Field(description="First code point of the quote in the text, from 0.")
    end: Place = Field(description="Code point after the quote.")
    quote: Quote = Field(description="The characters of the text between the two.")
    record: Line = Field(description="The line of the coder, as stancedb.statement/1.")
    replaces: Number | None = Field(None, description="The number of the earlier finding that this one corrects.")
    seconds: Seconds = Field(0, description="Seconds that it took.")
    saved_at: Instant = Field(description="When it was saved.")
    withdrawn_at: Instant | None = Field(None, description="When its coder took it back.")
    dropped_reason: Text | None = Field(None, description="Why a reviewer dropped it.")
    statement: Slug | None = Field(None, description="The slug of the statement that it was released as.")
    holder: Slug | None = Field(None, description="The slug of the holder of the coding that it was released as.")
    issue: Slug | None = Field(None, description="The slug of the issue of that coding.")
    codebook: Text | None = Field(
        None, description="The label of the codebook version of that coding (default: that of the round)."
    )
    is_independent: Flag = Field(
        True, description="Whether that coding was made in this assignment, without a look at others."
    )

    @model_validator(mode="after")
    def _names_whole_coding(self) -> Self:
        if (self.holder is None) != (self.issue is None) or (self.holder is not None and self.statement is None):
            raise FaultError("coding_of_finding")
        if self.end - self.start != len(self.quote):
            raise FaultError("span_of_finding", "quote", length=len(self.quote), start=self.start, end=self.end)
        return self


class AssignmentRecord(Record):
    """One text for one coder, or a place for it in the pool."""

    article: Slug = Field(description="The slug of the article.")
    text_sha256: Sha256 = Field(description="SHA-256 of the frozen text, in UTF-8.")
    coder: Text | None = Field(None, description="Who codes it; without one it is in the pool.")
    kind: AssignmentKind = Field(description="Why this coder gets this text.")
    hides_suggestions: Flag = Field(False, description="Whether the coder sees no suggestions for this text.")
    turn: Whole = Field(description="Place in the queue of the coder or of the pool.")
    state: AssignmentState = Field(AssignmentState.OPEN, description="How far the work is.")
    reason: ProblemReason | None = Field(None, description="What the problem is.")
    note: Text | None = Field(None, description="The problem, or why it was reopened, in words.")
    assigned_at: Instant = Field(description="When the text was assigned.")
    started_at: Instant | None = Field(None, description="When the coder first opened the text.")
    done_at: Instant | None = Field(None, description="When the coder finished it.")
    moved_at: Instant | None = Field(None, description="When it was last finished, set aside or put off.")
    active_seconds: Seconds = Field(0, description="Seconds that the coder worked on the text.")
    is_released: Flag = Field(False, description="Whether finishing it released the findings.")
    findings: list[FindingRecord] = Field(
        default_factory=list, description="What the coder found, also what is withdrawn."
    )

    @model_validator(mode="after")
    def _has_a_finder(self) -> Self:
        if self.findings and self.coder is None:
            raise FaultError("findings_without_coder", "findings")
        return self

    @field_validator("findings")
    @classmethod
    def _are_numbered(cls, findings: list[FindingRecord]) -> list[FindingRecord]:
        for number, count in Counter(finding.number for finding in findings).items():
            if count > 1:
                raise FaultError("finding_twice", number=number)
        return findings


class RoundRecord(Record):
    """``stancedb.round/1``: a round of coding, with the progress of its coders."""

    schema_: Literal["stancedb.round/1"] = Field(
        "stancedb.round/1", alias="schema", description="The form of the record and its version."
    )
    slug: Slug = Field(description="The handle that people type.")
    codebook: Text = Field(description="The label of the codebook version that the texts are coded under.")
    issues: TextList = Field(default_factory=list, description="The slugs of the issues in scope.")
    double: Share = Field(0, description="Share of the texts that two coders code, from 0 to 1.")
    blind: Share = Field(0, description="Share of the texts that are coded without suggestions, from 0 to 1.")
    again: Share = Field(0, description="Share of the texts that their coder has coded before, from 0 to 1.")
    seed: Whole = Field(description="Seed of the random choice of texts.")
    counts_at_once: Flag = Field(
        True, description="Whether the codings of a text coded once count when it is done, or wait for a reviewer."
    )
    opened_by: Text = Field(description="Who opened the round.")
    opened_at: Instant = Field(description="When it was opened.")
    closed_at: Instant | None = Field(None, description="When it was closed.")
    coders: list[RoundCoderRecord] = Field(default_factory=list, description="The coders of the round.")
    assignments: list[AssignmentRecord] = Field(default_factory=list, description="Who codes which text.")
