"""The tables: asking for one of them defines the whole mapping, and nobody imports the inner modules for a class.

The mapping takes longer to define than everything else that a process needs which reads files with the vocabulary
alone, so it is defined when it is first asked for.
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
        # What is no name there may be an inner module, which the import system looks for next.
        message = f"module '{__name__}' has no attribute '{name}'"
        raise AttributeError(message) from None
