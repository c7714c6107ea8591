"""From a file to a stream of checked records: JSON Lines, CSV and TOML, each with the line it stands on.

A good line costs one parse and one validation. Only a line that fails is read again, slowly, to say in one sentence
what was found and what would do. Memory stays flat: nothing here keeps more than one record.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
import sys
import tomllib
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, Literal, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from stancedb.errors import Refusal, UnreadableInput, nearest
from stancedb.loading.records import BASE64_PATTERN, COUNTRY_PATTERN, LANGUAGE_PATTERN, SLUG_PATTERN, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic_core import ErrorDetails

R = TypeVar("R", bound=Record)

LONGEST_LINE = 16 * 1024 * 1024
STANDARD_INPUT = "standard input"

_HEAD = 64 * 1024
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """One record as it was read.

    Attributes:
        source: The file, or "standard input".
        line: The line on which the record starts, counted from 1; None when the record is a whole file.
        record: The checked record.
        original: The line or the fields as given, for the file of refused records.
        notes: What reading changed, such as "NFC changed 3 characters".
        guessed: The fields that nobody wrote, such as a title made of the file name; they fill what is empty.
    """

    source: str
    line: int | None
    record: R
    original: Mapping[str, object] | str
    notes: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RefusedRecord(Refusal):
    """A refusal that still has what was given, so that it can be written out, corrected and loaded."""

    original: Mapping[str, object] | str | None = None


Item = Read[R] | Refusal


# --- Bytes ------------------------------------------------------------------------------------------------------------

_MARKS = (
    # The mark of UTF-32 begins with the one of UTF-16, so it is looked for first.
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
    (b"PK\x03\x04", "a ZIP archive, as .xlsx, .ods and .docx files are; unpack it, or save the sheet as CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file; save it as text or as CSV UTF-8"),
    (b"%PDF-", "a PDF file; let its name end in .pdf"),
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
# What a label means on the web (https://encoding.spec.whatwg.org/#names-and-labels): the wider set of the same family.
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
    """The bytes that were looked at, then the rest, decoded where needed and given out as UTF-8."""

    def __init__(self, head: bytes, rest: BinaryIO, source: str, encoding: str | None) -> None:
        self._chunks = chain((head,), iter(lambda: rest.read(_CHUNK), b""))
        self._source = source
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
        self._pending = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - whatever the buffered reader hands over to be filled
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
            raise UnreadableInput(
                source=self._source, reason=f"{found} cannot be read as {self._encoding}; name another with --encoding"
            ) from error


@contextmanager
def open_source(path: Path | Literal["-"], *, encoding: str | None = None) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input for ``-``, as a stream of UTF-8 without a byte order mark.

    The bytes are taken as UTF-8, as UTF-16 or UTF-32 by their mark, as what an HTML file declares, or as ``encoding``.
    That they are UTF-8 is checked line by line as they are read, so a large file is not read twice.

    Raises:
        UnreadableInput: There is no such file, it is empty, binary, or in another encoding than it should be.
    """
    if path == "-":
        # Standard input belongs to the process, so it stays open.
        yield utf8_stream(sys.stdin.buffer, STANDARD_INPUT, encoding=encoding)
        return
    file = open_file(path)
    with file:
        yield utf8_stream(file, str(path), encoding=encoding, is_html=path.suffix.lower() in {".html", ".htm"})


def open_file(path: Path) -> BinaryIO:
    """Open a file for its bytes.

    Raises:
        UnreadableInput: It cannot be opened; the message says why.
    """
    try:
        return path.open("rb")
    except ValueError as error:
        raise UnreadableInput(source=str(path), reason="no file can have this name") from error
    except OSError as error:
        reason = {
            FileNotFoundError: "there is no such file",
            IsADirectoryError: "this is a folder; name the files in it",
            PermissionError: "you may not read this file",
        }.get(type(error), f"the file cannot be opened ({error.strerror or error})")
        raise UnreadableInput(source=str(path), reason=reason) from error


def utf8_stream(
    file: BinaryIO, source: str, *, encoding: str | None = None, is_html: bool = False
) -> io.BufferedReader:
    """Look at the first bytes and return the whole as UTF-8; the arguments and errors are those of open_source."""
    wanted = _codec(encoding, source) if encoding else None
    head = file.read() if is_html else file.read(_HEAD)
    if not head.strip() and len(head) < _HEAD:
        raise UnreadableInput(source=source, reason="is empty: nothing to load")
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            raise UnreadableInput(source=source, reason=f"this is not text but looks like {name}")
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked and wanted and not wanted.startswith(marked):
        raise UnreadableInput(source=source, reason=f"begins with the mark of {marked.upper()}; leave out --encoding")
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
        # ValueError: a name with a NUL in it. LookupError: also codecs that are none of text, such as hex.
        offer = nearest(
            encoding.lower(), ["utf-8", "utf-16", "cp1252", "latin-1", "shift_jis", "gb18030", "big5", "euc-kr"]
        )
        reason = f"there is no encoding {shown(encoding)}{offer or '; try utf-8, utf-16 or cp1252'}"
        raise UnreadableInput(source=source, reason=reason) from error
    return "utf-8" if name == "utf-8-sig" else name


def _declared_encoding(head: bytes) -> str | None:
    """Return the encoding that an HTML file declares, or None when it is UTF-8 whatever it says."""
    declared = _DECLARED.search(head[:4096])
    return web_encoding((declared[1] or declared[2]).decode("ascii", "replace"), head) if declared else None


def web_encoding(label: str, head: bytes) -> str | None:
    """Return what a label of the web says bytes are in, or None when a mark or their being UTF-8 says otherwise."""
    try:
        name = codecs.lookup(label).name
        b"".decode(name)
    except (LookupError, UnicodeError, ValueError):
        # ValueError: a label with a NUL in it.
        return None
    if head.startswith(tuple(mark for mark, _ in _MARKS)):
        return None
    name = _WEB_LABELS.get(name, name)
    # Text in another encoding is hardly ever valid UTF-8 by chance, except in the seven-bit ones of East Asia.
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
        order = "le" if head[0] else "be"
        reason = f"looks like UTF-16 without its mark; say so with --encoding utf-16-{order}"
        raise UnreadableInput(source=source, reason=reason)
    # A few NULs in otherwise clean text are refused line by line, which tells where to look.
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        is_text = nuls * 50 < len(head) or nuls == 1
    except UnicodeDecodeError:
        is_text = False
    if not is_text:
        reason = f"this is not text but binary data ({nuls} NUL bytes among the first {len(head)})"
        raise UnreadableInput(source=source, reason=reason)


def _shown_bytes(error: UnicodeDecodeError) -> str:
    return "byte " + " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.start + 2][:1])


def _refuse_encoding(error: UnicodeDecodeError, line: int, sample: bytes, source: str) -> NoReturn:
    """Say which byte is no UTF-8 and how the likeliest other encodings would read it.

    Guesses are wrong too often to act on: of cp1252 texts, a fifth comes out as some other encoding.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to import, and needed only for a bad file

    # UTF-16 without its mark is full of NULs and was refused before; as a guess it comes up for short lines.
    best = from_bytes(sample[:_HEAD], cp_exclusion=["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_7"]).best()
    start, end = max(0, error.start - 24), error.start + 24
    readings: dict[str, list[str]] = {}
    for name in dict.fromkeys((best.encoding if best else "cp1252", "cp1252")):
        try:
            preview = error.object[start:end].decode(name, "strict" if name == "cp1252" else "replace")
        except UnicodeError:
            continue
        readings.setdefault(shown(preview.strip()), []).append(name)
    guesses = [f"as {' or '.join(names)} it reads {preview}" for preview, names in readings.items()]
    reason = "; ".join(
        (f"line {line} is not UTF-8 ({_shown_bytes(error)})", *guesses, "name the right one with --encoding")
    )
    raise UnreadableInput(source=source, reason=reason) from error


def read_text(stream: BinaryIO, source: str) -> str:
    """Read a whole stream of open_source as text.

    Raises:
        UnreadableInput: It is not UTF-8, or larger than a single text may be.
    """
    raw = stream.read(4 * LONGEST_LINE + 1)
    if len(raw) > 4 * LONGEST_LINE:
        raise UnreadableInput(source=source, reason=f"is larger than {4 * LONGEST_LINE >> 20} MiB; split it")
    try:
        return raw.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        _refuse_encoding(error, raw.count(b"\n", 0, error.start) + 1, raw, source)


def _lines(stream: BinaryIO, source: str) -> Iterator[tuple[int, bytes, str | None]]:
    """Give each line with its number, as bytes and as text; None instead of a line that is too long to be one."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            # A stream of open_source has no mark any more; the bytes of another may.
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


# --- Characters -------------------------------------------------------------------------------------------------------

STRAY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_CONTROLS = bytes({*range(32)} - {*b"\t\n"})
_PIECES = re.compile(r"(\s+)")
_TOO_LONG = f"the line is longer than {LONGEST_LINE >> 20} MiB"
_TOO_DEEP = "the values are nested too deeply; a record is one flat object"


def nfc(text: str) -> tuple[str, int]:
    """Return the text in Unicode normal form C, and how many of its characters that changed."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text, 0
    changed = 0
    pieces = _PIECES.split(text)
    for index, piece in enumerate(pieces):
        composed = unicodedata.normalize("NFC", piece)
        if composed != piece:
            changed += _difference(piece, composed)
            pieces[index] = composed
    return "".join(pieces), changed


def _difference(before: str, after: str) -> int:
    """Return how many characters of ``before`` stand between what both have at the start and at the end."""
    shorter = min(len(before), len(after))
    start = next((index for index in range(shorter) if before[index] != after[index]), shorter)
    end = next((index for index in range(shorter - start) if before[-1 - index] != after[-1 - index]), shorter - start)
    return max(1, len(before) - start - end)


def nfc_note(changed: int) -> str:
    """Say how many characters the normal form changed."""
    return f"NFC changed {changed} character{'' if changed == 1 else 's'}"


class StrayCharacterError(ValueError):
    """A text holds a control character other than line feed and tab; ``line`` is the line within the text."""

    def __init__(self, character: str, line: int) -> None:
        self.line = line
        if character == "\0":
            reason = "found a NUL character, which no text can hold; remove it"
        elif character == "\r":
            reason = "found a carriage return without a line feed; convert the line ends"
        elif character >= "\x80":
            reason = f"found the control character U+{ord(character):04X}; is it the right --encoding, or cp1252?"
        else:
            reason = f"found the control character U+{ord(character):04X}; remove it"
        super().__init__(reason)


def refuse_stray(text: str) -> None:
    """Refuse control characters other than line feed and tab.

    Raises:
        StrayCharacterError: There is one; the message names the first.
    """
    if found := STRAY.search(text):
        raise StrayCharacterError(found[0], text.count("\n", 0, found.start()) + 1)


def _is_tidy(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return True
    return unicodedata.is_normalized("NFC", text) and not STRAY.search(text)


def _tidied(values: dict[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the values with all texts in one form (NFC, line feeds only), and what that changed.

    Raises:
        StrayCharacterError: A text holds a control character.
    """
    changed = 0

    def tidy_text(value: str) -> str:
        nonlocal changed
        text, count = nfc(value.replace("\r\n", "\n"))
        changed += count
        refuse_stray(text)
        return text

    def tidy(value: object) -> object:
        if isinstance(value, str):
            return tidy_text(value)
        if isinstance(value, dict):
            return {tidy_text(key): tidy(item) for key, item in value.items()}
        if isinstance(value, list):
            return [tidy(item) for item in value]
        # TOML has dates of its own; records hold them as text.
        return value.isoformat() if isinstance(value, (date, time)) else value

    result = {tidy_text(key): tidy(value) for key, value in values.items()}
    return result, (nfc_note(changed),) if changed else ()


def _has_tidy_texts(values: dict[str, object]) -> bool:
    """Whether a flat record needs no tidying; this looks at all its texts at once, which is many times faster."""
    texts = [value for value in values.values() if type(value) is str]
    others = len(values) - len(texts)
    if others and not all(isinstance(value, (str, int, float)) for value in values.values()):
        return False
    return _is_tidy("\n".join(texts)) and all(map(str.isprintable, values))


# --- What is wrong with a record, in words ----------------------------------------------------------------------------

_SHOWN = 60
_LONGEST_SENTENCE = 500
_FEW_FIELDS = 12
# A value in the words of a check of our own, too long to be shown whole.
_QUOTED = re.compile(rf"'([^']{{{_SHOWN},}})'")
_PATTERNS = {
    SLUG_PATTERN: "lower-case ASCII letters and digits, joined by single - . _ or /",
    LANGUAGE_PATTERN: "a language tag such as en or zh-Hant",
    COUNTRY_PATTERN: "a country code of two capital letters such as JP",
    BASE64_PATTERN: "bytes in base64",
}
_FORMATS = {
    "date": "a day such as 2025-11-25",
    "date-time": "a date and time with its offset from UTC, such as 2025-11-25T14:30:00+09:00",
}
NOT_GIVEN = "not given"


def shown(value: object) -> str:
    """Show a value that was found, shortened, in the words of a person."""
    if isinstance(value, str):
        text = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
        return f"'{text}'" if text.isprintable() else repr(text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        text = str(value)
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return {type(None): "null", list: "a list", dict: "an object"}.get(type(value), "something else")


@lru_cache
def _schema(record_type: type[Record]) -> dict[str, Any]:
    return record_type.model_json_schema()


def _resolve(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and take the part that is not null of a field that may be null."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next(part for part in schema["anyOf"] if part.get("type") != "null")
    return schema


def _schema_at(path: tuple[int | str, ...], record_type: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema of a field, or of nothing when the path leads into a cell with inner parts."""
    root = _schema(record_type)
    schema = _resolve(root, root)
    for part in path:
        inner: dict[str, Any] | None
        if isinstance(part, int):
            inner = schema.get("items")
        else:
            inner = schema.get("properties", {}).get(part)
            if inner is None and isinstance(schema.get("additionalProperties"), dict):
                inner = schema["additionalProperties"]
        if inner is None:
            return {}
        schema = _resolve(inner, root)
    return schema


def _expected(schema: dict[str, Any]) -> str:
    """Say what a field takes, from its JSON Schema."""
    if "const" in schema:
        return f"'{schema['const']}'"
    if "enum" in schema:
        return f"one of {', '.join(schema['enum'])}"
    if "pattern" in schema:
        return _PATTERNS.get(schema["pattern"], f"text of the form {schema['pattern']}")
    low, high = schema.get("minimum"), schema.get("maximum")
    bounds = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
    if low is not None and high is None:
        bounds = f" of at least {low:g}"
    return {
        "integer": f"a whole number{bounds}",
        "number": f"a number{bounds}",
        "boolean": "true or false",
        "array": "a list",
        "object": "an object with named fields",
        "string": _FORMATS.get(schema.get("format", ""), "text"),
    }.get(schema.get("type", ""), "something else")


def _offer(found: object, schema: dict[str, Any]) -> str:
    """Offer what was probably meant, where that is clear."""
    if not isinstance(found, str):
        return ""
    if "enum" in schema:
        return nearest(found, schema["enum"])
    if schema.get("pattern") == SLUG_PATTERN and found.isascii():
        slug = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")
        return f"; did you mean '{slug}'?" if slug and len(slug) <= _SHOWN else ""
    return ""


def _place(path: tuple[int | str, ...], values: object) -> str | None:
    """Write a path as ``issue.taiwan-contingency.position.support.score``: items by their slug, else counted from 1."""
    names = []
    here: Any = values
    for part in path:
        try:
            here = here[part]
        except (LookupError, TypeError):
            here = None
        slug = here.get("slug") if isinstance(part, int) and isinstance(here, dict) else None
        names.append(str(slug if isinstance(slug, str) else part + 1 if isinstance(part, int) else part))
    return ".".join(names) or None


def _unknown_field(detail: ErrorDetails, record_type: type[Record]) -> str:
    known = [*_schema_at(detail["loc"][:-1], record_type).get("properties", ())]
    fields = f"; the fields are {', '.join(known)}" if len(known) <= _FEW_FIELDS else ""
    key = str(detail["loc"][-1])
    return f"unknown field {shown(key)}{nearest(key, known) or fields or '; begin its name with x_ to have it ignored'}"


def _sentence(detail: ErrorDetails, record_type: type[Record], remedies: Mapping[str, str]) -> str:
    """Say what is wrong in words of our own; those of the validator never reach a person."""
    found, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            sentence = _unknown_field(detail, record_type)
        case "missing":
            sentence = "; ".join(filter(None, (NOT_GIVEN, remedies.get(str(detail["loc"][-1])))))
        case "value_error":
            sentence = _shortened(str(context["error"]))
        case "string_too_short":
            sentence = "is blank; leave the field out when there is nothing to say"
        case "string_too_long":
            sentence = f"found {len(found)} characters, expected at most {context['max_length']}"
        case _:
            schema = _schema_at(detail["loc"], record_type) or _schema_of_context(context)
            sentence = f"found {shown(found)}, expected {_expected(schema)}{_offer(found, schema)}"
    return sentence


def _shortened(sentence: str) -> str:
    """Shorten the values in a sentence of a check of our own, and the whole where that does not do."""
    short = _QUOTED.sub(lambda quoted: shown(quoted[1]), sentence)
    return short if len(short) <= _LONGEST_SENTENCE else f"{short[:_SHOWN]}…{short[-3 * _SHOWN :]}"


def _schema_of_context(context: dict[str, Any]) -> dict[str, Any]:
    """Return what an error says of a part of a cell, which has no place of its own in the schema of the record."""
    if "expected" in context:
        return {"enum": re.findall(r"'([^']*)'", context["expected"])}
    if "pattern" in context:
        return {"pattern": context["pattern"]}
    return {"type": "integer", "minimum": context["ge"]} if "ge" in context else {}


class _Checker(Generic[R]):
    """Turns given values into a record, or into one refusal that names everything wrong with them."""

    def __init__(
        self,
        record_type: type[R],
        source: str,
        defaults: Mapping[str, object] | None = None,
        remedies: Mapping[str, str] | None = None,
    ) -> None:
        self.record_type = record_type
        self.source = source
        self.defaults = dict(defaults or {})
        self.validate = TypeAdapter(record_type).validator.validate_python
        self._remedies = remedies or {}
        names = {info.alias or name: info for name, info in record_type.model_fields.items()}
        self.fields = input_fields(record_type)
        self.required = [name for name, info in names.items() if info.is_required() and name not in self.defaults]
        # What the program fills in by itself, such as the raw bytes of a page, no file may claim.
        self.internal = frozenset(names) - frozenset(self.fields)

    def item(self, values: object, line: int | None, original: Mapping[str, object] | str) -> Item[R]:
        """Check values the slow way: tidy the text, and explain what is wrong."""
        if not isinstance(values, dict):
            return self.refused(line, None, f"found {shown(values)}, expected an object with named fields", original)
        try:
            for name in self.internal & values.keys():
                return self.refused(line, None, f"unknown field '{name}'", original)
            given, notes = (values, ()) if _has_tidy_texts(values) else _tidied(values)
            given = {**self.defaults, **given}
            return Read(self.source, line, self.validate(given), original, notes)
        except StrayCharacterError as error:
            return self.refused(line, self._field_of_stray(values), str(error), original)
        except ValidationError as error:
            return self._explained(error, given, line, original)
        except RecursionError:
            return self.refused(line, None, _TOO_DEEP, original)

    def refused(
        self, line: int | None, field: str | None, reason: str, original: Mapping[str, object] | str | None
    ) -> RefusedRecord:
        return RefusedRecord(self.source, line, field, reason, original)

    def _field_of_stray(self, values: dict[str, object]) -> str | None:
        """Return the field that holds a stray control character, if it is one of the record's own."""
        for name in self.fields:
            try:
                _tidied({name: values.get(name)})
            except StrayCharacterError:
                return name
        return None

    def _explained(
        self, error: ValidationError, values: object, line: int | None, original: Mapping[str, object] | str
    ) -> RefusedRecord:
        complaints: list[tuple[str | None, str]] = []
        for detail in error.errors(include_url=False):
            # An unknown field is a complaint about what holds it.
            path = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
            complaints.append((_place(path, values), _sentence(detail, self.record_type, self._remedies)))
        (field, reason), *others = complaints
        more = [f"{place}: {sentence}" if place else sentence for place, sentence in others]
        return self.refused(line, field, "; also ".join([reason, *more]), original)


def input_fields(record_type: type[Record]) -> list[str]:
    """Return the names that a file may use for the fields of a record."""
    return [info.alias or name for name, info in record_type.model_fields.items() if not info.exclude]


def check_record(
    values: Mapping[str, object],
    record_type: type[R],
    source: str,
    line: int | None = None,
    *,
    original: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Item[R]:
    """Check one record that was put together elsewhere, which may fill in internal fields, such as the raw bytes."""
    checker = _Checker(record_type, source, remedies=remedies)
    checker.internal = frozenset()
    return checker.item({**values}, line, values if original is None else original)


def record_check(record_type: type[R], source: str) -> Callable[[dict[str, object]], Item[R]]:
    """Return what checks many records put together elsewhere, each as if it stood in a file."""
    checker = _Checker(record_type, source)
    return lambda values: checker.item(values, None, values)


# --- JSON Lines -------------------------------------------------------------------------------------------------------

_JSON_FAULTS = {
    "Expecting value": "a value is missing or misspelt",
    "Expecting property name enclosed in double quotes": "a field name in double quotes is missing",
    "Illegal trailing comma before end of object": "a comma stands before the closing brace",
    "Illegal trailing comma before end of array": "a comma stands before the closing bracket",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Unterminated string starting at": "a string is not closed",
    "Invalid control character at": "a control character stands unescaped in a string",
    "Invalid \\escape": "a backslash begins no known escape; write it twice",
    "Invalid \\uXXXX escape": "an escape with \\u needs four hexadecimal digits",
    "Extra data": "something follows the object; write one object a line",
}


class _JsonFaultError(ValueError):
    """Something that JSON allows in form but no record may contain."""


def _object_without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise _JsonFaultError(f"the field {shown(repeated)} is given twice; keep one")
    return values


def _refuse_constant(name: str) -> NoReturn:
    raise _JsonFaultError(f"found {name}, which is no number; leave the field out")


def _json_float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise _JsonFaultError(f"the number {text[:_SHOWN]} is too large")
    return number


_STRICT_JSON = json.JSONDecoder(
    object_pairs_hook=_object_without_repeats, parse_constant=_refuse_constant, parse_float=_json_float
)


def read_jsonl(
    stream: BinaryIO,
    record_type: type[R],
    source: str,
    *,
    defaults: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Iterator[Item[R]]:
    """Read one record from each line that is not blank.

    Args:
        stream: UTF-8, as open_source gives it.
        record_type: What each line holds.
        source: The name to report.
        defaults: Values for fields that a line does not name.
        remedies: What to say, by field, when a required one is not given.

    Raises:
        UnreadableInput: The bytes are not UTF-8, or the file is one JSON document over several lines.
    """
    checker = _Checker(record_type, source, defaults, remedies)
    validate, internal, defaults = checker.validate, checker.internal, checker.defaults
    is_first = True
    for number, raw, text in _lines(stream, source):
        if text is None:
            yield checker.refused(number, None, _TOO_LONG, None)
            continue
        try:
            values = from_json(raw, allow_inf_nan=False)
            is_good = type(values) is dict and _is_plain(raw, text, values) and internal.isdisjoint(values)
            record = validate({**defaults, **values} if defaults else values) if is_good else None
        except ValueError:
            # The line is read again below, by the parser that can say what is wrong and where.
            record = None
        if record is not None:
            yield Read(source, number, record, text)
        elif not _is_blank(text):
            if is_first and text.strip() in {"{", "["}:
                reason = (
                    "is one JSON document over several lines, expected one object a line; try 'jq -c .' or 'jq -c .[]'"
                )
                raise UnreadableInput(source=source, reason=reason)
            yield _explained_line(checker, text.rstrip("\r\n"), number)
        is_first = is_first and _is_blank(text)


def _is_blank(text: str) -> bool:
    return not text.strip(" \t\r\n")


def _is_plain(raw: bytes, text: str, values: dict[str, object]) -> bool:
    """Whether a parsed line can be taken as it is: it has no escapes, no repeated field and no character to tidy.

    Without escapes every quote mark in the line belongs to a field name or to a value that is text. Each takes two, so
    a repeated field, which the fast parser drops, would leave some quote marks over. Searching bytes is the fast way.
    """
    return (
        b"\\" not in raw
        and raw.count(b'"') == 2 * (len(values) + [*map(type, values.values())].count(str))
        and _is_tidy_line(raw, text)
    )


def _is_tidy_line(raw: bytes, text: str) -> bool:
    """Whether a line that has no control characters below U+0020 within its texts has no others and is in NFC."""
    # In UTF-8 the control characters from U+0080 on begin with 0xc2, as do a few others; most lines have none of them.
    if b"\x7f" in raw or (b"\xc2" in raw and STRAY.search(text.rstrip("\r\n"))):
        return False
    return text.isascii() or unicodedata.is_normalized("NFC", text)


def _explained_line(checker: _Checker[R], text: str, number: int) -> Item[R]:
    """Read a line with the slow parser, which notices repeated fields and says where a fault stands."""
    try:
        values = _STRICT_JSON.decode(text)
    except RecursionError:
        return checker.refused(number, None, _TOO_DEEP, text)
    except json.JSONDecodeError as error:
        fault = _JSON_FAULTS.get(error.msg, "the line is not JSON")
        near = shown(text[error.pos : error.pos + 20]) if error.pos < len(text) else "the end of the line"
        return checker.refused(number, None, f"not JSON: {fault}, at character {error.pos + 1}, {near}", text)
    except _JsonFaultError as error:
        return checker.refused(number, None, str(error), text)
    except ValueError:
        return checker.refused(number, None, "a number has thousands of digits; write it as text or shorten it", text)
    return checker.item(values, number, text)


# --- CSV --------------------------------------------------------------------------------------------------------------

_DELIMITERS = (",", ";", "\t")


class _CsvLines:
    """The lines for the CSV parser, which remember where they are and whether the row being read has text to tidy."""

    def __init__(self, lines: Iterator[tuple[int, bytes, str | None]], number: int) -> None:
        self.number = number
        self.must_tidy = False
        self._lines = lines

    def __iter__(self) -> _CsvLines:
        return self

    def __next__(self) -> str:
        self.number, raw, text = next(self._lines)
        if text is None:
            raise csv.Error(_TOO_LONG)
        size = len(raw)
        if raw.endswith(b"\r\n"):
            text = text[:-2] + "\n"
            size -= 1
        # Without its control characters a line is shorter; this is the fastest way to see that it has none.
        if len(raw.translate(None, _CONTROLS)) < size or not _is_tidy_line(raw, text):
            self.must_tidy = True
        return text


def read_csv(
    stream: BinaryIO,
    record_type: type[R],
    source: str,
    *,
    defaults: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Iterator[Item[R]]:
    """Read one record from each row of a CSV file whose first row names the fields.

    An empty cell is a field that is not given; any other spelling is text, "NA" and "=1+1" among them. The delimiter is
    the one of comma, semicolon and tab that fits the header. The line of a record is the one on which its row starts.
    The arguments and errors are those of read_jsonl.
    """
    checker = _Checker(record_type, source, defaults, remedies)
    csv.field_size_limit(LONGEST_LINE)
    numbered = _lines(stream, source)
    start, header = next(
        ((number, text) for number, _, text in numbered if text is None or not _is_blank(text)), (0, "")
    )
    if header is None:
        yield checker.refused(start, None, _TOO_LONG, None)
        return
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(header, candidate, checker.fields))
    columns = _cells(header, delimiter)
    refusals = [*_header_refusals(checker, columns, start)]
    if refusals or not columns:
        yield from refusals
        return
    for line, row, must_tidy in _rows(_CsvLines(numbered, start), delimiter):
        if isinstance(row, str):
            yield checker.refused(line, None, row, None)
            continue
        values: dict[str, object] = {name: cell for name, cell in zip(columns, row, strict=False) if cell}
        if len(row) != len(columns):
            reason = _width_fault(len(row), len(columns), delimiter)
            yield checker.refused(line, None, reason, delimiter.join(row))
        elif values:
            yield _row_item(checker, values, line, must_tidy=must_tidy)
        # A spreadsheet saves the empty rows below a table as bare delimiters, so a row without values is none.


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table of somebody else's making: its line, and its cells under the names of their columns."""

    line: int
    cells: dict[str, str]


def read_table(stream: BinaryIO, source: str, *, delimiter: str | None = None) -> Iterator[TableRow | RefusedRecord]:
    """Read the rows of any CSV file; all cells are text, an empty one too.

    Args:
        stream: The file, in UTF-8.
        source: Its name, for refusals.
        delimiter: What separates the cells; without it the one of comma, semicolon and tab that gives most columns.
    """
    csv.field_size_limit(LONGEST_LINE)
    numbered = _lines(stream, source)
    start, header = next(
        ((number, text) for number, _, text in numbered if text is None or not _is_blank(text)), (0, "")
    )
    if header is None:
        yield RefusedRecord(source, start, None, _TOO_LONG)
        return
    delimiter = delimiter or max(_DELIMITERS, key=lambda candidate: len(_cells(header, candidate)))
    columns = _cells(header, delimiter)
    repeated = next((name for name in columns if columns.count(name) > 1), None)
    if not columns or repeated is not None:
        fault = "the header has a quote that is not closed on its line"
        if repeated is not None:
            fault = f"the column {shown(repeated)} stands twice in the header"
        yield RefusedRecord(source, start, None, fault)
        return
    for line, row, _ in _rows(_CsvLines(numbered, start), delimiter):
        if isinstance(row, str):
            yield RefusedRecord(source, line, None, row)
        elif len(row) != len(columns):
            reason = _width_fault(len(row), len(columns), delimiter)
            yield RefusedRecord(source, line, None, reason, delimiter.join(row))
        elif any(row):
            yield TableRow(line, dict(zip(columns, row, strict=True)))


def _row_item(checker: _Checker[R], values: dict[str, object], line: int, *, must_tidy: bool) -> Item[R]:
    if not must_tidy:
        try:
            record = checker.validate({**checker.defaults, **values} if checker.defaults else values)
            return Read(checker.source, line, record, values)
        except ValidationError:
            # The row is checked again below, to say what is wrong with it.
            pass
    return checker.item(values, line, values)


def _rows(lines: _CsvLines, delimiter: str) -> Iterator[tuple[int, list[str] | str, bool]]:
    """Give each row with the line it starts on and whether it has text to tidy; instead of a broken row, a sentence."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = lines.number + 1
        lines.must_tidy = False
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reason, is_lost = _csv_fault(str(error), delimiter)
            yield line, reason, False
            if is_lost:
                return
        else:
            # The parser gives a blank line as a row without cells.
            if row:
                yield line, row, lines.must_tidy


def _cells(header: str, delimiter: str) -> list[str]:
    """Return the names of the columns; none when the quoting of the header is broken."""
    try:
        return [name.strip() for name in next(csv.reader([header], delimiter=delimiter, strict=True), [])]
    except csv.Error:
        return []


def _fit(header: str, delimiter: str, fields: list[str]) -> tuple[int, int]:
    """Return how well a delimiter fits the header: by the known columns it gives, then by all."""
    names = _cells(header, delimiter)
    return len({*names} & {*fields}), len(names)


def _header_refusals(checker: _Checker[R], columns: list[str], line: int) -> Iterator[RefusedRecord]:
    original = ",".join(columns)
    if not columns and line:
        yield checker.refused(line, None, "the header has a quote that is not closed on its line", None)
    for index, name in enumerate(columns, start=1):
        reason = None
        if not name:
            reason = f"column {index} has no name"
        elif name in columns[: index - 1]:
            reason = f"the column {shown(name)} stands twice in the header"
        elif name not in checker.fields and not name.startswith("x_"):
            offer = nearest(name, checker.fields) or "; begin its name with x_ to have it ignored"
            reason = f"unknown column {shown(name)}{offer}"
        elif not _is_tidy(name):
            reason = f"the column {shown(name)} has a control character or is not in NFC"
        if reason:
            yield checker.refused(line, None, reason, original)
    for name in checker.required:
        if columns and name not in columns:
            yield checker.refused(line, name, "the header has no such column, and every record needs it", original)


def _csv_fault(message: str, delimiter: str) -> tuple[str, bool]:
    """Return a sentence for what the CSV parser says, and whether the rest of the file is lost with the row."""
    if "expected after" in message:
        return f"a quote inside a cell is not doubled, or a {_named(delimiter)} is missing after a closing quote", False
    if "unexpected end of data" in message:
        return "the row has a quote that is never closed, so everything after it was taken for one cell", True
    if "field limit" in message:
        return f"a cell is longer than {LONGEST_LINE >> 20} MiB; is a quote not closed? The rest was not read", True
    if "new-line" in message:
        return "a carriage return stands alone in the row; lines must end in a line feed", False
    return message, False


def _named(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, shown(delimiter))


def _width_fault(found: int, expected: int, delimiter: str) -> str:
    name = _named(delimiter)
    remedy = (
        f"a cell that holds a {name} needs quotes" if found > expected else "an empty cell still needs its delimiter"
    )
    return f"found {found} cell{'' if found == 1 else 's'}, expected {expected} as in the header; {remedy}"


# --- TOML -------------------------------------------------------------------------------------------------------------

_TOML_PLACE = re.compile(r"(?P<fault>.*) \(at (?:line (?P<line>[0-9]+), column [0-9]+|end of document)\)", re.DOTALL)


def read_toml(path: Path, record_type: type[R], source: str) -> Item[R]:
    """Read a TOML file as one record.

    Raises:
        UnreadableInput: There is no such file, or it is no text in UTF-8.
    """
    checker = _Checker(record_type, source)
    with open_source(path) as stream:
        text = read_text(stream, source)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.fullmatch(str(error))
        fault = place["fault"] if place else str(error)
        line = int(place["line"]) if place and place["line"] else None
        return checker.refused(line, None, f"not TOML: {fault[:1].lower()}{fault[1:]}", None)
    except RecursionError:
        return checker.refused(None, None, _TOO_DEEP, None)
    except ValueError as error:
        # A number of thousands of digits, or a date that the calendar does not have.
        return checker.refused(None, None, f"not TOML: {error}", None)
    return checker.item(values, None, values)


# --- Any of them ------------------------------------------------------------------------------------------------------

_JSON_SUFFIXES = {".jsonl", ".ndjson", ".json"}
_CSV_SUFFIXES = {".csv", ".tsv"}


def read_records(path: Path | Literal["-"], record_type: type[R], *, encoding: str | None = None) -> Iterator[Item[R]]:
    """Read the records of a JSONL, CSV or TOML file, told by its ending; standard input is JSONL or CSV.

    Raises:
        UnreadableInput: The file is missing, of another kind, binary, or not in the encoding it should be in.
    """
    source = STANDARD_INPUT if path == "-" else str(path)
    suffix = "" if path == "-" else path.suffix.lower()
    if suffix == ".toml":
        yield read_toml(Path(path), record_type, source)
        return
    with open_source(path, encoding=encoding) as stream:
        if path == "-":
            suffix = ".jsonl" if first_byte(stream) in {b"{", b"["} else ".csv"
        if suffix in _JSON_SUFFIXES:
            yield from read_jsonl(stream, record_type, source)
        elif suffix in _CSV_SUFFIXES:
            yield from read_csv(stream, record_type, source)
        else:
            kind = f"the ending '{suffix}'" if suffix else "no ending"
            raise UnreadableInput(source=source, reason=f"has {kind}, expected .jsonl, .csv, .tsv or .toml")


def first_byte(stream: io.BufferedReader) -> bytes:
    """Return the first byte of an opened stream that is not a space, without taking it."""
    return stream.peek(1).lstrip()[:1]
