"""Store the bytes that a text was taken from: compressed where that saves space, by the process that read them.

The database would also compress them, but one page at a time, while the extracting processes wait for it.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from stancedb.model.vocabulary import RawEncoding

# The lowest level takes a sixth of the time of the default, and compresses a page as well as the server would.
_EFFORT = 1
# Without a name and a time, so that the same page always gives the same bytes.
_GZIP = zlib.MAX_WBITS | 16


class Kept(NamedTuple):
    """Bytes as they are stored, and their compression."""

    raw: bytes | None
    encoding: RawEncoding


def packed(raw: bytes, media_type: str | None) -> Kept:
    """Compress text; a PDF or a picture is already compressed."""
    if (media_type or "").startswith("text/"):
        packer = zlib.compressobj(_EFFORT, zlib.DEFLATED, _GZIP)
        smaller = packer.compress(raw) + packer.flush()
        if len(smaller) < len(raw):
            return Kept(smaller, RawEncoding.GZIP)
    return Kept(raw, RawEncoding.IDENTITY)


def unpacked(raw: bytes, encoding: str) -> bytes:
    """Return the original bytes; the only function that reads stored bytes."""
    return zlib.decompress(raw, _GZIP) if encoding == RawEncoding.GZIP else raw
