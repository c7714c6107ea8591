"""Events, asserted causes, and indicators to watch."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, Vocabulary, day_after, first_day, not_empty, one_of
from stancedb.model.vocabulary import CausalKind, EventStatus, IndicatorStatus, ParticipantRole


class EventKind(Vocabulary, Base):
    """A kind of event."""

    __tablename__ = "event_kind"
    __table_args__ = (
        {"comment": "Kinds of event, such as call, visit, travel advisory, exercise and vote; coders can add to them."},
    )


class Event(Curated, Base):
    """One event."""

    __tablename__ = "event"
    __table_args__ = (
        not_empty("during"),
        one_of("status", EventStatus),
        Index(None, "during_from"),
        {"comment": "Something that happened or is planned, other than a statement of position."},
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    kind: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.event_kind.code"), comment="What kind of event it is.")
    title: Mapped[str] = mapped_column(comment="The title shown in tables.")
    during_edtf: Mapped[str] = mapped_column(comment="The period as an EDTF string.")
    during: Mapped[Range[date]] = mapped_column(comment="The period, half-open.")
    during_from: Mapped[date | None] = first_day("during")
    during_to: Mapped[date | None] = day_after("during")
    zone: Mapped[str | None] = mapped_column(comment="IANA time zone in which the days are counted.")
    status: Mapped[str] = mapped_column(comment="Whether it took place.")
    citation: Mapped[str | None] = mapped_column(comment="Where the fact can be checked.")


class EventParticipant(Curated, Base):
    """An actor takes part in an event."""

    __tablename__ = "event_participant"
    __table_args__ = (
        one_of("role", ParticipantRole),
        UniqueConstraint("event_id", "actor_id", "role"),
        Index(None, "actor_id"),
        {"comment": "Who took part in an event, and in which role; one row per participant, never pairs."},
    )

    event_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.event.id"), comment="What the actor takes part in.")
    actor_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="The participant.")
    role: Mapped[str] = mapped_column(comment="The role of the actor in the event.")


class CausalLink(Curated, Base):
    """An assertion that one statement or event followed from another."""

    __tablename__ = "causal_link"
    __table_args__ = (
        one_of("kind", CausalKind),
        CheckConstraint("num_nonnulls(from_statement_id, from_event_id) = 1", name="comes_from_one_thing"),
        CheckConstraint("num_nonnulls(to_statement_id, to_event_id) = 1", name="points_to_one_thing"),
        CheckConstraint("from_statement_id <> to_statement_id", name="links_two_statements"),
        CheckConstraint("from_event_id <> to_event_id", name="links_two_events"),
        UniqueConstraint(
            "from_statement_id",
            "from_event_id",
            "kind",
            "to_statement_id",
            "to_event_id",
            "asserted_by_id",
            name="uq_causal_link_asserted_once",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "to_statement_id"),
        Index(None, "to_event_id"),
        Index(None, "from_event_id"),
        Index(None, "asserted_by_id"),
        {"comment": "Causation as an actor asserts it: a later statement or event follows from an earlier one."},
    )

    from_statement_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.statement.id"), comment="The effect, if it is a statement."
    )
    from_event_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.event.id"), comment="The effect, if it is an event."
    )
    kind: Mapped[str] = mapped_column(comment="How the effect is said to follow from the cause.")
    to_statement_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.statement.id"), comment="The cause, if it is a statement."
    )
    to_event_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.event.id"), comment="The cause, if it is an event."
    )
    asserted_by_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor who asserts it.")


class Indicator(Curated, Base):
    """A question to watch."""

    __tablename__ = "indicator"
    __table_args__ = (
        one_of("status", IndicatorStatus),
        not_empty("due"),
        {"comment": "A question to watch, and what would count as a yes."},
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    question: Mapped[str] = mapped_column(comment="The question to watch.")
    counts_if: Mapped[str] = mapped_column(comment="What would count as yes.")
    issue_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.issue.id"), index=True, comment="The issue that it concerns."
    )
    due_edtf: Mapped[str | None] = mapped_column(comment="When an answer is due, as an EDTF string.")
    due: Mapped[Range[date] | None] = mapped_column(comment="When an answer is due, half-open.")
    due_from: Mapped[date | None] = first_day("due")
    due_to: Mapped[date | None] = day_after("due")
    status: Mapped[str] = mapped_column(comment="Whether the question is still open.")
    citation: Mapped[str | None] = mapped_column(comment="The source that named it as something to watch.")


class IndicatorObservation(Curated, Base):
    """An observation of an indicator on a day."""

    __tablename__ = "indicator_observation"
    __table_args__ = (
        UniqueConstraint("indicator_id", "observed_on"),
        {"comment": "What was seen of an indicator by a day; 'not seen by this day' is also an observation."},
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.indicator.id"), comment="What was watched.")
    observed_on: Mapped[date] = mapped_column(comment="The day.")
    is_seen: Mapped[bool] = mapped_column(comment="Whether what counts as a yes was seen by that day.")
    note: Mapped[str | None] = mapped_column(comment="What was seen, or where it was looked for.")
    article_version_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.article_version.id"), index=True, comment="The source."
    )
