"""Fetching articles: which addresses are allowed, the limits, and how misbehaving servers are rejected."""

from __future__ import annotations

import gzip
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from stancedb.errors import UnreadableInput
from stancedb.fetching.addresses import IP
from stancedb.fetching.fetch import Address, Limits, fetch
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.article.keeping import unpacked
from stancedb.records.checking import Read
from stancedb.refusals import Refusal
from tests.support.plugin import Run

LIMITS = Limits(size=100_000, seconds=1.2, silence=0.4)
PARAGRAPH = "The minister told the committee on Tuesday that the government would not change its view of the café. "
PAGE = (
    '<!doctype html><html lang="en"><head><title>Minister keeps her view</title>{head}</head>'
    f"<body><article><p>{PARAGRAPH * 3}</p></article></body></html>"
)
ENTRY = PAGE.format(head="")


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


HTML = "Content-Type: text/html; charset=utf-8"
PLAIN = "Content-Type: text/plain"
BOMB = gzip.compress(b"<p>" + b"a" * 5_000_000)
ANSWERS: dict[str, bytes] = {
    "/page": answer(ENTRY.encode(), HTML),
    "/text": answer(b"The head line\n\nShe said so.", PLAIN),
    "/canonical": answer(
        PAGE.format(head='<link rel="canonical" href="/a?id=7"><meta charset="iso-8859-1">').encode("latin-1"),
        "Content-Type: text/html",
    ),
    "/wrong-charset": answer(ENTRY.encode(), "Content-Type: text/html; charset=iso-8859-1"),
    "/latin": answer(ENTRY.encode("latin-1"), "Content-Type: text/html; charset=ISO-8859-1"),
    "/no-such-charset": answer(ENTRY.encode(), "Content-Type: text/html; charset=\0x"),
    "/gzip": answer(
        gzip.compress(ENTRY[:50].encode()) + gzip.compress(ENTRY[50:].encode()), HTML, "Content-Encoding: gzip"
    ),
    "/deflate": answer(zlib.compress(ENTRY.encode()), HTML, "Content-Encoding: deflate"),
    "/bare-deflate": answer(zlib.compress(ENTRY.encode(), wbits=-15), HTML, "Content-Encoding: deflate"),
    "/chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    + HTML.encode()
    + b"\r\n\r\n"
    + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (ENTRY[:70].encode(), ENTRY[70:].encode(), b"")),
    "/until-the-end": b"HTTP/1.0 200 OK\r\n" + HTML.encode() + b"\r\n\r\n" + ENTRY.encode(),
    "/moved": answer(b"", "Location: /p%61ge?a=1#part", status="301 Moved"),
    "/page?a=1": answer(ENTRY.encode(), HTML),
    "/p%61ge?a=1": answer(ENTRY.encode(), HTML),
    "/loop": answer(b"", "Location: /loop", status="302 Found"),
    "/inside": answer(b"", "Location: http://127.0.0.2/secret", status="307 Temporary"),
    "/to-a-file": answer(b"", "Location: file:///etc/passwd", status="302 Found"),
    "/nowhere": answer(b"", status="302 Found"),
    "/missing": answer(b"gone", status="404 Not \x1b[31mFound"),
    "/no-content": answer(b"", status="204 No Content"),
    "/long": answer(b"a" * 100_001, PLAIN),
    "/bomb": answer(BOMB, HTML, "Content-Encoding: gzip"),
    "/not-gzip": answer(ENTRY.encode(), HTML, "Content-Encoding: gzip"),
    "/cut-gzip": answer(gzip.compress(ENTRY.encode())[:-9], HTML, "Content-Encoding: gzip"),
    "/br": answer(b"\x00\x01", HTML, "Content-Encoding: br"),
    "/too-short": answer(ENTRY.encode(), HTML, length=len(ENTRY.encode()) - 40),
    "/too-long": answer(ENTRY.encode(), HTML, length=len(ENTRY.encode()) + 40),
    "/cut-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nabc",
    "/no-http": b"220 mail.example.org ESMTP\r\n",
    "/feed": answer(
        b"<rss version='2.0'><channel><title>News</title><item><title>One</title><link>https://herald.example/1</link>"
        b"<description>She said so.</description></item></channel></rss>",
        "Content-Type: application/rss+xml",
    ),
    "/image": answer(b"\x89PNG\r\n", "Content-Type: image/png"),
    "/no-type": answer(b"abc"),
}


class Handler(StreamRequestHandler):
    """Answers a path with the corresponding bytes, and records the requests."""

    def handle(self) -> None:
        asked = b""
        while not asked.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
            asked += line
        path = asked.split(b" ")[1].decode("latin-1")
        getattr(self.server, "asked").append(asked.decode())  # noqa: B009 - the server of the standard library has no such attribute
        try:
            if path == "/stalls":
                self.wfile.write(answer(b"", HTML, length=10))
                time.sleep(1)
            elif path == "/drips":
                self.drip(answer(b"", HTML, length=1000) + b"a" * 1000)
            elif path == "/stays":
                self.wfile.write(ANSWERS["/page"])
                time.sleep(3)
            else:
                self.wfile.write(ANSWERS[path])
        except OSError:
            # The client has closed the connection, as it should.
            pass

    def drip(self, data: bytes) -> None:
        for byte in data:
            self.wfile.write(bytes([byte]))
            time.sleep(0.01)


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingTCPServer]:
    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.asked = []  # type: ignore[attr-defined]  # what the handler remembers
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def only_here(ip: IP) -> bool:
    return str(ip) == "127.0.0.1"


@pytest.fixture
def address(server: ThreadingTCPServer) -> Callable[..., Address]:
    """Provide a function that makes an address on the test's own server, the only one allowed."""
    port = server.server_address[1]
    return lambda path, host="127.0.0.1": Address(f"http://{host}:{port}{path}", only_here, LIMITS)


def read(address: Address, **more: Any) -> Read[Any]:
    [item] = read_articles([address], **{"defaults": ArticleDefaults(outlet="herald"), **more})
    assert isinstance(item, Read), str(item)
    return item


def the_reason(address: Address) -> str:
    [item] = read_articles([address], defaults=ArticleDefaults(outlet="herald"))
    assert isinstance(item, Refusal), item
    assert item.source == address.url
    return item.reason


# --- Which addresses


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/a", "Not a web address. Only http and https are supported."),
        ("file:///etc/passwd", "Not a web address"),
        ("http://user:secret@example.org/", "The address contains a user name or a password"),
        ("http://example.org:99999/", "Not a valid address"),
        ("http://[::1/", "Not a valid address"),
        ("http:///a", "The host name is invalid."),
        ("http://" + "a" * 70 + ".org/", "The host name is invalid."),
        ("http://exa mple.org/", "The host name is invalid."),
        (
            "http://127.0.0.1:9/",
            "The host is at 127.0.0.1, which is not a public address. Save the page and load the file.",
        ),
        ("http://2130706433/", "is at 127.0.0.1, which"),
        ("http://0x7f.1/", "is at 127.0.0.1, which"),
        ("http://[::ffff:7f00:1]/", "is at "),
        ("https://localhost/", "is at "),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(url: str, reason: str) -> None:
    with pytest.raises(UnreadableInput, match=re.escape(reason)):
        fetch(Address(url))


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_checked(
    monkeypatch: pytest.MonkeyPatch, server: ThreadingTCPServer, address: Callable[..., Address]
) -> None:
    resolve = socket.getaddrinfo
    asked: list[object] = []

    def rebinding(host: Any, *more: Any, **named: Any) -> Any:  # noqa: ANN401 - the signature of the system's own
        asked.append(host)
        if host != "paper.example":
            return resolve(host, *more, **named)
        return resolve("127.0.0.1" if asked.count(host) == 1 else "127.0.0.2", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    document = fetch(address("/page", "Paper.example"))

    assert asked.count("paper.example") == 1
    assert document.url == f"http://Paper.example:{server.server_address[1]}/page"
    assert f"\r\nHost: paper.example:{server.server_address[1]}\r\n" in server.asked[-1]  # type: ignore[attr-defined]  # set by the fixture


def test_a_name_that_also_stands_for_an_inner_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("1.1.1.1", "10.0.0.8")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    with pytest.raises(UnreadableInput, match=r"is at 10\.0\.0\.8, which is not a public address"):
        fetch(Address("http://paper.example/"))


# --- What comes


@pytest.mark.parametrize(
    "path",
    [
        "/page",
        "/wrong-charset",
        "/latin",
        "/no-such-charset",
        "/gzip",
        "/deflate",
        "/bare-deflate",
        "/chunked",
        "/until-the-end",
        "/moved",
        "/stays",
    ],
)
def test_a_page_is_read_however_it_is_sent(address: Callable[..., Address], path: str) -> None:
    record = read(address(path)).record
    assert record.text.startswith(PARAGRAPH.strip())
    assert record.title == "Minister keeps her view"
    assert unpacked(record.raw, record.raw_encoding).decode("latin-1" if path == "/latin" else "utf-8") == ENTRY


def test_a_page_keeps_where_it_was_and_when_it_was_taken(address: Callable[..., Address]) -> None:
    record = read(address("/page")).record
    assert record.url == address("/page").url
    assert re.fullmatch(r"127-0-0-1-\d+-page", record.id)
    assert abs(record.retrieved_at - datetime.now(UTC)) < timedelta(seconds=30)


def test_the_canonical_address_of_a_page_goes_before_the_one_it_was_fetched_from(
    address: Callable[..., Address],
) -> None:
    assert read(address("/canonical")).record.url == address("/a?id=7").url


def test_what_a_redirect_leads_to_is_the_address_and_is_told(address: Callable[..., Address]) -> None:
    item = read(address("/moved"))
    assert item.record.url == address("/p%61ge?a=1").url
    assert item.notes[0] == f"The page has moved to {address('/p%61ge?a=1')}."


def test_a_text_is_an_article_too(address: Callable[..., Address]) -> None:
    record = read(address("/text")).record
    assert (record.title, record.text, record.extractor) == (
        "The head line",
        "The head line\n\nShe said so.",
        "plain/1",
    )


def test_the_entries_of_a_feed_are_articles(address: Callable[..., Address]) -> None:
    record = read(address("/feed")).record
    assert (record.title, record.url, record.text) == ("One", "https://herald.example/1", "She said so.")
    assert abs(record.retrieved_at - datetime.now(UTC)) < timedelta(seconds=30)


def test_the_server_learns_who_asks_and_nothing_else(
    server: ThreadingTCPServer, address: Callable[..., Address]
) -> None:
    fetch(address("/page"))
    asked = server.asked[-1]  # type: ignore[attr-defined]  # set by the fixture
    assert re.search(r"\r\nUser-Agent: stancedb/\d", asked)
    assert {line.partition(":")[0] for line in asked.splitlines()[1:] if line} == {
        "Host",
        "Accept",
        "Accept-Encoding",
        "Connection",
        "User-Agent",
    }


# --- What is refused


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/missing", r"The server answered 404 Not \\x1b\[31mFound\."),
        ("/no-content", r"The server answered 204 No Content\."),
        ("/nowhere", "The server answered 302 without a location."),
        ("/loop", r"More than 5 redirects, the last to http://127\.0\.0\.1:\d+/loop."),
        (
            "/inside",
            r"Redirects to http://127\.0\.0\.2/secret: The host is at 127\.0\.0\.2, which is not a public address.*",
        ),
        ("/to-a-file", "Redirects to file:///etc/passwd: Not a web address. Only .*"),
        ("/stalls", r"The server sent nothing for 0\.4 seconds."),
        ("/drips", r"The download took longer than 1\.2 seconds."),
        ("/too-short", r"The server sent more than the \d+ bytes that it announced."),
        ("/too-long", r"The server sent only \d+ of the \d+ bytes that it announced."),
        ("/cut-chunk", r"The response is not valid HTTP \(IncompleteRead\)\."),
        ("/no-http", r"The response is not valid HTTP \(BadStatusLine\)\."),
        ("/long", r"The content is larger than 0\.0953674 MiB, the limit for an article."),
        ("/bomb", r"The content is larger than 0\.0953674 MiB, the limit for an article."),
        ("/not-gzip", "The content is not compressed with gzip, although its header says so."),
        ("/cut-gzip", "The compressed content is incomplete."),
        ("/br", "The content is compressed with 'br', which is not supported."),
        ("/image", "The content type is 'image/png'; expected a web page, plain text, a feed or a PDF."),
        ("/no-type", "The response has no content type; expected a web page, plain text, a feed or a PDF."),
    ],
)
def test_a_server_that_misbehaves_is_refused_in_one_sentence_and_in_time(
    address: Callable[..., Address], path: str, reason: str
) -> None:
    started = time.monotonic()
    assert re.fullmatch(reason, the_reason(address(path)))
    assert time.monotonic() - started < LIMITS.seconds + 0.5


def test_a_server_that_is_not_there_is_refused() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        assert the_reason(Address(url, only_here, LIMITS)) == "The page cannot be fetched (Connection refused)."


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Provide a file with an untrusted certificate for paper.example, and its key."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("needs openssl to make a certificate")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=paper.example",
            "-addext",
            "subjectAltName=DNS:paper.example",
            "-keyout",
            "key",
            "-out",
            "crt",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return both


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Address]]:
    """Provide a function that makes an address on a TLS server; every name resolves to it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, *more, **named: resolve("127.0.0.1", *more, **named))
    with ThreadingTCPServer(("127.0.0.1", 0), SecureHandler) as server:
        server.context = context  # type: ignore[attr-defined]  # what the handler takes
        server.asked = []  # type: ignore[attr-defined]  # as above
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield lambda host: Address(f"https://{host}:{server.server_address[1]}/page", only_here, LIMITS)
        server.shutdown()


class SecureHandler(Handler):
    def handle(self) -> None:
        try:
            with getattr(self.server, "context").wrap_socket(self.request, server_side=True) as secured:  # noqa: B009 - as above
                self.rfile, self.wfile = secured.makefile("rb"), secured.makefile("wb", buffering=0)
                super().handle()
        except OSError:
            # The client rejected the certificate.
            pass


def test_a_certificate_is_checked_for_the_name_and_not_for_the_number(
    secure: Callable[[str], Address], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    untrusted = r"The certificate of the server cannot be trusted \(self.signed certificate\)\."
    assert re.fullmatch(untrusted, the_reason(secure("paper.example")))
    trusting = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    assert read(secure("paper.example")).record.title == "Minister keeps her view"
    assert "certificate is not valid for 'other.example'" in the_reason(secure("other.example"))


def test_on_the_command_line_an_address_is_told_from_a_file_and_refused_with_exit_code_1(run: Run) -> None:
    result = run("article", "load", "--outlet", "herald", "http://127.0.0.1:9/a", "ftp://example.org/b")
    assert result.exit_code == 1
    assert "http://127.0.0.1:9/a: The host is at 127.0.0.1, which is not a public address" in result.stderr
    assert "ftp://example.org/b: Not a web address" in result.stderr
    assert "2 of 2 records rejected; nothing was loaded." in result.stderr
