"""Outlets: newspapers, agencies and other publishers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from stancedb.records.base import COUNTRY_PATTERN, Record, Slug, Text


class OutletRecord(Record):
    """Who publishes: a newspaper, an agency, a ministry."""

    slug: Slug = Field(description="The handle that users type.")
    name: Text = Field(description="The name as printed.")
    kind: Slug = Field("newspaper", description="What kind of publisher it is; a code of the vocabulary.")
    country: Annotated[str, StringConstraints(pattern=COUNTRY_PATTERN)] | None = Field(
        None, description="ISO 3166-1 alpha-2 code of the country it publishes from."
    )
    parent: Slug | None = Field(None, description="The slug of the publishing house that it belongs to.")
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = Field(
        None, description="Admiralty grade of the source; F means it cannot be judged."
    )
    citation: Text | None = Field(None, description="Where the facts about the outlet can be checked.")
