"""The sources of every fact: changesets, loads, outlets, articles and their frozen texts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, Range
from sqlalchemy.orm import Mapped, mapped_column

from stancedb.model.base import SCHEMA, Base, Curated, Vocabulary, day_after, first_day, not_empty, one_of
from stancedb.model.vocabulary import Access, DuplicateState, RawEncoding


class Changeset(Base):
    """One transaction of writes, with its author and reason."""

    __tablename__ = "changeset"
    __table_args__ = (
        CheckConstraint("author <> ''", name="author_not_blank"),
        CheckConstraint("(number IS NULL) = (committed_at IS NULL)", name="number_comes_with_commit"),
        {
            "comment": "One transaction of writes: who, why, and with which version of the program. "
            "Every curated row names its changeset."
        },
    )

    id: Mapped[int] = mapped_column(
        primary_key=True,
        autoincrement=True,
        comment="Internal key, in the order of opening, which is not the order of commit.",
    )
    number: Mapped[int | None] = mapped_column(
        unique=True,
        comment="Gapless number in commit order, to which 'known at N' refers. Null only inside the open transaction.",
    )
    author: Mapped[str] = mapped_column(comment="Who made the change.")
    message: Mapped[str] = mapped_column(comment="The reason for the change, in the words of the author.")
    tool: Mapped[str] = mapped_column(comment="The program and version that made the change.")
    undoes_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.changeset.id"), comment="The changeset that this changeset undoes."
    )
    opened_at: Mapped[datetime] = mapped_column(
        server_default=func.clock_timestamp(), comment="When the transaction opened the changeset."
    )
    committed_at: Mapped[datetime | None] = mapped_column(comment="When the changeset got its number, at commit.")


class ChangesetCounter(Base):
    """The last changeset number assigned."""

    __tablename__ = "changeset_counter"
    __table_args__ = (
        CheckConstraint("is_only", name="has_one_row"),
        {"comment": "The last changeset number; its row lock, taken at commit, puts changesets in commit order."},
    )

    is_only: Mapped[bool] = mapped_column(
        primary_key=True, server_default=text("true"), comment="Always true: the table has one row."
    )
    last_number: Mapped[int] = mapped_column(comment="The number of the last committed changeset.")


class Load(Curated, Base):
    """One run of a loader."""

    __tablename__ = "load"
    __table_args__ = (
        CheckConstraint("least(inserted, updated, unchanged, refused) >= 0", name="counts_not_negative"),
        CheckConstraint("input_sha256 ~ '^[0-9a-f]{64}$'", name="input_sha256_is_hex"),
        CheckConstraint("place_sha256 ~ '^[0-9a-f]{64}$'", name="place_sha256_is_hex"),
        CheckConstraint("(source IS NULL) = (place_sha256 IS NULL)", name="source_has_a_place"),
        {"comment": "One run of a loader, with the number of rows that it changed."},
    )

    kind: Mapped[str] = mapped_column(comment="What was loaded: article, statement, actor, codebook, event, ...")
    origin: Mapped[str] = mapped_column(comment="The file or command that the records came from.")
    input_sha256: Mapped[str] = mapped_column(comment="SHA-256 of the input, so that a file can be recognised.")
    inserted: Mapped[int] = mapped_column(comment="Rows that were new.")
    updated: Mapped[int] = mapped_column(comment="Rows that changed; the earlier version is in history.")
    unchanged: Mapped[int] = mapped_column(comment="Existing rows that stayed the same.")
    refused: Mapped[int] = mapped_column(comment="Records that were rejected.")
    source: Mapped[str | None] = mapped_column(
        comment="The source that the local identifiers of the file belong to; null if the file has none."
    )
    place_sha256: Mapped[str | None] = mapped_column(
        comment="SHA-256 of the path of such a file, so that a later edition can be recognised."
    )


class OutletKind(Vocabulary, Base):
    """A kind of publisher."""

    __tablename__ = "outlet_kind"
    __table_args__ = ({"comment": "Kinds of outlet; coders can add to them."},)


class Outlet(Curated, Base):
    """A publisher of articles."""

    __tablename__ = "outlet"
    __table_args__ = (
        CheckConstraint("reliability IN ('A', 'B', 'C', 'D', 'E', 'F')", name="reliability_is_admiralty_grade"),
        CheckConstraint("parent_id <> id", name="parent_is_another"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_is_iso3166"),
        {"comment": "Who publishes articles: a newspaper, an agency, a ministry, a parliament."},
    )

    slug: Mapped[str] = mapped_column(unique=True, comment="The handle that users type.")
    name: Mapped[str] = mapped_column(comment="The name as printed.")
    kind: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.outlet_kind.code"), comment="What kind of publisher it is.")
    country: Mapped[str | None] = mapped_column(comment="ISO 3166-1 alpha-2 code of the country it publishes from.")
    parent_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.outlet.id"), index=True, comment="The publishing house that it belongs to."
    )
    reliability: Mapped[str | None] = mapped_column(
        comment="Admiralty grade of the source, A to F; F means it cannot be judged."
    )
    citation: Mapped[str | None] = mapped_column(comment="Where the facts about the outlet can be checked.")


class ArticleKind(Vocabulary, Base):
    """A kind of source text."""

    __tablename__ = "article_kind"
    __table_args__ = ({"comment": "Kinds of article; coders can add to them."},)


class Article(Curated, Base):
    """A source text, which may have several retrieved versions."""

    __tablename__ = "article"
    __table_args__ = (
        not_empty("published"),
        one_of("access", Access),
        CheckConstraint("syndicated_from_id <> id", name="syndicated_from_is_another"),
        CheckConstraint("title <> ''", name="title_not_blank"),
        CheckConstraint("agency <> ''", name="agency_not_blank"),
        CheckConstraint(
            "cardinality(authors) > 0 AND array_position(authors, NULL) IS NULL"
            " AND array_position(authors, '') IS NULL",
            name="authors_not_blank",
        ),
        CheckConstraint("(retracted_reason IS NULL) = (retracted_on IS NULL)", name="retraction_has_reason_and_day"),
        Index(None, "published_from"),
        Index(None, "changeset_id"),
        Index("ix_article_title_terms", text(f"{SCHEMA}.search_terms(title)"), postgresql_using="gin"),
        {"comment": "One source text: what was published, by whom, when and where. Its text is in article_version."},
    )

    slug: Mapped[str] = mapped_column(
        unique=True, comment="The handle that users type; in a load, the id given by the provider."
    )
    outlet_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.outlet.id"), index=True, comment="The outlet that published it."
    )
    url: Mapped[str | None] = mapped_column(comment="The URL as published.")
    url_key: Mapped[str | None] = mapped_column(
        unique=True, comment="The URL without tracking parameters and other irrelevant differences."
    )
    title: Mapped[str] = mapped_column(comment="The title as printed.")
    standfirst: Mapped[str | None] = mapped_column(comment="The lead under the title, if the outlet sets it apart.")
    byline: Mapped[str | None] = mapped_column(comment="The authors as printed.")
    authors: Mapped[list[str] | None] = mapped_column(
        ARRAY(TEXT), comment="The individual authors, in the order of the byline."
    )
    agency: Mapped[str | None] = mapped_column(
        comment="The news agency that the outlet names as the source of the text."
    )
    section: Mapped[str | None] = mapped_column(comment="The section of the outlet that it appeared in.")
    language: Mapped[str] = mapped_column(comment="BCP 47 tag of the language of the text.")
    kind: Mapped[str] = mapped_column(ForeignKey(f"{SCHEMA}.article_kind.code"), comment="What kind of text it is.")
    access: Mapped[str] = mapped_column(comment="Whether the full text was available, or only an excerpt.")
    published_edtf: Mapped[str | None] = mapped_column(comment="Day of publication as an EDTF string.")
    published: Mapped[Range[date] | None] = mapped_column(comment="The days that published_edtf means, half-open.")
    published_from: Mapped[date | None] = first_day("published")
    published_to: Mapped[date | None] = day_after("published")
    published_at: Mapped[datetime | None] = mapped_column(comment="The time of publication, if known.")
    updated_on: Mapped[date | None] = mapped_column(
        comment="The day on which the outlet last changed the article, in the time zone of the outlet."
    )
    updated_at: Mapped[datetime | None] = mapped_column(comment="The time of the last change, if known.")
    syndicated_from_id: Mapped[int | None] = mapped_column(
        ForeignKey(f"{SCHEMA}.article.id"),
        index=True,
        comment="The article of which this article is a copy; copies count as evidence only once.",
    )
    retracted_on: Mapped[date | None] = mapped_column(
        comment="The day on which the article was retracted in this database."
    )
    retracted_reason: Mapped[str | None] = mapped_column(comment="Why the article was retracted.")


class ArticleVersion(Curated, Base):
    """One frozen text of an article."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("article_id", "text_sha256"),
        CheckConstraint("body IS NFC NORMALIZED", name="body_is_nfc"),
        CheckConstraint("body <> ''", name="body_not_blank"),
        CheckConstraint("text_sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')", name="text_sha256_is_of_body"),
        one_of("raw_encoding", RawEncoding),
        CheckConstraint(
            "raw_encoding = 'identity' OR COALESCE(substring(raw FROM 1 FOR 2) = '\\x1f8b'::bytea, false)",
            name="raw_is_packed_as_it_says",
        ),
        Index(None, "text_sha256"),
        Index("ix_article_version_body_terms", text(f"{SCHEMA}.search_terms(body)"), postgresql_using="gin"),
        {"comment": "One frozen text of an article. It cannot be edited, because quotes refer to its code points."},
    )

    article_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.article.id"), comment="The article that the text belongs to."
    )
    body: Mapped[str] = mapped_column(comment="The text, in Unicode NFC, lines ended by a line feed.")
    text_sha256: Mapped[str] = mapped_column(comment="SHA-256 of the body in UTF-8.")
    retrieved_at: Mapped[datetime] = mapped_column(server_default=func.now(), comment="When the text was retrieved.")
    normalisation: Mapped[str] = mapped_column(
        comment="Name of the normalisation that produced the body from the input."
    )
    extractor: Mapped[str] = mapped_column(comment="Program and version that extracted the text from the source.")
    raw: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="The original bytes, if they differ from the body, compressed as raw_encoding says."
    )
    raw_media_type: Mapped[str | None] = mapped_column(comment="MIME type of raw, such as text/html.")
    raw_encoding: Mapped[str] = mapped_column(
        server_default=RawEncoding.IDENTITY,
        comment="How raw is compressed: identity (not compressed) or gzip (RFC 1952).",
    )


class ArticleSketch(Base):
    """The sketch of a text that is used to find copies; the database writes it with the text."""

    __tablename__ = "article_sketch"
    __table_args__ = (
        Index(None, "shingles", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        {
            "comment": "Used for finding copies: a sample of the word sequences in each text, "
            "written by the database with the text."
        },
    )

    article_version_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.article_version.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        comment="The frozen text that it is computed from.",
    )
    shingles: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger),
        comment="One in eight of the sequences of five words, or of ten characters of Chinese, Japanese and Korean, "
        "each as a number.",
    )


class ArticleDuplicate(Curated, Base):
    """An article that looks like a copy of another, and the decision about it."""

    __tablename__ = "article_duplicate"
    __table_args__ = (
        one_of("state", DuplicateState),
        CheckConstraint("copy_id <> original_id", name="is_of_two_articles"),
        CheckConstraint("reason IS NOT NULL OR state <> 'rejected'", name="rejected_with_a_reason"),
        CheckConstraint("score BETWEEN 0 AND 1", name="score_is_a_share"),
        Index(
            "uq_article_duplicate_pair",
            text("LEAST(copy_id, original_id)"),
            text("GREATEST(copy_id, original_id)"),
            unique=True,
        ),
        Index("uq_article_duplicate_one_original", "copy_id", unique=True, postgresql_where=text("state = 'accepted'")),
        {
            "comment": "Pairs of articles of which one looks like a copy of the other, and what people decided "
            "about them."
        },
    )

    copy_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.article.id", ondelete="CASCADE"),
        index=True,
        comment="The article that looks like a copy.",
    )
    original_id: Mapped[int] = mapped_column(
        ForeignKey(f"{SCHEMA}.article.id", ondelete="CASCADE"),
        index=True,
        comment="The article that it looks like a copy of: that of an agency, otherwise the earlier article.",
    )
    score: Mapped[float] = mapped_column(
        Double,
        comment="Share of the sampled word sequences of the shorter text that the longer text also has, "
        "at the time of the "
        "proposal.",
    )
    state: Mapped[str] = mapped_column(
        server_default=text("'proposed'"),
        comment="The decision, if any; the changeset of the row shows who decided, and when.",
    )
    reason: Mapped[str | None] = mapped_column(comment="The reason for the decision.")
