"""Standard output and standard error as a command needs them: what they lose never undoes what is done.

Standard error only tells of what happened, so nothing fails because nobody hears it. Standard output is the answer: it
may be lost without harm as soon as a change is committed, and not before.
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
        forgives: Whether what cannot be written is dropped.
        lost: Why something was dropped, or None.
    """

    forgives = False
    lost: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write what there is room for, or drop it where that is forgiven.

        Raises:
            BrokenPipeError: Whoever read has stopped reading.
            OutputUnwritable: It cannot be written for another reason.
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
    """Open the three standard streams, also where this process was started without them.

    What is missing is opened so that it reads as empty and refuses to be written to, and no other file or connection
    takes its number.
    """
    if sys.stdin is None:
        sys.stdin = open(os.open(os.devnull, os.O_RDONLY), encoding="utf-8")  # noqa: PTH123, SIM115 - a number, not a path
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
        # A terminal that cannot show a character shows its number; a command never dies of that.
        errors="backslashreplace",
        line_buffering=forgives or raw.isatty(),
        write_through=stream.write_through if stream else False,
    )


def forgive() -> None:
    """Drop from now on what standard output cannot take; called when a change is committed."""
    if (raw := _raw(sys.stdout)) is not None:
        raw.forgives = True


def lost() -> str | None:
    """Return why part of the answer was dropped, or None; a reader who stopped reading is no reason."""
    raw = _raw(sys.stdout)
    if raw is None or raw.lost is None or isinstance(raw.lost, BrokenPipeError):
        return None
    return raw.lost.strerror or str(raw.lost)


def finish() -> None:
    """Write what is left and drop what cannot be written, or Python complains when it shuts down."""
    for stream in (sys.stdout, sys.stderr):
        if (raw := _raw(stream)) is not None:
            raw.forgives = True
        with suppress(OSError):
            stream.flush()


def _raw(stream: TextIO) -> _Standard | None:
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw if isinstance(raw, _Standard) else None
