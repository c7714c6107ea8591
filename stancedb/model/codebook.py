"""The codebook as data: versions, issues with one answerable question, and their positions."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Double, ForeignKey, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, Small, one_of
from stancedb.model.vocabulary import IssueStatus, PositionKind, PositionStatus


class CodebookVersion(Curated, Base):
    """One version of the rules for coding."""

    __tablename__ = "codebook_version"
    __table_args__ = (
        {"comment": "One version of the coding rules; every coding names the version it was made under."},
    )

    label: Mapped[str] = mapped_column(unique=True, comment="The handle that users type, such as taiwan-1.0.")
    issued_on: Mapped[date] = mapped_column(comment="The day it was issued.")
    notes: Mapped[str | None] = mapped_column(comment="What changed since the previous version.")


class Issue(Curated, Base):
    """One answerable question."""

    __tablename__ = "issue"
    __table_args__ = (
        one_of("status", IssueStatus),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint("merged_into_id IS NULL OR status = 'retired'", name="merged_is_retired"),
        CheckConstraint("question <> ''", name="question_not_blank"),
        CheckConstraint("(low_pole IS NULL) = (high_pole IS NULL)", name="poles_are_two"),
        CheckConstraint("low_pole <> high_pole", name="poles_differ"),
        CheckConstraint("low_pole <> '' AND high_pole <> ''", name="poles_not_blank"),
        {"comment": "One answerable policy question; its positions are the answers."},
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    question: Mapped[str] = mapped_column(comment="The one question that the positions answer.")
    scope: Mapped[str | None] = mapped_column(comment="What belongs to the issue and what does not.")
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"), index=True, comment="The broader issue that it belongs to."
    )
    status: Mapped[str] = mapped_column(comment="Whether the issue is currently coded.")
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"),
        index=True,
        comment="The issue that it was merged into, for which its codings count; null if not merged.",
    )
    low_pole: Mapped[str | None] = mapped_column(
        comment="What the low end of the scale stands for; null if it has no name."
    )
    high_pole: Mapped[str | None] = mapped_column(
        comment="What the high end of the scale stands for; null if it has no name."
    )


class Position(Curated, Base):
    """One named answer to the question of an issue."""

    __tablename__ = "position"
    __table_args__ = (
        one_of("kind", PositionKind),
        UniqueConstraint("issue_id", "slug"),
        UniqueConstraint("issue_id", "id"),
        UniqueConstraint("issue_id", "rank", deferrable=True, initially="IMMEDIATE"),
        CheckConstraint("score BETWEEN -1 AND 1", name="score_within_one"),
        one_of("status", PositionStatus),
        CheckConstraint("status = 'active' OR rank IS NULL", name="retired_has_no_rank"),
        CheckConstraint("merged_into_id IS NULL OR status = 'retired'", name="merged_is_retired"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint("score IS NULL OR kind = 'substantive'", name="score_is_of_substance"),
        {"comment": "One named answer to an issue's question. Deliberate ambiguity is an answer, not missing data."},
    )

    issue_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"), comment="The issue whose question it answers."
    )
    slug: Mapped[str] = mapped_column(comment="The handle that users type, unique within the issue.")
    label: Mapped[str] = mapped_column(comment="The words shown in tables and charts.")
    definition: Mapped[str] = mapped_column(comment="What the position says.")
    kind: Mapped[str] = mapped_column(comment="Whether it answers, deliberately leaves open, or takes no position.")
    rank: Mapped[Small | None] = mapped_column(comment="Place on the ordered scale of the issue; null if it has none.")
    score: Mapped[float | None] = mapped_column(
        Double, comment="Number from -1 to 1 for computing means; only substantive positions have one."
    )
    include: Mapped[list[str]] = mapped_column(ARRAY(TEXT), comment="Examples of what is coded with this position.")
    exclude: Mapped[list[str]] = mapped_column(ARRAY(TEXT), comment="Examples of what is not coded with this position.")
    status: Mapped[str] = mapped_column(
        server_default=text("'active'"), comment="Whether new codings may use it: active or retired."
    )
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.position.id"),
        index=True,
        comment="The position that it was merged into, for which its codings count; null if not merged.",
    )


class IssueCode(Curated, Base):
    """The code of an issue in another scheme."""

    __tablename__ = "issue_code"
    __table_args__ = (
        UniqueConstraint("issue_id", "scheme", "code"),
        {
            "comment": "Codes of an issue in other schemes, such as Comparative Agendas, IPTC Media "
            "Topics and Manifesto."
        },
    )

    issue_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"), comment="The issue that the code stands for."
    )
    scheme: Mapped[str] = mapped_column(comment="The scheme, such as cap or iptc.")
    code: Mapped[str] = mapped_column(comment="The code in that scheme, as text.")
