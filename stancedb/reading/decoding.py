"""Decode bytes to text: the encodings of files, and their lines.

What cannot be decoded correctly is refused, with a likely cause and a remedy; nothing is decoded by guessing.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NoReturn

from stancedb.errors import UnreadableInput, nearest_of
from stancedb.refusals import Fault, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 16 * 1024 * 1024
STANDARD_INPUT = "standard input"
# The longest line in MiB, as refusals report it.
LINE_LIMIT = {"most": LONGEST_LINE >> 20}

_HEAD = 64 * 1024
_CHUNK = 256 * 1024

_MARKS = (
    # The UTF-32 byte order mark begins with that of UTF-16, so it is checked first.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"\x1f\x8b", "a gzip file; unpack it with gunzip"),
    (b"BZh91AY&SY", "a bzip2 file; unpack it with bunzip2"),
    (b"\xfd7zXZ\x00", "an xz file; unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file; unpack it with unzstd"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive; unpack it"),
    (b"PK\x03\x04", "a ZIP archive (such as .xlsx, .ods or .docx); unpack it, or save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file; save it as text or as CSV UTF-8"),
    (b"%PDF-", "a PDF file; give it the extension .pdf"),
    (b"{\\rtf", "an RTF file; save it as plain text"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1\x15", "a Parquet file; export it as CSV or JSONL"),
    (b"\x7fELF", "a program"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:+-]{1,40})"
    rb"|^\s{0,99}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:+-]{1,40})",
    re.IGNORECASE,
)
# What a label means on the web (https://encoding.spec.whatwg.org/#names-and-labels): the superset in its family.
_WEB_LABELS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}


class _Stream(io.RawIOBase):
    """The bytes already inspected, then the rest, decoded where needed and returned as UTF-8."""

    def __init__(self, head: bytes, rest: BinaryIO, source: str, encoding: str | None) -> None:
        self._chunks = chain((head,), iter(lambda: rest.read(_CHUNK), b""))
        self._source = source
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        self._pending = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever buffer the buffered reader passes
        while not self._pending:
            chunk = next(self._chunks, None)
            self._pending = self._recoded(chunk or b"", is_last=chunk is None)
            if chunk is None:
                break
        count = min(len(buffer), len(self._pending))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _recoded(self, chunk: bytes, *, is_last: bool) -> bytes:
        if self._decoder is None:
            return chunk
        try:
            return self._decoder.decode(chunk, is_last).encode()
        except UnicodeError as error:
            found = _shown_bytes(error) if isinstance(error, UnicodeDecodeError) else "some bytes"
            fault = Fault("bytes_of_other_encoding", {"found": found, "encoding": self._encoding})
            raise UnreadableInput.of(self._source, fault) from error


@contextmanager
def open_source(path: Path | Literal["-"], *, encoding: str | None = None) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input for ``-``, as a stream of UTF-8 without a byte order mark.

    The encoding is UTF-8, UTF-16 or UTF-32 by a byte order mark, what an HTML file declares, or ``encoding``. UTF-8 is
    checked line by line while reading, so that a large file is not read twice.

    Raises:
        UnreadableInput: The file is missing, empty, binary, or not in the expected encoding.
    """
    if path == "-":
        # Standard input belongs to the process, so it stays open.
        yield utf8_stream(sys.stdin.buffer, STANDARD_INPUT, encoding=encoding)
        return
    file = open_file(path)
    with file:
        yield utf8_stream(file, str(path), encoding=encoding, is_html=path.suffix.lower() in {".html", ".htm"})


def open_file(path: Path) -> BinaryIO:
    """Open a file in binary mode.

    Raises:
        UnreadableInput: It cannot be opened; the message says why.
    """
    try:
        return path.open("rb")
    except ValueError as error:
        raise UnreadableInput.of(path, Fault("impossible_name", {})) from error
    except FileNotFoundError as error:
        raise UnreadableInput.of(path, Fault("no_such_file", {})) from error
    except IsADirectoryError as error:
        raise UnreadableInput.of(path, Fault("is_a_folder", {})) from error
    except PermissionError as error:
        raise UnreadableInput.of(path, Fault("file_forbidden", {})) from error
    except OSError as error:
        raise UnreadableInput.of(path, Fault("file_unopened", {"error": error.strerror or str(error)})) from error


def utf8_stream(
    file: BinaryIO, source: str, *, encoding: str | None = None, is_html: bool = False
) -> io.BufferedReader:
    """Inspect the first bytes and return the whole as UTF-8; the arguments and errors are those of open_source."""
    wanted = _codec(encoding, source) if encoding else None
    head = file.read() if is_html else file.read(_HEAD)
    if not head.strip() and len(head) < _HEAD:
        raise UnreadableInput.of(source, Fault("nothing_to_load", {}))
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            raise UnreadableInput.of(source, Fault("looks_like", {"format": name}))
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked and wanted and not wanted.startswith(marked):
        raise UnreadableInput.of(source, Fault("mark_of_other_encoding", {"encoding": marked.upper()}))
    if not marked and not wanted and is_html:
        wanted = _declared_encoding(head)
    if not marked and not wanted:
        _refuse_binary(head, source)
    chosen = marked or wanted
    if chosen in {None, "utf-8"}:
        chosen, head = None, head.removeprefix(codecs.BOM_UTF8)
    return io.BufferedReader(_Stream(head, file, source, chosen), _CHUNK)


def _codec(encoding: str, source: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
        b"".decode(name)
    except (LookupError, UnicodeError, ValueError) as error:
        # ValueError: a name with a NUL. LookupError: also codecs that are not for text, such as hex.
        meant = nearest_of(
            encoding.lower(), ["utf-8", "utf-16", "cp1252", "latin-1", "shift_jis", "gb18030", "big5", "euc-kr"]
        )
        code = "unknown_encoding" if meant else "unlike_encoding"
        raise UnreadableInput.of(source, Fault(code, {"encoding": encoding, "nearest": meant})) from error
    return "utf-8" if name == "utf-8-sig" else name


def _declared_encoding(head: bytes) -> str | None:
    """Return the encoding that an HTML file declares, or None if it is UTF-8 whatever it declares."""
    declared = _DECLARED.search(head[:4096])
    return web_encoding((declared[1] or declared[2]).decode("ascii", "replace"), head) if declared else None


def web_encoding(label: str, head: bytes) -> str | None:
    """Return the encoding for a web label, or None if a byte order mark or valid UTF-8 contradicts it."""
    try:
        name = codecs.lookup(label).name
        b"".decode(name)
    except (LookupError, UnicodeError, ValueError):
        # ValueError: a label with a NUL.
        return None
    if head.startswith(tuple(mark for mark, _ in _MARKS)):
        return None
    name = _WEB_LABELS.get(name, name)
    # Text in another encoding is rarely valid UTF-8 by chance, except in the seven-bit encodings of East Asia.
    if name.startswith(("iso2022", "hz")):
        return name
    try:
        head.decode()
    except UnicodeDecodeError:
        return None if name == "utf-8" else name
    return None


def _refuse_binary(head: bytes, source: str) -> None:
    nuls = head.count(0)
    if not nuls:
        return
    if nuls * 3 > len(head) and not (head[0::2].strip(b"\0") and head[1::2].strip(b"\0")):
        raise UnreadableInput.of(source, Fault("utf_16_without_mark", {"order": "le" if head[0] else "be"}))
    # A few NULs in otherwise clean text are rejected line by line, so that the line is reported.
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        is_text = nuls * 50 < len(head) or nuls == 1
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        raise UnreadableInput.of(source, Fault("binary", {"nuls": nuls, "bytes": len(head)}))


def _shown_bytes(error: UnicodeDecodeError) -> str:
    return "byte " + " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.start + 2][:1])


def _refuse_encoding(error: UnicodeDecodeError, line: int, sample: bytes, source: str) -> NoReturn:
    """Report which byte is not UTF-8, and how the most likely other encodings would read it.

    Guesses are wrong too often to act on: a fifth of cp1252 texts are detected as another encoding.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to import, and needed only for a bad file

    # UTF-16 without a mark is full of NULs and was refused earlier; the detector suggests it for short lines.
    best = from_bytes(sample[:_HEAD], cp_exclusion=["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_7"]).best()
    start, end = max(0, error.start - 24), error.start + 24
    readings: dict[str, list[str]] = {}
    for name in dict.fromkeys((best.encoding if best else "cp1252", "cp1252")):
        try:
            preview = error.object[start:end].decode(name, "strict" if name == "cp1252" else "replace")
        except UnicodeError:
            continue
        readings.setdefault(shown(preview.strip()), []).append(name)
    guesses = "".join(f"; as {' or '.join(names)} it reads {preview}" for preview, names in readings.items())
    fault = Fault("not_utf_8", {"line": line, "found": _shown_bytes(error), "guesses": guesses})
    raise UnreadableInput.of(source, fault) from error


def read_text(stream: BinaryIO, source: str) -> str:
    """Read a whole stream from open_source as text.

    Raises:
        UnreadableInput: It is not UTF-8, or larger than a single text may be.
    """
    raw = stream.read(4 * LONGEST_LINE + 1)
    if len(raw) > 4 * LONGEST_LINE:
        raise UnreadableInput.of(source, Fault("text_too_large", {"most": 4 * LONGEST_LINE >> 20}))
    try:
        return raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        _refuse_encoding(error, raw.count(b"\n", 0, error.start) + 1, raw, source)


def numbered_lines(stream: BinaryIO, source: str) -> Iterator[tuple[int, bytes, str | None]]:
    """Yield each line with its number, as bytes and as text; the text is None if the line is too long."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            # A stream from open_source no longer has a mark; another stream may.
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(LONGEST_LINE)
            yield number, b"", None
            continue
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            _refuse_encoding(error, number, raw + stream.read(_HEAD), source)
        yield number, raw, text


def first_byte(stream: io.BufferedReader) -> bytes:
    """Return the first byte of an open stream that is not a space, without consuming it."""
    return stream.peek(1).lstrip()[:1]


def is_blank(text: str) -> bool:
    """Return whether a line has no text."""
    return not text.strip(" \t\r\n")
