"""Fetch web pages, but nothing that only this machine can reach.

Whoever names an address decides what this machine requests, and so does every server that redirects. So each name is
resolved once, all its addresses are checked, and the connection goes to a checked address: a name that would resolve
differently a moment later is never looked up again. The HTTP client of the standard library is used because it accepts
a connected socket; others resolve names themselves, and none limits a whole response by a deadline.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from time import monotonic
from typing import Any, Final, NoReturn
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from stancedb import __version__
from stancedb.errors import UnreadableInput
from stancedb.fetching.addresses import IP, is_public
from stancedb.fetching.documents import Document, unpacked
from stancedb.refusals import Fault

_MOST_REDIRECTS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_PIECE = 64 * 1024
# Maximum number of characters shown of a URL, about two lines.
_SHOWN = 200
_PORTS: Final = {"http": 80, "https": 443}
_HEADERS = {
    "Accept": "text/html, application/xhtml+xml, text/plain, application/pdf, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": f"stancedb/{__version__}",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for the size and the duration of a download.

    Attributes:
        size: Maximum number of bytes of the body, both as sent and decompressed.
        seconds: Maximum number of seconds for all steps together, including redirects.
        silence: Maximum number of seconds without a byte.
    """

    size: int = 20 * 1024 * 1024
    seconds: float = 60.0
    silence: float = 15.0


@dataclass(frozen=True, slots=True)
class Address:
    """An address to fetch.

    Attributes:
        url: URL as given.
        allowed: Which network addresses may be connected to.
        limits: Limits for size and duration.
    """

    url: str
    allowed: Callable[[IP], bool] = is_public
    limits: Limits = Limits()

    def __str__(self) -> str:
        return self.url

    @property
    def name(self) -> str:
        """The name that a load gives to this origin."""
        return self.url


def fetch(address: Address) -> Document:
    """Fetch a URL, following redirects.

    Names are resolved by the system, whose own time limit comes on top of the given one. A proxy is not used, because
    it would be the one to resolve the name.

    Raises:
        UnreadableInput: The URL must not be requested, or the response is missing, not a 200, or too large or slow.
    """
    deadline = monotonic() + address.limits.seconds
    url = address.url
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _Asker(address, url, deadline).answer()
        if isinstance(answer, Document):
            return answer
        url = answer
    fault = Fault("redirects_too_often", {"most": _MOST_REDIRECTS, "url": _short(url)})
    raise UnreadableInput.of(_short(address.url), fault)


def _short(url: str) -> str:
    """Return a URL on one line, without characters that a terminal would act on."""
    shown = url if url.isprintable() else repr(url)[1:-1]
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


class _Asker:
    """Makes one request to one address."""

    def __init__(self, address: Address, url: str, deadline: float) -> None:
        self.address = address
        self.url = url
        self.deadline = deadline

    def answer(self) -> Document | str:
        """Return the document, or the URL that the response redirects to."""
        parts, host, port = self._taken_apart()
        try:
            with closing(self._connected(host, port, is_secure=parts.scheme == "https")) as sock:
                wire = _Wire(sock, self._patience)
                connection = HTTPConnection(host, port)
                connection.default_port = _PORTS[parts.scheme]
                connection.sock = wire
                connection.request("GET", _target(parts), headers=_HEADERS)
                response = connection.getresponse()
                if response.status in _REDIRECTS:
                    return self._redirected(response)
                if response.status != HTTPStatus.OK:
                    said = f"{response.status} {_short(response.reason)}".rstrip()
                    self._refuse(Fault("answers_otherwise", {"said": said}))
                return self._fetched(response, wire)
        except TimeoutError:
            self._refuse_late()
        except ssl.SSLCertVerificationError as error:
            self._refuse(Fault("untrusted_certificate", {"error": error.verify_message}))
        except OSError as error:
            self._refuse(Fault("not_fetched", {"error": error.strerror or str(error)}))
        except HTTPException as error:
            self._refuse(Fault("not_http", {"error": type(error).__name__}))

    def _refuse(self, fault: Fault) -> NoReturn:
        if self.url != self.address.url:
            fault = Fault("leads_to", {"url": _short(self.url), "fault": fault})
        raise UnreadableInput.of(_short(self.address.url), fault)

    def _refuse_late(self) -> NoReturn:
        if monotonic() >= self.deadline:
            self._refuse(Fault("took_too_long", {"seconds": self.address.limits.seconds}))
        self._refuse(Fault("sent_nothing", {"seconds": self.address.limits.silence}))

    def _taken_apart(self) -> tuple[SplitResult, str, int]:
        """Return the parts of the URL, its host in ASCII, and its port."""
        try:
            parts = urlsplit(self.url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            self._refuse(Fault("not_a_web_address", {}))
        if parts.scheme not in _PORTS:
            self._refuse(Fault("other_scheme", {}))
        if parts.username is not None or parts.password is not None:
            self._refuse(Fault("address_with_password", {}))
        try:
            ascii_host = host if ":" in host else host.encode("idna").decode()
        except UnicodeError:
            self._refuse(Fault("impossible_host", {}))
        if not re.fullmatch(r"[A-Za-z0-9._:%-]+", ascii_host):
            self._refuse(Fault("impossible_host", {}))
        return parts, ascii_host, _PORTS[parts.scheme] if port is None else port

    def _connected(self, host: str, port: int, *, is_secure: bool) -> socket.socket:
        """Resolve the name once, check all its addresses, and connect to the first that accepts the connection."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            self._refuse(Fault("unknown_host", {"error": getattr(error, "strerror", None) or str(error)}))
        addresses = [*dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found)]
        for ip in addresses:
            if not self.address.allowed(ip_address(ip)):
                self._refuse(Fault("not_public", {"ip": ip}))
        failure: OSError = OSError("it has no address")
        for ip in addresses:
            try:
                # A numeric address is not resolved again, so the connection goes to the address that was checked.
                plain = socket.create_connection((ip, port), timeout=self._patience())
            except OSError as error:
                failure = error
                continue
            return self._secured(plain, host) if is_secure else plain
        raise failure

    def _secured(self, plain: socket.socket, host: str) -> socket.socket:
        """Use TLS; an end without a closing message is an error, because the connection may have been cut."""
        plain.settimeout(self._patience())
        context = ssl.create_default_context()
        try:
            return context.wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=False)
        except BaseException:
            plain.close()
            raise

    def _patience(self) -> float:
        """Return how many seconds to wait for the next byte."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, self.address.limits.silence)

    def _redirected(self, response: HTTPResponse) -> str:
        location = response.getheader("Location")
        if not location:
            self._refuse(Fault("redirects_nowhere", {"status": response.status}))
        # Headers are parsed as Latin-1, but a URL in them that is not ASCII is UTF-8.
        location = location.encode("latin-1", "replace").decode("utf-8", "replace")
        try:
            return urljoin(self.url, location)
        except ValueError:
            self._refuse(Fault("redirects_to_no_address", {}))

    def _fetched(self, response: HTTPResponse, wire: _Wire) -> Document:
        packing = response.getheader("Content-Encoding", "").strip().lower()
        body = unpacked(self._pieces(response, wire), packing, self.address.limits.size, self._refuse)
        url = self.url.partition("#")[0]
        return Document(
            source=_short(self.address.url),
            url=url,
            media_type=response.headers.get_content_type() if response.getheader("Content-Type") else "",
            charset=response.headers.get_content_charset(),
            body=body,
            retrieved_at=datetime.now(UTC),
            notes=() if url == self.address.url.partition("#")[0] else (f"The page has moved to {_short(url)}.",),
        )

    def _pieces(self, response: HTTPResponse, wire: _Wire) -> Iterator[bytes]:
        """Yield the body as it arrives, and reject a body whose length differs from the announced length."""
        declared = None if response.chunked else response.length
        # The client would stop at the declared length, and anything after it would be lost unnoticed.
        response.length = None
        count = 0
        while declared is None or count <= declared:
            # Nothing should follow the end, so wait only as long as a server needs to hang up.
            wire.is_at_end = count == declared
            try:
                piece = response.read1(_PIECE)
            except (TimeoutError, ssl.SSLError):
                if not wire.is_at_end:
                    raise
                break
            if not piece:
                break
            count += len(piece)
            yield piece
        if declared is not None and count != declared:
            code = "sent_more" if count > declared else "sent_less"
            self._refuse(Fault(code, {"count": count, "declared": declared}))


class _Wire:
    """A connection as the HTTP client sees it; each wait is limited to the time left for the whole."""

    def __init__(self, sock: socket.socket, patience: Callable[[], float]) -> None:
        self.is_at_end = False
        self._sock = sock
        self._patience = patience

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(self._patience())
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self), _PIECE)

    def receive_into(self, buffer: Any) -> int:  # noqa: ANN401 - whatever buffer the buffered reader passes
        self._sock.settimeout(min(self._patience(), 1.0) if self.is_at_end else self._patience())
        return self._sock.recv_into(buffer)

    def close(self) -> None:
        """Stay open: the client closes a connection without keep-alive as soon as it has the headers."""


class _Incoming(io.RawIOBase):
    def __init__(self, wire: _Wire) -> None:
        self._wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - as above
        return self._wire.receive_into(buffer)


def _target(parts: SplitResult) -> str:
    """Return the request target, with all non-ASCII characters percent-encoded."""
    path = quote(parts.path or "/", safe="/%:;=@!$&'()*+,~")
    return f"{path}?{quote(parts.query, safe='/%:;=@!$&()*+,~?[]')}" if parts.query else path
