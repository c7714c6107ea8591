"""Read a file of Discourse Network Analyzer, version 2 or 3: the rows of its SQLite tables, opened read-only.

Both versions store one value per variable of each coded statement. Version 2 stores short texts directly, and the
dates of documents as milliseconds in the zone of the machine; version 3 stores a key into the table of entities, and
local time as seconds. The passwords of the coders are never read: the connection itself denies access to the column.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from stancedb.errors import UnreadableInput
from stancedb.reading.decoding import open_file
from stancedb.refusals import Fault, shown
from stancedb.sql import Queries

SHORT, LONG, YES_NO, NUMBER = "short text", "long text", "boolean", "integer"
# The table with the values of each data type.
VALUES = {SHORT: "DATASHORTTEXT", LONG: "DATALONGTEXT", YES_NO: "DATABOOLEAN", NUMBER: "DATAINTEGER"}

# The query parameter with the keys of the variables of each data type.
_ASKED = {"short_texts": SHORT, "long_texts": LONG, "booleans": YES_NO, "integers": NUMBER}
SQL = Queries(__file__)

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
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a statement type."""

    id: int
    name: str
    data_type: str
    type_id: int


@dataclass(frozen=True, slots=True)
class Document:
    """One row of the documents; a null column becomes empty, and a date that is not a number becomes None."""

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
    """One coded passage of a document, with the values of the requested variables.

    Attributes:
        id: Key of the passage in the file.
        document_id: Key of the document.
        start: Where it begins, as the program counts.
        stop: Where it ends.
        coder_id: Key of the coder who marked it.
        values: The value by role; None if there is no row.
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
        UnreadableInput: It is another kind of file or version, is damaged, or is being written to.
    """
    source = str(path)
    if source == "-":
        raise UnreadableInput.of(source, Fault("dna_by_standard_input", {}))
    # A path collapses the two slashes of a URL into one.
    if re.match(r"[a-z]{2,}:/", source):
        raise UnreadableInput.of(source, Fault("dna_of_server", {}))
    with open_file(path) as file:
        _check_head(file.read(4096), source)
    for beside in (f"{source}-journal", f"{source}-wal"):
        if Path(beside).exists() and Path(beside).stat().st_size:
            raise UnreadableInput.of(source, Fault("dna_open_elsewhere", {"beside": beside}))
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield DnaFile(connection, source)
    except sqlite3.DatabaseError as error:
        said = str(error)
        said = said if said.isprintable() else repr(said)[1:-1]
        raise UnreadableInput.of(source, Fault("dna_damaged", {"said": said})) from error
    finally:
        connection.close()


def _check_head(head: bytes, source: str) -> None:
    if head.startswith(_SIGNATURE):
        return
    words = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head:
        code = "dna_empty"
    elif b"<discourse" in head or words.startswith(b"<?xml"):
        code = "dna_of_version_1"
    elif words.startswith(b"{"):
        code = "dna_connection"
    else:
        code = "dna_no_database"
    raise UnreadableInput.of(source, Fault(code, {}))


def _only_reads(action: int, table: str | None, column: str | None, _database: str | None, _by: str | None) -> int:
    is_secret = (table or "").upper() == "CODERS" and (column or "").lower() == "password"
    return sqlite3.SQLITE_OK if action in _ALLOWED and not is_secret else sqlite3.SQLITE_DENY


class DnaFile:
    """An open file.

    Args:
        connection: Connection to the SQLite database.
        source: Name of the file, for messages.

    Raises:
        UnreadableInput: It does not have the tables of version 2 or 3.
    """

    def __init__(self, connection: sqlite3.Connection, source: str) -> None:
        self.source = source
        self._connection = connection
        connection.text_factory = self._text
        # The schema of an untrusted file may call functions in views and checks.
        connection.execute("PRAGMA trusted_schema = OFF")
        self.tables: dict[str, str] = {}
        columns: dict[str, set[str]] = defaultdict(set)
        for table, column in self._rows("columns"):
            self.tables[table.upper()] = table
            columns[table.upper()].add(column.lower())
        connection.set_authorizer(_only_reads)
        self.version = self._version(columns)

    @property
    def is_old(self) -> bool:
        """Whether the file has version 2."""
        return self.version == _OLD

    def _version(self, columns: Mapping[str, Collection[str]]) -> int:
        if "DOCUMENTS" not in columns or "STATEMENTS" not in columns:
            raise UnreadableInput.of(self.source, Fault("dna_without_tables", {}))
        has_settings = {"property", "value"} <= set(columns.get("SETTINGS", ()))
        said = {key: str(value) for key, value in self._rows("settings")} if has_settings else {}
        version = re.match(r"[0-9]+", said.get("version", ""))
        number = int(version[0]) if version else _NEW if "ENTITIES" in columns else _OLD
        if number not in _READ:
            raise UnreadableInput.of(self.source, Fault("dna_of_other_version", {"version": said["version"]}))
        if "ROLES" in columns:
            raise UnreadableInput.of(self.source, Fault("dna_with_roles", {}))
        for table, needed in _READ[number].items():
            missing = [name for name in needed.split() if name.lower() not in columns.get(table, ())]
            if missing:
                values = {"version": number, "table": table, "missing": missing}
                raise UnreadableInput.of(self.source, Fault("dna_lacks_columns", values))
        return number

    def count(self, table: str) -> int:
        """Return the number of rows in a table, or 0 if there is no such table."""
        if table not in self.tables:
            return 0
        counting = SQL["count_rows"].text.replace("{table}", _quoted(self.tables[table]))
        return int(next(self.ask(counting))[0])

    def variables(self) -> list[Variable]:
        """Return all variables."""
        rows = self._rows("variables")
        return [Variable(id_, name or "", kind or SHORT, type_id) for id_, name, kind, type_id in rows]

    def statement_types(self) -> dict[int, str]:
        """Return the label of each statement type."""
        return {id_: label or "" for id_, label in self._rows("statement_types")}

    def coders(self) -> dict[int, str]:
        """Return the name of each coder."""
        return {id_: name or "" for id_, name in self._rows("coders")}

    def documents(self) -> Iterator[Document]:
        """Yield all documents in key order."""
        for id_, *texts, date in self._rows("documents"):
            title, body, author, source, section, notes, type_ = (said or "" for said in texts)
            day = date if isinstance(date, int) else None
            yield Document(id_, title, body, author, source, section, notes, type_, day)

    def entities(self) -> Iterator[tuple[int, str]]:
        """Yield variable and value of each entity; in version 2 also of those used without a row of their own."""
        for variable, value in self._rows(f"entities_{self.version}"):
            yield variable, value or "" if self.is_old else value

    def entity_counts(self) -> dict[int, int]:
        """Return the number of entities of each variable."""
        return dict(self._rows(f"entity_counts_{self.version}"))

    def entity_attributes(self) -> Iterator[tuple[int, str, str, str]]:
        """Yield variable and value of each entity, with the name and value of each of its attributes."""
        yield from self._rows(f"entity_attributes_{self.version}")

    def entity_colours(self) -> Iterator[tuple[int, str, str]]:
        """Yield variable, value and colour, such as #00ff00, of each entity that is not black."""
        yield from self._rows(f"entity_colours_{self.version}")

    def entity_parents(self) -> Iterator[tuple[int, str, str]]:
        """Yield variable and value of each entity that belongs to another, with the value of the other."""
        yield from self._rows(f"entity_parents_{self.version}")

    def value_counts(self, variables: Iterable[Variable]) -> dict[object, int]:
        """Return the number of statements with each value of the given variables."""
        asked = _listed(variable.id for variable in variables)
        return dict(self._rows(f"value_counts_{self.version}", variables=asked))

    def coders_of(self, types: Iterable[int]) -> dict[int, int]:
        """Return the number of statements of the given types that each coder marked."""
        return dict(self._rows("coders_of_types", types=_listed(types)))

    def statements_by_type(self) -> dict[int, int]:
        """Return the number of statements of each type."""
        return dict(self._rows("statements_by_type"))

    def values_by_variable(self) -> dict[int, int]:
        """Return the number of values of each variable."""
        return dict(self._rows("values_by_variable"))

    def document_words(self) -> dict[str, int]:
        """Return how many documents have a type, and how many have notes."""
        return dict(self._rows("document_words"))

    def marked(self, roles: Mapping[str, Sequence[Variable]]) -> Iterator[Marked]:
        """Yield the statements of the types that have the variables, in order of document and position.

        Args:
            roles: Variables to read, by the name under which their value is returned; one for each statement type.
        """
        asked = [variable for variables in roles.values() for variable in variables]
        ids = {
            name: _listed(variable.id for variable in asked if variable.data_type == kind)
            for name, kind in _ASKED.items()
        }
        types = _listed(variable.type_id for variable in asked)
        roles_of: dict[int, list[str]] = defaultdict(list)
        for role, variables in roles.items():
            for variable in variables:
                roles_of[variable.id].append(role)
        rows = self._rows(f"marked_{self.version}", types=types, **ids)
        for (id_, document, start, stop, coder), found in groupby(rows, itemgetter(slice(5))):
            values: dict[str, Any] = dict.fromkeys(roles)
            for *_, variable_id, value in found:
                for role in roles_of.get(variable_id, ()):
                    values[role] = value if values[role] is None else values[role]
            yield Marked(id_, document, start or 0, stop or 0, coder, values)

    def _rows(self, name: str, **parameters: object) -> Iterator[Any]:
        return self.ask(SQL[name].text, **parameters)

    def ask(self, sql: str, **parameters: object) -> Iterator[Any]:
        """Return the rows of a query, which can read everything except the passwords.

        Raises:
            UnreadableInput: The schema is damaged.
        """
        try:
            # Return the cursor itself: if nobody reads to the end, a generator would close it after its connection.
            return self._connection.execute(sql, parameters)
        except UnicodeDecodeError:
            # SQLite's message about a damaged schema repeats bytes from the file.
            raise UnreadableInput.of(self.source, Fault("dna_schema_damaged", {})) from None

    def _text(self, stored: bytes) -> str:
        try:
            return stored.decode()
        except UnicodeDecodeError:
            pass
        try:
            # Java wrote characters beyond the first plane as two surrogates, each in its own UTF-8 sequence.
            return stored.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeError:
            start = shown(stored[:40].decode("utf-8", "backslashreplace"))
            raise UnreadableInput.of(self.source, Fault("dna_not_utf8", {"start": start})) from None


def _listed(keys: Iterable[int]) -> str:
    """Return keys as one parameter; a read-only connection cannot create the tables that JSON would need."""
    return f",{','.join(map(str, keys))},"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
