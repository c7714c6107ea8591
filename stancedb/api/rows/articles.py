"""Rows about articles and outlets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from stancedb.api.rows.base import Row


@dataclass(frozen=True, slots=True)
class ListedArticle(Row):
    """An article in a list.

    Attributes:
        article: Slug of the article.
        outlet: Slug of the outlet.
        published: Date of publication (EDTF); None if unknown.
        language: BCP 47 tag of the language.
        kind: Kind of article.
        statements: Number of statements printed in it.
        title: Title as printed.
        retracted_on: Date of retraction; None if it is not retracted.
    """

    article: str
    outlet: str
    published: str | None
    language: str
    kind: str
    statements: int
    title: str
    retracted_on: date | None


@dataclass(frozen=True, slots=True)
class Printed(Row):
    """A statement printed in an article.

    Attributes:
        char_start: First character of the quote in the text, counted from 0.
        char_end: Character after the quote.
        statement: Slug of the statement.
        speaker: Slug of the speaker.
        rendering: How the outlet renders the statement.
        quote: Words as printed.
    """

    char_start: int
    char_end: int
    statement: str
    speaker: str
    rendering: str
    quote: str


@dataclass(frozen=True, slots=True)
class Article(Row):
    """An article with its newest text and the statements printed in it.

    Attributes:
        article: Slug of the article.
        outlet: Name of the outlet.
        title: Title as printed.
        standfirst: Lead under the title.
        byline: Authors as printed.
        authors: Authors one by one.
        agency: News agency named as the source of the text.
        section: Section of the outlet.
        url: URL as published.
        language: BCP 47 tag of the language.
        kind: Kind of article.
        access: Whether the whole text was available.
        published: Date of publication (EDTF); None if unknown.
        published_at: Time of publication.
        updated_on: Date of the outlet's last change.
        updated_at: Time of the outlet's last change.
        syndicated_from: Slug of the original of which it is a copy; None if it is not a copy.
        retracted_on: Date of retraction; None if it is not retracted.
        retracted_reason: Reason for the retraction.
        text_sha256: SHA-256 of the text.
        retrieved_at: Time at which the text was retrieved.
        extractor: Program that extracted the text from its source.
        normalisation: Unicode normalization of the text.
        text: The frozen text.
        mentions: The statements printed in it.
    """

    article: str
    outlet: str
    title: str
    standfirst: str | None
    byline: str | None
    authors: tuple[str, ...] | None
    agency: str | None
    section: str | None
    url: str | None
    language: str
    kind: str
    access: str
    published: str | None
    published_at: datetime | None
    updated_on: date | None
    updated_at: datetime | None
    syndicated_from: str | None
    retracted_on: date | None
    retracted_reason: str | None
    text_sha256: str
    retrieved_at: datetime
    extractor: str
    normalisation: str
    text: str
    mentions: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class Hit(Row):
    """An article in which words were found.

    Attributes:
        article: Slug of the article.
        outlet: Slug of the outlet.
        published: Date of publication (EDTF); None if unknown.
        title: Title as printed.
        snippet: Words around the longest hit, with hits in square brackets.
    """

    article: str
    outlet: str
    published: str | None
    title: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Duplicate(Row):
    """A pair of articles that look like copies.

    Attributes:
        article: Slug of the likely copy.
        original: Slug of the likely original.
        score: Share of words that both have, from 0 to 1.
        outlet: Slug of the outlet of the copy.
        original_outlet: Slug of the outlet of the original.
        published: Date of publication of the copy (EDTF).
        original_published: Date of publication of the original (EDTF).
        title: Title of the copy.
        original_title: Title of the original.
        passage: Beginning of the longest passage that both have.
        state: Whether the pair is proposed, accepted or rejected.
        decided_by: Number of the changeset with the decision; None if undecided.
        reason: Reason for the rejection.
    """

    article: str
    original: str
    score: float
    outlet: str
    original_outlet: str
    published: str | None
    original_published: str | None
    title: str
    original_title: str
    passage: str | None
    state: str
    decided_by: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outlet(Row):
    """An outlet.

    Attributes:
        outlet: Slug of the outlet.
        name: Name as printed.
        kind: Kind of outlet.
        country: ISO 3166 code of the country.
        reliability: Admiralty grade from A to F.
        articles: Number of its articles.
    """

    outlet: str
    name: str
    kind: str
    country: str | None
    reliability: str | None
    articles: int
