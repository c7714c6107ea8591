"""A world of Discourse Network Analyzer, written to a file of version 2 or 3."""

from __future__ import annotations

import sqlite3
from pathlib import Path

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
# The concepts have the same slug, or no character that is allowed in a slug.
DO, DONT, CHINESE = "Build the dam!", "Build the dam?", "建大壩"


def units(quote: str) -> tuple[int, int]:
    """Return the position of a quote in DNA: in UTF-16 units of the text as its window shows it."""
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
    """Write the world to a file of a version, with dates some hours behind UTC, and return its path."""
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
            file.execute(
                "INSERT INTO DOCUMENTS VALUES (?, ?, ?, 1, 'A. Writer', ?, 'p. 1', ?, ?, ?)",
                (key, title, body, source, notes, kind, stored),
            )
        for key, document, place, coder, *values in STATEMENTS:
            file.execute("INSERT INTO STATEMENTS VALUES (?, 1, ?, ?, ?, ?)", (key, document, *place, coder))
            for variable, value in enumerate(values, start=1):
                if value is not None:
                    put(file, version, key, variable, value)
        key, document, place, coder = NOTE
        file.execute("INSERT INTO STATEMENTS VALUES (?, 2, ?, ?, ?, ?)", (key, document, *place, coder))
        file.execute("INSERT INTO DATALONGTEXT (StatementId, VariableId, Value) VALUES (?, 5, 'ask Ida')", (key,))
        if version == 3:
            file.execute("UPDATE ENTITIES SET Green = 9 WHERE Value = 'Ana Cole'")
            file.execute("INSERT INTO ATTRIBUTEVARIABLES VALUES (1, 1, 'Type')")
            file.execute("INSERT INTO ATTRIBUTEVALUES VALUES (1, 1, 1, 'politician')")
        else:
            file.execute(
                "INSERT INTO ATTRIBUTES (VariableId, Value, Red, Green, Blue, Type)"
                " VALUES (1, 'Ana Cole', 0, 9, 0, 'politician'), (1, 'Unused', 0, 0, 0, '')"
            )
    file.close()
    return path


def edit(path: Path, *statements: str) -> Path:
    """Run SQL statements on a file, and return its path."""
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()
    return path


def only_of(path: Path, coder: int, called: str = "Admin") -> Path:
    """Keep only the statements of one coder in a file of version 3, under another name, and return its path."""
    return edit(
        path,
        f"DELETE FROM STATEMENTS WHERE Coder <> {coder}",
        f"UPDATE CODERS SET Name = '{called}' WHERE ID = {coder}",
        f"DELETE FROM CODERS WHERE ID <> {coder}",
        *(
            f"DELETE FROM {table} WHERE StatementId NOT IN (SELECT ID FROM STATEMENTS)"
            for table in ("DATABOOLEAN", "DATASHORTTEXT", "DATALONGTEXT")
        ),
    )


def with_numbers(path: Path, yes: int, no: int) -> Path:
    """Make agreement numeric in a file, with values for yes and no, and return its path."""
    return edit(
        path,
        "UPDATE VARIABLES SET DataType = 'integer' WHERE Variable = 'agreement'",
        "INSERT INTO DATAINTEGER (StatementId, VariableId, Value)"
        f" SELECT StatementId, VariableId, CASE Value WHEN 1 THEN {yes} ELSE {no} END FROM DATABOOLEAN",
        "DELETE FROM DATABOOLEAN",
    )


def put(file: sqlite3.Connection, version: int, statement: int, variable: int, value: str | int) -> None:
    """Store one value of a statement in the form of the version."""
    if isinstance(value, int):
        file.execute(
            "INSERT INTO DATABOOLEAN (StatementId, VariableId, Value) VALUES (?, ?, ?)", (statement, variable, value)
        )
        return
    if version == 2:
        file.execute(
            "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Value) VALUES (?, ?, ?)", (statement, variable, value)
        )
        return
    file.execute(
        "INSERT OR IGNORE INTO ENTITIES (VariableId, Value, Red, Green, Blue) VALUES (?, ?, 0, 0, 0)", (variable, value)
    )
    file.execute(
        "INSERT INTO DATASHORTTEXT (StatementId, VariableId, Entity) SELECT ?, ?, ID FROM ENTITIES"
        " WHERE VariableId = ? AND Value = ?",
        (statement, variable, variable, value),
    )
