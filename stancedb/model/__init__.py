"""The tables; importing any of them from here defines the whole mapping.

Defining the mapping is slow, and a process that reads files only needs the vocabulary, so the mapping is defined on
first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stancedb.model.tables import CURATED, HISTORY_SCHEMA, SCHEMA, Base

__all__ = ["CURATED", "HISTORY_SCHEMA", "SCHEMA", "Base"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a table, or what belongs to all of them
    try:
        return getattr(import_module("stancedb.model.tables"), name)
    except AttributeError:
        # A name that is not defined there may be a submodule, which the import system tries next.
        message = f"module '{__name__}' has no attribute '{name}'"
        raise AttributeError(message) from None
