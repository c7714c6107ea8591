"""Statements, each stored once, and every place where they were printed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, Small, Vocabulary, day_after, first_day, not_empty, one_of
from stancedb.model.vocabulary import (
    AddresseeRole,
    Assertion,
    LinkKind,
    MentionRank,
    Rendering,
    SelfDeclared,
    Verification,
)


class Act(Vocabulary, Base):
    """What a statement does."""

    __tablename__ = "act"
    __table_args__ = (
        {
            "comment": "What a statement does, such as assert, warn, demand or decline to comment; coders "
            "can add to them."
        },
    )


class Capacity(Vocabulary, Base):
    """The capacity in which a speaker speaks."""

    __tablename__ = "capacity"
    __table_args__ = ({"comment": "The capacities in which a speaker can speak; coders can add to them."},)


class Statement(Curated, Base):
    """A speech act by one speaker on one occasion."""

    __tablename__ = "statement"
    __table_args__ = (
        not_empty("said"),
        one_of("verification", Verification),
        one_of("self_declared", SelfDeclared),
        CheckConstraint("authority BETWEEN 1 AND 6", name="authority_from_one_to_six"),
        CheckConstraint("NOT lower_inf(said)", name="said_has_a_first_day"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint(
            "NOT ends OR (position('/' IN said_edtf) > 0 AND NOT upper_inf(said))", name="ends_with_a_last_day"
        ),
        CheckConstraint("(retracted_reason IS NULL) = (retracted_on IS NULL)", name="retraction_has_reason_and_day"),
        Index(None, "speaker_id", "said_from"),
        Index(None, "changeset_id"),
        Index(None, "tenure_id"),
        Index(None, "event_id", postgresql_where=text("event_id IS NOT NULL")),
        Index(None, "merged_into_id", postgresql_where=text("merged_into_id IS NOT NULL")),
        {"comment": "One speech act by one speaker on one occasion; it exists once, however many outlets print it."},
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    speaker_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), comment="The speaker, or the body that issued the statement."
    )
    tenure_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.tenure.id"), comment="The office that the speaker held at the time."
    )
    on_behalf_of_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor on whose behalf the speaker spoke; null means the speaker."
    )
    capacity: Mapped[str | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.capacity.code"), comment="In what capacity the speaker spoke."
    )
    authority: Mapped[Small] = mapped_column(
        comment="6 law, treaty, cabinet decision; 5 written official answer, joint statement; 4 prepared remarks; "
        "3 ad-lib remarks; 2 spokesperson aside, social post; 1 anonymous or attributed."
    )
    act: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.act.code"), comment="What the statement does.")
    said_phrase: Mapped[str | None] = mapped_column(comment="The date as printed.")
    said_edtf: Mapped[str] = mapped_column(comment="The date as an EDTF string, local to the speaker's place.")
    said: Mapped[Range[date]] = mapped_column(comment="The days that said_edtf means, half-open.")
    said_from: Mapped[date] = first_day("said")
    said_to: Mapped[date | None] = day_after("said")
    said_at: Mapped[datetime | None] = mapped_column(comment="The time of the statement, if known.")
    zone: Mapped[str | None] = mapped_column(comment="IANA time zone of the speaker's place.")
    ends: Mapped[bool] = mapped_column(
        server_default=text("false"),
        comment="For a lasting statement with a last day, whether nothing is known after that day.",
    )
    place: Mapped[str | None] = mapped_column(comment="Where it was said.")
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.event.id"), comment="The event during which it was said."
    )
    summary: Mapped[str | None] = mapped_column(comment="What was said, in the words of the coder.")
    verification: Mapped[str] = mapped_column(comment="How certain it is that the statement was made.")
    self_declared: Mapped[str] = mapped_column(comment="What the speaker says about whether the position has changed.")
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.statement.id"), comment="The statement that it was merged into."
    )
    retracted_on: Mapped[date | None] = mapped_column(
        comment="The day on which the record was retracted in this database because it was wrong."
    )
    retracted_reason: Mapped[str | None] = mapped_column(comment="Why the record was retracted.")
    citation: Mapped[str | None] = mapped_column(
        comment="Where the fact can be checked, in addition to the quoted article."
    )


class StatementAddressee(Curated, Base):
    """An actor to whom, or about whom, a statement speaks."""

    __tablename__ = "statement_addressee"
    __table_args__ = (
        one_of("role", AddresseeRole),
        UniqueConstraint("statement_id", "actor_id", "role"),
        Index(None, "actor_id"),
        {"comment": "The actors to whom, about whom or for whom a statement speaks."},
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.statement.id"), comment="What was said.")
    actor_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.actor.id"), comment="The actor who is addressed or spoken about."
    )
    role: Mapped[str] = mapped_column(
        server_default=text("'addressee'"), comment="The role of the actor in the statement."
    )


class Mention(Curated, Base):
    """One place in one frozen text where a statement is printed."""

    __tablename__ = "mention"
    __table_args__ = (
        one_of("rendering", Rendering),
        one_of("asserts", Assertion),
        one_of("rank", MentionRank),
        CheckConstraint("char_start >= 0 AND char_end > char_start", name="span_is_half_open"),
        CheckConstraint("char_length(quote) = char_end - char_start", name="quote_is_as_long_as_span"),
        CheckConstraint("(rank = 'deprecated') = (deprecated_reason IS NOT NULL)", name="deprecated_with_a_reason"),
        UniqueConstraint("statement_id", "article_version_id", "char_start", "char_end"),
        UniqueConstraint("id", "statement_id"),
        Index(None, "article_version_id"),
        Index(None, "changeset_id"),
        {"comment": "One place in one frozen text where a statement is quoted, paraphrased, characterised or denied."},
    )

    statement_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.statement.id"), comment="The statement that is printed there."
    )
    article_version_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.article_version.id"), comment="The frozen text that it is printed in."
    )
    char_start: Mapped[int] = mapped_column(
        Integer, comment="Position of the first code point of the quote in the body, counted from 0."
    )
    char_end: Mapped[int] = mapped_column(Integer, comment="Position of the code point after the quote.")
    quote: Mapped[str] = mapped_column(comment="The characters of the article between the two positions.")
    prefix: Mapped[str] = mapped_column(comment="The characters before the quote, up to 32.")
    suffix: Mapped[str] = mapped_column(comment="The characters after the quote, up to 32.")
    rendering: Mapped[str] = mapped_column(comment="How the outlet prints the statement.")
    asserts: Mapped[str] = mapped_column(comment="Whether the outlet says that the statement was made.")
    attribution: Mapped[str | None] = mapped_column(comment="Name and title of the speaker as printed.")
    rank: Mapped[str] = mapped_column(server_default=text("'normal'"), comment="Which mention to show first.")
    deprecated_reason: Mapped[str | None] = mapped_column(comment="Why the mention should not be relied on.")


class StatementLink(Curated, Base):
    """The relation of a statement to another."""

    __tablename__ = "statement_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        CheckConstraint("statement_id <> target_id", name="links_two_statements"),
        UniqueConstraint("statement_id", "kind", "target_id"),
        Index(None, "target_id"),
        {"comment": "How a later statement relates to an earlier one. Only 'retracts' ends a stance by itself."},
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.statement.id"), comment="The later statement.")
    kind: Mapped[str] = mapped_column(comment="What the later statement does to the earlier statement.")
    target_id: Mapped[int] = mapped_column(ForeignKey(f"{SCHEMA}.statement.id"), comment="The earlier statement.")
