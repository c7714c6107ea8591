"""A file of Discourse Network Analyzer, version 2 or 3: the rows of its SQLite tables, read and never written.

Both versions keep one value a variable of each coded statement. Version 2 keeps short texts themselves and the dates of
documents as milliseconds in the zone of the machine; version 3 keeps a key of the table of entities, and the clock on
the wall as seconds. The passwords of the coders stay unread: the connection itself refuses the column.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancedb.errors import UnreadableInput
from stancedb.reading.decoding import open_file
from stancedb.records.characters import shown

SHORT, LONG, YES_NO, NUMBER = "short text", "long text", "boolean", "integer"
# Where the values of each type of data are kept.
VALUES = {SHORT: "DATASHORTTEXT", LONG: "DATALONGTEXT", YES_NO: "DATABOOLEAN", NUMBER: "DATAINTEGER"}

_SIGNATURE = b"SQLite format 3\x00"
_OF_BOTH = {
    "SETTINGS": "Property Value",
    "CODERS": "ID Name",
    "DOCUMENTS": "ID Title Text Coder Author Source Section Notes Type Date",
    "STATEMENTTYPES": "ID Label",
    "VARIABLES": "ID Variable DataType StatementTypeId",
    "STATEMENTS": "ID StatementTypeId DocumentId Start Stop Coder",
    "DATABOOLEAN": "StatementId VariableId Value",
    "DATAINTEGER": "StatementId VariableId Value",
    "DATALONGTEXT": "StatementId VariableId Value",
}
_OLD, _NEW = 2, 3
# The tables and columns that are read, by version.
_READ = {
    _OLD: {
        **_OF_BOTH,
        "DATASHORTTEXT": "StatementId VariableId Value",
        "ATTRIBUTES": "VariableId Value Red Green Blue Type Alias Notes ChildOf",
    },
    _NEW: {
        **_OF_BOTH,
        "DATASHORTTEXT": "StatementId VariableId Entity",
        "ENTITIES": "ID VariableId Value Red Green Blue ChildOf",
        "ATTRIBUTEVARIABLES": "ID VariableId AttributeVariable",
        "ATTRIBUTEVALUES": "EntityId AttributeVariableId AttributeValue",
    },
}
# In version 2 a value may be used without a row of its own.
_OLD_ENTITIES = "SELECT VariableId, Value FROM ATTRIBUTES UNION SELECT VariableId, Value FROM DATASHORTTEXT"
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a type of statements."""

    id: int
    name: str
    data_type: str
    type_id: int


@dataclass(frozen=True, slots=True)
class Document:
    """One row of the documents; a column that is null is empty, a date that is no number is None."""

    id: int
    title: str
    text: str
    author: str
    source: str
    section: str
    notes: str
    type: str
    date: int | None


@dataclass(frozen=True, slots=True)
class Marked:
    """One coded stretch of a document, with the values of the variables that were asked for.

    Attributes:
        id: Its key in the file.
        document_id: The document.
        start: Where it begins, as the program counts.
        stop: Where it ends.
        coder_id: Who marked it.
        values: The value by role; None where there is no row.
    """

    id: int
    document_id: int
    start: int
    stop: int
    coder_id: int
    values: Mapping[str, Any]


@contextmanager
def open_dna(path: Path) -> Iterator[DnaFile]:
    """Open a file of version 2 or 3 for reading.

    Raises:
        UnreadableInput: It is another kind of file, of another version, damaged, or being written to.
    """
    source = str(path)
    if source == "-":
        raise UnreadableInput(source=source, reason="a database does not come by standard input; name the file")
    # A path has lost one of the two strokes of an address.
    if re.match(r"[a-z]{2,}:/", source):
        reason = "this is the address of a server; in DNA, import that database into a new SQLite file first"
        raise UnreadableInput(source=source, reason=reason)
    with open_file(path) as file:
        _check_head(file.read(4096), source)
    for beside in (f"{source}-journal", f"{source}-wal"):
        if Path(beside).exists() and Path(beside).stat().st_size:
            raise UnreadableInput(
                source=source, reason=f"it is open in another program, which left '{beside}'; close it"
            )
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield DnaFile(connection, source)
    except sqlite3.DatabaseError as error:
        said = str(error)
        said = said if said.isprintable() else repr(said)[1:-1]
        raise UnreadableInput(source=source, reason=f"the database is damaged ({said}); take a copy of it") from error
    finally:
        connection.close()


def _check_head(head: bytes, source: str) -> None:
    if head.startswith(_SIGNATURE):
        return
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        reason = "the file is empty"
    elif b"<discourse" in head or words.startswith(b"<?xml"):
        reason = "this is a file of version 1 (XML), and versions 2 and 3 are read; import it into version 2 first"
    elif words.startswith(b"{"):
        reason = "this describes a connection to a server; in DNA, import that database into a new SQLite file first"
    else:
        reason = "this is no file of DNA, which is an SQLite database"
    raise UnreadableInput(source=source, reason=reason)


def _only_reads(action: int, table: str | None, column: str | None, _database: str | None, _by: str | None) -> int:
    is_secret = (table or "").upper() == "CODERS" and (column or "").lower() == "password"
    return sqlite3.SQLITE_OK if action in _ALLOWED and not is_secret else sqlite3.SQLITE_DENY


class DnaFile:
    """An open file.

    Args:
        connection: To the SQLite database.
        source: The file, for messages.

    Raises:
        UnreadableInput: It has not the tables of version 2 or 3.
    """

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        self.source = source
        self._connection = connection
        connection.text_factory = self._text
        # A stranger's schema may call functions of its own making in views and checks.
        connection.execute("PRAGMA trusted_schema = OFF")
        self.tables = {str(name).upper(): str(name) for (name,) in self._rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
        )}  # fmt: skip
        columns = {
            table: {str(row[1]).lower() for row in self._rows(f"PRAGMA table_info({_quoted(name)})")}
            for table, name in self.tables.items()
        }
        connection.set_authorizer(_only_reads)
        self.version = self._version(columns)

    @property
    def is_old(self) -> bool:
        """Whether the file is of version 2."""
        return self.version == _OLD

    def _version(self, columns: Mapping[str, Collection[str]]) -> int:
        if "DOCUMENTS" not in columns or "STATEMENTS" not in columns:
            raise UnreadableInput(source=self.source, reason="this SQLite database has no tables of DNA")
        said = {key: str(value) for key, value in self._rows("SELECT Property, Value FROM SETTINGS")} if (
            {"property", "value"} <= set(columns.get("SETTINGS", ()))
        ) else {}  # fmt: skip
        version = re.match(r"[0-9]+", said.get("version", ""))
        number = int(version[0]) if version else _NEW if "ENTITIES" in columns else _OLD
        if number not in _READ:
            raise UnreadableInput(
                source=self.source, reason=f"it is of version {said['version']} of DNA, and versions 2 and 3 are read"
            )
        if "ROLES" in columns:
            raise UnreadableInput(
                source=self.source,
                reason="it has roles of variables, so it is of a newer form of DNA than is read here",
            )
        for table, needed in _READ[number].items():
            missing = [name for name in needed.split() if name.lower() not in columns.get(table, ())]
            if missing:
                raise UnreadableInput(
                    source=self.source,
                    reason=f"it is of version {number} of DNA, and its table {table} lacks {', '.join(missing)}",
                )
        return number

    def count(self, table: str) -> int:
        """Return how many rows a table has; 0 where there is no such table."""
        if table not in self.tables:
            return 0
        return int(next(self._rows(f"SELECT count(*) FROM {_quoted(self.tables[table])}"))[0])

    def variables(self) -> list[Variable]:
        """Return all variables."""
        rows = self._rows("SELECT ID, Variable, DataType, StatementTypeId FROM VARIABLES ORDER BY ID")
        return [Variable(id_, name or "", kind or SHORT, type_id) for id_, name, kind, type_id in rows]

    def statement_types(self) -> dict[int, str]:
        """Return the label of each type of statements."""
        return {id_: label or "" for id_, label in self._rows("SELECT ID, Label FROM STATEMENTTYPES ORDER BY ID")}

    def coders(self) -> dict[int, str]:
        """Return the name of each coder."""
        return {id_: name or "" for id_, name in self._rows("SELECT ID, Name FROM CODERS ORDER BY ID")}

    def documents(self) -> Iterator[Document]:
        """Yield all documents in the order of their keys."""
        rows = self._rows(
            "SELECT ID, Title, Text, Author, Source, Section, Notes, Type, Date FROM DOCUMENTS ORDER BY ID"
        )
        for id_, title, body, author, source, section, notes, type_, date in rows:
            yield Document(
                id_, title or "", body or "", author or "", source or "", section or "", notes or "", type_ or "",
                date if isinstance(date, int) else None,
            )  # fmt: skip

    def entities(self) -> Iterator[tuple[int, str]]:
        """Yield variable and value of each entity, of version 2 also those that are used without a row of their own."""
        if not self.is_old:
            yield from self._rows("SELECT VariableId, Value FROM ENTITIES ORDER BY ID")
            return
        for variable, value in self._rows(f"{_OLD_ENTITIES} ORDER BY 1, 2"):
            yield variable, value or ""

    def entity_counts(self) -> dict[int, int]:
        """Return how many entities each variable has."""
        table = f"({_OLD_ENTITIES})" if self.is_old else "ENTITIES"
        return self.counted(f"SELECT VariableId, count(*) FROM {table} GROUP BY 1")

    def entity_extras(self) -> dict[str, int]:
        """Return how much the file says of its entities besides their values, by kind."""
        table = "ATTRIBUTES" if self.is_old else "ENTITIES"
        found = self.counted(f"SELECT 'colour of an entity', count(*) FROM {table} WHERE Red + Green + Blue > 0")
        if not self.is_old:
            found |= self.counted(
                "SELECT 'attribute ' || a.AttributeVariable, count(*) FROM ATTRIBUTEVALUES v JOIN ATTRIBUTEVARIABLES a"
                " ON a.ID = v.AttributeVariableId WHERE trim(v.AttributeValue) <> '' GROUP BY 1"
            )
            found |= self.counted("SELECT 'parent of an entity', count(*) FROM ENTITIES WHERE ChildOf IS NOT NULL")
            return found
        for name in ("Type", "Alias", "Notes", "ChildOf"):
            found |= self.counted(f"SELECT 'attribute {name}', count(*) FROM ATTRIBUTES WHERE trim({name}) <> ''")
        return found

    def marked(self, roles: Mapping[str, Sequence[Variable]]) -> Iterator[Marked]:
        """Yield the statements of the types that have the variables, by document and place.

        Args:
            roles: The variables to read by the name that their value gets; one for each type of statements.
        """
        selected: list[str] = []
        joined: list[str] = []
        parameters: list[int] = []
        for variables in roles.values():
            names = []
            for kind, table in VALUES.items():
                ids = [variable.id for variable in variables if variable.data_type == kind]
                if not ids:
                    continue
                alias = f"v{len(joined)}"
                joined.append(
                    f" LEFT JOIN {table} {alias} ON {alias}.StatementId = s.ID"
                    f" AND {alias}.VariableId IN ({', '.join('?' * len(ids))})"
                )
                parameters += ids
                if kind == SHORT and not self.is_old:
                    joined.append(f" LEFT JOIN ENTITIES e{alias} ON e{alias}.ID = {alias}.Entity")
                    alias = f"e{alias}"
                names.append(f"{alias}.Value")
            selected.append(f", coalesce(NULL, {', '.join(names) or 'NULL'})")
        types = sorted({variable.type_id for variables in roles.values() for variable in variables})
        rows = self._rows(
            f"SELECT s.ID, s.DocumentId, s.Start, s.Stop, s.Coder{''.join(selected)} FROM STATEMENTS s{''.join(joined)}"
            f" WHERE s.StatementTypeId IN ({', '.join('?' * len(types))}) ORDER BY s.DocumentId, s.Start, s.Stop, s.ID",
            *parameters, *types,
        )  # fmt: skip
        for id_, document, start, stop, coder, *values in rows:
            yield Marked(id_, document, start or 0, stop or 0, coder, dict(zip(roles, values, strict=True)))

    def counted(self, sql: str) -> dict[Any, int]:
        """Return counts by key, of a query with these two columns."""
        return dict(self._rows(sql))

    def _rows(self, sql: str, *parameters: object) -> Iterator[Any]:
        try:
            # The cursor itself: a generator around it would close it after its connection if nobody reads to the end.
            return self._connection.execute(sql, parameters)
        except UnicodeDecodeError:
            # What SQLite says of a damaged schema repeats the bytes that it found there.
            raise UnreadableInput(
                source=self.source, reason="the schema of the database is damaged; take a copy of it"
            ) from None

    def _text(self, stored: bytes) -> str:
        try:
            return stored.decode()
        except UnicodeDecodeError:
            pass
        try:
            # Java wrote characters beyond the first plane as two halves, each in UTF-8 of its own.
            return stored.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeError:
            start = shown(stored[:40].decode("utf-8", "backslashreplace"))
            raise UnreadableInput(source=self.source, reason=f"a text in it is not UTF-8; it begins {start}") from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
