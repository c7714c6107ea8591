"""Two coders of a text know nothing of each other before it is settled: each probe in SQL, by a login of a coder."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.database import working, writing
from stancedb.operations import workbench
from stancedb.settings import Settings
from tests.rights.test_rights import logins, url_as
from tests.support.desk import add_texts, assign, finish, found, open_round, value
from tests.support.plugin import Clone
from tests.support.worlds import done, invoker

pytest_plugins = ("tests.support.worlds",)

Connection = psycopg.Connection[Any]

PEOPLE = {"ana": "coder", "ben": "coder", "ruth": "reviewer", "lisa": "reader"}
# Stands in everything that ben writes.
HIS_WORD = "XYZZY"
MISSING = 987_654_321
# What a function of the workbench is called with: an assignment, and what else it takes.
WRITING = {
    "start_assignment": "SELECT stancedb.start_assignment({0}, NULL)",
    "save_draft": "SELECT stancedb.save_draft({0}, NULL, 99, 'x')",
    "save_finding": "SELECT stancedb.save_finding({0}, NULL, 0, 1, 't', '{{}}', NULL, 1)",
    "correct a finding": "SELECT stancedb.save_finding({0}, NULL, 0, 1, 't', '{{}}', 1, 1)",
    "withdraw_finding": "SELECT stancedb.withdraw_finding({0}, NULL, 1)",
    "withdraw_findings": "SELECT stancedb.withdraw_findings({0}, NULL, '{{1}}')",
    "postpone_assignment": "SELECT stancedb.postpone_assignment({0}, NULL)",
    "advance_assignment": "SELECT stancedb.advance_assignment({0}, NULL)",
    "report_problem": "SELECT stancedb.report_problem({0}, NULL, 'other', 'x')",
    "finish_assignment": "SELECT stancedb.finish_assignment({0}, NULL, 1, false)",
    "release": "SELECT stancedb.finish_assignment({0}, NULL, 1, true)",
}
WRITING_WHEN_DONE = {
    "reopen_assignment": "SELECT stancedb.reopen_assignment({0}, NULL, 'a reason')",
    "link_findings": "SELECT stancedb.link_findings({0}, NULL, '{{1}}', '{{1}}', '{{1}}')",
}
CODING = """
    INSERT INTO stancedb.coding (statement_id, holder_id, issue_id, coder_id, codebook_version_id, basis, explicitness,
        vagueness, confidence, status, is_final, assignment_id)
    SELECT s.id, s.speaker_id, i.id, stancedb.me(), v.id, 'self', 'explicit', 'committal', 'high', 'submitted', false,
        {0}
    FROM stancedb.statement s, stancedb.issue i, stancedb.codebook_version v
    WHERE s.slug = 'cole-dam' AND i.slug = 'dam-cost'
"""


class Desk:
    """A round of five texts at different stages.

    Attributes:
        url: The URL of the owner.
        login: The login of each person.
        of: The number of each assignment, by its coder and text.
    """

    def __init__(self, url: str, login: dict[str, str]) -> None:
        self.url = url
        self.login = login
        self.of: dict[tuple[str, str], int] = {}

    @contextmanager
    def connected(self, person: str | None = None) -> Iterator[Connection]:
        url = url_as(self.url, self.login[person]) if person else self.url
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection

    def fill(self) -> None:
        """Let ben work; of each text the name says how far ana and he are."""
        with self.connected() as owner:
            texts = dict(
                zip(["both open", "both done", "his", "hers done", "of ruth"], add_texts(owner, 5), strict=True)
            )
            key = open_round(owner)
            for name, text in texts.items():
                coders = {"his": ["ben"], "of ruth": ["ruth", "ben"]}.get(name, ["ana", "ben"])
                for coder, kind in zip(coders, ["first", "second"], strict=False):
                    self.of[coder, name] = assign(owner, key, text, coder, kind)
        with self.connected("ben") as ben:
            for name in texts:
                for quote in ("Ben Dahl", "the dam", "build the dam"):
                    found(ben, self.of["ben", name], None, json.dumps({"rationale": HIS_WORD}), quote)
                ben.execute("SELECT stancedb.withdraw_finding(%s, NULL, 2)", [self.of["ben", name]])
            ben.execute("SELECT stancedb.save_draft(%s, NULL, 1, %s)", [self.of["ben", "both open"], HIS_WORD])
            ben.execute("SELECT stancedb.report_problem(%s, NULL, 'copy', %s)", [self.of["ben", "hers done"], HIS_WORD])
            for name in ("both done", "of ruth"):
                finish(ben, self.of["ben", name], None)
        with self.connected("ana") as ana:
            found(ana, self.of["ana", "both open"], None)
            for name in ("both done", "hers done"):
                finish(ana, self.of["ana", name], None)
        with self.connected() as owner:
            # Estimates then know as much as they ever will.
            owner.execute("ANALYZE")

    def settle(self, coder: str, text: str) -> None:
        """Release the findings of a coder of a text, as a reviewer would."""
        with self.connected() as owner:
            owner.execute(
                "UPDATE stancedb.finding SET statement_id = (SELECT min(s.id) FROM stancedb.statement s)"
                " WHERE assignment_id = %s",
                [self.of[coder, text]],
            )


@pytest.fixture(scope="module")
def names(admin_url: str) -> Iterator[dict[str, str]]:
    with logins(admin_url, *["LOGIN"] * len(PEOPLE)) as made:
        yield dict(zip(PEOPLE, made, strict=True))


@contextmanager
def laid_out(
    clone: Clone, template: str, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Make a desk, and grant to its people what they have on its database."""
    with clone(template) as url:
        owner = invoker(url, tmp_path_factory.mktemp("desk"))
        for person, role in PEOPLE.items():
            named = () if role == "reader" else ("--coder", person)
            done(owner("db", f"grant-{role}", names[person], *named))
        desk = Desk(url, names)
        desk.fill()
        yield desk


@pytest.fixture(scope="module")
def once(
    clone: Clone, spoken_template: str, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """Give a desk whose tests keep nothing of what they write."""
    with laid_out(clone, spoken_template, names, tmp_path_factory) as desk:
        yield desk


@pytest.fixture
def desk(
    clone: Clone, spoken_template: str, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    with laid_out(clone, spoken_template, names, tmp_path_factory) as desk:
        yield desk


def told(connection: Connection, statement: str, *, opens: bool = False) -> tuple[str | None, ...]:
    """Try a statement that is refused, of which nothing is kept; return all that the refusal says, without numbers."""
    begin = "SELECT stancedb.open_changeset(NULL, 'a probe'); " if opens else ""
    with pytest.raises(psycopg.Error) as refused, connection.transaction(force_rollback=True):
        connection.execute((begin + statement).encode())
    said = refused.value.diag
    parts = (said.sqlstate, said.constraint_name, said.message_primary, said.message_detail, said.message_hint)
    return tuple(part and re.sub(r"\d{2,}|(?<=\()\d+", "N", part) if part != said.sqlstate else part for part in parts)


class TestTheTables:
    @pytest.mark.parametrize(
        "statement",
        [
            "SELECT * FROM stancedb.{}",
            "SELECT count(*) FROM stancedb.{}",
            "SELECT max(ctid) FROM stancedb.{}",
            "SELECT FROM stancedb.{} FOR UPDATE NOWAIT",
            "EXPLAIN SELECT FROM stancedb.{}",
            "EXPLAIN ANALYZE SELECT FROM stancedb.{}",
            "COPY stancedb.{} TO STDOUT",
            "LOCK TABLE stancedb.{} IN ACCESS SHARE MODE NOWAIT",
            "CREATE TEMPORARY TABLE mine AS TABLE stancedb.{}",
            "CREATE TEMPORARY TABLE mine (LIKE stancedb.{} INCLUDING ALL, id2 bigint REFERENCES stancedb.{})",
            "INSERT INTO stancedb.{} DEFAULT VALUES",
            "DELETE FROM stancedb.{}",
            "ALTER TABLE stancedb.{} DISABLE ROW LEVEL SECURITY",
            "DROP POLICY read_own ON stancedb.{}",
        ],
    )
    @pytest.mark.parametrize("table", ["assignment", "draft", "finding"])
    def test_are_closed_to_a_coder(self, once: Desk, table: str, statement: str) -> None:
        with once.connected("ana") as ana, pytest.raises(psycopg.errors.InsufficientPrivilege), ana.transaction():
            ana.execute(statement.replace("{}", table).encode())

    @pytest.mark.parametrize("person", ["ana", "ruth", "lisa"])
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE stancedb.assignment SET hides_suggestions = false",
            "UPDATE stancedb.assignment SET state = 'open', done_at = NULL",
            "UPDATE stancedb.assignment SET kind = 'first'",
            "UPDATE stancedb.assignment SET coder_id = stancedb.me()",
            "UPDATE stancedb.coding_round SET seed = 1",
            "UPDATE stancedb.coding_round SET double_share = 0",
            "INSERT INTO stancedb.finding SELECT",
            "UPDATE stancedb.finding SET statement_id = 1",
            "SELECT quote FROM stancedb.finding",
            "SELECT form FROM stancedb.draft",
        ],
    )
    def test_are_not_written_past_their_functions(self, once: Desk, person: str, statement: str) -> None:
        with once.connected(person) as login, pytest.raises(psycopg.errors.InsufficientPrivilege), login.transaction():
            login.execute(statement.encode())

    @pytest.mark.parametrize("column", ["seed", "double_share", "blind_share", "again_share"])
    def test_do_not_say_how_texts_were_chosen(self, once: Desk, column: str) -> None:
        with once.connected("ana") as ana, pytest.raises(psycopg.errors.InsufficientPrivilege):
            ana.execute(f"SELECT {column} FROM stancedb.coding_round".encode())

    def test_are_in_no_statistics_that_a_coder_can_read(self, once: Desk) -> None:
        workbench = "('coding_round', 'assignment', 'draft', 'finding')"
        with once.connected("ana") as ana:
            assert value(ana, f"SELECT count(*) FROM pg_stats WHERE tablename IN {workbench}") == 0
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ana.execute("SELECT stavalues1 FROM pg_statistic")

    @pytest.mark.parametrize("login", ["ana", "ruth"])
    def test_show_no_counter(self, once: Desk, login: str) -> None:
        with once.connected(login) as connection:
            last = "SELECT last_value FROM pg_sequences WHERE sequencename = 'assignment_id_seq'"
            assert value(connection, last) is None
            for read in ("SELECT last_value FROM {}", "SELECT nextval('{}')", "SELECT setval('{}', 1)"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(read.format("stancedb.assignment_id_seq").encode())


class TestWhatACoderReads:
    def test_has_no_word_of_the_other_anywhere(self, once: Desk) -> None:
        with once.connected("ana") as ana:
            readable = (
                "SELECT c.oid::regclass::text, string_agg(quote_ident(a.attname), ', ')"
                " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
                " WHERE c.relkind IN ('r', 'v', 'm') AND has_column_privilege(c.oid, a.attnum, 'SELECT')"
                " AND c.relnamespace IN ('stancedb'::regnamespace, 'history'::regnamespace, 'reporting'::regnamespace)"
                " GROUP BY c.oid"
            )
            relations = ana.execute(readable.encode()).fetchall()
            telling = [
                name
                for name, columns in relations
                if value(ana, f"SELECT count(*) FROM (SELECT {columns} FROM {name}) t WHERE t::text ~ '{HIS_WORD}'")
            ]

        assert len(relations) > 90
        assert telling == []

    def test_is_her_own_assignments_and_their_numbers(self, once: Desk) -> None:
        with once.connected("ana") as ana:
            seen = ana.execute("SELECT id, finding_count FROM stancedb.visible_assignments() ORDER BY id").fetchall()

        hers = {name: number for (coder, name), number in once.of.items() if coder == "ana"}
        assert seen == [(hers["both open"], 1), (hers["both done"], 0), (hers["hers done"], 0)]

    @pytest.mark.parametrize("text", ["both open", "both done", "his", "hers done", "of ruth"])
    def test_is_no_finding_of_the_other(self, once: Desk, text: str) -> None:
        with once.connected("ana") as ana:
            assert ana.execute("SELECT * FROM stancedb.current_findings(%s)", [once.of["ben", text]]).fetchall() == []

    def test_is_no_draft_of_the_other(self, once: Desk) -> None:
        with once.connected("ana") as ana:
            his = ana.execute("SELECT * FROM stancedb.assigned_text(%s, NULL)", [once.of["ben", "both open"]])
            assert his.fetchall() == []

    def test_is_not_whether_a_text_of_the_other_is_coded_once(self, once: Desk) -> None:
        with once.connected("ana") as ana:
            answers = {
                value(ana, "SELECT stancedb.is_single(%s)", number)
                for number in (once.of["ben", "his"], once.of["ben", "both open"], MISSING)
            }
        assert answers == {None}

    def test_passes_nothing_to_a_function_that_tells(self, once: Desk) -> None:
        heard: list[str] = []
        with once.connected("ana") as ana:
            ana.add_notice_handler(lambda notice: heard.append(str(notice.message_primary)))
            ana.execute(
                "CREATE FUNCTION pg_temp.tells(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
                " $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
            )
            for name, number in once.of.items():
                for rows in (
                    f"stancedb.current_findings({number})",
                    f"stancedb.assigned_text({number}, NULL)",
                    "stancedb.visible_assignments()",
                ):
                    ana.execute(f"SELECT FROM {rows} t WHERE pg_temp.tells(t::text)".encode())
                his = name[0] == "ben"
                divided = f"SELECT 1 / (number - number) FROM stancedb.current_findings({number})"
                if his or name != ("ana", "both open"):
                    assert ana.execute(divided.encode()).fetchall() == []
                else:
                    with pytest.raises(psycopg.errors.DivisionByZero):
                        ana.execute(divided.encode())

        assert heard
        assert [line for line in heard if HIS_WORD in line] == []

    def test_is_planned_as_if_the_other_had_nothing(self, once: Desk) -> None:
        def plan(assignment: int) -> str:
            with once.connected("ana") as ana:
                question = (
                    "EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY OFF, BUFFERS OFF)"
                    f" SELECT * FROM stancedb.current_findings({assignment}) WHERE char_start > 0"
                )
                lines = [line for (line,) in ana.execute(question.encode())]
            return "\n".join(lines).replace(f"'{assignment}'", "'N'")

        plans = {plan(once.of["ben", text]) for text in ("both open", "both done", "his")} | {plan(MISSING)}
        assert len(plans) == 1
        assert "Rows Removed" not in plans.pop()

    @pytest.mark.parametrize("text", ["both open", "both done", "his", "hers done"])
    def test_reads_no_row_of_the_other_on_the_way(self, once: Desk, text: str) -> None:
        with once.connected("ana") as ana, ana.transaction():
            # As in a table of many rows.
            ana.execute("SET LOCAL enable_seqscan = off")
            ana.execute("SELECT * FROM stancedb.current_findings(%s)", [once.of["ben", text]])
            read = ana.execute(
                "SELECT seq_tup_read, coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
                " WHERE relid = (SELECT c.oid FROM pg_class c WHERE c.relname = 'finding')"
            ).fetchone()

        assert read == (0, 0)

    def test_numbers_her_findings_from_one(self, once: Desk) -> None:
        with once.connected("ana") as ana, ana.transaction(force_rollback=True):
            assert found(ana, once.of["ana", "both open"], None) == 2


class TestPosing:
    @pytest.mark.parametrize("how", [*WRITING, *WRITING_WHEN_DONE])
    def test_as_another_coder_is_refused_as_is_a_name_that_nobody_has(self, once: Desk, how: str) -> None:
        template = {**WRITING, **WRITING_WHEN_DONE}[how].format(once.of["ben", "both open"])
        with once.connected("ana") as ana:
            refusals = [told(ana, template.replace("NULL", f"'{name}'", 1)) for name in ("ben", "nobody")]

        assert refusals[0][1] == "ck_assignment_coder_is_the_login"
        assert refusals[0][:3] == refusals[1][:3]

    @pytest.mark.parametrize(
        "function", ["next_assignment(NULL, 'ben')", "take_assignment(NULL, 'ben')", "last_step('ben')"]
    )
    def test_to_see_what_the_other_has_next_is_refused(self, once: Desk, function: str) -> None:
        with once.connected("ana") as ana:
            assert told(ana, f"SELECT stancedb.{function}")[1] == "ck_assignment_coder_is_the_login"

    def test_by_another_session_is_refused(self, once: Desk) -> None:
        with once.connected("ana") as ana:
            for change in ("SET ROLE {}", "SET SESSION AUTHORIZATION {}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    ana.execute(change.format(once.login["ben"]).encode())

    def test_with_the_role_of_the_other_is_of_no_use(self, once: Desk, admin_url: str) -> None:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            admin.execute(f"GRANT {once.login['ben']} TO {once.login['ana']}".encode())
        try:
            with once.connected("ana") as ana:
                ana.execute(f"SET ROLE {once.login['ben']}".encode())
                seen = {number for (number,) in ana.execute("SELECT id FROM stancedb.visible_assignments()")}
                his = value(ana, f"SELECT count(*) FROM stancedb.current_findings({once.of['ben', 'both open']})")
                refusal = told(ana, "SELECT stancedb.next_assignment(NULL, 'ben')")
        finally:
            with psycopg.connect(admin_url, autocommit=True) as admin:
                admin.execute(f"REVOKE {once.login['ben']} FROM {once.login['ana']}".encode())

        assert seen == {number for (coder, _), number in once.of.items() if coder == "ana"}
        assert his == 0
        assert refusal[1] == "ck_changeset_login_is_the_session"


class TestARefusal:
    @pytest.mark.parametrize("how", WRITING)
    def test_says_the_same_of_what_is_of_another_is_finished_or_does_not_exist(self, once: Desk, how: str) -> None:
        numbers = [once.of["ben", "both open"], once.of["ben", "both done"], once.of["ana", "both done"], MISSING]
        with once.connected("ana") as ana:
            refusals = {told(ana, WRITING[how].format(number)) for number in numbers}

        assert [refusal[1] for refusal in refusals] == ["ck_assignment_is_own"]

    @pytest.mark.parametrize("how", WRITING_WHEN_DONE)
    def test_says_the_same_of_what_is_of_another_is_open_or_does_not_exist(self, once: Desk, how: str) -> None:
        numbers = [once.of["ben", "both done"], once.of["ben", "both open"], once.of["ana", "both open"], MISSING]
        with once.connected("ana") as ana:
            refusals = {told(ana, WRITING_WHEN_DONE[how].format(number), opens=True) for number in numbers}

        assert [refusal[1] for refusal in refusals] == ["ck_assignment_is_own"]

    def test_of_a_coding_says_the_same_of_every_assignment_that_is_not_her_open_one(self, once: Desk) -> None:
        numbers = [once.of["ben", "both open"], once.of["ben", "both done"], once.of["ana", "both done"], MISSING]
        with once.connected("ana") as ana:
            refusals = {told(ana, CODING.format(number), opens=True) for number in numbers}

        assert [refusal[1] for refusal in refusals] == ["ck_coding_assignment_is_open"]

    def test_does_not_wait_for_a_row_of_another(self, once: Desk) -> None:
        his = once.of["ben", "both open"]
        with once.connected() as owner, owner.transaction(), once.connected("ana") as ana:
            owner.execute("SELECT FROM stancedb.assignment WHERE id = %s FOR UPDATE", [his])
            owner.execute("LOCK TABLE stancedb.draft IN SHARE MODE")
            ana.execute("SET lock_timeout = '2s'")
            refusals = {told(ana, call.format(his))[1] for call in {**WRITING, **WRITING_WHEN_DONE}.values()}

        assert refusals == {"ck_assignment_is_own"}


class TestOnceSettled:
    def test_the_findings_of_both_are_shown_to_both(self, desk: Desk) -> None:
        desk.settle("ben", "both done")
        with desk.connected("ana") as ana:
            seen = ana.execute(
                "SELECT number, record ->> 'rationale' FROM stancedb.current_findings(%s) ORDER BY number",
                [desk.of["ben", "both done"]],
            ).fetchall()
            others = [
                ana.execute("SELECT * FROM stancedb.current_findings(%s)", [desk.of["ben", text]]).fetchall()
                for text in ("both open", "his", "of ruth")
            ]

        assert seen == [(1, HIS_WORD), (3, HIS_WORD)]
        assert others == [[], [], []]

    def test_a_text_on_which_somebody_is_still_at_work_stays_hidden(self, desk: Desk) -> None:
        desk.settle("ben", "both open")
        desk.settle("ben", "hers done")
        with desk.connected("ana") as ana:
            for text in ("both open", "hers done"):
                question = "SELECT count(*) FROM stancedb.current_findings(%s)"
                assert value(ana, question, desk.of["ben", text]) == 0

    def test_a_coder_who_had_found_nothing_does_not_begin_again(self, desk: Desk) -> None:
        hers = desk.of["ana", "both done"]
        reopen = f"SELECT stancedb.reopen_assignment({hers}, NULL, NULL)"
        with desk.connected("ana") as ana:
            with ana.transaction(force_rollback=True):
                ana.execute(reopen.encode())
            desk.settle("ben", "both done")
            assert told(ana, reopen)[1] == "ck_assignment_released_stays_done"


class TestAReviewer:
    def test_sees_all_but_what_she_has_yet_to_code_herself(self, desk: Desk) -> None:
        def counted(ruth: Connection, text: str) -> tuple[int, int | None]:
            number = desk.of["ben", text]
            count = "SELECT finding_count FROM stancedb.visible_assignments() WHERE id = %s"
            return (
                value(ruth, "SELECT count(*) FROM stancedb.current_findings(%s)", number),
                value(ruth, count, number),
            )

        with desk.connected("ruth") as ruth:
            assert counted(ruth, "both open") == (2, 2)
            assert counted(ruth, "of ruth") == (0, None)
            finish(ruth, desk.of["ruth", "of ruth"], None)
            assert counted(ruth, "of ruth") == (2, 2)

    def test_writes_no_finding_of_another(self, once: Desk) -> None:
        with once.connected("ruth") as ruth:
            refusals = {told(ruth, call.format(once.of["ben", "both open"]))[1] for call in WRITING.values()}
        assert refusals == {"ck_assignment_is_own"}

    def test_withdraws_what_is_open_and_opens_nothing_that_was_withdrawn(self, desk: Desk) -> None:
        withdraw = "UPDATE stancedb.assignment SET state = 'withdrawn', reason = NULL WHERE id = %s"
        reopen = "UPDATE stancedb.assignment SET state = 'open' WHERE id = %s"
        number = desk.of["ruth", "of ruth"]
        with desk.connected("ruth") as ruth:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ruth.execute(reopen.encode(), [desk.of["ben", "both open"]])
            assert ruth.execute(withdraw.encode(), [desk.of["ben", "both done"]]).rowcount == 0
            assert ruth.execute(withdraw.encode(), [number]).rowcount == 1
            assert ruth.execute(reopen.encode(), [number]).rowcount == 0
            assert told(ruth, f"SELECT stancedb.reopen_assignment({number}, NULL, 'x')")[1] == "ck_assignment_is_own"


class TestWhatWasReleased:
    @pytest.fixture
    def released(self, desk: Desk, tmp_path: Path) -> tuple[int, int]:
        """Let ana release a statement without a coding; give her assignment and the changeset."""
        login = url_as(desk.url, desk.login["ana"])
        settings = Settings(database_url=login, data_dir=tmp_path, author="ana", is_author_given=False)
        with desk.connected() as owner:
            number = assign(
                owner, open_round(owner, "alone"), value(owner, "SELECT max(id) FROM stancedb.article_version"), "ana"
            )
        with working(settings) as session:
            fields = {"speaker": "ben-dahl", "said": "2024-03-02", "quote": "he will not build the dam"}
            workbench.save_finding(session, number, fields, coder="ana")
        with writing(settings, message="release") as session:
            workbench.release(session, number, coder="ana")
        with desk.connected() as owner:
            return number, value(owner, "SELECT released_id FROM stancedb.assignment WHERE id = %s", number)

    @pytest.mark.parametrize("person", ["ana", "ben", "ruth"])
    def test_is_not_reopened_without_being_taken_back(self, desk: Desk, released: tuple[int, int], person: str) -> None:
        number, changeset = released
        with desk.connected(person) as login, contextlib.suppress(psycopg.errors.IntegrityError), login.transaction():
            login.execute("SELECT stancedb.open_changeset(NULL, 'a trick')")
            login.execute(
                "UPDATE stancedb.changeset SET undoes_id = %s WHERE id::text = current_setting('stancedb.changeset')",
                [changeset],
            )
            login.execute("SELECT stancedb.withdraw_release()")

        with desk.connected() as owner:
            question = (
                "SELECT a.state, f.statement_id IS NOT NULL FROM stancedb.assignment a"
                " JOIN stancedb.finding f ON f.assignment_id = a.id WHERE a.id = %s"
            )
            assert owner.execute(question, [number]).fetchall() == [("done", True)]


def test_a_reader_calls_nothing_of_the_workbench(once: Desk) -> None:
    with once.connected("lisa") as lisa:
        for call in ("visible_assignments()", "current_findings(1)", "last_step(NULL)", "is_single(1)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                lisa.execute(f"SELECT stancedb.{call}".encode())
