"""Files of Discourse Network Analyzer: one world in the tables of version 2 and 3, and what becomes of it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stancedb.errors import UnreadableInput
from stancedb.loading.dna_file import open_dna
from stancedb.loading.dna_text import FrozenText
from tests.conftest import Run
from tests.operations.worlds import answer, done, invoker

pytest_plugins = ("tests.operations.worlds",)

VERSIONS = pytest.mark.parametrize("version", [2, 3])
# Midnight of 1 March 2025 in UTC.
DAY = 1_740_787_200
TEXT = "Ana Cole \N{FISH}\N{FISH} spoke: build it.  \r\nCafe\u0301 owners said no. We waver, said Li.\r\n"
PLAIN = "The house met. Nobody knows."
# Key, title, text, source, type, notes, date.
DOCUMENTS = [
    (1, "The dam", TEXT, "The Herald", "news", "from the archive", DAY),
    (2, "", PLAIN, "", "clipping", "", DAY),
    (3, "Nothing", "", "The Herald", "", "", DAY),
    (4, "Undated", PLAIN + " Then it rose.", "Le Jour", "", "", None),
]
TYPES = {1: "DNA Statement", 2: "Annotation"}
VARIABLES = [
    (1, "person", "short text", 1),
    (2, "organization", "short text", 1),
    (3, "concept", "short text", 1),
    (4, "agreement", "boolean", 1),
    (5, "note", "long text", 2),
]
CODERS = {1: "Admin", 2: "Ida", 3: "Bo"}
# The concepts fold to one slug, or have no letter of the slug at all.
DO, DONT, CHINESE = "Build the dam!", "Build the dam?", "建大壩"


def units(quote: str) -> tuple[int, int]:
    """Return where the program has a quote: in units of UTF-16 of the text as its window shows it."""
    shown = TEXT.replace("\r\n", "\n")
    start = len(shown[: shown.index(quote)].encode("utf-16-le")) // 2
    return start, start + len(quote.encode("utf-16-le")) // 2


SPOKE, OWNERS, WAVER = units("build it"), units("Cafe\u0301 owners said no"), units("e waver")
# Key, document, place, coder, person, organization, concept, agreement.
STATEMENTS: list[tuple[int, int, tuple[int, int], int, str, str, str, int | None]] = [
    (1, 1, SPOKE, 2, "Ana Cole", "Norland", DO, 1),
    (2, 1, SPOKE, 3, "Ana Cole", "Norland", DO, 1),
    (3, 1, SPOKE, 2, "Ana Cole", "Norland", DONT, 0),
    (4, 1, SPOKE, 2, "Ana Cole", "Norland", DO, 1),
    (5, 1, OWNERS, 2, "", "Cafés of Norland", CHINESE, 0),
    (6, 1, OWNERS, 3, "", "Cafés of Norland", CHINESE, 1),
    (7, 1, WAVER, 2, "Li", "", DO, 1),
    (8, 1, WAVER, 2, "Li", "", DO, 0),
    (9, 1, WAVER, 2, "Li", "", "", None),
    (10, 2, (0, 13), 2, "", "", DO, 1),
    (11, 2, (15, 27), 2, "Li", "", DO, None),
    (12, 2, (20, 99), 2, "Li", "", DO, 1),
    (13, 3, (0, 5), 2, "Li", "", DO, 1),
    (14, 4, (0, 8), 2, "Li", "", DO, 1),
]
NOTE = (15, 1, SPOKE, 3)
TABLES = {
    2: """
CREATE TABLE SETTINGS (Property TEXT PRIMARY KEY, Value TEXT);
CREATE TABLE CODERS (ID INTEGER PRIMARY KEY, Name TEXT, Red INTEGER, Green INTEGER, Blue INTEGER, Password TEXT);
CREATE TABLE DOCUMENTS (ID INTEGER PRIMARY KEY, Title TEXT, Text TEXT, Coder INTEGER, Author TEXT, Source TEXT,
    Section TEXT, Notes TEXT, Type TEXT, Date INTEGER);
CREATE TABLE STATEMENTTYPES (ID INTEGER PRIMARY KEY, Label TEXT, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE VARIABLES (ID INTEGER PRIMARY KEY, Variable TEXT, DataType TEXT, StatementTypeId INTEGER);
CREATE TABLE REGEXES (Label TEXT PRIMARY KEY, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE STATEMENTS (ID INTEGER PRIMARY KEY, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER,
    Stop INTEGER, Coder INTEGER);
CREATE TABLE STATEMENTLINKS (ID INTEGER PRIMARY KEY, SourceId INTEGER, TargetId INTEGER);
CREATE TABLE DATABOOLEAN (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, StatementTypeId INTEGER,
    Value INTEGER);
CREATE TABLE DATAINTEGER (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE DATASHORTTEXT (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value TEXT);
CREATE TABLE DATALONGTEXT (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value TEXT);
CREATE TABLE ATTRIBUTES (ID INTEGER PRIMARY KEY, VariableId INTEGER, Value TEXT, Red INTEGER, Green INTEGER,
    Blue INTEGER, Type TEXT, Alias TEXT, Notes TEXT, ChildOf TEXT);
""",
    3: """
CREATE TABLE SETTINGS (Property TEXT PRIMARY KEY, Value TEXT NOT NULL);
CREATE TABLE CODERS (ID INTEGER PRIMARY KEY, Name TEXT NOT NULL, Red INTEGER, Green INTEGER, Blue INTEGER,
    Password TEXT NOT NULL, PermissionEditRegex INTEGER);
CREATE TABLE DOCUMENTS (ID INTEGER PRIMARY KEY, Title TEXT NOT NULL, Text TEXT NOT NULL, Coder INTEGER, Author TEXT,
    Source TEXT, Section TEXT, Notes TEXT, Type TEXT, Date INTEGER);
CREATE TABLE STATEMENTTYPES (ID INTEGER PRIMARY KEY, Label TEXT, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE VARIABLES (ID INTEGER PRIMARY KEY, Variable TEXT, DataType TEXT, StatementTypeId INTEGER);
CREATE TABLE VARIABLELINKS (ID INTEGER PRIMARY KEY, SourceVariableId INTEGER, TargetVariableId INTEGER);
CREATE TABLE REGEXES (Label TEXT PRIMARY KEY, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE STATEMENTS (ID INTEGER PRIMARY KEY, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER,
    Stop INTEGER, Coder INTEGER);
CREATE TABLE DATABOOLEAN (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE DATAINTEGER (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value INTEGER);
CREATE TABLE ENTITIES (ID INTEGER PRIMARY KEY, VariableId INTEGER, Value TEXT, Red INTEGER, Green INTEGER,
    Blue INTEGER, ChildOf INTEGER, UNIQUE (VariableId, Value));
CREATE TABLE DATASHORTTEXT (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Entity INTEGER);
CREATE TABLE DATALONGTEXT (ID INTEGER PRIMARY KEY, StatementId INTEGER, VariableId INTEGER, Value TEXT);
CREATE TABLE ATTRIBUTEVARIABLES (ID INTEGER PRIMARY KEY, VariableId INTEGER, AttributeVariable TEXT);
CREATE TABLE ATTRIBUTEVALUES (ID INTEGER PRIMARY KEY, EntityId INTEGER, AttributeVariableId INTEGER,
    AttributeValue TEXT);
""",
}


def dna(path: Path, version: int = 3, *, said: str | None = None, hours: int = 0) -> Path:
    """Write the world to a file of a version, its dates by a clock some hours behind UTC, and return its path."""
    path.parent.mkdir(exist_ok=True)
    with sqlite3.connect(path) as file:
        file.executescript(TABLES[version])
        file.execute("INSERT INTO SETTINGS VALUES ('version', ?)", (said or f"{version}.0.7",))
        file.execute("INSERT INTO REGEXES VALUES ('dam[ms]', 0, 0, 0)")
        for key, name in CODERS.items():
            file.execute("INSERT INTO CODERS (ID, Name, Password) VALUES (?, ?, 'hash of a secret')", (key, name))
        for key, label in TYPES.items():
            file.execute("INSERT INTO STATEMENTTYPES (ID, Label) VALUES (?, ?)", (key, label))
        file.executemany("INSERT INTO VARIABLES VALUES (?, ?, ?, ?)", VARIABLES)
        for key, title, body, source, kind, notes, day in DOCUMENTS:
            stored = None if day is None else (day + hours * 3600) * (1000 if version == 2 else 1)
            file.execute("INSERT INTO DOCUMENTS VALUES (?, ?, ?, 1, 'A. Writer', ?, 'p. 1', ?, ?, ?)",
                         (key, title, body, source, notes, kind, stored))  # fmt: skip
        for key, document, place, coder, *values in STATEMENTS:
            file.execute("INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, ?)", (key, document, *place, coder))
            for variable, value in enumerate(values, start=1):
                if value is not None:
                    put(file, version, key, variable, value)
        key, document, place, coder = NOTE
        file.execute("INSERT INTO STATEMENTS VALUES (?, 2, ?, ?, ?, ?)", (key, document, *place, coder))
        file.execute("INSERT INTO DATALONGTEXT (StatementId, VariableId, Value) VALUES (?, 5, 'ask Ida')", (key,))
        if version == 3:
            file.execute("INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 1, 'Type')")
            file.execute("INSERT INTO ATTRIBUTEVALUES VALUES (1, 1, 1, 'politician')")
        else:
            file.execute("INSERT INTO ATTRIBUTES (VariableId, Value, Red, Green, Blue, Type)"
                         " VALUES (1, 'Ana Cole', 0, 9, 0, 'politician'), (1, 'Unused', 0, 0, 0, '')")  # fmt: skip
    file.close()
    return path


def put(file: sqlite3.Connection, version: int, statement: int, variable: int, value: str | int) -> None:
    """Store one value of a statement as the version does."""
    if isinstance(value, int):
        file.execute("INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (?, ?, ?)",
                     (statement, variable, value))  # fmt: skip
        return
    if version == 2:
        file.execute("INSERT INTO DATASHORTTEXT (StatementId, VariableId, Value) VALUES (?, ?, ?)",
                     (statement, variable, value))  # fmt: skip
        return
    file.execute("INSERT OR IGNORE INTO ENTITIES (VariableId, Value, Red, Green, Blue) VALUES (?, ?, 9, 0, 0)",
                 (variable, value))  # fmt: skip
    file.execute("INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity) SELECT ?, ?, ID FROM ENTITIES"
                 " WHERE VariableId = ? AND Value = ?", (statement, variable, variable, value))  # fmt: skip


@pytest.fixture
def run(small_url: str, tmp_path: Path) -> Run:
    """Give a function that runs one line of ``stancedb`` on the small world."""
    return invoker(small_url, tmp_path)


@pytest.fixture
def rows(small_url: str) -> Any:  # noqa: ANN401 - a function
    """Give a function that returns the rows of a query on the small world."""

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
def test_what_is_in_the_file_is_loaded_or_left_and_told(run: Run, tmp_path: Path, version: int) -> None:
    path = dna(tmp_path / "dams.dna", version)
    lines = answer(run, "dna", "load", path)
    file = {line["kind"]: line for line in lines if line["side"] == "file"}
    database = {line["kind"]: line["inserted"] for line in lines if line["side"] == "database"}

    assert {kind for kind, line in file.items() if line["in_file"] != line["loaded"] + line["not_taken"]} == set()
    with sqlite3.connect(path) as source:
        for kind, tables in {
            "document": ["DOCUMENTS"], "statement": ["STATEMENTS"], "coder": ["CODERS"], "search term": ["REGEXES"],
            "value": ["DATABOOLEAN", "DATASHORTTEXT", "DATALONGTEXT"],
        }.items():  # fmt: skip
            found = sum(source.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)
            assert file[kind]["in_file"] == found, kind
    source.close()
    assert (file["document"]["loaded"], file["document"]["why"]) == (3, "1 without a text")
    assert file["statement"]["loaded"] == 9
    assert set(file["statement"]["why"].split("; ")) == {
        "1 of the type 'Annotation'", "1 the same as another of the same coder", "1 marking nothing of the text",
        "1 naming neither a person nor an organization", "1 in a document that is not taken",
        "1 in a document without a date",
    }  # fmt: skip
    assert (file["concept"]["loaded"], file["organization"]["loaded"]) == (3, 2)
    # One statement has no concept, and one of version 2 is of nobody's.
    assert (database["article"], database["issue"], database["coding"]) == (3, 3, 8)
    assert database["actor"] == file["person"]["loaded"] + file["organization"]["loaded"]
    assert file["attribute Type"]["why"] == "1 no place here"


@VERSIONS
def test_quotes_stand_where_they_were_marked_and_coders_stay_apart(
    run: Run, rows: Any, tmp_path: Path, version: int  # noqa: ANN401
) -> None:  # fmt: skip
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
    # What two coders mark at one place is one statement; what one coder contradicts there is a second.
    assert rows("SELECT count(*) FROM stancedb.statement") == [(5,)]


def test_a_second_load_changes_nothing_from_whichever_version(run: Run, tmp_path: Path) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna", 3)))
    path = dna(tmp_path / "again" / "dams.dna", 2)
    with sqlite3.connect(path) as file:
        file.execute("DELETE FROM ATTRIBUTES WHERE Value = 'Unused'")
    file.close()

    lines = answer(run, "dna", "load", path)

    assert sum((line["inserted"] or 0) + (line["updated"] or 0) for line in lines) == 0


def test_namesakes_stay_apart_and_the_outlet_of_the_name_is_taken(run: Run, rows: Any, tmp_path: Path) -> None:  # noqa: ANN401
    done(run("dna", "load", dna(tmp_path / "dams.dna")))

    assert len(rows("SELECT slug FROM stancedb.actor WHERE name = 'Ana Cole'")) == 2
    assert rows("SELECT o.slug FROM stancedb.article a JOIN stancedb.outlet o ON o.id = a.outlet_id"
                " WHERE a.title = 'The dam' AND a.slug LIKE 'dams/%'") == [("herald",)]  # fmt: skip
    assert len({slug for (slug,) in rows("SELECT slug FROM stancedb.issue WHERE slug LIKE 'dams/%'")}) == 3


def test_a_person_and_whom_they_speak_for_may_both_hold_it(run: Run, rows: Any, tmp_path: Path) -> None:  # noqa: ANN401
    done(run("dna", "load", dna(tmp_path / "dams.dna"), "--holder", "both", "--authority", "4"))

    held = rows("SELECT h.kind, c.basis, st.authority FROM stancedb.coding c"
                " JOIN stancedb.actor h ON h.id = c.holder_id"
                " JOIN stancedb.statement st ON st.id = c.statement_id JOIN stancedb.issue i ON i.id = c.issue_id"
                f" WHERE i.question = '{DONT}' ORDER BY 1")  # fmt: skip
    assert held == [("organization", "on_behalf", 4), ("person", "self", 4)]


def test_no_statement_names_the_passwords_and_the_connection_refuses_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dna(tmp_path / "dams.dna")
    asked: list[str] = []
    connect = sqlite3.connect

    def traced(*given: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401 - handed through
        connection = connect(*given, **named)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    done(run("dna", "load", path))

    assert any("FROM CODERS" in sql for sql in asked)
    assert [sql for sql in asked if "password" in sql.lower() or "CODERS.*" in sql or "* FROM" in sql] == []
    with pytest.raises(UnreadableInput, match="prohibited"), open_dna(path) as file:
        file.counted("SELECT Password, 1 FROM CODERS")


def test_another_file_of_the_name_is_refused_until_it_gets_one_of_its_own(run: Run, tmp_path: Path) -> None:
    done(run("dna", "load", dna(tmp_path / "dams.dna")))
    path = dna(tmp_path / "other" / "dams.dna")
    with sqlite3.connect(path) as file:
        file.execute("UPDATE DOCUMENTS SET Text = 'Of another dam: ' || Text")
    file.close()

    refused = run("dna", "load", path)
    assert refused.exit_code == 1
    assert "give this one another name with --name" in refused.stderr
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


def test_the_good_statements_are_loaded_although_others_are_refused(run: Run, rows: Any, tmp_path: Path) -> None:  # noqa: ANN401
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


def test_dates_of_version_2_need_the_zone_they_were_entered_in(run: Run, rows: Any, tmp_path: Path) -> None:  # noqa: ANN401
    path = dna(tmp_path / "dams.dna", 2, hours=-1)

    assert "--zone" in run("dna", "load", path).stderr
    done(run("dna", "load", path, "--zone", "Europe/Berlin"))
    assert rows("SELECT DISTINCT said_edtf FROM stancedb.statement") == [("2025-03-01",)]


def test_a_time_of_the_day_is_told_and_leaves_the_day(run: Run, rows: Any, tmp_path: Path) -> None:  # noqa: ANN401
    told = done(run("dna", "load", dna(tmp_path / "dams.dna", hours=20))).stderr

    assert "3 documents have a time of the day" not in told
    assert "2 documents have a time of the day" in told
    assert rows("SELECT DISTINCT said_edtf FROM stancedb.statement") == [("2025-03-01",)]


def other(path: Path, what: str) -> Path:
    """Write a file that is none, or none that is read."""
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
    elif what == "open":
        dna(path)
        path.with_name(f"{path.name}-wal").write_bytes(b"pages")
    return path


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("xml", "this is a file of version 1 (XML)"),
        ("words", "this is no file of DNA"),
        ("profile", "import that database into a new SQLite file first"),
        ("sqlite", "this SQLite database has no tables of DNA"),
        ("newer", "it is of version 4.0.0 of DNA, and versions 2 and 3 are read"),
        ("roles", "a newer form of DNA"),
        ("damaged", "the database is damaged"),
        ("open", "it is open in another program"),
        ("missing", "there is no such file"),
    ],
)
def test_any_other_file_is_refused_in_one_sentence(small_once: str, tmp_path: Path, what: str, sentence: str) -> None:
    result = invoker(small_once, tmp_path)("dna", "load", other(tmp_path / "dams.dna", what))

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


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
