"""How the bytes that a text was taken from are kept: packed where that saves room, by whoever read them.

The database would also compress them, but one page after another, while the processes that extract wait for it.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from stancedb.model.vocabulary import RawEncoding

# The least effort takes a sixth of the time of the usual one, and leaves a page as small as the server would make it.
_EFFORT = 1
# Without a name and a time, so that the same page is always the same bytes.
_GZIP = zlib.MAX_WBITS | 16


class Kept(NamedTuple):
    """Bytes as they are kept, and how they are packed."""

    raw: bytes | None
    encoding: RawEncoding


def packed(raw: bytes, media_type: str | None) -> Kept:
    """Pack what is text; a PDF or a picture is packed already."""
    if (media_type or "").startswith("text/"):
        packer = zlib.compressobj(_EFFORT, zlib.DEFLATED, _GZIP)
        smaller = packer.compress(raw) + packer.flush()
        if len(smaller) < len(raw):
            return Kept(smaller, RawEncoding.GZIP)
    return Kept(raw, RawEncoding.IDENTITY)


def unpacked(raw: bytes, encoding: str) -> bytes:
    """Return the bytes as they came in; the one place that reads what is kept."""
    return zlib.decompress(raw, _GZIP) if encoding == RawEncoding.GZIP else raw
