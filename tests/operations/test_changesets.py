"""A changeset can be shown, and undone as a whole while nothing depends on it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from stancedb.database import writing
from stancedb.errors import RefusedByRule, StancedbError
from stancedb.operations.changesets import undo_changeset
from stancedb.settings import Settings
from tests.support.plugin import AUTHOR, Run
from tests.support.worlds import ARTICLE, LINE, answer, done, invoker, jsonl, last_number

pytest_plugins = ("tests.support.worlds",)

DAM = ("--holder", "ana-cole", "--issue", "dam")

SECOND_CODING = """
INSERT INTO stancedb.coder (name, kind) VALUES ('ruth', 'human');
INSERT INTO stancedb.coding (statement_id, holder_id, issue_id, position_id, coder_id, codebook_version_id, basis,
    explicitness, vagueness, confidence, status, is_final)
SELECT c.statement_id, c.holder_id, c.issue_id, c.position_id, k.id, c.codebook_version_id, c.basis, c.explicitness,
    c.vagueness, c.confidence, 'accepted', false
FROM stancedb.coding c CROSS JOIN stancedb.coder k WHERE k.name = 'ruth'
"""
OTHER_IS_FINAL = """
UPDATE stancedb.coding SET is_final = false WHERE is_final;
UPDATE stancedb.coding c SET is_final = true FROM stancedb.coder k WHERE k.id = c.coder_id AND k.name {sign} 'ruth'
"""


@pytest.fixture
def run(spoken_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world with its one statement."""
    return invoker(spoken_url, tmp_path)


def contents(url: str) -> dict[str, list[Any]]:
    """Return all rows of all curated tables without the changeset that wrote them."""
    with psycopg.connect(url) as connection:
        tables = [
            name
            for (name,) in connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'history'::regnamespace AND relkind = 'r'"
            )
        ]
        return {
            table: connection.execute(
                f"SELECT to_jsonb(t) - 'changeset_id' FROM stancedb.{table} t ORDER BY id".encode()
            ).fetchall()
            for table in tables
        }


def from_psql(url: str, change: str) -> None:
    """Make a change outside the program, under a changeset."""
    with psycopg.connect(url) as connection:
        connection.execute("SELECT stancedb.open_changeset('ana', 'from psql')")
        connection.execute(change.encode())


def undone_beside(url: str, place: Path, number: int, change: str | None) -> StancedbError | None:
    """Undo a changeset while a change, or the same undo, is uncommitted; return the result of the second."""
    settings = Settings(database_url=url, data_dir=place, author="tester")
    found: list[StancedbError] = []

    def undo() -> None:
        try:
            with writing(settings, message="beside") as session:
                undo_changeset(session, number)
        except StancedbError as failure:
            found.append(failure)

    thread = threading.Thread(target=undo)
    with writing(settings, message="first") as session:
        if change is None:
            undo_changeset(session, number)
        else:
            session.execute(text(change))
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "the second waits for the first"
    thread.join(20)
    return found[0] if found else None


class TestShowing:
    def test_a_list_has_the_newest_first_with_who_and_why(self, run: Run) -> None:
        done(run("actor", "set", "norland", "--name", "The Norlands", "-m", "renamed by law"))

        newest = answer(run, "changeset", "list", "--limit", 1)

        assert [(row["author"], row["message"], row["undoes"], row["undone_by"]) for row in newest] == [
            (AUTHOR, "renamed by law", None, None)
        ]

    def test_one_shows_the_rows_it_wrote_and_its_load(self, run: Run, spoken_url: str) -> None:
        shown = answer(run, "changeset", "show", last_number(spoken_url))

        assert {row["rows"]: row["inserted"] for row in shown["rows"]} == {
            "statement": 1,
            "mention": 1,
            "coder": 1,
            "coding": 1,
            "load": 1,
        }
        (load,) = shown["loads"]
        assert (load["kind"], load["origin"], load["inserted"], load["refused"]) == ("statement", "sheet.jsonl", 4, 0)

    def test_inserted_updated_and_removed_are_told_apart(self, run: Run, spoken_url: str) -> None:
        with psycopg.connect(spoken_url) as connection:
            connection.execute("SELECT stancedb.open_changeset('ana', 'all three')")
            connection.execute("INSERT INTO stancedb.actor (slug, kind, name) VALUES ('new', 'person', 'New')")
            connection.execute("UPDATE stancedb.actor SET citation = 'x' WHERE slug = 'norland'")
            connection.execute(
                "DELETE FROM stancedb.actor_name n USING stancedb.actor a WHERE a.id = n.actor_id AND a.slug = 'a-cole'"
            )
            connection.execute("DELETE FROM stancedb.actor WHERE slug = 'a-cole'")

        rows = {row["rows"]: row for row in answer(run, "changeset", "show", last_number(spoken_url))["rows"]}

        assert {key: rows["actor"][key] for key in ("inserted", "updated", "removed")} == {
            "inserted": 1,
            "updated": 1,
            "removed": 1,
        }
        assert (rows["actor_name"]["removed"], rows["actor_name"]["inserted"]) == (1, 0)


class TestUndoing:
    @pytest.mark.parametrize(
        "change",
        [
            (
                "actor",
                "add",
                "carl-elk",
                "--kind",
                "person",
                "--name",
                "Carl Elk",
                "--tenure",
                "prime-minister-of-norland@2020-01-01/2022-12-31",
            ),
            ("actor", "set", "ana-cole", "--name", "Ana B. Cole"),
            ("actor", "merge", "a-cole", "ana-cole"),
            ("issue", "set", "dam", "--question", "Should there be a dam?"),
            ("position", "set", "dam", "support", "--score", "0.5", "--rank", "9"),
            ("position", "add", "dam-cost", "fishers-pay", "--label", "fishers", "--definition", "They should."),
            ("coding", "recode", "cole-dam", "--position", "oppose"),
            ("coding", "review", "cole-dam", "--status", "rejected"),
            ("coding", "add", "cole-dam", "--issue", "dam-cost", "--coder", "ruth"),
            ("statement", "retract", "cole-dam", "--reason", "misheard"),
            (
                "statement",
                "add",
                "--speaker",
                "eva-falk",
                "--said",
                "2025-03-01",
                "--article",
                ARTICLE,
                "--quote",
                "mistake of the century",
                "--issue",
                "dam",
                "--position",
                "oppose",
            ),
            ("event", "add", "vote", "--kind", "vote", "--title", "Vote", "--during", "2025-04-01"),
            ("indicator", "add", "tender", "--question", "A tender?", "--counts-if", "There is one."),
            "DELETE FROM stancedb.tenure t USING stancedb.actor a WHERE a.id = t.person_id AND a.slug = 'ben-dahl'",
            "UPDATE stancedb.statement SET said_edtf = '2025-03-02', said = '[2025-03-02,2025-03-03)'",
            "DELETE FROM stancedb.coding",
            "UPDATE stancedb.actor SET slug = 'cole' WHERE slug = 'ana-cole'",
            "WITH gone AS (DELETE FROM stancedb.mention RETURNING 1) DELETE FROM stancedb.coding",
        ],
        ids=lambda change: change[:40] if isinstance(change, str) else " ".join(change[:2]),
    )
    def test_everything_is_as_it_was_before(self, run: Run, spoken_url: str, change: tuple[str, ...] | str) -> None:
        before, stances = contents(spoken_url), answer(run, "stance", "changes", "--with-initial")
        if isinstance(change, str):
            from_psql(spoken_url, change)
        else:
            done(run(*change))
        changed = contents(spoken_url)
        number = last_number(spoken_url)

        done(run("changeset", "undo", number))

        assert changed != before
        assert contents(spoken_url) == before
        assert answer(run, "stance", "changes", "--with-initial") == stances
        assert last_number(spoken_url) == number + 1

        done(run("changeset", "undo", number + 1))

        assert contents(spoken_url) == changed
        now = ("stance", "changes", "--with-initial")
        assert (
            answer(run, *now) == answer(run, *now, "--known-at", number + 2) == answer(run, *now, "--known-at", number)
        )

    @pytest.mark.parametrize(
        "changes",
        [
            [("actor", "set", "norland", "--name", name) for name in ("Northland", "Norland", "Northland", "Norland")],
            [SECOND_CODING, *(OTHER_IS_FINAL.format(sign=sign) for sign in ("=", "<>", "="))],
        ],
        ids=["of a preferred name", "of a final coding"],
    )
    def test_a_value_that_only_one_row_may_have_goes_back_and_forth(
        self, run: Run, spoken_url: str, changes: list[tuple[str, ...] | str]
    ) -> None:
        states = {last_number(spoken_url): contents(spoken_url)}
        for change in changes:
            if isinstance(change, str):
                from_psql(spoken_url, change)
            else:
                done(run(*change))
            states[last_number(spoken_url)] = contents(spoken_url)

        for number in sorted(states)[:0:-1]:
            done(run("changeset", "undo", number))
            assert contents(spoken_url) == states[number - 1]

    def test_a_whole_load_is_taken_back(self, run: Run, spoken_url: str, tmp_path: Path) -> None:
        before = contents(spoken_url)
        sheet = jsonl(
            tmp_path / "more.jsonl",
            {**LINE, "statement": "two", "quote": "We will not ask twice", "links": ["reaffirms:cole-dam"]},
            {**LINE, "statement": "three", "quote": "she declined to say", "act": "decline_to_comment"},
        )
        done(run("statement", "load", sheet))

        rows = answer(run, "changeset", "undo", last_number(spoken_url))

        assert {row["rows"]: row["removed"] for row in rows}["statement"] == 2
        assert contents(spoken_url) == before

    def test_a_dry_run_says_what_would_go_and_takes_nothing_back(self, run: Run, spoken_url: str) -> None:
        number, before = last_number(spoken_url), contents(spoken_url)

        rows = answer(run, "changeset", "undo", number, "--dry-run")

        assert {row["rows"]: row["removed"] for row in rows}["coding"] == 1
        assert (last_number(spoken_url), contents(spoken_url)) == (number, before)

    def test_an_undone_one_names_the_one_that_undid_it(self, run: Run, spoken_url: str) -> None:
        number = last_number(spoken_url)
        done(run("changeset", "undo", number, "-m", "loaded by mistake"))

        second, first = answer(run, "changeset", "list", "--limit", 2)

        assert (second["number"], second["undoes"], second["message"]) == (number + 1, number, "loaded by mistake")
        assert (first["number"], first["undone_by"]) == (number, number + 1)

    @pytest.mark.parametrize("again", [0, 1, 2], ids=["once", "and done again", "and undone again"])
    def test_what_an_undoing_gave_back_is_corrected_by_a_load_if_a_load_wrote_it(
        self, run: Run, spoken_url: str, tmp_path: Path, *, again: int
    ) -> None:
        done(run("statement", "load", jsonl(tmp_path / "wrong.jsonl", {**LINE, "position": "oppose"})))
        for step in range(again + 1):
            done(run("changeset", "undo", last_number(spoken_url)))
            assert answer(run, "coding", "list")[0]["position"] == ("oppose" if step % 2 else "support")

        done(run("statement", "load", jsonl(tmp_path / "right.jsonl", {**LINE, "position": "leaves-open"})))

        assert answer(run, "coding", "list")[0]["position"] == "leaves-open"

    def test_what_an_undoing_gave_back_is_left_alone_by_a_load_if_a_person_wrote_it(
        self, run: Run, spoken_url: str, tmp_path: Path
    ) -> None:
        done(run("coding", "recode", "cole-dam", "--position", "oppose"))
        done(run("coding", "recode", "cole-dam", "--position", "leaves-open"))
        done(run("changeset", "undo", last_number(spoken_url)))

        said = done(run("statement", "load", jsonl(tmp_path / "again.jsonl", LINE))).stderr

        assert "coding: 1 entered or corrected by a user, kept" in said
        assert answer(run, "coding", "list")[0]["position"] == "oppose"

    def test_what_is_undone_is_still_known_at_its_changeset(self, run: Run, spoken_url: str) -> None:
        number = last_number(spoken_url)
        asked = (
            ("statement", "show", "cole-dam"),
            ("stance", "timeline", *DAM),
            ("coding", "list", "--statement", "cole-dam"),
        )
        before = [answer(run, *line, "--known-at", number) for line in asked]

        done(run("changeset", "undo", number))

        assert run("statement", "show", "cole-dam").exit_code == 3
        assert [answer(run, *line, "--known-at", number) for line in asked] == before

    def test_an_actor_that_is_undone_is_still_known_at_its_changeset(self, run: Run, spoken_url: str) -> None:
        done(run("actor", "add", "carl-elk", "--kind", "person", "--name", "Carl Elk"))
        number = last_number(spoken_url)
        done(run("changeset", "undo", number))

        assert run("actor", "show", "carl-elk").exit_code == 3
        assert answer(run, "actor", "show", "carl-elk", "--known-at", number)["name"] == "Carl Elk"


class TestRefusing:
    @pytest.mark.parametrize(
        ("earlier", "later"),
        [
            (("actor", "set", "norland", "--name", "Northland"), ("actor", "set", "norland", "--name", "Nordland")),
            (
                ("actor", "add", "carl", "--kind", "person", "--name", "Carl"),
                ("statement", "add", "--speaker", "carl", "--said", "2025-03-01"),
            ),
            (
                ("issue", "add", "fish", "--question", "What of the fish?"),
                ("position", "add", "fish", "go", "--label", "go", "--definition", "They go."),
            ),
            (
                ("coding", "recode", "cole-dam", "--position", "oppose"),
                ("coding", "review", "cole-dam", "--status", "rejected"),
            ),
            (
                ("event", "add", "vote", "--kind", "vote", "--title", "Vote", "--during", "2025-04-01"),
                ("statement", "add", "--speaker", "ana-cole", "--said", "2025-04-01", "--event", "vote"),
            ),
        ],
        ids=lambda line: " ".join(line[:2]),
    )
    def test_while_later_rows_build_on_it(
        self, run: Run, spoken_url: str, earlier: tuple[str, ...], later: tuple[str, ...]
    ) -> None:
        done(run(*earlier))
        number = last_number(spoken_url)
        done(run(*later))
        before = contents(spoken_url)

        refused = run("changeset", "undo", number)

        assert (refused.exit_code, refused.stdout) == (1, "")
        assert refused.stderr.startswith(f"Error: Changeset {number} cannot be undone, because ")
        assert ". Undo those first" in refused.stderr
        assert refused.stderr.count("\n") == 1
        assert (contents(spoken_url), last_number(spoken_url)) == (before, number + 1)

    def test_not_once_the_later_one_is_undone(self, run: Run, spoken_url: str) -> None:
        before = contents(spoken_url)
        done(run("actor", "set", "norland", "--name", "Northland"))
        done(run("actor", "set", "norland", "--name", "Nordland"))
        number = last_number(spoken_url)

        done(run("changeset", "undo", number))
        done(run("changeset", "undo", number - 1))

        assert contents(spoken_url) == before

    def test_the_one_named_is_the_one_that_is_in_the_way(self, run: Run, spoken_url: str) -> None:
        for name in ("Northland", "Nordland", "Norlund"):
            done(run("actor", "set", "norland", "--name", name))
        last = last_number(spoken_url)
        done(run("changeset", "undo", last))

        refused = run("changeset", "undo", last - 2)

        assert refused.stderr == (
            f"Error: Changeset {last - 2} cannot be undone, because changeset {last - 1} changed what it wrote. Undo "
            "those first, the newest before the others.\n"
        )

    def test_not_once_it_is_done_again(self, run: Run, spoken_url: str) -> None:
        before = contents(spoken_url)
        done(run("actor", "set", "norland", "--name", "Northland"))
        number = last_number(spoken_url)
        done(run("changeset", "undo", number))
        done(run("changeset", "undo", number + 1))

        done(run("changeset", "undo", number))

        assert contents(spoken_url) == before
        listed = answer(run, "changeset", "list", "--limit", 4)
        assert [(row["number"] - number, row["undoes"] and row["undoes"] - number) for row in listed] == [
            (3, 0),
            (2, 1),
            (1, 0),
            (0, None),
        ]
        assert [row["undone_by"] and row["undone_by"] - number for row in listed] == [None, None, 2, 3]

    def test_twice(self, run: Run, spoken_url: str) -> None:
        number = last_number(spoken_url)
        done(run("changeset", "undo", number))
        before = contents(spoken_url)

        again = run("changeset", "undo", number)

        assert (again.exit_code, again.stderr) == (
            1,
            f"Error: Changeset {number} is already undone, by changeset {number + 1}.\n",
        )
        assert contents(spoken_url) == before
        assert last_number(spoken_url) == number + 1

    def test_while_another_is_changing_what_it_wrote(self, run: Run, spoken_url: str, tmp_path: Path) -> None:
        done(run("actor", "set", "norland", "--name", "Northland"))
        number = last_number(spoken_url)

        refused = undone_beside(
            spoken_url, tmp_path, number, "UPDATE stancedb.actor SET name = 'Nordland' WHERE slug = 'norland'"
        )

        assert isinstance(refused, RefusedByRule)
        assert f"because changeset {number + 1} changed what it wrote" in str(refused)
        assert answer(run, "actor", "show", "norland")["name"] == "Nordland"

    def test_twice_at_the_same_time(self, run: Run, spoken_url: str, tmp_path: Path) -> None:
        done(run("actor", "set", "norland", "--name", "Northland"))
        number = last_number(spoken_url)

        refused = undone_beside(spoken_url, tmp_path, number, None)

        assert str(refused) == f"Changeset {number} is already undone, by changeset {number + 1}."
        assert last_number(spoken_url) == number + 1

    def test_the_vocabularies_everything_stands_on(self, run: Run, spoken_url: str) -> None:
        before = contents(spoken_url)

        assert run("changeset", "undo", 1).exit_code == 1
        assert contents(spoken_url) == before
