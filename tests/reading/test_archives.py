"""Reading web archives: which records are articles, and how a damaged record is rejected."""

from __future__ import annotations

import base64
import gzip
import hashlib
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stancedb.reading.article import archives
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.article.keeping import unpacked
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Item, Read
from stancedb.refusals import Refusal
from tests.support.plugin import Run

PARAGRAPH = "The minister told the committee on Tuesday that the government would not change its view of the café. "


def page(title: str = "Minister keeps her view") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head>'
        f"<body><article><p>{PARAGRAPH * 3}</p></article></body></html>"
    ).encode()


def http(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    return "\r\n".join([status, f"Content-Type: {kind}", *headers, "", ""]).encode() + body


URL = "https://herald.example/a"


def record(block: bytes, *headers: str, kind: str = "response", url: str = URL, length: int | None = None) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:0>",
        "WARC-Date: 2025-11-26T08:30:00Z",
        f"WARC-Target-URI: {url}",
        "Content-Type: application/http",
        *headers,
        f"Content-Length: {len(block) if length is None else length}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


INFO = record(b"software: a test\r\n", kind="warcinfo")
FIRST = record(http(page("First")), url="<https://www.herald.example/first.html>")
SECOND = record(http(page("Second")), url="https://herald.example/second?id=7#part")


def read(path: Path) -> list[Item[ArticleRecord]]:
    return [*read_articles([path], defaults=ArticleDefaults(outlet="herald"))]


def write(folder: Path, content: bytes, name: str = "crawl.warc") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def told(items: list[Item[Any]], path: Path) -> list[str]:
    """Return the titles that were read and the messages of rejections."""
    return [
        str(item).removeprefix(str(path)) if isinstance(item, Refusal) else str(item.record.title) for item in items
    ]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.WARC.gz", "whole.warc.gz"])
def test_the_pages_of_an_archive_are_articles_and_its_other_records_are_counted(tmp_path: Path, name: str) -> None:
    others = [
        INFO,
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(http(b"gone", status="HTTP/1.1 404 Not Found")),
        record(http(b"\x89PNG", kind="image/png")),
        record(b"nothing of HTTP"),
    ]
    records = [*others[:2], FIRST, *others[2:], SECOND, INFO]
    content = b"".join(records if name == "crawl.warc" else map(gzip.compress, records))
    path = write(tmp_path, gzip.compress(b"".join(records)) if name == "whole.warc.gz" else content, name)
    first, second = read(path)
    assert isinstance(first, Read)
    assert isinstance(second, Read)
    assert (first.record.title, first.record.url) == ("First", "https://www.herald.example/first.html")
    assert first.record.retrieved_at == datetime(2025, 11, 26, 8, 30, tzinfo=UTC)
    assert (unpacked(first.record.raw or b"", first.record.raw_encoding), first.record.id) == (
        page("First"),
        "herald-example-first",
    )
    assert (second.record.url, second.record.id) == ("https://herald.example/second?id=7", "herald-example-second-id-7")
    assert second.source == f"{path}, record 7"
    assert second.notes[0:1] == (
        "of 8 records, these are not pages: 1 request, 3 response that is not a page, 2 warcinfo",
    )


@pytest.mark.parametrize(
    "answer",
    [
        http(gzip.compress(page()), "Content-Encoding: gzip"),
        http(page(), "Content-Encoding: gzip"),
        http(page(), "Transfer-Encoding: chunked"),
        http(b"%x\r\n%s\r\n0\r\n\r\n" % (len(page()), page()), "Transfer-Encoding: chunked"),
        http(page(), "Content-Length: 3"),
        http(page(), status="HTTP/2 200"),
        http(page().decode().encode("latin-1"), kind="text/html; charset=iso-8859-1"),
    ],
    ids=["gzip", "no gzip", "no chunks", "chunks", "a wrong length", "HTTP/2", "Latin-1"],
)
def test_a_page_is_read_however_it_was_recorded(tmp_path: Path, answer: bytes) -> None:
    [item] = read(write(tmp_path, record(answer)))
    assert isinstance(item, Read), str(item)
    assert item.record.text.startswith(PARAGRAPH.strip())


def test_a_record_that_names_its_digest_must_have_it(tmp_path: Path) -> None:
    block = http(page())
    digest = base64.b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    good = record(block, f"WARC-Block-Digest: sha1:{digest}")
    path = write(tmp_path, good + good.replace(b"committee", b"c0mmittee", 1))
    assert told(read(path), path) == [
        "Minister keeps her view",
        ", record 2: The record does not match its checksum (WARC-Block-Digest).",
    ]


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (FIRST + SECOND[:-300], ["First", ", record 2: The record has only 183 of its 479 bytes. The rest was"]),
        (FIRST + INFO + SECOND[:30], ["First", ", record 3: The record does not give its length (Content-Length)."]),
        (FIRST + b"hello\r\n" + SECOND, [", after record 1: There is no web archive record at this place. The "]),
        (FIRST + INFO + b"hello\r\n", ["First", ", after record 2: There is no web archive record at this place."]),
        (b"hello\r\n" * 99, [", at its start: There is no web archive record at this place. The rest was not read."]),
        (gzip.compress(FIRST) + gzip.compress(SECOND)[:-200], ["First", ", record 2: The compressed archive is"]),
        (gzip.compress(FIRST) + gzip.compress(SECOND)[:9], [", after record 1: The compressed archive is"]),
        (
            gzip.compress(FIRST) + b"hello",
            [", after record 1: The compressed archive is damaged. The rest was not read."],
        ),
        (b"", [": The file is empty."]),
        (INFO, [": No page was found; of 1 records, these are not pages: 1 warcinfo."]),
        (record(http(page()), length=10**19), [", record 1: The record does not give its length"]),
        (record(http(page()), length=10**15), [", record 1: The record has only 500 of its 1000000000000000 bytes."]),
        (record(http(page()), length=-5), [", record 1: The record does not give its length"]),
        (record(http(page()), url="ftp://x.example/"), [", record 1: The record has no web address (WARC-"]),
        (record(http(page()), url="http://[::1"), [", record 1: The record has no web address (WARC-"]),
        (FIRST.replace(b"2025-11-26T", b"yesterday "), [", record 1: The record does not give the time of capture"]),
        (
            record(http(b"\0\1", "Content-Encoding: x-pack")),
            [", record 1: The content is compressed with 'x-pack', which is not"],
        ),
        (record(http(gzip.compress(page())[:-9], "Content-Encoding: gzip")), [", record 1: The compressed content is"]),
        (record(http(b"ff\r\nabc", "Transfer-Encoding: chunked")), [", record 1: The page is incomplete."]),
        (record(http(b"<p></p>")) + SECOND, [", record 1: text: No article text was found in the page", "Second"]),
        (record(http(page(), kind="text/html; charset=utf-16")) + SECOND, ["Minister keeps her view", "Second"]),
    ],
)
def test_a_damaged_record_is_refused_with_its_number(tmp_path: Path, content: bytes, outcome: list[str]) -> None:
    path = write(tmp_path, content)
    found = told(read(path), path)
    assert [one[: len(expected)] for one, expected in zip(found, outcome, strict=True)] == outcome


def test_what_unpacks_without_bound_is_refused_and_never_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_SLACK", 4 << 20)
    monkeypatch.setattr(archives, "LARGEST_PAGE", 1 << 20)
    zeros = b"\0" * (16 << 20)
    bombs = {
        "outer": (
            gzip.compress(INFO + record(zeros, kind="resource")),
            ", record 2: The archive expands to more than 200",
        ),
        "headers": (gzip.compress(b"WARC/1.1\r\nX: " + zeros), ", record 1: The header of the record is too long."),
        "page": (gzip.compress(record(http(zeros[: 3 << 20]))), ", record 1: The content is larger than 1 MiB, the"),
        "inner": (record(http(gzip.compress(zeros), "Content-Encoding: gzip")), ", record 1: The content is larger"),
    }
    for name, (content, reason) in bombs.items():
        path = write(tmp_path, content, f"{name}.warc.gz")
        tracemalloc.start()
        [outcome] = told(read(path), path)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert outcome.startswith(reason), name
        assert peak < 6 << 20, name


def test_an_archive_in_a_folder_is_read_like_other_files(tmp_path: Path) -> None:
    write(tmp_path, gzip.compress(FIRST), "crawl.warc.gz")
    [item] = read(tmp_path)
    assert isinstance(item, Read)
    assert item.record.title == "First"


def test_an_archive_loads_from_the_command_line(run: Run, tmp_path: Path) -> None:
    assert run("outlet", "add", "herald", "--name", "The Herald").exit_code == 0
    path = write(tmp_path, FIRST + SECOND + INFO)
    result = run("article", "load", "--outlet", "herald", str(path))
    assert result.exit_code == 0, result.stderr
    assert "2 article records: loaded" in result.stderr
    assert f"{path}, record 2: of 3 records, these are not pages: 1 warcinfo" in result.stderr
