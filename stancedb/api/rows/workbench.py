"""Rows about rounds of coding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stancedb.api.rows.base import Row


@dataclass(frozen=True, slots=True)
class ListedRound(Row):
    """A round in a list.

    Attributes:
        round: Slug of the round.
        codebook: Label of the codebook version that texts are coded under.
        opened_by: Who opened it.
        opened: Day on which it was opened.
        closed: Day on which it was closed; None while it is open.
        open: Number of visible assignments that are not finished.
        done: Number of visible assignments that are finished.
        problem: Number of visible assignments that are set aside.
    """

    round: str
    codebook: str
    opened_by: str
    opened: date
    closed: date | None
    open: int
    done: int
    problem: int


@dataclass(frozen=True, slots=True)
class Progress(Row):
    """How far a coder is in a round.

    Attributes:
        coder: Name of the coder; None for the pool.
        open: Number of assignments that are not finished.
        done: Number of assignments that are finished.
        problem: Number of assignments that are set aside.
        withdrawn: Number of assignments that were withdrawn.
        statements: Number of findings that may be seen.
        seconds_a_statement: Mean number of seconds that a finding took.
    """

    coder: str | None
    open: int
    done: int
    problem: int
    withdrawn: int
    statements: int
    seconds_a_statement: float | None


@dataclass(frozen=True, slots=True)
class Round(Row):
    """A round with its scope and the progress of its coders.

    Attributes:
        round: Slug of the round.
        codebook: Label of the codebook version that texts are coded under.
        opened_by: Who opened it.
        opened_at: When it was opened.
        closed_at: When it was closed; None while it is open.
        counts_at_once: Whether a text coded once counts at once, or waits for a reviewer.
        issues: Slugs of the issues in scope.
        coders: The progress of each coder whom the login may see.
    """

    round: str
    codebook: str
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    counts_at_once: bool
    issues: tuple[str, ...]
    coders: tuple[Progress, ...]


@dataclass(frozen=True, slots=True)
class Assignment(Row):
    """A text for a coder.

    Attributes:
        assignment: Number of the assignment.
        round: Slug of the round.
        coder: Name of the coder; None while it is in the pool.
        article: Slug of the article.
        state: How far the work is: open, done, problem or withdrawn.
        reason: What the problem is.
        note: The problem, or why it was reopened, in words.
        findings: Number of findings; None where the login may not see it.
    """

    assignment: int
    round: str
    coder: str | None
    article: str
    state: str
    reason: str | None
    note: str | None
    findings: int | None
