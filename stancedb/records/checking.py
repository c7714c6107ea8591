"""Turn values into a record, or into a refusal that lists every fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import TypeAdapter, ValidationError

from stancedb.records.base import Record, input_fields
from stancedb.records.characters import StrayCharacterError, has_tidy_texts, tidied
from stancedb.records.faults import explained
from stancedb.refusals import Fault, Refusal

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Read(Generic[R]):
    """A record as read.

    Attributes:
        source: The file, or "standard input".
        line: The line on which the record starts, counted from 1; None if the record is a whole file.
        record: The checked record.
        original: The original line or fields, for the file of rejected records.
        notes: Changes made while reading, such as "NFC changed 3 characters".
        guessed: Fields with inferred values, such as a title from the file name; they only fill empty values.
        key: The value that the slug of a statement was derived from, if any.
        names: The names that slugs of actors were derived from, if any.
        has_local_id: Whether the id is a feed's entry number, which is valid only within its outlet.
    """

    source: str
    line: int | None
    record: R
    original: Mapping[str, object] | str
    notes: tuple[str, ...] = ()
    guessed: frozenset[str] = frozenset()
    has_local_id: bool = False
    key: str | None = None
    names: Mapping[str, str] | None = None


Item = Read[R] | Refusal


class _Form(NamedTuple):
    """Properties that all records of a kind share."""

    validate: Callable[[object], Any]
    fields: list[str]
    required: list[str]
    # Fields that only the program may set, such as the raw bytes of a page.
    internal: frozenset[str]


@lru_cache
def _form(record_type: type[Record]) -> _Form:
    names = {info.alias or name: info for name, info in record_type.model_fields.items()}
    fields = input_fields(record_type)
    required = [name for name, info in names.items() if info.is_required()]
    validate = TypeAdapter(record_type).validator.validate_python
    return _Form(validate, fields, required, frozenset(names) - frozenset(fields))


class Checker(Generic[R]):
    """Turn values into a record, or into a refusal that lists every fault."""

    def __init__(
        self,
        record_type: type[R],
        source: str,
        defaults: Mapping[str, object] | None = None,
        remedies: Mapping[str, str] | None = None,
    ) -> None:
        self.record_type = record_type
        self.source = source
        self.defaults = dict(defaults or {})
        form = _form(record_type)
        self.validate: Callable[[object], R] = form.validate
        self._remedies = remedies or {}
        self.fields = form.fields
        self.required = [name for name in form.required if name not in self.defaults]
        self.internal = form.internal

    def item(self, values: object, line: int | None, original: Mapping[str, object] | str) -> Item[R]:
        """Check values the slow way: normalise texts, and explain what is invalid."""
        if not isinstance(values, dict):
            return self.refused(line, [Fault("not_an_object", {"found": values})], original)
        try:
            for name in self.internal & values.keys():
                return self.refused(line, [Fault("internal_field", {"key": name})], original)
            given, notes = (values, ()) if has_tidy_texts(values) else tidied(values)
            given = {**self.defaults, **given}
            return Read(self.source, line, self.validate(given), original, notes)
        except StrayCharacterError as error:
            fault = replace(error.fault, field=self._field_of_stray(values))
            return self.refused(line, [fault], original)
        except ValidationError as error:
            return self.refused(line, explained(error, given, self.record_type, self._remedies), original)
        except RecursionError:
            return self.refused(line, [Fault("too_deep", {})], original)

    def refused(
        self, line: int | None, faults: Sequence[Fault], original: Mapping[str, object] | str | None
    ) -> Refusal:
        """Return the refusal of a line with one or more faults."""
        first, *others = faults
        code, values = first.code, first.values
        if others:
            # The refusal names the field of the first fault.
            code, values = "several", {"faults": [Fault(code, values), *others]}
        return Refusal(self.source, line, code, values, first.field, original=original)

    def _field_of_stray(self, values: dict[str, object]) -> str | None:
        """Return the field with a control character, if it is a known field of the record."""
        for name in self.fields:
            try:
                tidied({name: values.get(name)})
            except StrayCharacterError:
                return name
        return None


def check_record(
    values: Mapping[str, object],
    record_type: type[R],
    source: str,
    line: int | None = None,
    *,
    original: Mapping[str, object] | None = None,
    remedies: Mapping[str, str] | None = None,
) -> Item[R]:
    """Check a record built by the program, which may set internal fields such as the raw bytes."""
    checker = Checker(record_type, source, remedies=remedies)
    checker.internal = frozenset()
    return checker.item({**values}, line, values if original is None else original)


def record_check(record_type: type[R], source: str) -> Callable[[dict[str, object]], Item[R]]:
    """Return a function that checks records built by the program as if they came from a file."""
    checker = Checker(record_type, source)
    return lambda values: checker.item(values, None, values)
