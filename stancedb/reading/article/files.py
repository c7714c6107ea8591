"""Read article records from files: plain text, Markdown with front matter, saved web pages, JSON Lines and CSV.

Nothing here uses the network, except for an address that the user names. The text of an article is frozen when it
leaves this module, so everything that shapes it has a name and a version: the recipe of the normal form, and the
extractor of web pages.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NoReturn
from urllib.parse import unquote, urlsplit

from stancedb.errors import ManifestOfNoFolder, UnreadableInput
from stancedb.fetching.documents import Document, unpacked
from stancedb.fetching.fetch import Address, fetch
from stancedb.reading.article.ahead import Job, in_order
from stancedb.reading.article.archives import read_archive
from stancedb.reading.article.completing import REMEDIES, ArticleDefaults
from stancedb.reading.article.feeds import LOOKS_LIKE_A_FEED
from stancedb.reading.article.folders import (
    PACKED_PAGES,
    PAGES,
    Found,
    NamePattern,
    Place,
    Tell,
    ending_of,
    files_in_manifest,
    files_of,
    stem_of,
    unheard,
)
from stancedb.reading.article.items import LARGEST_PAGE, feed, page, paper, slug_of_entry, with_normal_text, written
from stancedb.reading.csv_rows import read_csv
from stancedb.reading.decoding import (
    STANDARD_INPUT,
    first_byte,
    open_file,
    open_source,
    read_text,
    utf8_stream,
    web_encoding,
)
from stancedb.reading.json_lines import read_jsonl
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Item
from stancedb.refusals import Fault, Refusal

_TEXT_SUFFIXES = {".txt", ".text"}
_MARKDOWN_SUFFIXES = {".md", ".markdown"}
_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv"}
_FEED_SUFFIXES = {".rss", ".atom", ".rdf", ".xml"}
_ARCHIVE_SUFFIXES = {".warc", ".warc.gz"}
_PDF_SUFFIXES = {".pdf"}
_LIST_SUFFIXES = _JSON_SUFFIXES | _CSV_SUFFIXES | _FEED_SUFFIXES | _ARCHIVE_SUFFIXES
_SUFFIXES = _TEXT_SUFFIXES | _MARKDOWN_SUFFIXES | {*PAGES} | _PDF_SUFFIXES | _LIST_SUFFIXES
# Folders contain JSON files of many kinds, so a file with that extension is read only if it is named.
_IN_FOLDERS = _SUFFIXES - {".json"}
_KINDS = ".txt, .md, .html, .html.gz, .pdf, .jsonl, .csv, .rss, .atom or .warc"
_HTML_TYPES = {"text/html", "application/xhtml+xml"}
_TEXT_TYPES = {"text/plain", "text/markdown"}
_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}
_HEAD = 2048


def read_articles(
    paths: Iterable[Place],
    *,
    defaults: ArticleDefaults,
    encoding: str | None = None,
    manifest: Path | None = None,
    names: NamePattern | None = None,
    tell: Tell = unheard,
) -> Iterator[Item[ArticleRecord]]:
    """Read articles from files, from the files in folders, from addresses, and from standard input for ``-``.

    A manifest takes precedence over what a file says of itself, the file over what its name says by the pattern of
    names, and the name over ``defaults``; a title, a day and an id that are still missing are made from the name. A
    file that cannot be read is one refusal, and the others are still read. Many files are read by several processes,
    which start at once; the order is that of the files.

    Args:
        paths: Files, folders and addresses.
        defaults: Values for the articles from the command line.
        encoding: Encoding of text files, if not UTF-8.
        manifest: List of the files in the one named folder, with fields of their articles.
        names: Pattern of the file names, which contain fields.
        tell: Called with one sentence per folder in which files were left out.

    Raises:
        UsageError: A manifest is given, but the path is not exactly one folder.
    """
    once = _Once(defaults)
    found = _listed(paths, manifest, encoding, tell) if manifest else _files_of(paths, tell)
    return (
        once.checked(item) for item in in_order(_jobs(found, defaults, names), partial(_items_of, encoding=encoding))
    )


def _listed(paths: Iterable[Place], manifest: Path, encoding: str | None, tell: Tell) -> Iterator[Found | Refusal]:
    folder, *others = paths
    if others or not isinstance(folder, Path) or not folder.is_dir():
        raise ManifestOfNoFolder
    return files_in_manifest(manifest, folder, _IN_FOLDERS, tell, encoding=encoding)


def _files_of(paths: Iterable[Place], tell: Tell) -> Iterator[Found | Refusal]:
    for path in paths:
        if not isinstance(path, Path) or not path.is_dir():
            yield Found(path)
        else:
            yield from files_of(path, _IN_FOLDERS, tell)


def _jobs(
    found: Iterable[Found | Refusal], defaults: ArticleDefaults, names: NamePattern | None
) -> Iterator[Job | Refusal]:
    """Pair each file with the defaults for its article."""
    for item in found:
        if isinstance(item, Refusal):
            yield item
        elif (said := defaults.of(item, names)) is None:
            yield Refusal(str(item.path), None, "unlike_pattern", {"pattern": names and names.pattern})
        else:
            yield item.path, said


class _Once:
    """Refuses a second article that would get the id or the URL given on the command line."""

    def __init__(self, defaults: ArticleDefaults) -> None:
        self._given = {"id": defaults.id, "url": defaults.url}
        self._taken: set[str] = set()

    def checked(self, item: Item[ArticleRecord]) -> Item[ArticleRecord]:
        if isinstance(item, Refusal):
            return item
        for name, value in self._given.items():
            if value is None or getattr(item.record, name) != value:
                continue
            if name in self._taken:
                return Refusal(item.source, item.line, "one_article_only", {"name": name}, name, original=item.original)
            self._taken.add(name)
        return item


def _items_of(path: Place, defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read one file; yield a refusal if it cannot be read."""
    source = STANDARD_INPUT if path == "-" else str(path)
    try:
        if path == "-":
            yield from _standard_input(defaults, encoding)
        elif isinstance(path, Address):
            yield from _document(fetch(path), defaults, encoding)
        elif path.name.lower().endswith((*_ARCHIVE_SUFFIXES,)):
            for found in read_archive(path):
                yield from _archived(found, defaults, encoding)
        elif ending_of(path) in PAGES:
            yield page(_raw(path), source, stem_of(path), defaults, encoding)
        elif path.suffix.lower() in _PDF_SUFFIXES:
            yield paper(_raw(path), source, path.stem, defaults)
        elif path.suffix.lower() in _FEED_SUFFIXES:
            yield from feed(_raw(path), source, defaults, encoding)
        elif path.suffix.lower() in _SUFFIXES:
            with open_source(path, encoding=encoding) as stream:
                yield from _opened(stream, path.suffix.lower(), source, path.stem, defaults)
        else:
            # A missing file is reported as missing.
            open_file(path).close()
            code = "other_ending" if path.suffix else "no_ending"
            yield Refusal(source, None, code, {"ending": path.suffix, "endings": _KINDS})
    except UnreadableInput as error:
        yield error.refusal(source)


def _raw(path: Path) -> bytes:
    """Return the bytes of a file, decompressed, reading at most a few more than the largest page."""

    def refuse(fault: Fault) -> NoReturn:
        raise UnreadableInput.of(path, fault)

    with open_file(path) as file:
        raw = file.read(LARGEST_PAGE + 1)
    return unpacked((raw,), "gzip", LARGEST_PAGE, refuse) if ending_of(path) in PACKED_PAGES else raw


def _standard_input(defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read JSON Lines, one web page or one text, recognised by how it begins."""
    stream = utf8_stream(sys.stdin.buffer, STANDARD_INPUT, encoding=encoding)
    begins_with = first_byte(stream)
    if begins_with == b"{":
        yield from _opened(stream, ".jsonl", STANDARD_INPUT, "", defaults)
    elif begins_with == b"<":
        # From here on, what the page declares is honoured; --encoding has already been applied.
        raw = stream.read(LARGEST_PAGE + 1)
        if LOOKS_LIKE_A_FEED.search(raw[:_HEAD]):
            yield from feed(raw, STANDARD_INPUT, defaults, encoding=None)
        else:
            yield page(raw, STANDARD_INPUT, "", defaults, encoding=None)
    else:
        yield from _opened(stream, ".md", STANDARD_INPUT, "", defaults)


def _opened(
    stream: BinaryIO, suffix: str, source: str, stem: str, defaults: ArticleDefaults
) -> Iterator[Item[ArticleRecord]]:
    if suffix in _JSON_SUFFIXES | _CSV_SUFFIXES:
        read = read_jsonl if suffix in _JSON_SUFFIXES else read_csv
        remedies = {**REMEDIES, "id": "every article of a list needs its own"}
        for item in read(stream, ArticleRecord, source, defaults=defaults.given(), remedies=remedies):
            yield with_normal_text(item)
    else:
        text = read_text(stream, source)
        yield written(text, source, stem, defaults, has_front_matter=suffix in _MARKDOWN_SUFFIXES)


def _document(found: Document, defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read a document according to its declared type."""
    encoding = encoding or web_encoding(found.charset or "", found.body)
    said = replace(defaults, said={"retrieved_at": found.retrieved_at, **defaults.said})
    if found.media_type in _FEED_TYPES:
        yield from feed(found.body, found.source, said, encoding)
        return
    said = replace(said, url=found.url, made_id=slug_of_entry(unquote(found.url), ""))
    stem = PurePosixPath(unquote(urlsplit(found.url).path)).stem
    if found.media_type in _HTML_TYPES:
        item = page(found.body, found.source, stem, said, encoding)
    elif found.media_type in _TEXT_TYPES:
        text = read_text(utf8_stream(BytesIO(found.body), found.source, encoding=encoding), found.source)
        item = written(text, found.source, stem, said, has_front_matter=found.media_type == "text/markdown")
    elif found.media_type == "application/pdf":
        item = paper(found.body, found.source, stem, said)
    else:
        code = "other_media_type" if found.media_type else "no_media_type"
        item = Refusal(found.source, None, code, {"media_type": found.media_type})
    yield item if isinstance(item, Refusal) else replace(item, notes=(*found.notes, *item.notes))


def _archived(
    found: Document | Refusal, defaults: ArticleDefaults, encoding: str | None
) -> Iterator[Item[ArticleRecord]]:
    """Read a page of an archive; one that cannot be read does not affect the others."""
    try:
        yield from [found] if isinstance(found, Refusal) else _document(found, defaults, encoding)
    except UnreadableInput as error:
        yield error.refusal(found.source)
