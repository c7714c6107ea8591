"""A document that was fetched or read from an archive: its decompressed bytes and its metadata."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from stancedb.refusals import Fault

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the web.

    Attributes:
        source: Name for refusals and notes.
        url: URL without a fragment.
        media_type: Declared media type in lower case; empty if none was declared.
        charset: Declared encoding.
        body: Its bytes, decompressed.
        retrieved_at: Time of retrieval.
        notes: What a person should know about the retrieval.
    """

    source: str
    url: str
    media_type: str
    charset: str | None
    body: bytes
    retrieved_at: datetime
    notes: tuple[str, ...] = ()


def unpacked(pieces: Iterable[bytes], packing: str, limit: int, refuse: Callable[[Fault], NoReturn]) -> bytes:
    """Return the decompressed body of an HTTP response; at most the limit and one piece are held in memory.

    Args:
        pieces: Body in pieces, as received.
        packing: Content coding: gzip, deflate, or empty.
        limit: Maximum number of bytes, both compressed and decompressed.
        refuse: Raises the refusal for a fault.
    """
    packed = _limited(pieces, limit, refuse)
    if packing in {"", "identity"}:
        return packed
    if packing not in {"gzip", "x-gzip", "deflate"}:
        refuse(Fault("other_packing", {"packing": packing}))
    try:
        return _inflated(packed, limit, refuse)
    except zlib.error:
        refuse(Fault("not_packed", {"packing": packing}))


def _limited(pieces: Iterable[bytes], limit: int, refuse: Callable[[Fault], NoReturn]) -> bytes:
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > limit:
            _refuse_size(limit, refuse)
    return bytes(whole)


def _refuse_size(limit: int, refuse: Callable[[Fault], NoReturn]) -> NoReturn:
    refuse(Fault("page_too_large", {"most": limit / (1 << 20)}))


def _inflated(packed: bytes, limit: int, refuse: Callable[[Fault], NoReturn]) -> bytes:
    # Deflate data has a zlib header, as it should (RFC 1950), or none.
    head = int.from_bytes(packed[:2], "big")
    has_header = packed.startswith(_GZIP) or (head % 31 == 0 and head >> 8 & 15 == zlib.DEFLATED)
    whole = bytearray()
    while packed:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32 if has_header else -zlib.MAX_WBITS)
        whole += unpacker.decompress(packed, limit + 1 - len(whole))
        if len(whole) > limit:
            _refuse_size(limit, refuse)
        if not unpacker.eof:
            refuse(Fault("packed_cut", {}))
        # A gzip body may have several members; anything else after it is padding.
        packed = unpacker.unused_data if unpacker.unused_data.startswith(_GZIP) else b""
    return bytes(whole)
