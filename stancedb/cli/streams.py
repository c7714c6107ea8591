"""Standard output and standard error for commands: a failed write never undoes a committed change.

Standard error only has messages, so a failure to write them is ignored. Standard output has the result: a failure to
write it is ignored only after a change is committed.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

from stancedb.errors import OutputUnwritable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Standard(io.FileIO):
    """The bytes of a standard stream.

    Attributes:
        forgives: Whether to drop data that cannot be written.
        lost: Why data was dropped, or None.
    """

    forgives = False
    lost: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write the data, or drop it if it cannot be written and ``forgives`` is set.

        Raises:
            BrokenPipeError: The reader closed the pipe.
            OutputUnwritable: The data cannot be written for another reason.
        """
        if self.lost is None:
            try:
                return super().write(data)
            except OSError as failure:
                if not self.forgives:
                    if isinstance(failure, BrokenPipeError):
                        raise
                    raise OutputUnwritable(reason=failure.strerror or failure) from None
                self.lost = failure
        return memoryview(data).nbytes


def open_standard_streams() -> None:
    """Open the three standard streams, even if this process was started without them.

    A missing stream is opened so that it reads as empty and rejects writes, and so that no other file or connection
    gets its descriptor.
    """
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")  # noqa: PTH123, SIM115 - a descriptor, not a path
    sys.stdout = _opened(sys.stdout, forgives=False)
    sys.stderr = _opened(sys.stderr, forgives=True)


def _opened(stream: TextIO | None, *, forgives: bool) -> TextIO:
    if stream is not None and not isinstance(stream, io.TextIOWrapper):
        return stream
    number = os.open(os.devnull, os.O_RDONLY) if stream is None else stream.fileno()
    raw = _Standard(number, "w", closefd=False)
    raw.forgives = forgives
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding if stream else "utf-8",
        # A character that the terminal cannot show is written as an escape instead of failing the command.
        errors="backslashreplace",
        line_buffering=forgives or raw.isatty(),
        write_through=stream.write_through if stream else False,
    )


def forgive() -> None:
    """Ignore failures to write to standard output from now on; called when a change is committed."""
    if (raw := _raw(sys.stdout)) is not None:
        raw.forgives = True


def lost() -> str | None:
    """Return why part of the result was dropped, or None; a closed pipe does not count."""
    raw = _raw(sys.stdout)
    if raw is None or raw.lost is None or isinstance(raw.lost, BrokenPipeError):
        return None
    return raw.lost.strerror or str(raw.lost)


def finish() -> None:
    """Flush both streams and drop what cannot be written, because Python would complain about it at shutdown."""
    for stream in (sys.stdout, sys.stderr):
        if (raw := _raw(stream)) is not None:
            raw.forgives = True
        with suppress(OSError):
            stream.flush()


def _raw(stream: TextIO) -> _Standard | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, _Standard) else None
