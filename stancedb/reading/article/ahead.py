"""Read a few files one at a time on demand, or many with one process per core, keeping the order of the files."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import chain, islice
from pathlib import Path

from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.folders import PAGES, Place, ending_of
from stancedb.records.article import ArticleRecord
from stancedb.records.checking import Item
from stancedb.refusals import Refusal
from stancedb.workers import Workers

# A file, and the defaults for its article.
Job = tuple[Place, ArticleDefaults]
# Reads one file; it is pickled by name.
Reader = Callable[[Place, ArticleDefaults], Iterator[Item[ArticleRecord]]]

_FEW_FILES = 16
_BATCH = 4


def in_order(jobs: Iterator[Job | Refusal], read: Reader) -> Iterator[Item[ArticleRecord]]:
    """Read a few files here on demand, or many with one process per core.

    Args:
        jobs: The files, and refusals of others, which keep their place.
        read: Function that reads one file.
    """
    first = [*islice(jobs, _FEW_FILES)]
    workers = os.cpu_count() or 1
    if len(first) < _FEW_FILES or workers == 1:
        return chain.from_iterable(_now(job, read) for job in chain(first, jobs))
    return iter(_Ahead(chain(first, jobs), workers, read))


def _now(job: Job | Refusal, read: Reader) -> Iterable[Item[ArticleRecord]]:
    return [job] if isinstance(job, Refusal) else read(*job)


class _Ahead:
    """Reads pages with several processes, never more than a few ahead of the consumer.

    The first pages are submitted at once, so that they are read while the consumer is still connecting to the database.
    """

    def __init__(self, jobs: Iterable[Job | Refusal], workers: int, read: Reader) -> None:
        self._batches = _batches(jobs)
        self._workers = workers
        self._read = read
        self._pool: Workers | None = None
        self._waiting: deque[list[Job] | Refusal | Future[list[Item[ArticleRecord]]]] = deque()
        # At most one batch per process, so that little work is wasted if the database is unavailable.
        self._fill(workers)

    def _fill(self, count: int) -> None:
        for batch in islice(self._batches, max(0, count - len(self._waiting))):
            if isinstance(batch, list) and _is_page(batch[0]):
                self._pool = self._pool or Workers(self._workers)
                self._waiting.append(self._pool.submit(_list_of, batch, self._read))
            else:
                self._waiting.append(batch)

    def __iter__(self) -> Iterator[Item[ArticleRecord]]:
        try:
            while self._waiting:
                self._fill(4 * self._workers + 1)
                yield from _taken(self._waiting.popleft(), self._read)
        finally:
            if self._pool:
                self._pool.close()


def _batches(jobs: Iterable[Job | Refusal]) -> Iterator[list[Job] | Refusal]:
    """Group a few consecutive web pages; every other file is a batch by itself."""
    batch: list[Job] = []
    for job in jobs:
        if isinstance(job, Refusal) or not _is_page(job) or len(batch) == _BATCH:
            if batch:
                yield batch
            batch = []
        if isinstance(job, Refusal):
            yield job
        elif _is_page(job):
            batch.append(job)
        else:
            yield [job]
    if batch:
        yield batch


def _is_page(job: Job) -> bool:
    """Return whether it is a web page: it takes thirty times as long to read as to send; other files do not."""
    return isinstance(job[0], Path) and ending_of(job[0]) in PAGES


def _taken(
    batch: list[Job] | Refusal | Future[list[Item[ArticleRecord]]], read: Reader
) -> Iterable[Item[ArticleRecord]]:
    if isinstance(batch, Future):
        return batch.result()
    return [batch] if isinstance(batch, Refusal) else chain.from_iterable(_now(job, read) for job in batch)


def _list_of(batch: list[Job], read: Reader) -> list[Item[ArticleRecord]]:
    return [item for job in batch for item in read(*job)]
