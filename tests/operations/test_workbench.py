"""Rounds and assignments: who gets which text, and what becomes of what is found in it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from stancedb.database import Working, working, writing
from stancedb.errors import NothingToAssign, RoundClosed, SecondCoderNeeded
from stancedb.operations import rounds
from stancedb.operations.rounds import Shares, Texts
from stancedb.settings import Settings
from tests.rights.test_rights import logins, url_as
from tests.support.plugin import AUTHOR, Clone, Run, name_of
from tests.support.worlds import ARTICLE_LINE, LINE, WORDS, answer, done, invoker, jsonl

pytest_plugins = ("tests.support.worlds",)

CODERS = ("ana", "ben", "cleo", "dan", "eva", "finn")
# The small world has one article of its own.
TEXTS = 30
FIELDS = {name: LINE[name] for name in ("speaker", "said", "quote", "issue", "position")}
# The people of a day: their names, and what their logins are granted.
PEOPLE = {"ana": "coder", "ben": "coder", "ruth": "reviewer"}
Chosen = list[tuple[str, str, str, bool]]


def of_database(url: str, directory: Path) -> Settings:
    return Settings(database_url=url, data_dir=directory, author=AUTHOR)


@pytest.fixture(scope="module")
def texts_template(clone: Clone, small_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Name a database with six coders and thirty texts."""
    directory = tmp_path_factory.mktemp("texts")
    with clone(small_template) as url:
        lines = [
            {**ARTICLE_LINE, "id": f"text-{n:02}", "title": f"Text {n}", "text": f"{WORDS} No. {n}."}
            for n in range(1, TEXTS)
        ]
        done(invoker(url, directory)("article", "load", jsonl(directory / "texts.jsonl", *lines)))
        with writing(of_database(url, directory), message="coders") as session:
            rounds.add_coders(session, CODERS)
        yield name_of(url)


@pytest.fixture(scope="module")
def once(clone: Clone, texts_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Give a database whose tests keep nothing of what they write."""
    with clone(texts_template) as url:
        yield of_database(url, tmp_path_factory.mktemp("once"))


@pytest.fixture
def session(once: Settings) -> Iterator[Working]:
    """Give a session with an open round ``r``, which is rolled back."""
    with working(once) as session:
        rounds.add_round(session, "r", author=AUTHOR, seed=1)
        yield session
        session.is_void = True


@pytest.fixture
def url(clone: Clone, texts_template: str) -> Iterator[str]:
    with clone(texts_template) as url:
        yield url


@pytest.fixture
def run(url: str, tmp_path: Path) -> Run:
    return invoker(url, tmp_path)


def chosen(session: Working, round_slug: str = "r") -> Chosen:
    """Return what is assigned in a round: coder, article, kind, and whether suggestions are hidden."""
    driver: Any = session.connection.connection.dbapi_connection
    rows = driver.execute(
        "SELECT k.name, t.slug, a.kind, a.hides_suggestions FROM stancedb.assignment a"
        " JOIN stancedb.coding_round r ON r.id = a.round_id AND r.slug = %s"
        " JOIN stancedb.article_version v ON v.id = a.article_version_id"
        " JOIN stancedb.article t ON t.id = v.article_id"
        " LEFT JOIN stancedb.coder k ON k.id = a.coder_id ORDER BY k.name, a.turn",
        (round_slug,),
    ).fetchall()
    return [tuple(row) for row in rows]


def run_sql(session: Working, statement: str, *values: object) -> None:
    driver: Any = session.connection.connection.dbapi_connection
    driver.execute(statement, values)


def by_text(assigned: Chosen) -> dict[str, list[str]]:
    coders = defaultdict(list)
    for coder, article, _, _ in assigned:
        coders[article].append(coder)
    return coders


class TestSharingOut:
    @settings(max_examples=60)
    @given(
        coders=st.integers(2, 6),
        per_coder=st.integers(1, 12),
        double=st.integers(0, 100),
        blind=st.integers(0, 100),
        seed=st.integers(0, 1000),
    )
    def test_counts_are_those_asked_for(
        self, once: Settings, *, coders: int, per_coder: int, double: int, blind: int, seed: int
    ) -> None:
        with working(once) as session:
            session.is_void = True
            rounds.add_round(session, "r", author=AUTHOR)
            told = rounds.assign(
                session,
                "r",
                coders=CODERS[:coders],
                per_coder=per_coder,
                shares=Shares(double=double / 100, blind=blind / 100),
                seed=seed,
            )
            assigned = chosen(session)
        got = Counter(coder for coder, _, _, _ in assigned)
        of_text = by_text(assigned)
        twice = {article for article, names in of_text.items() if len(names) == 2}
        hidden = {article for _, article, _, hides in assigned if hides}

        # Nothing twice, and the two of a text are two.
        assert len({(coder, article) for coder, article, _, _ in assigned}) == len(assigned)
        assert max(map(len, of_text.values())) <= 2
        assert {article for _, article, kind, _ in assigned if kind == "second"} == twice
        # Each coder gets as many as asked for, or the texts ran out evenly.
        if len(assigned) == coders * per_coder:
            assert set(got.values()) == {per_coder}
        else:
            assert len(of_text) == TEXTS
            assert max(got.values()) - min(got[coder] for coder in CODERS[:coders]) <= 1
        # Shares are met as nearly as whole texts allow.
        assert abs(len(twice) - len(of_text) * double / 100) <= 1
        once_only = len(of_text) - len(twice)
        assert twice <= hidden
        assert abs(len(hidden - twice) - once_only * blind / 100) <= 0.5
        # The table says what was done.
        assert {row["coder"]: row["texts"] for row in told} == got
        assert sum(row["double"] for row in told) == 2 * len(twice)
        assert sum(row["blind"] for row in told) == len(hidden - twice)

    @pytest.mark.parametrize("pool", [None, 9])
    def test_the_same_seed_chooses_the_same_texts(self, once: Settings, pool: int | None) -> None:
        def shared(seed: int) -> Chosen:
            with working(once) as session:
                session.is_void = True
                rounds.add_round(session, "r", author=AUTHOR)
                coders = () if pool else CODERS[:3]
                shares = Shares(double=0.3, blind=0.5)
                rounds.assign(session, "r", coders=coders, per_coder=5, pool=pool, shares=shares, seed=seed)
                return sorted(chosen(session), key=repr)

        assert shared(7) == shared(7)
        assert shared(7) != shared(8)

    def test_more_texts_of_the_round_are_others(self, session: Working) -> None:
        rounds.assign(session, "r", coders=["ana", "ben"], per_coder=5, shares=Shares(double=0.5))
        first = by_text(chosen(session))
        rounds.assign(session, "r", coders=["cleo"], per_coder=5)

        assert len(by_text(chosen(session))) == len(first) + 5

    def test_a_coder_named_twice_is_one(self, session: Working) -> None:
        with pytest.raises(SecondCoderNeeded):
            rounds.assign(session, "r", coders=["ana", "ana"], per_coder=2, shares=Shares(double=0.5))

    def test_nothing_is_assigned_in_a_closed_round(self, session: Working) -> None:
        rounds.close_round(session, "r")

        with pytest.raises(RoundClosed):
            rounds.assign(session, "r", coders=["ana"], per_coder=1)

    def test_where_no_text_is_left_it_is_refused(self, session: Working) -> None:
        with pytest.raises(NothingToAssign):
            rounds.assign(session, "r", coders=["ana"], per_coder=1, texts=Texts(since=date(2030, 1, 1)))

    def test_of_copies_only_the_original_is_assigned(self, session: Working) -> None:
        run_sql(session, "SELECT stancedb.open_changeset('tester', 'a copy')")
        run_sql(
            session,
            "UPDATE stancedb.article c SET syndicated_from_id = o.id FROM stancedb.article o"
            " WHERE c.slug = 'text-02' AND o.slug = 'text-01'",
        )
        rounds.assign(session, "r", coders=["ana"], per_coder=TEXTS)

        assert {article for _, article, _, _ in chosen(session)} == {
            "herald-2025-03-01",
            *(f"text-{n:02}" for n in range(1, TEXTS) if n != 2),
        }

    def test_again_are_own_texts_that_were_finished_in_another_round(self, session: Working) -> None:
        rounds.assign(session, "r", coders=["ana", "ben"], per_coder=10)
        run_sql(
            session,
            "UPDATE stancedb.assignment a SET state = 'done', done_at = now() FROM stancedb.coder k"
            " WHERE k.id = a.coder_id AND k.name = 'ana' AND a.turn <= 6",
        )
        finished = {article for coder, article, _, _ in chosen(session)[:6]}
        rounds.add_round(session, "second", author=AUTHOR, seed=2)
        told = rounds.assign(session, "second", coders=["ana", "ben"], per_coder=10, shares=Shares(again=0.4))
        assigned = chosen(session, "second")
        again = [(coder, article) for coder, article, kind, _ in assigned if kind == "again"]

        assert {coder for coder, _ in again} == {"ana"}
        assert len(again) == 4
        assert {article for _, article in again} <= finished
        # Ben has finished nothing, so all of his are new, and nobody gets fewer for that.
        assert [(row["coder"], row["texts"], row["again"]) for row in told] == [("ana", 10, 4), ("ben", 10, 0)]
        assert all(hides for _, _, kind, hides in assigned if kind == "again")

    @settings(max_examples=30)
    @given(finished=st.integers(0, 8), again=st.integers(0, 100), double=st.integers(0, 100))
    def test_each_coder_gets_her_number_whoever_codes_again(
        self, once: Settings, finished: int, again: int, double: int
    ) -> None:
        with working(once) as session:
            session.is_void = True
            rounds.add_round(session, "r", author=AUTHOR, seed=1)
            rounds.assign(session, "r", coders=["ana"], per_coder=8)
            run_sql(
                session, "UPDATE stancedb.assignment SET state = 'done', done_at = now() WHERE turn <= %s", finished
            )
            rounds.add_round(session, "second", author=AUTHOR, seed=2)
            shares = Shares(again=again / 100, double=double / 100)
            rounds.assign(session, "second", coders=["ana", "ben", "cleo"], per_coder=6, shares=shares)
            assigned = chosen(session, "second")

        assert Counter(coder for coder, _, _, _ in assigned) == dict.fromkeys(["ana", "ben", "cleo"], 6)
        assert len({(coder, article) for coder, article, _, _ in assigned}) == len(assigned)
        assert sum(kind == "again" for _, _, kind, _ in assigned) == min(finished, int(6 * again / 100 + 0.5))


class TestTheRelease:
    def test_of_findings_equals_the_same_lines_loaded_as_a_sheet(
        self, clone: Clone, texts_template: str, tmp_path: Path
    ) -> None:
        article = "text-01"
        lines: Sequence[dict[str, Any]] = [
            {**LINE, "article": article, "holder": "norland", "basis": "on_behalf", "confidence": "high"},
            {
                "speaker": "eva-falk",
                "said": "2025-03-01",
                "office": "minister-of-rivers",
                "article": article,
                "quote": "mistake of the century",
                "rendering": "partial_quote",
                "issue": "dam",
                "position": "oppose",
                "attributes": ["frame:nature", "tone:calm"],
                "rationale": "A mistake.\nOf the century.",
            },
            # The same words for another issue, without a position, and a statement without a coding.
            {
                "speaker": "ana-cole",
                "said": "2025-03-01",
                "article": article,
                "quote": "she declined to say",
                "issue": "dam-cost",
            },
            {
                "speaker": "ben-dahl",
                "said": "2025-03",
                "article": article,
                "quote": "no dam, no debt",
                "addressees": ["norland"],
                "act": "warn",
                "authority": 2,
            },
        ]
        lines = [{name: value for name, value in line.items() if name != "statement"} for line in lines]
        stored = []
        for is_sheet in (True, False):
            with clone(texts_template) as url:
                run = invoker(url, tmp_path)
                if is_sheet:
                    sheet = jsonl(tmp_path / "sheet.jsonl", *({**line, "coder": "ana"} for line in lines))
                    done(run("statement", "load", sheet))
                else:
                    done(run("round", "add", "r"))
                    done(run("assign", "--round", "r", "--coder", "ana", "--per-coder", 1, "--article", article))
                    done(run("code", "next", "--coder", "ana"))
                    found = [{name: value for name, value in line.items() if name != "article"} for line in lines]
                    done(run("code", "save", jsonl(tmp_path / "found.jsonl", *found), "--coder", "ana"))
                    done(run("code", "done", "--coder", "ana"))
                stored.append(rows_of_speech(url))

        assert stored[0]["coding"]
        assert stored[0] == stored[1]

    def test_of_a_text_coded_twice_waits(self, run: Run, url: str, tmp_path: Path) -> None:
        done(run("round", "add", "r"))
        done(run("assign", "--round", "r", "--coder", "ana", "--coder", "ben", "--per-coder", 1, "--double", "100%"))
        before = rows_of_speech(url)
        for coder in ("ana", "ben"):
            done(run("code", "next", "--coder", coder))
            done(run("code", "save", jsonl(tmp_path / "found.json", FIELDS), "--coder", coder))
            finished = run("code", "done", "--coder", coder, "--format", "json")
            assert json.loads(finished.stdout)["is_released"] is False
            assert "its findings wait for a reviewer" in finished.stderr
            # Who else codes the text is no news for this coder.
            assert not {"ana", "ben"} & {*finished.output.split()}

        assert rows_of_speech(url) == before
        assert [row["state"] for row in answer(run, "code", "list")] == ["done", "done"]

    def test_of_a_text_is_made_good_once_the_other_coder_is_withdrawn(self, run: Run, tmp_path: Path) -> None:
        done(run("round", "add", "r"))
        done(run("assign", "--round", "r", "--coder", "ana", "--coder", "ben", "--per-coder", 1, "--double", "100%"))
        done(run("code", "next", "--coder", "ana"))
        done(run("code", "save", jsonl(tmp_path / "found.json", FIELDS), "--coder", "ana"))
        assert answer(run, "code", "done", "--coder", "ana")["is_released"] is False
        (own, other) = answer(run, "code", "list")
        done(run("round", "withdraw", other["assignment"], "--reason", "ben is ill"))
        done(run("code", "reopen", own["assignment"], "--coder", "ana"))

        assert answer(run, "code", "done", "--coder", "ana")["is_released"] is True
        assert [row["coder"] for row in answer(run, "coding", "list")] == ["ana"]

    def test_belongs_to_the_text_that_was_read_where_a_later_one_has_come(
        self, run: Run, url: str, tmp_path: Path
    ) -> None:
        done(run("round", "add", "r"))
        done(run("assign", "--round", "r", "--coder", "ana", "--per-coder", 1, "--article", "text-01"))
        version = answer(run, "code", "next", "--coder", "ana")["version"]
        # The words are moved, and one other place has them too.
        text = f"Norland will build the dam, it says here. {WORDS} No. 1. Updated."
        later = {**ARTICLE_LINE, "id": "text-01", "title": "Text 1", "text": text}
        done(run("article", "load", jsonl(tmp_path / "later.jsonl", later)))
        (saved,) = answer(run, "code", "save", jsonl(tmp_path / "found.json", FIELDS), "--coder", "ana")
        done(run("code", "done", "--coder", "ana"))

        with psycopg.connect(url) as connection:
            versions = connection.execute("SELECT count(*) FROM stancedb.newest_text n WHERE n.id = %s", (version,))
            assert versions.fetchone() == (0,)
            mentions = connection.execute("SELECT article_version_id, char_start, char_end FROM stancedb.mention")
            assert mentions.fetchall() == [(version, saved["start"], saved["end"])]

    def test_waits_in_a_round_that_needs_review(self, run: Run, tmp_path: Path) -> None:
        done(run("round", "add", "r", "--needs-review"))
        done(run("assign", "--round", "r", "--coder", "ana", "--per-coder", 1))
        done(run("code", "next", "--coder", "ana"))
        done(run("code", "save", jsonl(tmp_path / "found.json", FIELDS), "--coder", "ana"))
        finished = done(run("code", "done", "--coder", "ana"))

        assert "its codings wait for a reviewer" in finished.stderr
        (coding,) = answer(run, "coding", "list")
        assert (coding["status"], coding["final"]) == ("submitted", False)

    def test_that_the_loader_refuses_leaves_the_text_open(self, run: Run, url: str, tmp_path: Path) -> None:
        done(run("round", "add", "r"))
        done(run("assign", "--round", "r", "--coder", "ana", "--per-coder", 1))
        done(run("code", "next", "--coder", "ana"))
        # Ben Dahl was not minister of rivers, which only the loader knows.
        fields = {"speaker": "ben-dahl", "said": "2025-03-01", "office": "minister-of-rivers", "quote": LINE["quote"]}
        done(run("code", "save", jsonl(tmp_path / "found.json", fields), "--coder", "ana"))
        refused = run("code", "done", "--coder", "ana")

        assert refused.exit_code == 1
        assert "line 1: office" in refused.stderr
        assert [row["state"] for row in answer(run, "code", "list")] == ["open"]
        assert rows_of_speech(url)["statement"] == []


def rows_of_speech(url: str) -> dict[str, list[dict[str, Any]]]:
    """Return all rows that coding makes, without keys, times, changesets and assignments, keys as what they mean."""
    found = {}
    with psycopg.connect(url, row_factory=dict_row) as connection:
        slugs = {
            table: {
                row["id"]: row["handle"]
                for row in connection.execute(f"SELECT id, {handle} AS handle FROM stancedb.{table}".encode())
            }
            for table, handle in (
                *((table, "slug") for table in ("statement", "actor", "issue", "position", "event", "article")),
                ("coder", "name"),
                ("codebook_version", "label"),
                ("article_version", "text_sha256"),
                ("tenure", "held_edtf"),
                ("mention", "quote"),
                ("coding", "statement_id::text || issue_id"),
            )
        }
        for table in ("statement", "statement_addressee", "mention", "coding", "coding_attribute"):
            meant = {
                row["column"]: row["target"]
                for row in connection.execute(
                    "SELECT a.attname AS column, c.relname AS target FROM pg_constraint f"
                    " JOIN pg_class c ON c.oid = f.confrelid"
                    " JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1]"
                    " WHERE f.contype = 'f' AND f.conrelid = %s::regclass",
                    (f"stancedb.{table}",),
                )
            }
            rows = connection.execute(f"SELECT * FROM stancedb.{table}".encode()).fetchall()
            left_out = {"id", "changeset_id", "assignment_id", "coding_id"}
            found[table] = sorted(
                (
                    {
                        name: slugs[meant[name]].get(value) if meant.get(name) in slugs else value
                        for name, value in row.items()
                        if name not in left_out and not name.endswith("_at")
                    }
                    for row in rows
                ),
                key=repr,
            )
    return found


class Team:
    """Two coders and a reviewer, each with a login of their own, on one database."""

    def __init__(self, url: str, names: Sequence[str], directory: Path) -> None:
        self.url = url
        self.directory = directory
        self.login = dict(zip(PEOPLE, names, strict=True))
        owner = invoker(url, directory)
        for person, role in PEOPLE.items():
            done(owner("db", f"grant-{role}", self.login[person], "--coder", person))

    def run(self, person: str) -> Run:
        """Return a function that runs one line under the login of a person."""
        run = invoker(url_as(self.url, self.login[person]), self.directory)
        return lambda *line, **extra: run(*line, env={"STANCEDB_AUTHOR": None}, **extra)


@pytest.fixture
def team(admin_url: str, clone: Clone, small_template: str, tmp_path: Path) -> Iterator[Team]:
    """Give a team with six texts."""
    with logins(admin_url, "LOGIN", "LOGIN", "LOGIN") as names, clone(small_template) as url:
        lines = [
            {**ARTICLE_LINE, "id": f"text-{n}", "title": f"Text {n}", "text": f"{WORDS} No. {n}."} for n in range(1, 6)
        ]
        done(invoker(url, tmp_path)("article", "load", jsonl(tmp_path / "texts.jsonl", *lines)))
        yield Team(url, names, tmp_path)


class TestADay:
    def test_of_two_coders_and_a_reviewer_by_command_alone(self, team: Team) -> None:
        ana, ben, ruth = team.run("ana"), team.run("ben"), team.run("ruth")
        morning = rows_of_speech(team.url)
        done(ruth("round", "add", "r", "--issue", "dam", "--double", "50%", "--seed", 5))
        shared = answer(ruth, "assign", "--round", "r", "--coder", "ana", "--coder", "ben", "--per-coder", 3)
        assert {row["coder"]: (row["texts"], row["double"]) for row in shared} == {"ana": (3, 2), "ben": (3, 2)}

        # Each codes every text that is hers, with one statement in each.
        changesets: dict[str, list[int]] = {"ana": [], "ben": []}
        for person, run in (("ana", ana), ("ben", ben)):
            for _ in range(3):
                text = answer(run, "code", "next")
                assert text["coder"] == person
                fields = {**FIELDS, "position": "support" if person == "ana" else "oppose"}
                done(run("code", "save", jsonl(team.directory / "found.json", fields), "--seconds", 20))
                before = len(answer(run, "changeset", "list"))
                finished = answer(run, "code", "done")
                after = answer(run, "changeset", "list")
                assert len(after) - before == finished["is_released"]
                if finished["is_released"]:
                    assert after[0]["author"] == person
                    changesets[person].append(after[0]["number"])
            assert run("code", "next").exit_code == 1
        assert [len(numbers) for numbers in changesets.values()] == [1, 1]

        # What one coder codes is released as hers; what both code is seen by neither of the other, nor by readers.
        assert sorted(row["coder"] for row in answer(ruth, "coding", "list")) == ["ana", "ben"]
        assert {row["coder"] for row in answer(ana, "code", "list")} == {"ana"}
        assert [row["coder"] for row in answer(ben, "round", "show", "r")["coders"]] == ["ben"]
        progress = answer(ruth, "round", "show", "r")["coders"]
        assert [(row["coder"], row["done"], row["statements"], row["seconds_a_statement"]) for row in progress] == [
            ("ana", 3, 3, 20),
            ("ben", 3, 3, 20),
        ]

        # A coder works neither as another nor on the texts of another, and assigns nothing.
        of_ben = answer(ben, "code", "list")[0]["assignment"]
        assert ana("code", "next", "--coder", "ben").exit_code == 1
        assert ana("code", "show", of_ben).exit_code == 3
        assert ana("code", "reopen", of_ben, "--reason", "curious").exit_code == 1
        assert ana("round", "add", "own").exit_code == 1
        assert ana("assign", "--round", "r", "--coder", "ana", "--per-coder", 1).exit_code == 1

        # A reviewer reopens with a reason, and the coder reads it.
        twice = {row["article"]: row["assignment"] for row in answer(ben, "code", "list")}
        both = next(row for row in answer(ana, "code", "list") if row["article"] in twice)
        done(ruth("code", "reopen", both["assignment"], "--reason", "the second paragraph too"))
        assert answer(ana, "code", "next")["note"] == "the second paragraph too"
        done(ana("code", "done"))

        # In the evening all of it is taken back.
        undone = [answer(ben, "code", "undo")["undone"] for _ in range(6)]
        assert Counter(undone) == {"done": 3, "finding": 3}
        (number,) = changesets["ana"]
        taken_back = done(ruth("changeset", "undo", number))
        assert "of ana is open again" in taken_back.stderr
        assert rows_of_speech(team.url) == morning
