"""Reads the SQL that stands in a file of its own beside the module that runs it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import TextClause, text


def beside(module: str, name: str) -> TextClause:
    """Return one statement of SQL.

    Args:
        module: The ``__file__`` of the module that runs it.
        name: The name of the file, without its ending.
    """
    return text((Path(module).parent / f"{name}.sql").read_text(encoding="utf-8"))
