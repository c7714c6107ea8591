"""A login is one coder or reviewer and cannot write as anyone else: attacks in SQL over separate connections."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from stancedb.database import writing
from stancedb.rights import grants as rights
from stancedb.settings import Settings
from tests.operations import crowd as crowds
from tests.operations.crowd import crowd
from tests.rights import attacks
from tests.rights.attacks import (
    BREAKING,
    BREAKING_REVIEW,
    NOT_A_CODER,
    NOT_A_READER,
    NOT_A_REVIEWER,
    OPENING,
)
from tests.rights.test_rights import logins, url_as
from tests.support.commands import commands
from tests.support.plugin import Clone, Run, name_of
from tests.support.worlds import LINE, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

Connection = psycopg.Connection[Any]

# The people in these tests: their names, and the roles of their logins.
PEOPLE = {"ana": "coder", "ben": "coder", "ruth": "reviewer", "lisa": "reader"}


class Team:
    """A database on which several people work, each with a separate login.

    Attributes:
        url: The URL of the owner.
        login: The login of each person.
    """

    def __init__(self, url: str, login: dict[str, str], directory: Path) -> None:
        self.url = url
        self.login = login
        self.directory = directory

    def run(self, person: str | None = None) -> Run:
        """Return a function that runs a command as a person or as the owner."""
        run = invoker(url_as(self.url, self.login[person]) if person else self.url, self.directory)
        if person is None:
            return run
        return lambda *line, **extra: run(*line, env={"STANCEDB_AUTHOR": None}, **extra)

    @contextmanager
    def connected(self, person: str) -> Iterator[Connection]:
        with psycopg.connect(url_as(self.url, self.login[person]), autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="module")
def names(admin_url: str) -> Iterator[dict[str, str]]:
    with logins(admin_url, *["LOGIN"] * (len(PEOPLE) + 1)) as made:
        yield dict(zip([*PEOPLE, "old"], made, strict=True))


@pytest.fixture(scope="module")
def team_template(
    clone: Clone, spoken_template: str, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Return the name of a database with statements coded by ana and ben, and a decision on one by ruth."""
    directory = tmp_path_factory.mktemp("team")
    with clone(spoken_template) as url:
        team = Team(url, names, directory)
        owner = team.run()
        for person, role in PEOPLE.items():
            named = () if role == "reader" else ("--coder", person)
            done(owner("db", f"grant-{role}", names[person], *named))
        with psycopg.connect(url) as connection:
            connection.execute("SELECT stancedb.open_changeset('tester', 'a coder whose login does nothing')")
            connection.execute("INSERT INTO stancedb.coder (name, kind, login) VALUES ('idle', 'human', 'idle')")
            # A login that was granted before logins were tied to coders.
            connection.execute(f"GRANT USAGE ON SCHEMA stancedb TO {names['old']}".encode())
            connection.execute(
                "GRANT EXECUTE ON FUNCTION stancedb.open_changeset(text, text, text, bigint) TO "
                f"{names['old']}".encode()
            )
        ana, ben, ruth = team.run("ana"), team.run("ben"), team.run("ruth")
        done(ana("actor", "add", "by-ana", "--kind", "person", "--name", "By Ana"))
        line = {**LINE, "statement": "by-ana", "said": "2025-04-01", "quote": "she would not oppose the dam"}
        noted = {**LINE, "speaker": "norland", "said": "2025-04-02", "attributes": ["tone:calm"]}
        done(ana("statement", "load", jsonl(directory / "ana.jsonl", line, {**noted, "statement": "noted-by-ana"})))
        second = {**LINE, "status": "submitted", "final": False, "position": "oppose", "addressees": ["norland"]}
        noted |= {"statement": "noted-by-ben", "said": "2025-04-03", "attributes": ["frame:economy"]}
        done(ben("statement", "load", jsonl(directory / "ben.jsonl", second, noted)))
        done(ruth("coding", "review", "cole-dam", "--coder", "ben", "--status", "rejected", "--note", "no"))
        done(owner("actor", "set", "ben-dahl", "--attribute", "type:expert"))
        done(owner("reporting", "refresh"))
        yield name_of(url)


@pytest.fixture(scope="module")
def once(
    clone: Clone, team_template: str, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Team]:
    """Provide a team; nothing that its tests write is kept."""
    with clone(team_template) as url:
        yield regranted(Team(url, names, tmp_path_factory.mktemp("once")))


@pytest.fixture
def team(clone: Clone, team_template: str, names: dict[str, str], tmp_path: Path) -> Iterator[Team]:
    with clone(team_template) as url:
        yield regranted(Team(url, names, tmp_path))


def regranted(team: Team) -> Team:
    """Grant logins the rights on a database, because a copy of the database does not have them."""
    database = f'ON DATABASE "{make_url(team.url).database}"'
    with psycopg.connect(team.url) as connection:
        connection.execute(f"REVOKE TEMPORARY {database} FROM PUBLIC".encode())
        for person, role in PEOPLE.items():
            rights_on_it = "CONNECT" if role == "reader" else "CONNECT, TEMPORARY"
            connection.execute(f"GRANT {rights_on_it} {database} TO {team.login[person]}".encode())
    return team


def refused_by(connection: Connection, person: str, statement: str, *, opens: bool = True) -> str | None:
    """Try a statement in a changeset that is rolled back; return the rule that rejects it, or None."""
    try:
        with connection.transaction(force_rollback=True):
            if opens:
                connection.execute("SELECT stancedb.open_changeset(%s, 'an attack')", [person])
            connection.execute(statement.encode())
    except psycopg.errors.IntegrityError as refused:
        return refused.diag.constraint_name
    return None


def closed_by(url: str, statements: tuple[str, ...]) -> tuple[str, ...]:
    """Return the statements that the owner of a database can prevent; large objects need a superuser."""
    return statements if is_superuser(url) else tuple(said for said in statements if "lo_" not in said)


def is_superuser(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return row is not None and bool(row[0])


def allowed(connection: Connection, owner: str, statements: tuple[str, ...], *, opens: bool) -> list[str]:
    """Return the statements that are not rejected for lack of a right; all are rolled back."""
    found = []
    for statement in statements:
        try:
            with connection.transaction(force_rollback=True):
                if opens:
                    connection.execute("SELECT stancedb.open_changeset(NULL, 'an attack')")
                connection.execute(statement.format(owner=owner).encode())
            found.append(statement)
        except psycopg.errors.InsufficientPrivilege:
            pass
        except psycopg.errors.IntegrityError as refused:
            # A rule may be checked before the right; in any case no row was written.
            assert refused.diag.constraint_name  # noqa: PT017 - which refusal it was
            found.append(f"{statement}: {refused.diag.constraint_name}")
    return found


class TestAnAttack:
    @pytest.mark.parametrize(("rule", "person", "statement"), BREAKING, ids=lambda value: str(value)[:60])
    def test_is_refused_by_the_name_of_the_rule(self, once: Team, rule: str, person: str, statement: str) -> None:
        with once.connected(person) as connection:
            assert refused_by(connection, person, statement) == rule

    @pytest.mark.parametrize(("rule", "person", "statement"), BREAKING_REVIEW, ids=lambda value: str(value)[:60])
    def test_on_a_review_is_refused_where_one_is_required(
        self, once: Team, rule: str, person: str, statement: str
    ) -> None:
        done(once.run()("db", "set", "review", "required"))
        try:
            with once.connected(person) as connection:
                assert refused_by(connection, person, statement) == rule
        finally:
            done(once.run()("db", "set", "review", "optional"))

    @pytest.mark.parametrize(("rule", "person", "statement"), OPENING, ids=lambda value: str(value)[:60])
    def test_begins_no_changeset(self, once: Team, rule: str, person: str, statement: str) -> None:
        with once.connected(person) as connection:
            assert refused_by(connection, person, statement, opens=False) == rule

    @pytest.mark.parametrize(
        ("person", "statements"), [("ana", NOT_A_CODER), ("ruth", NOT_A_REVIEWER), ("lisa", NOT_A_READER)]
    )
    def test_for_want_of_a_right_is_refused(self, once: Team, person: str, statements: tuple[str, ...]) -> None:
        with once.connected(person) as connection:
            connection.execute("SET default_transaction_read_only = off")
            owner = str(make_url(once.url).username)
            assert allowed(connection, owner, closed_by(once.url, statements), opens=person != "lisa") == []

    def test_by_a_pooler_that_changes_roles_is_refused_with_a_sentence(
        self, once: Team, admin_url: str, tmp_path: Path
    ) -> None:
        with logins(admin_url, "LOGIN") as [pooler]:
            with psycopg.connect(admin_url, autocommit=True) as admin:
                admin.execute(f"GRANT {once.login['ana']} TO {pooler}".encode())
                admin.execute(f"ALTER ROLE {pooler} SET role = {once.login['ana']}".encode())
                admin.execute(f"GRANT CONNECT ON DATABASE {make_url(once.url).database} TO {pooler}".encode())
            result = invoker(url_as(once.url, pooler), tmp_path)(
                "actor", "add", "x", "--kind", "person", "--name", "X", env={"STANCEDB_AUTHOR": None}
            )
            with psycopg.connect(admin_url, autocommit=True) as admin:
                admin.execute(f"REVOKE CONNECT ON DATABASE {make_url(once.url).database} FROM {pooler}".encode())

        assert result.exit_code == 1
        assert "SET ROLE" in result.stderr

    def test_by_an_owner_that_took_the_role_of_a_coder_is_refused(self, once: Team) -> None:
        if not is_superuser(once.url):
            pytest.skip("the owner of this server's databases may take no role but its own")
        with psycopg.connect(once.url, autocommit=True) as owner, owner.transaction(force_rollback=True):
            owner.execute(f"SET LOCAL ROLE {once.login['ana']}".encode())
            with pytest.raises(psycopg.errors.CheckViolation) as refused:
                owner.execute("SELECT stancedb.open_changeset('ana', 'x')")

        assert refused.value.diag.constraint_name == "ck_changeset_login_is_the_session"

    def test_in_a_transaction_that_sees_one_state_is_refused(self, once: Team) -> None:
        with once.connected("ana") as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            assert refused_by(connection, "ana", "SELECT 1") == "ck_changeset_is_read_committed"


class TestALogin:
    def test_signs_with_the_name_of_its_coder(self, team: Team) -> None:
        done(team.run("ana")("actor", "add", "x", "--kind", "person", "--name", "X"))

        assert answer(team.run(), "changeset", "list", "--limit", "1")[0]["author"] == "ana"

    def test_may_not_name_another_author(self, team: Team) -> None:
        result = team.run("ana")("--author", "ben", "actor", "add", "x", "--kind", "person", "--name", "X")

        assert (result.exit_code, "must be the coder of the login" in result.stderr) == (1, True)

    def test_is_kept_with_its_changeset_for_owner_and_reviewer(self, team: Team) -> None:
        done(team.run("ana")("actor", "add", "x", "--kind", "person", "--name", "X"))
        number = answer(team.run(), "changeset", "list", "--limit", "1")[0]["number"]

        shown = {who: answer(team.run(who), "changeset", "show", number) for who in (None, "ruth", "ben")}

        assert shown[None]["login"] == shown["ruth"]["login"] == team.login["ana"]
        assert "login" not in shown["ben"]

    def test_of_before_reads_and_writes_nothing_until_it_is_tied(self, team: Team) -> None:
        with psycopg.connect(team.url) as owner:
            owner.execute("INSERT INTO stancedb.login VALUES (%s, 'coder')", [team.login["old"]])
        owner_runs = team.run()
        told = done(owner_runs("db", "upgrade")).stderr
        checked = owner_runs("db", "check").stderr
        before = Team(team.url, team.login, team.directory).run("old")

        read = before("actor", "list")
        refused = before("actor", "add", "x", "--kind", "person", "--name", "X")
        done(owner_runs("db", "grant-coder", team.login["old"], "--coder", "carl"))
        written = before("actor", "add", "x", "--kind", "person", "--name", "X")

        sentence = f"'stancedb db grant-coder {team.login['old']} --coder NAME'"
        assert (sentence in told, sentence in checked) == (True, True)
        assert (read.exit_code, refused.exit_code, written.exit_code) == (0, 1, 0)
        assert "must be granted to a coder" in refused.stderr

    def test_is_one_coder(self, team: Team) -> None:
        result = team.run()("db", "grant-coder", team.login["ana"], "--coder", "ben")

        assert result.exit_code == 1
        assert "The coder 'ben' already has the login" in result.stderr

    def test_that_becomes_a_reader_is_no_longer_a_coder(self, team: Team) -> None:
        done(team.run()("db", "grant-reader", team.login["ana"]))

        with psycopg.connect(team.url) as owner:
            tied = owner.execute("SELECT login FROM stancedb.coder WHERE name = 'ana'").fetchone()
        with team.connected("ana") as connection:
            connection.execute("SET default_transaction_read_only = off")
            owner_name = str(make_url(team.url).username)
            assert tied == (None,)
            assert allowed(connection, owner_name, closed_by(team.url, NOT_A_READER), opens=False) == []


class TestACoder:
    def test_takes_back_a_changeset_of_her_own_and_none_of_others(self, team: Team) -> None:
        ana = team.run("ana")
        line = {**LINE, "statement": "more", "said": "2025-05-01", "quote": "mistake of the century"}
        done(ana("statement", "load", jsonl(team.directory / "more.jsonl", line)))
        number = answer(ana, "changeset", "list", "--limit", "1")[0]["number"]

        of_others = ana("changeset", "undo", number - 1)
        done(ana("changeset", "undo", number))

        assert (of_others.exit_code, "A coder may undo only their own changesets" in of_others.stderr) == (1, True)
        assert ana("statement", "show", "more").exit_code == 3

    def test_takes_back_a_coding_with_attributes_where_review_is_required(self, team: Team) -> None:
        done(team.run()("db", "set", "review", "required"))
        ana = team.run("ana")
        line = {**LINE, "statement": "more", "said": "2025-05-01", "quote": "mistake of the century", "final": False}
        line |= {"status": "submitted", "attributes": ["frame:economy"]}
        done(ana("statement", "load", jsonl(team.directory / "more.jsonl", line)))

        done(ana("changeset", "undo", answer(ana, "changeset", "list", "--limit", "1")[0]["number"]))

        assert ana("statement", "show", "more").exit_code == 3

    def test_changes_the_attributes_of_her_own_codings(self, once: Team) -> None:
        with once.connected("ana") as connection:
            assert refused_by(connection, "ana", attacks.ATTRIBUTES_OF_MINE) is None

    def test_whose_codings_are_noted_on_is_corrected_by_a_reviewer(self, once: Team) -> None:
        with once.connected("ruth") as connection:
            assert refused_by(connection, "ruth", attacks.ATTRIBUTES_OF_OTHERS) is None

    def test_may_not_take_back_what_a_reviewer_has_decided_on(self, team: Team) -> None:
        ben = team.run("ben")
        number = next(row["number"] for row in answer(ben, "changeset", "list") if row["author"] == "ben")

        result = ben("changeset", "undo", number)

        assert result.exit_code == 1

    def test_is_told_by_its_line_that_a_sheet_is_of_others(self, team: Team) -> None:
        lines = [{**LINE, "statement": "x", "said": "2025-05-01", "coder": coder} for coder in ("ana", "ben")]
        sheet = jsonl(team.directory / "sheet.jsonl", *lines)

        result = team.run("ana")("statement", "load", sheet)

        assert result.exit_code == 1
        assert "line 2: coder: This login codes as 'ana', not 'ben'" in result.stderr

    def test_does_not_remove_what_another_entered_after_changing_it(self, team: Team) -> None:
        with team.connected("ben") as ben, ben.transaction():
            ben.execute("SELECT stancedb.open_changeset('ben', 'an article without a text')")
            ben.execute(
                "INSERT INTO stancedb.article (slug, outlet_id, title, language, kind, access)"
                " SELECT 'by-ben', id, 'By Ben', 'en', 'news', 'full' FROM stancedb.outlet"
            )
        with team.connected("ana") as ana:
            with ana.transaction():
                ana.execute("SELECT stancedb.open_changeset('ana', 'seize it')")
                ana.execute("UPDATE stancedb.article SET section = 'x' WHERE slug = 'by-ben'")
            removed = refused_by(ana, "ana", "DELETE FROM stancedb.article WHERE slug = 'by-ben'")
        with team.connected("ben") as ben:
            own = refused_by(ben, "ben", "DELETE FROM stancedb.article WHERE slug = 'by-ben'")

        assert (removed, own) == ("ck_row_is_own", "ck_row_is_own")

    def test_gives_no_row_the_key_of_one_that_was_removed(self, team: Team) -> None:
        done(team.run("ben")("actor", "add", "gone", "--kind", "person", "--name", "Gone"))
        number = answer(team.run(), "changeset", "list", "--limit", "1")[0]["number"]
        with psycopg.connect(team.url) as owner:
            key = owner.execute("SELECT id FROM stancedb.actor WHERE slug = 'gone'").fetchone()
        assert key is not None
        done(team.run("ben")("changeset", "undo", number))
        again = f"INSERT INTO stancedb.actor (id, slug, kind, name) VALUES ({key[0]}, 'x', 'person', 'X')"
        with team.connected("ana") as ana:
            refused = refused_by(ana, "ana", again)
        done(team.run("ben")("changeset", "undo", number + 1))

        assert refused == "ck_row_key_is_given"

    def test_may_not_merge_actors(self, team: Team) -> None:
        result = team.run("ana")("actor", "merge", "a-cole", "ana-cole")

        assert result.exit_code == 1


class TestAReviewer:
    def test_loads_a_sheet_of_several_coders(self, team: Team) -> None:
        lines = [
            {**LINE, "statement": f"by-{coder}", "said": "2025-05-01", "coder": coder}
            for coder in ("ana", "ben", "new")
        ]

        done(team.run("ruth")("statement", "load", jsonl(team.directory / "sheet.jsonl", *lines)))

        coders = {row["coder"] for row in answer(team.run(), "coding", "list") if row["statement"].startswith("by-")}
        assert coders == {"ana", "ben", "new"}

    def test_merges_keeps_the_codebook_and_takes_back_what_others_did(self, team: Team) -> None:
        ruth = team.run("ruth")
        done(ruth("actor", "merge", "a-cole", "ana-cole"))
        done(ruth("position", "set", "dam", "support", "--label", "for the dam"))
        done(ruth("issue", "set", "dam-cost", "--status", "retired"))
        done(team.run("ana")("actor", "add", "x", "--kind", "person", "--name", "X"))
        number = answer(ruth, "changeset", "list", "--limit", "1")[0]["number"]

        done(ruth("changeset", "undo", number))

        assert ruth("actor", "show", "x").exit_code == 3

    def test_moves_final_from_one_coder_to_another(self, team: Team) -> None:
        ruth = team.run("ruth")

        done(ruth("coding", "review", "cole-dam", "--coder", "tester", "--status", "accepted", "--not-final"))
        done(ruth("coding", "review", "cole-dam", "--coder", "ben", "--status", "accepted", "--final"))

        final = [row["coder"] for row in answer(ruth, "coding", "list", "--statement", "cole-dam") if row["final"]]
        assert final == ["ben"]


class TestRequiredReview:
    def test_lets_a_line_enter_submitted_and_a_reviewer_make_it_final(self, team: Team) -> None:
        done(team.run()("db", "set", "review", "required"))
        line = {**LINE, "statement": "more", "said": "2025-05-01"}
        done(team.run("ana")("statement", "load", jsonl(team.directory / "more.jsonl", line)))
        entered = answer(team.run("ana"), "coding", "list", "--statement", "more")[0]

        done(team.run("ruth")("coding", "review", "more", "--status", "accepted", "--final"))

        accepted = answer(team.run("ana"), "coding", "list", "--statement", "more")[0]
        assert (entered["status"], entered["final"]) == ("submitted", False)
        assert (accepted["status"], accepted["final"]) == ("accepted", True)

    def test_refuses_a_line_that_says_it_is_accepted(self, team: Team) -> None:
        done(team.run()("db", "set", "review", "required"))
        line = {**LINE, "statement": "more", "said": "2025-05-01", "status": "accepted"}

        result = team.run("ana")("statement", "load", jsonl(team.directory / "more.jsonl", line))

        assert result.exit_code == 1
        assert "line 1: status: This database requires review" in result.stderr

    def test_lets_no_reviewer_accept_her_own(self, team: Team) -> None:
        done(team.run()("db", "set", "review", "required"))
        line = {**LINE, "statement": "more", "said": "2025-05-01"}
        done(team.run("ruth")("statement", "load", jsonl(team.directory / "more.jsonl", line)))

        result = team.run("ruth")("coding", "review", "more", "--status", "accepted", "--final")

        assert result.exit_code == 1
        assert "requires review" in result.stderr


class TestTheListThatGrants:
    def test_names_every_command_once(self) -> None:
        listed = [command for of_role in rights.LIST["commands"].values() for command in of_role]
        leaves = {" ".join(words) for words, command in commands() if not hasattr(command, "commands")}

        assert sorted(listed) == sorted(leaves)

    def test_names_every_table_with_a_history_or_row_security(self, once: Team) -> None:
        with psycopg.connect(once.url) as connection:
            tables = connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'history'::regnamespace AND relkind = 'r'"
                " UNION SELECT relname FROM pg_class WHERE relnamespace = 'stancedb'::regnamespace AND relrowsecurity"
            )
            assert sorted(rights.LIST["tables"]) == sorted(name for (name,) in tables)

    @pytest.mark.parametrize("person", ["ana", "ruth", "lisa"])
    def test_is_what_a_login_has_and_any_other_grant_is_found(self, team: Team, person: str) -> None:
        engine = create_engine(team.url.replace("postgresql:", "postgresql+psycopg:"), poolclass=NullPool)
        missed = []
        with engine.connect() as connection:
            before = [fault for fault in rights.faults(connection) if team.login[person] in fault]
            connection.rollback()
            due = rights.due(connection, PEOPLE[person])
            tables = {
                what for role in PEOPLE.values() for what, _ in rights.due(connection, role) if what.startswith("TABLE")
            }
            for what, privilege in itertools.product(sorted(tables), ("SELECT", "INSERT", "UPDATE", "DELETE")):
                verb, to = ("REVOKE", "FROM") if (what, privilege) in due else ("GRANT", "TO")
                connection.exec_driver_sql(f"{verb} {privilege} ON {what.partition(' ')[2]} {to} {team.login[person]}")
            found = {fault for fault in rights.faults(connection) if team.login[person] in fault}
            connection.rollback()
            # One at a time, for a table of each kind.
            for table, privilege in itertools.product(
                ("stancedb.position", "stancedb.coding", "history.coding", "reporting.dim_actor", "stancedb.stance"),
                ("SELECT", "INSERT", "UPDATE", "DELETE"),
            ):
                verb, to = ("REVOKE", "FROM") if (f"TABLE {table}", privilege) in due else ("GRANT", "TO")
                connection.exec_driver_sql(f"{verb} {privilege} ON {table} {to} {team.login[person]}")
                if not any(team.login[person] in fault for fault in rights.faults(connection)):
                    missed.append(f"{verb} {privilege} ON {table}")
                connection.rollback()
        assert before == []
        assert len(found) == 2
        assert missed == []

    def test_is_granted_again_where_a_login_lost_or_won_rights(self, team: Team) -> None:
        with psycopg.connect(team.url) as owner:
            owner.execute(f"REVOKE SELECT ON stancedb.actor FROM {team.login['ana']}".encode())
            owner.execute(f"GRANT UPDATE ON stancedb.position TO {team.login['ana']}".encode())
        checked = team.run()("db", "check")
        done(team.run()("db", "upgrade"))

        assert checked.exit_code == 1
        assert "SELECT on stancedb.actor" in checked.stdout.replace("\n", " ")
        assert "UPDATE on stancedb.position" in checked.stdout.replace("\n", " ")
        done(team.run()("db", "check"))


class TestALock:
    def test_that_anybody_may_take_stops_nobody(self, team: Team) -> None:
        with team.connected("lisa") as reader:
            for key in (7215020001, 7215020002):
                reader.execute("SELECT pg_advisory_lock(%s)", [key])
            begun = time.monotonic()
            done(team.run("ana")("actor", "add", "x", "--kind", "person", "--name", "X"))
            done(team.run("ruth")("actor", "merge", "a-cole", "ana-cole"))
            done(team.run()("db", "upgrade"))

        assert time.monotonic() - begun < 30

    @pytest.mark.trial
    def test_that_a_coder_holds_and_idles_on_is_cut_off(self, team: Team) -> None:
        with team.connected("ana") as idle:
            idle.execute("BEGIN")
            idle.execute("SELECT stancedb.open_changeset('ana', 'idling')")
            idle.execute("UPDATE stancedb.actor SET name = 'y' WHERE slug = 'by-ana'")
            idle.execute("SET CONSTRAINTS ALL IMMEDIATE")
            begun = time.monotonic()
            done(team.run("ben")("actor", "add", "x", "--kind", "person", "--name", "X"))
            waited = time.monotonic() - begun
            with pytest.raises(psycopg.Error, match="idle-in-transaction timeout"):
                idle.execute("SELECT 1")

        assert waited < 20

    def test_that_a_login_keeps_from_others_is_told_with_its_name(self, team: Team) -> None:
        with team.connected("ana") as idle:
            idle.execute("BEGIN")
            idle.execute("SELECT stancedb.open_changeset('ana', 'idling')")
            idle.execute("UPDATE stancedb.actor SET name = 'y' WHERE slug = 'by-ana'")
            idle.execute("SET CONSTRAINTS ALL IMMEDIATE")
            idle.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            url = f"{url_as(team.url, team.login['ben'])}{'&' if '?' in team.url else '?'}options=-clock_timeout%3D1s"
            result = invoker(url, team.directory)(
                "actor", "add", "x", "--kind", "person", "--name", "X", env={"STANCEDB_AUTHOR": None}
            )

        assert result.exit_code == 1
        assert f"'{team.login['ana']}'" in result.stderr
        assert "Timed out waiting for the login" in result.stderr

    @pytest.mark.trial
    def test_that_a_login_keeps_in_spite_of_the_timeouts_ends_with_its_session(self, team: Team) -> None:
        with team.connected("ana") as idle:
            idle.execute("BEGIN")
            idle.execute("SELECT stancedb.open_changeset('ana', 'idling')")
            idle.execute("UPDATE stancedb.actor SET name = 'y' WHERE slug = 'by-ana'")
            idle.execute("SET CONSTRAINTS ALL IMMEDIATE")
            idle.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            url = f"{url_as(team.url, team.login['ben'])}{'&' if '?' in team.url else '?'}options=-clock_timeout%3D11s"
            result = invoker(url, team.directory)(
                "actor", "add", "x", "--kind", "person", "--name", "X", env={"STANCEDB_AUTHOR": None}
            )
            with psycopg.connect(team.url) as owner:
                is_super = owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            # A database owner who is not a superuser may not end sessions, and names the login instead.
            if is_super == (True,):
                with pytest.raises(psycopg.OperationalError):
                    idle.execute("SELECT 1")

        assert result.exit_code == (0 if is_super == (True,) else 1)

    def test_of_the_counter_is_the_same_for_a_retraction(self, team: Team) -> None:
        link = (
            "INSERT INTO stancedb.statement_link (statement_id, kind, target_id) SELECT s.id, 'retracts', t.id"
            " FROM stancedb.statement s, stancedb.statement t WHERE (s.slug, t.slug) = ('by-ana', 'cole-dam')"
        )
        with team.connected("ana") as ana, ana.transaction(force_rollback=True):
            ana.execute("SELECT stancedb.open_changeset('ana', 'a retraction')")
            ana.execute("SET CONSTRAINTS stancedb.check_retraction_circle IMMEDIATE")
            ana.execute(link.encode())
            limit = ana.execute("SHOW idle_in_transaction_session_timeout").fetchone()

        assert limit == ("10s",)


class TestTwoWritersAtOnce:
    """Two transactions with writes in progress; the second one sees what the first has done."""

    @pytest.mark.parametrize("turned", [False, True])
    @pytest.mark.parametrize(
        ("rule", "prepared", "first", "second"),
        [
            (
                "ck_actor_merged_into_a_live_one",
                None,
                (
                    "UPDATE stancedb.actor SET merged_into_id = (SELECT id FROM stancedb.actor WHERE slug = "
                    "'ana-cole') WHERE slug = 'a-cole'"
                ),
                (
                    "UPDATE stancedb.actor SET merged_into_id = (SELECT id FROM stancedb.actor WHERE slug = "
                    "'a-cole') WHERE slug = 'ana-cole'"
                ),
            ),
            (
                "ck_actor_merged_into_a_live_one",
                None,
                (
                    "UPDATE stancedb.actor SET merged_into_id = (SELECT id FROM stancedb.actor WHERE slug = "
                    "'ana-cole') WHERE slug = 'a-cole'"
                ),
                (
                    "UPDATE stancedb.actor SET merged_into_id = (SELECT id FROM stancedb.actor WHERE slug = "
                    "'eva-falk') WHERE slug = 'ana-cole'"
                ),
            ),
            (
                "ck_statement_merged_into_a_live_one",
                None,
                (
                    "UPDATE stancedb.statement SET merged_into_id = (SELECT id FROM stancedb.statement WHERE "
                    "slug = 'cole-dam') WHERE slug = 'by-ana'"
                ),
                (
                    "UPDATE stancedb.statement SET merged_into_id = (SELECT id FROM stancedb.statement WHERE "
                    "slug = 'by-ana') WHERE slug = 'cole-dam'"
                ),
            ),
            (
                "ck_issue_parent_has_an_origin",
                None,
                (
                    "UPDATE stancedb.issue SET parent_id = (SELECT id FROM stancedb.issue WHERE slug = 'dam') "
                    "WHERE slug = 'dam-cost'"
                ),
                (
                    "UPDATE stancedb.issue SET parent_id = (SELECT id FROM stancedb.issue WHERE slug = "
                    "'dam-cost') WHERE slug = 'dam'"
                ),
            ),
            (
                "ck_outlet_parent_has_an_origin",
                "INSERT INTO stancedb.outlet (slug, name, kind) SELECT 'other', 'Other', kind FROM stancedb.outlet",
                (
                    "UPDATE stancedb.outlet SET parent_id = (SELECT id FROM stancedb.outlet WHERE slug = "
                    "'herald') WHERE slug = 'other'"
                ),
                (
                    "UPDATE stancedb.outlet SET parent_id = (SELECT id FROM stancedb.outlet WHERE slug = "
                    "'other') WHERE slug = 'herald'"
                ),
            ),
            (
                "ck_article_syndication_has_an_origin",
                (
                    "INSERT INTO stancedb.article (slug, outlet_id, title, language, kind, access) SELECT "
                    "'other', outlet_id, 'Other', language, kind, access FROM stancedb.article"
                ),
                (
                    "UPDATE stancedb.article SET syndicated_from_id = (SELECT id FROM stancedb.article WHERE "
                    "slug = 'herald-2025-03-01') WHERE slug = 'other'"
                ),
                (
                    "UPDATE stancedb.article SET syndicated_from_id = (SELECT id FROM stancedb.article WHERE "
                    "slug = 'other') WHERE slug = 'herald-2025-03-01'"
                ),
            ),
            (
                "ck_actor_relation_has_an_origin",
                None,
                (
                    "INSERT INTO stancedb.actor_relation (subject_id, relation, object_id) SELECT a.id, "
                    "'part_of', b.id FROM stancedb.actor a, stancedb.actor b WHERE (a.slug, b.slug) = "
                    "('eva-falk', 'by-ana')"
                ),
                (
                    "INSERT INTO stancedb.actor_relation (subject_id, relation, object_id) SELECT b.id, "
                    "'part_of', a.id FROM stancedb.actor a, stancedb.actor b WHERE (a.slug, b.slug) = "
                    "('eva-falk', 'by-ana')"
                ),
            ),
            (
                "ck_statement_tenure_held_when_said",
                "UPDATE stancedb.statement SET tenure_id = NULL WHERE slug = 'by-ana'",
                (
                    "UPDATE stancedb.statement SET tenure_id = (SELECT t.id FROM stancedb.tenure t JOIN "
                    "stancedb.actor p ON p.id = t.person_id WHERE p.slug = 'ana-cole') WHERE slug = 'by-ana'"
                ),
                (
                    "UPDATE stancedb.tenure SET held = '[2025-01-01,2025-03-15)', held_edtf = "
                    "'2025-01-01/2025-03-14' WHERE person_id = (SELECT id FROM stancedb.actor WHERE slug = "
                    "'ana-cole')"
                ),
            ),
            (
                "ck_statement_tenure_of_its_speaker",
                (
                    "UPDATE stancedb.actor SET merged_into_id = (SELECT id FROM stancedb.actor WHERE slug = 'ana-cole')"
                    " WHERE slug = 'a-cole'; UPDATE stancedb.statement SET tenure_id = (SELECT t.id FROM "
                    "stancedb.tenure t JOIN stancedb.actor p ON p.id = t.person_id WHERE p.slug = 'ana-cole') WHERE "
                    "slug = 'by-ana'"
                ),
                (
                    "UPDATE stancedb.tenure SET person_id = (SELECT id FROM stancedb.actor WHERE slug = 'a-cole')"
                    " WHERE person_id = (SELECT id FROM stancedb.actor WHERE slug = 'ana-cole')"
                ),
                "UPDATE stancedb.actor SET merged_into_id = NULL WHERE slug = 'a-cole'",
            ),
            (
                "uq_coding_one_final",
                "UPDATE stancedb.coding SET is_final = false",
                (
                    "UPDATE stancedb.coding SET is_final = true WHERE coder_id = (SELECT id FROM stancedb.coder "
                    "WHERE name = 'tester') AND status = 'accepted'"
                ),
                (
                    "UPDATE stancedb.coding SET status = 'accepted', is_final = true WHERE coder_id = (SELECT id "
                    "FROM stancedb.coder WHERE name = 'ben')"
                ),
            ),
            (
                "ex_tenure_one_holder_of_a_seat",
                None,
                (
                    "INSERT INTO stancedb.tenure (person_id, office_id, held_edtf, held) SELECT p.id, o.id, "
                    "'2020', '[2020-01-01,2021-01-01)' FROM stancedb.actor p, stancedb.actor o WHERE (p.slug, "
                    "o.slug) = ('ana-cole', 'minister-of-rivers')"
                ),
                (
                    "INSERT INTO stancedb.tenure (person_id, office_id, held_edtf, held) SELECT p.id, o.id, "
                    "'2020', '[2020-01-01,2021-01-01)' FROM stancedb.actor p, stancedb.actor o WHERE (p.slug, "
                    "o.slug) = ('ben-dahl', 'minister-of-rivers')"
                ),
            ),
        ],
        ids=lambda value: str(value)[:34],
    )
    def test_do_not_break_together_a_rule_that_neither_breaks_separately(
        self, team: Team, rule: str, prepared: str | None, first: str, second: str, *, turned: bool
    ) -> None:
        if turned:
            first, second = second, first
        with psycopg.connect(team.url) as a, psycopg.connect(team.url) as b:
            if prepared:
                a.execute("SELECT stancedb.open_changeset('x', 'prepared')")
                a.execute(prepared.encode())
                a.commit()
            for connection in (a, b):
                connection.execute("SELECT stancedb.open_changeset('x', 'at once')")
            a.execute(first.encode())
            outcome: list[str | None] = []

            def write() -> None:
                try:
                    b.execute(second.encode())
                    b.commit()
                    outcome.append(None)
                except psycopg.errors.IntegrityError as refused:
                    b.rollback()
                    outcome.append(refused.diag.constraint_name)

            beside = threading.Thread(target=write)
            beside.start()
            # It must be waiting by now.
            beside.join(0.5)
            assert beside.is_alive()
            a.commit()
            beside.join(30)

        assert outcome == [rule]
        done(team.run()("db", "check"))


def test_who_renames_what_is_merged_away_does_not_wait_for_its_target(small_url: str, tmp_path: Path) -> None:
    run = invoker(small_url, tmp_path)
    done(run("actor", "merge", "a-cole", "ana-cole"))
    with psycopg.connect(small_url) as target, psycopg.connect(small_url) as merged:
        for connection in (target, merged):
            connection.execute("SELECT stancedb.open_changeset('x', 'a name')")
        target.execute("UPDATE stancedb.actor SET citation = 'x' WHERE slug = 'ana-cole'")
        merged.execute("SET LOCAL lock_timeout = '2s'")
        merged.execute("UPDATE stancedb.actor SET citation = 'x' WHERE slug = 'a-cole'")


@pytest.mark.parametrize("seed", [1, 2])
def test_a_crowd_of_merges_and_undoings_runs_into_no_deadlock(
    small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(crowds, "CHANGES", crowds.OF_ACTORS)
    ended = crowd(Settings(database_url=small_url, data_dir=tmp_path, author="tester"), 40, seed=seed)

    assert set(ended) <= {"done", "refused"}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_crowd_that_revises_one_codebook_runs_into_no_deadlock(
    small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(crowds, "CHANGES", crowds.OF_CODEBOOK)
    settings = Settings(database_url=small_url, data_dir=tmp_path, author="tester")
    with writing(settings, message="a codebook") as session:
        crowds.load_codebook(session, "crowd-0", crowds.ISSUES, {})

    ended = crowd(settings, 80, seed=seed)

    assert set(ended) <= {"done", "refused"}
    done(invoker(small_url, tmp_path)("db", "check"))


def test_a_crowd_of_writers_runs_into_no_deadlock(small_url: str, tmp_path: Path) -> None:
    ended = crowd(Settings(database_url=small_url, data_dir=tmp_path, author="tester"), 24)

    assert set(ended) <= {"done", "refused"}
    assert ended["done"] > ended["refused"]
    done(invoker(small_url, tmp_path)("db", "check"))


@pytest.mark.parametrize(
    ("what", "table", "trigger", "circle"),
    [
        (
            "actor merge",
            "actor",
            "check_actor_merge_update",
            (
                "UPDATE stancedb.actor a SET merged_into_id = o.id FROM stancedb.actor o"
                " WHERE (a.slug, o.slug) IN (('a-cole', 'ana-cole'), ('ana-cole', 'a-cole'))"
            ),
        ),
        (
            "issue parent",
            "issue",
            "check_issue_parent_update",
            "UPDATE stancedb.issue i SET parent_id = o.id FROM stancedb.issue o WHERE i.id <> o.id",
        ),
        (
            "actor part_of",
            "actor_relation",
            "check_actor_relation_insert",
            (
                "INSERT INTO stancedb.actor_relation (subject_id, relation, object_id) SELECT a.id, 'part_of', o.id"
                " FROM stancedb.actor a JOIN stancedb.actor o ON (a.slug, o.slug) IN"
                " (('eva-falk', 'ben-dahl'), ('ben-dahl', 'eva-falk'))"
            ),
        ),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_circle_that_was_written_past_the_rules_is_found(
    small_url: str, tmp_path: Path, *, what: str, table: str, trigger: str, circle: str
) -> None:
    with psycopg.connect(small_url) as owner:
        owner.execute("SELECT stancedb.open_changeset('x', 'past the rules')")
        owner.execute(f"ALTER TABLE stancedb.{table} DISABLE TRIGGER {trigger}".encode())
        owner.execute(circle.encode())
        owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
        owner.execute(f"ALTER TABLE stancedb.{table} ENABLE TRIGGER {trigger}".encode())

    result = invoker(small_url, tmp_path)("db", "check", "--format", "json")

    assert result.exit_code == 1
    faults = [row["fault"] for row in json.loads(result.stdout) if row["what"] == what]
    assert any(fault.startswith("leads back to itself") for fault in faults)
