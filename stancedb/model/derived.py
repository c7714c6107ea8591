"""The tables that the derivation reads and writes; nothing in them is entered by hand, and everything can be rebuilt.

Rules for these tables, so that they can be distributed by holder later: ``holder_id`` comes first in every key;
sequences instead of identity columns; no triggers and no exclusion constraints; foreign keys only to small lookup
tables.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Double, Index, Sequence, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, Small, one_of
from stancedb.model.vocabulary import (
    Basis,
    ChangeKind,
    Clarity,
    EvidenceAct,
    RetractionEffect,
    SameDay,
    TenureEffect,
    TouchKind,
)

_BASES = ", ".join(f"'{basis}'" for basis in Basis)


class DerivationRule(Curated, Base):
    """One named way to derive stances from codings."""

    __tablename__ = "derivation_rule"
    __table_args__ = (
        one_of("retraction_effect", RetractionEffect),
        one_of("tenure_effect", TenureEffect),
        one_of("same_day", SameDay),
        CheckConstraint("min_authority BETWEEN 1 AND 6", name="min_authority_from_one_to_six"),
        CheckConstraint("sustain_days > 0", name="sustain_days_positive"),
        CheckConstraint("expiry_days > 0", name="expiry_days_positive"),
        CheckConstraint(f"bases <@ ARRAY[{_BASES}] AND cardinality(bases) > 0", name="bases_are_known"),
        Index("uq_derivation_rule_one_default", "is_default", unique=True, postgresql_where=text("is_default")),
        {
            "comment": "Named ways to derive stances. A rule that has been used cannot be edited; "
            "a changed rule gets a new name."
        },
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    label: Mapped[str] = mapped_column(comment="The words shown in tables and charts.")
    definition: Mapped[str] = mapped_column(comment="What the rule does, in a sentence.")
    min_authority: Mapped[Small] = mapped_column(comment="Statements below this authority do not count.")
    bases: Mapped[list[str]] = mapped_column(ARRAY(TEXT), comment="The bases of coding that count.")
    sustain_days: Mapped[int | None] = mapped_column(
        comment="A position counts once two statements on different dates express it, or after this many days without "
        "a contradiction; null means at once."
    )
    retraction_effect: Mapped[str] = mapped_column(comment="Whether the previous stance returns after a retraction.")
    tenure_effect: Mapped[str] = mapped_column(comment="Whether the stance of an office ends when its holder changes.")
    expiry_days: Mapped[int | None] = mapped_column(
        comment="Number of days after its last evidence at which a stance lapses; null for never."
    )
    same_day: Mapped[str] = mapped_column(
        server_default=text("'last'"),
        comment="Which position counts on a day with several of equal authority: that of the last word, "
        "or that of most "
        "statements.",
    )
    is_default: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Whether it is used when no rule is named."
    )


class Evidence(Base):
    """A final coding that counts, or a retraction of it, denormalised."""

    __tablename__ = "evidence"
    __table_args__ = (
        one_of("act", EvidenceAct),
        Index(
            "ix_evidence_live",
            "holder_id",
            "issue_id",
            "said_from",
            "authority",
            "statement_id",
            "coding_id",
            postgresql_where=text("known_until_id IS NULL"),
            postgresql_include=["act", "position_id", "said_to", "basis"],
        ),
        {
            "comment": "The flat table that the derivation reads: a row for each final coding that counts and for each "
            "retraction of one. Rows are closed and added, never edited.",
        },
    )

    holder_id: Mapped[int] = mapped_column(primary_key=True, comment="The actor whose position it is, after merges.")
    issue_id: Mapped[int] = mapped_column(primary_key=True, comment="The policy question.")
    id: Mapped[int] = mapped_column(
        BigInteger,
        Sequence("evidence_id_seq", schema=SCHEMA),
        server_default=text("nextval('stancedb.evidence_id_seq')"),
        primary_key=True,
        comment="Number of the row within the table.",
    )
    act: Mapped[str] = mapped_column(comment="Whether the statement expresses the position or retracts an earlier one.")
    position_id: Mapped[int] = mapped_column(comment="The position that is expressed or retracted.")
    position_kind: Mapped[str] = mapped_column(comment="Kind of the position when the row was written.")
    rank: Mapped[Small | None] = mapped_column(comment="Rank of the position when the row was written.")
    score: Mapped[float | None] = mapped_column(Double, comment="Score of the position when the row was written.")
    said_from: Mapped[date] = mapped_column(comment="Earliest day of the statement.")
    said_to: Mapped[date | None] = mapped_column(comment="First day after the latest possible one; null if open.")
    authority: Mapped[Small] = mapped_column(comment="Authority of the statement, 1 to 6.")
    basis: Mapped[str] = mapped_column(comment="Basis of the coding.")
    verification: Mapped[str] = mapped_column(comment="Verification of the statement.")
    statement_id: Mapped[int] = mapped_column(comment="The statement; for a retraction, the retracting statement.")
    coding_id: Mapped[int] = mapped_column(comment="The coding that counts or is retracted.")
    target_id: Mapped[int | None] = mapped_column(comment="For a retraction, the retracted statement; null otherwise.")
    said_at: Mapped[datetime | None] = mapped_column(
        comment="The time of the statement, if known and if the statement is not lasting."
    )
    lasts: Mapped[bool] = mapped_column(
        comment="Whether the statement is lasting, so that it holds from its first day to its last."
    )
    begun_to: Mapped[date | None] = mapped_column(
        comment="For a lasting statement, the day after the last possible day on which it began."
    )
    ended_from: Mapped[date | None] = mapped_column(
        comment="For a lasting statement with an end, the earliest possible last day."
    )
    ends: Mapped[bool] = mapped_column(comment="Whether nothing is known after the last day of the statement.")
    tie_key: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT(collation="C")),
        comment="Breaks ties: article and place of the first mention, statement, holder as coded, coder, codebook.",
    )
    known_from_id: Mapped[int] = mapped_column(comment="The changeset from which the row was known.")
    known_until_id: Mapped[int | None] = mapped_column(
        comment="The changeset that closed the row; null while it counts."
    )


class Scale(Base):
    """The ends of the ordered scale of an issue, as known at a time."""

    __tablename__ = "scale"
    __table_args__ = (
        {
            "comment": "Lowest and highest rank of the substantive positions of an issue, and its retired positions; "
            "rows are closed and added."
        },
    )

    issue_id: Mapped[int] = mapped_column(primary_key=True, comment="The issue whose positions it orders.")
    id: Mapped[int] = mapped_column(
        BigInteger,
        Sequence("scale_id_seq", schema=SCHEMA),
        server_default=text("nextval('stancedb.scale_id_seq')"),
        primary_key=True,
        comment="Number of the row within the table.",
    )
    lowest: Mapped[Small | None] = mapped_column(comment="Lowest rank; null if no position has one.")
    highest: Mapped[Small | None] = mapped_column(comment="Highest rank; null if no position has one.")
    known_from_id: Mapped[int] = mapped_column(comment="The changeset from which the row was known.")
    known_until_id: Mapped[int | None] = mapped_column(
        comment="The changeset that closed the row; null while it counts."
    )
    retired: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger),
        server_default=text("'{}'"),
        comment="The positions of the issue that are retired, in the order of their keys.",
    )


class Succession(Base):
    """A day on which the person behind an office or a government changed."""

    __tablename__ = "succession"
    __table_args__ = (
        CheckConstraint("changed_until > changed_on", name="window_not_empty"),
        {
            "comment": "Days on which the person in an office changed, for offices and the governments they lead; "
            "rows are closed and added."
        },
    )

    holder_id: Mapped[int] = mapped_column(primary_key=True, comment="The office, or the government that it governs.")
    id: Mapped[int] = mapped_column(
        BigInteger,
        Sequence("succession_id_seq", schema=SCHEMA),
        server_default=text("nextval('stancedb.succession_id_seq')"),
        primary_key=True,
        comment="Number of the row within the table.",
    )
    changed_on: Mapped[date] = mapped_column(comment="First day of a new person, or first day without one.")
    changed_until: Mapped[date] = mapped_column(comment="The day after the last possible day of the change.")
    is_own_office: Mapped[bool] = mapped_column(comment="Whether the holder is the office itself.")
    known_from_id: Mapped[int] = mapped_column(comment="The changeset from which the row was known.")
    known_until_id: Mapped[int | None] = mapped_column(
        comment="The changeset that closed the row; null while it counts."
    )


class Pair(Base):
    """A holder and an issue that stances are derived for."""

    __tablename__ = "pair"
    __table_args__ = (
        Index(None, "derived_by_id"),
        {
            "comment": "Every holder and issue with evidence; the row lock prevents two transactions "
            "from deriving the same pair at the same time."
        },
    )

    holder_id: Mapped[int] = mapped_column(primary_key=True, comment="The holder with evidence.")
    issue_id: Mapped[int] = mapped_column(primary_key=True, comment="The policy question.")
    derived_by_id: Mapped[int] = mapped_column(comment="The changeset that last derived the pair.")


class Stance(Base):
    """The position a holder is taken to hold over a period, under a rule."""

    __tablename__ = "stance"
    __table_args__ = (
        CheckConstraint("valid_to > valid_from", name="valid_not_empty"),
        CheckConstraint("evidence_count > 0", name="has_evidence"),
        Index("ix_stance_issue", "issue_id", "rule_id", "valid_from"),
        {
            "comment": "The position that a holder is taken to hold during a period, under a rule. Always "
            "derived, never entered."
        },
    )

    holder_id: Mapped[int] = mapped_column(primary_key=True, comment="The actor whose position it is.")
    issue_id: Mapped[int] = mapped_column(primary_key=True, comment="The policy question.")
    rule_id: Mapped[int] = mapped_column(primary_key=True, comment="The rule under which it is derived.")
    valid_from: Mapped[date] = mapped_column(primary_key=True, comment="First day.")
    valid_to: Mapped[date | None] = mapped_column(comment="The day after the last; null while it lasts.")
    position_id: Mapped[int] = mapped_column(comment="The position that is held.")
    confirmed_on: Mapped[date] = mapped_column(
        comment="The day on which the rule is satisfied; until then, the stance is pending "
        "and the previous stance continues."
    )
    onset_coding_id: Mapped[int] = mapped_column(comment="The coding of the first evidence.")
    evidence_count: Mapped[int] = mapped_column(comment="Number of statements that support it.")
    contrary_count: Mapped[int] = mapped_column(
        comment="Number of statements within the period that the rule set aside."
    )
    last_evidence_on: Mapped[date] = mapped_column(comment="Earliest possible day of the last evidence.")
    is_contested: Mapped[bool] = mapped_column(
        comment="Whether evidence of the same day and authority conflicts, so that the rule had to choose."
    )
    carried_to: Mapped[date | None] = mapped_column(
        comment="While the next stance is pending, the first day on which this stance no longer continues; null if it "
        "continues until then."
    )


class StanceChange(Base):
    """The change between two consecutive stances."""

    __tablename__ = "stance_change"
    __table_args__ = (
        one_of("kind", ChangeKind),
        one_of("clarity", Clarity),
        CheckConstraint("window_to > window_from", name="window_not_empty"),
        CheckConstraint("num_nonnulls(from_position_id, to_position_id) > 0", name="names_a_position"),
        Index("ix_stance_change_issue", "issue_id", "rule_id", "changed_on"),
        {"comment": "The change between two consecutive stances: its kind and the window in which it happened."},
    )

    holder_id: Mapped[int] = mapped_column(primary_key=True, comment="The actor whose position it is.")
    issue_id: Mapped[int] = mapped_column(primary_key=True, comment="The policy question.")
    rule_id: Mapped[int] = mapped_column(primary_key=True, comment="The rule under which it is derived.")
    changed_on: Mapped[date] = mapped_column(primary_key=True, comment="First day of the next stance.")
    kind: Mapped[str] = mapped_column(
        comment="The kind of change, as computed by the decision table of the derivation."
    )
    from_position_id: Mapped[int | None] = mapped_column(comment="The last known position; null for the first stance.")
    to_position_id: Mapped[int | None] = mapped_column(comment="The next position; null if unknown.")
    window_from: Mapped[date | None] = mapped_column(
        comment="First possible day of the change; null if nothing was known before."
    )
    window_to: Mapped[date] = mapped_column(comment="The day after the last possible day of the change.")
    confirmed_on: Mapped[date] = mapped_column(comment="The day on which the rule confirms the change.")
    delta_rank: Mapped[int | None] = mapped_column(comment="The rank after the change minus the rank before it.")
    delta_score: Mapped[float | None] = mapped_column(
        Double, comment="The score after the change minus the score before it."
    )
    clarity: Mapped[str | None] = mapped_column(
        comment="Whether the position became clearer; null if one side is unknown."
    )
    walked_back_within: Mapped[int | None] = mapped_column(
        comment="For a return, the number of days since the position was left."
    )


class Touched(Base):
    """Rows that the open transaction has touched and must settle before it commits."""

    __tablename__ = "touched"
    __table_args__ = (
        one_of("kind", TouchKind),
        Index(None, "changeset_id"),
        {
            "comment": "What the open transaction has touched and must process; emptied at its commit.",
            "prefixes": ["UNLOGGED"],
        },
    )

    id: Mapped[int] = mapped_column(
        BigInteger,
        Sequence("touched_id_seq", schema=SCHEMA),
        server_default=text("nextval('stancedb.touched_id_seq')"),
        primary_key=True,
        comment="Number of the row.",
    )
    changeset_id: Mapped[int] = mapped_column(comment="The open changeset.")
    kind: Mapped[str] = mapped_column(
        comment="What to process: a coding, a statement, an actor, an issue, an office or a pair."
    )
    holder_id: Mapped[int | None] = mapped_column(comment="The holder of a coding or a pair, the actor, the office.")
    issue_id: Mapped[int | None] = mapped_column(
        comment="The issue of a coding or a pair, or the issue whose positions changed."
    )
    coding_id: Mapped[int | None] = mapped_column(comment="The coding, if the kind is coding.")
    statement_id: Mapped[int | None] = mapped_column(comment="The statement, if the kind is statement.")
