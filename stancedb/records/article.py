"""Articles, and the manifest of a folder of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from stancedb.model.vocabulary import Access, RawEncoding
from stancedb.records.base import Address, Base64, Day, Instant, Language, Record, Slug, Text, TextList, When


class ArticleRecord(Record):
    """``stancedb.article/1``: one source text. Either the text or the raw HTML becomes the frozen text."""

    schema_: Literal["stancedb.article/1"] = Field(
        "stancedb.article/1", alias="schema", description="The format of the record and its version."
    )
    id: Slug = Field(description="The slug of the article.")
    outlet: Slug = Field(description="The slug of the outlet that published it.")
    title: Text = Field(description="The title as printed.")
    text: Annotated[str, StringConstraints(min_length=1)] = Field(
        description="The text to freeze, with paragraphs separated by a blank line."
    )
    url: Address | None = Field(None, description="The URL as published.")
    byline: Text | None = Field(None, description="The authors as printed.")
    authors: TextList = Field(default_factory=list, description="The individual authors, in the order of the byline.")
    agency: Text | None = Field(None, description="The news agency that the outlet names as the source of the text.")
    language: Language = Field("en", description="BCP 47 tag of the language of the text.")
    kind: Slug = Field("news", description="What kind of text it is; a code of the vocabulary.")
    published: When | None = Field(None, description="The day of publication, in EDTF.")
    published_at: Instant | None = Field(None, description="The time of publication, with its offset from UTC.")
    updated_on: Day | None = Field(
        None, description="The day on which the outlet last changed the article, in its own time zone."
    )
    updated_at: Instant | None = Field(None, description="The time of the last change, with its offset from UTC.")
    standfirst: Text | None = Field(None, description="The lead under the title, if the outlet sets it apart.")
    section: Text | None = Field(None, description="The section of the outlet that it appeared in.")
    access: Access = Field(Access.FULL, description="Whether the full text was available, or only an excerpt.")
    retrieved_at: Instant | None = Field(
        None, description="When the text was retrieved, with its offset from UTC (default: now)."
    )
    syndicated_from: Slug | None = Field(None, description="The slug of the article that it is a copy of.")
    extractor: Text = Field(
        "plain/1", description="The program that extracted the text from its source, with its version."
    )
    raw: bytes | None = Field(
        None,
        exclude=True,
        description="The original bytes as stored, if the program itself read them.",
    )
    raw_encoding: RawEncoding = Field(
        RawEncoding.IDENTITY, exclude=True, description="How the program itself compressed these bytes."
    )
    raw_bytes: Base64 | None = Field(None, description="The bytes that the text was taken from, in base64.")
    raw_media_type: Text | None = Field(None, description="The MIME type of these bytes.")


class ManifestRecord(Record):
    """One file of a folder of articles, with values that override those in the file."""

    file: Text
    id: Slug | None = None
    outlet: Slug | None = None
    title: Text | None = None
    url: Address | None = None
    byline: Text | None = None
    authors: TextList = Field(default_factory=list)
    agency: Text | None = None
    language: Language | None = None
    kind: Slug | None = None
    published: When | None = None
    published_at: Instant | None = None
    updated_on: Day | None = None
    updated_at: Instant | None = None
    standfirst: Text | None = None
    section: Text | None = None
    access: Access | None = None
    retrieved_at: Instant | None = None
    syndicated_from: Slug | None = None
