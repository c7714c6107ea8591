"""Judgements: who coded which statement as which position of which holder, and how that was reviewed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, attribute_checks, one_of
from stancedb.model.vocabulary import Basis, CoderKind, CodingStatus, Confidence, Explicitness, Vagueness


class Coder(Curated, Base):
    """A person, a model or an import that codes."""

    __tablename__ = "coder"
    __table_args__ = (
        one_of("kind", CoderKind),
        {
            "comment": "Who or what codes. The suggestion of a model and the decision of a person have "
            "two different coders."
        },
    )

    name: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    kind: Mapped[str] = mapped_column(comment="Person, model or import.")
    version: Mapped[str | None] = mapped_column(comment="Version of the model or of the import.")
    login: Mapped[str | None] = mapped_column(unique=True, comment="The login that codes under this name.")


class Coding(Curated, Base):
    """One coder's judgement of one statement."""

    __tablename__ = "coding"
    __table_args__ = (
        one_of("basis", Basis),
        one_of("explicitness", Explicitness),
        one_of("vagueness", Vagueness),
        one_of("confidence", Confidence),
        one_of("status", CodingStatus),
        CheckConstraint("NOT is_final OR status = 'accepted'", name="final_is_accepted"),
        ForeignKeyConstraint(
            ["issue_id", "position_id"],
            [f"{SCHEMA}.position.issue_id", f"{SCHEMA}.position.id"],
            name="fk_coding_position_of_issue",
        ),
        UniqueConstraint(
            "statement_id", "holder_id", "issue_id", "coder_id", "codebook_version_id", name="uq_coding_once_by_coder"
        ),
        Index(
            "uq_coding_one_final",
            "statement_id",
            "holder_id",
            "issue_id",
            unique=True,
            postgresql_where=text("is_final"),
        ),
        Index(None, "holder_id", "issue_id"),
        Index(None, "issue_id", "position_id"),
        Index(None, "changeset_id"),
        Index(None, "carried_from_id", postgresql_where=text("carried_from_id IS NOT NULL")),
        Index(None, "mention_id", postgresql_where=text("mention_id IS NOT NULL")),
        ForeignKeyConstraint(
            ["mention_id", "statement_id"],
            [f"{SCHEMA}.mention.id", f"{SCHEMA}.mention.statement_id"],
            name="fk_coding_mention_of_its_statement",
            # A merge of statements moves mentions and then codings.
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index(None, "assignment_id", postgresql_where=text("assignment_id IS NOT NULL")),
        ForeignKeyConstraint(
            ["assignment_id", "coder_id"],
            [f"{SCHEMA}.assignment.id", f"{SCHEMA}.assignment.coder_id"],
            name="fk_coding_assignment_of_its_coder",
        ),
        CheckConstraint("carried_from_id <> id", name="carried_from_another"),
        {
            "comment": "One coder's judgement, under one codebook version, that a statement expresses a position "
            "of a holder."
        },
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.statement.id"), comment="The statement judged.")
    holder_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor whose position it is; not always the speaker."
    )
    issue_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"), comment="The issue on which the statement is judged."
    )
    position_id: Mapped[int | None] = mapped_column(
        comment="The position; null means the statement addresses the issue and takes no codable position."
    )
    coder_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.coder.id"), comment="Who judged.")
    codebook_version_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.codebook_version.id"), comment="The version of the codebook that was used."
    )
    basis: Mapped[str] = mapped_column(comment="Why the position is attributed to the holder.")
    explicitness: Mapped[str] = mapped_column(comment="How openly the statement takes the position.")
    condition: Mapped[str | None] = mapped_column(
        comment="The condition under which the position is said to hold; null if none."
    )
    vagueness: Mapped[str] = mapped_column(comment="Whether the wording commits the holder.")
    confidence: Mapped[str] = mapped_column(comment="How confident the coder is.")
    rationale: Mapped[str | None] = mapped_column(comment="The reason, in the words of the coder.")
    status: Mapped[str] = mapped_column(comment="The review status of the coding.")
    is_final: Mapped[bool] = mapped_column(
        comment="Whether this coding counts; there is one per statement, holder and issue."
    )
    carried_from_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.coding.id"),
        comment="The coding under an earlier codebook version that this coding repeats; null if it was judged again.",
    )
    assignment_id: Mapped[int | None] = mapped_column(
        sort_order=950,
        comment="The assignment it comes from; null if it was not made independently of other codings.",
    )
    mention_id: Mapped[int | None] = mapped_column(
        sort_order=951, comment="The place in a text that the coder judged; null where it is not known."
    )


class CodingReview(Curated, Base):
    """One decision about a coding."""

    __tablename__ = "coding_review"
    __table_args__ = (
        one_of("old_status", CodingStatus),
        one_of("new_status", CodingStatus),
        Index(None, "coding_id"),
        {"comment": "Decisions about codings, in order; rows are only added."},
    )

    coding_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.coding.id"), comment="The coding decided on.")
    old_status: Mapped[str] = mapped_column(comment="The status before the decision.")
    new_status: Mapped[str] = mapped_column(comment="The status after the decision.")
    reviewer_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.coder.id"), index=True, comment="Who decided.")
    reviewed_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When.")
    note: Mapped[str | None] = mapped_column(comment="Why.")


class CodingAttribute(Curated, Base):
    """The value of an attribute of a coding."""

    __tablename__ = "coding_attribute"
    __table_args__ = (
        *attribute_checks(),
        UniqueConstraint("coding_id", "key"),
        Index(None, "changeset_id"),
        {"comment": "Additional attributes of codings, each a key and a value."},
    )

    coding_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.coding.id"), comment="The coding it belongs to.")
    key: Mapped[str] = mapped_column(comment="The name of the attribute.")
    value: Mapped[str] = mapped_column(comment="The value of the attribute.")
