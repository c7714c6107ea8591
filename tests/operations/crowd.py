"""Concurrent writers that load, merge, recode, review, correct and undo the same few objects, or revise one codebook.

``python -m tests.operations.crowd 100`` runs a hundred changes on a separate database, six at a time, and prints how
each ended. A change may be rejected by a rule, because another one came first; deadlocks are failures.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from stancedb.admin import schema
from stancedb.database import Writing, administering, writing
from stancedb.errors import ChangedMeanwhile, StancedbError
from stancedb.loading.loader import load
from stancedb.operations import actors, changesets, codings, issues, revising
from stancedb.records.actor import ActorRecord
from stancedb.records.checking import Read
from stancedb.records.codebook import CodebookRecord, IssueRecord, PositionRecord
from stancedb.records.outlet import OutletRecord
from stancedb.records.statement import StatementRecord
from stancedb.server import embedded
from stancedb.settings import Settings
from tests.support.worlds import fill_small

AT_ONCE = 6
PEOPLE = ("ana-cole", "ben-dahl", "eva-falk", "a-cole")
STATEMENTS = tuple(f"crowd-{number}" for number in range(8))
POSITIONS = ("support", "oppose", "leaves-open")
ISSUES = ("dam", "dike", "lock", "weir")


def _sheet(session: Writing, chance: random.Random) -> None:
    chosen = chance.sample(STATEMENTS, 5)
    lines = [
        StatementRecord(
            statement=slug,
            speaker="ana-cole",
            said=f"2025-0{chance.randint(2, 6)}-01",
            issue="dam",
            position=chance.choice(POSITIONS),
            citation="a crowd",
            coder=chance.choice(("ana", "ben")),
            final=False,
        )
        for slug in chosen
    ]
    load(session, "statement", [Read("crowd", n, line, {}) for n, line in enumerate(lines)], origin="crowd.csv")


def _actors(session: Writing, chance: random.Random) -> None:
    lines = [ActorRecord(slug=slug, kind="person", name=f"{slug} {chance.randint(1, 9)}") for slug in PEOPLE]
    chance.shuffle(lines)
    load(session, "actor", [Read("crowd", n, line, {}) for n, line in enumerate(lines)], origin="actor.csv")


def _outlets(session: Writing, chance: random.Random) -> None:
    one, other = chance.sample(("herald", "wire", "daily"), 2)
    lines = [
        OutletRecord(slug=one, name=one, kind="newspaper"),
        OutletRecord(slug=other, name=other, kind="newspaper", parent=one),
    ]
    load(session, "outlet", [Read("crowd", n, line, {}) for n, line in enumerate(lines)], origin="outlet.csv")


def _merge(session: Writing, chance: random.Random) -> None:
    one, other = chance.sample(PEOPLE, 2)
    actors.merge_actors(session, one, into=other)


def _rename(session: Writing, chance: random.Random) -> None:
    actors.set_actor(session, chance.choice(PEOPLE), kind=None, name=f"Name {chance.randint(1, 9)}", citation=None)


def _recode(session: Writing, chance: random.Random) -> None:
    codings.recode(session, chance.choice(STATEMENTS), position=chance.choice(POSITIONS), coder="ana")


def _review(session: Writing, chance: random.Random) -> None:
    codings.review(
        session, chance.choice(STATEMENTS), status="accepted", reviewer="ruth", final=chance.random() < 0.5, coder="ben"
    )


def _undo(session: Writing, chance: random.Random) -> None:
    last = session.execute(text("SELECT last_number FROM stancedb.changeset_counter")).scalar_one()
    changesets.undo_changeset(session, last - chance.randint(0, 3))


def load_codebook(session: Writing, label: str, chosen: Iterable[str], merged_into: Mapping[str, str]) -> None:
    """Load issues with the same three positions, some of them merged into others."""
    record = CodebookRecord(
        label=label,
        issued_on="2025-02-01",
        issue=[
            IssueRecord(
                slug=slug,
                question=f"What of the {slug} in {label}?",
                merged_into=merged_into.get(slug),
                position=[PositionRecord(slug=name, label=name, definition=label) for name in POSITIONS],
            )
            for slug in chosen
        ],
    )
    load(session, "codebook", [Read("crowd", None, record, {})], origin="crowd.toml")


def _codebook(session: Writing, chance: random.Random) -> None:
    one, other, third = chance.sample(ISSUES, 3)
    load_codebook(session, f"crowd-{chance.randint(1, 9)}", (one, other), {one: third} if chance.random() < 0.3 else {})


def _merge_issues(session: Writing, chance: random.Random) -> None:
    one, other = chance.sample(ISSUES, 2)
    revising.merge_issues(session, one, into=other, positions={})


def _restore_issue(session: Writing, chance: random.Random) -> None:
    revising.restore_issue(session, chance.choice(ISSUES))


def _set_issue(session: Writing, chance: random.Random) -> None:
    issues.set_issue(session, chance.choice(ISSUES), question=f"Question {chance.randint(1, 9)}?")


def _merge_positions(session: Writing, chance: random.Random) -> None:
    one, other = chance.sample(POSITIONS, 2)
    revising.merge_positions(session, chance.choice(ISSUES), one, into=other)


def _restore_position(session: Writing, chance: random.Random) -> None:
    revising.restore_position(session, chance.choice(ISSUES), chance.choice(POSITIONS))


def _set_position(session: Writing, chance: random.Random) -> None:
    label = f"Label {chance.randint(1, 9)}"
    issues.set_position(session, chance.choice(ISSUES), chance.choice(POSITIONS), label=label)


CHANGES: tuple[Callable[[Writing, random.Random], None], ...] = (
    _sheet,
    _sheet,
    _actors,
    _outlets,
    _merge,
    _rename,
    _recode,
    _review,
    _undo,
)
# Changes that concern the same few actors, several times as frequent as in the other lists.
OF_ACTORS = (_actors, _merge, _rename, _undo)
OF_CODEBOOK = (
    _codebook,
    _merge_issues,
    _merge_issues,
    _restore_issue,
    _restore_issue,
    _set_issue,
    _merge_positions,
    _restore_position,
    _set_position,
    _undo,
)


def change(settings: Settings, seed: int) -> str:
    """Make one change and return how it ended: done, refused, deadlock, or the name of an unexpected error."""
    chance = random.Random(seed)  # noqa: S311 - drawn for a test
    chosen = chance.choice(CHANGES)
    try:
        with writing(settings, message=chosen.__name__) as session:
            chosen(session, chance)
    except ChangedMeanwhile:
        return "deadlock"
    except StancedbError:
        return "refused"
    except (DBAPIError, psycopg.Error) as failure:
        return type(failure).__name__
    return "done"


def crowd(settings: Settings, changes: int, *, seed: int = 1) -> Counter[str]:
    """Make many changes, several at a time, and count how they ended."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(lambda number: change(settings, seed * 100_000 + number), range(changes)))


def main() -> int:
    """Run on a separate database; exit with 1 if any change ended in an invalid way."""
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(prefix="sdb-") as folder:
        place = Path(folder)
        place.chmod(0o711)
        url = embedded.ensure_running(place / "data")
        settings = Settings(database_url=url, data_dir=place / "data", author="tester")
        with administering(settings) as engine:
            schema.upgrade(engine)
        fill_small(url, place)
        ended = crowd(settings, changes)
        with administering(settings) as engine:
            faults = schema.check(engine)
        embedded.stop(place / "data")
    sys.stdout.write(f"{changes} changes, {AT_ONCE} at once: {dict(ended)}; faults: {faults}\n")
    return int(bool(faults) or bool(set(ended) - {"done", "refused"}))


if __name__ == "__main__":
    sys.exit(main())
