"""Rows about codebook versions, issues and positions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from stancedb.api.rows.base import Position, Row


@dataclass(frozen=True, slots=True)
class Codebook(Row):
    """A codebook version.

    Attributes:
        codebook: Label of the version.
        issued_on: Date of issue.
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
        status: Status of the issue.
        merged_into: Slug of the issue into which it is merged; None if it is not.
        parent: Slug of the broader issue.
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
        kind: Kind of position, such as substantive or deliberate_ambiguity.
        rank: Rank on the scale of the issue; None if it has none.
        score: Score used in means, from -1 to 1; None if it has none.
        status: Whether it is active or retired.
        merged_into: Slug of the position into which it is merged; None if it is not.
        codings: Number of final codings with it.
        definition: Definition of the position.
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
    """A position of an issue with its coding rules.

    Attributes:
        position: Slug of the position, unique within the issue.
        label: Label of the position.
        kind: Kind of position, such as substantive or deliberate_ambiguity.
        rank: Rank on the scale of the issue; None if it has none.
        score: Score used in means, from -1 to 1; None if it has none.
        status: Whether it is active or retired.
        merged_into: Slug of the position into which it is merged; None if it is not.
        definition: Definition of the position.
        include: What it includes.
        exclude: What it excludes.
        codings: Number of final codings with it.
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
        scope: What the issue covers and what it does not.
        low_pole: What the low end of the scale stands for.
        high_pole: What the high end of the scale stands for.
        status: Status of the issue.
        merged_into: Slug of the issue into which it is merged; None if it is not.
        parent: Slug of the broader issue.
        codes: Codes in other schemes, joined by commas.
        positions: Its positions in the order of its scale.
    """

    issue: str
    question: str
    scope: str | None
    low_pole: str | None
    high_pole: str | None
    status: str
    merged_into: str | None
    parent: str | None
    codes: str | None
    positions: tuple[FullPosition, ...]
