"""Attributes: additional properties of an actor or a coding, as a key and a value."""

from __future__ import annotations

import re
from typing import NamedTuple, Self

from stancedb.dates import parse_when
from stancedb.refusals import FaultError

_CELL = re.compile(r"(?P<key>[^:@]+)(?:@(?P<during>[^:]+))?:(?P<value>.*)", re.DOTALL)
# The database also rejects these characters in a key.
_BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_KEY = 100


class AttributeCell(NamedTuple):
    """The parts of ``key:value`` or ``key@interval:value``; a value may contain further colons.

    Attributes:
        key: The key, as written.
        value: The value.
        during: The period as written, or None if there is none.
    """

    key: str
    value: str
    during: str | None

    @classmethod
    def parse(cls, cell: str, *, has_period: bool) -> Self:
        """Parse one item of a cell.

        Args:
            cell: The item.
            has_period: Whether the attribute may have a period, like an attribute of an actor.

        Raises:
            FaultError: The item is not a valid attribute, or its period is invalid.
        """
        match = _CELL.fullmatch(cell)
        key, value = (match["key"].strip(), match["value"].strip()) if match else ("", "")
        if match is None or not key or not value or _BREAK.search(key):
            raise FaultError("not_an_attribute", cell=cell)
        if len(key) > _LONGEST_KEY:
            raise FaultError("attribute_key_too_long", key=key, most=_LONGEST_KEY)
        during = match["during"] and match["during"].strip()
        if during is not None:
            if not has_period:
                raise FaultError("attribute_with_period", cell=cell)
            parse_when(during)
        return cls(key, value, during)
