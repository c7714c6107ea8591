"""Complete an article with values from outside its own file, and build the record.

The command line and file names supply what a file does not say; a manifest takes precedence over the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from stancedb.reading.article.folders import Found, NamePattern
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Item, check_record
from stancedb.records.slugs import slugify
from stancedb.refusals import Refusal

REMEDIES = {"outlet": "add --outlet SLUG", "title": "add --title TITLE", "id": "add --id SLUG"}
# These bytes are as large as the file itself, which is there to be corrected.
_NOT_SHOWN = {"raw", "raw_encoding"}
_DAY = re.compile(r"(?<!\d)([12]\d{3}-\d{2}-\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class ArticleDefaults:
    """Values for articles that come from outside the files.

    Attributes:
        said: Fields of the article from a manifest.
        inside: Path of the file's folder within the named folder; it becomes part of the id.
        made_id: Id made from an address, used when no file name provides one.
    """

    outlet: str | None = None
    language: str | None = None
    published: str | None = None
    kind: str | None = None
    title: str | None = None
    url: str | None = None
    id: str | None = None
    said: Mapping[str, object] = field(default_factory=dict)
    inside: str = ""
    made_id: str | None = None

    def given(self) -> dict[str, object]:
        """Return the fields that were given, without those from a manifest."""
        given = ((name, getattr(self, name)) for name in self.__slots__ if name not in {"said", "inside", "made_id"})
        return {name: value for name, value in given if value is not None}

    def of(self, found: Found, names: NamePattern | None) -> ArticleDefaults | None:
        """Return the defaults for one file, or None if its name does not match the pattern of names."""
        named: dict[str, str] | None = {}
        if names and isinstance(found.path, Path):
            named = names.read(found.path)
        if named is None:
            return None
        for name in named.keys() & {"outlet", "kind", "id"}:
            named[name] = slugify(named[name])
        if "title" in named:
            named["title"] = _title_in_name(named["title"])
        return replace(self, **named, said=found.said, inside=found.inside)


def completed(
    values: dict[str, object],
    source: str,
    stem: str,
    defaults: ArticleDefaults,
    notes: Iterable[str] = (),
    *,
    title: str = "",
    published: str | None = None,
    line: int | None = None,
) -> Item[ArticleRecord]:
    """Fill in what neither the file nor the command line says, and check the whole record.

    An id that is made from the file name or a URL does not count as written in the file.
    """
    text = str(values.get("text", ""))
    filled = {
        "published": day_in_name(stem) or published,
        "title": title or _title_in_name(stem),
        "id": defaults.made_id
        or slugify(f"{defaults.inside}{stem}" if stem else str(values.get("title", title)), text=text),
    }
    written = {**defaults.given(), **values, **defaults.said}
    given = {**{name: value for name, value in filled.items() if value}, **written}
    original = {name: value for name, value in given.items() if name not in _NOT_SHOWN}
    item = check_record(given, ArticleRecord, source, line, original=original, remedies=REMEDIES)
    if isinstance(item, Refusal):
        return item
    guessed = frozenset(filled) - frozenset(written)
    if "language" not in written and "raw" in values:
        notes = [*notes, f"The file names no language, so {item.record.language} is used; set another with --language."]
    return replace(item, notes=(*notes, *item.notes), guessed=guessed)


def day_in_name(stem: str) -> str | None:
    """Return the first valid date in a file name in the form YYYY-MM-DD."""
    for found in _DAY.findall(stem):
        try:
            return date.fromisoformat(found).isoformat()
        except ValueError:
            continue
    return None


def _title_in_name(stem: str) -> str:
    """Turn a file name into words, keeping the hyphens of dates."""
    words = " ".join(
        piece if _DAY.fullmatch(piece) else re.sub(r"[\s_-]+", " ", piece).strip() for piece in _DAY.split(stem)
    ).strip()
    return words[:1].upper() + words[1:]
