"""Files of Discourse Network Analyzer become articles, actors, issues and codings, and the rest is counted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.errors import UnreadableInput
from stancedb.loading.dna.text import FrozenText
from stancedb.reading.dna.file import open_dna
from tests.support.dna_files import CHINESE, DO, DONT, dna, put
from tests.support.plugin import Run
from tests.support.worlds import answer, done, invoker

pytest_plugins = ("tests.support.worlds",)

VERSIONS = pytest.mark.parametrize("version", [2, 3])


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Provide a function that runs a ``stancedb`` command on the small world."""
    return invoker(small_url, tmp_path)


Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture
def rows(small_url: str) -> Rows:
    """Provide a function that returns the rows of a query on the small world."""

    def asked(query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(small_url) as connection:
            return connection.execute(query.encode()).fetchall()

    return asked


CODED = (
    "SELECT m.quote, s.name, h.name, i.question, p.slug, k.name, c.status, c.is_final FROM stancedb.coding c"
    " JOIN stancedb.statement st ON st.id = c.statement_id JOIN stancedb.mention m ON m.statement_id = st.id"
    " JOIN stancedb.actor s ON s.id = st.speaker_id JOIN stancedb.actor h ON h.id = c.holder_id"
    " JOIN stancedb.issue i ON i.id = c.issue_id JOIN stancedb.coder k ON k.id = c.coder_id"
    " LEFT JOIN stancedb.position p ON p.id = c.position_id"
)


@VERSIONS
def test_everything_in_the_file_is_loaded_or_reported(run: Run, tmp_path: Path, version: int) -> None:
    path = dna(tmp_path / "dams.dna", version)
    lines = answer(run, "dna", "load", path)
    file = {line["kind"]: line for line in lines if line["side"] == "file"}
    database = {line["kind"]: line["inserted"] for line in lines if line["side"] == "database"}

    assert {kind for kind, line in file.items() if line["in_file"] != line["loaded"] + line["not_taken"]} == set()
    with sqlite3.connect(path) as source:
        for kind, tables in {
            "document": ["DOCUMENTS"],
            "statement": ["STATEMENTS"],
            "coder": ["CODERS"],
            "search term": ["REGEXES"],
            "value": ["DATABOOLEAN", "DATASHORTTEXT", "DATALONGTEXT"],
        }.items():
            found = sum(source.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
            assert file[kind]["in_file"] == found, kind
    source.close()
    assert (file["document"]["loaded"], file["document"]["why"]) == (3, "1 without a text")
    assert file["statement"]["loaded"] == 9
    assert set(file["statement"]["why"].split("; ")) == {
        "1 of the type 'Annotation'",
        "1 duplicate of the same coder",
        "1 without marked text",
        "1 without a person or an organization",
        "1 in a document that is not loaded",
        "1 in a document without a date",
    }
    assert (file["concept"]["loaded"], file["organization"]["loaded"]) == (3, 2)
    # One statement has no concept, and one of version 2 has no speaker.
    assert (database["article"], database["issue"], database["coding"]) == (3, 3, 8)
    assert database["actor"] == file["person"]["loaded"] + file["organization"]["loaded"]
    assert (file["attribute Type"]["loaded"], file["colour of an entity"]["loaded"]) == (1, 1)


@VERSIONS
def test_quotes_are_where_they_were_marked_and_coders_stay_separate(
    run: Run, rows: Rows, tmp_path: Path, version: int
) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna", version)))

    bo, ida = "dams/bo", "dams/ida"
    cole, cafes, li = ("Ana Cole", "Norland"), ("Cafés of Norland",) * 2, ("Li", "Li")
    assert set(rows(CODED)) == {
        ("build it", *cole, DO, "support", ida, "accepted", True),
        ("build it", *cole, DO, "support", bo, "accepted", False),
        ("build it", *cole, DONT, "oppose", ida, "accepted", True),
        ("Café owners said no", *cafes, CHINESE, "oppose", ida, "submitted", False),
        ("Café owners said no", *cafes, CHINESE, "support", bo, "submitted", False),
        ("e waver", *li, DO, "support", ida, "accepted", True),
        ("e waver", *li, DO, "oppose", ida, "accepted", True),
        ("Nobody knows", *li, DO, None, ida, "draft", False),
    }
    # What two coders mark at one place is one statement; a contradiction by one coder there is a second statement.
    assert rows("SELECT count(*) FROM stancedb.statement") == [(5,)]


def test_a_second_load_changes_nothing_from_whichever_version(run: Run, tmp_path: Path) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna", 3)))
    path = dna(tmp_path / "again" / "dams.dna", 2)
    with sqlite3.connect(path) as file:
        file.execute("DELETE FROM ATTRIBUTES WHERE Value = 'Unused'")
        file.execute("DELETE FROM STATEMENTS WHERE ID = 3")
    file.close()

    told = done(run("dna", "load", path, "--format", "json"))

    assert sum((line["inserted"] or 0) + (line["updated"] or 0) for line in json.loads(told.stdout)) == 0
    assert "Codings of an earlier load that are no longer in the file, kept: 1\n" in told.stderr


def test_codings_count_once_their_coders_agree_or_have_answered(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    with sqlite3.connect(path) as file:
        file.execute("UPDATE DATABOOLEAN SET Value = 0 WHERE StatementId = 6")
        put(file, 3, 11, 4, 1)
    file.close()

    done(run("dna", "load", path))

    again = rows(CODED)
    assert [row[-2:] for row in again if row[3] == CHINESE and row[5] == "dams/ida"] == [("accepted", True)]
    assert [row[-2:] for row in again if row[3] == CHINESE and row[5] == "dams/bo"] == [("accepted", False)]
    assert [row[4:] for row in again if row[0] == "Nobody knows"] == [("support", "dams/ida", "accepted", True)]
    assert "nothing to change" in done(run("dna", "load", path)).stderr


def test_what_a_person_decided_between_coders_outlasts_a_second_load(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    done(run("dna", "load", path))
    ((statement, issue),) = rows(
        "SELECT st.slug, i.slug FROM stancedb.coding c JOIN stancedb.statement st ON st.id = c.statement_id"
        " JOIN stancedb.issue i ON i.id = c.issue_id JOIN stancedb.coder k ON k.id = c.coder_id"
        " WHERE k.name = 'dams/bo' AND c.status = 'submitted'"
    )
    decided = ("--coder", "dams/bo", "--status", "accepted", "--final")
    done(run("coding", "review", statement, "--issue", issue, *decided))

    told = done(run("dna", "load", path)).stderr

    assert "nothing to change" in told
    final = "SELECT k.name FROM stancedb.coding c JOIN stancedb.coder k ON k.id = c.coder_id"
    assert rows(f"{final} JOIN stancedb.issue i ON i.id = c.issue_id WHERE i.slug = '{issue}' AND c.is_final") == [
        ("dams/bo",)
    ]


def test_namesakes_stay_apart_and_the_outlet_of_the_name_is_taken(run: Run, rows: Rows, tmp_path: Path) -> None:
    for name in ("dams", "rivers", "floods"):
        done(run("dna", "load", dna(tmp_path / f"{name}.dna")))

    assert len(rows("SELECT slug FROM stancedb.actor WHERE name = 'Ana Cole'")) == 4
    assert rows("SELECT DISTINCT count(*) FROM stancedb.actor_identifier WHERE scheme = 'dna' GROUP BY actor_id") == [
        (1,)
    ]
    assert rows(
        "SELECT o.slug FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id"
        " WHERE a.title = 'The dam' AND a.slug LIKE 'dams/%'"
    ) == [("herald",)]
    assert len({slug for (slug,) in rows("SELECT slug FROM stancedb.issue WHERE slug LIKE 'dams/%'")}) == 3


def test_a_person_and_whom_they_speak_for_may_both_hold_it(run: Run, rows: Rows, tmp_path: Path) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna"), "--holder", "both", "--authority", "4"))

    held = rows(
        "SELECT h.kind, c.basis, st.authority FROM stancedb.coding c"
        " JOIN stancedb.actor h ON h.id = c.holder_id"
        " JOIN stancedb.statement st ON st.id = c.statement_id JOIN stancedb.issue i ON i.id = c.issue_id"
        f" WHERE i.question = '{DONT}' ORDER BY 1"
    )
    assert held == [("organization", "on_behalf", 4), ("person", "self", 4)]


def test_no_statement_names_the_passwords_and_the_connection_refuses_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dna(tmp_path / "dams.dna")
    asked: list[str] = []
    connect = sqlite3.connect

    def traced(*given: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*given, **named)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    done(run("dna", "load", path))

    assert any("FROM CODERS" in sql for sql in asked)
    assert [sql for sql in asked if "password" in sql.lower() or "CODERS.*" in sql or "* FROM" in sql] == []
    with pytest.raises(UnreadableInput, match="prohibited"), open_dna(path) as file:
        file.ask("SELECT Password, 1 FROM CODERS")


def test_another_file_of_the_same_name_is_refused_until_it_gets_another_name(run: Run, tmp_path: Path) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna")))
    path = dna(tmp_path / "other" / "dams.dna")
    with sqlite3.connect(path) as file:
        file.execute("UPDATE DOCUMENTS SET Text = 'Of another dam: ' || Text")
    file.close()

    refused = run("dna", "load", path)
    assert refused.exit_code == 1
    assert "Give this file another name with --name" in refused.stderr
    done(run("dna", "load", path, "--name", "other dams"))


def test_variables_of_other_names_are_named(run: Run, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna")
    with sqlite3.connect(path) as file:
        file.execute("UPDATE VARIABLES SET Variable = 'claim' WHERE ID = 3")
    file.close()

    refused = run("dna", "load", path)
    assert refused.exit_code == 1
    assert "DNA Statement: person, organization, claim, agreement" in refused.stderr
    lines = answer(run, "dna", "load", path, "--concept", "claim", "--dry-run")
    assert [line["loaded"] for line in lines if line["kind"] == "statement"] == [9, None]


def test_the_good_statements_are_loaded_although_others_are_refused(run: Run, rows: Rows, tmp_path: Path) -> None:
    path, uncoded = dna(tmp_path / "dams.dna"), dna(tmp_path / "before" / "dams.dna")
    with sqlite3.connect(uncoded) as file:
        file.execute("DELETE FROM STATEMENTS")
    file.close()
    done(run("dna", "load", uncoded))
    ((article,),) = rows("SELECT slug FROM stancedb.article WHERE title = 'The dam' AND slug LIKE 'dams/%'")
    done(run("article", "retract", article, "--reason", "a forgery"))

    refused = run("dna", "load", path, "--format", "json")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "dams.dna, statement 1: article" in refused.stderr
    loaded = run("dna", "load", path, "--keep-going", "--format", "json")
    assert loaded.exit_code == 1
    (line, _) = (line for line in json.loads(loaded.stdout) if line["kind"] == "statement")
    assert (line["in_file"], line["loaded"], line["not_taken"]) == (15, 1, 14)
    assert "8 refused" in line["why"]


def test_dates_of_version_2_need_the_zone_they_were_entered_in(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna", 2, hours=-1)

    assert "--zone" in run("dna", "load", path).stderr
    done(run("dna", "load", path, "--zone", "Europe/Berlin"))
    assert rows("SELECT DISTINCT said_edtf FROM stancedb.statement") == [("2025-03-01",)]


def test_a_time_of_the_day_is_the_instant_and_leaves_the_day(run: Run, rows: Rows, tmp_path: Path) -> None:
    path = dna(tmp_path / "dams.dna", hours=20)
    told = done(run("dna", "load", path, "--dry-run")).stderr
    done(run("dna", "load", path, "--zone", "Asia/Tokyo"))

    assert "in UTC; use --zone for another time zone: 2\n" in told
    instants = (
        "SELECT DISTINCT published_edtf, published_at AT TIME ZONE 'UTC' FROM stancedb.article WHERE slug ~ 'dams'"
    )
    assert [(day, str(at)) for day, at in rows(instants) if day] == [("2025-03-01", "2025-03-01 11:00:00")]
    assert rows("SELECT DISTINCT said_edtf FROM stancedb.statement") == [("2025-03-01",)]


# The tables of a valid file, and of a damaged one.
DAMAGE = {
    "schema": (b"CREATE TABLE CODERS (ID", b"CREATE TABLE CODERS [\xe5D"),
    "token": (b"CREATE TABLE CODERS (ID", b"CREATE TABLE CODERS (\x1cD"),
    "text": (b"The Herald", b"T\xff\x1b Herald"),
}


def other(path: Path, what: str) -> Path:
    """Write a file that is not a DNA file, or not readable."""
    if what == "xml":
        path.write_text('<?xml version="1.0"?><discourse><version>1.31</version></discourse>')
    elif what == "words":
        path.write_text("not a database")
    elif what == "profile":
        path.write_text('{"type": "mysql", "url": "db.example.org"}')
    elif what == "sqlite":
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE note (words TEXT)")
        file.close()
    elif what == "newer":
        dna(path, said="4.0.0")
    elif what == "roles":
        dna(path)
        with sqlite3.connect(path) as file:
            file.execute("CREATE TABLE ROLES (ID INTEGER)")
        file.close()
    elif what == "damaged":
        dna(path)
        path.write_bytes(path.read_bytes()[:12_288])
    elif what in DAMAGE:
        dna(path)
        path.write_bytes(path.read_bytes().replace(*DAMAGE[what]))
    elif what == "open":
        dna(path)
        path.with_name(f"{path.name}-wal").write_bytes(b"pages")
    return path


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("xml", "This is a file of DNA version 1 (XML)"),
        ("words", "Not a DNA file"),
        ("profile", "import that database into a new SQLite file first"),
        ("sqlite", "This SQLite database has no DNA tables."),
        ("newer", "The file is of DNA version 4.0.0; only versions 2 and 3 are supported."),
        ("roles", "a newer DNA format"),
        ("damaged", "The database is damaged"),
        ("schema", "The schema of the database is damaged"),
        ("token", r'unrecognized token: "\x1c"'),
        ("text", r"A text in the file is not UTF-8; it begins with 'T\\xff\x1b Herald'."),
        ("open", "The file is open in another program"),
        ("missing", "There is no such file."),
    ],
)
def test_any_other_file_is_refused_in_one_sentence(small_once: str, tmp_path: Path, what: str, sentence: str) -> None:
    result = invoker(small_once, tmp_path)("dna", "load", other(tmp_path / "dams.dna", what))

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_address_of_a_server_is_not_a_file(small_once: str, tmp_path: Path) -> None:
    result = invoker(small_once, tmp_path)("dna", "load", "mysql://db.example.org/dams")

    assert result.exit_code == 1
    assert "import that database into a new SQLite file first" in result.stderr


@pytest.mark.parametrize(
    ("stored", "marked", "meant"),
    [
        ("a\r\nb \r\ncd", (5, 7), "cd"),
        ("\N{FISH} swims", (3, 8), "swims"),
        ("\n\n  indented", (4, 12), "indented"),
        ("e\u0301te\u0301 ends", (0, 5), "été"),
        ("e\u0301te\u0301 ends", (6, 10), "ends"),
        ("\ufeffhead", (1, 5), "head"),
        ("form\ffeed", (5, 9), "feed"),
        ("short", (3, 6), None),
    ],
)
def test_a_place_in_the_window_is_found_in_the_frozen_text(
    stored: str, marked: tuple[int, int], meant: str | None
) -> None:
    frozen = FrozenText(stored)
    span = frozen.span(*marked)

    assert (span and frozen.body[span.start : span.end]) == meant
