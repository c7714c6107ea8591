"""Why a record is refused: a code and the values found. The sentences stand in refusals.toml.

A refusal stays data until a person reads it. Only then is its template filled, and only there are values shortened and
control characters made visible, so that a record of megabytes is answered with one short sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

# Where a record comes from that was put together of the options of a command.
THIS_COMMAND = "this command"
# How many characters of a value are shown in a sentence, and of a value that was found in place of another.
_LONGEST_VALUE = 80
SHOWN = 60
# A handle that is offered is to be typed, and a sentence from elsewhere to be read, so more of them is shown.
_LONGEST_OFFER = 200
_LONGEST_SENTENCE = 500
_LISTED = 30


class Template(NamedTuple):
    """A sentence with ``{value}`` placeholders, and the field it is about where that is always the same one.

    Besides what Python knows, ``{value!r}`` shows a value as it was found, text in quotes; ``{handle:offer}`` asks
    whether a handle was meant, if there is one; ``{reason:sentence}`` takes a whole sentence; ``{items:; also }`` joins
    a list, by commas where nothing is said.
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
    """One thing that is wrong with a record.

    Attributes:
        code: The name of the template.
        values: What was found, by the names in the template; a fault among them is put in as a sentence.
        field: The field it was found in; if not given, the one that the template names.
    """

    code: str
    values: Mapping[str, Any]
    field: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "field", self.field or templates()[self.code].field)

    @property
    def reason(self) -> str:
        """The sentence without the field."""
        return _sentence(self.code, self.values)

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


class FaultError(ValueError):
    """A value that does not fit.

    Args:
        code: The name of the template that says why.
        field: The field it was found in, where somebody knows.
        **values: What was found, by the names in the template.
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
    """One record that was not loaded: where it stands, and what is wrong with it.

    Attributes:
        source: The file, or whatever else the record comes from.
        line: Its line, counted from 1; None where it has none.
        code: The name of the template.
        values: What was found, by the names in the template; a fault among them is put in as a sentence.
        field: The field it was found in; if not given, the one that the template names.
        ordinal: The number of the record among all that were staged, if it was.
        original: What was given, so that it can be written out, corrected and loaded.
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
        """What is wrong, in a sentence without the place and the field."""
        return _sentence(self.code, self.values)

    @property
    def about_record(self) -> str:
        """What is wrong, with the field and without the place."""
        return f"{self.field}: {self.reason}" if self.field else self.reason

    @property
    def alone(self) -> str:
        """What is wrong where nothing else is; of what a command was given, nobody needs to be told the place."""
        return self.about_record if self.source == THIS_COMMAND else str(self)

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}, line {self.line}"
        return f"{place}: {self.about_record}"


def _sentence(code: str, values: Mapping[str, Any]) -> str:
    return _FILLER.vformat(templates()[code].says, (), values)


class _Shown(str):
    """Text that stands in a sentence as it is."""

    __slots__ = ()


class _Filler(Formatter):
    """Fills a template; see there for what it understands."""

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
        return f"; did you mean '{offered}'?" if offered.isprintable() else f"; did you mean {offered!r}?"
    if form == "sentence":
        return text if len(text) <= _LONGEST_SENTENCE else f"{text[:SHOWN]}…{text[-3 * SHOWN :]}"
    short = text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
    return visible(short)


def visible(text: str) -> str:
    """Return text with each character that cannot be seen written as an escape."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def shown(value: object) -> str:
    """Show a value that was found, shortened, in the words of a person."""
    if isinstance(value, str):
        text = value if len(value) <= SHOWN else value[: SHOWN - 1] + "…"
        return f"'{text}'" if text.isprintable() else repr(text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        text = str(value)
        return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return {type(None): "null", list: "a list", dict: "an object"}.get(type(value), "something else")
