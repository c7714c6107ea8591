"""Reads the SQL that stands in a file of its own beside the module that asks it.

A file is one statement, or several under names, as in aiosql; each can be pasted into psql as it stands::

    -- name: list_outlets
    SELECT o.slug FROM stancedb.outlet o WHERE o.parent_id IS NULL
        AND o.kind = :kind -- if :kind

A line that ends in ``-- if :kind`` is for a filter that may not be asked for: it is left out of the statement where the
parameter is None or False, instead of being tested for null in it.

What is the same for every table, as merging and undoing are, has the names of table and columns as placeholders, which
``filled`` fills; ``loading/merge.sql`` and ``operations/changesets.sql`` are of this kind.
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
    """The named statements of the file of SQL beside a module.

    Args:
        module: The ``__file__`` of the module; the file has its name, and the ending ``.sql``.
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
    """Return the one statement of a file of SQL.

    Args:
        module: The ``__file__`` of the module that runs it.
        name: The name of the file, without its ending.
    """
    return text((Path(module).parent / f"{name}.sql").read_text(encoding="utf-8"))


def verbatim(source: str) -> TextClause:
    """Return SQL without parameters; its colons are escaped because SQLAlchemy reads them as such."""
    return text(source.replace(":", "\\:"))


def filled(statement: TextClause, **names: str) -> TextClause:
    """Return a statement that is the same for several tables, with their names and columns in its placeholders.

    Args:
        statement: The SQL, in which ``{table}`` and so on stand for what comes from the model.
        **names: What to put in their place; values are parameters of the statement, and never put in.
    """
    return text(statement.text.format(**names))


def perform(connection: Connection, statement: TextClause, parameters: Mapping[str, object] | None = None) -> None:
    """Run the statements that a statement returns as texts, whose identifiers the server has quoted."""
    for built in connection.execute(statement, parameters).scalars().all():
        connection.execute(verbatim(built))


def asked_for(statement: TextClause, parameters: object) -> TextClause:
    """Return a statement without the filters that were not asked for.

    Args:
        statement: The SQL, whose optional lines end in ``-- if :parameter``.
        parameters: The values by name; a line is left out where its parameter has none, or is None or False.
    """
    if _OPTIONAL.search(statement.text) is None:
        return statement
    values = parameters if isinstance(parameters, Mapping) else {}
    given = {name for name, value in values.items() if value is not None and value is not False}
    lines = ((line, _OPTIONAL.search(line)) for line in statement.text.splitlines())
    return text("\n".join(_OPTIONAL.sub("", line) for line, found in lines if found is None or found[1] in given))
