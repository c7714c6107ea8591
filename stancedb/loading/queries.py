"""The SQL that stands in files of its own beside this module, a statement each."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from sqlalchemy import TextClause, text


@lru_cache
def query(name: str, package: str | None = None) -> TextClause:
    """Return the statement of the file ``name.sql``, which lies in this package or in another one."""
    return text((files(package or __package__) / f"{name}.sql").read_text(encoding="utf-8"))
