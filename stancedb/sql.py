"""Reads SQL from the file beside the module that runs it.

A file has one statement, or several named statements, as in aiosql; each can be pasted into psql unchanged::

    -- name: list_outlets
    SELECT o.slug FROM stancedb.outlet o WHERE o.parent_id IS NULL
        AND o.kind = :kind -- if :kind

A line that ends in ``-- if :kind`` is an optional filter: it is left out of the statement if the parameter is None or
False, so that the statement need not test for null.

Statements that are the same for every table, such as merging and undoing, have placeholders for the names of table and
columns, which ``filled`` fills; see ``loading/merge.sql`` and ``operations/changesets.sql``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, TextClause, text

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_OPTIONAL = re.compile(r"[ ]*-- if :(\w+)$", re.MULTILINE)


class Queries(Mapping[str, TextClause]):
    """The named statements of the SQL file beside a module.

    Args:
        module: The ``__file__`` of the module; the file has the same name with the extension ``.sql``.
    """

    def __init__(self, module: str) -> None:
        self._path = Path(module).with_suffix(".sql")

    def __getitem__(self, name: str) -> TextClause:
        return _statements(self._path)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_statements(self._path))

    def __len__(self) -> int:
        return len(_statements(self._path))


@lru_cache
def _statements(path: Path) -> dict[str, TextClause]:
    parts = _NAME.split(path.read_text(encoding="utf-8"))
    return {name: text(source.strip().rstrip(";")) for name, source in zip(parts[1::2], parts[2::2], strict=True)}


@lru_cache
def beside(module: str, name: str) -> TextClause:
    """Return the only statement of an SQL file.

    Args:
        module: The ``__file__`` of the module that runs it.
        name: The name of the file, without its extension.
    """
    return text((Path(module).parent / f"{name}.sql").read_text(encoding="utf-8"))


def verbatim(source: str) -> TextClause:
    """Return SQL without parameters; colons are escaped because SQLAlchemy would read them as parameters."""
    return text(source.replace(":", "\\:"))


def filled(statement: TextClause, **names: str) -> TextClause:
    """Return a statement with the names of tables and columns filled in.

    Args:
        statement: The SQL, with placeholders such as ``{table}`` for names from the model.
        **names: The names by placeholder; values are parameters of the statement and are never filled in.
    """
    return text(statement.text.format(**names))


def perform(connection: Connection, statement: TextClause, parameters: Mapping[str, object] | None = None) -> None:
    """Run the statements that a statement returns as text, with identifiers quoted by the server."""
    for built in connection.execute(statement, parameters).scalars().all():
        connection.execute(verbatim(built))


def asked_for(statement: TextClause, parameters: object) -> TextClause:
    """Return a statement without the optional filters that are not used.

    Args:
        statement: The SQL, whose optional lines end in ``-- if :parameter``.
        parameters: The values by name; a line is left out if its parameter is missing, None or False.
    """
    if _OPTIONAL.search(statement.text) is None:
        return statement
    values = parameters if isinstance(parameters, Mapping) else {}
    given = {name for name, value in values.items() if value is not None and value is not False}
    lines = ((line, _OPTIONAL.search(line)) for line in statement.text.splitlines())
    return text("\n".join(_OPTIONAL.sub("", line) for line, found in lines if found is None or found[1] in given))
