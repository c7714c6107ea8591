"""From files to article records: plain text, Markdown with front matter, saved web pages, JSON Lines and CSV.

Nothing here reaches for the network, except for an address that is named to be fetched. The text of an article is
frozen as it leaves this module, so everything that shapes it has a name and a version: the recipe of the normal form,
and the extractor of a web page.
"""

from __future__ import annotations

import hashlib
import html
import os
import re
import sys
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field, fields, replace
from datetime import date
from io import BytesIO
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, NoReturn, TypeVar
from urllib.parse import unquote, urlsplit

import yaml
from lxml import etree  # type: ignore[import-untyped]  # lxml has no stubs of its own
from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]  # as above

from stancedb.errors import Refusal, UnreadableInput, UsageError, nearest
from stancedb.fetching.documents import unpacked
from stancedb.fetching.fetch import Address, fetch
from stancedb.model.vocabulary import Access
from stancedb.reading.article.archives import read_archive
from stancedb.reading.article.feeds import FRAGMENT_EXTRACTOR, LOOKS_LIKE_A_FEED, Entry, made_title, read_feed
from stancedb.reading.article.folders import (
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
from stancedb.reading.article.keeping import packed
from stancedb.reading.article.markup import keep_words, note_of_missing, note_of_struck, printed_passages, settle_edits
from stancedb.reading.article.particulars import ADDRESS, GUESSED, Candidates, Particulars, collect
from stancedb.reading.article.pdf import extract_pdf
from stancedb.reading.article.stated import as_stated, in_address
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
from stancedb.records.base import input_fields
from stancedb.records.characters import StrayCharacterError, nfc, nfc_note, refuse_stray
from stancedb.records.checking import Item, RefusedRecord, check_record
from stancedb.records.slugs import LONGEST_SLUG, slugify
from stancedb.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

    from stancedb.fetching.documents import Document

NORMALISATION = "nfc-lf/1"

T = TypeVar("T")

_TEXT_SUFFIXES = {".txt", ".text"}
_MARKDOWN_SUFFIXES = {".md", ".markdown"}
_PACKED_SUFFIXES = {".html.gz", ".htm.gz"}
_HTML_SUFFIXES = {".html", ".htm"} | _PACKED_SUFFIXES
_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv"}
_FEED_SUFFIXES = {".rss", ".atom", ".rdf", ".xml"}
_ARCHIVE_SUFFIXES = {".warc", ".warc.gz"}
_PDF_SUFFIXES = {".pdf"}
_LIST_SUFFIXES = _JSON_SUFFIXES | _CSV_SUFFIXES | _FEED_SUFFIXES | _ARCHIVE_SUFFIXES
_SUFFIXES = _TEXT_SUFFIXES | _MARKDOWN_SUFFIXES | _HTML_SUFFIXES | _PDF_SUFFIXES | _LIST_SUFFIXES
# JSON that is no JSON Lines lies in folders for many reasons, so a file of that ending is read only where it is named.
_IN_FOLDERS = _SUFFIXES - {".json"}
_KINDS = ".txt, .md, .html, .html.gz, .pdf, .jsonl, .csv, .rss, .atom or .warc"

_HEAD = 2048
_LARGEST_PAGE = 32 * 1024 * 1024
_LONGEST_TITLE = 200
# Media Cloud takes an extraction below this for a failed one (mcmetadata/content.py).
_FEW_CHARACTERS = 200
# The bytes are as large as the file itself, which is there to be corrected.
_NOT_SHOWN = {"raw", "raw_encoding"}
_REMEDIES = {"outlet": "add --outlet SLUG", "title": "add --title TITLE", "id": "add --id SLUG"}


@dataclass(frozen=True, slots=True)
class ArticleDefaults:
    """What is said of articles besides what the files themselves say.

    The command line and the names of files fill in what a file does not say; a manifest goes before it.

    Attributes:
        said: What a manifest says of the file.
        inside: Where in the folder that was named the file lies; it goes into the id.
        made_id: The id that is made of an address, where no name of a file makes it.
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
        """Return the fields that were given, but for what a manifest says."""
        given = ((name, getattr(self, name)) for name in self.__slots__ if name not in {"said", "inside", "made_id"})
        return {name: value for name, value in given if value is not None}

    def of(self, found: Found, names: NamePattern | None) -> ArticleDefaults | None:
        """Return what is said of one file; None where its name does not fit the pattern of names."""
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


# --- Text and names ---------------------------------------------------------------------------------------------------


def normalise_text(raw: str) -> tuple[str, list[str]]:
    """Bring a text into the form in which it is frozen; the recipe is named by NORMALISATION.

    Line ends become line feeds, a byte order mark goes, Unicode becomes NFC, and spaces at the end of lines and blank
    lines at both ends of the text go. Everything else stays as it is.

    Returns:
        The text, and what of its characters changed, such as "NFC changed 3 characters".

    Raises:
        StrayCharacterError: A control character other than line feed and tab; it is a ValueError.
    """
    text = raw.removeprefix("\ufeff").replace("\r\n", "\n")
    refuse_stray(text)
    text, changed = nfc(text)
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    return text, [nfc_note(changed)] if changed else []


_DAY = re.compile(r"(?<!\d)([12]\d{3}-\d{2}-\d{2})(?!\d)", re.ASCII)
_ENDS_LIKE_A_SENTENCE = (".", ".”", '."', "。", ":", ",", ";")


def _day_in_name(stem: str) -> str | None:
    """Return the first day of the calendar that a file name contains in the form YYYY-MM-DD."""
    for found in _DAY.findall(stem):
        try:
            return date.fromisoformat(found).isoformat()
        except ValueError:
            continue
    return None


def _title_in_name(stem: str) -> str:
    """Write a file name in words; days keep their hyphens."""
    words = " ".join(
        piece if _DAY.fullmatch(piece) else re.sub(r"[\s_-]+", " ", piece).strip() for piece in _DAY.split(stem)
    ).strip()
    return words[:1].upper() + words[1:]


def _title_in_text(text: str) -> str | None:
    """Return the first line when it reads as a title: short, no sentence, and with other lines below it."""
    first, _, rest = text.partition("\n")
    title = re.sub(r"^#{1,6}\s+", "", first).strip()
    if not rest or not title or len(title) >= _LONGEST_TITLE or title.endswith(_ENDS_LIKE_A_SENTENCE):
        return None
    return title


# --- Articles from files ----------------------------------------------------------------------------------------------


def read_articles(
    paths: Iterable[Place],
    *,
    defaults: ArticleDefaults,
    encoding: str | None = None,
    manifest: Path | None = None,
    names: NamePattern | None = None,
    tell: Tell = unheard,
) -> Iterator[Item[ArticleRecord]]:
    """Read the articles of files, of the files in folders, of addresses, and of standard input for ``-``.

    What a manifest says goes before what a file says of itself, this before what its name says by the pattern of names,
    and this before what ``defaults`` say; a title, a day and an id are made of the name where nothing says them. A file
    that cannot be read is one refusal, and the others are read all the same. Many files are read by several processes,
    which begin at once; the order is that of the files.

    Args:
        paths: Files, folders and addresses.
        defaults: What the command line says of the articles.
        encoding: What text files are in, where they are not UTF-8.
        manifest: A list of the files of the one folder that is named, with fields of their articles.
        names: What the names of files say.
        tell: Takes a sentence for each folder of which files were left out.

    Raises:
        UsageError: A manifest goes with one folder, and other things are named.
    """
    once = _Once(defaults)
    found = _listed(paths, manifest, encoding, tell) if manifest else _files_of(paths, tell)
    return (once.checked(item) for item in _in_order(_jobs(found, defaults, names), encoding))


def _listed(paths: Iterable[Place], manifest: Path, encoding: str | None, tell: Tell) -> Iterator[Found | Refusal]:
    folder, *others = paths
    if others or not isinstance(folder, Path) or not folder.is_dir():
        raise UsageError(message="a manifest goes with one folder, the one whose files it lists")
    return files_in_manifest(manifest, folder, _IN_FOLDERS, tell, encoding=encoding)


def _files_of(paths: Iterable[Place], tell: Tell) -> Iterator[Found | Refusal]:
    for path in paths:
        if not isinstance(path, Path) or not path.is_dir():
            yield Found(path)
        else:
            yield from files_of(path, _IN_FOLDERS, tell)


_Job = tuple[Place, ArticleDefaults]


def _jobs(
    found: Iterable[Found | Refusal], defaults: ArticleDefaults, names: NamePattern | None
) -> Iterator[_Job | Refusal]:
    """Pair each file with what is said of it."""
    for item in found:
        if isinstance(item, Refusal):
            yield item
        elif (said := defaults.of(item, names)) is None:
            yield Refusal(str(item.path), None, None, f"its name does not fit the pattern '{names and names.pattern}'")
        else:
            yield item.path, said


class _Once:
    """Refuses a second article that would get the id or the URL that the command line gives to one."""

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
                reason = f"--{name} names one article, and this is another; load it by itself"
                return RefusedRecord(item.source, item.line, name, reason, item.original)
            self._taken.add(name)
        return item


_FEW_FILES = 16
_BATCH = 4


def _in_order(jobs: Iterator[_Job | Refusal], encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read a few files here as they are asked for, and many with a process for each core."""
    first = [*islice(jobs, _FEW_FILES)]
    workers = os.cpu_count() or 1
    if len(first) < _FEW_FILES or workers == 1:
        return chain.from_iterable(_now(job, encoding) for job in chain(first, jobs))
    return iter(_Ahead(chain(first, jobs), workers, encoding))


def _now(job: _Job | Refusal, encoding: str | None) -> Iterable[Item[ArticleRecord]]:
    return [job] if isinstance(job, Refusal) else _items_of(*job, encoding)


class _Ahead:
    """Reads pages with several processes, never more than a few ahead of the reader.

    The first pages are read from the start, so that they are while the reader still goes to the database.
    """

    def __init__(self, jobs: Iterable[_Job | Refusal], workers: int, encoding: str | None) -> None:
        self._batches = _batches(jobs)
        self._workers = workers
        self._encoding = encoding
        self._pool: Workers | None = None
        self._waiting: deque[list[_Job] | Refusal | Future[list[Item[ArticleRecord]]]] = deque()
        # No more than one batch for each process, so that little is in vain if the database is not there.
        self._fill(workers)

    def _fill(self, count: int) -> None:
        for batch in islice(self._batches, max(0, count - len(self._waiting))):
            if isinstance(batch, list) and _is_page(batch[0]):
                self._pool = self._pool or Workers(self._workers)
                self._waiting.append(self._pool.submit(_list_of, batch, self._encoding))
            else:
                self._waiting.append(batch)

    def __iter__(self) -> Iterator[Item[ArticleRecord]]:
        try:
            while self._waiting:
                self._fill(4 * self._workers + 1)
                yield from _taken(self._waiting.popleft(), self._encoding)
        finally:
            if self._pool:
                self._pool.close()


def _batches(jobs: Iterable[_Job | Refusal]) -> Iterator[list[_Job] | Refusal]:
    """Put a few web pages in a row together; every other file stands by itself."""
    batch: list[_Job] = []
    for job in jobs:
        if isinstance(job, Refusal) or not _is_page(job) or len(batch) == _BATCH:
            if batch:
                yield batch
            batch = []
        if isinstance(job, Refusal):
            yield job
        elif _is_page(job):
            batch.append(job)
        else:
            yield [job]
    if batch:
        yield batch


def _is_page(job: _Job) -> bool:
    """Whether it is a web page; one takes thirty times as long as its way to another process, and others do not."""
    return isinstance(job[0], Path) and ending_of(job[0]) in _HTML_SUFFIXES


def _taken(
    batch: list[_Job] | Refusal | Future[list[Item[ArticleRecord]]], encoding: str | None
) -> Iterable[Item[ArticleRecord]]:
    if isinstance(batch, Future):
        return batch.result()
    return [batch] if isinstance(batch, Refusal) else chain.from_iterable(_now(job, encoding) for job in batch)


def _list_of(batch: list[_Job], encoding: str | None) -> list[Item[ArticleRecord]]:
    return [item for job in batch for item in _items_of(*job, encoding)]


def _items_of(path: Place, defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read one file; one that cannot be read is a refusal."""
    source = STANDARD_INPUT if path == "-" else str(path)
    try:
        if path == "-":
            yield from _standard_input(defaults, encoding)
        elif isinstance(path, Address):
            yield from _document(fetch(path), defaults, encoding)
        elif path.name.lower().endswith((*_ARCHIVE_SUFFIXES,)):
            for found in read_archive(path):
                yield from _archived(found, defaults, encoding)
        elif ending_of(path) in _HTML_SUFFIXES:
            yield _page(_raw(path), source, stem_of(path), defaults, encoding)
        elif path.suffix.lower() in _PDF_SUFFIXES:
            yield _paper(_raw(path), source, path.stem, defaults)
        elif path.suffix.lower() in _FEED_SUFFIXES:
            yield from _feed(_raw(path), source, defaults, encoding)
        elif path.suffix.lower() in _SUFFIXES:
            with open_source(path, encoding=encoding) as stream:
                yield from _opened(stream, path.suffix.lower(), source, path.stem, defaults)
        else:
            # A file that is missing altogether is reported as that.
            open_file(path).close()
            kind = f"the ending '{path.suffix}'" if path.suffix else "no ending"
            yield Refusal(source, None, None, f"has {kind}, expected {_KINDS}")
    except UnreadableInput as error:
        yield Refusal(source, None, None, str(error.details["reason"]))


def _standard_input(defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read JSON Lines, one web page or one text, told by how it begins."""
    stream = utf8_stream(sys.stdin.buffer, STANDARD_INPUT, encoding=encoding)
    begins_with = first_byte(stream)
    if begins_with == b"{":
        yield from _opened(stream, ".jsonl", STANDARD_INPUT, "", defaults)
    elif begins_with == b"<":
        # What the page declares is honoured from here on; what --encoding says has been applied already.
        raw = stream.read(_LARGEST_PAGE + 1)
        if LOOKS_LIKE_A_FEED.search(raw[:_HEAD]):
            yield from _feed(raw, STANDARD_INPUT, defaults, encoding=None)
        else:
            yield _page(raw, STANDARD_INPUT, "", defaults, encoding=None)
    else:
        yield from _opened(stream, ".md", STANDARD_INPUT, "", defaults)


def _opened(
    stream: BinaryIO, suffix: str, source: str, stem: str, defaults: ArticleDefaults
) -> Iterator[Item[ArticleRecord]]:
    if suffix in _JSON_SUFFIXES | _CSV_SUFFIXES:
        read = read_jsonl if suffix in _JSON_SUFFIXES else read_csv
        remedies = {**_REMEDIES, "id": "every article of a list needs its own"}
        for item in read(stream, ArticleRecord, source, defaults=defaults.given(), remedies=remedies):
            yield _with_normal_text(item)
    else:
        text = read_text(stream, source)
        yield _written(text, source, stem, defaults, has_front_matter=suffix in _MARKDOWN_SUFFIXES)


def _with_normal_text(item: Item[ArticleRecord]) -> Item[ArticleRecord]:
    """Bring the text of a record of JSON Lines or CSV into its frozen form."""
    if isinstance(item, Refusal):
        return item
    text, notes = normalise_text(item.record.text)
    if not text:
        return RefusedRecord(item.source, item.line, "text", "is blank; an article needs its text", item.original)
    record = item.record if text == item.record.text else item.record.model_copy(update={"text": text})
    return replace(item, record=record, notes=(*item.notes, *notes))


def _checked(
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
    """Fill in what neither the file says nor the command line, and check the whole.

    An id that is made, of the name of the file or of an address, is no word of the file's own.
    """
    text = str(values.get("text", ""))
    filled = {
        "published": _day_in_name(stem) or published,
        "title": title or _title_in_name(stem),
        "id": defaults.made_id
        or slugify(f"{defaults.inside}{stem}" if stem else str(values.get("title", title)), text=text),
    }
    written = {**defaults.given(), **values, **defaults.said}
    given = {**{name: value for name, value in filled.items() if value}, **written}
    original = {name: value for name, value in given.items() if name not in _NOT_SHOWN}
    item = check_record(given, ArticleRecord, source, line, original=original, remedies=_REMEDIES)
    if isinstance(item, Refusal):
        return item
    guessed = frozenset(filled) - frozenset(written)
    if "language" not in written and "raw" in values:
        notes = [*notes, f"names no language, so {item.record.language} is taken; say another with --language"]
    return replace(item, notes=(*notes, *item.notes), guessed=guessed)


# --- Documents of the web ---------------------------------------------------------------------------------------------

_HTML_TYPES = {"text/html", "application/xhtml+xml"}
_TEXT_TYPES = {"text/plain", "text/markdown"}
_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}


def _document(found: Document, defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    """Read a document as what it was said to be."""
    encoding = encoding or web_encoding(found.charset or "", found.body)
    said = replace(defaults, said={"retrieved_at": found.retrieved_at, **defaults.said})
    if found.media_type in _FEED_TYPES:
        yield from _feed(found.body, found.source, said, encoding)
        return
    said = replace(said, url=found.url, made_id=_slug_of_entry(unquote(found.url), ""))
    stem = PurePosixPath(unquote(urlsplit(found.url).path)).stem
    if found.media_type in _HTML_TYPES:
        item = _page(found.body, found.source, stem, said, encoding)
    elif found.media_type in _TEXT_TYPES:
        text = read_text(utf8_stream(BytesIO(found.body), found.source, encoding=encoding), found.source)
        item = _written(text, found.source, stem, said, has_front_matter=found.media_type == "text/markdown")
    elif found.media_type == "application/pdf":
        item = _paper(found.body, found.source, stem, said)
    else:
        kind = f"'{found.media_type}'" if found.media_type else "something that it does not name"
        item = Refusal(found.source, None, None, f"is {kind}, expected a web page, plain text, a feed or a PDF")
    yield item if isinstance(item, Refusal) else replace(item, notes=(*found.notes, *item.notes))


def _archived(
    found: Document | Refusal, defaults: ArticleDefaults, encoding: str | None
) -> Iterator[Item[ArticleRecord]]:
    """Read a page of an archive; one that cannot be read leaves the others as they are."""
    try:
        yield from [found] if isinstance(found, Refusal) else _document(found, defaults, encoding)
    except UnreadableInput as error:
        yield Refusal(found.source, None, None, str(error.details["reason"]))


# --- Plain text and Markdown ------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n((?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_MOST_BRACKETS = 500
# These come from the body and from the program, so a front matter that names them means something else.
_NOT_IN_FRONT_MATTER = {"text", "raw_bytes", "raw_media_type", "extractor"}


class _FrontMatterError(ValueError):
    """The front matter cannot be taken as it is; ``line`` is the one in the file, ``field`` the one in question."""

    def __init__(self, reason: str, line: int | None, field: str | None = None) -> None:
        self.line = line
        self.field = field
        super().__init__(reason)


def _written(
    raw: str, source: str, stem: str, defaults: ArticleDefaults, *, has_front_matter: bool
) -> Item[ArticleRecord]:
    """Make an article of a plain text, or of Markdown, whose characters all stay."""
    try:
        values, body, skipped = _front_matter(raw) if has_front_matter else ({}, raw, 0)
    except _FrontMatterError as error:
        return RefusedRecord(source, error.line, error.field, str(error))
    try:
        text, notes = normalise_text(body)
    except StrayCharacterError as error:
        return RefusedRecord(source, error.line + skipped, None, str(error))
    if not text:
        return RefusedRecord(source, None, "text", "is blank; an article needs its text", values)
    title = _title_in_text(text) or ""
    return _checked({**values, "text": text}, source, stem, defaults, notes, title=title)


def _front_matter(raw: str) -> tuple[dict[str, object], str, int]:
    """Return the fields of the front matter, the body below it, and the number of lines above the body.

    Raises:
        _FrontMatterError: It is no list of known fields, each given once and with one value.
    """
    found = _FRONT_MATTER.match(raw)
    if found is None:
        if re.match(r"---[ \t]*\r?\n", raw):
            raise _FrontMatterError("the front matter has no '---' line at its end", 1)
        return {}, raw, 0
    if found[1].count("[") + found[1].count("{") > _MOST_BRACKETS:
        # The parser takes a time with the square of them before it finds them too many.
        raise _FrontMatterError("the front matter is nested too deeply", 1)
    try:
        node = yaml.compose(found[1], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else None
        reason = f"the front matter is not YAML: {error.problem}; a value with a colon or a quote mark needs quotes"
        raise _FrontMatterError(reason, line) from error
    except yaml.YAMLError as error:
        raise _FrontMatterError("the front matter holds a character that YAML does not allow", None) from error
    except RecursionError as error:
        raise _FrontMatterError("the front matter is nested too deeply", 1) from error
    if node is not None and not isinstance(node, yaml.MappingNode):
        raise _FrontMatterError("the front matter needs lines of the form 'title: …'", 2)
    values: dict[str, object] = {}
    for name_node, value_node in node.value if node else ():
        name, value = _front_matter_field(name_node, value_node, values)
        values[name] = value
    # A field that is named and left blank is not given.
    return {name: value for name, value in values.items() if value}, raw[found.end() :], found[0].count("\n")


def _front_matter_field(name_node: yaml.Node, value_node: yaml.Node, seen: Mapping[str, object]) -> tuple[str, str]:
    line = name_node.start_mark.line + 2
    name = str(name_node.value) if isinstance(name_node, yaml.ScalarNode) else ""
    known = [known for known in input_fields(ArticleRecord) if known not in _NOT_IN_FRONT_MATTER]
    if name in seen:
        raise _FrontMatterError(f"the field '{name}' is given twice; keep one", line)
    if name.startswith("x_"):
        return name, ""
    if name not in known:
        offer = nearest(name, known) or "; begin its name with x_ to have it ignored"
        raise _FrontMatterError(f"unknown field '{name}'{offer}", line)
    if not isinstance(value_node, yaml.ScalarNode):
        raise _FrontMatterError("found several values, expected one text", line, name)
    return name, str(value_node.value)


# --- Web pages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Extracted(Particulars):
    """What a saved web page says: its text, by which extractor, and the particulars; the text may be empty."""

    text: str = ""
    extractor: str = ""


def _raw(path: Path) -> bytes:
    """Return the bytes of a file, unpacked, and never more than a few beyond the largest page."""

    def refuse(reason: str) -> NoReturn:
        raise UnreadableInput(source=str(path), reason=reason)

    with open_file(path) as file:
        raw = file.read(_LARGEST_PAGE + 1)
    return unpacked((raw,), "gzip", _LARGEST_PAGE, refuse) if ending_of(path) in _PACKED_SUFFIXES else raw


def _page(raw: bytes, source: str, stem: str, defaults: ArticleDefaults, encoding: str | None) -> Item[ArticleRecord]:
    _refuse_large(raw, source)
    try:
        page = extract_html(raw, defaults.url, encoding=encoding, source=source)
    except StrayCharacterError as error:
        return RefusedRecord(source, error.line, "text", str(error))
    if not page.text:
        reason = "no article text was found in the page; save the text as .txt and load that"
        return RefusedRecord(source, None, "text", reason, page.candidates)
    values = page.fields()
    notes = [*page.notes]
    if page.guessed_from and ("published" in defaults.said or defaults.published or _day_in_name(stem)):
        # The extractor takes a day from anything that looks like one; what a person wrote goes before that.
        del values["published"]
    elif page.guessed_from:
        notes.append(f"the page states no day; {page.published} was made out from {page.guessed_from}, so check it")
    values |= {
        "text": page.text,
        "access": page.access,
        "extractor": page.extractor,
        **_kept(raw, "text/html"),
    }
    if len(page.text) < _FEW_CHARACTERS:
        notes.append(f"only {len(page.text)} characters of text were found; is this the whole article?")
    return _checked(values, source, stem, defaults, notes)


def _kept(raw: bytes, media_type: str) -> dict[str, object]:
    """Return the fields that hold the bytes of a document."""
    kept = packed(raw, media_type)
    return {"raw": kept.raw, "raw_encoding": kept.encoding, "raw_media_type": media_type}


def _refuse_large(raw: bytes, source: str) -> None:
    if len(raw) > _LARGEST_PAGE:
        raise UnreadableInput(source=source, reason=f"is larger than {_LARGEST_PAGE >> 20} MiB, too large for a page")


def extract_html(
    raw: bytes, url: str | None = None, *, encoding: str | None = None, source: str = "the page"
) -> Extracted:
    """Extract the article of a saved web page; the one place that knows the extractor.

    Each field of the metadata is taken from JSON-LD, else from meta tags and other marks of the page, else from the
    extractor: measured on 257 news pages, JSON-LD names the right day whenever it names one. Nothing is fetched.

    Args:
        raw: The bytes of the page.
        url: Where the page was found, if known.
        encoding: What the page is in, when neither a mark nor the page says it rightly.
        source: The name to report.

    Returns:
        What was found; the text is empty when there is no article.

    Raises:
        UnreadableInput: The page is empty, no text, or not in the encoding that it should be in.
        StrayCharacterError: The text has a control character.
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
        # This is slow, because it looks for a day all over the text.
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
    """Add the day that the extractor makes out as far as the page states it; it completes dates from today's."""
    stated = as_stated(day, markup) if day else None
    candidates.add("published", GUESSED, stated)
    if day and not stated and "published" not in candidates.found:
        candidates.notes.append(f"passed over published '{day}' ({GUESSED}): made out, and the page does not state it")


# Pages written for old browsers name characters by their place in Windows-1252, and HTML says to read them so.
_OLD_REFERENCE = re.compile(r"&#(?:0{0,4}1(?:2[89]|[345][0-9])|[xX]0{0,4}[89][0-9a-fA-F]);?")


# Comments part the text around them, and the extractor's own reading drops them as well: pages made by React have one
# in every other paragraph.
_PAGE_PARSER = HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True)


def _parsed(markup: str) -> HtmlElement | None:
    modern = _OLD_REFERENCE.sub(lambda found: html.unescape(found[0]), markup)
    try:
        return document_fromstring(modern.encode(), parser=_PAGE_PARSER)
    except (etree.LxmlError, ValueError):
        return None


# --- PDF --------------------------------------------------------------------------------------------------------------


def _paper(raw: bytes, source: str, stem: str, defaults: ArticleDefaults) -> Item[ArticleRecord]:
    """Read a PDF; its title and its date are guesses, because programs write them and people seldom do."""
    paper = extract_pdf(raw, source)
    text, notes = normalise_text(paper.text)
    values: dict[str, object] = {"text": text, "extractor": paper.extractor, **_kept(raw, "application/pdf")}
    notes = [*paper.notes, *notes]
    return _checked(values, source, stem, defaults, notes, title=paper.title or "", published=paper.created)


# --- Feeds ------------------------------------------------------------------------------------------------------------


def _feed(raw: bytes, source: str, defaults: ArticleDefaults, encoding: str | None) -> Iterator[Item[ArticleRecord]]:
    _refuse_large(raw, source)
    written = read_text(utf8_stream(BytesIO(raw), source, encoding=encoding, is_html=True), source)
    entries = [*read_feed(written, source)]
    for entry in entries:
        yield _entry(entry, source, defaults)
    if not entries:
        yield Refusal(source, None, None, "this feed has no entries")


def _entry(entry: Entry, source: str, defaults: ArticleDefaults) -> Item[ArticleRecord]:
    """Make an article of an entry; one that gives a summary alone is an excerpt."""
    values = entry.page.fields()
    try:
        text, notes = normalise_text(entry.text)
    except StrayCharacterError as error:
        return RefusedRecord(source, entry.line, "text", str(error), values)
    if not text:
        return RefusedRecord(source, entry.line, "text", "the entry has no text; load the page itself", values)
    values |= {"text": text, "extractor": FRAGMENT_EXTRACTOR}
    if entry.is_summary:
        values["access"] = Access.EXCERPT
    if entry.markup:
        values |= _kept(entry.markup.encode(), "text/html")
    if values.get("url"):
        defaults = replace(defaults, made_id=_slug_of_entry(str(values["url"]), text))
    elif not defaults.id:
        # A title comes again, as that of the letters does every week.
        known_by = entry.guid or " ".join(str(values[name]) for name in ("title", "published") if name in values)
        values["id"] = _slug_of_entry(known_by, text)
    # The name of the file is that of the feed, so no article has a day or a title from it.
    notes = [*entry.page.notes, *entry.notes, *notes]
    item = _checked(values, source, "", defaults, notes, title=made_title(text), line=entry.line)
    # What a feed counts its entries by means another entry in another feed.
    return item if isinstance(item, Refusal) or values.get("url") else replace(item, has_local_id=True)


def _slug_of_entry(known_by: str, text: str) -> str:
    """Make a slug of an address; one that does not fit whole is told apart by a short hash."""
    words = re.sub(r"^\w+://(?:www\.)?|\.html?\b", "", known_by)
    slug = slugify(words, text=text)
    if len(words) <= LONGEST_SLUG:
        return slug
    return f"{slug}-{hashlib.sha256(words.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"
