"""Several coders at once, and coders who are killed at work: every text is coded as often as wanted, and as a whole."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from stancedb.database import working, writing
from stancedb.errors import StancedbError
from stancedb.operations import codings, workbench
from tests.operations.coded import CODER, DONE, kill, left, prepare, release, seconds, settings_of
from tests.support.desk import add_texts, assign, open_round, value

pytest_plugins = ("tests.support.worlds",)

TAKERS = ("ana", "ben", "cem", "dan")
TEXTS = 60
SIGKILLS = 20
RELEASED = "SELECT s.slug FROM stancedb.finding f JOIN stancedb.statement s ON s.id = f.statement_id"


@pytest.fixture
def pool_url(small_url: str) -> str:
    """Give a database with four coders."""
    with psycopg.connect(small_url) as owner:
        owner.execute("SELECT stancedb.open_changeset('tester', 'four coders')")
        for name in TAKERS:
            owner.execute("INSERT INTO stancedb.coder (name, kind) VALUES (%s, 'human')", [name])
    return small_url


def fill_pool(url: str, texts: int) -> None:
    """Put texts into the pool, each with two places."""
    with psycopg.connect(url, autocommit=True) as owner:
        key, keys = open_round(owner), add_texts(owner, texts)
        for kind in ("first", "second"):
            for text in keys:
                assign(owner, key, text, None, kind)


@pytest.mark.trial
@pytest.mark.parametrize("windows", [1, 2])
def test_four_takers_leave_every_text_with_two_coders(pool_url: str, tmp_path: Path, windows: int) -> None:
    fill_pool(pool_url, TEXTS)
    settings = settings_of(pool_url, tmp_path)
    begin = threading.Barrier(len(TAKERS) * windows)

    def take_all(coder: str) -> None:
        begin.wait()
        while True:
            try:
                with working(settings) as session:
                    number = workbench.take_next(session, coder=coder)
                if number is None:
                    return
                with working(settings) as session:
                    workbench.finish(session, number, coder=coder)
            except StancedbError:
                # Her other window has finished it.
                assert windows > 1

    with ThreadPoolExecutor(len(TAKERS) * windows) as threads:
        list(threads.map(take_all, TAKERS * windows))

    with psycopg.connect(pool_url) as connection:
        taken = connection.execute("SELECT article_version_id, coder_id, state FROM stancedb.assignment").fetchall()
    assert {state for _, _, state in taken} == {"done"}
    assert len({(text, coder) for text, coder, _ in taken}) == 2 * TEXTS
    assert {*Counter(text for text, _, _ in taken).values()} == {2}


def test_two_windows_of_one_coder_do_not_take_both_places_of_a_text(pool_url: str) -> None:
    fill_pool(pool_url, 1)
    take = "SELECT stancedb.take_assignment(NULL, 'ana')"
    with psycopg.connect(pool_url) as first, psycopg.connect(pool_url) as second, ThreadPoolExecutor(1) as beside:
        one = value(first, take)
        two = beside.submit(value, second, take)
        # It has to be waiting by now.
        with pytest.raises(TimeoutError):
            two.result(0.5)
        first.commit()

        assert one is not None
        assert two.result(30) is None


def test_two_coders_who_ask_at_once_do_not_wait_for_each_other(pool_url: str) -> None:
    fill_pool(pool_url, 1)
    with psycopg.connect(pool_url) as first, psycopg.connect(pool_url) as second:
        second.execute("SET lock_timeout = '2s'")
        taken = [value(first, "SELECT stancedb.take_assignment(NULL, 'ana')")]
        taken.append(value(second, "SELECT stancedb.take_assignment(NULL, 'ben')"))

    assert None not in taken
    assert len({*taken}) == 2


@pytest.mark.parametrize("what", ["save", "release"])
@pytest.mark.trial
@pytest.mark.parametrize("times", [SIGKILLS])
def test_who_is_killed_at_work_leaves_all_or_nothing(small_url: str, tmp_path: Path, what: str, times: int) -> None:
    findings = 3 if what == "release" else 0
    *others, undisturbed = prepare(small_url, tmp_path, times + 1, findings=findings)
    whole = seconds(small_url, tmp_path, what, undisturbed)

    # Some are killed only when they have committed and nobody has heard of it.
    outcomes = Counter(kill(small_url, tmp_path, what, number, 1.2 * whole) for number in others)

    assert outcomes.total() == times
    assert {*outcomes} <= {"all", "nothing"}


def test_what_was_killed_is_released_as_if_nothing_had_been(small_url: str, tmp_path: Path) -> None:
    (number,) = prepare(small_url, tmp_path, 1, findings=3)
    kill(small_url, tmp_path, "release", number, 0)
    if left(small_url, number) != DONE["release"]:
        release(settings_of(small_url, tmp_path), number)

    assert left(small_url, number) == DONE["release"]


def at_once(*calls: Callable[[], object]) -> list[str | None]:
    """Call functions at the same time; return of each the name of what refused it, or None."""
    begin = threading.Barrier(len(calls))

    def outcome(call: Callable[[], object]) -> str | None:
        begin.wait()
        try:
            call()
        except StancedbError as refused:
            return str(refused)
        return None

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(outcome, calls))


@pytest.mark.parametrize("attempt", range(3))
def test_two_releases_of_one_assignment_at_once_are_one(small_url: str, tmp_path: Path, attempt: int) -> None:
    (number,) = prepare(small_url, tmp_path, 1, findings=3)
    settings = settings_of(small_url, tmp_path)
    refusals = at_once(*[lambda: release(settings, number)] * 2)

    assert left(small_url, number) == DONE["release"]
    assert sorted(refusal is None for refusal in refusals) == [False, True], attempt


def test_an_undo_that_waits_for_a_recode_is_refused_by_its_changeset(small_url: str, tmp_path: Path) -> None:
    (number,) = prepare(small_url, tmp_path, 1, findings=1)
    settings = settings_of(small_url, tmp_path)
    release(settings, number)
    with working(settings) as session:
        step = workbench.last_step(session, coder=CODER)
    assert step.changeset is not None
    refusals: list[str | None] = []

    def undo() -> None:
        with writing(settings, message="undo") as session:
            workbench.undo_release(session, step.changeset or 0)

    with psycopg.connect(small_url) as connection:
        slug = value(connection, RELEASED)
    beside = threading.Thread(target=lambda: refusals.extend(at_once(undo)))
    with writing(settings, message="recode") as recoding:
        codings.recode(recoding, slug, position="support", issue="dam", coder=CODER)
        beside.start()
        # It has to be waiting by now.
        beside.join(0.7)
        assert beside.is_alive()
    beside.join(30)

    assert refusals[0] is not None
    assert f"Changeset {step.changeset} cannot be undone" in refusals[0]
    assert left(small_url, number)[:2] == ("done", True)


def test_a_recode_that_waits_for_an_undo_is_refused(small_url: str, tmp_path: Path) -> None:
    (number,) = prepare(small_url, tmp_path, 1, findings=1)
    settings = settings_of(small_url, tmp_path)
    release(settings, number)
    with working(settings) as session:
        step = workbench.last_step(session, coder=CODER)
    refusals: list[str | None] = []
    with psycopg.connect(small_url) as connection:
        slug = value(connection, RELEASED)

    def recode() -> None:
        with writing(settings, message="recode") as session:
            codings.recode(session, slug, position="support", issue="dam", coder=CODER)

    beside = threading.Thread(target=lambda: refusals.extend(at_once(recode)))
    with writing(settings, message="undo") as undoing:
        workbench.undo_release(undoing, step.changeset or 0)
        beside.start()
        beside.join(0.7)
    beside.join(30)

    assert refusals[0] is not None
    assert left(small_url, number) == ("open", False, 1, 0, 0, 0)
