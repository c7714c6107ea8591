"""Extract the text of a PDF, in a separate process that a hostile file may crash, stall or fill without harm."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec

from stancedb.errors import UnreadableInput
from stancedb.refusals import Fault, FaultError
from stancedb.workers import environment, stay_with

_LARGEST_FILE = 32 * 1024 * 1024
_MOST_PAGES = 2000
_LONGEST_TEXT = 16 * 1024 * 1024
_LONGEST_SECONDS = 60.0
_MOST_MEMORY = 2 * 1024 * 1024 * 1024
# What the reader inserts where a word was hyphenated at the end of a line.
_DIVIDED = "\x02"
_STRAY = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
_CREATED = re.compile(r"D:([12][0-9]{3})(?:([0-9]{2})([0-9]{2})?)?")
# What word processors call an untitled document.
_NO_TITLE = re.compile(
    r"untitled|microsoft (?:word|powerpoint|excel)\b.*|.*\.(?:docx?|pptx?|xlsx?|odt|indd|rtf|pdf|tmp|qxp)",
    re.IGNORECASE,
)
# Error numbers of PDFium (FPDF_GetLastError).
_FAULTS = {3: "no_pdf", 4: "pdf_locked_by_password", 5: "pdf_locked"}


@dataclass(frozen=True, slots=True)
class Paper:
    """The content of a PDF.

    Attributes:
        text: Text of its pages, with a blank line between pages.
        title: Title in its properties, if that is a title at all.
        created: Day on which the file was created, a guess at the day of publication.
        extractor: Program and version that extracted the text.
        notes: What a person should know about the text.
    """

    text: str
    title: str | None
    created: str | None
    extractor: str
    notes: tuple[str, ...]


def extract_pdf(raw: bytes, source: str, *, seconds: float = _LONGEST_SECONDS) -> Paper:
    """Extract the text of a PDF; the only function that calls the reader.

    PDFium was the best of the readers with a free licence in our tests: it puts spaces where the page has them.

    Args:
        raw: The bytes of the file.
        source: Name for messages.
        seconds: Time limit in seconds.

    Raises:
        UnreadableInput: It is damaged, locked, too large, has no text, or the PDF reader is not installed.
    """
    if find_spec("pypdfium2") is None:
        raise UnreadableInput.of(source, Fault("pdf_not_installed", {}))
    if len(raw) > _LARGEST_FILE:
        raise UnreadableInput.of(source, Fault("page_too_large", {"most": _LARGEST_FILE >> 20}))
    try:
        pages, title, created = _asked(raw, seconds)
    except FaultError as error:
        raise UnreadableInput.of(source, error.fault) from error
    texts, notes = _tidied(pages)
    if not any(texts):
        raise UnreadableInput.of(source, Fault("pdf_without_text", {}))
    is_title = bool(title.strip()) and not _NO_TITLE.fullmatch(title.strip())
    return Paper(
        text="\n\n".join(filter(None, texts)),
        title=" ".join(_STRAY.sub(" ", title).split()) if is_title else None,
        created=_day(created),
        extractor=f"pypdfium2/{version('pypdfium2')}",
        notes=notes,
    )


def _asked(raw: bytes, seconds: float) -> tuple[list[str], str, str]:
    """Have a separate process read the PDF; return its pages, title and date.

    Raises:
        FaultError: It cannot be read.
    """
    try:
        worker = subprocess.run(
            # Without -P, a module in the current directory would be imported instead of one of the library.
            [sys.executable, "-P", "-m", "stancedb.reading.article.pdf", str(os.getpid())],
            input=raw,
            capture_output=True,
            timeout=seconds,
            check=True,
            env=environment(),
        )
    except subprocess.TimeoutExpired:
        raise FaultError("pdf_too_slow", seconds=seconds) from None
    except subprocess.CalledProcessError:
        raise FaultError("pdf_fails") from None
    code, values, *found = json.loads(worker.stdout)
    if code:
        raise FaultError(code, **values)
    pages, title, created = found
    return pages, title, created


def _work() -> None:
    """Read the PDF from standard input and write what is in it; the process does nothing else."""
    stay_with(int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    try:
        said = ["", {}, *_read(sys.stdin.buffer.read())]
    except FaultError as error:
        said = [error.fault.code, error.fault.values]
    sys.stdout.buffer.write(json.dumps(said).encode())


def _read(raw: bytes) -> tuple[list[str], str, str]:
    """Return the pages, the title and the date of a PDF.

    Raises:
        FaultError: It cannot be read.
    """
    from pypdfium2 import PdfDocument, PdfiumError  # noqa: PLC0415 - an extra that may not be installed

    try:
        document = PdfDocument(raw)
    except PdfiumError as error:
        raise FaultError(_FAULTS.get(error.err_code or 0, _FAULTS[3])) from error
    count = len(document)
    if count > _MOST_PAGES:
        raise FaultError("pdf_of_many_pages", count=count, most=_MOST_PAGES)
    pages: list[str] = []
    for number in range(count):
        try:
            page = document[number]
            pages.append(page.get_textpage().get_text_bounded())
            page.close()
        except PdfiumError as error:
            raise FaultError("pdf_page_damaged", page=number + 1) from error
        if sum(map(len, pages)) > _LONGEST_TEXT:
            raise FaultError("pdf_text_too_long", most=_LONGEST_TEXT >> 20)
    try:
        return pages, document.get_metadata_value("Title"), document.get_metadata_value("CreationDate")
    except UnicodeError:
        return pages, "", ""


def _tidied(pages: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the text of each page without characters that are only markup, and what that changed."""
    notes = ["The text comes from a PDF. Proofread it before coding."]
    blank = [str(number) for number, page in enumerate(pages, start=1) if not page.strip()]
    if blank:
        notes.append(f"No text on page{'s' if len(blank) > 1 else ''} {', '.join(blank[:20])}")
    if divided := sum(page.count(_DIVIDED) for page in pages):
        notes.append(f"Joined {divided} word{'s' if divided > 1 else ''} hyphenated at the end of a line")
    texts = [page.replace(_DIVIDED, "").replace("\r\n", "\n").replace("\r", "\n") for page in pages]
    if stray := sum(len(_STRAY.findall(text)) for text in texts):
        notes.append(f"Left out {stray} character{'s' if stray > 1 else ''} missing from the fonts")
    return [_STRAY.sub("", text).strip() for text in texts], tuple(notes)


def _day(written: str) -> str | None:
    found = _CREATED.match(written)
    try:
        if found is None:
            return None
        # A PDF date may leave out the day, or the month too.
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
        return "-".join(part for part in found.groups() if part)
    except ValueError:
        return None


if __name__ == "__main__":
    _work()
