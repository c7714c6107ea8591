"""The rights of a reader and a coder, tested by attempts to exceed them over separate connections."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.support.plugin import AUTHOR, Clone, Run
from tests.support.worlds import CODEBOOK, LINE, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

Connection = psycopg.Connection[Any]

OPEN = "SELECT stancedb.open_changeset(NULL, 'a try')"
# What a reader may not do, whatever settings the session has.
NOT_READING = (
    "SELECT * FROM stancedb.actor",
    "SELECT body FROM stancedb.article_version",
    "SELECT * FROM history.coding",
    "SELECT * FROM public.alembic_version",
    OPEN,
    "INSERT INTO reporting.dim_coder VALUES (7, 'x', 'human')",
    "UPDATE reporting.dim_actor SET actor_name = 'x'",
    "DELETE FROM reporting.fact_stance",
    "TRUNCATE reporting.fact_mention",
    "LOCK TABLE reporting.data_release IN SHARE MODE",
    "CREATE TABLE reporting.mine (id int)",
    "CREATE TABLE public.mine (id int REFERENCES reporting.dim_date)",
    "CREATE TEMPORARY TABLE mine (id int)",
    "CREATE SCHEMA mine",
    "ALTER TABLE reporting.dim_actor ADD COLUMN x int",
    "COMMENT ON TABLE reporting.dim_actor IS 'x'",
    "SET ROLE {owner}",
)
# What a coder may not do, with a changeset open.
NOT_CODING = (
    "INSERT INTO stancedb.evidence SELECT * FROM stancedb.evidence",
    "UPDATE stancedb.stance SET evidence_count = 9",
    "DELETE FROM stancedb.stance_change",
    "DELETE FROM stancedb.pair",
    "INSERT INTO stancedb.touched (changeset_id, kind) VALUES (1, 'pair')",
    "UPDATE history.coding SET rationale = 'x'",
    "INSERT INTO history.coding SELECT c.*, 1 FROM stancedb.coding c",
    "INSERT INTO stancedb.changeset (author, message, tool) VALUES ('x', 'y', 'z')",
    "UPDATE stancedb.changeset SET author = 'x'",
    "UPDATE stancedb.changeset_counter SET last_number = 9",
    "SELECT stancedb.touch_all(1)",
    "SELECT stancedb.derive(1, 1)",
    "UPDATE reporting.dim_actor SET actor_name = 'x'",
    "TRUNCATE stancedb.coding_review",
    "ALTER TABLE stancedb.coding DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP TABLE stancedb.indicator",
    "CREATE TABLE stancedb.mine (id int)",
    "CREATE TABLE public.mine (id int)",
    "CREATE OR REPLACE FUNCTION stancedb.open_changeset() RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    "SET ROLE {owner}",
)


@pytest.fixture(scope="module")
def role(admin_url: str) -> Iterator[str]:
    """Provide the name of a login that is dropped after the databases that it can access."""
    name = f"login_{secrets.token_hex(4)}"
    yield name
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"DROP ROLE IF EXISTS {name}".encode())


@pytest.fixture(scope="module")
def url(role: str, clone: Clone, spoken_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Provide the URL of a database with one statement, reported; the login is dropped after it."""
    assert role
    with clone(spoken_template) as url:
        done(invoker(url, tmp_path_factory.mktemp("spoken"))("reporting", "refresh"))
        yield url


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a command as the owner."""
    return invoker(url, tmp_path)


def login_url(url: str, role: str) -> str:
    """Set the password of the login, as an owner does in psql, and return its URL with the password."""
    with psycopg.connect(url) as connection:
        connection.execute(f"ALTER ROLE {role} PASSWORD 's3cret'".encode())
    return make_url(url).set(username=role, password="s3cret").render_as_string(hide_password=False)  # noqa: S106 - only for this test


@contextmanager
def logged_in(url: str, role: str) -> Iterator[Connection]:
    with psycopg.connect(login_url(url, role), autocommit=True) as connection:
        yield connection


def allowed(connection: Connection, url: str, statements: tuple[str, ...], first: str | None = None) -> list[str]:
    """Return the statements that are not rejected for lack of a right; all are rolled back."""
    owner = make_url(url).username
    found = []
    for statement in statements:
        try:
            with connection.transaction(force_rollback=True):
                if first:
                    connection.execute(first.encode())
                connection.execute(statement.format(owner=owner).encode())
            found.append(statement)
        except psycopg.errors.InsufficientPrivilege:
            pass
    return found


class TestAReader:
    def test_reads_what_is_reported_and_may_do_nothing_else(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-reader", role))

        with logged_in(url, role) as reader:
            # The unqualified name works, because of the search path.
            assert reader.execute("SELECT holder_code, position_code FROM current_stance").fetchall() == [
                ("ana-cole", "support")
            ]
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                reader.execute("CREATE TEMPORARY TABLE mine (id int)")
            # Anyone can remove this setting; the following checks are the real protection.
            reader.execute("SET default_transaction_read_only = off")
            assert allowed(reader, url, NOT_READING) == []

    def test_has_twenty_sessions_of_a_minute_a_statement_and_ten_of_idling(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-reader", role))

        with logged_in(url, role) as reader:
            limits = reader.execute(
                "SELECT current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout')"
            ).fetchone()
        with psycopg.connect(url) as owner:
            sessions = owner.execute("SELECT rolconnlimit FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        assert limits == ("1min", "10min")
        assert sessions == (20,)

    def test_creates_nothing_in_a_database_of_an_earlier_version_either(self, run: Run, url: str, role: str) -> None:
        with psycopg.connect(url) as owner:
            # As in every database before PostgreSQL 15, and in upgraded ones.
            owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")

        done(run("db", "grant-reader", role))

        with psycopg.connect(url) as owner:
            may = owner.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role]).fetchone()
        assert may == (False,)

    def test_reads_a_relation_that_is_made_later(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-reader", role))

        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE reporting.later (id int)")
        with logged_in(url, role) as reader:
            assert reader.execute("SELECT count(*) FROM reporting.later").fetchone() == (0,)
        with psycopg.connect(url) as connection:
            connection.execute("DROP TABLE reporting.later")

    def test_is_granted_twice_as_once_and_no_password_is_shown(self, run: Run, url: str, role: str) -> None:
        first = run("db", "grant-reader", role)
        before = rights(url)

        second = done(run("db", "grant-reader", role))

        assert (second.stdout, rights(url)) == (first.stdout, before)
        assert make_url(second.stdout.strip()).username == role
        assert make_url(second.stdout.strip()).password is None
        assert f"\\password {role}" in second.stderr


class TestACoder:
    def test_writes_through_the_rules_and_derives_by_it(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-coder", role, "--coder", "tester"))

        with logged_in(url, role) as coder:
            with pytest.raises(psycopg.errors.CheckViolation, match="needs an open changeset"):
                coder.execute("UPDATE stancedb.coding SET confidence = 'low'")
            with coder.transaction():
                coder.execute(OPEN)
                coder.execute(
                    "UPDATE stancedb.coding SET position_id = (SELECT id FROM stancedb.position WHERE slug = 'oppose')"
                )
            kept = coder.execute("SELECT count(*) FROM history.coding").fetchone()
            held = coder.execute(
                "SELECT DISTINCT p.slug FROM stancedb.stance s JOIN stancedb.position p ON p.id = s.position_id"
            ).fetchall()
        assert (kept, held) == ((1,), [("oppose",)])

    def test_may_not_touch_what_is_derived_or_recorded(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-coder", role))

        with logged_in(url, role) as coder:
            assert allowed(coder, url, NOT_CODING, first=OPEN) == []

    def test_works_with_the_program(self, run: Run, url: str, role: str, tmp_path: Path) -> None:
        done(run("db", "grant-coder", role))
        as_coder = partial(invoker(login_url(url, role), tmp_path), env={"STANCEDB_AUTHOR": None})
        sheet = jsonl(tmp_path / "sheet.jsonl", {**LINE, "statement": "cole-later", "said": "2025-04-01"})

        done(as_coder("statement", "load", sheet))
        number = answer(as_coder, "changeset", "list")[0]["number"]
        done(as_coder("changeset", "undo", number))

        result = as_coder("reporting", "refresh")
        assert result.exit_code == 1
        assert "This login is not allowed to do that" in result.stderr

    def test_carries_its_own_codings_and_not_those_of_others(
        self, run: Run, url: str, role: str, tmp_path: Path
    ) -> None:
        done(run("db", "grant-coder", role, "--coder", AUTHOR))
        as_coder = partial(invoker(login_url(url, role), tmp_path), env={"STANCEDB_AUTHOR": None})
        (tmp_path / "newer.toml").write_text(CODEBOOK.replace("dam-1.0", "dam-2.0").replace("2025-", "2026-"))
        sheet = jsonl(tmp_path / "sheet.jsonl", {**LINE, "statement": "dahl", "speaker": "ben-dahl", "coder": "zoe"})
        done(run("statement", "load", sheet))
        done(run("codebook", "load", tmp_path / "newer.toml"))

        refused = as_coder("coding", "carry", "--to", "dam-2.0", "--dry-run")
        own = as_coder("coding", "carry", "--to", "dam-2.0", "--coder", AUTHOR, "--dry-run", "--format", "json")

        assert refused.exit_code == 1
        assert "1 of 2 codings are by other coders, and only a reviewer may carry those over" in refused.stderr
        assert json.loads(done(own).stdout)["carried"] == 1

    def test_becomes_a_reader_and_is_no_longer_a_coder(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-coder", role))
        done(run("db", "grant-reader", role))

        with logged_in(url, role) as reader:
            reader.execute("SET default_transaction_read_only = off")
            assert allowed(reader, url, NOT_READING) == []
        assert {right for right in granted(url, role) if not right[0].startswith("reporting")} == {
            ("database", "CONNECT")
        }

    def test_that_was_a_reader_keeps_nothing_of_it(self, run: Run, url: str, role: str) -> None:
        done(run("db", "grant-reader", role))
        done(run("db", "grant-coder", role))

        assert [right for right in granted(url, role) if right[1] == "REFERENCES"] == []


@pytest.mark.parametrize("name", ["pg_monitor", "public", "Ana", 'a"b', ""])
def test_a_name_that_no_login_has_is_refused(run: Run, name: str) -> None:
    result = run("db", "grant-reader", name)

    assert result.exit_code == 2
    assert "Invalid login name" in result.stderr


def test_the_owner_is_not_a_reader(run: Run, url: str) -> None:
    result = run("db", "grant-reader", str(make_url(url).username))

    assert result.exit_code == 1
    assert "owns the database" in result.stderr


def test_a_member_of_the_role_of_the_owner_is_not_a_reader(run: Run, url: str, role: str) -> None:
    done(run("db", "grant-reader", role))
    with psycopg.connect(url, autocommit=True) as owner:
        if owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() != (True,):
            pytest.skip("it takes a superuser to give the role of the owner to another one")
        owner.execute(f"GRANT {make_url(url).username} TO {role}".encode())
        result = run("db", "grant-reader", role)
        owner.execute(f"REVOKE {make_url(url).username} FROM {role}".encode())

    assert result.exit_code == 1
    assert "owns the database" in result.stderr


def granted(url: str, role: str) -> set[tuple[str, str]]:
    """Return the rights granted to a login by name in this database, with their objects."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT g.named, a.privilege_type FROM ("
            " SELECT oid::regclass::text AS named, relacl AS acl FROM pg_class"
            " UNION ALL SELECT oid::regprocedure::text, proacl FROM pg_proc"
            " UNION ALL SELECT oid::regnamespace::text, nspacl FROM pg_namespace"
            " UNION ALL SELECT 'database', datacl FROM pg_database WHERE datname = current_database()"
            " UNION ALL SELECT defaclnamespace::regnamespace::text, defaclacl FROM pg_default_acl"
            ") g, aclexplode(g.acl) a WHERE a.grantee = %s::regrole",
            [role],
        )
        return set(found.fetchall())


def rights(url: str) -> list[tuple[Any, ...]]:
    """Return the rights of every role on every relation, schema and default, and the settings of logins here."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT relname::text, relacl::text FROM pg_class WHERE relnamespace::regnamespace::text"
            " IN ('reporting', 'stancedb', 'history', 'public')"
            " UNION ALL SELECT nspname, nspacl::text FROM pg_namespace"
            " UNION ALL SELECT defaclnamespace::regnamespace::text, defaclacl::text FROM pg_default_acl"
            " UNION ALL SELECT 'settings', setconfig::text FROM pg_db_role_setting s JOIN pg_database d"
            " ON d.oid = s.setdatabase WHERE datname = current_database()"
            " ORDER BY 1, 2"
        ).fetchall()
