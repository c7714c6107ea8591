"""Reading PDF: the text of pages, the use of properties, and what is rejected."""

from __future__ import annotations

import importlib.util
import zlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from stancedb.errors import UnreadableInput
from stancedb.reading.article import pdf
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.article.pdf import extract_pdf
from stancedb.records.checking import Read
from stancedb.refusals import Refusal
from tests.support.plugin import Run

LINES = ["The minister told the com-", "mittee that she would not (yet) change", "her view of the café."]


def pdf_of(pages: Sequence[Sequence[str] | bytes], info: str = "", trailer: str = "") -> bytes:
    """Write a PDF with pages given as lines or as compressed content."""
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for index, page in enumerate(pages):
        content = page if isinstance(page, bytes) else zlib.compress(drawn(page))
        box = "/MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
        objects += [
            f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * index} 0 R >>".encode(),
            b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    objects.append(f"<< {info} >>".encode())
    whole, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    ends = f"/Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R {trailer}"
    return whole + head + table + f"trailer << {ends} >>\nstartxref\n{len(whole)}\n%%EOF\n".encode()


def drawn(lines: Sequence[str]) -> bytes:
    escaped = [line.replace("(", r"\(").replace(")", r"\)").encode("cp1252") for line in lines]
    return b"BT /F1 12 Tf 72 720 Td 14 TL " + b" ".join(b"(%s) Tj T*" % line for line in escaped) + b" ET"


def read(path: Path, content: bytes, **more: Any) -> Read[Any]:
    path.write_bytes(content)
    [item] = read_articles([path], defaults=ArticleDefaults(outlet="herald", **more))
    assert isinstance(item, Read), str(item)
    return item


def test_the_text_of_all_pages_is_read_and_the_file_is_kept(tmp_path: Path) -> None:
    content = pdf_of([LINES, [], ["The last page."]])
    item = read(tmp_path / "call-2025-11-25.PDF", content)
    text = "The minister told the committee that she would not (yet) change\nher view of the café.\n\nThe last page."
    assert item.record.text == text
    assert (item.record.raw, item.record.raw_media_type) == (content, "application/pdf")
    assert item.record.extractor == f"pypdfium2/{version('pypdfium2')}"
    assert (item.record.title, item.record.published) == ("Call 2025-11-25", "2025-11-25")
    assert item.notes[:3] == (
        "The text comes from a PDF. Proofread it before coding.",
        "No text on page 2",
        "Joined 1 word hyphenated at the end of a line",
    )


INFO = "/Title (A view kept) /CreationDate (D:20251124235900+09'00')"


@pytest.mark.parametrize(
    ("info", "more", "expected"),
    [
        (INFO, {}, ("A view kept", "2025-11-24")),
        (INFO, {"title": "Said", "published": "2025-11-20"}, ("Said", "2025-11-20")),
        ("/Title (Microsoft Word - call.docx) /CreationDate (D:20251399)", {}, ("The call", None)),
        ("/Title (\\376\\377\\234\\330) /CreationDate (yesterday)", {}, ("鳘", None)),
    ],
)
def test_properties_are_guesses_that_whoever_loads_knows_better_than(
    tmp_path: Path, info: str, more: dict[str, str], expected: tuple[str, str | None]
) -> None:
    item = read(tmp_path / "the call.pdf", pdf_of([LINES], info), **more)
    assert (item.record.title, item.record.published) == expected
    assert item.guessed == {"id", "title", "published"} - {*more}


LOCK = "/Encrypt << /Filter /Standard /V 1 /R 2 /O ({o}) /U ({u}) /P -4 >> /ID [(a) (b)]"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is not a PDF, or it is damaged."),
        (b"%PDF-1.4\nand nothing more", "The file is not a PDF, or it is damaged."),
        (pdf_of([LINES])[:-400], "The file is not a PDF, or it is damaged."),
        (pdf_of([LINES]).replace(b"/Kids [4", b"/Kids [2"), "Page 1 of the PDF is damaged."),
        (
            pdf_of([LINES], trailer=LOCK.format(o="o" * 32, u="u" * 32)),
            "The PDF is protected by a password. Save a copy without",
        ),
        (pdf_of([[], []]), "The PDF has no text, only images of its pages. Run OCR on it first."),
        (pdf_of([LINES], trailer="/Encrypt << /Filter /X >>"), "The encryption of the PDF is not supported"),
    ],
)
def test_what_has_no_text_to_take_is_refused_in_one_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(content)
    [item] = read_articles([path], defaults=ArticleDefaults(outlet="herald"))
    assert isinstance(item, Refusal)
    assert str(item).startswith(f"{path}: {reason}")


def test_what_takes_too_long_or_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnreadableInput, match=r"Reading the PDF takes longer than 0\.01 seconds."):
        extract_pdf(pdf_of([LINES]), "a.pdf", seconds=0.01)
    monkeypatch.setattr(pdf, "_LARGEST_FILE", 100)
    with pytest.raises(UnreadableInput, match="the limit for an article"):
        extract_pdf(pdf_of([LINES]), "a.pdf")


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="has 2001 pages; the limit is 2000"):
        extract_pdf(pdf_of([[]] * 2001), "a.pdf")


def test_without_the_extra_a_pdf_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda name: None if name == "pypdfium2" else importlib.util.find_spec(name))
    with pytest.raises(UnreadableInput, match=r"a\.pdf: The file is a PDF\. To read it, pip install 'stancedb\[pdf\]'"):
        extract_pdf(pdf_of([LINES]), "a.pdf")


def test_a_pdf_loads_from_the_command_line(run: Run, tmp_path: Path) -> None:
    assert run("outlet", "add", "herald", "--name", "The Herald").exit_code == 0
    path = tmp_path / "call.pdf"
    path.write_bytes(pdf_of([LINES]))
    result = run("article", "load", "--outlet", "herald", str(path))
    assert result.exit_code == 0, result.stderr
    assert f"{path}: Joined 1 word hyphenated at the end of a line" in result.stderr
