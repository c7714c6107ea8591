"""The workbench: who codes which text in which round, and their findings before release."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    UniqueConstraint,
    false,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, one_of
from stancedb.model.vocabulary import AssignmentKind, AssignmentState, ProblemReason


def _key() -> Any:  # noqa: ANN401 - SQLAlchemy types a mapped column by its annotation
    return mapped_column(
        BigInteger, Identity(), primary_key=True, sort_order=-1, comment="Internal key; people use handles."
    )


def _share(what: str) -> Any:  # noqa: ANN401 - as above
    return mapped_column(Double, server_default=text("0"), comment=f"Share of the texts that {what}, from 0 to 1.")


class CodingRound(Base):
    """A set of texts that several coders code under one codebook version."""

    __tablename__ = "coding_round"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+([-._/][a-z0-9]+)*$'", name="slug_is_a_handle"),
        CheckConstraint("double_share BETWEEN 0 AND 1", name="double_share_is_a_share"),
        CheckConstraint("blind_share BETWEEN 0 AND 1", name="blind_share_is_a_share"),
        CheckConstraint("again_share BETWEEN 0 AND 1", name="again_share_is_a_share"),
        CheckConstraint("closed_at >= opened_at", name="closed_after_opening"),
        {"comment": "A set of texts that coders code under one codebook version and on a list of issues."},
    )

    id: Mapped[int] = _key()
    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that people type.")
    codebook_version_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.codebook_version.id"), comment="The codebook version that the texts are coded under."
    )
    double_share: Mapped[float] = _share("two coders code")
    blind_share: Mapped[float] = _share("are coded by one coder without suggestions")
    again_share: Mapped[float] = _share("their coder has coded before")
    seed: Mapped[int] = mapped_column(comment="Seed of the random choice of texts; hidden from coders.")
    counts_at_once: Mapped[bool] = mapped_column(
        Boolean,
        server_default=true(),
        comment="Whether the codings of a text coded once count when it is done, or wait for a reviewer.",
    )
    opened_by: Mapped[str] = mapped_column(comment="Who opened the round.")
    opened_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was opened.")
    closed_at: Mapped[datetime | None] = mapped_column(comment="When it was closed; null while it is open.")


class CodingRoundIssue(Base):
    """An issue in the scope of a round."""

    __tablename__ = "coding_round_issue"
    __table_args__ = (
        Index(None, "issue_id"),
        {"comment": "The issues in the scope of a round; without a scope the absence of a finding means nothing."},
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.coding_round.id"), primary_key=True, comment="The round with this scope."
    )
    issue_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"), primary_key=True, comment="One of the issues that it asks about."
    )


class Assignment(Base):
    """One text for one coder in one round."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("kind", AssignmentKind),
        one_of("state", AssignmentState),
        one_of("reason", ProblemReason),
        CheckConstraint("coder_id IS NOT NULL OR state IN ('open', 'withdrawn')", name="has_a_coder_once_begun"),
        CheckConstraint("(state = 'problem') = (reason IS NOT NULL)", name="problem_has_a_reason"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_a_time"),
        CheckConstraint("active_seconds >= 0", name="active_seconds_not_negative"),
        CheckConstraint("released_id IS NULL OR state = 'done'", name="released_once_done"),
        UniqueConstraint("round_id", "article_version_id", "coder_id", name="uq_assignment_once_by_coder"),
        UniqueConstraint("id", "coder_id", name="uq_assignment_id_coder_id"),
        Index(
            "ix_assignment_next",
            "coder_id",
            "turn",
            postgresql_include=["id", "article_version_id", "round_id"],
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_assignment_pool",
            "round_id",
            "turn",
            postgresql_where=text("state = 'open' AND coder_id IS NULL"),
        ),
        Index(None, "coder_id"),
        Index(None, "article_version_id"),
        Index(None, "released_id", postgresql_where=text("released_id IS NOT NULL")),
        {"comment": "One text for one coder in one round; without a coder it is in the pool, for whoever comes next."},
    )

    id: Mapped[int] = _key()
    round_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.coding_round.id"), comment="The round it belongs to.")
    article_version_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.article_version.id"), comment="The frozen text to code."
    )
    coder_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.coder.id"), comment="Who codes it; null while it is in the pool."
    )
    kind: Mapped[str] = mapped_column(comment="Why this coder gets this text; hidden from coders.")
    hides_suggestions: Mapped[bool] = mapped_column(
        Boolean, server_default=false(), comment="Whether the coder sees no suggestions for this text."
    )
    turn: Mapped[int] = mapped_column(comment="Place in the queue of the coder or of the pool.")
    state: Mapped[str] = mapped_column(server_default=text("'open'"), comment="How far the work is.")
    reason: Mapped[str | None] = mapped_column(comment="What the problem is; null where there is none.")
    note: Mapped[str | None] = mapped_column(comment="The problem, or why it was reopened, in words.")
    assigned_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When the text was assigned.")
    started_at: Mapped[datetime | None] = mapped_column(comment="When the coder first opened the text.")
    done_at: Mapped[datetime | None] = mapped_column(comment="When the coder finished it.")
    moved_at: Mapped[datetime | None] = mapped_column(
        comment="When it was last finished, set aside or put off; null once that is undone."
    )
    active_seconds: Mapped[float] = mapped_column(
        Double, server_default=text("0"), comment="Seconds that the coder worked on the text."
    )
    released_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.changeset.id"),
        comment="The changeset that released the findings; null until then.",
    )


class Draft(Base):
    """An unfinished form as saved by its coder."""

    __tablename__ = "draft"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_is_positive"),
        {"comment": "The unfinished form of an assignment, as typed; the only row of the workbench that is replaced."},
    )

    assignment_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.assignment.id"),
        primary_key=True,
        autoincrement=False,
        comment="The assignment whose form it is.",
    )
    number: Mapped[int] = mapped_column(comment="Number of the save; a lower one never overwrites a higher one.")
    form: Mapped[str] = mapped_column(comment="The form as typed.")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When it was saved.")


class Finding(Base):
    """One statement with one coding that a coder found in a text."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_is_positive"),
        CheckConstraint("char_start >= 0 AND char_end > char_start", name="span_is_half_open"),
        CheckConstraint("char_length(quote) = char_end - char_start", name="quote_is_as_long_as_span"),
        CheckConstraint("replaces < number", name="replaces_an_earlier_one"),
        CheckConstraint("seconds >= 0", name="seconds_not_negative"),
        CheckConstraint("dropped_reason IS NULL OR statement_id IS NULL", name="dropped_or_released"),
        CheckConstraint("coding_id IS NULL OR statement_id IS NOT NULL", name="coding_has_a_statement"),
        ForeignKeyConstraint(
            ["assignment_id", "coder_id"],
            [f"{SCHEMA}.assignment.id", f"{SCHEMA}.assignment.coder_id"],
            name="fk_finding_of_its_coder",
        ),
        ForeignKeyConstraint(
            ["assignment_id", "replaces"],
            [f"{SCHEMA}.finding.assignment_id", f"{SCHEMA}.finding.number"],
            name="fk_finding_replaces",
        ),
        Index(None, "statement_id", postgresql_where=text("statement_id IS NOT NULL")),
        # The findings that coders may see of each other are read without touching the rest.
        Index(
            "ix_finding_settled",
            "assignment_id",
            postgresql_where=text("statement_id IS NOT NULL OR dropped_reason IS NOT NULL"),
        ),
        Index(None, "coding_id", postgresql_where=text("coding_id IS NOT NULL")),
        {
            "comment": "What coders found: a span of a text and a coding-sheet line about it. Rows are added; only "
            "withdrawal and release are set later."
        },
    )

    assignment_id: Mapped[int] = mapped_column(primary_key=True, comment="The assignment in whose text it was found.")
    number: Mapped[int] = mapped_column(
        Integer, primary_key=True, autoincrement=False, comment="Number within the assignment, from 1."
    )
    coder_id: Mapped[int] = mapped_column(comment="Who found it: the coder of the assignment.")
    char_start: Mapped[int] = mapped_column(Integer, comment="First code point of the quote in the text, from 0.")
    char_end: Mapped[int] = mapped_column(Integer, comment="Code point after the quote.")
    quote: Mapped[str] = mapped_column(comment="The characters of the text between the two.")
    record: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="The line, as stancedb.statement/1.")
    replaces: Mapped[int | None] = mapped_column(
        Integer, comment="The earlier finding of the assignment that this one corrects."
    )
    seconds: Mapped[float] = mapped_column(Double, server_default=text("0"), comment="Seconds that it took.")
    saved_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), comment="When it was saved.")
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="When its coder took it back.")
    statement_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.statement.id", ondelete="SET NULL"), comment="The statement that it was released as."
    )
    coding_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.coding.id", ondelete="SET NULL"), comment="The coding that it was released as."
    )
    dropped_reason: Mapped[str | None] = mapped_column(comment="Why a reviewer dropped it instead of releasing it.")
