"""The seeds: a starter codebook, the actors, example articles and a coding sheet, loaded like any other file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancedb.database import Reading, Writing
from stancedb.loading.account import LoadAccount
from stancedb.loading.loader import Kind, load
from stancedb.reading.article.completing import ArticleDefaults
from stancedb.reading.article.files import read_articles
from stancedb.reading.files import read_records
from stancedb.records.actor import ActorRecord
from stancedb.records.base import Record
from stancedb.records.checking import Item
from stancedb.records.codebook import CodebookRecord
from stancedb.records.event import EventRecord
from stancedb.records.indicator import IndicatorRecord
from stancedb.records.outlet import OutletRecord
from stancedb.records.statement import StatementRecord
from stancedb.settings import bundled
from stancedb.sql import Queries

SQL = Queries(__file__)

# What every database on the subject starts from, and the worked example on top of it.
STARTER: tuple[tuple[Kind, str, type[Record]], ...] = (
    ("outlet", "outlet.csv", OutletRecord),
    ("codebook", "codebook/taiwan.toml", CodebookRecord),
    ("actor", "actor.csv", ActorRecord),
)
EXAMPLE: tuple[tuple[Kind, str, type[Record] | None], ...] = (
    ("event", "event.jsonl", EventRecord),
    ("article", "article", None),
    ("statement", "statement.jsonl", StatementRecord),
    ("event", "event-response.jsonl", EventRecord),
    ("indicator", "indicator.jsonl", IndicatorRecord),
)


def seed(session: Writing, *, with_example: bool) -> list[LoadAccount]:
    """Load the seeds, idempotently; with the example, also its articles, statements, events and indicators."""
    accounts = []
    for kind, name, record_type in (*STARTER, *(EXAMPLE if with_example else ())):
        path = bundled("seeds") / name
        accounts.append(load(session, kind, _items(path, record_type), origin=f"seeds/{name}"))
    # A load that changes nothing voids its transaction; here that holds only if none of the loads changes anything.
    session.is_void = all(account.changed_nothing for account in accounts)
    return accounts


def articles_of_others(session: Reading) -> int:
    """Count the articles that are not part of the worked example."""
    count: int = session.execute(SQL["articles_of_others"]).scalar_one()
    return count


def _items(path: Path, record_type: type[Record] | None) -> Iterator[Item[Any]]:
    if record_type is None:
        return read_articles([path], defaults=ArticleDefaults())
    return read_records(path, record_type)
