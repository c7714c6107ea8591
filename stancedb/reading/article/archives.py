"""Read the pages of a web archive (WARC, ISO 28500), one record at a time.

An archive holds what other people's servers sent, so nothing in it is trusted, neither its lengths nor how far it
expands. The libraries that read archives were tested for this and rejected: they take a truncated archive for a
complete one and damage for the end, or read a header of any length into memory.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, HTTPResponse, parse_headers
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, cast
from urllib.parse import urlsplit

from stancedb.errors import UnreadableInput
from stancedb.fetching.documents import Document, unpacked
from stancedb.reading.decoding import open_file
from stancedb.refusals import Fault, Refusal

if TYPE_CHECKING:
    from socket import socket

LARGEST_PAGE = 20 * 1024 * 1024

_PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"
# Web pages compress to a tenth; an archive of one repetitive page may do better, and a bomb does far better.
_MOST_GROWTH = 200
_SLACK = 64 * 1024 * 1024
_HTML = {"text/html", "application/xhtml+xml"}
_VERSION = re.compile(rb"WARC/[01]\.[0-9]{1,2}[ \t]*\r?\n")
_DIGESTS = {"md5", "sha1", "sha256", "sha512"}
_CHUNK_HEAD = re.compile(rb"[0-9a-fA-F]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")
_NEWER_HTTP = re.compile(rb"\AHTTP/[23](?:\.0)?(?= )")


def read_archive(path: Path) -> Iterator[Document | Refusal]:
    """Yield the pages of an archive: the body, as sent, of each HTML response with status 200.

    A damaged record ends the reading, because the beginning of the next record is unknown; the record before it is
    returned only if it ends where it should. Records that are not pages are counted in a note on the last page.

    Raises:
        UnreadableInput: The file cannot be opened or is empty.
    """
    with open_file(path) as file:
        yield from _Archive(file, str(path)).pages()


class _Unpacked(io.RawIOBase):
    """The decompressed bytes of an archive; a fault ends them and is reported with the record it occurs in."""

    def __init__(self, file: BinaryIO) -> None:
        head = file.read(2)
        file.seek(0)
        self.is_empty = not head
        self.fault: Fault | None = None
        self._file = file
        self._stream: Any = gzip.GzipFile(fileobj=file) if head == _GZIP else file
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever buffer the buffered reader passes
        try:
            # Reads only up to the next available bytes, so that the data before a fault is still returned.
            piece = b"" if self.fault else self._stream.read1(min(len(buffer), _PIECE))
        except EOFError:
            self.fault = Fault("archive_cut", {})
            return 0
        except (OSError, zlib.error):
            self.fault = Fault("archive_damaged", {})
            return 0
        self._count += len(piece)
        if self._count > _SLACK + _MOST_GROWTH * self._file.tell():
            self.fault = Fault("archive_grows", {"times": _MOST_GROWTH})
            return 0
        buffer[: len(piece)] = piece
        return len(piece)


@dataclass(frozen=True, slots=True)
class _Record:
    """The header of a record; its block is read from the archive."""

    kind: str
    length: int
    headers: HTTPMessage

    def said(self, name: str) -> str:
        # Headers are parsed as Latin-1, but those of an archive are UTF-8.
        return str(self.headers.get(name, "")).encode("latin-1", "replace").decode("utf-8", "replace").strip()


class _Archive:
    """Reads one archive and counts its records."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        self.source = source
        self.number = 0
        self.others: Counter[str] = Counter()
        self._unpacked = _Unpacked(file)
        self._stream = io.BufferedReader(self._unpacked, _PIECE)
        if self._unpacked.is_empty:
            raise UnreadableInput.of(source, Fault("nothing_to_load", {}))

    @property
    def place(self) -> str:
        """Name the record being read."""
        return f"{self.source}, record {self.number}"

    def pages(self) -> Iterator[Document | Refusal]:
        held: Document | Refusal | None = None
        held_number = 0
        damage: Refusal | None = None
        try:
            for record in self._records():
                if (page := self._page(record)) is None:
                    continue
                if held is not None:
                    yield held
                held, held_number = page, self.number
        except UnreadableInput as error:
            damage = error.refusal()
        # A record that is not followed by another record is itself damaged, so its page is not returned.
        if held is not None and (damage is None or held_number < self.number):
            yield replace(held, notes=self._account()) if isinstance(held, Document) else held
        if damage is not None:
            yield damage
        elif held is None:
            others = "".join(f"; {note}" for note in self._account())
            yield Refusal(self.source, None, "archive_without_page", {"others": others})

    def _records(self) -> Iterator[_Record]:
        """Yield the header of each record; its block must be read before the next record is requested."""
        while line := self._stream.readline(_PIECE):
            if line in {b"\r\n", b"\n"}:
                continue
            if not _VERSION.fullmatch(line):
                self._refuse_end(Fault("no_archive_record", {}))
            self.number += 1
            try:
                headers = parse_headers(self._stream)
            except HTTPException:
                self._refuse_rest(Fault("record_head_too_long", {}))
            length = str(headers.get("Content-Length", "")).strip()
            if not re.fullmatch("[0-9]{1,18}", length):
                self._refuse_rest(Fault("record_without_length", {}))
            yield _Record(str(headers.get("WARC-Type", "unknown")).strip().lower(), int(length), headers)
        if self._unpacked.fault:
            self._refuse_end(self._unpacked.fault)

    def _refuse_end(self, fault: Fault) -> NoReturn:
        after = f"after record {self.number}" if self.number else "at its start"
        raise UnreadableInput.of(f"{self.source}, {after}", self._with_the_rest(fault))

    def _refuse_rest(self, fault: Fault) -> NoReturn:
        self._refuse(self._with_the_rest(fault))

    def _with_the_rest(self, fault: Fault) -> Fault:
        """Return a fault after which nothing was read; a decompression fault is reported as its cause."""
        return Fault("rest_not_read", {"fault": self._unpacked.fault or fault})

    def _refuse(self, fault: Fault) -> NoReturn:
        raise UnreadableInput.of(self.place, fault)

    def _page(self, record: _Record) -> Document | Refusal | None:
        """Read a record to its end; return its page, or None if it has none.

        Raises:
            UnreadableInput: The record is damaged.
        """
        is_page, block = self._block(record)
        if not is_page:
            self.others["response that is not a page" if record.kind == "response" else record.kind] += 1
            return None
        try:
            return self._document(record, block)
        except UnreadableInput as error:
            # The record is intact but its page is unusable; the next one may be fine.
            return error.refusal()

    def _block(self, record: _Record) -> tuple[bool, bytes]:
        """Return whether a record is a page, and its whole block; a block that is too large is read and discarded."""
        head = self._stream.read(min(record.length, _PIECE))
        is_page = record.kind == "response" and _is_page(head)
        is_kept = is_page and record.length <= LARGEST_PAGE + _PIECE
        pieces, count = [head], len(head)
        while count < record.length and (piece := self._stream.read(min(record.length - count, _PIECE))):
            count += len(piece)
            if is_kept:
                pieces.append(piece)
        if count < record.length:
            self._refuse_rest(Fault("record_cut", {"count": count, "length": record.length}))
        return is_page, b"".join(pieces) if is_kept else b""

    def _document(self, record: _Record, block: bytes) -> Document:
        if not block:
            self._refuse(Fault("page_too_large", {"most": LARGEST_PAGE >> 20}))
        if not _has_digest(block, record.said("WARC-Block-Digest")):
            self._refuse(Fault("other_checksum", {}))
        url = record.said("WARC-Target-URI").strip("<> ")
        try:
            is_address = urlsplit(url).scheme in {"http", "https"} and url.isprintable()
        except ValueError:
            is_address = False
        if not is_address:
            self._refuse(Fault("record_without_address", {}))
        try:
            taken_at = datetime.fromisoformat(record.said("WARC-Date"))
        except ValueError:
            taken_at = None
        if taken_at is None or taken_at.tzinfo is None:
            self._refuse(Fault("record_without_date", {}))
        response, body = _answer(block)
        # Some recorders keep these headers but store the body already decoded.
        if response.chunked and _CHUNK_HEAD.match(body):
            try:
                body = response.read()
            except HTTPException:
                self._refuse(Fault("page_cut", {}))
        packing = response.getheader("Content-Encoding", "").strip().lower()
        if "gzip" in packing and not body.startswith(_GZIP):
            packing = ""
        return Document(
            source=self.place,
            url=url.partition("#")[0],
            media_type=response.headers.get_content_type(),
            charset=response.headers.get_content_charset(),
            body=unpacked((body,), packing, LARGEST_PAGE, self._refuse),
            retrieved_at=taken_at,
        )

    def _account(self) -> tuple[str, ...]:
        counted = ", ".join(f"{count} {kind}" for kind, count in sorted(self.others.items()))
        return (f"of {self.number} records, these are not pages: {counted}",) if counted else ()


def _has_digest(block: bytes, named: str) -> bool:
    """Return whether a block matches the checksum in its record; an unknown algorithm cannot be checked."""
    algorithm, _, value = named.partition(":")
    if algorithm.lower() not in _DIGESTS:
        return True
    digest = hashlib.new(algorithm.lower(), block, usedforsecurity=False).digest()
    return value.lower().rstrip("=") in {digest.hex(), base64.b32encode(digest).decode().lower().rstrip("=")}


class _Recorded:
    """Stand-in for the connection that a response came over."""

    def __init__(self, block: bytes) -> None:
        self.stream = io.BytesIO(block)

    def makefile(self, _mode: str) -> io.BytesIO:
        return self.stream


def _answer(block: bytes) -> tuple[HTTPResponse, bytes]:
    """Parse a response; return it with its body as sent, whatever length it announced.

    Raises:
        HTTPException: It is not an HTTP response.
    """
    recorded = _Recorded(_NEWER_HTTP.sub(b"HTTP/1.1", block, count=1))
    response = HTTPResponse(cast("socket", recorded), method="GET")
    response.begin()
    response.length = None
    return response, recorded.stream.getvalue()[recorded.stream.tell() :]


def _is_page(head: bytes) -> bool:
    """Return whether a response has status 200 and is HTML."""
    try:
        response, _ = _answer(head)
    except HTTPException:
        return False
    return response.status == HTTPStatus.OK and response.headers.get_content_type() in _HTML
