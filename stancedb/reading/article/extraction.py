"""Extract the text and metadata of a web page; the only module that uses the extractor."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, fields
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]  # lxml has no stubs of its own
from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]  # as above

from stancedb.reading.article.marks import collect
from stancedb.reading.article.markup import keep_words, note_of_missing, note_of_struck, printed_passages, settle_edits
from stancedb.reading.article.particulars import ADDRESS, GUESSED, Candidates, Particulars
from stancedb.reading.article.stated import as_stated, in_address
from stancedb.reading.article.text import normalise_text
from stancedb.reading.decoding import read_text, utf8_stream

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Old pages refer to characters by their Windows-1252 number, and the HTML standard says to read them that way.
_OLD_REFERENCE = re.compile(r"&#(?:0{0,4}1(?:2[89]|[345][0-9])|[xX]0{0,4}[89][0-9a-fA-F]);?")
# Comments split the text around them, and the extractor drops them anyway: pages made with React have one
# in every other paragraph.
_PAGE_PARSER = HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)


@dataclass(frozen=True, slots=True)
class Extracted(Particulars):
    """The text and metadata of a saved web page, and the extractor used; the text may be empty."""

    text: str = ""
    extractor: str = ""


def extract_html(
    raw: bytes, url: str | None = None, *, encoding: str | None = None, source: str = "the page"
) -> Extracted:
    """Extract the article of a saved web page; the only function that uses the extractor.

    Each metadata field is taken from JSON-LD, else from meta tags and other markup, else from the extractor: on 257
    news pages, JSON-LD named the right day whenever it named one. Nothing is fetched.

    Args:
        raw: The bytes of the page.
        url: Where the page was found, if known.
        encoding: Encoding of the page, if neither a byte order mark nor the page itself states the right one.
        source: Name for messages.

    Returns:
        What was found; the text is empty if there is no article.

    Raises:
        UnreadableInput: The page is empty, is not text, or is not in the expected encoding.
        StrayCharacterError: The text contains a control character.
    """
    import trafilatura  # noqa: PLC0415 - it takes longer to import than a text file takes to load
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 - as above

    extractor = f"trafilatura/{trafilatura.__version__}"
    markup = read_text(utf8_stream(BytesIO(raw), source, encoding=encoding, is_html=True), source)
    tree = _parsed(markup)
    if tree is None:
        return Extracted(extractor=extractor)
    struck = settle_edits(tree)
    candidates = collect(tree, url)
    if not candidates.has("title", "published", "authors"):
        # Slow, because it searches the whole text for a date.
        guessed = extract_metadata(tree, url)
        candidates.add("title", GUESSED, guessed.title)
        candidates.add("standfirst", GUESSED, guessed.description)
        candidates.add("authors", GUESSED, guessed.author)
        address = candidates.first_url() or url
        candidates.add("published", ADDRESS, in_address(address))
        _add_made_out(candidates, guessed.date, f"{markup} {address or ''}")
    candidates.add("url", "given", url)
    passages = printed_passages(tree)
    keep_words(tree)
    # The extractor takes the tree apart, so it comes last.
    document = trafilatura.bare_extraction(tree, url=url, include_comments=False)
    if document is None or isinstance(document, dict):
        return Extracted(extractor=extractor)
    text, notes = normalise_text(document.text or "")
    chosen = candidates.chosen(text)
    notes += note_of_struck(struck)
    notes += note_of_missing(passages, text, chosen.title, chosen.standfirst, chosen.byline) if text else []
    found = {each.name: getattr(chosen, each.name) for each in fields(Particulars)}
    return Extracted(**{**found, "notes": (*notes, *chosen.notes)}, text=text, extractor=extractor)


def _add_made_out(candidates: Candidates, day: str | None, markup: str) -> None:
    """Add the day that the extractor found, as far as the page states it; it completes dates from today's."""
    stated = as_stated(day, markup) if day else None
    candidates.add("published", GUESSED, stated)
    if day and not stated and "published" not in candidates.found:
        candidates.notes.append(f"passed over published '{day}' ({GUESSED}): inferred, but not stated by the page")


def _parsed(markup: str) -> HtmlElement | None:
    modern = _OLD_REFERENCE.sub(lambda found: html.unescape(found[0]), markup)
    try:
        return document_fromstring(modern.encode(), parser=_PAGE_PARSER)
    except (etree.LxmlError, ValueError):
        return None
