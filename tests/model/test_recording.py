"""Who wrote what, when it was known, and in which order: the history of every curated table."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from stancedb.model import CURATED
from tests.support.build import one, open_changeset
from tests.support.plugin import Clone

Connection = psycopg.Connection[Any]

TABLES = [table.name for table in CURATED]
# Compared by column name, because the order differs where a column was added later.
KEPT = "SELECT (to_jsonb(t) - 'ended_changeset_id')::text FROM history.{table} t WHERE ended_changeset_id = {opened}"
OPEN = "SELECT stancedb.open_changeset('tester', 'a test')"
NEW_ACTOR = "INSERT INTO stancedb.actor (id, slug, kind, name) VALUES (201, 'eva-frey', 'person', 'Eva Frey')"


@pytest.fixture(scope="module")
def built(clone: Clone, built_template: str) -> Iterator[Connection]:
    """Provide a connection to a full database; changes are rolled back."""
    with clone(built_template) as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@contextmanager
def refusing(connection: Connection, constraint: str) -> Iterator[None]:
    with pytest.raises(psycopg.errors.CheckViolation) as refused, connection.transaction():
        yield
    assert refused.value.diag.constraint_name == constraint


def refusal(connection: Connection, *statements: str) -> str | None:
    """Return the constraint that rejects the last of some statements, and roll back all of them."""
    with connection.transaction(force_rollback=True):
        for statement in statements[:-1]:
            connection.execute(statement.encode())
        try:
            connection.execute(statements[-1].encode())
        except psycopg.errors.CheckViolation as refused:
            return refused.diag.constraint_name
    return None


@contextmanager
def changeset(connection: Connection) -> Iterator[int]:
    with connection.transaction():
        yield open_changeset(connection)


class TestAWriteWithoutAChangeset:
    @pytest.mark.parametrize(
        "statement",
        [
            "INSERT INTO stancedb.{} DEFAULT VALUES",
            "UPDATE stancedb.{} SET id = id",
            "DELETE FROM stancedb.{}",
            "MERGE INTO stancedb.{} t USING stancedb.{} s ON t.id = s.id WHEN MATCHED THEN DELETE",
        ],
    )
    def test_is_refused(self, built: Connection, statement: str) -> None:
        refused = {table: refusal(built, statement.format(table, table)) for table in TABLES}

        assert refused == dict.fromkeys(TABLES, "ck_changeset_is_open")

    def test_is_refused_as_a_truncation_with_one_too(self, built: Connection) -> None:
        truncations = {table: f"TRUNCATE stancedb.{table} CASCADE" for table in TABLES}
        without = {table: refusal(built, truncate) for table, truncate in truncations.items()}
        within = {table: refusal(built, OPEN, truncate) for table, truncate in truncations.items()}

        assert without == within == dict.fromkeys(TABLES, "ck_changeset_no_truncate")

    def test_is_refused_on_a_connection_that_never_opened_one(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as fresh, refusing(fresh, "ck_changeset_is_open"):
            fresh.execute(NEW_ACTOR)

    def test_is_refused_on_a_connection_whose_last_one_is_committed(self, connection_url: str) -> None:
        with psycopg.connect(connection_url, autocommit=True) as used:
            with changeset(used):
                pass
            with refusing(used, "ck_changeset_is_open"):
                used.execute(NEW_ACTOR)

    def test_is_refused_when_it_writes_no_row_at_all(self, built: Connection) -> None:
        with refusing(built, "ck_changeset_is_open"):
            built.execute("DELETE FROM stancedb.actor WHERE false")

    @pytest.mark.parametrize("claimed", ["1", "987654321", "-1", ""])
    def test_is_refused_when_it_claims_one_that_is_closed_or_made_up(self, built: Connection, claimed: str) -> None:
        with refusing(built, "ck_changeset_is_open"):
            built.execute("SELECT set_config('stancedb.changeset', %s, true)", [claimed])
            built.execute(NEW_ACTOR)

    def test_is_refused_when_it_claims_the_open_one_of_another_session(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as theirs, psycopg.connect(connection_url) as mine:
            claimed = open_changeset(theirs)
            with refusing(mine, "ck_changeset_is_open"):
                mine.execute("SELECT set_config('stancedb.changeset', %s, true)", [str(claimed)])
                mine.execute(NEW_ACTOR)

    def test_is_refused_after_the_changeset_was_settled(self, built: Connection) -> None:
        with refusing(built, "ck_changeset_is_open"):
            open_changeset(built)
            built.execute(NEW_ACTOR)
            built.execute("SET CONSTRAINTS ALL IMMEDIATE")
            built.execute("UPDATE stancedb.actor SET name = 'Late'")


class TestARow:
    def test_names_the_open_changeset_whatever_the_writer_says(self, built: Connection) -> None:
        with built.transaction(force_rollback=True):
            opened = open_changeset(built)
            built.execute(
                "INSERT INTO stancedb.actor (id, slug, kind, name, changeset_id) VALUES (201, 'x', 'person', 'X', 1)"
            )
            built.execute("UPDATE stancedb.actor SET changeset_id = 1 WHERE id = 105")

            assert one(built, "SELECT array_agg(changeset_id) FROM stancedb.actor WHERE id IN (105, 201)") == [
                opened,
                opened,
            ]


class TestHistory:
    def test_keeps_the_version_before_an_update(self, built: Connection) -> None:
        before, kept = {}, {}
        for table in sorted({*TABLES} - {"article_version", "coding_review", "release", "release_file"}):
            with built.transaction(force_rollback=True):
                before[table] = sorted(rows(built, f"SELECT to_jsonb(t)::text FROM stancedb.{table} t"))
                opened = open_changeset(built)
                built.execute(f"UPDATE stancedb.{table} SET id = id".encode())
                kept[table] = sorted(rows(built, KEPT.format(table=table, opened=opened)))

        assert kept == before

    def test_keeps_what_is_removed(self, built: Connection) -> None:
        before, kept = {}, {}
        for table in TABLES:
            with built.transaction(force_rollback=True):
                drop_references_to(built, table)
                before[table] = sorted(rows(built, f"SELECT to_jsonb(t)::text FROM stancedb.{table} t"))
                if table == "derivation_rule":
                    built.execute("DELETE FROM stancedb.stance")
                opened = open_changeset(built)
                built.execute(f"DELETE FROM stancedb.{table}".encode())
                kept[table] = sorted(rows(built, KEPT.format(table=table, opened=opened)))

        assert [table for table, found in before.items() if not found] == []
        assert kept == before

    def test_has_one_version_of_a_row_edited_twice_in_one_changeset(self, built: Connection) -> None:
        with built.transaction(force_rollback=True):
            opened = open_changeset(built)
            built.execute("UPDATE stancedb.actor SET name = 'Once' WHERE id = 105")
            built.execute("UPDATE stancedb.actor SET name = 'Twice' WHERE id = 105")

            kept = "SELECT array_agg(name) FROM history.actor WHERE id = 105 AND ended_changeset_id = %s"
            assert one(built, kept, opened) == ["Ben Dahl"]

    def test_has_no_version_of_a_row_that_was_never_known(self, built: Connection) -> None:
        with built.transaction(force_rollback=True):
            open_changeset(built)
            built.execute(NEW_ACTOR)
            built.execute("UPDATE stancedb.actor SET name = 'Eva' WHERE id = 201")
            built.execute("DELETE FROM stancedb.actor WHERE id = 201")

            assert one(built, "SELECT count(*) FROM history.actor WHERE id = 201") == 0

    def test_has_one_version_of_a_row_edited_and_then_removed_in_one_changeset(self, built: Connection) -> None:
        with built.transaction(force_rollback=True):
            opened = open_changeset(built)
            built.execute("UPDATE stancedb.statement_link SET kind = 'responds_to' WHERE id = 102")
            built.execute("DELETE FROM stancedb.statement_link WHERE id = 102")

            kept = "SELECT array_agg(kind) FROM history.statement_link WHERE id = 102 AND ended_changeset_id = %s"
            assert one(built, kept, opened) == ["contradicts"]

    def test_keeps_the_version_that_an_upsert_replaces(self, built: Connection) -> None:
        with built.transaction(force_rollback=True):
            opened = open_changeset(built)
            built.execute(
                "INSERT INTO stancedb.actor (slug, kind, name) VALUES ('ben-dahl', 'person', 'B. Dahl')"
                " ON CONFLICT (slug) DO UPDATE SET name = excluded.name"
            )

            kept = "SELECT array_agg(name) FROM history.actor WHERE ended_changeset_id = %s"
            assert one(built, kept, opened) == ["Ben Dahl"]

    @pytest.mark.parametrize(
        "statement", ["UPDATE history.{} SET ended_changeset_id = 0", "DELETE FROM history.{}", "TRUNCATE history.{}"]
    )
    def test_is_never_edited_not_even_under_a_changeset(self, built: Connection, statement: str) -> None:
        refused = {table: refusal(built, OPEN, statement.format(table)) for table in TABLES}

        assert refused == dict.fromkeys(TABLES, "ck_history_is_kept")


class TestAChangeset:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE stancedb.changeset SET message = 'nicer' WHERE number = 1",
            "UPDATE stancedb.changeset SET number = 1000 WHERE number = 1",
            "DELETE FROM stancedb.changeset WHERE number = 1",
            "TRUNCATE stancedb.changeset CASCADE",
        ],
    )
    def test_is_never_edited(self, built: Connection, statement: str) -> None:
        with refusing(built, "ck_changeset_is_kept"):
            built.execute(statement.encode())

    def test_is_not_edited_while_it_is_open_either(self, built: Connection) -> None:
        with refusing(built, "ck_changeset_is_kept"):
            opened = open_changeset(built)
            built.execute("UPDATE stancedb.changeset SET author = 'somebody else' WHERE id = %s", [opened])

    def test_does_not_bring_its_own_number(self, built: Connection) -> None:
        with refusing(built, "ck_changeset_is_kept"):
            built.execute(
                "INSERT INTO stancedb.changeset (author, message, tool, number, committed_at)"
                " VALUES ('a', 'm', 't', 1000, now())"
            )

    def test_has_its_number_and_time_from_the_commit_on(self, connection_url: str) -> None:
        with psycopg.connect(connection_url, autocommit=True) as writer:
            last = last_number(writer)
            with writer.transaction():
                opened = open_changeset(writer)
                assert one(writer, "SELECT number FROM stancedb.changeset WHERE id = %s", opened) is None

            number, is_timed = rows(
                writer, f"SELECT number, committed_at >= opened_at FROM stancedb.changeset WHERE id = {opened}"
            )[0]
            assert (number, is_timed) == (last + 1, True)

    def test_says_who_why_with_what_and_what_it_undoes(self, connection: Connection) -> None:
        opened = one(connection, "SELECT stancedb.open_changeset('ruth', 'why', 'stancedb 1', 1)")

        said = rows(connection, f"SELECT author, message, tool, undoes_id FROM stancedb.changeset WHERE id = {opened}")
        assert said == [("ruth", "why", "stancedb 1", 1)]

    def test_number_is_in_the_order_of_commit_not_of_opening(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as slow, psycopg.connect(connection_url) as quick:
            last = last_number(quick)
            opened_first = open_changeset(slow)
            opened_second = open_changeset(quick)
            quick.commit()
            slow.commit()

            assert numbers(slow, opened_first, opened_second) == [last + 2, last + 1]

    def test_numbers_leave_no_gap_where_a_transaction_was_rolled_back(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as writer:
            last = last_number(writer)
            open_changeset(writer)
            writer.execute("SET CONSTRAINTS ALL IMMEDIATE")
            assert last_number(writer) == last + 1
            writer.rollback()
            opened = open_changeset(writer)
            writer.commit()

            assert numbers(writer, opened) == [last + 1]

    def test_numbers_are_gapless_when_many_write_and_some_give_up(self, connection_url: str) -> None:
        def write(worker: int) -> None:
            with psycopg.connect(connection_url) as writer:
                for round_ in range(5):
                    open_changeset(writer)
                    writer.execute(
                        "INSERT INTO stancedb.actor (slug, kind, name) VALUES (%s, 'person', 'X')",
                        [f"x-{worker}-{round_}"],
                    )
                    if (worker + round_) % 3:
                        writer.commit()
                    else:
                        writer.rollback()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(write, range(6)))

        with psycopg.connect(connection_url) as reader:
            last = last_number(reader)
            given = [number for (number,) in rows(reader, "SELECT number FROM stancedb.changeset ORDER BY number")]
            assert given == list(range(1, last + 1))
            assert one(reader, "SELECT count(*) FROM stancedb.actor") == 20
            order = rows(reader, "SELECT number FROM stancedb.changeset ORDER BY committed_at")
            assert [number for (number,) in order] == given


class TestWriters:
    def test_do_not_wait_for_one_another_before_they_commit(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as load, psycopg.connect(connection_url) as coder:
            open_changeset(load)
            load.execute(NEW_ACTOR)
            coder.execute("SET lock_timeout = '2s'")
            open_changeset(coder)
            coder.execute("INSERT INTO stancedb.actor (slug, kind, name) VALUES ('x', 'person', 'X')")
            coder.commit()
            load.commit()

            assert one(coder, "SELECT count(*) FROM stancedb.actor") == 2

    def test_wait_for_one_another_only_while_they_commit(self, connection_url: str) -> None:
        with psycopg.connect(connection_url) as first, psycopg.connect(connection_url) as second:
            open_changeset(first)
            first.execute("SET CONSTRAINTS ALL IMMEDIATE")
            opened = open_changeset(second)
            done = threading.Event()
            committing = in_background(second.commit, done)

            assert not done.wait(0.3)
            last = last_number(first)
            first.commit()
            committing.join(10)
            assert done.is_set()
            assert numbers(second, opened) == [last + 1]

    def test_of_one_row_wait_and_leave_both_versions_in_history(self, built_url: str) -> None:
        with psycopg.connect(built_url) as first, psycopg.connect(built_url) as second:
            edit = "UPDATE stancedb.actor SET name = %s WHERE id = 105"
            open_changeset(first)
            first.execute(edit, ["First"])
            open_changeset(second)
            done = threading.Event()
            editing = in_background(lambda: second.execute(edit, ["Second"]), done)
            assert not done.wait(0.3)
            first.commit()
            editing.join(10)
            second.commit()

            kept = rows(first, "SELECT name, known_from, known_until FROM history.actor_as_known WHERE id = 105")
            last = last_number(first)
            assert {("First", last - 1, last), ("Second", last, None)} <= {*kept}


class TestAsKnown:
    def test_a_row_answers_at_every_number(self, connection_url: str) -> None:
        with psycopg.connect(connection_url, autocommit=True) as writer:
            start = last_number(writer)
            for statement in (
                NEW_ACTOR,
                "UPDATE stancedb.actor SET name = 'Second' WHERE id = 201",
                "UPDATE stancedb.actor SET name = 'Third' WHERE id = 201",
                "DELETE FROM stancedb.actor WHERE id = 201",
                "SELECT 1",
                "INSERT INTO stancedb.actor (id, slug, kind, name) VALUES (201, 'eva-frey', 'person', 'Again')",
            ):
                with changeset(writer):
                    writer.execute(statement.encode())

            known = [
                rows(
                    writer,
                    f"SELECT name FROM history.actor_as_known WHERE id = 201 AND known_from <= {number}"
                    f" AND (known_until IS NULL OR known_until > {number})",
                )
                for number in range(start, start + 7)
            ]
            assert known == [[], [("Eva Frey",)], [("Second",)], [("Third",)], [], [], [("Again",)]]

    def test_now_is_what_the_table_says(self, built: Connection) -> None:
        known, said = {}, {}
        for table in TABLES:
            columns = ", ".join(columns_of(built, table))
            now = f"SELECT {columns} FROM history.{table}_as_known WHERE known_until IS NULL"
            known[table] = sorted(rows(built, now), key=str)
            said[table] = sorted(rows(built, f"SELECT {columns} FROM stancedb.{table}"), key=str)

        assert known == said

    def test_then_stays_what_it_was(self, built: Connection) -> None:
        number = last_number(built)
        before, then, afterwards = {}, {}, {}
        for table in TABLES:
            with built.transaction(force_rollback=True):
                before[table] = as_known(built, table, number)
                drop_references_to(built, table)
                built.execute("DELETE FROM stancedb.stance")
                open_changeset(built)
                built.execute(f"DELETE FROM stancedb.{table}".encode())
                # Derivation would read what this test has damaged.
                built.execute("DELETE FROM stancedb.touched")
                built.execute("SET CONSTRAINTS ALL IMMEDIATE")
                then[table] = as_known(built, table, number)
                afterwards[table] = as_known(built, table, number + 1)

        assert [table for table, found in before.items() if not found] == []
        assert then == before
        assert afterwards == {table: [] for table in TABLES}


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


def numbers(connection: Connection, *changesets: int) -> list[int | None]:
    return [one(connection, "SELECT number FROM stancedb.changeset WHERE id = %s", opened) for opened in changesets]


def last_number(connection: Connection) -> int:
    return int(one(connection, "SELECT last_number FROM stancedb.changeset_counter"))


def as_known(connection: Connection, table: str, number: int) -> list[tuple[Any, ...]]:
    columns = ", ".join(columns_of(connection, table))
    query = (
        f"SELECT {columns} FROM history.{table}_as_known"
        f" WHERE known_from <= {number} AND (known_until IS NULL OR known_until > {number})"
    )
    return sorted(rows(connection, query), key=str)


def columns_of(connection: Connection, table: str) -> list[str]:
    query = (
        "SELECT attname FROM pg_attribute"
        f" WHERE attrelid = 'stancedb.{table}'::regclass AND attnum > 0 AND attname <> 'changeset_id' ORDER BY attnum"
    )
    return [name for (name,) in rows(connection, query)]


def drop_references_to(connection: Connection, table: str) -> None:
    """Drop the foreign keys that protect the rows of a table, in a transaction that is rolled back."""
    references = rows(
        connection,
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        f" WHERE contype = 'f' AND confrelid = 'stancedb.{table}'::regclass",
    )
    for source, name in references:
        connection.execute(f"ALTER TABLE {source} DROP CONSTRAINT {name}".encode())


def in_background(action: Callable[[], object], done: threading.Event) -> threading.Thread:
    def act() -> None:
        action()
        done.set()

    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread
