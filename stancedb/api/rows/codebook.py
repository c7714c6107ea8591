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
        low_pole: What the low end of the scale stands for.
        high_pole: What the high end of the scale stands for.
        status: Whether it is coded now.
        merged_into: Slug of the issue it is merged into; None if it is not.
        parent: Slug of the wider issue.
        codes: Codes of other schemes, joined by commas.
        positions: Its positions along its scale.
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
