"""Check values and return a record, or one refusal that lists every fault."""

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
    """One record as it was read.

    Attributes:
        source: The file, or "standard input".
        line: The line on which the record starts, counted from 1; None when the record is a whole file.
        record: The checked record.
        original: The line or the fields as given, for the file of refused records.
        notes: What reading changed, such as "NFC changed 3 characters".
        guessed: The fields that nobody wrote, such as a title made of the file name; they fill what is empty.
        key: What the slug of a statement was made of, where it was made of something.
        names: What slugs of actors were made of, where they were made of something.
        has_local_id: Whether the id is one that a feed counts its entries by, which holds in its outlet alone.
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
    """What is the same for all records of a kind."""

    validate: Callable[[object], Any]
    fields: list[str]
    required: list[str]
    # What the program fills in by itself, such as the raw bytes of a page, no file may claim.
    internal: frozenset[str]


@lru_cache
def _form(record_type: type[Record]) -> _Form:
    names = {info.alias or name: info for name, info in record_type.model_fields.items()}
    fields = input_fields(record_type)
    required = [name for name, info in names.items() if info.is_required()]
    validate = TypeAdapter(record_type).validator.validate_python
    return _Form(validate, fields, required, frozenset(names) - frozenset(fields))


class Checker(Generic[R]):
    """Turns values into a record, or into one refusal that lists every fault."""

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
        """Check values the slow way: tidy the text, and explain what is wrong."""
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
        """Return the refusal of a line for one fault or several."""
        first, *others = faults
        code, values = first.code, first.values
        if others:
            # The refusal names the field of the first.
            code, values = "several", {"faults": [Fault(code, values), *others]}
        return Refusal(self.source, line, code, values, first.field, original=original)

    def _field_of_stray(self, values: dict[str, object]) -> str | None:
        """Return the field that holds a stray control character, if it is one of the record's own."""
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
    """Check one record that was built elsewhere, which may set internal fields, such as the raw bytes."""
    checker = Checker(record_type, source, remedies=remedies)
    checker.internal = frozenset()
    return checker.item({**values}, line, values if original is None else original)


def record_check(record_type: type[R], source: str) -> Callable[[dict[str, object]], Item[R]]:
    """Return a function that checks records built elsewhere as if they came from a file."""
    checker = Checker(record_type, source)
    return lambda values: checker.item(values, None, values)
