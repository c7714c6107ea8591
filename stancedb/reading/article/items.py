"""Build a checked article from one source: a text, a web page, a PDF, or a feed entry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

from stancedb.errors import UnreadableInput
from stancedb.model.vocabulary import Access
from stancedb.reading.article.completing import ArticleDefaults, completed, day_in_name
from stancedb.reading.article.extraction import extract_html
from stancedb.reading.article.feeds import FRAGMENT_EXTRACTOR, Entry, made_title, read_feed
from stancedb.reading.article.front_matter import FrontMatterError, front_matter
from stancedb.reading.article.keeping import packed
from stancedb.reading.article.pdf import extract_pdf
from stancedb.reading.article.text import normalise_text, title_in_text
from stancedb.reading.decoding import read_text, utf8_stream
from stancedb.records.article import ArticleRecord
from stancedb.records.characters import StrayCharacterError
from stancedb.records.checking import Item
from stancedb.records.slugs import LONGEST_SLUG, slugify
from stancedb.refusals import Fault, Refusal

LARGEST_PAGE = 32 * 1024 * 1024
# Media Cloud treats a shorter extraction as failed (mcmetadata/content.py).
_FEW_CHARACTERS = 200


def with_normal_text(item: Item[ArticleRecord]) -> Item[ArticleRecord]:
    """Bring the text of a JSON Lines or CSV record into its frozen form."""
    if isinstance(item, Refusal):
        return item
    text, notes = normalise_text(item.record.text)
    if not text:
        return Refusal(item.source, item.line, "text_blank", {}, original=item.original)
    record = item.record if text == item.record.text else item.record.model_copy(update={"text": text})
    return replace(item, record=record, notes=(*item.notes, *notes))


def written(
    raw: str, source: str, stem: str, defaults: ArticleDefaults, *, has_front_matter: bool
) -> Item[ArticleRecord]:
    """Make an article from a plain text or from Markdown, keeping every character."""
    try:
        values, body, skipped = front_matter(raw) if has_front_matter else ({}, raw, 0)
    except FrontMatterError as error:
        return Refusal.of(source, error.line, error.fault)
    try:
        text, notes = normalise_text(body)
    except StrayCharacterError as error:
        return Refusal.of(source, error.line + skipped, error.fault)
    if not text:
        return Refusal(source, None, "text_blank", {}, original=values)
    title = title_in_text(text) or ""
    return completed({**values, "text": text}, source, stem, defaults, notes, title=title)


def page(raw: bytes, source: str, stem: str, defaults: ArticleDefaults, encoding: str | None) -> Item[ArticleRecord]:
    """Make an article from the bytes of a web page."""
    _refuse_large(raw, source)
    try:
        page = extract_html(raw, defaults.url, encoding=encoding, source=source)
    except StrayCharacterError as error:
        return Refusal.of(source, error.line, replace(error.fault, field="text"))
    if not page.text:
        return Refusal(source, None, "page_without_text", {}, original=page.candidates)
    values = page.fields()
    notes = [*page.notes]
    if page.guessed_from and ("published" in defaults.said or defaults.published or day_in_name(stem)):
        # The extractor takes a day from anything that looks like one; what a person wrote takes precedence.
        del values["published"]
    elif page.guessed_from:
        notes.append(f"The page states no date; {page.published} was inferred from {page.guessed_from}. Check it.")
    values |= {
        "text": page.text,
        "access": page.access,
        "extractor": page.extractor,
        **_kept(raw, "text/html"),
    }
    if len(page.text) < _FEW_CHARACTERS:
        notes.append(f"Only {len(page.text)} characters of text were found. Check that the article is complete.")
    return completed(values, source, stem, defaults, notes)


def paper(raw: bytes, source: str, stem: str, defaults: ArticleDefaults) -> Item[ArticleRecord]:
    """Make an article from a PDF; its title and date are guesses, because programs set them and people seldom do."""
    paper = extract_pdf(raw, source)
    text, notes = normalise_text(paper.text)
    values: dict[str, object] = {"text": text, "extractor": paper.extractor, **_kept(raw, "application/pdf")}
    notes = [*paper.notes, *notes]
    return completed(values, source, stem, defaults, notes, title=paper.title or "", published=paper.created)


def feed(raw: bytes, source: str, defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Make an article from each entry of a feed."""
    _refuse_large(raw, source)
    written = read_text(utf8_stream(BytesIO(raw), source, encoding=encoding, is_html=True), source)
    entries = [*read_feed(written, source)]
    for entry in entries:
        yield _entry(entry, source, defaults)
    if not entries:
        yield Refusal(source, None, "feed_empty", {})


def _entry(entry: Entry, source: str, defaults: ArticleDefaults) -> Item[ArticleRecord]:
    """Make an article from an entry; an entry with only a summary is an excerpt."""
    values = entry.page.fields()
    try:
        text, notes = normalise_text(entry.text)
    except StrayCharacterError as error:
        return Refusal.of(source, entry.line, replace(error.fault, field="text"), original=values)
    if not text:
        return Refusal(source, entry.line, "entry_without_text", {}, original=values)
    values |= {"text": text, "extractor": FRAGMENT_EXTRACTOR}
    if entry.is_summary:
        values["access"] = Access.EXCERPT
    if entry.markup:
        values |= _kept(entry.markup.encode(), "text/html")
    if values.get("url"):
        defaults = replace(defaults, made_id=slug_of_entry(str(values["url"]), text))
    elif not defaults.id:
        # Titles recur, as that of the letters page does every week.
        known_by = entry.guid or " ".join(str(values[name]) for name in ("title", "published") if name in values)
        values["id"] = slug_of_entry(known_by, text)
    # The file name is that of the feed, so no article takes a date or title from it.
    notes = [*entry.page.notes, *entry.notes, *notes]
    item = completed(values, source, "", defaults, notes, title=made_title(text), line=entry.line)
    # A feed's own number for an entry means a different entry in another feed.
    return item if isinstance(item, Refusal) or values.get("url") else replace(item, has_local_id=True)


def slug_of_entry(known_by: str, text: str) -> str:
    """Make a slug from an address; one that does not fit whole gets a short hash that keeps it distinct."""
    words = re.sub(r"^\w+://(?:www\.)?|\.html?\b", "", known_by)
    slug = slugify(words, text=text)
    if len(words) <= LONGEST_SLUG:
        return slug
    return f"{slug}-{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def _kept(raw: bytes, media_type: str) -> dict[str, object]:
    """Return the fields that store the bytes of a document."""
    kept = packed(raw, media_type)
    return {"raw": kept.raw, "raw_encoding": kept.encoding, "raw_media_type": media_type}


def _refuse_large(raw: bytes, source: str) -> None:
    if len(raw) > LARGEST_PAGE:
        raise UnreadableInput.of(source, Fault("page_too_large", {"most": LARGEST_PAGE >> 20}))
