"""Places in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text in code points, half-open, as Python slices and PostgreSQL's ``substr`` count them."""

    start: int
    end: int
