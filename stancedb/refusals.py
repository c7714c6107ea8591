"""Why a record is rejected: a code and the values found. The sentences are in refusals.toml.

A refusal stays data until it is shown. Only then is its template filled in, values are shortened and control characters
are escaped, so that even a record of megabytes gets a short message.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

# The source of a record that was built from the options of a command.
THIS_COMMAND = "this command"
# Maximum number of characters shown of a value, and of a value found in place of another.
_LONGEST_VALUE = 80
SHOWN = 60
# More is shown of a suggested handle, which will be typed, and of a sentence from elsewhere.
_LONGEST_OFFER = 200
_LONGEST_SENTENCE = 500
_LISTED = 30


class Template(NamedTuple):
    """A message with ``{value}`` placeholders, and the field it is about if that is always the same.

    A message is one or two sentences: what is wrong, then what to do. Apart from Python's own formats, ``{value!r}``
    shows a value as it was found, text in quotes; ``{handle:offer}`` adds the question whether this handle was meant,
    if there is one; ``{text:sentence}`` allows a long text; ``{text:whole}`` also begins it with a capital and ends it
    with a full stop; ``{items: or }`` joins a list with the given separator (default: a comma).
    """

    says: str
    field: str | None = None


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Template]:
    """Return the templates of all refusals by their codes."""
    written = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {code: Template(**entry) for code, entry in written.items()}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a record.

    Attributes:
        code: The name of the template.
        values: The values for the placeholders; a fault among them is inserted as its message.
        field: The field (default: the field of the template).
    """

    code: str
    values: Mapping[str, Any]
    field: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "field", self.field or templates()[self.code].field)

    @property
    def reason(self) -> str:
        """The message without the field."""
        return _sentence(self.code, self.values)

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


class FaultError(ValueError):
    """Raised for an invalid value.

    Args:
        code: The name of the template.
        field: The field, if known.
        **values: The values for the placeholders.
    """

    def __init__(self, code: str, field: str | None = None, **values: object) -> None:
        self.fault = Fault(code, values, field)
        super().__init__(code)

    def __str__(self) -> str:
        return str(self.fault)

    def __reduce__(self) -> tuple[object, ...]:
        return _raised_again, (self.fault,)


def _raised_again(fault: Fault) -> FaultError:
    return FaultError(fault.code, fault.field, **fault.values)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not loaded, with its place and the reason.

    Attributes:
        source: The file or other source of the record.
        line: Its line, counted from 1; None if it has none.
        code: The name of the template.
        values: The values for the placeholders; a fault among them is inserted as its message.
        field: The field (default: the field of the template).
        ordinal: The number of the record among all staged records; None if it was not staged.
        original: The record as given, so that it can be saved, corrected and loaded again.
    """

    source: str
    line: int | None
    code: str
    values: Mapping[str, Any]
    field: str | None = None
    ordinal: int | None = None
    original: Mapping[str, object] | str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "field", self.field or templates()[self.code].field)

    @classmethod
    def of(
        cls,
        source: str,
        line: int | None,
        fault: Fault,
        *,
        ordinal: int | None = None,
        original: Mapping[str, object] | str | None = None,
    ) -> Refusal:
        """Return the refusal of a record for one fault."""
        return cls(source, line, fault.code, fault.values, fault.field, ordinal, original)

    @property
    def reason(self) -> str:
        """The message without the place and the field."""
        return _sentence(self.code, self.values)

    @property
    def about_record(self) -> str:
        """The message with the field and without the place."""
        return f"{self.field}: {self.reason}" if self.field else self.reason

    @property
    def standalone(self) -> str:
        """The message of the only refusal; without the place if the record comes from the options of a command."""
        return self.about_record if self.source == THIS_COMMAND else str(self)

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}, line {self.line}"
        return f"{place}: {self.about_record}"


def _sentence(code: str, values: Mapping[str, Any]) -> str:
    return _stopped_once(_FILLER.vformat(templates()[code].says, (), values))


def ended(text: str) -> str:
    """Return a message with one full stop at its end, also if a value at the end brought its own."""
    once = _stopped_once(text)
    return once if once.endswith((".", "?", "!")) else f"{once}."


def _stopped_once(text: str) -> str:
    return text[:-1] if text.endswith(("..", "?.", "!.")) and not text.endswith("...") else text


def whole(text: str) -> str:
    """Return a text from elsewhere as a sentence, with a capital at its beginning and a full stop at its end."""
    return ended(text[:1].upper() + text[1:])


class _Shown(str):
    """Text that is inserted as it is."""

    __slots__ = ()


class _Filler(Formatter):
    """Fills in a template."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        return _Shown(shown(value)) if conversion == "r" else value

    def format_field(self, value: object, format_spec: str) -> str:
        if value is None:
            return ""
        if isinstance(value, (_Shown, Fault)):
            return str(value)
        if isinstance(value, str):
            return _of_text(str(value), format_spec)
        if isinstance(value, Sequence):
            items = [self.format_field(item, "") for item in value[:_LISTED]]
            more = [f"and {len(value) - _LISTED} more"] if len(value) > _LISTED else []
            return (format_spec or ", ").join([*items, *more])
        return format(value, format_spec)


_FILLER = _Filler()


def _of_text(text: str, form: str) -> str:
    if form == "offer":
        offered = text[:_LONGEST_OFFER]
        return f" Did you mean '{offered}'?" if offered.isprintable() else f" Did you mean {offered!r}?"
    if form in {"sentence", "whole"}:
        cut = text if len(text) <= _LONGEST_SENTENCE else f"{text[:SHOWN]}…{text[-3 * SHOWN :]}"
        return whole(cut) if form == "whole" else cut
    short = text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
    return visible(short)


def visible(text: str) -> str:
    """Return text with each unprintable character escaped."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def shown(value: object) -> str:
    """Return a value that was found, shortened, as users would write it."""
    if isinstance(value, str):
        text = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        return f"'{text}'" if text.isprintable() else repr(text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        text = str(value)
        return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return {type(None): "null", list: "a list", dict: "an object"}.get(type(value), "something else")
