"""Worker processes that read files: they know no passwords, and all end with this process, however it ends.

A worker reads requests from its standard input and writes answers to its standard output, so it stops when this process
ends. While working, it also checks that its parent is still alive; on Linux the kernel ends it automatically.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, ParamSpec, TypeVar, cast

from stancedb.errors import WorkerEnded

P = ParamSpec("P")
R = TypeVar("R")

# A process that reads files must not know the URL of the database and its password.
_SECRETS = ("STANCEDB_", "PG")
# Modules are imported from the search path of this process, never from the current directory.
_PROGRAM = (
    "import pickle, sys; sys.path[:] = pickle.load(sys.stdin.buffer);"
    f" from {__name__} import serve; serve(int(sys.argv[1]))"
)
_LOOK_SECONDS = 0.5
# PR_SET_PDEATHSIG of <linux/prctl.h>.
_SIGNAL_AT_END_OF_PARENT = 1


def environment() -> dict[str, str]:
    """Return the environment of this process without the variables that lead to the database."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}


def stay_with(parent: int) -> None:
    """End this process as soon as it is no longer a child of another, whatever it is doing.

    Args:
        parent: The process id of the parent, as passed by the parent, which may already have ended.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).prctl(_SIGNAL_AT_END_OF_PARENT, signal.SIGKILL)

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


@dataclass(frozen=True, slots=True)
class _Worker:
    """One process, with its streams of requests and answers."""

    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: IO[bytes]

    @classmethod
    def started(cls) -> _Worker:
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
        )
        worker = cls(process, cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout))
        worker.send(sys.path)
        return worker

    def send(self, message: object) -> None:
        pickle.dump(message, self.requests)
        self.requests.flush()

    def answer(self) -> tuple[bool, Any]:
        """Return whether the function returned, and what it returned or raised."""
        answer: tuple[bool, Any] = pickle.load(self.answers)  # noqa: S301 - written by this program
        return answer

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.requests, self.answers):
            # Data still to be sent to it is no longer needed.
            with suppress(OSError):
                stream.close()


class Workers:
    """A pool of processes, each started when first needed.

    Args:
        count: Maximum number of processes.
    """

    def __init__(self, count: int) -> None:
        self._workers: list[_Worker] = []
        # Each thread waits for one process.
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="stancedb-worker")
        self._own = threading.local()
        self._is_closed = False
        self._ended = weakref.finalize(self, _end, self._workers)

    def submit(self, function: Callable[P, R], *arguments: P.args, **_: P.kwargs) -> Future[R]:
        """Call a module-level function in a process; arguments, results and exceptions are pickled."""
        return self._threads.submit(self._asked, function, arguments)

    def close(self) -> None:
        """End all processes, including busy ones, and cancel pending calls."""
        self._is_closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        _end(self._workers)
        self._threads.shutdown()
        self._ended()

    def _asked(self, function: Callable[..., R], arguments: tuple[Any, ...]) -> R:
        worker: _Worker | None = getattr(self._own, "worker", None)
        try:
            if worker is None:
                self._own.worker = worker = _Worker.started()
                self._workers.append(worker)
                if self._is_closed:
                    worker.end()
            worker.send((function, arguments))
            is_done, answer = worker.answer()
        except (OSError, EOFError, pickle.UnpicklingError):
            self._own.worker = None
            raise WorkerEnded from None
        if not is_done:
            raise answer
        result: R = answer
        return result


def _end(workers: list[_Worker]) -> None:
    while workers:
        workers.pop().end()


def serve(parent: int) -> None:
    """Run the main loop of a worker: call the functions that the parent requests, until there are no more."""
    stay_with(parent)
    # An interrupt goes to all processes of a terminal; only the parent handles it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    # Output printed by libraries must not mix with the answers.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.close(nothing)
    with suppress(EOFError, BrokenPipeError):
        while True:
            function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by the parent
            answers.write(_done(function, arguments))
            answers.flush()
    # There is nothing left to write or close.
    os._exit(0)


def _done(function: Callable[..., object], arguments: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps((True, function(*arguments)))
    except Exception as failure:  # noqa: BLE001 - raised again in the parent
        try:
            pickle.loads(pickle.dumps(failure))  # noqa: S301 - written on this line
        except Exception:  # noqa: BLE001 - not every exception can be rebuilt
            failure = RuntimeError(f"{type(failure).__name__}: {failure}")
        return pickle.dumps((False, failure))
